//! A stretch of one route turned around.

use super::{Change, Neighborhood, Piece, piece, place};
use crate::routing::arcs::Node;
use crate::routing::segment::{Clock, Goods};
use crate::routing::state::State;

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
        let turned = Piece { slot, from: position + 1, to: target + 1, reversed: true };
        let n_nodes = state.routes[slot].visits.len();
        let pieces = vec![piece(slot, 0, position + 1), turned, piece(slot, target + 1, n_nodes)];
        Some(Change { routes: vec![(slot, pieces)] })
    }
}
