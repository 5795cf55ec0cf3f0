//! Locked first stops in the solver's terms: each gets a place of its own that is reached in time from its predecessor alone.
//!
//! So nothing can come before or between them, whatever the search does, and it needs to know nothing of it. Distances stay
//! what they are; the way from anywhere else takes longer than any shift.

use super::rows::Rows;
use crate::model::problem::{Purpose, Routing};
use crate::network::{Travel, TravelMatrix};
use crate::routing::{Customer, Route, Solution, VehicleType};
use crate::units::{Cost, CustomerIdx, Duration, LocationIdx, VehicleTypeIdx};

/// Seconds of a way that nobody can take: 63 years.
const NEVER: i64 = 2_000_000_000;

/// Travel in which the locked first stops of every vehicle can only follow each other. Customers and vehicles that are
/// concerned move to places of their own there.
pub(super) fn keep_first_stops(
    data: &Routing,
    travel: &Travel,
    customers: &mut [Customer],
    vehicle_types: &mut [VehicleType],
) -> Travel {
    if data.first_stops.iter().all(Vec::is_empty) {
        return travel.clone();
    }
    // By place: where it really is, and the only place from which it is reached.
    let mut places: Vec<(LocationIdx, Option<usize>)> =
        (0..travel.n_locations()).map(|row| (LocationIdx::new(row), None)).collect();
    for (vehicle_type, first_stops) in vehicle_types.iter_mut().zip(&data.first_stops) {
        if first_stops.is_empty() {
            continue;
        }
        let mut before = places.len();
        places.push((vehicle_type.start, None));
        vehicle_type.start = LocationIdx::new(before);
        let latest = vehicle_type.shift.opens + Duration::new(NEVER - 1);
        vehicle_type.shift.closes = vehicle_type.shift.closes.min(latest);
        for &row in first_stops {
            places.push((customers[row].location, Some(before)));
            before = places.len() - 1;
            customers[row].location = LocationIdx::new(before);
        }
    }
    let n_places = places.len();
    let (mut distances, mut durations) =
        (Vec::with_capacity(n_places * n_places), Vec::with_capacity(n_places * n_places));
    for (from, &(start, _)) in places.iter().enumerate() {
        for (to, &(end, only_from)) in places.iter().enumerate() {
            let is_open = from == to || only_from.is_none_or(|only| only == from);
            let seconds = if is_open { travel.duration(start, end).get() } else { NEVER };
            distances.push(travel.distance(start, end).get() as u32);
            durations.push(seconds as u32);
        }
    }
    Travel::Matrix(TravelMatrix::new(n_places, distances, Some(durations)))
}

/// Routes to start from that keep every lock: those of `given`, changed where they must be. `None` where there is nothing to
/// start from and nothing locked.
pub(super) fn start(data: &Routing, given: Option<Solution>) -> Option<Solution> {
    let rows = Rows::new(data);
    let is_locked = data.first_stops.iter().any(|first_stops| !first_stops.is_empty());
    let mut routes = match given {
        Some(given) => given.routes,
        None if is_locked => Vec::new(),
        None => return None,
    };
    let mut is_first = vec![false; data.visits.len()];
    data.first_stops.iter().flatten().for_each(|&row| is_first[row] = true);
    // The deliveries of shipments that are fetched first follow them.
    let brought = |&row: &usize| matches!(data.visits[row].purpose, Purpose::Pickup(_)) && !is_first[row + 1];
    for route in &mut routes {
        let stays = |visit: &CustomerIdx| {
            let row = rows.row(*visit);
            let may = data.visit(row).barred.binary_search(&route.vehicle_type).is_err();
            may && !is_first.get(row).is_some_and(|&is_first| is_first)
        };
        route.visits.retain(stays);
    }
    for (row, first_stops) in data.first_stops.iter().enumerate().filter(|(_, first_stops)| !first_stops.is_empty()) {
        let vehicle_type = VehicleTypeIdx::new(row);
        let at = routes.iter().position(|route| route.vehicle_type == vehicle_type).unwrap_or_else(|| {
            routes.push(Route { vehicle_type, visits: Vec::new() });
            routes.len() - 1
        });
        let rest = std::mem::take(&mut routes[at].visits);
        let mut visits: Vec<CustomerIdx> = first_stops.iter().map(|&row| CustomerIdx::new(row)).collect();
        visits.extend(&rest);
        let missing = first_stops.iter().filter(|row| brought(row)).map(|&row| CustomerIdx::new(row + 1));
        visits.extend(missing.filter(|delivery| !rest.contains(delivery)));
        routes[at].visits = visits;
    }
    routes.retain(|route| !route.visits.is_empty());
    let mut open = vec![true; data.visits.len()];
    for row in routes.iter().flat_map(|route| &route.visits).map(|&visit| rows.row(visit)) {
        let of = row.checked_sub(data.visits.len()).and_then(|number| data.alternatives.get(number));
        if row < data.first_reload() {
            open[of.map_or(row, |alternative| alternative.of)] = false;
        }
    }
    let unserved = (0..open.len()).filter(|&row| open[row]).map(CustomerIdx::new).collect();
    Some(Solution { routes, unserved, cost: Cost::HUGE })
}
