//! What a siting plan says beside itself: prices of opposite decisions, alternatives, and totals by number of sites.

use super::charts::{axis, configuration, layout};
use super::colors::{OPEN, SUPPLY};
use super::covering::{amount, total_name};
use super::numbers::percent;
use super::page::{Page, escape};
use super::tables::{Cell, Table, number_cell};
use super::texts::Language;
use crate::io::atlas::Atlas;
use crate::model::plan::{SitePrice, SweepPoint};
use crate::model::{Plan, Scenario};
use plotly::common::{DashType, HoverInfo, Line, Marker, MarkerSymbol, Mode};
use plotly::{Plot, Scatter};

/// All sections that the plan has something for.
pub(super) fn sections(scenario: &Scenario, plan: &Plan, page: &mut Page) {
    alternatives(scenario, plan, page);
    sweep(scenario, plan, page);
}

/// An amount with its sign.
fn change(scenario: &Scenario, value: f64) -> String {
    let sign = if value >= 0.0 { "+" } else { "−" };
    format!("{sign}{}", amount(scenario, value.abs()))
}

/// What the opposite decision about a site would cost against the plan, as HTML: at least, as proven, and in the best plan
/// found with it.
pub(super) fn shown_price(scenario: &Scenario, price: Option<&SitePrice>, language: Language) -> [String; 2] {
    let Some(price) = price else { return Default::default() };
    let shown = |value: Option<f64>| value.map_or_else(String::new, |value| escape(&change(scenario, value)));
    let at_least = if price.is_impossible { language.text("impossible").to_owned() } else { shown(price.at_least) };
    [at_least, shown(price.found)]
}

fn alternatives(scenario: &Scenario, plan: &Plan, page: &mut Page) {
    if plan.alternatives.is_empty() {
        return;
    }
    let language = page.language;
    let atlas = Atlas::new(scenario);
    let names = |ids: &[String]| {
        let names: Vec<String> = ids.iter().map(|id| escape(atlas.site_name(id))).collect();
        Cell::Text(names.join(language.text(", ")))
    };
    let mut table = Table::new(language, &["#Total", "#Change", "Opens", "Does without"]);
    for other in &plan.alternatives {
        let total = number_cell(escape(&amount(scenario, other.total)));
        let more = number_cell(escape(&change(scenario, other.total - plan.summary.total)));
        table.row("", &[total, more, names(&other.opens), names(&other.does_without)]);
    }
    let bound = plan.alternatives_bound.map(|bound| amount(scenario, bound));
    let note = bound.map(|bound| language.fill("No plan with other sites can cost less than {0}.", &[&bound]));
    page.section("long", "The best alternatives", &note.unwrap_or_default(), &table.finish());
}

fn sweep(scenario: &Scenario, plan: &Plan, page: &mut Page) {
    if plan.sweep.is_empty() {
        return;
    }
    let language = page.language;
    let has_found = plan.sweep.iter().any(|point| point.total.is_some());
    let figure = if has_found { page.figure(&curve(scenario, plan, language), "360px") } else { String::new() };
    let mut table = Table::new(language, &["#Sites", "#Total", "#Lower bound", "#Covered"]);
    for point in &plan.sweep {
        let shown = |value: Option<f64>| value.map_or_else(String::new, |value| escape(&amount(scenario, value)));
        let total = match point.total {
            Some(_) => shown(point.total),
            None if point.is_infeasible => language.text("no plan").to_owned(),
            None => language.text("none found").to_owned(),
        };
        let covered = point.covered.map_or_else(String::new, percent);
        let cells = [point.sites.to_string(), total, shown(point.lower_bound), covered].map(number_cell);
        table.row("", &cells);
    }
    let note = if has_found {
        "The best total found with each number of open sites, and what no plan with so many can go below."
    } else {
        "No plan with any of these numbers of open sites was found within the time."
    };
    let title = language.fill("{0} by number of sites", &[language.text(total_name(scenario))]);
    page.section("", &title, note, &format!("{figure}{}", table.finish()));
}

/// Totals and lower bounds over the number of sites, and this plan among them.
fn curve(scenario: &Scenario, plan: &Plan, language: Language) -> Plot {
    let points: &[SweepPoint] = &plan.sweep;
    let mut plot = Plot::new();
    let found = points.iter().filter_map(|point| Some((point.sites, point.total?))).collect::<Vec<_>>();
    let bounds = points.iter().filter_map(|point| Some((point.sites, point.lower_bound?))).collect::<Vec<_>>();
    let own = plan.summary.sites_open.map(|open| (open, plan.summary.total)).into_iter().collect();
    let series = [
        ("Best found", found, Line::new().width(2.2).color(OPEN), Marker::new().size(7).color(OPEN)),
        (
            "Lower bound",
            bounds,
            Line::new().width(2.0).color(SUPPLY).dash(DashType::Dot),
            Marker::new().size(5).color(SUPPLY),
        ),
        ("this plan", own, Line::new(), Marker::new().size(14).color("#16202a").symbol(MarkerSymbol::StarOpen)),
    ];
    for (name, series, line, marker) in series {
        let label = |&(sites, total): &(u32, f64)| {
            language.fill("{0} sites: {1}", &[&sites.to_string(), &escape(&amount(scenario, total))])
        };
        let hover: Vec<String> = series.iter().map(label).collect();
        let mode = if series.len() > 1 { Mode::LinesMarkers } else { Mode::Markers };
        let (x, y): (Vec<u32>, Vec<f64>) = series.into_iter().unzip();
        let trace = Scatter::new(x, y).mode(mode).line(line).marker(marker).name(language.text(name)).show_legend(true);
        plot.add_trace(trace.hover_text_array(hover).hover_info(HoverInfo::Text));
    }
    let sites: Vec<f64> = points.iter().map(|point| f64::from(point.sites)).collect();
    let stride = sites.len().div_ceil(20).max(1);
    let ticks = sites.into_iter().step_by(stride).collect();
    let x_axis = axis().zero_line(false).tick_values(ticks);
    plot.set_layout(layout().x_axis(x_axis).y_axis(axis().zero_line(false)));
    plot.set_configuration(configuration());
    plot
}
