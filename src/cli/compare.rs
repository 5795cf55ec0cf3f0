//! `compare`: plans side by side, with the change against the first.

use super::args::CompareArgs;
use super::files::{file_name, read_plan};
use super::{Failure, say, tables};
use crate::io::report::numbers;
use crate::model::Plan;
use std::collections::BTreeSet;

pub(super) fn run(args: &CompareArgs) -> Result<(), Failure> {
    let plans = args.plans.iter().map(|path| read_plan(path)).collect::<Result<Vec<Plan>, _>>()?;
    if let Some(other) = plans.iter().position(|plan| plan.kind != plans[0].kind) {
        return Err(Failure::Usage(format!(
            "{} and {} answer different kinds of question",
            args.plans[0].display(),
            args.plans[other].display()
        )));
    }
    let names: Vec<String> = args.plans.iter().map(|path| file_name(path)).collect();
    let mut lines = Vec::new();
    for (label, value, decimals) in rows(&plans) {
        let Some(base) = value(&plans[0]).or_else(|| plans.iter().find_map(&value).map(|_| 0.0)) else { continue };
        let cells = plans.iter().enumerate().map(|(column, plan)| {
            let amount = value(plan).unwrap_or(0.0);
            let change = match column {
                0 => String::new(),
                _ => format!("  {:+.decimals$}", amount - base),
            };
            format!("{amount:.decimals$}{change}")
        });
        lines.push(std::iter::once(label).chain(cells).collect());
    }
    let header: Vec<&str> = std::iter::once("").chain(names.iter().map(String::as_str)).collect();
    say(&tables::table(&header, lines, 1));
    for (path, plan) in args.plans.iter().zip(&plans).skip(1) {
        let (base, other) = (open_sites(&plans[0]), open_sites(plan));
        let opened: Vec<&str> = other.difference(&base).copied().collect();
        let closed: Vec<&str> = base.difference(&other).copied().collect();
        for (verb, sites) in [("opens", opened), ("does without", closed)] {
            if !sites.is_empty() {
                say(&format!("{} {verb}: {}", file_name(path), sites.join(", ")));
            }
        }
    }
    Ok(())
}

fn open_sites(plan: &Plan) -> BTreeSet<&str> {
    plan.sites.iter().filter(|site| site.open).map(|site| site.id.as_str()).collect()
}

type Value = Box<dyn Fn(&Plan) -> Option<f64>>;

/// What is compared: label, value where a plan has it, decimals.
fn rows(plans: &[Plan]) -> Vec<(String, Value, usize)> {
    let terms: BTreeSet<String> = plans.iter().flat_map(|plan| plan.summary.costs.keys().cloned()).collect();
    let mut rows: Vec<(String, Value, usize)> =
        vec![("total".to_owned(), Box::new(|plan| Some(plan.summary.total)), 2)];
    for term in terms {
        let name = term.clone();
        rows.push((format!("  {term}"), Box::new(move |plan| plan.summary.costs.get(&name).copied()), 2));
    }
    let rest: [(&str, Value, usize); 9] = [
        ("lower bound", Box::new(|plan| plan.lower_bound), 2),
        ("gap %", Box::new(|plan| plan.gap.map(|gap| numbers::gap_percent(gap, 3))), 3),
        ("sites open", Box::new(|plan| plan.summary.sites_open.map(f64::from)), 0),
        ("mean distance km", Box::new(|plan| plan.summary.mean_distance.map(|meters| meters / 1000.0)), 1),
        ("vehicles", Box::new(|plan| plan.summary.vehicles.map(f64::from)), 0),
        ("distance km", Box::new(|plan| plan.summary.distance.map(|meters| meters as f64 / 1000.0)), 1),
        ("hours", Box::new(|plan| plan.summary.duration.map(|seconds| seconds as f64 / 3600.0)), 2),
        ("hours waiting", Box::new(|plan| plan.summary.waiting.map(|seconds| seconds as f64 / 3600.0)), 2),
        ("unserved", Box::new(|plan| Some(f64::from(plan.summary.unserved))), 0),
    ];
    rows.extend(rest.map(|(label, value, decimals)| (label.to_owned(), value, decimals)));
    rows
}
