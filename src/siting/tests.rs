//! The sandwich: bound ≤ optimum ≤ solution, on random tiny problems of every feature.

use super::exact::FacilityLocation;
use super::flows::{Network, Reflow};
use super::prepared::Prepared;
use super::*;
use crate::mip::Status;
use crate::search::{Budget, Method, Silent};
use crate::units::{Cost, CustomerIdx, Load, ProductIdx, SiteIdx};
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

static RUNNING: AtomicBool = AtomicBool::new(false);

fn budget(iterations: u64) -> Budget<'static> {
    Budget { iterations, started: Instant::now(), deadline: None, gap: 0.0, cancel: &RUNNING }
}

fn solved(problem: &Problem, iterations: u64) -> Outcome {
    solve(problem, None, &Params::default(), &budget(iterations), 1, &Silent)
}

/// Recomputes everything a solution promises, with none of the solver's code.
fn check_feasible(problem: &Problem, solution: &Solution) {
    let n_open = solution.open.iter().filter(|&&open| open).count();
    assert!(n_open >= problem.min_open() && n_open <= problem.max_open());
    let mut total = 0i64;
    for (site, &open) in problem.sites().iter().zip(&solution.open) {
        assert!(site.status != SiteStatus::Required || open);
        assert!(site.status != SiteStatus::Forbidden || !open);
        total += if open { site.open.get() } else { site.closed.get() };
    }
    assert!(allowed_beyond_counts(problem, |i| solution.open[i]));
    let mut served = vec![0; problem.customers().len()];
    let mut used = vec![0; problem.sites().len()];
    let mut passed = vec![vec![0; problem.n_products()]; problem.sites().len()];
    for flow in &solution.flows {
        let customer = &problem.customers()[flow.customer.get()];
        let service = customer.services.iter().find(|service| service.site == flow.site).unwrap();
        assert!(solution.open[flow.site.get()] && flow.amount > Load::ZERO);
        assert!(!customer.single_source || flow.amount == customer.demand);
        served[flow.customer.get()] += flow.amount.get();
        assert_eq!(flow.amount.get() * customer.weight.get() % customer.demand.get(), 0);
        used[flow.site.get()] += flow.amount.get() * customer.weight.get() / customer.demand.get();
        passed[flow.site.get()][customer.product.get()] += flow.amount.get();
        total += (service.cost * flow.amount.get() as f64 / customer.demand.get() as f64).round() as i64;
    }
    for (customer, served) in problem.customers().iter().zip(served) {
        assert_eq!(customer.demand.get(), served);
    }
    for (site, &used) in problem.sites().iter().zip(&used) {
        assert!(site.capacity.is_none_or(|most| used <= most.get()));
    }
    for (site, passed) in problem.sites().iter().zip(&passed) {
        assert!(site.product_capacity.iter().zip(passed).all(|(most, passed)| *passed <= most.get()));
    }
    for (i, site) in problem.sites().iter().enumerate().filter(|(i, _)| solution.open[*i]) {
        assert!(used[i] >= site.least.get());
    }
    if !problem.supplies().is_empty() {
        let mut drawn = vec![0; problem.supplies().len()];
        for plant in problem.plants() {
            let is_used = |inflow: &Inflow| plant.supplies.contains(&inflow.supply);
            total += if solution.inflows.iter().any(is_used) { plant.cost.get() } else { 0 };
        }
        for inflow in &solution.inflows {
            let supply = &problem.supplies()[inflow.supply.get()];
            drawn[inflow.supply.get()] += inflow.amount.get();
            passed[inflow.site.get()][supply.product.get()] -= inflow.amount.get();
            total += (supply.unit_cost[inflow.site.get()] * inflow.amount.get() as f64).round() as i64;
        }
        assert!(passed.iter().flatten().all(|&rest| rest == 0), "inflow and outflow agree");
        for (supply, drawn) in problem.supplies().iter().zip(drawn) {
            assert!(supply.capacity.is_none_or(|most| drawn <= most.get()));
        }
    }
    assert_eq!(total, solution.cost.get());
}

/// Whether open sites keep places and funds.
fn allowed_beyond_counts(problem: &Problem, open: impl Fn(usize) -> bool) -> bool {
    let n_open = |place: &Place| place.sites.clone().filter(|&i| open(i)).count();
    let places =
        problem.places().iter().all(|place| n_open(place) <= 1 && n_open(place) >= usize::from(place.is_required));
    let sites = problem.sites().iter().enumerate().filter(|(i, _)| open(*i));
    places && problem.funds().is_none_or(|funds| sites.map(|(_, site)| site.spending).sum::<Cost>() <= funds)
}

/// The least cost over all open sets, each one's flows by the exact model.
fn optimum(problem: &Problem) -> Option<f64> {
    let budget = budget(u64::MAX);
    let prepared = Prepared::new(problem, &budget);
    let mut best: Option<f64> = None;
    for set in 0u32..1 << problem.sites().len() {
        let open = |i: usize| set >> i & 1 == 1;
        let allowed = problem.sites().iter().enumerate().all(|(i, site)| match site.status {
            SiteStatus::Free => true,
            SiteStatus::Required => open(i),
            SiteStatus::Forbidden => !open(i),
        });
        let n_open = set.count_ones() as usize;
        let allowed = allowed && allowed_beyond_counts(problem, open);
        if allowed && n_open >= problem.min_open() && n_open <= problem.max_open() {
            let plants = problem.plants().iter().map(|_| None);
            let fixed = (0..problem.sites().len()).map(|i| Some(open(i))).chain(plants).collect();
            let found = FacilityLocation::new(&prepared, &fixed, true).solve(&prepared, f64::INFINITY);
            if found.status == Status::Optimal {
                best = Some(best.map_or(found.objective, |best: f64| best.min(found.objective)));
            }
        }
    }
    best
}

/// Solves a problem and checks that bound and solution enclose the optimum. Outcome and optimum where there is one.
pub(super) fn enclosed(shape: &Shape, seed: u64) -> Option<(Outcome, f64)> {
    enclosed_by(Method::Default, shape, seed)
}

fn enclosed_by(method: Method, shape: &Shape, seed: u64) -> Option<(Outcome, f64)> {
    let problem = generate(shape, seed);
    let params = Params { method, ..Params::default() };
    let outcome = solve(&problem, None, &params, &budget(6000), 1, &Silent);
    let Some(optimum) = optimum(&problem) else {
        assert!(outcome.solution.is_none(), "seed {seed}: {shape:?}");
        return None;
    };
    let tolerance = 1e-7 * optimum.abs() + 100.0;
    let bound = outcome.lower_bound.get() as f64;
    assert!(bound <= optimum + tolerance, "seed {seed}: bound {bound} above {optimum}, {shape:?}");
    assert_eq!(outcome.infeasible, None, "seed {seed}: {shape:?}");
    if let Some(solution) = &outcome.solution {
        check_feasible(&problem, solution);
        let cost = solution.cost.get() as f64;
        assert!(cost >= optimum - tolerance, "seed {seed}: cost {cost} below {optimum}, {shape:?}");
        assert!(outcome.lower_bound <= solution.cost);
        if outcome.proven {
            assert!(cost <= optimum + tolerance, "seed {seed}: proven {cost}, optimum {optimum}, {shape:?}");
        }
    }
    Some((outcome, optimum))
}

/// The same, and the solution is good or proven.
pub(super) fn sandwich(shape: &Shape, seeds: std::ops::Range<u64>) {
    for seed in seeds {
        let Some((outcome, optimum)) = enclosed(shape, seed) else { continue };
        let Some(solution) = &outcome.solution else {
            assert!(shape.single_source > 0.0 || shape.n_products > 1, "seed {seed}: no solution, {shape:?}");
            continue;
        };
        let cost = solution.cost.get() as f64;
        let is_plain = shape.least == 0.0 && shape.funds == 0.0 && shape.n_sizes == 1 && shape.n_supplies == 0;
        if shape.single_source == 1.0 && is_plain || shape.single_source == 0.0 && shape.n_products == 1 {
            let bound = outcome.lower_bound.get();
            assert!(outcome.proven, "seed {seed}: open at {bound}..{cost}, optimum {optimum}, {shape:?}");
        } else {
            assert!(cost <= optimum * 1.05, "seed {seed}: {cost} against {optimum}, {shape:?}");
        }
    }
}

#[test]
fn sandwich_of_each_method() {
    let plain = Shape::plain(6, 7);
    let shapes = [
        plain,
        Shape { median: 3, ..plain },
        Shape { capacity_ratio: 2.5, missing: 0.1, ..plain },
        Shape { capacity_ratio: 2.5, single_source: 1.0, ..plain },
        Shape { capacity_ratio: 3.0, n_supplies: 3, plants: 150.0, ..Shape::plain(4, 6) },
        Shape { capacity_ratio: 1.8, n_sizes: 2, least: 0.4, funds: 0.7, special: 0.2, ..Shape::plain(4, 7) },
    ];
    for &method in METHODS {
        let (mut n_found, mut n_best) = (0, 0);
        for (row, shape) in shapes.iter().enumerate() {
            for seed in 0..4 {
                let Some((outcome, optimum)) = enclosed_by(method, shape, seed) else { continue };
                assert!(outcome.solution.is_some() || row == 5, "seed {seed}: {shape:?} by {}", method.name());
                let Some(solution) = outcome.solution else { continue };
                n_found += 1;
                n_best += usize::from(solution.cost.get() as f64 <= optimum * (1.0 + 1e-7) + 100.0);
                assert!(method != Method::Exact || row > 4 || outcome.proven, "seed {seed}: {shape:?}");
            }
        }
        assert!(n_found >= 20 && n_best >= 8, "{}: {n_found} found, {n_best} of them best", method.name());
    }
}

/// From sites that are all closed or open turns the one that saves most by what it is divided by, all tried each time.
fn turned_greedily(problem: &Problem, opens: bool, per: impl Fn(&Site) -> f64) -> Cost {
    let cost = |open: &[bool]| flows(problem, open, &budget(u64::MAX)).map(|solution| solution.cost);
    let mut open = vec![!opens; problem.sites().len()];
    loop {
        let before = cost(&open);
        let mut best: Option<(f64, usize)> = None;
        let left: Vec<usize> = (0..open.len()).filter(|&i| open[i] != opens).collect();
        for i in left {
            open[i] = opens;
            if let Some(after) = cost(&open) {
                let saving = before.map_or(1e15, |before| before.get() as f64) - after.get() as f64;
                let saving = saving / per(&problem.sites()[i]);
                if saving > 0.0 && best.is_none_or(|best| saving > best.0) {
                    best = Some((saving, i));
                }
            }
            open[i] = !opens;
        }
        match best {
            Some((_, i)) => open[i] = opens,
            None => return before.unwrap(),
        }
    }
}

#[test]
fn greedy_methods_take_what_saves_most() {
    let by = |method: Method, problem: &Problem| {
        let params = Params { method, ..Params::default() };
        solve(problem, None, &params, &budget(u64::MAX), 1, &Silent).solution.unwrap().cost
    };
    for seed in 0..12 {
        let problem = generate(&Shape::plain(9, 20), seed);
        assert_eq!(by(Method::GreedyAdd, &problem), turned_greedily(&problem, true, |_| 1.0), "seed {seed}");
        assert_eq!(by(Method::GreedyDrop, &problem), turned_greedily(&problem, false, |_| 1.0), "seed {seed}");
        let problem = generate(&Shape { capacity_ratio: 4.0, ..Shape::plain(9, 20) }, seed);
        let per_unit = |site: &Site| site.capacity.unwrap().get() as f64;
        assert_eq!(by(Method::GreedyDrop, &problem), turned_greedily(&problem, false, per_unit), "seed {seed}");
    }
}

#[test]
fn sandwich_without_capacity() {
    sandwich(&Shape::plain(6, 8), 0..8);
    sandwich(&Shape { missing: 0.4, special: 0.5, ..Shape::plain(6, 8) }, 0..8);
    sandwich(&Shape { n_products: 2, n_supplies: 2, ..Shape::plain(5, 5) }, 0..4);
}

#[test]
fn sandwich_of_the_p_median() {
    sandwich(&Shape { median: 2, ..Shape::plain(7, 9) }, 0..8);
    sandwich(&Shape { median: 3, missing: 0.3, ..Shape::plain(7, 7) }, 0..8);
}

#[test]
fn sandwich_with_capacity() {
    sandwich(&Shape { capacity_ratio: 1.5, ..Shape::plain(6, 7) }, 0..8);
    sandwich(&Shape { capacity_ratio: 3.0, special: 0.4, missing: 0.2, ..Shape::plain(6, 7) }, 0..8);
    sandwich(&Shape { capacity_ratio: 3.0, median: 3, ..Shape::plain(6, 7) }, 0..8);
    // Enough sites for branching on how many of them open in a region.
    sandwich(&Shape { capacity_ratio: 4.0, ..Shape::plain(9, 12) }, 0..4);
}

#[test]
fn sandwich_with_supplies() {
    sandwich(&Shape { n_supplies: 3, ..Shape::plain(5, 6) }, 0..6);
    sandwich(&Shape { n_supplies: 3, capacity_ratio: 2.5, ..Shape::plain(5, 6) }, 0..6);
    sandwich(&Shape { n_supplies: 3, capacity_ratio: 3.0, missing: 0.3, special: 0.3, ..Shape::plain(5, 6) }, 0..6);
}

#[test]
fn sandwich_with_plants() {
    let shape = Shape { n_supplies: 3, plants: 150.0, ..Shape::plain(4, 6) };
    sandwich(&shape, 0..8);
    sandwich(&Shape { capacity_ratio: 2.5, special: 0.3, missing: 0.1, ..shape }, 0..8);
    sandwich(&Shape { capacity_ratio: 2.5, n_products: 2, n_supplies: 2, ..shape }, 0..4);
}

#[test]
fn sandwich_with_several_products() {
    sandwich(&Shape { n_products: 2, capacity_ratio: 2.5, n_supplies: 2, ..Shape::plain(5, 4) }, 0..6);
    sandwich(&Shape { n_products: 3, n_supplies: 2, capacity_ratio: 3.0, missing: 0.2, ..Shape::plain(4, 3) }, 0..6);
}

#[test]
fn sandwich_with_capacities_by_product() {
    let shape = Shape { n_products: 2, product_ratio: 2.0, ..Shape::plain(5, 5) };
    let sets = [
        shape,
        Shape { n_products: 3, n_places: 4, missing: 0.2, special: 0.3, ..shape },
        Shape { n_supplies: 2, plants: 150.0, n_places: 4, ..shape },
        Shape { n_sizes: 2, n_sites: 3, ..shape },
        Shape { capacity_ratio: 1.8, ..shape },
        Shape { capacity_ratio: 1.5, product_ratio: 1.4, n_supplies: 2, ..shape },
    ];
    for (row, shape) in sets.iter().enumerate() {
        for seed in 0..if row < 4 { 4 } else { 2 } {
            let Some((outcome, optimum)) = enclosed(shape, seed) else { continue };
            // Without a capacity that products share, flows are exact, and so is the search.
            assert!(outcome.proven || row >= 4, "seed {seed}: {shape:?}");
            let cost = outcome.solution.expect("capacities are ample").cost.get() as f64;
            assert!(cost <= optimum * 1.02, "seed {seed}: {cost} against {optimum}, {shape:?}");
        }
    }
}

#[test]
fn sandwich_with_single_sources() {
    sandwich(&Shape { single_source: 1.0, capacity_ratio: 2.5, ..Shape::plain(5, 7) }, 0..8);
    sandwich(&Shape { single_source: 0.5, capacity_ratio: 2.0, ..Shape::plain(5, 7) }, 0..6);
    sandwich(&Shape { single_source: 0.5, capacity_ratio: 3.0, n_supplies: 2, ..Shape::plain(4, 5) }, 0..6);
}

#[test]
fn sandwich_with_sizes() {
    sandwich(&Shape { n_sizes: 2, ..Shape::plain(4, 8) }, 0..8);
    let tight = Shape { n_sizes: 2, capacity_ratio: 1.8, ..Shape::plain(4, 8) };
    sandwich(&tight, 0..12);
    sandwich(&Shape { special: 0.5, missing: 0.1, ..tight }, 0..12);
    sandwich(&Shape { n_sizes: 3, n_supplies: 2, ..Shape { capacity_ratio: 1.5, ..Shape::plain(3, 6) } }, 0..6);
    sandwich(&Shape { single_source: 1.0, ..tight }, 0..8);
}

#[test]
fn sandwich_with_least_throughputs() {
    let shape = Shape { least: 0.7, ..Shape::plain(5, 9) };
    sandwich(&shape, 0..16);
    sandwich(&Shape { capacity_ratio: 2.5, ..shape }, 0..16);
    sandwich(&Shape { capacity_ratio: 3.0, special: 0.4, missing: 0.2, ..shape }, 0..12);
    sandwich(&Shape { capacity_ratio: 2.5, n_supplies: 2, ..shape }, 0..8);
    sandwich(&Shape { capacity_ratio: 3.0, n_products: 2, n_supplies: 2, n_places: 4, ..shape }, 0..8);
    sandwich(&Shape { capacity_ratio: 3.0, single_source: 1.0, ..shape }, 0..8);
    sandwich(&Shape { capacity_ratio: 3.0, single_source: 0.5, ..shape }, 0..8);
}

#[test]
fn sandwich_with_funds() {
    let shape = Shape { funds: 0.4, ..Shape::plain(6, 9) };
    sandwich(&shape, 0..12);
    sandwich(&Shape { capacity_ratio: 2.5, ..shape }, 0..16);
    sandwich(&Shape { capacity_ratio: 2.2, special: 0.3, funds: 0.5, ..shape }, 0..12);
    sandwich(&Shape { capacity_ratio: 2.5, single_source: 1.0, ..shape }, 0..6);
}

#[test]
fn sandwich_with_everything_a_site_can_be() {
    let shape = Shape { n_sizes: 2, least: 0.4, funds: 0.7, capacity_ratio: 1.8, special: 0.2, ..Shape::plain(4, 7) };
    sandwich(&shape, 0..20);
    sandwich(&Shape { n_supplies: 2, plants: 150.0, ..shape }, 0..6);
    sandwich(&Shape { single_source: 1.0, ..shape }, 0..8);
    sandwich(&Shape { n_products: 2, n_places: 4, ..shape }, 0..8);
}

/// The problem with the cheapest services of each customer only.
fn truncated(problem: &Problem, n_kept: usize) -> Problem {
    let mut customers = problem.customers().to_vec();
    for customer in &mut customers {
        customer.services.sort_by(|a, b| a.cost.total_cmp(&b.cost));
        if let Some(next) = customer.services.get(n_kept) {
            customer.rest = next.cost;
        }
        customer.services.truncate(n_kept);
        customer.services.sort_by_key(|service| service.site);
    }
    let count = problem.min_open()..=problem.max_open();
    Problem::new(problem.sites().to_vec(), customers, problem.supplies().to_vec(), problem.n_products(), count)
        .with_plants(problem.plants().to_vec())
}

#[test]
fn bounds_hold_for_services_that_are_left_out() {
    let shapes = [
        Shape::plain(6, 9),
        Shape { capacity_ratio: 2.0, ..Shape::plain(6, 9) },
        Shape { capacity_ratio: 2.0, n_supplies: 2, special: 0.3, ..Shape::plain(5, 8) },
        Shape { capacity_ratio: 2.5, least: 0.5, ..Shape::plain(6, 9) },
        Shape { capacity_ratio: 2.0, single_source: 1.0, ..Shape::plain(5, 8) },
        Shape { median: 2, ..Shape::plain(7, 9) },
    ];
    let mut n_solved = 0;
    for (shape, seed) in shapes.iter().flat_map(|shape| (0..8).map(move |seed| (shape, seed))) {
        let problem = generate(shape, seed);
        let Some(optimum) = optimum(&problem) else { continue };
        for n_kept in [1, 2, 4] {
            let outcome = solved(&truncated(&problem, n_kept), 1500);
            let (bound, tolerance) = (outcome.lower_bound.get() as f64, 1e-7 * optimum.abs() + 100.0);
            assert_eq!(outcome.infeasible, None, "seed {seed}: {shape:?}");
            assert!(bound <= optimum + tolerance, "seed {seed}: bound {bound} above {optimum}, {n_kept} of {shape:?}");
            if let Some(solution) = &outcome.solution {
                check_feasible(&problem, solution);
                n_solved += 1;
            }
        }
    }
    assert!(n_solved > 60, "only {n_solved} were solved");
}

/// Large enough for a greedy start, whose prices the dual search goes on from.
#[test]
fn a_large_p_median_has_a_solution_and_a_bound_at_once() {
    let problem = generate(&Shape { median: 30, ..Shape::plain(750, 700) }, 3);
    let outcome = solved(&problem, 150);
    check_feasible(&problem, outcome.solution.as_ref().expect("greedy finds one"));
    assert!(outcome.gap() < 0.15, "{}", outcome.gap());
}

#[test]
fn the_outcome_does_not_depend_on_threads() {
    for shape in
        [Shape { capacity_ratio: 4.0, ..Shape::plain(300, 300) }, Shape { median: 9, ..Shape::plain(300, 300) }]
    {
        let problem = generate(&shape, 3);
        let one = crate::search::in_pool(1, || solved(&problem, 300));
        let two = crate::search::in_pool(3, || solved(&problem, 300));
        assert_eq!(one.solution, two.solution);
        assert_eq!((one.lower_bound, one.dual), (two.lower_bound, two.dual));
    }
}

#[test]
fn time_limits_hold() {
    let problem = generate(&Shape { capacity_ratio: 5.0, ..Shape::plain(400, 2000) }, 5);
    let started = Instant::now();
    let deadline = started + Duration::from_millis(400);
    let budget = Budget { iterations: u64::MAX, started, deadline: Some(deadline), gap: 0.0, cancel: &RUNNING };
    let outcome = solve(&problem, None, &Params::default(), &budget, 1, &Silent);
    assert!(started.elapsed() < Duration::from_millis(900), "took {:?}", started.elapsed());
    check_feasible(&problem, &outcome.solution.unwrap());
    assert!(outcome.lower_bound > Cost::ZERO);
}

#[test]
fn a_start_is_kept_when_nothing_better_is_found() {
    let problem = generate(&Shape { capacity_ratio: 3.0, ..Shape::plain(20, 30) }, 9);
    let first = solved(&problem, 2000).solution.unwrap();
    let again = solve(&problem, Some(&first), &Params::default(), &budget(1), 2, &Silent);
    assert!(again.solution.unwrap().cost <= first.cost);
}

fn site(capacity: Option<i64>) -> Site {
    Site {
        status: SiteStatus::Free,
        open: Cost::new(10),
        closed: Cost::ZERO,
        capacity: capacity.map(Load::new),
        product_capacity: Vec::new(),
        least: Load::ZERO,
        spending: Cost::ZERO,
    }
}

fn customer(demand: i64, sites: &[usize]) -> Customer {
    let services = sites.iter().map(|&i| Service { site: SiteIdx::new(i), cost: 5.0 }).collect();
    let demand = Load::new(demand);
    Customer {
        product: ProductIdx::new(0),
        demand,
        weight: demand,
        single_source: false,
        services,
        rest: f64::INFINITY,
    }
}

fn reason(sites: Vec<Site>, customers: Vec<Customer>, supplies: Vec<Supply>, most: usize) -> Option<Infeasible> {
    let outcome = solved(&Problem::new(sites, customers, supplies, 1, 0..=most), 500);
    assert_eq!(outcome.solution, None);
    outcome.infeasible
}

#[test]
fn infeasible_problems_say_why() {
    let capacity = |needed: i64, available: i64| {
        Some(Infeasible::Capacity { needed: Load::new(needed), available: Load::new(available) })
    };
    assert_eq!(
        reason(vec![site(None)], vec![customer(3, &[0]), customer(2, &[])], vec![], 1),
        Some(Infeasible::NoSite(vec![CustomerIdx::new(1)]))
    );
    assert_eq!(reason(vec![site(Some(4)); 2], vec![customer(9, &[0, 1])], vec![], 2), capacity(9, 8));
    assert_eq!(reason(vec![site(Some(5)); 3], vec![customer(11, &[0, 1, 2])], vec![], 2), capacity(11, 10));
    let required = Site { status: SiteStatus::Required, ..site(None) };
    assert_eq!(
        reason(vec![required; 2], vec![customer(1, &[0, 1])], vec![], 1),
        Some(Infeasible::TooManyRequired { required: 2, max_open: 1 })
    );
    let supply =
        Supply { product: ProductIdx::new(0), capacity: Some(Load::new(6)), unit_cost: vec![1.0, f64::INFINITY] };
    assert_eq!(
        reason(vec![site(None); 2], vec![customer(7, &[0, 1])], vec![supply], 2),
        Some(Infeasible::Supply { product: ProductIdx::new(0), needed: Load::new(7), available: Load::new(6) })
    );
}

#[test]
fn a_bottleneck_is_found_by_maximum_flow() {
    // Enough capacity in total, but the first two customers share one small site.
    let customers = vec![customer(5, &[0]), customer(4, &[0]), customer(2, &[0, 1])];
    let found = reason(vec![site(Some(8)), site(Some(20))], customers, vec![], 2);
    assert_eq!(found, Some(Infeasible::Flow { product: ProductIdx::new(0), missing: Load::new(1) }));
}

#[test]
fn transport_agrees_with_the_linear_program() {
    for seed in 0..12 {
        let shape = Shape { capacity_ratio: 1.6, n_supplies: (seed % 3) as usize, missing: 0.2, ..Shape::plain(5, 12) };
        let problem = generate(&shape, seed);
        let unlimited = budget(u64::MAX);
        let prepared = Prepared::new(&problem, &unlimited);
        let found = FacilityLocation::new(&prepared, &vec![Some(true); 5], false).solve(&prepared, f64::INFINITY);
        match flows(&problem, &[true; 5], &unlimited) {
            Some(solution) => {
                check_feasible(&problem, &solution);
                assert_eq!(found.status, Status::Optimal);
                let cost = solution.cost.get() as f64;
                assert!(
                    (cost - found.objective).abs() <= 1e-8 * cost + 50.0,
                    "seed {seed}: {cost} {}",
                    found.objective
                );
            }
            None => assert_eq!(found.status, Status::Infeasible, "seed {seed}"),
        }
    }
}

#[test]
fn flows_follow_openings_and_closings() {
    let mut n_compared = 0;
    for seed in 0..40 {
        let ratio = 2.0 + (seed % 4) as f64;
        let problem = generate(&Shape { capacity_ratio: ratio, missing: 0.1, ..Shape::plain(9, 24) }, seed);
        let unlimited = budget(u64::MAX);
        let prepared = Prepared::new(&problem, &unlimited);
        let network = Network::new(&prepared).unwrap();
        // The cost of the flows alone, from scratch.
        let expected = |open: &[bool]| {
            flows(&problem, open, &unlimited).map(|found| {
                let fixed: Cost =
                    problem.sites().iter().zip(open).filter(|(_, open)| **open).map(|(s, _)| s.open).sum();
                (found.cost - fixed).get() as f64
            })
        };
        let agree = |flow: &Reflow<'_>, open: &[bool]| {
            let expected = expected(open).unwrap();
            assert!((flow.cost() - expected).abs() < 1e-9 * expected + 50.0, "seed {seed}: {} {expected}", flow.cost());
        };
        let mut open = vec![true; 9];
        open[7] = false;
        open[8] = false;
        let Some(mut flow) = Reflow::new(&network, (0..7).collect()) else {
            assert_eq!(expected(&open), None, "seed {seed}");
            continue;
        };
        agree(&flow, &open);
        for site in [7, 8] {
            flow.open(site);
            open[site] = true;
            agree(&flow, &open);
        }
        for slot in [2, 7, 0, 4, 5, 1] {
            let (before, loss) = (flow.cost(), flow.least_loss(slot));
            open[slot] = false;
            if !flow.close(slot) {
                assert_eq!(expected(&open), None, "seed {seed}");
                break;
            }
            agree(&flow, &open);
            assert!(flow.cost() - before >= loss - 1e-6 * before, "seed {seed}: {loss} is no bound");
            n_compared += 1;
        }
    }
    assert!(n_compared > 60, "only {n_compared} closings were compared");
}

#[test]
fn a_cancelled_search_still_answers() {
    let cancel = AtomicBool::new(true);
    let budget = Budget { cancel: &cancel, ..budget(u64::MAX) };
    let problem = generate(&Shape { capacity_ratio: 3.0, ..Shape::plain(30, 60) }, 4);
    let outcome = solve(&problem, None, &Params::default(), &budget, 1, &Silent);
    assert!(outcome.infeasible.is_none());
    assert!(outcome.lower_bound < Cost::HUGE);
}
