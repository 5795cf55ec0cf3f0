//! Two chains change places.

use super::{Change, Neighborhood, piece, place};
use crate::routing::arcs::Node;
use crate::routing::segment::{Clock, Goods};
use crate::routing::state::State;

/// Exchanges the chains that begin with `u` and `v`. Also known as λ-interchange or exchange.
///
/// Source: Osman (1993), Annals of Operations Research 41.
pub(super) struct Swap {
    /// Customers in the chain of `u`.
    pub(super) first: usize,
    /// Customers in the chain of `v`.
    pub(super) second: usize,
}

impl<G: Goods, C: Clock> Neighborhood<G, C> for Swap {
    fn name(&self) -> &'static str {
        "swap"
    }

    fn change(&self, state: &State<'_, '_, G, C>, u: Node, v: Node) -> Option<Change> {
        let ((slot, position), (other, target)) = (place(state, u), place(state, v));
        let (end, target_end) = (position + self.first, target + self.second);
        let (n_nodes, other_nodes) = (state.routes[slot].visits.len(), state.routes[other].visits.len());
        if end >= n_nodes || target_end >= other_nodes {
            return None;
        }
        let (ours, theirs) = (piece(slot, position, end), piece(other, target, target_end));
        if slot != other {
            return Some(Change {
                routes: vec![
                    (slot, vec![piece(slot, 0, position), theirs, piece(slot, end, n_nodes)]),
                    (other, vec![piece(other, 0, target), ours, piece(other, target_end, other_nodes)]),
                ],
            });
        }
        let (early, late) = if position < target { (ours, theirs) } else { (theirs, ours) };
        if early.to > late.from {
            return None;
        }
        let between = piece(slot, early.to, late.from);
        let pieces = vec![piece(slot, 0, early.from), late, between, early, piece(slot, late.to, n_nodes)];
        Some(Change { routes: vec![(slot, pieces)] })
    }
}
