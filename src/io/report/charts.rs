//! Charts of the routes: what each vehicle does when, and what is aboard along the way.

use super::colors::{self, GRID, MUTED, OPEN, SUPPLY};
use super::numbers::{duration, length, moment, number};
use super::page::escape;
use super::routes::n_trips;
use super::texts::Language;
use crate::model::plan::{Activity, PauseKind, Route, Stop};
use crate::model::scenario::Metric;
use crate::model::{Moment, Plan, Quantities, Scenario};
use plotly::common::{Anchor, DashType, Font, HoverInfo, Line, LineShape, Marker, MarkerSymbol, Mode, Orientation};
use plotly::configuration::{DisplayModeBar, ModeBarButtonName};
use plotly::layout::{Axis, AxisRange, HoverMode, Layout, Legend, Margin, RangeMode};
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

/// Segments of a kind in the chart of times.
pub(super) struct Spans {
    x: Vec<Option<f64>>,
    y: Vec<Option<f64>>,
    text: Vec<String>,
}

impl Spans {
    pub(super) const NONE: Self = Self { x: Vec::new(), y: Vec::new(), text: Vec::new() };

    pub(super) fn push(&mut self, from: i64, to: i64, row: usize, text: &str) {
        if to > from {
            self.x.extend([Some(from as f64), Some(to as f64), None]);
            self.y.extend([Some(row as f64), Some(row as f64), None]);
            self.text.extend([text.to_owned(), text.to_owned(), String::new()]);
        }
    }

    fn mark(&mut self, at: i64, row: usize, text: &str) {
        self.x.push(Some(at as f64));
        self.y.push(Some(row as f64));
        self.text.push(text.to_owned());
    }

    /// As lines; without a name they stay out of the legend.
    pub(super) fn draw(self, plot: &mut Plot, name: &str, line: Line) {
        if !self.x.is_empty() {
            let trace = Scatter::new(self.x, self.y).mode(Mode::Lines).line(line).name(name);
            let trace = trace.show_legend(!name.is_empty());
            plot.add_trace(trace.hover_text_array(self.text).hover_info(HoverInfo::Text));
        }
    }

    /// As marks, which show where something takes no time, too.
    fn draw_marks(self, plot: &mut Plot, name: &str) {
        if !self.x.is_empty() {
            let edge = Line::new().width(1.0).color("#ffffff");
            let marker = Marker::new().symbol(MarkerSymbol::Diamond).size(11).color(SUPPLY).line(edge);
            let trace = Scatter::new(self.x, self.y).mode(Mode::Markers).marker(marker).name(name);
            plot.add_trace(trace.hover_text_array(self.text).hover_info(HoverInfo::Text));
        }
    }
}

/// A row for each vehicle: driving, waiting, serving, loading for the next trip. Returns the height in pixels too.
pub(super) fn gantt(scenario: &Scenario, plan: &Plan, language: Language) -> (Plot, usize) {
    let routes = &plan.routes[..plan.routes.len().min(MOST_ROUTES)];
    let [mut drive, mut wait, mut serve, mut load] = [const { Spans::NONE }; 4];
    let [mut reloads, mut pauses] = [const { Spans::NONE }; 2];
    for (row, route) in routes.iter().enumerate() {
        for pair in route.stops.windows(2) {
            let [from, to] = pair else { continue };
            let time = duration(scenario, to.arrive.seconds() - from.leave.seconds());
            let text = language.fill("drive {0}", &[&time]);
            drive.push(from.leave.seconds(), to.arrive.seconds(), row, &text);
        }
        for pause in &route.pauses {
            let what = match pause.kind {
                PauseKind::Break => language.text("break"),
                PauseKind::Rest => language.text("rest"),
            };
            let [from, to] = [pause.start, pause.end].map(|time| moment(scenario, time));
            let text = format!("<b>{what}</b><br>{from}–{to}");
            pauses.push(pause.start.seconds(), pause.end.seconds(), row, &text);
        }
        let mut trip = 1;
        for stop in &route.stops {
            let what = escape(stop.order.as_deref().unwrap_or(&stop.location));
            let waiting = language.fill("wait {0}", &[&duration(scenario, stop.wait)]);
            let (start, leave) = (stop.start.seconds(), stop.leave.seconds());
            wait.push(start - stop.wait, start, row, &format!("<b>{what}</b><br>{waiting}"));
            if stop.activity == Activity::Reload {
                trip += 1;
                let text = reloading(scenario, stop, (trip, n_trips(route)), language);
                load.push(start, leave, row, &text);
                reloads.mark(start, row, &text);
            } else {
                serve.push(start, leave, row, &serving(scenario, stop, &what, language));
            }
        }
    }
    let mut plot = Plot::new();
    drive.draw(&mut plot, language.text("Drive"), Line::new().width(3.0).color("#9fb4c4"));
    wait.draw(&mut plot, language.text("Wait"), Line::new().width(3.0).color("#d9a441").dash(DashType::Dot));
    serve.draw(&mut plot, language.text("Service"), Line::new().width(11.0).color(OPEN));
    pauses.draw(&mut plot, language.text("Break"), Line::new().width(7.0).color("#6b7280"));
    load.draw(&mut plot, "", Line::new().width(11.0).color(SUPPLY));
    reloads.draw_marks(&mut plot, language.text("Reload"));
    let names = routes.iter().map(|route| route_name(scenario, route)).collect();
    let height = set_rows(&mut plot, scenario, routes, names);
    (plot, height)
}

/// Gives a chart of times its axes, with a row for each of `names`, and returns its height in pixels.
pub(super) fn set_rows(plot: &mut Plot, scenario: &Scenario, routes: &[Route], names: Vec<String>) -> usize {
    let names: Vec<String> = names.iter().map(|name| escape(&short_name(name))).collect();
    let n_rows = names.len();
    let rows: Vec<f64> = (0..n_rows).map(|row| row as f64).collect();
    let y_axis = axis().tick_values(rows).tick_text(names).zero_line(false);
    let y_axis = y_axis.range(AxisRange::new(n_rows as f64 - 0.4, -0.6)).fixed_range(true);
    plot.set_layout(layout().x_axis(time_axis(scenario, routes)).y_axis(y_axis));
    plot.set_configuration(configuration());
    110 + 22 * n_rows.max(2)
}

fn serving(scenario: &Scenario, stop: &Stop, what: &str, language: Language) -> String {
    let service = duration(scenario, stop.leave.seconds() - stop.start.seconds());
    let [from, to] = [stop.start, stop.leave].map(|time| moment(scenario, time));
    format!("<b>{what}</b><br>{}", language.fill("{0} to {1}, service {2}", &[&from, &to, &service]))
}

fn reloading(scenario: &Scenario, stop: &Stop, (trip, n_trips): (usize, usize), language: Language) -> String {
    let loading = language.fill("reload {0}", &[&duration(scenario, stop.leave.seconds() - stop.start.seconds())]);
    let trip = language.fill("trip {0}", &[&format!("{trip}/{n_trips}")]);
    format!("<b>{}</b><br>{}, {loading}<br>{trip}", escape(&stop.location), moment(scenario, stop.start))
}

fn short_name(name: &str) -> String {
    if name.chars().count() > 22 {
        format!("{}…", name.chars().take(21).collect::<String>())
    } else {
        name.to_owned()
    }
}

/// Times of day at round steps, or the unit of a published set.
fn time_axis(scenario: &Scenario, routes: &[Route]) -> Axis {
    let times = || routes.iter().flat_map(|route| &route.stops).flat_map(|stop| [stop.arrive, stop.leave]);
    let least = times().map(Moment::seconds).min().unwrap_or(0);
    let most = times().map(Moment::seconds).max().unwrap_or(0).max(least + 1);
    let form = times().next().unwrap_or(Moment::Seconds(0));
    let step = step(scenario, most - least);
    let first = least.div_euclid(step) * step;
    let ticks: Vec<i64> = (0..40).map(|i| first + i * step).take_while(|tick| *tick <= most + step).collect();
    let text = ticks.iter().map(|&tick| tick_text(scenario, form.like(tick))).collect();
    let margin = (most - least) as f64 * 0.02;
    let range = AxisRange::new(least as f64 - margin, most as f64 + margin);
    axis().range(range).tick_values(ticks.iter().map(|&tick| tick as f64).collect()).tick_text(text).zero_line(false)
}

fn tick_text(scenario: &Scenario, tick: Moment) -> String {
    let text = moment(scenario, tick);
    match tick {
        Moment::Stamp(_) => text.get(11..16).unwrap_or(&text).to_owned(),
        Moment::Seconds(_) | Moment::Clock(_) => text,
    }
}

/// A round step that gives about ten ticks.
fn step(scenario: &Scenario, span: i64) -> i64 {
    const CLOCK: [i64; 12] = [1, 10, 60, 300, 600, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400];
    let decimal = (0..17).flat_map(|power| [1, 2, 5].map(|digit| digit * 10_i64.pow(power)));
    let fits = |step: &i64| span / step <= 10;
    let clock = CLOCK.into_iter().find(fits).filter(|_| scenario.travel.scale.is_none());
    clock.or_else(|| decimal.into_iter().find(fits)).unwrap_or(span.max(1))
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
