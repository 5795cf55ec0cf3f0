//! The flows for given open sites: exact where one commodity moves, feasible and good elsewhere.
//!
//! Without binding capacities each row takes its cheapest open site; with them one commodity is a minimum-cost flow
//! on the graph of open sites; rows that must be served whole are packed; several products take turns.

mod assignment;
mod chain;
mod division;
mod greedy;
mod inflow;
mod local;
mod nearest;
mod packing;
mod products;
mod reflow;
mod transport;

use super::bounds::Prices;
use super::prepared::Prepared;
use super::solution::{Flow, Solution};
use products::Least;

pub(super) use assignment::{Assignment, Hints};
pub(super) use chain::{Chain, ChainFlow};
pub(super) use greedy::{greedy, greedy_opening};
pub(super) use local::{LocalFlow, Mark};
pub(super) use nearest::nearest;
pub(super) use reflow::{Network, Reflow};
pub(super) use transport::{Commodity, Transport};

/// The best solution found with exactly these sites open, or `None` when none was found.
pub(super) fn best_flows(prepared: &Prepared<'_>, open: &[bool]) -> Option<Solution> {
    if prepared.nearest_is_optimal() {
        return nearest(prepared, open);
    }
    let mut prices =
        Prices { rows: vec![0.0; prepared.n_rows()], supplies: vec![0.0; prepared.problem.supplies().len()] };
    products::flows(prepared, open, &mut prices, Least::Kept)
}

/// The open site that is furthest below its least throughput in the best flows without such, as a share of it, among
/// those that `may_close`. `None` when there are no flows, or no site is below.
pub(super) fn thinnest(prepared: &Prepared<'_>, open: &[bool], may_close: impl Fn(usize) -> bool) -> Option<usize> {
    let mut prices =
        Prices { rows: vec![0.0; prepared.n_rows()], supplies: vec![0.0; prepared.problem.supplies().len()] };
    let solution = products::flows(prepared, open, &mut prices, Least::Ignored)?;
    let mut passed = vec![0.0; prepared.n_sites()];
    for flow in &solution.flows {
        let j = flow.customer.get();
        passed[flow.site.get()] += flow.amount.get() as f64 * prepared.weight[j] / prepared.demand[j];
    }
    let share = |i: usize| passed[i] / prepared.least[i];
    let thin = (0..passed.len()).filter(|&i| open[i] && prepared.least[i] > passed[i] && may_close(i));
    thin.min_by(|&a, &b| share(a).total_cmp(&share(b)))
}

/// [`best_flows`] where capacities bind, with what each row costs at the margin put into `prices` where it is known.
pub(super) fn priced_flows(prepared: &Prepared<'_>, open: &[bool], prices: &mut Prices) -> Option<Solution> {
    products::flows(prepared, open, prices, Least::Kept)
}

/// Whether [`LocalFlow`] can follow the rows of a problem.
pub(super) fn spreads(prepared: &Prepared<'_>) -> bool {
    reflow::rooms(prepared).is_some()
}

/// Whether [`best_flows`] is exact: its cost is the least with these sites open, up to rounding.
pub(super) fn exact(prepared: &Prepared<'_>) -> bool {
    if prepared.truncated {
        return false;
    }
    prepared.nearest_is_optimal() || !prepared.packing && products::one_by_one(prepared)
}

/// The solution with these outbound flows and the cheapest inflows; `None` when supplies fall short.
pub(super) fn complete(prepared: &Prepared<'_>, open: &[bool], flows: Vec<Flow>) -> Option<Solution> {
    let inflows = inflow::inflows(prepared, open, &flows)?;
    Some(Solution::priced(prepared.problem, open, flows, inflows))
}
