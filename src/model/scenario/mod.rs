//! The document that a user hands in.
//!
//! Every field is either served or refused by validation; none is read and ignored. Units: seconds,
//! meters (or the unit of planar coordinates), one currency; quantities in the user's own units.

mod order;
mod siting;
mod travel;
mod vehicle;

pub use order::{Lateness, Lock, Order, Place, Shipment, ShipmentEnd, ShipmentStop, SplitRule};
pub use siting::{Coverage, Demand, Lane, Lanes, Level, Measure, Objective, Product, Site, SiteStatus, Supply};
pub use travel::{Metric, Rounding, Speed, Travel};
pub use vehicle::{Break, Overtime, Reload, Rests, Vehicle, VehicleCosts};

use super::balance::Balance;
use super::carrier::Carrier;
use super::dock::Dock;
use super::group::Group;
use super::stock::Stock;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A whole planning question: which sites to open, how the day's routes run, or both at once.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// What is asked.
    pub kind: Kind,
    /// Version of this document's form: 1.
    pub version: u32,
    /// A title for reports.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// Where the data come from and by which convention they count, shown with the plan.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub convention: String,
    /// Name of the currency, for display.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub currency: String,
    /// How distances and durations between locations arise.
    #[serde(default)]
    pub travel: Travel,
    /// Every place that the rest of the document names.
    pub locations: Vec<Location>,
    /// Kinds of goods; none means one nameless product.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub products: Vec<Product>,
    /// Where goods come from (siting, network); none means that goods are at the sites already.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub supplies: Vec<Supply>,
    /// Places that could be opened, or are open today (siting, network).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sites: Vec<Site>,
    /// What is needed where (siting).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub demands: Vec<Demand>,
    /// What transport costs (siting; a network has inbound lanes alone: its routes are the outbound ones).
    #[serde(default, skip_serializing_if = "Lanes::is_default")]
    pub lanes: Lanes,
    /// What is minimized.
    #[serde(default, skip_serializing_if = "Objective::is_default")]
    pub objective: Objective,
    /// When a demand counts as covered (siting).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub coverage: Option<Coverage>,
    /// Fewest sites that must be open (siting, network).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sites_min: Option<u32>,
    /// Most sites that may be open (siting, network).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sites_max: Option<u32>,
    /// Most that may be spent on opening sites: the sum of their one-off `opening_cost` (siting, network).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub budget: Option<f64>,
    /// How many days like the one of the orders the planning period of the sites' costs has (network): the routes of a day
    /// cost so many times as much, and so many times as much passes the sites. Default 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub days: Option<u32>,
    /// Vehicles by type (routing, network).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub vehicles: Vec<Vehicle>,
    /// Deliveries from, and pickups to, the vehicles' places (routing); deliveries from the sites (network).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub orders: Vec<Order>,
    /// Goods to be picked up at one place and delivered to another by the same vehicle (routing).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub shipments: Vec<Shipment>,
    /// Third parties that take orders and shipments for a price (routing).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub carriers: Vec<Carrier>,
    /// Where vehicles load and unload at doors, and queue for them (routing). Elsewhere that takes no time.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub docks: Vec<Dock>,
    /// Where goods to deliver are limited (routing). Elsewhere there is enough.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stocks: Vec<Stock>,
    /// Pairs of kinds of goods that must not be on the same trip of a vehicle; a kind paired with itself keeps its own
    /// orders apart. On vehicles with compartments they must not be in the same compartment on the same trip (routing, network).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub incompatible: Vec<[String; 2]>,
    /// Orders and shipments that the same vehicle must serve, or must not (routing, network).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<Group>,
    /// What it costs to share the work unevenly among the vehicles (routing).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub balance: Option<Balance>,
    /// What the plan must keep of an earlier one (routing).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub locks: Vec<Lock>,
    /// When to stop; the command line goes before it.
    #[serde(default, skip_serializing_if = "Limits::is_default")]
    pub limits: Limits,
    /// Free for the user; echoed in the plan.
    #[serde(default, skip_serializing_if = "serde_json::Value::is_null")]
    pub custom: serde_json::Value,
}

/// What is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Which sites to open, and all flows.
    Siting,
    /// Which vehicle serves which order when.
    Routing,
    /// Which sites to open, and which vehicle serves which order from which of them: sites priced by the routes.
    Network,
}

/// A place.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Location {
    /// Unique in the list.
    pub id: String,
    /// `[longitude, latitude]` in degrees, or `[x, y]` on the plane. Required unless the metric is `matrix`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<[f64; 2]>,
    /// A readable name; the id where there is none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// A name that it shares with other places where traffic is alike, for `travel.speeds` (routing). Default: in no zone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone: Option<String>,
}

/// When to stop.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// Seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time: Option<f64>,
    /// Relative gap that is good enough, 0.001 for 0.1 %.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gap: Option<f64>,
    /// Iterations of the solver's main loop.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub iterations: Option<u64>,
    /// Seed of the random numbers. Default 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seed: Option<u64>,
    /// Threads. Default: all cores.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub threads: Option<u32>,
}

impl Limits {
    fn is_default(&self) -> bool {
        *self == Self::default()
    }
}
