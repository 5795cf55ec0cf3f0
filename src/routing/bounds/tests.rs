//! Bounds against the optimum: by brute force on small problems, published for larger ones.

use super::{Bound, lower_bound};
use crate::routing::generate::{capacitated, mixed};
use crate::routing::tests::optimum;
use crate::routing::{Params, Problem, Solution, solve};
use crate::search::{Budget, Silent, in_pool};
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
    for seed in 0..200 {
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
    assert!(n_closed > 60, "only {n_closed} gaps are closed");
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
        let solution = solve(&problem, None, &Params::default(), &passes(10), 1, &Silent);
        let n_passes = if kind == "q-routes" { 12 } else { 0 };
        let found = bound(&problem, Some(&solution), n_passes);
        assert!(found.value <= solution.cost, "{found:?} exceeds {:?}", solution.cost);
        assert_eq!(found.kind, kind);
        let no_time = Budget { deadline: Some(Instant::now()), ..passes(u64::MAX) };
        assert_eq!(lower_bound(&problem, None, &no_time, &Silent), None);
    }
}
