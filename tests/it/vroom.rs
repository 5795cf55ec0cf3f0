//! VROOM's problems in and out: costs and times as VROOM counts them, and refusals of what is not served.

use super::planned::planned;
use hubroute::io::formats::vroom;
use hubroute::model::validate;
use proptest::prelude::*;
use serde_json::{Value, json};

/// VROOM's answer to a problem of VROOM, by way of a scenario.
fn answer(problem: &Value, iterations: u64) -> Value {
    let text = problem.to_string();
    assert!(vroom::recognizes(&text), "{text} is not recognized");
    let problem = vroom::read(&text).unwrap();
    let scenario = vroom::scenario(&problem).unwrap();
    let plan = planned(&validate(scenario).unwrap(), iterations);
    serde_json::from_str(&vroom::write(&problem, &plan).unwrap()).unwrap()
}

/// The matrix of VROOM's own documentation; it answers 5461 to [`documented`].
const TABLE: [[u32; 4]; 4] = [[0, 2104, 197, 1299], [2103, 0, 2255, 3152], [197, 2256, 0, 1102], [1299, 3153, 1102, 0]];

fn documented() -> Value {
    json!({
        "vehicles": [{"id": 0, "start_index": 0, "end_index": 3}],
        "jobs": [{"id": 1414, "location_index": 1}, {"id": 1515, "location_index": 2}],
        "matrices": {"car": {"durations": TABLE}}
    })
}

/// `base` with the value at each pointer set.
fn with(mut base: Value, changes: &[(&str, Value)]) -> Value {
    for (pointer, value) in changes {
        let (parent, field) = pointer.rsplit_once('/').unwrap();
        match base.pointer_mut(parent).unwrap_or_else(|| panic!("nothing at {parent}")) {
            Value::Object(fields) => drop(fields.insert(field.to_owned(), value.clone())),
            Value::Array(items) => items.push(value.clone()),
            _ => panic!("{parent} holds nothing"),
        }
    }
    base
}

#[test]
fn the_documented_example_has_the_documented_answer() {
    let answer = answer(&documented(), 200);
    assert_eq!(answer["code"], 0);
    assert_eq!(answer["summary"]["cost"], 5461);
    assert_eq!(answer["summary"]["duration"], 5461);
    let steps: Vec<(&str, Option<u64>, i64)> = answer["routes"][0]["steps"]
        .as_array()
        .unwrap()
        .iter()
        .map(|step| (step["type"].as_str().unwrap(), step["id"].as_u64(), step["arrival"].as_i64().unwrap()))
        .collect();
    let expected = [("start", None, 0), ("job", Some(1414), 2104), ("job", Some(1515), 4359), ("end", None, 5461)];
    assert_eq!(steps, expected);
}

#[test]
fn the_old_matrix_reads_like_the_new_one() {
    let mut old = documented();
    let fields = old.as_object_mut().unwrap();
    fields.shift_remove("matrices");
    fields.insert("matrix".to_owned(), json!(TABLE));
    assert_eq!(answer(&old, 200)["summary"]["cost"], 5461);
}

#[test]
fn low_priority_is_dropped_first() {
    let mut problem = with(documented(), &[("/vehicles/0/max_tasks", json!(1))]);
    for (high, low) in [(0, 1), (1, 0)] {
        problem["jobs"][high]["priority"] = json!(3);
        problem["jobs"][low]["priority"] = json!(2);
        let answer = answer(&problem, 200);
        assert_eq!(answer["summary"]["unassigned"], 1);
        assert_eq!(answer["unassigned"][0]["id"], problem["jobs"][low]["id"]);
        assert_eq!(answer["unassigned"][0]["type"], "job");
        assert_eq!(answer["summary"]["priority"], 3);
    }
}

#[test]
fn everything_is_served_where_there_is_room_however_far() {
    let far = [[0, 900_000, 5], [900_000, 0, 900_000], [5, 900_000, 0]];
    let problem = json!({
        "vehicles": [{"id": 7, "start_index": 0, "costs": {"fixed": 500}}],
        "jobs": [{"id": 1, "location_index": 1}, {"id": 2, "location_index": 2}],
        "matrices": {"car": {"durations": far}}
    });
    let answer = answer(&problem, 200);
    assert_eq!(answer["summary"]["unassigned"], 0);
    assert_eq!(answer["summary"]["cost"], 500 + 5 + 900_000);
}

#[test]
fn a_vehicle_without_a_start_begins_at_its_first_task() {
    let mut problem = documented();
    problem["vehicles"][0].as_object_mut().unwrap().shift_remove("start_index");
    let answer = answer(&problem, 200);
    assert_eq!(answer["summary"]["cost"], 2255 + 1102);
    assert_eq!(answer["routes"][0]["steps"][0]["type"], "job");
}

#[test]
fn coordinates_timestamps_shipments_and_descriptions_come_back() {
    let problem = json!({
        "vehicles": [
            {"id": 1, "start": [2.35044, 48.71764], "end": [2.35044, 48.71764], "capacity": [4], "skills": [1, 14],
             "time_window": [1_700_000_000, 1_700_050_000], "description": "first"},
            {"id": 2, "start": [2.35044, 48.71764], "end": [2.35044, 48.71764], "capacity": [4], "skills": [14, 1],
             "time_window": [1_700_000_000, 1_700_050_000], "description": "second"}
        ],
        "jobs": [
            {"id": 1, "setup": 60, "service": 300, "delivery": [4], "location": [1.98935, 48.701], "skills": [1],
             "time_windows": [[1_700_010_000, 1_700_020_000]], "description": "far west"},
            {"id": 2, "service": 300, "pickup": [1], "location": [2.03655, 48.61128]}
        ],
        "shipments": [{
            "amount": [4], "skills": [14],
            "pickup": {"id": 4, "service": 300, "location": [2.41808, 49.22619]},
            "delivery": {"id": 1, "service": 300, "location": [2.39719, 49.07611]}
        }]
    });
    let answer = answer(&problem, 300);
    assert_eq!(answer["summary"]["unassigned"], 0, "{answer}");
    assert_eq!(answer["summary"]["setup"], 60);
    assert_eq!(answer["summary"]["service"], 1200);
    assert_eq!(answer["summary"]["delivery"], json!([8]));
    let routes = answer["routes"].as_array().unwrap();
    let steps: Vec<&Value> = routes.iter().flat_map(|route| route["steps"].as_array().unwrap()).collect();
    let west = steps.iter().find(|step| step["description"] == "far west").unwrap();
    assert!(west["arrival"].as_i64().unwrap() + west["waiting_time"].as_i64().unwrap() >= 1_700_010_000);
    let kinds: Vec<&str> = steps.iter().map(|step| step["type"].as_str().unwrap()).collect();
    assert!(kinds.contains(&"pickup") && kinds.contains(&"delivery"), "{kinds:?}");
    let mut vehicles: Vec<u64> = routes.iter().map(|route| route["vehicle"].as_u64().unwrap()).collect();
    vehicles.sort_unstable();
    vehicles.dedup();
    assert_eq!(vehicles.len(), routes.len(), "alike vehicles are told apart in the answer");
}

#[test]
fn a_shared_place_is_set_up_once() {
    let shared = [("/jobs/1/location_index", json!(1))];
    let setups = [("/jobs/0/setup", json!(50)), ("/jobs/1/setup", json!(50)), ("/jobs/0/service", json!(7))];
    let answer = answer(&with(with(documented(), &shared), &setups), 100);
    assert_eq!((&answer["summary"]["setup"], &answer["summary"]["service"]), (&json!(50), &json!(7)), "{answer}");
}

#[test]
fn breaks_are_steps_of_their_own() {
    let breaks = json!([{"id": 7, "time_windows": [[2300, 2400], [900, 950]], "service": 300},
        {"id": 4, "time_windows": [[100, 200]], "service": 60, "description": "coffee"},
        {"id": 9, "time_windows": [[90000, 90001]], "service": 60}]);
    let answer = answer(&with(documented(), &[("/vehicles/0/breaks", breaks)]), 200);
    let steps: Vec<(&str, Option<u64>, i64, i64)> = answer["routes"][0]["steps"]
        .as_array()
        .unwrap()
        .iter()
        .map(|step| {
            let number = |field: &str| step[field].as_i64().unwrap();
            (step["type"].as_str().unwrap(), step["id"].as_u64(), number("arrival"), number("duration"))
        })
        .collect();
    // Nobody is under way any more when the third is due.
    assert_eq!(
        steps,
        [
            ("start", None, 0, 0),
            ("break", Some(4), 200, 200),
            ("job", Some(1414), 2164, 2104),
            ("break", Some(7), 2400, 2340),
            ("job", Some(1515), 4719, 4359),
            ("end", None, 5821, 5461),
        ]
    );
    assert_eq!((&answer["summary"]["cost"], &answer["summary"]["service"]), (&json!(5461), &json!(360)));
}

#[test]
fn what_is_not_served_is_refused_with_its_place() {
    let check = |changes: &[(&str, Value)], pointer: &str, code: &str| {
        let text = with(documented(), changes).to_string();
        let defects = vroom::read(&text).and_then(|problem| vroom::scenario(&problem)).unwrap_err();
        let found: Vec<(&str, &str)> = defects.iter().map(|defect| (defect.pointer.as_str(), defect.code)).collect();
        assert_eq!(found, [(pointer, code)], "{changes:?}: {defects:?}");
    };
    let second = |vehicle: Value| ("/vehicles/-", vehicle);
    let breaks = |pause: Value| [("/vehicles/0/breaks", json!([pause]))];
    check(&breaks(json!({"id": 1})), "/vehicles/0/breaks/0/time_windows", "not_served_yet");
    let heavy = json!({"id": 1, "time_windows": [[0, 9]], "service": 5, "max_load": [1]});
    check(&breaks(heavy), "/vehicles/0/breaks/0/max_load", "not_served_yet");
    check(&[("/vehicles/0/steps", json!([{"type": "start"}]))], "/vehicles/0/steps", "not_served_yet");
    check(&[("/vehicles/0/costs", json!({"per_task_hour": 5}))], "/vehicles/0/costs/per_task_hour", "not_served_yet");
    check(&[("/vehicles/0/costs", json!({"per_km": 5}))], "/vehicles/0/costs/per_km", "missing_matrix");
    check(&[("/vehicles/0/speed_factor", json!(0))], "/vehicles/0/speed_factor", "not_positive");
    check(
        &[second(json!({"id": 1, "start_index": 0, "speed_factor": 2}))],
        "/vehicles/1/speed_factor",
        "not_served_yet",
    );
    check(&[second(json!({"id": 1, "start_index": 0, "profile": "bike"}))], "/vehicles/1/profile", "not_served_yet");
    check(&[second(json!({"id": 0, "start_index": 0}))], "/vehicles/1/id", "duplicate_id");
    check(&[second(json!({"id": 1}))], "/vehicles/1", "missing_location");
    check(&[("/vehicles/0/profile", json!("bike"))], "/matrices", "missing_matrix");
    check(&[("/vehicles/0/max_distance", json!(5))], "/vehicles/0/max_distance", "not_served_yet");
    check(&[("/vehicles/0/kapacity", json!([5]))], "/vehicles/0/kapacity", "unknown_field");
    check(
        &[("/vehicles/0/capacity", json!([5])), ("/jobs/0/pickup", json!([5, 5]))],
        "/vehicles/0/capacity",
        "dimension_mismatch",
    );
    check(&[("/jobs/0/pickup", json!([5]))], "/vehicles/0/capacity", "missing_capacity");
    check(&[("/jobs/0/service_per_type", json!({"car": 5}))], "/jobs/0/service_per_type", "not_served_yet");
    check(&[("/jobs/0/priority", json!(101))], "/jobs/0/priority", "priority_out_of_range");
    check(&[("/jobs/0/location_index", json!(4))], "/jobs/0", "unknown_location");
    check(&[("/jobs/0/location_index", Value::Null)], "/jobs/0", "missing_location");
    check(
        &[
            ("/jobs/0/setup", json!(5)),
            ("/jobs/0/time_windows", json!([[0, 9000]])),
            ("/jobs/1/location_index", json!(1)),
        ],
        "/jobs/0/setup",
        "not_served_yet",
    );
    check(&[("/jobs/0/service", json!(-5))], "/jobs/0/service", "wrong_type");
    check(&[("/options", json!({"g": true}))], "/options/g", "not_served_yet");
    check(&[("/matrix", json!(TABLE))], "/matrix", "conflicting_fields");
    check(&[("/matrices/car/costs", json!([[0]]))], "/matrices/car/costs", "matrix_size");
    check(
        &[("/matrices/car/costs", json!(TABLE)), ("/vehicles/0/costs", json!({"per_hour": 1}))],
        "/vehicles/0/costs",
        "conflicting_fields",
    );
}

#[test]
fn scenarios_are_not_taken_for_problems_of_vroom() {
    for text in [
        include_str!("../../datasets/tiny/tiny-routing.json"),
        r#"{"kind": "routing", "version": 1, "vehicles": [], "shipments": []}"#,
        r#"{"vehicles": [], "locations": []}"#,
        "[]",
        "",
    ] {
        assert!(!vroom::recognizes(text), "{text}");
    }
}

/// A random problem on tables, priced by time, distance, both, or given costs.
fn problems() -> impl Strategy<Value = Value> {
    let n_rows = 6usize;
    let table = || prop::collection::vec(prop::collection::vec(1u32..500, n_rows), n_rows);
    let job = (0..n_rows, 0u32..3, 0u32..3, 0u32..50, 0u32..101, 0i64..1000);
    let vehicle = (0..n_rows, 0..n_rows, 2u32..6, prop::option::of(1u32..4), 0u32..100);
    (
        (table(), table(), table()),
        0..4usize,
        prop::collection::vec(job, 1..6),
        prop::collection::vec(vehicle, 1..3),
        (0..n_rows, 0..n_rows),
    )
        .prop_map(|((durations, distances, costs), priced, jobs, vehicles, shipment)| {
            let jobs: Vec<Value> = jobs
                .iter()
                .enumerate()
                .map(|(id, &(index, delivery, pickup, service, priority, opens))| {
                    json!({"id": id, "location_index": index, "delivery": [delivery], "pickup": [pickup],
                        "service": service, "priority": priority, "time_windows": [[opens, opens + 500]]})
                })
                .collect();
            let prices = [
                json!({}),
                json!({"per_hour": 0, "per_km": 1000}),
                json!({"per_hour": 7200, "per_km": 500}),
                json!({}),
            ];
            let vehicles: Vec<Value> = vehicles
                .iter()
                .enumerate()
                .map(|(id, &(start, end, capacity, tasks, fixed))| {
                    let mut vehicle = json!({"id": id, "start_index": start, "end_index": end,
                        "capacity": [capacity], "costs": prices[priced].clone()});
                    vehicle["costs"]["fixed"] = json!(fixed);
                    tasks.into_iter().for_each(|tasks| vehicle["max_tasks"] = json!(tasks));
                    vehicle
                })
                .collect();
            let mut tables = json!({"durations": durations, "distances": distances});
            if priced == 3 {
                tables["costs"] = json!(costs);
            }
            json!({"vehicles": vehicles, "jobs": jobs, "matrices": {"car": tables}, "shipments": [{
                "amount": [1], "pickup": {"id": 0, "location_index": shipment.0},
                "delivery": {"id": 0, "location_index": shipment.1}}]})
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn answers_add_up_by_the_tables(problem in problems()) {
        let answer = answer(&problem, 50);
        let cell = |table: &str, from: &Value, to: &Value| {
            let (from, to) = (from.as_u64().unwrap() as usize, to.as_u64().unwrap() as usize);
            problem["matrices"]["car"][table][from][to].as_i64().unwrap()
        };
        let mut n_served = 0;
        for route in answer["routes"].as_array().unwrap() {
            let vehicle = &problem["vehicles"][route["vehicle"].as_u64().unwrap() as usize];
            let steps = route["steps"].as_array().unwrap();
            n_served += steps.len() - 2;
            prop_assert!(vehicle["max_tasks"].as_u64().is_none_or(|most| steps.len() as u64 - 2 <= most));
            let (mut duration, mut distance, mut costs) = (0, 0, 0);
            for pair in steps.windows(2) {
                let leg = |table: &str| cell(table, &pair[0]["location_index"], &pair[1]["location_index"]);
                let of = |step: &Value, field: &str| step[field].as_i64().unwrap();
                let leaves = of(&pair[0], "arrival") + of(&pair[0], "waiting_time") + of(&pair[0], "service");
                prop_assert_eq!(of(&pair[1], "arrival"), leaves + leg("durations"));
                duration += leg("durations");
                distance += leg("distances");
                costs += if problem["matrices"]["car"]["costs"].is_null() { 0 } else { leg("costs") };
                prop_assert_eq!(of(&pair[1], "duration"), duration);
                prop_assert_eq!(of(&pair[1], "distance"), distance);
                prop_assert!(pair[1]["load"][0].as_u64() <= vehicle["capacity"][0].as_u64());
            }
            let price = |field: &str, default: f64| vehicle["costs"][field].as_f64().unwrap_or(default);
            let travel = if problem["matrices"]["car"]["costs"].is_null() {
                price("per_hour", 3600.0) * duration as f64 / 3600.0 + price("per_km", 0.0) * distance as f64 / 1000.0
            } else {
                costs as f64
            };
            let cost = route["cost"].as_f64().unwrap();
            prop_assert!((cost - travel - price("fixed", 0.0)).abs() <= 0.51, "{} for {} and fixed", cost, travel);
        }
        let n_tasks = problem["jobs"].as_array().unwrap().len() + 2;
        prop_assert_eq!(n_served + answer["unassigned"].as_array().unwrap().len(), n_tasks);
    }
}
