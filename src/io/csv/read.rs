//! A folder of CSV files as a scenario.

use super::columns::{ALIASES, Cell, Column, LEVELS, SETTINGS, SETTINGS_FILE, TABLES, Table};
use super::{CsvError, cells, levels, matrices};
use crate::model::{Scenario, Strict, nearest};
use csv::{ReaderBuilder, StringRecord, Trim};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// Reads a folder. All errors are found at once; what the values mean is for the scenario's validation to judge.
pub fn read(files: &BTreeMap<String, String>) -> Result<Scenario, Vec<CsvError>> {
    let mut errors = Vec::new();
    let mut document = Value::Object(Map::new());
    let mut known: Vec<&str> = TABLES.iter().map(|table| table.file).collect();
    known.extend([LEVELS.file, SETTINGS_FILE]);
    known.extend(matrices::files());
    for name in files.keys().filter(|name| !known.contains(&name.as_str())) {
        let detail = format!("is no file of a scenario{}", meant_or_known(name, &known));
        errors.push(CsvError { file: name.clone(), line: 1, column: String::new(), code: "unknown_file", detail });
    }
    if let Some(text) = files.get(SETTINGS_FILE) {
        read_settings(text, &mut document, &mut errors);
    }
    for table in TABLES {
        let rows = files.get(table.file).map(|text| read_table(table, text, &mut errors)).unwrap_or_default();
        if !rows.is_empty() || table.list == "locations" {
            document[table.list] = Value::Array(rows.into_iter().map(|(_, row)| row).collect());
        }
    }
    if let Some(text) = files.get(LEVELS.file) {
        let rows = read_table(LEVELS, text, &mut errors);
        levels::nest(rows, &mut document, &mut errors);
    }
    matrices::read(files, &mut document, &mut errors);
    complete(&mut document);
    if !errors.is_empty() {
        return Err(errors);
    }
    serde_path_to_error::deserialize(Strict(document)).map_err(|error| {
        let column = error.path().to_string();
        let detail = error.into_inner().to_string();
        vec![CsvError { file: SETTINGS_FILE.to_owned(), line: 1, column, code: "invalid_value", detail }]
    })
}

/// Fills in what a folder may leave out.
fn complete(document: &mut Value) {
    if document.get("kind").is_none() {
        let routing = document.get("vehicles").is_some() && document.get("sites").is_none();
        document["kind"] = Value::from(if routing { "routing" } else { "siting" });
    }
    if document.get("version").is_none() {
        document["version"] = Value::from(1);
    }
}

/// The content of a file.
pub(super) struct Records {
    /// Names of the columns.
    pub(super) header: Vec<String>,
    /// Rows that are not blank, with their lines.
    pub(super) rows: Vec<(u64, StringRecord)>,
}

/// The content of a text; what cannot be read is left out with an error.
pub(super) fn records(file: &str, text: &str, errors: &mut Vec<CsvError>) -> Option<Records> {
    let text = text.trim_start_matches('\u{feff}');
    let head = text.lines().next().unwrap_or("");
    let delimiter = if head.contains(';') && !head.contains(',') { b';' } else { b',' };
    let mut reader =
        ReaderBuilder::new().trim(Trim::All).delimiter(delimiter).flexible(false).from_reader(text.as_bytes());
    let mut unreadable = |error: csv::Error| {
        let line = error.position().map_or(1, csv::Position::line);
        let detail = match error.kind() {
            csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
                format!(
                    "found {}, expected {expected_len}",
                    if *len == 1 { "1 cell".to_owned() } else { format!("{len} cells") }
                )
            }
            _ => error.to_string(),
        };
        errors.push(CsvError { file: file.to_owned(), line, column: String::new(), code: "unreadable", detail });
    };
    let header = match reader.headers() {
        Ok(header) => header.iter().map(str::to_owned).collect(),
        Err(error) => {
            unreadable(error);
            return None;
        }
    };
    let mut records = Vec::new();
    for record in reader.records() {
        match record {
            Ok(record) if record.iter().all(str::is_empty) => {}
            Ok(record) => records.push((record.position().map_or(1, csv::Position::line), record)),
            Err(error) => unreadable(error),
        }
    }
    Some(Records { header, rows: records })
}

fn read_settings(text: &str, document: &mut Value, errors: &mut Vec<CsvError>) {
    let Some(Records { rows: records, .. }) = records(SETTINGS_FILE, text, errors) else { return };
    for (line, record) in records {
        let (key, text) = (record.get(0).unwrap_or(""), record.get(1).unwrap_or(""));
        let error =
            |code, detail| CsvError { file: SETTINGS_FILE.to_owned(), line, column: key.to_owned(), code, detail };
        let Some(column) = SETTINGS.iter().find(|column| column.name == key) else {
            let known: Vec<&str> = SETTINGS.iter().map(|column| column.name).collect();
            let detail = format!("is no setting{}", meant_or_known(key, &known));
            errors.push(error("unknown_key", detail));
            continue;
        };
        match cells::parse(column.cell, text) {
            _ if text.is_empty() => {}
            Ok(value) => set(document, column.path, value),
            Err((code, expected)) => errors.push(error(code, format!("found `{text}`, expected {expected}"))),
        }
    }
}

/// A column of a table as the file has it.
struct Found {
    column: &'static Column,
    /// The name after the colon, for quantities.
    dimension: Option<String>,
}

/// The rows of a table with their lines.
fn read_table(table: &'static Table, text: &str, errors: &mut Vec<CsvError>) -> Vec<(u64, Value)> {
    let Some(Records { header, rows: records }) = records(table.file, text, errors) else { return Vec::new() };
    let found = find_columns(table, &header, errors);
    let mut rows = Vec::with_capacity(records.len());
    for (line, record) in records {
        let mut row = Value::Object(Map::new());
        let mut refused = Vec::new();
        for ((found, name), text) in found.iter().zip(&header).zip(record.iter()) {
            let Some(found) = found.as_ref().filter(|_| !text.is_empty()) else { continue };
            let error = match cells::parse(found.column.cell, text) {
                Ok(value) => {
                    if put(&mut row, found, value) {
                        continue;
                    }
                    ("ambiguous_quantity", "stands beside a column of the same name with a dimension".to_owned())
                }
                Err((code, expected)) => (code, format!("found `{text}`, expected {expected}")),
            };
            refused.push(found.column.name);
            let (code, detail) = error;
            errors.push(CsvError { file: table.file.to_owned(), line, column: name.clone(), code, detail });
        }
        let exists = |column: &Column| found.iter().flatten().any(|found| found.column.name == column.name);
        for (column, detail) in missing(table, &row) {
            // What was refused above, or misses its column, has its error already.
            let named = refused.contains(&column.name) || (column.required && !exists(column));
            if !named {
                let (file, column, detail) = (table.file.to_owned(), column.name.to_owned(), detail.to_owned());
                errors.push(CsvError { file, line, column, code: "missing_value", detail });
            }
        }
        rows.push((line, row));
    }
    rows
}

fn find_columns(table: &'static Table, header: &[String], errors: &mut Vec<CsvError>) -> Vec<Option<Found>> {
    let mut error = |column: &str, code, detail| {
        let (file, column) = (table.file.to_owned(), column.to_owned());
        errors.push(CsvError { file, line: 1, column, code, detail });
    };
    let mut found = Vec::with_capacity(header.len());
    for (i, name) in header.iter().enumerate() {
        let (base, dimension) =
            name.split_once(':').map_or((name.as_str(), None), |(base, it)| (base.trim(), Some(it.trim())));
        let base = ALIASES.iter().find(|(alias, _)| *alias == base).map_or(base, |(_, name)| name);
        let column = table.columns.iter().find(|column| column.name == base);
        let column = column.filter(|column| dimension.is_none() || column.cell == Cell::Quantities);
        let twice = |other: &Option<Found>| {
            let other = other.as_ref().filter(|other| other.dimension.as_deref() == dimension);
            other.map(|other| other.column.name) == column.map(|column| column.name) && column.is_some()
        };
        if header[..i].contains(name) || found.iter().any(twice) {
            error(name, "duplicate_column", "stands twice".to_owned());
        } else if column.is_none() {
            let known: Vec<&str> = table.columns.iter().map(|column| column.name).collect();
            error(name, "unknown_column", format!("is no column of this file{}", meant_or_known(base, &known)));
        }
        found.push(column.map(|column| Found { column, dimension: dimension.map(str::to_owned) }));
    }
    for column in table.columns.iter().filter(|column| column.required) {
        if !found.iter().flatten().any(|found| found.column.name == column.name) {
            error(column.name, "missing_column", "is required".to_owned());
        }
    }
    found
}

/// Puts a value into a row; quantities with a dimension gather in an object. Whether it could be done.
fn put(row: &mut Value, found: &Found, value: Value) -> bool {
    let path = found.column.path;
    let place = path.iter().try_fold(&*row, |value, step| value.get(step));
    match (&found.dimension, place) {
        (Some(_), Some(Value::Number(_))) | (None, Some(Value::Object(_))) => return false,
        (Some(dimension), Some(Value::Object(_))) => row[path[0]][dimension.as_str()] = value,
        (Some(dimension), _) => set(row, path, Value::Object(Map::from_iter([(dimension.clone(), value)]))),
        (None, _) => set(row, path, value),
    }
    true
}

/// Columns without a required value, and the missing halves of pairs.
fn missing(table: &Table, row: &Value) -> Vec<(&'static Column, &'static str)> {
    let has = |path: &[&str]| {
        let value = path.iter().try_fold(row, |value, step| match value {
            Value::Array(items) => step.parse::<usize>().ok().and_then(|i| items.get(i)),
            _ => value.get(*step),
        });
        value.is_some_and(|value| !value.is_null())
    };
    let mut missing = Vec::new();
    for column in table.columns {
        let is_half = match column.path {
            [steps @ .., "0"] => has(&[steps, &["1"]].concat()),
            [steps @ .., "1"] => has(&[steps, &["0"]].concat()),
            _ => false,
        };
        if (column.required || is_half) && !has(column.path) {
            missing.push((column, if is_half { "must stand with its other half" } else { "must not be empty" }));
        }
    }
    missing
}

/// Sets the value at the end of a path, making objects and arrays on the way.
pub(super) fn set(value: &mut Value, path: &[&str], cell: Value) {
    let Some((step, rest)) = path.split_first() else {
        *value = cell;
        return;
    };
    if let Ok(position) = step.parse::<usize>() {
        if !value.is_array() {
            *value = Value::Array(Vec::new());
        }
        if let Value::Array(items) = value {
            if items.len() <= position {
                items.resize(position + 1, Value::Null);
            }
            set(&mut items[position], rest, cell);
        }
    } else {
        if !value.is_object() {
            *value = Value::Object(Map::new());
        }
        set(&mut value[*step], rest, cell);
    }
}

/// A hint at the nearest known name, where one is near.
pub(super) fn meant<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> String {
    // A single letter is near to every other.
    let near = nearest(name, known).filter(|_| name.chars().nth(1).is_some());
    near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default()
}

/// The same, and all known names where none is near.
fn meant_or_known(name: &str, known: &[&str]) -> String {
    let meant = meant(name, known.iter().copied());
    if meant.is_empty() { format!("; known are {}", known.join(", ")) } else { meant }
}
