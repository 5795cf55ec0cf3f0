//! When a vehicle that makes calls in a given order is where.
//!
//! Where breaks and rests go is decided by labels: one for each way to have placed them so far that no other way beats in
//! time, lateness and driving at once. A break may interrupt the way to a call, so that one kind of decision, the leg that
//! it is taken on, is enough; on its leg it is taken as late as its window, the way and the driver allow.
//!
//! Source: Goel (2009), Transportation Science 43(1), for labels under driving hours; Tilk & Goel (2020), European Journal
//! of Operational Research 283(1), for breaks on the way.

use super::drive::{Deaf, Drive, Log};
use super::duty::{Break, Duty, Lateness, Pause, Rests};
use super::label::{Label, keep};
use super::pace::{FULL, Pace, ceil};
use crate::units::{Cost, Duration, Time, TimeWindow};

/// One call, as far as time goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Call<'a> {
    /// The way from the call before, or from the start.
    pub travel: Duration,
    /// Speed by time of day on that way.
    pub pace: &'a Pace,
    /// Getting ready for the service after that, and after pauses.
    pub setup: Duration,
    /// When the service may start.
    pub window: TimeWindow,
    /// How long it takes.
    pub service: Duration,
    /// What a late start costs.
    pub lateness: Option<Lateness>,
}

/// What a route is timed by.
#[derive(Clone, Copy, Debug)]
pub struct Day<'a> {
    /// What the driver's day asks for.
    pub duty: &'a Duty,
    /// Earliest departure.
    pub opens: Time,
    /// Cost of a second from departure to return.
    pub per_second: Cost,
    /// Longest time from departure to return.
    pub max_duration: Duration,
    /// The duty's rests, unless a route is too short for any.
    pub(super) rests: Option<Rests>,
    /// The least of all speeds of a route, in thousandths.
    slowest: i64,
    /// Working time right before the departure.
    pub(super) loading: Duration,
    /// Latest departure.
    pub(super) latest: Time,
}

/// When everything on a route happens.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Timetable {
    /// When the vehicle leaves its start.
    pub departure: Time,
    /// When it comes to each call.
    pub arrive: Vec<Time>,
    /// When the vehicle is ready for each service.
    pub ready: Vec<Time>,
    /// When each service starts.
    pub start: Vec<Time>,
    /// Breaks and rests, in their order.
    pub pauses: Vec<Pause>,
    /// When the last service ends.
    pub finish: Time,
    /// What late starts cost.
    pub lateness: Cost,
    /// By how much the departure, and each service, could be later with breaks and rests on the same legs, at most
    /// [`Timetable::MOST_SLACK`].
    pub slack: Vec<Duration>,
}

impl Timetable {
    /// Slack where nothing limits it.
    pub const MOST_SLACK: Duration = Duration::new(1_000_000_000);
}

/// So many calls can be followed by a rest that driving does not force.
const MOST_RESTS: usize = 64;

impl Log for Timetable {
    fn pause(&mut self, pause: Pause) {
        self.pauses.push(pause);
    }

    fn call(&mut self, [arrive, ready, start]: [Time; 3]) {
        self.arrive.push(arrive);
        self.ready.push(ready);
        self.start.push(start);
    }
}

impl<'a> Day<'a> {
    /// A day of this duty, which begins when it `opens`, with the price and the most of its duration.
    #[must_use]
    pub fn new(duty: &'a Duty, opens: Time, per_second: Cost, max_duration: Duration) -> Self {
        let (loading, latest) = (Duration::ZERO, Time::HUGE);
        Self { duty, opens, per_second, max_duration, rests: duty.rests, slowest: FULL, loading, latest }
    }

    /// The same day, but the vehicle is loaded first, for so long and beginning within a window: that counts as duration,
    /// and it leaves right after it.
    #[must_use]
    pub fn after_loading(self, begin: TimeWindow, loading: Duration) -> Self {
        let (opens, latest) = (self.opens.max(begin.opens) + loading, begin.closes + loading);
        Self { opens, latest, loading, ..self }
    }

    /// A departure with so many breaks skipped, where it is not too late for it.
    fn begin(&self, departure: Time, n_breaks: usize) -> Option<Label> {
        let room = self.latest.since(departure);
        (room >= Duration::ZERO).then(|| Label { room, ..Label::begin(departure, n_breaks) })
    }

    /// The same with the speeds of a route, and without rests where its ways are too short to need any.
    fn of_route(self, calls: &[Call<'_>]) -> Self {
        let slowest = calls.iter().map(|call| call.pace.slowest()).min().unwrap_or(FULL);
        let day = Self { slowest, ..self };
        let driving: Duration = calls.iter().map(|call| call.travel).sum();
        let n_legs = Duration::new(calls.len() as i64);
        Self { rests: day.rests.filter(|rule| day.stretched(driving) + n_legs > rule.after), ..day }
    }

    /// The longest that a departure can be later without coming later by more than `delay`, but for rounding.
    fn stretched(&self, delay: Duration) -> Duration {
        Duration::new(ceil(delay.get().saturating_mul(FULL), self.slowest))
    }

    /// What time costs on a route with these calls, the return included: its duration, overtime and lateness; and that
    /// duration, zero where nothing depends on it. `None` where the calls cannot be made. `O(n)` without breaks and rests.
    #[must_use]
    pub fn price(&self, calls: &[Call<'_>]) -> Option<(Cost, Duration)> {
        let day = self.of_route(calls);
        if day.duty.breaks.is_empty() && day.rests.is_none() {
            // There is one way to do it.
            let begun = day.begin(day.opens, 0)?;
            let end = day.follow(&begun, (begun, 0), calls, &mut Deaf)?;
            return day.cost(&end, calls);
        }
        day.best(calls).map(|(_, price)| price)
    }

    /// The timetable behind [`Day::price`]: every call as early as it can be, and the departure as late as that allows.
    #[must_use]
    pub fn timetable(&self, calls: &[Call<'_>]) -> Option<Timetable> {
        self.timetable_with_slack(calls, calls.len())
    }

    /// The same, where of all slack only that of the departure is wanted: the others take longer than the rest of it.
    #[must_use]
    pub fn rough_timetable(&self, calls: &[Call<'_>]) -> Option<Timetable> {
        self.timetable_with_slack(calls, 0)
    }

    /// The timetable with the slack of the departure and of the first calls.
    fn timetable_with_slack(&self, calls: &[Call<'_>], n_calls: usize) -> Option<Timetable> {
        let day = self.of_route(calls);
        let (label, _) = day.best(calls)?;
        let departure = day.latest_departure(&label, calls);
        let mut timetable = Timetable { departure, ..Timetable::default() };
        let begun = Label::begin(departure, label.n_skipped());
        let end = day.follow(&label, (begun, 0), calls, &mut timetable)?;
        (timetable.finish, timetable.lateness) = (end.now, end.lateness);
        timetable.slack = day.slack(&label, begun, calls, n_calls);
        Some(timetable)
    }

    /// By how much the departure and each of the first services could be later.
    fn slack(&self, decided: &Label, begun: Label, calls: &[Call<'_>], n_calls: usize) -> Vec<Duration> {
        let mut slack = Vec::with_capacity(n_calls + 1);
        let mut at = begun;
        for leg in 0..=n_calls {
            let holds = |delay: Duration| {
                let mut later = at;
                later.now = at.now + delay;
                self.follow(decided, (later, leg), calls, &mut Deaf).is_some_and(|end| self.is_over(&end))
            };
            let own = leg.checked_sub(1).map_or_else(
                || self.latest.since(at.now),
                |row| calls[row].window.closes.since(at.now + -calls[row].service),
            );
            slack.push(longest(own.min(Timetable::MOST_SLACK), Duration::ZERO, holds));
            let Some(next) = calls.get(leg).and_then(|call| self.step_as(decided, &at, leg, call, &mut Deaf)) else {
                break;
            };
            at = next;
        }
        slack
    }

    /// The way to place breaks and rests that costs least, and its price.
    fn best(&self, calls: &[Call<'_>]) -> Option<(Label, (Cost, Duration))> {
        let priced = self.ways(calls).into_iter().filter_map(|label| Some((label, self.cost(&label, calls)?)));
        priced.min_by_key(|(label, (cost, _))| (*cost, label.now))
    }

    /// What time costs with breaks and rests as on this way, and the duration, or `None` where it takes too long.
    fn cost(&self, label: &Label, calls: &[Call<'_>]) -> Option<(Cost, Duration)> {
        let watches = self.per_second != Cost::ZERO
            || self.max_duration < Duration::HUGE
            || self.duty.overtime.is_some()
            || self.duty.leveling.is_some();
        if !watches {
            return Some((label.lateness, Duration::ZERO));
        }
        let duration = label.now.since(self.latest_departure(label, calls)) + self.loading;
        let cost = self.per_second * duration.get() + self.duty.cost_of_duration(duration) + label.lateness;
        (duration <= self.max_duration).then_some((cost, duration))
    }

    /// The ways to place breaks and rests after all calls.
    pub(super) fn ways(&self, calls: &[Call<'_>]) -> Vec<Label> {
        // As early as can be, or after the windows of the first breaks.
        let begin = |n_breaks: usize| {
            let skipped = self.duty.breaks[..n_breaks].iter().map(Break::closes);
            self.begin(skipped.fold(self.opens, Time::max), n_breaks)
        };
        let mut labels: Vec<Label> = (0..=self.duty.breaks.len()).filter_map(begin).collect();
        let mut next: Vec<Label> = Vec::with_capacity(labels.len());
        for (leg, call) in calls.iter().enumerate() {
            next.clear();
            if labels.is_empty() {
                break;
            }
            for label in &labels {
                let first = label.n_breaks;
                for until in first..=self.duty.breaks.len() {
                    if until > first && label.now > self.duty.breaks[until - 1].closes() {
                        break;
                    }
                    let plain = self.step(label, leg, call, (until, false), &mut Deaf);
                    plain.into_iter().for_each(|plain| keep(&mut next, plain));
                    if self.rests.is_some() && leg < MOST_RESTS {
                        let rested = self.step(label, leg, call, (until, true), &mut Deaf);
                        rested.into_iter().for_each(|rested| keep(&mut next, rested));
                    }
                    // What is done before a break can begin had better be done before it.
                    let next_window = || self.duty.breaks.get(first)?.window_at(label.now);
                    let is_early = |plain: Label| next_window().is_some_and(|window| plain.now <= window.opens);
                    if until == first && leg + 1 < calls.len() && plain.is_some_and(is_early) {
                        break;
                    }
                }
            }
            std::mem::swap(&mut labels, &mut next);
        }
        labels.retain(|label| self.is_over(label));
        labels
    }

    /// Whether no break is due any more.
    fn is_over(&self, label: &Label) -> bool {
        self.duty.breaks[label.n_breaks..].iter().all(|next| label.now <= next.closes())
    }

    /// The latest departure with which the route, its breaks and rests on the same legs, neither ends nor comes later.
    pub(super) fn latest_departure(&self, label: &Label, calls: &[Call<'_>]) -> Time {
        let has_choice = || self.duty.breaks.iter().any(|pause| pause.windows.len() > 1);
        if self.slowest == FULL && self.rests.is_none() && !has_choice() {
            return label.departure + label.waited.min(label.room);
        }
        self.departure_by_halving(label, calls)
    }

    /// The same where waiting does not just add up.
    pub(super) fn departure_by_halving(&self, label: &Label, calls: &[Call<'_>]) -> Time {
        let holds = |delay: Duration| {
            self.follow(label, (Label::begin(label.departure + delay, label.n_skipped()), 0), calls, &mut Deaf)
                .is_some_and(|end| end.now == label.now && end.lateness == label.lateness && self.is_over(&end))
        };
        // No more can be slept at home than all waiting, part of which may be a rest, and what is rounded away on the legs.
        let rests = self.rests.map_or(Duration::ZERO, |rule| rule.length * calls.len() as i64);
        let most = self.stretched(label.waited + rests) + Duration::new(calls.len() as i64);
        label.departure + longest(most.min(self.latest.since(label.departure)), label.waited.min(label.room), holds)
    }

    /// The calls from leg `first` on with breaks and rests on the legs that `decided` has them on.
    fn follow(
        &self,
        decided: &Label,
        (mut label, first): (Label, usize),
        calls: &[Call<'_>],
        log: &mut impl Log,
    ) -> Option<Label> {
        for (leg, call) in calls.iter().enumerate().skip(first) {
            label = self.step_as(decided, &label, leg, call, log)?;
        }
        Some(label)
    }

    /// One leg and the call at its end, as `decided`.
    fn step_as(
        &self,
        decided: &Label,
        label: &Label,
        leg: usize,
        call: &Call<'_>,
        log: &mut impl Log,
    ) -> Option<Label> {
        let to_come = &decided.legs[label.n_breaks..decided.n_breaks];
        let taken = to_come.iter().take_while(|&&it| it == leg as u32).count();
        let rests = leg < MOST_RESTS && decided.rests >> leg & 1 == 1;
        self.step(label, leg, call, (label.n_breaks + taken, rests), log)
    }

    /// One leg and the call at its end, with all breaks before number `until` and, if it `rests`, a rest on arrival.
    fn step(
        &self,
        label: &Label,
        leg: usize,
        call: &Call<'_>,
        (until, rests): (usize, bool),
        log: &mut impl Log,
    ) -> Option<Label> {
        if until == label.n_breaks && self.rests.is_none() && call.pace.is_steady() {
            let mut label = *label;
            label.now = label.now + call.travel;
            label.driven += call.travel;
            return self.serve(label, call, label.now, log);
        }
        let left = Pace::way(call.travel);
        let mut drive = Drive {
            day: self,
            label: *label,
            leg,
            pace: call.pace,
            left,
            arrived: None,
            begun: (label.now, label.waited),
        };
        for number in label.n_breaks..until {
            drive.pause(number, log)?;
        }
        drive.go_on(call.window.closes, log);
        // Not there yet when the window is over.
        let arrived = drive.arrived?;
        let mut label = drive.label;
        if let Some(rule) = self.rests {
            // Waiting is as good as a rest.
            let waits = call.window.opens.since(label.now + call.setup) >= rule.length;
            if rests && (waits || label.wheel == Duration::ZERO) {
                return None;
            }
            if (rests || waits) && label.wheel > Duration::ZERO {
                log.pause(Pause { after: leg, start: label.now, length: rule.length, number: None });
                label.now = label.now + rule.length;
                label.wheel = Duration::ZERO;
                label.rests |= if rests { 1 << leg } else { 0 };
            }
        }
        self.serve(label, call, arrived, log)
    }

    /// The call at the end of a leg, at which the vehicle has `arrived` and made its pauses.
    #[inline]
    fn serve(&self, mut label: Label, call: &Call<'_>, arrived: Time, log: &mut impl Log) -> Option<Label> {
        let ready = label.now + call.setup;
        let start = ready.max(call.window.opens);
        if start > call.window.closes || label.driven > self.duty.max_driving {
            return None;
        }
        log.call([arrived, ready, start]);
        label.waited += start.since(ready);
        let mut closes = call.window.closes;
        if let Some(lateness) = call.lateness {
            label.lateness += lateness.per_second * start.since(lateness.due).max(Duration::ZERO).get();
            closes = lateness.due.max(start);
        }
        label.room = label.room.min(label.waited + closes.since(start));
        label.now = start + call.service;
        Some(label)
    }
}

/// The longest delay up to `most` that `holds`, by halving; none always does, and where one does not, no longer one does. A
/// guess that is right costs two looks.
fn longest(most: Duration, guess: Duration, holds: impl Fn(Duration) -> bool) -> Duration {
    let second = Duration::new(1);
    let (mut good, mut bad) = (Duration::ZERO, most + second);
    for delay in [guess, guess + second] {
        if good < delay && delay < bad {
            if holds(delay) { good = delay } else { bad = delay }
        }
    }
    while bad - good > second {
        let middle = Duration::new(i64::midpoint(good.get(), bad.get()));
        if holds(middle) { good = middle } else { bad = middle }
    }
    good
}
