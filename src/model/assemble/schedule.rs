//! When a vehicle is where.

use crate::hours::{Call, Day, Duty, Pace, Paces, Pause, Timetable};
use crate::model::docking::DockCall;
use crate::model::problem::{Purpose, VehicleType, Visit};
use crate::network::Travel;
use crate::units::{Cost, Distance, Duration, LocationIdx, Time, TimeWindow};

/// The times of one route: as early as possible, with the departure as late as that allows. A trip starts, and a reload
/// before it, when all its goods are there.
///
/// The end is the earliest one; among departures that reach it the latest is taken, so the duration is the shortest
/// possible and waiting moves to the depot. Broken windows are not repaired: service then starts after they close.
///
/// Source of the delay rule: Savelsbergh (1992), ORSA Journal on Computing 4(2), forward time slack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::model) struct Schedule {
    /// When it begins: with loading, or the departure.
    pub(in crate::model) begin: Time,
    /// When the vehicle leaves its start.
    pub(in crate::model) departure: Time,
    /// When it comes to each visit.
    pub(in crate::model) arrive: Vec<Time>,
    /// When it is ready for each service: set up, and maybe before the window.
    pub(in crate::model) ready: Vec<Time>,
    /// When each service starts.
    pub(in crate::model) start: Vec<Time>,
    /// When it leaves each visit.
    pub(in crate::model) leave: Vec<Time>,
    /// Breaks and rests.
    pub(in crate::model) pauses: Vec<Pause>,
    /// When it comes to its end.
    pub(in crate::model) arrive_at_end: Time,
    /// When unloading begins there.
    pub(in crate::model) unload: Time,
    /// When it is back and unloaded, or has served its last customer on an open route.
    pub(in crate::model) end: Time,
    /// Meters to each visit.
    pub(in crate::model) distance_to: Vec<Distance>,
    /// Meters in total.
    pub(in crate::model) distance: Distance,
    /// By how much each of departure, services and return could be later: one for each stop, the end included.
    pub(in crate::model) slack: Vec<Duration>,
    /// Whether windows, breaks and rests allow no timetable at all; the times leave out breaks and rests then, and docks where
    /// speed does not change.
    pub(in crate::model) is_impossible: bool,
}

impl Schedule {
    /// The schedule of `visits`, in this order, with calls at docks. `O(n)`; `O(n²)` where it takes a timetable.
    pub(in crate::model) fn new(
        travel: &Travel,
        paces: &Paces,
        vehicle_type: &VehicleType,
        visits: &[&Visit],
        at_docks: &[DockCall],
    ) -> Self {
        Self::timed(travel, paces, (vehicle_type, visits, at_docks), |day, calls| day.timetable(calls))
    }

    /// The same without the slack behind the departure where it takes a timetable.
    pub(in crate::model) fn rough(
        travel: &Travel,
        paces: &Paces,
        vehicle_type: &VehicleType,
        visits: &[&Visit],
        at_docks: &[DockCall],
    ) -> Self {
        Self::timed(travel, paces, (vehicle_type, visits, at_docks), |day, calls| day.rough_timetable(calls))
    }

    fn timed(
        travel: &Travel,
        paces: &Paces,
        (vehicle_type, visits, at_docks): (&VehicleType, &[&Visit], &[DockCall]),
        timetable: impl Fn(&Day<'_>, &[Call<'_>]) -> Option<Timetable>,
    ) -> Self {
        let earliest = vehicle_type.shift.opens.max(release(visits));
        let mut is_impossible = false;
        let is_late = |visit: &&Visit| visit.lateness.is_some();
        let is_plain = paces.are_steady() && vehicle_type.duty.is_free() && at_docks.is_empty();
        if !is_plain || visits.iter().any(is_late) {
            let calls = calls((travel, paces), vehicle_type, visits, at_docks);
            let loading = at_docks.first().filter(|call| call.stop == 0);
            let (per_second, max_duration) = (vehicle_type.per_duration, vehicle_type.max_duration);
            let day = Day::new(&vehicle_type.duty, earliest, per_second, max_duration);
            let day = loading.map_or(day, |call| day.after_loading(call.begin, call.length));
            if let Some(timetable) = timetable(&day, &calls) {
                return Self::from_timetable(travel, vehicle_type, visits, timetable).with_docks(at_docks);
            }
            is_impossible = true;
            if !paces.are_steady()
                && let Some(timetable) = late(earliest + loading.map_or(Duration::ZERO, |call| call.length), calls)
            {
                let late = Self::from_timetable(travel, vehicle_type, visits, timetable).with_docks(at_docks);
                return Self { is_impossible, ..late };
            }
        }
        let mut schedule = Self::departing(travel, vehicle_type, visits, earliest);
        let waiting: Duration =
            schedule.start.iter().zip(&schedule.ready).map(|(start, ready)| start.since(*ready)).sum();
        if waiting > Duration::ZERO {
            // A later departure eats waiting on its way; beyond the first tight window it would delay the end.
            let mut waited = Duration::ZERO;
            let mut delay = waiting;
            for (row, visit) in visits.iter().enumerate() {
                waited += schedule.start[row].since(schedule.ready[row]);
                delay = delay.min(waited + visit.window.closes.since(schedule.start[row]));
            }
            if delay > Duration::ZERO {
                schedule = Self::departing(travel, vehicle_type, visits, earliest + delay);
            }
        }
        schedule.slack = schedule.slacks(travel, vehicle_type, visits);
        schedule.is_impossible = is_impossible;
        schedule
    }

    /// The schedule of a timetable with the calls at docks that it was made for.
    fn with_docks(mut self, at_docks: &[DockCall]) -> Self {
        let n_visits = self.start.len();
        for call in at_docks {
            match call.stop.checked_sub(1) {
                None => self.begin = self.departure + -call.length,
                Some(row) if row < n_visits => self.leave[row] = self.start[row] + call.length,
                Some(_) => self.unload = self.end + -call.length,
            }
        }
        self
    }

    /// When the call at a stop begins.
    pub(in crate::model) fn beginning(&self, stop: usize) -> Time {
        match stop.checked_sub(1) {
            None => self.begin,
            Some(row) => self.start.get(row).copied().unwrap_or(self.unload),
        }
    }

    fn from_timetable(travel: &Travel, vehicle_type: &VehicleType, visits: &[&Visit], timetable: Timetable) -> Self {
        let plain = Self::departing(travel, vehicle_type, visits, timetable.departure);
        let leave = visits.iter().zip(&timetable.start).map(|(visit, &start)| start + visit.service).collect();
        let Timetable { mut arrive, mut ready, mut start, pauses, slack, finish, .. } = timetable;
        let arrive_at_end = arrive.pop().unwrap_or(finish);
        ready.pop();
        start.pop();
        Self { arrive, ready, start, leave, pauses, arrive_at_end, unload: finish, end: finish, slack, ..plain }
    }

    /// Seconds from begin to end.
    pub(in crate::model) fn duration(&self) -> Duration {
        self.end.since(self.begin)
    }

    fn departing(travel: &Travel, vehicle_type: &VehicleType, visits: &[&Visit], departure: Time) -> Self {
        let n_visits = visits.len();
        let mut schedule = Self {
            begin: departure,
            departure,
            arrive: Vec::with_capacity(n_visits),
            ready: Vec::with_capacity(n_visits),
            start: Vec::with_capacity(n_visits),
            leave: Vec::with_capacity(n_visits),
            pauses: Vec::new(),
            arrive_at_end: departure,
            unload: departure,
            end: departure,
            distance_to: Vec::with_capacity(n_visits),
            distance: Distance::ZERO,
            slack: Vec::new(),
            is_impossible: false,
        };
        let (mut at, mut now) = (vehicle_type.start, departure);
        for (row, visit) in visits.iter().enumerate() {
            schedule.distance += travel.distance(at, visit.location);
            let arrive = now + travel.duration(at, visit.location);
            let ready = arrive + visit.setup_from(at);
            let mut start = ready.max(visit.window.opens);
            if visit.purpose == Purpose::Reload {
                start = start.max(release(&visits[row + 1..]));
            }
            now = start + visit.service;
            at = visit.location;
            schedule.arrive.push(arrive);
            schedule.ready.push(ready);
            schedule.start.push(start);
            schedule.leave.push(now);
            schedule.distance_to.push(schedule.distance);
        }
        if let Some(end) = vehicle_type.end {
            schedule.distance += travel.distance(at, end);
            now = now + travel.duration(at, end);
        }
        (schedule.arrive_at_end, schedule.unload, schedule.end) = (now, now, now);
        schedule
    }

    fn slacks(&self, travel: &Travel, vehicle_type: &VehicleType, visits: &[&Visit]) -> Vec<Duration> {
        // From leaving a place to being ready at the next.
        let leg = |from: LocationIdx, next: usize| match (visits.get(next), vehicle_type.end) {
            (Some(visit), _) => travel.duration(from, visit.location) + visit.setup_from(from),
            (None, Some(end)) => travel.duration(from, end),
            (None, None) => Duration::ZERO,
        };
        let closes = vehicle_type.shift.closes;
        let mut slack = vec![closes.since(self.end); visits.len() + 2];
        let mut latest = closes;
        for (row, visit) in visits.iter().enumerate().rev() {
            latest = visit.window.closes.min(latest + -leg(visit.location, row + 1) + -visit.service);
            slack[row + 1] = latest.since(self.start[row]);
        }
        slack[0] = (latest + -leg(vehicle_type.start, 0)).since(self.departure);
        for value in &mut slack {
            *value = (*value).min(Timetable::MOST_SLACK);
        }
        slack
    }
}

/// The timetable of calls whose windows never close, by a driver who needs no pause.
fn late(earliest: Time, mut calls: Vec<Call<'_>>) -> Option<Timetable> {
    calls.iter_mut().for_each(|call| call.window.closes = Time::HUGE);
    let free = Duty::FREE;
    Day::new(&free, earliest, Cost::ZERO, Duration::HUGE).timetable(&calls)
}

/// The visits and the return as a timetable sees them.
fn calls<'a>(
    (travel, paces): (&Travel, &'a Paces),
    vehicle_type: &VehicleType,
    visits: &[&Visit],
    at_docks: &[DockCall],
) -> Vec<Call<'a>> {
    let mut at = vehicle_type.start;
    let mut calls: Vec<Call<'_>> = Vec::with_capacity(visits.len() + 1);
    for (row, visit) in visits.iter().enumerate() {
        let Visit { mut window, service, lateness, .. } = **visit;
        if visit.purpose == Purpose::Reload {
            window.opens = window.opens.max(release(&visits[row + 1..]));
        }
        let setup = visit.setup_from(at);
        let pace = paces.between(at, visit.location);
        calls.push(Call { travel: travel.duration(at, visit.location), pace, setup, window, service, lateness });
        at = visit.location;
    }
    let back = vehicle_type.end.map_or(Duration::ZERO, |end| travel.duration(at, end));
    let window = TimeWindow { opens: Time::ZERO, closes: vehicle_type.shift.closes };
    let pace = vehicle_type.end.map_or(Pace::STEADY, |end| paces.between(at, end));
    calls.push(Call { travel: back, pace, setup: Duration::ZERO, window, service: Duration::ZERO, lateness: None });
    for at_dock in at_docks {
        let Some(call) = at_dock.stop.checked_sub(1).and_then(|row| calls.get_mut(row)) else { continue };
        let is_return = at_dock.stop > visits.len();
        let closes = if is_return { call.window.closes + -at_dock.length } else { call.window.closes };
        call.window.opens = call.window.opens.max(at_dock.begin.opens);
        call.window.closes = closes.min(at_dock.begin.closes);
        call.service = at_dock.length;
    }
    calls
}

/// When all goods for the trip that `visits` begin with are there.
fn release(visits: &[&Visit]) -> Time {
    let trip = visits.iter().take_while(|visit| visit.purpose != Purpose::Reload);
    trip.map(|visit| visit.release).max().unwrap_or(Time::ZERO)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::problem::Purpose;
    use crate::network::TravelMatrix;
    use proptest::prelude::*;

    fn visit(location: usize, opens: i64, length: i64, [setup, service]: [i64; 2]) -> Visit {
        Visit {
            purpose: Purpose::Order(0),
            location: LocationIdx::new(location),
            delivery: Vec::new(),
            pickup: Vec::new(),
            window: TimeWindow { opens: Time::new(opens), closes: Time::new(opens + length) },
            lateness: None,
            kinds: 0,
            setup: Duration::new(setup),
            service: Duration::new(service),
            prize: None,
            priority: None,
            barred: Vec::new(),
            backhaul: false,
            release: Time::ZERO,
        }
    }

    fn vehicle_type() -> VehicleType {
        VehicleType {
            count: 1,
            capacity: Vec::new(),
            start: LocationIdx::new(0),
            end: Some(LocationIdx::new(0)),
            shift: TimeWindow { opens: Time::new(5), closes: Time::new(200) },
            fixed: Cost::ZERO,
            per_distance: Cost::ZERO,
            per_duration: Cost::ZERO,
            max_distance: Distance::HUGE,
            max_duration: Duration::HUGE,
            max_stops: u32::MAX,
            last_in_first_out: false,
            max_reloads: 0,
            duty: Duty::FREE,
        }
    }

    /// Whether nothing is late when service at stop `late` starts `delay` later (0 is the departure).
    fn holds(travel: &Travel, schedule: &Schedule, visits: &[&Visit], late: usize, delay: Duration) -> bool {
        let (mut at, mut now, mut on_time) = (LocationIdx::new(0), schedule.departure, true);
        if late == 0 {
            now = now + delay;
        }
        for (row, visit) in visits.iter().enumerate() {
            let setup = if at == visit.location { Duration::ZERO } else { visit.setup };
            let mut start = (now + travel.duration(at, visit.location) + setup).max(visit.window.opens);
            if late == row + 1 {
                start = start + delay;
            }
            // What is before the late stop is not its concern.
            on_time &= row + 1 < late || start <= visit.window.closes;
            now = start + visit.service;
            at = visit.location;
        }
        on_time && now + travel.duration(at, LocationIdx::new(0)) <= Time::new(200)
    }

    proptest! {
        /// No other departure ends as early after a shorter time, and slack is exactly what can be given away.
        #[test]
        fn departures_and_slack_are_the_best_of_all(
            calls in prop::collection::vec((0usize..3, 0i64..80, 0i64..40, (0i64..9, 0i64..9)), 1..5),
            cells in prop::collection::vec(0u32..15, 9),
        ) {
            let travel = Travel::Matrix(TravelMatrix::new(3, cells, None));
            let visit = |&(place, opens, length, (setup, service)): &_| visit(place, opens, length, [setup, service]);
            let owned: Vec<Visit> = calls.iter().map(visit).collect();
            let visits: Vec<&Visit> = owned.iter().collect();
            let schedule = Schedule::new(&travel, &Paces::steady(), &vehicle_type(), &visits, &[]);
            let on_time = |schedule: &Schedule| {
                visits.iter().zip(&schedule.start).all(|(visit, &start)| start <= visit.window.closes)
            };
            let earliest = Schedule::departing(&travel, &vehicle_type(), &visits, Time::new(5));
            prop_assume!(on_time(&earliest));
            prop_assert!(on_time(&schedule));
            let best = (5..200)
                .map(|departure| Schedule::departing(&travel, &vehicle_type(), &visits, Time::new(departure)))
                .filter(on_time)
                .map(|other| (other.end, other.duration()))
                .min();
            prop_assert_eq!(best, Some((schedule.end, schedule.duration())));
            if schedule.end <= Time::new(200) {
                for (late, &slack) in schedule.slack.iter().enumerate().take(visits.len() + 1) {
                    prop_assert!(holds(&travel, &schedule, &visits, late, slack));
                    prop_assert!(!holds(&travel, &schedule, &visits, late, slack + Duration::new(1)));
                }
            }
        }
    }
}
