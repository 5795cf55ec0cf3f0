//! The lines of the routes, one color for each vehicle.

use super::Canvas;
use super::marks::{Marks, white_edge};
use crate::io::atlas::Atlas;
use crate::io::report::charts;
use crate::io::report::colors::{self, SUPPLY};
use crate::io::report::numbers::moment;
use crate::io::report::page::escape;
use crate::model::plan::Activity;
use crate::model::{Plan, Scenario};
use plotly::Scatter;
use plotly::common::{HoverInfo, Line, Marker, MarkerSymbol, Mode};

/// Most points of routes that the map draws.
const MOST_POINTS: usize = 20_000;
/// Most routes that get a line in the legend.
const MOST_NAMES: usize = 16;

pub(super) fn draw(scenario: &Scenario, plan: &Plan, atlas: &Atlas<'_>, canvas: &mut Canvas) {
    let language = canvas.language;
    let mut n_points = 0;
    let mut depots = Marks::default();
    let mut reloads = Marks::default();
    // Routes without a line of their own in the legend share one with all of their color: a browser draws a dozen large
    // lines much faster than hundreds of small ones.
    let are_named = plan.routes.len() <= MOST_NAMES;
    let mut lines: Vec<RouteLine> = Vec::new();
    for (position, route) in plan.routes.iter().enumerate() {
        n_points += route.stops.len();
        if n_points > MOST_POINTS && position > 0 {
            let counts = [position, plan.routes.len()].map(|count| count.to_string());
            let note = canvas.language.fill("The first {0} of {1} routes are drawn.", &[&counts[0], &counts[1]]);
            canvas.notes.push(note);
            break;
        }
        let name = charts::route_name(scenario, route);
        let color = colors::line(position);
        let of_color = lines.iter().position(|line| !are_named && line.color == color);
        let row = of_color.unwrap_or_else(|| {
            lines.push(RouteLine { color, name: escape(&name), ..RouteLine::default() });
            lines.len() - 1
        });
        let line = &mut lines[row];
        line.interrupt();
        for stop in &route.stops {
            let Some([stop_x, stop_y]) = atlas.at(&stop.location) else { continue };
            let is_end = matches!(stop.activity, Activity::Start | Activity::Reload | Activity::End);
            let what = stop.order.as_deref().unwrap_or_else(|| atlas.name(&stop.location));
            let arrive = language.fill("arrive {0}", &[&escape(&moment(scenario, stop.arrive))]);
            let text = format!("<b>{}</b><br>{}, {arrive}", escape(what), escape(&name));
            line.push(Some([stop_x, stop_y]), text, if is_end { 0 } else { 7 });
            let place = escape(atlas.name(&stop.location));
            let at = Some([stop_x, stop_y]);
            match stop.activity {
                Activity::Start | Activity::End => {
                    depots.push(at, format!("<b>{place}</b><br>{}", language.text("start or end")), 13);
                }
                Activity::Reload => {
                    reloads.push(at, format!("<b>{place}</b><br>{}", language.text("Reload here")), 12);
                }
                Activity::Order | Activity::Pickup | Activity::Delivery => {}
            }
        }
    }
    for RouteLine { x, y, text, size, color, name } in lines {
        let marker = Marker::new().color(color).size_array(size).line(Line::new().width(1.0).color("#ffffff"));
        let trace =
            Scatter::new(x, y).mode(Mode::LinesMarkers).marker(marker).line(Line::new().width(1.8).color(color));
        let trace = trace.name(name).hover_text_array(text).hover_info(HoverInfo::Text);
        canvas.plot.add_trace(trace.show_legend(are_named));
    }
    reloads.unique().draw(
        canvas,
        "Reload here",
        MarkerSymbol::DiamondOpen,
        SUPPLY,
        Line::new().width(2.0).color(SUPPLY),
    );
    depots.unique().draw(canvas, "Start or end", MarkerSymbol::Square, "#16202a", white_edge());
}

/// The line of a route, or of several with gaps between them.
#[derive(Default)]
struct RouteLine {
    x: Vec<Option<f64>>,
    y: Vec<Option<f64>>,
    text: Vec<String>,
    size: Vec<usize>,
    color: &'static str,
    name: String,
}

impl RouteLine {
    fn push(&mut self, at: Option<[f64; 2]>, text: String, size: usize) {
        self.x.push(at.map(|[x, _]| x));
        self.y.push(at.map(|[_, y]| y));
        self.text.push(text);
        self.size.push(size);
    }

    /// Leaves a gap after what there is.
    fn interrupt(&mut self) {
        if !self.x.is_empty() {
            self.push(None, String::new(), 0);
        }
    }
}
