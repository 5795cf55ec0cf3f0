//! How fast: from the text of a scenario to a checked plan.

use criterion::{Criterion, criterion_group, criterion_main};
use hubroute::model::{parse_scenario, validate};
use hubroute::planning::{Options, plan};
use hubroute::search::{Method, Silent};
use std::sync::atomic::AtomicBool;
use std::time::Instant;

const SHANXI: &str = include_str!("../datasets/shanxi/shanxi.json");

fn planning(criterion: &mut Criterion) {
    criterion.bench_function("read and validate Shanxi", |bencher| {
        bencher.iter(|| validate(parse_scenario(SHANXI).expect("the embedded scenario parses")));
    });
    let problem = validate(parse_scenario(SHANXI).expect("the embedded scenario parses")).expect("and is valid");
    let cancel = AtomicBool::new(false);
    criterion.bench_function("solve Shanxi, 20 iterations", |bencher| {
        bencher.iter(|| {
            let options = Options {
                started: Instant::now(),
                time: None,
                gap: 0.0,
                iterations: Some(20),
                seed: 1,
                threads: 1,
                warm_start: None,
                certificate: false,
                prices: false,
                alternatives: 0,
                sweep: None,
                method: Method::Default,
                cancel: &cancel,
            };
            plan(&problem, &options, &Silent).map(|plan| plan.summary.total)
        });
    });
}

criterion_group!(benches, planning);
criterion_main!(benches);
