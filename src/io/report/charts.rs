//! What every figure shares, and what is aboard along each route.

use super::colors::{self, GRID, MUTED};
use super::numbers::{length, number};
use super::page::escape;
use super::texts::Language;
use crate::model::plan::{Activity, Route, Stop};
use crate::model::scenario::Metric;
use crate::model::{Plan, Quantities, Scenario};
use plotly::common::{Anchor, Font, HoverInfo, Line, LineShape, Mode, Orientation};
use plotly::configuration::{DisplayModeBar, ModeBarButtonName};
use plotly::layout::{Axis, HoverMode, Layout, Legend, Margin, RangeMode};
use plotly::{Configuration, Plot, Scatter};

/// Most routes that a chart shows.
pub(super) const MOST_ROUTES: usize = 60;

/// The settings of every figure.
pub(super) fn configuration() -> Configuration {
    let useless = vec![ModeBarButtonName::AutoScale2d, ModeBarButtonName::Lasso2d, ModeBarButtonName::Select2d];
    Configuration::new()
        .responsive(true)
        .display_logo(false)
        .display_mode_bar(DisplayModeBar::Hover)
        .mode_bar_buttons_to_remove(useless)
        .typeset_math(false)
}

/// The frame of every figure.
pub(super) fn layout() -> Layout {
    let family = "system-ui, -apple-system, Segoe UI, Roboto, Helvetica Neue, Noto Sans, Noto Sans CJK SC, sans-serif";
    let legend = Legend::new().orientation(Orientation::Horizontal).x(0.0).y(-0.08).y_anchor(Anchor::Top);
    Layout::new()
        .font(Font::new().family(family).size(12).color(MUTED))
        .margin(Margin::new().left(44).right(8).top(30).bottom(34))
        .plot_background_color("#ffffff")
        .paper_background_color("#ffffff")
        .hover_mode(HoverMode::Closest)
        .legend(legend)
}

/// An axis of every figure.
pub(super) fn axis() -> Axis {
    Axis::new().grid_color(GRID).show_line(false).auto_margin(true)
}

/// How people call the vehicle of a route.
pub(super) fn route_name(scenario: &Scenario, route: &Route) -> String {
    let count = scenario.vehicles.iter().find(|vehicle| vehicle.id == route.vehicle).map_or(2, |vehicle| vehicle.count);
    if count == 1 { route.vehicle.clone() } else { format!("{} #{}", route.vehicle, route.number) }
}

/// What is aboard along each route.
pub(super) fn load_profile(scenario: &Scenario, plan: &Plan, language: Language) -> Option<Plot> {
    let routes = &plan.routes[..plan.routes.len().min(MOST_ROUTES)];
    let stops = || routes.iter().flat_map(|route| &route.stops);
    if !stops().any(|stop| stop.load.values().any(|load| *load > 0.0)) {
        return None;
    }
    let shares = routes.iter().all(|route| capacity(scenario, route).is_some());
    let mut plot = Plot::new();
    for (position, route) in routes.iter().enumerate() {
        let capacity = capacity(scenario, route).filter(|_| shares);
        let x: Vec<f64> = route.stops.iter().map(|stop| kilometers(scenario, stop.distance)).collect();
        let y: Vec<f64> = route.stops.iter().map(|stop| aboard(stop, capacity)).collect();
        let name = route_name(scenario, route);
        let text = route.stops.iter().map(|stop| load_text(scenario, stop, &name, language)).collect();
        let line = Line::new().width(1.6).color(colors::line(position)).shape(LineShape::Hv);
        let trace = Scatter::new(x, y).mode(Mode::Lines).line(line).name(escape(&name)).show_legend(false);
        plot.add_trace(trace.hover_text_array(text).hover_info(HoverInfo::Text));
    }
    let y_axis = axis().range_mode(RangeMode::ToZero).zero_line(false).tick_suffix(if shares { " %" } else { "" });
    let unit = if scenario.travel.metric == Metric::Haversine { " km" } else { "" };
    plot.set_layout(layout().x_axis(axis().zero_line(false).tick_suffix(unit)).y_axis(y_axis));
    plot.set_configuration(configuration());
    Some(plot)
}

fn load_text(scenario: &Scenario, stop: &Stop, name: &str, language: Language) -> String {
    let what = match stop.activity {
        Activity::Start => language.text("start"),
        Activity::End => language.text("end"),
        Activity::Reload => language.text("reload"),
        Activity::Order | Activity::Pickup | Activity::Delivery => stop.order.as_deref().unwrap_or(""),
    };
    let loads: Vec<String> =
        stop.load.iter().map(|(unit, load)| format!("{} {}", number(*load, 2), escape(unit))).collect();
    let distance = length(scenario, stop.distance as f64);
    let after = language.fill("{0}, after {1}", &[&escape(what), &distance]);
    let aboard = language.fill("aboard {0}", &[&loads.join(language.text(", "))]);
    format!("<b>{}</b><br>{after}<br>{aboard}", escape(name))
}

/// The vehicle's capacity, if there is one.
fn capacity<'a>(scenario: &'a Scenario, route: &Route) -> Option<&'a Quantities> {
    scenario.vehicles.iter().find(|vehicle| vehicle.id == route.vehicle)?.capacity.as_ref()
}

/// The fullest dimension in percent of its capacity, or the first dimension's amount.
fn aboard(stop: &Stop, capacity: Option<&Quantities>) -> f64 {
    let share = |(name, load): (&String, &f64)| {
        let capacity = match capacity? {
            Quantities::Bare(amount) => *amount,
            Quantities::Named(amounts) => amounts.iter().find(|(dimension, _)| dimension == name)?.1,
        };
        (capacity > 0.0).then(|| 100.0 * load / capacity)
    };
    match capacity {
        Some(_) => stop.load.iter().filter_map(share).fold(0.0, f64::max),
        None => stop.load.values().next().copied().unwrap_or(0.0),
    }
}

fn kilometers(scenario: &Scenario, distance: i64) -> f64 {
    let unit = match scenario.travel.metric {
        Metric::Haversine => 1000.0,
        Metric::Euclidean | Metric::Manhattan | Metric::Matrix => scenario.travel.scale.unwrap_or(1.0),
    };
    distance as f64 / unit
}
