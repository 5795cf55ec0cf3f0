//! Cost shares: that everybody on a route has one, and that they add up to its cost.

use super::violations::{Violations, millionths};
use crate::model::plan::Plan;
use std::collections::{HashMap, HashSet};

/// Checks the shares of a plan that tells them.
pub(super) fn check(plan: &Plan, violations: &mut Violations) {
    if plan.cost_shares.is_empty() {
        return;
    }
    let mut shares: HashMap<&str, i128> = HashMap::new();
    for (place, line) in plan.cost_shares.iter().enumerate() {
        if shares.insert(line.id.as_str(), millionths(line.share)).is_some() {
            let detail = format!("`{}` has two shares", line.id);
            violations.add(format!("/cost_shares/{place}/id"), "duplicate_share", detail);
        }
    }
    let mut n_on_routes = 0;
    for (place, route) in plan.routes.iter().enumerate() {
        let orders: HashSet<&str> = route.stops.iter().filter_map(|stop| stop.order.as_deref()).collect();
        n_on_routes += orders.len();
        let sum: Option<i128> = orders.iter().map(|order| shares.get(order).copied()).sum();
        if sum != Some(millionths(route.cost)) {
            let detail = format!("the shares of the orders on it do not add up to its cost of {}", route.cost);
            violations.add(format!("/routes/{place}/cost"), "shares_wrong", detail);
        }
    }
    if n_on_routes != shares.len() {
        let detail = format!("{} shares for {n_on_routes} orders on routes", shares.len());
        violations.add("/cost_shares", "shares_wrong", detail);
    }
}
