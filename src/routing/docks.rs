//! Loading and unloading at docks: how long it takes for which customers, as a part of timetables.
//!
//! A vehicle is loaded before it leaves a dock, unloaded when it comes back to one, and both at a reload there. How many are
//! there at once is not known here: routes are timed alone, and whoever puts them together lets them queue.

use super::Problem;
use super::numbering::Numbering;
use crate::hours::{Call, Day};
use crate::units::{CustomerIdx, Duration, TimeWindow, VehicleTypeIdx};

/// A place where loading and unloading take time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dock {
    /// When a vehicle can be there.
    pub hours: TimeWindow,
    /// Time for whatever is loaded and unloaded.
    pub service: Duration,
    /// Time to load what each customer gets; none where he gets nothing.
    pub loading: Vec<Option<Duration>>,
    /// Time to unload what each customer gives; none where he gives nothing.
    pub unloading: Vec<Option<Duration>>,
}

/// Docks, and who calls there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Docks {
    /// All of them.
    pub docks: Vec<Dock>,
    /// By vehicle type, where it starts.
    pub starts: Vec<Option<usize>>,
    /// By vehicle type, when loading may begin at its start, beside the dock's hours.
    pub slots: Vec<TimeWindow>,
    /// By vehicle type, where it ends.
    pub ends: Vec<Option<usize>>,
    /// By customer, where he is a reload at one.
    pub reloads: Vec<Option<usize>>,
}

impl Docks {
    /// The same with other numbers of the customers.
    pub(super) fn renumbered(&self, numbering: &Numbering) -> Self {
        let dock = |dock: &Dock| Dock {
            loading: numbering.sorted(&dock.loading),
            unloading: numbering.sorted(&dock.unloading),
            ..*dock
        };
        Self {
            docks: self.docks.iter().map(dock).collect(),
            reloads: numbering.sorted(&self.reloads),
            starts: self.starts.clone(),
            slots: self.slots.clone(),
            ends: self.ends.clone(),
        }
    }

    /// Adds the calls at docks to the `calls` of a route: one for each customer, and the return. The day with its loading.
    /// `O(n)`.
    #[must_use]
    pub fn on_route<'d>(
        &self,
        problem: &Problem,
        vehicle_type: VehicleTypeIdx,
        customers: &[CustomerIdx],
        calls: &mut [Call<'_>],
        day: Day<'d>,
    ) -> Day<'d> {
        let is_reload = |customer: &CustomerIdx| problem.customer(*customer).reload;
        let trip_after = |first: usize| {
            let rest = &customers[first..];
            &rest[..rest.iter().position(is_reload).unwrap_or(rest.len())]
        };
        let row = vehicle_type.get();
        let mut trip = trip_after(0);
        let loading = self.starts[row].map(|dock| (self.docks[dock].hours, self.docks[dock].time_for(&[], trip)));
        for (at, customer) in customers.iter().enumerate().filter(|(_, customer)| is_reload(customer)) {
            let next = trip_after(at + 1);
            if let Some(dock) = self.reloads[customer.get()].map(|dock| &self.docks[dock]) {
                dock.extend(&mut calls[at], dock.time_for(trip, next));
            }
            trip = next;
        }
        if let Some(dock) = self.ends[row].map(|dock| &self.docks[dock]) {
            let unloading = dock.time_for(trip, &[]);
            let back = &mut calls[customers.len()];
            back.window.closes = back.window.closes + -unloading;
            dock.extend(back, unloading);
        }
        match loading.filter(|(_, length)| *length > Duration::ZERO) {
            Some((hours, length)) => {
                let slot = self.slots[row];
                let (opens, closes) = (hours.opens.max(slot.opens), (hours.closes + -length).min(slot.closes));
                day.after_loading(TimeWindow { opens, closes }, length)
            }
            None => day,
        }
    }
}

impl Dock {
    /// The time to unload what one trip has taken, and to load what the next one brings.
    fn time_for(&self, before: &[CustomerIdx], after: &[CustomerIdx]) -> Duration {
        let unloaded = before.iter().filter_map(|customer| self.unloading[customer.get()]);
        let loaded = after.iter().filter_map(|customer| self.loading[customer.get()]);
        unloaded.chain(loaded).reduce(|total, one| total + one).map_or(Duration::ZERO, |total| total + self.service)
    }

    /// Lets a call take so much longer, within the hours.
    fn extend(&self, call: &mut Call<'_>, handling: Duration) {
        call.service += handling;
        if call.service > Duration::ZERO {
            call.window.opens = call.window.opens.max(self.hours.opens);
            call.window.closes = call.window.closes.min(self.hours.closes + -call.service);
        }
    }
}
