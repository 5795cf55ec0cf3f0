//! Children are permutations, cuts are the cheapest, and what comes out keeps every limit.

use super::individual::{Excess, Individual, Penalties, Tour};
use super::{Genetic, applies_to, crossover, first_penalties, priced, split};
use crate::routing::arcs::Node;
use crate::routing::generate::{capacitated, mixed};
use crate::routing::partition::Pool;
use crate::routing::prepared::Prepared;
use crate::routing::restricted::Restricted;
use crate::routing::segment::{PeakLoad, Timed, TotalLoad, Untimed};
use crate::routing::{Goal, Params, evaluate, solve};
use crate::search::{Budget, Method, Silent, rng};
use crate::units::{Cost, VehicleTypeIdx};
use rand::seq::SliceRandom as _;
use std::collections::BTreeSet;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

static NEVER: AtomicBool = AtomicBool::new(false);

fn iterations(iterations: u64) -> Budget<'static> {
    Budget { iterations, started: Instant::now(), deadline: None, gap: 0.0, cancel: &NEVER }
}

fn shuffled(n_customers: usize, seed: u64) -> Vec<Node> {
    let mut tour: Vec<Node> = (0..n_customers).map(Node::new).collect();
    tour.shuffle(&mut rng(seed, 0));
    tour
}

#[test]
fn children_visit_everybody_once() {
    for seed in 0..50 {
        let (first, second) = (shuffled(9, seed), shuffled(9, seed + 100));
        let child = crossover::order(&first, &second, &mut rng(seed, 1));
        assert_eq!(child.iter().collect::<BTreeSet<_>>().len(), 9);
        let individual = |tour: &[Node], cut: usize| {
            let routes: Vec<Tour> = tour.chunks(cut).map(|visits| (VehicleTypeIdx::new(0), visits.to_vec())).collect();
            Individual::new(routes, 9, Cost::ZERO, Excess::default())
        };
        let n_routes = 1 + seed as usize % 3;
        let (routes, left) =
            crossover::route_exchange(&individual(&first, 3), &individual(&second, 2), &first, n_routes);
        let mut visits: Vec<Node> = routes.iter().flat_map(|route| route.1.clone()).chain(left).collect();
        visits.sort();
        assert_eq!(visits, (0..9).map(Node::new).collect::<Vec<_>>());
    }
}

#[test]
fn split_finds_the_cheapest_cut() {
    for seed in 0..20 {
        let problem = capacitated(8, 3, seed);
        let prepared = Prepared::<TotalLoad, Untimed>::new(&problem);
        let penalties = Penalties { load: 1 << 40, ..first_penalties(&prepared) };
        let tour = shuffled(8, seed);
        let cost = |visits: &[Node]| {
            let terms = &prepared.terms[0];
            let (mut whole, mut last) = (prepared.visit(terms.start), terms.start);
            for &node in visits.iter().chain([&terms.end]) {
                whole = prepared.join(whole, last, node, prepared.visit(node));
                last = node;
            }
            let (cost, excess) = priced(&prepared, terms, &whole, visits.len());
            cost + penalties.of(&excess)
        };
        let total = |cuts: u32| {
            let (mut total, mut first) = (Cost::ZERO, 0);
            for end in 1..=8 {
                if end == 8 || cuts >> (end - 1) & 1 == 1 {
                    total += cost(&tour[first..end]);
                    first = end;
                }
            }
            total
        };
        let found: Cost = split(&prepared, &tour, &penalties).iter().map(|(_, visits)| cost(visits)).sum();
        assert_eq!(Some(found), (0..1 << 7).map(total).min(), "seed {seed}");
    }
}

#[test]
fn broken_pairs_count_from_nobody_to_everybody() {
    let routes = |rows: &[&[usize]]| {
        let tour = |visits: &&[usize]| (VehicleTypeIdx::new(0), visits.iter().map(|&row| Node::new(row)).collect());
        Individual::new(rows.iter().map(tour).collect(), 4, Cost::ZERO, Excess::default())
    };
    let straight = routes(&[&[0, 1, 2, 3]]);
    assert!(straight.distance(&straight) < 1e-12);
    assert!(straight.distance(&routes(&[&[3, 2, 1, 0]])) < 1e-12, "the same tour turned around");
    assert!((straight.distance(&routes(&[&[0], &[1], &[2], &[3]])) - 0.75).abs() < 1e-12);
}

#[test]
fn the_population_keeps_every_limit() {
    let mut n_applied = 0;
    for seed in 0..24 {
        let problem = mixed(5 + seed as usize % 20, 500 + seed);
        let prepared = Prepared::<Restricted<PeakLoad<3>>, Timed>::new(&problem);
        if !applies_to(&prepared) {
            continue;
        }
        n_applied += 1;
        let mut genetic = Genetic::new(&prepared, &Pool::default(), rng(seed, 0));
        genetic.run(&iterations(60 * problem.n_customers() as u64), 1.0, Goal::Cheap, &Silent);
        if let Some(solution) = genetic.solution() {
            assert_eq!(evaluate::cost(&problem, &solution), Ok(solution.cost), "seed {seed}");
        }
        let params = Params { method: Method::Hgs, ..Params::default() };
        let solution = solve(&problem, None, &params, &iterations(300), seed, &Silent);
        assert_eq!(evaluate::cost(&problem, &solution), Ok(solution.cost), "seed {seed}");
    }
    assert!(n_applied > 4, "{n_applied}");
}

#[test]
fn the_population_finds_what_ruin_and_recreate_finds() {
    for seed in 0..3 {
        let problem = capacitated(40, 6, seed);
        let run = |method, n_iterations| {
            let params = Params { method, ..Params::default() };
            solve(&problem, None, &params, &iterations(n_iterations), seed, &Silent).cost
        };
        let (hgs, sisr) = (run(Method::Hgs, 15_000), run(Method::Sisr, 15_000));
        assert!(hgs.get() * 100 <= sisr.get() * 101, "seed {seed}: {hgs:?}, {sisr:?}");
    }
}
