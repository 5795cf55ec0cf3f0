//! Speed by time of day between zones: times by hand, all plans of small days, the checker, and what is refused.

use super::brute::{best_plan, cases};
use super::planned::{planned, problem};
use hubroute::model::{check, parse_scenario, validate};
use proptest::prelude::*;
use serde_json::{Value, json};

/// A van that calls at two places in the center, each way taking an hour.
fn town(speeds: &Value) -> Value {
    json!({
        "kind": "routing", "version": 1, "travel": {"metric": "euclidean", "speeds": speeds},
        "locations": [
            {"id": "depot", "at": [0, 0]},
            {"id": "a", "at": [3600, 0], "zone": "center"},
            {"id": "b", "at": [7200, 0], "zone": "center"}
        ],
        "vehicles": [{"id": "van", "start": "depot", "open_end": true, "shift": ["07:00", "20:00"]}],
        "orders": [{"id": "first", "location": "a"}, {"id": "second", "location": "b"}]
    })
}

/// When the van comes to both places.
fn arrivals(document: &Value) -> [String; 2] {
    let problem = problem(document);
    let found = planned(&problem, 100);
    assert_eq!(check(&problem, &found), []);
    [1, 2].map(|stop| found.routes[0].stops[stop].arrive.to_string())
}

#[test]
fn the_speed_that_names_more_of_a_way_holds() {
    let speed = |from: Value, to: Value, factor: f64, hours: [&str; 2]| {
        let mut speed = json!({"hours": hours, "factor": factor});
        for (field, zones) in [("from", from), ("to", to)] {
            if !zones.is_null() {
                speed[field] = zones;
            }
        }
        speed
    };
    let (any, center) = (Value::Null, json!(["center"]));
    let day = ["06:00", "22:00"];
    let all = speed(any.clone(), any.clone(), 0.5, day);
    let within = speed(center.clone(), center.clone(), 0.25, day);
    let into = speed(any.clone(), center.clone(), 0.8, day);
    assert_eq!(arrivals(&town(&json!([]))), ["08:00", "09:00"]);
    assert_eq!(arrivals(&town(&json!([all]))), ["09:00", "11:00"]);
    assert_eq!(arrivals(&town(&json!([within]))), ["08:00", "12:00"]);
    // Whatever the order of the list.
    for speeds in [json!([all, within]), json!([within, all])] {
        assert_eq!(arrivals(&town(&speeds)), ["09:00", "13:00"]);
    }
    // One end named goes before none, and may be faster; both named go before one.
    assert_eq!(arrivals(&town(&json!([all, into]))), ["08:15", "09:30"]);
    assert_eq!(arrivals(&town(&json!([all, into, within]))), ["08:15", "12:15"]);
    // Outside its hours what is said of more ways holds again: from nine half an hour at a quarter, the rest at a half.
    let early = speed(center.clone(), center, 0.25, ["08:00", "09:30"]);
    assert_eq!(arrivals(&town(&json!([all, early]))), ["09:00", "11:15"]);
}

#[test]
fn zones_that_cannot_be_are_refused() {
    let refused = |change: &dyn Fn(&mut Value), expected: &[(&str, &str)]| {
        let mut document = town(&json!([]));
        change(&mut document);
        let defects = validate(parse_scenario(&document.to_string()).unwrap()).unwrap_err();
        let found: Vec<(&str, &str)> = defects.iter().map(|defect| (defect.pointer.as_str(), defect.code)).collect();
        assert_eq!(found, expected);
        assert!(defects.iter().all(|defect| !defect.detail.is_empty()));
    };
    let speeds = |speeds: Value| move |document: &mut Value| document["travel"]["speeds"] = speeds.clone();
    let of = |from: Value, to: Value| json!({"hours": ["07:00", "09:00"], "factor": 0.5, "from": from, "to": to});
    let center = || json!(["center"]);
    refused(&speeds(json!([of(json!(["centre"]), center())])), &[("/travel/speeds/0/from/0", "unknown_zone")]);
    refused(&speeds(json!([of(json!([]), center())])), &[("/travel/speeds/0/from", "no_zones")]);
    let twice = json!([of(center(), json!(["center", "center"]))]);
    refused(&speeds(twice), &[("/travel/speeds/0/to/1", "duplicate_zone")]);
    // Two speeds for one way at one time, of which neither names more.
    let same =
        json!([of(center(), center()), {"hours": ["08:00", "10:00"], "factor": 0.4, "from": center(), "to": center()}]);
    refused(&speeds(same), &[("/travel/speeds/1/hours", "hours_overlap")]);
    let crossing = json!([
        {"hours": ["07:00", "09:00"], "factor": 0.5, "from": center()},
        {"hours": ["08:00", "10:00"], "factor": 0.4, "to": center()}
    ]);
    refused(&speeds(crossing), &[("/travel/speeds/1/hours", "hours_overlap")]);
    refused(&|document| document["locations"][1]["zone"] = json!(""), &[("/locations/1/zone", "empty_id")]);
    let many: Vec<Value> = (0..501).map(|hour| json!({"hours": [hour, hour + 1], "factor": 0.5})).collect();
    refused(&speeds(many.into()), &[("/travel/speeds", "too_many_speeds")]);
    let zones: Vec<String> = (0..33).map(|zone| format!("z{zone}")).collect();
    refused(&speeds(json!([of(json!(zones), center())])), &[("/travel/speeds", "too_many_zones")]);
    let siting = json!({
        "kind": "siting", "version": 1, "locations": [{"id": "a", "at": [0, 0]}, {"id": "b", "at": [1, 1], "zone": "x"}],
        "sites": [{"id": "s", "location": "a"}], "demands": [{"id": "d", "location": "b", "quantity": 1}]
    });
    let defects = validate(parse_scenario(&siting.to_string()).unwrap()).unwrap_err();
    assert_eq!((defects[0].pointer.as_str(), defects[0].code), ("/locations/1/zone", "field_not_for_kind"));
}

#[test]
fn the_checker_sees_a_zone_that_was_overlooked() {
    let within = json!([{"hours": ["06:00", "22:00"], "factor": 0.25, "from": ["center"], "to": ["center"]}]);
    let slow = problem(&town(&within));
    let mut elsewhere = town(&within);
    elsewhere["locations"][0]["zone"] = json!("center");
    elsewhere["locations"][1].as_object_mut().unwrap().shift_remove("zone");
    let mut plan = planned(&problem(&elsewhere), 100);
    plan.input_hash.clone_from(&slow.input_hash);
    let codes: Vec<String> = check(&slow, &plan).into_iter().map(|violation| violation.code).collect();
    assert!(codes.iter().any(|code| code == "arrive_wrong"), "{codes:?}");
}

/// A small day in three zones, with everything that moves orders to places of their own in the solver.
fn days() -> impl Strategy<Value = Value> {
    let call = (0i64..60, 0i64..60, 0i64..150, 0usize..3);
    let speed = (0usize..4, 0usize..4, 0i64..120, 20i64..90, prop::sample::select(vec![0.2, 0.5, 0.75]));
    (prop::collection::vec(call, 2..5), prop::collection::vec(speed, 1..5), prop::bool::ANY).prop_map(
        |(calls, speeds, is_locked)| {
            let mut locations = vec![json!({"id": "depot", "at": [30, 30], "zone": "z0"})];
            let mut orders = Vec::new();
            for (row, &(x, y, opens, zone)) in calls.iter().enumerate() {
                locations.push(json!({"id": format!("l{row}"), "at": [x, y], "zone": format!("z{zone}")}));
                orders.push(json!({"id": format!("o{row}"), "location": format!("l{row}"), "delivery": 2,
                    "setup": 5 * (row % 2), "windows": [[opens, opens + 150]]}));
            }
            let known: Vec<Value> = (0..3)
                .map(|zone| json!(format!("z{zone}")))
                .filter(|zone| locations.iter().any(|location| location["zone"] == *zone))
                .collect();
            // One zone number too many is anywhere; speeds are dropped that contradict earlier ones.
            let mut kept: Vec<Value> = Vec::new();
            for (from, to, opens, length, factor) in speeds {
                let mut given = json!({"hours": [opens, opens + length], "factor": factor});
                for (field, zone) in [("from", from), ("to", to)] {
                    if let Some(zone) = known.get(zone) {
                        given[field] = json!([zone]);
                    }
                }
                let n_named = |speed: &Value| ["from", "to"].iter().filter(|field| speed.get(field).is_some()).count();
                if kept.iter().all(|other| n_named(other) != n_named(&given)) {
                    kept.push(given);
                }
            }
            let locks = if is_locked { json!([{"order": "o0", "vehicle": "truck", "position": 1}]) } else { json!([]) };
            json!({
                "kind": "routing", "version": 1, "travel": {"metric": "euclidean", "speeds": kept},
                "locations": locations, "orders": orders, "locks": locks,
                "vehicles": [
                    {"id": "van", "start": "depot", "capacity": 4, "shift": [0, 500], "costs": {"per_meter": 1, "per_second": 1}},
                    {"id": "truck", "start": "depot", "capacity": 6, "costs": {"fixed": 20, "per_meter": 1, "per_second": 0.5}}
                ]
            })
        },
    )
}

proptest! {
    #![proptest_config(cases(24))]

    /// A short search finds the best of all plans, which the checker times by itself.
    #[test]
    fn plans_between_zones_are_the_best_of_all(document in days()) {
        let problem = problem(&document);
        let found = planned(&problem, 2000);
        prop_assert_eq!(check(&problem, &found), []);
        let best = best_plan(&problem, |plan| plan.unserved.len()).unwrap();
        prop_assert_eq!(found.unserved.len(), best.unserved.len());
        prop_assert!((found.summary.total - best.summary.total).abs() < 1e-6, "{} {}", found.summary.total, best.summary.total);
        if let Some(bound) = found.lower_bound {
            prop_assert!(bound <= best.summary.total + 1e-6);
        }
    }
}
