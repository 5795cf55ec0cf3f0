//! How fast the routing solver's inner loops are, on generated problems.

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use hubroute::routing::construct::construct;
use hubroute::routing::generate::capacitated;
use hubroute::routing::local_search::improve;
use hubroute::routing::prepared::Prepared;
use hubroute::routing::recreate::insertion::Policy;
use hubroute::routing::segment::{Clock, Goods, Segment, Timed, TotalLoad, Untimed};
use hubroute::routing::state::State;
use hubroute::routing::trajectory::Trajectory;
use hubroute::search::{Annealing, Budget, Silent, rng};
use hubroute::units::{Distance, Duration, Load, Time, TimeWindow};
use std::hint::black_box;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

static NEVER: AtomicBool = AtomicBool::new(false);

const POLICY: Policy = Policy { blink: 0.01, beside: None, everywhere: false, any_type: false };

fn budget(iterations: u64) -> Budget<'static> {
    Budget { iterations, started: Instant::now(), deadline: None, gap: 0.0, cancel: &NEVER }
}

fn segment_join(criterion: &mut Criterion) {
    let segment = |opens| Segment {
        distance: Distance::ZERO,
        goods: TotalLoad::visit(&[Load::new(3)], &[], &[]),
        clock: Timed::visit(TimeWindow { opens: Time::new(opens), closes: Time::new(opens + 50) }, Duration::new(5)),
    };
    let (first, second) = (segment(10), segment(40));
    criterion.bench_function("segment join", |bencher| {
        bencher.iter(|| black_box(first).join(black_box(second), Distance::new(7), Duration::new(7)));
    });
}

fn iterations(criterion: &mut Criterion) {
    for n_customers in [200, 1_000] {
        let problem = capacitated(n_customers, 12, 1);
        let prepared = Prepared::<TotalLoad, Untimed>::new(&problem);
        let state = construct(&prepared, POLICY, &budget(u64::MAX), &mut rng(1, 0));
        let mut trajectory = Trajectory::new(state, POLICY, 10.0, Annealing { start: 10.0, end: 1.0 }, rng(1, 1));
        let mut total = 0;
        criterion.bench_function(&format!("100 iterations, n={n_customers}"), |bencher| {
            bencher.iter(|| {
                total += 100;
                trajectory.run(&budget(total), f64::INFINITY, &Silent);
            });
        });
    }
}

fn descent(criterion: &mut Criterion) {
    let problem = capacitated(200, 12, 1);
    let prepared = Prepared::<TotalLoad, Untimed>::new(&problem);
    let start = construct(&prepared, POLICY, &budget(u64::MAX), &mut rng(1, 0)).unload();
    criterion.bench_function("local search from savings, n=200", |bencher| {
        bencher.iter_batched(
            || State::load(&prepared, &start),
            |mut state| improve(&mut state, &budget(u64::MAX)),
            BatchSize::SmallInput,
        );
    });
}

criterion_group!(benches, segment_join, iterations, descent);
criterion_main!(benches);
