//! What each vehicle does when, in a row of its own; other charts of times are made of the same parts.

use super::charts::{MOST_ROUTES, axis, configuration, layout, route_name};
use super::colors::{OPEN, SUPPLY};
use super::numbers::{duration, moment};
use super::page::escape;
use super::routes::n_trips;
use super::texts::Language;
use crate::model::plan::{Activity, PauseKind, Stop};
use crate::model::{Moment, Plan, Scenario};
use plotly::common::{Anchor, DashType, HoverInfo, Line, Marker, MarkerSymbol, Mode, Orientation};
use plotly::layout::{Axis, AxisRange, Legend};
use plotly::{Plot, Scatter};

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
pub(super) fn vehicles(scenario: &Scenario, plan: &Plan, language: Language) -> (Plot, usize) {
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
    let times = routes.iter().flat_map(|route| &route.stops).flat_map(|stop| [stop.arrive, stop.leave]).collect();
    rows(plot, scenario, names, times)
}

/// The plot with its named rows and the axis of its times, and its height in pixels.
pub(super) fn rows(mut plot: Plot, scenario: &Scenario, names: Vec<String>, times: Vec<Moment>) -> (Plot, usize) {
    let n_rows = names.len();
    let names = names.iter().map(|name| escape(&short_name(name))).collect();
    let y_axis = axis().tick_values((0..n_rows).map(|row| row as f64).collect()).tick_text(names).zero_line(false);
    let y_axis = y_axis.range(AxisRange::new(n_rows as f64 - 0.4, -0.6)).fixed_range(true);
    // Above the plot, where it does not meet the times of a low one.
    let legend = Legend::new().orientation(Orientation::Horizontal).x(0.0).y(1.0).y_anchor(Anchor::Bottom);
    plot.set_layout(layout().x_axis(time_axis(scenario, &times)).y_axis(y_axis).legend(legend));
    plot.set_configuration(configuration());
    (plot, 90 + 22 * n_rows.max(2))
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
fn time_axis(scenario: &Scenario, times: &[Moment]) -> Axis {
    let seconds = || times.iter().map(|time| time.seconds());
    let least = seconds().min().unwrap_or(0);
    let most = seconds().max().unwrap_or(0).max(least + 1);
    let form = times.first().copied().unwrap_or(Moment::Seconds(0));
    let counts_units = scenario.travel.scale.is_some() && matches!(form, Moment::Seconds(_));
    let step = step(most - least, counts_units);
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
fn step(span: i64, counts_units: bool) -> i64 {
    const CLOCK: [i64; 13] = [1, 10, 60, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400];
    let decimal = (0..17).flat_map(|power| [1, 2, 5].map(|digit| digit * 10_i64.pow(power)));
    let fits = |step: &i64| span / step <= 10;
    let clock = CLOCK.into_iter().find(fits).filter(|_| !counts_units);
    clock.or_else(|| decimal.into_iter().find(fits)).unwrap_or(span.max(1))
}
