//! What a siting plan says beside itself: prices of turning decisions, alternatives, and totals by number of sites.

use super::charts::{axis, configuration, layout};
use super::colors;
use super::covering::{amount, total_name};
use super::numbers::percent;
use super::page::{Page, escape};
use super::tables::{Cell, Table, named, number_cell, text};
use crate::io::atlas::Atlas;
use crate::model::plan::{SitePlan, SitePrice, SweepPoint};
use crate::model::{Plan, Scenario};
use plotly::common::{HoverInfo, Line, Marker, Mode};
use plotly::{Plot, Scatter};

/// All sections that the plan has something for.
pub(super) fn sections(scenario: &Scenario, plan: &Plan, page: &mut Page) {
    prices(scenario, plan, page);
    alternatives(scenario, plan, page);
    sweep(scenario, plan, page);
}

/// An amount with its sign.
fn change(scenario: &Scenario, value: f64) -> String {
    let sign = if value >= 0.0 { "+" } else { "−" };
    format!("{sign}{}", amount(scenario, value.abs()))
}

fn prices(scenario: &Scenario, plan: &Plan, page: &mut Page) {
    let mut priced: Vec<(&SitePlan, &SitePrice)> =
        plan.sites.iter().filter_map(|site| Some((site, site.turning.as_ref()?))).collect();
    if priced.is_empty() {
        return;
    }
    let least = |price: &SitePrice| price.found.or(price.at_least).unwrap_or(f64::INFINITY);
    priced.sort_by(|a, b| least(a.1).total_cmp(&least(b.1)));
    let atlas = Atlas::new(scenario);
    let mut table = Table::new(&["Site", "Otherwise", "#Costs at least", "#Found"]);
    for (site, price) in priced {
        if table.is_full() {
            break;
        }
        let shown = |value: Option<f64>| value.map_or_else(String::new, |value| escape(&change(scenario, value)));
        let at_least = if price.is_impossible { "impossible".to_owned() } else { shown(price.at_least) };
        let otherwise = text(if site.open { "close it" } else { "open it" });
        let name = named(atlas.site_name(&site.id), &site.id);
        table.row("", &[name, otherwise, number_cell(at_least), number_cell(shown(price.found))]);
    }
    let note = "What the opposite decision about a site would cost against this plan: at least, as proven, and in the best \
                plan found with it.";
    page.section("long", "If a site were decided otherwise", note, &table.finish());
}

fn alternatives(scenario: &Scenario, plan: &Plan, page: &mut Page) {
    if plan.alternatives.is_empty() {
        return;
    }
    let atlas = Atlas::new(scenario);
    let names = |ids: &[String]| {
        let names: Vec<String> = ids.iter().map(|id| escape(atlas.site_name(id))).collect();
        Cell::Text(names.join(", "))
    };
    let mut table = Table::new(&["#Total", "#Change", "Opens", "Does without"]);
    for other in &plan.alternatives {
        let total = number_cell(escape(&amount(scenario, other.total)));
        let more = number_cell(escape(&change(scenario, other.total - plan.summary.total)));
        table.row("", &[total, more, names(&other.opens), names(&other.does_without)]);
    }
    let bound = plan.alternatives_bound.map(|bound| amount(scenario, bound));
    let note = bound.map_or_else(String::new, |bound| format!("No plan with other sites can cost less than {bound}."));
    page.section("long", "The best alternatives", &note, &table.finish());
}

fn sweep(scenario: &Scenario, plan: &Plan, page: &mut Page) {
    if plan.sweep.is_empty() {
        return;
    }
    let figure = page.figure(&curve(scenario, &plan.sweep), "340px");
    let mut table = Table::new(&["#Sites", "#Total", "#Lower bound", "#Covered"]);
    for point in &plan.sweep {
        let shown = |value: Option<f64>| value.map_or_else(String::new, |value| escape(&amount(scenario, value)));
        let total = if point.is_infeasible { "no plan".to_owned() } else { shown(point.total) };
        let covered = point.covered.map_or_else(String::new, percent);
        let cells = [point.sites.to_string(), total, shown(point.lower_bound), covered].map(number_cell);
        table.row("", &cells);
    }
    let note = "The best total found with each number of open sites, and what no plan with so many can go below.";
    let title = format!("{} by number of sites", total_name(scenario));
    page.section("", &title, note, &format!("{figure}{}", table.finish()));
}

/// Totals and lower bounds over the number of sites.
fn curve(scenario: &Scenario, points: &[SweepPoint]) -> Plot {
    let mut plot = Plot::new();
    let found = points.iter().filter_map(|point| Some((point.sites, point.total?))).collect::<Vec<_>>();
    let bounds = points.iter().filter_map(|point| Some((point.sites, point.lower_bound?))).collect::<Vec<_>>();
    for (position, (name, series)) in [("Best found", found), ("Lower bound", bounds)].into_iter().enumerate() {
        let label = |&(sites, total): &(u32, f64)| format!("{sites} sites: {}", escape(&amount(scenario, total)));
        let hover: Vec<String> = series.iter().map(label).collect();
        let (x, y): (Vec<u32>, Vec<f64>) = series.into_iter().unzip();
        let color = colors::line(position);
        let trace = Scatter::new(x, y).mode(Mode::LinesMarkers).line(Line::new().width(2.0).color(color));
        let trace = trace.marker(Marker::new().size(6)).name(name).show_legend(true);
        plot.add_trace(trace.hover_text_array(hover).hover_info(HoverInfo::Text));
    }
    plot.set_layout(layout().x_axis(axis().zero_line(false)).y_axis(axis().zero_line(false)));
    plot.set_configuration(configuration());
    plot
}
