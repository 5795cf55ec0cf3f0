//! Plans of sites and routes together.

use super::routing::routed;
use super::siting::{fixed_costs, inflows, site_plans, supplying};
use super::{RoutingChoice, SitingChoice, add_up, in_user_units};
use crate::model::plan::{Plan, Reason};
use crate::model::problem::{Network, Problem};
use crate::units::{Cost, Load};

/// What a solver of sites and routes decided.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NetworkChoice {
    /// Whether each site is open.
    pub open: Vec<bool>,
    /// Goods from supply lines into sites: row of the supply line, row of the site, amount in flow units over the planning
    /// period. Empty when the scenario has no supplies.
    pub inflows: Vec<(usize, usize, Load)>,
    /// A day's routes.
    pub routes: RoutingChoice,
}

/// The plan of `choice`, timed and priced: sites, what comes into them, and a day's routes.
///
/// Status, bound and gap are those of [`routing_plan`](super::routing_plan). Panics when `choice` names a row that does not
/// exist.
#[must_use]
pub fn network_plan(problem: &Problem, network: &Network, choice: &NetworkChoice) -> Plan {
    let siting = &network.siting;
    let (mut plan, of_a_day) = routed(problem, &network.routing, &choice.routes);
    let sites = SitingChoice { open: choice.open.clone(), inflows: choice.inflows.clone(), ..SitingChoice::default() };
    let [purchase, inbound] = inflows(problem, siting, &sites, &mut plan);
    let throughput = throughput(network, choice);
    let base: Vec<usize> =
        choice.routes.routes.iter().filter(|(_, visits)| !visits.is_empty()).map(|it| it.0).collect();
    debug_assert_eq!(base.len(), plan.routes.len());
    for (route, vehicle_type) in plan.routes.iter_mut().zip(base) {
        route.site = Some(problem.scenario.sites[network.bases[vehicle_type].get()].id.clone());
    }
    let handled = throughput
        .iter()
        .zip(&siting.sites)
        .map(|(&load, site)| Cost::from_currency(in_user_units(load, siting.flow_scale) * site.sizes[0].handling));
    let [opening, operating, closing] = fixed_costs(siting, &sites);
    let of_sites = [
        ("opening", opening),
        ("operating", operating),
        ("closing", closing),
        ("supplying", supplying(siting, &sites)),
        ("purchase", purchase),
        ("inbound", inbound),
        ("handling", handled.sum()),
    ];
    let of_routes = of_a_day.into_iter().map(|(term, cost)| (term, cost * network.days));
    let terms: Vec<(&str, Cost)> = of_sites.into_iter().chain(of_routes).collect();
    plan.sites = site_plans(problem, siting, &sites, &throughput);
    plan.unserved.iter_mut().flat_map(|left_out| &mut left_out.reasons).for_each(tell_of_sites);
    plan.summary.sites_open = Some(choice.open.iter().filter(|&&open| open).count() as u32);
    add_up(&mut plan.summary, &terms);
    plan
}

/// A day's fleet is not all that may be used up where sites limit what their vehicles bring.
fn tell_of_sites(reason: &mut Reason) {
    if reason.code == "no_vehicle_left" {
        "no_site_left".clone_into(&mut reason.code);
        "a vehicle could serve it alone, but the open sites' capacity, or the capacity or time of the vehicles there, is used up"
            .clone_into(&mut reason.message);
        "raise capacities of sites, allow more of them, or add vehicles".clone_into(&mut reason.hint);
    }
}

/// What passes each site over the planning period.
fn throughput(network: &Network, choice: &NetworkChoice) -> Vec<Load> {
    let mut delivered = vec![Load::ZERO; network.siting.sites.len()];
    for (vehicle_type, visits) in &choice.routes.routes {
        let site = network.bases[*vehicle_type].get();
        delivered[site] += visits.iter().map(|&row| network.routing.visit(row).delivery[0]).sum();
    }
    delivered.into_iter().map(|load| network.throughput(load)).collect()
}
