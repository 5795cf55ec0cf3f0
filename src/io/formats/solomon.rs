//! Solomon's and Gehring and Homberger's vehicle routing with time windows, `.txt`.

use super::text::{Words, lines, whole};
use super::{ReadError, blank};
use crate::model::Scenario;
use crate::model::scenario::{Kind, Rounding, VehicleCosts};

/// Distance units and seconds per unit of the file.
const SCALE: f64 = 10.0;

/// Whether a text has the headings of these files.
pub(super) fn detect(text: &str) -> bool {
    let heads: Vec<&str> = lines(text).take(8).map(|(_, line)| line).collect();
    let has = |word: &str| heads.iter().any(|line| line.to_ascii_uppercase().starts_with(word));
    has("VEHICLE") && has("NUMBER") && has("CUST")
}

/// Reads a text by the convention of the DIMACS challenge.
pub(super) fn read(text: &str) -> Result<Scenario, ReadError> {
    let name = lines(text).next().map_or("", |(_, line)| line);
    let convention = "Solomon format, dimacs_trunc1: Euclidean distances and travel times truncated to one decimal; the \
                      cost is the total distance with at most the file's vehicles. Distances, times and services are \
                      held in tenths.";
    let mut scenario = blank::scenario(Kind::Routing, name, convention.to_owned());
    scenario.travel = blank::euclidean(SCALE, Rounding::Floor);

    let mut words = Words::new(after(text, "NUMBER", "a line NUMBER CAPACITY")?);
    let n_vehicles = words.count("the number of vehicles", 1)?;
    let capacity = words.amount("the capacity")?;
    let count =
        u32::try_from(n_vehicles).map_err(|_| ReadError::Ended { expected: "a number of vehicles".to_owned() })?;
    let mut vehicle = blank::vehicle("vehicle".to_owned(), count, Some(capacity), 0);

    let mut words = Words::new(after(text, "CUST NO", "a line CUST NO.")?);
    while let Some(line) = words.line() {
        let number = words.count("the number of a customer", 0)?;
        let expected = scenario.locations.len();
        if number != expected {
            let expected = format!("customer number {expected}");
            return Err(ReadError::Unexpected { line, found: number.to_string(), expected });
        }
        let at = [words.number("an x coordinate")?, words.number("a y coordinate")?];
        let demand = words.amount("a demand")?;
        let opens = tenths(&mut words, "a ready time")?;
        let closes = tenths(&mut words, "a due date")?;
        let service = tenths(&mut words, "a service time")?;
        scenario.locations.push(blank::location(number, Some(at)));
        if number == 0 {
            if demand > 0.0 || service > 0 {
                return Err(ReadError::NotServed { line, what: "a demand or service at the depot".to_owned() });
            }
            vehicle.shift = Some(blank::window(opens, closes));
            continue;
        }
        let mut order = blank::order(number, demand);
        order.windows.push(blank::window(opens, closes));
        order.service = blank::service(service);
        scenario.orders.push(order);
    }
    if scenario.locations.is_empty() {
        return Err(ReadError::Ended { expected: "the row of the depot".to_owned() });
    }
    vehicle.costs = Some(VehicleCosts { per_meter: Some(1.0 / SCALE), ..VehicleCosts::default() });
    scenario.vehicles.push(vehicle);
    Ok(scenario)
}

/// The lines after the one that starts with `head`.
fn after<'a>(text: &'a str, head: &str, expected: &str) -> Result<impl Iterator<Item = (usize, &'a str)>, ReadError> {
    let mut rest = lines(text);
    rest.by_ref()
        .find(|(_, line)| line.to_ascii_uppercase().starts_with(head))
        .ok_or_else(|| ReadError::Ended { expected: expected.to_owned() })?;
    Ok(rest)
}

fn tenths(words: &mut Words<'_>, expected: &str) -> Result<i64, ReadError> {
    let word = words.word(expected)?;
    let seconds = whole(word.number(expected)?, SCALE).filter(|seconds| *seconds >= 0);
    seconds.ok_or_else(|| word.unexpected(&format!("{expected} with at most one decimal")))
}
