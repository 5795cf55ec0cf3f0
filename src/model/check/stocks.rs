//! Whether no more is loaded anywhere than there is.

use super::violations::Violations;
use crate::model::Quantities;
use crate::model::plan::{Activity, Plan, Route};
use crate::model::problem::{Problem, Purpose, Routing};
use std::collections::HashMap;

/// Sums up what all trips bring from each place with a stock.
pub(super) fn check(problem: &Problem, routing: &Routing, plan: &Plan, violations: &mut Violations) {
    if problem.scenario.stocks.is_empty() {
        return;
    }
    let orders = routing.visits.iter().filter(|visit| matches!(visit.purpose, Purpose::Order(_)));
    let deliveries = orders.map(|visit| (problem.order_id(visit.purpose), visit.delivery.as_slice()));
    let deliveries: HashMap<&str, _> = deliveries.collect();
    for (row, stock) in problem.scenario.stocks.iter().enumerate() {
        for (dimension, name) in routing.dimensions.iter().enumerate() {
            let most = match &stock.quantity {
                Quantities::Bare(most) => Some(*most),
                Quantities::Named(named) => named.iter().find(|(known, _)| known == name).map(|(_, most)| *most),
            };
            let Some(most) = most else { continue };
            let loaded = |order: &str| deliveries.get(order).map_or(0, |loads| i128::from(loads[dimension].get()));
            let total: i128 = plan.routes.iter().map(|route| loaded_at(route, &stock.location, loaded)).sum();
            let found = total as f64 / routing.scales[dimension];
            if found > most + 1e-9 {
                let name = if name.is_empty() { String::new() } else { format!(" {name}") };
                let detail = format!("{found}{name} are loaded at `{}`, there is {most} (stock {row})", stock.location);
                violations.add("/routes", "stock_exceeded", detail);
            }
        }
    }
}

/// What a route's trips bring from a place.
fn loaded_at(route: &Route, place: &str, loaded: impl Fn(&str) -> i128) -> i128 {
    let mut is_from_here = false;
    let mut total = 0;
    for stop in &route.stops {
        if matches!(stop.activity, Activity::Start | Activity::Reload) {
            is_from_here = stop.location == place;
        } else if let Some(order) = stop.order.as_deref().filter(|_| is_from_here && stop.activity == Activity::Order) {
            total += loaded(order);
        }
    }
    total
}
