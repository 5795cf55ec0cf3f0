//! Which files to solve, and what is known about them.

use super::super::files::{file_name, read_scenario};
use super::super::{Failure, say};
use crate::model::scenario::Kind;
use std::path::{Path, PathBuf};

/// A file that holds a scenario.
pub(super) struct Instance {
    pub(super) file: PathBuf,
    pub(super) kind: Kind,
    /// The name of its folder.
    pub(super) family: String,
    pub(super) best_known: Option<f64>,
}

/// The instances among `paths`, and in those of them that are folders.
pub(super) fn collect(paths: &[PathBuf]) -> Result<Vec<Instance>, Failure> {
    let mut files = Vec::new();
    for path in paths {
        find(path, &mut files)?;
    }
    let mut instances = Vec::new();
    for file in files {
        // Scenarios are read again when their turn comes, so that only one is held at a time.
        match read_scenario(&file) {
            Ok(scenario) => instances.push(Instance {
                kind: scenario.kind,
                family: file
                    .parent()
                    .and_then(Path::file_name)
                    .map_or_else(String::new, |name| name.to_string_lossy().into()),
                best_known: best_known(&file, &scenario.convention),
                file,
            }),
            Err(error) => say(&format!("skipped: {error}")),
        }
    }
    if instances.is_empty() {
        return Err(Failure::Usage("no instance in a known format was found".to_owned()));
    }
    Ok(instances)
}

/// Files under `path`, in the order of their names; those of no known format are passed over in folders.
fn find(path: &Path, files: &mut Vec<PathBuf>) -> Result<(), Failure> {
    let fail = |error: std::io::Error| Failure::Usage(format!("{}: {error}", path.display()));
    if !path.is_dir() {
        files.push(path.to_owned());
        return Ok(());
    }
    let mut entries: Vec<PathBuf> =
        std::fs::read_dir(path).map_err(fail)?.filter_map(Result::ok).map(|entry| entry.path()).collect();
    entries.sort();
    for entry in entries {
        if entry.is_dir() {
            find(&entry, files)?;
        } else if may_be_instance(&file_name(&entry)) {
            files.push(entry);
        }
    }
    Ok(())
}

/// Whether a file in a folder of instances is worth reading: solutions, tables and texts about them are not.
fn may_be_instance(name: &str) -> bool {
    let other = [".csv", ".md", ".sol", ".hier.txt", ".py", ".html", ".plan.json"];
    !name.starts_with('.') && !other.iter().any(|ending| name.ends_with(ending))
}

/// The value of the instance in the `bks.csv` beside it: of the convention that the reader states, else the only one.
fn best_known(file: &Path, convention: &str) -> Option<f64> {
    let stem = |name: &str| {
        let name = name.strip_suffix(".gz").unwrap_or(name);
        name.rsplit_once('.').map_or(name, |(stem, _)| stem).to_owned()
    };
    let name = stem(&file_name(file));
    let mut reader = csv::Reader::from_path(file.with_file_name("bks.csv")).ok()?;
    let headers = reader.headers().ok()?.clone();
    let column = |names: &[&str]| headers.iter().position(|header| names.contains(&header));
    let (instance, value) = (column(&["instance"])?, column(&["cost", "value"])?);
    let unit = column(&["convention"]);
    let rows: Vec<(String, f64)> = reader
        .records()
        .filter_map(Result::ok)
        .filter(|row| row.get(instance).is_some_and(|found| found == name || stem(found) == name))
        .filter_map(|row| {
            let convention = unit.and_then(|unit| row.get(unit)).unwrap_or_default();
            Some((convention.to_owned(), row.get(value)?.parse().ok()?))
        })
        .collect();
    let stated = rows.iter().find(|(unit, _)| !unit.is_empty() && convention.contains(unit.as_str()));
    stated.or(rows.first().filter(|_| rows.len() == 1)).map(|(_, value)| *value)
}
