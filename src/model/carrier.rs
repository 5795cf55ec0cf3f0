//! Third-party carriers in a scenario: who takes an order for a price, and by which tariff.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A third party that takes orders and shipments for a price, each on its own: whether it does is part of the plan. It
/// keeps windows, and it has no limit on how many it takes. Not with the objective `min_vehicles`.
///
/// The quantity of an order is what it delivers and picks up together. It is fetched at `from` and brought to the order's
/// own place, or the other way round where it is only a pickup; a shipment goes from its pickup to its delivery.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Carrier {
    /// Unique in the list.
    pub id: String,
    /// Where it fetches what orders deliver, and brings what they pick up: the id of a location. Needed only for prices by
    /// the kilometer. Default: where the vehicles start, if all start at one place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// The dimension that quantities are counted in. Needed only where there are several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dimension: Option<String>,
    /// The tariff: all units have the prices of the band that the whole quantity is in. Quantities below the first band are
    /// not taken.
    pub bands: Vec<FreightBand>,
    /// Least that it charges for an order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_charge: Option<f64>,
    /// Whether a quantity is charged as the least one of a higher band where that is cheaper.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub charge_as_higher_band: bool,
    /// Most of one order that it takes. Default: no limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_quantity: Option<f64>,
    /// What it can do: it takes only orders all of whose skills it has. What orders say about vehicles by id is not its
    /// concern.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub skills: Vec<String>,
    /// The only orders and shipments that it takes, by id. Default: all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub allowed_orders: Vec<String>,
    /// Orders and shipments that it must not have, by id.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub forbidden_orders: Vec<String>,
}

/// Prices from a quantity on, up to the next band. They add up.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FreightBand {
    /// Least quantity. Default 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<f64>,
    /// For an order, whatever its quantity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fixed: Option<f64>,
    /// For each unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub per_unit: Option<f64>,
    /// For each kilometer (1000 distance units).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub per_km: Option<f64>,
    /// For each unit and kilometer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub per_unit_km: Option<f64>,
}
