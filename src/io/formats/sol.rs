//! CVRPLIB's `.sol` files: lines `Route #k: a b c` and a line with the cost.
//!
//! Customers bear the numbers that our readers of published formats give as ids: from 1 with one depot, and after
//! the depots' numbers, which start at 0, with several. With several vehicle types the `k` of a route is the number
//! of its vehicle, counted through the types, so unused vehicles are written as empty routes.

use super::ReadError;
use super::text::lines;
use crate::model::plan::{Activity, Route, Stop};
use crate::model::{Plan, Scenario};
use std::collections::{BTreeMap, HashSet};
use std::fmt::Write;

/// A plan that a `.sol` file cannot hold.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SolError {
    /// Customers of `.sol` files are numbers.
    #[error("`{id}` cannot stand in a .sol file, which names customers by numbers")]
    NotANumber {
        /// Id of the order, or of the location of a shipment's stop.
        id: String,
    },
    /// The plan has a vehicle that the scenario has not.
    #[error("the scenario has no vehicle `{vehicle}`")]
    UnknownVehicle {
        /// Id of the vehicle type.
        vehicle: String,
    },
}

/// What a `.sol` file says.
#[derive(Clone, Debug, PartialEq)]
pub struct SolRoutes {
    /// The routes by their numbers, the first is 1; empty where the file names none. A customer is the id of an order,
    /// or of the location of a shipment's stop or of an order with alternative places.
    pub routes: Vec<Vec<String>>,
    /// The cost that the file claims, in its own unit.
    pub cost: Option<f64>,
}

/// Largest number of a route.
const MOST_ROUTES: usize = 1_000_000;

/// The plan's routes and cost as a `.sol` file.
pub fn write(scenario: &Scenario, plan: &Plan) -> Result<String, SolError> {
    let elsewhere = scenario.orders.iter().filter(|order| !order.alternatives.is_empty());
    let elsewhere: HashSet<&str> = elsewhere.map(|order| order.id.as_str()).collect();
    let mut text = String::new();
    if scenario.vehicles.len() == 1 {
        for (i, route) in plan.routes.iter().enumerate() {
            write_route(i + 1, Some(route), &elsewhere, &mut text)?;
        }
    } else {
        let by_number = by_number(scenario, plan)?;
        let n_vehicles = scenario.vehicles.iter().map(|vehicle| vehicle.count as usize).sum();
        for number in 1..=n_vehicles {
            write_route(number, by_number.get(&number).copied(), &elsewhere, &mut text)?;
        }
    }
    // Sums of money are exact to the millionth; the rest is the noise of floating point.
    let cost = (plan.summary.total * 1e6).round() / 1e6;
    let _ = writeln!(text, "Cost {cost}");
    Ok(text)
}

/// Reads a `.sol` file.
pub fn read(text: &str) -> Result<SolRoutes, ReadError> {
    let mut sol = SolRoutes { routes: Vec::new(), cost: None };
    for (line, content) in lines(text) {
        let lower = content.to_ascii_lowercase();
        if let Some(rest) = lower.strip_prefix("route") {
            let unexpected = || ReadError::Unexpected {
                line,
                found: content.to_owned(),
                expected: "`Route #k:` and customers".to_owned(),
            };
            let (number, visits) = rest.split_once(':').ok_or_else(unexpected)?;
            let number: usize = number.trim().trim_start_matches('#').trim().parse().map_err(|_| unexpected())?;
            let visits: Vec<String> = visits.split_whitespace().map(str::to_owned).collect();
            if !(1..=MOST_ROUTES).contains(&number) || !visits.iter().all(|visit| is_number(visit)) {
                return Err(unexpected());
            }
            if sol.routes.len() < number {
                sol.routes.resize(number, Vec::new());
            }
            sol.routes[number - 1].extend(visits);
        } else if let Some(rest) = lower.strip_prefix("cost") {
            let cost = rest.trim_start_matches(|c: char| c == ':' || c.is_whitespace()).parse().ok();
            sol.cost = cost.filter(|cost: &f64| cost.is_finite());
        }
    }
    if sol.routes.is_empty() && sol.cost.is_none() {
        return Err(ReadError::Ended { expected: "a line `Route #k:`".to_owned() });
    }
    Ok(sol)
}

fn by_number<'a>(scenario: &Scenario, plan: &'a Plan) -> Result<BTreeMap<usize, &'a Route>, SolError> {
    let mut first = BTreeMap::new();
    let mut n_before = 0;
    for vehicle in &scenario.vehicles {
        first.insert(vehicle.id.as_str(), n_before);
        n_before += vehicle.count as usize;
    }
    let number = |route: &'a Route| match first.get(route.vehicle.as_str()) {
        Some(n_before) => Ok((n_before + route.number as usize, route)),
        None => Err(SolError::UnknownVehicle { vehicle: route.vehicle.clone() }),
    };
    plan.routes.iter().map(number).collect()
}

fn write_route(
    number: usize,
    route: Option<&Route>,
    elsewhere: &HashSet<&str>,
    text: &mut String,
) -> Result<(), SolError> {
    let _ = write!(text, "Route #{number}:");
    for stop in route.iter().flat_map(|route| &route.stops) {
        if let Some(id) = customer(stop, elsewhere) {
            if !is_number(id) {
                return Err(SolError::NotANumber { id: id.to_owned() });
            }
            let _ = write!(text, " {id}");
        }
    }
    text.push('\n');
    Ok(())
}

/// The name of whoever is visited; an order that can be served `elsewhere` by its place.
fn customer<'a>(stop: &'a Stop, elsewhere: &HashSet<&str>) -> Option<&'a str> {
    match stop.activity {
        Activity::Order => stop.order.as_deref().map(|id| if elsewhere.contains(id) { &stop.location } else { id }),
        Activity::Pickup | Activity::Delivery | Activity::Reload => Some(&stop.location),
        Activity::Start | Activity::End => None,
    }
}

fn is_number(id: &str) -> bool {
    !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit())
}
