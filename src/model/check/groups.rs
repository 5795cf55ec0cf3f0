//! Whether the routes keep groups of orders: together, in their sequence, or apart.

use super::violations::Violations;
use crate::model::group::GroupRule;
use crate::model::plan::{Activity, Plan};
use crate::model::scenario::Scenario;
use std::collections::HashMap;

/// Where an order is served: the route, and the stop, a shipment's where it is fetched.
type Stand = (usize, usize);

/// Checks every group; who is on no route does not count.
pub(super) fn check(scenario: &Scenario, plan: &Plan, violations: &mut Violations) {
    if scenario.groups.is_empty() {
        return;
    }
    let mut stands: HashMap<&str, Stand> = HashMap::new();
    for (row, route) in plan.routes.iter().enumerate() {
        for (place, stop) in route.stops.iter().enumerate().filter(|(_, stop)| stop.activity != Activity::Delivery) {
            if let Some(order) = &stop.order {
                stands.insert(order, (row, place));
            }
        }
    }
    for (number, group) in scenario.groups.iter().enumerate() {
        let served = group.orders.iter().filter_map(|id| Some((id.as_str(), *stands.get(id.as_str())?)));
        let served: Vec<(&str, Stand)> = served.collect();
        for (at, &(id, (route, stop))) in served.iter().enumerate().skip(1) {
            let mut add = |code: &str, detail: String| {
                violations.add(format!("/routes/{route}/stops/{stop}/order"), code, detail);
            };
            match group.rule {
                GroupRule::Together | GroupRule::InSequence => {
                    let (before, (other, earlier)) = served[at - 1];
                    if other != route {
                        let detail =
                            format!("`{id}` is not on the route of `{before}`, group {number} keeps them together");
                        add("group_torn", detail);
                    } else if group.rule == GroupRule::InSequence && stop < earlier {
                        let detail = format!("`{id}` comes before `{before}`, group {number} has it behind");
                        add("group_out_of_sequence", detail);
                    }
                }
                GroupRule::Apart => {
                    if let Some((with, _)) = served[..at].iter().find(|(_, (other, _))| *other == route) {
                        let detail = format!("`{id}` is on a route with `{with}`, group {number} keeps them apart");
                        add("group_not_apart", detail);
                    }
                }
            }
        }
    }
}
