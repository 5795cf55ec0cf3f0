//! Work shared among the vehicles.
//!
//! Where each route pays for what it has beyond a target, the search prices it. Where the largest pays alone, targets stand in
//! for it: with a target `T` and its price on each route beyond it, `T` itself at the same price makes a cost that no plan
//! undercuts with its true one, and that the best plan meets when `T` is its largest route. So plans are searched with
//! targets below the largest route of the best one so far, for as long as that pays.
//!
//! In lower bounds the largest route counts as the mean over all vehicles, which it is no less than.

use super::docks::{Question, Relay, solve_in_rounds};
use super::rows::Rows;
use crate::model::balance::Workload;
use crate::model::problem::{Balance, Routing};
use crate::model::routing_plan;
use crate::routing::{self, Leveling, Params, Solution, n_left_out, n_missing, solve};
use crate::search::{Budget, Event, Observer};
use crate::units::Cost;
use std::time::Instant;

/// Searches with targets, beside the first one without.
const ROUNDS: u32 = 8;

/// Shares of the way from the largest route of the best plan down to the mean of all vehicles, where targets are set: the
/// first again when a plan was better, else the next.
const STEPS: [f64; ROUNDS as usize] = [0.5, 1.0, 0.75, 0.25, 0.875, 0.625, 0.375, 0.125];

/// Routes as cheap as can be found for the question as it was asked.
pub(super) fn solve_balanced(
    question: &Question<'_>,
    start: Option<Solution>,
    params: &Params,
    budget: &Budget<'_>,
    seed: u64,
    observer: &dyn Observer,
) -> Solution {
    match question.data.balance {
        Some(balance @ Balance { target: None, .. }) => {
            solve_by_targets(question, &balance, start, (params, budget, seed), observer)
        }
        Some(_) | None => solve_once(question, start, params, budget, seed, observer),
    }
}

/// Routes for a question, in which nothing but vehicles that queue for doors hangs together.
fn solve_once(
    question: &Question<'_>,
    start: Option<Solution>,
    params: &Params,
    budget: &Budget<'_>,
    seed: u64,
    observer: &dyn Observer,
) -> Solution {
    if question.data.docks.is_empty() {
        solve(question.compiled, start.as_ref(), params, budget, seed, observer)
    } else {
        solve_in_rounds(question, start, params, budget, seed, observer)
    }
}

fn solve_by_targets(
    question: &Question<'_>,
    balance: &Balance,
    start: Option<Solution>,
    (params, budget, seed): (&Params, &Budget<'_>, u64),
    observer: &dyn Observer,
) -> Solution {
    let n_vehicles = n_vehicles(question.compiled) as f64;
    let rows = Rows::new(question.data);
    let (mut best, mut start): (Option<Found>, _) = (None, start);
    let mut tried = 0;
    for round in 0..=ROUNDS {
        let target = best
            .as_ref()
            .map(|known| (known.largest - (known.largest - known.total / n_vehicles) * STEPS[tried]) as i64);
        let (workload, per_unit) = (workload(balance.workload), balance.per_unit);
        let leveled = target.map(|after| question.compiled.with_leveling(Leveling { workload, after, per_unit }));
        let around = Question { compiled: leveled.as_ref().unwrap_or(question.compiled), ..*question };
        let part = part(budget, ROUNDS + 1 - round);
        let seed = seed.wrapping_add(u64::from(round));
        let found = solve_once(&around, start.take(), params, &part, seed, &Relay(observer));
        let plan = routing_plan(question.problem, question.data, &rows.choice(&found));
        let shares = || plan.routes.iter().map(|route| balance.workload.of(route));
        let cost = Cost::from_currency(plan.summary.total);
        let missing = n_missing(question.compiled, &found);
        let unserved = n_left_out(question.compiled, &found);
        let found = Found {
            value: (missing, if params.fewest_vehicles { found.routes.len() } else { 0 }, cost),
            largest: shares().max().unwrap_or(0) as f64,
            total: shares().sum::<i64>() as f64,
            solution: Solution { cost, ..found },
        };
        if best.as_ref().is_none_or(|known| found.value < known.value) {
            observer.on(Event::Incumbent { cost, unserved });
            if observer.wants() {
                observer.take(found.solution.found());
            }
            best = Some(found);
            tried = 0;
        } else {
            tried += 1;
        }
        if budget.out_of_time() || best.as_ref().is_some_and(|known| params.goal.is_met((known.value.0, known.value.2)))
        {
            break;
        }
        start = best.as_ref().map(|known| known.solution.clone());
    }
    best.expect("the first search has found something").solution
}

/// What a search has found, in the terms of the question.
struct Found {
    solution: Solution,
    /// Mandatory visits left out, vehicles where they come first, cost.
    value: (usize, usize, Cost),
    /// The most that a route has of what should be shared.
    largest: f64,
    /// What all have together.
    total: f64,
}

/// An equal part of what is left of a budget, with so many to come.
fn part<'b>(budget: &Budget<'b>, n_left: u32) -> Budget<'b> {
    let now = Instant::now();
    let deadline = budget.deadline.map(|deadline| now + deadline.saturating_duration_since(now) / n_left);
    let iterations = match budget.iterations {
        u64::MAX => u64::MAX,
        limited => (limited / u64::from(ROUNDS + 1)).max(1),
    };
    Budget { started: now, deadline, iterations, ..*budget }
}

/// A problem that costs no more than the question, and a cost to add to any bound on it: the largest route has at least the
/// mean of all vehicles.
pub(super) fn relaxed(data: &Routing, compiled: &routing::Problem) -> Option<(routing::Problem, Cost)> {
    let balance = data.balance.filter(|balance| balance.target.is_none())?;
    let n_vehicles = n_vehicles(compiled);
    let each = Cost::new(balance.per_unit.get() / n_vehicles);
    let workload = workload(balance.workload);
    let mandatory = (0..data.visits.len()).filter(|&row| data.stake(row).is_none()).count() as i64;
    let constant = match balance.workload {
        Workload::Stops => balance.per_unit * ((mandatory + n_vehicles - 1) / n_vehicles),
        Workload::Duration | Workload::Distance => Cost::ZERO,
    };
    Some((compiled.with_rates(workload, each), constant))
}

/// No solution uses more.
fn n_vehicles(compiled: &routing::Problem) -> i64 {
    let all = compiled.vehicle_types().iter().map(|it| i64::from(it.count)).sum::<i64>();
    all.min(compiled.first_reload() as i64).max(1)
}

/// What should be shared, in the solver's terms.
pub(super) fn workload(workload: Workload) -> routing::Workload {
    match workload {
        Workload::Duration => routing::Workload::Duration,
        Workload::Distance => routing::Workload::Distance,
        Workload::Stops => routing::Workload::Visits,
    }
}
