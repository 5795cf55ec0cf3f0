//! Two customers of two routes change routes, each to the best place there.

use super::{Change, Neighborhood, Piece, piece, place};
use crate::routing::arcs::Node;
use crate::routing::segment::{Clock, Goods};
use crate::routing::state::{Slot, State};

/// Exchanges `u` and `v` without keeping their places. The places are chosen by distance.
///
/// Source: Vidal (2022), Computers & Operations Research 140; here around neighbors instead of all pairs of two routes.
pub(super) struct SwapStar;

impl<G: Goods, C: Clock> Neighborhood<G, C> for SwapStar {
    fn name(&self) -> &'static str {
        "SWAP*"
    }

    fn change(&self, state: &State<'_, '_, G, C>, u: Node, v: Node) -> Option<Change> {
        let (first, second) = (place(state, u), place(state, v));
        // Both orders of a pair are the same move.
        if first.0 == second.0 || u > v {
            return None;
        }
        let ours = exchanged(state, first, v, second);
        let theirs = exchanged(state, second, u, first);
        Some(Change { routes: vec![(first.0, ours), (second.0, theirs)] })
    }
}

/// The route `slot` without the visit at `leaves`, and with `enters` where that is nearest.
fn exchanged<G: Goods, C: Clock>(
    state: &State<'_, '_, G, C>,
    (slot, leaves): (Slot, usize),
    enters: Node,
    (other, at): (Slot, usize),
) -> Vec<Piece> {
    let (visits, arcs) = (&state.routes[slot].visits, &state.prepared.arcs);
    let behind = (0..visits.len() - 1)
        .filter(|&position| position != leaves)
        .min_by_key(|&position| {
            let next = if position + 1 == leaves { position + 2 } else { position + 1 };
            let (from, to) = (visits[position], visits[next]);
            arcs.distance(from, enters) + arcs.distance(enters, to) - arcs.distance(from, to)
        })
        .unwrap_or(0);
    let entering = piece(other, at, at + 1);
    if behind < leaves {
        let head = [piece(slot, 0, behind + 1), entering];
        [head.as_slice(), &[piece(slot, behind + 1, leaves), piece(slot, leaves + 1, visits.len())]].concat()
    } else {
        let head = [piece(slot, 0, leaves), piece(slot, leaves + 1, behind + 1)];
        [head.as_slice(), &[entering, piece(slot, behind + 1, visits.len())]].concat()
    }
}
