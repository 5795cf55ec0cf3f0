//! Local search over the set of open sites: add one, drop one, swap two.

mod exchange;
mod interchange;
mod local;
mod reflow;
mod tabu;
#[cfg(test)]
mod tests;

pub(super) use exchange::{Exchange, Screen};
pub(super) use interchange::{interchange, open_greedily};
pub(super) use local::LocalSearch;
pub(super) use reflow::descend as descend_by_reflow;
pub(super) use tabu::search_by_tabu;
