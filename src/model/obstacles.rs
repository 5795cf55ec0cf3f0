//! What keeps a vehicle from driving a route: every limit that the route breaks, and by how much.

use super::assemble::Schedule;
use super::docking::dock_calls;
use super::plan::{Activity, Change, Reason, Relaxation};
use super::problem::{Problem, Purpose, Routing, Visit};
use crate::units::{Distance, Duration, Load, Time, VehicleTypeIdx};

/// Longest route on which all pairs of places are tried for a shipment; on longer ones its two visits stay together.
const ALL_PAIRS: usize = 60;

/// A limit that is broken.
pub(super) struct Obstacle {
    /// Told to the user.
    pub(super) reason: Reason,
    /// By how much, in the limit's own unit.
    pub(super) by: i64,
    /// What lifts it.
    pub(super) change: Change,
}

/// Why a vehicle cannot take an order or shipment.
#[derive(Clone, Debug, PartialEq)]
pub struct Refused {
    /// What is in the way.
    pub reasons: Vec<Reason>,
    /// What lifts all of it; empty where no limit does.
    pub changes: Vec<Change>,
}

/// How hard obstacles are to move: how many, then the size of the first.
pub(super) fn severity(obstacles: &[Obstacle]) -> (usize, i64) {
    (obstacles.len(), obstacles.first().map_or(0, |obstacle| obstacle.by))
}

/// Why a vehicle of a type, which calls at the visits in `route` so far, cannot take those in `new` as well: the obstacles
/// at the place where they are fewest and smallest. Without reasons if it can.
#[must_use]
pub fn refusal(
    problem: &Problem,
    routing: &Routing,
    vehicle_type: VehicleTypeIdx,
    route: &[usize],
    new: &[usize],
) -> Refused {
    let visit = |&row: &usize| routing.visit(row);
    let added: Vec<&Visit> = new.iter().map(visit).collect();
    if added.iter().any(|visit| visit.barred.binary_search(&vehicle_type).is_ok()) {
        if routing.lacks_compartment(vehicle_type, new[0]) {
            return Refused { reasons: vec![no_compartment()], changes: Vec::new() };
        }
        let message = "its skills, allowed and forbidden vehicles rule this vehicle out".to_owned();
        let hint = "give the vehicle the skills, or allow it".to_owned();
        let reasons = vec![Reason { code: "vehicle_not_allowed".to_owned(), message, hint }];
        return Refused { reasons, changes: Vec::new() };
    }
    let served: Vec<&Visit> = route.iter().map(visit).collect();
    let mut nearest: Option<Vec<Obstacle>> = None;
    let (mut clashes, mut is_full) = (false, false);
    // Nothing comes before the locked stops.
    let n_first = routing.first_stops[vehicle_type.get()].len().min(served.len());
    for first in n_first..=served.len() {
        let last = if added.len() == 1 || served.len() > ALL_PAIRS { first } else { served.len() };
        for second in first..=last {
            let mut visits = served.clone();
            visits.splice(second..second, added.iter().skip(1).copied());
            visits.insert(first, added[0]);
            let is_stack = routing.vehicle_types[vehicle_type.get()].last_in_first_out;
            if !hauls_are_in_order(&visits) || (is_stack && !unloads_last_first(&visits)) {
                continue;
            }
            if routing.stowage.is_none() && !goods_get_along(routing, &visits) {
                clashes = true;
                continue;
            }
            if routing.stowed(vehicle_type, &visits).is_none() {
                is_full = true;
                continue;
            }
            let found = obstacles(problem, routing, vehicle_type, (&visits, &added));
            if nearest.as_ref().is_none_or(|known| severity(&found) < severity(known)) {
                nearest = Some(found);
            }
        }
    }
    if nearest.is_none() && clashes {
        let message = "the route has goods of kinds that must not be with it".to_owned();
        let hint = "serve it on another route, or remove the pair from `incompatible`".to_owned();
        return Refused {
            reasons: vec![Reason { code: "kinds_clash".to_owned(), message, hint }],
            changes: Vec::new(),
        };
    }
    if nearest.is_none() && is_full {
        let message =
            "the compartments that may hold it have no room for it, or hold what must not be with it".to_owned();
        let hint = "serve it on another route, or add a compartment for its kinds".to_owned();
        let reasons = vec![Reason { code: "compartments_full".to_owned(), message, hint }];
        return Refused { reasons, changes: Vec::new() };
    }
    let (reasons, changes) = nearest.into_iter().flatten().map(|obstacle| (obstacle.reason, obstacle.change)).unzip();
    Refused { reasons, changes }
}

/// What keeps one vehicle from the route of `visits`, among which those of `new` are what it is asked for.
pub(super) fn obstacles(
    problem: &Problem,
    routing: &Routing,
    vehicle_type: VehicleTypeIdx,
    (visits, new): (&[&Visit], &[&Visit]),
) -> Vec<Obstacle> {
    let id = &problem.scenario.vehicles[vehicle_type.get()].id;
    let vehicle_type = &routing.vehicle_types[vehicle_type.get()];
    let mut obstacles = Vec::new();
    let mut add = |code: &str, (relax, by): (Relaxation, i64), message: String, hint: String| {
        let change = Change { relax, id: id.clone(), activity: None, dimension: None, by: by as f64 };
        obstacles.push(Obstacle { reason: Reason { code: code.to_owned(), message, hint }, by, change });
    };
    let is_alone = visits.len() == new.len();
    let what = if is_alone { "serving it alone" } else { "the route with it" };
    let n_stops = visits.iter().filter(|visit| visit.purpose != Purpose::Reload).count();
    if n_stops > vehicle_type.max_stops as usize {
        let message = format!("{what} takes {n_stops} stops, at most {} are allowed", vehicle_type.max_stops);
        let by = n_stops as i64 - i64::from(vehicle_type.max_stops);
        add("max_stops_exceeded", (Relaxation::MaxStops, by), message, format!("raise max_stops by {by}"));
    }
    let at_docks = dock_calls(routing, vehicle_type, visits);
    let schedule = Schedule::new(&problem.travel, &routing.paces, vehicle_type, visits, &at_docks);
    let overtime = schedule.end.since(vehicle_type.shift.closes);
    if overtime > Duration::ZERO && vehicle_type.shift.closes < Time::HUGE {
        let message = format!("{what} ends {} s after the shift", overtime.get());
        let hint = format!("end the shift {} s later, or serve the order earlier", overtime.get());
        add("shift_exceeded", (Relaxation::ShiftEnd, overtime.get()), message, hint);
    }
    let too_far = schedule.distance - vehicle_type.max_distance;
    if too_far > Distance::ZERO {
        let (found, most) = (schedule.distance.get(), vehicle_type.max_distance.get());
        let message = format!("{what} takes {found} m, at most {most} m are allowed");
        add(
            "max_distance_exceeded",
            (Relaxation::MaxDistance, too_far.get()),
            message,
            format!("raise max_distance by {} m", too_far.get()),
        );
    }
    let too_long = schedule.duration() - vehicle_type.max_duration;
    if too_long > Duration::ZERO {
        let (found, most) = (schedule.duration().get(), vehicle_type.max_duration.get());
        let message = format!("{what} takes {found} s, at most {most} s are allowed");
        add(
            "max_duration_exceeded",
            (Relaxation::MaxDuration, too_long.get()),
            message,
            format!("raise max_duration by {} s", too_long.get()),
        );
    }
    let duty = &vehicle_type.duty;
    let pauses = duty.breaks.iter().map(|pause| pause.length).chain(duty.rests.map(|rule| rule.length));
    let pauses: Duration = pauses.sum();
    let on_time = visits.iter().zip(&schedule.start).all(|(visit, &start)| start <= visit.window.closes);
    let limits_hold = overtime <= Duration::ZERO && too_far <= Distance::ZERO && too_long <= Duration::ZERO;
    if schedule.is_impossible && limits_hold && on_time {
        let (docks, longer) =
            if at_docks.is_empty() { ("", "") } else { (", or finds a dock closed", ", or open the docks longer") };
        let message = format!("{what} leaves no time for breaks and rests, or takes too long at the wheel{docks}");
        let hint =
            format!("shorten the breaks or move their windows, raise max_driving, or lengthen the shift{longer}");
        add("hours_exceeded", (Relaxation::DriverHours, pauses.get()), message, hint);
    }
    let mut all = overloads(routing, (id, &vehicle_type.capacity), visits, is_alone);
    all.append(&mut obstacles);
    all.extend(delays(problem, &schedule, (visits, new)));
    all
}

/// No compartment of a vehicle may hold it, or is large enough for it.
pub(super) fn no_compartment() -> Reason {
    Reason {
        code: "no_compartment".to_owned(),
        message: "no compartment may hold its kinds of goods and is large enough for them".to_owned(),
        hint: "add its kinds to a compartment, enlarge one, or make several orders of it".to_owned(),
    }
}

/// Whether no trip has goods of kinds that must not be together.
fn goods_get_along(routing: &Routing, visits: &[&Visit]) -> bool {
    visits.split(|visit| visit.purpose == Purpose::Reload).all(|trip| {
        let mut aboard = 0;
        trip.iter().filter(|visit| !matches!(visit.purpose, Purpose::Delivery(_))).all(|visit| {
            let is_good = routing.shunned_by(visit.kinds) & aboard == 0;
            aboard |= visit.kinds;
            is_good
        })
    })
}

/// Whether of the shipments aboard the one fetched last is always brought first.
fn unloads_last_first(visits: &[&Visit]) -> bool {
    let mut aboard = Vec::new();
    visits.iter().all(|visit| match visit.purpose {
        Purpose::Pickup(row) => {
            aboard.push(row);
            true
        }
        Purpose::Delivery(row) => aboard.pop() == Some(row),
        Purpose::Order(_) | Purpose::Reload => true,
    })
}

/// Whether no trip delivers after a backhaul.
fn hauls_are_in_order(visits: &[&Visit]) -> bool {
    let delivers =
        |visit: &&Visit| matches!(visit.purpose, Purpose::Order(_)) && visit.delivery.iter().any(|&it| it > Load::ZERO);
    let mut trips = visits.split(|visit| visit.purpose == Purpose::Reload);
    trips.all(|trip| {
        let first = trip.iter().position(|visit| visit.backhaul).unwrap_or(trip.len());
        !trip[first..].iter().any(delivers)
    })
}

/// The dimensions in which the load is too much for vehicle `id`.
fn overloads(routing: &Routing, (id, capacity): (&str, &[Load]), visits: &[&Visit], is_alone: bool) -> Vec<Obstacle> {
    let mut obstacles = Vec::new();
    for (dimension, name) in routing.dimensions.iter().enumerate() {
        let trips = visits.split(|visit| visit.purpose == Purpose::Reload);
        let load = trips.map(|trip| peak(trip, dimension)).max().unwrap_or(Load::ZERO);
        let excess = load - capacity[dimension];
        if excess <= Load::ZERO {
            continue;
        }
        let user = |load: Load| load.get() as f64 / routing.scales[dimension];
        let unit = if name.is_empty() { String::new() } else { format!(" {name}") };
        let whose = if is_alone { "it has" } else { "the route with it has" };
        let message = format!("{whose} {}{unit}, at most {} fits", user(load), user(capacity[dimension]));
        let hint = format!("split it, or add a vehicle that carries {}{unit} more", user(excess));
        let dimension = (!name.is_empty()).then(|| name.clone());
        let change =
            Change { relax: Relaxation::Capacity, id: id.to_owned(), activity: None, dimension, by: user(excess) };
        let reason = Reason { code: "capacity_exceeded".to_owned(), message, hint };
        obstacles.push(Obstacle { reason, by: excess.get(), change });
    }
    obstacles
}

/// The visits that begin after their windows.
fn delays(problem: &Problem, schedule: &Schedule, (visits, new): (&[&Visit], &[&Visit])) -> Vec<Obstacle> {
    let is_alone = visits.len() == new.len();
    let mut obstacles = Vec::new();
    for (visit, start) in visits.iter().zip(&schedule.start) {
        let late = start.since(visit.window.closes).get();
        if late <= 0 {
            continue;
        }
        let id = problem.order_id(visit.purpose);
        let is_new = new.iter().any(|new| new.purpose == visit.purpose);
        let message = match (is_alone, is_new) {
            (true, _) => format!("the first vehicle to come is {late} s too late for its window"),
            (false, true) => format!("the vehicle comes {late} s too late for its window"),
            (false, false) => format!("it would make the vehicle {late} s too late for `{id}`"),
        };
        let whose = if is_new { "the window" } else { "that window" };
        let hint = format!("open the shift {late} s earlier, or {whose} {late} s longer");
        let activity = match visit.purpose {
            Purpose::Order(_) | Purpose::Reload => None,
            Purpose::Pickup(_) => Some(Activity::Pickup),
            Purpose::Delivery(_) => Some(Activity::Delivery),
        };
        let change =
            Change { relax: Relaxation::WindowEnd, id: id.to_owned(), activity, dimension: None, by: late as f64 };
        let reason = Reason { code: "window_unreachable".to_owned(), message, hint };
        obstacles.push(Obstacle { reason, by: late, change });
    }
    obstacles
}

/// The most aboard at once: deliveries of orders from the start on, shipments between their visits.
fn peak(visits: &[&Visit], dimension: usize) -> Load {
    let orders = visits.iter().filter(|visit| matches!(visit.purpose, Purpose::Order(_)));
    let mut aboard: Load = orders.map(|visit| visit.delivery[dimension]).sum();
    let mut most = aboard;
    for visit in visits {
        aboard = aboard - visit.delivery[dimension] + visit.pickup[dimension];
        most = most.max(aboard);
    }
    most
}
