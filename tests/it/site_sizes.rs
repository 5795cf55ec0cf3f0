//! What a site can be: levels, least throughput, and a budget for opening.

use hubroute::model::plan::{Plan, SiteChange, Status};
use hubroute::model::{Defect, Problem, check, parse_scenario, validate};
use hubroute::planning::{Options, PlanError, plan};
use hubroute::search::Silent;
use serde_json::{Value, json};
use std::sync::atomic::AtomicBool;

/// A candidate in the north with two levels, an existing site in the south that can grow, and demands of 60 and 50
/// next to them.
fn document() -> Value {
    json!({
        "kind": "siting",
        "version": 1,
        "travel": {"metric": "euclidean"},
        "locations": [{"id": "north", "at": [0, 10000]}, {"id": "south", "at": [0, 0]}],
        "sites": [
            {"id": "N", "location": "north", "levels": [
                {"id": "small", "capacity": 70, "opening_cost": 100, "operating_cost": 10, "handling_cost": 1},
                {"id": "large", "capacity": 120, "opening_cost": 150, "operating_cost": 30, "handling_cost": 0.5}
            ]},
            {"id": "S", "location": "south", "status": "existing", "capacity": 50, "operating_cost": 20, "closing_cost": 40,
             "levels": [{"id": "grown", "capacity": 110, "opening_cost": 60, "operating_cost": 35}]}
        ],
        "demands": [
            {"id": "up", "location": "north", "quantity": 60},
            {"id": "down", "location": "south", "quantity": 50}
        ],
        "lanes": {"outbound": {"per_unit_km": 0.1}}
    })
}

fn validated(changes: &[(&str, Value)]) -> Result<Problem, Vec<Defect>> {
    let mut document = document();
    for (pointer, value) in changes {
        let (parent, field) = pointer.rsplit_once('/').unwrap();
        let parent = document.pointer_mut(parent).unwrap();
        match field.parse::<usize>() {
            Ok(row) => parent[row] = value.clone(),
            Err(_) => parent[field] = value.clone(),
        }
    }
    validate(parse_scenario(&document.to_string())?)
}

fn solved(problem: &Problem) -> Result<Plan, PlanError> {
    let cancel = AtomicBool::new(false);
    let options = Options { certificate: true, ..Options::of_iterations(3000, &cancel) };
    plan(problem, &options, &Silent)
}

/// What is open at which level, and the total.
fn answer(changes: &[(&str, Value)]) -> (Vec<(String, Option<String>)>, f64) {
    let problem = validated(changes).unwrap();
    let plan = solved(&problem).unwrap();
    assert_eq!(plan.status, Status::Optimal);
    assert_eq!(check(&problem, &plan), []);
    let bound = plan.certificate.as_ref().unwrap().bound.unwrap();
    assert!(bound <= plan.summary.total + 1e-6, "{bound} is above the plan");
    let open = plan.sites.iter().filter(|site| site.open);
    (open.map(|site| (site.id.clone(), site.level.clone())).collect(), plan.summary.total)
}

fn at(site: &str, level: Option<&str>) -> (String, Option<String>) {
    (site.to_owned(), level.map(str::to_owned))
}

#[test]
fn each_site_opens_at_the_level_that_pays() {
    // S grows to 110 for 60 more: 60 + 35 and 60 units over ten kilometers, 60. Both as they are: 20 + 110 + 60 of
    // handling. N alone at large: 150 + 30 + 55 of handling, 50 of transport, 40 of closing S.
    assert_eq!(answer(&[]), (vec![at("S", Some("grown"))], 155.0));
    let dear = ("/lanes/outbound/per_unit_km", json!(0.3));
    assert_eq!(answer(std::slice::from_ref(&dear)), (vec![at("N", Some("small")), at("S", None)], 190.0));
    // More of the north than small can pass, where large handles cheaper too.
    let more = ("/demands/0/quantity", json!(100));
    assert_eq!(answer(&[dear, more]), (vec![at("N", Some("large")), at("S", None)], 250.0));
}

#[test]
fn a_required_site_opens_at_one_level_and_a_forbidden_one_at_none() {
    let (open, total) = answer(&[("/sites/0/status", json!("required"))]);
    assert_eq!((open, total), (vec![at("N", Some("small")), at("S", None)], 190.0));
    let (open, _) = answer(&[("/sites/0/status", json!("forbidden"))]);
    assert_eq!(open, [at("S", Some("grown"))]);
}

#[test]
fn an_open_site_has_its_least_throughput() {
    let dear = ("/lanes/outbound/per_unit_km", json!(0.3));
    // S needs 52: two units of the north come from there, 6 of transport less 2 of handling.
    let (open, total) = answer(&[dear.clone(), ("/sites/1/min_throughput", json!(52))]);
    assert_eq!((open, total), (vec![at("N", Some("small")), at("S", Some("grown"))], 190.0 + 75.0 + 6.0 - 2.0));
    // With room for them in S as it is today nothing needs to grow.
    let roomy = ("/sites/1/capacity", json!(52));
    let (open, total) = answer(&[dear, roomy, ("/sites/1/min_throughput", json!(52))]);
    assert_eq!((open, total), (vec![at("N", Some("small")), at("S", None)], 194.0));
}

#[test]
fn opening_keeps_within_the_budget() {
    let dear = ("/lanes/outbound/per_unit_km", json!(0.3));
    assert_eq!(answer(&[dear.clone(), ("/budget", json!(100))]).1, 190.0);
    // Growing S costs 60, a first level of N 100.
    let (open, total) = answer(&[dear.clone(), ("/budget", json!(99.999))]);
    assert_eq!((open, total), (vec![at("S", Some("grown"))], 275.0));
    let problem = validated(&[("/budget", json!(50))]).unwrap();
    let Err(PlanError::Infeasible(reasons)) = solved(&problem) else { panic!("nothing can be opened") };
    assert_eq!(reasons[0].code, "no_choice_of_sites");
    let problem = validated(&[("/budget", json!(50)), ("/sites/0/status", json!("required"))]).unwrap();
    let Err(PlanError::Infeasible(reasons)) = solved(&problem) else { panic!("nothing can be opened") };
    assert_eq!(reasons[0].code, "budget_short");
    assert!(reasons[0].message.contains("100"), "{}", reasons[0].message);
    let problem = validated(&[("/sites/0/status", json!("required")), ("/sites/0/min_throughput", json!(115))]);
    let Err(PlanError::Infeasible(reasons)) = solved(&problem.unwrap()) else { panic!("too little is needed") };
    assert_eq!(reasons[0].code, "min_throughput_too_high");
}

#[test]
fn a_plan_starts_from_the_levels_of_another() {
    let problem = validated(&[]).unwrap();
    let first = solved(&problem).unwrap();
    let cancel = AtomicBool::new(false);
    let options = Options { warm_start: Some(&first), ..Options::of_iterations(1, &cancel) };
    assert_eq!(plan(&problem, &options, &Silent).unwrap().sites, first.sites);
    assert_eq!((first.sites[0].change, first.sites[1].change), (SiteChange::Unused, SiteChange::Kept));
    assert_eq!(first.sites[1].utilization, Some(1.0));
}

#[test]
fn corrupted_levels_are_caught() {
    let changes = [("/budget", json!(100)), ("/sites/1/min_throughput", json!(50))];
    let problem = validated(&changes).unwrap();
    let plan = solved(&problem).unwrap();
    let codes = |changes: &[(&str, Value)]| -> Vec<String> {
        let mut document = serde_json::to_value(&plan).unwrap();
        for (pointer, value) in changes {
            let (parent, field) = pointer.rsplit_once('/').unwrap();
            document.pointer_mut(parent).unwrap()[field] = value.clone();
        }
        let plan: Plan = serde_json::from_value(document).unwrap();
        check(&problem, &plan).into_iter().map(|violation| violation.code).collect()
    };
    let (level, closed) = ("/sites/1/level", "/sites/0/level");
    assert_eq!(codes(&[]), Vec::<String>::new());
    for (changes, code) in [
        (vec![(level, json!("giant"))], "site_level_wrong"),
        (vec![(closed, json!("small"))], "site_level_wrong"),
        (vec![("/sites/0/open", json!(true)), ("/sites/0/change", json!("opened"))], "site_level_wrong"),
        // As it is today, it holds 50 of 110.
        (vec![(level, Value::Null)], "site_over_capacity"),
        (vec![(level, Value::Null)], "cost_term_wrong"),
        (vec![("/sites/0/open", json!(true)), (closed, json!("large"))], "budget_exceeded"),
        (vec![("/certificate/prices/budget", json!(-1))], "certificate_malformed"),
        (vec![("/certificate/prices/budget", Value::Null)], "certificate_digest_wrong"),
    ] {
        let found = codes(&changes);
        assert!(found.iter().any(|found| found == code), "{changes:?}: no {code} in {found:?}");
    }
    let strict = validated(&[("/sites/1/min_throughput", json!(110.5)), ("/sites/1/levels/0/capacity", json!(111))]);
    let found = check(&strict.unwrap(), &plan);
    assert!(found.iter().any(|violation| violation.code == "site_below_min_throughput"), "{found:?}");
}

#[test]
fn defects_of_sizes() {
    let twice = json!([{"id": "a", "capacity": 80}, {"id": "a", "capacity": 90}]);
    for (changes, pointer, code) in [
        (vec![("/sites/0/levels", twice)], "/sites/0/levels/1/id", "duplicate_id"),
        (vec![("/sites/0/levels/0/capacity", json!(0))], "/sites/0/levels/0/capacity", "zero_capacity"),
        (vec![("/sites/0/levels/0/capacity", json!(-1))], "/sites/0/levels/0/capacity", "negative"),
        (vec![("/sites/0/levels/0/capacity", json!(1.23456789))], "/sites/0/levels/0/capacity", "too_many_decimals"),
        (vec![("/sites/0/levels/1/opening_cost", json!(1e300))], "/sites/0/levels/1/opening_cost", "too_large"),
        (vec![("/sites/0/levels/1/operating_cost", json!(-2))], "/sites/0/levels/1/operating_cost", "negative"),
        (vec![("/sites/0/levels/1/handling_cost", json!(-2))], "/sites/0/levels/1/handling_cost", "negative"),
        (vec![("/sites/0/capacity", json!(5))], "/sites/0/capacity", "conflicting_fields"),
        (vec![("/sites/0/handling_cost", json!(5))], "/sites/0/handling_cost", "conflicting_fields"),
        (vec![("/sites/0/min_throughput", json!(-5))], "/sites/0/min_throughput", "negative"),
        (vec![("/sites/0/min_throughput", json!(121))], "/sites/0/min_throughput", "min_throughput_above_capacity"),
        (vec![("/budget", json!(-5))], "/budget", "negative"),
        (vec![("/budget", json!(1e-9))], "/budget", "too_small"),
        (
            vec![("/objective", json!("p_median")), ("/sites_max", json!(1))],
            "/sites/0/levels/0/opening_cost",
            "cost_not_for_objective",
        ),
        (vec![("/objective", json!("p_median")), ("/budget", json!(1))], "/budget", "cost_not_for_objective"),
    ] {
        let defects = validated(&changes).expect_err(code);
        let found: Vec<(&str, &str)> = defects.iter().map(|defect| (defect.pointer.as_str(), defect.code)).collect();
        assert!(found.contains(&(pointer, code)), "{changes:?}: {found:?}");
    }
    let defects = validated(&[("/sites/0/levels/0/size", json!(1))]).unwrap_err();
    assert_eq!(defects[0].pointer, "/sites/0/levels/0/size");
}
