//! Compartments of vehicles, and which goods may lie in which.

use super::names::well_formed;
use super::quantities::{Catalog, scaled};
use crate::model::defect::Defects;
use crate::model::problem::{Purpose, Routing, Visit};
use crate::model::scenario::{Scenario, Vehicle};
use crate::stowage::Stowage;
use crate::units::{Load, VehicleTypeIdx};

/// Most compartments of a vehicle: each takes a bit.
const MOST_COMPARTMENTS: usize = 32;

/// What each compartment of a vehicle holds, by dimension.
pub(super) type Amounts = Vec<Vec<Option<f64>>>;

/// The compartments of all vehicles, in their order.
pub(super) fn read(scenario: &Scenario, catalog: &mut Catalog<'_>, defects: &mut Defects) -> Vec<Amounts> {
    let vehicles = scenario.vehicles.iter().enumerate();
    vehicles.map(|(row, vehicle)| of_vehicle(row, vehicle, catalog, defects)).collect()
}

fn of_vehicle(row: usize, vehicle: &Vehicle, catalog: &mut Catalog<'_>, defects: &mut Defects) -> Amounts {
    let n_compartments = vehicle.compartments.len();
    if n_compartments > MOST_COMPARTMENTS {
        let detail = format!("at most {MOST_COMPARTMENTS} compartments are allowed, found {n_compartments}");
        defects.add(format!("/vehicles/{row}/compartments"), "too_many_compartments", detail, "join some of them");
    }
    let mut all = Vec::with_capacity(n_compartments);
    for (place, compartment) in vehicle.compartments.iter().enumerate() {
        let pointer = |field: &str| format!("/vehicles/{row}/compartments/{place}/{field}");
        well_formed(&compartment.id, || pointer("id"), defects);
        if vehicle.compartments[..place].iter().any(|other| other.id == compartment.id) {
            let detail = format!("`{}` is a compartment of this vehicle already", compartment.id);
            defects.add(pointer("id"), "duplicate_id", detail, "give it another id");
        }
        for (number, kind) in compartment.kinds.iter().enumerate() {
            if compartment.kinds[..number].contains(kind) {
                let detail = format!("`{kind}` is listed twice");
                defects.add(format!("{}/{number}", pointer("kinds")), "duplicate_kind", detail, "keep one");
            }
        }
        let before = defects.count();
        let capacity = compartment.capacity.as_ref();
        let amounts = capacity.map(|given| catalog.read(given, || pointer("capacity"), defects)).unwrap_or_default();
        if !amounts.is_empty() && amounts.iter().all(|&most| most == Some(0.0)) && defects.count() == before {
            let detail = format!("compartment `{}` can hold nothing", compartment.id);
            defects.add(pointer("capacity"), "zero_capacity", detail, "leave it out if it has no limit");
        }
        all.push(amounts);
    }
    all
}

/// Who may lie where. A vehicle carries no more than its compartments together, and is barred from goods that fit none of
/// them.
pub(super) fn finish(scenario: &Scenario, all: &[Amounts], routing: &mut Routing, defects: &mut Defects) {
    if all.iter().all(Vec::is_empty) {
        return;
    }
    for (row, order) in scenario.orders.iter().enumerate().filter(|(_, order)| order.split.is_some()) {
        let detail = format!("`{}` comes in parts, and there are vehicles with compartments", order.id);
        let hint = "make several orders of it, each of a size that fits a compartment";
        defects.add(format!("/orders/{row}/split"), "not_served_yet", detail, hint);
    }
    let n_dimensions = routing.dimensions.len();
    let limits = |amounts: &Vec<Option<f64>>| -> Vec<Load> {
        let most = |row: usize| amounts.get(row).copied().flatten();
        (0..n_dimensions).map(|row| most(row).map_or(Load::HUGE, |most| scaled(most, routing.scales[row]))).collect()
    };
    let compartments: Vec<Vec<Vec<Load>>> = all
        .iter()
        .map(|of| if of.is_empty() { vec![vec![Load::HUGE; n_dimensions]] } else { of.iter().map(limits).collect() })
        .collect();
    for (vehicle_type, compartments) in routing.vehicle_types.iter_mut().zip(&compartments) {
        for (dimension, most) in vehicle_type.capacity.iter_mut().enumerate() {
            let together = compartments.iter().fold(0i64, |sum, it| sum.saturating_add(it[dimension].get()));
            *most = (*most).min(Load::new(together));
        }
    }
    let may = compartments.iter().enumerate().map(|(row, of)| {
        let vehicle = &scenario.vehicles[row];
        let bits = |visit: &Visit| {
            let kinds = kinds_of(scenario, visit.purpose);
            let fits = |most: &Vec<Load>| {
                [&visit.delivery, &visit.pickup]
                    .iter()
                    .all(|loads| loads.iter().zip(most).all(|(load, most)| load <= most))
            };
            let admits = |place: usize| vehicle.compartments.get(place).is_none_or(|it| it.admits(kinds));
            let open = of.iter().enumerate().filter(|&(place, most)| admits(place) && fits(most));
            open.fold(0u64, |bits, (place, _)| bits | (1 << (place % 64)))
        };
        routing.visits.iter().map(bits).collect()
    });
    let stowage = Stowage {
        may: may.collect(),
        kinds: routing.visits.iter().map(|visit| [visit.kinds, routing.shunned_by(visit.kinds)]).collect(),
        compartments,
    };
    let has_goods = |visit: &Visit| visit.delivery.iter().chain(&visit.pickup).any(|&load| load > Load::ZERO);
    let bar = |visit: &mut Visit, row: usize| {
        for vehicle_type in (0..stowage.may.len()).map(VehicleTypeIdx::new) {
            if has_goods(visit) && stowage.may[vehicle_type.get()][row] == 0 && !visit.barred.contains(&vehicle_type) {
                visit.barred.push(vehicle_type);
            }
        }
        visit.barred.sort_unstable();
    };
    routing.visits.iter_mut().enumerate().for_each(|(row, visit)| bar(visit, row));
    routing.alternatives.iter_mut().for_each(|it| bar(&mut it.visit, it.of));
    routing.stowage = Some(stowage);
}

fn kinds_of(scenario: &Scenario, purpose: Purpose) -> &[String] {
    match purpose {
        Purpose::Order(row) => &scenario.orders[row].kinds,
        Purpose::Pickup(row) | Purpose::Delivery(row) => &scenario.shipments[row].kinds,
        Purpose::Reload => &[],
    }
}
