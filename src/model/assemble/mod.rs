//! From a choice, in rows and integers, to the plan that users read: ids, times, loads, distances and costs.
//!
//! Main types: [`SitingChoice`], [`RoutingChoice`], [`NetworkChoice`]. Every cost is a whole number of millionths of the currency and
//! terms are summed as integers, so that they add up exactly. The checker must not call anything in here.

mod coverage;
mod doors;
mod network;
mod routing;
mod schedule;
mod shares;
mod siting;

pub use network::{NetworkChoice, network_plan};
pub use routing::{RoutingChoice, cost_together, routing_plan, wait_for_each_other, without_doors};
pub(super) use schedule::Schedule;
pub use shares::cost_shares;
pub use siting::{SitingChoice, siting_plan};

use super::plan::{Plan, Status, Summary};
use super::problem::Problem;
use crate::units::{Cost, Load};
use std::collections::BTreeMap;

/// A plan with nothing in it yet.
fn empty_plan(problem: &Problem) -> Plan {
    Plan {
        kind: problem.scenario.kind,
        version: 1,
        name: problem.scenario.name.clone(),
        status: Status::Feasible,
        summary: Summary::default(),
        lower_bound: None,
        bound_kind: None,
        gap: None,
        certificate: None,
        sites: Vec::new(),
        alternatives: Vec::new(),
        alternatives_bound: None,
        sweep: Vec::new(),
        flows: Vec::new(),
        routes: Vec::new(),
        docks: Vec::new(),
        splits: Vec::new(),
        cost_shares: Vec::new(),
        outsourced: Vec::new(),
        unserved: Vec::new(),
        violations: Vec::new(),
        seed: problem.scenario.limits.seed.unwrap_or(1),
        solver_version: env!("CARGO_PKG_VERSION").to_owned(),
        input_hash: problem.input_hash.clone(),
        custom: problem.scenario.custom.clone(),
    }
}

/// Total and terms; terms that are zero are left out.
fn add_up(summary: &mut Summary, terms: &[(&str, Cost)]) {
    let total: Cost = terms.iter().map(|&(_, cost)| cost).sum();
    summary.total = total.as_currency();
    summary.costs = terms
        .iter()
        .filter(|(_, cost)| *cost != Cost::ZERO)
        .map(|&(term, cost)| (term.to_owned(), cost.as_currency()))
        .collect::<BTreeMap<_, _>>();
}

/// `load` in the user's unit.
fn in_user_units(load: Load, scale: f64) -> f64 {
    load.get() as f64 / scale
}
