//! Whether a plan keeps what was locked: the vehicle, the place on its route, and the promised time.

use super::violations::{Violations, millionths};
use crate::model::plan::{Activity, Plan, Route, Stop};
use crate::model::scenario::{Lock, Scenario, ShipmentEnd};
use std::collections::HashMap;

/// Checks every stop that is locked; what is left out, the plan's status tells.
pub(super) fn check(scenario: &Scenario, plan: &Plan, violations: &mut Violations) {
    if scenario.locks.is_empty() {
        return;
    }
    let mut locks: HashMap<&str, Vec<&Lock>> = HashMap::new();
    scenario.locks.iter().for_each(|lock| locks.entry(lock.order.as_str()).or_default().push(lock));
    for (row, route) in plan.routes.iter().enumerate() {
        for (place, stop) in route.stops.iter().enumerate() {
            let Some(locks) = stop.order.as_deref().and_then(|order| locks.get(order)) else { continue };
            for lock in locks {
                stop_keeps(lock, (route, row), (stop, place), violations);
            }
        }
    }
}

/// What it costs, in millionths, that orders on a route were planned for other vehicles.
pub(super) fn changes(scenario: &Scenario, route: &Route) -> i128 {
    let priced = scenario.locks.iter().filter_map(|lock| Some((lock, lock.vehicle.as_ref()?, lock.change_cost?)));
    let moved = priced.filter(|(lock, vehicle, _)| {
        **vehicle != route.vehicle && route.stops.iter().any(|stop| stop.order.as_deref() == Some(lock.order.as_str()))
    });
    moved.map(|(_, _, cost)| millionths(cost)).sum()
}

fn stop_keeps(lock: &Lock, (route, row): (&Route, usize), (stop, place): (&Stop, usize), violations: &mut Violations) {
    let pointer = |field: &str| format!("/routes/{row}/stops/{place}/{field}");
    let must_stay = lock.vehicle.as_ref().filter(|_| lock.change_cost.is_none());
    if let Some(vehicle) = must_stay.filter(|&vehicle| *vehicle != route.vehicle) {
        let detail = format!("`{}` is locked to vehicle `{vehicle}`, found on `{}`", lock.order, route.vehicle);
        violations.add(pointer("order"), "lock_vehicle_broken", detail);
    }
    let is_meant = match lock.activity {
        None => true,
        Some(ShipmentEnd::Pickup) => stop.activity == Activity::Pickup,
        Some(ShipmentEnd::Delivery) => stop.activity == Activity::Delivery,
    };
    if !is_meant {
        return;
    }
    if let Some(position) = lock.position.filter(|&position| position as usize != place) {
        let detail = format!("`{}` is locked to position {position}, found at {place}", lock.order);
        violations.add(pointer("order"), "lock_position_broken", detail);
    }
    if let Some(promised) = lock.promised {
        let tolerance = lock.tolerance.unwrap_or(0.0);
        let off = (stop.start.seconds() - promised.seconds()).abs();
        if off as f64 > tolerance {
            let detail = format!("starts at {}, promised was {promised} within {tolerance} s", stop.start);
            violations.add(pointer("start"), "promise_broken", detail);
        }
    }
}
