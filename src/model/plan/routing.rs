//! Routes and their stops.

use crate::model::moment::Moment;
use crate::model::quantities::Quantities;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One vehicle's day.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Route {
    /// Id of the vehicle type; in a network that of a vehicle at a site, `vehicle@site`.
    pub vehicle: String,
    /// Which one of its vehicles, from 1.
    pub number: u32,
    /// Id of the site where it is based (network).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site: Option<String>,
    /// Fixed, distance and time cost, overtime, lateness and changes together; in a network those of one day.
    pub cost: f64,
    /// Meters.
    pub distance: i64,
    /// Seconds from departure to return, with the time at docks before and after.
    pub duration: i64,
    /// From departure to return, both included; an open route ends with its last customer.
    pub stops: Vec<Stop>,
    /// Breaks and rests of the driver, in their order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pauses: Vec<Pause>,
}

/// A vehicle at a door.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DoorCall {
    /// Id of the dock's location.
    pub location: String,
    /// Which of its doors, from 1.
    pub door: u32,
    /// Id of the vehicle type.
    pub vehicle: String,
    /// Which one of its vehicles.
    pub number: u32,
    /// Row of the stop on its route, from 0.
    pub stop: u32,
    /// When it is at the door.
    pub start: Moment,
    /// When it leaves the door.
    pub end: Moment,
    /// Seconds that it has waited by then since it came: for a door, for the dock to open, or for the release of its goods.
    pub wait: i64,
}

/// Time that a vehicle stands still for its driver.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Pause {
    /// Why.
    pub kind: PauseKind,
    /// Which of the vehicle's breaks, from 1; left out for a rest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<u32>,
    /// Row of the stop that it comes after, from 0. Before the vehicle comes to the next one it is on the way, then at its
    /// place.
    pub after_stop: u32,
    /// When it begins.
    pub start: Moment,
    /// When it ends.
    pub end: Moment,
}

/// Why a vehicle stands still.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PauseKind {
    /// One of the vehicle's breaks.
    Break,
    /// After long driving.
    Rest,
}

/// One call of a vehicle.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Stop {
    /// What happens here.
    pub activity: Activity,
    /// Id of the order or shipment; left out at the start, at reloads and at the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<String>,
    /// Id of the location.
    pub location: String,
    /// When the vehicle comes.
    pub arrive: Moment,
    /// Seconds of getting ready for the service, before any waiting.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub setup: i64,
    /// Seconds of waiting before the service, breaks and rests not counted.
    pub wait: i64,
    /// When the service starts.
    pub start: Moment,
    /// When the vehicle leaves.
    pub leave: Moment,
    /// What is aboard when it leaves, by dimension (`load` where there is one nameless dimension); at the end, what it
    /// brings back.
    pub load: BTreeMap<String, f64>,
    /// Meters from the route's start.
    pub distance: i64,
    /// Seconds by which the service starts too late.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub late: i64,
    /// Seconds by which the service could start later without breaking a window or the shift; 1 000 000 000 where
    /// nothing limits it.
    pub slack: i64,
    /// The compartment in which the goods of the order or shipment lie, where the vehicle has any and there are goods.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compartment: Option<String>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands in a reference")]
fn is_zero(seconds: &i64) -> bool {
    *seconds == 0
}

/// What happens at a stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Activity {
    /// Departure; at a dock, the service is that of loading.
    Start,
    /// An order is served.
    Order,
    /// A shipment's goods are fetched.
    Pickup,
    /// A shipment's goods are brought.
    Delivery,
    /// Everything aboard is unloaded, and the goods of the next trip are loaded.
    Reload,
    /// Return; at a dock, the service is that of unloading.
    End,
}

/// What an order or shipment costs. The cost of each route is shared among those that it serves, in proportion to `marginal`
/// and `alone` together; the shares add up to it exactly, and with `outsourcing` and `prizes` to the plan's total.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CostShare {
    /// Id of the order or shipment.
    pub id: String,
    /// Its share of the route's cost.
    pub share: f64,
    /// What the route costs less without it; zero where it costs no less.
    pub marginal: f64,
    /// What a route of the same vehicle for it alone costs.
    pub alone: f64,
}

/// An order that comes in parts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SplitOrder {
    /// Id of the order.
    pub order: String,
    /// Its parts; their amounts add up to those of the order.
    pub parts: Vec<OrderPart>,
}

/// A part of an order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OrderPart {
    /// Its id.
    pub id: String,
    /// What is brought.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delivery: Option<Quantities>,
    /// What is taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pickup: Option<Quantities>,
}

/// An order or shipment that a carrier takes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Outsourced {
    /// Id of the order or shipment.
    pub id: String,
    /// Id of the carrier.
    pub carrier: String,
    /// What the carrier asks for it.
    pub price: f64,
}
