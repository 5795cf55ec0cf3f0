//! Problems of JSON documents, and their plans after some iterations.

use hubroute::model::{Plan, Problem, parse_scenario, validate};
use hubroute::planning::{Options, plan};
use hubroute::search::Silent;
use serde_json::Value;
use std::sync::atomic::AtomicBool;

/// The problem of a scenario, which has to be valid.
pub(crate) fn problem(document: &Value) -> Problem {
    validate(parse_scenario(&document.to_string()).unwrap()).unwrap_or_else(|defects| panic!("{defects:?}"))
}

/// The plan of a problem after some iterations.
pub(crate) fn planned(problem: &Problem, iterations: u64) -> Plan {
    let cancel = AtomicBool::new(false);
    plan(problem, &Options::of_iterations(iterations, &cancel), &Silent).unwrap()
}
