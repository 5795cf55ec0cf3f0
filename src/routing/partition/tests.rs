//! What comes out visits everybody once, with vehicles that exist, and is the cheapest where everything can be tried.

use super::{Pool, Task, recombine};
use crate::routing::arcs::Node;
use crate::routing::generate::capacitated;
use crate::routing::prepared::Prepared;
use crate::routing::segment::{TotalLoad, Untimed};
use crate::search::{Budget, rng};
use crate::units::{Cost, VehicleTypeIdx};
use rand::RngExt as _;
use rand::seq::SliceRandom as _;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

static NEVER: AtomicBool = AtomicBool::new(false);

type Tours = Vec<(VehicleTypeIdx, Vec<Node>)>;

fn only() -> VehicleTypeIdx {
    VehicleTypeIdx::new(0)
}

/// A partition of the customers into routes that fit, drawn at random.
fn drawn(prepared: &Prepared<'_, TotalLoad, Untimed>, seed: u64) -> Tours {
    let mut tour: Vec<Node> = (0..prepared.n_customers()).map(Node::new).collect();
    tour.shuffle(&mut rng(seed, 7));
    let mut routes: Tours = Vec::new();
    for node in tour {
        let fits = |visits: &[Node]| {
            let whole = prepared.fold_route(only(), visits);
            prepared.allows(prepared.terms(only()), &whole, visits.len())
        };
        match routes.last_mut() {
            Some((_, visits)) if fits(&[visits.as_slice(), &[node]].concat()) => visits.push(node),
            _ => routes.push((only(), vec![node])),
        }
    }
    routes
}

fn price(prepared: &Prepared<'_, TotalLoad, Untimed>, visits: &[Node]) -> Cost {
    prepared.route_cost(prepared.terms(only()), &prepared.fold_route(only(), visits))
}

/// The least cost of an exact cover by routes of the pool, by trying all.
fn least(pool: &Pool, covered: u32, n_customers: usize, n_vehicles: usize) -> Option<Cost> {
    let Some(first) = (0..n_customers).find(|&row| covered >> row & 1 == 0) else { return Some(Cost::ZERO) };
    if n_vehicles == 0 {
        return None;
    }
    let columns = pool.columns().iter();
    let costs = columns.filter(|column| column.visits.contains(&Node::new(first))).filter_map(|column| {
        let members = column.visits.iter().fold(0, |mask, node| mask | 1 << node.get());
        let rest = (members & covered == 0).then(|| least(pool, covered | members, n_customers, n_vehicles - 1))?;
        Some(rest? + column.cost)
    });
    costs.min()
}

#[test]
fn partitions_of_a_small_pool_are_the_cheapest() {
    let mut n_better = 0;
    for seed in 0..20 {
        let n_customers = 10;
        let problem = capacitated(n_customers, 4, seed);
        let drawn_first = drawn(&Prepared::<TotalLoad, Untimed>::new(&problem), seed);
        // With as many vehicles as the start has, or one more.
        let problem = problem.with_fleet(&[drawn_first.len() as u32 + seed as u32 % 2]);
        let prepared = Prepared::<TotalLoad, Untimed>::new(&problem);
        let mut pool = Pool::default();
        let sources = (0..30).map(|number| drawn(&prepared, 1_000 * seed + number));
        for (vehicle_type, visits) in sources.flatten().chain(drawn_first.clone()) {
            pool.add(vehicle_type, &visits, price(&prepared, &visits));
        }
        let start: Cost = drawn_first.iter().map(|(_, visits)| price(&prepared, visits)).sum();
        let best = least(&pool, 0, n_customers, prepared.terms[0].count).unwrap();
        let budget = Budget { iterations: 8_000, started: Instant::now(), deadline: None, gap: 0.0, cancel: &NEVER };
        let (mut iteration, mut prices) = (0, Vec::new());
        let task = Task { budget: &budget, until: 1.0, iteration: &mut iteration, prices: &mut prices };
        let found = recombine(&prepared, &mut pool, &drawn_first, task, &mut rng(seed, 1));
        let Some((routes, cost)) = found else {
            assert_eq!(best, start, "seed {seed}: nothing found");
            continue;
        };
        n_better += 1;
        let mut visits: Vec<Node> = routes.iter().flat_map(|(_, visits)| visits.clone()).collect();
        visits.sort();
        assert_eq!(visits, (0..n_customers).map(Node::new).collect::<Vec<_>>(), "seed {seed}");
        assert_eq!(routes.iter().map(|(_, visits)| price(&prepared, visits)).sum::<Cost>(), cost, "seed {seed}");
        assert!(routes.len() <= prepared.terms[0].count, "seed {seed}: {} routes", routes.len());
        assert!(iteration <= budget.iterations, "seed {seed}: {iteration} iterations");
        assert_eq!(cost, best, "seed {seed}");
    }
    assert!(n_better > 10, "only {n_better} of 20 could be improved");
}

#[test]
fn the_pool_keeps_the_cheapest_order() {
    let problem = capacitated(6, 6, 3);
    let prepared = Prepared::<TotalLoad, Untimed>::new(&problem);
    let mut pool = Pool::default();
    let mut random = rng(5, 0);
    let mut visits: Vec<Node> = (0..5).map(Node::new).collect();
    let mut cheapest = Cost::HUGE;
    for _ in 0..40 {
        visits.shuffle(&mut random);
        cheapest = cheapest.min(price(&prepared, &visits));
        pool.add(only(), &visits, price(&prepared, &visits));
        let fewer = random.random_range(1..5);
        pool.add(only(), &visits[..fewer], price(&prepared, &visits[..fewer]));
    }
    let row = pool.add(only(), &visits, price(&prepared, &visits)).unwrap();
    assert_eq!(pool.columns()[row].cost, cheapest);
    assert_eq!(price(&prepared, &pool.columns()[row].visits), cheapest);
    // No set of customers twice.
    let sets: std::collections::BTreeSet<Vec<Node>> =
        pool.columns().iter().map(|column| sorted(&column.visits)).collect();
    assert_eq!(sets.len(), pool.columns().len());
}

fn sorted(visits: &[Node]) -> Vec<Node> {
    let mut visits = visits.to_vec();
    visits.sort();
    visits
}
