//! Siting plans: sites, flows and their costs.

use super::coverage::Reached;
use super::{add_up, empty_plan, in_user_units};
use crate::model::plan::{Flow, OUTSIDE, Plan, Reason, SiteChange, SitePlan, Stage, Status, Summary, Unserved};
use crate::model::problem::{DemandLine, Problem, Siting, Size};
use crate::model::scenario::SiteStatus;
use crate::units::{Cost, Load, SiteIdx};

/// What a siting solver decided.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SitingChoice {
    /// Whether each site is open.
    pub open: Vec<bool>,
    /// Which of its sizes each site has if it is open. Empty where every site has its first.
    pub sizes: Vec<usize>,
    /// Goods from supply lines into sites: row of the supply line, row of the site, amount in flow units. Empty when
    /// the scenario has no supplies.
    pub inflows: Vec<(usize, usize, Load)>,
    /// Goods from sites to demand lines: row of the site, row of the demand line, amount in flow units.
    pub flows: Vec<(usize, usize, Load)>,
    /// Goods past all sites: row of the supply line, row of the demand line, amount in flow units.
    pub direct: Vec<(usize, usize, Load)>,
    /// What others bring: row of the demand line, amount in flow units.
    pub outsourced: Vec<(usize, Load)>,
}

impl SitingChoice {
    /// The size that a site has if it is open.
    fn size<'a>(&self, siting: &'a Siting, site: usize) -> &'a Size {
        &siting.sites[site].sizes[self.sizes.get(site).copied().unwrap_or(0)]
    }
}

/// The plan of `choice`, priced. Demands that the flows do not serve whole are listed as unserved.
///
/// Status is [`Status::Feasible`], or [`Status::Infeasible`] when something is unserved; bound and gap are left to the
/// caller. Panics when `choice` names a row that does not exist.
#[must_use]
pub fn siting_plan(problem: &Problem, siting: &Siting, choice: &SitingChoice) -> Plan {
    assert_eq!(choice.open.len(), siting.sites.len());
    let mut plan = empty_plan(problem);
    let [mut purchase, inbound] = inflows(problem, siting, choice, &mut plan);
    let (mut handling, mut outbound) = (Cost::ZERO, Cost::ZERO);
    let mut throughput = vec![Load::ZERO; siting.sites.len()];
    let mut received = vec![Load::ZERO; siting.demand_lines.len()];
    let (mut moved, mut moved_distance) = (0.0, 0.0);
    let mut reached = Reached::default();
    for &(site, row, load) in &choice.flows {
        let line = &siting.demand_lines[row];
        let quantity = in_user_units(load, siting.flow_scale);
        let cost = Cost::from_currency(quantity * problem.outbound_rate(siting, SiteIdx::new(site), line));
        let distance = problem.travel.distance(siting.sites[site].location, line.location).get();
        handling += Cost::from_currency(quantity * choice.size(siting, site).handling);
        outbound += cost;
        throughput[site] += load * siting.products[line.product.get()].weight;
        received[row] += load;
        moved += quantity;
        moved_distance += quantity * distance as f64;
        plan.flows.push(Flow {
            stage: Stage::Outbound,
            from: problem.scenario.sites[site].id.clone(),
            to: problem.scenario.demands[line.demand].id.clone(),
            product: siting.products[line.product.get()].id.clone(),
            quantity,
            distance,
            cost: cost.as_currency(),
            covered: reached.flow(problem, siting, siting.sites[site].location, line, load),
        });
    }
    let mut bring = |row: usize, load: Load, flow: Flow| {
        received[row] += load;
        if flow.stage == Stage::Direct {
            moved += flow.quantity;
            moved_distance += flow.quantity * flow.distance as f64;
        }
        plan.flows.push(flow);
    };
    let mut direct = Cost::ZERO;
    for &(row, line, load) in &choice.direct {
        let (supply, line_row, line) = (&siting.supply_lines[row], line, &siting.demand_lines[line]);
        let quantity = in_user_units(load, siting.flow_scale);
        let rate = problem.direct_rate(supply, line).expect("direct flows use lanes of the problem");
        let cost = Cost::from_currency(quantity * rate);
        purchase += Cost::from_currency(quantity * supply.unit_cost);
        direct += cost;
        bring(
            line_row,
            load,
            Flow {
                stage: Stage::Direct,
                from: problem.scenario.supplies[supply.supply].id.clone(),
                to: problem.scenario.demands[line.demand].id.clone(),
                product: siting.products[line.product.get()].id.clone(),
                quantity,
                distance: problem.travel.distance(supply.location, line.location).get(),
                cost: cost.as_currency(),
                covered: reached.flow(problem, siting, supply.location, line, load),
            },
        );
    }
    let mut outsourcing = Cost::ZERO;
    for &(row, load) in &choice.outsourced {
        let line = &siting.demand_lines[row];
        let quantity = in_user_units(load, siting.flow_scale);
        let cost = Cost::from_currency(quantity * line.outsourcing.expect("outsourced flows have a price"));
        outsourcing += cost;
        bring(
            row,
            load,
            Flow {
                stage: Stage::Outsourced,
                from: OUTSIDE.to_owned(),
                to: problem.scenario.demands[line.demand].id.clone(),
                product: siting.products[line.product.get()].id.clone(),
                quantity,
                distance: 0,
                cost: cost.as_currency(),
                covered: None,
            },
        );
    }
    plan.sites = site_plans(problem, siting, choice, &throughput);
    plan.unserved = unserved(problem, siting, choice, &received);
    let n_unserved = plan.unserved.len();
    plan.status = if n_unserved == 0 { Status::Feasible } else { Status::Infeasible };
    let n_open = choice.open.iter().filter(|&&open| open).count();
    plan.summary = Summary {
        sites_open: Some(n_open as u32),
        mean_distance: (moved > 0.0).then(|| moved_distance / moved),
        served: (problem.scenario.demands.len() - n_unserved) as u32,
        unserved: n_unserved as u32,
        ..Summary::default()
    };
    reached.tell(siting, &mut plan.summary);
    if let Some(term) = reached.term(problem, siting, n_open) {
        add_up(&mut plan.summary, &[term]);
        return plan;
    }
    let [opening, operating, closing] = fixed_costs(siting, choice);
    let terms = [
        ("opening", opening),
        ("operating", operating),
        ("closing", closing),
        ("supplying", supplying(siting, choice)),
        ("purchase", purchase),
        ("inbound", inbound),
        ("handling", handling),
        ("outbound", outbound),
        ("direct", direct),
        ("outsourcing", outsourcing),
    ];
    add_up(&mut plan.summary, &terms);
    plan
}

/// Adds what comes into sites to a plan: what it costs to buy, and to move.
pub(super) fn inflows(problem: &Problem, siting: &Siting, choice: &SitingChoice, plan: &mut Plan) -> [Cost; 2] {
    let (mut purchase, mut inbound) = (Cost::ZERO, Cost::ZERO);
    for &(row, site, load) in &choice.inflows {
        let line = &siting.supply_lines[row];
        let quantity = in_user_units(load, siting.flow_scale);
        let cost = Cost::from_currency(quantity * problem.inbound_rate(siting, line, SiteIdx::new(site)));
        purchase += Cost::from_currency(quantity * line.unit_cost);
        inbound += cost;
        plan.flows.push(Flow {
            stage: Stage::Inbound,
            from: problem.scenario.supplies[line.supply].id.clone(),
            to: problem.scenario.sites[site].id.clone(),
            product: siting.products[line.product.get()].id.clone(),
            quantity,
            distance: problem.travel.distance(line.location, siting.sites[site].location).get(),
            cost: cost.as_currency(),
            covered: None,
        });
    }
    [purchase, inbound]
}

/// Opening, operating and closing costs.
pub(super) fn fixed_costs(siting: &Siting, choice: &SitingChoice) -> [Cost; 3] {
    let mut costs = [Cost::ZERO; 3];
    for (row, (site, &open)) in siting.sites.iter().zip(&choice.open).enumerate() {
        if open {
            costs[0] += choice.size(siting, row).opening;
            costs[1] += choice.size(siting, row).operating;
        } else {
            costs[2] += site.closing;
        }
    }
    costs
}

/// Cost of the supplies that give anything.
pub(super) fn supplying(siting: &Siting, choice: &SitingChoice) -> Cost {
    let mut used = vec![false; siting.supply_openings.len()];
    choice.inflows.iter().chain(&choice.direct).for_each(|&(row, _, _)| used[siting.supply_lines[row].supply] = true);
    siting.supply_openings.iter().zip(used).filter(|(_, used)| *used).map(|(&cost, _)| cost).sum()
}

pub(super) fn site_plans(
    problem: &Problem,
    siting: &Siting,
    choice: &SitingChoice,
    throughput: &[Load],
) -> Vec<SitePlan> {
    let open = &choice.open;
    let fullest = fullest_products(siting, choice);
    let mut plans = Vec::with_capacity(siting.sites.len());
    for (row, site) in problem.scenario.sites.iter().enumerate() {
        let is_open_today = match site.status {
            SiteStatus::Existing => true,
            SiteStatus::Forbidden => site.closing_cost.is_some(),
            SiteStatus::Candidate | SiteStatus::Required => false,
        };
        let used = in_user_units(throughput[row], siting.capacity_scale);
        let size = choice.size(siting, row);
        let level = size.level.map(|level| &site.levels[level]);
        let shared = level.map_or(site.capacity, |level| level.capacity).map(|capacity| used / capacity);
        let own = (!size.product_capacity.is_empty()).then_some(fullest[row]);
        plans.push(SitePlan {
            id: site.id.clone(),
            open: open[row],
            change: match (is_open_today, open[row]) {
                (false, true) => SiteChange::Opened,
                (true, false) => SiteChange::Closed,
                (true, true) => SiteChange::Kept,
                (false, false) => SiteChange::Unused,
            },
            level: level.filter(|_| open[row]).map(|level| level.id.clone()),
            throughput: used,
            utilization: shared.into_iter().chain(own).reduce(f64::max).filter(|_| open[row]),
            turning: None,
        });
    }
    plans
}

/// By site, the largest share of its own capacity that a product takes.
fn fullest_products(siting: &Siting, choice: &SitingChoice) -> Vec<f64> {
    let n_products = siting.products.len();
    let mut passed = vec![Load::ZERO; siting.sites.len() * n_products];
    for &(site, row, load) in &choice.flows {
        passed[site * n_products + siting.demand_lines[row].product.get()] += load;
    }
    let share = |(most, passed): (&Load, &Load)| {
        let is_limit = Load::ZERO < *most && *most < Load::HUGE;
        if is_limit { passed.get() as f64 / most.get() as f64 } else { 0.0 }
    };
    let of_site = |(row, passed): (usize, &[Load])| {
        let own = &choice.size(siting, row).product_capacity;
        own.iter().zip(passed).map(share).fold(0.0, f64::max)
    };
    passed.chunks(n_products).enumerate().map(of_site).collect()
}

/// The demands of which a line is not served whole.
fn unserved(problem: &Problem, siting: &Siting, choice: &SitingChoice, received: &[Load]) -> Vec<Unserved> {
    let mut unserved: Vec<Unserved> = Vec::new();
    for (line, &received) in siting.demand_lines.iter().zip(received) {
        if received >= line.quantity {
            continue;
        }
        let id = &problem.scenario.demands[line.demand].id;
        if unserved.last().is_some_and(|last| last.id == *id) {
            continue;
        }
        let reasons = vec![reason(problem, siting, choice, line, received)];
        unserved.push(Unserved { id: id.clone(), reasons, ..Unserved::default() });
    }
    unserved
}

fn reason(problem: &Problem, siting: &Siting, choice: &SitingChoice, line: &DemandLine, received: Load) -> Reason {
    let in_reach =
        (0..choice.open.len()).any(|row| choice.open[row] && problem.may_serve(siting, SiteIdx::new(row), line));
    let missing = in_user_units(line.quantity - received, siting.flow_scale);
    let product = siting.products[line.product.get()].id.as_ref().map(|id| format!(" of `{id}`")).unwrap_or_default();
    if in_reach {
        Reason {
            code: "no_capacity_left".to_owned(),
            message: format!("{missing}{product} are missing: the open sites in reach have no capacity left"),
            hint: "raise capacities, open more sites, or allow several sites to share the demand".to_owned(),
        }
    } else {
        Reason {
            code: "no_site_in_reach".to_owned(),
            message: format!("{missing}{product} are missing: no open site may serve the demand"),
            hint: "open a site in reach, or relax its distance, time or forbidden sites".to_owned(),
        }
    }
}
