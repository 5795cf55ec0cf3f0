//! One customer to another place.

use super::{Change, Neighborhood, moved, place};
use crate::routing::arcs::Node;
use crate::routing::segment::{Clock, Goods};
use crate::routing::state::State;

/// Moves `u` next to `v`. Also known as insertion or shift.
pub(super) struct Relocate {
    /// Whether it goes before `v` instead of behind.
    pub(super) before: bool,
}

impl<G: Goods, C: Clock> Neighborhood<G, C> for Relocate {
    fn name(&self) -> &'static str {
        "relocate"
    }

    fn change(&self, state: &State<'_, '_, G, C>, u: Node, v: Node) -> Option<Change> {
        let (slot, position) = place(state, v);
        moved(state, place(state, u), 1, false, (slot, position - usize::from(self.before)))
    }
}
