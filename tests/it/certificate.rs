//! Certificates: what the prices in a plan prove is recomputed by the checker, and tampering is seen.

use hubroute::model::generate::siting;
use hubroute::model::plan::Plan;
use hubroute::model::{Problem, Scenario, check, validate};
use hubroute::planning::{Options, plan};
use hubroute::search::Silent;
use serde_json::{Value, json};
use std::sync::atomic::AtomicBool;

fn solved(problem: &Problem) -> Plan {
    let cancel = AtomicBool::new(false);
    let options = Options { certificate: true, ..Options::of_iterations(4000, &cancel) };
    plan(problem, &options, &Silent).unwrap()
}

fn codes(problem: &Problem, plan: &Plan, changes: &[(&str, Value)]) -> Vec<String> {
    let mut document = serde_json::to_value(plan).unwrap();
    for (pointer, value) in changes {
        *document.pointer_mut(pointer).unwrap() = value.clone();
    }
    let plan: Plan = serde_json::from_value(document).unwrap();
    check(problem, &plan).into_iter().map(|violation| violation.code).collect()
}

/// Scenarios of every feature that the prices must respect.
fn scenarios() -> Vec<Scenario> {
    let base = serde_json::to_value(siting(12, 30, 4)).unwrap();
    let with = |changes: Vec<(&str, Value)>| {
        let mut document = base.clone();
        for (field, value) in changes {
            document[field] = value;
        }
        serde_json::from_value::<Scenario>(document).unwrap()
    };
    let mut statuses = base["sites"].clone();
    statuses[0]["status"] = json!("required");
    statuses[1]["status"] = json!("forbidden");
    statuses[2]["status"] = json!("existing");
    statuses[2]["opening_cost"] = Value::Null;
    statuses[2]["closing_cost"] = json!(80);
    let mut sized = base["sites"].clone();
    for row in 3..8 {
        let (capacity, opening) =
            (sized[row]["capacity"].as_f64().unwrap(), sized[row]["opening_cost"].as_f64().unwrap());
        sized[row]["capacity"] = Value::Null;
        sized[row]["opening_cost"] = Value::Null;
        sized[row]["levels"] = json!([
            {"id": "small", "capacity": capacity, "opening_cost": opening},
            {"id": "large", "capacity": 2.0 * capacity, "opening_cost": 1.4 * opening, "handling_cost": 0.1}
        ]);
        sized[row]["min_throughput"] = json!((0.6 * capacity).floor());
    }
    let supplies = |opening: Value| {
        json!([
            {"id": "a", "location": "site-1", "capacity": 400, "unit_cost": 2, "opening_cost": opening},
            {"id": "b", "location": "site-2", "capacity": 300, "unit_cost": 1, "opening_cost": opening},
            {"id": "c", "location": "site-3", "capacity": 500, "unit_cost": 3, "opening_cost": opening}
        ])
    };
    let lanes = json!({"inbound": {"per_unit_km": 0.004}, "outbound": {"per_unit_km": 0.01}});
    vec![
        with(vec![]),
        with(vec![("sites", statuses), ("sites_min", json!(5))]),
        with(vec![("sites", sized.clone())]),
        with(vec![("sites", sized), ("budget", json!(2900)), ("sites_max", json!(5))]),
        with(vec![("supplies", supplies(Value::Null)), ("lanes", lanes.clone())]),
        with(vec![("supplies", supplies(json!(300))), ("lanes", lanes), ("sites_max", json!(6))]),
    ]
}

#[test]
fn prices_prove_a_bound_that_the_checker_finds_again() {
    for (row, scenario) in scenarios().into_iter().enumerate() {
        let problem = validate(scenario).unwrap_or_else(|defects| panic!("{defects:?}"));
        let plan = solved(&problem);
        let certificate = plan.certificate.as_ref().unwrap();
        let (bound, total) = (certificate.bound.unwrap(), plan.summary.total);
        // The search's bound is the certificate's, raised by branching; both are below the plan.
        assert!(bound <= plan.lower_bound.unwrap() + 1e-3, "{row}: {bound} above {:?}", plan.lower_bound);
        assert!(bound > 0.9 * total, "{row}: {bound} says little about {total}");
        assert_eq!(check(&problem, &plan), [], "{row}");
        let above = json!(bound + 0.01);
        assert_eq!(codes(&problem, &plan, &[("/certificate/bound", above)]), ["certificate_bound_wrong"]);
    }
}

/// Twelve sites of which a few shall reach all demands, with and without capacities.
fn reaching(objective: &str, has_room: bool) -> Problem {
    let mut document = serde_json::to_value(siting(12, 30, 4)).unwrap();
    for site in document["sites"].as_array_mut().unwrap() {
        site["opening_cost"] = Value::Null;
        if has_room {
            site["capacity"] = Value::Null;
        }
    }
    document["objective"] = json!(objective);
    document["sites_max"] = json!(6);
    if objective != "p_center" {
        let far = if objective == "set_cover" { 3.0 } else { 1.0 };
        document["coverage"] = json!({"radius": far * 100_000.0});
    }
    let scenario: Scenario = serde_json::from_value(document).unwrap();
    validate(scenario).unwrap_or_else(|defects| panic!("{defects:?}"))
}

#[test]
fn prices_prove_bounds_of_reach() {
    for objective in ["set_cover", "max_cover", "p_center"] {
        for has_room in [true, false] {
            let problem = reaching(objective, has_room);
            let plan = solved(&problem);
            let certificate = plan.certificate.as_ref().unwrap();
            let (bound, stated) = (certificate.bound.unwrap(), plan.lower_bound.unwrap());
            assert!(bound <= stated + 1e-3 && bound >= 0.7 * stated, "{objective}: {bound}, not {stated}");
            assert!(stated > 0.0, "{objective} proves nothing");
            assert_eq!(check(&problem, &plan), [], "{objective}");
            let above = json!(bound + 1.0);
            assert_eq!(codes(&problem, &plan, &[("/certificate/bound", above)]), ["certificate_bound_wrong"]);
        }
    }
    let plan = solved(&reaching("p_center", true));
    let farther = json!(plan.certificate.as_ref().unwrap().prices.as_ref().unwrap().reach.unwrap() + 1_000_000);
    let found = codes(&reaching("p_center", true), &plan, &[("/certificate/prices/reach", farther)]);
    assert!(found.contains(&"certificate_bound_wrong".to_owned()), "{found:?}");
    let nowhere = codes(&reaching("p_center", true), &plan, &[("/certificate/prices/reach", json!(-2))]);
    assert_eq!(nowhere, ["certificate_malformed"]);
}

#[test]
fn tampered_certificates_are_caught() {
    let problem = validate(scenarios().swap_remove(5)).unwrap();
    let plan = solved(&problem);
    let prices = plan.certificate.as_ref().unwrap().prices.as_ref().unwrap();
    let raised = json!(prices.demands[0] + 50.0);
    let found = codes(&problem, &plan, &[("/certificate/prices/demands/0", raised)]);
    assert!(found.contains(&"certificate_digest_wrong".to_owned()), "{found:?}");
    let malformed = [
        ("/certificate/prices/demands", json!([1.0])),
        ("/certificate/prices/supplies/0", json!(-1.0)),
        ("/certificate/prices/capacity", json!(-0.5)),
        ("/certificate/prices/supplying", json!(-0.5)),
    ];
    for change in malformed {
        assert_eq!(codes(&problem, &plan, &[change]), ["certificate_malformed"]);
    }
    let alone = codes(&problem, &plan, &[("/certificate/prices", Value::Null)]);
    assert_eq!(alone, ["certificate_without_prices"]);
}

#[test]
fn a_warm_start_goes_on_from_the_prices_of_a_plan() {
    let before = solved(&validate(siting(40, 200, 9)).unwrap());
    let mut scenario = serde_json::to_value(siting(40, 200, 9)).unwrap();
    scenario["sites"][3]["status"] = json!("forbidden");
    let changed = validate(serde_json::from_value(scenario).unwrap()).unwrap();
    let cancel = AtomicBool::new(false);
    let bound = |start: &Plan| {
        let options = Options { warm_start: Some(start), ..Options::of_iterations(1, &cancel) };
        plan(&changed, &options, &Silent).unwrap().lower_bound.unwrap()
    };
    let mut without = before.clone();
    without.certificate.as_mut().unwrap().prices = None;
    let (with, without, best) = (bound(&before), bound(&without), solved(&changed).summary.total);
    assert!(without < with && with <= best, "{without} {with} {best}");
}
