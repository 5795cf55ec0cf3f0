//! Covering against enumeration, on random tiny problems.

use super::*;
use crate::search::{Rng, Silent, rng};
use crate::siting::problem::{Customer, Service};
use crate::units::{Load, ProductIdx, SiteIdx};
use rand::RngExt as _;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

static RUNNING: AtomicBool = AtomicBool::new(false);

/// Sites and customers on a small grid, with a required, a forbidden and missing services now and then.
fn random(rng: &mut Rng, max_open: usize, capacitated: bool) -> Problem {
    let (n_sites, n_customers) = (rng.random_range(3..=8), rng.random_range(3..=14));
    let mut place = || [rng.random_range(0..12), rng.random_range(0..12)];
    let sites: Vec<[i64; 2]> = (0..n_sites).map(|_| place()).collect();
    let customers: Vec<[i64; 2]> = (0..n_customers).map(|_| place()).collect();
    let status = |draw: u32| match draw {
        0 => SiteStatus::Required,
        1 => SiteStatus::Forbidden,
        _ => SiteStatus::Free,
    };
    let customers: Vec<Customer> = customers
        .iter()
        .map(|&[x, y]| {
            let demand = Load::new(rng.random_range(1..=5));
            let services = sites.iter().enumerate().filter_map(|(i, &[u, v])| {
                let reach = (x - u).abs() + (y - v).abs();
                (rng.random_range(0..8) > 0).then(|| Service { site: SiteIdx::new(i), cost: reach as f64 })
            });
            let services = services.collect();
            Customer {
                product: ProductIdx::new(0),
                demand,
                weight: demand,
                single_source: false,
                services,
                rest: f64::INFINITY,
            }
        })
        .collect();
    let total: i64 = customers.iter().map(|customer| customer.weight.get()).sum();
    let sites = sites.iter().map(|_| Site {
        status: status(rng.random_range(0..12)),
        capacity: capacitated.then(|| Load::new(rng.random_range(1..=total))),
        ..Site::FREE
    });
    Problem::new(sites.collect(), customers, Vec::new(), 1, 0..=max_open)
}

/// Fewest open sites, and least reach, over all open sets; flows by augmenting paths over single units.
fn enumerated(problem: &Problem) -> (Option<i64>, Option<i64>) {
    let n = problem.sites().len();
    let (mut count, mut reach) = (None::<i64>, None::<i64>);
    for set in 0u32..1 << n {
        let open: Vec<bool> = (0..n).map(|i| set >> i & 1 == 1).collect();
        if !keeps_statuses(problem, &open) {
            continue;
        }
        let mut reaches: Vec<i64> =
            problem.customers().iter().flat_map(|it| &it.services).map(|service| service.cost as i64).collect();
        reaches.sort_unstable();
        let Some(&longest) = reaches.last() else { continue };
        if !serves(problem, &open, longest) {
            continue;
        }
        let n_open = i64::from(set.count_ones());
        count = Some(count.map_or(n_open, |best| best.min(n_open)));
        let least = reaches.into_iter().find(|&limit| serves(problem, &open, limit)).unwrap();
        reach = Some(reach.map_or(least, |best| best.min(least)));
    }
    (count, reach)
}

/// Whether the open sites can serve everything within `reach`.
fn serves(problem: &Problem, open: &[bool], reach: i64) -> bool {
    let units: Vec<usize> = problem
        .customers()
        .iter()
        .enumerate()
        .flat_map(|(j, customer)| std::iter::repeat_n(j, customer.demand.get() as usize))
        .collect();
    let mut at: Vec<Vec<usize>> = vec![Vec::new(); open.len()];
    units.iter().enumerate().all(|(u, _)| {
        let mut seen = vec![false; open.len()];
        place(problem, open, reach, &units, u, &mut at, &mut seen)
    })
}

fn place(
    problem: &Problem,
    open: &[bool],
    reach: i64,
    units: &[usize],
    unit: usize,
    at: &mut [Vec<usize>],
    seen: &mut [bool],
) -> bool {
    for service in &problem.customers()[units[unit]].services {
        let i = service.site.get();
        if !open[i] || seen[i] || service.cost as i64 > reach {
            continue;
        }
        seen[i] = true;
        let room = problem.sites()[i].capacity.map_or(usize::MAX, |most| most.get() as usize);
        if at[i].len() < room {
            at[i].push(unit);
            return true;
        }
        for position in 0..at[i].len() {
            let other = at[i][position];
            if place(problem, open, reach, units, other, at, seen) {
                at[i][position] = unit;
                return true;
            }
        }
    }
    false
}

fn check(capacitated: bool, seeds: std::ops::Range<u64>) {
    let mut n_feasible = 0;
    for seed in seeds {
        let mut draws = rng(seed, 3);
        let max_open = draws.random_range(1..=5);
        let problem = random(&mut draws, max_open, capacitated);
        let (count, least) = enumerated(&problem);
        let budget = Budget { iterations: 20_000, started: Instant::now(), deadline: None, gap: 0.0, cancel: &RUNNING };
        let params = Params::default();
        let by_count = fewest(&problem, None, &params, &budget, 1, &Silent);
        let by_reach = center(&problem, None, &params, &budget, 1, &Silent);
        for (name, found, expected) in [("fewest", by_count, count), ("center", by_reach, least)] {
            match expected {
                None => assert!(found.infeasible.is_some(), "{name} {seed}: {found:?}, but nothing covers all"),
                Some(expected) => {
                    assert_eq!(found.infeasible, None, "{name} {seed}");
                    assert_eq!((found.value, found.lower_bound), (expected, expected), "{name} {seed}");
                    assert!(keeps_statuses(&problem, &found.open.unwrap()), "{name} {seed}");
                    n_feasible += 1;
                }
            }
        }
    }
    assert!(n_feasible > 20, "only {n_feasible} answers were compared");
}

#[test]
fn covering_agrees_with_enumeration() {
    check(false, 0..60);
}

#[test]
fn covering_with_capacities_agrees_with_enumeration() {
    check(true, 100..140);
}
