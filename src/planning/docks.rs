//! Days with docks: routes are searched alone, put together at the doors, and searched again around the doors they got.
//!
//! A route's own loading and unloading are part of its price in the search. What it waits for others only shows when all
//! routes are timed together. Where vehicles wait for each other, orders then change places with all of them at the doors.
//! Each vehicle keeps the time at its door, up to its neighbors there, and so does each order that takes a door for its
//! service; the next round knows what leaving then is worth. The best plan of all rounds is kept.

use super::queues::Queues;
use super::rows::Rows;
use crate::model::plan::{DoorCall, Plan};
use crate::model::problem::{self, Purpose, Routing, Visit};
use crate::model::{Problem, cost_together, routing_plan, wait_for_each_other, without_doors};
use crate::routing::{self, Customer, Dock, Docks, Params, Route, Solution, n_left_out, n_missing, solve};
use crate::search::{Budget, Event, Observer};
use crate::units::{Cost, CustomerIdx, Load, Time, TimeWindow, VehicleTypeIdx};
use std::time::{Duration, Instant};

/// Shares of what is left of the budget, round by round. The first is short, so that there is a plan soon: of time it
/// gets [`FIRST_ROUND`] for each thousand visits, or half of what there is.
const ROUNDS: [f64; 4] = [0.05, 0.8, 0.5, 1.0];

/// Enough to serve everybody on a day with a thousand orders.
const FIRST_ROUND: Duration = Duration::from_millis(600);

/// The first round that goes around doors.
const AROUND_DOORS: usize = 2;

/// For so many times as it takes to put routes together at the doors the search leaves time.
const FITS_KEPT: u32 = 2;

/// Share of a round for orders that change places at the doors, up to so many orders. Above, each change takes longer, and
/// the search of routes alone is worth more. Twice the share where orders found no doors.
const AT_DOORS: f64 = 0.25;
const SMALL: f64 = 100.0;

/// The most changes that are tried where iterations are limited, times the orders.
const CHANGES: u64 = 10_000;

/// How often routes that find no doors lose an order before they are given up.
const LOSSES: usize = 4;

/// Docks in the solver's terms, for its customers and vehicle types.
pub(super) fn compiled(data: &Routing, rows: &Rows<'_>) -> Option<Docks> {
    if data.docks.is_empty() {
        return None;
    }
    let n_visits = data.first_reload();
    let customers = || (0..n_visits).map(|row| data.visit(row));
    let reloads = rows.reloads();
    let dock = |dock: &problem::Dock| {
        let time = |of: fn(&Visit) -> &[Load]| {
            let handled = customers().map(|visit| {
                let loads = of(visit);
                let is_order = matches!(visit.purpose, Purpose::Order(_));
                (is_order && loads.iter().any(|&load| load > Load::ZERO)).then(|| dock.handling(loads))
            });
            handled.chain(reloads.iter().map(|_| None)).collect()
        };
        let (loading, unloading) = (time(|visit| &visit.delivery), time(|visit| &visit.pickup));
        Dock { hours: dock.hours, service: dock.service, loading, unloading }
    };
    let at = |row: &usize| data.dock_at(data.visit(*row).location);
    Some(Docks {
        docks: data.docks.iter().map(dock).collect(),
        starts: data.vehicle_types.iter().map(|it| data.dock_at(it.start)).collect(),
        slots: vec![TimeWindow::ALWAYS; data.vehicle_types.len()],
        ends: data.vehicle_types.iter().map(|it| it.end.and_then(|end| data.dock_at(end))).collect(),
        reloads: std::iter::repeat_n(None, n_visits).chain(reloads.iter().map(at)).collect(),
    })
}

/// Lets customers who take a door for their service be served in its hours only. Where these leave no time at all, whoever
/// puts routes together at the doors sees it.
pub(super) fn keep_hours(data: &Routing, customers: &mut [Customer]) {
    for (row, customer) in customers.iter_mut().enumerate().take(data.first_reload()) {
        let Some(dock) = data.served_at(data.visit(row)) else { continue };
        let (hours, window) = (data.docks[dock].hours, customer.window);
        let (opens, closes) = (window.opens.max(hours.opens), window.closes.min(hours.closes + -customer.service));
        if opens <= closes {
            customer.window = TimeWindow { opens, closes };
        }
    }
}

/// Tells only what belongs to the question as it was asked.
pub(super) struct Relay<'o>(pub(super) &'o dyn Observer);

impl Observer for Relay<'_> {
    fn on(&self, event: Event) {
        if matches!(event, Event::Phase(_)) {
            self.0.on(event);
        }
    }
}

/// What is solved.
#[derive(Clone, Copy)]
pub(super) struct Question<'q> {
    pub(super) problem: &'q Problem,
    pub(super) data: &'q Routing,
    pub(super) compiled: &'q routing::Problem,
}

/// The best routes found whose vehicles queue for doors.
pub(super) fn solve_in_rounds(
    question: &Question<'_>,
    start: Option<Solution>,
    params: &Params,
    budget: &Budget<'_>,
    seed: u64,
    observer: &dyn Observer,
) -> Solution {
    let mut best: Option<((usize, usize, Cost), Solution)> = None;
    let mut vehicles: Vec<(VehicleTypeIdx, u32, TimeWindow)> = as_asked(question.compiled);
    let mut windows: Vec<(CustomerIdx, TimeWindow)> = Vec::new();
    let mut start = start;
    // Plans become easier to put together at the doors from round to round.
    let mut fitting = Duration::ZERO;
    let mut queues: Option<Queues<'_>> = None;
    let kept_for_doors = AT_DOORS * (SMALL / question.data.visits.len().max(1) as f64).min(1.0);
    for (round, share) in ROUNDS.into_iter().enumerate() {
        let around = question.compiled.with_slots(&vehicles, &windows);
        let mut part = part(budget, share * (1.0 - kept_for_doors), fitting * FITS_KEPT);
        if let Some(deadline) = budget.deadline.filter(|_| round == 0) {
            let half = deadline.saturating_duration_since(part.started) / 2;
            let thousands = (question.data.visits.len() as f64 / 1000.0).max(1.0);
            part.deadline = Some(part.started + half.min(FIRST_ROUND.mul_f64(thousands)));
        }
        let mut found =
            solve(&around, start.as_ref(), params, &part, seed.wrapping_add(round as u64), &Relay(observer));
        for route in &mut found.routes {
            route.vehicle_type = vehicles[route.vehicle_type.get()].0;
        }
        let begun = Instant::now();
        let n_lost = found.unserved.len();
        let fitted = fitted(question, found);
        fitting = begun.elapsed();
        let mut keep = |value: (usize, usize, Cost), fitted: Solution| {
            if best.as_ref().is_none_or(|(known, _)| value < *known) {
                let unserved = n_left_out(question.compiled, &fitted);
                observer.on(Event::Incumbent { cost: value.2, unserved });
                best = Some((value, Solution { cost: value.2, ..fitted }));
            }
            if let Some((_, known)) = best.as_ref().filter(|_| observer.wants()) {
                observer.take(known.found());
            }
        };
        let value = value(question, params, &fitted);
        keep(value, fitted.clone());
        let has_lost = fitted.unserved.len() > n_lost;
        let is_queueing = has_lost || waits(question, &fitted);
        if is_queueing && !budget.out_of_time() {
            let queues = queues.get_or_insert_with(|| Queues::new(*question, params.fewest_vehicles));
            let share = if has_lost { AT_DOORS.min(2.0 * kept_for_doors) } else { kept_for_doors };
            let changing = at_doors(question, budget, (&part, share), fitting * FITS_KEPT);
            let better = queues.improved(fitted, &changing, seed);
            keep(self::value(question, params, &better), better);
        }
        let Some((_, known)) = &best else { unreachable!("a round has found something") };
        if budget.out_of_time() || round + 1 == ROUNDS.len() {
            break;
        }
        let mut next = known.clone();
        (vehicles, windows) = if round + 1 < AROUND_DOORS || !waits(question, known) {
            (as_asked(question.compiled), Vec::new())
        } else {
            next.routes.iter_mut().enumerate().for_each(|(row, route)| route.vehicle_type = VehicleTypeIdx::new(row));
            let plan = routing_plan(question.problem, question.data, &Rows::new(question.data).choice(known));
            slots(question, known, &plan)
        };
        start = Some(next);
    }
    best.map(|(_, solution)| solution).expect("a round has found something")
}

/// How good a solution is whose vehicles all find doors: what it leaves out, vehicles where they come first, and its cost.
fn value(question: &Question<'_>, params: &Params, solution: &Solution) -> (usize, usize, Cost) {
    let choice = Rows::new(question.data).choice(solution);
    let cost = cost_together(question.problem, question.data, &choice).unwrap_or(Cost::HUGE);
    let n_vehicles = if params.fewest_vehicles { solution.routes.len() } else { 0 };
    (n_missing(question.compiled, solution), n_vehicles, cost)
}

fn waits(question: &Question<'_>, solution: &Solution) -> bool {
    wait_for_each_other(question.problem, question.data, &Rows::new(question.data).choice(solution))
}

/// The budget for changes at the doors, a share of a round that began with `part`, when some time is kept.
fn at_doors<'b>(
    question: &Question<'_>,
    budget: &Budget<'b>,
    (part, share): (&Budget<'b>, f64),
    kept: Duration,
) -> Budget<'b> {
    let now = Instant::now();
    let wanted = now + part.started.elapsed().mul_f64(share / (1.0 - share));
    let last = budget.deadline.map(|deadline| deadline.checked_sub(kept).unwrap_or(now));
    let n_orders = question.data.visits.len() as u64;
    let iterations =
        if part.iterations == u64::MAX { u64::MAX } else { part.iterations.min(CHANGES / n_orders.max(1)).max(1) };
    Budget { started: now, deadline: last.map(|last| last.min(wanted)), iterations, ..*budget }
}

fn as_asked(compiled: &routing::Problem) -> Vec<(VehicleTypeIdx, u32, TimeWindow)> {
    let types = compiled.vehicle_types().iter().enumerate();
    types.map(|(row, it)| (VehicleTypeIdx::new(row), it.count, TimeWindow::ALWAYS)).collect()
}

/// A share of what is left of a budget when some time is kept.
fn part<'b>(budget: &Budget<'b>, share: f64, kept: Duration) -> Budget<'b> {
    let now = Instant::now();
    let left = budget.deadline.map(|deadline| deadline.saturating_duration_since(now).saturating_sub(kept));
    let deadline = left.map(|left| now + left.mul_f64(share)).or(budget.deadline);
    let iterations = if budget.iterations == u64::MAX {
        u64::MAX
    } else {
        (budget.iterations as f64 * share / ROUNDS.iter().sum::<f64>()) as u64
    };
    Budget { started: now, deadline, iterations: iterations.max(1), ..*budget }
}

/// The same routes without the orders that keep them from finding doors.
fn fitted(question: &Question<'_>, mut solution: Solution) -> Solution {
    let rows = Rows::new(question.data);
    for loss in 0.. {
        let choice = rows.choice(&solution);
        let lost = without_doors(question.problem, question.data, &choice);
        if lost.is_empty() {
            return solution;
        }
        for route in lost.into_iter().rev() {
            let visits = &mut solution.routes[route].visits;
            let gone = if loss < LOSSES { least(question, &rows, visits) } else { visits.clone() };
            visits.retain(|visit| !gone.contains(visit));
            let leads = gone.iter().map(|&visit| rows.row(visit)).filter(|&row| row < question.data.first_reload());
            solution.unserved.extend(leads.map(|row| CustomerIdx::new(question.data.lead(row))));
            if visits.iter().all(|&visit| rows.row(visit) >= question.data.first_reload()) {
                solution.routes.remove(route);
            }
        }
        solution.unserved.sort_unstable();
    }
    unreachable!("a plan without routes needs no doors")
}

/// The visits of the order on a route that is the least loss: an optional one, or the last.
fn least(question: &Question<'_>, rows: &Rows<'_>, visits: &[CustomerIdx]) -> Vec<CustomerIdx> {
    let data = question.data;
    let lead = |visit: CustomerIdx| data.lead(rows.row(visit));
    let id = |visit: CustomerIdx| question.problem.order_id(data.visit(lead(visit)).purpose);
    let locked = |visit: CustomerIdx| data.first_stops.iter().any(|first| first.contains(&lead(visit)));
    let served = visits.iter().enumerate().filter(|(_, visit)| rows.row(**visit) < data.first_reload());
    let value = |(at, visit): &(usize, &CustomerIdx)| {
        let stake = data.stake(lead(**visit)).unwrap_or(Cost::HUGE);
        let urgency = question.compiled.urgency(CustomerIdx::new(lead(**visit)));
        (locked(**visit), urgency, stake, std::cmp::Reverse(*at))
    };
    let Some((_, &worst)) = served.min_by_key(value) else { return visits.to_vec() };
    visits.iter().copied().filter(|&visit| rows.row(visit) < data.first_reload() && id(visit) == id(worst)).collect()
}

/// Vehicles, and when each may be loaded; orders, and when their services may begin.
type Slots = (Vec<(VehicleTypeIdx, u32, TimeWindow)>, Vec<(CustomerIdx, TimeWindow)>);

/// Every vehicle on its own, loaded at the door that it has in the plan: from when the vehicle before it there leaves until the
/// next one comes. The same for orders that take a door. Vehicles that stay at home are free.
fn slots(question: &Question<'_>, solution: &Solution, plan: &Plan) -> Slots {
    let mut left: Vec<u32> = question.compiled.vehicle_types().iter().map(|it| it.count).collect();
    let mut vehicles = Vec::with_capacity(solution.routes.len() + left.len());
    let mut windows = Vec::new();
    for (Route { vehicle_type, visits }, route) in solution.routes.iter().zip(&plan.routes) {
        left[vehicle_type.get()] -= 1;
        let mut slot = TimeWindow::ALWAYS;
        for own in plan.docks.iter().filter(|it| (&it.vehicle, it.number) == (&route.vehicle, route.number)) {
            match (own.stop as usize).checked_sub(1).map(|row| visits.get(row)) {
                None => slot = between_neighbors(plan, own),
                Some(Some(&visit)) if !question.compiled.customer(visit).reload => {
                    let (asked, between) = (question.compiled.customer(visit).window, between_neighbors(plan, own));
                    let opens = asked.opens.max(between.opens);
                    windows.push((visit, TimeWindow { opens, closes: asked.closes.min(between.closes) }));
                }
                Some(_) => {}
            }
        }
        vehicles.push((*vehicle_type, 1, slot));
    }
    let at_home = left.into_iter().enumerate().filter(|(_, count)| *count > 0);
    vehicles.extend(at_home.map(|(row, count)| (VehicleTypeIdx::new(row), count, TimeWindow::ALWAYS)));
    (vehicles, windows)
}

/// When a call at a door may begin, with the calls before and after it there where they are.
fn between_neighbors(plan: &Plan, own: &DoorCall) -> TimeWindow {
    let others = || plan.docks.iter().filter(|it| (&it.location, it.door) == (&own.location, own.door));
    let (start, end) = (own.start.seconds(), own.end.seconds());
    let before = others().map(|it| it.end.seconds()).filter(|&it| it <= start).max();
    let after = others().map(|it| it.start.seconds()).filter(|&it| it >= end).min();
    TimeWindow {
        opens: before.map_or(Time::ZERO, Time::new),
        closes: after.map_or(Time::HUGE, |after| Time::new(after - (end - start))),
    }
}
