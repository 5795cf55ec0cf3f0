//! Every field of the scenario's schema, each with every hostile value: whatever comes, validation either refuses it with
//! pointer, code, message and hint, or the scenario can be planned and the plan passes the checker.

use hubroute::io::json::scenario_schema;
use hubroute::model::{Defect, Problem, parse_scenario, validate};
use hubroute::planning::{Options, PlanError, plan};
use hubroute::search::Silent;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

/// Slower than this, in a build without optimization, nobody may be about a scenario of a few rows.
const SLOWEST: Duration = Duration::from_secs(5);

/// A valid scenario of each kind with at least two rows in every list that it may have.
fn valid() -> [Value; 2] {
    let siting = json!({
        "kind": "siting", "version": 1, "name": "n", "currency": "EUR", "custom": {"a": 1},
        "travel": {"metric": "haversine", "circuity": 1.3, "speed_kmh": 60},
        "locations": [{"id": "a", "at": [10, 50], "name": "A"}, {"id": "b", "at": [10.5, 50.5]}, {"id": "c", "at": [11, 51]}],
        "products": [{"id": "ale", "weight": 2}, {"id": "bread"}],
        "supplies": [{"id": "u1", "location": "a", "capacity": {"ale": 90, "bread": 90}, "unit_cost": {"ale": 1, "bread": 2}, "opening_cost": 5},
                     {"id": "u2", "location": "b"}],
        "sites": [{"id": "s1", "location": "a", "levels": [{"id": "small", "capacity": 200, "opening_cost": 10, "operating_cost": 1,
                   "handling_cost": 1}, {"id": "large", "capacity": 400, "opening_cost": 15}]},
                  {"id": "s2", "location": "b", "status": "existing", "closing_cost": 3, "operating_cost": 2, "capacity": 300,
                   "handling_cost": 1, "min_throughput": 1},
                  {"id": "s3", "location": "c", "opening_cost": 7}],
        "demands": [{"id": "d1", "location": "b", "quantity": {"ale": 10, "bread": 5}, "stock": {"ale": 2}, "max_distance": 300000,
                     "max_duration": 36000, "forbidden_sites": ["s3"]},
                    {"id": "d2", "location": "c", "quantity": {"ale": 3}, "single_source": true, "outsourcing_cost": 500}],
        "lanes": {"inbound": {"per_unit": 1}, "outbound": {"per_unit_km": 0.1}, "direct": {"per_unit": 90, "per_unit_km": 1}},
        "coverage": {"measure": "distance", "radius": 400000}, "sites_min": 1, "sites_max": 3, "budget": 1000,
        "limits": {"time": 5, "gap": 0.01, "iterations": 20, "seed": 3, "threads": 1},
    });
    let routing = json!({
        "kind": "routing", "version": 1, "travel": {"metric": "euclidean", "rounding": "nearest"},
        "locations": [{"id": "a", "at": [0, 0]}, {"id": "b", "at": [300, 400]}, {"id": "c", "at": [0, 400]}],
        "vehicles": [{"id": "van", "count": 2, "capacity": {"kg": 10, "m3": 5}, "start": "a", "end": "a", "shift": ["08:00", "18:00"],
                      "costs": {"fixed": 5, "per_meter": 1, "per_second": 0.1}, "max_distance": 90000, "max_duration": 30000,
                      "max_stops": 9, "reload": {"locations": ["a"], "max": 2, "service": 60}, "skills": ["cold"]},
                     {"id": "bike", "start": "a", "open_end": true}],
        "orders": [{"id": "o1", "location": "b", "delivery": {"kg": 4}, "release": "08:30", "service": 60,
                    "windows": [["09:00", "10:00"], ["12:00", "14:00"]], "skills": ["cold"],
                    "alternatives": [{"location": "c", "windows": [["09:00", "17:00"]], "service": 30}]},
                   {"id": "o2", "location": "c", "pickup": {"kg": 2, "m3": 1}, "backhaul": true, "prize": 40,
                    "allowed_vehicles": ["van"]},
                   {"id": "o3", "location": "b", "forbidden_vehicles": ["bike"]}],
        "shipments": [{"id": "p1", "quantity": {"kg": 1}, "prize": 9000, "allowed_vehicles": ["van"], "skills": ["cold"],
                       "pickup": {"location": "b", "windows": [["08:00", "17:00"]], "service": 5}, "delivery": {"location": "c"}}],
        "locks": [{"order": "o3", "vehicle": "van", "promised": "09:10", "tolerance": 3600}],
        "limits": {"time": 5, "iterations": 20},
    });
    [siting, routing]
}

/// Values that a field may get, as JSON texts; the last ones are no JSON that numbers could hold.
fn hostile() -> Vec<String> {
    let values = [
        json!(null),
        json!(true),
        json!(""),
        json!("x"),
        json!("a\u{0}"),
        json!("\u{202e}b"),
        json!("24:61"),
        json!("2026-02-30T00:00:00Z"),
        json!(-1),
        json!(-0.5),
        json!(-0.0),
        json!(0),
        json!(0.3),
        json!(1),
        json!(2),
        json!(7.25),
        json!(1e15),
        json!(1e308),
        json!(-1e308),
        json!(u64::MAX),
        json!(i64::MIN),
        json!(4_294_967_296_u64),
        json!(1e-300),
        json!([]),
        json!([[]]),
        json!([null]),
        json!(["a", "a"]),
        json!([1, 2]),
        json!([2, 1]),
        json!([[2, 1]]),
        json!([["10:00", "09:00"]]),
        json!([[0, 1], [0, 1]]),
        json!([[1e308, 1], [0, 0]]),
        json!({}),
        json!({"": 1}),
        json!({"kg": -1}),
        json!({"ale": 1e308}),
        json!({"unknown": 1}),
        json!("x".repeat(100_000)),
        json!(vec![0; 3_000]),
        json!(vec!["a"; 3_000]),
    ];
    let raw = ["1e400", "-1e400", "NaN", "1e", "{\"kg\": 1, \"kg\": 2}", "99999999999999999999999999"];
    values.iter().map(Value::to_string).chain(raw.map(str::to_owned)).collect()
}

/// Pointers of every field that the schema has, lists by their first two rows.
fn fields() -> BTreeSet<String> {
    let schema = scenario_schema();
    let mut found = BTreeSet::new();
    collect(&schema, &schema, "", 0, &mut found);
    found
}

fn collect(schema: &Value, of: &Value, pointer: &str, depth: usize, found: &mut BTreeSet<String>) {
    if depth > 6 {
        return;
    }
    if let Some(reference) = of["$ref"].as_str() {
        let target = schema.pointer(reference.trim_start_matches('#')).unwrap();
        return collect(schema, target, pointer, depth, found);
    }
    for choice in ["anyOf", "oneOf", "allOf"] {
        for it in of[choice].as_array().into_iter().flatten() {
            collect(schema, it, pointer, depth, found);
        }
    }
    for (name, field) in of["properties"].as_object().into_iter().flatten() {
        let pointer = format!("{pointer}/{name}");
        found.insert(pointer.clone());
        collect(schema, field, &pointer, depth + 1, found);
    }
    if of["items"].is_object() {
        for row in 0..2 {
            let pointer = format!("{pointer}/{row}");
            found.insert(pointer.clone());
            collect(schema, &of["items"], &pointer, depth + 1, found);
        }
    }
}

/// Marks where a raw text goes.
const MARK: &str = "\u{1}";

/// `scenario` with a text put at `pointer`; `None` where its parent is no place for it.
fn with(scenario: &Value, pointer: &str, text: &str) -> Option<String> {
    let mut changed = scenario.clone();
    *place(&mut changed, pointer)? = json!(MARK);
    Some(changed.to_string().replacen("\"\\u0001\"", text, 1))
}

/// The place at `pointer`, made where it is the next one of its parent.
fn place<'v>(scenario: &'v mut Value, pointer: &str) -> Option<&'v mut Value> {
    let mut at = scenario;
    for step in pointer.split('/').skip(1) {
        at = match (at, step.parse::<usize>()) {
            (Value::Array(items), Ok(row)) => {
                if row == items.len() {
                    items.push(Value::Null);
                }
                items.get_mut(row)?
            }
            (at @ Value::Null, Ok(0)) => {
                *at = json!([null]);
                &mut at[0]
            }
            (at @ (Value::Null | Value::Object(_)), Err(_)) => &mut at[step],
            _ => return None,
        };
    }
    Some(at)
}

fn read(text: &str) -> Result<Problem, Vec<Defect>> {
    parse_scenario(text).and_then(validate)
}

/// Holds one text to the promise; whether it was refused, or why the promise is broken.
fn kept(text: &str) -> Result<bool, String> {
    let started = Instant::now();
    let outcome = std::panic::catch_unwind(|| match read(text) {
        Err(defects) => {
            let bare = |defect: &&Defect| {
                let place = defect.pointer.is_empty() || defect.pointer.starts_with('/');
                !place || defect.code.is_empty() || defect.detail.is_empty() || defect.hint.is_empty()
            };
            match defects.iter().find(bare) {
                _ if defects.is_empty() => Err("refused without a defect".to_owned()),
                Some(defect) => Err(format!("bare defect {defect:?}")),
                None => Ok(true),
            }
        }
        Ok(problem) => {
            let cancel = AtomicBool::new(false);
            match plan(&problem, &Options::of_iterations(2, &cancel), &Silent) {
                Err(PlanError::Refused(violations)) => Err(format!("the checker refused {violations:?}")),
                Ok(_) | Err(_) => Ok(false),
            }
        }
    });
    let kept = outcome.map_err(|_| "panic".to_owned())?;
    if started.elapsed() > SLOWEST { Err(format!("took {:?}", started.elapsed())) } else { kept }
}

/// How many texts were refused and how many planned; none may break the promise.
fn all_kept(texts: impl Iterator<Item = (String, String)>) -> [usize; 2] {
    let mut counts = [0; 2];
    let mut broken = Vec::new();
    for (what, text) in texts {
        match kept(&text) {
            Ok(refused) => counts[usize::from(!refused)] += 1,
            Err(why) => broken.push(format!("{what}: {}", why.chars().take(300).collect::<String>())),
        }
    }
    let shown: Vec<&str> = broken.iter().take(60).map(String::as_str).collect();
    assert!(broken.is_empty(), "{} of {:?} broken:\n{}", broken.len(), counts, shown.join("\n"));
    counts
}

#[test]
fn the_scenarios_to_start_from_are_valid() {
    for scenario in valid() {
        assert_eq!(kept(&scenario.to_string()), Ok(false), "{:?}", read(&scenario.to_string()).err());
    }
}

#[test]
fn every_field_stands_every_value() {
    let fields = fields();
    assert!(fields.contains("/vehicles/0/reload/max") && fields.contains("/sites/1/levels/0/capacity"), "{fields:?}");
    let hostile = hostile();
    let cases = valid().into_iter().flat_map(|scenario| {
        let fields = &fields;
        let hostile = &hostile;
        fields.iter().flat_map(move |pointer| {
            let scenario = scenario.clone();
            hostile.iter().filter_map(move |value| {
                let what = format!("{} {pointer} = {}", scenario["kind"], value.chars().take(40).collect::<String>());
                Some((what, with(&scenario, pointer, value)?))
            })
        })
    });
    let [refused, planned] = all_kept(cases);
    assert!(refused > 5_000 && planned > 500, "{refused} refused, {planned} planned");
}

#[test]
fn missing_doubled_and_unknown_fields_are_named() {
    let mut cases = Vec::new();
    for scenario in valid() {
        for pointer in fields() {
            let (parent, name) = pointer.rsplit_once('/').unwrap();
            let Some(there) = scenario.pointer(&pointer).cloned() else { continue };
            let mut without = scenario.clone();
            let mut doubled = scenario.clone();
            let mut unknown = scenario.clone();
            match (without.pointer_mut(parent).unwrap(), doubled.pointer_mut(parent).unwrap()) {
                (Value::Object(fields), _) => {
                    fields.remove(name);
                    unknown.pointer_mut(parent).unwrap()[format!("{name}s_")] = there;
                }
                (Value::Array(items), Value::Array(rows)) => {
                    drop(items.remove(name.parse().unwrap()));
                    rows.push(there);
                }
                _ => continue,
            }
            cases.push((format!("without {pointer}"), without.to_string()));
            cases.push((format!("doubled {pointer}"), doubled.to_string()));
            cases.push((format!("unknown beside {pointer}"), unknown.to_string()));
        }
    }
    let [refused, planned] = all_kept(cases.into_iter());
    assert!(refused > 100 && planned > 20, "{refused} refused, {planned} planned");
}
