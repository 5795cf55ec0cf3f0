use super::LocalSearch;
use crate::search::{Budget, Silent, rng};
use crate::siting::flows::LocalFlow;
use crate::siting::prepared::Prepared;
use crate::siting::{Params, Shape, flows, generate, solve};
use crate::units::Cost;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

static RUNNING: AtomicBool = AtomicBool::new(false);

fn budget(iterations: u64) -> Budget<'static> {
    Budget { iterations, started: Instant::now(), deadline: None, gap: 0.0, cancel: &RUNNING }
}

/// Searches from the first size of every place and compares with what the whole solver proves.
#[test]
fn local_search_keeps_limits_and_often_finds_the_optimum() {
    let (mut n_solved, mut n_optimal) = (0, 0);
    for seed in 0..60 {
        let n_sizes = 1 + (seed % 2) as usize;
        let funds = if seed % 3 == 0 { 0.7 } else { 0.0 };
        let median = if seed % 5 == 4 { 5 } else { 0 };
        let shape = Shape { capacity_ratio: 4.0, missing: 0.2, n_sizes, funds, median, ..Shape::plain(10, 40) };
        let problem = generate(&shape, seed);
        let budget = budget(100_000);
        let outcome = solve(&problem, None, &Params::default(), &budget, 1, &Silent);
        let Some(best) = outcome.solution.filter(|_| outcome.proven) else { continue };
        let prepared = Prepared::new(&problem, &budget);
        let Some(flow) = LocalFlow::new(&prepared, &best.open) else { panic!("seed {seed}: there is a solution") };
        let mut search = LocalSearch::new(&prepared, vec![None; problem.sites().len()], flow);
        let mut rng = rng(seed, 5);
        search.descend();
        assert!(search.total() >= best.cost.get() as f64 * (1.0 - 1e-9) - 100.0, "seed {seed}: below the optimum");
        let first: Vec<bool> = problem.sites().iter().enumerate().map(|(i, _)| i % n_sizes == 0).collect();
        if !prepared.allows(&first) {
            continue;
        }
        let Some(flow) = LocalFlow::new(&prepared, &first) else { continue };
        let mut search = LocalSearch::new(&prepared, vec![None; problem.sites().len()], flow);
        let before = search.total();
        search.descend();
        for _ in 0..200 {
            let before = search.total();
            search.shake(&vec![0.0; problem.sites().len()], &mut rng);
            assert!(search.total() <= before, "seed {seed}");
        }
        let open = search.flow().open_flags();
        assert!(prepared.allows(open) && search.total() <= before, "seed {seed}");
        let cost = flows(&problem, open, &budget).expect("the flow is there").cost;
        assert!((cost.get() as f64 - search.total()).abs() < 100.0, "seed {seed}: {cost:?}, not {}", search.total());
        n_solved += 1;
        n_optimal += usize::from(cost <= best.cost + Cost::new(100));
    }
    assert!(n_solved >= 20 && 2 * n_optimal >= n_solved, "{n_optimal} of {n_solved} are optimal");
}
