//! VROOM's input document, field by field. What a plan of ours cannot honor is read here and refused by the conversion.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// A problem as VROOM takes it.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Problem {
    /// Places to be called at.
    #[serde(default)]
    pub jobs: Vec<Job>,
    /// Goods with a pickup and a delivery.
    #[serde(default)]
    pub shipments: Vec<Shipment>,
    /// One entry for each vehicle.
    pub vehicles: Vec<Vehicle>,
    /// Tables by profile.
    #[serde(default)]
    pub matrices: BTreeMap<String, Tables>,
    /// The old form of `matrices.car.durations`.
    #[serde(default)]
    pub matrix: Option<Vec<Vec<u32>>>,
    /// What the HTTP wrapper passes on.
    #[serde(default)]
    pub options: Options,
}

/// The tables of one profile, a row and a column for each index.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tables {
    /// Seconds.
    #[serde(default)]
    pub durations: Option<Vec<Vec<u32>>>,
    /// Meters.
    #[serde(default)]
    pub distances: Option<Vec<Vec<u32>>>,
    /// Costs that take the place of durations and distances in the objective.
    #[serde(default)]
    pub costs: Option<Vec<Vec<u32>>>,
}

/// Settings of the HTTP wrapper.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Options {
    /// Seconds to search.
    #[serde(default)]
    pub l: Option<f64>,
    /// Threads.
    #[serde(default)]
    pub t: Option<u32>,
    /// Whether to add geometry.
    #[serde(default)]
    pub g: bool,
    /// Whether to evaluate given routes.
    #[serde(default)]
    pub c: bool,
    /// Depth of exploration.
    #[serde(default)]
    pub x: Option<Value>,
}

/// One place to be called at.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Job {
    /// Unique among jobs.
    pub id: u64,
    /// Free text, echoed.
    #[serde(default)]
    pub description: Option<String>,
    /// `[longitude, latitude]`.
    #[serde(default)]
    pub location: Option<[f64; 2]>,
    /// Row of the tables.
    #[serde(default)]
    pub location_index: Option<usize>,
    /// Seconds before the service where the vehicle comes from another place.
    #[serde(default)]
    pub setup: u32,
    /// Seconds.
    #[serde(default)]
    pub service: u32,
    /// Seconds of setup by type of vehicle.
    #[serde(default)]
    pub setup_per_type: Value,
    /// Seconds of service by type of vehicle.
    #[serde(default)]
    pub service_per_type: Value,
    /// Brought from the vehicle's start, by dimension.
    #[serde(default)]
    pub delivery: Vec<u64>,
    /// Taken to the vehicle's end, by dimension.
    #[serde(default)]
    pub pickup: Vec<u64>,
    /// Skills that the vehicle needs.
    #[serde(default)]
    pub skills: Vec<u64>,
    /// 0 to 100.
    #[serde(default)]
    pub priority: u32,
    /// When the vehicle may arrive, or wait until.
    #[serde(default)]
    pub time_windows: Vec<[i64; 2]>,
}

/// Goods with a pickup and a delivery.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shipment {
    /// Where they are fetched.
    pub pickup: ShipmentStep,
    /// Where they are brought.
    pub delivery: ShipmentStep,
    /// How much, by dimension.
    #[serde(default)]
    pub amount: Vec<u64>,
    /// Skills that the vehicle needs.
    #[serde(default)]
    pub skills: Vec<u64>,
    /// 0 to 100.
    #[serde(default)]
    pub priority: u32,
}

/// One end of a shipment.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShipmentStep {
    /// Unique among pickups, or among deliveries.
    pub id: u64,
    /// Free text, echoed.
    #[serde(default)]
    pub description: Option<String>,
    /// `[longitude, latitude]`.
    #[serde(default)]
    pub location: Option<[f64; 2]>,
    /// Row of the tables.
    #[serde(default)]
    pub location_index: Option<usize>,
    /// Seconds before the service where the vehicle comes from another place.
    #[serde(default)]
    pub setup: u32,
    /// Seconds.
    #[serde(default)]
    pub service: u32,
    /// Seconds of setup by type of vehicle.
    #[serde(default)]
    pub setup_per_type: Value,
    /// Seconds of service by type of vehicle.
    #[serde(default)]
    pub service_per_type: Value,
    /// When the vehicle may arrive, or wait until.
    #[serde(default)]
    pub time_windows: Vec<[i64; 2]>,
}

/// One vehicle.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Vehicle {
    /// Unique among vehicles.
    pub id: u64,
    /// Whose tables it travels by.
    #[serde(default = "car")]
    pub profile: String,
    /// Free text, echoed.
    #[serde(default)]
    pub description: Option<String>,
    /// Where it starts; without both it begins at its first task.
    #[serde(default)]
    pub start: Option<[f64; 2]>,
    /// The same as a row of the tables.
    #[serde(default)]
    pub start_index: Option<usize>,
    /// Where it ends; without both it ends at its last task.
    #[serde(default)]
    pub end: Option<[f64; 2]>,
    /// The same as a row of the tables.
    #[serde(default)]
    pub end_index: Option<usize>,
    /// Most load, by dimension.
    #[serde(default)]
    pub capacity: Vec<u64>,
    /// What it costs.
    #[serde(default)]
    pub costs: Costs,
    /// What it can do beyond driving.
    #[serde(default)]
    pub skills: Vec<u64>,
    /// What `setup_per_type` and `service_per_type` ask for: without effect as long as these are not served.
    #[serde(default, rename = "type")]
    pub kind: Option<String>,
    /// Working hours.
    #[serde(default)]
    pub time_window: Option<[i64; 2]>,
    /// Breaks.
    #[serde(default)]
    pub breaks: Vec<Break>,
    /// How much faster than its profile it drives.
    #[serde(default)]
    pub speed_factor: Option<f64>,
    /// Most tasks.
    #[serde(default)]
    pub max_tasks: Option<u32>,
    /// Most seconds of travel.
    #[serde(default)]
    pub max_travel_time: Option<u32>,
    /// Most meters.
    #[serde(default)]
    pub max_distance: Option<u32>,
    /// Tasks in a given order.
    #[serde(default)]
    pub steps: Vec<Value>,
}

/// A break of a vehicle's driver.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Break {
    /// Unique among the vehicle's breaks.
    pub id: u64,
    /// When it may begin.
    #[serde(default)]
    pub time_windows: Vec<[i64; 2]>,
    /// How long it is.
    #[serde(default)]
    pub service: u32,
    /// Name.
    #[serde(default)]
    pub description: Option<String>,
    /// Most load during it.
    #[serde(default)]
    pub max_load: Option<Value>,
}

impl Vehicle {
    /// The breaks that take time, in the order of their windows.
    #[must_use]
    pub fn breaks_in_order(&self) -> Vec<&Break> {
        let mut breaks: Vec<&Break> = self.breaks.iter().filter(|pause| pause.service > 0).collect();
        breaks.sort_by_key(|pause| pause.time_windows.first().copied());
        breaks
    }
}

fn car() -> String {
    "car".to_owned()
}

/// What a vehicle costs.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Costs {
    /// Of using it at all.
    #[serde(default)]
    pub fixed: u32,
    /// Per hour of travel; 3600 without it.
    #[serde(default)]
    pub per_hour: Option<u32>,
    /// Per kilometer.
    #[serde(default)]
    pub per_km: Option<u32>,
    /// Per hour of setup and service.
    #[serde(default)]
    pub per_task_hour: u32,
}

/// A plan as VROOM gives it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct Solution {
    pub(super) code: u32,
    pub(super) summary: Totals,
    pub(super) unassigned: Vec<Task>,
    pub(super) routes: Vec<Route>,
}

/// Sums over a route or all routes; times in seconds, `duration` is travel alone.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub(super) struct Totals {
    pub(super) cost: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) routes: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) unassigned: Option<usize>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) delivery: Vec<u64>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) pickup: Vec<u64>,
    pub(super) setup: i64,
    pub(super) service: i64,
    pub(super) duration: i64,
    pub(super) waiting_time: i64,
    pub(super) priority: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) distance: Option<i64>,
    pub(super) violations: [u8; 0],
}

/// A task that is left out.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct Task {
    pub(super) id: u64,
    #[serde(rename = "type")]
    pub(super) kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) location: Option<[f64; 2]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) location_index: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) description: Option<String>,
}

/// One vehicle's day.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct Route {
    pub(super) vehicle: u64,
    #[serde(flatten)]
    pub(super) totals: Totals,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) description: Option<String>,
    pub(super) steps: Vec<Step>,
}

/// One call on the way.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct Step {
    #[serde(rename = "type")]
    pub(super) kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) location: Option<[f64; 2]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) location_index: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) id: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) description: Option<String>,
    pub(super) setup: i64,
    pub(super) service: i64,
    pub(super) waiting_time: i64,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) load: Vec<u64>,
    pub(super) arrival: i64,
    pub(super) duration: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) distance: Option<i64>,
    pub(super) violations: [u8; 0],
}
