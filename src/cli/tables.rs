//! Plans as tables for a terminal.

use crate::io::report::coverage_figures;
use crate::model::plan::SiteChange;
use crate::model::{Plan, Scenario};
use comfy_table::{CellAlignment, Table, presets};

/// Most rows of a table about one plan; the rest is counted.
const MAX_ROWS: usize = 30;

/// A table whose columns from `numbers` on are aligned right, cut after [`MAX_ROWS`] rows.
pub(super) fn head(header: &[&str], mut rows: Vec<Vec<String>>, numbers: usize) -> String {
    let n_more = rows.len().saturating_sub(MAX_ROWS);
    rows.truncate(MAX_ROWS);
    let more = if n_more > 0 { format!("\n… and {n_more} more") } else { String::new() };
    table(header, rows, numbers) + &more
}

/// A table whose columns from `numbers` on are aligned right.
pub(super) fn table(header: &[&str], rows: Vec<Vec<String>>, numbers: usize) -> String {
    let mut table = Table::new();
    table.load_style(presets::ASCII_MARKDOWN);
    table.set_header(header);
    table.add_rows(rows);
    for column in table.column_iter_mut().skip(numbers) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table.to_string()
}

/// The costs by term, then the sites that are open or close, or the routes.
pub(super) fn of_plan(scenario: &Scenario, plan: &Plan) -> String {
    let total = plan.summary.total;
    let share = |amount: f64| if total > 0.0 { format!("{:.1} %", 100.0 * amount / total) } else { String::new() };
    let mut costs: Vec<Vec<String>> = plan
        .summary
        .costs
        .iter()
        .map(|(term, amount)| vec![term.clone(), format!("{amount:.2}"), share(*amount)])
        .collect();
    costs.push(vec!["total".to_owned(), format!("{total:.2}"), String::new()]);
    if let Some(bound) = plan.lower_bound {
        costs.push(vec!["lower bound".to_owned(), format!("{bound:.2}"), String::new()]);
    }
    for (name, value) in coverage_figures(scenario, plan) {
        costs.push(vec![name.to_owned(), value, String::new()]);
    }
    let first = if scenario.objective.is_covering() { "objective" } else { "cost" };
    let mut text = table(&[first, "amount", "share"], costs, 1);
    if !plan.sites.is_empty() {
        let rows = plan.sites.iter().filter(|site| site.change != SiteChange::Unused).map(|site| {
            let change = match site.change {
                SiteChange::Opened => "opened",
                SiteChange::Closed => "closed",
                SiteChange::Kept => "kept",
                SiteChange::Unused => "unused",
            };
            let utilization = site.utilization.map_or_else(String::new, |share| format!("{:.0} %", 100.0 * share));
            let change = match &site.level {
                Some(level) => format!("{change} at {level}"),
                None => change.to_owned(),
            };
            vec![site.id.clone(), change, format!("{:.1}", site.throughput), utilization]
        });
        text.push('\n');
        text.push_str(&head(&["site", "change", "throughput", "utilization"], rows.collect(), 2));
    }
    if !plan.routes.is_empty() {
        let rows = plan.routes.iter().map(|route| {
            vec![
                format!("{} {}", route.vehicle, route.number),
                route.stops.iter().filter(|stop| stop.order.is_some()).count().to_string(),
                format!("{:.1}", route.distance as f64 / 1000.0),
                format!("{:.2}", route.duration as f64 / 3600.0),
                format!("{:.2}", route.cost),
            ]
        });
        text.push('\n');
        text.push_str(&head(&["vehicle", "stops", "1000 distance units (km)", "hours", "cost"], rows.collect(), 1));
    }
    text
}
