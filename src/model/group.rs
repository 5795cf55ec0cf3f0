//! Groups of orders in a scenario: who goes with whom.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Orders and shipments whose vehicles depend on each other. Those that are left out or go with a carrier do not count. All
/// trips of a vehicle are one route.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Group {
    /// Ids of orders and shipments, at least two. Each is in one group at most that is `together` or `in_sequence`.
    pub orders: Vec<String>,
    /// What holds for them.
    pub rule: GroupRule,
}

/// What holds for a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum GroupRule {
    /// The same vehicle serves all.
    Together,
    /// The same vehicle serves all, in the order of the list; others may come between them. Not for shipments.
    InSequence,
    /// No vehicle serves two of them.
    Apart,
}
