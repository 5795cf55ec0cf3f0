//! Customers with few doors: no more vehicles serve at once than there are.

use super::brute::{best_plan, cases};
use super::planned::{planned, problem};
use hubroute::model::plan::{Plan, Status};
use hubroute::model::{check, parse_scenario, validate};
use proptest::prelude::*;
use serde_json::{Value, json};

/// Two vans that bring one pallet each to a shop with one door, 100 seconds away; unloading takes 600.
fn shop() -> Value {
    json!({
        "kind": "routing", "version": 1, "travel": {"metric": "euclidean"},
        "locations": [{"id": "depot", "at": [0, 0]}, {"id": "shop", "at": [100, 0]}, {"id": "other", "at": [0, 100]}],
        "vehicles": [{"id": "van", "count": 2, "start": "depot", "capacity": 1, "costs": {"per_second": 1}}],
        "docks": [{"location": "shop", "serves_orders": true}],
        "orders": [{"id": "a", "location": "shop", "delivery": 1, "service": 600, "windows": [[0, 800]]},
            {"id": "b", "location": "shop", "delivery": 1, "service": 600, "windows": [[0, 800]]}]
    })
}

fn at_door(plan: &Plan) -> Vec<[i64; 3]> {
    plan.docks.iter().map(|call| [call.start.seconds(), call.end.seconds(), call.wait]).collect()
}

#[test]
fn one_after_the_other_is_served() {
    let plan = planned(&problem(&shop()), 100);
    // The second leaves later, and waits for nobody.
    assert_eq!(at_door(&plan), [[100, 700, 0], [700, 1300, 0]]);
    assert_eq!(plan.summary.total, 1600.0);
    let mut early = shop();
    early["orders"][1]["windows"] = json!([[0, 699]]);
    early["orders"][0]["windows"] = json!([[0, 699]]);
    let plan = planned(&problem(&early), 100);
    assert_eq!((plan.status, plan.unserved.len()), (Status::Infeasible, 1));
    assert_eq!(plan.unserved[0].reasons[0].code, "no_door_left");
    early["docks"][0]["doors"] = json!(2);
    assert_eq!(planned(&problem(&early), 100).unserved.len(), 0);
}

#[test]
fn services_keep_the_hours_and_none_takes_no_door() {
    let mut document = shop();
    document["docks"][0]["hours"] = json!([300, 1500]);
    assert_eq!(at_door(&planned(&problem(&document), 100)), [[300, 900, 0]]);
    document["orders"][1]["service"] = json!(0);
    document["docks"][0]["hours"] = json!([0, 700]);
    assert_eq!(at_door(&planned(&problem(&document), 100)), [[100, 700, 0]]);
    document["docks"][0]["hours"] = json!([0, 699]);
    assert_eq!(planned(&problem(&document), 100).unserved.len(), 1);
}

#[test]
fn the_checker_sees_who_is_at_the_door() {
    let problem = problem(&shop());
    let plan = planned(&problem, 100);
    assert!(check(&problem, &plan).is_empty());
    let codes = |change: &dyn Fn(&mut Plan)| -> Vec<String> {
        let mut plan = plan.clone();
        change(&mut plan);
        check(&problem, &plan).into_iter().map(|violation| violation.code).collect()
    };
    assert_eq!(codes(&|plan| drop(plan.docks.remove(0))), ["door_call_missing"]);
    // Two routes at once, each of them right for itself.
    let twins = codes(&|plan| {
        let (first, second) = (plan.routes[0].clone(), plan.routes[1].clone());
        let early = if first.stops[1].start.seconds() == 100 { first } else { second };
        for route in &mut plan.routes {
            for (stop, other) in route.stops.iter_mut().zip(&early.stops) {
                *stop = hubroute::model::plan::Stop { order: stop.order.clone(), ..other.clone() };
            }
        }
        for call in &mut plan.docks {
            (call.start, call.end) = (early.stops[1].start, early.stops[1].leave);
        }
    });
    assert!(twins.contains(&"door_taken".to_owned()), "{twins:?}");
}

#[test]
fn doors_for_nobody_are_refused() {
    let refused = |pointer: &str, value: Value, expected: (&str, &str)| {
        let mut document = shop();
        let (parent, field) = pointer.rsplit_once('/').unwrap();
        document.pointer_mut(parent).unwrap()[field] = value;
        let defects = validate(parse_scenario(&document.to_string()).unwrap()).unwrap_err();
        assert_eq!((defects[0].pointer.as_str(), defects[0].code), expected);
        assert!(!defects[0].hint.is_empty());
    };
    refused("/docks/0/location", json!("other"), ("/docks/0/location", "dock_without_vehicles"));
    refused("/docks/0/serves_orders", json!(false), ("/docks/0", "dock_takes_no_time"));
}

proptest! {
    #![proptest_config(cases(24))]

    /// Nobody more is left out than in the best plan of all whose vehicles queue, it costs little less, and none of them meet
    /// at the door.
    #[test]
    fn few_meet_at_a_door_in_vain(
        asked in prop::collection::vec((prop::bool::ANY, 0i64..400, 100i64..900, 0i64..200), 4),
        doors in 1u32..3,
    ) {
        let mut document = shop();
        document["docks"][0]["doors"] = json!(doors);
        document["vehicles"][0]["capacity"] = json!(2);
        let order = |(row, (there, opens, length, service)): (usize, &(bool, i64, i64, i64))| {
            let location = if *there { "shop" } else { "other" };
            json!({"id": format!("o{row}"), "location": location, "delivery": 1, "service": service,
                "windows": [[opens, opens + length]]})
        };
        document["orders"] = json!(asked.iter().enumerate().map(order).collect::<Vec<_>>());
        if asked.iter().all(|(there, ..)| !there) {
            document["docks"] = json!([]);
        }
        let problem = problem(&document);
        let found = planned(&problem, 400);
        let best = best_plan(&problem, |plan| plan.unserved.len()).unwrap();
        prop_assert_eq!(found.unserved.len(), best.unserved.len());
        let (total, least) = (found.summary.total, best.summary.total);
        prop_assert!(total <= least * 1.1 + 1e-6, "{} {}", total, least);
        if let Some(bound) = found.lower_bound {
            prop_assert!(bound <= best.summary.total + 1e-6);
        }
    }
}
