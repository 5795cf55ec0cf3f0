//! The routes of one search: dense arrays that change in place and undo what an iteration did.
//!
//! Every limit holds at all times; customers that find no place are *absent*. [`State::begin`] opens a transaction:
//! a route is saved the first time it is touched, and [`State::rollback`] puts the saved routes back.

use super::arcs::Node;
use super::prepared::Prepared;
use super::reloads::Idle;
use super::segment::{Clock, Goods, Segment};
use super::{Problem, Route, Solution};
use crate::units::{Cost, CustomerIdx, Distance, Duration, Load, Time, VehicleTypeIdx};

/// Names a place in the table of routes, open or closed.
pub type Slot = usize;

/// The slot of a customer on no route.
pub const ABSENT: u32 = u32::MAX;

/// One route with its caches.
#[derive(Clone, Debug)]
pub struct RouteState<G, C> {
    /// Who drives it.
    pub vehicle_type: VehicleTypeIdx,
    /// Start, customers in order, end. Empty when the slot is closed.
    pub visits: Vec<Node>,
    /// `legs[i]` is the distance from `visits[i - 1]` to `visits[i]`.
    pub legs: Vec<Distance>,
    /// `before[i]` joins `visits[..=i]`; kept only when needed, see [`State::settle`].
    pub before: Vec<Segment<G, C>>,
    /// `tails[i]` joins the last `i + 1` visits; see [`RouteState::after`].
    pub tails: Vec<Segment<G, C>>,
    /// All of it.
    pub total: Segment<G, C>,
    /// What it costs.
    pub cost: Cost,
    /// Whether `before` and `tails` are out of date.
    pub stale: bool,
    /// What it draws on each stock; empty where there are none.
    pub drawn: Vec<Load>,
}

impl<G, C> RouteState<G, C> {
    /// A route without any visits, not even those of the depot; `total` is whatever such a route comes to.
    #[must_use]
    pub fn closed(total: Segment<G, C>) -> Self {
        Self {
            vehicle_type: VehicleTypeIdx::new(0),
            visits: Vec::new(),
            legs: Vec::new(),
            before: Vec::new(),
            tails: Vec::new(),
            total,
            cost: Cost::ZERO,
            stale: false,
            drawn: Vec::new(),
        }
    }

    /// Number of customers on it.
    #[must_use]
    #[inline]
    pub fn n_visits(&self) -> usize {
        self.visits.len().saturating_sub(2)
    }

    /// The visits from `position` on, joined.
    #[must_use]
    #[inline]
    pub fn after(&self, position: usize) -> &Segment<G, C> {
        &self.tails[self.visits.len() - 1 - position]
    }

    /// The customers in order.
    #[must_use]
    pub fn customers(&self) -> &[Node] {
        if self.visits.len() > 2 { &self.visits[1..self.visits.len() - 1] } else { &[] }
    }
}

/// What tells at a glance that nobody is best inserted beside a customer.
#[derive(Clone, Copy, Debug, Default)]
pub struct Gate {
    /// The longer one of the legs to and from him.
    pub longer_leg: Distance,
    /// When he is done at the earliest; kept where time matters.
    pub finish: Time,
    /// When he has to be begun with at the latest, so that all behind him are in time; kept where time matters.
    pub latest: Time,
}

/// A set of slots that is emptied in the time of what it holds.
#[derive(Default)]
pub struct Slots {
    members: Vec<u32>,
    is_member: Vec<bool>,
}

impl Slots {
    /// Adds a slot, unless it is in already.
    #[inline]
    pub fn insert(&mut self, slot: Slot) -> bool {
        if self.is_member.len() <= slot {
            self.is_member.resize(slot + 1, false);
        }
        let is_new = !std::mem::replace(&mut self.is_member[slot], true);
        if is_new {
            self.members.push(slot as u32);
        }
        is_new
    }

    /// Takes out the slot that came last.
    #[inline]
    pub fn pop(&mut self) -> Option<Slot> {
        let slot = self.members.pop()? as Slot;
        self.is_member[slot] = false;
        Some(slot)
    }
}

/// Routes under change.
pub struct State<'a, 'p, G, C> {
    /// What is solved.
    pub prepared: &'a Prepared<'p, G, C>,
    /// Open and closed routes, by slot.
    pub routes: Vec<RouteState<G, C>>,
    /// The open slots, in no particular order.
    pub open: Vec<u32>,
    /// Vehicles left, by vehicle type.
    pub spare: Vec<usize>,
    /// The slot of each customer's route, or [`ABSENT`].
    pub slot_of: Vec<u32>,
    /// Where on its route a customer is.
    pub position_of: Vec<u32>,
    /// Each customer who is on a route, at a glance.
    pub gates: Vec<Gate>,
    /// Customers on no route; shipments by their first visit.
    pub absent: Vec<Node>,
    /// Cost of all routes plus the prizes of absent optional customers.
    pub cost: Cost,
    /// Absent customers (or shipments) that must be served, each as often as it counts.
    pub n_missing: usize,
    /// Number of customers on routes.
    pub n_served: usize,
    /// Reloads on no route.
    pub idle: Idle,
    /// What all routes draw on each stock; empty where there are none.
    pub drawn: Vec<Load>,
    /// Slots changed since the last call of [`State::take_changed`].
    changed: Vec<u32>,
    is_changed: Vec<bool>,
    open_at: Vec<u32>,
    closed: Vec<u32>,
    saved: Vec<(u32, RouteState<G, C>)>,
    saved_in: Vec<u64>,
    transaction: u64,
    saved_absent: Vec<Node>,
    saved_drawn: Vec<Load>,
    saved_totals: (Cost, usize, usize),
    pool: Vec<RouteState<G, C>>,
}

impl<'a, 'p, G: Goods, C: Clock> State<'a, 'p, G, C> {
    /// Whether routes keep their prefixes and suffixes up to date at every change.
    const KEEPS_SEGMENTS: bool = C::TIMED || !G::ORDER_FREE;

    /// No routes; everybody is absent.
    #[must_use]
    pub fn empty(prepared: &'a Prepared<'p, G, C>) -> Self {
        let n_customers = prepared.n_customers();
        let absent: Vec<Node> = (0..n_customers).map(Node::new).filter(|&node| prepared.is_lead(node)).collect();
        let mut state = Self {
            prepared,
            routes: Vec::new(),
            open: Vec::new(),
            spare: prepared.terms.iter().map(|terms| terms.count).collect(),
            slot_of: vec![ABSENT; n_customers],
            position_of: vec![0; n_customers],
            gates: vec![Gate::default(); n_customers],
            absent,
            cost: Cost::ZERO,
            n_missing: 0,
            n_served: 0,
            idle: Idle::all(prepared),
            drawn: vec![Load::ZERO; prepared.problem.stocks().map_or(0, |stocks| stocks.most.len())],
            changed: Vec::new(),
            is_changed: Vec::new(),
            open_at: Vec::new(),
            closed: Vec::new(),
            saved: Vec::new(),
            saved_in: Vec::new(),
            transaction: 0,
            saved_absent: Vec::new(),
            saved_drawn: Vec::new(),
            saved_totals: (Cost::ZERO, 0, 0),
            pool: Vec::new(),
        };
        for &node in &state.absent {
            state.cost += prepared.forfeit[node.get()];
            state.n_missing += prepared.urgency[node.get()];
        }
        state.index_absent();
        state
    }

    /// The routes of `solution`. Routes that break a limit are left out, their customers absent.
    #[must_use]
    pub fn load(prepared: &'a Prepared<'p, G, C>, solution: &Solution) -> Self {
        let mut state = Self::empty(prepared);
        for route in &solution.routes {
            let visits: Vec<Node> = route.visits.iter().map(|customer| Node::new(customer.get())).collect();
            state.add_route(route.vehicle_type, &visits);
        }
        state.forget_served();
        state
    }

    /// The routes and unserved customers of `part` alone, with its vehicles and `idle` others by vehicle type. All other
    /// customers are neither on a route nor absent.
    #[must_use]
    pub fn part(prepared: &'a Prepared<'p, G, C>, part: &Solution, idle: &[usize]) -> Self {
        let mut state = Self::empty(prepared);
        (state.cost, state.n_missing) = (Cost::ZERO, 0);
        state.absent.clear();
        state.spare.copy_from_slice(idle);
        part.routes.iter().for_each(|route| state.spare[route.vehicle_type.get()] += 1);
        for route in &part.routes {
            let visits: Vec<Node> = route.visits.iter().map(|customer| Node::new(customer.get())).collect();
            let added = state.add_route(route.vehicle_type, &visits);
            debug_assert!(added, "a part of a feasible solution is feasible");
        }
        for customer in part.unserved.iter().map(|customer| Node::new(customer.get())) {
            if prepared.is_lead(customer) {
                state.miss(customer);
            }
        }
        state
    }

    /// All customers on routes or absent, in ascending order.
    #[must_use]
    pub fn members(&self) -> Vec<Node> {
        let absent = self.absent.iter().flat_map(|&node| [Some(node), self.prepared.partner[node.get()]]).flatten();
        let open = self.open.iter().flat_map(|&slot| self.routes[slot as usize].customers().iter().copied());
        let customers = absent.chain(open).filter(|&node| !self.prepared.is_reload(node));
        let mut members: Vec<Node> = customers.flat_map(|node| self.prepared.choices(node)).collect();
        members.sort_unstable();
        members
    }

    /// Opens a route with these absent customers, unless a limit or the fleet forbids it. The caller has to
    /// [`State::forget_served`] afterwards.
    pub fn add_route(&mut self, vehicle_type: VehicleTypeIdx, visits: &[Node]) -> bool {
        let absent = visits.iter().all(|&node| !self.is_served(node));
        if visits.is_empty() || !absent || self.spare[vehicle_type.get()] == 0 || !self.pairs_complete(visits) {
            return false;
        }
        let may_be_added = self.may_be_route(visits) && self.may_draw(None, vehicle_type, visits.iter().copied());
        if !may_be_added || !self.may_drive(vehicle_type, visits) {
            return false;
        }
        let slot = self.open(vehicle_type);
        self.set_visits(slot, visits);
        true
    }

    /// Whether a vehicle of this type may drive a route through `visits`.
    #[must_use]
    pub fn may_drive(&self, vehicle_type: VehicleTypeIdx, visits: &[Node]) -> bool {
        let terms = self.prepared.terms(vehicle_type);
        let whole = self.fold_route(vehicle_type, visits);
        self.prepared.allows(terms, &whole, visits.len())
            && self.prepared.exact_cost(terms, &whole, visits.iter().copied()).is_some()
    }

    /// Whether `node`, or another of its group, is on a route.
    #[must_use]
    pub fn is_served(&self, node: Node) -> bool {
        self.prepared.choices(node).any(|choice| self.slot_of[choice.get()] != ABSENT)
    }

    /// The segment of a whole route through `visits`.
    #[must_use]
    pub fn fold_route(&self, vehicle_type: VehicleTypeIdx, visits: &[Node]) -> Segment<G, C> {
        let terms = self.prepared.terms(vehicle_type);
        let mut whole = self.prepared.visit(terms.start);
        let mut last = terms.start;
        for &node in visits.iter().chain([&terms.end]) {
            whole = self.prepared.join(whole, last, node, self.prepared.visit(node));
            last = node;
        }
        whole
    }

    fn pairs_complete(&self, visits: &[Node]) -> bool {
        let mut seen = std::collections::BTreeSet::new();
        visits.iter().all(|&node| {
            let ready = !self.prepared.is_drop[node.get()]
                || self.prepared.partner[node.get()].is_some_and(|first| seen.contains(&first));
            seen.insert(self.prepared.lead(node)) && ready
        }) && visits.iter().all(|node| self.prepared.partner[node.get()].is_none_or(|other| seen.contains(&other)))
    }

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

    fn index_absent(&mut self) {
        for (index, node) in self.absent.iter().enumerate() {
            self.position_of[node.get()] = index as u32;
        }
    }

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
        self.refresh(slot, 0, 0);
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

    fn occupy(&mut self, slot: Slot, vehicle_type: VehicleTypeIdx) {
        debug_assert_eq!(self.open_at[slot], ABSENT);
        self.spare[vehicle_type.get()] -= 1;
        self.open_at[slot] = self.open.len() as u32;
        self.open.push(slot as u32);
    }

    fn vacate(&mut self, slot: Slot) {
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
        self.touch(slot);
        let route = &mut self.routes[slot];
        route.visits.insert(position, node);
        route.total.goods = route.total.goods.exchanged(G::NOTHING, self.prepared.visit[node.get()].goods);
        let kept = route.visits.len() - 1 - position;
        self.slot_of[node.get()] = slot as u32;
        self.n_served += 1;
        self.refresh(slot, position, kept);
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
            self.refresh(slot, first, n_nodes - 1 - last);
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
        self.refresh(slot, 0, 0);
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
        self.refresh(slot, 0, 0);
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

    /// Recomputes a route's caches, given that no visit before `from` changed, nor the last `kept` ones. Where no order
    /// matters the goods are right already.
    fn refresh(&mut self, slot: Slot, from: usize, kept: usize) {
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
        route.legs.splice(old_legs, arrivals.map(|pair| prepared.arcs.distance(pair[0], pair[1])));
        for position in first_leg.saturating_sub(1).max(1)..(n_nodes - same_legs).min(n_nodes - 1) {
            self.gates[route.visits[position].get()].longer_leg = route.legs[position].max(route.legs[position + 1]);
        }
        if Self::KEEPS_SEGMENTS {
            fill_segments(prepared, route, from, kept);
            route.total = route.before[n_nodes - 1];
            if C::TIMED {
                for position in from.max(1)..n_nodes - 1 {
                    self.gates[route.visits[position].get()].finish = route.before[position].clock.finish();
                }
                for position in 1..(n_nodes - kept).min(n_nodes - 1) {
                    self.gates[route.visits[position].get()].latest = route.after(position).clock.latest();
                }
            }
        } else {
            route.total.distance = route.legs.iter().copied().sum();
            route.stale = true;
        }
        let cost = if n_nodes > 2 {
            let terms = prepared.terms(route.vehicle_type);
            let exact = prepared.exact_cost(terms, &route.total, route.customers().iter().copied());
            // Only a ruin leaves routes that cannot be driven, for a moment.
            exact.unwrap_or_else(|| prepared.route_cost(terms, &route.total))
        } else {
            Cost::ZERO
        };
        self.cost += cost - route.cost;
        route.cost = cost;
        if prepared.has_stocks() {
            self.draw_anew(slot);
        }
    }

    fn draw_anew(&mut self, slot: Slot) {
        let route = &self.routes[slot];
        let drawn = self.draws(route.vehicle_type, route.customers().iter().copied());
        let old = std::mem::replace(&mut self.routes[slot].drawn, drawn);
        self.drawn.iter_mut().zip(old).for_each(|(total, load)| *total -= load);
        self.drawn.iter_mut().zip(&self.routes[slot].drawn).for_each(|(total, &load)| *total += load);
    }

    /// Makes sure that a route's `before` and `tails` are up to date.
    pub fn settle(&mut self, slot: Slot) {
        let route = &mut self.routes[slot];
        if route.stale {
            fill_segments(self.prepared, route, 0, 0);
        }
    }

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
            before: Vec::new(),
            tails: Vec::new(),
            drawn: Vec::new(),
            ..*route
        });
        copy.vehicle_type = route.vehicle_type;
        copy.visits.clear();
        copy.visits.extend_from_slice(&route.visits);
        copy.legs.clear();
        copy.legs.extend_from_slice(&route.legs);
        copy.before.clear();
        copy.tails.clear();
        if !route.stale {
            copy.before.extend_from_slice(&route.before);
            copy.tails.extend_from_slice(&route.tails);
        }
        copy.total = route.total;
        copy.cost = route.cost;
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
            for (at, node) in route.customers().iter().enumerate() {
                self.slot_of[node.get()] = slot as u32;
                self.position_of[node.get()] = at as u32 + 1;
                let gate = &mut self.gates[node.get()];
                gate.longer_leg = route.legs[at + 1].max(route.legs[at + 2]);
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

    /// The mean cost of an arc, for scaling temperatures.
    #[must_use]
    pub fn mean_arc_cost(&self) -> f64 {
        let (mut cost, mut n_arcs) = (0.0, 0usize);
        for &slot in &self.open {
            let route = &self.routes[slot as usize];
            cost += (route.cost - self.prepared.terms(route.vehicle_type).fixed).get() as f64;
            n_arcs += route.n_visits() + 1;
        }
        cost / n_arcs.max(1) as f64
    }

    /// How much longer routes are than those that the search is tuned for, from 1 to 2.
    #[must_use]
    pub fn stretch(&self) -> f64 {
        const USUAL_VISITS: f64 = 30.0;
        let mean_visits = self.n_served as f64 / self.open.len().max(1) as f64;
        (mean_visits / USUAL_VISITS).clamp(1.0, 2.0)
    }

    /// The routes as a solution.
    #[must_use]
    pub fn unload(&self) -> Solution {
        let open = self.open.iter().map(|&slot| &self.routes[slot as usize]);
        let routes = open.map(|route| (route.vehicle_type, route.customers().to_vec())).collect();
        solution(self.prepared.problem, routes, &self.absent, &self.prepared.partner, self.cost)
    }
}

/// Recomputes prefixes from position `from` on and suffixes of more than `kept` visits.
pub(super) fn fill_segments<G: Goods, C: Clock>(
    prepared: &Prepared<'_, G, C>,
    route: &mut RouteState<G, C>,
    from: usize,
    kept: usize,
) {
    let RouteState { visits, legs, before, tails, .. } = route;
    let travel = |position: usize| {
        if C::TIMED { prepared.arcs.duration(visits[position - 1], visits[position]) } else { Duration::ZERO }
    };
    before.truncate(from);
    for position in before.len()..visits.len() {
        let visit = prepared.visit(visits[position]);
        before.push(match position {
            0 => visit,
            _ => before[position - 1].join(visit, legs[position], travel(position)),
        });
    }
    tails.truncate(kept);
    for length in tails.len()..visits.len() {
        let position = visits.len() - 1 - length;
        let visit = prepared.visit(visits[position]);
        tails.push(match length {
            0 => visit,
            _ => visit.join(tails[length - 1], legs[position + 1], travel(position + 1)),
        });
    }
    route.stale = false;
}

/// A solution from its parts, in canonical order.
#[must_use]
pub fn solution(
    problem: &Problem,
    routes: Vec<(VehicleTypeIdx, Vec<Node>)>,
    absent: &[Node],
    partner: &[Option<Node>],
    cost: Cost,
) -> Solution {
    let mut routes: Vec<Route> = routes
        .into_iter()
        .map(|(vehicle_type, visits)| Route { vehicle_type, visits: visits.into_iter().map(Node::customer).collect() })
        .collect();
    routes.sort_unstable_by_key(|route| (route.vehicle_type, route.visits[0]));
    let mut unserved: Vec<CustomerIdx> =
        absent.iter().flat_map(|&node| [Some(node), partner[node.get()]]).flatten().map(Node::customer).collect();
    unserved.sort_unstable();
    debug_assert!(unserved.iter().all(|customer| customer.get() < problem.n_customers()));
    Solution { routes, unserved, cost }
}
