//! Local search on one individual, with limits as penalties.
//!
//! Moves are tried around pairs of near customers, in random order, and made as soon as one improves; pairs whose
//! routes did not change since are passed over. The change in distance alone rules most moves out before anything is
//! joined.
//!
//! Source: Vidal (2022), Computers & Operations Research 140, with its moves and SWAP*.

use super::individual::{Excess, Individual, Penalties, Tour};
use super::priced;
use super::swap_star::Insertions;
use crate::routing::arcs::Node;
use crate::routing::moves::{Piece, fold};
use crate::routing::partition::Pool;
use crate::routing::prepared::{Prepared, Terms};
use crate::routing::segment::{Clock, Goods};
use crate::routing::state::{ABSENT, RouteState, Slot, fill_segments};
use crate::search::{Budget, Rng};
use crate::units::{Cost, Distance, Duration, VehicleTypeIdx};
use rand::RngExt as _;
use rand::seq::SliceRandom as _;

/// How many near customers are tried with each.
const NEIGHBORS: usize = 20;

/// The routes of one individual under improvement.
pub(super) struct Education<'a, 'p, G, C> {
    pub(super) prepared: &'a Prepared<'p, G, C>,
    near: Vec<Vec<Node>>,
    pub(super) routes: Vec<RouteState<G, C>>,
    /// The penalty in each route's cost.
    pub(super) penalty: Vec<Cost>,
    /// Moves made when a route was last changed.
    pub(super) changed_at: Vec<u64>,
    /// Vehicles that have no route, not even an empty one, by vehicle type.
    spare: Vec<usize>,
    /// Empty routes.
    pub(super) empty: Vec<Slot>,
    pub(super) slot_of: Vec<u32>,
    pub(super) position_of: Vec<u32>,
    pub(super) n_moves: u64,
    pub(super) penalties: Penalties,
    /// Whether distance and loads cost the same on every vehicle, and time nothing.
    pub(super) one_rate: bool,
    order: Vec<Node>,
    pub(super) insertions: Insertions,
    new_visits: [Vec<Node>; 2],
}

impl<'a, 'p, G: Goods, C: Clock> Education<'a, 'p, G, C> {
    pub(super) fn new(prepared: &'a Prepared<'p, G, C>) -> Self {
        let n_customers = prepared.n_customers();
        let rate = prepared.terms.first().map_or(0, |terms| terms.per_distance);
        let load_rate = prepared.terms.first().map_or(0, |terms| terms.per_load);
        let is_alike = |terms: &Terms<G>| terms.per_distance == rate && terms.per_load == load_rate;
        let one_rate = prepared.terms.iter().all(|terms| is_alike(terms) && terms.per_duration == 0);
        Self {
            prepared,
            one_rate,
            near: near(prepared),
            routes: Vec::new(),
            penalty: Vec::new(),
            changed_at: Vec::new(),
            spare: Vec::new(),
            empty: Vec::new(),
            slot_of: vec![ABSENT; n_customers],
            position_of: vec![0; n_customers],
            n_moves: 0,
            penalties: Penalties { load: 1, time: 1, distance: 1, visits: 1 },
            order: (0..n_customers).map(Node::new).collect(),
            insertions: Insertions::default(),
            new_visits: [Vec::new(), Vec::new()],
        }
    }

    /// Takes the routes of a child. Those for which there is no vehicle of their type get another, and customers of
    /// routes without any vehicle, like those in `left`, go where they cost least.
    pub(super) fn load(&mut self, child: &[Tour], left: &[Node], penalties: Penalties) {
        self.penalties = penalties;
        self.spare = self.prepared.terms.iter().map(|terms| terms.count).collect();
        self.slot_of.fill(ABSENT);
        self.empty.clear();
        self.n_moves += 1;
        let (mut n_used, mut homeless) = (0, left.to_vec());
        for (vehicle_type, visits) in child.iter().filter(|(_, visits)| !visits.is_empty()) {
            let row = vehicle_type.get();
            let row = if self.spare[row] > 0 { Some(row) } else { self.spare.iter().position(|&spare| spare > 0) };
            let Some(row) = row else {
                homeless.extend_from_slice(visits);
                continue;
            };
            self.spare[row] -= 1;
            self.add_slot(n_used, VehicleTypeIdx::new(row));
            self.set_visits(n_used, visits);
            n_used += 1;
        }
        self.routes.truncate(n_used);
        self.penalty.truncate(n_used);
        self.changed_at.truncate(n_used);
        self.offer_empty();
        for node in homeless {
            self.insert_cheapest(node);
        }
    }

    /// Makes slot number `slot`, which is the next one or an old one, an empty route.
    fn add_slot(&mut self, slot: Slot, vehicle_type: VehicleTypeIdx) {
        if slot == self.routes.len() {
            let nothing = self.prepared.visit(self.prepared.terms(vehicle_type).start);
            self.routes.push(RouteState::closed(nothing));
            self.penalty.push(Cost::ZERO);
            self.changed_at.push(0);
        }
        self.routes[slot].vehicle_type = vehicle_type;
        self.set_visits(slot, &[]);
    }

    /// Sees to it that there is one empty route of each type that has vehicles left.
    fn offer_empty(&mut self) {
        let routes = &self.routes;
        self.empty.retain(|&slot| routes[slot].n_visits() == 0);
        for row in 0..self.spare.len() {
            let vehicle_type = VehicleTypeIdx::new(row);
            if self.spare[row] > 0 && !self.empty.iter().any(|&slot| self.routes[slot].vehicle_type == vehicle_type) {
                self.spare[row] -= 1;
                let slot = self.routes.len();
                self.add_slot(slot, vehicle_type);
                self.empty.push(slot);
            }
        }
    }

    /// The routes as an individual.
    pub(super) fn unload(&self) -> Individual {
        let (mut cost, mut excess) = (Cost::ZERO, Excess::default());
        let mut slots = Vec::with_capacity(self.routes.len());
        for (slot, route) in self.routes.iter().enumerate().filter(|(_, route)| route.n_visits() > 0) {
            let terms = self.prepared.terms(route.vehicle_type);
            let (own, broken) = priced(self.prepared, terms, &route.total, route.n_visits());
            cost += own;
            excess = excess.plus(&broken);
            slots.push((self.bearing(route), slot));
        }
        slots.sort_by(|a, b| a.0.0.cmp(&b.0.0).then(a.0.1.total_cmp(&b.0.1)).then(a.1.cmp(&b.1)));
        let routes = slots.iter().map(|&(_, slot)| {
            let route = &self.routes[slot];
            (route.vehicle_type, route.customers().to_vec())
        });
        Individual::new(routes.collect(), self.prepared.n_customers(), cost, excess)
    }

    /// Adds the routes that keep every limit to `pool`.
    pub(super) fn remember(&self, pool: &mut Pool) {
        for (route, &penalty) in self.routes.iter().zip(&self.penalty) {
            if route.n_visits() > 0 && penalty == Cost::ZERO {
                pool.add(route.vehicle_type, route.customers(), route.cost);
            }
        }
    }

    /// Where a route starts and in which direction its customers are, so that neighboring routes follow each other in
    /// the giant tour. Without coordinates all directions are the same.
    fn bearing(&self, route: &RouteState<G, C>) -> (usize, f64) {
        let problem = self.prepared.problem;
        let depot = problem.vehicle_type(route.vehicle_type).start;
        let Some(direct) = problem.travel().direct() else { return (depot.get(), 0.0) };
        let center = direct.points()[depot.get()];
        let (mut x, mut y) = (0.0, 0.0);
        for node in route.customers() {
            let point = direct.points()[problem.customer(node.customer()).location.get()];
            x += point.x - center.x;
            y += point.y - center.y;
        }
        (depot.get(), y.atan2(x))
    }

    /// Changes the penalties.
    pub(super) fn reprice(&mut self, penalties: Penalties) {
        self.penalties = penalties;
        for slot in 0..self.routes.len() {
            self.price(slot);
            self.changed_at[slot] = self.n_moves + 1;
        }
        self.n_moves += 1;
    }

    /// Improves the routes until no move does, or the time is over.
    pub(super) fn improve(&mut self, budget: &Budget<'_>, rng: &mut Rng) {
        self.order.shuffle(rng);
        let mut tried_at = vec![0; self.order.len()];
        let start = self.n_moves;
        let mut paired_at: Vec<u64> = Vec::new();
        for pass in 0.. {
            let before = self.n_moves;
            for at in 0..self.order.len() {
                if at % 16 == 0 && budget.out_of_time() {
                    return;
                }
                let u = self.order[at];
                let last = if pass == 0 { None } else { Some(tried_at[u.get()]) };
                tried_at[u.get()] = self.n_moves;
                let offset = rng.random_range(0..self.near[u.get()].len());
                for at in 0..self.near[u.get()].len() {
                    let near = &self.near[u.get()];
                    let v = near[(at + offset) % near.len()];
                    if last.is_none_or(|last| self.changed_since(u, last) || self.changed_since(v, last)) {
                        self.around(u, v);
                    }
                }
                if pass > 0 {
                    self.leave(u);
                }
            }
            if !C::TIMED && G::ORDER_FREE {
                self.swap_stars(&mut paired_at, start, budget);
            }
            if pass > 0 && self.n_moves == before {
                return;
            }
        }
    }

    /// Inserts a customer that is on no route where it costs least.
    fn insert_cheapest(&mut self, node: Node) {
        let mut best: Option<(Cost, Slot, usize)> = None;
        for slot in 0..self.routes.len() {
            let route = &self.routes[slot];
            let terms = self.prepared.terms(route.vehicle_type);
            for position in 1..route.visits.len() {
                let (last, next) = (route.visits[position - 1], route.visits[position]);
                let detour = self.prepared.arcs.distance(last, node) + self.prepared.arcs.distance(node, next)
                    - route.legs[position];
                if terms.per_duration == 0
                    && best
                        .is_some_and(|best| Cost::new(terms.per_distance) * detour.get() >= best.0 + self.penalty[slot])
                {
                    continue;
                }
                let head = self.prepared.join(route.before[position - 1], last, node, self.prepared.visit(node));
                let whole = self.prepared.join(head, node, next, *route.after(position));
                let (cost, excess) = priced(self.prepared, terms, &whole, route.n_visits() + 1);
                let more = cost + self.penalties.of(&excess) - route.cost;
                if best.is_none_or(|best| more < best.0) {
                    best = Some((more, slot, position));
                }
            }
        }
        if let Some((_, slot, position)) = best {
            let mut visits = self.routes[slot].customers().to_vec();
            visits.insert(position - 1, node);
            self.set_visits(slot, &visits);
            self.offer_empty();
        }
    }

    /// Makes the change of one or two routes if it improves.
    pub(super) fn attempt(&mut self, first: (Slot, &[Piece]), second: Option<(Slot, &[Piece])>) -> bool {
        let mut delta = Cost::ZERO;
        for (slot, pieces) in [Some(first), second].into_iter().flatten() {
            let route = &self.routes[slot];
            delta -= route.cost;
            let n_visits = pieces.iter().map(|piece| piece.to - piece.from).sum::<usize>() - 2;
            if n_visits > 0
                && let Some(whole) = fold(self.prepared, &self.routes, pieces)
            {
                let (cost, excess) = priced(self.prepared, self.prepared.terms(route.vehicle_type), &whole, n_visits);
                delta += cost + self.penalties.of(&excess);
            }
        }
        if delta >= Cost::ZERO {
            return false;
        }
        let before = first.0;
        let cost_before = self.routes[before].cost + second.map_or(Cost::ZERO, |(slot, _)| self.routes[slot].cost);
        let n_customers = self.prepared.n_customers();
        let mut new_visits = std::mem::take(&mut self.new_visits);
        for ((_, pieces), visits) in [Some(first), second].into_iter().flatten().zip(&mut new_visits) {
            visits.clear();
            for piece in pieces {
                let stretch = &self.routes[piece.slot].visits[piece.from..piece.to];
                let customers = stretch.iter().copied().filter(|node| node.get() < n_customers);
                if piece.reversed { visits.extend(customers.rev()) } else { visits.extend(customers) }
            }
        }
        self.n_moves += 1;
        let had_empty =
            self.routes[first.0].n_visits() == 0 || second.is_some_and(|(slot, _)| self.routes[slot].n_visits() == 0);
        for ((slot, _), visits) in [Some(first), second].into_iter().flatten().zip(&new_visits) {
            self.set_visits(slot, visits);
            if visits.is_empty() {
                self.empty.push(slot);
            }
        }
        self.new_visits = new_visits;
        if had_empty {
            self.offer_empty();
        }
        let cost_after = self.routes[before].cost + second.map_or(Cost::ZERO, |(slot, _)| self.routes[slot].cost);
        debug_assert_eq!(cost_after, cost_before + delta);
        true
    }

    /// Makes `visits` the customers of a route.
    fn set_visits(&mut self, slot: Slot, visits: &[Node]) {
        let route = &mut self.routes[slot];
        let terms = self.prepared.terms(route.vehicle_type);
        route.visits.clear();
        route.visits.push(terms.start);
        route.visits.extend_from_slice(visits);
        route.visits.push(terms.end);
        route.legs.clear();
        route.legs.push(Distance::ZERO);
        route.spans.clear();
        if C::TIMED {
            route.spans.push(Duration::ZERO);
        }
        for (at, pair) in route.visits.windows(2).enumerate() {
            route.legs.push(self.prepared.arcs.distance(pair[0], pair[1]));
            if C::TIMED {
                route.spans.push(self.prepared.arcs.duration(pair[0], pair[1]));
            }
            if let Some(slot_of) = self.slot_of.get_mut(pair[0].get()) {
                *slot_of = slot as u32;
                self.position_of[pair[0].get()] = at as u32;
            }
        }
        fill_segments(self.prepared, route, 0, 0);
        route.total = route.before[route.visits.len() - 1];
        self.changed_at[slot] = self.n_moves;
        self.price(slot);
    }

    fn price(&mut self, slot: Slot) {
        let route = &mut self.routes[slot];
        (route.cost, self.penalty[slot]) = (Cost::ZERO, Cost::ZERO);
        if route.n_visits() > 0 {
            let terms = self.prepared.terms(route.vehicle_type);
            let (cost, excess) = priced(self.prepared, terms, &route.total, route.n_visits());
            self.penalty[slot] = self.penalties.of(&excess);
            route.cost = cost + self.penalty[slot];
        }
    }
}

/// Near customers by travel and, where there are windows, by the waiting and lateness that following each other means.
///
/// Source: Vidal, Crainic, Gendreau & Prins (2013), Computers & Operations Research 40(1).
fn near<G: Goods, C: Clock>(prepared: &Prepared<'_, G, C>) -> Vec<Vec<Node>> {
    let n_customers = prepared.n_customers();
    let follows = |from: usize, to: usize| {
        let [first, second] = [from, to].map(|row| &prepared.problem.customers()[row]);
        let travel = prepared.arcs.duration(Node::new(from), Node::new(to));
        let leave = first.window.opens + first.service + travel;
        let wait = second.window.opens.since(first.window.closes + first.service + travel).get().max(0);
        let late = leave.since(second.window.closes).get().max(0);
        travel.get().saturating_add(wait / 5).saturating_add(late)
    };
    (0..n_customers)
        .map(|row| {
            let by_distance = prepared.near(Node::new(row));
            if !(C::TIMED && prepared.has_windows) {
                return by_distance.iter().take(NEIGHBORS).map(|&other| Node::new(other as usize)).collect();
            }
            let mut others: Vec<(i64, usize)> = (0..n_customers)
                .filter(|&other| other != row)
                .map(|other| (follows(row, other).min(follows(other, row)), other))
                .collect();
            others.sort_unstable();
            others.into_iter().take(NEIGHBORS).map(|(_, other)| Node::new(other)).collect()
        })
        .collect()
}
