//! Sets of sites, judged by routes for longer and longer.

use super::estimate::Estimate;
use super::question::Question;
use super::sets::Sets;
use super::{Evaluation, moved};
use crate::model::plan::Plan;
use crate::planning::{Options, routing, siting};
use crate::routing::{Params, Route, Solution, solve};
use crate::search::{Budget, Event, Found, Observer, workers};
use crate::units::{Cost, CustomerIdx, VehicleTypeIdx};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

/// Share of the budget for trying sets of sites.
const TRYING: f64 = 0.3;

/// Share of the budget for the best of them, half of which go on each time.
const HALVING: f64 = 0.4;

/// Sets that the time for trying is meant for.
const TRIED: f64 = 40.0;

/// Sets of which half go on.
const KEPT: usize = 8;

/// Sets that are tried side by side where iterations alone are limited, whatever the threads.
const SIDE_BY_SIDE: usize = 4;

/// Fewest iterations of routes for a set.
const FEWEST_ITERATIONS: u64 = 50;

/// The best set of sites found and its routes; `None` where no set that keeps the limits was found.
pub(super) fn search(
    question: &Question<'_>,
    estimate: &Estimate,
    options: &Options<'_>,
    budget: &Budget<'_>,
    observer: &dyn Observer,
) -> Option<Evaluation> {
    let is_timed = options.time.is_some() || options.iterations.is_none();
    let mut search = Search {
        question,
        budget,
        observer,
        seed: options.seed,
        threads: options.threads.max(1),
        is_timed,
        told: Mutex::new((usize::MAX, Cost::HUGE)),
        sets: Sets::new(question, estimate, budget),
        n_runs: 0,
    };
    observer.on(Event::Phase("site sets"));
    search.begin(options.warm_start, estimate.open.as_ref());
    search.try_sets();
    observer.on(Event::Phase("successive halving"));
    search.halve();
    observer.on(Event::Phase("routes"));
    search.finish();
    search.sets.into_best()
}

struct Search<'a, 'q> {
    question: &'a Question<'q>,
    budget: &'a Budget<'a>,
    observer: &'a dyn Observer,
    seed: u64,
    threads: usize,
    is_timed: bool,
    /// The best that the observer knows.
    told: Mutex<(usize, Cost)>,
    sets: Sets<'a, 'q>,
    n_runs: u64,
}

/// A set to be judged, and routes to start from.
type Task = (Vec<bool>, Option<Solution>);

impl<'a> Search<'a, '_> {
    /// Judges the sites of a plan to start from and those that siting opens, or others where there is room.
    fn begin(&mut self, warm_start: Option<&Plan>, by_estimate: Option<&Vec<bool>>) {
        let question = self.question;
        let mut tasks: Vec<Task> = Vec::new();
        if let Some(plan) = warm_start {
            let start = routing::start(question.problem, &question.network.routing, plan);
            tasks.push((siting::warm_start(question.problem, plan), Some(start)));
        }
        tasks.extend(by_estimate.map(|open| (open.clone(), None)));
        tasks.retain(|(open, _)| question.allows(open));
        if tasks.is_empty() {
            tasks.extend(question.roomy_set().map(|open| (open, None)));
        }
        self.judge(tasks, TRYING / TRIED);
    }

    /// Tries sets by what they promise, until their share of the budget is used.
    fn try_sets(&mut self) {
        let share = TRYING / TRIED;
        let side_by_side = if self.is_timed { self.threads } else { SIDE_BY_SIDE };
        let mut given = share;
        while self.used(given) < TRYING && !self.budget.out_of_time() {
            let next = self.sets.promising(side_by_side);
            if next.is_empty() {
                break;
            }
            given += share * next.len() as f64;
            let tasks = next.into_iter().map(|set| (set.clone(), self.sets.start_for(&set))).collect();
            self.judge(tasks, share);
        }
    }

    /// The best sets go on, half of them each time.
    fn halve(&mut self) {
        let mut sizes = Vec::new();
        let mut n_left = KEPT.min(self.sets.judged().len());
        while n_left >= 2 {
            sizes.push(n_left);
            n_left /= 2;
        }
        let begun = self.used(0.0).min(TRYING);
        for (round, &size) in sizes.iter().enumerate() {
            let end = begun + (TRYING + HALVING - begun) * (round + 1) as f64 / sizes.len() as f64;
            let best = self.sets.best(size);
            let tasks: Vec<Task> =
                best.iter().map(|judged| (judged.set.clone(), Some(judged.found.routes.clone()))).collect();
            let mut n_waiting = size;
            for batch in tasks.chunks(if self.is_timed { self.threads } else { size }) {
                if self.budget.out_of_time() {
                    return;
                }
                let left = if self.is_timed {
                    // Those of a batch run side by side.
                    (end - self.used(0.0)).max(0.0) * batch.len() as f64 / n_waiting as f64
                } else {
                    HALVING / (sizes.len() * size) as f64
                };
                n_waiting -= batch.len();
                self.judge(batch.to_vec(), left);
            }
        }
    }

    /// The best set has all that is left.
    fn finish(&mut self) {
        let best = self.sets.best(1);
        let Some(best) = best.first().filter(|_| !self.budget.out_of_time()) else { return };
        let (set, start) = (best.set.clone(), best.found.routes.clone());
        let budget = match self.is_timed {
            true => Budget { started: Instant::now(), ..*self.budget },
            false => self.part(1.0 - TRYING - HALVING),
        };
        // The islands are part of the search, so an iteration budget fixes them whatever the threads.
        let islands = if self.is_timed { self.threads } else { 1 };
        self.n_runs += 1;
        if let Some(found) = self.run((&set, Some(&start)), self.n_runs, &budget, islands) {
            self.keep(set, found);
        }
    }

    /// How much of the budget is used: by the clock, or by what was given out where iterations alone are limited.
    fn used(&self, given: f64) -> f64 {
        if self.is_timed { self.budget.progress(0) } else { given }
    }

    /// A share of the budget, from now on.
    fn part(&self, share: f64) -> Budget<'a> {
        let seconds = self.budget.deadline.map(|end| end.saturating_duration_since(self.budget.started).as_secs_f64());
        let iterations = if self.budget.iterations == u64::MAX {
            u64::MAX
        } else {
            ((self.budget.iterations as f64 * share) as u64).max(FEWEST_ITERATIONS)
        };
        let deadline = seconds.and_then(|seconds| self.budget.deadline_within(seconds * share));
        Budget { iterations, deadline, started: Instant::now(), ..*self.budget }
    }

    /// Judges sets side by side, each with a share of the budget.
    fn judge(&mut self, tasks: Vec<Task>, share: f64) {
        let budget = self.part(share);
        let first = self.n_runs + 1;
        self.n_runs += tasks.len() as u64;
        let found = workers(tasks.len(), |row| {
            let (set, start) = &tasks[row];
            self.run((set, start.as_ref()), first + row as u64, &budget, 1)
        });
        for ((set, _), found) in tasks.into_iter().zip(found) {
            match found {
                Some(found) => self.keep(set, found),
                None => self.sets.refuse(set),
            }
        }
    }

    fn keep(&mut self, set: Vec<bool>, found: Evaluation) {
        self.tell(&found);
        self.sets.keep(set, found);
    }

    /// Tells the observer of what was found if it is the best of all.
    fn tell(&self, found: &Evaluation) {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        if found.rank() >= *told {
            return;
        }
        *told = found.rank();
        self.observer.on(Event::Incumbent { cost: found.cost, unserved: found.n_left_out });
        drop(told);
        if self.observer.wants() {
            self.hand_over(found);
        }
    }

    /// Hands what was found to the observer.
    fn hand_over(&self, found: &Evaluation) {
        let Found::Routes { routes, unserved } = found.routes.found() else { return };
        let (open, inflows) = (found.open.clone(), found.inflows.clone());
        self.observer.take(Found::Network { open, inflows, routes, unserved });
    }

    /// Routes from a set of sites, evaluated; `None` where no vehicle may be based there, or supplies do not suffice.
    fn run(
        &self,
        (set, start): (&[bool], Option<&Solution>),
        number: u64,
        budget: &Budget<'_>,
        islands: usize,
    ) -> Option<Evaluation> {
        let (problem, types) = self.question.routes_from(set);
        if types.is_empty() {
            return None;
        }
        let start = start.map(|start| moved(start, |whole| types.binary_search(&whole).ok().map(VehicleTypeIdx::new)));
        let params = Params { islands, overdraws: true, ..Params::default() };
        let seed = self.seed ^ number.wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let listener = Listener { search: self, set, types: &types };
        let found = solve(&problem, start.as_ref(), &params, budget, seed, &listener);
        self.question.evaluated(set, moved(&found, |own| Some(types[own.get()])))
    }
}

/// Hands on the routes of a run with what they cost together with their sites.
struct Listener<'a> {
    search: &'a Search<'a, 'a>,
    set: &'a [bool],
    types: &'a [VehicleTypeIdx],
}

impl Observer for Listener<'_> {
    fn on(&self, event: Event) {
        let Event::Incumbent { cost, unserved } = event else { return };
        let Some(of_sites) = self.search.question.cost_beside_routes(self.set) else { return };
        let mut told = self.search.told.lock().unwrap_or_else(PoisonError::into_inner);
        let rank = (unserved, of_sites + cost * self.search.question.network.days);
        if rank < *told {
            *told = rank;
            self.search.observer.on(Event::Incumbent { cost: rank.1, unserved });
        }
    }

    fn wants(&self) -> bool {
        self.search.observer.wants()
    }

    fn take(&self, incumbent: Found) {
        let Found::Routes { routes, unserved } = incumbent else { return };
        let named = |visits: Vec<usize>| visits.into_iter().map(CustomerIdx::new).collect();
        let routes =
            routes.into_iter().map(|(own, visits)| Route { vehicle_type: self.types[own], visits: named(visits) });
        let routes = Solution::sorted(routes.collect(), named(unserved), Cost::ZERO);
        if let Some(found) = self.search.question.evaluated(self.set, routes) {
            self.search.hand_over(&found);
        }
    }
}
