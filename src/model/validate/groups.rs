//! Groups of orders: that they can be kept at all.

use super::names::Names;
use crate::model::defect::Defects;
use crate::model::group::GroupRule;
use crate::model::problem::{Group, Purpose, Routing};
use crate::model::scenario::Scenario;
use crate::units::VehicleTypeIdx;
use std::collections::HashMap;

/// The groups, by rows of visits: of orders, or of the pickups of shipments.
pub(super) fn read(scenario: &Scenario, orders: &Names<'_>, defects: &mut Defects) -> Vec<Group> {
    let mut groups = Vec::with_capacity(scenario.groups.len());
    let mut taken: HashMap<usize, usize> = HashMap::new();
    for (number, group) in scenario.groups.iter().enumerate() {
        let pointer = |place: usize| format!("/groups/{number}/orders/{place}");
        if group.orders.len() < 2 {
            let detail = format!("a group needs at least 2 orders, found {}", group.orders.len());
            defects.add(format!("/groups/{number}/orders"), "group_too_small", detail, "add to it, or remove it");
        }
        let mut rows: Vec<usize> = Vec::with_capacity(group.orders.len());
        for (place, id) in group.orders.iter().enumerate() {
            let Some(found) = orders.find(id, || pointer(place), defects) else { continue };
            let order = scenario.orders.get(found).filter(|order| order.id == *id);
            let row = if order.is_some() { found } else { scenario.orders.len() + 2 * found };
            if rows.contains(&row) {
                let detail = format!("`{id}` is listed twice");
                defects.add(pointer(place), "duplicate_order", detail, "keep one");
                continue;
            }
            if order.is_some_and(|order| order.split.is_some()) {
                let detail = format!("`{id}` comes in parts, each on its own route");
                defects.add(
                    pointer(place),
                    "group_of_parts",
                    detail,
                    "remove its `split`, or take it out of the group",
                );
            }
            if order.is_none() && group.rule == GroupRule::InSequence {
                let detail = format!("`{id}` is a shipment, which has two stops");
                defects.add(pointer(place), "sequence_of_shipments", detail, "use `together`, or take it out");
            }
            let earlier = if group.rule == GroupRule::Apart { None } else { taken.insert(row, number) };
            if let Some(earlier) = earlier {
                let detail = format!("`{id}` goes with the orders of group {earlier} already");
                let hint = "make one group of the two: sequences of several groups may contradict each other";
                defects.add(pointer(place), "order_in_two_groups", detail, hint);
            }
            rows.push(row);
        }
        groups.push(Group { rows, rule: group.rule });
    }
    for (number, group) in groups.iter().enumerate().filter(|(_, group)| group.rule == GroupRule::Apart) {
        let mut first_of: HashMap<usize, usize> = HashMap::new();
        for (place, row) in group.rows.iter().enumerate() {
            let Some(with) = taken.get(row) else { continue };
            if let Some(earlier) = first_of.insert(*with, place) {
                let [id, other] = [place, earlier].map(|place| &scenario.groups[number].orders[place]);
                let detail = format!("`{id}` and `{other}` are kept together by group {with}");
                let pointer = format!("/groups/{number}/orders/{place}");
                defects.add(pointer, "groups_contradict", detail, "take one of them out of one of the groups");
            }
        }
    }
    groups
}

/// Checks that some vehicle may serve each group that goes together, and that the locked first stops of vehicles keep groups.
pub(super) fn finish(scenario: &Scenario, routing: &Routing, defects: &mut Defects) {
    for (number, group) in routing.groups.iter().enumerate() {
        let visits = || group.rows.iter().map(|&row| &routing.visits[row]);
        let may = |vehicle_type: usize| {
            visits().all(|visit| visit.barred.binary_search(&VehicleTypeIdx::new(vehicle_type)).is_err())
        };
        let is_mandatory = group.rows.iter().all(|&row| routing.stake(row).is_none());
        let is_alone = visits().any(|visit| visit.barred.len() == routing.vehicle_types.len());
        if group.rule != GroupRule::Apart && is_mandatory && !is_alone && !(0..routing.vehicle_types.len()).any(may) {
            let detail = "no vehicle may serve all of its orders".to_owned();
            let hint = "see their skills, allowed and forbidden vehicles, and locks";
            defects.add(format!("/groups/{number}/orders"), "group_without_vehicle", detail, hint);
        }
        for first_stops in &routing.first_stops {
            let of_row = |row: &usize| match routing.visits[*row].purpose {
                Purpose::Delivery(_) => None,
                Purpose::Order(_) | Purpose::Pickup(_) | Purpose::Reload => group.rows.iter().position(|it| it == row),
            };
            let places: Vec<usize> = first_stops.iter().filter_map(of_row).collect();
            let is_kept = match group.rule {
                GroupRule::Together => true,
                GroupRule::InSequence => places.is_sorted(),
                GroupRule::Apart => places.len() < 2,
            };
            if !is_kept {
                let ids: Vec<&str> =
                    places.iter().map(|&place| scenario.groups[number].orders[place].as_str()).collect();
                let detail = format!("`{}` are locked first stops of one vehicle in this order", ids.join("`, `"));
                let pointer = format!("/groups/{number}/orders");
                defects.add(pointer, "group_breaks_lock", detail, "release the locks, or change the group");
            }
        }
    }
}
