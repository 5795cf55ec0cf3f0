//! Two routes exchange their tails.

use super::{Change, Neighborhood, piece, place};
use crate::routing::arcs::Node;
use crate::routing::segment::{Clock, Goods};
use crate::routing::state::State;

/// Lets the tail from `v` on follow `u`, and what followed `u` take its place. Also known as crossover or swap tails.
///
/// Source: Potvin & Rousseau (1995), Journal of the Operational Research Society 46(12).
pub(super) struct TwoOptStar;

impl<G: Goods, C: Clock> Neighborhood<G, C> for TwoOptStar {
    fn name(&self) -> &'static str {
        "2-opt*"
    }

    fn change(&self, state: &State<'_, '_, G, C>, u: Node, v: Node) -> Option<Change> {
        let ((slot, position), (other, target)) = (place(state, u), place(state, v));
        if slot == other {
            return None;
        }
        // The ends stay, because each vehicle returns to its own.
        let (end, other_end) = (state.routes[slot].visits.len() - 1, state.routes[other].visits.len() - 1);
        let ours = vec![piece(slot, 0, position + 1), piece(other, target, other_end), piece(slot, end, end + 1)];
        let theirs =
            vec![piece(other, 0, target), piece(slot, position + 1, end), piece(other, other_end, other_end + 1)];
        Some(Change { routes: vec![(slot, ours), (other, theirs)] })
    }
}
