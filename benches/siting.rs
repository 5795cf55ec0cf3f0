//! Micro-benchmarks of the siting solver: the dual climb, the flows of an open set, a short whole search.

use criterion::{Criterion, criterion_group, criterion_main};
use hubroute::search::{Budget, Silent};
use hubroute::siting::{Params, Shape, flows, generate, solve};
use std::hint::black_box;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

static RUNNING: AtomicBool = AtomicBool::new(false);

fn budget(iterations: u64) -> Budget<'static> {
    Budget { iterations, started: Instant::now(), deadline: None, gap: 0.0, cancel: &RUNNING }
}

fn siting(criterion: &mut Criterion) {
    for n in [300, 1000] {
        let problem = generate(&Shape { capacity_ratio: 8.0, ..Shape::plain(n, n) }, 1);
        criterion.bench_function(&format!("dual climb of 30 iterations {n}x{n}"), |bencher| {
            bencher.iter(|| solve(black_box(&problem), None, &Params::default(), &budget(30), 1, &Silent));
        });
        let open = solve(&problem, None, &Params::default(), &budget(200), 1, &Silent).solution;
        let open = open.expect("generated problems have solutions").open;
        criterion.bench_function(&format!("flows of an open set {n}x{n}"), |bencher| {
            bencher.iter(|| flows(black_box(&problem), &open, &budget(u64::MAX)));
        });
    }
    let median = generate(&Shape { median: 20, ..Shape::plain(300, 300) }, 1);
    criterion.bench_function("p-median of 20 among 300, 200 iterations", |bencher| {
        bencher.iter(|| solve(black_box(&median), None, &Params::default(), &budget(200), 1, &Silent));
    });
}

criterion_group!(benches, siting);
criterion_main!(benches);
