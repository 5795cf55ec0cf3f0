//! Which sites to open: compile, solve, assemble.

use super::past_sites::PastSites;
use super::{Options, PlanError, compile, ended, prove, turns};
use crate::model::plan::{Certificate, Plan, Prices, Reason, SitePlan, Status};
use crate::model::problem::{Siting, Size};
use crate::model::{Problem, certified_bound, siting_plan};
use crate::search::Observer;
use crate::siting::{Dual, Infeasible, Params, Solution, solve};
use crate::units::{Cost, Load, ProductIdx};
use std::collections::{HashMap, HashSet};
use std::sync::atomic::Ordering;

pub(super) fn plan(
    problem: &Problem,
    data: &Siting,
    options: &Options<'_>,
    observer: &dyn Observer,
) -> Result<Plan, PlanError> {
    let first = if options.prices || options.alternatives > 0 { options.share(FIRST) } else { *options };
    // Compiling takes its time, but nothing that comes after the search takes longer for it.
    let budget = first.budget();
    let numbers = compile::siting(problem, data, &budget)?;
    let past = PastSites::new(data, problem.scenario.lanes.direct.is_some());
    let compiled = Compiled { problem, data, numbers, past };
    let start = options.warm_start.map(|plan| start(problem, data, plan));
    let prices = options.warm_start.and_then(|plan| prices(data, &compiled.numbers, plan));
    let params = Params { method: options.method, prices, ..Params::default() };
    let outcome = solve(&compiled.numbers, start.as_ref(), &params, &budget, options.seed, observer);
    if let Some(reason) = outcome.infeasible {
        return Err(PlanError::Infeasible(explain(problem, data, &reason)));
    }
    let Some(solution) = &outcome.solution else {
        return Err(PlanError::NothingFound { cancelled: options.cancel.load(Ordering::Relaxed) });
    };
    let mut plan = assembled(&compiled, solution);
    let rounding = compiled.rounding(&plan);
    plan.certificate = Some(certificate(problem, data, &outcome.dual, options.certificate));
    let closed = prove(&mut plan, outcome.lower_bound - rounding, "Lagrangian") && outcome.proven;
    plan.status = if closed { Status::Optimal } else { ended(options, budget.out_of_time()) };
    if options.prices || options.alternatives > 0 {
        turns::explore(&compiled, &outcome, options, &mut plan);
    }
    Ok(plan)
}

/// Share of the time for the plan itself where prices or alternatives are asked for too.
const FIRST: f64 = 0.5;

/// A question in the solver's numbers.
pub(super) struct Compiled<'a> {
    pub(super) problem: &'a Problem,
    pub(super) data: &'a Siting,
    pub(super) numbers: crate::siting::Problem,
    past: PastSites,
}

impl Compiled<'_> {
    /// The most by which a plan's total may be below its cost to the solver.
    pub(super) fn rounding(&self, plan: &Plan) -> Cost {
        if is_exact(&self.numbers) { Cost::ZERO } else { Cost::new(2 * plan.flows.len() as i64) }
    }
}

/// The plan of a solution, without bound and status.
pub(super) fn assembled(compiled: &Compiled<'_>, solution: &Solution) -> Plan {
    let data = compiled.data;
    let inflows = solution.inflows.iter().map(|flow| (flow.supply.get(), flow.site.get(), flow.amount));
    let flows = solution.flows.iter().map(|flow| (flow.site.get(), flow.customer.get(), flow.amount));
    let choice = compiled.past.choice(data, &solution.open, inflows, flows);
    siting_plan(compiled.problem, data, &choice)
}

/// The solver's prices in the scenario's units, shown with the bound that the checker finds in them, or only named.
fn certificate(problem: &Problem, data: &Siting, dual: &Dual, is_shown: bool) -> Certificate {
    let millionths = Cost::PER_CURRENCY as f64;
    let prices = Prices {
        demands: dual.rows.iter().map(|price| price / millionths).collect(),
        supplies: dual
            .supplies
            .iter()
            .take(data.supply_lines.len())
            .map(|price| price * data.flow_scale / millionths)
            .collect(),
        capacity: dual.capacity * data.capacity_scale / millionths,
        supplying: dual.plants * data.flow_scale / millionths,
        budget: data.budget.map(|_| dual.funds),
        reach: None,
    };
    let prices = prices.rounded();
    let mut certificate = Certificate::of(&prices);
    if is_shown {
        certificate.bound = Some(certified_bound(problem, data, &prices));
        certificate.prices = Some(prices);
    }
    certificate
}

/// The prices that a plan shows, in the solver's numbers, where it has one for each line of demand and supply.
fn prices(data: &Siting, compiled: &crate::siting::Problem, plan: &Plan) -> Option<Dual> {
    let prices = plan.certificate.as_ref()?.prices.as_ref()?;
    if prices.demands.len() != data.demand_lines.len() || prices.supplies.len() != data.supply_lines.len() {
        return None;
    }
    let millionths = Cost::PER_CURRENCY as f64;
    let supplies = prices.supplies.iter().map(|price| price / data.flow_scale * millionths);
    Some(Dual {
        rows: prices.demands.iter().map(|price| price * millionths).collect(),
        supplies: supplies.chain(std::iter::repeat(0.0)).take(compiled.supplies().len()).collect(),
        ..Dual::default()
    })
}

/// Whether solver and plan count every flow alike. They do when flows are whole and cost whole millionths; otherwise
/// the plan rounds purchase, transport and handling of a flow apart and the solver once, at most two millionths apart.
fn is_exact(compiled: &crate::siting::Problem) -> bool {
    let whole = |cost: f64| cost.fract().total_cmp(&0.0).is_eq();
    compiled.supplies().is_empty()
        && compiled.sites().iter().all(|site| site.capacity.is_none() && site.least == Load::ZERO)
        && compiled.customers().iter().flat_map(|customer| &customer.services).all(|service| whole(service.cost))
}

/// The open sites of a plan for the solver to start from; its flows are found again.
fn start(problem: &Problem, data: &Siting, plan: &Plan) -> Solution {
    let planned: HashMap<&str, &SitePlan> = plan.sites.iter().map(|site| (site.id.as_str(), site)).collect();
    let past = PastSites::new(data, problem.scenario.lanes.direct.is_some());
    let mut open = vec![false; past.sizes.len()];
    for (row, site) in problem.scenario.sites.iter().enumerate() {
        let Some(planned) = planned.get(site.id.as_str()).filter(|planned| planned.open) else { continue };
        let named = |size: &Size| size.level.map(|level| site.levels[level].id.as_str()) == planned.level.as_deref();
        if let Some(at) = past.sizes.at_level(data, row, named) {
            open[at] = true;
        }
    }
    open.resize(open.len() + past.len(), true);
    Solution {
        open,
        plants: vec![true; problem.scenario.supplies.iter().filter(|supply| supply.opening_cost > Some(0.0)).count()],
        flows: Vec::new(),
        inflows: Vec::new(),
        cost: Cost::HUGE,
    }
}

/// Which of the scenario's sites a plan has open.
pub(super) fn warm_start(problem: &Problem, plan: &Plan) -> Vec<bool> {
    let open: HashSet<&str> = plan.sites.iter().filter(|site| site.open).map(|site| site.id.as_str()).collect();
    problem.scenario.sites.iter().map(|site| open.contains(site.id.as_str())).collect()
}

/// Most demands that one reason names.
const NAMED: usize = 10;

/// A proof that there is no plan, in the scenario's names and units.
pub(super) fn explain(problem: &Problem, data: &Siting, reason: &Infeasible) -> Vec<Reason> {
    let told = |code: &str, message: String, hint: &str| {
        vec![Reason { code: code.to_owned(), message, hint: hint.to_owned() }]
    };
    let goods = |amount: Load| amount.get() as f64 / data.flow_scale;
    let room = |amount: Load| amount.get() as f64 / data.capacity_scale;
    let product = |product: ProductIdx| match &data.products[product.get()].id {
        Some(id) => format!(" of product `{id}`"),
        None => String::new(),
    };
    match reason {
        Infeasible::NoSite(customers) => {
            let lines = customers.iter().map(|customer| &data.demand_lines[customer.get()]);
            let ids: Vec<&str> = lines.map(|line| problem.scenario.demands[line.demand].id.as_str()).collect();
            let more = if ids.len() > NAMED { format!(" and {} more", ids.len() - NAMED) } else { String::new() };
            let named = ids.iter().take(NAMED).map(|id| format!("`{id}`")).collect::<Vec<_>>().join(", ");
            told(
                "out_of_reach",
                format!("no site may serve demand {named}{more}"),
                "raise `max_distance` or `max_duration`, allow a forbidden site, or add one nearer by",
            )
        }
        Infeasible::TooManyRequired { required, max_open } => told(
            "too_many_required",
            format!("{required} sites are required, at most {max_open} may be open"),
            "raise `sites_max`, or require fewer sites",
        ),
        Infeasible::TooFewSites { available, min_open } => told(
            "too_few_sites",
            format!("{min_open} sites must be open, {available} may be"),
            "lower `sites_min`, or allow more sites",
        ),
        Infeasible::Capacity { needed, available } => told(
            "capacity_short",
            format!(
                "the demands take {} of site capacity, the sites that may be open together have {}: {} short",
                room(*needed),
                room(*available),
                room(*needed - *available)
            ),
            "raise capacities or `sites_max`, add a site, or lower demands",
        ),
        Infeasible::Supply { product: which, needed, available } => told(
            "supply_short",
            format!(
                "{} units{} are needed, the supplies have {}: {} short",
                goods(*needed),
                product(*which),
                goods(*available),
                goods(*needed - *available)
            ),
            "raise the supplies' capacity, or lower demands",
        ),
        Infeasible::Funds { needed, available } => told(
            "budget_short",
            format!(
                "the sites that must be open cost {} to open at least, the budget is {}",
                needed.as_currency(),
                available.as_currency()
            ),
            "raise `budget`, require fewer sites, or lower `sites_min`",
        ),
        Infeasible::LeastThroughput { needed, available } => told(
            "min_throughput_too_high",
            format!(
                "the sites that must be open need a throughput of {} together, the demands take {}",
                room(*needed),
                room(*available)
            ),
            "lower `min_throughput`, or require fewer sites",
        ),
        Infeasible::EverySet => told(
            "no_choice_of_sites",
            "every choice of open sites breaks a limit: capacities, minimum throughputs, the budget or the number of sites \
             cannot be kept together"
                .to_owned(),
            "raise `budget`, capacities or `sites_max`, or lower `min_throughput`",
        ),
        Infeasible::Cover { max_open, at_least } => {
            // What goes past all sites counts as a site to the solver.
            let n_past = PastSites::new(data, problem.scenario.lanes.direct.is_some()).len();
            let (most, least) = (max_open.saturating_sub(n_past), at_least.saturating_sub(n_past));
            told(
                "sites_max_too_small",
                format!(
                    "no {most} sites can serve every demand within its limits and their capacities, at least {least} are needed"
                ),
                &format!(
                    "raise `sites_max` to {least} or more, the coverage radius, `max_distance` and `max_duration` of demands, or capacities"
                ),
            )
        }
        Infeasible::Flow { product: which, missing } => told(
            "flow_short",
            format!(
                "{} units{} cannot reach their demands, even with every site open: capacity is short within their reach",
                goods(*missing),
                product(*which)
            ),
            "raise the capacity of the sites near the demands that are far from others, or their `max_distance`",
        ),
    }
}
