//! A scenario as a folder of CSV files.

use super::cells;
use super::columns::{Cell, Column, LEVELS, SETTINGS, SETTINGS_FILE, TABLES, Table};
use super::{levels, matrices, quoted};
use crate::model::Scenario;
use crate::model::scenario::Metric;
use serde_json::Value;
use std::collections::BTreeMap;

/// The files of a scenario by name. Reading them gives the scenario again, if it is valid.
#[must_use]
pub fn write(scenario: &Scenario) -> BTreeMap<String, String> {
    let document = serde_json::to_value(scenario).expect("scenarios have string keys");
    let mut files = BTreeMap::new();
    let mut settings = String::from("key,value\n");
    for column in SETTINGS {
        if let Some(value) = get(&document, column.path) {
            let text = if column.cell == Cell::Json { value.to_string() } else { cells::format(value) };
            settings.push_str(&format!("{},{}\n", column.name, quoted(&text)));
        }
    }
    files.insert(SETTINGS_FILE.to_owned(), settings);
    for table in TABLES {
        let rows = document.get(table.list).and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        if !rows.is_empty() {
            let text = write_table(table, rows, scenario.travel.metric == Metric::Haversine);
            files.insert(table.file.to_owned(), text);
        }
    }
    let levels = levels::flatten(&document);
    if !levels.is_empty() {
        files.insert(LEVELS.file.to_owned(), write_table(LEVELS, &levels, false));
    }
    matrices::write(scenario, &document, &mut files);
    files
}

/// A column of a table as it is written.
struct Head<'a> {
    column: &'a Column,
    dimension: Option<&'a str>,
}

fn write_table(table: &Table, rows: &[Value], geographic: bool) -> String {
    let heads: Vec<Head<'_>> = table.columns.iter().flat_map(|column| heads(column, rows)).collect();
    let mut text = String::new();
    for (i, head) in heads.iter().enumerate() {
        let name = match (head.column.name, geographic) {
            ("lon", false) => "x",
            ("lat", false) => "y",
            (name, _) => name,
        };
        let name = head.dimension.map_or_else(|| name.to_owned(), |dimension| format!("{name}:{dimension}"));
        text.push_str(if i > 0 { "," } else { "" });
        text.push_str(&quoted(&name));
    }
    text.push('\n');
    for row in rows {
        for (i, head) in heads.iter().enumerate() {
            text.push_str(if i > 0 { "," } else { "" });
            let value = get(row, head.column.path).and_then(|value| match (value, head.dimension) {
                (Value::Object(amounts), Some(dimension)) => amounts.get(dimension),
                (Value::Object(_), None) => None,
                (_, Some(_)) => None,
                (value, None) => Some(value),
            });
            text.push_str(&value.map_or_else(String::new, |value| quoted(&cells::format(value))));
        }
        text.push('\n');
    }
    text
}

/// The columns that a field needs: none when no row has it, several for quantities by name.
fn heads<'a>(column: &'a Column, rows: &'a [Value]) -> Vec<Head<'a>> {
    let mut heads = Vec::new();
    let values = || rows.iter().filter_map(|row| get(row, column.path));
    let mut dimensions: Vec<&str> = Vec::new();
    for name in values().filter_map(Value::as_object).flat_map(serde_json::Map::keys) {
        if !dimensions.contains(&name.as_str()) {
            dimensions.push(name);
        }
    }
    if values().any(|value| !value.is_object()) || (column.required && dimensions.is_empty()) {
        heads.push(Head { column, dimension: None });
    }
    heads.extend(dimensions.into_iter().map(|dimension| Head { column, dimension: Some(dimension) }));
    heads
}

fn get<'a>(value: &'a Value, path: &[&str]) -> Option<&'a Value> {
    path.iter().try_fold(value, |value, step| match value {
        Value::Array(items) => step.parse::<usize>().ok().and_then(|position| items.get(position)),
        _ => value.get(*step),
    })
}
