//! Every run as a row of a CSV file.

use super::super::Failure;
use super::run::Run;
use std::path::Path;

const COLUMNS: [&str; 14] = [
    "family",
    "instance",
    "method",
    "size",
    "seed",
    "seconds",
    "total",
    "best_known",
    "reference",
    "gap",
    "seconds_to_target",
    "lower_bound",
    "proven",
    "unserved",
];

/// Writes the runs; gaps are shares.
pub(super) fn write(file: &Path, runs: &[Run], target: f64) -> Result<(), Failure> {
    let fail = |error: csv::Error| Failure::Usage(format!("{}: {error}", file.display()));
    let mut writer = csv::Writer::from_path(file).map_err(fail)?;
    writer.write_record(COLUMNS).map_err(fail)?;
    for run in runs {
        writer.write_record(row(run, target)).map_err(fail)?;
    }
    writer.flush().map_err(|error| Failure::Usage(format!("{}: {error}", file.display())))
}

fn row(run: &Run, target: f64) -> [String; COLUMNS.len()] {
    let optional = |value: Option<f64>| value.map_or_else(String::new, |value| value.to_string());
    [
        run.family.clone(),
        run.instance.clone(),
        run.method.name().to_owned(),
        run.size.to_string(),
        run.seed.to_string(),
        format!("{:.3}", run.seconds),
        run.total.to_string(),
        optional(run.best_known),
        optional(run.reference),
        run.gap().map_or_else(String::new, |gap| format!("{gap:.6}")),
        run.time_to(target).map_or_else(String::new, |time| format!("{time:.3}")),
        optional(run.lower_bound),
        run.proven.to_string(),
        run.unserved.to_string(),
    ]
}
