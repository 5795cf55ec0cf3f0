//! The front door: picks what a route has to keep track of, then searches on one or several islands.

use super::bounds::least_vehicles;
use super::construct::{construct, insert_absent};
use super::local_search::improve;
use super::numbering::{Numbering, Outside};
use super::partition::{self, Pool};
use super::population::{self, Genetic};
use super::prepared::Prepared;
use super::recreate::policy::{AtALoss, Policy};
use super::restricted::Restricted;
use super::segment::{Clock, Goods, PeakLoad, Timed, TotalLoad, Untimed};
use super::state::State;
use super::trajectory::{Goal, Trajectory};
use super::trips::{TripClock, Trips};
use super::{Kinds, Problem, Solution, fleet, regions};
use crate::search::{Annealing, Budget, Event, Method, Observer, advance, rng};
use crate::units::{Cost, Duration, Load, Time, TimeWindow};
use std::time::Instant;

/// Tuning of a search.
#[derive(Clone, Debug, PartialEq)]
pub struct Params {
    /// Which of [`METHODS`] runs.
    pub method: Method,
    /// Whether vehicles come first, and costs second.
    pub fewest_vehicles: bool,
    /// Whether a search may draw more on stocks than there is, on its way to routes that do not.
    pub overdraws: bool,
    /// What is good enough to stop before the budget is used.
    pub goal: Goal,
    /// Trajectories side by side, best one thread each.
    pub islands: usize,
    /// Temperature at the start, in mean arc costs.
    pub start_temperature: f64,
    /// Temperature at the end, in mean arc costs.
    pub end_temperature: f64,
    /// Customers removed in an iteration, on average.
    pub mean_removed: f64,
}

impl Default for Params {
    fn default() -> Self {
        Self {
            method: Method::Default,
            fewest_vehicles: false,
            overdraws: false,
            goal: Goal::Cheap,
            islands: 1,
            start_temperature: 1.0,
            end_temperature: 0.005,
            mean_removed: 10.0,
        }
    }
}

/// What [`solve`] can run.
pub const METHODS: &[Method] =
    &[Method::Default, Method::Savings, Method::Sweep, Method::Insertion, Method::Sisr, Method::Ils, Method::Hgs];

/// How often islands compare what they have.
const ROUNDS: u32 = 8;

/// Share of the budget for ruin and recreate; the rest is for local search.
const MAIN_SHARE: f64 = 0.99;

/// Seconds a customer takes when routes are loaded into a state.
const SECONDS_TO_LOAD: f64 = 0.5e-6;

/// With fewer iterations for each customer ruins do not reach everybody, and local search goes first.
const ITERATIONS_FOR_RUINS_ALONE: f64 = 30.0;

/// Iterations in a second, for guessing how many there will be.
const ITERATIONS_PER_SECOND: f64 = 150_000.0;

/// The same where timetables price routes.
const TIMETABLED_PER_SECOND: f64 = 1_000.0;

/// So many iterations for each customer are worth the full start temperature.
const ITERATIONS_FOR_FULL_HEAT: f64 = 1_500.0;

/// Times the start temperature where vehicles may not call everywhere: whole groups of customers have to change vehicles.
///
/// Tuned on 4 instances of set SDVRPTW with 150,000 iterations and 2 seeds, November 2026: 1, 3 and 6 times come to 2.9,
/// 2.8 and 2.5 % above best known, a run of which is off by one point.
const HEAT_OF_BARRED: f64 = 5.0;

/// So many iterations for each customer are worth one run of ruin and recreate before the population.
///
/// Tuned on 20 instances of set X at 10 s, November 2026: below 250 customers six runs for 60 % of the time, then the
/// population, come to 0.17 % above best known, ruin and recreate alone to 0.40 %, the population alone to 0.28 %;
/// above 500 customers ruin and recreate alone is better.
const ITERATIONS_FOR_RUN: f64 = 1_000.0;

/// Fewer runs give the population too little to recombine.
const FEWEST_RUNS: usize = 3;

/// More runs than this give no more to recombine.
const MOST_RUNS: f64 = 6.0;

/// Above so many customers one long run of ruin and recreate beats a population, whatever the time.
///
/// Tuned on 6 instances of 500 to 1000 customers at 60 s, November 2026: equal at 500; at 1000 the population costs 0.4
/// points on X-n1001-k43 and 1.1 on R1_10_1.
const MOST_FOR_POPULATION: usize = 500;

/// Share of the budget for these runs.
const RUNS_SHARE: f64 = 0.6;

/// Share of the budget for giving up routes where they are short.
///
/// Tuned on 5 instances of sets C1 and R1 of Gehring and Homberger with 1000 customers at 30 s, November 2026: 2.3 % above
/// best known without, 1.9 % with it; where routes are long it only costs time.
const GIVING_UP_SHARE: f64 = 0.15;

/// Full vehicles that call on fewer customers than this make short routes: the ways to and from the depot are most of the
/// cost.
const SHORT_ROUTE: usize = 20;

/// Above so many customers insertion looks only beside neighbors.
const SCAN_ALL: usize = 1_500;

/// The same where there are windows: routes have room then, and every position is a candidate.
const SCAN_ALL_IN_TIME: usize = 300;

/// How many neighbors that is.
///
/// Tuned on 7 Gehring-Homberger instances of 1000 customers at 60 s, November 2026: 1.8 % above best known beside 40
/// neighbors, 1.4 % beside 100; on R1_10_1 one arc in ten of the best known solution is not among 40. On Leuven2 and
/// Ghent1 at 30 s: 1.13 and 1.02 %.
const BESIDE: usize = 100;

/// Routes for `problem`: as few mandatory customers unserved as possible, then as cheap as possible.
///
/// Starts from `start` where given, whose routes that break a limit are dissolved. The same seed, iterations and
/// islands give the same solution on any number of threads, as long as there is no deadline.
#[must_use]
pub fn solve(
    problem: &Problem,
    start: Option<&Solution>,
    params: &Params,
    budget: &Budget<'_>,
    seed: u64,
    observer: &dyn Observer,
) -> Solution {
    assert!(METHODS.contains(&params.method), "{:?} is no method of routing", params.method);
    let numbering = Numbering::along_curve(problem);
    let (problem, start) = (&problem.renumbered(&numbering), start.map(|start| numbering.inside(start)));
    let observer = &Outside { observer, numbering: &numbering };
    let search = Search { problem, start: start.as_ref(), params, budget, seed, observer };
    numbering.outside(&if params.fewest_vehicles { fleet::fewest_first(&search) } else { search.cheapest() })
}

/// Whether all goods are deliveries, or all are pickups.
fn one_way(problem: &Problem) -> bool {
    let none = |loads: &[Load]| loads.iter().all(|&load| load == Load::ZERO);
    problem.customers().iter().all(|customer| none(&customer.pickup))
        || problem.customers().iter().all(|customer| none(&customer.delivery))
}

/// Whether any window, shift or duration limits or prices a route.
fn is_timed(problem: &Problem) -> bool {
    if problem.needs_timetables() {
        return true;
    }
    let first = problem.vehicle_types().iter().map(|vehicle_type| vehicle_type.shift.opens).min();
    let bounded = |window: TimeWindow| {
        window.closes < TimeWindow::ALWAYS.closes || first.is_some_and(|first| window.opens > first)
    };
    problem.customers().iter().any(|customer| bounded(customer.window))
        || problem.vehicle_types().iter().any(|vehicle_type| {
            vehicle_type.shift.closes < TimeWindow::ALWAYS.closes
                || vehicle_type.max_duration < Duration::HUGE
                || vehicle_type.per_duration != Cost::ZERO
        })
}

/// The arguments of [`solve`].
#[derive(Clone, Copy)]
pub(super) struct Search<'s> {
    pub(super) problem: &'s Problem,
    pub(super) start: Option<&'s Solution>,
    pub(super) params: &'s Params,
    pub(super) budget: &'s Budget<'s>,
    pub(super) seed: u64,
    pub(super) observer: &'s dyn Observer,
}

impl Search<'_> {
    /// [`solve`] where only missing customers and costs count.
    pub(super) fn cheapest(&self) -> Solution {
        let problem = self.problem;
        let has_trips = problem.customers().iter().any(|it| it.reload || it.release > Time::ZERO);
        if has_trips {
            return self.cheapest_by_trips();
        }
        if problem.customers().iter().any(|it| !it.barred.is_empty() || it.backhaul || it.kinds != Kinds::NONE) {
            return self.cheapest_by_rules();
        }
        let one_sum = problem.n_dimensions() <= 1 && problem.shipments().is_empty() && one_way(problem);
        match (one_sum, problem.n_dimensions(), is_timed(problem)) {
            (true, _, false) => self.run::<TotalLoad, Untimed>(),
            (true, _, true) => self.run::<TotalLoad, Timed>(),
            (false, 0..=1, false) => self.run::<PeakLoad<1>, Untimed>(),
            (false, 0..=1, true) => self.run::<PeakLoad<1>, Timed>(),
            (false, 2..=3, false) => self.run::<PeakLoad<3>, Untimed>(),
            (false, 2..=3, true) => self.run::<PeakLoad<3>, Timed>(),
            // So many dimensions come with daily plans, which have windows or shifts, so they always keep time.
            (false, 4..=8, _) => self.run::<PeakLoad<8>, Timed>(),
            (false, n_dimensions, _) => panic!("{n_dimensions} capacity dimensions, at most 8 are allowed"),
        }
    }

    /// The same where rules beside the load say who may call where and when.
    fn cheapest_by_rules(&self) -> Solution {
        match (self.problem.n_dimensions(), is_timed(self.problem)) {
            (0..=1, false) => self.run::<Restricted<PeakLoad<1>>, Untimed>(),
            (0..=1, true) => self.run::<Restricted<PeakLoad<1>>, Timed>(),
            // Daily plans with several dimensions have windows or shifts, so all of them keep time.
            (2..=3, _) => self.run::<Restricted<PeakLoad<3>>, Timed>(),
            (4..=8, _) => self.run::<Restricted<PeakLoad<8>>, Timed>(),
            (n_dimensions, _) => panic!("{n_dimensions} capacity dimensions, at most 8 are allowed"),
        }
    }

    /// The same where vehicles reload, or goods are not at the depot from the start.
    fn cheapest_by_trips(&self) -> Solution {
        match self.problem.n_dimensions() {
            0..=1 => self.run::<Trips<Restricted<PeakLoad<1>>>, TripClock>(),
            2..=3 => self.run::<Trips<Restricted<PeakLoad<3>>>, TripClock>(),
            4..=8 => self.run::<Trips<Restricted<PeakLoad<8>>>, TripClock>(),
            n_dimensions => panic!("{n_dimensions} capacity dimensions, at most 8 are allowed"),
        }
    }

    fn run<G: Goods, C: Clock>(&self) -> Solution {
        let Self { problem, params, budget, .. } = *self;
        let prepared = Prepared::<G, C>::new(problem);
        let scan_all = if prepared.has_windows { SCAN_ALL_IN_TIME } else { SCAN_ALL };
        let beside = (prepared.n_visits() > scan_all).then_some(BESIDE);
        let policy = Policy { blink: 0.01, beside, everywhere: false, at_a_loss: AtALoss::Nobody, any_type: false };
        self.observer.on(Event::Phase("construction"));
        let first = {
            let mut rng = rng(self.seed, u64::MAX);
            match self.start {
                Some(start) => {
                    let mut state = State::load(&prepared, start);
                    insert_absent(&mut state, policy, budget, &mut rng);
                    state.unload()
                }
                None => {
                    let mut state = construct(&prepared, params.method, policy, budget, &mut rng);
                    let iterations = iterations_for_each(&prepared, budget);
                    if params.method == Method::Default && iterations < ITERATIONS_FOR_RUINS_ALONE {
                        improve(&mut state, &slice(budget, 0.0, 1.0 / 3.0));
                    }
                    state.unload()
                }
            }
        };
        let unserved = super::evaluate::n_left_out(problem, &first);
        self.observer.on(Event::Incumbent { cost: first.cost, unserved });
        if self.observer.wants() {
            self.observer.take(first.found());
        }
        let nothing_to_do = prepared.n_visits() == 0 || prepared.terms.is_empty();
        let only_construction = matches!(params.method, Method::Savings | Method::Sweep | Method::Insertion);
        let good_enough =
            |solution: &Solution| params.goal.is_met((super::evaluate::n_missing(problem, solution), solution.cost));
        if nothing_to_do || only_construction || good_enough(&first) || budget.out_of_time() {
            return first;
        }
        let (first, rest) = if self.worth_giving_up(&prepared) {
            let part = slice(budget, 0.0, GIVING_UP_SHARE);
            let first = fleet::give_up_routes(&Search { budget: &part, ..*self }, first);
            (first, slice(budget, GIVING_UP_SHARE, 1.0))
        } else {
            (first, *budget)
        };
        let budget = &rest;
        let population = population::applies_to(&prepared);
        let best = match params.method {
            Method::Hgs if population => self.evolve(&prepared, vec![first], &Pool::default(), budget),
            Method::Sisr | Method::Ils => self.anneal(&prepared, policy, &first, (budget, None), 0).swap_remove(0),
            _ => match self.n_runs(&prepared) {
                1 => self.anneal(&prepared, policy, &first, (budget, None), 0).swap_remove(0),
                n_runs => {
                    let (mut found, mut pool) = (Vec::new(), Pool::default());
                    let is_short = partition::applies_to(prepared.n_customers(), first.routes.len());
                    for run in 0..n_runs {
                        let part = |run: usize| RUNS_SHARE * run as f64 / n_runs as f64;
                        let budget = slice(budget, part(run), part(run + 1));
                        let pool = is_short.then_some(&mut pool);
                        found.extend(self.anneal(&prepared, policy, &first, (&budget, pool), run));
                        if found.iter().any(good_enough) {
                            break;
                        }
                    }
                    self.evolve(&prepared, found, &pool, &slice(budget, RUNS_SHARE, 1.0))
                }
            },
        };
        let unserved = super::evaluate::n_left_out(problem, &best);
        self.observer.on(Event::Incumbent { cost: best.cost, unserved });
        debug_assert_eq!(super::evaluate::cost(problem, &best), Ok(best.cost));
        best
    }

    /// Ruin and recreate on all islands, then local search. What each island found, best first; those of a first and
    /// only run learn from each other.
    fn anneal<G: Goods, C: Clock>(
        &self,
        prepared: &Prepared<'_, G, C>,
        policy: Policy,
        first: &Solution,
        (budget, pool): (&Budget<'_>, Option<&mut Pool>),
        run: usize,
    ) -> Vec<Solution> {
        self.observer.on(Event::Phase("ruin and recreate"));
        let n_islands = self.params.islands.max(1);
        let n_regions = regions::n_regions(prepared, first, n_islands);
        let descends = self.params.method == Method::Ils;
        if n_regions > 1 && self.params.goal != Goal::Complete && !descends {
            let annealing = self.annealing(&State::load(prepared, first), budget);
            let share = (budget, MAIN_SHARE);
            let mut best = regions::anneal(self, prepared, policy, first, (annealing, n_regions), share);
            if self.params.method != Method::Sisr && has_time_to_load(prepared, budget) {
                let mut state = State::load(prepared, &best);
                improve(&mut state, budget);
                best = state.unload();
            }
            return vec![best];
        }
        let mut islands: Vec<Trajectory<'_, '_, G, C>> = (0..n_islands)
            .map(|island| {
                let state = State::load(prepared, first);
                let annealing = self.annealing(&state, budget);
                let rng = rng(self.seed, (run * n_islands + island) as u64);
                Trajectory::new(state, policy, self.params.mean_removed, annealing, self.params.goal, rng)
            })
            .collect();
        if descends {
            islands.iter_mut().for_each(Trajectory::descend);
        }
        if self.params.overdraws && prepared.has_stocks() {
            islands.iter_mut().for_each(Trajectory::overdraw);
        }
        if pool.is_some() {
            islands.iter_mut().for_each(Trajectory::remember);
        }
        let rounds = if n_islands > 1 { ROUNDS } else { 1 };
        for round in 1..=rounds {
            let progress = MAIN_SHARE * f64::from(round) / f64::from(rounds);
            advance(&mut islands, |_, island| island.run(budget, progress, self.observer));
            if round < rounds {
                exchange(&mut islands);
            }
        }
        if self.params.method != Method::Sisr && has_time_to_load(prepared, budget) {
            advance(&mut islands, |_, island| island.polish(budget));
        }
        islands.sort_by_key(Trajectory::value);
        if let Some(pool) = pool {
            islands.iter().filter_map(Trajectory::pool).for_each(|found| pool.absorb(found));
        }
        islands.iter().map(Trajectory::solution).collect()
    }

    /// A population on each island, which starts with what was `found`; the best comes out.
    fn evolve<G: Goods, C: Clock>(
        &self,
        prepared: &Prepared<'_, G, C>,
        mut found: Vec<Solution>,
        pool: &Pool,
        budget: &Budget<'_>,
    ) -> Solution {
        self.observer.on(Event::Phase("population"));
        let mut islands: Vec<Genetic<'_, '_, G, C>> = (0..self.params.islands.max(1))
            .map(|island| {
                let mut genetic = Genetic::new(prepared, pool, rng(!self.seed, island as u64));
                found.iter().for_each(|solution| genetic.welcome(solution));
                genetic
            })
            .collect();
        let rounds = if islands.len() > 1 { ROUNDS } else { 1 };
        for round in 1..=rounds {
            let progress = f64::from(round) / f64::from(rounds);
            advance(&mut islands, |_, island| island.run(budget, progress, self.params.goal, self.observer));
            let best = islands.iter().min_by_key(|island| island.value()).and_then(Genetic::solution);
            for (island, best) in islands.iter_mut().flat_map(|island| best.as_ref().map(|best| (island, best))) {
                if island.value() > best.cost {
                    island.welcome(best);
                }
            }
            found.extend(best);
        }
        let order = |solution: &Solution| (super::evaluate::n_missing(self.problem, solution), solution.cost);
        found.sort_by_key(order);
        found.swap_remove(0)
    }

    /// Whether to begin with fewer routes than construction made. Where windows are narrow, ruins that find as cheap
    /// routes hardly ever find fewer.
    fn worth_giving_up<G: Goods, C: Clock>(&self, prepared: &Prepared<'_, G, C>) -> bool {
        let short = prepared.n_visits() < SHORT_ROUTE * least_vehicles(self.problem);
        let alike = prepared.terms.len() == 1 && prepared.prize.iter().all(Option::is_none);
        let cheap = self.params.method == Method::Default && self.params.goal != Goal::Complete;
        short
            && alike
            && cheap
            && !prepared.in_turn()
            && prepared.has_windows
            && self.start.is_none()
            && self.n_runs(prepared) == 1
    }

    /// How many runs of ruin and recreate go before the population. One, and no population, where time is too short.
    fn n_runs<G: Goods, C: Clock>(&self, prepared: &Prepared<'_, G, C>) -> usize {
        let iterations = iterations_for_each(prepared, self.budget);
        let n_runs = (iterations / ITERATIONS_FOR_RUN).min(MOST_RUNS) as usize;
        // On site-dependent problems a population finds the vehicles less well than one long run does.
        let recombines =
            prepared.n_visits() <= MOST_FOR_POPULATION && !prepared.is_barred && population::applies_to(prepared);
        if n_runs >= FEWEST_RUNS && recombines { n_runs } else { 1 }
    }

    /// Temperatures for the iterations to come: a search that can give a customer few of them starts colder.
    fn annealing<G: Goods, C: Clock>(&self, state: &State<'_, '_, G, C>, budget: &Budget<'_>) -> Annealing {
        let share = iterations_for_each(state.prepared, budget) / ITERATIONS_FOR_FULL_HEAT;
        let mean = state.mean_arc_cost().max(1.0);
        let end = mean * self.params.end_temperature;
        if self.params.method == Method::Ils {
            return Annealing { start: end, end };
        }
        // Tuned on Antwerp1 at 100 iterations a customer, November 2026: 0.4 beats 0.1 and 0.03.
        let heat = share.cbrt().min(8.0 * share).min(1.0) * if state.prepared.is_barred { HEAT_OF_BARRED } else { 1.0 };
        Annealing { start: (mean * self.params.start_temperature * heat).max(end), end }
    }
}

/// Whether routes can be loaded into a state once more; a search that has to stop now skips it.
fn has_time_to_load<G: Goods, C: Clock>(prepared: &Prepared<'_, G, C>, budget: &Budget<'_>) -> bool {
    budget.seconds_left() > SECONDS_TO_LOAD * prepared.n_visits() as f64
}

/// The iterations of ruin and recreate to come for each customer, as far as they can be foreseen.
fn iterations_for_each<G: Goods, C: Clock>(prepared: &Prepared<'_, G, C>, budget: &Budget<'_>) -> f64 {
    let per_second = if prepared.needs_timetables { TIMETABLED_PER_SECOND } else { ITERATIONS_PER_SECOND };
    let by_time = budget.seconds_left() * per_second;
    by_time.min(budget.iterations as f64) / prepared.n_visits().max(1) as f64
}

/// The part of a budget between two shares of it, beginning now.
pub(super) fn slice<'b>(budget: &Budget<'b>, from: f64, to: f64) -> Budget<'b> {
    let deadline = budget.deadline.map(|deadline| {
        let whole = deadline.saturating_duration_since(budget.started);
        if to < 1.0 { budget.started + whole.mul_f64(to) } else { deadline }
    });
    let iterations = if to - from < 1.0 { (budget.iterations as f64 * (to - from)) as u64 } else { budget.iterations };
    Budget { deadline, iterations, started: Instant::now(), ..*budget }
}

/// The island with the worst incumbent continues from the best one.
fn exchange<G: Goods, C: Clock>(islands: &mut [Trajectory<'_, '_, G, C>]) {
    let best = (0..islands.len()).min_by_key(|&island| (islands[island].value(), island));
    let worst = (0..islands.len()).max_by_key(|&island| (islands[island].value(), island));
    if let (Some(best), Some(worst)) = (best, worst)
        && islands[best].value() < islands[worst].value()
    {
        let solution = islands[best].solution();
        islands[worst].restart(&solution);
    }
}
