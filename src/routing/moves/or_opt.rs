//! A short chain of customers to another place.

use super::{Change, Neighborhood, moved, place};
use crate::routing::arcs::Node;
use crate::routing::segment::{Clock, Goods};
use crate::routing::state::State;

/// Moves the chain that begins with `u` behind `v`.
///
/// Source: Or (1976), as in Kindervater & Savelsbergh (1997), Local Search in Combinatorial Optimization.
pub(super) struct OrOpt {
    /// Customers in the chain.
    pub(super) length: usize,
    /// Whether it is turned around.
    pub(super) reversed: bool,
}

impl<G: Goods, C: Clock> Neighborhood<G, C> for OrOpt {
    fn name(&self) -> &'static str {
        "or-opt"
    }

    fn change(&self, state: &State<'_, '_, G, C>, u: Node, v: Node) -> Option<Change> {
        moved(state, place(state, u), self.length, self.reversed, place(state, v))
    }
}
