//! The table: methods side by side for each family and size class.

use super::super::args::BenchArgs;
use super::super::tables;
use super::group::groups;
use super::run::Run;
use crate::io::report::numbers;
use std::collections::BTreeMap;

/// Marks gaps to the best of this bench.
const OWN: &str = "*";

/// The table, with a note on its marks.
pub(super) fn table(runs: &[Run], args: &BenchArgs) -> String {
    let has_bounds = runs.iter().any(|run| run.lower_bound.is_some());
    let to_target = format!("s to {}", numbers::gap(args.target));
    let mut header = vec!["family", "size", "method", "runs", "mean gap %", "best %", "worst %", &to_target, "proven"];
    if has_bounds {
        header.push("proven gap %");
    }
    header.push("mean s");
    let (mut lines, mut marked) = (Vec::new(), false);
    for group in groups(runs) {
        let mark = if group.has_own_reference() { OWN } else { "" };
        marked |= !mark.is_empty();
        for &method in &args.methods {
            let runs: Vec<&Run> = group.runs.iter().copied().filter(|run| run.method == method).collect();
            if runs.is_empty() {
                continue;
            }
            let gaps: Vec<f64> = runs.iter().filter_map(|run| run.gap()).collect();
            let worst = gaps.iter().copied().max_by(f64::total_cmp);
            let mut line = vec![group.family.to_owned(), group.sizes.to_owned(), method.name().to_owned()];
            line.push(runs.len().to_string());
            line.extend([mean(&gaps), mean(&best_of_seeds(&runs)), worst].map(|share| percent(share) + mark));
            line.push(median_time(&runs, args));
            line.push(runs.iter().filter(|run| run.proven).count().to_string());
            if has_bounds {
                line.push(percent(mean(&runs.iter().filter_map(|run| run.proven_gap()).collect::<Vec<_>>())));
            }
            let times: Vec<f64> = runs.iter().map(|run| run.seconds).collect();
            line.push(mean(&times).map_or_else(String::new, |time| format!("{time:.2}")));
            lines.push(line);
        }
    }
    let mut text = tables::table(&header, lines, 3);
    if marked {
        text.push_str(&format!(
            "\n{OWN} some of these instances have no best known value: their gap is to the best of this bench"
        ));
    }
    let n_incomplete = runs.iter().filter(|run| !run.complete).count();
    if n_incomplete > 0 {
        text.push_str(&format!("\n{n_incomplete} runs leave something mandatory unserved and have no gap"));
    }
    text
}

/// The least gap on each instance.
fn best_of_seeds(runs: &[&Run]) -> Vec<f64> {
    let mut least: BTreeMap<&str, f64> = BTreeMap::new();
    for run in runs {
        if let Some(gap) = run.gap() {
            let least = least.entry(&run.instance).or_insert(gap);
            *least = least.min(gap);
        }
    }
    least.into_values().collect()
}

/// The median of the seconds to the target; a run that missed it took longer than any that did not.
fn median_time(runs: &[&Run], args: &BenchArgs) -> String {
    let mut times: Vec<f64> = runs.iter().map(|run| run.time_to(args.target).unwrap_or(f64::INFINITY)).collect();
    times.sort_by(f64::total_cmp);
    let (low, high) = (times[(times.len() - 1) / 2], times[times.len() / 2]);
    let median = (low + high) / 2.0;
    if median.is_finite() { format!("{median:.2}") } else { "not".to_owned() }
}

fn percent(share: Option<f64>) -> String {
    share.map_or_else(|| "-".to_owned(), |share| format!("{:.3}", numbers::gap_percent(share, 3)))
}

fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}
