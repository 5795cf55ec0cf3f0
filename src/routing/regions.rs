//! Ruin and recreate on disjoint regions side by side: each thread owns the routes of its part of the map.
//!
//! Routes that are far apart do not compete, so on large problems `N` threads make `N` times the iterations of one. The
//! cuts change every round, so that no border stays. Depends on the clock: which cut meets which temperature is not
//! reproducible.
//!
//! Source: Taillard (1993), Networks 23(8), decomposes by routes; by their barycenters Santini, Schneider, Vidal & Vigo
//! (2023), INFORMS Journal on Computing 35(3).

use super::arcs::Node;
use super::prepared::Prepared;
use super::recreate::policy::Policy;
use super::segment::{Clock, Goods};
use super::solve::Search;
use super::state::{Share, State};
use super::trajectory::{Goal, Trajectory};
use super::{Route, Solution};
use crate::search::{Annealing, Budget, Event, Rng, Silent, advance, rng};
use crate::spatial::Point;
use crate::units::{Cost, CustomerIdx};
use rand::RngExt as _;

/// How often the map is cut anew.
const ROUNDS: u32 = 50;

/// A region has at least so many customers and routes; with fewer its border is most of it.
const LEAST_CUSTOMERS: usize = 250;
const LEAST_ROUTES: usize = 4;

/// How many regions `solution` can be cut into for `n_threads` threads: 1 where cutting does not pay.
pub(super) fn n_regions<G: Goods, C: Clock>(
    prepared: &Prepared<'_, G, C>,
    solution: &Solution,
    n_threads: usize,
) -> usize {
    let possible = (prepared.first_reload / LEAST_CUSTOMERS).min(solution.routes.len() / LEAST_ROUTES);
    let complete = super::evaluate::n_missing(prepared.problem, solution) == 0;
    let n_regions = possible.min(n_threads);
    // Regions would take the same goods, and know nothing of customers elsewhere.
    if complete
        && !prepared.hangs_together()
        && prepared.problem.travel().direct().is_some()
        && 2 * n_regions > n_threads
    {
        n_regions
    } else {
        1
    }
}

/// The best routes found from `first` on until `share` of the budget is used.
pub(super) fn anneal<G: Goods, C: Clock>(
    search: &Search<'_>,
    prepared: &Prepared<'_, G, C>,
    policy: Policy,
    first: &Solution,
    (annealing, n_regions): (Annealing, usize),
    (budget, share): (&Budget<'_>, f64),
) -> Solution {
    let mut draws = rng(search.seed, u64::from(u32::MAX));
    let value = |solution: &Solution| (super::evaluate::n_missing(prepared.problem, solution), solution.cost);
    let (mut best, mut current) = (first.clone(), first.clone());
    for round in 1..=ROUNDS {
        let progress = share * f64::from(round) / f64::from(ROUNDS);
        if budget.out_of_time() || search.params.goal.is_met(value(&best)) {
            break;
        }
        let parts = cut(prepared, &current, n_regions, &mut draws);
        let spare = share_out(prepared, &current, n_regions);
        let mut regions: Vec<Trajectory<'_, '_, G, C>> = parts
            .iter()
            .zip(&spare)
            .enumerate()
            .map(|(region, (part, spare))| {
                let state = State::part(prepared, part, spare);
                let rng = rng(search.seed, u64::from(round) * n_regions as u64 + region as u64);
                Trajectory::new(state, policy, search.params.mean_removed, annealing, Goal::Cheap, rng)
            })
            .collect();
        advance(&mut regions, |_, region| region.run(budget, progress, &Silent));
        let found = union(regions.iter().map(Trajectory::solution));
        current = union(regions.iter().map(Trajectory::current));
        if value(&found) < value(&best) {
            best = found;
            search.observer.on(Event::Incumbent {
                cost: best.cost,
                unserved: super::evaluate::n_left_out(prepared.problem, &best),
            });
            if search.observer.wants() {
                search.observer.take(best.found());
            }
        }
    }
    best
}

/// The routes of all parts together.
fn union(parts: impl Iterator<Item = Solution>) -> Solution {
    let mut whole = Solution { routes: Vec::new(), unserved: Vec::new(), cost: Cost::ZERO };
    for part in parts {
        whole.routes.extend(part.routes);
        whole.unserved.extend(part.unserved);
        whole.cost += part.cost;
    }
    Solution::sorted(whole.routes, whole.unserved, whole.cost)
}

/// What no route uses, dealt out to the regions. What their own routes use is added by [`State::part`].
fn share_out<G: Goods, C: Clock>(prepared: &Prepared<'_, G, C>, current: &Solution, n_regions: usize) -> Vec<Share> {
    let mut idle: Vec<usize> = prepared.terms.iter().map(|terms| terms.count).collect();
    let mut is_used = vec![false; prepared.n_customers() - prepared.first_reload];
    for route in &current.routes {
        idle[route.vehicle_type.get()] -= 1;
        let reloads = route.visits.iter().filter_map(|visit| visit.get().checked_sub(prepared.first_reload));
        reloads.for_each(|reload| is_used[reload] = true);
    }
    let reloads: Vec<Node> =
        (0..is_used.len()).filter(|&row| !is_used[row]).map(|row| Node::new(prepared.first_reload + row)).collect();
    let dealt = |region: usize| Share {
        vehicles: idle.iter().map(|&idle| (idle + n_regions - 1 - region) / n_regions).collect(),
        // Those alike follow each other.
        reloads: reloads.iter().copied().skip(region).step_by(n_regions).collect(),
    };
    (0..n_regions).map(dealt).collect()
}

/// Cuts a solution into parts of about equal size, across directions drawn at random. Unserved customers go with their
/// nearest neighbor that is served.
fn cut<G: Goods, C: Clock>(
    prepared: &Prepared<'_, G, C>,
    solution: &Solution,
    n_regions: usize,
    rng: &mut Rng,
) -> Vec<Solution> {
    let mut centered: Vec<(Point, &Route)> =
        solution.routes.iter().map(|route| (barycenter(prepared, route), route)).collect();
    let mut parts: Vec<Solution> = Vec::with_capacity(n_regions);
    bisect(&mut centered, n_regions, rng, &mut parts);
    let mut part_of = vec![0; prepared.n_customers()];
    for (index, part) in parts.iter().enumerate() {
        part.routes.iter().flat_map(|route| &route.visits).for_each(|visit| part_of[visit.get()] = index + 1);
    }
    for &customer in &solution.unserved {
        let near = prepared.near.of(prepared.problem, customer);
        let index = near.iter().map(|&row| part_of[row as usize]).find(|&part| part > 0).unwrap_or(1) - 1;
        parts[index].unserved.push(customer);
    }
    parts
}

fn bisect(routes: &mut [(Point, &Route)], n_parts: usize, rng: &mut Rng, parts: &mut Vec<Solution>) {
    if n_parts == 1 {
        let routes = routes.iter().map(|(_, route)| (*route).clone()).collect();
        parts.push(Solution { routes, unserved: Vec::new(), cost: Cost::ZERO });
        return;
    }
    let (sine, cosine) = rng.random_range(0.0..std::f64::consts::TAU).sin_cos();
    let along = |point: &Point| point.x * cosine + point.y * sine;
    routes.sort_by(|a, b| along(&a.0).total_cmp(&along(&b.0)));
    let n_visits: usize = routes.iter().map(|(_, route)| route.visits.len()).sum();
    let n_first = n_parts / 2;
    let (mut at, mut before) = (0, 0);
    while before * n_parts < n_visits * n_first && at + (n_parts - n_first) < routes.len() {
        before += routes[at].1.visits.len();
        at += 1;
    }
    let (first, second) = routes.split_at_mut(at);
    bisect(first, n_first, rng, parts);
    bisect(second, n_parts - n_first, rng, parts);
}

/// The mean of the places of a route's customers.
fn barycenter<G: Goods, C: Clock>(prepared: &Prepared<'_, G, C>, route: &Route) -> Point {
    let points = prepared.problem.travel().direct().map_or(&[][..], |direct| direct.points());
    let place = |customer: &CustomerIdx| points[prepared.problem.customer(*customer).location.get()];
    let count = route.visits.len().max(1) as f64;
    let sum = route.visits.iter().map(place).fold((0.0, 0.0), |sum, point| (sum.0 + point.x, sum.1 + point.y));
    Point { x: sum.0 / count, y: sum.1 / count }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::routing::generate::{capacitated, windowed};
    use crate::routing::segment::{PeakLoad, Timed, TotalLoad};
    use crate::routing::trips::{TripClock, Trips};
    use crate::routing::{Customer, Params, Problem, evaluate, solve};
    use crate::units::Load;
    use std::sync::atomic::AtomicBool;
    use std::time::{Duration, Instant};

    static NEVER: AtomicBool = AtomicBool::new(false);

    fn solved(problem: &Problem, islands: usize, iterations: u64, deadline: Option<Instant>) -> Solution {
        let budget = Budget { iterations, started: Instant::now(), deadline, gap: 0.0, cancel: &NEVER };
        solve(problem, None, &Params { islands, ..Params::default() }, &budget, 1, &Silent)
    }

    #[test]
    fn parts_hold_everybody_once() {
        let problem = windowed(300, 40, 3);
        let mut solution = solved(&problem, 1, 200, None);
        // Somebody is left out, whom a part has to take along.
        let left_out = solution.routes[0].visits.pop().unwrap();
        solution.unserved.push(left_out);
        let prepared = Prepared::<TotalLoad, Timed>::new(&problem);
        for n_regions in 2..=5 {
            let parts = cut(&prepared, &solution, n_regions, &mut rng(n_regions as u64, 0));
            let spare = share_out(&prepared, &solution, n_regions);
            let states: Vec<_> =
                parts.iter().zip(&spare).map(|(part, spare)| State::part(&prepared, part, spare)).collect();
            let mut members: Vec<usize> = states.iter().flat_map(State::members).map(|node| node.get()).collect();
            members.sort_unstable();
            assert_eq!(members, (0..300).collect::<Vec<_>>());
            let vehicles: usize = states.iter().map(|state| state.spare[0] + state.open.len()).sum();
            assert_eq!(vehicles, prepared.terms[0].count);
            let least = states.iter().map(|state| state.n_served).min().unwrap();
            assert!(least * n_regions * 2 > 300, "{n_regions} regions, the smallest with {least} customers");
            let whole = union(states.iter().map(State::unload));
            assert_eq!((whole.routes, whole.unserved), (solution.routes.clone(), solution.unserved.clone()));
        }
    }

    /// The same problem with two trips for each vehicle, and reloads at the depot.
    fn with_reloads(plain: &Problem, n_reloads: usize) -> Problem {
        let mut vehicle_type = plain.vehicle_types()[0].clone();
        vehicle_type.max_reloads = 1;
        let (location, nothing) = (vehicle_type.start, vec![Load::ZERO]);
        let delivery = nothing.clone();
        let reload = Customer { location, delivery, pickup: nothing, reload: true, ..plain.customers()[0].clone() };
        let reloads = std::iter::repeat_n(reload, n_reloads);
        let customers = plain.customers().iter().cloned().chain(reloads).collect();
        Problem::new(customers, Vec::new(), vec![vehicle_type], plain.travel().clone())
    }

    #[test]
    fn regions_keep_every_limit_and_improve() {
        let plain = capacitated(600, 12, 5);
        // With reloads 200 iterations of one island already beat what an unoptimized build finds in the time.
        for (problem, iterations) in [(with_reloads(&plain, 70), 0), (plain, 200)] {
            let first = solved(&problem, 1, iterations, None);
            let best = solved(&problem, 2, u64::MAX, Some(Instant::now() + Duration::from_millis(2500)));
            assert_eq!(evaluate::cost(&problem, &best), Ok(best.cost));
            assert!(best.unserved.is_empty() && best.cost < first.cost, "{:?} {:?}", best.cost, first.cost);
        }
    }

    #[test]
    fn no_two_parts_share_a_reload() {
        let problem = with_reloads(&capacitated(600, 12, 5), 70);
        let solution = solved(&problem, 1, 200, None);
        let used = |solution: &Solution| {
            let visits = solution.routes.iter().flat_map(|route| &route.visits);
            visits.map(|visit| visit.get()).filter(|&row| row >= 600).collect::<Vec<usize>>()
        };
        assert!(!used(&solution).is_empty() && used(&solution).len() < 70);
        let prepared = Prepared::<Trips<PeakLoad<1>>, TripClock>::new(&problem);
        let parts = cut(&prepared, &solution, 3, &mut rng(1, 0));
        let shares = share_out(&prepared, &solution, 3);
        let mut reloads: Vec<usize> = parts.iter().flat_map(used).collect();
        reloads.extend(shares.iter().flat_map(|share| &share.reloads).map(|node| node.get()));
        reloads.sort_unstable();
        assert_eq!(reloads, (600..670).collect::<Vec<_>>());
        assert!(shares.iter().all(|share| !share.reloads.is_empty()));
    }
}
