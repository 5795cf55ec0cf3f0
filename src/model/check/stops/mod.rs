//! One route, stop by stop: places, times, loads, distances, limits and cost.

mod rules;
mod times;

pub(super) use times::seconds;

use super::balance;
use super::compartments;
use super::locks;
use super::routing::{Rows, Totals};
use super::violations::Violations;
use crate::model::defect::escape;
use crate::model::plan::{Activity, Route, Stop};
use crate::model::problem::{Problem, Purpose, Routing, VehicleType, Visit};
use crate::model::scenario::{Reload, Vehicle};
use crate::units::{Distance, Duration, LocationIdx};

/// A route and what it is judged by.
pub(super) struct RouteCheck<'a> {
    pub(super) problem: &'a Problem,
    pub(super) routing: &'a Routing,
    pub(super) rows: &'a Rows<'a>,
    /// Row in the plan's routes.
    pub(super) place: usize,
    pub(super) route: &'a Route,
    pub(super) vehicle_type: &'a VehicleType,
}

/// A stop with what the scenario says about it.
pub(super) struct Call<'a> {
    place: usize,
    pub(super) stop: &'a Stop,
    location: LocationIdx,
    /// The visit; none at the start, at reloads and at the end.
    pub(super) visit: Option<&'a Visit>,
    /// Whether a trip ends here and the next begins.
    pub(super) reloads: bool,
}

impl<'a> RouteCheck<'a> {
    /// Checks the route and adds it up.
    pub(super) fn check(&self, totals: &mut Totals, violations: &mut Violations) {
        let Some(calls) = self.calls(totals, violations) else { return };
        let distance = self.distances(&calls, violations);
        let lateness = self.times(&calls, totals, violations);
        self.slack(&calls, violations);
        self.loads(&calls, violations);
        self.backhauls(&calls, violations);
        self.kinds(&calls, violations);
        compartments::check(self, &calls, violations);
        self.last_in_first_out(&calls, violations);
        self.vehicle(&calls, violations);
        let (Some(first), Some(last)) = (calls.first(), calls.last()) else { return };
        let duration = seconds(last.stop.leave) - seconds(first.stop.start);
        let n_stops = calls.iter().filter(|call| call.visit.is_some()).count();
        self.limits(distance, duration, n_stops, violations);
        let n_reloads = calls.iter().filter(|call| call.reloads).count();
        let most = self.reloading().1.map_or(0, |reload| reload.max.unwrap_or(u32::MAX)) as usize;
        if n_reloads > most {
            let detail = format!("{n_reloads} reloads, at most {most} are allowed");
            violations.add(self.pointer("stops"), "too_many_reloads", detail);
        }
        let uneven = balance::beyond_target(&self.problem.scenario, [distance, duration, n_stops as i128], totals);
        self.costs(distance, duration, [lateness, uneven], totals, violations);
    }

    pub(super) fn pointer(&self, field: &str) -> String {
        format!("/routes/{}/{field}", self.place)
    }

    pub(super) fn at(&self, call: &Call<'_>, field: &str) -> String {
        format!("/routes/{}/stops/{}/{field}", self.place, call.place)
    }

    /// The stops, resolved; `None` when the route cannot be followed.
    fn calls(&self, totals: &mut Totals, violations: &mut Violations) -> Option<Vec<Call<'a>>> {
        let mut calls = Vec::with_capacity(self.route.stops.len());
        let n_stops = self.route.stops.len();
        let end = self.vehicle_type.end;
        let (starts, ends) =
            (|place: usize| place == 0, |place: usize| end.is_some() && place > 0 && place + 1 == n_stops);
        let mut fetched: Vec<usize> = Vec::new();
        for (place, stop) in self.route.stops.iter().enumerate() {
            let reloads = !starts(place) && !ends(place) && stop.activity == Activity::Reload;
            let (location, visit) = if starts(place) {
                self.depot(place, stop, Activity::Start, self.vehicle_type.start, violations)?
            } else if ends(place) {
                self.depot(place, stop, Activity::End, end?, violations)?
            } else if reloads {
                (self.reload(place, stop, &fetched, violations)?, None)
            } else {
                self.visit(place, stop, totals, &mut fetched, violations)?
            };
            calls.push(Call { place, stop, location, visit, reloads });
        }
        for row in fetched {
            let id = self.problem.order_id(self.routing.visits[row].purpose);
            violations.add(
                self.pointer("stops"),
                "shipment_split",
                format!("`{id}` is fetched but not brought on this route"),
            );
        }
        if calls.iter().all(|call| call.visit.is_none()) {
            violations.add(self.pointer("stops"), "empty_route", "a route needs a stop between start and end");
            return None;
        }
        Some(calls)
    }

    fn depot(
        &self,
        place: usize,
        stop: &Stop,
        activity: Activity,
        location: LocationIdx,
        violations: &mut Violations,
    ) -> Option<(LocationIdx, Option<&'a Visit>)> {
        let pointer = |field: &str| format!("/routes/{}/stops/{place}/{field}", self.place);
        let code = if activity == Activity::Start { "route_start_wrong" } else { "route_end_wrong" };
        if stop.activity != activity || stop.order.is_some() {
            violations.add(pointer("activity"), code, format!("found {:?}, should be {activity:?}", stop.activity));
            return None;
        }
        let expected = self.problem.location_id(location);
        if stop.location != expected {
            violations.add(pointer("location"), code, format!("found `{}`, should be `{expected}`", stop.location));
        }
        Some((location, None))
    }

    /// Checks that the vehicle may reload here, and has no shipment aboard. The place.
    fn reload(&self, place: usize, stop: &Stop, fetched: &[usize], violations: &mut Violations) -> Option<LocationIdx> {
        let pointer = |field: &str| format!("/routes/{}/stops/{place}/{field}", self.place);
        if stop.order.is_some() {
            violations.add(pointer("order"), "activity_wrong", "a reload is for no order".to_owned());
        }
        if let Some(&row) = fetched.first() {
            let id = self.problem.order_id(self.routing.visits[row].purpose);
            violations.add(pointer("activity"), "shipment_over_reload", format!("`{id}` is aboard at the reload"));
        }
        let (vehicle, reload) = self.reloading();
        let named = |reload: &Reload| match reload.locations.as_slice() {
            [] => vehicle.is_some_and(|vehicle| vehicle.start.as_ref() == Some(&stop.location)),
            locations => locations.contains(&stop.location),
        };
        if !reload.is_some_and(named) {
            let detail = format!("`{}` must not reload at `{}`", self.route.vehicle, stop.location);
            violations.add(pointer("location"), "reload_not_allowed", detail);
        }
        let mut locations = self.problem.scenario.locations.iter();
        locations.position(|location| location.id == stop.location).map(LocationIdx::new)
    }

    /// The route's vehicle in the scenario, and how it reloads.
    fn reloading(&self) -> (Option<&'a Vehicle>, Option<&'a Reload>) {
        let vehicle = self.problem.scenario.vehicles.iter().find(|vehicle| vehicle.id == self.route.vehicle);
        (vehicle, vehicle.and_then(|vehicle| vehicle.reload.as_ref()))
    }

    /// When all orders of the trip that begins after a stop are there to be loaded.
    fn release(calls: &[Call<'_>], place: usize) -> i128 {
        let trip = calls[place + 1..].iter().take_while(|call| !call.reloads).filter_map(|call| call.visit);
        trip.map(|visit| i128::from(visit.release.get())).max().unwrap_or(0)
    }

    fn visit(
        &self,
        place: usize,
        stop: &Stop,
        totals: &mut Totals,
        fetched: &mut Vec<usize>,
        violations: &mut Violations,
    ) -> Option<(LocationIdx, Option<&'a Visit>)> {
        let pointer = |field: &str| format!("/routes/{}/stops/{place}/{field}", self.place);
        let Some(&row) = stop.order.as_deref().and_then(|id| self.rows.visits.get(id)) else {
            let detail = format!("no order or shipment has the id {:?}", stop.order);
            violations.add(pointer("order"), "unknown_order", detail);
            return None;
        };
        let is_shipment = matches!(self.routing.visits[row].purpose, Purpose::Pickup(_));
        let row = match (stop.activity, is_shipment) {
            (Activity::Order, false) => row,
            (Activity::Pickup, true) => {
                fetched.push(row);
                row
            }
            (Activity::Delivery, true) => {
                match fetched.iter().position(|&known| known == row) {
                    Some(known) => drop(fetched.swap_remove(known)),
                    None => {
                        let detail = format!("{:?} is brought before it is fetched on this route", stop.order);
                        violations.add(pointer("order"), "delivery_before_pickup", detail);
                    }
                }
                row + 1
            }
            (found, _) => {
                let detail = format!("{found:?} does not fit {:?}", stop.order);
                violations.add(pointer("activity"), "activity_wrong", detail);
                return None;
            }
        };
        let visit = self.choice(row, stop);
        if let Some(earlier) = totals.made.insert(row, pointer("order")) {
            violations.add(pointer("order"), "order_twice", format!("{:?} is served at {earlier} already", stop.order));
        }
        let expected = self.problem.location_id(visit.location);
        if stop.location != expected {
            let detail = format!("found `{}`, should be `{expected}`", stop.location);
            violations.add(pointer("location"), "stop_location_wrong", detail);
        }
        Some((visit.location, Some(visit)))
    }

    /// The time and place of a visit that the stop makes use of; where it keeps to none, the last to have opened at its place.
    fn choice(&self, row: usize, stop: &Stop) -> &'a Visit {
        let start = seconds(stop.start);
        let choices = || {
            let others = self.rows.alternatives.get(&row).into_iter().flatten();
            std::iter::once(&self.routing.visits[row]).chain(others.copied())
        };
        let here = || choices().filter(|visit| self.problem.location_id(visit.location) == stop.location);
        let in_time = |visit: &&Visit| {
            let window = visit.window;
            (i128::from(window.opens.get())..=i128::from(window.closes.get())).contains(&start)
        };
        let opened = here().filter(|visit| i128::from(visit.window.opens.get()) <= start);
        let missed = || opened.max_by_key(|visit| visit.window.opens).or_else(|| here().next());
        here().find(in_time).or_else(missed).unwrap_or(&self.routing.visits[row])
    }

    /// Checks the distance to each stop. The route's distance.
    fn distances(&self, calls: &[Call<'_>], violations: &mut Violations) -> i128 {
        let mut distance = 0i128;
        let mut before: Option<LocationIdx> = None;
        for call in calls {
            distance += before.map_or(0, |from| i128::from(self.problem.travel.distance(from, call.location).get()));
            before = Some(call.location);
            let found = i128::from(call.stop.distance);
            violations.equal(found, distance, || self.at(call, "distance"), "stop_distance_wrong");
        }
        distance
    }

    /// Checks what is aboard when the vehicle leaves each stop.
    fn loads(&self, calls: &[Call<'_>], violations: &mut Violations) {
        for (dimension, name) in self.routing.dimensions.iter().enumerate() {
            let name = if name.is_empty() { "load" } else { name };
            let scale = self.routing.scales[dimension];
            let most = i128::from(self.vehicle_type.capacity[dimension].get());
            let loaded = |place: usize| -> i128 {
                let trip = calls[place + 1..].iter().take_while(|call| !call.reloads).filter_map(|call| call.visit);
                let orders = trip.filter(|visit| matches!(visit.purpose, Purpose::Order(_)));
                orders.map(|visit| i128::from(visit.delivery[dimension].get())).sum()
            };
            let mut load = 0;
            for (place, call) in calls.iter().enumerate() {
                if place == 0 || call.reloads {
                    load = loaded(place);
                }
                if let Some(visit) = call.visit {
                    load -= i128::from(visit.delivery[dimension].get());
                    load += i128::from(visit.pickup[dimension].get());
                }
                let pointer = || self.at(call, &format!("load/{}", escape(name)));
                let found = call.stop.load.get(name).copied().unwrap_or(f64::NAN);
                violations.near(found, load as f64 / scale, 1e-9, pointer, "load_wrong");
                if load > most {
                    let detail = format!("{} aboard, at most {} fits", load as f64 / scale, most as f64 / scale);
                    violations.add(pointer(), "capacity_exceeded", detail);
                }
            }
        }
        for call in calls {
            let is_known = |name: &str| {
                self.routing.dimensions.iter().any(|known| known == name || (known.is_empty() && name == "load"))
            };
            for name in call.stop.load.keys().filter(|name| !is_known(name)) {
                violations.add(self.at(call, "load"), "load_wrong", format!("no dimension has the name `{name}`"));
            }
        }
    }

    fn limits(&self, distance: i128, duration: i128, n_stops: usize, violations: &mut Violations) {
        let kind = self.vehicle_type;
        if kind.max_distance < Distance::HUGE && distance > i128::from(kind.max_distance.get()) {
            let detail = format!("{distance} m, at most {} m are allowed", kind.max_distance.get());
            violations.add(self.pointer("distance"), "max_distance_exceeded", detail);
        }
        if kind.max_duration < Duration::HUGE && duration > i128::from(kind.max_duration.get()) {
            let detail = format!("{duration} s, at most {} s are allowed", kind.max_duration.get());
            violations.add(self.pointer("duration"), "max_duration_exceeded", detail);
        }
        if n_stops > kind.max_stops as usize {
            let detail = format!("{n_stops} stops, at most {} are allowed", kind.max_stops);
            violations.add(self.pointer("stops"), "max_stops_exceeded", detail);
        }
    }

    fn costs(
        &self,
        distance: i128,
        duration: i128,
        [lateness, uneven]: [i128; 2],
        totals: &mut Totals,
        violations: &mut Violations,
    ) {
        let kind = self.vehicle_type;
        let fixed = i128::from(kind.fixed.get());
        let distance_cost = distance * i128::from(kind.per_distance.get());
        let time_cost = duration * i128::from(kind.per_duration.get());
        let usual = kind.duty.overtime.map(|overtime| (overtime, i128::from(overtime.after.get())));
        let overtime =
            usual.map_or(0, |(overtime, after)| (duration - after).max(0) * i128::from(overtime.per_second.get()));
        let changes = locks::changes(&self.problem.scenario, self.route);
        let cost = (fixed + distance_cost + time_cost + overtime + lateness + changes + uneven) as f64 / 1e6;
        violations.near(self.route.cost, cost, 1e-7, || self.pointer("cost"), "route_cost_wrong");
        violations.equal(
            i128::from(self.route.distance),
            distance,
            || self.pointer("distance"),
            "route_distance_wrong",
        );
        violations.equal(
            i128::from(self.route.duration),
            duration,
            || self.pointer("duration"),
            "route_duration_wrong",
        );
        totals.fixed += fixed;
        totals.distance_cost += distance_cost;
        totals.time_cost += time_cost;
        totals.overtime += overtime;
        totals.lateness += lateness;
        totals.balance += uneven;
        totals.changes += changes;
        totals.distance += distance;
        totals.duration += duration;
    }
}
