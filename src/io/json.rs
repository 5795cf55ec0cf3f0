//! Documents as JSON, and the JSON Schemas of the documents.

use crate::model::{Advice, NewOrder, Plan, Scenario};
use schemars::schema_for;
use serde::Serialize;
use serde_json::Value;

/// A scenario as JSON, two spaces deep, rows of numbers on one line; ends with a newline.
#[must_use]
pub fn scenario_to_json(scenario: &Scenario) -> String {
    to_json(scenario)
}

/// A plan as JSON, likewise.
#[must_use]
pub fn plan_to_json(plan: &Plan) -> String {
    to_json(plan)
}

/// Insertion advice as JSON, likewise.
#[must_use]
pub fn advice_to_json(advice: &Advice) -> String {
    to_json(advice)
}

/// The JSON Schema of scenarios.
#[must_use]
pub fn scenario_schema() -> Value {
    schema_for!(Scenario).to_value()
}

/// The JSON Schema of plans.
#[must_use]
pub fn plan_schema() -> Value {
    schema_for!(Plan).to_value()
}

/// The JSON Schema of new orders.
#[must_use]
pub fn new_order_schema() -> Value {
    schema_for!(NewOrder).to_value()
}

/// The JSON Schema of insertion advice.
#[must_use]
pub fn advice_schema() -> Value {
    schema_for!(Advice).to_value()
}

fn to_json<D: Serialize>(document: &D) -> String {
    let value = serde_json::to_value(document).expect("documents have string keys");
    let mut text = String::new();
    write(&value, 0, &mut text);
    text.push('\n');
    text
}

fn write(value: &Value, depth: usize, text: &mut String) {
    match value {
        Value::Array(items) if items.iter().any(|item| item.is_array() || item.is_object()) => {
            text.push('[');
            for (i, item) in items.iter().enumerate() {
                new_line(i, depth, text);
                write(item, depth + 1, text);
            }
            end(depth, ']', text);
        }
        Value::Object(fields) if !fields.is_empty() => {
            text.push('{');
            for (i, (name, field)) in fields.iter().enumerate() {
                new_line(i, depth, text);
                text.push_str(&Value::from(name.as_str()).to_string());
                text.push_str(": ");
                write(field, depth + 1, text);
            }
            end(depth, '}', text);
        }
        Value::Array(items) => {
            text.push('[');
            for (i, item) in items.iter().enumerate() {
                if i > 0 {
                    text.push_str(", ");
                }
                write_scalar(item, text);
            }
            text.push(']');
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Object(_) => {
            write_scalar(value, text)
        }
    }
}

/// Whole numbers lose the decimal point that floats carry.
fn write_scalar(value: &Value, text: &mut String) {
    match value.as_f64() {
        Some(number) if value.is_f64() && number.fract().abs() < f64::MIN_POSITIVE && number.abs() < 9e15 => {
            text.push_str(&(number as i64).to_string());
        }
        Some(_) | None => text.push_str(&value.to_string()),
    }
}

fn new_line(i: usize, depth: usize, text: &mut String) {
    text.push_str(if i > 0 { ",\n" } else { "\n" });
    text.extend(std::iter::repeat_n("  ", depth + 1));
}

fn end(depth: usize, bracket: char, text: &mut String) {
    text.push('\n');
    text.extend(std::iter::repeat_n("  ", depth));
    text.push(bracket);
}
