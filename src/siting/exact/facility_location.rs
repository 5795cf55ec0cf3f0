//! The strong mixed-integer model of a prepared problem, for small ones.
//!
//! Source: Balinski (1965), Management Science 12(3), with a row `share <= open` per arc.

use super::super::bounds::Fixing;
use super::super::prepared::Prepared;
use super::super::solution::Flow;
use crate::mip::{Column, Model, Outcome, Sense, Status};
use crate::units::{CustomerIdx, Load, SiteIdx};

/// The model and the meaning of its columns.
pub(crate) struct FacilityLocation {
    model: Model,
    /// Costs were divided by this.
    scale: f64,
    /// Share of a row that a site serves: column, site, row.
    arcs: Vec<(Column, usize, usize)>,
}

/// What the engine found.
pub(crate) struct Found {
    pub(crate) status: Status,
    /// In millionths.
    pub(crate) objective: f64,
    /// The flows, when there are any and they are whole amounts.
    pub(crate) flows: Option<Vec<Flow>>,
}

impl FacilityLocation {
    /// States the model with sites fixed. Rows that must be served whole get binary shares when `integral`.
    pub(crate) fn new(prepared: &Prepared<'_>, fixed: &Fixing, integral: bool) -> Self {
        let n_sites = prepared.n_sites();
        let scale = prepared.missing / 1e4;
        let mut model = Model::new();
        let open: Vec<Column> = (0..n_sites)
            .map(|i| match fixed[i] {
                None => model.binary(prepared.opening[i] / scale),
                Some(open) => {
                    let value = f64::from(u8::from(open));
                    model.continuous(value, value, prepared.opening[i] / scale)
                }
            })
            .collect();
        let mut served: Vec<Vec<(Column, f64)>> = vec![Vec::new(); prepared.n_rows()];
        let mut arcs = Vec::new();
        let mut shares: Vec<Vec<(Column, usize)>> = vec![Vec::new(); n_sites];
        for i in (0..n_sites).filter(|&i| fixed[i] != Some(false)) {
            let (rows, costs) = prepared.arcs(i);
            for (&j, &cost) in rows.iter().zip(costs) {
                let j = j as usize;
                let base = if prepared.supplies_bind { prepared.inbound_of(i, j) } else { 0.0 };
                let cost = (cost - base) / scale;
                let whole = integral && prepared.packing && prepared.problem.customers()[j].single_source;
                let share = if whole { model.binary(cost) } else { model.continuous(0.0, 1.0, cost) };
                if fixed[i].is_none() {
                    model.row([(share, 1.0), (open[i], -1.0)], Sense::AtMost, 0.0);
                }
                arcs.push((share, i, j));
                served[j].push((share, 1.0));
                shares[i].push((share, j));
            }
        }
        for served in served {
            model.row(served, Sense::Equal, 1.0);
        }
        let mean = prepared.total_weight / prepared.n_rows().max(1) as f64;
        for i in (0..n_sites).filter(|&i| prepared.capacity[i].is_finite()) {
            let used = shares[i].iter().map(|&(share, j)| (share, prepared.weight[j] / mean));
            model.row(used.chain([(open[i], -prepared.capacity[i] / mean)]), Sense::AtMost, 0.0);
        }
        let n_products = prepared.problem.n_products();
        for (at, &most) in prepared.product_capacity.iter().enumerate().filter(|(_, most)| most.is_finite()) {
            let (i, product) = (at / n_products, at % n_products);
            let of_product = shares[i].iter().filter(|(_, j)| prepared.product[*j] == product);
            let used = of_product.map(|&(share, j)| (share, prepared.demand[j] / mean));
            model.row(used.chain([(open[i], -most / mean)]), Sense::AtMost, 0.0);
        }
        if prepared.supplies_bind {
            let plants: Vec<Column> = (0..prepared.plant_useful.len())
                .map(|g| {
                    let cost = prepared.problem.plants()[g].cost.get() as f64 / scale;
                    match fixed[n_sites + g] {
                        None => model.binary(cost),
                        Some(open) => {
                            let value = f64::from(u8::from(open));
                            model.continuous(value, value, cost)
                        }
                    }
                })
                .collect();
            state_supplies(&mut model, prepared, &shares, &plants, scale);
        }
        for i in (0..n_sites).filter(|&i| prepared.least[i] > 0.0) {
            let used = shares[i].iter().map(|&(share, j)| (share, prepared.weight[j] / mean));
            model.row(used.chain([(open[i], -prepared.least[i] / mean)]), Sense::AtLeast, 0.0);
        }
        for place in prepared.problem.places().iter().filter(|place| place.sites.len() > 1) {
            let sense = if place.is_required { Sense::Equal } else { Sense::AtMost };
            model.row(open[place.sites.clone()].iter().map(|&column| (column, 1.0)), sense, 1.0);
        }
        if prepared.funds.is_finite() {
            let spending = open.iter().zip(&prepared.spending);
            let share = |(&column, &spending): (&Column, &f64)| (column, spending / prepared.funds.max(1.0));
            model.row(spending.map(share), Sense::AtMost, prepared.funds / prepared.funds.max(1.0));
        }
        let all = || open.iter().map(|&column| (column, 1.0));
        if prepared.problem.min_open() > 0 {
            model.row(all(), Sense::AtLeast, prepared.problem.min_open() as f64);
        }
        if prepared.problem.max_open() < n_sites {
            model.row(all(), Sense::AtMost, prepared.problem.max_open() as f64);
        }
        Self { model, scale, arcs }
    }

    /// Solves for at most `seconds`.
    pub(crate) fn solve(self, prepared: &Prepared<'_>, seconds: f64) -> Found {
        let outcome = self.model.minimize(seconds);
        let flows = (!outcome.values.is_empty()).then(|| whole_flows(prepared, &self.arcs, &outcome)).flatten();
        Found { status: outcome.status, objective: outcome.objective * self.scale + prepared.constant, flows }
    }
}

/// The flows that the shares stand for, or `None` when they are not whole amounts that add up.
fn whole_flows(prepared: &Prepared<'_>, arcs: &[(Column, usize, usize)], outcome: &Outcome) -> Option<Vec<Flow>> {
    let mut missing: Vec<i64> = prepared.problem.customers().iter().map(|customer| customer.demand.get()).collect();
    let mut used = vec![0.0; prepared.n_sites()];
    let mut left_for = prepared.product_capacity.clone();
    let mut flows = Vec::new();
    for &(share, i, j) in arcs {
        let exact = outcome.value(share) * prepared.demand[j];
        let amount = exact.round();
        if (exact - amount).abs() > 1e-3 {
            return None;
        }
        if amount > 0.0 {
            missing[j] -= amount as i64;
            used[i] += amount * prepared.weight[j] / prepared.demand[j];
            if let Some(left) = left_for.get_mut(i * prepared.problem.n_products() + prepared.product[j]) {
                *left -= amount;
            }
            flows.push(Flow { site: SiteIdx::new(i), customer: CustomerIdx::new(j), amount: Load::new(amount as i64) });
        }
    }
    let is_used = used.iter().map(|&used| used > 0.0);
    let limits = prepared.least.iter().zip(&prepared.capacity).zip(is_used);
    let fits =
        used.iter().zip(limits).all(|(used, ((least, most), is_used))| used <= most && (!is_used || used >= least));
    let fits = fits && left_for.iter().all(|&left| left >= 0.0);
    (fits && missing.iter().all(|&missing| missing == 0)).then_some(flows)
}

/// Inflow columns, their balance at each site and product, and the supplies' capacities.
fn state_supplies(
    model: &mut Model,
    prepared: &Prepared<'_>,
    shares: &[Vec<(Column, usize)>],
    plants: &[Column],
    scale: f64,
) {
    let problem = prepared.problem;
    let mean = prepared.demand.iter().sum::<f64>() / prepared.n_rows().max(1) as f64;
    let mut drawn: Vec<Vec<(Column, f64)>> = vec![Vec::new(); problem.supplies().len()];
    for (i, shares) in shares.iter().enumerate() {
        for product in 0..problem.n_products() {
            let mut balance: Vec<(Column, f64)> = Vec::new();
            for &(share, j) in shares.iter().filter(|&&(_, j)| prepared.product[j] == product) {
                balance.push((share, -prepared.demand[j] / mean));
            }
            if balance.is_empty() {
                continue;
            }
            for (k, supply) in problem.supplies().iter().enumerate() {
                if supply.product.get() == product && supply.unit_cost[i].is_finite() {
                    let inflow = model.continuous(0.0, f64::INFINITY, supply.unit_cost[i] * mean / scale);
                    balance.push((inflow, 1.0));
                    drawn[k].push((inflow, 1.0));
                }
            }
            model.row(balance, Sense::Equal, 0.0);
        }
    }
    for (k, (supply, mut drawn)) in problem.supplies().iter().zip(drawn).enumerate() {
        if drawn.is_empty() {
            continue;
        }
        match (prepared.plant_of(k), supply.capacity.map(Load::get)) {
            (Some(g), _) => {
                drawn.push((plants[g], -prepared.supply_useful[k] / mean));
                model.row(drawn, Sense::AtMost, 0.0);
            }
            (None, Some(most)) => model.row(drawn, Sense::AtMost, most as f64 / mean),
            (None, None) => {}
        }
    }
}
