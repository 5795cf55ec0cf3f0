//! Where a vehicle is while it travels and pauses: speed by time of day, breaks, rests, and time at the wheel.

use super::stops::{RouteCheck, seconds};
use super::violations::Violations;
use crate::model::plan::{Pause, PauseKind};
use crate::units::{Duration, LocationIdx, TimeWindow};

/// Later than anything a plan can say.
const FOREVER: i128 = 1 << 100;

/// A vehicle's driver, stop by stop.
#[derive(Default)]
pub(super) struct Driver {
    /// Seconds at the wheel since the last pause that is as long as a rest.
    wheel: i128,
    /// Seconds at the wheel in all.
    driven: i128,
}

impl RouteCheck<'_> {
    /// When the vehicle comes to stop number `place`, having left the one before, and when the pauses between are over.
    pub(super) fn drive(
        &self,
        driver: &mut Driver,
        place: usize,
        (from, left, to): (LocationIdx, i128, LocationIdx),
        violations: &mut Violations,
    ) -> (i128, i128) {
        let mut way = i128::from(self.problem.travel.duration(from, to).get()) * 1000;
        let mut now = left;
        let mut arrived = None;
        let pauses = self.route.pauses.iter().enumerate().filter(|(_, pause)| pause.after_stop as usize + 1 == place);
        for (row, pause) in pauses {
            let (start, end) = (seconds(pause.start), seconds(pause.end));
            if start < now {
                let detail = format!("begins at {}, when the vehicle is still busy", pause.start);
                violations.add(self.pause(row, "start"), "pause_overlaps", detail);
            }
            if arrived.is_none() {
                let before = now;
                (now, way) = self.advance((from, to), (now, way), start.max(now));
                self.at_wheel(driver, row, now - before, violations);
                arrived = (way == 0).then_some(now);
            }
            now = end.max(now);
            if self.vehicle_type.duty.rests.is_some_and(|rule| end - start >= i128::from(rule.length.get())) {
                driver.wheel = 0;
            }
        }
        let arrive = arrived.unwrap_or_else(|| {
            let before = now;
            now = self.advance((from, to), (now, way), FOREVER).0;
            self.at_wheel(driver, self.route.pauses.len(), now - before, violations);
            now
        });
        (arrive, now)
    }

    /// Drives between two places from `now` on until the way is over or it is `until`: when that is, and the way left.
    fn advance(&self, ends: (LocationIdx, LocationIdx), (mut now, mut way): (i128, i128), until: i128) -> (i128, i128) {
        while way > 0 && now < until {
            let (speed, change) = self.speed(ends, now);
            let change = change.min(until);
            let needed = (way + speed - 1) / speed;
            if needed <= change - now {
                return (now + needed, 0);
            }
            way -= (change - now) * speed;
            now = change;
        }
        (now, way)
    }

    /// The speed between two places at a time, in thousandths, and when it may change: of all that is said about the way, what
    /// names most of its zones holds.
    fn speed(&self, (from, to): (LocationIdx, LocationIdx), now: i128) -> (i128, i128) {
        let scenario = &self.problem.scenario;
        let holds =
            |zones: &Option<Vec<String>>, place: LocationIdx| match (zones, &scenario.locations[place.get()].zone) {
                (None, _) => true,
                (Some(zones), Some(zone)) => zones.contains(zone),
                (Some(_), None) => false,
            };
        let (mut speed, mut most_named, mut change) = (1000, None, FOREVER);
        for given in scenario.travel.speeds.iter().filter(|given| holds(&given.from, from) && holds(&given.to, to)) {
            let [opens, closes] = given.hours.map(seconds);
            if (opens..closes).contains(&now) {
                change = change.min(closes);
                let n_named = u8::from(given.from.is_some()) + u8::from(given.to.is_some());
                if most_named.is_none_or(|most| n_named > most) {
                    (speed, most_named) = ((given.factor * 1000.0).round() as i128, Some(n_named));
                }
            } else if opens > now && closes > opens {
                change = change.min(opens);
            }
        }
        (speed, change)
    }

    /// Counts time at the wheel before a pause, or before the next stop.
    fn at_wheel(&self, driver: &mut Driver, row: usize, driven: i128, violations: &mut Violations) {
        driver.wheel += driven;
        driver.driven += driven;
        if let Some(rule) = self.vehicle_type.duty.rests
            && driver.wheel > i128::from(rule.after.get())
        {
            let detail =
                format!("{} s at the wheel without a rest, at most {} are allowed", driver.wheel, rule.after.get());
            let place = if row < self.route.pauses.len() { self.pause(row, "start") } else { self.pointer("pauses") };
            violations.add(place, "driving_too_long", detail);
            driver.wheel = 0;
        }
    }

    /// Checks that the route has the breaks that are due, each of them in time, rests where they are asked for, and not too
    /// much driving.
    pub(super) fn hours(&self, driver: &Driver, (departure, end): (i128, i128), violations: &mut Violations) {
        let duty = &self.vehicle_type.duty;
        if duty.max_driving < Duration::HUGE && driver.driven > i128::from(duty.max_driving.get()) {
            let detail = format!("{} s at the wheel, at most {} are allowed", driver.driven, duty.max_driving.get());
            violations.add(self.pointer("pauses"), "max_driving_exceeded", detail);
        }
        let mut taken = vec![false; duty.breaks.len()];
        for (row, pause) in self.route.pauses.iter().enumerate() {
            if pause.after_stop as usize + 1 >= self.route.stops.len() && self.vehicle_type.end.is_some() {
                let detail = format!("comes after the last stop, number {}", pause.after_stop);
                violations.add(self.pause(row, "after_stop"), "pause_out_of_place", detail);
            }
            self.one_pause(row, pause, &mut taken, violations);
        }
        for (number, due) in duty.breaks.iter().enumerate() {
            let latest = i128::from(due.closes().get());
            if !taken[number] && departure < latest && latest < end {
                let detail = format!("break {} is not taken", number + 1);
                violations.add(self.pointer("pauses"), "break_missing", detail);
            }
        }
    }

    fn one_pause(&self, row: usize, pause: &Pause, taken: &mut [bool], violations: &mut Violations) {
        let duty = &self.vehicle_type.duty;
        let (start, end) = (seconds(pause.start), seconds(pause.end));
        for (moment, field) in [(pause.start, "start"), (pause.end, "end")] {
            if self.routing.clock.like(moment.seconds()) != moment {
                violations.add(
                    self.pause(row, field),
                    "time_form_wrong",
                    format!("{moment} is not in the scenario's form"),
                );
            }
        }
        let length = match (pause.kind, pause.number) {
            (PauseKind::Rest, None) => duty.rests.map(|rule| rule.length),
            (PauseKind::Break, Some(number)) => {
                let row_of_break = (number as usize).wrapping_sub(1);
                let known = duty.breaks.get(row_of_break);
                if known.is_some() && std::mem::replace(&mut taken[row_of_break], true) {
                    violations.add(self.pause(row, "number"), "break_twice", format!("break {number} is taken twice"));
                }
                let within = |window: &TimeWindow| {
                    (i128::from(window.opens.get())..=i128::from(window.closes.get())).contains(&start)
                };
                if let Some(known) = known
                    && !known.windows.iter().any(within)
                {
                    let detail = format!("break {number} begins at {}, outside its windows", pause.start);
                    violations.add(self.pause(row, "start"), "break_outside_window", detail);
                }
                known.map(|known| known.length)
            }
            (PauseKind::Rest, Some(_)) | (PauseKind::Break, None) => None,
        };
        match length {
            None => {
                let detail = format!("vehicle `{}` has no such pause", self.route.vehicle);
                violations.add(self.pause(row, "kind"), "pause_unknown", detail);
            }
            Some(length) => {
                violations.equal(
                    end - start,
                    i128::from(length.get()),
                    || self.pause(row, "end"),
                    "pause_length_wrong",
                );
            }
        }
    }

    fn pause(&self, row: usize, field: &str) -> String {
        format!("/routes/{}/pauses/{row}/{field}", self.place)
    }
}
