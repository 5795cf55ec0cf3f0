//! The house rules that a machine can judge.

use std::fs;
use std::path::{Path, PathBuf};

/// From the ground up: each module may import only what it lists, and may list only modules above it in this table.
const FLOORS: &[(&str, &[&str])] = &[
    ("units", &[]),
    ("spatial", &["units"]),
    ("network", &["units", "spatial"]),
    ("hours", &["units"]),
    ("stowage", &["units"]),
    ("search", &["units"]),
    ("mip", &["units", "search"]),
    ("siting", &["units", "spatial", "search", "mip"]),
    ("routing", &["units", "hours", "stowage", "spatial", "network", "search", "mip"]),
    ("model", &["units", "hours", "stowage", "spatial", "network"]),
    ("io", &["units", "spatial", "network", "model"]),
    ("planning", &["units", "spatial", "network", "search", "siting", "routing", "model"]),
    ("service", &["units", "search", "model", "io", "planning"]),
    ("cli", &["units", "search", "model", "io", "planning", "service"]),
];

/// Dependencies and the only floors that may name them.
const HOMES: &[(&str, &[&str])] = &[
    ("geo", &["spatial"]),
    ("rstar", &["spatial"]),
    ("petgraph", &["network"]),
    ("good_lp", &["mip"]),
    // Validation asks for the reach of every demand, which is worth all cores.
    ("rayon", &["search", "network", "model"]),
    ("clap", &["cli"]),
    ("indicatif", &["cli"]),
    ("ctrlc", &["cli"]),
    ("comfy_table", &["cli"]),
    ("flate2", &["service", "cli"]),
    ("axum", &["service"]),
    ("hyper", &["service"]),
    ("tokio", &["service"]),
    ("sqlx", &["service"]),
    ("utoipa", &["service"]),
    // The command line decides where the log goes.
    ("tracing", &["service"]),
    ("tracing_subscriber", &["cli"]),
    ("plotly", &["io"]),
    // The command line and the service call the module of `io` that bears the same name.
    ("geojson", &["io", "service", "cli"]),
    ("serde", &["model", "io", "service"]),
    ("serde_json", &["model", "io", "service"]),
    ("schemars", &["model", "io"]),
];

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files.sort();
    files
}

fn src() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// The lines of every source file of a floor that are no comments, with file and line number.
fn lines(floor: &str) -> Vec<(String, String)> {
    let mut lines = Vec::new();
    for file in sources(&src().join(floor)) {
        let text = fs::read_to_string(&file).unwrap();
        for (number, line) in text.lines().enumerate() {
            if !line.trim_start().starts_with("//") {
                lines.push((format!("{}:{}", file.display(), number + 1), line.to_owned()));
            }
        }
    }
    lines
}

/// The names that follow `prefix` in `line`, at word borders.
fn names_after<'a>(line: &'a str, prefix: &'a str) -> impl Iterator<Item = &'a str> {
    line.match_indices(prefix).filter_map(move |(at, _)| {
        let before = line[..at].chars().next_back();
        let word = |c: char| c.is_alphanumeric() || c == '_';
        if before.is_some_and(word) {
            return None;
        }
        let rest = &line[at + prefix.len()..];
        Some(&rest[..rest.find(|c| !word(c)).unwrap_or(rest.len())])
    })
}

#[test]
fn imports_go_down_only() {
    let mut wrong = Vec::new();
    for (row, (floor, allowed)) in FLOORS.iter().enumerate() {
        for name in *allowed {
            assert!(
                FLOORS[..row].iter().any(|(lower, _)| lower == name),
                "{floor} lists {name}, which is not below it"
            );
        }
        for (place, line) in lines(floor) {
            if line.contains("use crate::{") || line.contains("super::super::super") {
                wrong.push(format!("{place}: hides what it imports"));
            }
            for name in names_after(&line, "crate::") {
                let is_floor = FLOORS.iter().any(|(other, _)| *other == name);
                if is_floor && name != *floor && !allowed.contains(&name) {
                    wrong.push(format!("{place}: {floor} must not import {name}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_floor_is_in_the_table() {
    for entry in fs::read_dir(src()).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            assert!(FLOORS.iter().any(|(floor, _)| *floor == name), "src/{name} is no floor of the table");
        }
    }
}

#[test]
fn dependencies_stay_at_home() {
    let mut wrong = Vec::new();
    for (floor, _) in FLOORS {
        for (place, line) in lines(floor) {
            for (dependency, homes) in HOMES {
                let used = line.trim_start().starts_with(&format!("use {dependency}::"))
                    || line.contains(&format!(" {dependency}::"))
                    || line.contains(&format!("({dependency}::"))
                    || line.contains(&format!("<{dependency}::"));
                if used && !homes.contains(floor) {
                    wrong.push(format!("{place}: {dependency} belongs to {}", homes.join(", ")));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_file_says_what_it_is_for() {
    for file in sources(&src()) {
        let text = fs::read_to_string(&file).unwrap();
        let is_test = file.file_name().is_some_and(|name| name == "tests.rs");
        assert!(is_test || text.starts_with("//!"), "{} does not open with //!", file.display());
        let stem = file.file_stem().unwrap().to_string_lossy().into_owned();
        assert!(!["utils", "util", "helpers", "common", "misc"].contains(&stem.as_str()), "{}", file.display());
        for word in ["TODO", "FIXME", "allow(dead_code)", "unimplemented!"] {
            assert!(!text.contains(word), "{} contains {word}", file.display());
        }
    }
}
