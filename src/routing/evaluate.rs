//! A slow, plain second opinion on a solution: simulates every route visit by visit.

use super::{Problem, Route, Solution};
use crate::hours::{Call, Day, Pace};
use crate::units::{Cost, CustomerIdx, Distance, Duration, Load, LocationIdx, Time, TimeWindow};
use std::collections::BTreeSet;

/// What a route comes to, or `None` where it breaks a limit.
#[must_use]
pub fn route_cost(problem: &Problem, route: &Route) -> Option<Cost> {
    let vehicle_type = problem.vehicle_type(route.vehicle_type);
    let barred = |&customer: &CustomerIdx| problem.customer(customer).barred.contains(&route.vehicle_type);
    let n_visits = route.visits.iter().filter(|&&customer| !problem.customer(customer).reload).count();
    if n_visits > vehicle_type.max_visits as usize
        || route.visits.iter().any(barred)
        || !route
            .visits
            .split(|&customer| problem.customer(customer).reload)
            .all(|trip| trip_fits(problem, route, trip))
    {
        return None;
    }
    let mut stops: Vec<LocationIdx> = vec![vehicle_type.start];
    stops.extend(route.visits.iter().map(|&customer| problem.customer(customer).location));
    stops.extend(vehicle_type.end);
    let distance: Distance = stops.windows(2).map(|leg| problem.travel().distance(leg[0], leg[1])).sum();
    let n_reloads = route.visits.iter().filter(|&&customer| problem.customer(customer).reload).count();
    if n_reloads > vehicle_type.max_reloads as usize {
        return None;
    }
    if problem.compartments().is_some_and(|it| !it.hold(problem, route.vehicle_type, &route.visits)) {
        return None;
    }
    let loads = problem.load_cost(route.vehicle_type, &route.visits);
    let first_release = release(problem, &route.visits);
    let earliest = vehicle_type.shift.opens.max(first_release);
    if problem.needs_timetables() {
        let cost = timed(problem, route, earliest).filter(|_| distance <= vehicle_type.max_distance)?;
        let uneven = problem.leveling().map_or(Cost::ZERO, |leveling| leveling.cost(distance, n_visits));
        return Some(vehicle_type.fixed + vehicle_type.per_distance * distance.get() + cost + loads + uneven);
    }
    let earliest_return = drive(problem, route, earliest)?;
    if earliest_return > vehicle_type.shift.closes {
        return None;
    }
    // The latest departure that still returns then: later departures never return earlier, so halving finds it.
    let (mut good, mut bad) = (earliest, earliest_return + Duration::new(1));
    while bad.since(good) > Duration::new(1) {
        let middle = Time::new((good.get() + bad.get()) / 2);
        match drive(problem, route, middle) {
            Some(time) if time == earliest_return => good = middle,
            _ => bad = middle,
        }
    }
    let duration = earliest_return.since(good);
    if distance > vehicle_type.max_distance || duration > vehicle_type.max_duration {
        return None;
    }
    let way = vehicle_type.per_distance * distance.get() + vehicle_type.per_duration * duration.get();
    Some(vehicle_type.fixed + way + loads)
}

/// What time costs on a route by its timetable.
fn timed(problem: &Problem, route: &Route, opens: Time) -> Option<Cost> {
    let vehicle_type = problem.vehicle_type(route.vehicle_type);
    let mut here = vehicle_type.start;
    let mut calls: Vec<Call<'_>> = Vec::new();
    for (place, &customer) in route.visits.iter().enumerate() {
        let customer = problem.customer(customer);
        let released = if customer.reload { release(problem, &route.visits[place + 1..]) } else { Time::ZERO };
        let way = problem.travel().duration(here, customer.location);
        let setup = customer.setup.min(way);
        calls.push(Call {
            travel: way - setup,
            pace: problem.paces().between(here, customer.location),
            setup,
            window: TimeWindow { opens: customer.window.opens.max(released), ..customer.window },
            service: customer.service,
            lateness: customer.lateness,
        });
        here = customer.location;
    }
    let travel = vehicle_type.end.map_or(Duration::ZERO, |end| problem.travel().duration(here, end));
    let window = TimeWindow { opens: Time::ZERO, closes: vehicle_type.shift.closes };
    let pace = vehicle_type.end.map_or(Pace::STEADY, |end| problem.paces().between(here, end));
    calls.push(Call { travel, pace, setup: Duration::ZERO, window, service: Duration::ZERO, lateness: None });
    let (per_second, max_duration) = (vehicle_type.per_duration, vehicle_type.max_duration);
    let day = Day::new(&vehicle_type.duty, opens, per_second, max_duration);
    let day = match problem.docks() {
        Some(docks) => docks.on_route(problem, route.vehicle_type, &route.visits, &mut calls, day),
        None => day,
    };
    Some(day.price(&calls)?.0 + problem.surcharge(route.vehicle_type, &route.visits))
}

/// When all goods for the trip that `visits` begin with are there.
fn release(problem: &Problem, visits: &[CustomerIdx]) -> Time {
    let trip = visits.iter().map(|&customer| problem.customer(customer)).take_while(|customer| !customer.reload);
    trip.map(|customer| customer.release).max().unwrap_or(Time::ZERO)
}

/// When a route that departs at `departure` is over, or `None` where it comes too late to a customer.
fn drive(problem: &Problem, route: &Route, departure: Time) -> Option<Time> {
    let vehicle_type = problem.vehicle_type(route.vehicle_type);
    let (mut here, mut time) = (vehicle_type.start, departure);
    for (place, &customer) in route.visits.iter().enumerate() {
        let customer = problem.customer(customer);
        time = (time + problem.travel().duration(here, customer.location)).max(customer.window.opens);
        if time > customer.window.closes {
            return None;
        }
        if customer.reload {
            time = time.max(release(problem, &route.visits[place + 1..]));
        }
        time = time + customer.service;
        here = customer.location;
    }
    Some(vehicle_type.end.map_or(time, |end| time + problem.travel().duration(here, end)))
}

/// Whether the loads of a trip fit the vehicle, no delivery comes after a backhaul, and no shipment is cut.
fn trip_fits(problem: &Problem, route: &Route, trip: &[CustomerIdx]) -> bool {
    let on_trip = |customer: &CustomerIdx| trip.contains(customer);
    let whole = problem.shipments().iter().all(|(first, second)| on_trip(first) == on_trip(second));
    let trip = Route { vehicle_type: route.vehicle_type, visits: trip.to_vec() };
    whole
        && unloads_in_order(problem, &trip)
        && load_fits(problem, &trip)
        && hauls_are_in_order(problem, &trip)
        && goods_get_along(problem, &trip)
}

/// Whether no shipment is brought while one that was fetched after it is aboard, where the vehicle asks for that.
fn unloads_in_order(problem: &Problem, trip: &Route) -> bool {
    let position = |customer: CustomerIdx| trip.visits.iter().position(|&visit| visit == customer);
    let spans: Vec<_> = problem.shipments().iter().filter_map(|&(a, b)| Some((position(a)?, position(b)?))).collect();
    let crosses = |(from, to): (usize, usize)| spans.iter().any(|&(other, end)| from < other && other < to && to < end);
    !problem.vehicle_type(trip.vehicle_type).last_in_first_out || !spans.iter().any(|&span| crosses(span))
}

/// Whether no two visits of a trip have goods that shun each other.
fn goods_get_along(problem: &Problem, trip: &Route) -> bool {
    let fetched = |customer: &CustomerIdx| problem.shipments().iter().all(|(_, second)| second != customer);
    let kinds: Vec<_> = trip.visits.iter().filter(|it| fetched(it)).map(|&it| problem.customer(it).kinds).collect();
    (0..kinds.len()).all(|first| kinds[first + 1..].iter().all(|&second| !kinds[first].clash(second)))
}

fn load_fits(problem: &Problem, route: &Route) -> bool {
    let capacity = &problem.vehicle_type(route.vehicle_type).capacity;
    let firsts: BTreeSet<CustomerIdx> = problem.shipments().iter().map(|&(first, _)| first).collect();
    let seconds: BTreeSet<CustomerIdx> = problem.shipments().iter().map(|&(_, second)| second).collect();
    (0..problem.n_dimensions()).all(|dimension| {
        let from_depot = |customer: &&CustomerIdx| !seconds.contains(*customer);
        let mut aboard: Load =
            route
                .visits
                .iter()
                .filter(from_depot)
                .map(|&customer| {
                    if firsts.contains(&customer) { Load::ZERO } else { problem.customer(customer).delivery[dimension] }
                })
                .sum();
        aboard <= capacity[dimension]
            && route.visits.iter().all(|&customer| {
                let goods = problem.customer(customer);
                if !firsts.contains(&customer) {
                    aboard -= goods.delivery[dimension];
                }
                if !seconds.contains(&customer) {
                    aboard += goods.pickup[dimension];
                }
                aboard <= capacity[dimension]
            })
    })
}

/// Whether no delivery from the start comes after a backhaul.
fn hauls_are_in_order(problem: &Problem, route: &Route) -> bool {
    let delivers = |customer: &CustomerIdx| {
        let from_start = problem.shipments().iter().all(|(_, second)| second != customer);
        from_start && problem.customer(*customer).delivery.iter().any(|&load| load > Load::ZERO)
    };
    let first_backhaul = route.visits.iter().position(|&customer| problem.customer(customer).backhaul);
    first_backhaul.is_none_or(|first| !route.visits[first..].iter().any(delivers))
}

/// The cost of a solution, or what is wrong with it.
///
/// # Errors
///
/// The first rule that it breaks.
pub fn cost(problem: &Problem, solution: &Solution) -> Result<Cost, String> {
    let lead = |customer: CustomerIdx| {
        let group = problem.groups().iter().find(|group| group.contains(&customer));
        group.map_or(customer, |group| group[0])
    };
    let mut seen = BTreeSet::new();
    let mut used = vec![0; problem.vehicle_types().len()];
    let mut cost = Cost::ZERO;
    for route in &solution.routes {
        if route.visits.is_empty() {
            return Err("an empty route".into());
        }
        used[route.vehicle_type.get()] += 1;
        for &customer in &route.visits {
            if !seen.insert(lead(customer)) {
                return Err(format!("{customer:?} is visited twice"));
            }
        }
        cost += route_cost(problem, route).ok_or_else(|| format!("{route:?} breaks a limit"))?;
        for &(first, second) in problem.shipments() {
            let position = |customer| route.visits.iter().position(|&visit| visit == customer);
            match (position(first), position(second)) {
                (None, None) => {}
                (Some(first), Some(second)) if first < second => {}
                _ => return Err(format!("shipment {first:?}, {second:?} is torn")),
            }
        }
    }
    if !super::ties::hold(problem, solution) {
        return Err("a tie is broken".into());
    }
    if !super::stocks::suffice(problem, solution) {
        return Err("a stock does not suffice".into());
    }
    for (row, &used) in used.iter().enumerate() {
        if used > problem.vehicle_types()[row].count {
            return Err(format!("{used} vehicles of type {row}"));
        }
    }
    for &customer in &solution.unserved {
        if !seen.insert(lead(customer)) {
            return Err(format!("{customer:?} is unserved and visited"));
        }
        cost += problem.customer(customer).prize.unwrap_or(Cost::ZERO);
    }
    let n_others: usize = problem.groups().iter().map(|group| group.len() - 1).sum();
    seen.retain(|&customer| !problem.customer(customer).reload);
    if seen.len() + n_others != problem.first_reload() {
        return Err("a customer is missing".into());
    }
    Ok(cost)
}

/// The unserved customers that had to be served, each as often as it counts.
#[must_use]
pub fn n_missing(problem: &Problem, solution: &Solution) -> usize {
    solution.unserved.iter().map(|&customer| problem.urgency(customer)).sum()
}

/// How many they are.
#[must_use]
pub fn n_left_out(problem: &Problem, solution: &Solution) -> usize {
    solution.unserved.iter().filter(|&&customer| problem.urgency(customer) > 0).count()
}
