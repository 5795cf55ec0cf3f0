//! Orders that come in parts: how they are cut, and that the parts are served like orders.

use super::brute::cases;
use super::planned::{planned, problem};
use hubroute::model::plan::{Plan, Status};
use hubroute::model::{Quantities, check, parse_new_order, parse_scenario, validate};
use hubroute::planning::{InsertError, insert};
use proptest::prelude::*;
use serde_json::{Value, json};

fn solved(document: &Value) -> Plan {
    planned(&problem(document), 300)
}

/// An order that is more than a van carries, and a small one.
fn day() -> Value {
    json!({
        "kind": "routing", "version": 1, "travel": {"metric": "euclidean"},
        "locations": [{"id": "depot", "at": [0, 0]}, {"id": "a", "at": [100, 0]}],
        "vehicles": [{"id": "van", "count": 4, "capacity": {"kg": 100, "pallets": 7}, "start": "depot"}],
        "orders": [
            {"id": "small", "location": "a", "delivery": {"kg": 5}, "service": 9},
            {"id": "x", "location": "a", "delivery": {"kg": 250, "pallets": 12}, "pickup": {"kg": 20}, "service": 100,
             "setup": 30, "split": "loads"}
        ]
    })
}

fn changed(changes: &[(&str, Value)]) -> Value {
    let mut document = day();
    for (pointer, value) in changes {
        let (parent, field) = pointer.rsplit_once('/').unwrap();
        document.pointer_mut(parent).unwrap()[field] = value.clone();
    }
    document
}

fn of(quantities: Option<&Quantities>, dimension: &str) -> f64 {
    match quantities {
        Some(Quantities::Named(named)) => named.iter().find(|(name, _)| name == dimension).map_or(0.0, |it| it.1),
        Some(Quantities::Bare(amount)) => *amount,
        None => 0.0,
    }
}

#[test]
fn full_loads_go_first() {
    let (problem, plan) = (problem(&day()), solved(&day()));
    let parts: Vec<[f64; 3]> = plan.splits[0]
        .parts
        .iter()
        .map(|part| {
            let (delivery, pickup) = (part.delivery.as_ref(), part.pickup.as_ref());
            [of(delivery, "kg"), of(delivery, "pallets"), of(pickup, "kg")]
        })
        .collect();
    assert_eq!(parts, [[100.0, 4.0, 8.0], [100.0, 5.0, 8.0], [50.0, 3.0, 4.0]]);
    let services: Vec<Option<f64>> = problem.scenario.orders.iter().map(|order| order.service).collect();
    assert_eq!(services, [Some(9.0), Some(40.0), Some(40.0), Some(20.0)]);
    assert_eq!((plan.summary.served, plan.summary.total, plan.status), (4, 600.0, Status::Optimal));
    let orders: Vec<&str> = problem.scenario.orders.iter().map(|order| order.id.as_str()).collect();
    assert_eq!(orders, ["small", "x#1", "x#2", "x#3"]);
}

#[test]
fn the_rest_comes_in_shares() {
    let lengths = |quantity: f64, rule: &str| -> Vec<f64> {
        let document = changed(&[
            ("/orders/1/delivery", json!({"kg": quantity})),
            ("/orders/1/pickup", Value::Null),
            ("/orders/1/split", json!(rule)),
        ]);
        let problem = problem(&document);
        let parts = problem.scenario.orders.iter().filter(|order| order.id.starts_with('x'));
        parts.map(|order| of(order.delivery.as_ref(), "kg")).collect()
    };
    assert_eq!(lengths(137.0, "shares"), [100.0, 20.0, 10.0, 5.0, 1.0, 1.0]);
    assert_eq!(lengths(40.5, "shares"), [20.0, 20.0, 0.5]);
    assert_eq!(lengths(100.0, "loads"), [100.0]);
    assert_eq!(lengths(40.5, "loads"), [40.5]);
    assert_eq!(lengths(200.0, "loads"), [100.0, 100.0]);
}

/// Three orders of 60 need three vehicles of 100, or two where they may come in parts.
#[test]
fn parts_fill_vehicles_that_whole_orders_do_not() {
    let document = |split: Option<&str>| {
        let order = |id: &str| json!({"id": id, "location": "a", "delivery": 60, "split": split});
        changed(&[
            ("/vehicles", json!([{"id": "van", "count": 2, "capacity": 100, "start": "depot"}])),
            ("/orders", json!([order("x"), order("y"), order("z")])),
        ])
    };
    assert_eq!(solved(&document(None)).status, Status::Infeasible);
    let plan = solved(&document(Some("shares")));
    assert_eq!((plan.summary.unserved, plan.summary.total), (0, 400.0));
}

#[test]
fn parts_go_to_the_carriers_of_their_order() {
    let carrier = json!([{"id": "post", "dimension": "kg", "bands": [{"per_unit": 0.5}], "allowed_orders": ["x"]}]);
    let plan = solved(&changed(&[("/carriers", carrier)]));
    let outsourced: Vec<(&str, f64)> = plan.outsourced.iter().map(|line| (line.id.as_str(), line.price)).collect();
    // A van that is there anyway has room for the rest.
    assert_eq!(outsourced, [("x#1", 54.0), ("x#2", 54.0)]);
}

#[test]
fn corrupted_parts_are_caught() {
    let (problem, plan) = (problem(&day()), solved(&day()));
    let catches = |change: &dyn Fn(&mut Plan), code: &str| {
        let mut corrupted = plan.clone();
        change(&mut corrupted);
        let violations = check(&problem, &corrupted);
        assert!(violations.iter().any(|violation| violation.code == code), "no {code} in {violations:?}");
    };
    catches(&|plan| plan.splits.clear(), "splits_wrong");
    catches(&|plan| plan.splits[0].order = "y".to_owned(), "splits_wrong");
    catches(&|plan| drop(plan.splits[0].parts.pop()), "split_parts_wrong");
    catches(&|plan| drop(plan.splits[0].parts.pop()), "split_sum_wrong");
    catches(&|plan| plan.splits[0].parts[0].pickup = None, "split_sum_wrong");
}

#[test]
fn splits_that_make_no_sense_are_refused() {
    let check = |changes: &[(&str, Value)], pointer: &str, code: &str| {
        let defects = validate(parse_scenario(&changed(changes).to_string()).unwrap()).unwrap_err();
        let found: Vec<(&str, &str)> = defects.iter().map(|defect| (defect.pointer.as_str(), defect.code)).collect();
        assert_eq!(found, [(pointer, code)], "{defects:?}");
        defects[0].hint.clone()
    };
    check(&[("/orders/1/prize", json!(5))], "/orders/1/prize", "not_served_yet");
    check(&[("/locks", json!([{"order": "x", "vehicle": "van"}]))], "/locks/0/order", "not_served_yet");
    check(&[("/orders/1/delivery", json!({"kg": 1e8}))], "/orders/1/split", "too_many_parts");
    check(&[("/orders/0/id", json!("x#2"))], "/orders/1/id", "duplicate_id");
    let nothing = [("/orders/1/delivery", Value::Null), ("/orders/1/pickup", Value::Null)];
    check(&nothing, "/orders/1/split", "nothing_to_split");
    let hint = check(&[("/orders/1/split", Value::Null)], "/orders/1/delivery", "too_large_for_any_vehicle");
    assert!(hint.contains("`split`"), "{hint}");
}

#[test]
fn parts_are_inserted_one_by_one() {
    let (problem, plan) = (problem(&day()), solved(&day()));
    let advice =
        |order: Value| insert(&problem, &plan, &parse_new_order(&json!({"order": order}).to_string()).unwrap(), 1);
    let new = json!({"id": "new", "location": "a", "delivery": {"kg": 40}, "split": "shares"});
    let Err(InsertError::Invalid(defects)) = advice(new.clone()) else { panic!("it is inserted") };
    assert_eq!((defects[0].pointer.as_str(), defects[0].code), ("/order/split", "not_served_yet"));
    // In one part it is an order like others, beside parts of another.
    let mut whole = new;
    whole["split"] = json!("loads");
    assert_eq!(advice(whole).unwrap().places.len(), 1);
}

proptest! {
    #![proptest_config(cases(16))]

    #[test]
    fn parts_add_up_and_fit(
        amounts in (0u32..1500, 0u32..60, 0u32..500),
        capacity in (50u32..300, 5u32..30),
        decimals in 0i32..3, service in 0u32..1000, shares in any::<bool>(),
    ) {
        let scale = 10f64.powi(decimals);
        let kg = f64::from(amounts.0) / scale;
        let document = changed(&[
            ("/vehicles/0/capacity", json!({"kg": capacity.0, "pallets": capacity.1})),
            ("/orders/1/delivery", json!({"kg": kg, "pallets": amounts.1})),
            ("/orders/1/pickup", json!({"kg": amounts.2})),
            ("/orders/1/service", json!(service)),
            ("/orders/1/split", json!(if shares { "shares" } else { "loads" })),
        ]);
        let problem = problem(&document);
        let parts: Vec<_> = problem.scenario.orders.iter().filter(|order| order.id.starts_with('x')).collect();
        let sum = |amount: &dyn Fn(&hubroute::model::scenario::Order) -> f64| parts.iter().map(|part| amount(part)).sum::<f64>();
        // Sums of decimals are off by a little.
        prop_assert!((sum(&|part| of(part.delivery.as_ref(), "kg")) - kg).abs() < 1e-6);
        prop_assert!((sum(&|part| of(part.pickup.as_ref(), "kg")) - f64::from(amounts.2)).abs() < 1e-6);
        prop_assert_eq!(sum(&|part| of(part.delivery.as_ref(), "pallets")), f64::from(amounts.1));
        prop_assert_eq!(sum(&|part| part.service.unwrap()), f64::from(service));
        for part in &parts {
            prop_assert!(of(part.delivery.as_ref(), "kg") <= f64::from(capacity.0));
            prop_assert!(of(part.delivery.as_ref(), "pallets") <= f64::from(capacity.1));
            prop_assert!(of(part.pickup.as_ref(), "kg") <= f64::from(capacity.0));
        }
        let plan = solved(&document);
        prop_assert!(plan.lower_bound.is_none_or(|bound| bound <= plan.summary.total));
    }
}
