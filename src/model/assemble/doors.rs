//! Who is at which door when: routes whose vehicles queue for the doors of docks.
//!
//! Calls get their doors in the order in which they come. One that finds all doors taken begins when one is free; a vehicle
//! that is still to be loaded may also be loaded earlier, and then waits on its way, where that costs less. A route that
//! misses a window or its shift then goes before all others in the next try. Of few routes every one goes before every other.
//!
//! Source of the scheme: serial schedule generation with priority rules, Kolisch & Hartmann (1999), in Węglarz (ed.),
//! Project Scheduling.

use super::Schedule;
use crate::model::docking::{DockCall, dock_calls};
use crate::model::problem::{Problem, Routing, VehicleType, Visit};
use crate::units::{Cost, Duration, Time, TimeWindow};

/// Most tries to give every route its doors, and most routes that are timed in all of them together, but for two tries.
const MOST_TRIES: usize = 10;
const MOST_ROUTES: usize = 600;

/// So many routes are tried in all orders.
const ENUMERATED: usize = 4;

/// A route to be timed.
pub(super) struct Line<'a> {
    pub(super) vehicle_type: &'a VehicleType,
    pub(super) visits: Vec<&'a Visit>,
}

/// Routes that share docks with their calls there, no more vehicles at one than it has doors, and schedules without slack
/// but that of the departure. Those that found no place are impossible.
pub(super) fn turns(problem: &Problem, routing: &Routing, lines: &[Line<'_>]) -> Vec<Turn> {
    let mut first: Vec<usize> = Vec::new();
    let mut best: Option<(usize, Cost, Vec<Turn>)> = None;
    let mut keep = |turns: Vec<Turn>| {
        let lost = turns.iter().filter(|turn| turn.schedule.is_impossible).count();
        let cost = lines.iter().zip(&turns).map(|(line, turn)| cost_of_time(line, &turn.schedule)).sum();
        if best.as_ref().is_none_or(|known| (lost, cost) < (known.0, known.1)) {
            best = Some((lost, cost, turns));
        }
    };
    for _ in 0..(MOST_ROUTES / lines.len().max(1)).clamp(2, MOST_TRIES) {
        let (turns, failed) = in_order(problem, routing, lines, &first);
        keep(turns);
        // Whoever fails although it goes first fails for good.
        let Some(next) = failed.into_iter().find(|route| !first.contains(route)) else { break };
        first.push(next);
    }
    if (2..=ENUMERATED).contains(&lines.len()) {
        orders(lines.len()).iter().for_each(|order| keep(in_order(problem, routing, lines, order).0));
    }
    best.map(|(_, _, turns)| turns).unwrap_or_default()
}

/// All orders of so many routes.
fn orders(n_routes: usize) -> Vec<Vec<usize>> {
    (0..n_routes).fold(vec![Vec::new()], |orders, route| {
        let longer = |order: &Vec<usize>| -> Vec<Vec<usize>> {
            let at = |place: usize| [&order[..place], &[route], &order[place..]].concat();
            (0..=order.len()).map(at).collect()
        };
        orders.iter().flat_map(longer).collect()
    })
}

/// What the times of a route cost.
fn cost_of_time(line: &Line<'_>, schedule: &Schedule) -> Cost {
    let duration = schedule.duration();
    let late = line.visits.iter().zip(&schedule.start).filter_map(|(visit, start)| {
        let lateness = visit.lateness?;
        Some(lateness.per_second * start.since(lateness.due).max(Duration::ZERO).get())
    });
    line.vehicle_type.per_duration * duration.get() + line.vehicle_type.duty.cost_of_duration(duration) + late.sum()
}

/// A route on its way to its doors.
pub(super) struct Turn {
    pub(super) calls: Vec<DockCall>,
    /// How many of them have their doors.
    n_fixed: usize,
    pub(super) schedule: Schedule,
}

/// Gives doors to the routes in `first`, one after the other, and then to all others by the time at which they come. The
/// routes with their doors, and those that found no place.
fn in_order(problem: &Problem, routing: &Routing, lines: &[Line<'_>], first: &[usize]) -> (Vec<Turn>, Vec<usize>) {
    let timed = |line: &Line<'_>, calls: &[DockCall]| {
        Schedule::rough(&problem.travel, &routing.paces, line.vehicle_type, &line.visits, calls)
    };
    let turn = |line: &Line<'_>| {
        let calls = dock_calls(routing, line.vehicle_type, &line.visits);
        Turn { schedule: timed(line, &calls), calls, n_fixed: 0 }
    };
    let mut turns: Vec<Turn> = lines.iter().map(turn).collect();
    let mut books: Vec<Book> = routing.docks.iter().map(|dock| Book::new(dock.doors as usize)).collect();
    let mut failed = Vec::new();
    let mut rank = vec![first.len(); lines.len()];
    first.iter().enumerate().for_each(|(number, &route)| rank[route] = number);
    loop {
        let waiting = turns.iter().enumerate().filter(|(_, it)| it.n_fixed < it.calls.len());
        let waiting = waiting.filter(|(_, it)| !it.schedule.is_impossible);
        let next = waiting.min_by_key(|(route, it)| {
            let stop = it.calls[it.n_fixed].stop;
            (rank[*route], it.schedule.beginning(stop), it.schedule.slack.first().copied(), *route)
        });
        let Some((route, turn)) = next else { break };
        let (line, number) = (&lines[route], turn.n_fixed);
        let DockCall { dock, stop, length, begin } = turn.calls[number];
        let wanted = turn.schedule.beginning(stop);
        let mut choices = vec![books[dock].first_free(wanted, length)];
        if choices[0] == wanted && begin.contains(wanted) {
            // Nobody is in the way, so the route keeps its times.
            books[dock].take(wanted, length);
            turns[route].calls[number].begin = TimeWindow { opens: wanted, closes: wanted };
            turns[route].n_fixed += 1;
            continue;
        }
        if stop == 0 && choices[0] > wanted {
            choices.push(books[dock].last_free(wanted, length));
        }
        let fixed = choices.into_iter().filter(|&time| begin.contains(time)).map(|time| {
            let mut calls = turn.calls.clone();
            calls[number].begin = TimeWindow { opens: time, closes: time };
            (timed(line, &calls), calls, time)
        });
        let possible = fixed.filter(|(schedule, ..)| !schedule.is_impossible);
        match possible.min_by_key(|(schedule, _, time)| (cost_of_time(line, schedule), *time)) {
            Some((schedule, calls, time)) => {
                books[dock].take(time, length);
                turns[route] = Turn { calls, n_fixed: number + 1, schedule };
            }
            None => {
                // What it has taken already is given back.
                for call in &turns[route].calls[..number] {
                    books[call.dock].give_back(call.begin.opens, call.length);
                }
                turns[route].schedule.is_impossible = true;
                failed.push(route);
            }
        }
    }
    (turns, failed)
}

/// When the doors of a dock are taken.
struct Book {
    doors: usize,
    /// When somebody comes, in the order of time.
    begins: Vec<Time>,
    /// When somebody leaves, in the order of time.
    ends: Vec<Time>,
}

impl Book {
    fn new(doors: usize) -> Self {
        Self { doors, begins: Vec::new(), ends: Vec::new() }
    }

    fn take(&mut self, begin: Time, length: Duration) {
        for (times, time) in [(&mut self.begins, begin), (&mut self.ends, begin + length)] {
            times.insert(times.partition_point(|other| *other < time), time);
        }
    }

    /// Undoes [`Book::take`].
    fn give_back(&mut self, begin: Time, length: Duration) {
        for (times, time) in [(&mut self.begins, begin), (&mut self.ends, begin + length)] {
            times.remove(times.partition_point(|other| *other < time));
        }
    }

    /// Whether a door is free at a moment. `O(log n)`.
    fn has_door_at(&self, moment: Time) -> bool {
        let so_far = |times: &[Time]| times.partition_point(|other| *other <= moment);
        so_far(&self.begins) - so_far(&self.ends) < self.doors
    }

    /// Whether a door is free all the time.
    fn is_free(&self, begin: Time, length: Duration) -> bool {
        // The most are there when somebody has just come.
        let next = self.begins.partition_point(|other| *other <= begin);
        let mut come = self.begins[next..].iter().take_while(|other| **other < begin + length);
        self.has_door_at(begin) && come.all(|&other| self.has_door_at(other))
    }

    /// The first time from `wanted` on at which a door is free for so long.
    fn first_free(&self, wanted: Time, length: Duration) -> Time {
        let later = &self.ends[self.ends.partition_point(|end| *end <= wanted)..];
        // Nobody is there any more when the last one has left.
        let mut times = std::iter::once(wanted).chain(later.iter().copied());
        times.find(|&begin| self.is_free(begin, length)).unwrap_or(wanted)
    }

    /// The last time up to `wanted` at which a door is free for so long.
    fn last_free(&self, wanted: Time, length: Duration) -> Time {
        let earlier = &self.begins[..self.begins.partition_point(|begin| *begin + -length < wanted)];
        let mut times = earlier.iter().rev().map(|begin| *begin + -length);
        times.find(|&begin| self.is_free(begin, length)).unwrap_or(wanted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// Free times are the nearest ones that a look at every second finds, and doors never hold more than there are.
        #[test]
        fn free_doors_are_the_nearest(
            doors in 1usize..4,
            calls in prop::collection::vec((0i64..60, 1i64..15), 1..12),
            wanted in 0i64..60,
            length in 1i64..15,
        ) {
            let (mut book, mut taken) = (Book::new(doors), Vec::new());
            for (wanted, length) in calls {
                let begin = book.first_free(Time::new(wanted), Duration::new(length));
                book.take(begin, Duration::new(length));
                taken.push((begin, length));
                // Who leaves again leaves nothing behind.
                book.take(Time::new(wanted), Duration::new(length));
                book.give_back(Time::new(wanted), Duration::new(length));
            }
            let is_there = |begin: Time, length: i64, second: i64| (begin.get()..begin.get() + length).contains(&second);
            let there =
                |second: i64| taken.iter().filter(|&&(begin, length)| is_there(begin, length, second)).count();
            prop_assert!((0..400).all(|second| there(second) <= doors));
            let is_free = |begin: i64| (begin..begin + length).all(|second| there(second) < doors);
            let (time, length) = (Time::new(wanted), Duration::new(length));
            prop_assert_eq!(Some(book.first_free(time, length).get()), (wanted..400).find(|&begin| is_free(begin)));
            let before = (-100..=wanted).rev().find(|&begin| is_free(begin));
            if !is_free(wanted) {
                prop_assert_eq!(Some(book.last_free(time, length).get()), before);
            }
        }
    }
}
