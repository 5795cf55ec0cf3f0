//! Vehicles first: routes are given up one after the other, as long as their customers find places on the others.
//!
//! Source: the fleet minimization of Christiaens & Vanden Berghe (2020), Transportation Science 54(2): customers that
//! often find no place weigh more than others.

use super::bounds::least_vehicles;
use super::evaluate::n_missing;
use super::solve::{Params, Search, slice};
use super::trajectory::Goal;
use super::{Problem, Solution};
use crate::search::{Budget, Event, Method};

/// Share of the budget for giving up routes where vehicles come first; the rest is for the cost.
const FLEET_SHARE: f64 = 0.5;

/// Routes given up at most where iterations are limited, each with an equal share of them.
const MOST_TRIES: u64 = 10;

/// Routes: as few mandatory customers unserved as possible, on as few vehicles as can be found, then as
/// cheap as possible. With several vehicle types each route keeps its type while routes are given up.
pub(super) fn fewest_first(search: &Search<'_>) -> Solution {
    let Search { problem, params, budget, .. } = *search;
    let short = until_complete(params);
    let part = slice(budget, 0.0, FLEET_SHARE);
    let first = Budget { iterations: part.iterations / MOST_TRIES, ..part };
    let first = Search { params: &short, budget: &first, ..*search }.cheapest();
    let best = give_up_routes(&Search { budget: &part, ..*search }, first);
    let fleet =
        if n_missing(problem, &best) > 0 { problem.clone() } else { problem.with_fleet(&counts(problem, &best)) };
    Search { problem: &fleet, start: Some(&best), budget: &slice(budget, FLEET_SHARE, 1.0), ..*search }.cheapest()
}

/// Gives up the shortest route, again and again, until its customers find no places in the time or iterations there are.
pub(super) fn give_up_routes(search: &Search<'_>, mut best: Solution) -> Solution {
    let Search { problem, params, budget, seed, .. } = *search;
    search.observer.on(Event::Phase("fewer vehicles"));
    let least = least_vehicles(problem);
    let short = until_complete(params);
    let part = Budget { iterations: budget.iterations / MOST_TRIES, ..*budget };
    let most_tries = if budget.deadline.is_some() { u64::MAX } else { MOST_TRIES };
    for round in 1..most_tries {
        let shortest = best.routes.iter().enumerate().min_by_key(|(row, route)| (route.visits.len(), *row));
        let Some((row, _)) = shortest.filter(|_| best.routes.len() > least && n_missing(problem, &best) == 0) else {
            break;
        };
        let mut fewer = best.clone();
        fewer.unserved.extend(fewer.routes.remove(row).visits);
        let tighter = problem.with_fleet(&counts(problem, &fewer));
        let (start, seed) = (Some(&fewer), seed.wrapping_add(round));
        let found = Search { problem: &tighter, start, params: &short, budget: &part, seed, ..*search }.cheapest();
        if n_missing(problem, &found) > 0 {
            break;
        }
        best = found;
    }
    best
}

/// Ruin and recreate that ends as soon as everybody is served.
fn until_complete(params: &Params) -> Params {
    Params { method: Method::Sisr, goal: Goal::Complete, ..params.clone() }
}

/// Vehicles used, by type.
fn counts(problem: &Problem, solution: &Solution) -> Vec<u32> {
    let mut counts = vec![0; problem.vehicle_types().len()];
    solution.routes.iter().for_each(|route| counts[route.vehicle_type.get()] += 1);
    counts
}
