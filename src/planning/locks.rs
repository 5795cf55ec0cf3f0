//! Locked first stops in the solver's terms: each gets a place of its own that is reached in time from its predecessor alone.
//!
//! So nothing can come before or between them, whatever the search does, and it needs to know nothing of it. Distances stay
//! what they are; the way from anywhere else takes longer than any shift.

use super::rows::Rows;
use crate::model::problem::{Purpose, Routing};
use crate::network::{NEVER, Place, PlacedTravel, Travel};
use crate::routing::{Customer, Route, Solution, VehicleType};
use crate::units::{Cost, CustomerIdx, Duration, LocationIdx, VehicleTypeIdx};
use std::sync::Arc;

/// Travel in which the locked first stops of every vehicle can only follow each other. Customers and vehicles that are
/// concerned move to places of their own there.
pub(super) fn keep_first_stops(
    data: &Routing,
    travel: Arc<Travel>,
    customers: &mut [Customer],
    vehicle_types: &mut [VehicleType],
) -> Arc<Travel> {
    if data.first_stops.iter().all(Vec::is_empty) {
        return travel;
    }
    let mut places: Vec<Place> = (0..travel.n_locations()).map(LocationIdx::new).map(Place::at).collect();
    for (vehicle_type, first_stops) in vehicle_types.iter_mut().zip(&data.first_stops) {
        if first_stops.is_empty() {
            continue;
        }
        let mut before = LocationIdx::new(places.len());
        places.push(Place::at(vehicle_type.start));
        vehicle_type.start = before;
        let latest = vehicle_type.shift.opens + (NEVER - Duration::new(1));
        vehicle_type.shift.closes = vehicle_type.shift.closes.min(latest);
        for &row in first_stops {
            let place = LocationIdx::new(places.len());
            places.push(Place { only_from: Some(before), ..Place::at(customers[row].location) });
            (customers[row].location, before) = (place, place);
        }
    }
    Arc::new(Travel::Placed(PlacedTravel::new(travel, places)))
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
