//! The report: a plan as one HTML file that opens offline.
//!
//! In order: the answer in words, key figures, map, cost split, sites, times and loads of the vehicles, tables, what
//! is left out and why, and by which rules the plan was made. [`profile`] is its sister page: how methods close their
//! gaps over time. Charts are drawn by the plotly.js that the `plotly`
//! crate embeds; the page's own policy forbids every request. Every text of the user is escaped.

mod charts;
mod colors;
mod figures;
mod map;
pub mod numbers;
mod page;
mod profile;
mod tables;
pub mod words;

pub use profile::{Curve, Panel, profile};

use crate::model::{Plan, Scenario};
use page::Page;

/// The report of a plan.
#[must_use]
pub fn html(scenario: &Scenario, plan: &Plan) -> String {
    let mut page = Page::default();
    page.body.push_str("<main>\n");
    figures::header(scenario, plan, &mut page);
    figures::key_figures(scenario, plan, &mut page);
    if let Some(map) = map::map(scenario, plan) {
        let figure = page.figure(&map.plot, &format!("min({}px, 110vw)", map.height));
        page.section("", "Map", &map.note, &figure);
    }
    figures::cost_split(scenario, plan, &mut page);
    tables::unserved(plan, &mut page);
    tables::violations(plan, &mut page);
    tables::sites(scenario, plan, &mut page);
    vehicles(scenario, plan, &mut page);
    tables::routes(scenario, plan, &mut page);
    tables::stops(scenario, plan, &mut page);
    tables::flows(scenario, plan, &mut page);
    page.body.push_str("</main>\n");
    figures::footer(scenario, plan, &mut page);
    page.finish(&figures::title(plan))
}

fn vehicles(scenario: &Scenario, plan: &Plan, page: &mut Page) {
    if plan.routes.is_empty() {
        return;
    }
    let note = match plan.routes.len() {
        n if n > charts::MOST_ROUTES => format!("The first {} of {n} routes.", charts::MOST_ROUTES),
        _ => String::new(),
    };
    let (plot, height) = charts::gantt(scenario, plan);
    let figure = page.figure(&plot, &format!("{height}px"));
    page.section("", "When each vehicle does what", &note, &figure);
    if let Some(plot) = charts::load_profile(scenario, plan) {
        let figure = page.figure(&plot, "300px");
        page.section("", "Load along each route", &note, &figure);
    }
}

#[cfg(test)]
mod tests;
