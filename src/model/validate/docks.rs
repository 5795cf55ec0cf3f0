//! Docks: who calls there, when they are open, and how long loading takes.

use super::names::Names;
use super::numbers::LARGEST;
use super::quantities::Catalog;
use super::times::{Clock, whole_seconds};
use crate::model::defect::Defects;
use crate::model::problem::{Dock, Purpose, Routing};
use crate::model::scenario::Scenario;
use crate::units::{Duration, LocationIdx, TimeWindow};

/// Thousandths in a second.
const PER_SECOND: f64 = 1000.0;

/// All docks; their rates by dimension still lack the scales.
pub(super) fn read(
    scenario: &Scenario,
    locations: &Names<'_>,
    catalog: &Catalog<'_>,
    clock: &mut Clock,
    defects: &mut Defects,
) -> Vec<Dock> {
    let mut docks: Vec<Dock> = Vec::with_capacity(scenario.docks.len());
    for (row, dock) in scenario.docks.iter().enumerate() {
        let pointer = |field: &str| format!("/docks/{row}/{field}");
        let before = defects.count();
        let location = locations.location(&dock.location, || pointer("location"), defects);
        if defects.count() == before && docks.iter().any(|known| known.location == location) {
            let detail = format!("`{}` has a dock already", dock.location);
            defects.add(pointer("location"), "duplicate_dock", detail, "give one of them all doors");
        }
        if dock.doors == 0 {
            let detail = format!("the dock at `{}` has 0 doors, at least 1 is needed", dock.location);
            defects.add(pointer("doors"), "zero_doors", detail, "remove the dock if loading takes no time there");
        }
        let hours = dock.hours.as_ref();
        let hours = hours.map_or(TimeWindow::ALWAYS, |hours| clock.window(hours, || pointer("hours"), defects));
        let service = whole_seconds(dock.service, || pointer("service"), defects);
        let rates = dock.per_unit.as_ref();
        let rates = rates.map(|rates| catalog.prices(rates, || pointer("per_unit"), defects)).unwrap_or_default();
        let rates: Vec<f64> = rates.into_iter().map(|rate| rate.unwrap_or(0.0) * PER_SECOND).collect();
        if rates.iter().any(|rate| (rate - rate.round()).abs() > 1e-6) {
            let detail = "seconds for one unit have at most 3 decimals".to_owned();
            defects.add(pointer("per_unit"), "too_many_decimals", detail, "round them to milliseconds");
        }
        let takes_time = |rate: &f64| *rate > 0.0;
        if !dock.serves_orders
            && service == Duration::ZERO
            && !rates.iter().any(takes_time)
            && defects.count() == before
        {
            let detail = format!("nothing takes time at the dock at `{}`", dock.location);
            defects.add(
                format!("/docks/{row}"),
                "dock_takes_no_time",
                detail,
                "give it `service`, `per_unit` or `serves_orders`",
            );
        }
        let rates = rates.into_iter().map(|rate| (rate.round() as i64, 1)).collect();
        docks.push(Dock { location, doors: dock.doors, serves_orders: dock.serves_orders, hours, service, rates });
    }
    docks
}

/// Puts the load units in one of the user's units beside each rate, and checks that vehicles call at every dock and that no
/// order takes absurdly long there.
pub(super) fn finish(scenario: &Scenario, routing: &mut Routing, defects: &mut Defects) {
    for dock in &mut routing.docks {
        for (rate, &scale) in dock.rates.iter_mut().zip(&routing.scales) {
            rate.1 = scale as i64;
        }
    }
    for (row, dock) in routing.docks.iter().enumerate() {
        let calls_there = |location: LocationIdx| location == dock.location;
        let is_used = routing.vehicle_types.iter().any(|it| calls_there(it.start) || it.end.is_some_and(calls_there))
            || routing.reloads.iter().any(|reload| calls_there(reload.location));
        let others = routing.alternatives.iter().map(|alternative| &alternative.visit);
        let serves = dock.serves_orders && routing.visits.iter().chain(others).any(|visit| calls_there(visit.location));
        if !is_used && !serves {
            let detail = format!("no vehicle starts, reloads or ends at `{}`", scenario.docks[row].location);
            let hint = "see `start`, `end` and `reload` of the vehicles; a customer's doors have `serves_orders`";
            defects.add(format!("/docks/{row}/location"), "dock_without_vehicles", detail, hint);
        }
        let orders = routing.visits.iter().filter(|visit| matches!(visit.purpose, Purpose::Order(_)));
        let longest = orders.map(|visit| dock.handling(&visit.delivery).max(dock.handling(&visit.pickup))).max();
        if longest.is_some_and(|longest| longest.get() as f64 > LARGEST) {
            let detail = format!("an order takes {} seconds, at most 1e9 can be", longest.map_or(0, Duration::get));
            defects.add(format!("/docks/{row}/per_unit"), "too_large", detail, "these are seconds for one unit");
        }
    }
}
