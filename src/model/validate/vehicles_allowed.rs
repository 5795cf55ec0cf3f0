//! Which vehicles may serve an order: by id, and by skills.

use super::names::{Names, well_formed};
use crate::model::defect::Defects;
use crate::model::problem::Routing;
use crate::model::scenario::{Order, Scenario, Shipment, Vehicle};
use crate::units::VehicleTypeIdx;
use std::collections::{BTreeSet, HashSet};

/// Most groups of vehicles that differ in whom they may serve: what the solver can tell apart.
const MOST_GROUPS: usize = 128;

/// What an order or a shipment asks of its vehicle.
pub(super) struct Wishes<'a> {
    skills: &'a [String],
    allowed: &'a [String],
    forbidden: &'a [String],
}

impl<'a> From<&'a Order> for Wishes<'a> {
    fn from(order: &'a Order) -> Self {
        Self { skills: &order.skills, allowed: &order.allowed_vehicles, forbidden: &order.forbidden_vehicles }
    }
}

impl<'a> From<&'a Shipment> for Wishes<'a> {
    fn from(shipment: &'a Shipment) -> Self {
        Self { skills: &shipment.skills, allowed: &shipment.allowed_vehicles, forbidden: &shipment.forbidden_vehicles }
    }
}

/// The fleet, as orders ask for it.
pub(super) struct Fleet<'a> {
    names: Names<'a>,
    skills: Vec<HashSet<&'a str>>,
}

impl<'a> Fleet<'a> {
    /// The scenario's vehicles; their ids must be unique, and their skills well formed.
    pub(super) fn new(scenario: &'a Scenario, defects: &mut Defects) -> Self {
        let names = Names::collect("vehicle", "/vehicles", &scenario.vehicles, |vehicle| &vehicle.id, defects);
        let skills = |(row, vehicle): (usize, &'a Vehicle)| {
            for (place, skill) in vehicle.skills.iter().enumerate() {
                well_formed(skill, || format!("/vehicles/{row}/skills/{place}"), defects);
            }
            vehicle.skills.iter().map(String::as_str).collect()
        };
        Self { names, skills: scenario.vehicles.iter().enumerate().map(skills).collect() }
    }

    /// The row of a vehicle.
    pub(super) fn row(&self, id: &str, pointer: impl FnOnce() -> String, defects: &mut Defects) -> Option<usize> {
        self.names.find(id, pointer, defects)
    }

    /// The vehicle types that `wishes`, which stand at `pointer`, rule out, ascending.
    pub(super) fn barred(&self, wishes: &Wishes<'_>, pointer: &str, defects: &mut Defects) -> Vec<VehicleTypeIdx> {
        for (place, skill) in wishes.skills.iter().enumerate() {
            well_formed(skill, || format!("{pointer}/skills/{place}"), defects);
        }
        let mut rows = |list: &[String], field: &str| -> HashSet<usize> {
            let row =
                |(place, id): (usize, &String)| self.names.find(id, || format!("{pointer}/{field}/{place}"), defects);
            list.iter().enumerate().filter_map(row).collect()
        };
        let allowed = rows(wishes.allowed, "allowed_vehicles");
        let forbidden = rows(wishes.forbidden, "forbidden_vehicles");
        let is_barred = |row: &usize| {
            (!wishes.allowed.is_empty() && !allowed.contains(row))
                || forbidden.contains(row)
                || !wishes.skills.iter().all(|skill| self.skills[*row].contains(skill.as_str()))
        };
        (0..self.skills.len()).filter(is_barred).map(VehicleTypeIdx::new).collect()
    }
}

/// Checks that the solver can tell apart whom each vehicle may serve.
pub(super) fn groups(routing: &Routing, defects: &mut Defects) {
    let mut barred_from: Vec<Vec<usize>> = vec![Vec::new(); routing.vehicle_types.len()];
    for (row, visit) in routing.visits.iter().chain(&routing.reloads).enumerate() {
        visit.barred.iter().for_each(|vehicle_type| barred_from[vehicle_type.get()].push(row));
    }
    let groups: BTreeSet<Vec<usize>> = barred_from.into_iter().filter(|rows| !rows.is_empty()).collect();
    if groups.len() > MOST_GROUPS {
        let found = groups.len();
        let detail = format!("{found} vehicles may each serve another set of orders, at most {MOST_GROUPS} such sets");
        defects.add("/vehicles", "too_many_vehicle_groups", detail, "give vehicles the same skills, or split the day");
    }
}
