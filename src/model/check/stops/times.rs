//! When a route is where: arrivals, waits, windows, hours, doors and slack.

use super::{Call, RouteCheck};
use crate::model::check::docks;
use crate::model::check::hours::Driver;
use crate::model::check::routing::Totals;
use crate::model::check::violations::Violations;
use crate::model::moment::Moment;
use crate::model::plan::Stop;
use crate::model::problem::Visit;
use crate::units::{LocationIdx, Time};

/// Slack that is stated where nothing limits it.
const UNLIMITED_SLACK: i128 = 1_000_000_000;

impl<'a> RouteCheck<'a> {
    /// Checks arrival, waiting, start, departure, windows, the driver's hours and the shift. What late starts cost.
    pub(super) fn times(&self, calls: &[Call<'a>], totals: &mut Totals, violations: &mut Violations) -> i128 {
        let mut before: Option<(LocationIdx, i128)> = None;
        let mut driver = Driver::default();
        let mut cost_of_lateness = 0;
        let reload_service = self.reloading().1.and_then(|reload| reload.service).unwrap_or(0.0) as i128;
        for (place, call) in calls.iter().enumerate() {
            let stop = call.stop;
            for (moment, field) in [(stop.arrive, "arrive"), (stop.start, "start"), (stop.leave, "leave")] {
                if self.routing.clock.like(moment.seconds()) != moment {
                    violations.add(
                        self.at(call, field),
                        "time_form_wrong",
                        format!("{moment} is not in the scenario's form"),
                    );
                }
            }
            let (arrive, start, leave) = (seconds(stop.arrive), seconds(stop.start), seconds(stop.leave));
            let mut ready = arrive;
            if let Some((from, left)) = before {
                let (there, after_pauses) = self.drive(&mut driver, place, (from, left, call.location), violations);
                violations.equal(arrive, there, || self.at(call, "arrive"), "arrive_wrong");
                ready = ready.max(after_pauses);
            }
            let setup = match (call.visit, before) {
                (Some(visit), Some((from, _))) if from != visit.location => i128::from(visit.setup.get()),
                _ => 0,
            };
            violations.equal(i128::from(stop.setup), setup, || self.at(call, "setup"), "setup_wrong");
            ready += setup;
            let at_dock = self.at_dock(calls, place);
            let handling = at_dock.map_or(0, |(_, handling)| handling);
            let (opens, service) = match call.visit {
                Some(visit) => (i128::from(visit.window.opens.get()), i128::from(visit.service.get())),
                None if call.reloads => (Self::release(calls, place), reload_service + handling),
                None => (arrive, handling),
            };
            let mut due = ready.max(opens);
            let wait = start - arrive - setup - self.paused_at(place, arrive);
            if let Some((dock, _)) = at_dock.filter(|_| service > 0) {
                let number = (self.route.vehicle.as_str(), self.route.number, place);
                docks::remember(totals, number, dock, [start, leave, wait]);
                // The door may be taken; before its departure no vehicle waits for one.
                due = if place > 0 { due.max(start) } else { due };
            }
            violations.equal(start, due, || self.at(call, "start"), "start_wrong");
            violations.equal(i128::from(stop.wait), wait, || self.at(call, "wait"), "wait_wrong");
            violations.equal(leave, start + service, || self.at(call, "leave"), "leave_wrong");
            totals.waiting += wait;
            let lateness = call.visit.and_then(|visit| visit.lateness);
            let late = lateness.map_or(0, |lateness| (start - i128::from(lateness.due.get())).max(0));
            violations.equal(i128::from(stop.late), late, || self.at(call, "late"), "late_wrong");
            cost_of_lateness += late * lateness.map_or(0, |it| i128::from(it.per_second.get()));
            if let Some(visit) = call.visit {
                let closes = i128::from(visit.window.closes.get());
                if start > closes {
                    let detail =
                        format!("starts at {}, at latest {} is allowed", stop.start, self.moment(visit.window.closes));
                    violations.add(self.at(call, "start"), "window_missed", detail);
                }
            }
            before = Some((call.location, leave));
        }
        if let (Some(first), Some(last)) = (calls.first(), calls.last()) {
            self.hours(&driver, (seconds(first.stop.leave), seconds(last.stop.leave)), violations);
        }
        self.shift(calls, violations);
        cost_of_lateness
    }

    /// The dock at which a stop takes a door, and the seconds to unload and load there.
    pub(super) fn at_dock(&self, calls: &[Call<'a>], place: usize) -> Option<(usize, i128)> {
        let call = &calls[place];
        let id = self.problem.location_id(call.location);
        let dock = self.problem.scenario.docks.iter().position(|dock| dock.location == id)?;
        if call.visit.is_some() {
            // The door is taken for the service of its own.
            return self.problem.scenario.docks[dock].serves_orders.then_some((dock, 0));
        }
        let on_trip = |call: &&Call<'a>| !call.reloads;
        let before: Vec<&Visit> =
            calls[..place].iter().rev().take_while(on_trip).filter_map(|call| call.visit).collect();
        let after: Vec<&Visit> = calls[place + 1..].iter().take_while(on_trip).filter_map(|call| call.visit).collect();
        Some((dock, docks::handling(self.problem, self.routing, dock, [&before, &after])))
    }

    /// Seconds of pauses at the place of a stop, before its service.
    pub(super) fn paused_at(&self, place: usize, arrive: i128) -> i128 {
        let pauses = self.route.pauses.iter().filter(|pause| pause.after_stop as usize + 1 == place);
        let here = pauses.filter(|pause| seconds(pause.start) >= arrive);
        here.map(|pause| seconds(pause.end) - seconds(pause.start)).sum()
    }

    pub(super) fn shift(&self, calls: &[Call<'_>], violations: &mut Violations) {
        let shift = self.vehicle_type.shift;
        let begins = |stop: &Stop| seconds(stop.start).min(seconds(stop.leave));
        if let Some(first) = calls.first()
            && begins(first.stop) < Self::release(calls, 0)
        {
            let detail = format!("begins at {}, before all of its orders are released", first.stop.start);
            violations.add(self.at(first, "leave"), "released_later", detail);
        }
        if let Some(first) = calls.first()
            && begins(first.stop) < i128::from(shift.opens.get())
        {
            let detail = format!("begins at {}, the shift opens at {}", first.stop.start, self.moment(shift.opens));
            violations.add(self.at(first, "leave"), "shift_exceeded", detail);
        }
        if let Some(last) = calls.last()
            && seconds(last.stop.leave) > i128::from(shift.closes.get())
        {
            let detail = format!("ends at {}, the shift closes at {}", last.stop.leave, self.moment(shift.closes));
            violations.add(self.at(last, "leave"), "shift_exceeded", detail);
        }
    }

    pub(super) fn moment(&self, time: Time) -> Moment {
        self.routing.clock.like(time.get())
    }

    /// Checks by how much each stop could be later: waiting on the way takes up what a stop before it is late.
    pub(super) fn slack(&self, calls: &[Call<'_>], violations: &mut Violations) {
        let Some(last) = calls.last() else { return };
        let is_plain = self.problem.scenario.travel.speeds.is_empty()
            && self.route.pauses.is_empty()
            && self.vehicle_type.duty.is_free();
        let is_plain = is_plain && self.problem.scenario.docks.is_empty();
        if !is_plain {
            // What a delay comes to depends on speeds and pauses: only what is plain to see is checked.
            for call in calls {
                let own = call
                    .visit
                    .map_or(UNLIMITED_SLACK, |visit| i128::from(visit.window.closes.get()) - seconds(call.stop.start));
                let found = i128::from(call.stop.slack);
                if found > own.min(UNLIMITED_SLACK) || (found < 0 && own >= 0) {
                    let detail = format!("found {found}, from 0 to {own} is possible");
                    violations.add(self.at(call, "slack"), "slack_wrong", detail);
                }
            }
            return;
        }
        let mut after = i128::from(self.vehicle_type.shift.closes.get()) - seconds(last.stop.leave);
        for call in calls.iter().rev() {
            let own =
                call.visit.map_or(after, |visit| i128::from(visit.window.closes.get()) - seconds(call.stop.start));
            let slack = own.min(after);
            let found = i128::from(call.stop.slack);
            violations.equal(found, slack.min(UNLIMITED_SLACK), || self.at(call, "slack"), "slack_wrong");
            let ready = seconds(call.stop.arrive).saturating_add(i128::from(call.stop.setup));
            after = slack + seconds(call.stop.start) - ready;
        }
    }
}

/// The moment's seconds. A plan from outside may hold absurd ones: they are cut to what can be multiplied by any price.
pub(in crate::model::check) fn seconds(moment: Moment) -> i128 {
    i128::from(moment.seconds().clamp(-(1 << 50), 1 << 50))
}
