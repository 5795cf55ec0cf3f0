//! Customers that find no place.

use super::{ABSENT, State};
use crate::routing::arcs::Node;
use crate::routing::segment::{Clock, Goods};

impl<G: Goods, C: Clock> State<'_, '_, G, C> {
    /// Takes the customers that are on routes now out of the absent ones.
    pub fn forget_served(&mut self) {
        let mut absent = std::mem::take(&mut self.absent);
        absent.retain(|&node| {
            let served = self.is_served(node);
            if served {
                self.discount(node);
            }
            !served
        });
        self.absent = absent;
        self.index_absent();
    }

    /// Notes that `node` has left the absent ones.
    fn discount(&mut self, node: Node) {
        self.cost -= self.prepared.forfeit[node.get()];
        self.n_missing -= self.prepared.urgency[node.get()];
    }

    /// Adds `node` to the absent ones.
    pub fn miss(&mut self, node: Node) {
        self.cost += self.prepared.forfeit[node.get()];
        self.n_missing += self.prepared.urgency[node.get()];
        self.position_of[node.get()] = self.absent.len() as u32;
        self.absent.push(node);
    }

    /// Takes the absent customer number `index` out of the absent ones.
    pub fn unmiss(&mut self, index: usize) -> Node {
        let node = self.absent.swap_remove(index);
        if let Some(moved) = self.absent.get(index) {
            self.position_of[moved.get()] = index as u32;
        }
        self.discount(node);
        node
    }

    /// The index of `node` among the absent ones, if it is there.
    #[must_use]
    pub fn absent_index(&self, node: Node) -> Option<usize> {
        let index = self.position_of[node.get()] as usize;
        (self.slot_of[node.get()] == ABSENT && self.absent.get(index) == Some(&node)).then_some(index)
    }

    pub(super) fn index_absent(&mut self) {
        for (index, node) in self.absent.iter().enumerate() {
            self.position_of[node.get()] = index as u32;
        }
    }
}
