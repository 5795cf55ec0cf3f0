//! When and for how long the vehicle of a route needs a door.

use super::problem::{Dock, Purpose, Routing, VehicleType, Visit};
use crate::units::{Duration, Load, TimeWindow};

/// A call of a vehicle at a dock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct DockCall {
    /// Row of the dock.
    pub(super) dock: usize,
    /// At which stop of the route: 0 is the start, then the visits, then the end.
    pub(super) stop: usize,
    /// When it may begin.
    pub(super) begin: TimeWindow,
    /// How long it takes.
    pub(super) length: Duration,
}

/// The calls at docks of a route, in their order; those that take no time are none. `O(n)`.
pub(super) fn dock_calls(routing: &Routing, vehicle_type: &VehicleType, visits: &[&Visit]) -> Vec<DockCall> {
    let mut calls = Vec::new();
    if routing.docks.is_empty() {
        return calls;
    }
    let mut add = |dock: usize, stop: usize, length: Duration| {
        if length > Duration::ZERO {
            let hours = routing.docks[dock].hours;
            let begin = TimeWindow { opens: hours.opens, closes: hours.closes + -length };
            calls.push(DockCall { dock, stop, begin, length });
        }
    };
    let handling = |dock: usize, before: &[&Visit], after: &[&Visit]| routing.docks[dock].time_for(before, after);
    let is_reload = |visit: &&Visit| visit.purpose == Purpose::Reload;
    let trip_after = |first: usize| {
        let length = visits[first..].iter().position(is_reload).unwrap_or(visits.len() - first);
        &visits[first..first + length]
    };
    let mut trip = trip_after(0);
    if let Some(dock) = routing.dock_at(vehicle_type.start) {
        add(dock, 0, handling(dock, &[], trip));
    }
    for (row, visit) in visits.iter().enumerate() {
        if is_reload(visit) {
            let next = trip_after(row + 1);
            if let Some(dock) = routing.dock_at(visit.location) {
                add(dock, row + 1, handling(dock, trip, next) + visit.service);
            }
            trip = next;
        } else if let Some(dock) = routing.served_at(visit) {
            add(dock, row + 1, visit.service);
        }
    }
    if let Some(dock) = vehicle_type.end.and_then(|end| routing.dock_at(end)) {
        add(dock, visits.len() + 1, handling(dock, trip, &[]));
    }
    calls
}

impl Dock {
    /// The time to unload what one trip has picked up, and to load what the next one brings.
    fn time_for(&self, before: &[&Visit], after: &[&Visit]) -> Duration {
        let orders = |trip: &[&Visit], loads: fn(&Visit) -> &[Load]| -> Vec<Duration> {
            let orders = trip.iter().filter(|visit| matches!(visit.purpose, Purpose::Order(_)));
            let loads = orders.map(|visit| loads(visit)).filter(|loads| loads.iter().any(|&load| load > Load::ZERO));
            loads.map(|loads| self.handling(loads)).collect()
        };
        let (unloaded, loaded) = (orders(before, |visit| &visit.pickup), orders(after, |visit| &visit.delivery));
        let service = if unloaded.is_empty() && loaded.is_empty() { Duration::ZERO } else { self.service };
        service + unloaded.into_iter().chain(loaded).sum()
    }
}
