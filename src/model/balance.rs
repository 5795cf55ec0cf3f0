//! How work is shared among vehicles, as documents say it.

use super::plan::{Route, Stop};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What it costs that some routes have more work than others. With a `target` each route pays for what it has beyond it;
/// without one the route that has most pays for all of it, so that the largest route shrinks as long as that is worth its
/// price.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Balance {
    /// What should be shared.
    pub measure: Workload,
    /// Cost of a second, of a meter (distance unit), or of a stop.
    pub per_unit: f64,
    /// How much of it each route has for nothing: whole seconds, meters or stops. Default: the route that has most pays.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<f64>,
}

/// What vehicles should share.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Workload {
    /// Seconds from departure to return, docks included.
    Duration,
    /// Meters.
    Distance,
    /// Stops, reloads not counted.
    Stops,
}

impl Workload {
    /// How much of it a route has.
    #[must_use]
    pub fn of(self, route: &Route) -> i64 {
        let is_call = |stop: &&Stop| stop.order.is_some();
        match self {
            Self::Duration => route.duration,
            Self::Distance => route.distance,
            Self::Stops => route.stops.iter().filter(is_call).count() as i64,
        }
    }
}
