//! The documents of insertion advice: what is to be inserted, and where it fits.

use super::plan::{Change, Reason, Stop};
use super::scenario::{Location, Order, Scenario, Shipment};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// An order or a shipment that came in after the plan was made.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewOrder {
    /// Places that the scenario does not know. Not with the metric `matrix`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub locations: Vec<Location>,
    /// The order; or else `shipment`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<Order>,
    /// The shipment; or else `order`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shipment: Option<Shipment>,
}

impl NewOrder {
    /// `scenario` with it.
    #[must_use]
    pub fn added_to(&self, scenario: &Scenario) -> Scenario {
        let mut scenario = scenario.clone();
        scenario.locations.extend(self.locations.iter().cloned());
        scenario.orders.extend(self.order.iter().cloned());
        scenario.shipments.extend(self.shipment.iter().cloned());
        scenario
    }

    /// The pointer into this document for one into [`NewOrder::added_to`] `scenario`; what is not here stays as it is.
    #[must_use]
    pub fn pointer(&self, scenario: &Scenario, pointer: &str) -> String {
        let rest = |list: &str, row: usize| pointer.strip_prefix(&format!("/{list}/{row}")).map(str::to_owned);
        if let Some(rest) = rest("orders", scenario.orders.len()) {
            return format!("/order{rest}");
        }
        if let Some(rest) = rest("shipments", scenario.shipments.len()) {
            return format!("/shipment{rest}");
        }
        let known = scenario.locations.len();
        let place = (0..self.locations.len())
            .find_map(|row| rest("locations", known + row).map(|rest| format!("/locations/{row}{rest}")));
        place.unwrap_or_else(|| pointer.to_owned())
    }
}

/// Where an order or shipment fits into a plan.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Advice {
    /// Id of the order or shipment.
    pub id: String,
    /// The cheapest places, cheapest first; empty where it fits nowhere.
    pub places: Vec<Place>,
    /// Where it fits nowhere: for every route and every type of vehicle at rest, what is in the way.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refusals: Vec<Refusal>,
}

/// One place for an order or shipment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Place {
    /// What the plan costs more with it; a prize that leaving it out would have cost is not counted.
    pub price: f64,
    /// Id of the vehicle type.
    pub vehicle: String,
    /// Which one of its vehicles, from 1.
    pub number: u32,
    /// Whether the vehicle has no route in the plan so far.
    pub is_new_route: bool,
    /// Seconds that the route takes longer.
    pub duration: i64,
    /// Meters that the route is longer.
    pub distance: i64,
    /// Where the new stops stand among the route's stops, which begin with the departure, 0.
    pub positions: Vec<u32>,
    /// The new stops: one of an order, two of a shipment.
    pub stops: Vec<Stop>,
}

/// Why a vehicle cannot take an order or shipment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Refusal {
    /// Id of the vehicle type.
    pub vehicle: String,
    /// Which one of its vehicles has the route; left out for those without a route.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<u32>,
    /// What is in the way at the place where least is.
    pub reasons: Vec<Reason>,
    /// What would lift all of it; empty where no limit does.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<Change>,
}
