//! The binary as a user meets it: exit codes, clean output, clear answers to bad input, limits held.

use serde_json::{Value, json};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

fn dataset(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("datasets").join(name)
}

fn hubroute(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_hubroute")).args(args).output().unwrap()
}

/// Runs with `text` on standard input.
fn hubroute_with(args: &[&str], text: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_hubroute"))
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    let text = text.to_owned();
    let writer = std::thread::spawn(move || input.write_all(text.as_bytes()));
    let output = child.wait_with_output().unwrap();
    // A refused input may be left unread; that is no failure of the test.
    let _ = writer.join().unwrap();
    output
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn siting() -> Value {
    json!({
        "kind": "siting", "version": 1,
        "travel": {"metric": "euclidean"},
        "locations": [{"id": "a", "at": [0, 0]}, {"id": "b", "at": [10000, 0]}],
        "sites": [
            {"id": "A", "location": "a", "opening_cost": 100, "capacity": 50},
            {"id": "B", "location": "b", "opening_cost": 100, "capacity": 50}
        ],
        "demands": [
            {"id": "d1", "location": "a", "quantity": 10},
            {"id": "d2", "location": "b", "quantity": 10}
        ],
        "lanes": {"outbound": {"per_unit_km": 1}}
    })
}

fn routing() -> Value {
    json!({
        "kind": "routing", "version": 1,
        "travel": {"metric": "euclidean"},
        "locations": [{"id": "depot", "at": [0, 0]}, {"id": "p", "at": [300, 400]}, {"id": "q", "at": [0, 400]}],
        "vehicles": [{"id": "van", "count": 2, "capacity": 10, "start": "depot"}],
        "orders": [
            {"id": "o1", "location": "p", "delivery": 4, "service": 60},
            {"id": "o2", "location": "q", "delivery": 5, "windows": [["08:00", "12:00"]]}
        ]
    })
}

/// `scenario` with the value at `pointer` replaced.
fn with(mut scenario: Value, pointer: &str, value: Value) -> Value {
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    match scenario.pointer_mut(parent).unwrap() {
        Value::Object(fields) => {
            fields.insert(key.to_owned(), value);
        }
        Value::Array(entries) => entries[key.parse::<usize>().unwrap()] = value,
        _ => panic!("nothing at {parent}"),
    }
    scenario
}

#[test]
fn solves_by_hand_siting() {
    // Two sites: 200 to open both, nothing to move. One site: 100, and 10 units over 10 km: 100. Both cost 200.
    let output = hubroute_with(&["solve", "-", "-o", "-", "--time", "5s"], &siting().to_string());
    assert!(output.status.success(), "{}", stderr(&output));
    let plan: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(plan["summary"]["total"].as_f64(), Some(200.0));
    assert_eq!(plan["status"], json!("optimal"));
    let cheaper = with(siting(), "/sites/1/opening_cost", json!(120));
    let output = hubroute_with(&["solve", "-", "-o", "-", "--time", "5s"], &cheaper.to_string());
    let plan: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((plan["summary"]["total"].as_f64(), &plan["sites"][1]["open"]), (Some(200.0), &json!(false)));
}

#[test]
fn solves_by_hand_routing() {
    // One tour depot - p - q - depot: 500 + 300 + 400.
    let output = hubroute_with(&["solve", "-", "-o", "-", "--iterations", "200"], &routing().to_string());
    assert!(output.status.success(), "{}", stderr(&output));
    let plan: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(plan["summary"]["total"].as_f64(), Some(1200.0));
    assert_eq!(plan["routes"].as_array().unwrap().len(), 1);
    assert!(plan["routes"][0]["stops"][1]["start"].as_str().unwrap().contains(':'), "times answer in the form asked");
}

#[test]
fn same_seed_and_iterations_give_the_same_bytes_on_one_and_two_threads() {
    for name in ["metro/metro.json", "shanxi/shanxi.json"] {
        let path = dataset(name);
        let plans = ["1", "2"].map(|threads| {
            let output = hubroute(&[
                "solve",
                path.to_str().unwrap(),
                "-o",
                "-",
                "--iterations",
                "60",
                "--seed",
                "7",
                "--threads",
                threads,
            ]);
            assert!(output.status.success(), "{}", stderr(&output));
            output.stdout
        });
        assert!(plans[0] == plans[1], "{name} differs between one thread and two");
    }
}

#[test]
fn plan_checks_and_compares() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    std::fs::write(file("s.json"), siting().to_string()).unwrap();
    std::fs::write(file("t.json"), with(siting(), "/sites/0/status", json!("forbidden")).to_string()).unwrap();
    for name in ["s", "t"] {
        let (scenario, plan) = (file(&format!("{name}.json")), file(&format!("{name}.plan.json")));
        let report = file(&format!("{name}.html"));
        let output =
            hubroute(&["solve", &scenario, "-o", &plan, "--report", &report, "--csv", &file(name), "--time", "5"]);
        assert!(output.status.success(), "{}", stderr(&output));
        assert!(hubroute(&["check", &scenario, &plan]).status.success());
        assert!(std::fs::read_to_string(report).unwrap().contains("</html>"));
    }
    let output = hubroute(&["compare", &file("s.plan.json"), &file("t.plan.json")]);
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(String::from_utf8_lossy(&output.stdout).contains("does without: A"));
    let text = std::fs::read_to_string(file("s.plan.json")).unwrap();
    let mut plan: Value = serde_json::from_str(&text).unwrap();
    plan["summary"]["total"] = json!(1.0);
    std::fs::write(file("s.plan.json"), plan.to_string()).unwrap();
    let output = hubroute(&["check", &file("s.json"), &file("s.plan.json")]);
    assert_eq!(output.status.code(), Some(3), "a plan with a false total passed");
}

/// The answer to a bad scenario: exit code 3, and each `(pointer, code)` on standard error.
fn check_refused(scenario: &str, defects: &[(&str, &str)]) {
    let output = hubroute_with(&["solve", "-", "-o", "-", "--time", "1"], scenario);
    let text = stderr(&output);
    assert_eq!(output.status.code(), Some(3), "{text}");
    assert!(output.stdout.is_empty(), "something was printed beside the defects");
    for (pointer, code) in defects {
        let found = text.lines().any(|line| line.contains(pointer) && line.contains(&format!("[{code}]")));
        assert!(found, "no {code} at {pointer} in:\n{text}");
    }
}

#[test]
fn bad_input_is_refused_with_all_defects() {
    check_refused("hello", &[]);
    check_refused("{\"kind\": ", &[("", "not_json")]);
    check_refused(&siting().to_string().replace("\"opening_cost\":100", "\"opening_cost\":NaN"), &[("", "not_json")]);
    let fields = [
        (with(siting(), "/site", json!([])), "", "unknown_field"),
        (with(siting(), "/sites/1/id", json!("A")), "/sites/1/id", "duplicate_id"),
        (with(siting(), "/demands/0/location", json!("aa")), "/demands/0/location", "unknown_location"),
        (with(siting(), "/sites/0/opening_cost", json!(1e308)), "/sites/0/opening_cost", "too_large"),
        (with(siting(), "/sites/0/opening_cost", json!(-1)), "/sites/0/opening_cost", "negative"),
        (with(siting(), "/sites/0/capacity", json!(0)), "/sites/0/capacity", "zero_capacity"),
        (with(siting(), "/demands/0/quantity", json!(500)), "/sites", "not_enough_site_capacity"),
        (with(routing(), "/vehicles", json!([])), "/vehicles", "no_vehicles"),
        (with(routing(), "/vehicles/0/count", json!(0)), "/vehicles/0/count", "zero_count"),
        (with(routing(), "/vehicles/0/capacity", json!(0)), "/vehicles/0/capacity", "zero_capacity"),
        (with(routing(), "/orders/0/delivery", json!(11)), "/orders/0/delivery", "too_large_for_any_vehicle"),
        (with(routing(), "/orders/1/windows/0", json!(["12:00", "08:00"])), "/orders/1/windows/0", "window_reversed"),
    ];
    for (scenario, pointer, code) in fields {
        check_refused(&scenario.to_string(), &[(pointer, code)]);
    }
    let latitude = with(with(siting(), "/travel/metric", json!("haversine")), "/locations/0/at", json!([0, 91]));
    check_refused(&latitude.to_string(), &[("/locations/0/at", "latitude_out_of_range")]);
    let matrix = with(routing(), "/travel", json!({"metric": "matrix", "distances": [[0, 1, 2], [1, 0], [2, 1, 0]]}));
    check_refused(&matrix.to_string(), &[("/travel/distances/1", "matrix_size")]);
    let far = with(siting(), "/demands/1/max_distance", json!(5));
    let far = with(far, "/demands/1/location", json!("c"));
    let mut far = far;
    far["locations"].as_array_mut().unwrap().push(json!({"id": "c", "at": [5000, 5000]}));
    check_refused(&far.to_string(), &[("/demands/1", "out_of_reach")]);
    let several = with(with(siting(), "/sites/0/capacity", json!(-1)), "/demands/1/quantity", json!(1e300));
    check_refused(&several.to_string(), &[("/sites/0/capacity", "negative"), ("/demands/1/quantity", "too_large")]);
}

#[test]
fn usage_errors_have_their_own_code() {
    assert_eq!(hubroute(&["solve", "no-such-file.json"]).status.code(), Some(2));
    assert_eq!(hubroute(&["solve", "x.json", "--time", "soon"]).status.code(), Some(2));
    assert_eq!(hubroute(&["fly"]).status.code(), Some(2));
}

#[test]
fn order_that_no_vehicle_has_room_for_is_explained() {
    let scenario = with(with(routing(), "/vehicles/0/count", json!(1)), "/orders/0/delivery", json!(9));
    let output = hubroute_with(&["solve", "-", "-o", "-", "--iterations", "100"], &scenario.to_string());
    assert_eq!(output.status.code(), Some(4));
    let plan: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(plan["status"], json!("infeasible"));
    assert_eq!(plan["unserved"].as_array().unwrap().len(), 1);
    assert_eq!(plan["unserved"][0]["reasons"][0]["code"], json!("no_vehicle_left"));
}

#[test]
fn hundred_thousand_customers_in_a_second() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("large.json").to_string_lossy().into_owned();
    assert!(hubroute(&["generate", "routing", "--customers", "100000", "-o", &file]).status.success());
    let started = Instant::now();
    let output = hubroute(&["solve", &file, "--time", "1s", "-o", &format!("{file}.plan.json")]);
    let elapsed = started.elapsed();
    assert!(matches!(output.status.code(), Some(0 | 4)), "{}", stderr(&output));
    // Debug assertions and a busy machine cost time; the release build is measured apart.
    assert!(elapsed < Duration::from_secs(10), "{elapsed:?} for a limit of one second");
}

#[test]
fn orders_left_out_are_told_with_their_reasons() {
    let scenario = json!({
        "kind": "routing", "version": 1, "travel": {"metric": "euclidean"},
        "locations": [{"id": "depot", "at": [0, 0]}, {"id": "p", "at": [300, 400]}],
        "vehicles": [{"id": "van", "start": "depot", "skills": ["cold"]}],
        "orders": [
            {"id": "served", "location": "p", "skills": ["cold"]},
            {"id": "left", "location": "p", "skills": ["lift"]}
        ]
    });
    let output = hubroute_with(&["solve", "-", "--iterations", "10", "-q"], &scenario.to_string());
    assert_eq!(output.status.code(), Some(4));
    let told = stderr(&output);
    assert!(told.contains("left: no vehicle has the skill `lift` [no_vehicle_allowed]"), "{told}");
    assert!(!told.contains("served:"), "{told}");
}

#[test]
fn a_folder_without_tables_names_the_files_that_are_meant() {
    let folder = dataset("shanxi");
    let output = hubroute(&["solve", folder.to_str().unwrap()]);
    let said = stderr(&output);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("no CSV files") && said.contains("shanxi.json?"), "{said}");
}

#[test]
fn a_search_ends_when_its_plan_is_proven() {
    for name in ["tiny-routing.json", "tiny-shipment.json"] {
        let started = Instant::now();
        let output = hubroute(&["solve", dataset("tiny").join(name).to_str().unwrap(), "--time", "60s", "-o", "-"]);
        let plan: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(plan["status"], "optimal");
        assert!(started.elapsed() < Duration::from_secs(30), "{:?}", started.elapsed());
    }
}
