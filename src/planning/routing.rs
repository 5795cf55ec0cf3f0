//! A day's routes: compile, solve, assemble.

use super::balance::{relaxed, solve_balanced};
use super::docks::{Question, Relay};
use super::explain::explain;
use super::rows::Rows;
use super::{Options, compile, ended, locks, prove};
use crate::model::plan::{Activity, Plan, Status, Stop};
use crate::model::problem::{Purpose, Routing, Visit};
use crate::model::scenario::Objective;
use crate::model::{Problem, cost_shares, routing_plan};
use crate::routing::{Bound, Goal, Params, Route, Solution, lower_bound, seconds_for_bound};
use crate::search::{Budget, Observer};
use crate::units::{Cost, CustomerIdx, Time, VehicleTypeIdx};
use std::collections::HashMap;
use std::time::Duration;

pub(super) fn plan(problem: &Problem, data: &Routing, options: &Options<'_>, observer: &dyn Observer) -> Plan {
    let compiled = compile::routing(problem, data);
    let start = options.warm_start.map(|plan| start(problem, data, plan));
    let start = locks::start(data, start);
    let budget = options.budget();
    // The islands are part of the search, so an iteration budget fixes them whatever the threads.
    let islands = if options.iterations.is_some() && options.time.is_none() { 1 } else { options.threads };
    let fewest_vehicles = problem.scenario.objective == Objective::MinVehicles;
    let mut params = Params { method: options.method, fewest_vehicles, islands, ..Params::default() };
    let first = match first_share(options, &compiled) {
        Some(share) if !fewest_vehicles => first_bound(data, &compiled, &budget, share, observer),
        _ => None,
    };
    if let Some(bound) = first {
        params.goal = Goal::AtMost(Cost::new((bound.value.get() as f64 / (1.0 - options.gap)) as i64));
    }
    let searching = searching(&budget, &compiled);
    let question = Question { problem, data, compiled: &compiled };
    let solution = solve_balanced(&question, start, &params, &searching, options.seed, observer);
    let out_of_time = searching.out_of_time();
    let rows = Rows::new(data);
    let choice = rows.choice(&solution);
    let mut plan = routing_plan(problem, data, &choice);
    if options.cost_shares {
        plan.cost_shares = cost_shares(problem, data, &choice);
    }
    explain(problem, data, (&compiled, &solution), &budget, &mut plan);
    let mandatory_left_out = solution.unserved.iter().any(|&visit| data.stake(visit.get()).is_none());
    if mandatory_left_out {
        plan.status = Status::Infeasible;
        return plan;
    }
    if fewest_vehicles {
        // A bound on the cost proves nothing where vehicles come first.
        plan.status = ended(options, out_of_time);
        return plan;
    }
    let bounding = Budget { iterations: budget.iterations.min(PASSES), ..budget };
    let bound = bound(data, &compiled, Some(&solution), &bounding, observer);
    let bound = bound.into_iter().chain(first).max_by_key(|bound| bound.value);
    let closed = bound.is_some_and(|bound| prove(&mut plan, bound.value, bound.kind));
    // A bound on the cost proves nothing of how many are left out.
    let closed = closed && (solution.unserved.is_empty() || data.visits.iter().all(|visit| visit.priority.is_none()));
    plan.status = if closed { Status::Optimal } else { ended(options, out_of_time) };
    plan
}

/// Share of the time for a first bound, where a gap is good enough.
const FIRST_BOUND_SHARE: f64 = 0.2;

/// The same where only the best plan is, and there are so few visits that a bound may well prove it.
const FIRST_BOUND_SHARE_OF_FEW: f64 = 0.02;
const FEW_VISITS: usize = 60;

/// Share of the time for a bound before the search; `None` where it would hardly ever end the search.
fn first_share(options: &Options<'_>, compiled: &crate::routing::Problem) -> Option<f64> {
    if options.gap > 0.0 {
        return Some(FIRST_BOUND_SHARE);
    }
    (options.time.is_some() && compiled.n_customers() <= FEW_VISITS).then_some(FIRST_BOUND_SHARE_OF_FEW)
}

/// A bound from before the search, which can then stop as soon as it is close enough.
fn first_bound(
    data: &Routing,
    compiled: &crate::routing::Problem,
    budget: &Budget<'_>,
    share: f64,
    observer: &dyn Observer,
) -> Option<Bound> {
    let deadline = budget.deadline_within(budget.seconds_left() * share);
    let first = Budget { iterations: budget.iterations.min(PASSES), deadline, ..*budget };
    bound(data, compiled, None, &first, observer)
}

/// A bound on the cost of every plan.
fn bound(
    data: &Routing,
    compiled: &crate::routing::Problem,
    incumbent: Option<&Solution>,
    budget: &Budget<'_>,
    observer: &dyn Observer,
) -> Option<Bound> {
    let Some((relaxed, constant)) = relaxed(data, compiled) else {
        return lower_bound(compiled, incumbent, budget, observer);
    };
    let found = lower_bound(&relaxed, incumbent, budget, &Relay(observer))?;
    Some(Bound { value: found.value + constant, ..found })
}

/// Passes over all q-routes where iterations are limited.
const PASSES: u64 = 40;

/// The search's part of the budget: the rest is for the lower bound.
fn searching<'b>(budget: &Budget<'b>, compiled: &crate::routing::Problem) -> Budget<'b> {
    let Some(deadline) = budget.deadline else { return *budget };
    let kept = seconds_for_bound(compiled, budget.seconds_left());
    Budget { deadline: deadline.checked_sub(Duration::from_secs_f64(kept)), ..*budget }
}

/// The routes of a plan for the solver to start from; what the scenario no longer knows is left out.
pub(super) fn start(problem: &Problem, data: &Routing, plan: &Plan) -> Solution {
    let visits: HashMap<(&str, Activity), usize> = data
        .visits
        .iter()
        .enumerate()
        .map(|(row, visit)| {
            let activity = match visit.purpose {
                Purpose::Order(_) => Activity::Order,
                Purpose::Pickup(_) => Activity::Pickup,
                Purpose::Delivery(_) => Activity::Delivery,
                Purpose::Reload => Activity::Reload,
            };
            ((problem.order_id(visit.purpose), activity), row)
        })
        .collect();
    let rows = Rows::new(data);
    let mut is_open: Vec<bool> = vec![true; data.visits.len()];
    let mut taken = vec![false; rows.reloads().len()];
    let mut routes = Vec::new();
    for route in &plan.routes {
        let Some(vehicle_type) = problem.scenario.vehicles.iter().position(|vehicle| vehicle.id == route.vehicle)
        else {
            continue;
        };
        let vehicle_type = VehicleTypeIdx::new(vehicle_type);
        let called = route.stops.iter().filter_map(|stop| {
            let row = if stop.activity == Activity::Reload {
                problem.reload_row(data, vehicle_type, &stop.location)?
            } else {
                let row = *visits.get(&(stop.order.as_deref()?, stop.activity))?;
                std::mem::replace(&mut is_open[row], false).then(|| choice(problem, data, row, stop))?
            };
            rows.customer(row, &mut taken)
        });
        let called: Vec<CustomerIdx> = called.collect();
        if called.iter().any(|&visit| rows.row(visit) < data.first_reload()) {
            routes.push(Route { vehicle_type, visits: called });
        }
    }
    let unserved = (0..data.visits.len()).filter(|&row| is_open[row]).map(CustomerIdx::new).collect();
    Solution { routes, unserved, cost: Cost::HUGE }
}

/// The row of the time and place of a visit that a stop makes use of; the visit itself where it keeps to none.
fn choice(problem: &Problem, data: &Routing, row: usize, stop: &Stop) -> usize {
    let is_it = |visit: &Visit| {
        problem.location_id(visit.location) == stop.location && visit.window.contains(Time::new(stop.start.seconds()))
    };
    std::iter::once(row).chain(data.other_rows(row)).find(|&row| is_it(data.visit(row))).unwrap_or(row)
}
