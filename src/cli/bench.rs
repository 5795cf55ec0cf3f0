//! `bench`: published instances, seeds, and the gap to the best known values.

use super::args::BenchArgs;
use super::files::{file_name, read_scenario, validated};
use super::solve::failure;
use super::{Failure, say, tables};
use crate::model::Problem;
use crate::planning::{Options, plan, seconds};
use crate::search::{Method, Silent};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::time::Instant;

/// One solved instance.
struct Run {
    family: String,
    instance: String,
    method: String,
    size: usize,
    seed: u64,
    seconds: f64,
    total: f64,
    best_known: Option<f64>,
    lower_bound: Option<f64>,
    proven: bool,
    unserved: u32,
}

impl Run {
    fn gap_to_best_known(&self) -> Option<f64> {
        self.best_known.map(|value| 100.0 * (self.total - value) / value)
    }

    fn proven_gap(&self) -> Option<f64> {
        self.lower_bound.map(|bound| 100.0 * (self.total - bound) / self.total)
    }
}

pub(super) fn run(args: &BenchArgs) -> Result<(), Failure> {
    let mut files = Vec::new();
    for path in &args.instances {
        collect(path, &mut files)?;
    }
    if files.is_empty() {
        return Err(Failure::Usage("no instance in a known format was found".to_owned()));
    }
    let mut runs = Vec::new();
    for file in &files {
        let scenario = match read_scenario(file) {
            Ok(scenario) => scenario,
            Err(error) => {
                say(&format!("skipped: {error}"));
                continue;
            }
        };
        let best_known = best_known(file, &scenario.convention);
        let problem = match validated(file, scenario) {
            Ok(problem) => problem,
            Err(error) => {
                say(&format!("skipped: {error}"));
                continue;
            }
        };
        for name in &args.methods {
            for seed in 1..=u64::from(args.seeds) {
                let run = match solve(args, file, &problem, best_known, name, seed) {
                    Ok(run) => run,
                    Err(Failure::Infeasible(reason)) => {
                        say(&format!("{}: {reason}", file_name(file)));
                        continue;
                    }
                    Err(failure) => return Err(failure),
                };
                say(&line(&run));
                runs.push(run);
            }
        }
    }
    say(&summary(&runs));
    match &args.csv {
        Some(file) => write_csv(file, &runs),
        None => Ok(()),
    }
}

/// Instances under `path`, in the order of their names; files of no known format are passed over in folders.
fn collect(path: &Path, files: &mut Vec<PathBuf>) -> Result<(), Failure> {
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
            collect(&entry, files)?;
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

fn solve(
    args: &BenchArgs,
    file: &Path,
    problem: &Problem,
    best_known: Option<f64>,
    name: &str,
    seed: u64,
) -> Result<Run, Failure> {
    let method = Method::ALL.iter().find(|(known, _)| *known == name).map(|(_, method)| *method);
    let method = method.ok_or_else(|| Failure::Usage(format!("unknown method `{name}`")))?;
    let started = Instant::now();
    let options = Options {
        started,
        time: Some(seconds(args.time)),
        gap: 0.0,
        iterations: None,
        seed,
        threads: args.threads as usize,
        warm_start: None,
        method,
        cancel: &AtomicBool::new(false),
    };
    let plan = plan(problem, &options, &Silent).map_err(failure)?;
    let scenario = &problem.scenario;
    Ok(Run {
        family: file.parent().and_then(Path::file_name).map_or_else(String::new, |name| name.to_string_lossy().into()),
        instance: file_name(file),
        method: name.to_owned(),
        size: scenario.orders.len() + scenario.shipments.len() + scenario.demands.len(),
        seed,
        seconds: started.elapsed().as_secs_f64(),
        total: plan.summary.total,
        best_known,
        lower_bound: plan.lower_bound,
        proven: plan.status == crate::model::plan::Status::Optimal,
        unserved: plan.summary.unserved,
    })
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

fn line(run: &Run) -> String {
    let percent = |value: Option<f64>| value.map_or_else(|| "-".to_owned(), |value| format!("{value:.3} %"));
    format!(
        "{:<24} {:<12} n {:>6}  seed {}  {:>7.2} s  total {:>16.3}  to best known {:>9}  proven gap {:>9}{}",
        run.instance,
        run.method,
        run.size,
        run.seed,
        run.seconds,
        run.total,
        percent(run.gap_to_best_known()),
        percent(run.proven_gap()),
        if run.unserved > 0 { format!("  unserved {}", run.unserved) } else { String::new() }
    )
}

/// What the classes of [`size_class`] are called, and the one of all sizes.
const SIZE_CLASSES: [&str; 6] = ["to 250", "251-500", "501-700", "701-1200", "above 1200", "all"];

fn size_class(size: usize) -> usize {
    [250, 500, 700, 1200].iter().filter(|&&limit| size > limit).count()
}

/// Mean gaps by family and size class.
fn summary(runs: &[Run]) -> String {
    // Size classes are numbered, so that the map sorts them by size and puts the class of all sizes last.
    let mut groups: BTreeMap<(&str, &str, usize), Vec<&Run>> = BTreeMap::new();
    for run in runs {
        for class in [size_class(run.size), SIZE_CLASSES.len() - 1] {
            groups.entry((&run.family, &run.method, class)).or_default().push(run);
        }
    }
    let mut lines = Vec::new();
    for ((family, method, class), runs) in &groups {
        let gaps: Vec<f64> = runs.iter().filter_map(|run| run.gap_to_best_known()).collect();
        let proven: Vec<f64> = runs.iter().filter_map(|run| run.proven_gap()).collect();
        let worst = gaps.iter().copied().max_by(f64::total_cmp);
        let number = |value: Option<f64>| value.map_or_else(|| "-".to_owned(), |value| format!("{value:.3}"));
        lines.push(vec![
            (*family).to_owned(),
            (*method).to_owned(),
            SIZE_CLASSES[*class].to_owned(),
            runs.len().to_string(),
            number(mean(&gaps)),
            number(worst),
            runs.iter().filter(|run| run.proven).count().to_string(),
            number(mean(&proven)),
            number(mean(&runs.iter().map(|run| run.seconds).collect::<Vec<_>>())),
        ]);
    }
    let header = [
        "family",
        "method",
        "size",
        "runs",
        "mean gap to best known %",
        "worst %",
        "proven",
        "mean proven gap %",
        "mean s",
    ];
    tables::table(&header, lines, 3)
}

fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

fn write_csv(file: &Path, runs: &[Run]) -> Result<(), Failure> {
    let fail = |error: csv::Error| Failure::Usage(format!("{}: {error}", file.display()));
    let mut writer = csv::Writer::from_path(file).map_err(fail)?;
    writer
        .write_record([
            "family",
            "instance",
            "method",
            "size",
            "seed",
            "seconds",
            "total",
            "best_known",
            "lower_bound",
            "proven",
            "unserved",
        ])
        .map_err(fail)?;
    for run in runs {
        let optional = |value: Option<f64>| value.map_or_else(String::new, |value| value.to_string());
        writer
            .write_record([
                run.family.clone(),
                run.instance.clone(),
                run.method.clone(),
                run.size.to_string(),
                run.seed.to_string(),
                format!("{:.3}", run.seconds),
                run.total.to_string(),
                optional(run.best_known),
                optional(run.lower_bound),
                run.proven.to_string(),
                run.unserved.to_string(),
            ])
            .map_err(fail)?;
    }
    writer.flush().map_err(|error| Failure::Usage(format!("{}: {error}", file.display())))
}
