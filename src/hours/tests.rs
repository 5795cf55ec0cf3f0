//! Timetables against a driver who tries everything, second by second.

use super::*;
use crate::units::{Cost, Duration, Time, TimeWindow};
use proptest::prelude::*;
use std::collections::BTreeSet;

fn window(opens: i64, closes: i64) -> TimeWindow {
    TimeWindow { opens: Time::new(opens), closes: Time::new(closes) }
}

/// All that matters of a driver at one second.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Driver {
    /// Calls done.
    done: usize,
    /// Thousandths of the way behind him.
    way: i64,
    /// Seconds of service, of a break or of a rest to come.
    busy: i64,
    n_breaks: usize,
    wheel: i64,
    /// Seconds that he has stood still.
    idle: i64,
}

/// The earliest end of a day by trying all that a driver can do in each second, and no lateness.
fn earliest_end(day: &Day<'_>, calls: &[Call<'_>]) -> Option<i64> {
    let speed = |pace: &Pace, now: i64| {
        let period = pace.periods().iter().find(|(window, _)| (window.opens.get()..window.closes.get()).contains(&now));
        period.map_or(1000, |(_, speed)| *speed)
    };
    let skipped = |n_breaks: usize| day.duty.breaks[..n_breaks].iter().map(|skipped| skipped.closes().get()).max();
    let rule = day.duty.rests;
    let replaces = |length: Duration| rule.is_some_and(|rule| length >= rule.length);
    let mut now: BTreeSet<Driver> = BTreeSet::new();
    for time in day.opens.get()..80 {
        for n_breaks in 0..=day.duty.breaks.len() {
            if skipped(n_breaks).unwrap_or(time) <= time {
                now.insert(Driver { done: 0, way: 0, busy: 0, n_breaks, wheel: 0, idle: 0 });
            }
        }
        // What takes no time comes first: services of no length, and the ends of ways.
        let mut open: Vec<Driver> = now.iter().copied().collect();
        while let Some(driver) = open.pop() {
            let Some(call) = calls.get(driver.done) else { continue };
            let there = driver.way >= call.travel.get() * 1000;
            if driver.busy == 0 && there && call.window.contains(Time::new(time)) {
                let service = call.service.get();
                let served = Driver { done: driver.done + 1, way: 0, busy: service, idle: 0, ..driver };
                if now.insert(served) {
                    open.push(served);
                }
            }
        }
        let over = |driver: &Driver| {
            let due = day.duty.breaks[driver.n_breaks..].iter().any(|next| next.closes().get() < time);
            driver.done == calls.len() && driver.busy == 0 && !due
        };
        if now.iter().any(over) {
            return Some(time);
        }
        let mut next = BTreeSet::new();
        for driver in now {
            if driver.busy > 0 {
                next.insert(Driver { busy: driver.busy - 1, ..driver });
                continue;
            }
            let Some(call) = calls.get(driver.done) else { continue };
            if let Some(pause) = day.duty.breaks.get(driver.n_breaks)
                && pause.windows.iter().any(|window| window.contains(Time::new(time)))
            {
                let wheel = if replaces(pause.length) { 0 } else { driver.wheel };
                let busy = pause.length.get() - 1;
                next.insert(Driver { busy, n_breaks: driver.n_breaks + 1, wheel, idle: 0, ..driver });
            }
            let idle = driver.idle + 1;
            let rested = rule.is_some_and(|rule| idle >= rule.length.get());
            next.insert(Driver { idle, wheel: if rested { 0 } else { driver.wheel }, ..driver });
            if driver.way < call.travel.get() * 1000 && rule.is_none_or(|rule| driver.wheel < rule.after.get()) {
                let wheel = if rule.is_some() { driver.wheel + 1 } else { 0 };
                next.insert(Driver { way: driver.way + speed(call.pace, time), wheel, idle: 0, ..driver });
            }
        }
        now = next;
    }
    None
}

fn calls() -> impl Strategy<Value = Vec<Call<'static>>> {
    let call = (0i64..8, 0i64..24, 0i64..16, 0i64..3).prop_map(|(travel, opens, length, service)| Call {
        travel: Duration::new(travel),
        pace: Pace::STEADY,
        setup: Duration::ZERO,
        window: window(opens, opens + length),
        service: Duration::new(service),
        lateness: None,
    });
    prop::collection::vec(call, 1..4).prop_map(|mut calls| {
        let back = Call {
            travel: Duration::new(4),
            pace: Pace::STEADY,
            setup: Duration::ZERO,
            window: window(0, 75),
            service: Duration::ZERO,
            lateness: None,
        };
        calls.push(back);
        calls
    })
}

fn breaks() -> impl Strategy<Value = Vec<Break>> {
    let one = (0i64..12, 0i64..8, 1i64..5, prop::option::of((1i64..9, 0i64..4)));
    prop::collection::vec(one, 0..3).prop_map(|drawn| {
        let mut opens = 0;
        let mut closes = 0;
        let of = |(later, length, duration, again): (i64, i64, i64, Option<(i64, i64)>)| {
            opens += later;
            closes = (opens + length).max(closes);
            let mut windows = vec![window(opens, closes)];
            if let Some((later, length)) = again {
                windows.push(window(closes + later, closes + later + length));
                closes += later + length;
            }
            let drawn = Break { windows, length: Duration::new(duration) };
            opens += duration;
            closes += duration;
            drawn
        };
        drawn.into_iter().map(of).collect()
    })
}

fn paces() -> impl Strategy<Value = Pace> {
    prop::collection::vec((1i64..9, 1i64..8, prop::sample::select(vec![250i64, 500, 800])), 0..3).prop_map(|drawn| {
        let mut now = 0;
        let of = |(later, length, speed): (i64, i64, i64)| {
            let opens = now + later;
            now = opens + length;
            (window(opens, now), speed)
        };
        Pace::new(drawn.into_iter().map(of).collect())
    })
}

/// The same calls, with these paces in turn on the ways to them.
fn at<'a>(paces: &'a [Pace], calls: &[Call<'a>]) -> Vec<Call<'a>> {
    calls.iter().zip(paces.iter().cycle()).map(|(call, pace)| Call { pace, ..*call }).collect()
}

fn day(duty: &Duty) -> Day<'_> {
    Day::new(duty, Time::new(3), Cost::ZERO, Duration::HUGE)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    /// Nobody is back earlier, whatever he does in each second, and with breaks or rests wherever he likes.
    #[test]
    fn no_driver_is_back_earlier(calls in calls(), breaks in breaks(), rests in prop::option::of((2i64..7, 1i64..4)), paces in prop::collection::vec(paces(), 1..4)) {
        // At a pace that changes, where to pause on the way is a matter of seconds that this rule does not weigh.
        let is_free = breaks.is_empty() && rests.is_none();
        let calls = if is_free { at(&paces, &calls) } else { calls };
        let rests = rests.map(|(after, length)| Rests { after: Duration::new(after), length: Duration::new(length) });
        let duty = Duty { breaks, rests, ..Duty::FREE };
        let day = day(&duty);
        let found = day.timetable(&calls).map(|timetable| timetable.finish.get());
        let earliest = earliest_end(&day, &calls);
        if duty.breaks.is_empty() || duty.rests.is_none() {
            prop_assert_eq!(found, earliest);
        } else {
            // Where to rest before a break that does not replace the rest is not weighed either.
            prop_assert!(found.is_none_or(|found| earliest.is_some_and(|earliest| earliest <= found)));
        }
    }

    /// Whoever leaves later is back no earlier, whatever the speeds on the ways.
    #[test]
    fn nobody_overtakes(calls in calls(), paces in prop::collection::vec(paces(), 1..4)) {
        let (calls, free) = (at(&paces, &calls), Duty::FREE);
        let back = |opens| {
            let day = Day::new(&free, Time::new(opens), Cost::ZERO, Duration::HUGE);
            day.timetable(&calls).map_or(Time::HUGE, |timetable| timetable.finish)
        };
        prop_assert!((0..40).map(back).is_sorted());
    }

    /// What a timetable says about itself is true, and no later departure would do.
    #[test]
    fn timetables_hold_together(calls in calls(), breaks in breaks(), paces in prop::collection::vec(paces(), 1..4)) {
        let duty = Duty { breaks, ..Duty::FREE };
        let calls = at(&paces, &calls);
        let is_steady = calls.iter().all(|call| call.pace.is_steady());
        let day = day(&duty);
        let Some(timetable) = day.timetable(&calls) else { return Ok(()) };
        let mut left = timetable.departure;
        for (leg, call) in calls.iter().enumerate() {
            let pauses = || timetable.pauses.iter().filter(|pause| pause.after == leg);
            let mut way = Pace::way(call.travel);
            let mut now = left;
            for pause in pauses().filter(|pause| pause.start < timetable.arrive[leg]) {
                way -= call.pace.covered(now, pause.start);
                now = pause.start + pause.length;
            }
            prop_assert_eq!(call.pace.arrival(now, way), timetable.arrive[leg]);
            let stands = pauses().map(|pause| pause.start + pause.length).fold(timetable.arrive[leg], Time::max);
            prop_assert_eq!(timetable.start[leg], stands.max(call.window.opens));
            prop_assert!(call.window.contains(timetable.start[leg]));
            left = timetable.start[leg] + call.service;
        }
        prop_assert_eq!(left, timetable.finish);
        if is_steady && duty.breaks.iter().all(|pause| pause.windows.len() == 1) {
            for label in day.ways(&calls) {
                prop_assert_eq!(day.latest_departure(&label, &calls), day.departure_by_halving(&label, &calls));
            }
        }
        for (number, due) in duty.breaks.iter().enumerate() {
            let taken: Vec<&Pause> = timetable.pauses.iter().filter(|pause| pause.number == Some(number)).collect();
            let away = timetable.departure < due.closes() && due.closes() < timetable.finish;
            prop_assert!(taken.len() == 1 || (taken.is_empty() && !away));
            let in_time = |pause: &Pause| due.windows.iter().any(|window| window.contains(pause.start));
            prop_assert!(taken.iter().all(|pause| in_time(pause) && pause.length == due.length));
        }
        if let Some(wait) = calls.iter().zip(&timetable.start).zip(&timetable.arrive).position(|((_, start), arrive)| start > arrive)
            && timetable.pauses.is_empty() && is_steady
        {
            // Some window before the waiting must be closing, or the vehicle would leave later.
            let tight = (0..wait).any(|row| timetable.start[row] == calls[row].window.closes);
            prop_assert!(tight);
        }
    }
}

#[test]
fn lateness_overtime_and_duration_are_priced() {
    let duty = Duty { overtime: Some(Overtime { after: Duration::new(10), per_second: Cost::new(5) }), ..Duty::FREE };
    let day = Day::new(&duty, Time::new(3), Cost::new(1), Duration::new(30));
    let late = Some(Lateness { due: Time::new(10), per_second: Cost::new(100) });
    let call = |travel: i64| Call {
        travel: Duration::new(travel),
        pace: Pace::STEADY,
        setup: Duration::ZERO,
        window: window(0, 90),
        service: Duration::ZERO,
        lateness: late,
    };
    let home = |travel: i64| Call { lateness: None, ..call(travel) };
    // Leaves at 3, is there at 15, which is 5 late, and back at 22 after 19 seconds, 9 of them overtime.
    assert_eq!(day.price(&[call(12), home(7)]), Some((Cost::new(500 + 19 + 45), Duration::new(19))));
    assert_eq!(day.price(&[call(2), home(3)]), Some((Cost::new(5), Duration::new(5))));
    assert_eq!(day.price(&[call(2), home(29)]), None);
}

#[test]
fn a_break_in_time_takes_the_place_of_a_rest() {
    let pause = Break { windows: vec![window(20, 50)], length: Duration::new(8) };
    let rests = Some(Rests { after: Duration::new(25), length: Duration::new(5) });
    let duty = Duty { breaks: vec![pause], rests, ..Duty::FREE };
    let way = |travel: i64| Call {
        travel: Duration::new(travel),
        pace: Pace::STEADY,
        setup: Duration::ZERO,
        window: window(0, 900),
        service: Duration::ZERO,
        lateness: None,
    };
    let timetable = Day::new(&duty, Time::ZERO, Cost::ZERO, Duration::HUGE).timetable(&[way(40), way(10)]).unwrap();
    assert_eq!(timetable.pauses, [Pause { after: 0, start: Time::new(25), length: Duration::new(8), number: Some(0) }]);
    assert_eq!((timetable.departure, timetable.finish), (Time::ZERO, Time::new(58)));
    let resting = Duty { breaks: Vec::new(), max_driving: Duration::new(50), ..duty.clone() };
    assert_eq!(day(&resting).timetable(&[way(40), way(11)]), None);
    assert_eq!(day(&resting).timetable(&[way(40), way(10)]).unwrap().finish, Time::new(3 + 40 + 5 + 10));
}
