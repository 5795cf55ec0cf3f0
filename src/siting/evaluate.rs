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
    let plants = problem.plants().iter().zip(used_plants(problem, inflows));
    total += plants.filter(|(_, used)| *used).map(|(plant, _)| plant.cost).sum();
    for inflow in inflows {
        let unit = problem.supplies()[inflow.supply.get()].unit_cost[inflow.site.get()];
        total += Cost::new((unit * inflow.amount.get() as f64).round() as i64);
    }
    total
}

/// The plants that anything is drawn from.
fn used_plants(problem: &Problem, inflows: &[Inflow]) -> Vec<bool> {
    let mut drawn = vec![false; problem.supplies().len()];
    inflows.iter().for_each(|inflow| drawn[inflow.supply.get()] = true);
    problem.plants().iter().map(|plant| plant.supplies.iter().any(|supply| drawn[supply.get()])).collect()
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
    /// The flags of sites and plants.
    pub(super) fn flags(&self) -> Vec<bool> {
        [self.open.as_slice(), &self.plants].concat()
    }

    /// The solution with these flows, sorted and priced. `open` starts with the sites' flags.
    pub(super) fn priced(problem: &Problem, open: &[bool], mut flows: Vec<Flow>, mut inflows: Vec<Inflow>) -> Self {
        flows.sort_unstable_by_key(|flow| (flow.customer, flow.site));
        inflows.sort_unstable_by_key(|inflow| (inflow.supply, inflow.site));
        let open = open[..problem.sites().len()].to_vec();
        let cost = cost(problem, &open, &flows, &inflows);
        let plants = used_plants(problem, &inflows);
        Self { open, plants, flows, inflows, cost }
    }
}
