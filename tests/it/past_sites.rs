//! What goes past all sites: direct lanes, others who bring goods from outside, and stock that is there already.

use super::planned;
use hubroute::model::plan::{Plan, Stage, Status};
use hubroute::model::{Defect, Problem, check};
use hubroute::planning::{Options, PlanError, plan};
use hubroute::search::Silent;
use serde_json::{Value, json};
use std::sync::atomic::AtomicBool;

/// A works, a hub that costs 100, one demand near the hub and one far away.
fn document() -> Value {
    json!({
        "kind": "siting",
        "version": 1,
        "travel": {"metric": "euclidean"},
        "locations": [
            {"id": "origin", "at": [0, 0]}, {"id": "middle", "at": [0, 1000]},
            {"id": "close", "at": [0, 1200]}, {"id": "away", "at": [10000, 0]}
        ],
        "supplies": [{"id": "works", "location": "origin", "capacity": 100, "unit_cost": 1}],
        "sites": [{"id": "hub", "location": "middle", "opening_cost": 100, "capacity": 50}],
        "demands": [
            {"id": "near", "location": "close", "quantity": 10},
            {"id": "far", "location": "away", "quantity": 10, "outsourcing_cost": 5}
        ],
        "lanes": {"inbound": {"per_unit_km": 1}, "outbound": {"per_unit_km": 1}, "direct": {"per_unit_km": 3}}
    })
}

fn validated(changes: &[(&str, Value)]) -> Result<Problem, Vec<Defect>> {
    planned::validated(document(), changes)
}

fn solved(problem: &Problem) -> Result<Plan, PlanError> {
    let cancel = AtomicBool::new(false);
    let options = Options { certificate: true, ..Options::of_iterations(2000, &cancel) };
    plan(problem, &options, &Silent)
}

fn costs(plan: &Plan) -> Vec<(&str, f64)> {
    plan.summary.costs.iter().map(|(term, &cost)| (term.as_str(), cost)).collect()
}

#[test]
fn the_cheapest_way_is_taken() {
    let problem = validated(&[]).unwrap();
    let plan = solved(&problem).unwrap();
    // By the hub ten units cost 22 and the hub 100; directly they cost 46. Far away 310 directly, 50 from outside.
    assert_eq!(costs(&plan), [("direct", 36.0), ("outsourcing", 50.0), ("purchase", 10.0)]);
    assert_eq!((plan.status, plan.summary.sites_open), (Status::Optimal, Some(0)));
    let stages: Vec<(Stage, &str, &str)> =
        plan.flows.iter().map(|flow| (flow.stage, flow.from.as_str(), flow.to.as_str())).collect();
    assert_eq!(stages, [(Stage::Direct, "works", "near"), (Stage::Outsourced, "outside", "far")]);
    // With a free hub the near demand goes by it.
    let plan = solved(&validated(&[("/sites/0/opening_cost", json!(0))]).unwrap()).unwrap();
    assert_eq!(costs(&plan), [("inbound", 10.0), ("outbound", 2.0), ("outsourcing", 50.0), ("purchase", 10.0)]);
    // Where nobody else may serve, the works must.
    let alone = [("/demands/1/outsourcing_cost", Value::Null), ("/sites/0/status", json!("forbidden"))];
    let plan = solved(&validated(&alone).unwrap()).unwrap();
    assert_eq!(plan.summary.costs["direct"], 336.0);
}

#[test]
fn stock_is_netted_off() {
    let problem = validated(&[("/demands/0/stock", json!(4.5)), ("/demands/1/stock", json!(9))]).unwrap();
    let plan = solved(&problem).unwrap();
    assert_eq!(costs(&plan), [("direct", 19.8), ("outsourcing", 5.0), ("purchase", 5.5)]);
    let defects = validated(&[("/demands/0/stock", json!(-1))]).unwrap_err();
    assert_eq!(defects[0].pointer, "/demands/0/stock");
    // Where there is more than is needed nothing is brought, there or anywhere.
    let plan = solved(&validated(&[("/demands/0/stock", json!(12))]).unwrap()).unwrap();
    assert_eq!((costs(&plan), plan.summary.served), (vec![("outsourcing", 50.0)], 2));
    let stocked = [("/demands/0/stock", json!(10)), ("/demands/1/stock", json!(11))];
    let plan = solved(&validated(&stocked).unwrap()).unwrap();
    assert_eq!((plan.summary.total, plan.flows.len(), plan.status), (0.0, 0, Status::Optimal));
    let defects = validated(&[("/demands/0/quantity", json!(0)), ("/demands/0/stock", json!(1))]).unwrap_err();
    assert_eq!((defects[0].pointer.as_str(), defects[0].code), ("/demands/0/quantity", "nothing_needed"));
}

#[test]
fn short_supplies_are_topped_up_from_outside() {
    let changes = [("/supplies/0/capacity", json!(4)), ("/demands/0/outsourcing_cost", json!(20))];
    let plan = solved(&validated(&changes).unwrap()).unwrap();
    assert_eq!(costs(&plan), [("direct", 14.4), ("outsourcing", 170.0), ("purchase", 4.0)]);
    // What one source must bring whole cannot be topped up: all of it comes from outside.
    let whole = [&changes[..], &[("/demands/0/single_source", json!(true))]].concat();
    let problem = validated(&whole).unwrap();
    let plan = solved(&problem).unwrap();
    assert_eq!(costs(&plan), [("outsourcing", 250.0)]);
    let mut shared = solved(&validated(&changes).unwrap()).unwrap();
    shared.input_hash.clone_from(&plan.input_hash);
    shared.certificate = None;
    let found = check(&problem, &shared);
    assert!(found.iter().any(|violation| violation.code == "not_single_source"), "{found:?}");
}

#[test]
fn prices_prove_bounds_past_sites_too() {
    for changes in [vec![], vec![("/sites/0/opening_cost", json!(0)), ("/supplies/0/capacity", json!(14))]] {
        let problem = validated(&changes).unwrap();
        let plan = solved(&problem).unwrap();
        let bound = plan.certificate.as_ref().unwrap().bound.unwrap();
        assert!(bound <= plan.summary.total + 1e-6 && bound > 0.9 * plan.summary.total, "{bound}");
        assert_eq!(check(&problem, &plan), []);
    }
}

#[test]
fn corrupted_ways_are_caught() {
    let problem = validated(&[]).unwrap();
    let plan = solved(&problem).unwrap();
    let codes = |pointer: &str, value: Value| -> Vec<String> {
        let mut document = serde_json::to_value(&plan).unwrap();
        *document.pointer_mut(pointer).unwrap() = value;
        let plan: Plan = serde_json::from_value(document).unwrap();
        check(&problem, &plan).into_iter().map(|violation| violation.code).collect()
    };
    for (pointer, value, code) in [
        ("/flows/0/from", json!("mill"), "unknown_supply"),
        ("/flows/0/to", json!("nobody"), "unknown_demand"),
        ("/flows/0/cost", json!(35), "flow_cost_wrong"),
        ("/flows/0/distance", json!(1), "flow_distance_wrong"),
        ("/flows/0/quantity", json!(9), "demand_not_served"),
        ("/flows/0/stage", json!("outsourced"), "not_outsourced"),
        ("/flows/1/from", json!("works"), "unknown_supply"),
        ("/flows/1/cost", json!(1), "flow_cost_wrong"),
        ("/flows/1/distance", json!(1), "flow_distance_wrong"),
        ("/summary/costs/direct", json!(35), "cost_term_wrong"),
        ("/summary/costs/outsourcing", json!(35), "cost_term_wrong"),
    ] {
        let found = codes(pointer, value);
        assert!(found.iter().any(|found| found == code), "{pointer}: no {code} in {found:?}");
    }
}

#[test]
fn defects_of_direct_lanes() {
    let codes = |changes: &[(&str, Value)]| -> Vec<String> {
        validated(changes).err().unwrap_or_default().into_iter().map(|defect| defect.code.to_owned()).collect()
    };
    assert_eq!(codes(&[("/lanes/direct", json!({"unit_costs": [[1]]}))]), ["matrix_size"]);
    assert_eq!(codes(&[("/lanes/direct", json!({"per_unit": -1}))]), ["negative"]);
    assert_eq!(codes(&[("/demands/1/outsourcing_cost", json!(-1))]), ["negative"]);
    let without = [("/supplies", json!([])), ("/lanes/inbound", json!({}))];
    assert_eq!(codes(&without), ["direct_without_supplies"]);
}
