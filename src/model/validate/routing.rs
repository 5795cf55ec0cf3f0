//! Vehicles, orders and shipments.

use super::balance;
use super::carriers;
use super::compartments;
use super::docks;
use super::groups;
use super::hours;
use super::kinds;
use super::locks;
use super::names::{Names, well_formed};
use super::numbers::{cost, longest_distance, longest_duration};
use super::paces;
use super::priorities;
use super::quantities::{Catalog, scaled};
use super::reloads;
use super::split;
use super::stocks;
use super::sums;
use super::times::{Clock, whole_seconds};
use super::vehicles_allowed::{self, Fleet, Wishes};
use crate::model::defect::Defects;
use crate::model::problem::{Alternative, Purpose, Routing, Stock, VehicleType, Visit};
use crate::model::quantities::Quantities;
use crate::model::scenario::{Objective, Order, Scenario, ShipmentStop, Vehicle};
use crate::network::Travel;
use crate::units::{Cost, Load, LocationIdx, Time, TimeWindow};
use std::collections::{BTreeMap, HashSet};

/// The routing question that the scenario asks, or `None` with a defect.
pub(super) fn routing(
    scenario: &Scenario,
    locations: &Names<'_>,
    travel: Option<&Travel>,
    defects: &mut Defects,
) -> Option<Routing> {
    let before = defects.count();
    if scenario.vehicles.is_empty() {
        let detail = "at least one vehicle is needed, found none".to_owned();
        defects.add("/vehicles", "no_vehicles", detail, "add a vehicle type to `vehicles`");
    }
    if scenario.orders.is_empty() && scenario.shipments.is_empty() {
        let detail = "at least one order or shipment is needed, found none".to_owned();
        defects.add("/orders", "no_orders", detail, "add to `orders` or `shipments`");
    }
    let fleet = Fleet::new(scenario, defects);
    let mut names = Names::collect("order", "/orders", &scenario.orders, |order| &order.id, defects);
    names.extend("/shipments", &scenario.shipments, |shipment| &shipment.id, defects);

    let kinds = kinds::read(scenario, defects);
    let mut reader = Reader {
        kinds: &kinds,
        locations,
        catalog: Catalog::new("dimension", dimensions(scenario, defects)),
        clock: Clock::default(),
    };
    let vehicle_types = vehicles(scenario, &mut reader, defects);
    let (visits, alternatives) = visits(scenario, &fleet, &mut reader, defects);
    let starts: Vec<LocationIdx> = vehicle_types.iter().map(|draft| draft.item.start).collect();
    let reloads = reloads::reloads(scenario, &starts, locations, defects);
    let locks = locks::read(scenario, (&names, &fleet), &mut reader.clock, defects);
    let groups = groups::read(scenario, &names, defects);
    let paces = paces::read(scenario, &mut reader.clock, defects);
    let docks = docks::read(scenario, locations, &reader.catalog, &mut reader.clock, defects);
    let tariffs = carriers::read(scenario, (locations, &names), reader.catalog.names(), &starts, defects);
    let stocks = stocks::read(scenario, locations, &mut reader.catalog, defects);
    let compartments = compartments::read(scenario, &mut reader.catalog, defects);
    let Reader { catalog, clock, .. } = reader;
    let incompatible = kinds.incompatible;

    let scales: Vec<f64> = (0..catalog.names().len()).map(|row| catalog.scale(row)).collect();
    let mut routing = Routing {
        dimensions: catalog.names().iter().map(|&name| name.to_owned()).collect(),
        vehicle_types: vehicle_types.into_iter().map(|draft| draft.finish(&scales)).collect(),
        visits: visits.into_iter().map(|draft| draft.finish(&scales)).collect(),
        alternatives: alternatives
            .into_iter()
            .map(|(of, draft)| Alternative { of, visit: draft.finish(&scales) })
            .collect(),
        reloads: reloads
            .into_iter()
            .map(|item| Draft { item, amounts: [Vec::new(), Vec::new()] }.finish(&scales))
            .collect(),
        stocks: stocks
            .into_iter()
            .map(|(location, amounts)| Stock { location, most: loads(&amounts, &scales, Load::HUGE) })
            .collect(),
        scales,
        first_stops: vec![Vec::new(); scenario.vehicles.len()],
        incompatible,
        stowage: None,
        docks,
        planned: BTreeMap::new(),
        groups,
        balance: scenario.balance.as_ref().map(|given| balance::read(given, defects)),
        paces,
        splits: Vec::new(),
        offers: Vec::new(),
        clock: clock.form(),
    };
    if defects.count() > before {
        return None;
    }
    balance::finish(&mut routing);
    compartments::finish(scenario, &compartments, &mut routing, defects);
    docks::finish(scenario, &mut routing, defects);
    stocks::finish(scenario, &routing, defects);
    locks::apply(scenario, &locks, &mut routing, defects);
    routing.offers = match travel {
        Some(travel) => carriers::offers(scenario, &tariffs, &routing, travel, defects),
        None => vec![None; routing.visits.len()],
    };
    priorities::check(&routing, defects);
    groups::finish(scenario, &routing, defects);
    fits_some_vehicle(scenario, &routing, defects);
    vehicles_allowed::groups(&routing, defects);
    split::check(scenario, defects);
    sums::routing(&routing, travel, defects);
    (defects.count() == before).then_some(routing)
}

/// What every list is read with.
struct Reader<'a, 'b> {
    kinds: &'b kinds::Kinds<'b>,
    locations: &'b Names<'a>,
    catalog: Catalog<'a>,
    clock: Clock,
}

/// The dimensions: those that vehicles limit, or, if none limits any, those that orders name.
fn dimensions<'a>(scenario: &'a Scenario, defects: &mut Defects) -> Vec<&'a str> {
    let mut known = HashSet::new();
    let mut names = Vec::new();
    let mut add = |quantities: Option<&'a Quantities>, pointer: &dyn Fn() -> String, defects: &mut Defects| {
        let Some(Quantities::Named(named)) = quantities else { return };
        for (name, _) in named {
            if known.insert(name.as_str()) {
                well_formed(name, pointer, defects);
                names.push(name.as_str());
            }
        }
    };
    for (row, vehicle) in scenario.vehicles.iter().enumerate() {
        add(vehicle.capacity.as_ref(), &|| format!("/vehicles/{row}/capacity"), defects);
        for (place, compartment) in vehicle.compartments.iter().enumerate() {
            let pointer = || format!("/vehicles/{row}/compartments/{place}/capacity");
            add(compartment.capacity.as_ref(), &pointer, defects);
        }
    }
    let limits = |vehicle: &Vehicle| {
        vehicle.capacity.is_some() || vehicle.compartments.iter().any(|compartment| compartment.capacity.is_some())
    };
    if !scenario.vehicles.iter().any(limits) {
        for (row, order) in scenario.orders.iter().enumerate() {
            add(order.delivery.as_ref(), &|| format!("/orders/{row}/delivery"), defects);
            add(order.pickup.as_ref(), &|| format!("/orders/{row}/pickup"), defects);
        }
        for (row, shipment) in scenario.shipments.iter().enumerate() {
            add(shipment.quantity.as_ref(), &|| format!("/shipments/{row}/quantity"), defects);
        }
    }
    names
}

/// A vehicle type or visit whose amounts are not yet scaled.
struct Draft<T> {
    item: T,
    amounts: [Vec<Option<f64>>; 2],
}

impl Draft<VehicleType> {
    fn finish(self, scales: &[f64]) -> VehicleType {
        let [capacity, _] = self.amounts;
        VehicleType { capacity: loads(&capacity, scales, Load::HUGE), ..self.item }
    }
}

impl Draft<Visit> {
    fn finish(self, scales: &[f64]) -> Visit {
        let [delivery, pickup] = self.amounts;
        let loads = |amounts: &[Option<f64>]| loads(amounts, scales, Load::ZERO);
        Visit { delivery: loads(&delivery), pickup: loads(&pickup), ..self.item }
    }
}

fn loads(amounts: &[Option<f64>], scales: &[f64], missing: Load) -> Vec<Load> {
    (0..scales.len())
        .map(|row| amounts.get(row).copied().flatten().map_or(missing, |amount| scaled(amount, scales[row])))
        .collect()
}

fn vehicles(scenario: &Scenario, reader: &mut Reader<'_, '_>, defects: &mut Defects) -> Vec<Draft<VehicleType>> {
    scenario.vehicles.iter().enumerate().map(|(row, item)| vehicle(row, item, reader, defects)).collect()
}

fn vehicle(row: usize, vehicle: &Vehicle, reader: &mut Reader<'_, '_>, defects: &mut Defects) -> Draft<VehicleType> {
    let pointer = |field: &str| format!("/vehicles/{row}/{field}");
    if vehicle.count == 0 {
        let detail = format!("vehicle `{}` has a count of 0, at least 1 is needed", vehicle.id);
        defects.add(pointer("count"), "zero_count", detail, "remove it from the list");
    }
    if vehicle.max_stops == Some(0) {
        let detail = format!("vehicle `{}` may make 0 stops, at least 1 is needed", vehicle.id);
        defects.add(pointer("max_stops"), "zero_max_stops", detail, "leave it out if it has no limit");
    }
    if vehicle.open_end && vehicle.end.is_some() {
        let detail = "`end` has no meaning together with `open_end`".to_owned();
        defects.add(pointer("end"), "conflicting_fields", detail, "keep one of them");
    }
    let before = defects.count();
    let capacity = vehicle
        .capacity
        .as_ref()
        .map(|capacity| reader.catalog.read(capacity, || pointer("capacity"), defects))
        .unwrap_or_default();
    let is_zero = !capacity.is_empty() && capacity.iter().all(|&most| most == Some(0.0));
    if is_zero && defects.count() == before {
        let detail = format!("vehicle `{}` can carry nothing", vehicle.id);
        defects.add(pointer("capacity"), "zero_capacity", detail, "leave it out if it has no limit");
    }
    let start = if let Some(start) = &vehicle.start {
        reader.locations.location(start, || pointer("start"), defects)
    } else {
        defects.add(pointer("start"), "missing_field", "the field `start` is missing".to_owned(), "");
        LocationIdx::new(0)
    };
    let end = vehicle.end.as_ref().map(|end| reader.locations.location(end, || pointer("end"), defects));
    let shift = vehicle
        .shift
        .as_ref()
        .map_or(TimeWindow::ALWAYS, |shift| reader.clock.window(shift, || pointer("shift"), defects));
    let costs = vehicle.costs.as_ref();
    let price = |value: Option<f64>, field: &str, defects: &mut Defects| {
        cost(value, || format!("/vehicles/{row}/costs/{field}"), defects)
    };
    let item = VehicleType {
        count: vehicle.count,
        capacity: Vec::new(),
        start,
        end: if vehicle.open_end { None } else { Some(end.unwrap_or(start)) },
        shift,
        fixed: price(costs.and_then(|costs| costs.fixed), "fixed", defects),
        per_distance: match costs {
            Some(costs) => price(costs.per_meter, "per_meter", defects),
            None => Cost::new(Cost::PER_CURRENCY),
        },
        per_duration: price(costs.and_then(|costs| costs.per_second), "per_second", defects),
        max_distance: longest_distance(vehicle.max_distance, || pointer("max_distance"), defects),
        max_duration: longest_duration(vehicle.max_duration, || pointer("max_duration"), defects),
        max_stops: vehicle.max_stops.unwrap_or(u32::MAX),
        last_in_first_out: vehicle.last_in_first_out,
        max_reloads: vehicle.reload.as_ref().map_or(0, |reload| reload.max.unwrap_or(u32::MAX)),
        duty: hours::duty(row, vehicle, &mut reader.clock, defects),
    };
    Draft { item, amounts: [capacity, Vec::new()] }
}

/// All visits, and what may be done in place of which of them.
type Visits = (Vec<Draft<Visit>>, Vec<(usize, Draft<Visit>)>);

fn visits(scenario: &Scenario, fleet: &Fleet<'_>, reader: &mut Reader<'_, '_>, defects: &mut Defects) -> Visits {
    let mut visits = Vec::with_capacity(scenario.orders.len() + 2 * scenario.shipments.len());
    let mut alternatives = Vec::new();
    for (row, order) in scenario.orders.iter().enumerate() {
        let pointer = |field: &str| format!("/orders/{row}/{field}");
        let mut read = |quantities: Option<&Quantities>, field: &str, defects: &mut Defects| {
            quantities.map(|given| reader.catalog.read(given, || pointer(field), defects)).unwrap_or_default()
        };
        let delivery = read(order.delivery.as_ref(), "delivery", defects);
        let pickup = read(order.pickup.as_ref(), "pickup", defects);
        let mut item = Visit {
            purpose: Purpose::Order(row),
            location: reader.locations.location(&order.location, || pointer("location"), defects),
            delivery: Vec::new(),
            pickup: Vec::new(),
            window: TimeWindow::ALWAYS,
            lateness: None,
            setup: whole_seconds(order.setup, || pointer("setup"), defects),
            service: whole_seconds(order.service, || pointer("service"), defects),
            prize: prize(scenario, order.prize, || pointer("prize"), defects),
            priority: priorities::read(order.priority, || pointer("priority"), defects),
            barred: fleet.barred(&Wishes::from(order), &format!("/orders/{row}"), defects),
            backhaul: order.backhaul,
            kinds: reader.kinds.of(&order.kinds, || pointer("kinds"), defects),
            release: order
                .release
                .map_or(Time::ZERO, |release| reader.clock.time(release, || pointer("release"), defects)),
        };
        only_picks_up(row, order, defects);
        if order.release.is_some() && order.delivery.is_none() {
            let detail = format!("`{}` brings nothing that could be released", order.id);
            defects.add(pointer("release"), "release_without_delivery", detail, "remove it, or give it a delivery");
        }
        let mut places = vec![(item.location, [item.setup, item.service], &order.windows, pointer("windows"))];
        for (number, place) in order.alternatives.iter().enumerate() {
            let pointer = |field: &str| format!("/orders/{row}/alternatives/{number}/{field}");
            let location = reader.locations.location(&place.location, || pointer("location"), defects);
            let known = order.location == place.location
                || order.alternatives[..number].iter().any(|other| other.location == place.location);
            if known {
                let detail = format!("`{}` is a place of this order already", place.location);
                defects.add(pointer("location"), "duplicate_place", detail, "give the place more windows instead");
            }
            let setup = whole_seconds(place.setup, || pointer("setup"), defects);
            let service = whole_seconds(place.service, || pointer("service"), defects);
            places.push((location, [setup, service], &place.windows, pointer("windows")));
        }
        let has_window = !order.windows.is_empty() || order.alternatives.iter().any(|place| !place.windows.is_empty());
        hours::lateness_has_window(order.lateness.as_ref(), has_window, || pointer("lateness"), defects);
        let mut is_first = true;
        for (location, [setup, service], windows, pointer) in places {
            let windows = reader.clock.windows(windows, || pointer.clone(), defects);
            let late = || format!("/orders/{row}/lateness");
            for (window, lateness) in hours::windows_with_lateness(order.lateness.as_ref(), &windows, late, defects) {
                item = Visit { location, setup, service, window, lateness, ..item };
                let draft = Draft { item: item.clone(), amounts: [delivery.clone(), pickup.clone()] };
                if std::mem::take(&mut is_first) {
                    visits.push(draft);
                } else {
                    alternatives.push((row, draft));
                }
            }
        }
    }
    for (row, shipment) in scenario.shipments.iter().enumerate() {
        let pointer = |field: &str| format!("/shipments/{row}/{field}");
        let quantity = shipment
            .quantity
            .as_ref()
            .map(|quantity| reader.catalog.read(quantity, || pointer("quantity"), defects))
            .unwrap_or_default();
        let prize = prize(scenario, shipment.prize, || pointer("prize"), defects);
        let priority = priorities::read(shipment.priority, || pointer("priority"), defects);
        let barred = fleet.barred(&Wishes::from(shipment), &format!("/shipments/{row}"), defects);
        let kinds = reader.kinds.of(&shipment.kinds, || pointer("kinds"), defects);
        let mut stop =
            |stop: &ShipmentStop, name: &str, purpose: Purpose, prize: Option<Cost>, defects: &mut Defects| {
                let pointer = |field: &str| format!("/shipments/{row}/{name}/{field}");
                let window = reader.clock.only_window(&stop.windows, || pointer("windows"), defects);
                let late = || pointer("lateness");
                hours::lateness_has_window(stop.lateness.as_ref(), !stop.windows.is_empty(), late, defects);
                let (window, lateness) =
                    hours::windows_with_lateness(stop.lateness.as_ref(), &[window], late, defects)[0];
                Visit {
                    purpose,
                    location: reader.locations.location(&stop.location, || pointer("location"), defects),
                    delivery: Vec::new(),
                    pickup: Vec::new(),
                    window,
                    lateness,
                    setup: whole_seconds(stop.setup, || pointer("setup"), defects),
                    service: whole_seconds(stop.service, || pointer("service"), defects),
                    prize,
                    priority,
                    barred: barred.clone(),
                    backhaul: false,
                    kinds,
                    release: Time::ZERO,
                }
            };
        let fetch = stop(&shipment.pickup, "pickup", Purpose::Pickup(row), prize, defects);
        let bring = stop(&shipment.delivery, "delivery", Purpose::Delivery(row), prize.and(Some(Cost::ZERO)), defects);
        visits.push(Draft { item: fetch, amounts: [Vec::new(), quantity.clone()] });
        visits.push(Draft { item: bring, amounts: [quantity, Vec::new()] });
    }
    (visits, alternatives)
}

/// Checks that a backhaul is nothing but a pickup.
fn only_picks_up(row: usize, order: &Order, defects: &mut Defects) {
    if order.backhaul && (order.pickup.is_none() || order.delivery.is_some()) {
        let found = if order.delivery.is_some() { "a delivery" } else { "no pickup" };
        let detail = format!("a backhaul is a pickup alone, `{}` has {found}", order.id);
        defects.add(format!("/orders/{row}/backhaul"), "backhaul_not_pickup", detail, "make it two orders");
    }
}

/// An order's prize. Where vehicles come first no order can be optional: without any, no vehicle would be needed.
fn prize(scenario: &Scenario, given: Option<f64>, pointer: impl Fn() -> String, defects: &mut Defects) -> Option<Cost> {
    given?;
    if scenario.objective == Objective::MinVehicles {
        defects.add(
            pointer(),
            "prize_not_for_objective",
            "`prize` has no meaning with the objective `min_vehicles`, which serves every order".to_owned(),
            "remove it, or minimize `min_cost`",
        );
    }
    Some(cost(given, pointer, defects))
}

/// Checks that every visit's goods fit at least one vehicle.
fn fits_some_vehicle(scenario: &Scenario, routing: &Routing, defects: &mut Defects) {
    let mut capacities: Vec<&[Load]> = routing.vehicle_types.iter().map(|kind| kind.capacity.as_slice()).collect();
    // Largest first: nearly everything fits the first one.
    capacities.sort_unstable_by(|a, b| b.cmp(a));
    capacities.dedup();
    // What a carrier takes or what comes in parts need fit no vehicle.
    for (visit, _) in routing.visits.iter().zip(&routing.offers).filter(|(_, offer)| offer.is_none()) {
        if matches!(visit.purpose, Purpose::Order(row) if scenario.orders[row].split.is_some()) {
            continue;
        }
        let (pointer, id, row) = match visit.purpose {
            Purpose::Order(row) => ("orders", &scenario.orders[row].id, row),
            Purpose::Pickup(row) => ("shipments", &scenario.shipments[row].id, row),
            Purpose::Delivery(_) | Purpose::Reload => continue,
        };
        for (loads, field) in [(&visit.delivery, "delivery"), (&visit.pickup, "pickup")] {
            let fits = |capacity: &&[Load]| capacity.iter().zip(loads).all(|(most, load)| load <= most);
            if capacities.iter().any(fits) {
                continue;
            }
            let field = if pointer == "shipments" { "quantity" } else { field };
            let detail = misfit(routing, id, loads, &capacities);
            let hint = match pointer {
                "shipments" => "make several shipments of it, or add a larger vehicle",
                _ => "let it come in parts by `split`, or add a larger vehicle",
            };
            defects.add(format!("/{pointer}/{row}/{field}"), "too_large_for_any_vehicle", detail, hint);
        }
    }
}

fn misfit(routing: &Routing, id: &str, loads: &[Load], capacities: &[&[Load]]) -> String {
    for (row, name) in routing.dimensions.iter().enumerate() {
        let most = capacities.iter().map(|capacity| capacity[row]).max().unwrap_or(Load::ZERO);
        if loads[row] > most {
            let user = |load: Load| load.get() as f64 / routing.scales[row];
            let unit = if name.is_empty() { String::new() } else { format!(" {name}") };
            let (found, most) = (user(loads[row]), user(most));
            return format!("`{id}` has {found}{unit} but the largest vehicle carries {most}{unit}");
        }
    }
    format!("`{id}` fits no vehicle: each lacks one dimension or another")
}
