//! Groups of orders: together, in sequence, apart.

use super::brute::{best_plan, cases};
use super::planned::{planned, problem};
use hubroute::model::plan::{Plan, Status};
use hubroute::model::{check, parse_scenario, validate};
use proptest::prelude::*;
use serde_json::{Value, json};

/// Three places on either side of the depot, a van for each side.
fn two_sides(groups: &Value) -> Value {
    let at = |id: i64| if id % 2 == 0 { 100 * id } else { -100 * id };
    let order = |id: i64| json!({"id": format!("o{id}"), "location": format!("l{id}"), "delivery": 1});
    let mut locations = vec![json!({"id": "depot", "at": [0, 0]})];
    locations.extend((1..=6).map(|id| json!({"id": format!("l{id}"), "at": [at(id), 0]})));
    json!({
        "kind": "routing", "version": 1, "travel": {"metric": "euclidean"}, "locations": locations, "groups": groups,
        "vehicles": [{"id": "van", "count": 2, "start": "depot", "capacity": 4}],
        "orders": (1..=6).map(order).collect::<Vec<_>>()
    })
}

fn routes(plan: &Plan) -> Vec<String> {
    let stops = |route: &hubroute::model::plan::Route| {
        route.stops.iter().filter_map(|stop| stop.order.clone()).collect::<Vec<_>>().join(" ")
    };
    plan.routes.iter().map(stops).collect()
}

#[test]
fn groups_move_orders_to_where_they_belong() {
    let plan = |groups: Value| {
        let plan = planned(&problem(&two_sides(&groups)), 400);
        assert!(matches!(plan.status, Status::Feasible | Status::Optimal), "{:?}", plan.status);
        plan
    };
    let of = |plan: &Plan, id: &str| routes(plan).iter().position(|route| route.split(' ').any(|it| it == id)).unwrap();
    assert_eq!(plan(json!([])).summary.total, 1200.0 + 1000.0);
    let together = plan(json!([{"orders": ["o1", "o2"], "rule": "together"}]));
    assert_eq!((of(&together, "o1"), together.summary.total), (of(&together, "o2"), 2400.0));
    let apart = plan(json!([{"orders": ["o3", "o1"], "rule": "apart"}]));
    assert_ne!(of(&apart, "o1"), of(&apart, "o3"));
    assert_eq!(apart.summary.total, 2400.0);
}

#[test]
fn a_sequence_is_kept_and_may_be_interrupted() {
    let groups = json!([{"orders": ["o6", "o2", "o4"], "rule": "in_sequence"}]);
    let plan = planned(&problem(&two_sides(&groups)), 400);
    let sequence = routes(&plan).into_iter().find(|route| route.contains("o6")).unwrap();
    let at = |id: &str| sequence.find(id).unwrap();
    assert!(at("o6") < at("o2") && at("o2") < at("o4"), "{sequence}");
    // Out to the end, back to the first, out to the middle, and home.
    assert_eq!(plan.summary.total, 600.0 + 400.0 + 200.0 + 400.0 + 1000.0);
}

#[test]
fn whoever_a_group_leaves_without_a_vehicle_is_told_so() {
    let groups = json!([{"orders": ["o1", "o3", "o2"], "rule": "apart"}]);
    let plan = planned(&problem(&two_sides(&groups)), 400);
    assert_eq!((plan.status, plan.unserved.len()), (Status::Infeasible, 1));
    let reason = &plan.unserved[0].reasons[0];
    assert_eq!(reason.code, "group_in_the_way");
    assert!(reason.hint.contains("take it out of its group"), "{}", reason.hint);
    // Its hint is true.
    let others: Vec<&str> = ["o1", "o3", "o2"].into_iter().filter(|id| *id != plan.unserved[0].id).collect();
    let relaxed = two_sides(&json!([{"orders": others, "rule": "apart"}]));
    assert_eq!(planned(&problem(&relaxed), 400).unserved.len(), 0);
}

#[test]
fn the_checker_sees_broken_groups() {
    let free = planned(&problem(&two_sides(&json!([]))), 300);
    let codes = |groups: Value| -> Vec<String> {
        check(&problem(&two_sides(&groups)), &Plan { input_hash: String::new(), ..free.clone() })
            .into_iter()
            .map(|violation| violation.code)
            .filter(|code| code.starts_with("group"))
            .collect()
    };
    let group = |orders: &[&str], rule: &str| json!([{"orders": orders, "rule": rule}]);
    assert_eq!(codes(group(&["o1", "o2"], "together")), ["group_torn"]);
    assert_eq!(codes(group(&["o1", "o3"], "together")), [""; 0]);
    assert_eq!(codes(group(&["o1", "o3"], "apart")), ["group_not_apart"]);
    assert_eq!(codes(group(&["o1", "o2"], "apart")), [""; 0]);
    assert_eq!(codes(group(&["o1", "o2"], "in_sequence")), ["group_torn"]);
    let (there, back) = (codes(group(&["o1", "o3"], "in_sequence")), codes(group(&["o3", "o1"], "in_sequence")));
    assert_eq!([there, back].concat(), ["group_out_of_sequence"]);
}

#[test]
fn senseless_groups_are_refused() {
    let refused = |changes: &[(&str, Value)], expected: &[(&str, &str)]| {
        let mut document = two_sides(&json!([]));
        for (pointer, value) in changes {
            let (parent, field) = pointer.rsplit_once('/').unwrap();
            document.pointer_mut(parent).unwrap()[field] = value.clone();
        }
        let defects = validate(parse_scenario(&document.to_string()).unwrap()).unwrap_err();
        let found: Vec<(&str, &str)> = defects.iter().map(|defect| (defect.pointer.as_str(), defect.code)).collect();
        assert_eq!(found, expected);
        assert!(defects.iter().all(|defect| !defect.hint.is_empty()), "{defects:?}");
    };
    let group = |orders: &[&str], rule: &str| json!({"orders": orders, "rule": rule});
    let of = |groups: Vec<Value>, expected: &[(&str, &str)]| refused(&[("/groups", json!(groups))], expected);
    of(vec![group(&["o1"], "together")], &[("/groups/0/orders", "group_too_small")]);
    of(vec![group(&["o1", "o7"], "apart")], &[("/groups/0/orders/1", "unknown_id")]);
    of(vec![group(&["o1", "o1", "o2"], "apart")], &[("/groups/0/orders/1", "duplicate_order")]);
    // Sequences that run in a circle.
    of(
        vec![group(&["o1", "o2"], "in_sequence"), group(&["o2", "o1"], "in_sequence")],
        &[("/groups/1/orders/0", "order_in_two_groups"), ("/groups/1/orders/1", "order_in_two_groups")],
    );
    of(
        vec![group(&["o1", "o2"], "apart"), group(&["o1", "o2"], "together")],
        &[("/groups/0/orders/1", "groups_contradict")],
    );
    let barred = json!([{"id": "van", "start": "depot"}, {"id": "car", "start": "depot"}]);
    let wishes = [
        ("/vehicles", barred),
        ("/orders/0/allowed_vehicles", json!(["van"])),
        ("/orders/1/allowed_vehicles", json!(["car"])),
        ("/groups", json!([group(&["o1", "o2"], "together")])),
    ];
    refused(&wishes, &[("/groups/0/orders", "group_without_vehicle")]);
    let split = [("/orders/0/split", json!("loads")), ("/groups", json!([group(&["o1", "o2"], "apart")]))];
    refused(&split, &[("/groups/0/orders/0", "group_of_parts")]);
    let stop = json!({"location": "l1"});
    let shipment = json!([{"id": "s", "pickup": stop, "delivery": {"location": "l2"}}]);
    refused(
        &[("/shipments", shipment), ("/groups", json!([group(&["s", "o1"], "in_sequence")]))],
        &[("/groups/0/orders/0", "sequence_of_shipments")],
    );
    let lock = |id: &str, position: u32| json!({"order": id, "vehicle": "van", "position": position});
    let locks = [
        ("/vehicles/0/count", json!(1)),
        ("/locks", json!([lock("o2", 1), lock("o1", 2)])),
        ("/groups", json!([group(&["o1", "o2"], "in_sequence"), group(&["o1", "o2", "o3"], "apart")])),
    ];
    let broken = [("/groups/1/orders/1", "groups_contradict")];
    refused(&locks, &broken);
    let apart = [locks[0].clone(), locks[1].clone(), ("/groups", json!([group(&["o1", "o2"], "apart")]))];
    refused(&apart, &[("/groups/0/orders", "group_breaks_lock")]);
}

proptest! {
    #![proptest_config(cases(16))]

    /// Nobody more is left out than in the best plan of all; costs are at most a little higher, and no bound above the best.
    #[test]
    fn plans_with_groups_are_the_best_of_all(
        places in prop::collection::vec((0i64..60, 0i64..60, 1i64..4), 5),
        first in prop::sample::select(vec!["together", "in_sequence", "apart"]),
        with_second in prop::bool::ANY,
        order in Just(vec![1, 2, 3, 4, 5]).prop_shuffle(),
    ) {
        let id = |row: usize| format!("o{}", order[row]);
        let mut groups = vec![json!({"orders": [id(0), id(1), id(2)], "rule": first})];
        if with_second {
            groups.push(json!({"orders": [id(3), id(0)], "rule": "apart"}));
        }
        let mut document = two_sides(&json!(groups));
        document["orders"].as_array_mut().unwrap().truncate(5);
        for (row, (x, y, load)) in places.iter().enumerate() {
            document["locations"][row + 1]["at"] = json!([x, y]);
            document["orders"][row]["delivery"] = json!(load);
        }
        document["vehicles"][0]["capacity"] = json!(8);
        let problem = problem(&document);
        let found = planned(&problem, 3_000);
        let best = best_plan(&problem, |plan| plan.unserved.len()).unwrap();
        prop_assert_eq!(found.unserved.len(), best.unserved.len());
        prop_assert!(found.summary.total >= best.summary.total - 1e-6);
        prop_assert!(found.summary.total <= best.summary.total * 1.05 + 1e-6, "{} {}", found.summary.total, best.summary.total);
        prop_assert!(!best.unserved.is_empty() || found.lower_bound.unwrap() <= best.summary.total + 1e-6);
    }
}
