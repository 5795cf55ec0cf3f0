//! The anytime profile: how the mean gap of each method comes down over time.

use super::super::args::BenchArgs;
use super::group::{Group, groups};
use super::run::Run;
use crate::io::report::{self, Curve, Panel};
use crate::search::Method;

/// The page.
pub(super) fn page(runs: &[Run], args: &BenchArgs) -> String {
    let end = runs.iter().map(|run| run.seconds).fold(0.0, f64::max);
    let panels: Vec<Panel> = groups(runs).iter().map(|group| panel(group, args, end)).collect();
    let words = format!(
        "Mean gap to the best known values over time, time limit {} s, {} {}, seeds 1 to {}. A curve starts when every \
         run of its method has a solution, and stays level once a method has ended.",
        args.time,
        args.threads,
        if args.threads == 1 { "thread" } else { "threads" },
        args.seeds,
    );
    report::profile("Anytime profile", &words, &panels)
}

fn panel(group: &Group<'_>, args: &BenchArgs, end: f64) -> Panel {
    let mut curves = Vec::new();
    let mut missing = Vec::new();
    for &method in &args.methods {
        let all = group.runs.iter().filter(|run| run.method == method);
        let (compared, others): (Vec<&Run>, Vec<&Run>) = all.partition(|run| run.gap().is_some());
        if !compared.is_empty() {
            curves.push(Curve { name: method.name().to_owned(), points: mean_gaps(&compared, end) });
        }
        if !others.is_empty() {
            missing.push(left_out(method, others.len()));
        }
    }
    let mut instances: Vec<&str> = group.runs.iter().map(|run| run.instance.as_str()).collect();
    instances.sort_unstable();
    instances.dedup();
    let mut note = format!("{} of {}.", counted(group.runs.len(), "run"), counted(instances.len(), "instance"));
    if group.has_own_reference() {
        note.push_str(" Instances without a best known value are compared with the best of this bench.");
    }
    missing.iter().for_each(|text| note.push_str(text));
    let sizes = if group.sizes == "all" { "all sizes".to_owned() } else { format!("size {}", group.sizes) };
    Panel { title: format!("{}, {sizes}", group.family), note, curves }
}

fn left_out(method: Method, n_runs: usize) -> String {
    format!(" {} of {} without a gap.", counted(n_runs, "run"), method.name())
}

fn counted(n: usize, what: &str) -> String {
    report::numbers::count(n, what)
}

/// The mean over the runs of the gap of the incumbent, as steps from when all have one until `end`.
fn mean_gaps(runs: &[&Run], end: f64) -> Vec<(f64, f64)> {
    let first = runs.iter().filter_map(|run| run.gaps().next()).map(|(time, _)| time).fold(0.0, f64::max);
    let mut changes: Vec<(f64, usize, f64)> = Vec::new();
    for (row, run) in runs.iter().enumerate() {
        changes.extend(run.gaps().map(|(time, gap)| (time.max(first), row, gap)));
    }
    // Stable, so that of one run's changes at one moment the last one holds.
    changes.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut now = vec![f64::INFINITY; runs.len()];
    let mut points: Vec<(f64, f64)> = Vec::new();
    for (time, row, gap) in changes {
        now[row] = now[row].min(gap);
        let mean = now.iter().sum::<f64>() / now.len() as f64;
        match points.last_mut() {
            Some(last) if last.0 >= time => last.1 = mean,
            _ => points.push((time, mean)),
        }
    }
    points.extend(points.last().map(|&(_, gap)| (end, gap)).filter(|&(end, _)| end > first));
    points
}
