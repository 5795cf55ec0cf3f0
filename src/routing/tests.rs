//! The solver against brute force, its promises about time and threads, and joins against simulation.

use super::arcs::Node;
use super::generate::{capacitated, mixed, windowed};
use super::moves::{all, price};
use super::prepared::Prepared;
use super::recreate::detour::Rates;
use super::restricted::Restricted;
use super::segment::{Clock, Goods, PeakLoad, Segment, Timed, TotalLoad};
use super::state::{ABSENT, State};
use super::trips::{TripClock, Trips};
use super::{
    Customer, Goal, Leveling, Params, Problem, Route, Rule, Solution, Stocks, Tie, Workload, bounds, evaluate, solve,
};
use crate::search::{Budget, Method, Silent, in_pool};
use crate::units::{Cost, CustomerIdx, Distance, Duration, Load, Time, TimeWindow, VehicleTypeIdx};
use rand::RngExt as _;
use rand::seq::SliceRandom as _;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

static NEVER: AtomicBool = AtomicBool::new(false);

fn iterations(iterations: u64) -> Budget<'static> {
    Budget { iterations, started: Instant::now(), deadline: None, gap: 0.0, cancel: &NEVER }
}

fn solve_for(problem: &Problem, n_iterations: u64, seed: u64) -> Solution {
    let solution = solve(problem, None, &Params::default(), &iterations(n_iterations), seed, &Silent);
    assert_eq!(evaluate::cost(problem, &solution), Ok(solution.cost), "{problem:?}");
    solution
}

/// Fewest missing and least cost over all ways to assign and order the customers, by dynamic programming over sets.
pub(super) fn optimum(problem: &Problem) -> (usize, Cost) {
    let n_customers = problem.n_customers();
    let n_sets = 1usize << n_customers;
    let members = |set: usize| (0..n_customers).filter(move |row| set >> row & 1 == 1);
    let in_group = |row: usize| problem.groups().iter().any(|group| group[1..].contains(&CustomerIdx::new(row)));
    let served = |set: usize, group: &[CustomerIdx]| group.iter().filter(|it| set >> it.get() & 1 == 1).count();
    let once = |set: usize| problem.groups().iter().all(|group| served(set, group) <= 1);
    let left_out = |set: usize| {
        let is_left_out = |row: usize| {
            let alone = [CustomerIdx::new(row)];
            let group = problem.groups().iter().find(|group| group[0] == alone[0]);
            !in_group(row) && !problem.customers()[row].reload && served(set, group.map_or(&alone, |group| group)) == 0
        };
        let prizes = (0..n_customers).filter(|&row| is_left_out(row)).map(|row| problem.customers()[row].prize);
        prizes.fold((0, Cost::ZERO), |(missing, cost), prize| match prize {
            Some(prize) => (missing, cost + prize),
            None => (missing + 1, cost),
        })
    };
    let mut best = vec![None; n_sets];
    best[0] = Some(Cost::ZERO);
    for (row, vehicle_type) in problem.vehicle_types().iter().enumerate() {
        let single: Vec<Option<Cost>> = (0..n_sets)
            .map(|set| best_route(problem, VehicleTypeIdx::new(row), &members(set).collect::<Vec<_>>()))
            .collect();
        for _ in 0..vehicle_type.count.min(n_customers as u32) {
            for set in (1..n_sets).rev() {
                let mut part = set;
                while part > 0 {
                    if let (Some(route), Some(rest)) = (single[part], best[set & !part]) {
                        let cost: Cost = route + rest;
                        best[set] = Some(best[set].map_or(cost, |least: Cost| least.min(cost)));
                    }
                    part = (part - 1) & set;
                }
            }
        }
    }
    (0..n_sets)
        .filter(|&set| once(set))
        .filter_map(|set| {
            let (missing, prizes) = left_out(set);
            best[set].map(|cost| (missing, cost + prizes))
        })
        .min()
        .expect("the empty set costs nothing")
}

fn best_route(problem: &Problem, vehicle_type: VehicleTypeIdx, members: &[usize]) -> Option<Cost> {
    fn extend(problem: &Problem, route: &mut Route, left: &[usize], best: &mut Option<Cost>) {
        if left.is_empty() {
            let torn = problem.shipments().iter().any(|&(first, second)| {
                let position = |customer| route.visits.iter().position(|&visit| visit == customer);
                match (position(first), position(second)) {
                    (None, None) => false,
                    (Some(first), Some(second)) => first > second,
                    _ => true,
                }
            });
            if let Some(cost) = evaluate::route_cost(problem, route).filter(|_| !torn && !route.visits.is_empty()) {
                *best = Some(best.map_or(cost, |least| least.min(cost)));
            }
        }
        for (at, &row) in left.iter().enumerate() {
            let mut left = left.to_vec();
            left.remove(at);
            route.visits.push(CustomerIdx::new(row));
            extend(problem, route, &left, best);
            route.visits.pop();
        }
    }
    let mut best = None;
    extend(problem, &mut Route { vehicle_type, visits: Vec::new() }, members, &mut best);
    best
}

#[test]
fn small_problems_are_solved_to_optimality() {
    let mut missed = 0;
    for seed in 0..60 {
        let problem = mixed(1 + seed as usize % 6, seed);
        let solution = solve_for(&problem, 3_000, seed);
        let found = (evaluate::n_missing(&problem, &solution), solution.cost);
        let optimum = optimum(&problem);
        assert!(found >= optimum, "seed {seed} beats the optimum: {found:?} < {optimum:?}");
        missed += usize::from(found != optimum);
    }
    assert!(missed <= 1, "{missed} of 60 are not optimal");
}

#[test]
fn every_feature_stays_feasible_at_middle_size() {
    for seed in 0..16 {
        let _ = solve_for(&mixed(40, 1_000 + seed), 500, seed);
    }
}

/// The problem with ties, stocks, urgencies and a target, and with costs of loads where there is nothing but deliveries,
/// drawn at random.
fn hanging_together(problem: &Problem, seed: u64) -> Problem {
    let mut rng = crate::search::rng(seed, 99);
    let (n_customers, n_types) = (problem.n_customers(), problem.vehicle_types().len());
    let in_shipment = |customer: CustomerIdx| problem.shipments().iter().any(|&(a, b)| customer == a || customer == b);
    let is_other = |customer: CustomerIdx| problem.groups().iter().any(|group| group[1..].contains(&customer));
    let is_free =
        |&customer: &CustomerIdx| !in_shipment(customer) && !is_other(customer) && !problem.customer(customer).reload;
    let mut free: Vec<CustomerIdx> = (0..n_customers).map(CustomerIdx::new).filter(is_free).collect();
    free.shuffle(&mut rng);
    free.extend(problem.shipments().first().map(|shipment| shipment.0));
    let rules = [Rule::Together, Rule::InSequence, Rule::Apart];
    let ties =
        free.rchunks(3).zip(rules).map(|(customers, rule)| Tie { customers: customers.to_vec(), rule }).collect();
    let is_brought: Vec<bool> = (0..n_customers).map(|row| !in_shipment(CustomerIdx::new(row))).collect();
    let brought = || problem.customers().iter().zip(&is_brought).filter(|(_, is_brought)| **is_brought);
    let total = |dimension: usize| brought().map(|(customer, _)| customer.delivery[dimension].get()).sum::<i64>();
    let stocks = Stocks {
        most: (0..problem.n_dimensions()).map(|dimension| Load::new(total(dimension) * 2 / 3)).collect(),
        starts: (0..n_types).map(|row| (row > 0 || n_types == 1).then_some(0)).collect(),
        reloads: (0..n_customers).map(|row| problem.customers()[row].reload.then_some(0)).collect(),
        is_brought,
    };
    let urgency = |row: usize| {
        let customer = CustomerIdx::new(row);
        let second = problem.shipments().iter().any(|&(_, drop)| drop == customer);
        if second || problem.customer(customer).reload { 0 } else { 1 + 40 * (row % 3) }
    };
    let urgencies = (0..n_customers).map(urgency).collect();
    let workload = [Workload::Duration, Workload::Distance, Workload::Visits][seed as usize % 3];
    let leveling = Leveling { workload, after: rng.random_range(0..30), per_unit: Cost::new(7) };
    let problem = problem.clone().with_ties(ties).with_stocks(Some(stocks)).with_urgencies(urgencies);
    let problem = problem.with_leveling(leveling);
    let is_delivery = |customer: &Customer| !customer.reload && customer.pickup.iter().all(|&load| load == Load::ZERO);
    if problem.shipments().is_empty() && problem.customers().iter().all(is_delivery) {
        problem.with_load_rates((0..n_types).map(|row| Cost::new(3 * row as i64 % 5)).collect())
    } else {
        problem
    }
}

#[test]
fn what_holds_between_routes_stays_exact_at_middle_size() {
    for seed in 0..40 {
        let problem = hanging_together(&mixed(40, 1_000 + seed), seed);
        let solution = solve_for(&problem, 500, seed);
        assert!(problem.ties().is_empty() || !solution.routes.is_empty());
    }
}

#[test]
fn large_problems_look_beside_neighbors_only() {
    let problem = capacitated(2_000, 15, 9);
    let start = solve_for(&problem, 0, 1);
    let solution = solve_for(&problem, 500, 1);
    assert!(solution.cost < start.cost && solution.unserved.is_empty());
    let _ = solve_for(&mixed(1_501, 3_000), 50, 0);
}

#[test]
fn threads_do_not_change_the_result() {
    // One long run, and several before a population with set partitioning.
    for (n_customers, n_iterations) in [(60, 2_000), (12, 36_000)] {
        let problem = capacitated(n_customers, 4, 3);
        let params = Params { islands: 3, ..Params::default() };
        let run = |threads| in_pool(threads, || solve(&problem, None, &params, &iterations(n_iterations), 7, &Silent));
        assert_eq!(run(1), run(2));
    }
}

#[test]
fn a_given_start_is_never_made_worse() {
    let problem = capacitated(80, 7, 5);
    let start = solve_for(&problem, 3_000, 1);
    let again = solve(&problem, Some(&start), &Params::default(), &iterations(200), 2, &Silent);
    assert!(again.cost <= start.cost);
    assert_eq!(evaluate::cost(&problem, &again), Ok(again.cost));
}

#[test]
fn without_time_everybody_is_packed_at_once() {
    let problem = capacitated(20_000, 20, 1);
    let started = Instant::now();
    let budget = Budget { iterations: u64::MAX, started, deadline: Some(started), gap: 0.0, cancel: &NEVER };
    let solution = solve(&problem, None, &Params::default(), &budget, 1, &Silent);
    assert_eq!(solution.unserved, []);
    assert_eq!(evaluate::cost(&problem, &solution), Ok(solution.cost));
}

#[test]
fn a_search_ends_at_a_cost_that_is_good_enough() {
    let problem = capacitated(60, 6, 3);
    let enough = Cost::new(solve_for(&problem, 20_000, 1).cost.get() * 103 / 100);
    let started = Instant::now();
    let deadline = Some(started + std::time::Duration::from_secs(30));
    let budget = Budget { iterations: u64::MAX, started, deadline, gap: 0.0, cancel: &NEVER };
    for method in [Method::Default, Method::Hgs, Method::Ils] {
        let params = Params { method, goal: Goal::AtMost(enough), ..Params::default() };
        let solution = solve(&problem, None, &params, &budget, 2, &Silent);
        assert!(solution.cost <= enough && solution.unserved.is_empty());
    }
    assert!(started.elapsed().as_secs() < 15, "{:?}", started.elapsed());
}

/// The best and the median of five searches, so that the draws of one do not decide.
#[test]
fn golden_capacitated() {
    let problem = capacitated(100, 8, 42);
    let mut costs: Vec<i64> = (1..=5).map(|seed| solve_for(&problem, 20_000, seed).cost.get()).collect();
    costs.sort_unstable();
    assert!(costs[0] <= GOLDEN_100 && costs[2] <= GOLDEN_MEDIAN_100, "{costs:?}");
}

/// Reached within 20 000 iterations when they were written; tighten when the solver gets better.
const GOLDEN_100: i64 = 17_348;
const GOLDEN_MEDIAN_100: i64 = 17_420;

#[test]
fn peak_load_follows_the_goods() {
    for seed in 0..200 {
        let mut rng = crate::search::rng(seed, 0);
        let visits: Vec<[i64; 3]> = (0..8).map(|_| [(); 3].map(|()| rng.random_range(0..5))).collect();
        let goods = |[delivery, pickup, moved]: [i64; 3]| {
            PeakLoad::<1>::visit(&[Load::new(delivery)], &[Load::new(pickup)], &[Load::new(moved)])
        };
        let joined = visits.iter().fold(PeakLoad::<1>::NOTHING, |head, &visit| head.join(goods(visit)));
        let mut aboard: i64 = visits.iter().map(|visit| visit[0]).sum();
        let mut peak = aboard;
        for [delivery, pickup, moved] in visits {
            aboard += pickup + moved - delivery;
            peak = peak.max(aboard);
        }
        assert!(joined.fits(&PeakLoad::capacity(&[Load::new(peak)])));
        assert!(!joined.fits(&PeakLoad::capacity(&[Load::new(peak - 1)])));
    }
}

#[test]
fn barred_vehicles_have_no_room() {
    let mut problem = capacitated(3, 9, 1);
    let mut customers = problem.customers().to_vec();
    customers[1].barred = vec![VehicleTypeIdx::new(0)];
    customers[2].barred = vec![VehicleTypeIdx::new(1), VehicleTypeIdx::new(0)];
    let kind = problem.vehicle_types()[0].clone();
    problem = Problem::new(customers, Vec::new(), vec![kind.clone(), kind.clone(), kind], problem.travel().clone());
    let prepared = Prepared::<Restricted<PeakLoad<1>>, Timed>::new(&problem);
    let goods = [0, 1, 2].map(|row| prepared.visit(Node::new(row)).goods);
    let fits = |goods: &Restricted<PeakLoad<1>>| [0, 1, 2].map(|row| goods.fits(&prepared.terms[row].capacity));
    assert_eq!(fits(&goods[0]), [true, true, true]);
    assert_eq!(fits(&goods[1]), [false, true, true]);
    assert_eq!(fits(&goods[2]), [false, false, true]);
    assert_eq!(fits(&goods[1].join(goods[0])), fits(&goods[1]));
    assert_eq!(fits(&goods[0].join(goods[1]).join(goods[2])), [false, false, true]);
    let excess = [0, 1, 2].map(|row| goods[2].excess(&prepared.terms[row].capacity));
    assert_eq!(excess, [problem.customers()[2].delivery[0], problem.customers()[2].delivery[0], Load::ZERO]);
}

#[test]
fn joins_are_associative() {
    let mut rng = crate::search::rng(1, 0);
    let mut draw = || {
        let opens = rng.random_range(0..50);
        let window = TimeWindow { opens: Time::new(opens), closes: Time::new(opens + rng.random_range(0..20)) };
        let goods = TotalLoad::visit(&[Load::new(rng.random_range(0..9))], &[Load::ZERO], &[Load::ZERO]);
        let clock = Timed::visit(window, Duration::new(rng.random_range(0..9)));
        (Segment { distance: Distance::ZERO, goods, clock }, rng.random_range(0..9))
    };
    for _ in 0..2_000 {
        let ((a, _), (b, ab), (c, bc)) = (draw(), draw(), draw());
        let join = |a: Segment<_, _>, b, travel| a.join(b, Distance::new(travel), Duration::new(travel));
        let (left, right) = (join(join(a, b, ab), c, bc), join(a, join(b, c, bc), ab));
        assert_eq!((left.distance, left.goods), (right.distance, right.goods));
        assert_eq!(left.clock.time_warp(), right.clock.time_warp());
        assert_eq!(left.clock.duration(), right.clock.duration());
    }
}

#[test]
fn every_neighborhood_prices_what_it_does() {
    let mut n_moves = vec![0; all::<Trips<Restricted<PeakLoad<3>>>, TripClock>().len()];
    for seed in 0..60 {
        let problem = mixed(14, 2_000 + seed);
        let prepared = Prepared::<Trips<Restricted<PeakLoad<3>>>, TripClock>::new(&problem);
        for (member, neighborhood) in all::<Trips<Restricted<PeakLoad<3>>>, TripClock>().into_iter().enumerate() {
            // Those that never help here have to be right as well.
            if !problem.shipments().is_empty() {
                continue;
            }
            let mut state = State::load(&prepared, &solve_for(&problem, 0, seed));
            for pair in 0..14 * 14 {
                let (u, v) = (Node::new(pair / 14), Node::new(pair % 14));
                let off = |node: Node| state.slot_of[node.get()] == ABSENT;
                if u == v || off(u) || off(v) {
                    continue;
                }
                // Also moves that do not improve, as long as they are allowed.
                let Some(delta) = neighborhood.change(&state, u, v).and_then(|change| price(&state, &change)) else {
                    continue;
                };
                let before = state.unload();
                neighborhood.apply(&mut state, u, v);
                let after = state.unload();
                assert_eq!(after.cost, before.cost + delta, "{} misjudged {u:?}, {v:?}", neighborhood.name());
                assert_eq!(evaluate::cost(&problem, &after), Ok(after.cost), "{}", neighborhood.name());
                n_moves[member] += 1;
            }
        }
    }
    assert!(n_moves.iter().all(|&moves| moves > 50), "{n_moves:?}");
}

#[test]
fn no_place_is_better_than_it_seems() {
    let (mut n_timed, mut n_turned_away, mut n_later_trips) = (0, 0, 0);
    for (seed, n_customers) in (0..60).map(|seed| (seed, 14)).chain((60..120).map(|seed| (seed, 24))) {
        let problem = mixed(n_customers, 3_000 + seed);
        let prepared = Prepared::<Trips<Restricted<PeakLoad<3>>>, TripClock>::new(&problem);
        let state = State::load(&prepared, &solve_for(&problem, 50, seed));
        for (slot, route) in state.open.iter().map(|&slot| (slot as usize, &state.routes[slot as usize])) {
            let terms = prepared.terms(route.vehicle_type);
            let positions = |row| (1..route.visits.len()).map(move |at| (Node::new(row), at));
            for (node, position) in (0..n_customers).flat_map(positions) {
                let (ways, visit) = (prepared.arcs.ways(node), prepared.visit(node));
                let (last, next) = (route.visits[position - 1], route.visits[position]);
                assert_eq!(ways.distance_from(last), prepared.arcs.distance(last, node));
                assert_eq!(ways.distance_to(next), prepared.arcs.distance(node, next));
                assert_eq!(ways.duration_from(last), prepared.arcs.duration(last, node));
                assert_eq!(ways.duration_to(next), prepared.arcs.duration(node, next));
                assert_eq!(ways.leg_from(last), prepared.arcs.leg(last, node));
                assert_eq!(ways.leg_to(next), (ways.distance_to(next), ways.duration_to(next)));
                assert_eq!(state.finish_before(slot, position), route.before[position - 1].clock.finish());
                let rates = Rates::new(terms, route.waiting, visit.clock.duration());
                let around = rates.way_from(last, &ways) + rates.way_to(next, &ways) - rates.leg(route, position);
                let with = prepared.join(route.before[position - 1], last, node, visit);
                let with = prepared.join(with, node, next, *route.after(position));
                let longer = prepared.route_cost(terms, &with) - prepared.route_cost(terms, &route.total);
                assert!(rates.least(around) <= longer, "seed {seed}: {node:?} at {position} costs {longer:?}");
                n_timed += usize::from(around.duration != Duration::ZERO && rates.least(around) == longer);
                let n_reloads = route.visits[..position].iter().filter(|&&node| prepared.is_reload(node)).count();
                let (trip, after) = (&route.trips[n_reloads], &route.after(position).goods);
                let seems_to_fit = trip.may_fit(&visit.goods, &terms.capacity)
                    && route.before[position - 1].goods.leaves_room(&visit.goods, after, &terms.capacity);
                assert!(seems_to_fit || !with.goods.fits(&terms.capacity), "seed {seed}: {node:?} at {position} fits");
                n_turned_away += usize::from(!seems_to_fit);
                n_later_trips += usize::from(n_reloads > 0);
                if next != terms.end {
                    let trip = n_reloads + usize::from(prepared.is_reload(next));
                    assert_eq!(state.gates[next.get()].trip as usize, trip, "seed {seed}: {next:?}");
                }
            }
        }
    }
    assert!(n_timed > 500, "{n_timed} detours are priced exactly with their time");
    assert!(n_turned_away > 500 && n_later_trips > 500, "{n_turned_away} of {n_later_trips} and more");
}

#[test]
fn dear_hours_take_no_time() {
    let problem = windowed(20, 5, 1).with_rates(Workload::Duration, Cost::new(1));
    let leveling = Leveling { workload: Workload::Duration, after: 0, per_unit: Cost::new(1_000) };
    let problem = problem.with_leveling(leveling);
    let prepared = Prepared::<TotalLoad, Timed>::new(&problem);
    let state = State::load(&prepared, &solve_for(&problem, 50, 1));
    assert!(!state.open.is_empty());
    for route in state.open.iter().map(|&slot| &state.routes[slot as usize]) {
        let taken = route.total.clock.duration();
        assert_eq!(route.duration, taken);
        assert!(route.seems_in_time(prepared.terms(route.vehicle_type), taken));
    }
}

#[test]
fn rollback_restores_everything() {
    for seed in 0..20 {
        let problem = mixed(12, seed);
        let prepared = Prepared::<Trips<Restricted<PeakLoad<3>>>, TripClock>::new(&problem);
        let mut state = State::load(&prepared, &solve_for(&problem, 50, seed));
        let before = state.unload();
        let trips = |state: &State<'_, '_, _, _>| -> Vec<u32> { state.gates.iter().map(|gate| gate.trip).collect() };
        let trips_before = trips(&state);
        state.begin();
        for slot in 0..state.routes.len() {
            state.remove_where(slot, |_, _| true);
            state.close_empty(&[slot as u32]);
        }
        state.gates.iter_mut().for_each(|gate| gate.trip = u32::MAX);
        state.rollback();
        assert_eq!(state.unload(), before);
        for node in before.routes.iter().flat_map(|route| &route.visits).map(|visit| visit.get()) {
            assert_eq!(state.gates[node].trip, trips_before[node], "seed {seed}: {node}");
        }
        assert_eq!(evaluate::cost(&problem, &before), Ok(before.cost));
    }
}

#[test]
fn vehicles_come_first_where_asked() {
    for seed in 0..6 {
        let problem = capacitated(40, 4, seed);
        let run = |fewest_vehicles| {
            let params = Params { fewest_vehicles, ..Params::default() };
            solve(&problem, None, &params, &iterations(20_000), seed, &Silent)
        };
        let (cheap, few) = (run(false), run(true));
        assert_eq!(evaluate::cost(&problem, &few), Ok(few.cost), "seed {seed}");
        assert!(few.unserved.is_empty() && few.routes.len() <= cheap.routes.len(), "seed {seed}");
        assert_eq!(few.routes.len(), bounds::least_vehicles(&problem), "seed {seed}");
    }
    // Of every kind of problem, also those that cannot serve everybody.
    for seed in 0..20 {
        let problem = mixed(15, 4_000 + seed);
        let params = Params { fewest_vehicles: true, ..Params::default() };
        let solution = solve(&problem, None, &params, &iterations(2_000), seed, &Silent);
        assert_eq!(evaluate::cost(&problem, &solution), Ok(solution.cost), "seed {seed}");
    }
}

/// Serving everybody costs more than all prizes, but some customers pay for a route together, and none alone.
#[test]
fn optional_customers_that_pay_together_are_served() {
    let plain = capacitated(60, 1_000, 5);
    let mut customers = plain.customers().to_vec();
    let depot = plain.vehicle_types()[0].start;
    for customer in &mut customers {
        let is_near = plain.travel().distance(depot, customer.location) < Distance::new(400);
        customer.prize = Some(Cost::new(if is_near { 150 } else { 1 }));
    }
    let all_prizes: Cost = customers.iter().filter_map(|customer| customer.prize).sum();
    let everybody = solve_for(&plain, 2_000, 1);
    assert!(everybody.cost > all_prizes, "{everybody:?}");
    let problem = Problem::new(customers, Vec::new(), plain.vehicle_types().to_vec(), plain.travel().clone());
    for method in [Method::Savings, Method::Sisr, Method::Ils] {
        let params = Params { method, ..Params::default() };
        let solution = solve(&problem, None, &params, &iterations(2_000), 1, &Silent);
        assert_eq!(evaluate::cost(&problem, &solution), Ok(solution.cost));
        let n_served = problem.n_customers() - solution.unserved.len();
        match method {
            Method::Savings => assert_eq!(n_served, 60),
            _ => assert!(n_served > 10 && solution.cost < all_prizes, "{n_served} {:?}", solution.cost),
        }
    }
}
