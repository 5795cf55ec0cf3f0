//! Why orders are left out, and that what is said to serve them does.

use hubroute::model::plan::{Activity, Change, Plan, Relaxation, Unserved, Verdict};
use hubroute::model::{Problem, parse_scenario, validate};
use hubroute::planning::{Options, plan};
use hubroute::search::Silent;
use serde_json::{Value, json};
use std::sync::atomic::AtomicBool;

fn solved(document: &Value) -> Plan {
    let problem: Problem = validate(parse_scenario(&document.to_string()).unwrap()).unwrap();
    let cancel = AtomicBool::new(false);
    let options = Options::of_iterations(200, &cancel);
    plan(&problem, &options, &Silent).unwrap()
}

/// A van, a truck that `x` must not use, and two orders 100 and 200 m away.
fn scenario(changes: &[(&str, Value)]) -> Value {
    let mut document = json!({
        "kind": "routing", "version": 1, "travel": {"metric": "euclidean"},
        "locations": [{"id": "depot", "at": [0, 0]}, {"id": "near", "at": [100, 0]}, {"id": "far", "at": [200, 0]}],
        "vehicles": [
            {"id": "van", "capacity": {"kg": 10}, "start": "depot", "shift": [0, 1000], "max_stops": 5,
             "max_distance": 1000, "max_duration": 1000},
            {"id": "truck", "capacity": {"kg": 50}, "start": "depot", "costs": {"fixed": 5000}}
        ],
        "orders": [
            {"id": "o", "location": "near", "delivery": {"kg": 6}, "forbidden_vehicles": ["truck"], "windows": [[0, 900]]},
            {"id": "x", "location": "far", "delivery": {"kg": 3}, "forbidden_vehicles": ["truck"], "windows": [[0, 900]]}
        ]
    });
    for (pointer, value) in changes {
        let (parent, field) = pointer.rsplit_once('/').unwrap();
        document.pointer_mut(parent).unwrap()[field] = value.clone();
    }
    document
}

fn entry<'a>(document: &'a mut Value, list: &str, id: &str) -> Option<&'a mut Value> {
    document.get_mut(list)?.as_array_mut()?.iter_mut().find(|entry| entry["id"] == id)
}

/// Makes a change to the scenario.
fn relax(document: &mut Value, change: &Change) {
    let add = |value: &mut Value| *value = json!(value.as_f64().unwrap() + change.by);
    let add_whole = |value: &mut Value| *value = json!(value.as_i64().unwrap_or(1) + change.by as i64);
    let vehicle = |document: &mut Value, field: &str| {
        add_whole(&mut entry(document, "vehicles", &change.id).unwrap()[field]);
    };
    match change.relax {
        Relaxation::VehicleCount => vehicle(document, "count"),
        Relaxation::MaxStops => vehicle(document, "max_stops"),
        Relaxation::MaxDistance => vehicle(document, "max_distance"),
        Relaxation::MaxDuration => vehicle(document, "max_duration"),
        Relaxation::Capacity => {
            let dimension = change.dimension.as_deref().unwrap();
            add(&mut entry(document, "vehicles", &change.id).unwrap()["capacity"][dimension]);
        }
        Relaxation::DriverHours => {
            let vehicle = entry(document, "vehicles", &change.id).unwrap().as_object_mut().unwrap();
            ["breaks", "rests", "max_driving"].iter().for_each(|field| drop(vehicle.shift_remove(*field)));
        }
        Relaxation::ShiftEnd => add_whole(&mut entry(document, "vehicles", &change.id).unwrap()["shift"][1]),
        Relaxation::WindowEnd => match change.activity {
            None => add_whole(&mut entry(document, "orders", &change.id).unwrap()["windows"][0][1]),
            Some(Activity::Pickup) => {
                add_whole(&mut entry(document, "shipments", &change.id).unwrap()["pickup"]["windows"][0][1])
            }
            Some(_) => add_whole(&mut entry(document, "shipments", &change.id).unwrap()["delivery"]["windows"][0][1]),
        },
        Relaxation::Prize => add(&mut entry(document, "orders", &change.id).unwrap()["prize"]),
    }
}

/// Checks code, verdict and remedies of `x`, and that each remedy serves it at the price it names.
fn check(changes: &[(&str, Value)], code: &str, verdict: Verdict, remedies: &[&[&str]]) -> Unserved {
    let document = scenario(changes);
    let before = solved(&document);
    let unserved = before.unserved.iter().find(|unserved| unserved.id == "x").unwrap_or_else(|| panic!("x is served"));
    assert_eq!((unserved.reasons[0].code.as_str(), unserved.verdict), (code, Some(verdict)));
    let words = |changes: &[Change]| changes.iter().map(ToString::to_string).collect::<Vec<_>>();
    let found: Vec<Vec<String>> = unserved.remedies.iter().map(|remedy| words(&remedy.changes)).collect();
    assert_eq!(found, remedies, "{code}");
    let served_costs = |plan: &Plan| plan.routes.iter().map(|route| route.cost).sum::<f64>();
    for remedy in &unserved.remedies {
        let mut relaxed = document.clone();
        remedy.changes.iter().for_each(|change| relax(&mut relaxed, change));
        let after = solved(&relaxed);
        assert!(after.unserved.is_empty(), "{:?} does not serve x: {:?}", remedy.changes, after.unserved);
        if let Some(price) = remedy.price {
            assert!(served_costs(&after) <= served_costs(&before) + price + 1e-6, "{:?} costs more", remedy.changes);
        }
    }
    unserved.clone()
}

#[test]
fn what_no_vehicle_can_ever_do_is_told_with_what_would_help() {
    let impossible = |changes: &[(&str, Value)], code: &str, remedy: &[&str]| {
        // A second van, so that the other order is not in the way.
        let changes = [changes, &[("/vehicles/0/count", json!(2))]].concat();
        check(&changes, code, Verdict::Impossible, &[remedy]);
    };
    let big = json!({"kg": 12});
    impossible(&[("/orders/1/delivery", big)], "capacity_exceeded", &["2 kg more capacity of vehicle `van`"]);
    impossible(
        &[("/orders/1/windows", json!([[0, 150]]))],
        "window_unreachable",
        &["a window of `x` that ends 50 s later"],
    );
    impossible(
        &[("/orders/1/service", json!(650))],
        "shift_exceeded",
        &["a shift of vehicle `van` that ends 50 s later", "50 s more for vehicle `van`"],
    );
    // Where traffic is slow, by as much as it makes the vehicle late.
    let slow = ("/travel/speeds", json!([{"hours": [0, 1000], "factor": 0.25}]));
    let long = [("/vehicles/0/shift", json!([0, 2000])), ("/vehicles/0/max_duration", json!(2000))];
    impossible(
        &[&[slow.clone(), ("/orders/1/windows", json!([[0, 700]]))], &long[..]].concat(),
        "window_unreachable",
        &["a window of `x` that ends 100 s later"],
    );
    impossible(
        &[slow],
        "shift_exceeded",
        &["a shift of vehicle `van` that ends 150 s later", "150 s more for vehicle `van`"],
    );
    impossible(&[("/vehicles/0/max_distance", json!(390))], "max_distance_exceeded", &["10 m more for vehicle `van`"]);
    impossible(&[("/vehicles/0/max_duration", json!(390))], "max_duration_exceeded", &["10 s more for vehicle `van`"]);
    let driving = ["other breaks, rests or driving hours of vehicle `van`"];
    impossible(&[("/vehicles/0/max_driving", json!(390))], "hours_exceeded", &driving);
    let nobody = check(&[("/orders/1/skills", json!(["fly"]))], "no_vehicle_allowed", Verdict::Impossible, &[]);
    assert_eq!(nobody.reasons[0].message, "no vehicle has the skill `fly`");
    let skilled = solved(&scenario(&[("/orders/1/skills", json!(["fly"])), ("/vehicles/0/skills", json!(["fly"]))]));
    assert!(skilled.unserved.is_empty());
}

#[test]
fn both_visits_of_a_shipment_are_relaxed() {
    let shipment = json!([{"id": "x", "forbidden_vehicles": ["truck"],
        "pickup": {"location": "near", "windows": [[0, 90]]}, "delivery": {"location": "far", "windows": [[0, 180]]}}]);
    let changes = [("/orders/1/id", json!("y")), ("/shipments", shipment)];
    let late = ["a window of `x` that ends 10 s later", "a window of `x` that ends 20 s later"];
    check(&changes, "window_unreachable", Verdict::Impossible, &[&late]);
    let one_stop = [
        &changes[..],
        &[
            ("/vehicles/0/max_stops", json!(1)),
            ("/shipments/0/pickup/windows", json!([])),
            ("/shipments/0/delivery/windows", json!([])),
        ],
    ]
    .concat();
    let document = scenario(&one_stop);
    let plan = solved(&document);
    let unserved = plan.unserved.iter().find(|unserved| unserved.id == "x").unwrap();
    assert_eq!(unserved.reasons[0].code, "max_stops_exceeded");
    assert_eq!(unserved.remedies[0].changes[0].to_string(), "1 more stops of vehicle `van`");
}

#[test]
fn who_is_squeezed_out_is_told_what_makes_room() {
    let heavy = ("/orders/1/delivery", json!({"kg": 5.5}));
    let valuable = ("/orders/0/delivery", json!({"kg": 5}));
    let first_in = ("/orders/0/prize", json!(9_000));
    // With a prize the other one stays.
    let told = check(
        &[heavy.clone(), valuable.clone(), first_in.clone(), ("/orders/1/prize", json!(8_000))],
        "no_vehicle_left",
        Verdict::SqueezedOut,
        &[&["1 more of vehicle `van`"], &["0.5 kg more capacity of vehicle `van`"]],
    );
    assert_eq!(told.remedies[0].price, Some(400.0));
    assert_eq!(
        told.reasons[0].hint,
        "what would serve it: 1 more of vehicle `van`, for 400; or 0.5 kg more capacity of vehicle `van`"
    );
    check(
        &[
            ("/orders/1/service", json!(590)),
            ("/orders/0/service", json!(30)),
            first_in,
            ("/orders/1/prize", json!(8_000)),
            ("/vehicles/0/max_duration", json!(2000)),
        ],
        "no_vehicle_left",
        Verdict::SqueezedOut,
        &[&["1 more of vehicle `van`"], &["a shift of vehicle `van` that ends 20 s later"]],
    );
}

#[test]
fn prices_in_reasons_are_amounts_of_the_currency() {
    let half = ("/vehicles/0/costs", json!({"per_meter": 0.123_456}));
    let mut document = scenario(&[half, ("/orders/1/prize", json!(20))]);
    document["currency"] = json!("EUR");
    let plan = solved(&document);
    // 200 m more at 0.123456.
    assert_eq!(plan.unserved[0].reasons[0].message, "serving it costs 24.70 EUR more, its prize is 20.00 EUR");
    assert_eq!(plan.unserved[0].reasons[0].hint, "raise the prize above 24.70 EUR, or make the order mandatory");
}

#[test]
fn a_prize_too_small_is_told_with_the_price() {
    let told = check(
        &[("/orders/1/prize", json!(150))],
        "not_worth_prize",
        Verdict::NotWorthIt,
        &[&["a prize of `x` that is 50.000001 higher"]],
    );
    assert_eq!(told.price, Some(200.0));
    assert_eq!(told.reasons[0].message, "serving it costs 200 more, its prize is 150");
}
