use super::{LocalSearch, Screen, interchange, open_greedily, search_by_tabu};
use crate::search::{Budget, Silent, rng};
use crate::siting::bounds::{Lagrangian, around, start};
use crate::siting::flows::{Chain, ChainFlow, LocalFlow, best_flows};
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
    let (mut n_solved, mut n_optimal, mut n_risen) = (0, 0, 0);
    for seed in 0..24 {
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
        assert!(search.total() <= before, "seed {seed}");
        for step in 0..500 {
            let (before, heat) = (search.total(), if step < 40 { 0.2 } else { 0.0 });
            search.shake(&vec![0.0; problem.sites().len()], heat, &mut rng);
            n_risen += usize::from(search.total() > before);
            assert!(search.total() <= before || heat > 0.0, "seed {seed}");
        }
        let open = search.flow().open_flags();
        assert!(prepared.allows(open) && search.total() <= before, "seed {seed}");
        let cost = flows(&problem, open, &budget).expect("the flow is there").cost;
        assert!((cost.get() as f64 - search.total()).abs() < 100.0, "seed {seed}: {cost:?}, not {}", search.total());
        n_solved += 1;
        n_optimal += usize::from(cost <= best.cost + Cost::new(100));
    }
    assert!(n_solved >= 8 && 2 * n_optimal >= n_solved, "{n_optimal} of {n_solved} are optimal");
    assert!(n_risen > 0, "heat never let a cost rise");
}

/// What open sites cost when every row takes its cheapest.
fn nearest_cost(prepared: &Prepared<'_>, open: &[bool]) -> f64 {
    let opened = || (0..open.len()).filter(|&i| open[i]);
    let row = |j: usize| opened().filter_map(|i| prepared.arc_cost(i, j)).fold(prepared.missing, f64::min);
    (0..prepared.n_rows()).map(row).sum::<f64>() + opened().map(|i| prepared.opening[i]).sum::<f64>()
}

/// Problems of the kinds that interchange is for.
fn plain(seed: u64) -> Shape {
    let n_sizes = 1 + (seed % 2) as usize;
    let funds = if seed.is_multiple_of(3) { 0.6 } else { 0.0 };
    let median = if seed % 4 == 3 { 5 } else { 0 };
    Shape { missing: 0.2, n_sizes, funds, median, ..Shape::plain(12, 40) }
}

#[test]
fn interchange_ends_where_no_move_pays() {
    let mut n_better = 0;
    for seed in 0..60 {
        let problem = generate(&plain(seed), seed);
        let budget = budget(100_000);
        let prepared = Prepared::new(&problem, &budget);
        let lagrangian = Lagrangian::new(&prepared, &start(&prepared));
        let n_sites = problem.sites().len();
        let most = problem.max_open().min(6);
        let first_sizes = problem.places().iter().map(|place| place.sites.start).take(most);
        let mut open = vec![false; n_sites];
        first_sizes.for_each(|i| open[i] = true);
        if !prepared.allows(&open) {
            continue;
        }
        let before = nearest_cost(&prepared, &open);
        let n_moves = interchange(&lagrangian, &mut open, &vec![None; n_sites], 10_000, &budget);
        let after = nearest_cost(&prepared, &open);
        assert!(prepared.allows(&open) && after <= before, "seed {seed}");
        assert!(n_moves < 10_000, "seed {seed}: it went on");
        n_better += usize::from(n_moves > 0 && after < before);
        for i in 0..n_sites {
            for k in 0..n_sites {
                let mut other = open.clone();
                other[i] = !other[i];
                if k != i && open[k] != open[i] {
                    other[k] = !other[k];
                }
                let cost = nearest_cost(&prepared, &other);
                let pays = prepared.allows(&other) && cost < after - 1e-12 * prepared.missing - 1.0;
                assert!(!pays, "seed {seed}: {i} and {k} would save {}", after - cost);
            }
        }
    }
    assert!(n_better > 20, "{n_better}");
}

#[test]
fn greedy_opens_what_saves_most_first() {
    for seed in 0..40 {
        let problem = generate(&plain(seed), seed);
        let budget = budget(100_000);
        let prepared = Prepared::new(&problem, &budget);
        let lagrangian = Lagrangian::new(&prepared, &start(&prepared));
        let n_sites = problem.sites().len();
        let (mut open, mut expected) = (vec![false; n_sites], vec![false; n_sites]);
        let n_opened = open_greedily(&lagrangian, &mut open, &vec![None; n_sites], &budget);
        let mut cost = nearest_cost(&prepared, &expected);
        let mut n_expected = 0;
        loop {
            let with = |i: usize| {
                let mut with = expected.clone();
                with[i] = true;
                with
            };
            let fits = |i: &usize| {
                !expected[*i]
                    && n_expected < problem.max_open() as u64
                    && prepared.siblings(*i).all(|k| !expected[k])
                    && prepared.spent(&with(*i)) <= prepared.funds
            };
            let tries = (0..n_sites).filter(fits).map(|i| (nearest_cost(&prepared, &with(i)), i));
            let best = tries.min_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
            let Some((found, i)) = best.filter(|best| best.0 < cost) else { break };
            (cost, expected, n_expected) = (found, with(i), n_expected + 1);
        }
        assert_eq!((open, n_opened), (expected, n_expected), "seed {seed}");
    }
}

#[test]
fn prices_around_an_open_set_prove_less_than_the_optimum() {
    let mut n_higher = 0;
    for seed in 0..40 {
        let median = if seed % 2 == 0 { 5 } else { 0 };
        let problem = generate(&Shape { missing: 0.1, median, ..Shape::plain(15, 60) }, seed);
        let budget = budget(100_000);
        let outcome = solve(&problem, None, &Params::default(), &budget, 1, &Silent);
        let best = outcome.solution.filter(|_| outcome.proven).expect("small problems are solved");
        let prepared = Prepared::new(&problem, &budget);
        let bound = |prices| {
            let mut lagrangian = Lagrangian::new(&prepared, &prices);
            let fixing = lagrangian.fixing();
            lagrangian.evaluate(&prices, &fixing).bound
        };
        let some: Vec<bool> = (0..15).map(|i| i % 3 == 0).collect();
        let (at_best, at_some) = (bound(around(&prepared, &best.open)), bound(around(&prepared, &some)));
        let most = best.cost.get() as f64 * (1.0 + 1e-9);
        assert!(at_best <= most && at_some <= most, "seed {seed}: {at_best} or {at_some} above {most}");
        // Without a count the start is a dual ascent, which proves more.
        n_higher += usize::from(median > 0 && at_best > bound(start(&prepared)));
    }
    assert!(n_higher >= 20, "{n_higher} of 20");
}

/// Searches from everything open and compares with what the whole solver proves.
#[test]
fn tabu_search_keeps_limits_and_often_finds_the_optimum() {
    let (mut n_solved, mut n_optimal) = (0, 0);
    for seed in 0..24 {
        let shape = Shape { capacity_ratio: 4.0, n_supplies: 4, plants: 150.0, ..Shape::plain(8, 30) };
        let problem = generate(&shape, seed);
        let budget = budget(100_000);
        let outcome = solve(&problem, None, &Params::default(), &budget, 1, &Silent);
        let Some(best) = outcome.solution.filter(|_| outcome.proven) else { continue };
        let prepared = Prepared::new(&problem, &budget);
        let Some(chain) = Chain::new(&prepared) else { continue };
        let all = vec![true; prepared.n_flags()];
        let flow = ChainFlow::new(&chain, &all, &budget).expect("everything is open");
        let prices = start(&prepared);
        let lagrangian = Lagrangian::new(&prepared, &prices);
        let mut fixed = vec![None; prepared.n_flags()];
        fixed[seed as usize % 8] = Some(true);
        let screen = Screen { lagrangian: &lagrangian, prices: &prices, fixed: &fixed, n_adds: 1, budget: &budget };
        let (open, n_changes) = search_by_tabu(flow, &screen, &mut rng(seed, 7));
        assert!(n_changes > 0 && open[seed as usize % 8], "seed {seed}: what is fixed stays");
        assert!(prepared.allows(&open) && prepared.plants_suffice(&open), "seed {seed}");
        let cost = best_flows(&prepared, &open).expect("the search had flows").cost;
        let before = best_flows(&prepared, &all).expect("everything is open").cost;
        assert!(
            cost <= before && cost >= best.cost,
            "seed {seed}: {cost:?} is not between {:?} and {before:?}",
            best.cost
        );
        if best.open[seed as usize % 8] {
            n_solved += 1;
            n_optimal += usize::from(cost <= best.cost + Cost::new(100));
        }
    }
    assert!(n_solved >= 8 && 2 * n_optimal >= n_solved, "{n_optimal} of {n_solved} are optimal");
}
