//! Who is at which door when, and for how long each has waited.

use super::charts::route_name;
use super::numbers::{duration, moment};
use super::page::Page;
use super::tables::{Cell, MOST_ROWS, Table, left_out, number_cell, text};
use crate::io::atlas::Atlas;
use crate::model::{Plan, Scenario};
use std::collections::HashMap;

/// A line for each call at a dock.
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
    page.section("long", "At the docks", &left_out(plan.docks.len(), language), &table.finish());
}
