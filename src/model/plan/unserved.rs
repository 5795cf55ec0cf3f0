//! Orders that no route serves, and why.

use super::Activity;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Something that the plan leaves out, and why.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Unserved {
    /// Id of the order, shipment or demand.
    pub id: String,
    /// At least one reason.
    pub reasons: Vec<Reason>,
    /// Whether it could be served at all (routing).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verdict: Option<Verdict>,
    /// What the plan would cost more with it at its cheapest place, its prize not counted (routing). Left out where the plan
    /// has no place for it, or too many are left out to look at each.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price: Option<f64>,
    /// What would serve it: any one of these (routing).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remedies: Vec<Remedy>,
}

/// Whether something that is left out could be served.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Proved: no vehicle can ever serve it, not even alone.
    Impossible,
    /// A vehicle could serve it alone, but together with the others there is no room.
    SqueezedOut,
    /// There is room, but it costs more than leaving it out.
    NotWorthIt,
}

/// Changes to the scenario that together make room.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Remedy {
    /// All of them are needed.
    pub changes: Vec<Change>,
    /// What the plan would cost more then, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price: Option<f64>,
}

/// One change to the scenario.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// What is relaxed.
    pub relax: Relaxation,
    /// Id of the vehicle type, order or shipment.
    pub id: String,
    /// Which of a shipment's windows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub activity: Option<Activity>,
    /// Which dimension of a capacity, where dimensions have names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dimension: Option<String>,
    /// By how much: vehicles, units of the dimension, stops, meters, seconds, or money.
    pub by: f64,
}

/// What can be relaxed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Relaxation {
    /// The number of vehicles of a type.
    VehicleCount,
    /// A vehicle's capacity.
    Capacity,
    /// A vehicle's most stops.
    MaxStops,
    /// A vehicle's longest route.
    MaxDistance,
    /// A vehicle's longest time.
    MaxDuration,
    /// The end of a vehicle's shift.
    ShiftEnd,
    /// The breaks, rests and driving time of a vehicle's driver.
    DriverHours,
    /// The end of an order's window.
    WindowEnd,
    /// An order's prize.
    Prize,
}

impl std::fmt::Display for Change {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { id, by, .. } = self;
        match self.relax {
            Relaxation::VehicleCount => write!(formatter, "{by} more of vehicle `{id}`"),
            Relaxation::Capacity => {
                let unit = self.dimension.as_ref().map(|name| format!(" {name}")).unwrap_or_default();
                write!(formatter, "{by}{unit} more capacity of vehicle `{id}`")
            }
            Relaxation::MaxStops => write!(formatter, "{by} more stops of vehicle `{id}`"),
            Relaxation::MaxDistance => write!(formatter, "{by} m more for vehicle `{id}`"),
            Relaxation::MaxDuration => write!(formatter, "{by} s more for vehicle `{id}`"),
            Relaxation::ShiftEnd => write!(formatter, "a shift of vehicle `{id}` that ends {by} s later"),
            Relaxation::DriverHours => write!(formatter, "other breaks, rests or driving hours of vehicle `{id}`"),
            Relaxation::WindowEnd => write!(formatter, "a window of `{id}` that ends {by} s later"),
            Relaxation::Prize => write!(formatter, "a prize of `{id}` that is {by} higher"),
        }
    }
}

/// Why something is left out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Reason {
    /// Stable code.
    pub code: String,
    /// In words.
    pub message: String,
    /// What would have to change.
    pub hint: String,
}
