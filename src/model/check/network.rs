//! Plans of sites and routes together: each route from an open site, what passes sites, and all costs.

use super::flows::{Flows, Rows};
use super::summary::{self, Term};
use super::violations::Violations;
use super::{routing, siting};
use crate::model::plan::{Activity, Plan};
use crate::model::problem::{Network, Problem, Size};
use std::collections::HashMap;

/// Checks a plan of sites and routes.
pub(super) fn check(problem: &Problem, network: &Network, plan: &Plan, violations: &mut Violations) {
    let sites = &network.siting;
    let rows = Rows::new(problem, sites);
    let open = siting::open_sites(problem, sites, &rows, plan, violations);
    let mut flows = Flows::check(problem, sites, &rows, &open, plan, violations);
    let days = i128::from(problem.scenario.days.unwrap_or(1));
    for (site, delivered) in delivered(problem, network, &open, plan, violations).into_iter().enumerate() {
        flows.pass(site, delivered * days, sites);
    }
    siting::counts(problem, sites, &open, plan, violations);
    siting::budget(problem, sites, &open, violations);
    siting::throughput(problem, sites, &rows, &flows, plan, violations);
    siting::balances(problem, sites, &flows, violations);
    let of_a_day = routing::terms(problem, &network.routing, plan, violations);
    let mut terms = siting::fixed_terms(sites, &open);
    terms.push(siting::supplying(sites, &flows));
    terms.extend(flows.terms().into_iter().filter(|term| ["purchase", "inbound", "handling"].contains(&term.name)));
    terms.extend(of_a_day.into_iter().map(|term| Term { millionths: term.millionths * days, ..term }));
    summary::costs(&plan.summary, &terms, violations);
}

/// What a day's routes bring from each site, in flow units; reports routes from sites that are closed or not their own.
fn delivered(
    problem: &Problem,
    network: &Network,
    open: &[Option<&Size>],
    plan: &Plan,
    violations: &mut Violations,
) -> Vec<i128> {
    let scenario = &problem.scenario;
    let vehicles: HashMap<&str, usize> =
        scenario.vehicles.iter().enumerate().map(|(row, vehicle)| (vehicle.id.as_str(), row)).collect();
    let orders: HashMap<&str, usize> =
        scenario.orders.iter().enumerate().map(|(row, order)| (order.id.as_str(), row)).collect();
    let flow_per_load = network.siting.flow_scale / network.routing.scales[0];
    let mut delivered = vec![0; scenario.sites.len()];
    for (place, route) in plan.routes.iter().enumerate() {
        // An unknown vehicle is reported with the routes.
        let Some(&vehicle) = vehicles.get(route.vehicle.as_str()) else { continue };
        let site = network.bases[vehicle].get();
        let id = &scenario.sites[site].id;
        if route.site.as_ref() != Some(id) {
            let detail = format!("found {:?}, vehicle `{}` is based at `{id}`", route.site, route.vehicle);
            violations.add(format!("/routes/{place}/site"), "route_site_wrong", detail);
        }
        if open[site].is_none() {
            let detail = format!("a route starts from site `{id}`, which is closed");
            violations.add(format!("/routes/{place}/site"), "closed_site_used", detail);
        }
        let brought = route.stops.iter().filter(|stop| stop.activity == Activity::Order);
        let rows = brought.filter_map(|stop| orders.get(stop.order.as_deref()?));
        let loads: i128 = rows.map(|&row| i128::from(network.routing.visits[row].delivery[0].get())).sum();
        delivered[site] += loads * flow_per_load.round() as i128;
    }
    delivered
}
