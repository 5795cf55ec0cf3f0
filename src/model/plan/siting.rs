//! Open sites and flows, and the proof of how good they are.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

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
