//! Distances and durations, as the user gives them.

use crate::model::moment::Moment;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How distances and durations arise.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Travel {
    /// Kind of distance.
    #[serde(default)]
    pub metric: Metric,
    /// Detour factor: travelled over straight-line distance. Not with a matrix. Default 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub circuity: Option<f64>,
    /// Kilometers (thousand distance units) per hour. Not with a matrix. Default: 60 with `haversine`, one distance unit
    /// per second on the plane.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub speed_kmh: Option<f64>,
    /// Distance units per unit of the coordinates on the plane, for sets that count in tenths or thousandths. Default 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scale: Option<f64>,
    /// How distances and durations become integers. Not with a matrix.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rounding: Option<Rounding>,
    /// Distances in meters, a row and a column for each location in their order (metric `matrix`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub distances: Option<Vec<Vec<f64>>>,
    /// Durations in seconds, likewise; without them a unit of distance takes a second.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub durations: Option<Vec<Vec<f64>>>,
    /// Times of day at which travel takes longer than its duration (routing). Of several that are true of a way at a time
    /// the one holds that names more of its ends' zones; those that name as many do not overlap.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub speeds: Vec<Speed>,
}

/// How fast vehicles are at a time of day, everywhere or between zones. Arrivals are rounded up to whole seconds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Speed {
    /// From when until when.
    pub hours: [Moment; 2],
    /// Speed relative to that of the durations: above 0, at most 1, in thousandths. Half of it makes ways take twice as
    /// long.
    pub factor: f64,
    /// Only on ways that begin in one of these zones. Default: anywhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Vec<String>>,
    /// Only on ways that end in one of these zones. Default: anywhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Vec<String>>,
}

impl Default for Travel {
    fn default() -> Self {
        Self {
            metric: Metric::Haversine,
            circuity: None,
            speed_kmh: None,
            scale: None,
            rounding: None,
            distances: None,
            durations: None,
            speeds: Vec::new(),
        }
    }
}

/// Kind of distance.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Metric {
    /// Great circle between longitudes and latitudes.
    #[default]
    Haversine,
    /// Straight line on the plane.
    Euclidean,
    /// Along the axes of the plane.
    Manhattan,
    /// As given in `distances` and `durations`.
    Matrix,
}

/// How a distance or duration becomes an integer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Rounding {
    /// To the nearest integer (the default).
    Nearest,
    /// Down.
    Floor,
    /// Up.
    Ceil,
}
