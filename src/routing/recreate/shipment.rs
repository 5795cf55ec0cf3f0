//! Where the two visits of a shipment are best inserted.

use super::detour::{Rates, Way};
use super::policy::{Insertion, Policy};
use super::shortlist::Shortlist;
use crate::routing::arcs::{Node, Ways};
use crate::routing::segment::{Clock, Goods};
use crate::routing::state::{ABSENT, Slot, Slots, State};
use crate::search::Rng;
use crate::units::{Cost, Distance, Duration, VehicleTypeIdx};

/// Places for both visits on an open route, or a new route for them alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PairPlace {
    /// On an open route: the pickup becomes `visits[pickup]`, then the drop becomes `visits[drop]`.
    Route {
        /// Which route.
        slot: Slot,
        /// Position of the first visit.
        pickup: usize,
        /// Position of the second, counted with the first in place.
        drop: usize,
    },
    /// Alone on a new route.
    New {
        /// Driven by this vehicle type.
        vehicle_type: VehicleTypeIdx,
    },
}

/// The cheapest places of a shipment that cost less than `limit`. `O(m²)` for each route of `m` visits at worst; most
/// scans end at the first visit that the load or a window forbids.
#[must_use]
pub fn cheapest_pair<G: Goods, C: Clock>(
    state: &State<'_, '_, G, C>,
    pair: (Node, Node),
    limit: Cost,
    policy: Policy,
    rng: &mut Rng,
    seen: &mut Slots,
) -> Insertion<PairPlace> {
    let (best, shortlist) = (Insertion::none(limit), Shortlist::default());
    let arcs = &state.prepared.arcs;
    let mut scan = PairScan {
        state,
        pair,
        ways: (arcs.ways(pair.0), arcs.ways(pair.1)),
        policy,
        best,
        shortlist,
        detours: Vec::new(),
        eager: false,
        passed_over: false,
    };
    if state.prepared.is_tied()
        && let Some(slot) = state.bound_to(pair.0)
    {
        scan.settled(|scan| scan.route(slot, rng));
        return scan.best;
    }
    match policy.beside {
        None => scan.settled(|scan| scan.open_routes(rng)),
        Some(count) => scan.settled(|scan| {
            let near = [state.prepared.near(pair.0), state.prepared.near(pair.1)];
            for &neighbor in near.into_iter().flat_map(|list| &list[..count.min(list.len())]) {
                let slot = state.slot_of[neighbor as usize];
                if slot != ABSENT && seen.insert(slot as Slot) {
                    scan.route(slot as Slot, rng);
                }
            }
            while seen.pop().is_some() {}
        }),
    }
    new_route(state, pair, &mut scan.best);
    if scan.best.place.is_none() && policy.everywhere && policy.beside.is_some() {
        scan.settled(|scan| scan.open_routes(rng));
    }
    scan.best
}

/// One shipment's search for its cheapest places.
struct PairScan<'s, 'a, 'p, G, C> {
    state: &'s State<'a, 'p, G, C>,
    pair: (Node, Node),
    /// Of the pickup, and of the drop.
    ways: (Ways<'s, 'p>, Ways<'s, 'p>),
    policy: Policy,
    best: Insertion<PairPlace>,
    /// Places of open routes that only a timetable can price.
    shortlist: Shortlist<(PairPlace, Distance)>,
    /// What the drop costs at each position of the route at hand; empty until somebody asks.
    detours: Vec<Detour>,
    /// Whether places are priced at once.
    eager: bool,
    /// Whether a place was passed over since breaks and rests seem to leave no time for it.
    passed_over: bool,
}

/// The way by the drop to the visit at some position.
#[derive(Clone, Copy, Debug)]
struct Detour {
    /// How much longer it is from the visit before.
    alone: Way,
    /// How long it is from the drop on.
    onward: Way,
    /// What the cheapest one costs from this position to the end of the trip.
    cheapest: Cost,
}

impl<G: Goods, C: Clock> PairScan<'_, '_, '_, G, C> {
    /// Runs a scan, then prices the places that look cheapest. Where breaks and rests forbid all of them to somebody who has
    /// to be served, and there are others, the scan runs again and prices every place that it comes to.
    fn settled(&mut self, mut scan: impl FnMut(&mut Self)) {
        self.passed_over = false;
        scan(self);
        let is_whole = !self.passed_over && !self.shortlist.is_full();
        let places = self.shortlist.take();
        let mut is_possible = false;
        for (cost, (place, distance)) in places {
            if cost >= self.best.cost {
                break;
            }
            is_possible |= self.price(place, distance);
        }
        // Whoever may be left out had better be, than take so much time.
        let is_optional = self.state.prepared.prize[self.pair.0.get()].is_some();
        if !is_whole && !is_optional && !is_possible {
            self.eager = true;
            scan(self);
            self.eager = false;
        }
    }

    fn open_routes(&mut self, rng: &mut Rng) {
        for &slot in &self.state.open {
            self.route(slot as Slot, rng);
        }
    }

    fn route(&mut self, slot: Slot, rng: &mut Rng) {
        let prepared = self.state.prepared;
        let (pickup, drop) = self.pair;
        let route = &self.state.routes[slot];
        let terms = prepared.terms(route.vehicle_type);
        let is_full = route.n_visits() - route.total.goods.n_reloads() + 2 > terms.max_visits;
        let fetched = prepared.visit(pickup);
        if is_full || !fetched.goods.may_ride(&terms.capacity) || !self.state.may_join(pickup, Some(slot)) {
            return;
        }
        let dropped = prepared.visit(drop);
        let has_timetables = C::TIMED && prepared.needs_timetables;
        let is_priced_at_once = self.eager;
        let duration_now = route.least_duration;
        let inside = fetched.clock.duration() + dropped.clock.duration();
        let rates = Rates::new(terms, route.waiting, inside);
        if rates.least(Way::NONE) >= self.shortlist.limit(self.best.cost) {
            return;
        }
        if has_timetables && !is_priced_at_once && !route.seems_to_have_time(terms, inside) {
            self.passed_over = true;
            return;
        }
        self.detours.clear();
        let mut trip_end = 0;
        for first in 1..route.visits.len() {
            let last = route.visits[first - 1];
            if trip_end < first {
                let is_reload = |&position: &usize| prepared.is_reload(route.visits[position]);
                trip_end = (first..route.visits.len()).find(is_reload).unwrap_or(route.visits.len() - 1);
            }
            // Taking the drop along as well makes no detour shorter.
            let there = rates.way_from(last, &self.ways.0) - rates.leg(route, first);
            let detour = there + rates.way_to(route.visits[first], &self.ways.0);
            if rates.least(detour) >= self.shortlist.limit(self.best.cost) {
                continue;
            }
            let before = &route.before[first - 1];
            if C::TIMED && self.state.finish_before(slot, first) > fetched.clock.latest() {
                break;
            }
            if !before.goods.leaves_room(&fetched.goods, &route.after(first).goods, &terms.capacity) {
                continue;
            }
            if self.detours.is_empty() {
                self.find_detours(slot, &rates);
            }
            let at_once = there + rates.way_to(drop, &self.ways.0) + self.detours[first].onward;
            let dropped_before =
                |detours: &[Detour], next: usize| if next == first { at_once } else { detour + detours[next].alone };
            let limit = self.shortlist.limit(self.best.cost);
            let later = if first < trip_end { self.detours[first + 1].cheapest } else { Cost::HUGE };
            if rates.least(at_once) >= limit && rates.least(detour) + later >= limit {
                continue;
            }
            // The last place for the drop on this trip that is near enough.
            let is_near = |next: &usize| rates.least(dropped_before(&self.detours, *next)) < limit;
            let farthest = (first..=trip_end).rev().find(is_near).unwrap_or(first);
            let to_pickup = if C::TIMED { self.ways.0.duration_from(last) } else { Duration::ZERO };
            let mut clock = before.clock.join(fetched.clock, to_pickup);
            let mut end = pickup;
            // What is aboard before the visit at some position, joined as far as somebody has asked for it.
            let mut aboard = (before.goods.join(fetched.goods), first);
            for next in first..=farthest {
                if clock.time_warp() > Duration::ZERO || clock.finish() > dropped.clock.latest() {
                    break;
                }
                let (onward, after) = (route.visits[next], route.after(next));
                let detour = dropped_before(&self.detours, next);
                if rates.least(detour) < self.shortlist.limit(self.best.cost) {
                    let (there, back) = match C::TIMED {
                        true => (self.ways.1.duration_from(end), self.ways.1.duration_to(onward)),
                        false => (Duration::ZERO, Duration::ZERO),
                    };
                    let whole = clock.join(dropped.clock, there).join(after.clock, back);
                    let (duration, time_warp) = whole.extent();
                    let longer = Cost::new(terms.per_duration) * (duration - duration_now).get();
                    let cost = Cost::new(terms.per_distance) * detour.distance.get() + longer;
                    let is_in_time = duration <= terms.max_duration && time_warp == Duration::ZERO;
                    if cost < self.shortlist.limit(self.best.cost) && is_in_time {
                        while aboard.1 < next && aboard.0.fits(&terms.capacity) {
                            aboard = (aboard.0.join(prepared.visit(route.visits[aboard.1]).goods), aboard.1 + 1);
                        }
                        if !aboard.0.fits(&terms.capacity) {
                            break;
                        }
                        let goods = aboard.0.join(dropped.goods).join(after.goods);
                        let distance = route.total.distance + detour.distance;
                        if goods.fits(&terms.capacity) && distance <= terms.max_distance && !self.policy.blinks(rng) {
                            let place = PairPlace::Route { slot, pickup: first, drop: next + 1 };
                            if !has_timetables {
                                self.best = Insertion::at(place, cost);
                            } else if is_priced_at_once {
                                self.price(place, distance);
                            } else if !route.seems_in_time(terms, duration) {
                                self.passed_over = true;
                            } else {
                                self.shortlist.offer(cost, (place, distance));
                            }
                        }
                    }
                }
                let way = match C::TIMED {
                    true if next == first => self.ways.0.duration_to(onward),
                    true => route.spans[next],
                    false => Duration::ZERO,
                };
                clock = clock.join(prepared.visit(onward).clock, way);
                end = onward;
            }
        }
    }

    /// What the drop costs before each visit of a route, so that no pair of positions has to ask for ways.
    fn find_detours(&mut self, slot: Slot, rates: &Rates) {
        let (route, ways) = (&self.state.routes[slot], &self.ways.1);
        // Nobody comes before the start.
        self.detours.push(Detour { alone: Way::NONE, onward: Way::NONE, cheapest: Cost::HUGE });
        for (position, pair) in route.visits.windows(2).enumerate() {
            let onward = rates.way_to(pair[1], ways);
            let alone = rates.way_from(pair[0], ways) + onward - rates.leg(route, position + 1);
            self.detours.push(Detour { alone, onward, cheapest: rates.price(alone) });
        }
        let mut later = Cost::HUGE;
        for (detour, &visit) in self.detours.iter_mut().zip(&route.visits).rev() {
            if self.state.prepared.is_reload(visit) {
                later = Cost::HUGE;
            }
            detour.cheapest = detour.cheapest.min(later);
            later = detour.cheapest;
        }
    }

    /// Takes places that segments allow, if they are the cheapest so far by the timetable. Whether there is a timetable. The
    /// route is of this `distance` then.
    fn price(&mut self, place: PairPlace, distance: Distance) -> bool {
        let PairPlace::Route { slot, pickup, drop } = place else { return false };
        let route = &self.state.routes[slot];
        let terms = self.state.prepared.terms(route.vehicle_type);
        let customers = route.customers();
        let (before, between, behind) =
            (&customers[..pickup - 1], &customers[pickup - 1..drop - 2], &customers[drop - 2..]);
        let (first, second) = ([self.pair.0], [self.pair.1]);
        let visits = before.iter().chain(&first).chain(between).chain(&second).chain(behind).copied();
        let Some(price) = self.state.prepared.timetable_price(terms, distance, visits) else { return false };
        let cost = price.0 - route.cost;
        if cost < self.best.cost {
            self.best = Insertion { cost, place: Some(place), price: Some(price) };
        }
        true
    }
}

fn new_route<G: Goods, C: Clock>(
    state: &State<'_, '_, G, C>,
    (pickup, drop): (Node, Node),
    best: &mut Insertion<PairPlace>,
) {
    if !state.may_join(pickup, None) {
        return;
    }
    for (row, terms) in state.prepared.terms.iter().enumerate() {
        let vehicle_type = VehicleTypeIdx::new(row);
        if state.spare[row] > 0 && terms.fixed < best.cost {
            let whole = state.prepared.fold_route(vehicle_type, &[pickup, drop]);
            if state.prepared.route_cost(terms, &whole) < best.cost && state.prepared.allows(terms, &whole, 2) {
                let exact = state.prepared.exact_cost(terms, &whole, [pickup, drop]);
                if let Some(cost) = exact.filter(|&cost| cost < best.cost) {
                    *best = Insertion::at(PairPlace::New { vehicle_type }, cost);
                }
            }
        }
    }
}
