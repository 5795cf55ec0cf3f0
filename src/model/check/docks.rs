//! Docks: how long vehicles are at doors, that the plan names every call, and that no door is taken twice.

use super::routing::Totals;
use super::stops::seconds;
use super::violations::Violations;
use crate::model::Quantities;
use crate::model::plan::{DoorCall, Plan};
use crate::model::problem::{Problem, Purpose, Routing, Visit};
use std::collections::{BTreeMap, HashMap};

/// A time at a door that a route comes to.
pub(super) struct AtDoor {
    /// Row in the scenario's docks.
    dock: usize,
    start: i128,
    leave: i128,
    wait: i128,
}

/// The seconds that a vehicle is at a door of the dock in this row: to unload what the visits of one trip have picked up and
/// to load what those of the next need.
pub(super) fn handling(problem: &Problem, routing: &Routing, row: usize, [unloaded, loaded]: [&[&Visit]; 2]) -> i128 {
    let dock = &problem.scenario.docks[row];
    let rate = |dimension: usize| match &dock.per_unit {
        None => 0.0,
        Some(Quantities::Bare(rate)) => *rate,
        Some(Quantities::Named(named)) => {
            let name = &routing.dimensions[dimension];
            named.iter().find(|(known, _)| known == name).map_or(0.0, |(_, rate)| *rate)
        }
    };
    let rates: Vec<i128> = (0..routing.dimensions.len()).map(|row| (rate(row) * 1000.0).round() as i128).collect();
    let mut any = false;
    let mut total = 0i128;
    for (trip, picks_up) in [(unloaded, true), (loaded, false)] {
        for visit in trip.iter().filter(|visit| matches!(visit.purpose, Purpose::Order(_))) {
            let loads = if picks_up { &visit.pickup } else { &visit.delivery };
            any |= loads.iter().any(|load| load.get() > 0);
            // In thousandths of a second over a millionth of a unit, so that it stays whole.
            let time = rates.iter().zip(loads).zip(&routing.scales);
            let time: i128 =
                time.map(|((rate, load), scale)| rate * i128::from(load.get()) * (1e6 / scale).round() as i128).sum();
            total += time.div_euclid(1_000_000_000) + i128::from(time.rem_euclid(1_000_000_000) > 0);
        }
    }
    total + if any { dock.service.unwrap_or(0.0) as i128 } else { 0 }
}

/// Remembers that a route's vehicle is at a door.
pub(super) fn remember(
    totals: &mut Totals,
    (vehicle, number, stop): (&str, u32, usize),
    dock: usize,
    [start, leave, wait]: [i128; 3],
) {
    totals.at_doors.insert((vehicle.to_owned(), number, stop as u32), AtDoor { dock, start, leave, wait });
}

/// Checks the plan's calls at docks against what its routes come to.
pub(super) fn check(problem: &Problem, plan: &Plan, totals: &Totals, violations: &mut Violations) {
    let mut named: HashMap<(String, u32, u32), usize> = HashMap::new();
    let mut by_door: BTreeMap<(&str, u32), Vec<usize>> = BTreeMap::new();
    for (row, call) in plan.docks.iter().enumerate() {
        let key = (call.vehicle.clone(), call.number, call.stop);
        let Some(due) = totals.at_doors.get(&key) else {
            let detail = format!("vehicle `{}` is at no dock at stop {}", call.vehicle, call.stop);
            violations.add(format!("/docks/{row}/stop"), "door_call_unknown", detail);
            continue;
        };
        if let Some(earlier) = named.insert(key, row) {
            let detail = format!("this call has a door already, see /docks/{earlier}");
            violations.add(format!("/docks/{row}/stop"), "door_call_twice", detail);
        }
        one(problem, row, call, due, violations);
        by_door.entry((call.location.as_str(), call.door)).or_default().push(row);
    }
    let mut missing: Vec<_> = totals.at_doors.keys().filter(|key| !named.contains_key(*key)).collect();
    missing.sort_unstable();
    for (vehicle, number, stop) in missing {
        let detail = format!("vehicle `{vehicle}` number {number} has no door at stop {stop}");
        violations.add("/docks", "door_call_missing", detail);
    }
    let span = |row: usize| (seconds(plan.docks[row].start), seconds(plan.docks[row].end));
    for calls in by_door.values_mut() {
        calls.sort_unstable_by_key(|&row| (span(row), row));
        let mut last: Option<(i128, usize)> = None;
        for &row in calls.iter() {
            let (start, end) = span(row);
            if let Some((until, earlier)) = last.filter(|(until, _)| start < *until) {
                let detail = format!("comes {} s before the vehicle of /docks/{earlier} leaves", until - start);
                violations.add(format!("/docks/{row}/door"), "door_taken", detail);
            }
            if last.is_none_or(|(until, _)| end > until) {
                last = Some((end, row));
            }
        }
    }
}

fn one(problem: &Problem, row: usize, call: &DoorCall, due: &AtDoor, violations: &mut Violations) {
    let dock = &problem.scenario.docks[due.dock];
    let pointer = |field: &str| format!("/docks/{row}/{field}");
    if call.location != dock.location {
        let detail = format!("found `{}`, should be `{}`", call.location, dock.location);
        violations.add(pointer("location"), "door_call_wrong", detail);
    }
    if !(1..=dock.doors).contains(&call.door) {
        let detail = format!("doors are numbered 1 to {}, found {}", dock.doors, call.door);
        violations.add(pointer("door"), "door_out_of_range", detail);
    }
    violations.equal(seconds(call.start), due.start, || pointer("start"), "door_call_wrong");
    violations.equal(seconds(call.end), due.leave, || pointer("end"), "door_call_wrong");
    violations.equal(i128::from(call.wait), due.wait, || pointer("wait"), "door_call_wrong");
    if let Some([opens, closes]) = dock.hours
        && (seconds(call.start) < seconds(opens) || seconds(call.end) > seconds(closes))
    {
        let detail = format!("from {} to {}, the dock is open from {opens} to {closes}", call.start, call.end);
        violations.add(pointer("start"), "dock_closed", detail);
    }
}
