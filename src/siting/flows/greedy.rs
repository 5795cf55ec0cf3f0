//! A first feasible solution in one pass, for problems so large that exact flows would come late.

use super::super::prepared::Prepared;
use super::super::solution::{Flow, Solution};
use super::complete;
use crate::units::{CustomerIdx, Load, SiteIdx};

/// Every row, those first that would lose most at their second choice, to its cheapest open sites with room. `None` when
/// that leaves something over, or a site below its least throughput.
pub(crate) fn greedy(prepared: &Prepared<'_>, open: &[bool]) -> Option<Solution> {
    let mut left = prepared.capacity.clone();
    let mut left_for = prepared.product_capacity.clone();
    let mut flows = Vec::new();
    let near: Vec<Vec<(f64, usize)>> = (0..prepared.n_rows()).map(|j| open_arcs(prepared, open, j)).collect();
    for j in by_regret(&near) {
        let customer = &prepared.problem.customers()[j];
        let mut missing = customer.demand.get();
        let unit = customer.weight.get() as f64 / customer.demand.get() as f64;
        let room = |left: f64| if unit == 0.0 { i64::MAX } else { (left / unit).clamp(0.0, 9e15).floor() as i64 };
        for &(_, i) in &near[j] {
            let own = left_for.get_mut(i * prepared.problem.n_products() + customer.product.get());
            let amount = missing.min(room(left[i])).min(own.as_ref().map_or(i64::MAX, |left| **left as i64));
            if amount == 0 || customer.single_source && amount < missing {
                continue;
            }
            left[i] -= amount as f64 * unit;
            if let Some(own) = own {
                *own -= amount as f64;
            }
            missing -= amount;
            flows.push(Flow { site: SiteIdx::new(i), customer: CustomerIdx::new(j), amount: Load::new(amount) });
            if missing == 0 {
                break;
            }
        }
        if missing > 0 {
            return None;
        }
    }
    let mut passed = vec![0.0; prepared.n_sites()];
    for flow in &flows {
        let j = flow.customer.get();
        passed[flow.site.get()] += flow.amount.get() as f64 * prepared.weight[j] / prepared.demand[j];
    }
    if (0..passed.len()).any(|i| open[i] && passed[i] < prepared.least[i]) {
        return None;
    }
    complete(prepared, open, flows)
}

/// The open sites that may serve row `j`, the cheapest first.
fn open_arcs(prepared: &Prepared<'_>, open: &[bool], j: usize) -> Vec<(f64, usize)> {
    let sites = prepared.problem.customers()[j].services.iter().map(|service| service.site.get());
    let open = sites.filter(|&i| open[i]);
    let mut arcs: Vec<(f64, usize)> = open.filter_map(|i| prepared.arc_cost(i, j).map(|cost| (cost, i))).collect();
    arcs.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    arcs
}

/// Rows by what their second choice costs more than the first, the most first.
fn by_regret(near: &[Vec<(f64, usize)>]) -> Vec<usize> {
    let regret = |j: usize| match near[j].as_slice() {
        [first, second, ..] => second.0 - first.0,
        _ => f64::INFINITY,
    };
    let mut rows: Vec<usize> = (0..near.len()).collect();
    rows.sort_by(|&j, &k| regret(k).total_cmp(&regret(j)).then(j.cmp(&k)));
    rows
}
