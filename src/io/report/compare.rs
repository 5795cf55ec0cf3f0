//! Plans side by side.

use super::figures::term_name;
use super::numbers;
use super::texts::Language;
use crate::model::Plan;
use serde::Serialize;
use std::collections::BTreeSet;

/// Plans side by side; the first is the base.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Comparison {
    /// What is compared, a row each.
    pub rows: Vec<ComparisonRow>,
    /// How the open sites of each further plan differ from those of the base.
    pub sites: Vec<SiteChanges>,
}

/// One figure of all plans.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ComparisonRow {
    /// What it is, with its unit.
    pub label: String,
    /// Decimals that are worth showing.
    pub decimals: usize,
    /// One for each plan; none where a plan does not have it, such as a lower bound.
    pub values: Vec<Option<f64>>,
    /// The changes against the base, where both have it.
    pub changes: Vec<Option<f64>>,
}

/// How the open sites of a plan differ from those of the base.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct SiteChanges {
    /// Open here only.
    pub opens: Vec<String>,
    /// Open in the base only.
    pub does_without: Vec<String>,
}

/// Compares plans of one kind: cost by term, bound and gap, sites, vehicles, distance, time, what is left out.
#[must_use]
pub fn comparison(plans: &[Plan], language: Language) -> Comparison {
    let Some((base, others)) = plans.split_first() else { return Comparison { rows: Vec::new(), sites: Vec::new() } };
    let mut table = Vec::new();
    for (label, value, decimals) in rows(plans) {
        if plans.iter().all(|plan| value(plan).is_none()) {
            continue;
        }
        let values: Vec<Option<f64>> = plans.iter().map(&value).collect();
        let changes = values.iter().map(|value| Some((*value)? - values[0]?)).collect();
        let name = label.trim_start();
        let indent = &label[..label.len() - name.len()];
        let name = language.text(if indent.is_empty() { name } else { term_name(name) });
        table.push(ComparisonRow { label: format!("{indent}{name}"), decimals, values, changes });
    }
    let sites = others.iter().map(|plan| {
        let (base, other) = (open_sites(base), open_sites(plan));
        let owned = |id: &&str| (*id).to_owned();
        SiteChanges {
            opens: other.difference(&base).map(owned).collect(),
            does_without: base.difference(&other).map(owned).collect(),
        }
    });
    Comparison { rows: table, sites: sites.collect() }
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
        rows.push((
            format!("  {term}"),
            Box::new(move |plan| Some(plan.summary.costs.get(&name).copied().unwrap_or(0.0))),
            2,
        ));
    }
    let rest: [(&str, Value, usize); 11] = [
        ("lower bound", Box::new(|plan| plan.lower_bound), 2),
        ("gap %", Box::new(|plan| plan.gap.map(|gap| numbers::gap_percent(gap, 3))), 3),
        ("sites open", Box::new(|plan| plan.summary.sites_open.map(f64::from)), 0),
        ("mean distance km", Box::new(|plan| plan.summary.mean_distance.map(|meters| meters / 1000.0)), 1),
        ("covered %", Box::new(|plan| plan.summary.covered.map(|share| 100.0 * share)), 2),
        ("farthest km", Box::new(|plan| plan.summary.farthest_distance.map(|meters| meters as f64 / 1000.0)), 1),
        ("vehicles", Box::new(|plan| plan.summary.vehicles.map(f64::from)), 0),
        ("distance km", Box::new(|plan| plan.summary.distance.map(|meters| meters as f64 / 1000.0)), 1),
        ("hours", Box::new(|plan| plan.summary.duration.map(|seconds| seconds as f64 / 3600.0)), 2),
        ("hours waiting", Box::new(|plan| plan.summary.waiting.map(|seconds| seconds as f64 / 3600.0)), 2),
        ("unserved", Box::new(|plan| Some(f64::from(plan.summary.unserved))), 0),
    ];
    rows.extend(rest.map(|(label, value, decimals)| (label.to_owned(), value, decimals)));
    rows
}
