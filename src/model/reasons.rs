//! Why an order is left out: whether any vehicle could serve it alone, and what would have to change.

use super::amounts::money;
use super::obstacles::{Obstacle, Refused, no_compartment, obstacles, severity};
use super::plan::{Reason, Remedy, Unserved, Verdict};
use super::problem::{Problem, Purpose, Routing, VehicleType, Visit};
use crate::units::VehicleTypeIdx;

/// Orders that are looked into one by one; beyond it the general reason is given.
const ANALYZED: usize = 2_000;

/// Reasons for the visits in `rows` (a shipment by its pickup). `O(vehicle types)` each.
pub(super) fn unserved(problem: &Problem, routing: &Routing, rows: &[usize]) -> Vec<Unserved> {
    let vehicle_types = distinct(routing);
    let mut unserved = Vec::with_capacity(rows.len());
    for (place, &row) in rows.iter().enumerate() {
        let visit = &routing.visits[row];
        let id = problem.order_id(visit.purpose).to_owned();
        let impossible = (place < ANALYZED).then(|| alone(problem, routing, &vehicle_types, row)).flatten();
        let verdict = match (&impossible, visit.prize) {
            (Some(_), _) => Some(Verdict::Impossible),
            (None, _) if place >= ANALYZED => None,
            (None, Some(_)) if visit.priority.is_none() => Some(Verdict::NotWorthIt),
            (None, _) => Some(Verdict::SqueezedOut),
        };
        let Refused { reasons, changes } =
            impossible.unwrap_or_else(|| Refused { reasons: vec![squeezed_out(problem, visit)], changes: Vec::new() });
        let remedies = if changes.is_empty() { Vec::new() } else { vec![Remedy { changes, price: None }] };
        unserved.push(Unserved { id, reasons, verdict, price: None, remedies });
    }
    unserved
}

/// The vehicle types that differ in more than their number and whom they may serve, each with all that are like it.
fn distinct(routing: &Routing) -> Vec<(&VehicleType, Vec<VehicleTypeIdx>)> {
    let mut distinct: Vec<(&VehicleType, Vec<VehicleTypeIdx>)> = Vec::new();
    for (row, vehicle_type) in routing.vehicle_types.iter().enumerate() {
        let same = |known: &VehicleType| VehicleType { count: known.count, ..vehicle_type.clone() } == *known;
        match distinct.iter_mut().find(|(known, _)| same(known)) {
            Some((_, rows)) => rows.push(VehicleTypeIdx::new(row)),
            None => distinct.push((vehicle_type, vec![VehicleTypeIdx::new(row)])),
        }
    }
    distinct
}

/// Why no vehicle could serve the order even alone; `None` if one could.
fn alone(
    problem: &Problem,
    routing: &Routing,
    vehicle_types: &[(&VehicleType, Vec<VehicleTypeIdx>)],
    row: usize,
) -> Option<Refused> {
    let barred = &routing.visits[row].barred;
    if barred.len() == routing.vehicle_types.len() {
        let lacks = |vehicle_type: usize| routing.lacks_compartment(VehicleTypeIdx::new(vehicle_type), row);
        let reasons = if (0..routing.vehicle_types.len()).any(lacks) {
            vec![no_compartment()]
        } else {
            vec![no_vehicle_allowed(problem, routing.visits[row].purpose)]
        };
        return Some(Refused { reasons, changes: Vec::new() });
    }
    let choices: Vec<Vec<&Visit>> = match routing.visits[row].purpose {
        Purpose::Pickup(_) => vec![vec![&routing.visits[row], &routing.visits[row + 1]]],
        Purpose::Order(_) | Purpose::Delivery(_) | Purpose::Reload => {
            std::iter::once(row).chain(routing.other_rows(row)).map(|row| vec![routing.visit(row)]).collect()
        }
    };
    let mut nearest: Vec<Obstacle> = Vec::new();
    let is_allowed = |row: &VehicleTypeIdx| barred.binary_search(row).is_err();
    let allowed = vehicle_types.iter().filter_map(|(_, rows)| rows.iter().find(|&row| is_allowed(row)));
    let tries = allowed.flat_map(|vehicle_type| choices.iter().map(move |visits| (vehicle_type, visits)));
    for (place, (&vehicle_type, visits)) in tries.enumerate() {
        let obstacles = obstacles(problem, routing, vehicle_type, (visits, visits));
        if obstacles.is_empty() {
            return None;
        }
        // The vehicle with the fewest obstacles, and the smallest first one, is the one worth changing.
        if place == 0 || severity(&obstacles) < severity(&nearest) {
            nearest = obstacles;
        }
    }
    let (reasons, changes) = nearest.into_iter().map(|obstacle| (obstacle.reason, obstacle.change)).unzip();
    Some(Refused { reasons, changes })
}

/// The reason for an order that rules out the whole fleet.
fn no_vehicle_allowed(problem: &Problem, purpose: Purpose) -> Reason {
    let scenario = &problem.scenario;
    let skills = match purpose {
        Purpose::Order(row) => &scenario.orders[row].skills,
        Purpose::Pickup(row) | Purpose::Delivery(row) => &scenario.shipments[row].skills,
        Purpose::Reload => unreachable!("a reload is never left out"),
    };
    let unknown = skills.iter().find(|skill| !scenario.vehicles.iter().any(|vehicle| vehicle.skills.contains(skill)));
    let message = match unknown {
        Some(skill) => format!("no vehicle has the skill `{skill}`"),
        None => "its skills, allowed and forbidden vehicles leave no vehicle".to_owned(),
    };
    let hint = "give a vehicle the skills, or allow another one".to_owned();
    Reason { code: "no_vehicle_allowed".to_owned(), message, hint }
}

/// The reason for an order that some vehicle could serve alone.
fn squeezed_out(problem: &Problem, visit: &Visit) -> Reason {
    match visit.prize.filter(|_| visit.priority.is_none()) {
        Some(prize) => Reason {
            code: "not_worth_prize".to_owned(),
            message: format!(
                "serving it costs more than its prize of {}",
                money(&problem.scenario, prize.as_currency())
            ),
            hint: "raise the prize, or make the order mandatory".to_owned(),
        },
        None => Reason {
            code: "no_vehicle_left".to_owned(),
            message: "a vehicle could serve it alone, but the fleet's capacity or time is used up".to_owned(),
            hint: "add a vehicle, lengthen shifts, or relax windows".to_owned(),
        },
    }
}
