//! Changes of routes; each keeps the caches and the cost up to date.

use super::route::fill_segments;
use super::{ABSENT, Gate, RouteState, Slot, State};
use crate::routing::arcs::Node;
use crate::routing::prepared::Prepared;
use crate::routing::segment::{Clock, Goods};
use crate::units::{Cost, Distance, Duration, VehicleTypeIdx};

impl<G: Goods, C: Clock> State<'_, '_, G, C> {
    /// Opens an empty route. There must be a vehicle left.
    pub fn open(&mut self, vehicle_type: VehicleTypeIdx) -> Slot {
        assert!(self.spare[vehicle_type.get()] > 0, "no vehicle of {vehicle_type:?} is left");
        let slot = self.closed.pop().map_or_else(|| self.new_slot(), |slot| slot as Slot);
        self.touch(slot);
        self.occupy(slot, vehicle_type);
        let terms = self.prepared.terms(vehicle_type);
        let (start, end) = (terms.start, terms.end);
        let route = &mut self.routes[slot];
        route.vehicle_type = vehicle_type;
        route.visits.clear();
        route.visits.extend([start, end]);
        route.total.goods = G::NOTHING;
        self.refresh(slot, 0, 0, None);
        slot
    }

    /// Closes every open route among `slots` that serves nobody.
    pub fn close_empty(&mut self, slots: &[u32]) {
        for &slot in slots {
            let slot = slot as Slot;
            if self.routes[slot].visits.len() == 2 {
                self.touch(slot);
                self.routes[slot].visits.clear();
                self.vacate(slot);
                self.closed.push(slot as u32);
            }
        }
    }

    fn new_slot(&mut self) -> Slot {
        self.routes.push(RouteState::closed(self.prepared.visit(Node::new(self.prepared.n_customers()))));
        self.open_at.push(ABSENT);
        self.saved_in.push(0);
        self.is_changed.push(false);
        self.routes.len() - 1
    }

    pub(super) fn occupy(&mut self, slot: Slot, vehicle_type: VehicleTypeIdx) {
        debug_assert_eq!(self.open_at[slot], ABSENT);
        self.spare[vehicle_type.get()] -= 1;
        self.open_at[slot] = self.open.len() as u32;
        self.open.push(slot as u32);
    }

    pub(super) fn vacate(&mut self, slot: Slot) {
        let at = self.open_at[slot] as usize;
        self.spare[self.routes[slot].vehicle_type.get()] += 1;
        self.open.swap_remove(at);
        if let Some(&moved) = self.open.get(at) {
            self.open_at[moved as usize] = at as u32;
        }
        self.open_at[slot] = ABSENT;
    }

    /// Inserts `node` so that it becomes `visits[position]`.
    pub fn insert(&mut self, slot: Slot, position: usize, node: Node) {
        self.insert_priced(slot, [(position, node)], None);
    }

    /// Inserts nodes one after the other, each behind the one before, so that it becomes the visit at its position. What the
    /// route then costs and how long it takes is found out unless it is known.
    pub fn insert_priced<const N: usize>(
        &mut self,
        slot: Slot,
        places: [(usize, Node); N],
        price: Option<(Cost, Duration)>,
    ) {
        self.touch(slot);
        let route = &mut self.routes[slot];
        for (position, node) in places {
            route.visits.insert(position, node);
            route.total.goods = route.total.goods.exchanged(G::NOTHING, self.prepared.visit[node.get()].goods);
            self.slot_of[node.get()] = slot as u32;
        }
        let kept = route.visits.len() - 1 - places[N - 1].0;
        self.n_served += N;
        self.refresh(slot, places[0].0, kept, price);
    }

    /// Takes the visits for which `leaves` holds off the route.
    pub fn remove_where(&mut self, slot: Slot, mut leaves: impl FnMut(usize, Node) -> bool) {
        self.touch(slot);
        let n_customers = self.prepared.n_customers();
        let route = &mut self.routes[slot];
        let (mut first, mut last, mut kept) = (None, 0, 0);
        let n_nodes = route.visits.len();
        for position in 0..route.visits.len() {
            let node = route.visits[position];
            if node.get() < n_customers && leaves(position, node) {
                first = first.or(Some(position));
                last = position;
                route.total.goods = route.total.goods.exchanged(self.prepared.visit[node.get()].goods, G::NOTHING);
                self.slot_of[node.get()] = ABSENT;
                self.idle.push(node);
                self.n_served -= 1;
            } else {
                route.visits[kept] = node;
                kept += 1;
            }
        }
        route.visits.truncate(kept);
        if let Some(first) = first {
            self.refresh(slot, first, n_nodes - 1 - last, None);
        }
    }

    /// Makes `visits` the customers of an open route. They must be absent or its own so far; whoever it loses has to
    /// be put elsewhere by the caller.
    pub fn set_visits(&mut self, slot: Slot, visits: &[Node]) {
        self.touch(slot);
        let terms = self.prepared.terms(self.routes[slot].vehicle_type);
        let (start, end) = (terms.start, terms.end);
        self.n_served = self.n_served + visits.len() - self.routes[slot].n_visits();
        let route = &mut self.routes[slot];
        route.visits.clear();
        route.visits.push(start);
        route.visits.extend_from_slice(visits);
        route.visits.push(end);
        route.total.goods = G::NOTHING;
        for node in visits {
            route.total.goods = route.total.goods.join(self.prepared.visit[node.get()].goods);
            self.slot_of[node.get()] = slot as u32;
        }
        self.refresh(slot, 0, 0, None);
    }

    /// Hands an open route to another vehicle type, which must have a vehicle left and be able to drive it.
    pub fn retype(&mut self, slot: Slot, vehicle_type: VehicleTypeIdx) {
        self.touch(slot);
        let terms = self.prepared.terms(vehicle_type);
        let (start, end) = (terms.start, terms.end);
        self.spare[self.routes[slot].vehicle_type.get()] += 1;
        self.spare[vehicle_type.get()] -= 1;
        let route = &mut self.routes[slot];
        route.vehicle_type = vehicle_type;
        let last = route.visits.len() - 1;
        route.visits[0] = start;
        route.visits[last] = end;
        self.refresh(slot, 0, 0, None);
    }

    /// Hands each of two open routes to the vehicle of the other, which must be able to drive it.
    pub fn swap_vehicles(&mut self, first: Slot, second: Slot) {
        let types = [first, second].map(|slot| self.routes[slot].vehicle_type);
        // Both vehicles are under way, so one of them is counted twice for a moment.
        self.spare[types[1].get()] += 1;
        self.retype(first, types[1]);
        self.retype(second, types[0]);
        self.spare[types[1].get()] -= 1;
    }

    /// Recomputes a route's caches, given that no visit before `from` changed, nor the last `kept` ones, and its price unless
    /// that is known. Where no order matters the goods are right already.
    fn refresh(&mut self, slot: Slot, from: usize, kept: usize, price: Option<(Cost, Duration)>) {
        let prepared = self.prepared;
        let n_customers = prepared.n_customers();
        let route = &mut self.routes[slot];
        let n_nodes = route.visits.len();
        for (position, node) in route.visits.iter().enumerate().skip(from) {
            if node.get() < n_customers {
                self.position_of[node.get()] = position as u32;
            }
        }
        if route.legs.is_empty() {
            route.legs.push(Distance::ZERO);
        }
        let (first_leg, same_legs) = (from.max(1), kept.saturating_sub(1));
        let arrivals = route.visits[first_leg - 1..n_nodes - same_legs].windows(2);
        let old_legs = first_leg.min(route.legs.len())..route.legs.len() - same_legs;
        if C::TIMED {
            if route.spans.is_empty() {
                route.spans.push(Duration::ZERO);
            }
            let spans = arrivals.clone().map(|pair| prepared.arcs.duration(pair[0], pair[1]));
            route.spans.splice(old_legs.clone(), spans);
        }
        route.legs.splice(old_legs, arrivals.map(|pair| prepared.arcs.distance(pair[0], pair[1])));
        for position in first_leg.saturating_sub(1).max(1)..(n_nodes - same_legs).min(n_nodes - 1) {
            self.gates[route.visits[position].get()].longer_leg = route.legs[position].max(route.legs[position + 1]);
        }
        if Self::KEEPS_SEGMENTS {
            fill_segments(prepared, route, from, kept);
            route.total = route.before[n_nodes - 1];
            if C::TIMED {
                route.least_duration = route.total.clock.duration();
                if prepared.terms(route.vehicle_type).per_duration != 0 {
                    route.waiting = waiting(prepared, route);
                }
                for position in from.max(1)..n_nodes - 1 {
                    self.gates[route.visits[position].get()].finish = route.before[position].clock.finish();
                }
                for position in 1..(n_nodes - kept).min(n_nodes - 1) {
                    self.gates[route.visits[position].get()].latest = route.after(position).clock.latest();
                }
            }
            if C::HAS_TRIPS {
                route.trips.clear();
                for position in 1..n_nodes - 1 {
                    let node = route.visits[position];
                    if prepared.is_reload(node) {
                        route.trips.push(route.before[position - 1].goods.last_trip());
                    }
                    self.gates[node.get()].trip = (route.trips.len() as u32).min(Gate::LAST_TRIP);
                }
                route.trips.push(route.total.goods.last_trip());
            }
        } else {
            route.total.distance = route.legs.iter().copied().sum();
            route.stale = true;
        }
        let (cost, duration) = if n_nodes > 2 {
            let terms = prepared.terms(route.vehicle_type);
            let exact = || prepared.exact_price(terms, &route.total, route.customers().iter().copied());
            debug_assert!(price.is_none() || price == exact(), "a price that is known is the price");
            // Only a ruin leaves routes that cannot be driven, for a moment.
            price.or_else(exact).unwrap_or_else(|| (prepared.route_cost(terms, &route.total), Duration::HUGE))
        } else {
            (Cost::ZERO, Duration::ZERO)
        };
        self.cost += cost - route.cost;
        (route.cost, route.duration) = (cost, duration);
        if prepared.has_stocks() {
            self.draw_anew(slot);
        }
    }

    /// Makes sure that a route's `before` and `tails` are up to date.
    pub fn settle(&mut self, slot: Slot) {
        let route = &mut self.routes[slot];
        if route.stale {
            fill_segments(self.prepared, route, 0, 0);
        }
    }
}

/// How much of a route's duration is neither travel nor service.
fn waiting<G: Goods, C: Clock>(prepared: &Prepared<'_, G, C>, route: &RouteState<G, C>) -> Duration {
    let travel: Duration = route.spans.iter().copied().sum();
    let service: Duration = route.customers().iter().map(|&node| prepared.visit[node.get()].clock.duration()).sum();
    route.least_duration - travel - service
}
