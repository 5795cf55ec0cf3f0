//! A siting plan by hand: one site of two, three demands, two products.

use super::{catches, problem};
use crate::model::check::check;
use crate::model::plan::{Plan, Status};
use crate::model::problem::{Case, Problem};
use crate::model::{SitingChoice, siting_plan};
use crate::units::Load;
use serde_json::{Value, json};

fn siting_problem() -> Problem {
    problem(&json!({
        "kind": "siting",
        "version": 1,
        "travel": {"metric": "euclidean"},
        "locations": [
            {"id": "north", "at": [0, 100]}, {"id": "south", "at": [0, 0]}, {"id": "factory", "at": [30, 40]}
        ],
        "products": [{"id": "ale", "weight": 1.5}, {"id": "bread"}],
        "supplies": [{"id": "works", "location": "factory", "capacity": {"ale": 50, "bread": 60},
            "unit_cost": {"ale": 2, "bread": 1}, "opening_cost": 7}],
        "sites": [
            {"id": "s1", "location": "north", "opening_cost": 100, "capacity": 80},
            {"id": "s2", "location": "south", "status": "existing", "closing_cost": 10, "capacity": 70.5}
        ],
        "demands": [
            {"id": "d1", "location": "north", "quantity": {"ale": 10.5}},
            {"id": "d2", "location": "south", "quantity": {"bread": 20}, "max_distance": 100, "single_source": true},
            {"id": "d3", "location": "factory", "quantity": {"ale": 5, "bread": 5}, "forbidden_sites": ["s2"]}
        ],
        "lanes": {"inbound": {"per_unit": 1}, "outbound": {"per_unit_km": 10}}
    }))
}

fn siting_choice() -> SitingChoice {
    let amounts = |rows: &[(usize, usize, i64)]| rows.iter().map(|&(a, b, load)| (a, b, Load::new(load))).collect();
    SitingChoice {
        open: vec![true, false],
        inflows: amounts(&[(0, 0, 155), (1, 0, 250)]),
        flows: amounts(&[(0, 0, 105), (0, 1, 200), (0, 2, 50), (0, 3, 50)]),
        ..SitingChoice::default()
    }
}

pub(super) fn siting_answer() -> (Problem, Plan) {
    let problem = siting_problem();
    let Case::Siting(siting) = &problem.case else { panic!("no siting problem") };
    let mut plan = siting_plan(&problem, siting, &siting_choice());
    plan.lower_bound = Some(200.0);
    plan.gap = Some(0.1674);
    (problem, plan)
}

#[test]
fn siting_by_hand() {
    let (problem, plan) = siting_answer();
    assert_eq!(check(&problem, &plan), []);
    let costs = json!({"opening": 100.0, "closing": 10.0, "supplying": 7.0, "purchase": 56.0, "inbound": 40.5, "outbound": 26.7});
    assert_eq!(serde_json::to_value(&plan.summary.costs).unwrap(), with_sorted_keys(&costs));
    assert_eq!((plan.summary.total, plan.summary.sites_open, plan.status), (240.2, Some(1), Status::Feasible));
    assert!((plan.summary.mean_distance.unwrap() - 2670.0 / 40.5).abs() < 1e-9);
    assert_eq!((plan.sites[0].throughput, plan.sites[0].utilization), (48.25, Some(0.603_125)));
    assert_eq!((plan.flows[4].distance, plan.flows[4].cost), (67, 3.35));
}

fn with_sorted_keys(value: &Value) -> Value {
    let map: std::collections::BTreeMap<String, Value> = serde_json::from_value(value.clone()).unwrap();
    serde_json::to_value(map).unwrap()
}

#[test]
fn corrupted_siting_plans_are_caught() {
    let answer = siting_answer();
    let inbound = serde_json::to_value(&answer.1.flows[0]).unwrap();
    catches(
        &answer,
        &[
            ("/kind", json!("routing"), "kind_wrong"),
            ("/version", json!(2), "version_wrong"),
            ("/input_hash", json!("0"), "input_hash_wrong"),
            ("/status", json!("optimal"), "status_wrong"),
            ("/status", json!("infeasible"), "status_wrong"),
            ("/lower_bound", json!(241), "lower_bound_above_total"),
            ("/gap", json!(0.16), "gap_wrong"),
            ("/gap", json!(0.3), "gap_wrong"),
            ("/summary/total", json!(240.200_001), "total_wrong"),
            ("/summary/costs/opening", json!(99), "cost_term_wrong"),
            ("/summary/costs/operating", json!(1), "cost_term_wrong"),
            ("/summary/costs/closing", json!(0), "cost_term_wrong"),
            ("/summary/costs/supplying", json!(0), "cost_term_wrong"),
            ("/summary/costs/purchase", json!(57), "cost_term_wrong"),
            ("/summary/costs/inbound", json!(41), "cost_term_wrong"),
            ("/summary/costs/handling", json!(1), "cost_term_wrong"),
            ("/summary/costs/outbound", json!(26.8), "cost_term_wrong"),
            ("/summary/costs/bribes", json!(0), "unknown_cost_term"),
            ("/summary/sites_open", json!(2), "sites_open_wrong"),
            ("/summary/mean_distance", json!(66), "mean_distance_wrong"),
            ("/summary/served", json!(2), "served_wrong"),
            ("/summary/unserved", json!(1), "unserved_wrong"),
            ("/sites/0/id", json!("s9"), "unknown_site"),
            ("/sites/0/id", json!("s2"), "duplicate_site"),
            ("/sites", Value::Null, "missing_site"),
            ("/sites/0/open", json!(false), "closed_site_used"),
            ("/sites/1/open", json!(true), "site_change_wrong"),
            ("/sites/1/change", json!("kept"), "site_change_wrong"),
            ("/sites/0/throughput", json!(48), "throughput_wrong"),
            ("/sites/0/utilization", json!(0.6), "utilization_wrong"),
            ("/sites/1/utilization", json!(0), "utilization_wrong"),
            ("/flows/0/from", json!("nowhere"), "unknown_supply"),
            ("/flows/0/to", json!("nowhere"), "unknown_site"),
            ("/flows/0/quantity", json!(15), "site_imbalance"),
            ("/flows/0/quantity", json!(55), "supply_over_capacity"),
            ("/flows/0/quantity", json!(-1), "quantity_not_positive"),
            ("/flows/0/quantity", json!(15.55), "quantity_not_exact"),
            ("/flows/0/distance", json!(66), "flow_distance_wrong"),
            ("/flows/0/cost", json!(15), "flow_cost_wrong"),
            ("/flows/0/product", json!("beer"), "unknown_product"),
            ("/flows/0/product", json!("bread"), "site_imbalance"),
            ("/flows/2/to", json!("d9"), "unknown_demand"),
            ("/flows/2/from", json!("s2"), "closed_site_used"),
            ("/flows/2/product", json!("bread"), "product_not_needed"),
            ("/flows/2/quantity", json!(10), "demand_not_served"),
            ("/flows/2/quantity", json!(11), "demand_overserved"),
            ("/flows/3/quantity", json!(1000), "site_over_capacity"),
            ("/flows/5/from", json!("s2"), "forbidden_site_used"),
            ("/flows", Value::Null, "demand_not_served"),
            ("/unserved", json!([{"id": "d9", "reasons": []}]), "unknown_demand"),
            ("/unserved", json!([{"id": "d1", "reasons": []}]), "missing_reason"),
            ("/unserved", json!([{"id": "d1", "reasons": []}]), "served_and_unserved"),
            ("/unserved", json!([{"id": "d1", "reasons": []}, {"id": "d1", "reasons": []}]), "duplicate_unserved"),
        ],
    );
    let mut doubled = answer.1.clone();
    doubled.flows.push(serde_json::from_value(inbound).unwrap());
    assert!(check(&answer.0, &doubled).iter().any(|violation| violation.code == "site_imbalance"));
}

#[test]
fn rules_on_sites_are_checked() {
    let base = serde_json::to_value(siting_problem().scenario).unwrap();
    let codes = |changes: &[(&str, Value)], choice: &SitingChoice| -> Vec<String> {
        let mut document = base.clone();
        for (pointer, value) in changes {
            let (parent, field) = pointer.rsplit_once('/').unwrap();
            document.pointer_mut(parent).unwrap()[field] = value.clone();
        }
        let problem = problem(&document);
        let Case::Siting(siting) = &problem.case else { panic!("no siting problem") };
        let violations = check(&problem, &siting_plan(&problem, siting, choice));
        violations.into_iter().map(|violation| violation.code).collect()
    };
    let choice = siting_choice();
    assert_eq!(
        codes(&[("/sites/1/status", json!("required")), ("/sites/1/closing_cost", Value::Null)], &choice),
        ["required_site_closed"]
    );
    assert_eq!(codes(&[("/sites_min", json!(2))], &choice), ["too_few_sites"]);
    let all = SitingChoice { open: vec![true, true], ..choice.clone() };
    assert_eq!(codes(&[("/sites_max", json!(1))], &all), ["too_many_sites"]);
    assert_eq!(codes(&[("/sites/1/status", json!("forbidden"))], &all), ["forbidden_site_open"]);
    assert_eq!(
        codes(&[("/demands/2/max_duration", json!(66)), ("/demands/2/forbidden_sites", json!([]))], &choice),
        ["max_duration_exceeded", "max_duration_exceeded"]
    );
    let mut split = all.clone();
    split.flows[1].2 = Load::new(100);
    split.flows.push((1, 1, Load::new(100)));
    split.inflows[1].2 = Load::new(150);
    split.inflows.push((1, 1, Load::new(100)));
    assert_eq!(codes(&[], &split), ["not_single_source"]);
    assert_eq!(codes(&[("/demands/1/single_source", json!(false))], &split), [""; 0]);
    // What is not served whole is listed, with a reason; then the plan holds.
    let mut short = choice.clone();
    short.flows.remove(1);
    short.inflows[1].2 = Load::new(50);
    assert_eq!(codes(&[], &short), [""; 0]);
}
