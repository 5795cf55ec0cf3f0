//! Local search over the set of open sites: add one, drop one, swap two.

mod exchange;
mod interchange;
mod local;
mod reflow;
mod tabu;
#[cfg(test)]
mod tests;

pub(super) use exchange::{Exchange, Screen};
pub(super) use interchange::{close_greedily, interchange, open_greedily};
pub(super) use local::LocalSearch;
pub(super) use reflow::{Follow, descend as descend_by_reflow, whole_cost};
pub(super) use tabu::search_by_tabu;
