//! Who is at which door when, and for how long each has waited.

use super::charts::{MOST_ROUTES, Spans, route_name, set_rows};
use super::colors::SUPPLY;
use super::numbers::{duration, moment};
use super::page::{Page, escape};
use super::tables::{Cell, MOST_ROWS, Table, left_out, number_cell, text};
use crate::io::atlas::Atlas;
use crate::model::plan::DoorCall;
use crate::model::{Plan, Scenario};
use plotly::Plot;
use plotly::common::{DashType, Line};
use std::collections::HashMap;

/// Names of the vehicles of routes, by id and number.
type Names<'a> = HashMap<(&'a str, u32), String>;

fn name<'a>(names: &'a Names<'_>, call: &'a DoorCall) -> &'a str {
    names.get(&(call.vehicle.as_str(), call.number)).map_or(call.vehicle.as_str(), String::as_str)
}

/// A row for each door: who is there when, and who waits for it. Returns the height in pixels too.
fn chart(scenario: &Scenario, plan: &Plan, atlas: &Atlas<'_>, names: &Names<'_>, page: &Page) -> (Plot, usize) {
    let language = page.language;
    let mut doors: Vec<(&str, u32)> = plan.docks.iter().map(|call| (call.location.as_str(), call.door)).collect();
    doors.sort_unstable();
    doors.dedup();
    doors.truncate(MOST_ROUTES);
    let [mut wait, mut serve] = [const { Spans::NONE }; 2];
    for call in &plan.docks {
        let Ok(row) = doors.binary_search(&(call.location.as_str(), call.door)) else { continue };
        let who = escape(name(names, call));
        let (start, end) = (call.start.seconds(), call.end.seconds());
        let waiting = language.fill("wait {0}", &[&duration(scenario, call.wait)]);
        wait.push(start - call.wait, start, row, &format!("<b>{who}</b><br>{waiting}"));
        let [from, to] = [call.start, call.end].map(|time| moment(scenario, time));
        serve.push(start, end, row, &format!("<b>{who}</b><br>{from}–{to}"));
    }
    let mut plot = Plot::new();
    wait.draw(&mut plot, language.text("Wait"), Line::new().width(3.0).color("#d9a441").dash(DashType::Dot));
    serve.draw(&mut plot, language.text("At the door"), Line::new().width(11.0).color(SUPPLY));
    let rows = doors.iter().map(|(location, door)| format!("{} {door}", atlas.name(location))).collect();
    let height = set_rows(&mut plot, scenario, &plan.routes, rows);
    (plot, height)
}

/// A chart of the doors, and a line for each call at a dock.
pub(super) fn section(scenario: &Scenario, plan: &Plan, page: &mut Page) {
    if plan.docks.is_empty() {
        return;
    }
    let language = page.language;
    let atlas = Atlas::new(scenario);
    let names = plan.routes.iter().map(|route| ((route.vehicle.as_str(), route.number), route_name(scenario, route)));
    let names: Names<'_> = names.collect();
    let (plot, height) = chart(scenario, plan, &atlas, &names, page);
    let figure = page.figure(&plot, &format!("{height}px"));
    page.section("", "Who is at which door when", "", &figure);
    let mut table = Table::new(language, &["Place", "#Door", "Vehicle", "#Start", "#Leave", "#Waiting"]);
    for call in plan.docks.iter().take(MOST_ROWS) {
        let cells: [Cell; 6] = [
            text(atlas.name(&call.location)),
            number_cell(call.door.to_string()),
            text(name(&names, call)),
            number_cell(moment(scenario, call.start)),
            number_cell(moment(scenario, call.end)),
            number_cell(duration(scenario, call.wait)),
        ];
        table.row("", &cells);
    }
    page.section("long", "At the docks", &left_out(plan.docks.len(), language), &table.finish());
}
