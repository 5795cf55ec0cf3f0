//! Supplies, sites, demands, lanes, and what a siting minimizes.

use crate::model::quantities::Quantities;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

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
    pub(super) fn is_default(&self) -> bool {
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
    pub(super) fn is_default(&self) -> bool {
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
