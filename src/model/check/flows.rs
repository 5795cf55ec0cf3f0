//! Flows of a siting plan: who they name, where they may go, and what they cost.

use super::coverage::Reached;
use super::summary::Term;
use super::violations::{Violations, millionths};
use crate::model::plan::{Flow, OUTSIDE, Plan, Stage};
use crate::model::problem::{Problem, Siting, Size};
use crate::model::scenario::{Demand, Lane};
use crate::units::LocationIdx;
use std::collections::HashMap;

/// Rows by id.
pub(super) struct Rows<'a> {
    pub(super) supplies: HashMap<&'a str, usize>,
    pub(super) sites: HashMap<&'a str, usize>,
    pub(super) demands: HashMap<&'a str, usize>,
    products: HashMap<Option<&'a str>, usize>,
    supply_lines: HashMap<(usize, usize), usize>,
    demand_lines: HashMap<(usize, usize), usize>,
}

impl<'a> Rows<'a> {
    /// The rows of the scenario's lists and of the lines made of them.
    pub(super) fn new(problem: &'a Problem, siting: &'a Siting) -> Self {
        let scenario = &problem.scenario;
        let supply_lines = siting.supply_lines.iter().enumerate();
        let demand_lines = siting.demand_lines.iter().enumerate();
        Self {
            supplies: by_id(scenario.supplies.iter().map(|supply| supply.id.as_str())),
            sites: by_id(scenario.sites.iter().map(|site| site.id.as_str())),
            demands: by_id(scenario.demands.iter().map(|demand| demand.id.as_str())),
            products: siting.products.iter().enumerate().map(|(row, kind)| (kind.id.as_deref(), row)).collect(),
            supply_lines: supply_lines.map(|(row, line)| ((line.supply, line.product.get()), row)).collect(),
            demand_lines: demand_lines.map(|(row, line)| ((line.demand, line.product.get()), row)).collect(),
        }
    }
}

fn by_id<'a>(ids: impl Iterator<Item = &'a str>) -> HashMap<&'a str, usize> {
    ids.enumerate().map(|(row, id)| (id, row)).collect()
}

/// What the flows add up to, in flow units and millionths.
pub(super) struct Flows<'a> {
    /// The size of each open site.
    pub(super) open: &'a [Option<&'a Size>],
    n_products: usize,
    /// By site and product.
    inside: Vec<i128>,
    outside: Vec<i128>,
    /// By supply line.
    pub(super) taken: Vec<i128>,
    /// By demand line.
    pub(super) received: Vec<i128>,
    /// Whether several sites, supplies or others serve it, by demand line.
    pub(super) is_shared: Vec<bool>,
    source: Vec<Option<Source>>,
    /// How far demands are from whoever serves them.
    pub(super) reached: Reached,
    moved: f64,
    moved_distance: f64,
    costs: [i128; 6],
    n_flows: usize,
}

impl<'a> Flows<'a> {
    /// Checks each flow by itself and adds it up.
    pub(super) fn check(
        problem: &Problem,
        siting: &Siting,
        rows: &Rows<'_>,
        open: &'a [Option<&'a Size>],
        plan: &Plan,
        violations: &mut Violations,
    ) -> Self {
        let cells = siting.sites.len() * siting.products.len();
        let n_lines = siting.demand_lines.len();
        let mut flows = Self {
            open,
            n_products: siting.products.len(),
            inside: vec![0; cells],
            outside: vec![0; cells],
            taken: vec![0; siting.supply_lines.len()],
            received: vec![0; n_lines],
            is_shared: vec![false; n_lines],
            source: vec![None; n_lines],
            reached: Reached::default(),
            moved: 0.0,
            moved_distance: 0.0,
            costs: [0; 6],
            n_flows: plan.flows.len(),
        };
        let judge = Judge { problem, siting, rows, open };
        for (place, flow) in plan.flows.iter().enumerate() {
            let pointer = |field: &str| format!("/flows/{place}/{field}");
            let Some(amount) = judge.amount(flow, &pointer, violations) else { continue };
            let Some(&product) = rows.products.get(&flow.product.as_deref()) else {
                let detail = format!("no product has the id {:?}", flow.product);
                violations.add(pointer("product"), "unknown_product", detail);
                continue;
            };
            match flow.stage {
                Stage::Inbound => judge.inbound(flow, amount, product, &pointer, &mut flows, violations),
                Stage::Outbound => judge.outbound(flow, amount, product, &pointer, &mut flows, violations),
                Stage::Direct => judge.direct(flow, amount, product, &pointer, &mut flows, violations),
                Stage::Outsourced => judge.outsourced(flow, amount, product, &pointer, &mut flows, violations),
            }
        }
        flows
    }

    /// Counts what a demand line gets.
    fn receive(&mut self, row: usize, amount: i128, from: Source) {
        self.received[row] += amount;
        self.is_shared[row] |= *self.source[row].get_or_insert(from) != from;
    }

    /// Counts what leaves a site on routes, in flow units of the first product.
    pub(super) fn pass(&mut self, site: usize, amount: i128, siting: &Siting) {
        self.outside[site * self.n_products] += amount;
        let quantity = amount as f64 / siting.flow_scale;
        self.costs[2] += millionths(quantity * self.open[site].map_or(0.0, |size| size.handling));
        self.n_flows += 1;
    }

    /// What enters a site.
    pub(super) fn inflow(&self, site: usize, product: usize) -> i128 {
        self.inside[site * self.n_products + product]
    }

    /// What leaves a site.
    pub(super) fn outflow(&self, site: usize, product: usize) -> i128 {
        self.outside[site * self.n_products + product]
    }

    /// What leaves a site, by product.
    pub(super) fn out_of_site(&self, site: usize) -> impl Iterator<Item = (usize, i128)> {
        (0..self.n_products).map(move |product| (product, self.outflow(site, product)))
    }

    /// Demand-weighted mean distance of the outbound flows.
    pub(super) fn mean_distance(&self) -> Option<f64> {
        (self.moved > 0.0).then(|| self.moved_distance / self.moved)
    }

    /// The cost terms of the flows.
    pub(super) fn terms(&self) -> Vec<Term> {
        ["purchase", "inbound", "handling", "outbound", "direct", "outsourcing"]
            .into_iter()
            .zip(self.costs)
            .map(|(name, millionths)| Term { name, millionths, n_rounded: self.n_flows })
            .collect()
    }
}

/// Who serves a demand line.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Source {
    Site(usize),
    Supply(usize),
    Outside,
}

/// What a flow is judged by.
struct Judge<'a> {
    problem: &'a Problem,
    siting: &'a Siting,
    rows: &'a Rows<'a>,
    open: &'a [Option<&'a Size>],
}

impl Judge<'_> {
    /// The quantity in flow units.
    fn amount(&self, flow: &Flow, pointer: &impl Fn(&str) -> String, violations: &mut Violations) -> Option<i128> {
        let scaled = flow.quantity * self.siting.flow_scale;
        let amount = scaled.round();
        if !(scaled.is_finite() && amount > 0.0 && amount < 1e18) {
            let detail = format!("must be above 0, found {}", flow.quantity);
            violations.add(pointer("quantity"), "quantity_not_positive", detail);
            return None;
        }
        if (scaled - amount).abs() > 1e-6 + amount * 1e-12 {
            let detail = format!("{} is no multiple of {}", flow.quantity, 1.0 / self.siting.flow_scale);
            violations.add(pointer("quantity"), "quantity_not_exact", detail);
        }
        Some(amount as i128)
    }

    /// The row of the site that a flow goes through, and that it is open.
    fn site(&self, id: &str, pointer: String, violations: &mut Violations) -> Option<usize> {
        match self.rows.sites.get(id) {
            Some(&row) => {
                if self.open[row].is_none() {
                    violations.add(pointer, "closed_site_used", format!("site `{id}` is closed"));
                }
                Some(row)
            }
            None => {
                violations.add(pointer, "unknown_site", format!("no site has the id `{id}`"));
                None
            }
        }
    }

    fn inbound(
        &self,
        flow: &Flow,
        amount: i128,
        product: usize,
        pointer: &impl Fn(&str) -> String,
        flows: &mut Flows<'_>,
        violations: &mut Violations,
    ) {
        let site = self.site(&flow.to, pointer("to"), violations);
        let Some((supply, row)) = self.supply(flow, product, pointer, violations) else { return };
        let Some(site) = site else { return };
        let line = &self.siting.supply_lines[row];
        let legs = [line.location, self.siting.sites[site].location];
        let rate = self.rate(&self.problem.scenario.lanes.inbound, flow.product.as_deref(), [supply, site], legs);
        self.lane(flow, rate, legs, pointer, violations);
        if flow.covered.is_some() {
            violations.add(pointer("covered"), "covered_wrong", "an inbound flow covers nothing");
        }
        flows.taken[row] += amount;
        flows.inside[site * flows.n_products + product] += amount;
        flows.costs[0] += millionths(flow.quantity * line.unit_cost);
        flows.costs[1] += millionths(flow.quantity * rate);
    }

    fn outbound(
        &self,
        flow: &Flow,
        amount: i128,
        product: usize,
        pointer: &impl Fn(&str) -> String,
        flows: &mut Flows<'_>,
        violations: &mut Violations,
    ) {
        let site = self.site(&flow.from, pointer("from"), violations);
        let Some((demand, row)) = self.demand(flow, product, pointer, violations) else { return };
        let Some(site) = site else { return };
        let legs = [self.siting.sites[site].location, self.siting.demand_lines[row].location];
        let rate = self.rate(&self.problem.scenario.lanes.outbound, flow.product.as_deref(), [site, demand], legs);
        self.lane(flow, rate, legs, pointer, violations);
        let wanted = &self.problem.scenario.demands[demand];
        self.reach(wanted, &format!("site `{}`", flow.from), legs, pointer, violations);
        if wanted.forbidden_sites.contains(&flow.from) {
            let detail = format!("site `{}` must not serve demand `{}`", flow.from, wanted.id);
            violations.add(pointer("from"), "forbidden_site_used", detail);
        }
        flows.receive(row, amount, Source::Site(site));
        self.coverage(flow, amount, legs, pointer, flows, violations);
        flows.outside[site * flows.n_products + product] += amount;
        flows.costs[2] += millionths(flow.quantity * self.open[site].map_or(0.0, |size| size.handling));
        flows.costs[3] += millionths(flow.quantity * rate);
        flows.moved += flow.quantity;
        flows.moved_distance += flow.quantity * self.distance(legs) as f64;
    }

    /// The rows of the supply that a flow comes from, and of its line for the product.
    fn supply(
        &self,
        flow: &Flow,
        product: usize,
        pointer: &impl Fn(&str) -> String,
        violations: &mut Violations,
    ) -> Option<(usize, usize)> {
        let Some(&supply) = self.rows.supplies.get(flow.from.as_str()) else {
            violations.add(pointer("from"), "unknown_supply", format!("no supply has the id `{}`", flow.from));
            return None;
        };
        let Some(&row) = self.rows.supply_lines.get(&(supply, product)) else {
            let detail = format!("supply `{}` does not give this product", flow.from);
            violations.add(pointer("product"), "product_not_supplied", detail);
            return None;
        };
        Some((supply, row))
    }

    /// The rows of the demand that a flow goes to, and of its line for the product.
    fn demand(
        &self,
        flow: &Flow,
        product: usize,
        pointer: &impl Fn(&str) -> String,
        violations: &mut Violations,
    ) -> Option<(usize, usize)> {
        let Some(&demand) = self.rows.demands.get(flow.to.as_str()) else {
            violations.add(pointer("to"), "unknown_demand", format!("no demand has the id `{}`", flow.to));
            return None;
        };
        let Some(&row) = self.rows.demand_lines.get(&(demand, product)) else {
            let detail = format!("demand `{}` does not need this product", flow.to);
            violations.add(pointer("product"), "product_not_needed", detail);
            return None;
        };
        Some((demand, row))
    }

    fn direct(
        &self,
        flow: &Flow,
        amount: i128,
        product: usize,
        pointer: &impl Fn(&str) -> String,
        flows: &mut Flows<'_>,
        violations: &mut Violations,
    ) {
        let supply = self.supply(flow, product, pointer, violations);
        let demand = self.demand(flow, product, pointer, violations);
        let (Some((supply, supply_row)), Some((demand, row))) = (supply, demand) else { return };
        let Some(lane) = &self.problem.scenario.lanes.direct else {
            violations.add(pointer("stage"), "no_direct_lanes", "nothing goes directly in this scenario");
            return;
        };
        let line = &self.siting.supply_lines[supply_row];
        let legs = [line.location, self.siting.demand_lines[row].location];
        let rate = self.rate(lane, flow.product.as_deref(), [supply, demand], legs);
        self.lane(flow, rate, legs, pointer, violations);
        let wanted = &self.problem.scenario.demands[demand];
        self.reach(wanted, &format!("supply `{}`", flow.from), legs, pointer, violations);
        flows.receive(row, amount, Source::Supply(supply));
        self.coverage(flow, amount, legs, pointer, flows, violations);
        flows.taken[supply_row] += amount;
        flows.costs[0] += millionths(flow.quantity * line.unit_cost);
        flows.costs[4] += millionths(flow.quantity * rate);
        flows.moved += flow.quantity;
        flows.moved_distance += flow.quantity * self.distance(legs) as f64;
    }

    fn outsourced(
        &self,
        flow: &Flow,
        amount: i128,
        product: usize,
        pointer: &impl Fn(&str) -> String,
        flows: &mut Flows<'_>,
        violations: &mut Violations,
    ) {
        if flow.from != OUTSIDE {
            let detail = format!("what others bring comes from `{OUTSIDE}`, found `{}`", flow.from);
            violations.add(pointer("from"), "unknown_supply", detail);
        }
        let Some((demand, row)) = self.demand(flow, product, pointer, violations) else { return };
        let Some(rate) = self.problem.scenario.demands[demand].outsourcing_cost else {
            let detail = format!("nobody else may serve demand `{}`", flow.to);
            violations.add(pointer("stage"), "not_outsourced", detail);
            return;
        };
        violations.equal(flow.distance, 0, || pointer("distance"), "flow_distance_wrong");
        if flow.covered.is_some() {
            violations.add(pointer("covered"), "covered_wrong", "what others bring is not measured");
        }
        violations.near(flow.cost, flow.quantity * rate, 1e-6, || pointer("cost"), "flow_cost_wrong");
        flows.receive(row, amount, Source::Outside);
        flows.costs[5] += millionths(flow.quantity * rate);
    }

    fn distance(&self, [from, to]: [LocationIdx; 2]) -> i64 {
        self.problem.travel.distance(from, to).get()
    }

    /// Cost of one of the user's units.
    fn rate(&self, lane: &Lane, product: Option<&str>, [from, to]: [usize; 2], legs: [LocationIdx; 2]) -> f64 {
        if let Some(unit_costs) = product.and_then(|product| lane.product_unit_costs.get(product)) {
            return unit_costs[from][to];
        }
        if let Some(unit_costs) = &lane.unit_costs {
            return unit_costs[from][to];
        }
        lane.per_unit.unwrap_or(0.0) + lane.per_unit_km.unwrap_or(0.0) * (self.distance(legs) as f64 / 1000.0)
    }

    /// Checks a flow's stated distance and cost.
    fn lane(
        &self,
        flow: &Flow,
        rate: f64,
        legs: [LocationIdx; 2],
        pointer: &impl Fn(&str) -> String,
        violations: &mut Violations,
    ) {
        violations.equal(flow.distance, self.distance(legs), || pointer("distance"), "flow_distance_wrong");
        violations.near(flow.cost, flow.quantity * rate, 1e-6, || pointer("cost"), "flow_cost_wrong");
    }

    /// Checks what a flow says of its coverage, and counts it.
    fn coverage(
        &self,
        flow: &Flow,
        amount: i128,
        legs: [LocationIdx; 2],
        pointer: &impl Fn(&str) -> String,
        flows: &mut Flows,
        violations: &mut Violations,
    ) {
        let duration = self.problem.travel.duration(legs[0], legs[1]).get();
        let expected = flows.reached.flow(self.problem, [self.distance(legs), duration], amount);
        if flow.covered != expected {
            let detail = format!("found {:?}, should be {expected:?}", flow.covered);
            violations.add(pointer("covered"), "covered_wrong", detail);
        }
    }

    /// Checks that whoever serves the demand is near enough.
    fn reach(
        &self,
        demand: &Demand,
        origin: &str,
        legs: [LocationIdx; 2],
        pointer: &impl Fn(&str) -> String,
        violations: &mut Violations,
    ) {
        let distance = self.distance(legs) as f64;
        if let Some(most) = demand.max_distance
            && distance > most
        {
            let detail = format!("{origin} is {distance} m away, at most {most} m are allowed");
            violations.add(pointer("from"), "max_distance_exceeded", detail);
        }
        let duration = self.problem.travel.duration(legs[0], legs[1]).get() as f64;
        if let Some(most) = demand.max_duration
            && duration > most
        {
            let detail = format!("{origin} is {duration} s away, at most {most} s are allowed");
            violations.add(pointer("from"), "max_duration_exceeded", detail);
        }
    }
}
