//! Cordeau, Gendreau and Laporte's vehicle routing with several depots, `.txt`.

use super::text::{Words, first_two, lines};
use super::{ReadError, blank};
use crate::model::Scenario;
use crate::model::scenario::{Kind, Rounding, VehicleCosts};

/// Distance units and seconds per unit of the file.
const SCALE: f64 = 1000.0;

/// Number of the problem with several depots among the problems of this format.
const MULTI_DEPOT: usize = 2;

/// Whether a text starts with `type m n t` and then `max_duration max_load`.
pub(super) fn detect(text: &str) -> bool {
    first_two(text).is_some_and(|(head, first)| head.len() == 4 && first.len() == 2)
}

/// Reads a text: one vehicle type for each depot.
pub(super) fn read(text: &str) -> Result<Scenario, ReadError> {
    let convention = "Cordeau format: Euclidean distances and times rounded to the nearest thousandth; the cost is the \
                      total distance with at most the file's vehicles at each depot. Places are numbered from 0, depots \
                      first. Distances and times are held in thousandths.";
    let mut scenario = blank::scenario(Kind::Routing, "", convention.to_owned());
    scenario.travel = blank::euclidean(SCALE, Rounding::Nearest);
    let mut words = Words::new(lines(text));
    let kind = words.word("the type of problem")?;
    if kind.count("the type of problem", 0)? != MULTI_DEPOT {
        return Err(kind.unexpected("type 2, several depots"));
    }
    let n_vehicles = words.count("the number of vehicles", 1)?;
    let n_customers = words.count("the number of customers", 0)?;
    let n_depots = words.count("the number of depots", 1)?;
    for depot in 0..n_depots {
        let duration = words.amount("the longest duration")?;
        let load = words.amount("the largest load")?;
        let capacity = (load > 0.0).then_some(load);
        let count = u32::try_from(n_vehicles).unwrap_or(u32::MAX);
        let mut vehicle = blank::vehicle(format!("depot {depot}"), count, capacity, depot);
        vehicle.max_duration = (duration > 0.0).then(|| (duration * SCALE + 1e-6).floor());
        vehicle.costs = Some(VehicleCosts { per_meter: Some(1.0 / SCALE), ..VehicleCosts::default() });
        scenario.vehicles.push(vehicle);
    }
    for number in n_depots..n_depots.saturating_add(n_customers) {
        let at = place(&mut words)?;
        let service = (words.amount("a service time")? * SCALE).round();
        let demand = words.amount("a demand")?;
        words.number("a visit frequency")?;
        let n_combinations = words.count("the number of visit combinations", 0)?;
        for _ in 0..n_combinations {
            words.number("a visit combination")?;
        }
        scenario.locations.push(blank::location(number, Some(at)));
        let mut order = blank::order(number, demand);
        order.service = blank::service(service as i64);
        scenario.orders.push(order);
    }
    for depot in 0..n_depots {
        let line = words.line().unwrap_or(0);
        let at = place(&mut words)?;
        scenario.locations.insert(depot, blank::location(depot, Some(at)));
        while words.line() == Some(line) {
            let word = words.word("a zero")?;
            if word.number("a zero")?.abs() > 0.0 {
                return Err(ReadError::NotServed { line, what: format!("a depot with `{}`", word.text) });
            }
        }
    }
    words.end()?;
    Ok(scenario)
}

fn place(words: &mut Words<'_>) -> Result<[f64; 2], ReadError> {
    words.number("the number of a place")?;
    Ok([words.number("an x coordinate")?, words.number("a y coordinate")?])
}
