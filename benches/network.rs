//! How fast: travel lookups, matrices, nearest places, shortest paths.

use criterion::{Criterion, criterion_group, criterion_main};
use hubroute::network::{DirectParams, DirectTravel, Rounding, TravelMatrix, all_pairs};
use hubroute::spatial::{Metric, NearestPlaces, Point};
use hubroute::units::LocationIdx;
use std::hint::black_box;

/// Places on a spiral: no two alike, no structure that a tree could profit from.
fn places(n: usize) -> Vec<Point> {
    let angle = |i: usize| i as f64 * 2.399_963;
    (0..n)
        .map(|i| (i, (i as f64).sqrt() / 100.0))
        .map(|(i, r)| Point { x: 112.0 + r * angle(i).cos(), y: 37.0 + r * angle(i).sin() })
        .collect()
}

fn direct(metric: Metric, n: usize) -> DirectTravel {
    let params = DirectParams { metric, circuity: 1.3, scale: 1.0, speed: Some(16.0), rounding: Rounding::Nearest };
    DirectTravel::new(params, places(n))
}

fn network(criterion: &mut Criterion) {
    for (name, metric) in [("haversine", Metric::Haversine), ("euclidean", Metric::Euclidean)] {
        let travel = direct(metric, 1000);
        criterion.bench_function(&format!("direct distance, {name}"), |bencher| {
            bencher.iter(|| travel.distance(black_box(LocationIdx::new(17)), black_box(LocationIdx::new(911))));
        });
    }
    criterion.bench_function("matrix of 1000 places", |bencher| {
        bencher.iter(|| TravelMatrix::from_direct(direct(Metric::Euclidean, 1000)));
    });
    let places = places(30_000);
    let index = NearestPlaces::new(Metric::Haversine, &places);
    criterion
        .bench_function("40 nearest of 30000", |bencher| bencher.iter(|| index.nearest(black_box(places[123]), 40)));
    let edges: Vec<(usize, usize, u32)> =
        (0..300).flat_map(|i| [(i, (i + 1) % 300, 7), (i, (i * 7 + 3) % 300, 20)]).collect();
    criterion
        .bench_function("all shortest paths, 300 nodes", |bencher| bencher.iter(|| all_pairs(300, black_box(&edges))));
}

criterion_group!(benches, network);
criterion_main!(benches);
