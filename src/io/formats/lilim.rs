//! Li and Lim's pickup and delivery with time windows, `.txt`.

use super::text::{Word, Words, first_two, lines, whole};
use super::{ReadError, blank};
use crate::model::scenario::{Kind, Rounding, Shipment, ShipmentStop, VehicleCosts};
use crate::model::{Quantities, Scenario};

/// Distance units and seconds per unit of the file.
const SCALE: f64 = 1000.0;

/// Whether a text starts with `vehicles capacity speed` and then a row of nine columns.
pub(super) fn detect(text: &str) -> bool {
    first_two(text).is_some_and(|(head, first)| head.len() == 3 && first.len() == 9)
}

/// Reads a text: each pickup with its delivery is a shipment, named by the number of the pickup.
pub(super) fn read(text: &str) -> Result<Scenario, ReadError> {
    let convention = "Li-Lim format: Euclidean distances and times rounded to the nearest thousandth; the cost is the \
                      total distance with at most the file's vehicles (not fewest vehicles first, as published lists \
                      count). Distances, times and services are held in thousandths.";
    let mut scenario = blank::scenario(Kind::Routing, "", convention.to_owned());
    scenario.travel = blank::euclidean(SCALE, Rounding::Nearest);
    let mut words = Words::new(lines(text));
    let count = words.count("the number of vehicles", 1)?;
    let capacity = words.amount("the capacity")?;
    let speed = words.word("the speed")?;
    // Some files of the set say 0 and mean what the others say, 1.
    if ![0.0, 1.0].contains(&speed.number("the speed")?) {
        return Err(ReadError::NotServed { line: speed.line, what: format!("a speed of {}", speed.text) });
    }
    let mut rows = Vec::new();
    while !words.is_empty() {
        rows.push(Row::read(&mut words, rows.len())?);
    }
    let Some(depot) = rows.first() else {
        return Err(ReadError::Ended { expected: "the row of the depot".to_owned() });
    };
    let mut vehicle = blank::vehicle("vehicle".to_owned(), u32::try_from(count).unwrap_or(u32::MAX), Some(capacity), 0);
    vehicle.shift = Some(blank::window(depot.opens, depot.closes));
    vehicle.costs = Some(VehicleCosts { per_meter: Some(1.0 / SCALE), ..VehicleCosts::default() });
    scenario.vehicles.push(vehicle);
    for (number, row) in rows.iter().enumerate() {
        scenario.locations.push(blank::location(number, Some(row.at)));
        if row.delivery > 0 {
            scenario.shipments.push(shipment(&rows, number)?);
        } else if number > 0 && row.pickup == 0 {
            return Err(row.line.unexpected("a customer with a pickup or a delivery"));
        }
    }
    Ok(scenario)
}

/// One place.
struct Row<'a> {
    line: Word<'a>,
    at: [f64; 2],
    demand: f64,
    opens: i64,
    closes: i64,
    service: i64,
    /// Number of the place where its delivery is fetched, or 0.
    pickup: usize,
    /// Number of the place where its pickup is brought, or 0.
    delivery: usize,
}

impl<'a> Row<'a> {
    fn read(words: &mut Words<'a>, number: usize) -> Result<Self, ReadError> {
        let line = words.word("the number of a place")?;
        if line.count("the number of a place", 0)? != number {
            return Err(line.unexpected(&format!("place number {number}")));
        }
        Ok(Self {
            line,
            at: [words.number("an x coordinate")?, words.number("a y coordinate")?],
            demand: words.number("a demand")?,
            opens: thousandths(words, "an earliest time")?,
            closes: thousandths(words, "a latest time")?,
            service: thousandths(words, "a service time")?,
            pickup: words.count("the number of its pickup, or 0", 0)?,
            delivery: words.count("the number of its delivery, or 0", 0)?,
        })
    }

    fn stop(&self, number: usize) -> ShipmentStop {
        ShipmentStop {
            location: number.to_string(),
            windows: vec![blank::window(self.opens, self.closes)],
            setup: None,
            service: blank::service(self.service),
            lateness: None,
        }
    }
}

fn shipment(rows: &[Row<'_>], number: usize) -> Result<Shipment, ReadError> {
    let pickup = &rows[number];
    let partner = rows.get(pickup.delivery).filter(|delivery| number > 0 && delivery.pickup == number);
    let Some(delivery) = partner else {
        return Err(pickup.line.unexpected(&format!("a pickup whose delivery {} names it", pickup.delivery)));
    };
    if pickup.demand < 0.0 || (pickup.demand + delivery.demand).abs() > 1e-9 {
        return Err(pickup.line.unexpected("a pickup of as much as its delivery brings"));
    }
    Ok(Shipment {
        quantity: (pickup.demand > 0.0).then_some(Quantities::Bare(pickup.demand)),
        ..blank::shipment(number.to_string(), pickup.stop(number), delivery.stop(pickup.delivery))
    })
}

fn thousandths(words: &mut Words<'_>, expected: &str) -> Result<i64, ReadError> {
    let word = words.word(expected)?;
    let seconds = whole(word.number(expected)?, SCALE).filter(|seconds| *seconds >= 0);
    seconds.ok_or_else(|| word.unexpected(&format!("{expected} with at most three decimals")))
}
