//! Vehicles: what they carry, when they work, and what they cost.

use crate::model::compartment::Compartment;
use crate::model::moment::Moment;
use crate::model::quantities::Quantities;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Vehicles of one type.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Vehicle {
    /// Unique in the list.
    pub id: String,
    /// How many of them; in a network, so many at each site where they may be based. Default 1.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub count: u32,
    /// Most load, by dimension; none is unlimited.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capacity: Option<Quantities>,
    /// Parts of its load space. Default: all goods lie together.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub compartments: Vec<Compartment>,
    /// Where its route starts: the id of a location. In a network it may be left out: the vehicle is then based at any
    /// site that is open, else only at the sites there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start: Option<String>,
    /// Where it ends. Default: where it starts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<String>,
    /// Whether the route ends at its last customer instead. Not together with `end`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub open_end: bool,
    /// Earliest departure and latest return, loading before and unloading after at docks included.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shift: Option<[Moment; 2]>,
    /// What it costs. Default: 1 per distance unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub costs: Option<VehicleCosts>,
    /// Longest route, in meters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_distance: Option<f64>,
    /// Longest time from departure to return, docks included, in seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_duration: Option<f64>,
    /// Longest time at the wheel, in seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_driving: Option<f64>,
    /// Breaks of the driver, in their order; at most 4.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub breaks: Vec<Break>,
    /// Rests that driving makes necessary.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rests: Option<Rests>,
    /// Most stops of a route.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_stops: Option<u32>,
    /// Whether it is unloaded from one end only: of the shipments aboard, the one that was fetched last is brought first.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub last_in_first_out: bool,
    /// Where and how often it can come back during its route, unload and load for another trip. Default: never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reload: Option<Reload>,
    /// What it can do beyond driving: an order goes only to vehicles that have all of its skills.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub skills: Vec<String>,
}

fn one() -> u32 {
    1
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands in a reference")]
fn is_one(count: &u32) -> bool {
    *count == 1
}

/// How a vehicle makes several trips on one route. A reload is no stop in the sense of `max_stops`; shipments do not stay
/// aboard over it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Reload {
    /// Where: ids of locations. Default: the vehicle's start.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub locations: Vec<String>,
    /// Most reloads of a route. Default: no limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<u32>,
    /// Length of a reload, in seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service: Option<f64>,
}

/// A break. It may interrupt the way to a stop, come before a service or after one. It is due when the vehicle has left before
/// the end of its last window and is not back by then, and counts as working time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Break {
    /// When it may begin.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window: Option<[Moment; 2]>,
    /// In place of `window`, several of which it may begin in any, such as from 11:30 to 12:30 or from 13:30 to 14:00.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub windows: Vec<[Moment; 2]>,
    /// How long it is, in seconds.
    pub duration: f64,
}

/// After so much driving the driver has to rest before the vehicle drives on. Waiting that is as long is used for it, and a
/// break that is as long will do.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Rests {
    /// Most time at the wheel without one, in seconds: 16200 are four hours and a half.
    pub after: f64,
    /// How long a rest is, in seconds.
    pub duration: f64,
}

/// What a vehicle costs. Prices are rounded to the nearest millionth of the currency.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct VehicleCosts {
    /// Cost of using it at all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fixed: Option<f64>,
    /// Cost per meter (distance unit).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub per_meter: Option<f64>,
    /// Cost per second from departure to return, docks included.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub per_second: Option<f64>,
    /// What long days cost more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub overtime: Option<Overtime>,
}

/// Overtime: what a route costs more that takes longer than usual, beside `per_second`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Overtime {
    /// Usual time from departure to return, in seconds.
    pub after: f64,
    /// Cost of a second beyond it.
    pub per_second: f64,
}
