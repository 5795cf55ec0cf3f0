//! Third-party carriers: their tariffs, and what each order would cost with the cheapest of them.

use super::names::{Names, well_formed};
use super::numbers::{amount, cost};
use crate::model::carrier::{Carrier, FreightBand};
use crate::model::defect::Defects;
use crate::model::problem::{Offer, Purpose, Routing, Visit};
use crate::model::scenario::{Objective, Scenario};
use crate::network::Travel;
use crate::units::{Cost, Load, LocationIdx};
use std::collections::HashSet;

/// Highest price of one order that can be counted.
const DEAREST: f64 = 1e12;

/// A carrier whose references are resolved.
pub(super) struct Tariff<'a> {
    carrier: &'a Carrier,
    /// Where goods of orders are fetched; `None` where distances do not matter.
    from: Option<LocationIdx>,
    /// Row of the dimension that is counted; `None` where quantities do not matter.
    dimension: Option<usize>,
}

/// The tariffs of all carriers.
pub(super) fn read<'a>(
    scenario: &'a Scenario,
    (locations, orders): (&Names<'_>, &Names<'_>),
    dimensions: &[&str],
    starts: &[LocationIdx],
    defects: &mut Defects,
) -> Vec<Tariff<'a>> {
    if !scenario.carriers.is_empty() && scenario.objective == Objective::MinVehicles {
        let detail = "`carriers` have no meaning with the objective `min_vehicles`".to_owned();
        defects.add("/carriers", "carriers_not_for_objective", detail, "remove them, or minimize `min_cost`");
    }
    Names::collect("carrier", "/carriers", &scenario.carriers, |carrier| &carrier.id, defects);
    let mut tariffs = Vec::with_capacity(scenario.carriers.len());
    for (row, carrier) in scenario.carriers.iter().enumerate() {
        let pointer = |field: &str| format!("/carriers/{row}/{field}");
        bands(carrier, row, defects);
        cost(carrier.min_charge, || pointer("min_charge"), defects);
        carrier.max_quantity.map(|most| amount(most, || pointer("max_quantity"), defects));
        for (place, skill) in carrier.skills.iter().enumerate() {
            well_formed(skill, || format!("{}/{place}", pointer("skills")), defects);
        }
        for (list, field) in
            [(&carrier.allowed_orders, "allowed_orders"), (&carrier.forbidden_orders, "forbidden_orders")]
        {
            for (place, id) in list.iter().enumerate() {
                orders.find(id, || format!("{}/{place}", pointer(field)), defects);
            }
        }
        let same_start = starts.first().copied().filter(|first| starts.iter().all(|start| start == first));
        let from = match &carrier.from {
            Some(from) => Some(locations.location(from, || pointer("from"), defects)),
            None => same_start,
        };
        let by_distance = |band: &FreightBand| band.per_km.is_some() || band.per_unit_km.is_some();
        if from.is_none() && carrier.bands.iter().any(by_distance) && !scenario.orders.is_empty() {
            let detail = format!("`{}` has prices by the kilometer, and vehicles start at several places", carrier.id);
            defects.add(pointer("from"), "missing_from", detail, "say where it fetches what orders deliver");
        }
        let dimension = dimension(carrier, row, dimensions, defects);
        tariffs.push(Tariff { carrier, from, dimension });
    }
    tariffs
}

fn bands(carrier: &Carrier, row: usize, defects: &mut Defects) {
    if carrier.bands.is_empty() {
        let detail = format!("carrier `{}` has no prices", carrier.id);
        defects.add(format!("/carriers/{row}/bands"), "no_bands", detail, "add a band, from 0 on if there is only one");
    }
    let mut before: Option<f64> = None;
    for (place, band) in carrier.bands.iter().enumerate() {
        let pointer = |field: &str| format!("/carriers/{row}/bands/{place}/{field}");
        let from = amount(band.from.unwrap_or(0.0), || pointer("from"), defects);
        if before.is_some_and(|before| from <= before) {
            let detail = format!("starts at {from}, and the band before it no lower");
            defects.add(pointer("from"), "bands_not_ascending", detail, "list bands by `from`, least first");
        }
        before = Some(from);
        let prices = [
            (band.fixed, "fixed"),
            (band.per_unit, "per_unit"),
            (band.per_km, "per_km"),
            (band.per_unit_km, "per_unit_km"),
        ];
        for (price, field) in prices {
            cost(price, || pointer(field), defects);
        }
    }
}

fn dimension(carrier: &Carrier, row: usize, dimensions: &[&str], defects: &mut Defects) -> Option<usize> {
    let pointer = format!("/carriers/{row}/dimension");
    let known = || dimensions.iter().filter(|name| !name.is_empty()).copied().collect::<Vec<_>>().join(", ");
    if let Some(name) = &carrier.dimension {
        let found = dimensions.iter().position(|dimension| dimension == name && !name.is_empty());
        if found.is_none() {
            let detail = format!("no dimension has the name `{name}`");
            defects.add(pointer, "unknown_dimension", detail, &format!("known: {}", known()));
        }
        return found;
    }
    let counts = |band: &FreightBand| {
        band.per_unit.is_some() || band.per_unit_km.is_some() || band.from.is_some_and(|from| from > 0.0)
    };
    if dimensions.len() > 1 && (carrier.bands.iter().any(counts) || carrier.max_quantity.is_some()) {
        let detail = format!("`{}` counts quantities, and there are {} dimensions", carrier.id, dimensions.len());
        defects.add(pointer, "missing_dimension", detail, &format!("name one of: {}", known()));
    }
    (dimensions.len() == 1).then_some(0)
}

/// The cheapest carrier of each visit, by the row of the order or of the shipment's pickup. None for what is locked: that
/// stays with the vehicles.
pub(super) fn offers(
    scenario: &Scenario,
    tariffs: &[Tariff<'_>],
    routing: &Routing,
    travel: &Travel,
    defects: &mut Defects,
) -> Vec<Option<Offer>> {
    let locked: HashSet<&str> = scenario.locks.iter().map(|lock| lock.order.as_str()).collect();
    let lists = |ids: &'_ [String]| -> HashSet<String> { ids.iter().cloned().collect() };
    let takes: Vec<[HashSet<String>; 2]> = tariffs
        .iter()
        .map(|tariff| [lists(&tariff.carrier.allowed_orders), lists(&tariff.carrier.forbidden_orders)])
        .collect();
    let mut dearest = 0.0f64;
    let mut offer = |(row, visit): (usize, &Visit)| {
        let (id, skills) = match visit.purpose {
            Purpose::Order(order) => (&scenario.orders[order].id, &scenario.orders[order].skills),
            Purpose::Pickup(shipment) => (&scenario.shipments[shipment].id, &scenario.shipments[shipment].skills),
            Purpose::Delivery(_) | Purpose::Reload => return None,
        };
        if locked.contains(id.as_str()) {
            return None;
        }
        let offers = tariffs.iter().zip(&takes).enumerate().filter_map(|(number, (tariff, [allowed, forbidden]))| {
            let is_allowed = (allowed.is_empty() || allowed.contains(id)) && !forbidden.contains(id);
            let is_able = skills.iter().all(|skill| tariff.carrier.skills.contains(skill));
            let price = (is_allowed && is_able).then(|| price(tariff, routing, row, travel)).flatten()?;
            dearest = dearest.max(price);
            Some(Offer { carrier: number, price: Cost::from_currency(price) })
        });
        offers.min_by_key(|offer| offer.price)
    };
    let offers = routing.visits.iter().enumerate().map(&mut offer).collect();
    if dearest > DEAREST {
        let detail = format!("a carrier asks {dearest:.0} for an order, at most 1e12 can be counted");
        defects.add("/carriers", "cost_overflow", detail, "count money in thousands or millions");
    }
    offers
}

/// What a carrier asks for the order or shipment in a row, in the currency; `None` where it does not take so much or so
/// little.
fn price(tariff: &Tariff<'_>, routing: &Routing, row: usize, travel: &Travel) -> Option<f64> {
    let visit = &routing.visits[row];
    let carrier = tariff.carrier;
    let quantity = tariff.dimension.map_or(0.0, |dimension| {
        (visit.delivery[dimension] + visit.pickup[dimension]).get() as f64 / routing.scales[dimension]
    });
    if carrier.max_quantity.is_some_and(|most| quantity > most) {
        return None;
    }
    let only_picks_up =
        visit.delivery.iter().all(|&load| load == Load::ZERO) && visit.pickup.iter().any(|&load| load > Load::ZERO);
    let leg = match (visit.purpose, tariff.from) {
        (Purpose::Pickup(_), _) => Some((visit.location, routing.visits[row + 1].location)),
        (_, Some(from)) if only_picks_up => Some((visit.location, from)),
        (_, Some(from)) => Some((from, visit.location)),
        (_, None) => None,
    };
    let kilometers = leg.map_or(0.0, |(from, to)| travel.distance(from, to).get() as f64 / 1000.0);
    let starts = |band: &FreightBand| band.from.unwrap_or(0.0);
    let own = carrier.bands.iter().rposition(|band| starts(band) <= quantity)?;
    let charge = |band: &FreightBand| {
        let charged = quantity.max(starts(band));
        let rate = band.per_unit.unwrap_or(0.0) + band.per_unit_km.unwrap_or(0.0) * kilometers;
        band.fixed.unwrap_or(0.0) + band.per_km.unwrap_or(0.0) * kilometers + rate * charged
    };
    let last = if carrier.charge_as_higher_band { carrier.bands.len() } else { own + 1 };
    let cheapest = carrier.bands[own..last].iter().map(charge).fold(f64::INFINITY, f64::min);
    Some(cheapest.max(carrier.min_charge.unwrap_or(0.0)))
}
