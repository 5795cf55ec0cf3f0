//! Limited goods in a scenario.

use super::quantities::Quantities;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What there is at a place where vehicles start or reload: all trips that are loaded there bring no more than that together.
/// Shipments, and what vehicles bring back, do not count.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Stock {
    /// Where: the id of a location at which vehicles start or reload. One stock at most for each.
    pub location: String,
    /// How much, by dimension; of dimensions that are not named there is enough.
    pub quantity: Quantities,
}
