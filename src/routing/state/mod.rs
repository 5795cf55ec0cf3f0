//! The routes of one search: dense arrays that change in place and undo what an iteration did.
//!
//! Every limit holds at all times; customers that find no place are *absent*. [`State::begin`] opens a transaction:
//! a route is saved the first time it is touched, and [`State::rollback`] puts the saved routes back.

mod absent;
mod edit;
mod route;
mod slots;
mod undo;

use super::arcs::Node;
use super::prepared::Prepared;
use super::reloads::Idle;
use super::segment::{Clock, Goods};
use super::{Problem, Route, Solution};
use crate::units::{Cost, CustomerIdx, Load, Time, VehicleTypeIdx};
pub use route::{Gate, RouteState, fill_segments};
pub use slots::{ABSENT, Slot, Slots};

/// What a part of the routes may use beside what is on them.
pub struct Share {
    /// Vehicles by type.
    pub vehicles: Vec<usize>,
    /// Reloads.
    pub reloads: Vec<Node>,
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
    /// The price of a load unit drawn beyond a stock; `None` where that is not allowed.
    pub overdraft: Option<Cost>,
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
            overdraft: None,
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

    /// The routes and unserved customers of `part` alone, with its vehicles and reloads and what is `idle`. All other
    /// customers are neither on a route nor absent.
    #[must_use]
    pub fn part(prepared: &'a Prepared<'p, G, C>, part: &Solution, idle: &Share) -> Self {
        let mut state = Self::empty(prepared);
        (state.cost, state.n_missing) = (Cost::ZERO, 0);
        state.absent.clear();
        state.spare.copy_from_slice(&idle.vehicles);
        state.idle = Idle::only(prepared, idle.reloads.iter().copied());
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
        let whole = self.prepared.fold_route(vehicle_type, visits);
        self.prepared.allows(terms, &whole, visits.len())
            && self.prepared.exact_cost(terms, &whole, visits.iter().copied()).is_some()
    }

    /// Whether `node`, or another of its group, is on a route.
    #[must_use]
    pub fn is_served(&self, node: Node) -> bool {
        self.prepared.choices(node).any(|choice| self.slot_of[choice.get()] != ABSENT)
    }

    /// When the visit before a position is done at the earliest.
    #[must_use]
    #[inline]
    pub fn finish_before(&self, slot: Slot, position: usize) -> Time {
        let route = &self.routes[slot];
        // Where there are trips it takes some sums to know.
        if C::HAS_TRIPS && position > 1 {
            self.gates[route.visits[position - 1].get()].finish
        } else {
            route.before[position - 1].clock.finish()
        }
    }

    fn pairs_complete(&self, visits: &[Node]) -> bool {
        let mut seen = std::collections::BTreeSet::new();
        visits.iter().all(|&node| {
            let ready = !self.prepared.is_drop[node.get()]
                || self.prepared.partner[node.get()].is_some_and(|first| seen.contains(&first));
            seen.insert(self.prepared.lead(node)) && ready
        }) && visits.iter().all(|node| self.prepared.partner[node.get()].is_none_or(|other| seen.contains(&other)))
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

/// A solution from its parts, in canonical order.
#[must_use]
pub fn solution(
    problem: &Problem,
    routes: Vec<(VehicleTypeIdx, Vec<Node>)>,
    absent: &[Node],
    partner: &[Option<Node>],
    cost: Cost,
) -> Solution {
    let routes = routes
        .into_iter()
        .map(|(vehicle_type, visits)| Route { vehicle_type, visits: visits.into_iter().map(Node::customer).collect() })
        .collect();
    let unserved: Vec<CustomerIdx> =
        absent.iter().flat_map(|&node| [Some(node), partner[node.get()]]).flatten().map(Node::customer).collect();
    debug_assert!(unserved.iter().all(|customer| customer.get() < problem.n_customers()));
    Solution::sorted(routes, unserved, cost)
}
