//! Sites with a capacity for each product, and costs of lanes by product.

use super::planned;
use hubroute::model::plan::Plan;
use hubroute::model::{Defect, Problem, check};
use hubroute::planning::{Options, plan};
use hubroute::search::Silent;
use serde_json::{Value, json};
use std::sync::atomic::AtomicBool;

/// Two sites at the place of all demand: the near one has little room for ice.
fn document() -> Value {
    json!({
        "kind": "siting",
        "version": 1,
        "travel": {"metric": "euclidean"},
        "locations": [{"id": "here", "at": [0, 0]}],
        "products": [{"id": "ice", "weight": 2}, {"id": "salt"}],
        "sites": [
            {"id": "N", "location": "here", "operating_cost": 10, "product_capacity": {"ice": 30}},
            {"id": "F", "location": "here", "operating_cost": 20}
        ],
        "demands": [{"id": "d", "location": "here", "quantity": {"ice": 40, "salt": 50}}],
        "lanes": {"outbound": {"unit_costs": [[1], [2]], "product_unit_costs": {"salt": [[3], [4]]}}}
    })
}

fn validated(changes: &[(&str, Value)]) -> Result<Problem, Vec<Defect>> {
    planned::validated(document(), changes)
}

fn solved(problem: &Problem) -> Plan {
    let cancel = AtomicBool::new(false);
    let options = Options { certificate: true, ..Options::of_iterations(3000, &cancel) };
    let plan = plan(problem, &options, &Silent).unwrap();
    assert_eq!(check(problem, &plan), []);
    let bound = plan.certificate.as_ref().unwrap().bound.unwrap();
    assert!(bound <= plan.summary.total + 1e-6, "{bound} is above the plan");
    plan
}

fn total(changes: &[(&str, Value)]) -> f64 {
    solved(&validated(changes).unwrap()).summary.total
}

fn codes(changes: &[(&str, Value)]) -> Vec<&'static str> {
    validated(changes).unwrap_err().into_iter().map(|defect| defect.code).collect()
}

#[test]
fn a_product_stops_at_its_own_capacity() {
    // 30 of ice and all salt from N, 10 of ice from F; F alone would cost 20 + 80 + 200.
    let problem = validated(&[]).unwrap();
    let plan = solved(&problem);
    assert_eq!(plan.summary.total, 10.0 + 20.0 + 30.0 + 150.0 + 20.0);
    assert_eq!(plan.sites.iter().map(|site| site.utilization).collect::<Vec<_>>(), [Some(1.0), None]);
    // Room for all of it: N alone. None at all: F has the ice, and N the salt as long as that pays.
    assert_eq!(total(&[("/sites/0/product_capacity", json!({"ice": 40}))]), 10.0 + 40.0 + 150.0);
    assert_eq!(total(&[("/sites/0/product_capacity", json!({"ice": 0}))]), 30.0 + 80.0 + 150.0);
    let levels = json!([{"id": "only", "operating_cost": 10, "product_capacity": {"ice": 10}}]);
    let changes = [
        ("/sites/0/product_capacity", Value::Null),
        ("/sites/0/operating_cost", Value::Null),
        ("/sites/0/levels", levels),
    ];
    assert_eq!(total(&changes), 30.0 + 10.0 + 60.0 + 150.0);
    // A capacity that both share beside it: 100 of weight are 20 of ice and 60 of salt, or 25 and 50.
    assert_eq!(total(&[("/sites/0/capacity", json!(100))]), 30.0 + 25.0 + 30.0 + 150.0);
}

#[test]
fn one_product_has_one_capacity() {
    let one = |capacity: Value| {
        [
            ("/products", json!([{"id": "ice", "weight": 2}])),
            ("/demands/0/quantity", json!({"ice": 40})),
            ("/sites/0/product_capacity", capacity),
            ("/lanes/outbound", json!({"unit_costs": [[1], [2]]})),
        ]
    };
    assert_eq!(total(&one(json!(30))), 30.0 + 30.0 + 20.0);
    assert_eq!(total(&one(json!({"ice": 40}))), 50.0);
}

#[test]
fn a_plan_that_overfills_a_product_is_caught() {
    let tight = validated(&[]).unwrap();
    let plan = solved(&validated(&[("/sites/0/product_capacity", json!({"ice": 35}))]).unwrap());
    let codes: Vec<String> = check(&tight, &plan).into_iter().map(|violation| violation.code).collect();
    assert!(codes.contains(&"site_over_product_capacity".to_owned()), "{codes:?}");
}

#[test]
fn what_has_no_meaning_is_refused() {
    let capacity = |capacity: Value| [("/sites/0/product_capacity", capacity)];
    assert_eq!(codes(&capacity(json!({"tea": 1}))), ["unknown_product"]);
    assert_eq!(codes(&capacity(json!(5))), ["bare_number"]);
    assert_eq!(codes(&capacity(json!({"ice": -5}))), ["negative"]);
    assert_eq!(codes(&[("/demands/0/single_source", json!(true))]), ["product_capacity_not_served"]);
    assert_eq!(codes(&[("/sites/0/min_throughput", json!(1))]), ["product_capacity_not_served"]);
    assert_eq!(codes(&[("/sites/1/product_capacity", json!({"ice": 9}))]), ["not_enough_product_capacity"]);
    assert_eq!(codes(&[("/sites/0/levels", json!([{"id": "a"}]))]), ["conflicting_fields", "conflicting_fields"]);
}
