//! When and for how long the vehicle of a route needs a door.

use super::problem::{Dock, Purpose, Routing, VehicleType, Visit};
use crate::units::{Duration, Load, LocationIdx, TimeWindow};

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
    let mut add = |location: LocationIdx, stop: usize, before: &[&Visit], after: &[&Visit], own: Duration| {
        let Some(dock) = routing.dock_at(location) else { return };
        let handling = routing.docks[dock].time_for(before, after);
        let length = handling + own;
        if length > Duration::ZERO {
            let hours = routing.docks[dock].hours;
            let begin = TimeWindow { opens: hours.opens, closes: hours.closes + -length };
            calls.push(DockCall { dock, stop, begin, length });
        }
    };
    let is_reload = |visit: &&Visit| visit.purpose == Purpose::Reload;
    let trip_after = |first: usize| {
        let length = visits[first..].iter().position(is_reload).unwrap_or(visits.len() - first);
        &visits[first..first + length]
    };
    let mut trip = trip_after(0);
    add(vehicle_type.start, 0, &[], trip, Duration::ZERO);
    for (row, visit) in visits.iter().enumerate().filter(|(_, visit)| is_reload(visit)) {
        let next = trip_after(row + 1);
        add(visit.location, row + 1, trip, next, visit.service);
        trip = next;
    }
    if let Some(end) = vehicle_type.end {
        add(end, visits.len() + 1, trip, &[], Duration::ZERO);
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
