//! Reloads on the routes of a search: which are idle, where another one pays, and which have become needless.
//!
//! A reload is nobody's order: it comes onto a route together with a customer that finds no room otherwise, moves to where
//! it costs least, and goes as soon as the route does without it.

use super::arcs::Node;
use super::prepared::Prepared;
use super::recreate::detour::{Rates, Way};
use super::recreate::policy::Policy;
use super::recreate::shortlist::Shortlist;
use super::segment::{Clock, Goods, Segment};
use super::state::{ABSENT, Slot, State};
use crate::search::Rng;
use crate::units::{Cost, Distance, Duration};

/// Reloads that are on no route, by kind. Some may have come onto a route since; those are passed over.
#[derive(Default)]
pub struct Idle {
    first: usize,
    kind_of: Vec<usize>,
    stacks: Vec<Vec<Node>>,
    is_listed: Vec<bool>,
}

impl Idle {
    /// All reloads.
    #[must_use]
    pub fn all<G: Goods, C: Clock>(prepared: &Prepared<'_, G, C>) -> Self {
        Self::only(prepared, (prepared.first_reload..prepared.n_customers()).map(Node::new))
    }

    /// Some of the reloads. Those alike in place, service and vehicles are of one kind; `O(n)` for neighbors in the list.
    #[must_use]
    pub fn only<G: Goods, C: Clock>(
        prepared: &Prepared<'_, G, C>,
        idle_ones: impl DoubleEndedIterator<Item = Node>,
    ) -> Self {
        let first = prepared.first_reload;
        let reloads = &prepared.problem.customers()[first..];
        let mut idle = Self { first, kind_of: Vec::new(), stacks: Vec::new(), is_listed: vec![false; reloads.len()] };
        for (number, reload) in reloads.iter().enumerate() {
            if number == 0 || *reload != reloads[number - 1] {
                idle.stacks.push(Vec::new());
            }
            idle.kind_of.push(idle.stacks.len() - 1);
        }
        idle_ones.rev().for_each(|reload| idle.push(reload));
        idle
    }

    /// Notes that `node`, if it is a reload, is on no route any more.
    #[inline]
    pub fn push(&mut self, node: Node) {
        let Some(number) = node.get().checked_sub(self.first).filter(|number| *number < self.is_listed.len()) else {
            return;
        };
        if !std::mem::replace(&mut self.is_listed[number], true) {
            self.stacks[self.kind_of[number]].push(node);
        }
    }

    /// An idle reload of a kind.
    fn pop(&mut self, kind: usize, slot_of: &[u32]) -> Option<Node> {
        while let Some(node) = self.stacks[kind].pop() {
            self.is_listed[node.get() - self.first] = false;
            if slot_of[node.get()] == ABSENT {
                return Some(node);
            }
        }
        None
    }

    /// A reload of each kind that may have idle ones, for its place and time.
    fn samples(&self) -> impl Iterator<Item = (usize, Node)> + '_ {
        self.stacks.iter().enumerate().filter_map(|(kind, stack)| Some((kind, *stack.last()?)))
    }
}

/// A place for a customer beside a new reload.
#[derive(Clone, Copy, Debug)]
pub struct Beside {
    /// Which route.
    pub slot: Slot,
    /// Position that the first of the two gets.
    pub position: usize,
    /// Which kind of reload.
    kind: usize,
    /// Whether the customer comes first.
    before: bool,
}

/// The cheapest place of `node` beside a new reload that costs less than `limit`. `O(n)` over all positions of the routes
/// that neighbors are on, or of all.
#[must_use]
pub fn cheapest<G: Goods, C: Clock>(
    state: &State<'_, '_, G, C>,
    node: Node,
    limit: Cost,
    policy: Policy,
    rng: &mut Rng,
) -> Option<(Cost, Beside)> {
    let bound = if state.prepared.is_tied() { state.bound_to(node) } else { None };
    let mut slots: Vec<u32> = match policy.beside {
        _ if bound.is_some() => bound.into_iter().map(|slot| slot as u32).collect(),
        None => state.open.clone(),
        Some(count) => {
            let near = state.prepared.near(node);
            let near = near[..count.min(near.len())].iter().map(|&row| state.slot_of[row as usize]);
            let mut slots: Vec<u32> = near.filter(|&slot| slot != ABSENT).collect();
            slots.sort_unstable();
            slots.dedup();
            slots
        }
    };
    slots.retain(|&slot| may_reload(state, node, slot as Slot));
    if slots.is_empty() {
        return None;
    }
    let mut scan = Scan { state, node, policy, best: None, limit, shortlist: Shortlist::default() };
    scan.routes(&slots, rng);
    for (cost, (place, distance)) in scan.shortlist.take() {
        if cost >= scan.limit {
            break;
        }
        scan.price(place, distance);
    }
    scan.best
}

/// Whether the vehicle of a route may come back once more and take `node` then.
fn may_reload<G: Goods, C: Clock>(state: &State<'_, '_, G, C>, node: Node, slot: Slot) -> bool {
    let route = &state.routes[slot];
    let terms = state.prepared.terms(route.vehicle_type);
    let n_reloads = route.total.goods.n_reloads();
    n_reloads < terms.max_reloads
        && route.n_visits() - n_reloads < terms.max_visits
        && state.prepared.visit(node).goods.may_ride(&terms.capacity)
        && state.may_join(node, Some(slot))
}

/// One customer's search for its cheapest place beside a new reload.
struct Scan<'s, 'a, 'p, G, C> {
    state: &'s State<'a, 'p, G, C>,
    node: Node,
    policy: Policy,
    best: Option<(Cost, Beside)>,
    /// What a place has to cost less than.
    limit: Cost,
    /// Places that only a timetable can price.
    shortlist: Shortlist<(Beside, Distance)>,
}

/// A customer and a reload, one right after the other.
struct Pair<G, C> {
    kind: usize,
    /// Whether the customer comes first.
    before: bool,
    visits: [Node; 2],
    inside: Segment<G, C>,
    /// What both take.
    duration: Duration,
}

impl<G: Goods, C: Clock> Pair<G, C> {
    fn new(state: &State<'_, '_, G, C>, (node, reload): (Node, Node), kind: usize, before: bool) -> Self {
        let prepared = state.prepared;
        let visits = if before { [node, reload] } else { [reload, node] };
        let inside = prepared.join(prepared.visit(visits[0]), visits[0], visits[1], prepared.visit(visits[1]));
        Self { kind, before, visits, inside, duration: inside.clock.duration() }
    }
}

impl<G: Goods, C: Clock> Scan<'_, '_, '_, G, C> {
    fn routes(&mut self, slots: &[u32], rng: &mut Rng) {
        let (state, node) = (self.state, self.node);
        let both =
            |(kind, reload): (usize, Node)| [true, false].map(|before| Pair::new(state, (node, reload), kind, before));
        let pairs: Vec<Pair<G, C>> = state.idle.samples().flat_map(both).collect();
        for &slot in slots {
            pairs.iter().for_each(|pair| self.route(slot as Slot, pair, rng));
        }
    }

    /// Looks at all positions of a route, for both visits in a row.
    fn route(&mut self, slot: Slot, pair: &Pair<G, C>, rng: &mut Rng) {
        let prepared = self.state.prepared;
        let route = &self.state.routes[slot];
        let terms = prepared.terms(route.vehicle_type);
        let Pair { kind, before, visits: [first, second], inside, duration } = *pair;
        let rates = Rates::new(terms, route.waiting, duration);
        let has_timetables = C::TIMED && prepared.needs_timetables;
        let between = Way { distance: inside.distance, duration: Duration::ZERO };
        if rates.least(Way::NONE) >= self.shortlist.limit(self.limit)
            || (has_timetables && !route.seems_to_have_time(terms, duration))
            || !prepared.visit(if before { second } else { first }).goods.may_ride(&terms.capacity)
        {
            return;
        }
        let (ways_there, ways_back) = (prepared.arcs.ways(first), prepared.arcs.ways(second));
        let place = Beside { slot, position: 1, kind, before };
        let mut n_aboard = 0;
        for position in 1..route.visits.len() {
            let (last, next) = (route.visits[position - 1], route.visits[position]);
            n_aboard += prepared.shipments_fetched(last);
            let around = rates.way_from(last, &ways_there) + between + rates.way_to(next, &ways_back);
            let detour = around - rates.leg(route, position);
            if rates.least(detour) >= self.shortlist.limit(self.limit)
                || n_aboard > 0
                || !self.state.may_come_before(self.node, position)
            {
                continue;
            }
            let (before, after) = (&route.before[position - 1], route.after(position));
            let (there, back) = match C::TIMED {
                true => (ways_there.duration_from(last), ways_back.duration_to(next)),
                false => (Duration::ZERO, Duration::ZERO),
            };
            let clock = before.clock.join(inside.clock, there).join(after.clock, back);
            let (duration, time_warp) = clock.extent();
            let longer = duration - route.least_duration;
            let cost =
                Cost::new(terms.per_distance) * detour.distance.get() + Cost::new(terms.per_duration) * longer.get();
            let distance = route.total.distance + detour.distance;
            if cost < self.shortlist.limit(self.limit)
                && time_warp == Duration::ZERO
                && duration <= terms.max_duration
                && distance <= terms.max_distance
                && (!has_timetables || route.seems_in_time(terms, duration))
                && before.goods.join(inside.goods).join(after.goods).fits(&terms.capacity)
                && !self.policy.blinks(rng)
            {
                let place = Beside { position, ..place };
                if has_timetables {
                    self.shortlist.offer(cost, (place, distance));
                } else {
                    self.take(place, cost);
                }
            }
        }
    }

    /// The customers of the route with both visits.
    fn customers(&self, place: Beside) -> impl Iterator<Item = Node> + '_ {
        let reload = self.state.idle.stacks[place.kind].last().copied();
        let (before, behind) = self.state.routes[place.slot].customers().split_at(place.position - 1);
        let [first, second] = if place.before { [Some(self.node), reload] } else { [reload, Some(self.node)] };
        before.iter().copied().chain(first).chain(second).chain(behind.iter().copied())
    }

    /// Takes a place that segments allow, if it is the cheapest so far by its timetable. The route is of this `distance` then.
    fn price(&mut self, place: Beside, distance: Distance) {
        let route = &self.state.routes[place.slot];
        let terms = self.state.prepared.terms(route.vehicle_type);
        let price = self.state.prepared.timetable_price(terms, distance, self.customers(place));
        if let Some((exact, _)) = price {
            self.take(place, exact - route.cost);
        }
    }

    /// Takes a place of this `cost` if it is the cheapest so far and stocks allow it.
    fn take(&mut self, place: Beside, cost: Cost) {
        let vehicle_type = self.state.routes[place.slot].vehicle_type;
        if cost < self.limit && self.state.may_draw(Some(place.slot), vehicle_type, self.customers(place)) {
            self.limit = cost;
            self.best = Some((cost, place));
        }
    }
}

/// Puts `node` where [`cheapest`] found a place. Whether there was a reload left.
pub fn insert<G: Goods, C: Clock>(state: &mut State<'_, '_, G, C>, node: Node, place: Beside) -> bool {
    let Some(reload) = state.idle.pop(place.kind, &state.slot_of) else { return false };
    let [first, second] = if place.before { [node, reload] } else { [reload, node] };
    state.insert_priced(place.slot, [(place.position, first), (place.position + 1, second)], None);
    true
}

/// Takes reloads off a route that does without them, and all of a route that serves nobody.
pub fn tidy<G: Goods, C: Clock>(state: &mut State<'_, '_, G, C>, slot: Slot) {
    let prepared = state.prepared;
    let serves = state.routes[slot].customers().iter().any(|&node| !prepared.is_reload(node));
    if !serves {
        state.remove_where(slot, |_, _| true);
        return;
    }
    let mut position = 1;
    while position + 1 < state.routes[slot].visits.len() {
        let route = &state.routes[slot];
        if prepared.is_reload(route.visits[position]) {
            let terms = prepared.terms(route.vehicle_type);
            let (last, next) = (route.visits[position - 1], route.visits[position + 1]);
            let without = prepared.join(route.before[position - 1], last, next, *route.after(position + 1));
            let others = route.customers().iter().copied().enumerate().filter(|(at, _)| at + 1 != position);
            let others = others.map(|(_, node)| node);
            let exact = || prepared.exact_cost(terms, &without, others.clone());
            if prepared.route_cost(terms, &without) <= route.cost
                && prepared.allows(terms, &without, route.n_visits() - 1)
                && exact().is_some_and(|cost| cost <= route.cost)
                && state.may_draw(Some(slot), route.vehicle_type, others.clone())
            {
                state.remove_where(slot, |at, _| at == position);
                continue;
            }
        }
        position += 1;
    }
}

/// Moves each reload of a route to where it costs least.
pub fn shift<G: Goods, C: Clock>(state: &mut State<'_, '_, G, C>, slot: Slot) {
    let prepared = state.prepared;
    let mut position = 1;
    while position + 1 < state.routes[slot].visits.len() {
        let route = &state.routes[slot];
        let reload = route.visits[position];
        if prepared.is_reload(reload)
            && let Some(place) = better_position(state, slot, position)
        {
            state.remove_where(slot, |at, _| at == position);
            state.insert(slot, place, reload);
        }
        position += 1;
    }
}

/// Where the reload at `position` would be cheaper, counted without it.
fn better_position<G: Goods, C: Clock>(state: &State<'_, '_, G, C>, slot: Slot, position: usize) -> Option<usize> {
    let prepared = state.prepared;
    let route = &state.routes[slot];
    let terms = prepared.terms(route.vehicle_type);
    let reload = route.visits[position];
    let others: Vec<Node> = route.visits.iter().copied().filter(|&node| node != reload).collect();
    // The suffixes of the route without the reload; those behind it are known.
    let mut after: Vec<Segment<G, C>> = (position..others.len()).map(|at| *route.after(at + 1)).collect();
    let mut before_it: Vec<Segment<G, C>> = Vec::with_capacity(others.len());
    for at in (0..position).rev() {
        let behind = before_it.last().unwrap_or(&after[0]);
        let joined = prepared.join(prepared.visit(others[at]), others[at], others[at + 1], *behind);
        before_it.push(joined);
    }
    before_it.reverse();
    before_it.append(&mut after);
    let mut head = prepared.visit(others[0]);
    let mut best = (route.cost, None);
    for at in 1..others.len() {
        if at != position && !prepared.splits_shipment(&others[..at]) {
            let with_reload = prepared.join(head, others[at - 1], reload, prepared.visit(reload));
            let whole = prepared.join(with_reload, reload, others[at], before_it[at]);
            let cost = prepared.route_cost(terms, &whole);
            if cost < best.0 && prepared.allows(terms, &whole, route.n_visits()) {
                let customers = others[1..at].iter().chain([&reload]).chain(&others[at..others.len() - 1]).copied();
                let exact = prepared.exact_cost(terms, &whole, customers.clone());
                if let Some(cost) = exact.filter(|&cost| cost < best.0)
                    && state.may_draw(Some(slot), route.vehicle_type, customers)
                {
                    best = (cost, Some(at));
                }
            }
        }
        head = prepared.join(head, others[at - 1], others[at], prepared.visit(others[at]));
    }
    best.1
}
