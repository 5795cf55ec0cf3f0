//! Where a customer is best inserted.
//!
//! Small problems scan whole routes, row by row of the distance table; large ones look only beside the customer's
//! neighbors, so that the work does not grow with the number of customers.

use super::detour::{Rates, Way};
use super::policy::{Insertion, Policy};
use super::shortlist::Shortlist;
use crate::routing::arcs::{Node, Ways};
use crate::routing::prepared::Terms;
use crate::routing::segment::{Clock, Goods, Segment};
use crate::routing::state::{ABSENT, Gate, RouteState, Slot, Slots, State};
use crate::search::Rng;
use crate::units::{Cost, Distance, Duration, VehicleTypeIdx};
use rand::RngExt as _;

/// A place for a customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Between the visits before and at `position` of an open route.
    Route {
        /// Which route.
        slot: Slot,
        /// Position that the customer gets.
        position: usize,
    },
    /// Alone on a new route.
    New {
        /// Driven by this vehicle type.
        vehicle_type: VehicleTypeIdx,
    },
}

/// What a customer can know of a route before any of its positions is looked at.
#[derive(Clone, Copy)]
struct Entry {
    /// The trips with room, bit by bit; none where the customer may not enter at all.
    trips: u64,
    /// What detours cost there.
    rates: Rates,
}

impl Entry {
    #[inline]
    fn has_room(&self, trip: u32) -> bool {
        self.trips >> trip & 1 == 1
    }
}

/// No price of a distance.
const UNKNOWN: i64 = i64::MIN;

/// One customer's search for its cheapest place.
pub struct Scan<'s, 'a, 'p, G, C> {
    state: &'s State<'a, 'p, G, C>,
    node: Node,
    ways: Ways<'s, 'p>,
    visit: Segment<G, C>,
    best: Insertion<Place>,
    /// Places of open routes that only a timetable can price.
    shortlist: Shortlist<(Slot, usize)>,
    /// Whether these are priced at once.
    eager: bool,
    /// Whether a place was passed over since breaks and rests seem to leave no time for it.
    passed_over: bool,
    /// The last answer of [`Scan::below`], and for which price of a distance and cost of service.
    below: (i64, i64, Cost),
    policy: Policy,
}

impl<'s, 'a, 'p, G: Goods, C: Clock> Scan<'s, 'a, 'p, G, C> {
    /// The cheapest place of `node` that costs less than `limit`.
    #[must_use]
    pub fn cheapest(
        state: &'s State<'a, 'p, G, C>,
        node: Node,
        limit: Cost,
        policy: Policy,
        rng: &mut Rng,
        seen: &mut Slots,
    ) -> Insertion<Place> {
        let mut scan = Self::new(state, node, limit, policy);
        if state.prepared.is_tied()
            && let Some(slot) = state.bound_to(node)
        {
            scan.settled(|scan| scan.whole_route(slot, rng));
            return scan.best;
        }
        match (policy.beside, scan.ways.distances()) {
            (None, Some((back, there))) if std::ptr::eq(back, there) => {
                scan.settled(|scan| scan.all_routes::<true>(back, there, rng));
            }
            (None, Some((back, there))) => scan.settled(|scan| scan.all_routes::<false>(back, there, rng)),
            (None, None) => scan.settled(|scan| scan.open_routes(rng)),
            (Some(count), _) => scan.settled(|scan| scan.beside(count, rng, seen)),
        }
        scan.new_route(rng);
        if scan.best.place.is_none() && policy.everywhere && policy.beside.is_some() {
            scan.settled(|scan| scan.open_routes(rng));
        }
        scan.best
    }

    /// The cheapest new route for `node` alone, if that costs less than `limit`.
    #[must_use]
    pub fn alone_on_route(
        state: &'s State<'a, 'p, G, C>,
        node: Node,
        limit: Cost,
        policy: Policy,
        rng: &mut Rng,
    ) -> Insertion<Place> {
        let mut scan = Self::new(state, node, limit, policy);
        scan.new_route(rng);
        scan.best
    }

    fn new(state: &'s State<'a, 'p, G, C>, node: Node, limit: Cost, policy: Policy) -> Self {
        Self {
            state,
            node,
            ways: state.prepared.arcs.ways(node),
            visit: state.prepared.visit(node),
            best: Insertion::none(limit),
            shortlist: Shortlist::default(),
            eager: false,
            passed_over: false,
            below: (0, UNKNOWN, Cost::ZERO),
            policy,
        }
    }

    /// Runs a scan, then prices the places that look cheapest. Where breaks and rests forbid all of them to somebody who has
    /// to be served, and there are others, the scan runs again and prices every place that it comes to.
    #[inline]
    fn settled(&mut self, mut scan: impl FnMut(&mut Self)) {
        self.passed_over = false;
        scan(self);
        if C::TIMED && self.state.prepared.needs_timetables {
            let is_whole = !self.passed_over && !self.shortlist.is_full();
            let places = self.shortlist.take();
            self.below.1 = UNKNOWN;
            let mut is_possible = false;
            for (cost, (slot, position)) in places {
                if cost >= self.best.cost {
                    break;
                }
                is_possible |= self.price(slot, position);
            }
            // Whoever may be left out had better be, than take so much time.
            let is_optional = self.state.prepared.prize[self.node.get()].is_some();
            if !is_whole && !is_optional && !is_possible {
                self.eager = true;
                scan(self);
                self.eager = false;
            }
        }
    }

    /// The detour from which on a position cannot be the cheapest, as far as distance and service go.
    #[inline]
    fn below(&mut self, per_distance: i64, service: Cost) -> i64 {
        if self.below.1 != per_distance || (C::TIMED && self.below.2 != service) {
            let limit = self.shortlist.limit(self.best.cost) - service;
            self.below = (bound(limit, per_distance), per_distance, service);
        }
        self.below.0
    }

    /// Whether a detour could be the cheapest, as far as its way and the service go.
    #[inline]
    fn promises(&self, detour: Way, rates: &Rates) -> bool {
        rates.least(detour) < self.shortlist.limit(self.best.cost)
    }

    /// The prices of [`Scan::below`] on a route.
    #[inline]
    fn prices(&self, slot: Slot) -> (i64, Cost) {
        let route = &self.state.routes[slot];
        let terms = self.state.prepared.terms(route.vehicle_type);
        let service = match C::TIMED && terms.per_duration != 0 {
            true => self.longer(route, Duration::ZERO),
            false => Duration::ZERO,
        };
        (terms.per_distance, Cost::new(terms.per_duration) * service.get())
    }

    /// How much longer a route takes at least where the ways around take so long.
    #[inline]
    fn longer(&self, route: &RouteState<G, C>, around: Duration) -> Duration {
        (around + self.visit.clock.duration() - route.waiting).max(Duration::ZERO)
    }

    /// The trips of a route that could take the customer, bit by bit.
    #[inline]
    fn trips_with_room(&mut self, slot: Slot) -> u64 {
        let route = &self.state.routes[slot];
        let terms = self.state.prepared.terms(route.vehicle_type);
        let has_room = |goods: &G| goods.may_fit(&self.visit.goods, &terms.capacity);
        let trips = if C::HAS_TRIPS {
            let bit = |trip: usize| 1 << trip.min(Gate::LAST_TRIP as usize);
            let with_room = route.trips.iter().enumerate().filter(|(_, goods)| has_room(goods));
            with_room.fold(0, |trips, (trip, _)| trips | bit(trip))
        } else {
            u64::from(has_room(&route.total.goods))
        };
        let n_visits = route.n_visits() - route.total.goods.n_reloads();
        let may_enter = trips != 0
            && n_visits < terms.max_visits
            && self.state.may_join(self.node, Some(slot))
            && self.seems_in_time(slot);
        if may_enter { trips } else { 0 }
    }

    #[inline]
    fn entry(&mut self, slot: Slot) -> Entry {
        let route = &self.state.routes[slot];
        let terms = self.state.prepared.terms(route.vehicle_type);
        let rates = Rates::new(terms, route.waiting, self.visit.clock.duration());
        Entry { trips: self.trips_with_room(slot), rates }
    }

    /// Whether breaks and rests seem to leave time for the visit, wherever on the route it is made.
    #[inline]
    fn seems_in_time(&mut self, slot: Slot) -> bool {
        if !C::TIMED || !self.state.prepared.needs_timetables || self.eager {
            return true;
        }
        let route = &self.state.routes[slot];
        let terms = self.state.prepared.terms(route.vehicle_type);
        let has_time = route.seems_to_have_time(terms, self.visit.clock.duration());
        self.passed_over |= !has_time;
        has_time
    }

    /// Scans every route with room. `BOTH_WAYS` says that `back` is `there`, which spares half of the look-ups.
    fn all_routes<const BOTH_WAYS: bool>(&mut self, back: &[u32], there: &[u32], rng: &mut Rng) {
        for at in 0..self.state.open.len() {
            let slot = self.state.open[at] as Slot;
            if self.trips_with_room(slot) == 0 {
                continue;
            }
            let route = &self.state.routes[slot];
            let (per_distance, service) = self.prices(slot);
            // Detours below this one are worth a closer look.
            let mut below = self.below(per_distance, service);
            let visits = &route.visits[..];
            let legs = &route.legs[..visits.len()];
            let mut from = i64::from(back[visits[0].get()]);
            for position in 1..visits.len() {
                let node = visits[position].get();
                let to = i64::from(there[node]);
                let detour = from + to - legs[position].get();
                from = if BOTH_WAYS { to } else { i64::from(back[node]) };
                if detour < below {
                    if C::TIMED && route.before[position - 1].clock.finish() > self.visit.clock.latest() {
                        break;
                    }
                    if self.consider(slot, position, Distance::new(detour), rng) {
                        below = self.below(per_distance, service);
                    }
                }
            }
        }
    }

    fn open_routes(&mut self, rng: &mut Rng) {
        for &slot in &self.state.open {
            self.whole_route(slot as Slot, rng);
        }
    }

    fn whole_route(&mut self, slot: Slot, rng: &mut Rng) {
        let Entry { trips, rates } = self.entry(slot);
        if trips != 0 {
            for position in 1..self.state.routes[slot].visits.len() {
                self.position(slot, position, (None, None), &rates, rng);
            }
        }
    }

    /// Prices one position; the ways from the visit before and to the visit behind are computed unless they are `known`.
    fn position(
        &mut self,
        slot: Slot,
        position: usize,
        known: (Option<Distance>, Option<Distance>),
        rates: &Rates,
        rng: &mut Rng,
    ) {
        let route = &self.state.routes[slot];
        let (last, next) = (route.visits[position - 1], route.visits[position]);
        let there = known.0.unwrap_or_else(|| self.ways.distance_from(last));
        let back = known.1.unwrap_or_else(|| self.ways.distance_to(next));
        let distance = there + back - route.legs[position];
        let duration = if C::TIMED && rates.minds_time() {
            self.ways.duration_from(last) + self.ways.duration_to(next) - route.spans[position]
        } else {
            Duration::ZERO
        };
        if self.promises(Way { distance, duration }, rates) {
            self.consider(slot, position, distance, rng);
        }
    }

    /// Looks before and after the neighbors, then at the ends of their routes.
    ///
    /// Neighbors come nearest first, so the nearer end of a leg is met first: a leg with an end at distance `r` that is
    /// met now costs at least `2 r` minus its own length. The visit at the depot's end of a leg that was not met is
    /// farther than all neighbors. Neighbors on vehicles that may not call on the customer do not count.
    fn beside(&mut self, count: usize, rng: &mut Rng, seen: &mut Slots) {
        let state = self.state;
        let (near, reaches) = (state.prepared.near(self.node), state.prepared.reaches(self.node));
        let spans = state.prepared.spans(self.node);
        let (mut n_left, mut n_seen) = (count, 0);
        let per_distance = state.prepared.terms[0].per_distance;
        let one_rate = state.prepared.terms.len() == 1;
        let symmetric = state.prepared.arcs.symmetric();
        // By the numbers of the slots seen.
        let mut entries: Vec<Option<Entry>> = Vec::new();
        for (&neighbor, &reach) in near.iter().zip(reaches) {
            if n_left == 0 {
                break;
            }
            n_seen += 1;
            let slot = state.slot_of[neighbor as usize];
            if slot == ABSENT {
                n_left -= 1;
                continue;
            }
            let slot = slot as Slot;
            if state.prepared.is_barred
                && !self.visit.goods.may_ride(&state.prepared.terms(state.routes[slot].vehicle_type).capacity)
            {
                continue;
            }
            n_left -= 1;
            let number = seen.number(slot);
            if number == entries.len() {
                entries.push(None);
            }
            let gate = &state.gates[neighbor as usize];
            let apart = Distance::new(2 * i64::from(reach));
            if one_rate && (apart - gate.longer_leg).get() >= self.below(per_distance, Cost::ZERO) {
                continue;
            }
            let (mut ahead, mut behind) = (true, true);
            if C::TIMED {
                let span = Duration::new(i64::from(spans[n_seen - 1]));
                ahead = self.visit.clock.finish() + span <= gate.latest;
                behind = gate.finish + span <= self.visit.clock.latest();
            }
            if !(ahead || behind) {
                continue;
            }
            let entry = match entries[number] {
                Some(known) => known,
                None => *entries[number].insert(self.entry(slot)),
            };
            if !entry.has_room(gate.trip) {
                continue;
            }
            let position = state.position_of[neighbor as usize] as usize;
            let known = (symmetric && reach < u32::MAX).then(|| Distance::new(i64::from(reach)));
            if ahead {
                self.leg(slot, position, apart, (None, known), &entry.rates, rng);
            }
            if behind {
                self.leg(slot, position + 1, apart, (known, None), &entry.rates, rng);
            }
        }
        let beyond =
            state.prepared.remoteness[self.node.get()] + reaches[..n_seen].last().map_or(0, |&reach| i64::from(reach));
        let beyond = Distance::new(beyond);
        while let Some(slot) = seen.pop() {
            let Entry { trips, rates } = entries.pop().flatten().unwrap_or_else(|| self.entry(slot));
            if trips != 0 {
                self.leg(slot, 1, beyond, (None, None), &rates, rng);
                self.leg(slot, state.routes[slot].visits.len() - 1, beyond, (None, None), &rates, rng);
            }
        }
    }

    /// Prices a position unless its leg cannot do, whose ends are `apart` from the customer at least, both together. The
    /// ways from and to these ends are computed unless they are `known`.
    #[inline]
    fn leg(
        &mut self,
        slot: Slot,
        position: usize,
        apart: Distance,
        known: (Option<Distance>, Option<Distance>),
        rates: &Rates,
        rng: &mut Rng,
    ) {
        let distance = apart - self.state.routes[slot].legs[position];
        if self.promises(Way { distance, duration: Duration::ZERO }, rates) {
            self.position(slot, position, known, rates, rng);
        }
    }

    /// Takes a position whose detour looks good, if every limit holds and it is the cheapest so far.
    fn consider(&mut self, slot: Slot, position: usize, detour: Distance, rng: &mut Rng) -> bool {
        let prepared = self.state.prepared;
        let route = &self.state.routes[slot];
        let terms = prepared.terms(route.vehicle_type);
        if route.total.distance + detour > terms.max_distance || !self.state.may_come_before(self.node, position) {
            return false;
        }
        let load = Cost::new(terms.per_load) * self.visit.goods.brought().get();
        let mut cost = Cost::new(terms.per_distance) * detour.get() + load;
        let (mut there, mut back) = (Duration::ZERO, Duration::ZERO);
        if C::TIMED {
            there = self.ways.duration_from(route.visits[position - 1]);
            back = self.ways.duration_to(route.visits[position]);
            let arrival = self.state.finish_before(slot, position) + there;
            let finish = (arrival + self.visit.clock.duration()).max(self.visit.clock.finish());
            let onward = finish + back;
            if arrival > self.visit.clock.latest() || onward > route.after(position).clock.latest() {
                return false;
            }
        }
        // Where nobody minds how long a route takes, it was enough to be in time, and to enter at all.
        if !G::ORDER_FREE || (C::TIMED && (terms.watches_duration || prepared.needs_timetables)) {
            let has_timetables = C::TIMED && prepared.needs_timetables;
            let limit = if has_timetables { self.shortlist.limit(self.best.cost) } else { self.best.cost };
            if C::TIMED && terms.per_duration != 0 {
                let longer = self.longer(route, there + back - route.spans[position]);
                if cost + Cost::new(terms.per_duration) * longer.get() >= limit {
                    return false;
                }
            }
            let (before, after) = (&route.before[position - 1], route.after(position));
            let clock = before.clock.join(self.visit.clock, there).join(after.clock, back);
            let (duration, time_warp) = clock.extent();
            if time_warp > Duration::ZERO || duration > terms.max_duration {
                return false;
            }
            if terms.per_duration != 0 {
                cost += Cost::new(terms.per_duration) * (duration - route.least_duration).get();
            }
            let fits = || before.goods.join(self.visit.goods).join(after.goods).fits(&terms.capacity);
            if cost >= limit || !fits() {
                return false;
            }
            if has_timetables {
                if self.policy.blinks(rng) {
                    return false;
                }
                if self.eager {
                    let before = self.best.cost;
                    self.price(slot, position);
                    return self.best.cost < before;
                }
                if !route.seems_in_time(terms, duration) {
                    self.passed_over = true;
                    return false;
                }
                self.shortlist.offer(cost, (slot, position));
                self.below.1 = UNKNOWN;
                return true;
            }
        }
        if cost >= self.best.cost || self.policy.blinks(rng) {
            return false;
        }
        if prepared.has_stocks() {
            let before = &route.customers()[..position - 1];
            match self.state.price_of_drawing(route.vehicle_type, before, self.node) {
                Some(more) if cost + more < self.best.cost => cost += more,
                Some(_) | None => return false,
            }
        }
        self.best = Insertion::at(Place::Route { slot, position }, cost);
        self.below.1 = UNKNOWN;
        true
    }

    /// Takes a position that segments allow, if it is the cheapest so far by its timetable. Whether there is a timetable.
    fn price(&mut self, slot: Slot, position: usize) -> bool {
        let prepared = self.state.prepared;
        let route = &self.state.routes[slot];
        let terms = prepared.terms(route.vehicle_type);
        let around =
            self.ways.distance_from(route.visits[position - 1]) + self.ways.distance_to(route.visits[position]);
        let distance = route.total.distance + around - route.legs[position];
        let (before, behind) = route.customers().split_at(position - 1);
        let customers = before.iter().chain([&self.node]).chain(behind).copied();
        let Some(price) = prepared.timetable_price(terms, distance, customers.clone()) else { return false };
        let cost = price.0 - route.cost;
        let may_draw = self.state.may_draw(Some(slot), route.vehicle_type, customers);
        if may_draw && cost < self.best.cost {
            self.best = Insertion { cost, place: Some(Place::Route { slot, position }), price: Some(price) };
            self.below.1 = UNKNOWN;
        }
        may_draw
    }

    fn new_route(&mut self, rng: &mut Rng) {
        if !self.state.may_join(self.node, None) {
            return;
        }
        let mut n_possible = 0u32;
        let mut chosen: Option<(Cost, VehicleTypeIdx)> = None;
        for (row, terms) in self.state.prepared.terms.iter().enumerate() {
            if self.state.spare[row] == 0 {
                continue;
            }
            let way = self.ways.distance_from(terms.start) + self.ways.distance_to(terms.end);
            let least = terms.fixed + Cost::new(terms.per_distance) * way.get();
            if !self.policy.any_type && least >= chosen.map_or(self.best.cost, |(cost, _)| cost.min(self.best.cost)) {
                continue;
            }
            let Some(cost) = self.alone(terms) else { continue };
            n_possible += 1;
            let take = match chosen {
                None => true,
                Some(_) if self.policy.any_type => rng.random_range(0..n_possible) == 0,
                Some((least, _)) => cost < least,
            };
            if take {
                chosen = Some((cost, VehicleTypeIdx::new(row)));
            }
        }
        if let Some((cost, vehicle_type)) = chosen
            && cost < self.best.cost
        {
            self.best = Insertion::at(Place::New { vehicle_type }, cost);
        }
    }

    /// The cost of a route for this customer alone.
    fn alone(&self, terms: &Terms<G>) -> Option<Cost> {
        let prepared = self.state.prepared;
        let head = prepared.join(prepared.visit(terms.start), terms.start, self.node, self.visit);
        let whole = prepared.join(head, self.node, terms.end, prepared.visit(terms.end));
        let drawing = self.state.price_of_drawing(terms.vehicle_type, &[], self.node)?;
        let allowed = prepared.allows(terms, &whole, 1);
        let cost = if allowed { prepared.exact_cost(terms, &whole, [self.node]) } else { None };
        cost.map(|cost| cost + drawing)
    }
}

/// The detour from which on a position cannot cost less than `cost`, as far as distance goes.
#[inline]
fn bound(cost: Cost, per_distance: i64) -> i64 {
    if per_distance == 1 {
        cost.get()
    } else if per_distance > 0 {
        // Rounded up, so that a detour just below is still priced exactly.
        cost.get().saturating_add(per_distance - 1).div_euclid(per_distance)
    } else {
        i64::MAX
    }
}
