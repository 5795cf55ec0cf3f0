//! `check`: is the scenario valid, and does a plan keep its promises?

use super::args::CheckArgs;
use super::files::{read_plan, read_scenario, read_text, validated};
use super::question::changed;
use super::{Failure, say};
use crate::io::formats::sol;
use crate::model::problem::{Case, Purpose};
use crate::model::{Plan, Problem, RoutingChoice, check, routing_plan};
use crate::units::VehicleTypeIdx;
use std::collections::HashMap;
use std::path::Path;

pub(super) fn run(args: &CheckArgs) -> Result<(), Failure> {
    let problem = validated(&args.scenario, changed(read_scenario(&args.scenario)?, &args.question))?;
    say(&format!("{}: valid, {}", args.scenario.display(), counts(&problem)));
    let Some(path) = &args.plan else { return Ok(()) };
    let plan = if path.extension().is_some_and(|extension| extension == "sol") {
        plan_of_sol(&problem, path)?
    } else {
        read_plan(path)?
    };
    let violations = check(&problem, &plan);
    if violations.is_empty() {
        let unserved =
            if plan.unserved.is_empty() { String::new() } else { format!(", {} unserved", plan.unserved.len()) };
        let certified = plan.certificate.as_ref().and_then(|certificate| certificate.bound);
        let certified = certified.map_or_else(String::new, |bound| format!(", no plan can cost less than {bound}"));
        say(&format!("{}: valid, total {}{unserved}{certified}", path.display(), plan.summary.total));
        return Ok(());
    }
    let mut text = format!("{}: {} violations", path.display(), violations.len());
    for violation in &violations {
        text.push_str(&format!("\n  {}: {} [{}]", violation.pointer, violation.detail, violation.code));
    }
    Err(Failure::Invalid(text))
}

fn counts(problem: &Problem) -> String {
    let scenario = &problem.scenario;
    match &problem.case {
        Case::Siting(_) => format!(
            "siting: {} supplies, {} sites, {} demands",
            scenario.supplies.len(),
            scenario.sites.len(),
            scenario.demands.len()
        ),
        Case::Network(network) => format!(
            "network: {} supplies, {} sites, {} orders, {} days",
            scenario.supplies.len(),
            scenario.sites.len(),
            scenario.orders.len(),
            network.days
        ),
        Case::Routing(_) => format!(
            "routing: {} orders, {} shipments, {} vehicles of {} types",
            scenario.orders.len(),
            scenario.shipments.len(),
            scenario.vehicles.iter().map(|vehicle| u64::from(vehicle.count)).sum::<u64>(),
            scenario.vehicles.len()
        ),
    }
}

/// The plan that a `.sol` stands for: its routes on the vehicles in their order, everything else recomputed.
fn plan_of_sol(problem: &Problem, path: &Path) -> Result<Plan, Failure> {
    let Case::Routing(routing) = &problem.case else {
        return Err(Failure::Usage("a .sol answers a routing scenario".to_owned()));
    };
    let invalid = |text: String| Failure::Invalid(format!("{}: {text}", path.display()));
    let solution = sol::read(&read_text(path)?).map_err(|error| invalid(error.to_string()))?;
    let mut left: HashMap<&str, Vec<usize>> = HashMap::new();
    for row in (0..routing.visits.len() + routing.alternatives.len()).rev() {
        let visit = routing.visit(row);
        // A .sol names the stops of a shipment, and of an order with alternatives, by their places.
        let id = match visit.purpose {
            Purpose::Order(order) if problem.scenario.orders[order].alternatives.is_empty() => {
                problem.order_id(visit.purpose)
            }
            Purpose::Order(_) | Purpose::Pickup(_) | Purpose::Delivery(_) | Purpose::Reload => {
                problem.location_id(visit.location)
            }
        };
        left.entry(id).or_default().push(row);
    }
    let mut is_left_out = vec![true; routing.visits.len()];
    let vehicles: Vec<usize> = routing
        .vehicle_types
        .iter()
        .enumerate()
        .flat_map(|(row, fleet)| std::iter::repeat_n(row, fleet.count as usize))
        .collect();
    let mut routes = Vec::new();
    for (place, route) in solution.routes.iter().enumerate() {
        if route.is_empty() {
            continue;
        }
        let vehicle_type = *vehicles
            .get(place)
            .ok_or_else(|| invalid(format!("route {} is on none of the {} vehicles", place + 1, vehicles.len())))?;
        let mut visits = Vec::with_capacity(route.len());
        for id in route {
            let row = left.get_mut(id.as_str()).and_then(Vec::pop);
            let row = row.or_else(|| problem.reload_row(routing, VehicleTypeIdx::new(vehicle_type), id));
            let row = row.ok_or_else(|| invalid(format!("order `{id}` is unknown or visited too often")))?;
            match row.checked_sub(routing.visits.len()) {
                None => is_left_out[row] = false,
                Some(number) => {
                    let alternative = routing.alternatives.get(number);
                    alternative.into_iter().for_each(|alternative| is_left_out[alternative.of] = false);
                }
            }
            visits.push(row);
        }
        routes.push((vehicle_type, visits));
    }
    let unserved = (0..routing.visits.len()).filter(|&row| is_left_out[row]).collect();
    Ok(routing_plan(problem, routing, &RoutingChoice { routes, unserved }))
}
