//! Locks: what was promised or has begun stays, whatever else changes.

use super::planned::problem;
use hubroute::model::plan::{Plan, Status};
use hubroute::model::{check, parse_scenario, validate};
use hubroute::planning::{Options, plan};
use hubroute::search::Silent;
use proptest::prelude::*;
use serde_json::{Value, json};
use std::sync::atomic::AtomicBool;

fn solved(document: &Value, warm_start: Option<&Plan>) -> Plan {
    let cancel = AtomicBool::new(false);
    let options = Options { warm_start, ..Options::of_iterations(40, &cancel) };
    plan(&problem(document), &options, &Silent).unwrap()
}

/// Two vans and four orders on a line; the cheapest plan is one route of 800 m.
fn line() -> Value {
    json!({
        "kind": "routing", "version": 1, "travel": {"metric": "euclidean"},
        "locations": [{"id": "depot", "at": [0, 0]}, {"id": "a", "at": [100, 0]}, {"id": "b", "at": [200, 0]},
            {"id": "c", "at": [300, 0]}, {"id": "d", "at": [400, 0]}],
        "vehicles": [{"id": "v1", "start": "depot", "capacity": 10}, {"id": "v2", "start": "depot", "capacity": 10}],
        "orders": [{"id": "oa", "location": "a", "delivery": 1}, {"id": "ob", "location": "b", "delivery": 1, "prize": 1},
            {"id": "oc", "location": "c", "delivery": 1}],
        "shipments": [{"id": "s", "quantity": 1, "pickup": {"location": "d"}, "delivery": {"location": "a"}}]
    })
}

fn with_locks(locks: Value) -> Value {
    let mut document = line();
    document["locks"] = locks;
    document
}

/// The stops of a vehicle, as `order` or `order/activity`.
fn stops<'a>(plan: &'a Plan, vehicle: &str) -> Vec<&'a str> {
    let route = plan.routes.iter().find(|route| route.vehicle == vehicle);
    route.iter().flat_map(|route| &route.stops).filter_map(|stop| stop.order.as_deref()).collect()
}

#[test]
fn an_order_stays_on_its_vehicle_whatever_its_prize() {
    let plan = solved(&with_locks(json!([{"order": "ob", "vehicle": "v2"}, {"order": "oa", "vehicle": "v1"}])), None);
    assert!(stops(&plan, "v2").contains(&"ob") && stops(&plan, "v1").contains(&"oa"), "{plan:?}");
}

#[test]
fn a_change_of_vehicle_has_its_price() {
    let planned = |on_v2: f64, on_v1: f64| {
        let lock =
            |order: &str, vehicle: &str, cost: f64| json!({"order": order, "vehicle": vehicle, "change_cost": cost});
        let document = with_locks(json!([lock("ob", "v2", on_v2), lock("oa", "v1", on_v1), lock("s", "v1", 7.0)]));
        let plan = solved(&document, None);
        assert_eq!(check(&problem(&document), &plan), []);
        (plan.summary.total, plan.summary.costs.get("changes").copied())
    };
    // One route of 800 m on either, or 200 m more for the two that were planned.
    assert_eq!(planned(50.0, 300.0), (850.0, Some(50.0)));
    assert_eq!(planned(90.0, 30.0), (837.0, Some(37.0)));
    // The shipment is on v1 then, or pays.
    assert_eq!(planned(500.0, 300.0), (1007.0, Some(7.0)));
    let free = solved(&line(), None);
    let asked = problem(&with_locks(json!([{"order": "oa", "vehicle": "v1", "change_cost": 5},
        {"order": "ob", "vehicle": "v2", "change_cost": 5}])));
    let codes: Vec<String> = check(&asked, &free).into_iter().map(|violation| violation.code).collect();
    assert!(codes.contains(&"route_cost_wrong".to_owned()), "{codes:?}");
}

#[test]
fn first_stops_stay_in_their_order_with_nothing_between() {
    let locks = json!([
        {"order": "oc", "vehicle": "v2", "position": 1},
        {"order": "oa", "vehicle": "v2", "position": 2},
        {"order": "s", "activity": "pickup", "vehicle": "v2", "position": 3}
    ]);
    let plan = solved(&with_locks(locks), None);
    assert_eq!(stops(&plan, "v2")[..3], ["oc", "oa", "s"]);
    // 300 to c, 200 back to a, 300 to d, and home past b and a once more.
    assert_eq!(plan.summary.total, 300.0 + 200.0 + 300.0 + 400.0);
    assert_ne!(plan.status, Status::Infeasible);
}

#[test]
fn a_promise_holds_within_its_tolerance() {
    let locks = json!([{"order": "oa", "promised": 600, "tolerance": 30}]);
    let plan = solved(&with_locks(locks), None);
    let stops = plan.routes.iter().flat_map(|route| &route.stops);
    let start = stops.filter(|stop| stop.order.as_deref() == Some("oa")).map(|stop| stop.start.seconds()).next();
    assert!(start.is_some_and(|start| (570..=630).contains(&start)), "{start:?}");
}

#[test]
fn broken_locks_are_seen() {
    let free = solved(&line(), None);
    let codes = |locks: Value| -> Vec<String> {
        let problem = problem(&with_locks(locks));
        let plan = Plan { input_hash: problem.input_hash.clone(), ..free.clone() };
        let violations = check(&problem, &plan).into_iter().map(|violation| violation.code);
        violations.filter(|code| code.contains("lock") || code.contains("promise")).collect()
    };
    let vehicle = free.routes[0].vehicle.as_str();
    let other = if vehicle == "v1" { "v2" } else { "v1" };
    let orders = stops(&free, vehicle);
    let (first, last) = (orders[0], orders[orders.len() - 1]);
    assert_eq!(codes(json!([{"order": first, "vehicle": vehicle}])), Vec::<String>::new());
    assert!(codes(json!([{"order": "oc", "vehicle": other}])).contains(&"lock_vehicle_broken".to_owned()));
    let place = if last == "s" {
        json!([{"order": "s", "activity": "pickup", "vehicle": vehicle, "position": 1}])
    } else {
        json!([{"order": last, "vehicle": vehicle, "position": 1}])
    };
    assert_eq!(codes(place), ["lock_position_broken"]);
    assert_eq!(codes(json!([{"order": "oc", "promised": 5000}])), ["promise_broken"]);
}

#[test]
fn locks_that_make_no_sense_are_refused() {
    let check = |locks: Value, pointer: &str, code: &str| {
        let mut document = with_locks(locks);
        document["vehicles"][0]["count"] = json!(2);
        document["orders"][2]["windows"] = json!([[0, 1000]]);
        document["orders"][0]["forbidden_vehicles"] = json!(["v2"]);
        let defects = validate(parse_scenario(&document.to_string()).unwrap()).unwrap_err();
        let found: Vec<(&str, &str)> = defects.iter().map(|defect| (defect.pointer.as_str(), defect.code)).collect();
        assert_eq!(found, [(pointer, code)], "{defects:?}");
    };
    check(json!([{"order": "oa"}]), "/locks/0", "empty_lock");
    let change = json!([{"order": "oa", "promised": 5, "change_cost": 3}]);
    check(change, "/locks/0/change_cost", "missing_vehicle");
    let change = json!([{"order": "oa", "vehicle": "v1", "change_cost": -3}]);
    check(change, "/locks/0/change_cost", "negative");
    let change = json!([{"order": "s", "activity": "pickup", "vehicle": "v1", "change_cost": 3}]);
    check(change, "/locks/0/activity", "conflicting_fields");
    check(json!([{"order": "no", "vehicle": "v1"}]), "/locks/0/order", "unknown_id");
    check(json!([{"order": "oa", "vehicle": "v3"}]), "/locks/0/vehicle", "unknown_id");
    check(json!([{"order": "oa", "vehicle": "v2"}]), "/locks/0/vehicle", "vehicle_not_allowed");
    check(json!([{"order": "oa", "vehicle": "v1", "tolerance": 5}]), "/locks/0/tolerance", "conflicting_fields");
    check(json!([{"order": "oa", "promised": 5, "tolerance": -5}]), "/locks/0/tolerance", "negative");
    check(json!([{"order": "oa", "promised": "08:00", "tolerance": 0.5}]), "/locks/0/tolerance", "not_whole_seconds");
    check(json!([{"order": "oc", "promised": 5000}]), "/locks/0/promised", "promise_outside_window");
    check(json!([{"order": "oc", "vehicle": "v2", "position": 0}]), "/locks/0/position", "zero_position");
    check(json!([{"order": "oc", "vehicle": "v2", "position": 2}]), "/locks", "position_gap");
    check(json!([{"order": "oc", "promised": 5, "position": 1}]), "/locks/0/position", "missing_vehicle");
    check(json!([{"order": "oc", "vehicle": "v1", "position": 1}]), "/locks/0/position", "lock_needs_single_vehicle");
    check(json!([{"order": "s", "vehicle": "v2", "position": 1}]), "/locks/0", "missing_activity");
    check(json!([{"order": "oc", "activity": "pickup", "vehicle": "v2"}]), "/locks/0/activity", "conflicting_fields");
    check(
        json!([{"order": "s", "activity": "delivery", "vehicle": "v2", "position": 1}]),
        "/locks",
        "delivery_before_pickup",
    );
    let twice = json!([{"order": "oc", "vehicle": "v2"}, {"order": "oc", "vehicle": "v2"}]);
    check(twice, "/locks/1/order", "duplicate_lock");
    let same_place =
        json!([{"order": "oc", "vehicle": "v2", "position": 1}, {"order": "ob", "vehicle": "v2", "position": 1}]);
    check(same_place, "/locks/1/position", "duplicate_position");
}

/// Orders and shipments on the plane, and three vehicles of one type each.
fn days() -> impl Strategy<Value = Value> {
    let point = || (0i64..60, 0i64..60);
    let order = (0usize..6, 0u32..4, 0u32..4, 0i64..100, 0i64..10);
    let shipment = (0usize..6, 0usize..6, 0u32..4);
    let vehicle = (6u32..12, 0u32..50, 0u32..3);
    (
        prop::collection::vec(point(), 6),
        prop::collection::vec(order, 3..7),
        prop::collection::vec(shipment, 0..3),
        prop::collection::vec(vehicle, 3),
    )
        .prop_map(|(points, orders, shipments, vehicles)| {
            let locations = points.iter().enumerate();
            let locations = locations.map(|(row, &(x, y))| json!({"id": row.to_string(), "at": [x, y]}));
            let orders = orders.iter().enumerate().map(|(row, &(at, delivery, pickup, opens, service))| {
                json!({"id": format!("o{row}"), "location": at.to_string(), "delivery": delivery, "pickup": pickup,
                    "windows": [[opens, opens + 300]], "service": service})
            });
            let shipments = shipments.iter().enumerate().map(|(row, &(from, to, quantity))| {
                json!({"id": format!("s{row}"), "quantity": quantity, "pickup": {"location": from.to_string()},
                    "delivery": {"location": to.to_string()}})
            });
            let vehicles = vehicles.iter().enumerate().map(|(row, &(capacity, fixed, per_second))| {
                json!({"id": format!("v{row}"), "capacity": capacity, "start": "0", "max_stops": 6,
                    "costs": {"fixed": fixed, "per_meter": 1, "per_second": per_second}})
            });
            json!({
                "kind": "routing", "version": 1, "travel": {"metric": "euclidean"},
                "locations": locations.collect::<Vec<_>>(), "vehicles": vehicles.collect::<Vec<_>>(),
                "orders": orders.collect::<Vec<_>>(), "shipments": shipments.collect::<Vec<_>>()
            })
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn what_is_locked_never_moves(day in days(), n_first in 1usize..4, new in (0usize..6, 0u32..3), promised in any::<bool>()) {
        let before = solved(&day, None);
        prop_assume!(before.status != Status::Infeasible && !before.routes.is_empty());
        let route = &before.routes[0];
        let called: Vec<_> = route.stops.iter().filter(|stop| stop.order.is_some()).collect();
        let n_first = n_first.min(called.len());
        let mut locks: Vec<Value> = called[..n_first]
            .iter()
            .enumerate()
            .map(|(place, stop)| {
                let mut lock = json!({"order": stop.order, "vehicle": route.vehicle, "position": place + 1});
                if stop.order.as_ref().unwrap().starts_with('s') {
                    lock["activity"] = serde_json::to_value(stop.activity).unwrap();
                }
                if promised {
                    lock["promised"] = json!(stop.start.seconds());
                    lock["tolerance"] = json!(5);
                }
                lock
            })
            .collect();
        for other in &before.routes[1..] {
            let order = other.stops.iter().find_map(|stop| stop.order.as_ref()).unwrap();
            locks.push(json!({"order": order, "vehicle": other.vehicle}));
        }
        let mut locked = day.clone();
        locked["locks"] = json!(locks);
        // The plan as it was keeps every lock, so there is one that costs no more.
        let kept = solved(&locked, Some(&before));
        prop_assert!(kept.status != Status::Infeasible, "{:?}", kept.unserved);
        prop_assert!(kept.summary.total <= before.summary.total + 1e-6);
        // A new order changes what is free, and nothing else; the checker has seen that before us.
        let order = json!({"id": "new", "location": new.0.to_string(), "pickup": new.1, "prize": 1000});
        locked["orders"].as_array_mut().unwrap().push(order);
        for warm_start in [Some(&before), None] {
            let after = solved(&locked, warm_start);
            let first = |plan: &Plan| -> Vec<String> {
                let route = plan.routes.iter().find(|other| other.vehicle == route.vehicle).unwrap();
                route.stops[1..=n_first].iter().map(|stop| format!("{:?} {:?}", stop.order, stop.activity)).collect()
            };
            if warm_start.is_some() || after.status != Status::Infeasible {
                prop_assert_eq!(first(&after), first(&before));
            }
            prop_assert!(warm_start.is_none() || after.status != Status::Infeasible, "{:?}", after.unserved);
        }
    }
}
