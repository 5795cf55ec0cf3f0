//! Orders and shipments, and what a plan must keep of an earlier one.

use crate::model::moment::Moment;
use crate::model::quantities::Quantities;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What it costs to come too late. A service may then start after its window has closed, but before the next one opens.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Lateness {
    /// Cost of a second.
    pub per_second: f64,
    /// Most seconds. Default: no limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<f64>,
}

/// Goods to bring to a place from the vehicle's start, or to take from it to the vehicle's end.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Order {
    /// Unique among orders and shipments.
    pub id: String,
    /// Where: the id of a location.
    pub location: String,
    /// What is brought, by dimension.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delivery: Option<Quantities>,
    /// When what is brought is there to be loaded: the trip that brings it starts no earlier. Default: from the start.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub release: Option<Moment>,
    /// What is taken, by dimension.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pickup: Option<Quantities>,
    /// Whether the pickup is a backhaul: nothing that the vehicle delivers from its start may come after it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub backhaul: bool,
    /// When the service may start: in one of these windows, which do not overlap; at most 8. Always without any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub windows: Vec<[Moment; 2]>,
    /// Seconds from arrival until the service can start, spent only when the vehicle comes from another location. It may be
    /// over before a window opens.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub setup: Option<f64>,
    /// Length of the service, in seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service: Option<f64>,
    /// What it costs to start after a window has closed, at any of its places. Default: that is not allowed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lateness: Option<Lateness>,
    /// Whether it may come in parts, each on its own route, and how it is cut; not with a prize. Default: it comes whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub split: Option<SplitRule>,
    /// Other places where the order can be served instead, each with its own windows and service.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub alternatives: Vec<Place>,
    /// What leaving it out costs; without it the order is mandatory.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prize: Option<f64>,
    /// Who is left out first where not all can be served: as few as possible of priority 1, then of 2, and so on, before all
    /// costs. Mandatory ones without a priority come before 1; optional ones without are left out for their prizes alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub priority: Option<u32>,
    /// What its goods are, for `incompatible` and `compartments`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kinds: Vec<String>,
    /// Skills that the vehicle needs, all of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub skills: Vec<String>,
    /// The only vehicles that may serve it, by id. Default: all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub allowed_vehicles: Vec<String>,
    /// Vehicles that must not serve it, by id.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub forbidden_vehicles: Vec<String>,
}

/// How an order is cut into parts. Each part is served in the order's windows, takes its share of the service, and counts as
/// a stop and as an order: its id is that of the order with `#1`, `#2`, … behind. Loads are those of the vehicle that brings
/// the order in the fewest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SplitRule {
    /// As many full loads as there are, and the rest.
    Loads,
    /// Full loads; the rest in as many 20 % of a load as there are, then 10 %, 5 %, 1 %, and what is left.
    Shares,
}

/// A place where an order can be served.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Place {
    /// Where: the id of a location.
    pub location: String,
    /// When the service may start there: in one of these windows, which do not overlap; at most 8. Always without any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub windows: Vec<[Moment; 2]>,
    /// Seconds from arrival until the service can start, spent only when the vehicle comes from another location. It may be
    /// over before a window opens.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub setup: Option<f64>,
    /// Length of the service there, in seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service: Option<f64>,
}

/// Goods from one place to another, by the same vehicle.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Shipment {
    /// Unique among orders and shipments.
    pub id: String,
    /// What is moved, by dimension.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quantity: Option<Quantities>,
    /// Where and when the goods are fetched.
    pub pickup: ShipmentStop,
    /// Where and when they are brought.
    pub delivery: ShipmentStop,
    /// What leaving it out costs; without it the shipment is mandatory.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prize: Option<f64>,
    /// Who is left out first where not all can be served: as few as possible of priority 1, then of 2, and so on, before all
    /// costs. Mandatory ones without a priority come before 1; optional ones without are left out for their prizes alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub priority: Option<u32>,
    /// What its goods are, for `incompatible` and `compartments`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kinds: Vec<String>,
    /// Skills that the vehicle needs, all of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub skills: Vec<String>,
    /// The only vehicles that may serve it, by id. Default: all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub allowed_vehicles: Vec<String>,
    /// Vehicles that must not serve it, by id.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub forbidden_vehicles: Vec<String>,
}

/// One end of a shipment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ShipmentStop {
    /// Where: the id of a location.
    pub location: String,
    /// When the service may start: at most one window.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub windows: Vec<[Moment; 2]>,
    /// Seconds from arrival until the service can start, spent only when the vehicle comes from another location. It may be
    /// over before a window opens.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub setup: Option<f64>,
    /// Length of the service, in seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service: Option<f64>,
    /// What it costs to start after the window has closed. Default: that is not allowed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lateness: Option<Lateness>,
}

/// Something that was promised or has begun, and must stay. Whoever is locked must be served, whatever the prize.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Lock {
    /// Id of the order or shipment.
    pub order: String,
    /// Which visit of a shipment; needed with `position` and `promised`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub activity: Option<ShipmentEnd>,
    /// Id of the vehicle that serves it, one of its type where there are several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vehicle: Option<String>,
    /// What it costs to give it to a vehicle of another type, the whole of a shipment once. Default: that is not allowed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub change_cost: Option<f64>,
    /// Its place among the first stops of the vehicle's route, from 1, with nothing before or between them. The vehicle
    /// must be the only one of its type. A vehicle on its way starts where it is, with a shift that opens now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<u32>,
    /// When the service was promised to start.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub promised: Option<Moment>,
    /// Seconds by which the service may start earlier or later than promised. Default 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tolerance: Option<f64>,
}

/// One of the two visits of a shipment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ShipmentEnd {
    /// Where the goods are fetched.
    Pickup,
    /// Where they are brought.
    Delivery,
}
