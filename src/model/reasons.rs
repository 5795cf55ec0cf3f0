//! Why an order is left out: whether any vehicle could serve it alone, and what would have to change.

use super::assemble::Schedule;
use super::plan::{Reason, Unserved};
use super::problem::{Problem, Purpose, Routing, VehicleType, Visit};
use crate::units::{Distance, Duration, Load, Time, VehicleTypeIdx};

/// Orders that are looked into one by one; beyond it the general reason is given.
const ANALYZED: usize = 2_000;

/// Reasons for the visits in `rows` (a shipment by its pickup). `O(vehicle types)` each.
pub(super) fn unserved(problem: &Problem, routing: &Routing, rows: &[usize]) -> Vec<Unserved> {
    let vehicle_types = distinct(routing);
    rows.iter()
        .enumerate()
        .map(|(place, &row)| {
            let reasons = if place < ANALYZED { alone(problem, routing, &vehicle_types, row) } else { Vec::new() };
            let reasons = if reasons.is_empty() { vec![squeezed_out(&routing.visits[row])] } else { reasons };
            Unserved { id: problem.order_id(routing.visits[row].purpose).to_owned(), reasons }
        })
        .collect()
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

/// Why no vehicle could serve the order even alone; empty if one could.
fn alone(
    problem: &Problem,
    routing: &Routing,
    vehicle_types: &[(&VehicleType, Vec<VehicleTypeIdx>)],
    row: usize,
) -> Vec<Reason> {
    let barred = &routing.visits[row].barred;
    if barred.len() == routing.vehicle_types.len() {
        return vec![no_vehicle_allowed(problem, routing.visits[row].purpose)];
    }
    let visits: Vec<&Visit> = match routing.visits[row].purpose {
        Purpose::Order(_) | Purpose::Delivery(_) | Purpose::Reload => vec![&routing.visits[row]],
        Purpose::Pickup(_) => vec![&routing.visits[row], &routing.visits[row + 1]],
    };
    let mut nearest: Vec<Obstacle> = Vec::new();
    let is_allowed = |row: &VehicleTypeIdx| barred.binary_search(row).is_err();
    let allowed = vehicle_types.iter().filter(|(_, rows)| rows.iter().any(is_allowed));
    for (place, (vehicle_type, _)) in allowed.enumerate() {
        let obstacles = obstacles(problem, routing, vehicle_type, &visits);
        if obstacles.is_empty() {
            return Vec::new();
        }
        // The vehicle with the fewest obstacles, and the smallest first one, is the one worth changing.
        let key = |list: &[Obstacle]| (list.len(), list.first().map_or(0, |obstacle| obstacle.by));
        if place == 0 || key(&obstacles) < key(&nearest) {
            nearest = obstacles;
        }
    }
    nearest.into_iter().map(|obstacle| obstacle.reason).collect()
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

struct Obstacle {
    reason: Reason,
    by: i64,
}

/// What keeps one vehicle from serving `visits` and nothing else.
fn obstacles(problem: &Problem, routing: &Routing, vehicle_type: &VehicleType, visits: &[&Visit]) -> Vec<Obstacle> {
    let mut obstacles = Vec::new();
    let mut add = |code: &str, by: i64, message: String, hint: String| {
        obstacles.push(Obstacle { reason: Reason { code: code.to_owned(), message, hint }, by });
    };
    let loads = || visits.iter().flat_map(|visit| [&visit.delivery, &visit.pickup]);
    for (dimension, name) in routing.dimensions.iter().enumerate() {
        let load = loads().map(|loads| loads[dimension]).max().unwrap_or(Load::ZERO);
        let excess = load - vehicle_type.capacity[dimension];
        if excess > Load::ZERO {
            let user = |load: Load| load.get() as f64 / routing.scales[dimension];
            let unit = if name.is_empty() { String::new() } else { format!(" {name}") };
            let message =
                format!("it has {}{unit}, at most {} fits", user(load), user(vehicle_type.capacity[dimension]));
            let hint = format!("split it, or add a vehicle that carries {}{unit} more", user(excess));
            add("capacity_exceeded", excess.get(), message, hint);
        }
    }
    if visits.len() as u32 > vehicle_type.max_stops {
        let message = format!("it takes {} stops, at most {} are allowed", visits.len(), vehicle_type.max_stops);
        add("max_stops_exceeded", 1, message, "raise max_stops".to_owned());
    }
    let schedule = Schedule::new(&problem.travel, vehicle_type, visits);
    let late = visits
        .iter()
        .zip(&schedule.start)
        .map(|(visit, start)| start.since(visit.window.closes))
        .max()
        .unwrap_or(Duration::ZERO);
    if late > Duration::ZERO {
        let message = format!("the first vehicle to come is {} s too late for its window", late.get());
        let hint = format!("open the shift {0} s earlier, or the window {0} s longer", late.get());
        add("window_unreachable", late.get(), message, hint);
    }
    let overtime = schedule.end.since(vehicle_type.shift.closes);
    if overtime > Duration::ZERO && vehicle_type.shift.closes < Time::HUGE {
        let message = format!("serving it alone ends {} s after the shift", overtime.get());
        let hint = format!("end the shift {} s later, or serve the order earlier", overtime.get());
        add("shift_exceeded", overtime.get(), message, hint);
    }
    let too_far = schedule.distance - vehicle_type.max_distance;
    if too_far > Distance::ZERO {
        let (found, most) = (schedule.distance.get(), vehicle_type.max_distance.get());
        let message = format!("serving it alone takes {found} m, at most {most} m are allowed");
        add("max_distance_exceeded", too_far.get(), message, format!("raise max_distance by {} m", too_far.get()));
    }
    let too_long = schedule.duration() - vehicle_type.max_duration;
    if too_long > Duration::ZERO {
        let (found, most) = (schedule.duration().get(), vehicle_type.max_duration.get());
        let message = format!("serving it alone takes {found} s, at most {most} s are allowed");
        add("max_duration_exceeded", too_long.get(), message, format!("raise max_duration by {} s", too_long.get()));
    }
    obstacles
}

/// The reason for an order that some vehicle could serve alone.
fn squeezed_out(visit: &Visit) -> Reason {
    match visit.prize {
        Some(prize) => Reason {
            code: "not_worth_prize".to_owned(),
            message: format!("serving it costs more than its prize of {}", prize.as_currency()),
            hint: "raise the prize, or make the order mandatory".to_owned(),
        },
        None => Reason {
            code: "no_vehicle_left".to_owned(),
            message: "a vehicle could serve it alone, but the fleet's capacity or time is used up".to_owned(),
            hint: "add a vehicle, lengthen shifts, or relax windows".to_owned(),
        },
    }
}
