//! Bounds against the optimum: by brute force on small problems, published for larger ones.

use super::{Bound, Relaxation, Wanted, charges, groups, lower_bound, nearest, radial};
use crate::network::{DirectParams, DirectTravel, Rounding, Travel};
use crate::routing::generate::{capacitated, mixed, windowed};
use crate::routing::tests::optimum;
use crate::routing::{Customer, Dock, Docks, Params, Problem, Route, Solution, VehicleType, evaluate, solve};
use crate::search::{Budget, Silent, in_pool};
use crate::spatial::Metric;
use crate::units::{Cost, CustomerIdx, Duration, Load, TimeWindow, VehicleTypeIdx};
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
        let found = bound(&groups::forgotten(&problem), None, 10);
        assert!(found.value <= cost, "seed {seed}: {found:?} exceeds the optimum {cost:?} where groups are forgotten");
    }
    assert!(n_closed > 200, "only {n_closed} gaps are closed");
}

#[test]
fn no_route_undercuts_what_its_customers_are_charged() {
    let (mut n_tight, mut n_known) = (0, 0);
    for seed in 0..40 {
        let problem = if seed % 2 == 0 { capacitated(5, 3, seed) } else { windowed(5, 3, seed) };
        let of_route = problem.vehicle_types().iter().map(|it| it.fixed).min().unwrap();
        let solution = solve(&problem, None, &Params::default(), &passes(100), seed, &Silent);
        let worth: Vec<f64> = (0..5).map(|row| (row + seed) as f64 % 3.0).collect();
        let first = Wanted { worth: &worth, of_route, known: None, incumbent: Some(&solution) };
        let first = charges(&problem, &first, &passes(20)).expect("all is plain");
        let then = Wanted { worth: &worth, of_route, known: Some(&first), incumbent: None };
        let then = charges(&problem, &then, &passes(20)).expect("all is plain");
        let weighed = |charged: &[f64]| charged.iter().zip(&worth).map(|(charge, worth)| charge * worth).sum::<f64>();
        n_known += usize::from(weighed(&then) >= weighed(&first) - 1.0);
        for charged in [first, then] {
            let mut least = f64::INFINITY;
            for visits in orders(5) {
                let paid: f64 = visits.iter().map(|visit| charged[visit.get()]).sum::<f64>() + of_route.get() as f64;
                let route = Route { vehicle_type: VehicleTypeIdx::new(0), visits };
                if let Some(cost) = evaluate::route_cost(&problem, &route) {
                    assert!(paid <= cost.get() as f64, "seed {seed}: {route:?} costs {cost:?}, {paid} is charged");
                    least = least.min((cost.get() as f64 - paid) / cost.get() as f64);
                }
            }
            n_tight += usize::from(least < 1e-3);
        }
    }
    assert!(n_tight > 60, "only {n_tight} of 80 charges touch a route");
    assert_eq!(n_known, 40, "known charges are kept");
}

/// All orders of one to `n` of `n` customers.
fn orders(n: usize) -> Vec<Vec<CustomerIdx>> {
    let mut all: Vec<Vec<CustomerIdx>> = vec![Vec::new()];
    let mut from = 0;
    while from < all.len() {
        let free = (0..n).map(CustomerIdx::new).filter(|customer| !all[from].contains(customer));
        let longer: Vec<Vec<CustomerIdx>> =
            free.map(|next| all[from].iter().copied().chain([next]).collect()).collect();
        all.extend(longer);
        from += 1;
    }
    all.split_off(1)
}

#[test]
fn no_bound_exceeds_the_optimum_with_narrow_windows() {
    let n_cases =
        std::env::var("HUBROUTE_TEST_CASES").ok().and_then(|times| times.parse().ok()).unwrap_or(1_usize) * 100;
    let (mut n_raised, mut n_closed) = (0, 0);
    for seed in 0..n_cases as u64 {
        let problem = windowed(3 + seed as usize % 4, 2 + seed as i64 % 4, seed);
        let (missing, cost) = optimum(&problem);
        assert_eq!(missing, 0, "everyone can be served");
        let found = bound(&problem, None, 60);
        assert!(found.value <= cost, "seed {seed}: {found:?} exceeds the optimum {cost:?}");
        let open = |customer: &Customer| Customer { window: TimeWindow::ALWAYS, ..customer.clone() };
        let shift = TimeWindow::ALWAYS;
        let vehicle_type = VehicleType { shift, ..problem.vehicle_types()[0].clone() };
        let customers = problem.customers().iter().map(open).collect();
        let anytime = Problem::new(customers, Vec::new(), vec![vehicle_type], problem.travel().clone());
        n_raised += usize::from(found.value > bound(&anytime, None, 60).value);
        n_closed += usize::from(found.value == cost);
    }
    assert!(n_raised > n_cases / 2, "only {n_raised} bounds know of the windows");
    assert!(n_closed > n_cases / 4, "only {n_closed} gaps are closed");
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
    for seed in 0..300 {
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
    for (n_customers, kind) in [(200, "q-routes"), (5_000, "radial")] {
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

/// The problem with other costs, rounding, speed and metric, on a plane.
fn elsewhere(problem: &Problem, seed: u64) -> Problem {
    let direct = problem.travel().direct().expect("on a plane");
    let choose = |period: u64| (seed / period).is_multiple_of(2);
    let params = DirectParams {
        metric: if choose(1) { Metric::Euclidean } else { Metric::Manhattan },
        rounding: [Rounding::Nearest, Rounding::Floor, Rounding::Ceil][seed as usize % 3],
        // Coarse enough for rounding to matter.
        scale: if choose(2) { 0.02 } else { 1.0 },
        speed: choose(4).then_some(1.7),
        circuity: 1.2,
    };
    let travel = Travel::from(DirectTravel::new(params, direct.points().to_vec()));
    let open = |it: &VehicleType| VehicleType {
        end: it.end.filter(|_| choose(8)),
        fixed: Cost::new(if choose(16) { 30 } else { 0 }),
        per_duration: Cost::new(3),
        ..it.clone()
    };
    let vehicle_types = problem.vehicle_types().iter().map(open).collect();
    Problem::new(problem.customers().to_vec(), Vec::new(), vehicle_types, travel)
}

#[test]
fn straight_lines_alone_exceed_no_optimum() {
    let mut n_radial = 0;
    for seed in 0..200 {
        let plain = capacitated(1 + seed as usize % 6, 2 + seed as i64 % 3, seed);
        let problem = elsewhere(&plain, seed);
        let (missing, cost) = optimum(&problem);
        assert_eq!(missing, 0, "everyone can be served");
        let relaxation = Relaxation::new(&problem, 0, &passes(0)).expect("there is time");
        assert!(relaxation.ways.iter().all(|ways| ways.tables.is_none()));
        let arcs = nearest::bound(&relaxation);
        let radial = relaxation.sum(&radial::prices(&relaxation).expect("there are coordinates"));
        assert!(arcs.max(radial) <= cost, "seed {seed}: {arcs:?} or {radial:?} exceeds the optimum {cost:?}");
        n_radial += usize::from(radial > arcs);
    }
    assert!(n_radial > 20, "only {n_radial} radial bounds are the better ones");
}
