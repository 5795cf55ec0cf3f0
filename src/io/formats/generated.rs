//! Generated facility location as JSON: coordinates, capacities and fixed costs of facilities, demands of customers.

use super::{ReadError, blank};
use crate::model::scenario::{Kind, Rounding};
use crate::model::{Quantities, Scenario};
use serde::Deserialize;

/// The document.
#[derive(Deserialize)]
struct Instance {
    #[serde(rename = "type")]
    kind: String,
    /// Cost of moving a unit over a unit of the coordinates.
    unit_cost: f64,
    /// x, y, capacity, fixed cost.
    facilities: Vec<[f64; 4]>,
    /// x, y, demand.
    customers: Vec<[f64; 3]>,
}

/// Distance units per unit of the coordinates.
const SCALE: f64 = 1e6;

/// Whether a text is an object with `facilities`.
pub(super) fn detect(text: &str) -> bool {
    let head: String = text.trim_start().chars().take(400).collect();
    head.starts_with('{') && head.contains("\"facilities\"") && head.contains("\"unit_cost\"")
}

/// Reads a text; `cflp`, or `ufl` without capacities.
pub(super) fn read(text: &str) -> Result<Scenario, ReadError> {
    let convention = "Generated facility location: a unit costs `unit_cost` over a unit of distance, distances are rounded \
                      to millionths of it; a customer may be served by several facilities. The cost is fixed plus serving \
                      cost.";
    let unexpected = |line: usize, found: String, expected: &str| ReadError::Unexpected {
        line,
        found,
        expected: expected.to_owned(),
    };
    let instance: Instance = serde_json::from_str(text).map_err(|error| {
        unexpected(error.line(), error.to_string(), "`type`, `unit_cost`, `facilities`, `customers`")
    })?;
    let capacitated = match instance.kind.as_str() {
        "cflp" => true,
        "ufl" => false,
        other => return Err(unexpected(1, other.to_owned(), "the type cflp or ufl")),
    };
    let mut scenario = blank::scenario(Kind::Siting, "", convention.to_owned());
    scenario.travel = blank::euclidean(SCALE, Rounding::Nearest);
    for (row, &[x, y, capacity, fixed]) in instance.facilities.iter().enumerate() {
        let location = blank::location(scenario.locations.len(), Some([x, y]));
        let mut site = blank::site(row.to_string(), location.id.clone(), capacitated.then_some(capacity));
        site.opening_cost = Some(fixed);
        scenario.locations.push(location);
        scenario.sites.push(site);
    }
    for (row, &[x, y, demand]) in instance.customers.iter().enumerate() {
        let location = blank::location(scenario.locations.len(), Some([x, y]));
        scenario.demands.push(blank::demand(row.to_string(), location.id.clone(), Quantities::Bare(demand)));
        scenario.locations.push(location);
    }
    scenario.lanes.outbound.per_unit_km = Some(instance.unit_cost * 1000.0 / SCALE);
    Ok(scenario)
}
