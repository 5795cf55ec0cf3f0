//! A stretch of one route turned around.

use super::{Change, Neighborhood, Piece, piece, place};
use crate::routing::arcs::Node;
use crate::routing::segment::{Clock, Goods};
use crate::routing::state::{Slot, State};

/// Turns the stretch behind `u` up to `v` around, so that `v` follows `u`.
///
/// Source: Croes (1958), Operations Research 6(6).
pub(super) struct TwoOpt;

impl<G: Goods, C: Clock> Neighborhood<G, C> for TwoOpt {
    fn name(&self) -> &'static str {
        "2-opt"
    }

    fn change(&self, state: &State<'_, '_, G, C>, u: Node, v: Node) -> Option<Change> {
        let ((slot, position), (other, target)) = (place(state, u), place(state, v));
        if slot != other || position + 1 >= target {
            return None;
        }
        Some(turn(state, slot, position, target))
    }
}

/// Turns the visits behind position `from` up to `to` around.
#[must_use]
pub fn turn<G: Goods, C: Clock>(state: &State<'_, '_, G, C>, slot: Slot, from: usize, to: usize) -> Change {
    let turned = Piece { slot, from: from + 1, to: to + 1, reversed: true };
    let n_nodes = state.routes[slot].visits.len();
    Change { routes: vec![(slot, vec![piece(slot, 0, from + 1), turned, piece(slot, to + 1, n_nodes)])] }
}
