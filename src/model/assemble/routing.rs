//! Routing plans: routes, their times, loads and costs.

use super::doors::{self, Line};
use super::{Schedule, add_up, empty_plan, in_user_units};
use crate::model::balance::Workload;
use crate::model::docking::{DockCall, dock_calls};
use crate::model::plan::{
    Activity, DoorCall, OrderPart, Outsourced, Pause, PauseKind, Plan, Route, SplitOrder, Status, Stop, Summary,
};
use crate::model::problem::{Balance, Problem, Purpose, Routing, Split, VehicleType, Visit};
use crate::model::reasons;
use crate::units::{Cost, Duration, Load, LocationIdx, Time, VehicleTypeIdx};
use std::collections::BTreeMap;

/// What a routing solver decided.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RoutingChoice {
    /// Rows of the vehicle type and of the visits, alternatives and reloads in order; one for each vehicle used.
    pub routes: Vec<(usize, Vec<usize>)>,
    /// Rows of the visits that no vehicle makes; of a shipment one of its two visits is enough. Those that a carrier takes
    /// over are outsourced, the others left out.
    pub unserved: Vec<usize>,
}

/// The plan of `choice`, timed and priced. Routes without visits are left out.
///
/// Departures are as late as the earliest end allows, and vehicles queue for the doors of docks. Status is [`Status::Feasible`], or [`Status::Infeasible`] when
/// something mandatory is unserved. Panics when `choice` names a row that does not exist.
#[must_use]
pub fn routing_plan(problem: &Problem, routing: &Routing, choice: &RoutingChoice) -> Plan {
    let (mut plan, terms) = routed(problem, routing, choice);
    add_up(&mut plan.summary, &terms);
    plan
}

/// The same without its costs, and these by term.
pub(super) fn routed(
    problem: &Problem,
    routing: &Routing,
    choice: &RoutingChoice,
) -> (Plan, [(&'static str, Cost); 9]) {
    let mut plan = empty_plan(problem);
    let mut totals = Totals::default();
    let mut numbers = vec![0; routing.vehicle_types.len()];
    let drafts: Vec<Draft<'_>> = drafts(problem, routing, choice).into_iter().map(Draft::with_slack).collect();
    totals.balance += cost_of_largest(routing, &drafts);
    for draft in drafts {
        let number: &mut u32 = &mut numbers[draft.row];
        *number += 1;
        let route = draft.route(*number, &mut totals);
        plan.docks.extend(draft.at_docks.iter().map(|call| door_call(&route, call)));
        plan.routes.push(route);
    }
    give_doors(&mut plan);
    plan.splits = splits(problem, routing);
    let mut unserved = left_out(routing, &choice.unserved);
    unserved.retain(|&row| match routing.outsourced(row) {
        Some(offer) => {
            totals.outsourcing += offer.price;
            let id = problem.order_id(routing.visits[row].purpose).to_owned();
            let carrier = problem.scenario.carriers[offer.carrier].id.clone();
            plan.outsourced.push(Outsourced { id, carrier, price: offer.price.as_currency() });
            false
        }
        None => true,
    });
    let mandatory_left = unserved.iter().any(|&row| routing.visits[row].prize.is_none());
    totals.prizes = unserved.iter().filter_map(|&row| routing.visits[row].prize).sum();
    plan.unserved = reasons::unserved(problem, routing, &unserved);
    plan.status = if mandatory_left { Status::Infeasible } else { Status::Feasible };
    let n_orders = problem.scenario.orders.len() + problem.scenario.shipments.len();
    plan.summary = Summary {
        vehicles: Some(plan.routes.len() as u32),
        distance: Some(plan.routes.iter().map(|route| route.distance).sum()),
        duration: Some(plan.routes.iter().map(|route| route.duration).sum()),
        waiting: Some(totals.waiting.get()),
        served: (n_orders - unserved.len() - plan.outsourced.len()) as u32,
        outsourced: (!problem.scenario.carriers.is_empty()).then_some(plan.outsourced.len() as u32),
        unserved: unserved.len() as u32,
        ..Summary::default()
    };
    let terms = [
        ("fixed", totals.fixed),
        ("distance", totals.distance),
        ("time", totals.time),
        ("overtime", totals.overtime),
        ("lateness", totals.lateness),
        ("balance", totals.balance),
        ("changes", totals.changes),
        ("outsourcing", totals.outsourcing),
        ("prizes", totals.prizes),
    ];
    (plan, terms)
}

/// What the route that has most costs more, where it alone pays for being uneven.
fn cost_of_largest(routing: &Routing, drafts: &[Draft<'_>]) -> Cost {
    let Some(Balance { workload, per_unit, target: None }) = routing.balance else { return Cost::ZERO };
    per_unit * drafts.iter().map(|draft| draft.work(workload)).max().unwrap_or(0)
}

/// What each route of `choice` with visits costs, queues for doors included.
pub(super) fn costs_together(problem: &Problem, routing: &Routing, choice: &RoutingChoice) -> Vec<Cost> {
    drafts(problem, routing, choice).iter().map(Draft::cost).collect()
}

/// What a plan of `choice` costs; `None` where the docks, with all routes there, leave one of them no timetable.
#[must_use]
pub fn cost_together(problem: &Problem, routing: &Routing, choice: &RoutingChoice) -> Option<Cost> {
    let drafts = drafts(problem, routing, choice);
    if drafts.iter().any(|draft| draft.schedule.is_impossible) {
        return None;
    }
    let driven: Cost = drafts.iter().map(Draft::cost).sum();
    let left: Cost = left_out(routing, &choice.unserved).into_iter().filter_map(|row| routing.stake(row)).sum();
    Some(driven + cost_of_largest(routing, &drafts) + left)
}

/// Whether some route of `choice` costs more than alone, or cannot be, because others are at its doors.
#[must_use]
pub fn wait_for_each_other(problem: &Problem, routing: &Routing, choice: &RoutingChoice) -> bool {
    let routes = choice.routes.iter().filter(|(_, rows)| !rows.is_empty());
    let mut pairs = drafts(problem, routing, choice).into_iter().zip(routes);
    pairs.any(|(draft, (vehicle_type, rows))| {
        draft.schedule.is_impossible || draft.cost() > route_cost(problem, routing, *vehicle_type, rows)
    })
}

/// What a route costs where no other vehicle takes a door; nothing without visits.
pub(super) fn route_cost(problem: &Problem, routing: &Routing, vehicle_type: usize, rows: &[usize]) -> Cost {
    if rows.is_empty() {
        return Cost::ZERO;
    }
    let line = line(routing, vehicle_type, rows);
    let at_docks = dock_calls(routing, line.vehicle_type, &line.visits);
    let schedule = Schedule::rough(&problem.travel, &routing.paces, line.vehicle_type, &line.visits, &at_docks);
    Draft::new((problem, routing, vehicle_type), line, schedule, at_docks).cost()
}

fn line<'a>(routing: &'a Routing, vehicle_type: usize, rows: &[usize]) -> Line<'a> {
    let visits = rows.iter().map(|&row| routing.visit(row)).collect();
    Line { vehicle_type: &routing.vehicle_types[vehicle_type], visits }
}

/// The routes of `choice`, timed together where they share docks, without slack; those without visits are left out.
fn drafts<'a>(problem: &'a Problem, routing: &'a Routing, choice: &RoutingChoice) -> Vec<Draft<'a>> {
    let routes = || choice.routes.iter().filter(|(_, rows)| !rows.is_empty());
    let lines: Vec<Line<'_>> = routes().map(|(vehicle_type, rows)| line(routing, *vehicle_type, rows)).collect();
    let timed = if routing.docks.is_empty() {
        let alone =
            |line: &Line<'_>| Schedule::rough(&problem.travel, &routing.paces, line.vehicle_type, &line.visits, &[]);
        lines.iter().map(|line| (alone(line), Vec::new())).collect()
    } else {
        let turns = doors::turns(problem, routing, &lines);
        turns.into_iter().map(|turn| (turn.schedule, turn.calls)).collect::<Vec<_>>()
    };
    let timed = lines.into_iter().zip(timed).zip(routes());
    timed
        .map(|((line, (schedule, calls)), (row, _))| Draft::new((problem, routing, *row), line, schedule, calls))
        .collect()
}

/// Rows of the routes of `choice` for which the docks, with all others there, leave no timetable. Those without visits do
/// not count.
#[must_use]
pub fn without_doors(problem: &Problem, routing: &Routing, choice: &RoutingChoice) -> Vec<usize> {
    let drafts = drafts(problem, routing, choice);
    drafts.iter().enumerate().filter(|(_, draft)| draft.schedule.is_impossible).map(|(row, _)| row).collect()
}

/// A call of a route at a dock, its door still open.
fn door_call(route: &Route, call: &DockCall) -> DoorCall {
    let stop = &route.stops[call.stop];
    DoorCall {
        location: stop.location.clone(),
        door: 0,
        vehicle: route.vehicle.clone(),
        number: route.number,
        stop: call.stop as u32,
        start: stop.start,
        end: stop.leave,
        wait: stop.wait,
    }
}

/// Gives each call the first door that is free, dock by dock in the order of time.
fn give_doors(plan: &mut Plan) {
    plan.docks.sort_by_cached_key(|call| {
        (call.location.clone(), call.start.seconds(), call.end.seconds(), call.vehicle.clone(), call.number)
    });
    for calls in plan.docks.chunk_by_mut(|one, other| one.location == other.location) {
        let mut free_from: Vec<i64> = Vec::new();
        for call in calls {
            let free = free_from.iter().position(|&time| time <= call.start.seconds());
            let door = free.unwrap_or_else(|| {
                free_from.push(0);
                free_from.len() - 1
            });
            free_from[door] = call.end.seconds();
            call.door = door as u32 + 1;
        }
    }
}

/// How orders are cut.
fn splits(problem: &Problem, routing: &Routing) -> Vec<SplitOrder> {
    let part = |&row: &usize| {
        let part = &problem.scenario.orders[row];
        OrderPart { id: part.id.clone(), delivery: part.delivery.clone(), pickup: part.pickup.clone() }
    };
    let split =
        |split: &Split| SplitOrder { order: split.order.id.clone(), parts: split.rows.iter().map(part).collect() };
    routing.splits.iter().map(split).collect()
}

/// Rows left out in ascending order, a shipment once by its pickup.
fn left_out(routing: &Routing, rows: &[usize]) -> Vec<usize> {
    let mut unserved: Vec<usize> = rows
        .iter()
        .map(|&row| match routing.visits[row].purpose {
            Purpose::Delivery(_) => row - 1,
            Purpose::Order(_) | Purpose::Pickup(_) | Purpose::Reload => row,
        })
        .collect();
    unserved.sort_unstable();
    unserved.dedup();
    unserved
}

#[derive(Default)]
struct Totals {
    fixed: Cost,
    distance: Cost,
    time: Cost,
    overtime: Cost,
    lateness: Cost,
    balance: Cost,
    changes: Cost,
    outsourcing: Cost,
    prizes: Cost,
    waiting: Duration,
}

impl Totals {
    /// What routes cost.
    fn of_route(&self) -> Cost {
        self.fixed + self.distance + self.time + self.overtime + self.lateness + self.balance + self.changes
    }
}

/// One route on its way into the plan.
struct Draft<'a> {
    problem: &'a Problem,
    routing: &'a Routing,
    /// Row of its vehicle type.
    row: usize,
    name: &'a str,
    vehicle_type: &'a VehicleType,
    visits: Vec<&'a Visit>,
    schedule: Schedule,
    at_docks: Vec<DockCall>,
}

impl<'a> Draft<'a> {
    fn new(
        (problem, routing, row): (&'a Problem, &'a Routing, usize),
        line: Line<'a>,
        schedule: Schedule,
        at_docks: Vec<DockCall>,
    ) -> Self {
        let name = &problem.scenario.vehicles[row].id;
        let Line { vehicle_type, visits } = line;
        Self { problem, routing, row, name, vehicle_type, visits, schedule, at_docks }
    }

    /// The same with the slack of every stop.
    fn with_slack(self) -> Self {
        let (travel, paces) = (&self.problem.travel, &self.routing.paces);
        let schedule = Schedule::new(travel, paces, self.vehicle_type, &self.visits, &self.at_docks);
        // Of very many ways to place breaks only some are followed, and the one that is known may not be among them.
        if self.schedule.is_impossible || schedule.is_impossible { self } else { Self { schedule, ..self } }
    }

    fn cost(&self) -> Cost {
        self.terms().of_route()
    }

    /// What the route costs.
    fn terms(&self) -> Totals {
        let duration = self.schedule.duration();
        let late = |(row, visit): (usize, &&Visit)| {
            visit.lateness.map_or(Cost::ZERO, |lateness| lateness.per_second * self.late(row).get())
        };
        let row = VehicleTypeIdx::new(self.row);
        Totals {
            fixed: self.vehicle_type.fixed,
            distance: self.vehicle_type.per_distance * self.schedule.distance.get(),
            time: self.vehicle_type.per_duration * duration.get(),
            overtime: self.vehicle_type.duty.overtime_cost(duration),
            lateness: self.visits.iter().enumerate().map(late).sum(),
            balance: self.cost_beyond_target(),
            changes: self.visits.iter().map(|visit| self.routing.change_cost(visit, row)).sum(),
            ..Totals::default()
        }
    }

    /// The route as the plan shows it, added to the totals.
    fn route(&self, number: u32, totals: &mut Totals) -> Route {
        let terms = self.terms();
        totals.fixed += terms.fixed;
        totals.distance += terms.distance;
        totals.time += terms.time;
        totals.overtime += terms.overtime;
        totals.lateness += terms.lateness;
        totals.balance += terms.balance;
        totals.changes += terms.changes;
        let stops = self.stops();
        totals.waiting += Duration::new(stops.iter().map(|stop| stop.wait).sum());
        Route {
            site: None,
            vehicle: self.name.to_owned(),
            number,
            cost: terms.of_route().as_currency(),
            distance: self.schedule.distance.get(),
            duration: self.schedule.duration().get(),
            stops,
            pauses: self.schedule.pauses.iter().map(|pause| self.pause(pause)).collect(),
        }
    }

    /// How much of some work the route has.
    fn work(&self, workload: Workload) -> i64 {
        match workload {
            Workload::Duration => self.schedule.duration().get(),
            Workload::Distance => self.schedule.distance.get(),
            Workload::Stops => self.visits.iter().filter(|visit| visit.purpose != Purpose::Reload).count() as i64,
        }
    }

    /// What the route costs more for what it has beyond the target of all.
    fn cost_beyond_target(&self) -> Cost {
        let Some(Balance { workload, per_unit, target: Some(target) }) = self.routing.balance else {
            return Cost::ZERO;
        };
        per_unit * (self.work(workload) - target).max(0)
    }

    /// Seconds by which a visit starts too late.
    fn late(&self, row: usize) -> Duration {
        let due = self.visits[row].lateness.map_or(Time::HUGE, |lateness| lateness.due);
        self.schedule.start[row].since(due).max(Duration::ZERO)
    }

    fn pause(&self, pause: &crate::hours::Pause) -> Pause {
        let moment = |time: Time| self.routing.clock.like(time.get());
        Pause {
            kind: if pause.number.is_some() { PauseKind::Break } else { PauseKind::Rest },
            number: pause.number.map(|number| number as u32 + 1),
            after_stop: pause.after as u32,
            start: moment(pause.start),
            end: moment(pause.start + pause.length),
        }
    }

    fn place_before(&self, row: usize) -> LocationIdx {
        row.checked_sub(1).map_or(self.vehicle_type.start, |before| self.visits[before].location)
    }

    /// Seconds of pauses after a stop that are at the place of the next one.
    fn paused_at(&self, row: usize, arrive: Time) -> Duration {
        let pauses = self.schedule.pauses.iter().filter(|pause| pause.after == row && pause.start >= arrive);
        pauses.map(|pause| pause.length).sum()
    }

    fn stops(&self) -> Vec<Stop> {
        let schedule = &self.schedule;
        let places = self.routing.stowed(VehicleTypeIdx::new(self.row), &self.visits);
        let names = &self.problem.scenario.vehicles[self.row].compartments;
        let mut load = self.loaded(0);
        let mut stops = Vec::with_capacity(self.visits.len() + 2);
        let departure = [schedule.begin, schedule.begin, schedule.departure];
        stops.push(self.stop(Activity::Start, None, self.vehicle_type.start, departure, &load));
        for (row, visit) in self.visits.iter().enumerate() {
            for (dimension, load) in load.iter_mut().enumerate() {
                *load = *load + visit.pickup[dimension] - visit.delivery[dimension];
            }
            if visit.purpose == Purpose::Reload {
                load = self.loaded(row + 1);
            }
            let activity = match visit.purpose {
                Purpose::Order(_) => Activity::Order,
                Purpose::Pickup(_) => Activity::Pickup,
                Purpose::Delivery(_) => Activity::Delivery,
                Purpose::Reload => Activity::Reload,
            };
            let times = [schedule.arrive[row], schedule.start[row], schedule.leave[row]];
            let mut stop = self.stop(activity, Some(visit.purpose), visit.location, times, &load);
            stop.distance = schedule.distance_to[row].get();
            stop.late = self.late(row).get();
            let place = places.as_ref().and_then(|places| places[row]);
            stop.compartment = place.and_then(|place| names.get(place)).map(|it| it.id.clone());
            stop.setup = self.visits[row].setup_from(self.place_before(row)).get();
            stop.wait -= stop.setup + self.paused_at(row, schedule.arrive[row]).get();
            stops.push(stop);
        }
        if let Some(end) = self.vehicle_type.end {
            let times = [schedule.arrive_at_end, schedule.unload, schedule.end];
            let mut stop = self.stop(Activity::End, None, end, times, &load);
            stop.wait -= self.paused_at(self.visits.len(), schedule.arrive_at_end).get();
            stop.distance = schedule.distance.get();
            stops.push(stop);
        }
        for (stop, slack) in stops.iter_mut().zip(&schedule.slack) {
            stop.slack = slack.get();
        }
        stops
    }

    /// What is loaded for the orders of the trip that begins with the visit in this row; shipments come aboard on the way.
    fn loaded(&self, row: usize) -> Vec<Load> {
        let mut load = vec![Load::ZERO; self.routing.dimensions.len()];
        let trip = self.visits[row..].iter().take_while(|visit| visit.purpose != Purpose::Reload);
        for visit in trip.filter(|visit| matches!(visit.purpose, Purpose::Order(_))) {
            for (load, &delivery) in load.iter_mut().zip(&visit.delivery) {
                *load += delivery;
            }
        }
        load
    }

    fn stop(
        &self,
        activity: Activity,
        purpose: Option<Purpose>,
        location: LocationIdx,
        [arrive, start, leave]: [Time; 3],
        load: &[Load],
    ) -> Stop {
        let moment = |time: Time| self.routing.clock.like(time.get());
        Stop {
            activity,
            order: purpose.filter(|&it| it != Purpose::Reload).map(|it| self.problem.order_id(it).to_owned()),
            location: self.problem.location_id(location).to_owned(),
            arrive: moment(arrive),
            setup: 0,
            wait: start.since(arrive).get(),
            start: moment(start),
            leave: moment(leave),
            load: self.by_dimension(load),
            distance: 0,
            late: 0,
            slack: 0,
            compartment: None,
        }
    }

    fn by_dimension(&self, load: &[Load]) -> BTreeMap<String, f64> {
        let name = |name: &String| if name.is_empty() { "load".to_owned() } else { name.clone() };
        let dimensions = self.routing.dimensions.iter().map(name);
        let amounts = load.iter().zip(&self.routing.scales).map(|(&load, &scale)| in_user_units(load, scale));
        dimensions.zip(amounts).collect()
    }
}
