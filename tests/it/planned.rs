//! Problems of JSON documents, and their plans after some iterations.

use hubroute::model::{Defect, Plan, Problem, parse_scenario, validate};
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

/// The problem of a document with other values at some pointers, or what is wrong with it.
pub(crate) fn validated(mut document: Value, changes: &[(&str, Value)]) -> Result<Problem, Vec<Defect>> {
    for (pointer, value) in changes {
        let (parent, field) = pointer.rsplit_once('/').unwrap();
        document.pointer_mut(parent).unwrap()[field] = value.clone();
    }
    validate(parse_scenario(&document.to_string())?)
}
