//! Who is at which door when, and for how long each has waited.

use super::charts::route_name;
use super::colors;
use super::gantt::{self, Spans};
use super::numbers::{duration, moment};
use super::page::{Page, escape};
use super::tables::{Cell, MOST_ROWS, Table, left_out, number_cell, text};
use super::texts::Language;
use crate::io::atlas::Atlas;
use crate::model::plan::DoorCall;
use crate::model::{Plan, Scenario};
use plotly::Plot;
use plotly::common::Line;
use std::collections::HashMap;

/// Most doors that the chart shows.
const MOST_DOORS: usize = 60;

/// A row of the chart for each door, and a line of the table for each call at a dock.
pub(super) fn section(scenario: &Scenario, plan: &Plan, page: &mut Page) {
    if plan.docks.is_empty() {
        return;
    }
    let language = page.language;
    let atlas = Atlas::new(scenario);
    let names = plan.routes.iter().map(|route| ((route.vehicle.as_str(), route.number), route_name(scenario, route)));
    let names: HashMap<(&str, u32), String> = names.collect();
    let mut table = Table::new(language, &["Place", "#Door", "Vehicle", "#Start", "#Leave", "#Waiting"]);
    for call in plan.docks.iter().take(MOST_ROWS) {
        let cells: [Cell; 6] = [
            text(atlas.name(&call.location)),
            number_cell(call.door.to_string()),
            text(names.get(&(call.vehicle.as_str(), call.number)).map_or(call.vehicle.as_str(), String::as_str)),
            number_cell(moment(scenario, call.start)),
            number_cell(moment(scenario, call.end)),
            number_cell(duration(scenario, call.wait)),
        ];
        table.row("", &cells);
    }
    let (plot, height) = chart(scenario, plan, &atlas, &names, language);
    let figure = page.figure(&plot, &format!("{height}px"));
    let content = figure + &table.finish();
    page.section("long", "At the docks", &left_out(plan.docks.len(), language), &content);
}

/// Who is at each door when, in the color of the vehicle's route.
fn chart(
    scenario: &Scenario,
    plan: &Plan,
    atlas: &Atlas<'_>,
    names: &HashMap<(&str, u32), String>,
    language: Language,
) -> (Plot, usize) {
    let mut doors: Vec<(&str, u32)> = plan.docks.iter().map(|call| (call.location.as_str(), call.door)).collect();
    doors.sort_unstable();
    doors.dedup();
    doors.truncate(MOST_DOORS);
    let row = |call: &DoorCall| doors.binary_search(&(call.location.as_str(), call.door)).ok();
    let mut plot = Plot::new();
    for (position, route) in plan.routes.iter().enumerate() {
        let own = |call: &&DoorCall| call.vehicle == route.vehicle && call.number == route.number;
        let mut spans = Spans::NONE;
        for call in plan.docks.iter().filter(own) {
            let Some(row) = row(call) else { continue };
            let name = names.get(&(call.vehicle.as_str(), call.number)).map_or("", String::as_str);
            let [from, to] = [call.start, call.end].map(|time| moment(scenario, time));
            let wait = language.fill("wait {0}", &[&duration(scenario, call.wait)]);
            let text = format!("<b>{}</b><br>{from}–{to}<br>{wait}", escape(name));
            spans.push(call.start.seconds(), call.end.seconds(), row, &text);
        }
        spans.draw(&mut plot, "", Line::new().width(13.0).color(colors::line(position)));
    }
    let names = doors.iter().map(|(location, door)| format!("{} {door}", atlas.name(location))).collect();
    let times = plan.docks.iter().flat_map(|call| [call.start, call.end]).collect();
    gantt::rows(plot, scenario, names, times)
}
