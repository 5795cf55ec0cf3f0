//! A scenario that has been validated: complete, indexed, in exact integers.
//!
//! Planning compiles solver problems from it, the checker prices plans with it. Quantities are scaled by a power of ten
//! that makes all of them integers; `scale` is the number of units in one of the user's.

mod network;
mod routing;
mod siting;

pub use network::Network;
pub use routing::{Alternative, Balance, Dock, Group, Offer, Purpose, Routing, Split, Stock, VehicleType, Visit};
pub use siting::{DemandLine, Product, Site, Siting, Size, SupplyLine};

use super::scenario::Scenario;
use crate::network::Travel;
use crate::units::LocationIdx;
use std::sync::Arc;

/// A valid scenario, ready to be solved and to judge plans by.
#[derive(Clone, Debug)]
pub struct Problem {
    /// The document it came from; names are looked up here. Orders that come in parts are replaced by
    /// these, and the vehicles of a network by one for each site at which they may be based.
    pub scenario: Scenario,
    /// SHA-256 of the scenario as JSON, in hexadecimal.
    pub input_hash: String,
    /// Travel between the scenario's locations, in their order.
    pub travel: Arc<Travel>,
    /// What is asked, with its data.
    pub case: Case,
}

/// The kinds of question.
#[derive(Clone, Debug)]
#[expect(clippy::large_enum_variant, reason = "there is one of it")]
pub enum Case {
    /// Which sites to open.
    Siting(Siting),
    /// Which vehicle serves which order when.
    Routing(Routing),
    /// Which sites to open, and which vehicle serves which order from there.
    Network(Network),
}

impl Problem {
    /// The id of a location.
    #[must_use]
    pub fn location_id(&self, location: LocationIdx) -> &str {
        &self.scenario.locations[location.get()].id
    }

    /// The id of the order or shipment that a visit is for; empty for a reload.
    #[must_use]
    pub fn order_id(&self, purpose: Purpose) -> &str {
        match purpose {
            Purpose::Order(row) => &self.scenario.orders[row].id,
            Purpose::Pickup(row) | Purpose::Delivery(row) => &self.scenario.shipments[row].id,
            Purpose::Reload => "",
        }
    }
}
