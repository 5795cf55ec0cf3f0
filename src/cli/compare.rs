//! `compare`: plans side by side, with the change against the first.

use super::args::CompareArgs;
use super::files::{file_name, read_plan};
use super::{Failure, say, tables};
use crate::io::report::{Language, comparison};
use crate::model::Plan;

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
    let compared = comparison(&plans, Language::English);
    let cell = |decimals: usize, column: usize, value: Option<f64>, change: Option<f64>| match (value, change) {
        (None, _) => "–".to_owned(),
        (Some(value), Some(change)) if column > 0 => format!("{value:.decimals$}  {change:+.decimals$}"),
        (Some(value), _) => format!("{value:.decimals$}"),
    };
    let lines = compared.rows.iter().map(|row| {
        let cells = row.values.iter().zip(&row.changes).enumerate();
        let cells = cells.map(|(column, (value, change))| cell(row.decimals, column, *value, *change));
        std::iter::once(row.label.clone()).chain(cells).collect()
    });
    let header: Vec<&str> = std::iter::once("").chain(names.iter().map(String::as_str)).collect();
    say(&tables::table(&header, lines.collect(), 1));
    for (name, changes) in names.iter().skip(1).zip(&compared.sites) {
        for (verb, sites) in [("opens", &changes.opens), ("does without", &changes.does_without)] {
            if !sites.is_empty() {
                say(&format!("{name} {verb}: {}", sites.join(", ")));
            }
        }
    }
    Ok(())
}
