//! The document that a user gets back.

mod routing;
mod siting;
mod unserved;

pub use routing::{Activity, CostShare, DoorCall, OrderPart, Outsourced, Pause, PauseKind, Route, SplitOrder, Stop};
pub use siting::{Alternative, Certificate, Flow, OUTSIDE, Prices, SiteChange, SitePlan, SitePrice, Stage, SweepPoint};
pub use unserved::{Change, Reason, Relaxation, Remedy, Unserved, Verdict};

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
    /// with the best prices of the orders), `t-routes` (the same, which keep to time windows in place of loads), `radial`
    /// (every route goes to the farthest of its orders and back), or `cheapest arcs` (every order is entered and left).
    /// Network: `direct trips` (sites with each order charged its share of a trip for it alone), or those of routing from any
    /// site together with the cheapest sites that have room.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bound_kind: Option<String>,
    /// (total − lower bound) / total, rounded up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gap: Option<f64>,
    /// What proves a lower bound without a search (siting).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificate: Option<Certificate>,
    /// Every site of the scenario (siting, network).
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
    /// Goods moved over the planning period (siting; network: into sites).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub flows: Vec<Flow>,
    /// One for each vehicle used (routing; network: of one day).
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
    /// Routing: `fixed`, `distance`, `time`, `overtime`, `lateness`, `changes` (orders on other vehicles than planned), `outsourcing` (what carriers ask), `prizes`.
    /// Network: those of sites, supplies and handling, and those of the routes times the days. Terms that are zero are left
    /// out.
    pub costs: BTreeMap<String, f64>,
    /// Sites open (siting, network).
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
    /// Vehicles used (routing, network).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vehicles: Option<u32>,
    /// Total distance of the routes, in meters (routing; network: of one day, as the next two).
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
