//! The anytime profile of methods: gaps over time, both on logarithmic axes.

use super::charts::{axis, configuration, layout};
use super::colors;
use super::numbers::number;
use super::page::{Page, escape};
use super::texts::Language;
use plotly::common::{HoverInfo, Line, LineShape, Mode};
use plotly::layout::{Axis, AxisRange, AxisType};
use plotly::{Plot, Scatter};

/// How one method's gap came down.
#[derive(Clone, Debug, PartialEq)]
pub struct Curve {
    /// The method.
    pub name: String,
    /// Seconds, and the gap as a share from then on; times ascend.
    pub points: Vec<(f64, f64)>,
}

/// Methods on the same instances.
#[derive(Clone, Debug, PartialEq)]
pub struct Panel {
    /// Which instances.
    pub title: String,
    /// What has to be known about them; may be empty.
    pub note: String,
    /// One for each method.
    pub curves: Vec<Curve>,
}

/// The lowest gap that is drawn, in percent: a logarithm has no zero.
const FLOOR: f64 = 0.01;
/// The earliest time that is drawn, in seconds.
const EARLIEST: f64 = 0.001;
/// Most points of one curve; more cannot be told apart.
const MOST_POINTS: usize = 1_500;

/// A page with one chart for each panel, under a title and a sentence.
#[must_use]
pub fn profile(title: &str, words: &str, panels: &[Panel]) -> String {
    let mut page = Page::new(Language::English);
    page.body.push_str(&format!(
        "<main>\n<header><h1>{}</h1><p class=\"answer\">{}</p></header>\n",
        escape(title),
        escape(words)
    ));
    for panel in panels {
        let content = match plot(panel) {
            Some(plot) => page.figure(&plot, "420px"),
            None => "<p class=\"note\">No run can be compared.</p>".to_owned(),
        };
        page.section("", &panel.title, &panel.note, &content);
    }
    page.body.push_str("</main>\n");
    page.finish(title)
}

fn plot(panel: &Panel) -> Option<Plot> {
    let points = || panel.curves.iter().flat_map(|curve| &curve.points);
    let most = |values: &mut dyn Iterator<Item = f64>| values.fold(f64::NEG_INFINITY, f64::max);
    let least = |values: &mut dyn Iterator<Item = f64>| values.fold(f64::INFINITY, f64::min);
    let times = [least(&mut points().map(|it| seconds(it.0))), most(&mut points().map(|it| seconds(it.0)))];
    let gaps = [least(&mut points().map(|it| percent(it.1))), most(&mut points().map(|it| percent(it.1)))];
    if !times.iter().chain(&gaps).all(|value| value.is_finite()) {
        return None;
    }
    let mut plot = Plot::new();
    for (position, curve) in panel.curves.iter().enumerate() {
        let shown = thinned(&curve.points);
        let text = shown.iter().map(|&(time, gap)| {
            format!("<b>{}</b><br>{} s: {} %", escape(&curve.name), number(time, 3), number(100.0 * gap, 3))
        });
        let text = text.collect();
        let (x, y) = shown.iter().map(|&(time, gap)| (seconds(time), percent(gap))).unzip();
        let line = Line::new().width(2.2).color(colors::line(position)).shape(LineShape::Hv);
        let trace = Scatter::new(x, y).mode(Mode::Lines).line(line).name(escape(&curve.name)).show_legend(true);
        plot.add_trace(trace.hover_text_array(text).hover_info(HoverInfo::Text));
    }
    plot.set_layout(layout().x_axis(logarithmic(times, " s")).y_axis(logarithmic(gaps, " %")));
    plot.set_configuration(configuration());
    Some(plot)
}

fn seconds(time: f64) -> f64 {
    time.max(EARLIEST)
}

fn percent(share: f64) -> f64 {
    (100.0 * share).max(FLOOR)
}

/// At most [`MOST_POINTS`] of the points, the last one among them.
fn thinned(points: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let stride = points.len().div_ceil(MOST_POINTS).max(1);
    let mut shown: Vec<(f64, f64)> = points.iter().copied().step_by(stride).collect();
    if let Some(&last) = points.last()
        && shown.last() != Some(&last)
    {
        shown.push(last);
    }
    shown
}

/// A logarithmic axis over `[least, most]` with ticks at 1, 2 and 5 of each decade, or at 1 where these are many.
fn logarithmic([least, most]: [f64; 2], suffix: &str) -> Axis {
    let (low, high) = (least.log10(), most.log10());
    let margin = 0.04 * (high - low).max(0.5);
    let digits: &[f64] = if high - low > 2.5 { &[1.0] } else { &[1.0, 2.0, 5.0] };
    let decades = low.floor() as i32 - 1..=high.ceil() as i32;
    let ticks: Vec<f64> =
        decades.flat_map(|decade| digits.iter().map(move |digit| digit * 10_f64.powi(decade))).collect();
    let text: Vec<String> = ticks.iter().map(|&tick| format!("{}{suffix}", number(tick, 4))).collect();
    let range = AxisRange::new(low - margin, high + margin);
    axis().type_(AxisType::Log).range(range).tick_values(ticks).tick_text(text).zero_line(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn page_loads_nothing_and_lets_no_markup_through() {
        let curve = Curve { name: "<b>savings".to_owned(), points: vec![(0.01, 0.05), (2.0, 0.0)] };
        let panel = Panel { title: "<i>X".to_owned(), note: String::new(), curves: vec![curve] };
        let empty = Panel { title: "none".to_owned(), note: String::new(), curves: Vec::new() };
        let page = profile("Anytime <profile>", "words", &[panel, empty]);
        let own = page.split("</script>").last().unwrap_or_default();
        assert!(page.contains("default-src 'none'") && !own.contains("http"));
        assert!(!page.contains("<i>X") && !page.contains("<b>savings") && !page.contains("<profile>"));
        assert!(page.contains("No run can be compared."));
    }

    #[test]
    fn thinning_keeps_the_last_point() {
        let points: Vec<(f64, f64)> = (0..4_000).map(|i| (f64::from(i), 1.0)).collect();
        let shown = thinned(&points);
        assert!(shown.len() <= MOST_POINTS + 1);
        assert_eq!(shown.last(), points.last());
    }
}
