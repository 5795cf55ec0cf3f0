//! Whether the goods of a route lie in compartments that may hold them, and fit there.

use super::stops::{Call, RouteCheck};
use super::violations::Violations;
use crate::model::Quantities;
use crate::model::compartment::Compartment;
use crate::model::problem::Purpose;
use std::collections::HashMap;

/// Checks what each stop says about compartments.
pub(super) fn check(route: &RouteCheck<'_>, calls: &[Call<'_>], violations: &mut Violations) {
    let vehicles = &route.problem.scenario.vehicles;
    let Some(vehicle) = vehicles.iter().find(|vehicle| vehicle.id == route.route.vehicle) else { return };
    let mut fetched: HashMap<usize, &str> = HashMap::new();
    for call in calls {
        let named = call.stop.compartment.as_deref();
        let known = named.and_then(|id| vehicle.compartments.iter().find(|compartment| compartment.id == id));
        let needs_one = !vehicle.compartments.is_empty()
            && call.visit.is_some_and(|visit| visit.delivery.iter().chain(&visit.pickup).any(|load| load.get() > 0));
        match (named, known) {
            (None, _) if needs_one => {
                let detail = format!("{:?} has goods, which lie in no compartment", call.stop.order);
                violations.add(route.at(call, "compartment"), "compartment_missing", detail);
            }
            (Some(id), None) => {
                let detail = format!("vehicle `{}` has no compartment `{id}`", vehicle.id);
                violations.add(route.at(call, "compartment"), "unknown_compartment", detail);
            }
            (Some(id), Some(_)) if !needs_one => {
                let detail = format!("nothing lies in `{id}` for this stop");
                violations.add(route.at(call, "compartment"), "compartment_without_goods", detail);
            }
            _ => {}
        }
        if let (Some(compartment), Some(kinds)) = (known, kinds(route, call))
            && !(compartment.kinds.is_empty()
                || (!kinds.is_empty() && kinds.iter().all(|it| compartment.kinds.contains(it))))
        {
            let detail = format!("`{}` must not hold {:?}, its kinds are {kinds:?}", compartment.id, call.stop.order);
            violations.add(route.at(call, "compartment"), "compartment_not_allowed", detail);
        }
        match call.visit.map(|visit| visit.purpose) {
            Some(Purpose::Pickup(row)) => fetched.extend(named.map(|id| (row, id))),
            Some(Purpose::Delivery(row)) if fetched.get(&row).copied() != named => {
                let detail = format!("{:?} was put into {:?}", call.stop.order, fetched.get(&row));
                violations.add(route.at(call, "compartment"), "compartment_changed", detail);
            }
            _ => {}
        }
    }
    for compartment in &vehicle.compartments {
        loads(route, calls, compartment, violations);
        clashes(route, calls, compartment, violations);
    }
}

/// The kinds of the goods of a call's order or shipment.
fn kinds<'a>(route: &RouteCheck<'a>, call: &Call<'_>) -> Option<&'a [String]> {
    let scenario = &route.problem.scenario;
    match call.visit?.purpose {
        Purpose::Order(row) => Some(&scenario.orders[row].kinds),
        Purpose::Pickup(row) | Purpose::Delivery(row) => Some(&scenario.shipments[row].kinds),
        Purpose::Reload => None,
    }
}

/// Checks that a compartment never holds more than it can.
fn loads(route: &RouteCheck<'_>, calls: &[Call<'_>], compartment: &Compartment, violations: &mut Violations) {
    for (dimension, name) in route.routing.dimensions.iter().enumerate() {
        let most = match &compartment.capacity {
            None => None,
            Some(Quantities::Bare(most)) => Some(*most),
            Some(Quantities::Named(named)) => named.iter().find(|(known, _)| known == name).map(|(_, most)| *most),
        };
        let Some(most) = most else { continue };
        let scale = route.routing.scales[dimension];
        let most = (most * scale).round() as i128;
        let is_here = |call: &&Call<'_>| call.stop.compartment.as_deref() == Some(compartment.id.as_str());
        let mut load = 0i128;
        for (place, call) in calls.iter().enumerate() {
            if place == 0 || call.reloads {
                let trip = calls[place + 1..].iter().take_while(|call| !call.reloads).filter(is_here);
                let orders = trip.filter_map(|call| call.visit).filter(|it| matches!(it.purpose, Purpose::Order(_)));
                load = orders.map(|visit| i128::from(visit.delivery[dimension].get())).sum();
            }
            if let Some(visit) = call.visit.filter(|_| is_here(&call)) {
                load += i128::from(visit.pickup[dimension].get()) - i128::from(visit.delivery[dimension].get());
            }
            if load > most {
                let (found, most) = (load as f64 / scale, most as f64 / scale);
                let detail = format!("{found} {name} in `{}`, at most {most} fits", compartment.id);
                violations.add(route.at(call, "compartment"), "compartment_overloaded", detail);
            }
        }
    }
}

/// Checks that a compartment has no goods of kinds on one trip that must not be together.
fn clashes(route: &RouteCheck<'_>, calls: &[Call<'_>], compartment: &Compartment, violations: &mut Violations) {
    let mut inside: Vec<(&Option<String>, &[String])> = Vec::new();
    for call in calls {
        if call.reloads {
            inside.clear();
        }
        let is_delivery = call.visit.is_some_and(|visit| matches!(visit.purpose, Purpose::Delivery(_)));
        if is_delivery || call.stop.compartment.as_deref() != Some(compartment.id.as_str()) {
            continue;
        }
        let Some(kinds) = kinds(route, call) else { continue };
        for [first, second] in &route.problem.scenario.incompatible {
            let clash = |others: &[String]| {
                (kinds.contains(first) && others.contains(second)) || (kinds.contains(second) && others.contains(first))
            };
            if let Some((earlier, _)) = inside.iter().find(|(_, others)| clash(others)) {
                let id = &compartment.id;
                let detail = format!(
                    "{:?} is in `{id}` with {earlier:?}, `{first}` must not be with `{second}`",
                    call.stop.order
                );
                violations.add(route.at(call, "compartment"), "kinds_clash", detail);
            }
        }
        inside.push((&call.stop.order, kinds));
    }
}
