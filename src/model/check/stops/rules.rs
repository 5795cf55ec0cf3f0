//! Who and what may ride together, and in which order.

use super::{Call, RouteCheck};
use crate::model::check::violations::Violations;
use crate::model::plan::Stop;
use crate::model::problem::Purpose;

impl RouteCheck<'_> {
    /// Checks that no delivery from the start comes after a backhaul.
    pub(super) fn backhauls(&self, calls: &[Call<'_>], violations: &mut Violations) {
        let mut backhaul: Option<&Stop> = None;
        for call in calls {
            if call.reloads {
                backhaul = None;
            }
            let Some(visit) = call.visit else { continue };
            if visit.backhaul {
                backhaul = Some(call.stop);
            }
            let delivers =
                matches!(visit.purpose, Purpose::Order(_)) && visit.delivery.iter().any(|load| load.get() > 0);
            if let Some(earlier) = backhaul.filter(|_| delivers) {
                let detail = format!("{:?} is delivered after the backhaul {:?}", call.stop.order, earlier.order);
                violations.add(self.at(call, "order"), "delivery_after_backhaul", detail);
            }
        }
    }

    /// Checks that no trip has goods of kinds that must not be together, where they share one room.
    pub(super) fn kinds(&self, calls: &[Call<'_>], violations: &mut Violations) {
        let has_compartments = self.reloading().0.is_some_and(|vehicle| !vehicle.compartments.is_empty());
        if self.problem.scenario.incompatible.is_empty() || has_compartments {
            return;
        }
        let mut aboard: Vec<(&Stop, &[String])> = Vec::new();
        for call in calls {
            if call.reloads {
                aboard.clear();
            }
            let kinds = match call.visit.map(|visit| visit.purpose) {
                Some(Purpose::Order(row)) => &self.problem.scenario.orders[row].kinds,
                Some(Purpose::Pickup(row)) => &self.problem.scenario.shipments[row].kinds,
                Some(Purpose::Delivery(_) | Purpose::Reload) | None => continue,
            };
            for [first, second] in &self.problem.scenario.incompatible {
                let clash = |others: &[String]| {
                    (kinds.contains(first) && others.contains(second))
                        || (kinds.contains(second) && others.contains(first))
                };
                if let Some((earlier, _)) = aboard.iter().find(|(_, others)| clash(others)) {
                    let detail = format!(
                        "{:?} is on a trip with {:?}, `{first}` must not be with `{second}`",
                        call.stop.order, earlier.order
                    );
                    violations.add(self.at(call, "order"), "kinds_clash", detail);
                }
            }
            aboard.push((call.stop, kinds));
        }
    }

    /// Checks that of the shipments aboard the one fetched last is brought first, where the vehicle asks for it.
    pub(super) fn last_in_first_out(&self, calls: &[Call<'_>], violations: &mut Violations) {
        if !self.reloading().0.is_some_and(|vehicle| vehicle.last_in_first_out) {
            return;
        }
        let mut aboard: Vec<usize> = Vec::new();
        for call in calls {
            match call.visit.map(|visit| visit.purpose) {
                Some(Purpose::Pickup(row)) => aboard.push(row),
                Some(Purpose::Delivery(row)) => {
                    if let Some(&last) = aboard.last().filter(|&&last| last != row && aboard.contains(&row)) {
                        let id = &self.problem.scenario.shipments[last].id;
                        let detail = format!("{:?} is brought before `{id}`, which came aboard later", call.stop.order);
                        violations.add(self.at(call, "order"), "not_last_in_first_out", detail);
                    }
                    aboard.retain(|&known| known != row);
                }
                Some(Purpose::Order(_) | Purpose::Reload) | None => {}
            }
        }
    }

    /// Checks that every order lets this vehicle serve it.
    pub(super) fn vehicle(&self, calls: &[Call<'_>], violations: &mut Violations) {
        let scenario = &self.problem.scenario;
        let id = &self.route.vehicle;
        let Some(vehicle) = scenario.vehicles.iter().find(|vehicle| vehicle.id == *id) else { return };
        for call in calls {
            let Some(visit) = call.visit else { continue };
            let (skills, allowed, forbidden) = match visit.purpose {
                Purpose::Order(row) => {
                    let order = &scenario.orders[row];
                    (&order.skills, &order.allowed_vehicles, &order.forbidden_vehicles)
                }
                Purpose::Pickup(row) | Purpose::Delivery(row) => {
                    let shipment = &scenario.shipments[row];
                    (&shipment.skills, &shipment.allowed_vehicles, &shipment.forbidden_vehicles)
                }
                Purpose::Reload => continue,
            };
            if let Some(skill) = skills.iter().find(|skill| !vehicle.skills.contains(skill)) {
                let detail = format!("{:?} needs the skill `{skill}`, which `{id}` lacks", call.stop.order);
                violations.add(self.at(call, "order"), "skill_missing", detail);
            }
            if forbidden.contains(id) || (!allowed.is_empty() && !allowed.contains(id)) {
                let detail = format!("{:?} must not be served by `{id}`", call.stop.order);
                violations.add(self.at(call, "order"), "vehicle_not_allowed", detail);
            }
        }
    }
}
