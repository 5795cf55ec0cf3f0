//! Sites and routes together: a vehicle type for each vehicle and site at which it may be based.
//!
//! Routes are read as those of a routing question whose vehicles are named `vehicle@site`, so that search, bound, checker
//! and reports need to know nothing of it. Defects are told where they stand in the scenario as written.

use super::names::Names;
use super::{routing, siting, sums};
use crate::model::defect::{Defect, Defects};
use crate::model::problem::Network;
use crate::model::scenario::{Order, Scenario, SiteStatus, Vehicle};
use crate::network::Travel;
use crate::units::SiteIdx;
use std::collections::HashMap;

/// Most days of a planning period: a century.
const MOST_DAYS: u32 = 36_600;

/// Most pairs of a vehicle and a site.
const MOST_BASED: usize = 20_000;

/// The question of sites and routes that the scenario asks, or `None` with a defect.
pub(super) fn network(
    scenario: &Scenario,
    locations: &Names<'_>,
    travel: Option<&Travel>,
    defects: &mut Defects,
) -> Option<Network> {
    let before = defects.count();
    not_served(scenario, defects);
    if !(1..=MOST_DAYS).contains(&scenario.days.unwrap_or(1)) {
        let detail = format!("days must be from 1 to {MOST_DAYS}, found {}", scenario.days.unwrap_or(0));
        defects.add("/days", "days_out_of_range", detail, "leave it out if the sites' costs are those of a day");
    }
    let fleet = Fleet::new(scenario, defects);
    // Each vehicle at one site finds all that is wrong, once.
    routing::routing(&fleet.at_one_site(scenario), locations, travel, defects);
    siting::of_network(scenario, locations, 1.0, defects);
    if fleet.bases.is_empty() && defects.count() == before {
        let detail = "at least one site that may be open is needed, all are forbidden".to_owned();
        defects.add("/sites", "no_sites", detail, "change the `status` of some");
    }
    if defects.count() > before {
        return None;
    }
    let mut others = Defects::default();
    let routing = routing::routing(&fleet.based(scenario), locations, travel, &mut others);
    for defect in others.into_list() {
        let Defect { pointer, code, detail, hint } = fleet.as_written(defect);
        defects.add(pointer, code, detail, &hint);
    }
    let routing = routing?;
    let load_scale = routing.scales[0];
    let siting = siting::of_network(scenario, locations, load_scale, defects)?;
    if routing.dimensions.len() > 1 {
        several_dimensions(scenario, &routing.dimensions, defects);
    }
    let days = i64::from(scenario.days.unwrap_or(1));
    let throughput_per_load = (siting.flow_scale / load_scale).round() as i64 * days;
    let network = Network { siting, routing, bases: fleet.bases, days, throughput_per_load };
    sums::network(scenario, &network, travel, defects);
    (defects.count() == before).then_some(network)
}

/// The scenario with each vehicle at every site at which it may be based.
pub(super) fn with_based_vehicles(scenario: &Scenario) -> Scenario {
    Fleet::new(scenario, &mut Defects::default()).based(scenario)
}

/// Which vehicle may be based at which site.
struct Fleet {
    /// Row of the vehicle as written, one for each that is based.
    origin: Vec<usize>,
    /// Its site.
    bases: Vec<SiteIdx>,
}

impl Fleet {
    fn new(scenario: &Scenario, defects: &mut Defects) -> Self {
        let mut fleet = Self { origin: Vec::new(), bases: Vec::new() };
        let is_allowed = |row: &usize| scenario.sites[*row].status != SiteStatus::Forbidden;
        for (row, vehicle) in scenario.vehicles.iter().enumerate() {
            let is_here =
                |site: &usize| vehicle.start.as_ref().is_none_or(|start| scenario.sites[*site].location == *start);
            let at: Vec<usize> = (0..scenario.sites.len()).filter(is_allowed).filter(is_here).collect();
            if let (true, Some(start)) = (at.is_empty(), &vehicle.start) {
                let detail = format!("no site that may be open is at `{start}`");
                let hint = "leave it out for all sites, or name the location of a site";
                defects.add(format!("/vehicles/{row}/start"), "start_without_site", detail, hint);
            }
            if fleet.bases.len() + at.len() > MOST_BASED {
                let detail = format!("at most {MOST_BASED} pairs of a vehicle and a site can be held");
                defects.add("/vehicles", "too_many_based", detail, "give vehicles a `start`, or list fewer sites");
                break;
            }
            fleet.origin.extend(at.iter().map(|_| row));
            fleet.bases.extend(at.into_iter().map(SiteIdx::new));
        }
        fleet
    }

    /// The scenario with each vehicle at the first of its sites whose place is known, under its own name.
    fn at_one_site(&self, scenario: &Scenario) -> Scenario {
        let mut changed = scenario.clone();
        let anywhere = scenario.locations.first().map_or(String::new(), |location| location.id.clone());
        for (row, vehicle) in changed.vehicles.iter_mut().enumerate() {
            let own = self.origin.iter().zip(&self.bases).filter(|(origin, _)| **origin == row);
            let mut places = own.map(|(_, site)| &scenario.sites[site.get()].location);
            let known = places.find(|place| scenario.locations.iter().any(|location| location.id == **place));
            vehicle.start = Some(known.unwrap_or(&anywhere).clone());
        }
        changed
    }

    /// The scenario with each vehicle at all of its sites.
    fn based(&self, scenario: &Scenario) -> Scenario {
        let id = |(&row, site): (&usize, &SiteIdx)| {
            format!("{}@{}", scenario.vehicles[row].id, scenario.sites[site.get()].id)
        };
        let pairs = || self.origin.iter().zip(&self.bases);
        let vehicles = pairs().map(|(row, site)| Vehicle {
            id: id((row, site)),
            start: Some(scenario.sites[site.get()].location.clone()),
            ..scenario.vehicles[*row].clone()
        });
        let mut named: HashMap<&str, Vec<String>> = HashMap::new();
        for (row, site) in pairs() {
            named.entry(&scenario.vehicles[*row].id).or_default().push(id((row, site)));
        }
        let all = |ids: &[String]| -> Vec<String> {
            ids.iter().flat_map(|name| named.get(name.as_str()).cloned().unwrap_or_default()).collect()
        };
        let orders = scenario.orders.iter().cloned().map(|order| Order {
            allowed_vehicles: all(&order.allowed_vehicles),
            forbidden_vehicles: all(&order.forbidden_vehicles),
            ..order
        });
        Scenario { vehicles: vehicles.collect(), orders: orders.collect(), ..scenario.clone() }
    }

    /// A defect of the scenario with all vehicles based where it stands in the one as written.
    fn as_written(&self, defect: Defect) -> Defect {
        let place = defect.pointer.strip_prefix("/vehicles/").map(|rest| rest.split_once('/').unwrap_or((rest, "")));
        let origin = place.and_then(|(row, field)| Some((self.origin.get(row.parse::<usize>().ok()?)?, field)));
        match origin {
            Some((row, field)) => Defect { pointer: format!("/vehicles/{row}/{field}"), ..defect },
            None => defect,
        }
    }
}

/// Refuses what sites, orders, vehicles and lanes cannot have in a network yet.
fn not_served(scenario: &Scenario, defects: &mut Defects) {
    let mut refuse = |is_given: bool, pointer: String, hint: &str| {
        if is_given {
            let field = pointer.rsplit('/').next().unwrap_or_default().to_owned();
            defects.add(pointer, "not_served_yet", format!("`{field}` is not served in a network scenario yet"), hint);
        }
    };
    for (row, site) in scenario.sites.iter().enumerate() {
        let hint = "make each size a site of its own at the same location";
        refuse(!site.levels.is_empty(), format!("/sites/{row}/levels"), hint);
        refuse(site.min_throughput.is_some(), format!("/sites/{row}/min_throughput"), "remove it");
        refuse(site.product_capacity.is_some(), format!("/sites/{row}/product_capacity"), "use `capacity`");
    }
    for (row, order) in scenario.orders.iter().enumerate() {
        refuse(order.pickup.is_some(), format!("/orders/{row}/pickup"), "plan what is taken by a routing scenario");
        refuse(order.split.is_some(), format!("/orders/{row}/split"), "write its parts as orders of their own");
    }
    for (row, vehicle) in scenario.vehicles.iter().enumerate() {
        let hint = "let several vehicles make one trip each, or plan the trips by a routing scenario";
        refuse(vehicle.reload.is_some(), format!("/vehicles/{row}/reload"), hint);
    }
    refuse(scenario.lanes.direct.is_some(), "/lanes/direct".to_owned(), "remove it");
    let hint = "remove it: the routes are what delivery costs";
    refuse(scenario.lanes.outbound != Default::default(), "/lanes/outbound".to_owned(), hint);
}

/// Refuses sites that count one dimension where goods have several.
fn several_dimensions(scenario: &Scenario, dimensions: &[String], defects: &mut Defects) {
    let mut refuse = |is_given: bool, pointer: String| {
        if is_given {
            let detail = format!("goods are measured by {}, and this counts one of them", dimensions.join(", "));
            let hint = "give vehicles and orders one dimension, or leave this out";
            defects.add(pointer, "several_dimensions", detail, hint);
        }
    };
    for (row, site) in scenario.sites.iter().enumerate() {
        refuse(site.capacity.is_some(), format!("/sites/{row}/capacity"));
        refuse(site.handling_cost.is_some(), format!("/sites/{row}/handling_cost"));
    }
    refuse(!scenario.supplies.is_empty(), "/supplies".to_owned());
}
