//! Synthetic scenarios by published recipes, for benches and first tries.
//!
//! A seed gives the same scenario on every machine: every draw is an integer or comes from integers by operations that IEEE 754 rounds exactly; `exp` and its like
//! differ between machines in the last bit and are not used. All quantities are whole numbers.

mod day;
mod network;
mod routing;
mod siting;
#[cfg(test)]
mod tests;

pub use day::day;
pub use network::network;
pub use routing::{CustomerPositions, DemandRange, DepotPosition, RoutingParams, routing};
pub use siting::siting;

use super::scenario::{Kind, Lanes, Location, Metric, Scenario, Travel};

fn location(id: String, [x, y]: [u32; 2]) -> Location {
    Location { id, at: Some([f64::from(x), f64::from(y)]), name: String::new(), zone: None }
}

/// A scenario on the plane without anything but its locations.
fn scenario(kind: Kind, name: String, convention: &str, locations: Vec<Location>) -> Scenario {
    Scenario {
        kind,
        version: 1,
        name,
        convention: convention.to_owned(),
        currency: String::new(),
        travel: Travel { metric: Metric::Euclidean, ..Travel::default() },
        locations,
        products: Vec::new(),
        supplies: Vec::new(),
        sites: Vec::new(),
        demands: Vec::new(),
        lanes: Lanes::default(),
        objective: Default::default(),
        coverage: None,
        sites_min: None,
        sites_max: None,
        budget: None,
        days: None,
        vehicles: Vec::new(),
        orders: Vec::new(),
        shipments: Vec::new(),
        carriers: Vec::new(),
        docks: Vec::new(),
        incompatible: Vec::new(),
        stocks: Vec::new(),
        groups: Vec::new(),
        balance: None,
        locks: Vec::new(),
        limits: Default::default(),
        custom: serde_json::Value::Null,
    }
}
