//! Every row to its cheapest open site.

use super::super::prepared::Prepared;
use super::super::solution::{Flow, Solution};
use super::inflow;
use crate::units::{CustomerIdx, SiteIdx};

/// The solution in which every row takes its cheapest open site; `None` when a row has none.
pub(crate) fn nearest(prepared: &Prepared<'_>, open: &[bool]) -> Option<Solution> {
    let problem = prepared.problem;
    let mut best = vec![(f64::INFINITY, usize::MAX); prepared.n_rows()];
    for i in (0..prepared.n_sites()).filter(|&i| open[i]) {
        let (rows, costs) = prepared.arcs(i);
        for (&j, &cost) in rows.iter().zip(costs) {
            if cost < best[j as usize].0 {
                best[j as usize] = (cost, i);
            }
        }
    }
    let mut flows = Vec::with_capacity(best.len());
    for (j, &(cost, i)) in best.iter().enumerate() {
        if !cost.is_finite() {
            return None;
        }
        let amount = problem.customers()[j].demand;
        flows.push(Flow { site: SiteIdx::new(i), customer: CustomerIdx::new(j), amount });
    }
    let inflows = inflow::inflows(prepared, open, &flows)?;
    Some(Solution::priced(problem, open, flows, inflows))
}
