//! The front door: picks what a route has to keep track of, then searches on one or several islands.

use super::construct::{construct, insert_absent};
use super::local_search::improve;
use super::prepared::Prepared;
use super::recreate::insertion::Policy;
use super::segment::{Clock, Goods, PeakLoad, Timed, TotalLoad, Untimed};
use super::state::State;
use super::trajectory::Trajectory;
use super::{Problem, Solution};
use crate::search::{Annealing, Budget, Event, Method, Observer, advance, rng};
use crate::units::{Cost, Duration, Load, TimeWindow};

/// Tuning of a search.
#[derive(Clone, Debug, PartialEq)]
pub struct Params {
    /// Which of [`METHODS`] runs.
    pub method: Method,
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
        Self { method: Method::Default, islands: 1, start_temperature: 1.0, end_temperature: 0.005, mean_removed: 10.0 }
    }
}

/// What [`solve`] can run.
pub const METHODS: &[Method] = &[Method::Default, Method::Savings, Method::Sweep, Method::Insertion, Method::Sisr];

/// How often islands compare what they have.
const ROUNDS: u32 = 8;

/// Share of the budget for ruin and recreate; the rest is for local search.
const MAIN_SHARE: f64 = 0.99;

/// Seconds a customer takes when routes are loaded into a state.
const SECONDS_TO_LOAD: f64 = 0.5e-6;

/// Below this share of [`ITERATIONS_FOR_FULL_HEAT`] ruins do not reach everybody, and local search goes first.
const SHARE_FOR_RUINS_ALONE: f64 = 0.02;

/// Iterations in a second, for guessing how many there will be.
const ITERATIONS_PER_SECOND: f64 = 150_000.0;

/// So many iterations for each customer are worth the full start temperature.
const ITERATIONS_FOR_FULL_HEAT: f64 = 1_500.0;

/// Above so many customers insertion looks only beside neighbors.
const SCAN_ALL: usize = 1_500;

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
    let search = Search { problem, start, params, budget, seed, observer };
    let one_sum = problem.n_dimensions() <= 1 && problem.shipments().is_empty() && one_way(problem);
    match (one_sum, problem.n_dimensions(), is_timed(problem)) {
        (true, _, false) => search.run::<TotalLoad, Untimed>(),
        (true, _, true) => search.run::<TotalLoad, Timed>(),
        (false, 0..=1, false) => search.run::<PeakLoad<1>, Untimed>(),
        (false, 0..=1, true) => search.run::<PeakLoad<1>, Timed>(),
        (false, 2..=3, false) => search.run::<PeakLoad<3>, Untimed>(),
        (false, 2..=3, true) => search.run::<PeakLoad<3>, Timed>(),
        (false, 4..=8, false) => search.run::<PeakLoad<8>, Untimed>(),
        (false, 4..=8, true) => search.run::<PeakLoad<8>, Timed>(),
        (false, n_dimensions, _) => panic!("{n_dimensions} capacity dimensions, at most 8 are allowed"),
    }
}

/// Whether all goods are deliveries, or all are pickups.
fn one_way(problem: &Problem) -> bool {
    let none = |loads: &[Load]| loads.iter().all(|&load| load == Load::ZERO);
    problem.customers().iter().all(|customer| none(&customer.pickup))
        || problem.customers().iter().all(|customer| none(&customer.delivery))
}

/// Whether any window, shift or duration limits or prices a route.
fn is_timed(problem: &Problem) -> bool {
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

struct Search<'s> {
    problem: &'s Problem,
    start: Option<&'s Solution>,
    params: &'s Params,
    budget: &'s Budget<'s>,
    seed: u64,
    observer: &'s dyn Observer,
}

impl Search<'_> {
    fn run<G: Goods, C: Clock>(&self) -> Solution {
        let Self { problem, params, budget, .. } = *self;
        let prepared = Prepared::<G, C>::new(problem);
        let beside = (prepared.n_customers() > SCAN_ALL).then_some(40);
        let policy = Policy { blink: 0.01, beside, everywhere: false, any_type: false };
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
                    if params.method == Method::Default && self.share(prepared.n_customers()) < SHARE_FOR_RUINS_ALONE {
                        improve(&mut state, &first_third(budget));
                    }
                    state.unload()
                }
            }
        };
        let n_missing = super::evaluate::n_missing(problem, &first);
        self.observer.on(Event::Incumbent { cost: first.cost, unserved: n_missing });
        let nothing_to_do = prepared.n_customers() == 0 || prepared.terms.is_empty();
        let only_construction = matches!(params.method, Method::Savings | Method::Sweep | Method::Insertion);
        if nothing_to_do || only_construction || budget.out_of_time() {
            return first;
        }
        self.observer.on(Event::Phase("ruin and recreate"));
        let mut islands: Vec<Trajectory<'_, '_, G, C>> = (0..params.islands.max(1))
            .map(|island| {
                let state = State::load(&prepared, &first);
                let annealing = self.annealing(&state);
                Trajectory::new(state, policy, params.mean_removed, annealing, rng(self.seed, island as u64))
            })
            .collect();
        let rounds = if islands.len() > 1 { ROUNDS } else { 1 };
        for round in 1..=rounds {
            let progress = MAIN_SHARE * f64::from(round) / f64::from(rounds);
            advance(&mut islands, |_, island| island.run(budget, progress, self.observer));
            if round < rounds {
                exchange(&mut islands);
            }
        }
        // Loading the routes once more takes about this long; a search that has to stop now skips it.
        let has_time = budget.seconds_left() > SECONDS_TO_LOAD * prepared.n_customers() as f64;
        if params.method != Method::Sisr && has_time {
            advance(&mut islands, |_, island| island.polish(budget));
        }
        let best = islands.iter().min_by_key(|island| island.value()).map(Trajectory::solution);
        let best = best.unwrap_or(first);
        let n_missing = super::evaluate::n_missing(problem, &best);
        self.observer.on(Event::Incumbent { cost: best.cost, unserved: n_missing });
        debug_assert_eq!(super::evaluate::cost(problem, &best), Ok(best.cost));
        best
    }
}

impl Search<'_> {
    /// The iterations to come for each customer, as a share of those worth the full start temperature.
    fn share(&self, n_customers: usize) -> f64 {
        let by_time = self.budget.seconds_left() * ITERATIONS_PER_SECOND;
        let iterations = by_time.min(self.budget.iterations as f64);
        iterations / n_customers.max(1) as f64 / ITERATIONS_FOR_FULL_HEAT
    }

    /// Temperatures for the iterations to come: a search that can give a customer few of them starts colder.
    fn annealing<G: Goods, C: Clock>(&self, state: &State<'_, '_, G, C>) -> Annealing {
        let share = self.share(state.prepared.n_customers());
        let mean = state.mean_arc_cost().max(1.0);
        let end = mean * self.params.end_temperature;
        // Tuned on Antwerp1 at 100 iterations a customer, November 2026: 0.4 beats 0.1 and 0.03.
        let heat = share.cbrt().min(8.0 * share).min(1.0);
        Annealing { start: (mean * self.params.start_temperature * heat).max(end), end }
    }
}

/// The budget with a deadline when a third of the time left is over.
fn first_third<'b>(budget: &Budget<'b>) -> Budget<'b> {
    let left = budget.seconds_left();
    let deadline = budget.deadline.map(|deadline| deadline - std::time::Duration::from_secs_f64(left * 2.0 / 3.0));
    Budget { deadline, ..*budget }
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
