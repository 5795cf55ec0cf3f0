//! A vehicle on one leg: driving, and the pauses on the way.

use super::duty::Pause;
use super::label::Label;
use super::pace::{Pace, Way};
use super::timetable::Day;
use crate::units::{Duration, Time};

/// What is told about a route while it is followed.
pub(super) trait Log {
    fn pause(&mut self, _pause: Pause) {}
    fn call(&mut self, _times: [Time; 3]) {}
}

/// Nobody listens.
pub(super) struct Deaf;

impl Log for Deaf {}

/// A vehicle on one leg.
pub(super) struct Drive<'d, 'a> {
    pub(super) day: &'d Day<'a>,
    pub(super) label: Label,
    pub(super) leg: usize,
    pub(super) pace: &'a Pace,
    pub(super) left: Way,
    /// When it came to the end of the leg.
    pub(super) arrived: Option<Time>,
    /// When it began the leg, moved on by the breaks that are taken on it, and how long it had waited by then.
    pub(super) begun: (Time, Duration),
}

impl Drive<'_, '_> {
    /// Drives until the leg is over or it is time, with the rests that the driver needs.
    pub(super) fn go_on(&mut self, until: Time, log: &mut impl Log) {
        while self.left > 0 && self.label.now < until {
            let tired = self.tired();
            if tired == self.label.now {
                self.rest(log);
                continue;
            }
            self.drive(until.min(tired));
        }
        if self.left == 0 {
            self.arrived.get_or_insert(self.label.now);
        }
    }

    /// Drives without a rest until the leg is over or it is time.
    fn drive(&mut self, until: Time) {
        let arrival = self.pace.arrival(self.label.now, self.left);
        let stop = arrival.min(until);
        self.left = if arrival <= until { 0 } else { self.left - self.pace.covered(self.label.now, stop) };
        let driven = stop.since(self.label.now);
        // Where nobody has to rest, hours at the wheel set no ways apart.
        if self.day.rests.is_some() {
            self.label.wheel += driven;
        }
        self.label.driven += driven;
        self.label.now = stop;
    }

    /// When a rest is due, if there is no pause before.
    fn tired(&self) -> Time {
        self.day.rests.map_or(Time::HUGE, |rule| self.label.now + (rule.after - self.label.wheel))
    }

    fn rest(&mut self, log: &mut impl Log) {
        if let Some(rule) = self.day.rests {
            log.pause(Pause { after: self.leg, start: self.label.now, length: rule.length, number: None });
            self.label.now = self.label.now + rule.length;
            self.label.wheel = Duration::ZERO;
        }
    }

    /// Takes a break, in the first window that is not over and as late as it and the leg allow, but before or in place of a
    /// rest where it can be. `None` where all its windows are over before.
    ///
    /// A later window on the same leg would end no earlier.
    pub(super) fn pause(&mut self, number: usize, log: &mut impl Log) -> Option<()> {
        let pause = &self.day.duty.breaks[number];
        let length = pause.length;
        let replaces = self.day.rests.is_some_and(|rule| length >= rule.length);
        let (window, start) = loop {
            let window = pause.window_at(self.label.now)?;
            let tired = self.tired();
            let until = if tired >= window.opens { window.closes.min(tired) } else { window.closes };
            self.go_on(until, log);
            let start = self.label.now.max(window.opens);
            // A rest may have taken the vehicle past its end.
            if start <= window.closes {
                break (window, start);
            }
        };
        // Later departures let the break begin sooner after the start of the leg.
        self.label.room = self.label.room.min(self.begun.1 + window.closes.since(self.begun.0));
        self.begun.0 = self.begun.0 + length;
        self.label.waited += start.since(self.label.now);
        log.pause(Pause { after: self.leg, start, length, number: Some(number) });
        self.label.now = start + length;
        if replaces {
            self.label.wheel = Duration::ZERO;
        }
        self.label.legs[number] = self.leg as u32;
        self.label.n_breaks = number + 1;
        Some(())
    }
}
