//! Docks in a scenario: where vehicles load and unload, and how many at once.

use super::moment::Moment;
use super::quantities::Quantities;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A place with doors at which vehicles load and unload. A vehicle calls there before it leaves, where it starts there and
/// brings orders; at each reload there; and when it is back, where it ends there and has picked something up. It is at a
/// door for the whole time, waits for one where all are taken, and its shift and duration hold that time. Goods of shipments
/// are not handled at docks. At a customer with `serves_orders` it is at a door for as long as each service takes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Dock {
    /// Where: the id of a location at which vehicles start, reload or end, or orders are served. One dock at most for each.
    pub location: String,
    /// How many vehicles can be there at once. Default 1.
    #[serde(default = "one_door", skip_serializing_if = "is_one_door")]
    pub doors: u32,
    /// Whether orders and shipments that are served here take a door as well, so that no more vehicles serve at once than
    /// there are doors, and only in its hours. Services without length take none.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub serves_orders: bool,
    /// When its doors are open: nobody is at one before or after. Default: always.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hours: Option<[Moment; 2]>,
    /// Seconds at the door, however much is loaded and unloaded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service: Option<f64>,
    /// Seconds to load or unload one unit, by dimension (a bare number is for all), with at most three decimals. The time
    /// for each order is rounded up to whole seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub per_unit: Option<Quantities>,
}

fn one_door() -> u32 {
    1
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands in a reference")]
fn is_one_door(doors: &u32) -> bool {
    *doors == 1
}
