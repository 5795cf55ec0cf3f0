//! What a new plan must keep of an old one: locks narrow windows, name the vehicle, and fix the first stops of routes.

use super::names::Names;
use super::numbers::cost;
use super::times::{Clock, whole_seconds};
use super::vehicles_allowed::Fleet;
use crate::model::defect::Defects;
use crate::model::problem::{Purpose, Routing};
use crate::model::scenario::{Lock, Scenario, ShipmentEnd};
use crate::units::{Cost, Time, TimeWindow, VehicleTypeIdx};
use std::collections::{BTreeMap, HashSet};

/// A lock with its references resolved.
pub(super) struct Resolved {
    /// Row in the scenario's locks.
    row: usize,
    /// Rows of the visits that it is about: one, or both of a shipment.
    visits: Vec<usize>,
    vehicle_type: Option<usize>,
    /// What it costs to give it to another vehicle, where that is allowed.
    change: Option<Cost>,
    /// Place among the first stops, from 1.
    position: Option<u32>,
    promise: TimeWindow,
}

/// The scenario's locks.
pub(super) fn read(
    scenario: &Scenario,
    (orders, fleet): (&Names<'_>, &Fleet<'_>),
    clock: &mut Clock,
    defects: &mut Defects,
) -> Vec<Resolved> {
    let mut resolved = Vec::new();
    let mut seen = HashSet::new();
    for (row, lock) in scenario.locks.iter().enumerate() {
        let pointer = |field: &str| format!("/locks/{row}/{field}");
        if lock.vehicle.is_none() && lock.promised.is_none() {
            let detail = "a lock needs a `vehicle` or a `promised` time, found neither".to_owned();
            defects.add(format!("/locks/{row}"), "empty_lock", detail, "say what is to be kept");
        }
        if lock.tolerance.is_some() && lock.promised.is_none() {
            let detail = "`tolerance` has no meaning without `promised`".to_owned();
            defects.add(pointer("tolerance"), "conflicting_fields", detail, "give both or none");
        }
        if !seen.insert((&lock.order, lock.activity)) {
            let detail = format!("`{}` is locked twice", lock.order);
            defects.add(pointer("order"), "duplicate_lock", detail, "put everything into one lock");
        }
        let vehicle_type = lock.vehicle.as_ref().and_then(|id| fleet.row(id, || pointer("vehicle"), defects));
        check_position(scenario, lock, vehicle_type, row, defects);
        check_change(lock, row, defects);
        let change = lock.change_cost.map(|_| cost(lock.change_cost, || pointer("change_cost"), defects));
        let tolerance = whole_seconds(lock.tolerance, || pointer("tolerance"), defects);
        let promise = lock.promised.map_or(TimeWindow::ALWAYS, |moment| {
            let time = clock.time(moment, || pointer("promised"), defects);
            TimeWindow { opens: (time + -tolerance).max(Time::ZERO), closes: time + tolerance }
        });
        let Some(found) = orders.find(&lock.order, || pointer("order"), defects) else { continue };
        let is_order = scenario.orders.get(found).is_some_and(|order| order.id == lock.order);
        let pickup = scenario.orders.len() + 2 * found;
        let visits = match (is_order, lock.activity) {
            (true, None) => vec![found],
            (true, Some(_)) => {
                let detail = format!("`{}` is an order, which has one visit", lock.order);
                defects.add(pointer("activity"), "conflicting_fields", detail, "`activity` is for shipments");
                continue;
            }
            (false, Some(ShipmentEnd::Pickup)) => vec![pickup],
            (false, Some(ShipmentEnd::Delivery)) => vec![pickup + 1],
            (false, None) if lock.position.is_some() || lock.promised.is_some() => {
                let detail = format!("`{}` is a shipment: say which of its visits", lock.order);
                defects.add(format!("/locks/{row}"), "missing_activity", detail, "add `activity`: pickup or delivery");
                continue;
            }
            (false, None) => vec![pickup, pickup + 1],
        };
        resolved.push(Resolved { row, visits, vehicle_type, change, position: lock.position, promise });
    }
    resolved
}

/// Checks that a vehicle with a price for change is all of its kind that the lock is about.
fn check_change(lock: &Lock, row: usize, defects: &mut Defects) {
    if lock.change_cost.is_none() {
        return;
    }
    let pointer = |field: &str| format!("/locks/{row}/{field}");
    if lock.vehicle.is_none() {
        let detail = "what a change costs is one of the vehicle, found no `vehicle`".to_owned();
        defects.add(pointer("change_cost"), "missing_vehicle", detail, "name the vehicle that was planned");
    }
    for (is_given, field) in [(lock.position.is_some(), "position"), (lock.activity.is_some(), "activity")] {
        if is_given {
            let detail = format!("`{field}` has no meaning together with `change_cost`");
            defects.add(pointer(field), "conflicting_fields", detail, "make two locks of it, or keep one of the two");
        }
    }
}

fn check_position(scenario: &Scenario, lock: &Lock, vehicle_type: Option<usize>, row: usize, defects: &mut Defects) {
    let Some(position) = lock.position else { return };
    let pointer = || format!("/locks/{row}/position");
    if position == 0 {
        defects.add(pointer(), "zero_position", "positions count from 1, found 0".to_owned(), "");
    }
    if lock.vehicle.is_none() {
        let detail = "a position is one on a vehicle's route, found no `vehicle`".to_owned();
        defects.add(pointer(), "missing_vehicle", detail, "name the vehicle");
    }
    if let Some(vehicle) = vehicle_type.map(|row| &scenario.vehicles[row]).filter(|vehicle| vehicle.count > 1) {
        let detail = format!("there are {} vehicles `{}`, a position needs a single one", vehicle.count, vehicle.id);
        defects.add(pointer(), "lock_needs_single_vehicle", detail, "make the vehicle that drives a type of its own");
    }
}

/// Puts the locks into force: who is locked must be served, by its vehicle, in its place, when it was promised.
pub(super) fn apply(scenario: &Scenario, locks: &[Resolved], routing: &mut Routing, defects: &mut Defects) {
    let mut places: Vec<BTreeMap<u32, usize>> = vec![BTreeMap::new(); routing.vehicle_types.len()];
    for lock in locks {
        let pointer = |field: &str| format!("/locks/{}/{field}", lock.row);
        let id = &scenario.locks[lock.row].order;
        let has_choice = lock.visits.iter().any(|&row| !routing.other_rows(row).is_empty());
        if has_choice && (lock.position.is_some() || scenario.locks[lock.row].promised.is_some()) {
            let detail = format!("`{id}` has several windows or places, and is locked to a time or position");
            defects.add(pointer("order"), "not_served_yet", detail, "leave the window and place that were agreed on");
            continue;
        }
        for &row in &lock.visits {
            let window = routing.visits[row].window;
            let narrowed = TimeWindow {
                opens: window.opens.max(lock.promise.opens),
                closes: window.closes.min(lock.promise.closes),
            };
            if narrowed.opens > narrowed.closes {
                let detail = format!("`{id}` is promised for when its window is closed");
                defects.add(pointer("promised"), "promise_outside_window", detail, "change the window or the promise");
                continue;
            }
            routing.visits[row].window = narrowed;
        }
        for row in whole(routing, &lock.visits) {
            routing.visits[row].prize = None;
            let Some(vehicle_type) = lock.vehicle_type else { continue };
            if routing.visits[row].barred.binary_search(&VehicleTypeIdx::new(vehicle_type)).is_ok() {
                let vehicle = &scenario.vehicles[vehicle_type].id;
                let detail = format!("`{id}` is locked to vehicle `{vehicle}`, which must not serve it");
                defects.add(pointer("vehicle"), "vehicle_not_allowed", detail, "see skills, other locks, and vehicles");
                break;
            }
            if let Some(change) = lock.change {
                let purpose = routing.visits[row].purpose;
                if !matches!(purpose, Purpose::Delivery(_)) {
                    routing.planned.insert(purpose, (VehicleTypeIdx::new(vehicle_type), change));
                }
                continue;
            }
            let all = (0..routing.vehicle_types.len()).filter(|&other| other != vehicle_type);
            let all: Vec<VehicleTypeIdx> = all.map(VehicleTypeIdx::new).collect();
            for alternative in routing.alternatives.iter_mut().filter(|alternative| alternative.of == row) {
                alternative.visit.barred.clone_from(&all);
            }
            routing.visits[row].barred = all;
        }
        if let (Some(position), Some(vehicle_type)) = (lock.position, lock.vehicle_type)
            && places[vehicle_type].insert(position, lock.visits[0]).is_some()
        {
            let detail = format!("position {position} is taken by an earlier lock");
            defects.add(pointer("position"), "duplicate_position", detail, "number the stops in their order");
        }
    }
    for (vehicle_type, places) in places.iter().enumerate() {
        let first: Vec<usize> = places.values().copied().collect();
        if places.keys().copied().ne(1..=first.len() as u32) {
            let vehicle = &scenario.vehicles[vehicle_type].id;
            let found = places.keys().map(u32::to_string).collect::<Vec<_>>().join(", ");
            let detail =
                format!("the locked positions on vehicle `{vehicle}` must be 1, 2, … without a gap, found {found}");
            defects.add("/locks", "position_gap", detail, "lock the stops before as well");
        }
        for (place, &row) in first.iter().enumerate() {
            let is_delivery = row >= scenario.orders.len() && (row - scenario.orders.len()) % 2 == 1;
            if is_delivery && !first[..place].contains(&(row - 1)) {
                let id = &scenario.shipments[(row - scenario.orders.len()) / 2].id;
                let detail = format!("the delivery of `{id}` is locked without its pickup before it");
                defects.add("/locks", "delivery_before_pickup", detail, "lock the pickup to a position before");
            }
        }
        routing.first_stops[vehicle_type] = first;
    }
}

/// The visits, and the other ends of shipments.
fn whole(routing: &Routing, visits: &[usize]) -> Vec<usize> {
    let ends = |&row: &usize| match routing.visits[row].purpose {
        Purpose::Order(_) => vec![row],
        Purpose::Pickup(_) => vec![row, row + 1],
        Purpose::Delivery(_) => vec![row - 1, row],
        Purpose::Reload => Vec::new(),
    };
    let mut rows: Vec<usize> = visits.iter().flat_map(ends).collect();
    rows.sort_unstable();
    rows.dedup();
    rows
}
