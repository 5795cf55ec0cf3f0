//! Docks: vehicles take turns at the doors, the plan says who is where, and the checker sees what is wrong.

use super::planned::{planned, problem};
use hubroute::model::plan::{Plan, Status};
use hubroute::model::{Problem, check, parse_new_order, parse_scenario, validate};
use hubroute::planning::insert;
use serde_json::{Value, json};

fn solved(problem: &Problem) -> Plan {
    let found = planned(problem, 300);
    assert_eq!(check(problem, &found), []);
    found
}

/// Vans for one order each, an hour away, all to be served between nine and ten. Loading one takes half an hour.
fn morning(n_vans: usize, doors: u32) -> Value {
    let orders: Vec<Value> = (0..n_vans)
        .map(|row| json!({"id": format!("o{row}"), "location": "shop", "delivery": 1, "windows": [["09:00", "10:00"]]}))
        .collect();
    json!({
        "kind": "routing", "version": 1, "travel": {"metric": "euclidean"},
        "locations": [{"id": "depot", "at": [0, 0]}, {"id": "shop", "at": [3600, 0]}],
        "vehicles": [{"id": "van", "count": n_vans, "start": "depot", "capacity": 1, "shift": ["06:00", "18:00"],
            "costs": {"per_meter": 1, "per_second": 1}}],
        "docks": [{"location": "depot", "doors": doors, "service": 600, "per_unit": 1200}],
        "orders": orders
    })
}

/// Door, start, end and waiting of each call, in the plan's order.
fn calls(plan: &Plan) -> Vec<(u32, String, String, i64)> {
    let call = |it: &hubroute::model::plan::DoorCall| (it.door, it.start.to_string(), it.end.to_string(), it.wait);
    plan.docks.iter().map(call).collect()
}

fn at(door: u32, start: &str, end: &str, wait: i64) -> (u32, String, String, i64) {
    (door, start.to_owned(), end.to_owned(), wait)
}

#[test]
fn vehicles_are_loaded_one_after_the_other() {
    // Half an hour of loading, an hour there and back, two hours of distance.
    let route = 7200.0 + 9000.0;
    let found = solved(&problem(&morning(3, 1)));
    let turns = [at(1, "07:30", "08:00", 0), at(1, "08:00", "08:30", 0), at(1, "08:30", "09:00", 0)];
    assert_eq!(calls(&found), turns);
    assert!((found.summary.total - 3.0 * route).abs() < 1e-6, "{}", found.summary.total);
    // A fourth has to be loaded before them, and waits for the shop to open.
    let found = solved(&problem(&morning(4, 1)));
    assert_eq!(calls(&found)[0], at(1, "07:00", "07:30", 0));
    assert_eq!((found.summary.waiting, found.docks.len()), (Some(1800), 4));
    assert!((found.summary.total - (4.0 * route + 1800.0)).abs() < 1e-6, "{}", found.summary.total);
    // With four doors nobody waits for anybody.
    let found = solved(&problem(&morning(4, 4)));
    assert_eq!(found.summary.waiting, Some(0));
    assert!((found.summary.total - 4.0 * route).abs() < 1e-6);
}

#[test]
fn whoever_finds_no_door_in_time_is_left_out_and_told_why() {
    let mut document = morning(3, 1);
    document["docks"][0]["hours"] = json!(["07:30", "08:30"]);
    let found = solved(&problem(&document));
    assert_eq!((found.status, found.summary.served), (Status::Infeasible, 2));
    let reasons: Vec<&str> = found.unserved[0].reasons.iter().map(|reason| reason.code.as_str()).collect();
    assert_eq!(reasons, ["no_door_left"]);
    document["docks"][0]["doors"] = json!(2);
    assert_eq!(solved(&problem(&document)).summary.served, 3);
}

/// Two vans that have to pick up at the same moment, and unload for ten minutes when they are back.
fn evening() -> Value {
    json!({
        "kind": "routing", "version": 1, "travel": {"metric": "euclidean"},
        "locations": [{"id": "depot", "at": [0, 0]}, {"id": "shop", "at": [100, 0]}],
        "vehicles": [{"id": "van", "count": 2, "start": "depot", "capacity": 1, "costs": {"per_second": 1, "per_meter": 0}}],
        "docks": [{"location": "depot", "per_unit": 600}],
        "orders": [{"id": "a", "location": "shop", "pickup": 1, "windows": [[1000, 1000]]},
            {"id": "b", "location": "shop", "pickup": 1, "windows": [[1000, 1000]]}]
    })
}

#[test]
fn vehicles_queue_when_they_are_back() {
    let found = solved(&problem(&evening()));
    let seconds: Vec<[i64; 3]> =
        found.docks.iter().map(|call| [call.start.seconds(), call.end.seconds(), call.wait]).collect();
    assert_eq!(seconds, [[1100, 1700, 0], [1700, 2300, 600]]);
    assert!((found.summary.total - f64::from(800 + 1400)).abs() < 1e-6, "{}", found.summary.total);
}

#[test]
fn reloads_take_their_time_at_the_dock() {
    let mut document = morning(2, 1);
    document["vehicles"][0]["count"] = json!(1);
    document["vehicles"][0]["reload"] = json!({"service": 60});
    document["orders"][1]["windows"] = json!([]);
    document["orders"][1]["pickup"] = json!(1);
    let found = solved(&problem(&document));
    // The order without a window comes second: it is loaded at ten, and what is picked up is unloaded at the end.
    let turns = [at(1, "07:30", "08:00", 0), at(1, "10:00", "10:31", 0), at(1, "12:31", "13:01", 0)];
    assert_eq!(calls(&found), turns);
}

#[test]
fn the_checker_sees_what_is_wrong_at_docks() {
    let asked = problem(&morning(2, 1));
    let found = solved(&asked);
    let catches = |problem: &Problem, code: &str, change: &dyn Fn(&mut Plan)| {
        let mut plan = found.clone();
        change(&mut plan);
        let codes: Vec<String> = check(problem, &plan).into_iter().map(|violation| violation.code).collect();
        assert!(codes.iter().any(|found| found == code), "{code} is not in {codes:?}");
    };
    catches(&asked, "door_call_missing", &|plan| drop(plan.docks.pop()));
    catches(&asked, "door_call_twice", &|plan| plan.docks.push(plan.docks[0].clone()));
    catches(&asked, "door_call_unknown", &|plan| plan.docks[0].stop = 1);
    catches(&asked, "door_out_of_range", &|plan| plan.docks[0].door = 2);
    catches(&asked, "door_call_wrong", &|plan| plan.docks[0].wait = 5);
    catches(&asked, "door_call_wrong", &|plan| plan.docks[0].location = "shop".to_owned());
    catches(&asked, "door_taken", &|plan| plan.docks[1].start = plan.docks[0].start);
    catches(&asked, "leave_wrong", &|plan| plan.routes[0].stops[0].start = plan.routes[0].stops[0].leave);
    let mut closed = morning(2, 1);
    closed["docks"][0]["hours"] = json!(["07:45", "12:00"]);
    catches(&problem(&closed), "dock_closed", &|_| {});
    // Two doors let both be loaded at once, one does not.
    let both = solved(&problem(&morning(2, 2)));
    let mut plan = both.clone();
    plan.docks.iter_mut().for_each(|call| call.door = 1);
    assert!(check(&asked, &plan).iter().any(|violation| violation.code == "door_taken"));
}

#[test]
fn an_order_that_comes_late_is_priced_with_its_turn_at_the_dock() {
    let mut document = morning(3, 1);
    document["orders"].as_array_mut().unwrap().pop();
    let asked = problem(&document);
    let found = solved(&asked);
    let new = json!({"order": {"id": "late", "location": "shop", "delivery": 1, "windows": [["09:00", "09:10"]]}});
    let advice = insert(&asked, &found, &parse_new_order(&new.to_string()).unwrap(), 2).unwrap();
    // It comes first; the one that it takes the door from is loaded later.
    assert!((advice.places[0].price - (7200.0 + 9000.0)).abs() < 1e-6, "{:?}", advice.places);
    document["docks"][0]["hours"] = json!(["07:30", "08:30"]);
    let asked = problem(&document);
    let advice = insert(&asked, &solved(&asked), &parse_new_order(&new.to_string()).unwrap(), 2).unwrap();
    assert_eq!(advice.places, []);
}

#[test]
fn docks_that_make_no_sense_are_refused() {
    let refused = |changes: &[(&str, Value)], expected: &[(&str, &str)]| {
        let mut document = morning(1, 1);
        for (pointer, value) in changes {
            *document.pointer_mut(pointer).unwrap() = value.clone();
        }
        let defects = validate(parse_scenario(&document.to_string()).unwrap()).unwrap_err();
        let found: Vec<(&str, &str)> = defects.iter().map(|defect| (defect.pointer.as_str(), defect.code)).collect();
        assert_eq!(found, expected);
    };
    let dock = |fields: Value| {
        let mut dock = json!({"location": "depot", "service": 1});
        fields.as_object().unwrap().iter().for_each(|(field, value)| dock[field] = value.clone());
        json!([dock])
    };
    let of_dock = |fields: Value, expected: (&str, &str)| refused(&[("/docks", dock(fields))], &[expected]);
    of_dock(json!({"location": "shop"}), ("/docks/0/location", "dock_without_vehicles"));
    of_dock(json!({"location": "here"}), ("/docks/0/location", "unknown_location"));
    of_dock(json!({"doors": 0}), ("/docks/0/doors", "zero_doors"));
    of_dock(json!({"hours": ["12:00", "06:00"]}), ("/docks/0/hours", "window_reversed"));
    of_dock(json!({"service": 0.5}), ("/docks/0/service", "not_whole_seconds"));
    of_dock(json!({"service": -1}), ("/docks/0/service", "negative"));
    of_dock(json!({"service": 0}), ("/docks/0", "dock_takes_no_time"));
    of_dock(json!({"per_unit": -1}), ("/docks/0/per_unit", "negative"));
    of_dock(json!({"per_unit": 0.0001}), ("/docks/0/per_unit", "too_many_decimals"));
    of_dock(json!({"per_unit": {"pallets": 1}}), ("/docks/0/per_unit/pallets", "unknown_dimension"));
    let twice = json!([{"location": "depot", "service": 1}, {"location": "depot", "service": 1}]);
    refused(&[("/docks", twice)], &[("/docks/1/location", "duplicate_dock")]);
    let large = [("/vehicles/0/capacity", json!(1e9)), ("/orders/0/delivery", json!(1e9))];
    refused(&large, &[("/docks/0/per_unit", "too_large")]);
}
