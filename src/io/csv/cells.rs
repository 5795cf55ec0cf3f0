//! Cells as JSON values and back.

use super::columns::Cell;
use crate::model::Moment;
use serde_json::Value;

/// The value of a cell, or the error's code and what is allowed.
pub(super) fn parse(cell: Cell, text: &str) -> Result<Value, (&'static str, String)> {
    let number = |text: &str| text.parse().ok().filter(|number: &f64| number.is_finite());
    match cell {
        Cell::Text => Ok(Value::from(without_apostrophe(text))),
        Cell::Number | Cell::Quantities => {
            number(text).map(Value::from).ok_or(("not_a_number", "a number with a decimal point".to_owned()))
        }
        Cell::Whole => {
            text.parse::<u64>().map(Value::from).map_err(|_| ("not_whole", "a whole number from 0 on".to_owned()))
        }
        Cell::Flag => match text.to_ascii_lowercase().as_str() {
            "true" | "yes" | "1" => Ok(Value::from(true)),
            "false" | "no" | "0" => Ok(Value::from(false)),
            _ => Err(("not_a_flag", "true or false".to_owned())),
        },
        Cell::Moment => {
            let value = text.parse::<i64>().map_or_else(|_| Value::from(text), Value::from);
            let valid = serde_json::from_value::<Moment>(value.clone()).is_ok();
            let expected = "whole seconds, HH:MM or an RFC 3339 timestamp";
            if valid { Ok(value) } else { Err(("not_a_time", expected.to_owned())) }
        }
        Cell::Ids => Ok(text.split(';').map(str::trim).filter(|id| !id.is_empty()).map(without_apostrophe).collect()),
        Cell::Choice(words) => {
            let known = words.contains(&text);
            if known { Ok(Value::from(text)) } else { Err(("unknown_word", format!("one of {}", words.join(", ")))) }
        }
        Cell::Json => serde_json::from_str(text).map_err(|error| ("not_json", format!("JSON ({error})"))),
    }
}

/// A value as a cell.
pub(super) fn format(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => safe(text),
        Value::Array(items) if items.iter().all(Value::is_string) => {
            let ids: Vec<String> = items.iter().map(format).collect();
            ids.join(";")
        }
        Value::Number(number) if number.is_f64() => {
            number.as_f64().map_or_else(String::new, |number| number.to_string())
        }
        Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => value.to_string(),
    }
}

/// A text that no spreadsheet takes for a formula: those get a leading apostrophe.
pub(super) fn safe(text: &str) -> String {
    if looks_like_formula(text) { format!("'{text}") } else { text.to_owned() }
}

fn without_apostrophe(text: &str) -> &str {
    text.strip_prefix('\'').filter(|rest| looks_like_formula(rest)).unwrap_or(text)
}

/// Apostrophes in front count too, so that [`safe`] can be undone.
fn looks_like_formula(text: &str) -> bool {
    let bare = text.trim_start_matches('\'');
    bare.starts_with(['=', '+', '-', '@', '\t', '\r']) && text.parse::<f64>().is_err()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_defused_and_come_back() {
        for (text, cell) in [
            ("=1+1", "'=1+1"),
            ("@x", "'@x"),
            ("-a", "'-a"),
            ("-12.5", "-12.5"),
            ("'=x", "''=x"),
            ("'n", "'n"),
            ("plain", "plain"),
        ] {
            assert_eq!(safe(text), cell);
            assert_eq!(without_apostrophe(cell), text);
        }
    }
}
