//! Orders that come in parts: whether the parts are those of the scenario, and add up to the order.

use super::violations::{Violations, is_within};
use crate::model::plan::Plan;
use crate::model::problem::{Problem, Routing};
use crate::model::quantities::Quantities;
use std::collections::BTreeMap;

/// Checks how each order is cut; that every part is served once, the routes tell.
pub(super) fn check(problem: &Problem, routing: &Routing, plan: &Plan, violations: &mut Violations) {
    if plan.splits.len() != routing.splits.len() {
        let detail = format!("{} orders come in parts, {} should", plan.splits.len(), routing.splits.len());
        violations.add("/splits", "splits_wrong", detail);
        return;
    }
    for (place, (found, split)) in plan.splits.iter().zip(&routing.splits).enumerate() {
        let pointer = |field: &str| format!("/splits/{place}/{field}");
        if found.order != split.order.id {
            let detail = format!("found `{}`, should be `{}`", found.order, split.order.id);
            violations.add(pointer("order"), "splits_wrong", detail);
            continue;
        }
        let known = split.rows.iter().map(|&row| &problem.scenario.orders[row]);
        let is_known = found.parts.len() == split.rows.len()
            && found.parts.iter().zip(known).all(|(part, order)| {
                part.id == order.id && part.delivery == order.delivery && part.pickup == order.pickup
            });
        if !is_known {
            violations.add(pointer("parts"), "split_parts_wrong", format!("`{}` is cut otherwise", found.order));
        }
        let deliveries = found.parts.iter().map(|part| part.delivery.as_ref());
        let pickups = found.parts.iter().map(|part| part.pickup.as_ref());
        let is_whole =
            adds_up(deliveries, split.order.delivery.as_ref()) && adds_up(pickups, split.order.pickup.as_ref());
        if !is_whole {
            let detail = format!("the parts of `{}` do not add up to it", found.order);
            violations.add(pointer("parts"), "split_sum_wrong", detail);
        }
    }
}

/// Whether amounts sum up to `whole`, but for what sums of decimals are off.
fn adds_up<'a>(parts: impl Iterator<Item = Option<&'a Quantities>>, whole: Option<&'a Quantities>) -> bool {
    let mut missing: BTreeMap<&str, f64> = BTreeMap::new();
    let mut largest = 0.0f64;
    let signed = parts.map(|part| (part, -1.0)).chain([(whole, 1.0)]);
    for (quantities, sign) in signed.filter_map(|(quantities, sign)| Some((quantities?, sign))) {
        match quantities {
            Quantities::Bare(amount) => {
                largest = largest.max(amount.abs());
                *missing.entry("").or_default() += sign * amount;
            }
            Quantities::Named(named) => {
                for (name, amount) in named {
                    largest = largest.max(amount.abs());
                    *missing.entry(name).or_default() += sign * amount;
                }
            }
        }
    }
    missing.values().all(|&missing| is_within(missing, 1e-7 + largest * 1e-12))
}
