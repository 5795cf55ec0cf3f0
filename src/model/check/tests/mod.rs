//! Plans computed by hand, and every field of them corrupted in turn.

mod routing;
mod siting;
mod trips;

use super::check;
use crate::model::plan::Plan;
use crate::model::problem::Problem;
use crate::model::{parse_scenario, validate};
use proptest::prelude::*;
use routing::routing_answer;
use serde_json::Value;
use siting::siting_answer;

fn problem(document: &Value) -> Problem {
    validate(parse_scenario(&document.to_string()).unwrap()).unwrap_or_else(|defects| panic!("{defects:?}"))
}

/// `plan` with the value at `pointer` replaced; `null` takes the last item of a list away.
fn corrupted(plan: &Plan, pointer: &str, value: Value) -> Plan {
    let mut document = serde_json::to_value(plan).unwrap();
    match document.pointer_mut(pointer) {
        Some(Value::Array(items)) if value.is_null() => drop(items.pop()),
        Some(place) => *place = value,
        None => {
            let (parent, field) = pointer.rsplit_once('/').unwrap();
            document.pointer_mut(parent).unwrap()[field] = value;
        }
    }
    serde_json::from_value(document).unwrap_or_else(|error| panic!("{pointer}: {error}"))
}

fn catches(answer: &(Problem, Plan), cases: &[(&str, Value, &str)]) {
    for (pointer, value, code) in cases {
        let violations = check(&answer.0, &corrupted(&answer.1, pointer, value.clone()));
        let found: Vec<&str> = violations.iter().map(|violation| violation.code.as_str()).collect();
        assert!(found.contains(code), "{pointer} = {value}: no {code} in {violations:?}");
    }
}

/// Numbers and flags of a document, by pointer.
fn leaves(value: &Value, here: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            fields.iter().for_each(|(name, value)| leaves(value, &format!("{here}/{name}"), found))
        }
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(row, value)| leaves(value, &format!("{here}/{row}"), found));
        }
        Value::Number(_) | Value::Bool(_) => found.push(here.to_owned()),
        Value::Null | Value::String(_) => {}
    }
}

#[test]
fn no_number_can_be_changed_unseen() {
    for (problem, plan) in [siting_answer(), routing_answer()] {
        let document = serde_json::to_value(&plan).unwrap();
        let mut found = Vec::new();
        leaves(&document, "", &mut found);
        // The seed is anybody's, and the other van is as good.
        for pointer in found.iter().filter(|pointer| *pointer != "/seed" && *pointer != "/routes/0/number") {
            let changed = match document.pointer(pointer).unwrap() {
                Value::Bool(flag) => Value::from(!flag),
                Value::Number(number) if number.is_f64() => Value::from(number.as_f64().unwrap() * 1.01 + 0.01),
                Value::Number(number) => Value::from(number.as_i64().unwrap() + 1),
                other => panic!("{other}"),
            };
            let violations = check(&problem, &corrupted(&plan, pointer, changed));
            assert!(!violations.is_empty(), "{pointer} was changed unseen");
        }
    }
}

proptest! {
    #[test]
    fn no_plan_panics_the_checker(place: prop::sample::Index, number: i64, float: f64, is_siting: bool) {
        let (problem, plan) = if is_siting { siting_answer() } else { routing_answer() };
        let mut document = serde_json::to_value(&plan).unwrap();
        let mut found = Vec::new();
        leaves(&document, "", &mut found);
        let pointer = found[place.index(found.len())].clone();
        for value in [Value::from(number), Value::from(float)] {
            *document.pointer_mut(&pointer).unwrap() = value;
            if let Ok(plan) = serde_json::from_value::<Plan>(document.clone()) {
                let _ = check(&problem, &plan);
            }
        }
    }
}
