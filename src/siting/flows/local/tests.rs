use super::LocalFlow;
use crate::search::{Budget, rng};
use crate::siting::prepared::Prepared;
use crate::siting::{Problem, Shape, flows, generate};
use rand::RngExt as _;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

static RUNNING: AtomicBool = AtomicBool::new(false);

fn budget() -> Budget<'static> {
    Budget { iterations: u64::MAX, started: Instant::now(), deadline: None, gap: 0.0, cancel: &RUNNING }
}

/// The least cost of the flows alone, found from nothing.
fn expected(problem: &Problem, open: &[bool]) -> Option<f64> {
    let found = flows(problem, open, &budget())?;
    let opened = problem.sites().iter().zip(open).filter(|(_, open)| **open);
    Some(found.cost.get() as f64 - opened.map(|(site, _)| site.open.get() as f64).sum::<f64>())
}

fn check(problem: &Problem, flow: &LocalFlow<'_>) {
    let expected = expected(problem, flow.open_flags()).expect("there are flows");
    assert!((flow.cost() - expected).abs() < 1e-9 * expected + 50.0, "{} is not {expected}", flow.cost());
    let solution = flow.solution().expect("nothing comes from supplies");
    assert!(solution.flows.iter().all(|flow| solution.open[flow.site.get()]));
}

#[test]
fn local_changes_keep_the_flow_optimal_and_can_be_taken_back() {
    let (mut n_turned, mut n_failed) = (0, 0);
    for seed in 0..60 {
        // Where few of many sites are open, those that close leave their slots to others, or there are too few slots.
        let spread = if seed % 3 == 0 { 5 } else { 1 };
        let (ratio, n_sites) = ((1.5 + (seed % 4) as f64) * spread as f64, 10 * spread);
        let missing = if spread > 1 { 0.0 } else { 0.3 };
        let problem = generate(&Shape { capacity_ratio: ratio, missing, ..Shape::plain(n_sites, 30) }, seed);
        let budget = budget();
        let prepared = Prepared::new(&problem, &budget);
        let mut rng = rng(seed, 3);
        let mut open: Vec<bool> = (0..n_sites).map(|i| i % spread == 0).collect();
        open[rng.random_range(0..10) * spread] = false;
        let Some(mut flow) = LocalFlow::new(&prepared, &open) else {
            assert_eq!(expected(&problem, &open), None);
            continue;
        };
        check(&problem, &flow);
        for _ in 0..12 * spread {
            let (mark, before) = (flow.mark(), flow.cost());
            let site = rng.random_range(0..n_sites);
            let is_closing = flow.is_open(site);
            if is_closing {
                let loss = flow.least_loss(site);
                if flow.close(site, f64::INFINITY) {
                    assert!(flow.cost() - before >= loss - 1e-6 * before, "{loss} is no bound");
                } else {
                    let mut open = flow.open_flags().to_vec();
                    open[site] = false;
                    assert_eq!(expected(&problem, &open), None);
                    flow.undo(mark);
                    n_failed += 1;
                }
            } else {
                let saving = flow.most_saving(site);
                assert!(flow.open(site, f64::NEG_INFINITY));
                assert!(before - flow.cost() <= saving + 1e-6 * before, "{saving} is no bound");
            }
            check(&problem, &flow);
            if rng.random_range(0..3) == 0 {
                flow.undo(mark);
                assert!((flow.cost() - before).abs() < f64::EPSILON);
                check(&problem, &flow);
            }
            n_turned += 1;
        }
    }
    assert!(n_turned > 400 && n_failed > 10, "{n_turned} changes, {n_failed} closings without room");
}

#[test]
fn a_closing_that_costs_too_much_is_refused_and_taken_back() {
    let problem = generate(&Shape { capacity_ratio: 4.0, ..Shape::plain(10, 30) }, 5);
    let budget = budget();
    let prepared = Prepared::new(&problem, &budget);
    let mut flow = LocalFlow::new(&prepared, &[true; 10]).unwrap();
    let used: Vec<usize> = (0..10).filter(|&site| flow.least_loss(site) > 0.0).collect();
    assert!(used.len() > 4);
    for site in used {
        let (mark, before) = (flow.mark(), flow.cost());
        assert!(flow.close(site, f64::INFINITY));
        let more = flow.cost() - before;
        flow.undo(mark);
        assert!(!flow.close(site, 0.99 * more), "site {site} costs {more}");
        flow.undo(mark);
        assert!(flow.close(site, 1.01 * more));
        flow.undo(mark);
        check(&problem, &flow);
    }
}
