//! The sandwich on random shapes: bound ≤ optimum ≤ solution for whatever a problem can ask together.

use super::Shape;
use super::tests::{enclosed, sandwich};
use crate::search::{Rng, rng};
use rand::RngExt as _;

/// A shape whose features are each there or not.
fn any_shape(rng: &mut Rng) -> Shape {
    let mut some = |share: f64, value: f64| if rng.random::<f64>() < share { value } else { 0.0 };
    let features = [some(0.6, 1.0), some(0.35, 1.0), some(0.3, 0.3), some(0.2, 1.0), some(0.2, 0.4), some(0.2, 0.6)];
    let [capacity, single, missing, supplies, least, funds] = features;
    let n_sites = rng.random_range(3..=5);
    let single_source = if single > 0.0 && rng.random_range(0..3) == 0 { 0.5 } else { single };
    let n_supplies = if supplies > 0.0 { rng.random_range(1..=3) } else { 0 };
    let is_median = funds == 0.0 && rng.random_range(0..5) == 0;
    Shape {
        n_products: if rng.random_range(0..6) == 0 { 2 } else { 1 },
        capacity_ratio: if capacity > 0.0 { rng.random_range(1.6..4.0) } else { 0.0 },
        single_source,
        n_supplies,
        missing,
        special: if rng.random_range(0..4) == 0 { 0.3 } else { 0.0 },
        plants: if n_supplies > 1 && rng.random_range(0..2) == 0 { 150.0 } else { 0.0 },
        n_sizes: if n_sites <= 4 && rng.random_range(0..4) == 0 { 2 } else { 1 },
        least,
        funds,
        median: if is_median { rng.random_range(1..=3) } else { 0 },
        ..Shape::plain(n_sites, rng.random_range(4..=7))
    }
}

fn check(n_problems: u64, first: u64) {
    let mut rng = rng(first, 3);
    for seed in first..first + n_problems {
        let shape = any_shape(&mut rng);
        if shape.n_products == 1 && [0.0, 1.0].contains(&shape.single_source) {
            sandwich(&shape, seed..seed + 1);
        } else {
            // Several commodities that share capacities take turns, and may end anywhere.
            enclosed(&shape, seed);
        }
    }
}

#[test]
fn whatever_problems_ask_together() {
    check(100, 0);
}

/// `cargo test --lib siting::sandwich -- --ignored`
#[test]
#[ignore = "two thousand problems, each solved exactly for every set of open sites"]
fn thousands_of_problems() {
    check(2000, 1000);
}
