//! Transactions: a route is saved the first time it is touched, and a rollback puts the saved routes back.

use super::{ABSENT, Gate, RouteState, Slot, State};
use crate::routing::segment::{Clock, Goods};

impl<G: Goods, C: Clock> State<'_, '_, G, C> {
    /// Saves a route before its first change within a transaction.
    #[inline]
    pub fn touch(&mut self, slot: Slot) {
        if !self.is_changed[slot] {
            self.is_changed[slot] = true;
            self.changed.push(slot as u32);
        }
        if self.saved_in[slot] != self.transaction {
            self.saved_in[slot] = self.transaction;
            self.save(slot);
        }
    }

    fn save(&mut self, slot: Slot) {
        let route = &self.routes[slot];
        let mut copy = self.pool.pop().unwrap_or_else(|| RouteState {
            visits: Vec::new(),
            legs: Vec::new(),
            spans: Vec::new(),
            before: Vec::new(),
            tails: Vec::new(),
            trips: Vec::new(),
            drawn: Vec::new(),
            ..*route
        });
        copy.vehicle_type = route.vehicle_type;
        copy.visits.clear();
        copy.visits.extend_from_slice(&route.visits);
        copy.legs.clear();
        copy.legs.extend_from_slice(&route.legs);
        copy.spans.clear();
        copy.spans.extend_from_slice(&route.spans);
        copy.before.clear();
        copy.tails.clear();
        if !route.stale {
            copy.before.extend_from_slice(&route.before);
            copy.tails.extend_from_slice(&route.tails);
        }
        copy.total = route.total;
        copy.trips.clone_from(&route.trips);
        (copy.cost, copy.duration) = (route.cost, route.duration);
        (copy.least_duration, copy.waiting) = (route.least_duration, route.waiting);
        copy.stale = route.stale;
        copy.drawn.clone_from(&route.drawn);
        self.saved.push((slot as u32, copy));
    }

    /// Opens a transaction, keeping what the last one did.
    pub fn begin(&mut self) {
        self.transaction += 1;
        self.pool.extend(self.saved.drain(..).map(|(_, route)| route));
        self.saved_absent.clear();
        self.saved_absent.extend_from_slice(&self.absent);
        self.saved_drawn.clone_from(&self.drawn);
        self.saved_totals = (self.cost, self.n_missing, self.n_served);
    }

    /// The slots touched by the transaction so far.
    pub fn touched(&self) -> impl Iterator<Item = Slot> + '_ {
        self.saved.iter().map(|&(slot, _)| slot as Slot)
    }

    /// Undoes the transaction.
    pub fn rollback(&mut self) {
        let mut saved = std::mem::take(&mut self.saved);
        for (slot, _) in &saved {
            let slot = *slot as Slot;
            if self.open_at[slot] != ABSENT {
                for at in 0..self.routes[slot].customers().len() {
                    let node = self.routes[slot].customers()[at];
                    self.slot_of[node.get()] = ABSENT;
                    self.idle.push(node);
                }
                self.vacate(slot);
                self.closed.push(slot as u32);
            }
        }
        for (slot, route) in &mut saved {
            let slot = *slot as Slot;
            std::mem::swap(&mut self.routes[slot], route);
            if self.routes[slot].visits.is_empty() {
                continue;
            }
            if let Some(at) = self.closed.iter().rposition(|&closed| closed as Slot == slot) {
                self.closed.swap_remove(at);
            }
            self.occupy(slot, self.routes[slot].vehicle_type);
            let route = &self.routes[slot];
            let mut trip = 0;
            for (at, node) in route.customers().iter().enumerate() {
                if C::HAS_TRIPS {
                    trip += u32::from(self.prepared.is_reload(*node));
                }
                self.slot_of[node.get()] = slot as u32;
                self.position_of[node.get()] = at as u32 + 1;
                let gate = &mut self.gates[node.get()];
                gate.longer_leg = route.legs[at + 1].max(route.legs[at + 2]);
                gate.trip = trip.min(Gate::LAST_TRIP);
                if C::TIMED {
                    gate.finish = route.before[at + 1].clock.finish();
                    gate.latest = route.after(at + 1).clock.latest();
                }
            }
        }
        self.pool.extend(saved.drain(..).map(|(_, route)| route));
        self.saved = saved;
        std::mem::swap(&mut self.absent, &mut self.saved_absent);
        std::mem::swap(&mut self.drawn, &mut self.saved_drawn);
        self.index_absent();
        (self.cost, self.n_missing, self.n_served) = self.saved_totals;
        self.transaction += 1;
    }

    /// The slots changed since the last call.
    pub fn take_changed(&mut self, changed: &mut Vec<u32>) {
        changed.clear();
        changed.append(&mut self.changed);
        for &slot in changed.iter() {
            self.is_changed[slot as usize] = false;
        }
    }
}
