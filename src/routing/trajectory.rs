//! One search trajectory: ruin and recreate under simulated annealing.
//!
//! Source: Christiaens & Vanden Berghe (2020), Transportation Science 54(2), "slack induction by string removals",
//! with its sums of absences for customers that find no place. We depart from it by a temperature that follows the
//! budget, further ruins, changes of vehicle types, and an undo log instead of copies.

use super::Solution;
use super::arcs::Node;
use super::choices;
use super::local_search;
use super::overdraft::Overdraft;
use super::partition::Pool;
use super::reconnect::reconnect;
use super::recreate::policy::{AtALoss, Policy};
use super::recreate::{Order, greedy, sort};
use super::reloads;
use super::ruin::{Removed, Strings, nearest, whole_routes};
use super::seeds::Seeds;
use super::segment::{Clock, Goods};
use super::state::{Slots, State, solution};
use crate::search::{Annealing, Budget, Event, Observer, Rng};
use crate::units::{Cost, VehicleTypeIdx};
use rand::RngExt as _;

/// Where timetables price routes, one iteration in so many tries other vehicle types. All others can end as soon as what is
/// put back has become too costly.
const RETYPED: u32 = 4;

/// From here on, as a share of the budget, accepted routes are worth remembering.
const COLD: f64 = 0.7;

/// Iterations between looks at the clock.
const STRIDE: u64 = 16;

/// The best routes of a trajectory, copied slot by slot as they change.
#[derive(Default)]
struct Incumbent {
    routes: Vec<(VehicleTypeIdx, Vec<Node>)>,
    absent: Vec<Node>,
    n_missing: usize,
    cost: Cost,
}

/// When a search is done before its budget is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Goal {
    /// Never: cheaper is always better.
    Cheap,
    /// As soon as every mandatory customer is served.
    Complete,
    /// As soon as that costs no more than this.
    AtMost(Cost),
}

impl Goal {
    /// Whether a solution with so many mandatory customers left out, and this cost, is good enough.
    #[must_use]
    pub fn is_met(self, (n_missing, cost): (usize, Cost)) -> bool {
        let enough = match self {
            Self::Cheap => return false,
            Self::Complete => Cost::HUGE,
            Self::AtMost(enough) => enough,
        };
        n_missing == 0 && cost <= enough
    }
}

/// A search in progress.
pub struct Trajectory<'a, 'p, G, C> {
    state: State<'a, 'p, G, C>,
    incumbent: Incumbent,
    rng: Rng,
    policy: Policy,
    strings: Strings,
    annealing: Annealing,
    goal: Goal,
    iteration: u64,
    has_prizes: bool,
    seeds: Seeds,
    /// How often each customer found no place.
    absences: Vec<u64>,
    removed: Removed,
    customers: Vec<Node>,
    seen: Slots,
    changed: Vec<u32>,
    missing_before: Vec<Node>,
    /// The routes accepted late, where they are asked for.
    pool: Option<Pool>,
    /// The temperature from which on they are.
    cold: f64,
    /// Whether local search follows each ruin.
    descends: bool,
    /// What overdrawing stocks costs, where that is allowed.
    overdraft: Option<Overdraft>,
}

impl<'a, 'p, G: Goods, C: Clock> Trajectory<'a, 'p, G, C> {
    /// A search that starts at `state`.
    #[must_use]
    pub fn new(
        state: State<'a, 'p, G, C>,
        policy: Policy,
        mean_removed: f64,
        annealing: Annealing,
        goal: Goal,
        rng: Rng,
    ) -> Self {
        let strings = Strings { mean_removed, longest: 10.0, split: 0.5, split_stop: 0.01 };
        let has_prizes = state.prepared.prize.iter().any(Option::is_some);
        let absences = vec![0; state.prepared.n_customers()];
        let seeds = Seeds::new(&state);
        let mut trajectory = Self {
            state,
            incumbent: Incumbent::default(),
            rng,
            policy,
            strings,
            annealing,
            goal,
            iteration: 0,
            has_prizes,
            seeds,
            absences,
            removed: Removed::default(),
            customers: Vec::new(),
            seen: Slots::default(),
            changed: Vec::new(),
            missing_before: Vec::new(),
            pool: None,
            cold: 0.0,
            descends: false,
            overdraft: None,
        };
        trajectory.keep();
        trajectory
    }

    /// Mandatory customers or shipments that the incumbent leaves out, each as often as it counts, and its cost.
    #[must_use]
    pub fn value(&self) -> (usize, Cost) {
        (self.incumbent.n_missing, self.incumbent.cost)
    }

    /// Becomes iterated local search: a descent follows each ruin.
    pub fn descend(&mut self) {
        self.descends = true;
    }

    /// Lets routes draw more on stocks than there is on the way, once everybody is served. What is kept draws no more.
    pub fn overdraw(&mut self) {
        let customers = self.state.prepared.problem.customers();
        let loads: i64 = customers.iter().flat_map(|customer| &customer.delivery).map(|load| load.get()).sum();
        let mean_load = loads as f64 / customers.len().max(1) as f64;
        self.overdraft = Some(Overdraft::new(self.state.mean_arc_cost(), mean_load));
        self.price_overdrafts();
    }

    fn price_overdrafts(&mut self) {
        let overdraft = self.overdraft.as_ref().filter(|_| self.incumbent.n_missing == 0);
        self.state.overdraft = overdraft.map(Overdraft::price);
    }

    /// Remembers the routes that it accepts late.
    pub fn remember(&mut self) {
        self.cold = self.temperature(COLD);
        self.pool = Some(Pool::default());
    }

    /// The routes remembered.
    #[must_use]
    pub fn pool(&self) -> Option<&Pool> {
        self.pool.as_ref()
    }

    /// How many these are, whatever they count.
    fn n_left_out(&self) -> usize {
        self.incumbent.absent.iter().filter(|node| self.state.prepared.urgency[node.get()] > 0).count()
    }

    /// Continues from `routes`, which have to be feasible.
    pub fn restart(&mut self, solution: &Solution) {
        self.load(solution);
        self.keep();
    }

    /// Brings the incumbent to a local optimum.
    pub fn polish(&mut self, budget: &Budget<'_>) {
        self.load(&self.solution());
        local_search::improve(&mut self.state, budget);
        self.keep();
    }

    fn load(&mut self, solution: &Solution) {
        self.state = State::load(self.state.prepared, solution);
        self.price_overdrafts();
    }

    /// Searches until the budget is exhausted or `progress` of it is used.
    pub fn run(&mut self, budget: &Budget<'_>, progress: f64, observer: &dyn Observer) {
        let mut temperature = self.temperature(budget.progress(self.iteration));
        let mut told = self.value();
        let mut handed_over = told;
        loop {
            if self.iteration.is_multiple_of(STRIDE) {
                let used = budget.progress(self.iteration);
                temperature = self.temperature(used);
                if self.value() < told {
                    told = self.value();
                    observer.on(Event::Incumbent { cost: told.1, unserved: self.n_left_out() });
                }
                if self.value() < handed_over && observer.wants() {
                    handed_over = self.value();
                    observer.take(self.solution().found());
                }
                if self.goal.is_met(self.value()) || used >= progress || budget.out_of_time() {
                    return;
                }
            }
            if budget.iterations <= self.iteration {
                return;
            }
            self.iteration += 1;
            self.iterate(temperature, budget);
        }
    }

    /// The temperature after `progress` of the budget, higher at the start where routes are long.
    ///
    /// Tuned on Leuven2, Antwerp2 and Flanders2 at 30 s, November 2026: 1, 2, 4 and 8 times the heat come to 3.6, 3.4, 2.6
    /// and 2.6 % above best known; below 30 visits a route more heat does not help.
    fn temperature(&self, progress: f64) -> f64 {
        self.annealing.temperature(progress) * self.state.stretch().powf(3.0 * (1.0 - progress))
    }

    fn iterate(&mut self, temperature: f64, budget: &Budget<'_>) {
        let before = (self.state.n_missing, self.state.cost + self.state.overdrawn());
        self.missing_before.clear();
        if before.0 > 0 {
            self.missing_before.extend_from_slice(&self.state.absent);
        }
        self.state.begin();
        let slack = Annealing::slack(temperature, &mut self.rng);
        let retypes = self.retypes();
        // Another vehicle type or a descent may still make up for costs, and another missing customer decides before they do.
        let costs_decide = before.0 == 0 && !retypes && !self.descends;
        let ceiling = costs_decide.then(|| before.1 + slack);
        let seed = self.seed();
        let whole = self.ruin(seed);
        if !self.recreate((seed, whole), ceiling, budget) {
            self.state.rollback();
            return;
        }
        if retypes {
            self.retype();
        }
        if self.descends {
            local_search::improve_near(&mut self.state, &self.customers);
        }
        let overdrawn = self.state.overdrawn();
        let after = (self.state.n_missing, self.state.cost + overdrawn);
        let accepted = if after.0 == before.0 && after.1 < before.1 + slack {
            true
        } else if after.0 > 0 || before.0 > 0 {
            after.0 < before.0 || self.sum_of_absences(&self.state.absent) < self.sum_of_absences(&self.missing_before)
        } else {
            false
        };
        if after.0 > 0 {
            self.count_absences();
        }
        if !accepted {
            self.state.rollback();
            return;
        }
        if self.state.overdraft.is_some()
            && let Some(overdraft) = &mut self.overdraft
        {
            overdraft.ended(overdrawn == Cost::ZERO);
            self.price_overdrafts();
        }
        if after != before {
            reconnect(&mut self.state, &self.customers);
        }
        if self.state.prepared.has_choices() {
            self.choose();
        }
        if temperature <= self.cold
            && let Some(pool) = &mut self.pool
        {
            for slot in self.state.touched() {
                let route = &self.state.routes[slot];
                if route.n_visits() > 0 {
                    pool.add(route.vehicle_type, route.customers(), route.cost);
                }
            }
        }
        if (self.state.n_missing, self.state.cost) < self.value() && self.state.overdrawn() == Cost::ZERO {
            self.keep();
            self.price_overdrafts();
        }
    }

    /// Whether other vehicle types are tried for the routes of this iteration: always where that is cheap.
    fn retypes(&mut self) -> bool {
        let prepared = self.state.prepared;
        prepared.terms.len() > 1 && (!prepared.needs_timetables || self.rng.random_range(0..RETYPED) == 0)
    }

    /// The customer around which routes are ruined: often one without a place.
    fn seed(&mut self) -> Node {
        let n_absent = self.state.absent.len();
        if self.state.n_missing > 0 && self.rng.random_range(0..2) == 0 {
            return self.state.absent[self.rng.random_range(0..n_absent)];
        }
        self.seeds.draw(&mut self.rng)
    }

    /// Ruins around `seed`. Whether whole routes.
    fn ruin(&mut self, seed: Node) -> bool {
        self.removed.clear();
        let (state, removed, rng) = (&mut self.state, &mut self.removed, &mut self.rng);
        let strings = self.strings.stretched(state.stretch());
        // A route has to be emptied before its customers can find a vehicle of another type.
        let share = if state.prepared.terms.len() > 1 { 8 } else { 2 };
        let dice = rng.random_range(0..100);
        let whole = (2..2 + share).contains(&dice);
        match dice {
            0..2 => nearest(state, seed, strings.mean_removed as usize, removed, rng),
            _ if whole => {
                // Where every visit pays for its detour, a long route may still lose as a whole. With windows the number
                // of routes matters, and hardly changes otherwise.
                let strings_long = if state.prepared.has_windows { 6 } else { 2 };
                let longest = if self.has_prizes { usize::MAX } else { strings_long * strings.longest as usize };
                whole_routes(state, seed, longest, removed, rng);
            }
            _ => strings.ruin(state, seed, removed, rng),
        }
        if state.prepared.is_tied() && rng.random_range(0..2) == 0 {
            removed.take_tied(state);
        }
        removed.close_empty(state);
        if self.state.prepared.is_barred && self.rng.random_range(0..5) == 0 {
            self.change_vehicles();
        }
        whole
    }

    /// Two ruined routes drawn at random swap their vehicles; where these are of one type, the first gets any other. Not
    /// where a vehicle may not drive what is left of a route.
    fn change_vehicles(&mut self) {
        self.changed.clear();
        self.changed.extend(self.state.touched().map(|slot| slot as u32));
        let state = &mut self.state;
        self.changed.retain(|&slot| state.routes[slot as usize].n_visits() > 0);
        if self.changed.is_empty() {
            return;
        }
        let may_drive = |state: &State<'_, '_, G, C>, vehicle_type, slot: usize| {
            let customers = state.routes[slot].customers();
            state.may_draw(Some(slot), vehicle_type, customers.iter().copied())
                && state.may_drive(vehicle_type, customers)
        };
        let [first, second] = [(); 2].map(|()| self.changed[self.rng.random_range(0..self.changed.len())] as usize);
        let types = [first, second].map(|slot| state.routes[slot].vehicle_type);
        if types[0] != types[1] {
            // Each may draw enough alone and both too much.
            if !state.prepared.has_stocks() && may_drive(state, types[1], first) && may_drive(state, types[0], second) {
                state.swap_vehicles(first, second);
            }
            return;
        }
        let other = VehicleTypeIdx::new(self.rng.random_range(0..state.prepared.terms.len()));
        if other != types[0] && state.spare[other.get()] > 0 && may_drive(state, other, first) {
            state.retype(first, other);
        }
    }

    fn recreate(&mut self, (seed, whole): (Node, bool), ceiling: Option<Cost>, budget: &Budget<'_>) -> bool {
        let (state, rng) = (&mut self.state, &mut self.rng);
        self.customers.clear();
        self.customers.extend_from_slice(&self.removed.customers);
        recall(state, seed, &mut self.customers, rng);
        let n_recalled = self.customers.len() - self.removed.customers.len();
        let choice = if self.has_prizes { n_recalled as f64 / self.customers.len().max(1) as f64 } else { 0.0 };
        let order = Order::draw(state.prepared.has_windows, choice, rng);
        sort(state, &mut self.customers, order, rng);
        let any_type = state.prepared.terms.len() > 1 && rng.random_range(0..4) == 0;
        let daring = if whole { choice } else { choice / 2.0 };
        let at_a_loss = match rng.random::<f64>() < daring {
            false => AtALoss::Nobody,
            true if rng.random_range(0..2) == 0 => AtALoss::First,
            true => AtALoss::Pioneer,
        };
        // Long routes are full of places that look alike.
        let blink = self.policy.blink * (2.0 * state.stretch() - 1.0);
        let policy = Policy { any_type, at_a_loss, blink, ..self.policy };
        greedy(state, &self.customers, policy, ceiling, budget, rng, &mut self.seen)
    }

    /// Hands each touched route to the vehicle type that drives it most cheaply, of all or of some drawn at random.
    fn retype(&mut self) {
        const SOME: usize = 8;
        let n_types = self.state.prepared.terms.len();
        self.changed.clear();
        self.changed.extend(self.state.touched().map(|slot| slot as u32));
        for index in 0..self.changed.len() {
            let slot = self.changed[index] as usize;
            let route = &self.state.routes[slot];
            if route.n_visits() == 0 {
                continue;
            }
            let mut best = (route.cost, route.vehicle_type);
            for draw in 0..n_types.min(SOME) {
                let row = if n_types <= SOME { draw } else { self.rng.random_range(0..n_types) };
                let (vehicle_type, terms) = (VehicleTypeIdx::new(row), &self.state.prepared.terms[row]);
                if self.state.spare[row] == 0 || vehicle_type == route.vehicle_type || terms.fixed >= best.0 {
                    continue;
                }
                let whole = self.state.prepared.fold_route(vehicle_type, route.customers());
                let cost = self.state.prepared.route_cost(terms, &whole);
                if cost < best.0 && self.state.prepared.allows(terms, &whole, route.n_visits()) {
                    let exact = self.state.prepared.exact_cost(terms, &whole, route.customers().iter().copied());
                    if let Some(cost) = exact.filter(|&cost| cost < best.0)
                        && self.state.may_draw(Some(slot), vehicle_type, route.customers().iter().copied())
                    {
                        best = (cost, vehicle_type);
                    }
                }
            }
            if best.1 != route.vehicle_type {
                self.state.retype(slot, best.1);
            }
        }
    }

    /// Visits the best of each group on touched routes, moves their reloads to better places, and takes needless ones off.
    fn choose(&mut self) {
        self.changed.clear();
        self.changed.extend(self.state.touched().map(|slot| slot as u32));
        for index in 0..self.changed.len() {
            let slot = self.changed[index] as usize;
            if self.state.routes[slot].n_visits() == 0 {
                continue;
            }
            choices::choose(&mut self.state, slot);
            if self.state.routes[slot].total.goods.n_reloads() > 0 {
                reloads::shift(&mut self.state, slot);
                reloads::tidy(&mut self.state, slot);
            }
        }
        self.state.close_empty(&self.changed);
    }

    fn sum_of_absences(&self, absent: &[Node]) -> u64 {
        let mandatory = absent.iter().filter(|node| self.state.prepared.prize[node.get()].is_none());
        mandatory.map(|node| self.absences[node.get()]).sum()
    }

    fn count_absences(&mut self) {
        for node in &self.state.absent {
            if self.state.prepared.prize[node.get()].is_none() {
                self.absences[node.get()] += 1;
            }
        }
    }

    /// Copies the changed routes to the incumbent.
    fn keep(&mut self) {
        self.state.take_changed(&mut self.changed);
        self.incumbent.routes.resize(self.state.routes.len(), (VehicleTypeIdx::new(0), Vec::new()));
        for &slot in &self.changed {
            let (route, copy) = (&self.state.routes[slot as usize], &mut self.incumbent.routes[slot as usize]);
            copy.0 = route.vehicle_type;
            copy.1.clear();
            copy.1.extend_from_slice(route.customers());
        }
        self.incumbent.absent.clear();
        self.incumbent.absent.extend_from_slice(&self.state.absent);
        (self.incumbent.n_missing, self.incumbent.cost) = (self.state.n_missing, self.state.cost);
    }

    /// Where the search is now, which may be worse than the incumbent.
    #[must_use]
    pub fn current(&self) -> Solution {
        self.state.unload()
    }

    /// The incumbent as a solution.
    #[must_use]
    pub fn solution(&self) -> Solution {
        let prepared = self.state.prepared;
        let routes = self.incumbent.routes.iter().filter(|(_, visits)| !visits.is_empty()).cloned().collect();
        solution(prepared.problem, routes, &self.incumbent.absent, &prepared.partner, self.incumbent.cost)
    }
}

/// Moves absent customers to those that will be inserted: all of a few, else the ones near `seed` and some others.
fn recall<G: Goods, C: Clock>(state: &mut State<'_, '_, G, C>, seed: Node, customers: &mut Vec<Node>, rng: &mut Rng) {
    const FEW: usize = 25;
    // Where timetables price routes, every look at those that carriers had better take is dear.
    const FEW_TIMETABLED: usize = 8;
    let few = if state.prepared.needs_timetables && state.n_missing == 0 { FEW_TIMETABLED } else { FEW };
    if state.absent.len() <= few {
        while !state.absent.is_empty() {
            customers.push(state.unmiss(state.absent.len() - 1));
        }
        return;
    }
    let prepared = state.prepared;
    let near = prepared.near(seed).iter().map(|&row| Node::new(row as usize));
    for node in std::iter::once(seed).chain(near).take(4 * few) {
        if let Some(index) = state.absent_index(prepared.lead(node)) {
            customers.push(state.unmiss(index));
        }
    }
    for _ in 0..2.min(state.absent.len()) {
        let index = rng.random_range(0..state.absent.len());
        customers.push(state.unmiss(index));
    }
}
