//! Trips in place of routes, where vehicles reload.

use crate::routing::{Customer, Problem, Route, Solution, VehicleType};
use crate::units::{Cost, CustomerIdx, LocationIdx, VehicleTypeIdx};

/// With more places to reload at than these there would be too many kinds of trips.
const MOST_PLACES: usize = 3;

/// A day of so many seconds is not limited.
const UNLIMITED: i64 = 1 << 40;

/// A problem of trips.
pub(super) struct Trips {
    pub(super) problem: Problem,
    /// Each kind of trips with the vehicle type whose they are.
    of: Vec<(VehicleTypeIdx, VehicleTypeIdx)>,
}

impl Trips {
    /// The trips of a solution's routes; `None` where one of them is of no kind.
    pub(super) fn split(&self, problem: &Problem, solution: &Solution) -> Option<Solution> {
        let is_reload = |visit: &CustomerIdx| visit.get() >= problem.first_reload();
        let mut routes = Vec::new();
        for route in &solution.routes {
            let vehicle_type = problem.vehicle_type(route.vehicle_type);
            let mut start = vehicle_type.start;
            for trip in route.visits.split_inclusive(is_reload) {
                let (visits, end) = match trip.split_last() {
                    Some((last, visits)) if is_reload(last) => (visits, Some(problem.customer(*last).location)),
                    _ => (trip, vehicle_type.end),
                };
                if !visits.is_empty() {
                    let is_it = |(of, kind): &&(VehicleTypeIdx, VehicleTypeIdx)| {
                        let kind = self.problem.vehicle_type(*kind);
                        *of == route.vehicle_type && (kind.start, kind.end) == (start, end)
                    };
                    let &(_, kind) = self.of.iter().find(is_it)?;
                    routes.push(Route { vehicle_type: kind, visits: visits.to_vec() });
                }
                start = end.unwrap_or(start);
            }
        }
        Some(Solution { routes, unserved: solution.unserved.clone(), cost: solution.cost })
    }
}

/// A problem without reloads that costs no more than `problem`, or `None` where there are too many places to reload at.
///
/// Every route falls into trips: from the start to a reload, from reload to reload, from a reload to the end. Each is a route
/// of a vehicle of its own here, no more than all reloads allow; distance, duration and visits of a trip are no more than
/// those of its route. The fixed cost is paid by the second where the duration is limited, and else by the trip.
pub(super) fn relaxed(problem: &Problem) -> Option<Trips> {
    let (customers, reloads) = problem.customers().split_at(problem.first_reload());
    let mut vehicle_types = Vec::new();
    let mut barred_from: Vec<(VehicleTypeIdx, usize)> = Vec::new();
    for (row, vehicle_type) in problem.vehicle_types().iter().enumerate() {
        let row = VehicleTypeIdx::new(row);
        let mut places: Vec<LocationIdx> = reloads
            .iter()
            .filter(|reload| vehicle_type.max_reloads > 0 && !reload.barred.contains(&row))
            .map(|reload| reload.location)
            .collect();
        places.sort_unstable();
        places.dedup();
        if places.len() > MOST_PLACES {
            return None;
        }
        for trip in trips(vehicle_type, &places, customers.len()) {
            barred_from.push((row, vehicle_types.len()));
            vehicle_types.push(trip);
        }
    }
    let customers = customers.iter().map(|customer| {
        let trips = barred_from.iter().filter(|(row, _)| customer.barred.contains(row));
        Customer { barred: trips.map(|&(_, trip)| VehicleTypeIdx::new(trip)).collect(), ..customer.clone() }
    });
    let relaxed =
        Problem::new(customers.collect(), problem.shipments().to_vec(), vehicle_types, problem.travel().clone());
    let of = barred_from.into_iter().map(|(row, trip)| (row, VehicleTypeIdx::new(trip))).collect();
    Some(Trips { problem: relaxed.with_groups(problem.groups().to_vec()), of })
}

/// The kinds of trips of one vehicle type that can reload at `places`.
fn trips(vehicle_type: &VehicleType, places: &[LocationIdx], n_customers: usize) -> Vec<VehicleType> {
    if places.is_empty() {
        return vec![vehicle_type.clone()];
    }
    let starts = std::iter::once(vehicle_type.start).chain(places.iter().copied());
    let ends = || std::iter::once(vehicle_type.end).chain(places.iter().map(|&place| Some(place)));
    let mut ways: Vec<(LocationIdx, Option<LocationIdx>)> =
        starts.flat_map(|start| ends().map(move |end| (start, end))).collect();
    ways.sort_unstable();
    ways.dedup();
    let n_customers = u32::try_from(n_customers).unwrap_or(u32::MAX);
    let most = vehicle_type.max_reloads.min(n_customers).saturating_add(1);
    let longest = vehicle_type.max_duration.min(vehicle_type.shift.closes.since(vehicle_type.shift.opens)).get();
    let fixed = vehicle_type.fixed.get();
    // No route takes longer, and none has more trips.
    let (by_second, by_trip) =
        if (1..UNLIMITED).contains(&longest) { (fixed / longest, 0) } else { (0, fixed / i64::from(most)) };
    let trip = |(start, end): (LocationIdx, Option<LocationIdx>)| VehicleType {
        count: vehicle_type.count.saturating_mul(most).min(n_customers),
        start,
        end,
        fixed: Cost::new(by_trip),
        per_duration: vehicle_type.per_duration + Cost::new(by_second),
        max_reloads: 0,
        ..vehicle_type.clone()
    };
    ways.into_iter().map(trip).collect()
}
