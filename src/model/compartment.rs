//! Compartments in a scenario: parts of a vehicle's load space with walls of their own.

use super::quantities::Quantities;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A part of a vehicle's load space, for goods that need a climate of their own, or must not touch others. The goods of an
/// order or shipment lie in one compartment, what it brings and what it takes alike; at a reload all of them are empty.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Compartment {
    /// Unique on its vehicle: the plan says which compartment holds what.
    pub id: String,
    /// Most load, by dimension; none is unlimited. The vehicle's own `capacity` holds for all of them together.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capacity: Option<Quantities>,
    /// What it may hold: goods all of whose `kinds` are named here, and that have any. Default: whatever there is.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kinds: Vec<String>,
}

impl Compartment {
    /// Whether goods of these kinds may lie in it, as far as kinds go.
    #[must_use]
    pub fn admits(&self, kinds: &[String]) -> bool {
        self.kinds.is_empty() || (!kinds.is_empty() && kinds.iter().all(|kind| self.kinds.contains(kind)))
    }
}
