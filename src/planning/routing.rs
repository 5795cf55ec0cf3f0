//! A day's routes: compile, solve, assemble.

use super::explain::explain;
use super::{Options, compile, ended, locks, prove};
use crate::model::plan::{Plan, Status};
use crate::model::problem::{Purpose, Routing};
use crate::model::scenario::Objective;
use crate::model::{Problem, RoutingChoice, routing_plan};
use crate::routing::{Params, Route, Solution, lower_bound, seconds_to_bound, solve};
use crate::search::{Budget, Observer};
use crate::units::{Cost, CustomerIdx, VehicleTypeIdx};
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
    let params = Params { method: options.method, fewest_vehicles, islands, ..Params::default() };
    let searching = searching(&budget, seconds_to_bound(&compiled));
    let solution = solve(&compiled, start.as_ref(), &params, &searching, options.seed, observer);
    let out_of_time = searching.out_of_time();
    let mut plan = routing_plan(problem, data, &choice(&solution));
    explain(problem, data, (&compiled, &solution), &budget, &mut plan);
    let mandatory_left_out = solution.unserved.iter().any(|&visit| data.visits[visit.get()].prize.is_none());
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
    let bound = lower_bound(&compiled, Some(&solution), &bounding, observer);
    let closed = bound.is_some_and(|bound| prove(&mut plan, bound.value, bound.kind));
    plan.status = if closed { Status::Optimal } else { ended(options, out_of_time) };
    plan
}

/// What a solver decided, by rows.
pub(super) fn choice(solution: &Solution) -> RoutingChoice {
    let rows = |visits: &[CustomerIdx]| visits.iter().map(|visit| visit.get()).collect();
    RoutingChoice {
        routes: solution.routes.iter().map(|route| (route.vehicle_type.get(), rows(&route.visits))).collect(),
        unserved: rows(&solution.unserved),
    }
}

/// Passes over all q-routes where iterations are limited.
const PASSES: u64 = 40;

/// Share of the time for the lower bound, and the most that it gets where it takes longer to begin at all.
const BOUND_SHARE: f64 = 0.02;
const MOST_BOUND_SHARE: f64 = 0.1;

/// The search's part of the budget: the rest is for the lower bound, which takes `to_begin` seconds before it climbs.
fn searching<'b>(budget: &Budget<'b>, to_begin: f64) -> Budget<'b> {
    let left = budget.seconds_left();
    let Some(deadline) = budget.deadline else { return *budget };
    let needed = 1.5 * to_begin + BOUND_SHARE * left;
    // A bound that takes too long to begin is left out, so nothing is kept for it.
    let kept = if needed > MOST_BOUND_SHARE * left { 0.0 } else { needed };
    Budget { deadline: deadline.checked_sub(Duration::from_secs_f64(kept)), ..*budget }
}

/// The routes of a plan for the solver to start from; what the scenario no longer knows is left out.
pub(super) fn start(problem: &Problem, data: &Routing, plan: &Plan) -> Solution {
    use crate::model::plan::Activity;
    let visits: HashMap<(&str, Activity), CustomerIdx> = data
        .visits
        .iter()
        .enumerate()
        .map(|(row, visit)| {
            let activity = match visit.purpose {
                Purpose::Order(_) => Activity::Order,
                Purpose::Pickup(_) => Activity::Pickup,
                Purpose::Delivery(_) => Activity::Delivery,
            };
            ((problem.order_id(visit.purpose), activity), CustomerIdx::new(row))
        })
        .collect();
    let mut open: Vec<bool> = vec![true; data.visits.len()];
    let mut routes = Vec::new();
    for route in &plan.routes {
        let Some(vehicle_type) = problem.scenario.vehicles.iter().position(|vehicle| vehicle.id == route.vehicle)
        else {
            continue;
        };
        let called = route.stops.iter().filter_map(|stop| {
            let visit = *visits.get(&(stop.order.as_deref()?, stop.activity))?;
            std::mem::replace(&mut open[visit.get()], false).then_some(visit)
        });
        let called: Vec<CustomerIdx> = called.collect();
        if !called.is_empty() {
            routes.push(Route { vehicle_type: VehicleTypeIdx::new(vehicle_type), visits: called });
        }
    }
    let unserved = (0..data.visits.len()).filter(|&row| open[row]).map(CustomerIdx::new).collect();
    Solution { routes, unserved, cost: Cost::HUGE }
}
