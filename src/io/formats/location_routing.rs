//! Capacitated location-routing: the layout of Prins, Prodhon & Wolfler Calvo, in which the sets of Tuzun & Burke and of
//! Barreto are published too, and the JSON of Schneider & Löffler.

use super::text::{Words, lines, numbers};
use super::{ReadError, blank};
use crate::model::Scenario;
use crate::model::scenario::{Kind, Rounding, VehicleCosts};
use serde::Deserialize;

/// Distance units per unit of the coordinates where arcs are rounded up.
const ROUNDED_UP: f64 = 100.0;

/// The same where they are plain.
const PLAIN: f64 = 1000.0;

/// Whether a text has the number of customers and that of depots alone on its first lines, and then all that these ask for.
pub(super) fn detect(text: &str) -> bool {
    let mut first = lines(text).map(|(_, line)| numbers(line).unwrap_or_default());
    let (Some(customers), Some(depots)) = (first.next(), first.next()) else { return false };
    let (&[n], &[m]) = (customers.as_slice(), depots.as_slice()) else { return false };
    let is_count = |number: f64| (1.0..=1e6).contains(&number) && number.fract() == 0.0;
    is_count(n) && is_count(m) && text.split_whitespace().count() as f64 == 5.0 + 4.0 * m + 3.0 * n
}

/// Reads a text: places of depots and customers, capacity of a vehicle, capacities of depots, demands, opening costs, cost of
/// a route, and 1 for plain distances or 0 for those in hundredths, rounded up.
pub(super) fn read(text: &str) -> Result<Scenario, ReadError> {
    let mut words = Words::new(lines(text));
    let n_customers = words.count("the number of customers", 1)?;
    let n_depots = words.count("the number of depots", 1)?;
    let depots = places(&mut words, n_depots)?;
    let customers = places(&mut words, n_customers)?;
    let capacity = words.amount("the capacity of a vehicle")?;
    let capacities = amounts(&mut words, n_depots, "the capacity of a depot")?;
    let demands = amounts(&mut words, n_customers, "a demand")?;
    let openings = amounts(&mut words, n_depots, "the cost of opening a depot")?;
    let route = words.amount("the cost of a route")?;
    let kind = words.word("0 or 1 for the kind of distances")?;
    let is_plain = match kind.count("0 or 1 for the kind of distances", 0)? {
        0 => false,
        1 => true,
        _ => return Err(kind.unexpected("0 or 1 for the kind of distances")),
    };
    words.end()?;
    let depots = depots.into_iter().zip(capacities).zip(openings);
    Ok(Instance {
        depots: depots.map(|((at, capacity), opening)| Depot { at, capacity, opening }).collect(),
        customers: customers.into_iter().zip(demands).collect(),
        capacity,
        route,
        is_plain,
    }
    .scenario())
}

fn places(words: &mut Words<'_>, count: usize) -> Result<Vec<[f64; 2]>, ReadError> {
    (0..count).map(|_| Ok([words.number("an x coordinate")?, words.number("a y coordinate")?])).collect()
}

fn amounts(words: &mut Words<'_>, count: usize, expected: &str) -> Result<Vec<f64>, ReadError> {
    (0..count).map(|_| words.amount(expected)).collect()
}

/// The JSON document.
#[derive(Deserialize)]
struct Document {
    depots: Vec<DepotEntry>,
    customers: Vec<CustomerEntry>,
    vehicle_capacity: f64,
    vehicle_costs: f64,
}

#[derive(Deserialize)]
struct DepotEntry {
    index: usize,
    x: f64,
    y: f64,
    capacity: f64,
    costs: f64,
}

#[derive(Deserialize)]
struct CustomerEntry {
    index: usize,
    x: f64,
    y: f64,
    demand: f64,
}

/// Whether a text is an object with `depots` and `vehicle_costs`.
pub(super) fn is_schneider(text: &str) -> bool {
    text.trim_start().starts_with('{') && text.contains("\"depots\"") && text.contains("\"vehicle_costs\"")
}

/// Reads a text of Schneider & Löffler: distances in hundredths, rounded up; depots and customers in the order of their
/// numbers.
pub(super) fn schneider(text: &str) -> Result<Scenario, ReadError> {
    let mut document: Document = serde_json::from_str(text).map_err(|error| ReadError::Unexpected {
        line: error.line(),
        found: error.to_string(),
        expected: "`depots`, `customers`, `vehicle_capacity`, `vehicle_costs`".to_owned(),
    })?;
    document.depots.sort_by_key(|depot| depot.index);
    document.customers.sort_by_key(|customer| customer.index);
    let depot = |it: &DepotEntry| Depot { at: [it.x, it.y], capacity: it.capacity, opening: it.costs };
    Ok(Instance {
        depots: document.depots.iter().map(depot).collect(),
        customers: document.customers.iter().map(|it| ([it.x, it.y], it.demand)).collect(),
        capacity: document.vehicle_capacity,
        route: document.vehicle_costs,
        is_plain: false,
    }
    .scenario())
}

struct Depot {
    at: [f64; 2],
    capacity: f64,
    opening: f64,
}

/// What all of the layouts say.
struct Instance {
    depots: Vec<Depot>,
    /// Places and demands.
    customers: Vec<([f64; 2], f64)>,
    capacity: f64,
    route: f64,
    is_plain: bool,
}

impl Instance {
    fn scenario(self) -> Scenario {
        let (scale, rounding, distances) = if self.is_plain {
            (PLAIN, Rounding::Nearest, "Euclidean distances, rounded to the nearest thousandth")
        } else {
            (ROUNDED_UP, Rounding::Ceil, "hundredfold Euclidean distances, rounded up")
        };
        let convention = format!(
            "Location-routing format of Prins et al.: {distances}; the cost is that of opening depots, of each route and of \
             the distance. Places are numbered from 0, depots first."
        );
        let mut scenario = blank::scenario(Kind::Network, "", convention);
        scenario.travel = blank::euclidean(scale, rounding);
        for (number, depot) in self.depots.into_iter().enumerate() {
            scenario.locations.push(blank::location(number, Some(depot.at)));
            let capacity = (depot.capacity > 0.0).then_some(depot.capacity);
            let mut site = blank::site(number.to_string(), number.to_string(), capacity);
            site.opening_cost = Some(depot.opening);
            scenario.sites.push(site);
        }
        let n_customers = self.customers.len();
        for (at, demand) in self.customers {
            let number = scenario.locations.len();
            scenario.locations.push(blank::location(number, Some(at)));
            scenario.orders.push(blank::order(number, demand));
        }
        let count = u32::try_from(n_customers).unwrap_or(u32::MAX);
        let mut vehicle = blank::vehicle("vehicle".to_owned(), count, Some(self.capacity), 0);
        vehicle.start = None;
        vehicle.costs = Some(VehicleCosts {
            fixed: Some(self.route),
            per_meter: Some(if self.is_plain { 1.0 / scale } else { 1.0 }),
            ..VehicleCosts::default()
        });
        scenario.vehicles.push(vehicle);
        scenario
    }
}
