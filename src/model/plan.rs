//! The document that a user gets back.

use super::moment::Moment;
use super::quantities::Quantities;
use super::scenario::Kind;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The answer to a scenario. Every plan has passed the independent checker.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// What was asked.
    pub kind: Kind,
    /// Version of this document's form: 1.
    pub version: u32,
    /// The scenario's name.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// What the answer is worth.
    pub status: Status,
    /// The totals.
    pub summary: Summary,
    /// No plan that serves everything mandatory can cost less than this. Of orders that come in parts it takes the parts as
    /// given: with other parts a plan could.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lower_bound: Option<f64>,
    /// What proves the lower bound. Siting: `Lagrangian`, or `set covering` (fewer sites, or a
    /// shorter reach, cannot cover everything). Routing: `q-routes` (routes that may come back to an order,
    /// with the best prices of the orders), or `cheapest arcs` (every order is entered and left).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bound_kind: Option<String>,
    /// (total − lower bound) / total, rounded up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gap: Option<f64>,
    /// What proves a lower bound without a search (siting).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificate: Option<Certificate>,
    /// Every site of the scenario (siting).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sites: Vec<SitePlan>,
    /// The best plans found with other sites, the cheapest first (siting, `--alternatives`).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub alternatives: Vec<Alternative>,
    /// No plan with other sites than this one can cost less than this (siting, `--alternatives`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alternatives_bound: Option<f64>,
    /// The least total by the number of open sites (siting, `--sweep-sites`).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sweep: Vec<SweepPoint>,
    /// Goods moved over the planning period (siting).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub flows: Vec<Flow>,
    /// One for each vehicle used (routing).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub routes: Vec<Route>,
    /// Who is at which door of a dock when, by dock and time (routing).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub docks: Vec<DoorCall>,
    /// Orders that come in parts, each of which is named like an order everywhere else (routing).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub splits: Vec<SplitOrder>,
    /// What each order and shipment on the routes costs (routing, `--cost-shares`).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cost_shares: Vec<CostShare>,
    /// Orders and shipments that carriers take (routing).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub outsourced: Vec<Outsourced>,
    /// Orders, shipments or demands that the plan leaves out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unserved: Vec<Unserved>,
    /// What a given plan breaks; empty in every plan of ours.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub violations: Vec<Violation>,
    /// Seed of the random numbers.
    pub seed: u64,
    /// Version of the solver.
    pub solver_version: String,
    /// SHA-256 of the scenario, as canonical JSON, in hexadecimal.
    pub input_hash: String,
    /// The scenario's `custom`.
    #[serde(default, skip_serializing_if = "serde_json::Value::is_null")]
    pub custom: serde_json::Value,
}

/// What proves a lower bound without a search: prices from which anybody can recompute it in one pass.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Certificate {
    /// SHA-256 of the prices, in hexadecimal: each as a line in scientific notation with twelve digits, in the order of
    /// the fields below.
    pub digest: String,
    /// No plan can cost less than this, as the prices prove. The plan's lower bound may be better: branching raises it.
    /// With the prices only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bound: Option<f64>,
    /// The prices (`--certificate`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prices: Option<Prices>,
}

/// Lagrange multipliers, in the currency and the scenario's units.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Prices {
    /// Of serving all of a demand, one for each demand and product that it needs.
    pub demands: Vec<f64>,
    /// Of a unit from a supply, one for each supply and product that it gives.
    pub supplies: Vec<f64>,
    /// Of a unit of capacity of all open sites together.
    pub capacity: f64,
    /// Of a unit from all supplies with an opening cost together.
    pub supplying: f64,
    /// Of a unit of the budget, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub budget: Option<f64>,
    /// The reach within which the prices prove that no allowed number of sites serves everything (`p_center`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reach: Option<i64>,
}

/// What the answer is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Proven best: the gap is closed.
    Optimal,
    /// Valid; the search ended by its gap or iteration limit.
    Feasible,
    /// Valid, but not everything mandatory could be served.
    Infeasible,
    /// Valid; the time was up.
    TimeLimit,
    /// Valid; somebody stopped the search.
    Cancelled,
}

/// The totals.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Summary {
    /// Total cost; the terms add up to it exactly.
    pub total: f64,
    /// Cost by term. Siting: `opening`, `operating`, `closing`, `supplying` (opening supplies), `purchase`, `inbound`, `handling`, `outbound`, `direct`,
    /// `outsourcing`; with an objective that counts no costs `sites` (open ones), `uncovered` (units of demand) or
    /// `farthest` (meters or seconds).
    /// Routing: `fixed`, `distance`, `time`, `overtime`, `lateness`, `changes` (orders on other vehicles than planned), `outsourcing` (what carriers ask), `prizes`. Terms that
    /// are zero are left out.
    pub costs: BTreeMap<String, f64>,
    /// Sites open (siting).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sites_open: Option<u32>,
    /// Demand-weighted mean distance from the serving site, in meters (siting).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mean_distance: Option<f64>,
    /// Share of the demand that is covered: served from within the scenario's radius (siting).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub covered: Option<f64>,
    /// Longest distance of a flow to a demand, in meters (siting).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub farthest_distance: Option<i64>,
    /// Longest travel time of a flow to a demand, in seconds (siting, where coverage goes by time).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub farthest_duration: Option<i64>,
    /// Vehicles used (routing).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vehicles: Option<u32>,
    /// Total distance of the routes, in meters (routing).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub distance: Option<i64>,
    /// Total time from departure to return, in seconds (routing).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration: Option<i64>,
    /// Total time spent waiting, in seconds (routing).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waiting: Option<i64>,
    /// Orders and shipments that vehicles serve, or demands served.
    pub served: u32,
    /// Orders and shipments that carriers take (routing, where there are carriers).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outsourced: Option<u32>,
    /// Orders, shipments or demands left out.
    pub unserved: u32,
}

/// What becomes of a site.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SitePlan {
    /// Which site.
    pub id: String,
    /// Whether it is open.
    pub open: bool,
    /// What changes today: `opened`, `closed`, `kept`, or `unused` for a candidate that stays closed.
    pub change: SiteChange,
    /// Id of the level at which it is open; left out when it is closed, or open as the site itself states.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<String>,
    /// Throughput over the planning period, in units of product weight.
    pub throughput: f64,
    /// Throughput over capacity, or that of its fullest product over its own, where there is one and the site is open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub utilization: Option<f64>,
    /// What the opposite decision would cost (`--prices`): opening a closed site, closing an open one. Not for sites that
    /// are required or forbidden.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub turning: Option<SitePrice>,
}

/// What the opposite decision about a site would cost, against the plan's total.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SitePrice {
    /// At least so much, proven; below zero where the plan is not proven best.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_least: Option<f64>,
    /// So much in the best plan found with it; below zero where that is better than this plan.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub found: Option<f64>,
    /// Whether no plan can keep all limits with it, proven.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_impossible: bool,
}

/// Another plan, with other sites.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Alternative {
    /// Total cost; the terms add up to it exactly.
    pub total: f64,
    /// Cost by term, as in the summary.
    pub costs: BTreeMap<String, f64>,
    /// Ids of its open sites.
    pub open: Vec<String>,
    /// Ids of sites that are open in it and not in the plan.
    pub opens: Vec<String>,
    /// Ids of sites that are open in the plan and not in it.
    pub does_without: Vec<String>,
}

/// The best plan found with a number of open sites.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SweepPoint {
    /// Open sites: exactly so many, or at most with an objective that looks at reach alone.
    pub sites: u32,
    /// Its total; left out where no plan was found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total: Option<f64>,
    /// No plan with so many sites can have a smaller total; left out where there is no plan.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lower_bound: Option<f64>,
    /// Share of the demand that is covered, where the scenario has a radius.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub covered: Option<f64>,
    /// Whether no plan can keep all limits with so many sites, proven.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_infeasible: bool,
    /// Ids of its open sites.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub open: Vec<String>,
}

/// What changes at a site.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SiteChange {
    /// A candidate or required site opens.
    Opened,
    /// A site that is open today closes.
    Closed,
    /// An existing site stays open.
    Kept,
    /// A candidate stays closed.
    Unused,
}

/// Goods moved from one place to another over the planning period.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Flow {
    /// Which stage.
    pub stage: Stage,
    /// Id of the supply (inbound, direct) or the site (outbound).
    pub from: String,
    /// Id of the site (inbound) or the demand (all others).
    pub to: String,
    /// Id of the product; left out when there is one nameless product.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product: Option<String>,
    /// How much.
    pub quantity: f64,
    /// How far, in meters.
    pub distance: i64,
    /// What moving it costs (purchase and handling are apart).
    pub cost: f64,
    /// Whether it goes to a demand from within the scenario's coverage radius; left out where there is none, for inbound
    /// flows and what others bring.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub covered: Option<bool>,
}

/// Where outsourced flows come from.
pub const OUTSIDE: &str = "outside";

/// Stage of a flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Supply to site.
    Inbound,
    /// Site to demand.
    Outbound,
    /// Supply to demand, past all sites.
    Direct,
    /// From outside the network to demand, by others; `from` is `outside`.
    Outsourced,
}

/// One vehicle's day.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Route {
    /// Id of the vehicle type.
    pub vehicle: String,
    /// Which one of its vehicles, from 1.
    pub number: u32,
    /// Fixed, distance and time cost, overtime, lateness and changes together.
    pub cost: f64,
    /// Meters.
    pub distance: i64,
    /// Seconds from departure to return, with the time at docks before and after.
    pub duration: i64,
    /// From departure to return, both included; an open route ends with its last customer.
    pub stops: Vec<Stop>,
    /// Breaks and rests of the driver, in their order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pauses: Vec<Pause>,
}

/// A vehicle at a door.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DoorCall {
    /// Id of the dock's location.
    pub location: String,
    /// Which of its doors, from 1.
    pub door: u32,
    /// Id of the vehicle type.
    pub vehicle: String,
    /// Which one of its vehicles.
    pub number: u32,
    /// Row of the stop on its route, from 0.
    pub stop: u32,
    /// When it is at the door.
    pub start: Moment,
    /// When it leaves the door.
    pub end: Moment,
    /// Seconds that it has waited by then since it came: for a door, for the dock to open, or for the release of its goods.
    pub wait: i64,
}

/// Time that a vehicle stands still for its driver.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Pause {
    /// Why.
    pub kind: PauseKind,
    /// Which of the vehicle's breaks, from 1; left out for a rest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<u32>,
    /// Row of the stop that it comes after, from 0. Before the vehicle comes to the next one it is on the way, then at its
    /// place.
    pub after_stop: u32,
    /// When it begins.
    pub start: Moment,
    /// When it ends.
    pub end: Moment,
}

/// Why a vehicle stands still.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PauseKind {
    /// One of the vehicle's breaks.
    Break,
    /// After long driving.
    Rest,
}

/// One call of a vehicle.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Stop {
    /// What happens here.
    pub activity: Activity,
    /// Id of the order or shipment; left out at the start, at reloads and at the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<String>,
    /// Id of the location.
    pub location: String,
    /// When the vehicle comes.
    pub arrive: Moment,
    /// Seconds of getting ready for the service, before any waiting.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub setup: i64,
    /// Seconds of waiting before the service, breaks and rests not counted.
    pub wait: i64,
    /// When the service starts.
    pub start: Moment,
    /// When the vehicle leaves.
    pub leave: Moment,
    /// What is aboard when it leaves, by dimension (`load` where there is one nameless dimension); at the end, what it
    /// brings back.
    pub load: BTreeMap<String, f64>,
    /// Meters from the route's start.
    pub distance: i64,
    /// Seconds by which the service starts too late.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub late: i64,
    /// Seconds by which the service could start later without breaking a window or the shift; 1 000 000 000 where
    /// nothing limits it.
    pub slack: i64,
    /// The compartment in which the goods of the order or shipment lie, where the vehicle has any and there are goods.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compartment: Option<String>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands in a reference")]
fn is_zero(seconds: &i64) -> bool {
    *seconds == 0
}

/// What happens at a stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Activity {
    /// Departure; at a dock, the service is that of loading.
    Start,
    /// An order is served.
    Order,
    /// A shipment's goods are fetched.
    Pickup,
    /// A shipment's goods are brought.
    Delivery,
    /// Everything aboard is unloaded, and the goods of the next trip are loaded.
    Reload,
    /// Return; at a dock, the service is that of unloading.
    End,
}

/// What an order or shipment costs. The cost of each route is shared among those that it serves, in proportion to `marginal`
/// and `alone` together; the shares add up to it exactly, and with `outsourcing` and `prizes` to the plan's total.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CostShare {
    /// Id of the order or shipment.
    pub id: String,
    /// Its share of the route's cost.
    pub share: f64,
    /// What the route costs less without it; zero where it costs no less.
    pub marginal: f64,
    /// What a route of the same vehicle for it alone costs.
    pub alone: f64,
}

/// An order that comes in parts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SplitOrder {
    /// Id of the order.
    pub order: String,
    /// Its parts; their amounts add up to those of the order.
    pub parts: Vec<OrderPart>,
}

/// A part of an order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OrderPart {
    /// Its id.
    pub id: String,
    /// What is brought.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delivery: Option<Quantities>,
    /// What is taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pickup: Option<Quantities>,
}

/// An order or shipment that a carrier takes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Outsourced {
    /// Id of the order or shipment.
    pub id: String,
    /// Id of the carrier.
    pub carrier: String,
    /// What the carrier asks for it.
    pub price: f64,
}

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

/// Something that a given plan breaks.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Violation {
    /// JSON pointer into the plan.
    pub pointer: String,
    /// Stable code.
    pub code: String,
    /// In words, with the value found and what is allowed.
    pub detail: String,
}
