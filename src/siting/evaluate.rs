//! The cost of given open sites and flows, exact to the millionth.

use super::problem::Problem;
use super::solution::{Flow, Inflow, Solution};
use crate::units::Cost;

/// Cost of the open sites and flows, each flow's cost rounded to the nearest millionth.
///
/// Panics when a flow uses a service that the problem does not offer.
#[must_use]
pub fn cost(problem: &Problem, open: &[bool], flows: &[Flow], inflows: &[Inflow]) -> Cost {
    let sites = problem.sites().iter().zip(open);
    let mut total: Cost = sites.map(|(site, &open)| if open { site.open } else { site.closed }).sum();
    for flow in flows {
        total += flow_cost(problem, flow);
    }
    for inflow in inflows {
        let unit = problem.supplies()[inflow.supply.get()].unit_cost[inflow.site.get()];
        total += Cost::new((unit * inflow.amount.get() as f64).round() as i64);
    }
    total
}

/// Cost of one outbound flow.
fn flow_cost(problem: &Problem, flow: &Flow) -> Cost {
    let customer = &problem.customers()[flow.customer.get()];
    let at = customer.services.binary_search_by_key(&flow.site, |service| service.site);
    let service = customer.services[at.expect("flows use services of the problem")];
    let share = if flow.amount == customer.demand {
        service.cost
    } else {
        service.cost * flow.amount.get() as f64 / customer.demand.get() as f64
    };
    Cost::new(share.round() as i64)
}

impl Solution {
    /// The solution with these flows, sorted and priced.
    pub(super) fn priced(problem: &Problem, open: Vec<bool>, mut flows: Vec<Flow>, mut inflows: Vec<Inflow>) -> Self {
        flows.sort_unstable_by_key(|flow| (flow.customer, flow.site));
        inflows.sort_unstable_by_key(|inflow| (inflow.supply, inflow.site));
        let cost = cost(problem, &open, &flows, &inflows);
        Self { open, flows, inflows, cost }
    }
}
