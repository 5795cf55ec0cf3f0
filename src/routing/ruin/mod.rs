//! Taking customers off their routes, near each other so that they can change places.

mod strings;

pub use strings::Strings;

use super::arcs::Node;
use super::reloads;
use super::segment::{Clock, Goods};
use super::state::{ABSENT, Slot, State};
use crate::search::Rng;
use rand::RngExt as _;

/// What a ruin works with: who left, and scratch space.
#[derive(Default)]
pub struct Removed {
    /// Customers taken off, shipments and groups by their first visit, in the order of removal.
    pub customers: Vec<Node>,
    marked: Vec<bool>,
    taken: Vec<Node>,
    slots: Vec<u32>,
}

impl Removed {
    /// Forgets everything.
    pub fn clear(&mut self) {
        self.customers.clear();
        self.slots.clear();
    }

    /// Takes the visits at `positions` off a route, with the other visits of their shipments. Reloads stay until the route
    /// does without them.
    fn take<G: Goods, C: Clock>(
        &mut self,
        state: &mut State<'_, '_, G, C>,
        slot: Slot,
        positions: impl Iterator<Item = usize>,
    ) {
        self.marked.resize(state.prepared.n_customers(), false);
        for position in positions {
            let node = state.routes[slot].visits[position];
            if state.prepared.is_reload(node) || std::mem::replace(&mut self.marked[node.get()], true) {
                continue;
            }
            self.taken.push(node);
            match state.prepared.partner[node.get()] {
                None => self.customers.push(state.prepared.lead(node)),
                Some(partner) => {
                    self.marked[partner.get()] = true;
                    self.taken.push(partner);
                    self.customers.push(if state.prepared.is_drop[node.get()] { partner } else { node });
                }
            }
        }
        let marked = &self.marked;
        state.remove_where(slot, |_, node| marked[node.get()]);
        self.taken.drain(..).for_each(|node| self.marked[node.get()] = false);
        if state.prepared.has_reloads() {
            reloads::tidy(state, slot);
        }
        self.slots.push(slot as u32);
        // Where the way around is shorter than the way straight on, a route may break a limit by losing a visit.
        let route = &state.routes[slot];
        let n_visits = route.n_visits();
        let terms = state.prepared.terms(route.vehicle_type);
        if n_visits > 0 && !(route.has_timetable() && state.prepared.allows(terms, &route.total, n_visits)) {
            self.take(state, slot, 1..=n_visits);
        }
    }

    /// Takes off whoever is tied to those that left, so that all of them can find another route.
    pub fn take_tied<G: Goods, C: Clock>(&mut self, state: &mut State<'_, '_, G, C>) {
        let mut next = 0;
        while let Some(&node) = self.customers.get(next) {
            while let Some((slot, position)) = state.tied_to(node) {
                self.take(state, slot, std::iter::once(position));
            }
            next += 1;
        }
    }

    /// Closes the routes that were emptied.
    pub fn close_empty<G: Goods, C: Clock>(&self, state: &mut State<'_, '_, G, C>) {
        state.close_empty(&self.slots);
    }
}

/// Takes whole routes off: that of `seed` and, often, the one of a neighbor.
pub fn whole_routes<G: Goods, C: Clock>(
    state: &mut State<'_, '_, G, C>,
    seed: Node,
    longest: usize,
    removed: &mut Removed,
    rng: &mut Rng,
) {
    let mut most = rng.random_range(1..=2);
    let prepared = state.prepared;
    for node in std::iter::once(seed).chain(prepared.near(seed).iter().map(|&row| Node::new(row as usize))) {
        let slot = state.slot_of[node.get()];
        if slot == ABSENT || state.routes[slot as usize].n_visits() > longest {
            continue;
        }
        let n_visits = state.routes[slot as usize].n_visits();
        removed.take(state, slot as Slot, 1..=n_visits);
        most -= 1;
        if most == 0 {
            break;
        }
    }
}

/// Takes `count` customers off that are near `seed`, whatever route they are on.
pub fn nearest<G: Goods, C: Clock>(
    state: &mut State<'_, '_, G, C>,
    seed: Node,
    count: usize,
    removed: &mut Removed,
    rng: &mut Rng,
) {
    let prepared = state.prepared;
    for node in std::iter::once(seed).chain(prepared.near(seed).iter().map(|&row| Node::new(row as usize))) {
        let slot = state.slot_of[node.get()];
        if slot == ABSENT || rng.random_range(0..4) == 0 {
            continue;
        }
        let position = state.position_of[node.get()] as usize;
        removed.take(state, slot as Slot, std::iter::once(position));
        if removed.customers.len() >= count {
            break;
        }
    }
}
