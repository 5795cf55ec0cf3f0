//! A day's routes: compile, solve, assemble.

use super::{Options, compile, ended};
use crate::model::plan::{Plan, Status};
use crate::model::problem::{Purpose, Routing};
use crate::model::{Problem, RoutingChoice, routing_plan};
use crate::routing::{Params, Route, Solution, solve};
use crate::search::Observer;
use crate::units::{Cost, CustomerIdx, VehicleTypeIdx};
use std::collections::HashMap;

pub(super) fn plan(problem: &Problem, data: &Routing, options: &Options<'_>, observer: &dyn Observer) -> Plan {
    let compiled = compile::routing(problem, data);
    let start = options.warm_start.map(|plan| start(problem, data, plan));
    let budget = options.budget();
    // The islands are part of the search, so an iteration budget fixes them whatever the threads.
    let islands = if options.iterations.is_some() && options.time.is_none() { 1 } else { options.threads };
    let params = Params { method: options.method, islands, ..Params::default() };
    let solution = solve(&compiled, start.as_ref(), &params, &budget, options.seed, observer);
    let out_of_time = budget.out_of_time();
    let choice = RoutingChoice {
        routes: solution
            .routes
            .iter()
            .map(|route| (route.vehicle_type.get(), route.visits.iter().map(|visit| visit.get()).collect()))
            .collect(),
        unserved: solution.unserved.iter().map(|visit| visit.get()).collect(),
    };
    let mut plan = routing_plan(problem, data, &choice);
    let mandatory_left_out = solution.unserved.iter().any(|&visit| data.visits[visit.get()].prize.is_none());
    plan.status = if mandatory_left_out { Status::Infeasible } else { ended(options, out_of_time) };
    plan
}

/// The routes of a plan for the solver to start from; what the scenario no longer knows is left out.
fn start(problem: &Problem, data: &Routing, plan: &Plan) -> Solution {
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
