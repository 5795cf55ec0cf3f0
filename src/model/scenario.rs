//! The document that a user hands in.
//!
//! Every field is either served or refused by validation; none is read and ignored. Units: seconds,
//! meters (or the unit of planar coordinates), one currency; quantities in the user's own units.

use super::balance::Balance;
use super::carrier::Carrier;
use super::compartment::Compartment;
use super::dock::Dock;
use super::group::Group;
use super::moment::Moment;
use super::quantities::Quantities;
use super::stock::Stock;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A whole planning question: which sites to open, or how the day's routes run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// What is asked.
    pub kind: Kind,
    /// Version of this document's form: 1.
    pub version: u32,
    /// A title for reports.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// Where the data come from and by which convention they count, shown with the plan.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub convention: String,
    /// Name of the currency, for display.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub currency: String,
    /// How distances and durations between locations arise.
    #[serde(default)]
    pub travel: Travel,
    /// Every place that the rest of the document names.
    pub locations: Vec<Location>,
    /// Kinds of goods; none means one nameless product.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub products: Vec<Product>,
    /// Where goods come from (siting); none means that goods are at the sites already.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub supplies: Vec<Supply>,
    /// Places that could be opened, or are open today (siting).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sites: Vec<Site>,
    /// What is needed where (siting).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub demands: Vec<Demand>,
    /// What transport costs (siting).
    #[serde(default, skip_serializing_if = "Lanes::is_default")]
    pub lanes: Lanes,
    /// What is minimized.
    #[serde(default, skip_serializing_if = "Objective::is_default")]
    pub objective: Objective,
    /// When a demand counts as covered (siting).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub coverage: Option<Coverage>,
    /// Fewest sites that must be open (siting).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sites_min: Option<u32>,
    /// Most sites that may be open (siting).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sites_max: Option<u32>,
    /// Most that may be spent on opening sites: the sum of their one-off `opening_cost` (siting).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub budget: Option<f64>,
    /// Vehicles by type (routing).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub vehicles: Vec<Vehicle>,
    /// Deliveries from, and pickups to, the vehicles' places (routing).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub orders: Vec<Order>,
    /// Goods to be picked up at one place and delivered to another by the same vehicle (routing).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub shipments: Vec<Shipment>,
    /// Third parties that take orders and shipments for a price (routing).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub carriers: Vec<Carrier>,
    /// Where vehicles load and unload at doors, and queue for them (routing). Elsewhere that takes no time.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub docks: Vec<Dock>,
    /// Where goods to deliver are limited (routing). Elsewhere there is enough.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stocks: Vec<Stock>,
    /// Pairs of kinds of goods that must not be on the same trip of a vehicle; a kind paired with itself keeps its own
    /// orders apart. On vehicles with compartments they must not be in the same compartment on the same trip (routing).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub incompatible: Vec<[String; 2]>,
    /// Orders and shipments that the same vehicle must serve, or must not (routing).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<Group>,
    /// What it costs to share the work unevenly among the vehicles (routing).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub balance: Option<Balance>,
    /// What the plan must keep of an earlier one (routing).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub locks: Vec<Lock>,
    /// When to stop; the command line goes before it.
    #[serde(default, skip_serializing_if = "Limits::is_default")]
    pub limits: Limits,
    /// Free for the user; echoed in the plan.
    #[serde(default, skip_serializing_if = "serde_json::Value::is_null")]
    pub custom: serde_json::Value,
}

/// What is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Which sites to open, and all flows.
    Siting,
    /// Which vehicle serves which order when.
    Routing,
}

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

/// A place.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Location {
    /// Unique in the list.
    pub id: String,
    /// `[longitude, latitude]` in degrees, or `[x, y]` on the plane. Required unless the metric is `matrix`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<[f64; 2]>,
    /// A readable name; the id where there is none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// A name that it shares with other places where traffic is alike, for `travel.speeds` (routing). Default: in no zone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone: Option<String>,
}

/// A kind of goods.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Product {
    /// Unique in the list.
    pub id: String,
    /// Capacity that one unit of it takes at a site. Default 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weight: Option<f64>,
}

/// A place where goods come from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Supply {
    /// Unique in the list.
    pub id: String,
    /// Where: the id of a location.
    pub location: String,
    /// Most that it can give, by product; a product that is not named does not come from here. Without it everything
    /// comes from here without limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capacity: Option<Quantities>,
    /// Price of one unit, by product (a bare number is for all).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit_cost: Option<Quantities>,
    /// Cost of drawing anything at all from it over the planning period.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opening_cost: Option<f64>,
}

/// A place that could be opened, or is open today.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Site {
    /// Unique in the list.
    pub id: String,
    /// Where: the id of a location.
    pub location: String,
    /// Whether it may be chosen.
    #[serde(default)]
    pub status: SiteStatus,
    /// Sizes to choose from: an open site has exactly one of them, and they take the place of its own `capacity`,
    /// `product_capacity`, `opening_cost`, `operating_cost` and `handling_cost`. An `existing` site keeps its own as today's size, and may
    /// change to one of these instead.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub levels: Vec<Level>,
    /// Least throughput over the planning period if it is open, in units of product weight.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_throughput: Option<f64>,
    /// One-off cost of opening it, brought to the planning period. Not for an `existing` site.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opening_cost: Option<f64>,
    /// Cost of having it open over the planning period.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operating_cost: Option<f64>,
    /// Cost of closing it, for a site that is open today (`existing`, or a `forbidden` one).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closing_cost: Option<f64>,
    /// Most throughput over the planning period, in units of product weight; none is unlimited.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capacity: Option<f64>,
    /// Most throughput of single products, in their units, beside `capacity`: a product at 0 does not pass here, one that
    /// is not named has no limit of its own. Not together with demands of a single source, nor with `min_throughput`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product_capacity: Option<Quantities>,
    /// Cost of handling one unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handling_cost: Option<f64>,
}

/// A size that a site can have.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Level {
    /// Unique in the site's list.
    pub id: String,
    /// Most throughput over the planning period, in units of product weight; none is unlimited.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capacity: Option<f64>,
    /// Most throughput of single products at this size, in their units, as for a site.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product_capacity: Option<Quantities>,
    /// One-off cost of opening the site at this size, or of changing an existing one to it, brought to the planning
    /// period.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opening_cost: Option<f64>,
    /// Cost of having it open at this size over the planning period.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operating_cost: Option<f64>,
    /// Cost of handling one unit at this size.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handling_cost: Option<f64>,
}

/// Whether a site may be chosen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SiteStatus {
    /// Closed today, may be opened.
    #[default]
    Candidate,
    /// Open today, may be closed.
    Existing,
    /// Must be open.
    Required,
    /// Must not be open.
    Forbidden,
}

/// What is needed at a place over the planning period.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Demand {
    /// Unique in the list.
    pub id: String,
    /// Where: the id of a location.
    pub location: String,
    /// How much, by product.
    pub quantity: Quantities,
    /// What is there already, by product: only the rest is brought, nothing where it is enough.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stock: Option<Quantities>,
    /// Cost of having others bring one unit from outside the network, whatever the product. Without it the network must
    /// serve the demand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outsourcing_cost: Option<f64>,
    /// Whether one source must bring each product whole: a site, a supply directly, or others. Default: several may
    /// share.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub single_source: bool,
    /// Longest distance to a serving site, or to a supply that serves it directly, in meters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_distance: Option<f64>,
    /// Longest travel time from a serving site, or from a supply that serves it directly, in seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_duration: Option<f64>,
    /// Sites that must not serve it, by id.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub forbidden_sites: Vec<String>,
}

/// What transport costs on the two stages.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Lanes {
    /// From supplies to sites.
    #[serde(default)]
    pub inbound: Lane,
    /// From sites to demands.
    #[serde(default)]
    pub outbound: Lane,
    /// From supplies to demands, past all sites. Without it nothing goes directly.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub direct: Option<Lane>,
}

impl Lanes {
    fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

/// What transport costs on one stage: per unit, and per unit and kilometer.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Lane {
    /// Cost of moving one unit, whatever the distance.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub per_unit: Option<f64>,
    /// Cost of moving one unit over a kilometer (1000 distance units).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub per_unit_km: Option<f64>,
    /// Given costs of moving one unit from each supply or site (rows, in list order) to each site or demand (columns):
    /// takes the place of both prices above.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit_costs: Option<Vec<Vec<f64>>>,
    /// The same for single products, by product: takes the place of all other prices for that product.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub product_unit_costs: BTreeMap<String, Vec<Vec<f64>>>,
}

impl Lane {
    /// The given costs of moving one unit of a product, where there are such.
    #[must_use]
    pub fn given_costs(&self, product: Option<&Product>) -> Option<&Vec<Vec<f64>>> {
        product.and_then(|product| self.product_unit_costs.get(&product.id)).or(self.unit_costs.as_ref())
    }
}

/// What is minimized.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Objective {
    /// All costs together.
    #[default]
    MinCost,
    /// Siting: the transport cost alone, with exactly `sites_max` sites open: no site may have costs.
    PMedian,
    /// Siting: as few open sites as cover every demand (`coverage`). Like the two that follow it counts no costs, so no
    /// site may have any; prices of `lanes.outbound`, else distances, decide who serves whom in the end.
    SetCover,
    /// Siting: as little demand as possible that is not covered (`coverage`), with at most `sites_max` sites open.
    MaxCover,
    /// Siting: the least distance or travel time within which at most `sites_max` sites serve every demand.
    PCenter,
    /// Routing: as few vehicles as possible, and then as little cost: no order may be optional.
    MinVehicles,
}

impl Objective {
    fn is_default(&self) -> bool {
        *self == Self::default()
    }

    /// Whether it looks at reach alone: set covering, maximal covering, p-center.
    #[must_use]
    pub fn is_covering(self) -> bool {
        match self {
            Self::SetCover | Self::MaxCover | Self::PCenter => true,
            Self::MinCost | Self::PMedian | Self::MinVehicles => false,
        }
    }
}

/// When a demand counts as covered: served from near enough. With costs (`min_cost`, `p_median`) every demand that the
/// network serves must be.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Coverage {
    /// What is measured from whoever serves the demand.
    #[serde(default)]
    pub measure: Measure,
    /// The most of it, in meters or seconds. Not with `p_center`, which looks for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub radius: Option<f64>,
}

/// What coverage goes by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// Meters (distance units).
    #[default]
    Distance,
    /// Seconds of travel.
    Duration,
}

/// Vehicles of one type.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Vehicle {
    /// Unique in the list.
    pub id: String,
    /// How many of them. Default 1.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub count: u32,
    /// Most load, by dimension; none is unlimited.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capacity: Option<Quantities>,
    /// Parts of its load space. Default: all goods lie together.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub compartments: Vec<Compartment>,
    /// Where its route starts: the id of a location.
    pub start: String,
    /// Where it ends. Default: where it starts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<String>,
    /// Whether the route ends at its last customer instead. Not together with `end`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub open_end: bool,
    /// Earliest departure and latest return, loading before and unloading after at docks included.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shift: Option<[Moment; 2]>,
    /// What it costs. Default: 1 per distance unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub costs: Option<VehicleCosts>,
    /// Longest route, in meters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_distance: Option<f64>,
    /// Longest time from departure to return, docks included, in seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_duration: Option<f64>,
    /// Longest time at the wheel, in seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_driving: Option<f64>,
    /// Breaks of the driver, in their order; at most 4.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub breaks: Vec<Break>,
    /// Rests that driving makes necessary.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rests: Option<Rests>,
    /// Most stops of a route.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_stops: Option<u32>,
    /// Whether it is unloaded from one end only: of the shipments aboard, the one that was fetched last is brought first.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub last_in_first_out: bool,
    /// Where and how often it can come back during its route, unload and load for another trip. Default: never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reload: Option<Reload>,
    /// What it can do beyond driving: an order goes only to vehicles that have all of its skills.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub skills: Vec<String>,
}

fn one() -> u32 {
    1
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands in a reference")]
fn is_one(count: &u32) -> bool {
    *count == 1
}

/// How a vehicle makes several trips on one route. A reload is no stop in the sense of `max_stops`; shipments do not stay
/// aboard over it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Reload {
    /// Where: ids of locations. Default: the vehicle's start.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub locations: Vec<String>,
    /// Most reloads of a route. Default: no limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<u32>,
    /// Length of a reload, in seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service: Option<f64>,
}

/// A break. It may interrupt the way to a stop, come before a service or after one. It is due when the vehicle has left before
/// the end of its last window and is not back by then, and counts as working time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Break {
    /// When it may begin.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window: Option<[Moment; 2]>,
    /// In place of `window`, several of which it may begin in any, such as from 11:30 to 12:30 or from 13:30 to 14:00.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub windows: Vec<[Moment; 2]>,
    /// How long it is, in seconds.
    pub duration: f64,
}

/// After so much driving the driver has to rest before the vehicle drives on. Waiting that is as long is used for it, and a
/// break that is as long will do.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Rests {
    /// Most time at the wheel without one, in seconds: 16200 are four hours and a half.
    pub after: f64,
    /// How long a rest is, in seconds.
    pub duration: f64,
}

/// What a vehicle costs. Prices are rounded to the nearest millionth of the currency.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct VehicleCosts {
    /// Cost of using it at all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fixed: Option<f64>,
    /// Cost per meter (distance unit).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub per_meter: Option<f64>,
    /// Cost per second from departure to return, docks included.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub per_second: Option<f64>,
    /// What long days cost more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub overtime: Option<Overtime>,
}

/// Overtime: what a route costs more that takes longer than usual, beside `per_second`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Overtime {
    /// Usual time from departure to return, in seconds.
    pub after: f64,
    /// Cost of a second beyond it.
    pub per_second: f64,
}

/// What it costs to come too late. A service may then start after its window has closed, but before the next one opens.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Lateness {
    /// Cost of a second.
    pub per_second: f64,
    /// Most seconds. Default: no limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<f64>,
}

/// Goods to bring to a place from the vehicle's start, or to take from it to the vehicle's end.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Order {
    /// Unique among orders and shipments.
    pub id: String,
    /// Where: the id of a location.
    pub location: String,
    /// What is brought, by dimension.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delivery: Option<Quantities>,
    /// When what is brought is there to be loaded: the trip that brings it starts no earlier. Default: from the start.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub release: Option<Moment>,
    /// What is taken, by dimension.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pickup: Option<Quantities>,
    /// Whether the pickup is a backhaul: nothing that the vehicle delivers from its start may come after it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub backhaul: bool,
    /// When the service may start: in one of these windows, which do not overlap; at most 8. Always without any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub windows: Vec<[Moment; 2]>,
    /// Seconds from arrival until the service can start, spent only when the vehicle comes from another location. It may be
    /// over before a window opens.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub setup: Option<f64>,
    /// Length of the service, in seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service: Option<f64>,
    /// What it costs to start after a window has closed, at any of its places. Default: that is not allowed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lateness: Option<Lateness>,
    /// Whether it may come in parts, each on its own route, and how it is cut; not with a prize. Default: it comes whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub split: Option<SplitRule>,
    /// Other places where the order can be served instead, each with its own windows and service.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub alternatives: Vec<Place>,
    /// What leaving it out costs; without it the order is mandatory.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prize: Option<f64>,
    /// Who is left out first where not all can be served: as few as possible of priority 1, then of 2, and so on, before all
    /// costs. Mandatory ones without a priority come before 1; optional ones without are left out for their prizes alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub priority: Option<u32>,
    /// What its goods are, for `incompatible` and `compartments`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kinds: Vec<String>,
    /// Skills that the vehicle needs, all of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub skills: Vec<String>,
    /// The only vehicles that may serve it, by id. Default: all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub allowed_vehicles: Vec<String>,
    /// Vehicles that must not serve it, by id.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub forbidden_vehicles: Vec<String>,
}

/// How an order is cut into parts. Each part is served in the order's windows, takes its share of the service, and counts as
/// a stop and as an order: its id is that of the order with `#1`, `#2`, … behind. Loads are those of the vehicle that brings
/// the order in the fewest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SplitRule {
    /// As many full loads as there are, and the rest.
    Loads,
    /// Full loads; the rest in as many 20 % of a load as there are, then 10 %, 5 %, 1 %, and what is left.
    Shares,
}

/// A place where an order can be served.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Place {
    /// Where: the id of a location.
    pub location: String,
    /// When the service may start there: in one of these windows, which do not overlap; at most 8. Always without any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub windows: Vec<[Moment; 2]>,
    /// Seconds from arrival until the service can start, spent only when the vehicle comes from another location. It may be
    /// over before a window opens.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub setup: Option<f64>,
    /// Length of the service there, in seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service: Option<f64>,
}

/// Goods from one place to another, by the same vehicle.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Shipment {
    /// Unique among orders and shipments.
    pub id: String,
    /// What is moved, by dimension.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quantity: Option<Quantities>,
    /// Where and when the goods are fetched.
    pub pickup: ShipmentStop,
    /// Where and when they are brought.
    pub delivery: ShipmentStop,
    /// What leaving it out costs; without it the shipment is mandatory.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prize: Option<f64>,
    /// Who is left out first where not all can be served: as few as possible of priority 1, then of 2, and so on, before all
    /// costs. Mandatory ones without a priority come before 1; optional ones without are left out for their prizes alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub priority: Option<u32>,
    /// What its goods are, for `incompatible` and `compartments`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kinds: Vec<String>,
    /// Skills that the vehicle needs, all of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub skills: Vec<String>,
    /// The only vehicles that may serve it, by id. Default: all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub allowed_vehicles: Vec<String>,
    /// Vehicles that must not serve it, by id.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub forbidden_vehicles: Vec<String>,
}

/// One end of a shipment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ShipmentStop {
    /// Where: the id of a location.
    pub location: String,
    /// When the service may start: at most one window.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub windows: Vec<[Moment; 2]>,
    /// Seconds from arrival until the service can start, spent only when the vehicle comes from another location. It may be
    /// over before a window opens.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub setup: Option<f64>,
    /// Length of the service, in seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service: Option<f64>,
    /// What it costs to start after the window has closed. Default: that is not allowed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lateness: Option<Lateness>,
}

/// Something that was promised or has begun, and must stay. Whoever is locked must be served, whatever the prize.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Lock {
    /// Id of the order or shipment.
    pub order: String,
    /// Which visit of a shipment; needed with `position` and `promised`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub activity: Option<ShipmentEnd>,
    /// Id of the vehicle that serves it, one of its type where there are several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vehicle: Option<String>,
    /// What it costs to give it to a vehicle of another type, the whole of a shipment once. Default: that is not allowed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub change_cost: Option<f64>,
    /// Its place among the first stops of the vehicle's route, from 1, with nothing before or between them. The vehicle
    /// must be the only one of its type. A vehicle on its way starts where it is, with a shift that opens now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<u32>,
    /// When the service was promised to start.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub promised: Option<Moment>,
    /// Seconds by which the service may start earlier or later than promised. Default 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tolerance: Option<f64>,
}

/// One of the two visits of a shipment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ShipmentEnd {
    /// Where the goods are fetched.
    Pickup,
    /// Where they are brought.
    Delivery,
}

/// When to stop.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// Seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time: Option<f64>,
    /// Relative gap that is good enough, 0.001 for 0.1 %.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gap: Option<f64>,
    /// Iterations of the solver's main loop.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub iterations: Option<u64>,
    /// Seed of the random numbers. Default 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seed: Option<u64>,
    /// Threads. Default: all cores.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub threads: Option<u32>,
}

impl Limits {
    fn is_default(&self) -> bool {
        *self == Self::default()
    }
}
