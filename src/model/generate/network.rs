//! Deliveries from sites that have to be chosen, in proportions after Prins, Prodhon & Wolfler Calvo (2006).

use super::routing::{grid_point, side};
use super::{RoutingParams, location, routing};
use crate::model::quantities::Quantities;
use crate::model::scenario::{Kind, Scenario, Site, Vehicle};
use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

/// Share of all demand that a site can pass, in percent.
const CAPACITY: std::ops::RangeInclusive<u32> = 30..=50;
/// Cost of opening a site for each customer of the scenario: two or three open sites cost as much as some third of all routes.
const OPENING: std::ops::RangeInclusive<u32> = 16..=24;
/// Room of all sites together over what is needed, at least, in percent.
const ROOM: u64 = 120;

/// Deliveries as of [`routing`] without its depot, and candidate sites anywhere in the square: each can pass 30 to 50
/// percent of the demand and costs 16 to 24 times the number of customers to open.
///
/// Panics without a site or a customer. Source of the proportions: Prins, Prodhon & Wolfler Calvo (2006), 4OR 4(3).
#[must_use]
pub fn network(n_sites: usize, n_customers: usize, seed: u64) -> Scenario {
    assert!(n_sites > 0, "there must be a site");
    let day = routing(RoutingParams { n_customers, ..RoutingParams::default() }, seed);
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(!seed);
    let quantity = |quantities: &Quantities| match quantities {
        Quantities::Bare(amount) => *amount as u64,
        Quantities::Named(_) => 0,
    };
    let needed: u64 = day.orders.iter().filter_map(|order| order.delivery.as_ref()).map(quantity).sum();
    let least = (needed * ROOM).div_ceil(100 * n_sites as u64);
    let mut locations = Vec::with_capacity(n_sites + n_customers);
    let mut sites = Vec::with_capacity(n_sites);
    for row in 1..=n_sites {
        let id = format!("site-{row}");
        locations.push(location(id.clone(), grid_point(side(n_customers), &mut rng)));
        let capacity = (needed * u64::from(rng.random_range(CAPACITY))).div_ceil(100).max(least);
        let opening = u64::from(rng.random_range(OPENING)) * n_customers as u64;
        sites.push(Site {
            location: id.clone(),
            id,
            status: Default::default(),
            levels: Vec::new(),
            min_throughput: None,
            opening_cost: Some(opening as f64),
            operating_cost: None,
            closing_cost: None,
            capacity: Some(capacity as f64),
            product_capacity: None,
            handling_cost: None,
        });
    }
    locations.extend(day.locations.into_iter().skip(1));
    let vehicles = day.vehicles.into_iter().map(|vehicle| Vehicle { start: None, ..vehicle });
    Scenario {
        kind: Kind::Network,
        name: format!("{n_sites} sites, {n_customers} customers, seed {seed}"),
        convention: "generated after Uchoa et al. (2017), sites after Prins et al. (2006)".to_owned(),
        locations,
        sites,
        vehicles: vehicles.collect(),
        ..day
    }
}
