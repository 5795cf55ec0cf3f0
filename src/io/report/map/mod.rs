//! The map: places, flows and routes, on a plot that loads no tiles.

mod marks;
mod routes;

use super::charts;
use super::colors::{DEMAND, OPEN, OUTBOUND, RED, SUPPLY, UNUSED};
use super::numbers::{number, percent};
use super::page::escape;
use super::texts::Language;
use crate::io::atlas::{Atlas, is_geographic};
use crate::io::geojson::total;
use crate::model::plan::{Route, SiteChange, SitePlan, Stage};
use crate::model::{Plan, Scenario};
use marks::{Marks, size, white_edge};
use plotly::common::{DashType, HoverInfo, Line, MarkerSymbol, Mode};
use plotly::layout::{Axis, DragMode, Layout};
use plotly::{Plot, Scatter};

/// Most flows that the map draws, largest first.
const MOST_FLOWS: usize = 5_000;
/// Widths of flows, from the smallest to the largest.
const WIDTHS: [f64; 5] = [0.8, 1.5, 2.6, 4.2, 6.5];
/// Most routes of the base plan that are drawn below.
const MOST_GHOSTS: usize = 160;
/// Most marks of what is left out.
const MOST_UNSERVED: usize = 20_000;

/// The map of a plan.
pub(super) struct Map {
    pub(super) plot: Plot,
    /// In pixels.
    pub(super) height: usize,
    /// What it leaves out.
    pub(super) note: String,
}

/// A map as it grows.
struct Canvas {
    plot: Plot,
    language: Language,
    notes: Vec<String>,
}

/// The map; `None` when too little has coordinates.
pub(super) fn map(scenario: &Scenario, plan: &Plan, base: Option<&Plan>, language: Language) -> Option<Map> {
    let atlas = Atlas::new(scenario);
    let mut places: Vec<[f64; 2]> = scenario.locations.iter().filter_map(|location| location.at).collect();
    places.sort_by(|a, b| a[0].total_cmp(&b[0]).then(a[1].total_cmp(&b[1])));
    places.dedup();
    if places.len() < 2 {
        return None;
    }
    let mut canvas = Canvas { plot: Plot::new(), language, notes: Vec::new() };
    if let Some(base) = base {
        ghosts(base, &atlas, &mut canvas);
    }
    flows(plan, &atlas, &mut canvas);
    demands(scenario, &atlas, &mut canvas);
    supplies(scenario, &atlas, &mut canvas);
    sites(plan, &atlas, &mut canvas);
    routes::draw(scenario, plan, &atlas, &mut canvas);
    unserved(plan, &atlas, &mut canvas);
    let Canvas { mut plot, notes, .. } = canvas;
    let ratio = ratio(scenario, &places);
    plot.set_layout(layout(scenario, ratio));
    plot.set_configuration(charts::configuration().scroll_zoom(true));
    Some(Map { plot, height: height(&places, ratio), note: notes.join(" ") })
}

/// A unit of latitude is as long as one of longitude only at the equator; the axes make up for it.
fn ratio(scenario: &Scenario, places: &[[f64; 2]]) -> f64 {
    let sum: f64 = places.iter().map(|[_, y]| y).sum();
    let middle = sum / places.len() as f64;
    if is_geographic(scenario) { 1.0 / middle.to_radians().cos().max(0.1) } else { 1.0 }
}

/// Tall enough for the land that it shows, within what a screen shows.
fn height(places: &[[f64; 2]], ratio: f64) -> usize {
    const WIDTH: f64 = 1050.0;
    let span = |axis: usize| {
        let least = places.iter().map(|place| place[axis]).fold(f64::INFINITY, f64::min);
        let most = places.iter().map(|place| place[axis]).fold(f64::NEG_INFINITY, f64::max);
        most - least
    };
    (WIDTH * span(1) * ratio / span(0).max(f64::MIN_POSITIVE)).clamp(440.0, 760.0) as usize
}

fn layout(scenario: &Scenario, ratio: f64) -> Layout {
    let geographic = is_geographic(scenario);
    let suffix = if geographic { "°" } else { "" };
    let axis = || charts::axis().tick_suffix(suffix).zero_line(false);
    let y_axis: Axis = axis().scale_anchor("x").scale_ratio(ratio);
    charts::layout().x_axis(axis()).y_axis(y_axis).drag_mode(DragMode::Pan)
}

fn flows(plan: &Plan, atlas: &Atlas<'_>, canvas: &mut Canvas) {
    let mut order: Vec<usize> = (0..plan.flows.len()).collect();
    order.sort_by(|&a, &b| plan.flows[b].quantity.total_cmp(&plan.flows[a].quantity).then(a.cmp(&b)));
    if order.len() > MOST_FLOWS {
        let counts = [MOST_FLOWS, plan.flows.len()].map(|count| count.to_string());
        canvas.notes.push(canvas.language.fill("The {0} largest of {1} flows are drawn.", &[&counts[0], &counts[1]]));
        order.truncate(MOST_FLOWS);
    }
    for (stage, color, name) in [
        (Stage::Outbound, OUTBOUND, "Flow to demands"),
        (Stage::Inbound, SUPPLY, "Flow from supplies"),
        (Stage::Direct, SUPPLY, "Flow past all sites"),
    ] {
        let of_stage = || order.iter().map(|&flow| &plan.flows[flow]).filter(|flow| flow.stage == stage);
        let largest = of_stage().map(|flow| flow.quantity).fold(0.0, f64::max);
        let class = |quantity: f64| {
            let share = (quantity / largest.max(f64::MIN_POSITIVE)).sqrt();
            ((share * WIDTHS.len() as f64) as usize).min(WIDTHS.len() - 1)
        };
        let mut named = false;
        for (i, width) in WIDTHS.into_iter().enumerate() {
            let (mut x, mut y) = (Vec::new(), Vec::new());
            let of_class = of_stage().filter(|flow| class(flow.quantity) == i);
            for [from, to] in of_class.filter_map(|flow| atlas.ends(flow)) {
                x.extend([Some(from[0]), Some(to[0]), None]);
                y.extend([Some(from[1]), Some(to[1]), None]);
            }
            if x.is_empty() {
                continue;
            }
            let line = Line::new().width(width).color(color);
            let trace = Scatter::new(x, y).mode(Mode::Lines).line(line).opacity(0.55).hover_info(HoverInfo::Skip);
            let trace = trace.name(canvas.language.text(name)).legend_group(name).show_legend(!named);
            canvas.plot.add_trace(trace);
            named = true;
        }
    }
}

/// The lines of another plan, below everything else.
fn ghosts(base: &Plan, atlas: &Atlas<'_>, canvas: &mut Canvas) {
    let (mut x, mut y) = (Vec::new(), Vec::new());
    let mut line = |points: &mut dyn Iterator<Item = [f64; 2]>| {
        for [point_x, point_y] in points {
            x.push(Some(point_x));
            y.push(Some(point_y));
        }
        x.push(None);
        y.push(None);
    };
    for ends in base.flows.iter().take(MOST_FLOWS).filter_map(|flow| atlas.ends(flow)) {
        line(&mut ends.into_iter());
    }
    let stops = |route: &Route| route.stops.iter().filter_map(|stop| atlas.at(&stop.location)).collect::<Vec<_>>();
    for stops in base.routes.iter().take(MOST_GHOSTS).map(stops) {
        line(&mut stops.into_iter());
    }
    let style = Line::new().width(1.2).color(UNUSED).dash(DashType::Dot);
    let trace = Scatter::new(x, y).mode(Mode::Lines).line(style).opacity(0.7).hover_info(HoverInfo::Skip);
    canvas.plot.add_trace(trace.name(canvas.language.text("Base plan")));
}

fn demands(scenario: &Scenario, atlas: &Atlas<'_>, canvas: &mut Canvas) {
    let largest = scenario.demands.iter().map(|demand| total(&demand.quantity)).fold(f64::MIN_POSITIVE, f64::max);
    let mut marks = Marks::default();
    for demand in &scenario.demands {
        let quantity = total(&demand.quantity);
        let needs = canvas.language.fill("needs {0}", &[&number(quantity, 2)]);
        let text = format!("<b>{}</b><br>{needs}", escape(atlas.demand_name(&demand.id)));
        marks.push(atlas.at(&demand.location), text, size(quantity / largest, 5.0, 20.0));
    }
    marks.draw(canvas, "Demand", MarkerSymbol::Circle, DEMAND, white_edge());
}

fn supplies(scenario: &Scenario, atlas: &Atlas<'_>, canvas: &mut Canvas) {
    let mut marks = Marks::default();
    for supply in &scenario.supplies {
        let name = escape(atlas.supply_name(&supply.id));
        let mut text = format!("<b>{name}</b><br>{}", canvas.language.text("supply"));
        if let Some(capacity) = &supply.capacity {
            text.push_str(canvas.language.text(", "));
            text.push_str(&canvas.language.fill("at most {0}", &[&number(total(capacity), 2)]));
        }
        marks.push(atlas.at(&supply.location), text, 14);
    }
    marks.draw(canvas, "Supply", MarkerSymbol::Square, SUPPLY, white_edge());
}

fn sites(plan: &Plan, atlas: &Atlas<'_>, canvas: &mut Canvas) {
    let language = canvas.language;
    let largest = plan.sites.iter().map(|site| site.throughput).fold(f64::MIN_POSITIVE, f64::max);
    let group = |changes: &[SiteChange], sized: bool| {
        let mut marks = Marks::default();
        for site in plan.sites.iter().filter(|site| changes.contains(&site.change)) {
            let size = if sized { size(site.throughput / largest, 13.0, 30.0) } else { 11 };
            let at = atlas.site(&site.id);
            marks.push(at, site_text(atlas, site, language), size);
            marks.ids.extend(at.map(|_| format!("site:{}", site.id)));
        }
        marks
    };
    let edge = |color: &'static str| Line::new().width(1.6).color(color);
    group(&[SiteChange::Unused], false).draw(
        canvas,
        "Candidate, not opened",
        MarkerSymbol::CircleOpen,
        UNUSED,
        edge(UNUSED),
    );
    group(&[SiteChange::Closed], false).draw(canvas, "Site to close", MarkerSymbol::X, "#3d4852", white_edge());
    let open = group(&[SiteChange::Opened, SiteChange::Kept], true);
    open.draw(canvas, "Open site", MarkerSymbol::Circle, OPEN, Line::new().width(2.0).color("#ffffff"));
}

fn site_text(atlas: &Atlas<'_>, site: &SitePlan, language: Language) -> String {
    let state = match site.change {
        SiteChange::Opened => "opened",
        SiteChange::Closed => "to be closed",
        SiteChange::Kept => "kept",
        SiteChange::Unused => "not opened",
    };
    let comma = language.text(", ");
    let mut text = format!("<b>{}</b><br>{}", escape(atlas.site_name(&site.id)), language.text(state));
    if let Some(level) = &site.level {
        text.push_str(&format!("{comma}{}", escape(level)));
    }
    if site.open {
        text.push_str("<br>");
        text.push_str(&language.fill("throughput {0}", &[&number(site.throughput, 2)]));
    }
    if let Some(utilization) = site.utilization {
        text.push_str(comma);
        text.push_str(&language.fill("{0} of capacity", &[&percent(utilization)]));
    }
    text
}

fn unserved(plan: &Plan, atlas: &Atlas<'_>, canvas: &mut Canvas) {
    let mut marks = Marks::default();
    for unserved in plan.unserved.iter().take(MOST_UNSERVED) {
        let reason = unserved.reasons.first().map_or("", |reason| reason.message.as_str());
        let left_out = canvas.language.fill("left out: {0}", &[&escape(reason)]);
        let text = format!("<b>{}</b><br>{left_out}", escape(&unserved.id));
        marks.push(atlas.unserved(&unserved.id), text, 12);
    }
    marks.draw(canvas, "Left out", MarkerSymbol::X, RED, white_edge());
}
