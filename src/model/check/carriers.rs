//! What carriers take: whether each may, and what it asks, computed anew from its tariff.

use super::routing::Rows;
use super::violations::{Violations, is_within, millionths};
use crate::model::carrier::Carrier;
use crate::model::plan::Plan;
use crate::model::problem::{Problem, Purpose, Routing, Visit};
use crate::units::LocationIdx;
use std::collections::HashSet;

/// What is given to carriers.
#[derive(Default)]
pub(super) struct Given {
    /// Rows of the orders, and of the shipments' pickups.
    pub(super) rows: HashSet<usize>,
    /// What it costs, in millionths.
    pub(super) millionths: i128,
}

/// Checks every line of what is outsourced. `made` tells whether vehicles make a visit.
pub(super) fn check(
    problem: &Problem,
    routing: &Routing,
    rows: &Rows<'_>,
    plan: &Plan,
    made: impl Fn(usize) -> bool,
    violations: &mut Violations,
) -> Given {
    let mut given = Given::default();
    for (place, line) in plan.outsourced.iter().enumerate() {
        let pointer = |field: &str| format!("/outsourced/{place}/{field}");
        let Some(&row) = rows.visits.get(line.id.as_str()) else {
            let detail = format!("no order or shipment has the id `{}`", line.id);
            violations.add(pointer("id"), "unknown_order", detail);
            continue;
        };
        if !given.rows.insert(row) {
            violations.add(pointer("id"), "duplicate_outsourced", format!("`{}` is listed twice", line.id));
        }
        let is_shipment = matches!(routing.visits[row].purpose, Purpose::Pickup(_));
        if made(row) || (is_shipment && made(row + 1)) {
            let detail = format!("`{}` is on a route as well", line.id);
            violations.add(pointer("id"), "served_and_outsourced", detail);
        }
        if problem.scenario.locks.iter().any(|lock| lock.order == line.id) {
            let detail = format!("`{}` is locked, and stays with the vehicles", line.id);
            violations.add(pointer("id"), "lock_outsourced", detail);
        }
        given.millionths += millionths(line.price);
        let Some(carrier) = problem.scenario.carriers.iter().find(|carrier| carrier.id == line.carrier) else {
            let detail = format!("no carrier has the id `{}`", line.carrier);
            violations.add(pointer("carrier"), "unknown_carrier", detail);
            continue;
        };
        if !takes(problem, carrier, &routing.visits[row], &line.id) {
            let detail = format!("`{}` does not take `{}`", carrier.id, line.id);
            violations.add(pointer("carrier"), "carrier_not_allowed", detail);
        }
        match asked(problem, routing, carrier, row) {
            None => {
                let detail = format!("`{}` takes another quantity than that of `{}`", carrier.id, line.id);
                violations.add(pointer("carrier"), "carrier_not_allowed", detail);
            }
            // The price is rounded to a millionth.
            Some(price) if !is_within(line.price - price, 1e-6 + price * 1e-12) => {
                let detail = format!("found {}, should be {price}", line.price);
                violations.add(pointer("price"), "carrier_price_wrong", detail);
            }
            Some(_) => {}
        }
    }
    given
}

/// Whether a carrier may have an order or shipment, by its id and skills.
fn takes(problem: &Problem, carrier: &Carrier, visit: &Visit, id: &str) -> bool {
    let skills = match visit.purpose {
        Purpose::Order(row) => &problem.scenario.orders[row].skills,
        Purpose::Pickup(row) | Purpose::Delivery(row) => &problem.scenario.shipments[row].skills,
        Purpose::Reload => return false,
    };
    let listed = |list: &[String]| list.iter().any(|listed| listed == id);
    let is_allowed = carrier.allowed_orders.is_empty() || listed(&carrier.allowed_orders);
    is_allowed && !listed(&carrier.forbidden_orders) && skills.iter().all(|skill| carrier.skills.contains(skill))
}

/// What the tariff says for the order or the shipment whose pickup is in a row; `None` where the quantity is not taken.
fn asked(problem: &Problem, routing: &Routing, carrier: &Carrier, row: usize) -> Option<f64> {
    let visit = &routing.visits[row];
    let user =
        |loads: &[crate::units::Load], dimension: usize| loads[dimension].get() as f64 / routing.scales[dimension];
    let counted = match &carrier.dimension {
        Some(name) => routing.dimensions.iter().position(|dimension| dimension == name),
        None => Some(0).filter(|_| routing.dimensions.len() == 1),
    };
    let quantity = counted.map_or(0.0, |dimension| user(&visit.delivery, dimension) + user(&visit.pickup, dimension));
    if quantity > carrier.max_quantity.unwrap_or(f64::INFINITY) {
        return None;
    }
    let meters = distance(problem, routing, carrier, row) as f64;
    let mut asked: Option<f64> = None;
    // The highest band that is reached counts; a higher one only where the tariff lets it.
    for band in carrier.bands.iter().rev() {
        let least = band.from.unwrap_or(0.0);
        let is_reached = least <= quantity;
        if !is_reached && !carrier.charge_as_higher_band {
            continue;
        }
        let units = if is_reached { quantity } else { least };
        let by_unit = units * band.per_unit.unwrap_or(0.0) + units * meters * band.per_unit_km.unwrap_or(0.0) / 1000.0;
        let price = band.fixed.unwrap_or(0.0) + meters * band.per_km.unwrap_or(0.0) / 1000.0 + by_unit;
        asked = Some(asked.map_or(price, |cheaper| cheaper.min(price)));
        if is_reached {
            return asked.map(|price| price.max(carrier.min_charge.unwrap_or(0.0)));
        }
    }
    None
}

/// How far a carrier drives, in meters; zero where nobody says from where.
fn distance(problem: &Problem, routing: &Routing, carrier: &Carrier, row: usize) -> i64 {
    let visit = &routing.visits[row];
    let place = |id: &str| {
        let locations = &problem.scenario.locations;
        locations.iter().position(|location| location.id == id).map(LocationIdx::new)
    };
    let from = carrier.from.as_deref().or_else(|| {
        let first = problem.scenario.vehicles.first()?.start.as_deref();
        first.filter(|_| problem.scenario.vehicles.iter().all(|vehicle| vehicle.start.as_deref() == first))
    });
    let brings = visit.delivery.iter().any(|load| load.get() > 0);
    let fetches = visit.pickup.iter().any(|load| load.get() > 0);
    let (from, to) = match (visit.purpose, from.and_then(place)) {
        (Purpose::Pickup(_), _) => (visit.location, routing.visits[row + 1].location),
        (_, Some(from)) if fetches && !brings => (visit.location, from),
        (_, Some(from)) => (from, visit.location),
        (_, None) => return 0,
    };
    problem.travel.distance(from, to).get()
}
