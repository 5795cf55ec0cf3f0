//! How fast the routing solver's inner loops are, on generated problems: insertion scan, ruin and recreate, segment
//! join, neighborhoods.

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use hubroute::routing::Problem;
use hubroute::routing::arcs::Node;
use hubroute::routing::construct::construct;
use hubroute::routing::generate::{capacitated, windowed};
use hubroute::routing::local_search::improve;
use hubroute::routing::moves::all;
use hubroute::routing::prepared::Prepared;
use hubroute::routing::recreate::insertion::Scan;
use hubroute::routing::recreate::policy::{AtALoss, Policy};
use hubroute::routing::segment::{Clock, Goods, Segment, Timed, TotalLoad, Untimed};
use hubroute::routing::state::{Slot, Slots, State};
use hubroute::routing::trajectory::{Goal, Trajectory};
use hubroute::search::{Annealing, Budget, Method, Silent, rng};
use hubroute::units::{Cost, Distance, Duration, Load, Time, TimeWindow};
use rand::RngExt as _;
use std::hint::black_box;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

static NEVER: AtomicBool = AtomicBool::new(false);

const POLICY: Policy =
    Policy { blink: 0.01, beside: None, everywhere: false, at_a_loss: AtALoss::Nobody, any_type: false };

/// Customers of the problems.
const SIZES: [usize; 2] = [200, 1_000];

/// Visits of a route, on average.
const VISITS: i64 = 12;

fn budget(iterations: u64) -> Budget<'static> {
    Budget { iterations, started: Instant::now(), deadline: None, gap: 0.0, cancel: &NEVER }
}

fn first_routes<'a, 'p, C: Clock>(prepared: &'a Prepared<'p, TotalLoad, C>) -> State<'a, 'p, TotalLoad, C> {
    construct(prepared, Method::Savings, POLICY, &budget(u64::MAX), &mut rng(1, 0))
}

fn segment_join(criterion: &mut Criterion) {
    let window = |opens| TimeWindow { opens: Time::new(opens), closes: Time::new(opens + 50) };
    let goods = TotalLoad::visit(&[Load::new(3)], &[], &[]);
    let timed =
        |opens| Segment { distance: Distance::ZERO, goods, clock: Timed::visit(window(opens), Duration::new(5)) };
    let untimed =
        |opens| Segment { distance: Distance::ZERO, goods, clock: Untimed::visit(window(opens), Duration::new(5)) };
    let (first, second) = (timed(10), timed(40));
    criterion.bench_function("segment join, timed", |bencher| {
        bencher.iter(|| black_box(first).join(black_box(second), Distance::new(7), Duration::new(7)));
    });
    let (first, second) = (untimed(10), untimed(40));
    criterion.bench_function("segment join, untimed", |bencher| {
        bencher.iter(|| black_box(first).join(black_box(second), Distance::new(7), Duration::new(7)));
    });
}

/// The cheapest place of one customer, all routes scanned. Elements are customers.
fn scan_of<C: Clock>(criterion: &mut Criterion, name: &str, problem: &Problem) {
    let prepared = Prepared::<TotalLoad, C>::new(problem);
    let mut state = first_routes(&prepared);
    let mut draws = rng(1, 2);
    // One customer after the other is taken off its route, priced everywhere, and put back: the scan is most of it.
    let mut group = criterion.benchmark_group("insertion scan");
    group.throughput(Throughput::Elements(1));
    group.bench_function(name, |bencher| {
        bencher.iter(|| {
            let node = Node::new(draws.random_range(0..prepared.n_customers()));
            let slot = state.slot_of[node.get()] as Slot;
            let position = state.position_of[node.get()] as usize;
            state.begin();
            state.remove_where(slot, |_, visit| visit == node);
            let found = Scan::cheapest(&state, node, Cost::HUGE, POLICY, &mut draws, &mut Slots::default());
            state.insert(slot, position, node);
            black_box(found)
        });
    });
    group.finish();
}

fn insertion_scan(criterion: &mut Criterion) {
    for n in SIZES {
        scan_of::<Untimed>(criterion, &format!("cvrp n={n}"), &capacitated(n, VISITS, 1));
        scan_of::<Timed>(criterion, &format!("vrptw n={n}"), &windowed(n, VISITS, 1));
    }
}

/// Ruin and recreate under a constant temperature. Elements are iterations.
fn iterations_of<C: Clock>(criterion: &mut Criterion, name: &str, problem: &Problem) {
    const STRIDE: u64 = 100;
    let prepared = Prepared::<TotalLoad, C>::new(problem);
    let annealing = Annealing { start: 1.0, end: 1.0 };
    let mut trajectory = Trajectory::new(first_routes(&prepared), POLICY, 10.0, annealing, Goal::Cheap, rng(1, 1));
    let mut group = criterion.benchmark_group("ruin and recreate");
    group.throughput(Throughput::Elements(STRIDE));
    let mut total = 0;
    group.bench_function(name, |bencher| {
        bencher.iter(|| {
            total += STRIDE;
            trajectory.run(&budget(total), f64::INFINITY, &Silent);
        });
    });
    group.finish();
}

fn ruin_and_recreate(criterion: &mut Criterion) {
    for n in SIZES {
        iterations_of::<Untimed>(criterion, &format!("cvrp n={n}"), &capacitated(n, VISITS, 1));
        iterations_of::<Timed>(criterion, &format!("vrptw n={n}"), &windowed(n, VISITS, 1));
    }
}

/// Every neighborhood around pairs of neighbors, nothing applied. Elements are evaluated moves.
fn evaluations_of<C: Clock>(criterion: &mut Criterion, name: &str, problem: &Problem) {
    const NEIGHBORS: usize = 20;
    let prepared = Prepared::<TotalLoad, C>::new(problem);
    let mut state = first_routes(&prepared);
    for at in 0..state.open.len() {
        state.settle(state.open[at] as Slot);
    }
    let nodes: Vec<Node> = (0..prepared.n_customers()).step_by(10).map(Node::new).collect();
    let neighborhoods = all::<TotalLoad, C>();
    let mut group = criterion.benchmark_group("neighborhoods");
    group.throughput(Throughput::Elements((nodes.len() * NEIGHBORS * neighborhoods.len()) as u64));
    group.bench_function(name, |bencher| {
        bencher.iter(|| {
            let mut n_improving = 0;
            for &u in &nodes {
                for &v in &prepared.near(u)[..NEIGHBORS] {
                    let v = Node::new(v as usize);
                    let better = neighborhoods.iter().filter(|it| it.evaluate(&state, u, v).is_some());
                    n_improving += better.count();
                }
            }
            n_improving
        });
    });
    group.finish();
}

fn neighborhoods(criterion: &mut Criterion) {
    for n in SIZES {
        evaluations_of::<Untimed>(criterion, &format!("cvrp n={n}"), &capacitated(n, VISITS, 1));
        evaluations_of::<Timed>(criterion, &format!("vrptw n={n}"), &windowed(n, VISITS, 1));
    }
}

fn descent(criterion: &mut Criterion) {
    let problem = capacitated(200, VISITS, 1);
    let prepared = Prepared::<TotalLoad, Untimed>::new(&problem);
    let start = first_routes(&prepared).unload();
    criterion.bench_function("local search from savings, n=200", |bencher| {
        bencher.iter_batched(
            || State::load(&prepared, &start),
            |mut state| improve(&mut state, &budget(u64::MAX)),
            BatchSize::SmallInput,
        );
    });
}

/// The first routes by every method that makes some.
fn construction(criterion: &mut Criterion) {
    let problem = capacitated(1_000, VISITS, 1);
    let prepared = Prepared::<TotalLoad, Untimed>::new(&problem);
    for method in [Method::Savings, Method::Sweep, Method::Insertion] {
        criterion.bench_function(&format!("construction by {}, n=1000", method.name()), |bencher| {
            bencher.iter(|| construct(&prepared, method, POLICY, &budget(u64::MAX), &mut rng(1, 0)).cost);
        });
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .warm_up_time(std::time::Duration::from_millis(500))
        .measurement_time(std::time::Duration::from_secs(2));
    targets = segment_join, insertion_scan, ruin_and_recreate, neighborhoods, descent, construction
}
criterion_main!(benches);
