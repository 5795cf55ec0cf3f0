//! Two routes exchange their tails, or one's tail for the other's head.

use super::{Change, Neighborhood, Piece, piece, place};
use crate::routing::arcs::Node;
use crate::routing::prepared::Prepared;
use crate::routing::segment::{Clock, Goods};
use crate::routing::state::{Slot, State};

/// Lets the tail from `v` on follow `u`, and what followed `u` take its place. Also known as crossover or swap tails.
///
/// Turned, the head up to `v` follows `u` the other way round, and what followed `u` comes, turned around, before what
/// followed `v`.
///
/// Source: Potvin & Rousseau (1995), Journal of the Operational Research Society 46(12); both forms in Vidal (2022),
/// Computers & Operations Research 140.
pub(super) struct TwoOptStar {
    /// Whether heads meet heads.
    pub(super) turned: bool,
}

impl<G: Goods, C: Clock> Neighborhood<G, C> for TwoOptStar {
    fn name(&self) -> &'static str {
        "2-opt*"
    }

    fn applies_to(&self, prepared: &Prepared<'_, G, C>) -> bool {
        prepared.problem.shipments().is_empty() && (!self.turned || prepared.reversible())
    }

    fn change(&self, state: &State<'_, '_, G, C>, u: Node, v: Node) -> Option<Change> {
        let (first, (slot, position)) = (place(state, u), place(state, v));
        let second = (slot, if self.turned { position } else { position - 1 });
        (first.0 != slot).then(|| cross(state, first, second, self.turned))
    }
}

/// Cuts two routes behind a position each and joins heads to the other tails, or heads to heads and tails to tails.
#[must_use]
pub fn cross<G: Goods, C: Clock>(
    state: &State<'_, '_, G, C>,
    (slot, position): (Slot, usize),
    (other, target): (Slot, usize),
    turned: bool,
) -> Change {
    // The ends stay, because each vehicle returns to its own.
    let (end, other_end) = (state.routes[slot].visits.len() - 1, state.routes[other].visits.len() - 1);
    let (head, tail) = (piece(slot, 0, position + 1), piece(slot, position + 1, end));
    let home = piece(slot, end, end + 1);
    let (ours, theirs) = if turned {
        let turn = |piece: Piece| Piece { reversed: true, ..piece };
        let (other_head, other_tail) = (piece(other, 1, target + 1), piece(other, target + 1, other_end + 1));
        (vec![head, turn(other_head), home], vec![piece(other, 0, 1), turn(tail), other_tail])
    } else {
        let (other_head, other_tail) = (piece(other, 0, target + 1), piece(other, target + 1, other_end));
        (vec![head, other_tail, home], vec![other_head, tail, piece(other, other_end, other_end + 1)])
    };
    Change { routes: vec![(slot, ours), (other, theirs)] }
}
