//! The report: a plan as one HTML file that opens offline.
//!
//! In order: the answer in words, key figures, map, cost split, sites, times and loads of the vehicles, tables, what
//! is left out and why, and by which rules the plan was made. [`profile`] is its sister page: how methods close their
//! gaps over time. Charts are drawn by the plotly.js that the `plotly`
//! crate embeds; the page's own policy forbids every request. Every text of the user is escaped.

mod charts;
mod colors;
mod compare;
mod covering;
mod docks;
mod figures;
mod gantt;
mod map;
pub mod numbers;
mod outsourced;
mod page;
mod profile;
mod routes;
mod sites;
mod stocks;
mod tables;
mod texts;
mod unserved;
mod what_if;
pub mod words;

pub use compare::{Comparison, ComparisonRow, SiteChanges, comparison};
pub use covering::figures as coverage_figures;
pub use page::{Figure, STYLE, library};
pub use profile::{Curve, Panel, profile};
pub use texts::Language;

use crate::model::{Plan, Scenario};
use page::Page;

/// A report's text and figures, for a page that brings style and plotly.js itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fragment {
    /// Title of the plan.
    pub title: String,
    /// Markup in which every text of the user is escaped.
    pub html: String,
    /// What to draw into it.
    pub figures: Vec<Figure>,
}

/// The report of a plan.
#[must_use]
pub fn html(scenario: &Scenario, plan: &Plan, language: Language) -> String {
    page(scenario, plan, None, language).finish(&figures::title(plan, language))
}

/// The report of a plan without its frame; key figures tell the change against `base`, and the map has its lines too.
#[must_use]
pub fn fragment(scenario: &Scenario, plan: &Plan, base: Option<&Plan>, language: Language) -> Fragment {
    let Page { body, figures, .. } = page(scenario, plan, base, language);
    Fragment { title: figures::title(plan, language), html: body, figures }
}

fn page(scenario: &Scenario, plan: &Plan, base: Option<&Plan>, language: Language) -> Page {
    let mut page = Page::new(language);
    page.body.push_str("<main>\n");
    figures::header(scenario, plan, &mut page);
    figures::key_figures(scenario, plan, base, &mut page);
    if let Some(map) = map::map(scenario, plan, base, language) {
        let figure = page.figure(&map.plot, &format!("min({}px, 110vw)", map.height));
        page.section("", "Map", &map.note, &figure);
    }
    figures::cost_split(scenario, plan, &mut page);
    unserved::unserved(scenario, plan, &mut page);
    outsourced::section(scenario, plan, &mut page);
    unserved::violations(plan, &mut page);
    sites::sites(scenario, plan, &mut page);
    what_if::sections(scenario, plan, &mut page);
    vehicles(scenario, plan, &mut page);
    docks::section(scenario, plan, &mut page);
    stocks::section(scenario, plan, &mut page);
    routes::routes(scenario, plan, &mut page);
    routes::stops(scenario, plan, &mut page);
    sites::flows(scenario, plan, &mut page);
    page.body.push_str("</main>\n");
    figures::footer(scenario, plan, &mut page);
    page
}

fn vehicles(scenario: &Scenario, plan: &Plan, page: &mut Page) {
    if plan.routes.is_empty() {
        return;
    }
    let note = match plan.routes.len() {
        n if n > charts::MOST_ROUTES => {
            let parts = [charts::MOST_ROUTES, n].map(|count| count.to_string());
            page.language.fill("The first {0} of {1} routes.", &[&parts[0], &parts[1]])
        }
        _ => String::new(),
    };
    let (plot, height) = gantt::vehicles(scenario, plan, page.language);
    let figure = page.figure(&plot, &format!("{height}px"));
    page.section("", "When each vehicle does what", &note, &figure);
    if let Some(plot) = charts::load_profile(scenario, plan, page.language) {
        let figure = page.figure(&plot, "300px");
        page.section("", "Load along each route", &note, &figure);
    }
}

#[cfg(test)]
mod tests;
