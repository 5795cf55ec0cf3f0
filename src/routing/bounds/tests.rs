//! Bounds against the optimum: by brute force on small problems, published for larger ones.

use super::{Bound, lower_bound};
use crate::routing::generate::{capacitated, mixed};
use crate::routing::tests::optimum;
use crate::routing::{Customer, Dock, Docks, Params, Problem, Solution, solve};
use crate::search::{Budget, Silent, in_pool};
use crate::units::{Duration, Load, TimeWindow};
use std::sync::atomic::AtomicBool;
use std::time::Instant;

static NEVER: AtomicBool = AtomicBool::new(false);

fn passes(iterations: u64) -> Budget<'static> {
    Budget { iterations, started: Instant::now(), deadline: None, gap: 0.0, cancel: &NEVER }
}

fn bound(problem: &Problem, incumbent: Option<&Solution>, iterations: u64) -> Bound {
    lower_bound(problem, incumbent, &passes(iterations), &Silent).expect("costs are positive")
}

#[test]
fn no_bound_exceeds_the_optimum() {
    let mut n_closed = 0;
    for seed in 0..600 {
        let problem = mixed(1 + seed as usize % 6, 7_000 + seed);
        let (missing, cost) = optimum(&problem);
        if missing > 0 {
            continue;
        }
        let solution = solve(&problem, None, &Params::default(), &passes(300), seed, &Silent);
        for (incumbent, iterations) in [(None, 0), (None, 1), (None, 40), (Some(&solution), 1), (Some(&solution), 40)] {
            let found = bound(&problem, incumbent, iterations);
            assert!(found.value <= cost, "seed {seed}: {found:?} exceeds the optimum {cost:?}, {iterations} passes");
            n_closed += usize::from(incumbent.is_some() && iterations == 40 && found.value == cost);
        }
    }
    assert!(n_closed > 200, "only {n_closed} gaps are closed");
}

/// The problem where loading and unloading take time at one dock for all.
fn with_dock(problem: &Problem) -> Problem {
    let mut alone = vec![true; problem.n_customers()];
    problem.shipments().iter().flat_map(|&(first, second)| [first, second]).for_each(|it| alone[it.get()] = false);
    let time = |of: fn(&Customer) -> &Vec<Load>| -> Vec<Option<Duration>> {
        let amount = |(row, customer): (usize, &Customer)| {
            let amount: i64 = of(customer).iter().map(|load| load.get()).sum();
            (alone[row] && !customer.reload && amount > 0).then(|| Duration::new(amount))
        };
        problem.customers().iter().enumerate().map(amount).collect()
    };
    let dock = Dock {
        hours: TimeWindow::ALWAYS,
        service: Duration::new(3),
        loading: time(|customer| &customer.delivery),
        unloading: time(|customer| &customer.pickup),
    };
    let types = problem.vehicle_types();
    problem.clone().with_docks(Docks {
        docks: vec![dock],
        starts: vec![Some(0); types.len()],
        slots: vec![TimeWindow::ALWAYS; types.len()],
        ends: types.iter().map(|it| it.end.map(|_| 0)).collect(),
        reloads: problem.customers().iter().map(|customer| customer.reload.then_some(0)).collect(),
    })
}

#[test]
fn no_bound_exceeds_the_optimum_with_docks() {
    let (mut n_checked, mut n_raised) = (0, 0);
    for seed in 0..200 {
        let plain = mixed(1 + seed as usize % 5, 7_000 + seed);
        let docked = with_dock(&plain);
        let (missing, cost) = optimum(&docked);
        if missing > 0 {
            continue;
        }
        n_checked += 1;
        for iterations in [0, 20] {
            let found = bound(&docked, None, iterations);
            assert!(found.value <= cost, "seed {seed}: {found:?} exceeds the optimum {cost:?}, {iterations} passes");
            n_raised += usize::from(iterations == 20 && found.value > bound(&plain, None, iterations).value);
        }
    }
    assert!(n_checked > 30, "only {n_checked} can be served");
    assert!(n_raised > 0, "only {n_raised} bounds know of the dock");
}

#[test]
fn routes_with_reloads_or_groups_guide_the_bound() {
    let mut n_better = 0;
    for seed in 0..120 {
        let problem = mixed(3 + seed as usize % 4, 7_000 + seed);
        let has_reloads = problem.first_reload() < problem.n_customers();
        if !has_reloads && problem.groups().is_empty() {
            continue;
        }
        let solution = solve(&problem, None, &Params::default(), &passes(200), seed, &Silent);
        if solution.routes.is_empty() {
            continue;
        }
        let [alone, guided] = [None, Some(&solution)].map(|known| bound(&problem, known, 1).value);
        n_better += usize::from(guided > alone);
    }
    assert!(n_better > 10, "only {n_better} bounds are better");
}

#[test]
fn threads_do_not_change_the_bound() {
    for seed in 0..4 {
        let problem = mixed(30, seed);
        let run = |threads| in_pool(threads, || bound(&problem, None, 12));
        assert_eq!(run(1), run(2), "seed {seed}");
    }
}

#[test]
fn bounds_of_large_problems_stay_below_the_cost() {
    for (n_customers, kind) in [(200, "q-routes"), (5_000, "cheapest arcs")] {
        let problem = capacitated(n_customers, 10, 3);
        let solution = solve(&problem, None, &Params::default(), &passes(100), 1, &Silent);
        let n_passes = if kind == "q-routes" { 12 } else { 0 };
        let found = bound(&problem, Some(&solution), n_passes);
        assert!(found.value <= solution.cost, "{found:?} exceeds {:?}", solution.cost);
        assert_eq!(found.kind, kind);
        let no_time = Budget { deadline: Some(Instant::now()), ..passes(u64::MAX) };
        assert_eq!(lower_bound(&problem, None, &no_time, &Silent), None);
    }
}
