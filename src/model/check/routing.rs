//! Routing plans: which vehicles run, what becomes of each order, and totals.

use super::balance;
use super::carriers;
use super::docks;
use super::document;
use super::groups;
use super::locks;
use super::shares;
use super::splits;
use super::stocks;
use super::stops::RouteCheck;
use super::summary::{self, Term};
use super::violations::Violations;
use crate::model::plan::Plan;
use crate::model::problem::{Problem, Purpose, Routing, Visit};
use std::collections::{HashMap, HashSet};

/// Rows by id.
pub(super) struct Rows<'a> {
    vehicles: HashMap<&'a str, usize>,
    /// Row of the order's visit, or of the shipment's pickup.
    pub(super) visits: HashMap<&'a str, usize>,
    /// Other times and places of a visit.
    pub(super) alternatives: HashMap<usize, Vec<&'a Visit>>,
}

impl<'a> Rows<'a> {
    fn new(problem: &'a Problem, routing: &'a Routing) -> Self {
        let vehicles = problem.scenario.vehicles.iter().enumerate();
        let mut visits = HashMap::with_capacity(routing.visits.len());
        for (row, visit) in routing.visits.iter().enumerate() {
            match visit.purpose {
                Purpose::Order(order) => visits.insert(problem.scenario.orders[order].id.as_str(), row),
                Purpose::Pickup(shipment) => visits.insert(problem.scenario.shipments[shipment].id.as_str(), row),
                Purpose::Delivery(_) | Purpose::Reload => None,
            };
        }
        let mut alternatives: HashMap<usize, Vec<&Visit>> = HashMap::new();
        for alternative in &routing.alternatives {
            alternatives.entry(alternative.of).or_default().push(&alternative.visit);
        }
        Self { vehicles: vehicles.map(|(row, vehicle)| (vehicle.id.as_str(), row)).collect(), visits, alternatives }
    }
}

/// What the routes add up to.
#[derive(Default)]
pub(super) struct Totals {
    pub(super) fixed: i128,
    pub(super) distance_cost: i128,
    pub(super) time_cost: i128,
    pub(super) overtime: i128,
    pub(super) lateness: i128,
    pub(super) balance: i128,
    /// The most that a route has of what should be shared.
    pub(super) largest: i128,
    pub(super) changes: i128,
    pub(super) distance: i128,
    pub(super) duration: i128,
    pub(super) waiting: i128,
    /// Times at doors, by vehicle, number and stop.
    pub(super) at_doors: HashMap<(String, u32, u32), docks::AtDoor>,
    /// Pointer to the stop of each visit made.
    pub(super) made: HashMap<usize, String>,
}

/// Checks a routing plan.
pub(super) fn check(problem: &Problem, routing: &Routing, plan: &Plan, violations: &mut Violations) {
    let terms = terms(problem, routing, plan, violations);
    summary::costs(&plan.summary, &terms, violations);
}

/// Checks all of a routing plan but its costs, and recomputes these.
pub(super) fn terms(problem: &Problem, routing: &Routing, plan: &Plan, violations: &mut Violations) -> Vec<Term> {
    let rows = Rows::new(problem, routing);
    let mut totals = Totals::default();
    let mut numbers: HashSet<(usize, u32)> = HashSet::new();
    let mut n_used = vec![0u32; routing.vehicle_types.len()];
    for (place, route) in plan.routes.iter().enumerate() {
        let pointer = |field: &str| format!("/routes/{place}/{field}");
        let Some(&vehicle) = rows.vehicles.get(route.vehicle.as_str()) else {
            violations.add(pointer("vehicle"), "unknown_vehicle", format!("no vehicle has the id `{}`", route.vehicle));
            continue;
        };
        let count = routing.vehicle_types[vehicle].count;
        if !(1..=count).contains(&route.number) {
            let detail = format!("vehicle `{}` is numbered 1 to {count}, found {}", route.vehicle, route.number);
            violations.add(pointer("number"), "vehicle_number_out_of_range", detail);
        } else if !numbers.insert((vehicle, route.number)) {
            let detail = format!("vehicle `{}` number {} has two routes", route.vehicle, route.number);
            violations.add(pointer("number"), "duplicate_vehicle_number", detail);
        }
        n_used[vehicle] += 1;
        if n_used[vehicle] == count.saturating_add(1) {
            let detail = format!("more routes of vehicle `{}` than the {count} there are", route.vehicle);
            violations.add(pointer("vehicle"), "too_many_vehicles", detail);
        }
        let vehicle_type = &routing.vehicle_types[vehicle];
        RouteCheck { problem, routing, rows: &rows, place, route, vehicle_type }.check(&mut totals, violations);
    }
    let terms = orders(problem, routing, &rows, plan, &totals, violations);
    docks::check(problem, plan, &totals, violations);
    groups::check(&problem.scenario, plan, violations);
    locks::check(&problem.scenario, plan, violations);
    splits::check(problem, routing, plan, violations);
    stocks::check(problem, routing, plan, violations);
    shares::check(plan, violations);
    let summary = &plan.summary;
    summary::required(summary.vehicles, plan.routes.len() as i128, "vehicles", violations);
    summary::required(summary.distance, totals.distance, "distance", violations);
    summary::required(summary.duration, totals.duration, "duration", violations);
    summary::required(summary.waiting, totals.waiting, "waiting", violations);
    terms
}

/// Checks that each order is on one route or left out. What routes and leaving out cost.
fn orders(
    problem: &Problem,
    routing: &Routing,
    rows: &Rows<'_>,
    plan: &Plan,
    totals: &Totals,
    violations: &mut Violations,
) -> Vec<Term> {
    let given = carriers::check(problem, routing, rows, plan, |row| totals.made.contains_key(&row), violations);
    let mut left_out: HashSet<usize> = HashSet::new();
    for (place, unserved) in plan.unserved.iter().enumerate() {
        let pointer = format!("/unserved/{place}/id");
        let Some(&row) = rows.visits.get(unserved.id.as_str()) else {
            violations.add(pointer, "unknown_order", format!("no order or shipment has the id `{}`", unserved.id));
            continue;
        };
        if given.rows.contains(&row) {
            violations.add(pointer, "outsourced_and_unserved", format!("a carrier takes `{}`", unserved.id));
        } else if !left_out.insert(row) {
            violations.add(pointer, "duplicate_unserved", format!("`{}` is listed twice", unserved.id));
        } else if let Some(stop) =
            totals.made.get(&row).or_else(|| totals.made.get(&(row + 1)).filter(|_| is_pair(routing, row)))
        {
            violations.add(pointer, "served_and_unserved", format!("`{}` is served at {stop}", unserved.id));
        }
    }
    let mut n_served = 0;
    for (row, visit) in routing.visits.iter().enumerate() {
        if matches!(visit.purpose, Purpose::Delivery(_)) {
            continue;
        }
        let is_made = |row: usize| totals.made.contains_key(&row);
        let is_served = is_made(row) && (!is_pair(routing, row) || is_made(row + 1));
        n_served += usize::from(is_served);
        if !is_served && !left_out.contains(&row) && !given.rows.contains(&row) {
            let id = problem.order_id(visit.purpose);
            violations.add(
                "/routes",
                "order_missing",
                format!("`{id}` is neither served whole nor listed as outsourced or unserved"),
            );
        }
    }
    let mandatory_left = left_out.iter().any(|&row| routing.visits[row].prize.is_none());
    document::status(plan, mandatory_left, violations);
    summary::counts(&plan.summary, n_served, left_out.len(), violations);
    if !problem.scenario.carriers.is_empty() {
        summary::required(plan.summary.outsourced, given.rows.len() as i128, "outsourced", violations);
    }
    let prizes =
        left_out.iter().filter_map(|&row| routing.visits[row].prize).map(|prize| i128::from(prize.get())).sum();
    vec![
        Term::exact("fixed", totals.fixed),
        Term::exact("distance", totals.distance_cost),
        Term::exact("time", totals.time_cost),
        Term::exact("overtime", totals.overtime),
        Term::exact("lateness", totals.lateness),
        Term::exact("balance", totals.balance + balance::largest(&problem.scenario, totals)),
        Term::exact("changes", totals.changes),
        Term::exact("outsourcing", given.millionths),
        Term::exact("prizes", prizes),
    ]
}

fn is_pair(routing: &Routing, row: usize) -> bool {
    matches!(routing.visits[row].purpose, Purpose::Pickup(_))
}
