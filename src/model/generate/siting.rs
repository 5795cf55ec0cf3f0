//! Capacitated sites and customers after Cornuéjols, Sridharan & Thizy (1991).

use super::{location, scenario};
use crate::model::quantities::Quantities;
use crate::model::scenario::{Demand, Kind, Lane, Lanes, Scenario, Site};
use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

/// Side of the square of [`siting`], in meters.
const SITING_SIDE: u32 = 1_000_000;
/// Total capacity over total demand in [`siting`].
const CAPACITY_RATIO: f64 = 5.0;

/// Capacitated sites and customers, uniform in a square: demand U\[5, 35\]; capacity U\[10, 160\], scaled until all sites
/// together hold five times the demand; fixed cost U\[0, 90\] + U\[100, 110\] x sqrt(capacity); a unit costs ten times its
/// distance, as a part of the square's side.
///
/// Panics without a site or a customer. Source: Cornuéjols, Sridharan & Thizy (1991), European Journal of Operational
/// Research 50(3). We round fixed costs to whole numbers and coordinates to a millionth of the side.
#[must_use]
pub fn siting(n_sites: usize, n_customers: usize, seed: u64) -> Scenario {
    assert!(n_sites > 0, "there must be a site");
    assert!(n_customers > 0, "there must be a customer");
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
    let place = |id: String, rng: &mut Xoshiro256PlusPlus| {
        location(id, [SITING_SIDE; 2].map(|side| rng.random_range(0..=side)))
    };
    let mut locations = Vec::with_capacity(n_sites + n_customers);
    let mut raw_capacities = Vec::with_capacity(n_sites);
    for row in 1..=n_sites {
        locations.push(place(format!("site-{row}"), &mut rng));
        raw_capacities.push(f64::from(rng.random_range(10..=160_u32)));
    }
    let mut demands = Vec::with_capacity(n_customers);
    let mut total_demand = 0;
    for row in 1..=n_customers {
        let id = format!("customer-{row}");
        locations.push(place(id.clone(), &mut rng));
        let quantity = rng.random_range(5..=35_u32);
        total_demand += u64::from(quantity);
        demands.push(Demand {
            location: id.clone(),
            id,
            quantity: Quantities::Bare(f64::from(quantity)),
            stock: None,
            outsourcing_cost: None,
            single_source: false,
            max_distance: None,
            max_duration: None,
            forbidden_sites: Vec::new(),
        });
    }
    let factor = CAPACITY_RATIO * total_demand as f64 / raw_capacities.iter().sum::<f64>();
    let sites = (1..).zip(raw_capacities).map(|(row, raw)| {
        let id = format!("site-{row}");
        let capacity = (factor * raw).ceil();
        let fixed =
            f64::from(rng.random_range(0..=90_u32)) + f64::from(rng.random_range(100..=110_u32)) * capacity.sqrt();
        Site {
            location: id.clone(),
            id,
            status: Default::default(),
            levels: Vec::new(),
            min_throughput: None,
            opening_cost: Some(fixed.round()),
            operating_cost: None,
            closing_cost: None,
            capacity: Some(capacity),
            product_capacity: None,
            handling_cost: None,
        }
    });
    let sites = sites.collect();
    let per_unit_km = 10.0 * 1000.0 / f64::from(SITING_SIDE);
    Scenario {
        sites,
        demands,
        lanes: Lanes {
            inbound: Lane::default(),
            outbound: Lane { per_unit_km: Some(per_unit_km), ..Lane::default() },
            direct: None,
        },
        ..scenario(
            Kind::Siting,
            format!("{n_sites} sites, {n_customers} customers, seed {seed}"),
            "generated after Cornuéjols, Sridharan & Thizy (1991)",
            locations,
        )
    }
}
