//! Plans of a search that still runs.

use super::finished;
use super::past_sites::PastSites;
use super::rows::Rows;
use crate::model::plan::{Plan, Status};
use crate::model::problem::{Case, Problem, Routing};
use crate::model::scenario::{Objective, Scenario};
use crate::model::{NetworkChoice, RoutingChoice, network_plan, routing_plan, siting_plan};
use crate::search::Found;
use crate::units::{Cost, CustomerIdx};
use std::collections::HashSet;

/// The checked plan of what a search has `found`; `None` when it belongs to another kind of problem, or when the
/// checker refuses it.
#[must_use]
pub fn incumbent(problem: &Problem, found: Found, seed: u64) -> Option<Plan> {
    let mut plan = match (&problem.case, found) {
        (Case::Siting(data), Found::Sites { open, inflows, flows }) => {
            let past = PastSites::new(data, problem.scenario.lanes.direct.is_some());
            siting_plan(problem, data, &past.choice(data, &open, inflows, flows))
        }
        (Case::Routing(data), Found::Routes { routes, unserved }) => {
            routing_plan(problem, data, &by_rows(data, routes, unserved))
        }
        (Case::Network(data), Found::Network { open, inflows, routes, unserved }) => {
            let routes = by_rows(&data.routing, routes, unserved);
            network_plan(problem, data, &NetworkChoice { open, inflows, routes })
        }
        (Case::Siting(_) | Case::Routing(_) | Case::Network(_), _) => return None,
    };
    plan.status = if n_missing(&problem.scenario, &plan) > 0 { Status::Infeasible } else { Status::Feasible };
    finished(problem, plan, seed).ok()
}

/// Routes through customers as routes through rows.
fn by_rows(data: &Routing, routes: Vec<(usize, Vec<usize>)>, unserved: Vec<usize>) -> RoutingChoice {
    let by_customer = Rows::new(data);
    let rows = |visits: Vec<usize>| visits.into_iter().map(|it| by_customer.row(CustomerIdx::new(it))).collect();
    let routes = routes.into_iter().map(|(vehicle_type, visits)| (vehicle_type, rows(visits))).collect();
    RoutingChoice { routes, unserved }
}

/// What a plan is worth, the least being best: mandatory orders left out, vehicles where these come first, cost.
#[must_use]
pub fn rank(scenario: &Scenario, plan: &Plan) -> (usize, u32, Cost) {
    let vehicles = match scenario.objective {
        Objective::MinVehicles => plan.summary.vehicles.unwrap_or(0),
        Objective::MinCost | Objective::PMedian | Objective::SetCover | Objective::MaxCover | Objective::PCenter => 0,
    };
    (n_missing(scenario, plan), vehicles, Cost::from_currency(plan.summary.total))
}

/// How many mandatory orders, shipments or demands a plan leaves out.
fn n_missing(scenario: &Scenario, plan: &Plan) -> usize {
    if plan.unserved.is_empty() {
        return 0;
    }
    let orders = scenario.orders.iter().filter(|order| order.prize.is_some()).map(|order| order.id.as_str());
    let shipments = scenario.shipments.iter().filter(|shipment| shipment.prize.is_some()).map(|it| it.id.as_str());
    let mut optional: HashSet<&str> = orders.chain(shipments).collect();
    for lock in &scenario.locks {
        optional.remove(lock.order.as_str());
    }
    plan.unserved.iter().filter(|unserved| !optional.contains(unserved.id.as_str())).count()
}
