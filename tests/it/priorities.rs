//! Priorities: who is left out first where not all can be served.

use super::brute::best_plan;
use super::planned::{planned, problem};
use hubroute::model::plan::{Plan, Status, Verdict};
use hubroute::model::{parse_scenario, validate};
use proptest::prelude::*;
use serde_json::{Value, json};

/// A van with room for two of four orders; the first places are near.
fn van() -> Value {
    let order = |id: i64| json!({"id": format!("o{id}"), "location": format!("l{id}"), "delivery": 1});
    let mut locations = vec![json!({"id": "depot", "at": [0, 0]})];
    locations.extend((1..=4).map(|id| json!({"id": format!("l{id}"), "at": [100 * id, 0]})));
    json!({
        "kind": "routing", "version": 1, "travel": {"metric": "euclidean"}, "locations": locations,
        "vehicles": [{"id": "van", "start": "depot", "capacity": 2}],
        "orders": (1..=4).map(order).collect::<Vec<_>>()
    })
}

/// The van with these priorities and prizes.
fn with(priorities: [Option<u32>; 4], prizes: [Option<f64>; 4]) -> Value {
    let mut document = van();
    for row in 0..4 {
        if let Some(priority) = priorities[row] {
            document["orders"][row]["priority"] = json!(priority);
        }
        if let Some(prize) = prizes[row] {
            document["orders"][row]["prize"] = json!(prize);
        }
    }
    document
}

fn left_out(plan: &Plan) -> Vec<&str> {
    plan.unserved.iter().map(|unserved| unserved.id.as_str()).collect()
}

#[test]
fn the_least_important_are_left_out() {
    let plan = |priorities, prizes| planned(&problem(&with(priorities, prizes)), 400);
    // Without priorities the near ones are served.
    assert_eq!(left_out(&plan([None; 4], [None; 4])), ["o3", "o4"]);
    let found = plan([Some(2), Some(3), None, Some(1)], [None; 4]);
    assert_eq!((left_out(&found), found.status), (vec!["o1", "o2"], Status::Infeasible));
    assert!(found.unserved.iter().all(|unserved| unserved.verdict == Some(Verdict::SqueezedOut)));
    // With prizes the plan is complete, and what is left out costs its prize, however much another would save.
    let found = plan([Some(9), Some(9), Some(1), Some(1)], [Some(500.0), Some(500.0), Some(1.0), Some(1.0)]);
    assert_eq!((left_out(&found), found.status), (vec!["o1", "o2"], Status::Feasible));
    assert_eq!(found.summary.total, 800.0 + 1000.0);
    // One of a class before any number of the next.
    let found = plan([Some(2), Some(2), Some(2), Some(1)], [Some(1.0); 4]);
    assert_eq!(left_out(&found), ["o2", "o3"]);
}

#[test]
fn whoever_only_has_a_prize_is_left_out_for_it() {
    // o4 is served although that costs more than all prizes together.
    let found =
        planned(&problem(&with([None, None, None, Some(1)], [Some(1.0), Some(1.0), Some(1.0), Some(5.0)])), 400);
    let served = found.routes[0].stops.iter().filter_map(|stop| stop.order.as_deref());
    assert!(served.clone().any(|id| id == "o4"), "{:?}", served.collect::<Vec<_>>());
    // Others come along for nothing.
    assert_eq!((found.unserved.len(), found.summary.total), (2, 802.0));
}

#[test]
fn a_carrier_serves_as_well_as_a_vehicle() {
    let mut document = with([Some(1), None, None, None], [Some(1.0), None, None, None]);
    document["orders"].as_array_mut().unwrap().truncate(3);
    document["carriers"] = json!([{"id": "post", "bands": [{"fixed": 0.5}], "allowed_orders": ["o1"]}]);
    let found = planned(&problem(&document), 300);
    assert_eq!((found.outsourced.len(), found.unserved.len()), (1, 0));
}

#[test]
fn senseless_priorities_are_refused() {
    let refused = |document: &Value, expected: &[(&str, &str)]| {
        let defects = validate(parse_scenario(&document.to_string()).unwrap()).unwrap_err();
        let found: Vec<(&str, &str)> = defects.iter().map(|defect| (defect.pointer.as_str(), defect.code)).collect();
        assert_eq!(found, expected);
        assert!(defects.iter().all(|defect| !defect.hint.is_empty()), "{defects:?}");
    };
    refused(&with([Some(0), None, None, None], [None; 4]), &[("/orders/0/priority", "zero_priority")]);
    let mut many = van();
    let order = |id: u32| json!({"id": format!("o{id}"), "location": "l1", "priority": id});
    many["orders"] = json!((1..=64).map(order).collect::<Vec<_>>());
    refused(&many, &[("/orders", "too_many_priorities")]);
    let mut shipment = van();
    let stop = |location: &str| json!({"location": location});
    shipment["shipments"] = json!([{"id": "s", "priority": 0, "pickup": stop("l1"), "delivery": stop("l2")}]);
    refused(&shipment, &[("/shipments/0/priority", "zero_priority")]);
}

/// How many of each class a plan leaves out, mandatory ones first.
fn by_class(document: &Value, plan: &Plan) -> Vec<usize> {
    let order = |id: &str| document["orders"].as_array().unwrap().iter().find(|order| order["id"] == id).cloned();
    let left_out: Vec<Value> = plan.unserved.iter().filter_map(|unserved| order(&unserved.id)).collect();
    let class = |order: &Value| order["priority"].as_u64().or(order["prize"].is_null().then_some(0));
    (0..4).map(|number| left_out.iter().filter(|order| class(order) == Some(number)).count()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    /// Of each class, as few are left out as in the best plan of all.
    #[test]
    fn no_class_gives_way_to_a_later_one(
        asked in prop::collection::vec((prop::option::of(1u32..4), prop::option::of(1i64..300), 1i64..4), 4),
        capacity in 2i64..6,
    ) {
        let mut document = van();
        for (row, (priority, prize, load)) in asked.iter().enumerate() {
            let order = &mut document["orders"][row];
            order["delivery"] = json!(load);
            if let Some(priority) = priority {
                order["priority"] = json!(priority);
            }
            if let Some(prize) = prize {
                order["prize"] = json!(prize);
            }
        }
        document["vehicles"][0]["capacity"] = json!(capacity);
        let Ok(problem) = validate(parse_scenario(&document.to_string()).unwrap()) else { return Ok(()) };
        let found = planned(&problem, 1_000);
        let best = best_plan(&problem, |plan| by_class(&document, plan)).unwrap();
        prop_assert_eq!(by_class(&document, &found), by_class(&document, &best));
        prop_assert!((found.summary.total - best.summary.total).abs() < 1e-6, "{} {}", found.summary.total, best.summary.total);
        if let Some(bound) = found.lower_bound {
            prop_assert!(bound <= best.summary.total + 1e-6);
        }
    }
}
