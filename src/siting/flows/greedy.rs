//! A first feasible solution in one pass, for problems so large that exact flows would come late.

use super::super::prepared::Prepared;
use super::super::solution::{Flow, Solution};
use super::complete;
use crate::units::{CustomerIdx, Load, SiteIdx};

/// Every row in turn to its cheapest open sites with room. `None` when that leaves something over, or a site
/// below its least throughput.
pub(crate) fn greedy(prepared: &Prepared<'_>, open: &[bool]) -> Option<Solution> {
    let sites: Vec<usize> = (0..prepared.n_sites()).filter(|&i| open[i]).collect();
    let mut left = prepared.capacity.clone();
    let mut flows = Vec::new();
    for (j, customer) in prepared.problem.customers().iter().enumerate() {
        let mut missing = customer.demand.get();
        let unit = customer.weight.get() as f64 / customer.demand.get() as f64;
        let room = |left: f64| if unit == 0.0 { i64::MAX } else { (left / unit).clamp(0.0, 9e15).floor() as i64 };
        while missing > 0 {
            let least = if customer.single_source { missing } else { 1 };
            let fitting = sites.iter().filter(|&&i| room(left[i]) >= least);
            let costs = fitting.filter_map(|&i| prepared.arc_cost(i, j).map(|cost| (cost, i)));
            let (_, i) = costs.min_by(|a, b| a.0.total_cmp(&b.0))?;
            let amount = missing.min(room(left[i]));
            left[i] -= amount as f64 * unit;
            missing -= amount;
            flows.push(Flow { site: SiteIdx::new(i), customer: CustomerIdx::new(j), amount: Load::new(amount) });
        }
    }
    let mut passed = vec![0.0; prepared.n_sites()];
    for flow in &flows {
        let j = flow.customer.get();
        passed[flow.site.get()] += flow.amount.get() as f64 * prepared.weight[j] / prepared.demand[j];
    }
    if sites.iter().any(|&i| passed[i] < prepared.least[i]) {
        return None;
    }
    complete(prepared, open, flows)
}
