//! Objectives that look at reach alone, and coverage beside costs: by hand, against enumeration, and tampered with.

use super::planned;
use hubroute::model::plan::{Plan, Status};
use hubroute::model::{Defect, Problem, check, parse_scenario, validate};
use hubroute::planning::{Options, PlanError, plan};
use hubroute::search::Silent;
use serde_json::{Value, json};
use std::sync::atomic::AtomicBool;

/// Six places on a line, in kilometers: 0, 1, 3, 10, 11, 14. The fourth needs three units, all others one.
fn document() -> Value {
    let text = include_str!("../../datasets/tiny/tiny-p-median.json");
    let mut document: Value = serde_json::from_str(text).unwrap();
    document.as_object_mut().unwrap().remove("sites_max");
    document
}

fn validated(changes: &[(&str, Value)]) -> Result<Problem, Vec<Defect>> {
    planned::validated(document(), changes)
}

fn solved(problem: &Problem) -> Result<Plan, PlanError> {
    let cancel = AtomicBool::new(false);
    let options = Options::of_iterations(5000, &cancel);
    plan(problem, &options, &Silent)
}

/// The plan's total, the sites open, the share covered and the farthest distance, after it was proven.
fn answer(changes: &[(&str, Value)]) -> (f64, u32, Option<f64>, Option<i64>) {
    let plan = solved(&validated(changes).unwrap()).unwrap();
    assert_eq!((plan.status, plan.lower_bound), (Status::Optimal, Some(plan.summary.total)), "{changes:?}");
    let summary = &plan.summary;
    (summary.total, summary.sites_open.unwrap(), summary.covered, summary.farthest_distance)
}

#[test]
fn covering_by_hand() {
    let set_cover = |radius: i64| [("/objective", json!("set_cover")), ("/coverage", json!({"radius": radius}))];
    // b covers 0 to 3 and e covers 10 and 11, but 14 is three kilometers away.
    assert_eq!(answer(&set_cover(2000)), (3.0, 3, Some(1.0), Some(2000)));
    assert_eq!(answer(&set_cover(3000)), (2.0, 2, Some(1.0), Some(3000)));
    let center = |most: u32| [("/objective", json!("p_center")), ("/sites_max", json!(most))];
    assert_eq!(answer(&center(2)), (3000.0, 2, None, Some(3000)));
    assert_eq!(answer(&center(6)).0, 0.0);
    // d or e with four units, a or b with two.
    let changes =
        [("/objective", json!("max_cover")), ("/sites_max", json!(2)), ("/coverage", json!({"radius": 1000}))];
    let (total, open, covered, _) = answer(&changes);
    assert_eq!((total, open, covered), (2.0, 2, Some(0.75)));
}

#[test]
fn coverage_by_time_and_beside_costs() {
    // One distance unit takes a second on the plane, at twice the speed half of it.
    let timed = [
        ("/objective", json!("p_center")),
        ("/sites_max", json!(2)),
        ("/coverage", json!({"measure": "duration"})),
        ("/travel/speed_kmh", json!(7.2)),
    ];
    let plan = solved(&validated(&timed).unwrap()).unwrap();
    let expected = (1500.0, Some(1500), Some(3000));
    let summary = &plan.summary;
    assert_eq!((summary.total, summary.farthest_duration, summary.farthest_distance), expected);
    let costs = [
        ("/objective", json!("min_cost")),
        ("/sites/1/opening_cost", json!(10)),
        ("/sites/3/opening_cost", json!(1)),
        ("/sites/4/opening_cost", json!(1)),
        ("/coverage", json!({"radius": 3000})),
        ("/sites/0/status", json!("forbidden")),
        ("/sites/2/status", json!("forbidden")),
        ("/sites/5/status", json!("forbidden")),
    ];
    let (total, open, covered, farthest) = answer(&costs);
    // b and e must be, and d saves 2 more than it costs: 10 + 1 + 1, then 1 + 2 + 3.
    assert_eq!((total, open, covered, farthest), (18.0, 3, Some(1.0), Some(3000)));
}

#[test]
fn covering_that_cannot_be_is_refused_with_the_reason() {
    let changes =
        [("/objective", json!("set_cover")), ("/coverage", json!({"radius": 2000})), ("/sites_max", json!(2))];
    let Err(PlanError::Infeasible(reasons)) = solved(&validated(&changes).unwrap()) else { panic!("it has no plan") };
    assert_eq!(reasons[0].code, "sites_max_too_small");
    assert!(reasons[0].message.contains("at least 3 are needed"), "{reasons:?}");
    // The same with costs, where the search alone would find nothing until its end.
    let costs = [
        ("/objective", json!("min_cost")),
        ("/coverage", json!({"radius": 2000})),
        ("/sites_max", json!(2)),
        ("/sites/0/opening_cost", json!(1)),
    ];
    let Err(PlanError::Infeasible(reasons)) = solved(&validated(&costs).unwrap()) else { panic!("it has no plan") };
    assert_eq!(reasons[0].code, "sites_max_too_small");
    let codes = |changes: &[(&str, Value)]| -> Vec<(String, &str)> {
        validated(changes).unwrap_err().into_iter().map(|defect| (defect.pointer, defect.code)).collect()
    };
    let at = |pointer: &str, code: &'static str| (pointer.to_owned(), code);
    assert_eq!(codes(&[("/objective", json!("set_cover"))]), [at("/coverage/radius", "coverage_needs_radius")]);
    assert_eq!(
        codes(&[("/objective", json!("max_cover")), ("/coverage", json!({"radius": -1}))]),
        [at("/coverage/radius", "negative"), at("/sites_max", "objective_needs_sites_max")]
    );
    let radius = [("/objective", json!("p_center")), ("/sites_max", json!(1)), ("/coverage", json!({"radius": 1}))];
    assert_eq!(codes(&radius), [at("/coverage/radius", "radius_not_for_objective")]);
    let costs = [
        ("/objective", json!("p_center")),
        ("/sites_max", json!(1)),
        ("/sites/0/opening_cost", json!(1)),
        ("/demands/0/outsourcing_cost", json!(1)),
    ];
    let expected = [
        at("/demands/0/outsourcing_cost", "cost_not_for_objective"),
        at("/sites/0/opening_cost", "cost_not_for_objective"),
    ];
    assert_eq!(codes(&costs), expected);
    let far = [
        ("/objective", json!("set_cover")),
        ("/coverage", json!({"radius": 0})),
        ("/sites/0/status", json!("forbidden")),
    ];
    assert_eq!(codes(&far), [at("/demands/0", "out_of_reach")]);
}

#[test]
fn tampered_coverage_is_seen() {
    let changes =
        [("/objective", json!("max_cover")), ("/sites_max", json!(2)), ("/coverage", json!({"radius": 1000}))];
    let problem = validated(&changes).unwrap();
    let plan = solved(&problem).unwrap();
    let tampered = |pointer: &str, value: Value| -> Vec<String> {
        let mut document = serde_json::to_value(&plan).unwrap();
        let (parent, field) = pointer.rsplit_once('/').unwrap();
        match document.pointer_mut(parent).unwrap() {
            Value::Array(items) => items[field.parse::<usize>().unwrap()] = value,
            fields => fields[field] = value,
        }
        let plan: Plan = serde_json::from_value(document).unwrap();
        check(&problem, &plan).into_iter().map(|violation| violation.code).collect()
    };
    assert_eq!(tampered("/flows/0/covered", json!(plan.flows[0].covered != Some(true))), ["covered_wrong"]);
    assert_eq!(tampered("/summary/covered", json!(0.9)), ["covered_wrong"]);
    assert_eq!(tampered("/summary/farthest_distance", json!(1)), ["farthest_wrong"]);
    assert!(tampered("/summary/costs/uncovered", json!(1.0)).contains(&"cost_term_wrong".to_owned()));
}

/// Random places on a small plane with random demands, `sites_max` of them to open; some capacities when asked for.
fn random(seed: u64, capacitated: bool) -> (Value, Vec<([i64; 2], i64)>) {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut draw = |most: u64| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % most) as i64
    };
    let places: Vec<([i64; 2], i64)> = (0..8).map(|_| ([draw(20), draw(20)], 1 + draw(9))).collect();
    let ids: Vec<String> = (0..places.len()).map(|row| row.to_string()).collect();
    let total: i64 = places.iter().map(|place| place.1).sum();
    let site = |row: &String| {
        let capacity = if capacitated { json!(total / 2) } else { Value::Null };
        json!({"id": row, "location": row, "capacity": capacity})
    };
    let document = json!({
        "kind": "siting", "version": 1,
        "travel": {"metric": "manhattan"},
        "locations": ids.iter().zip(&places).map(|(id, place)| json!({"id": id, "at": place.0})).collect::<Vec<_>>(),
        "sites": ids.iter().map(site).collect::<Vec<_>>(),
        "demands": ids.iter().zip(&places).map(|(id, place)| json!({"id": id, "location": id, "quantity": place.1})).collect::<Vec<_>>(),
        "objective": "max_cover", "sites_max": 3, "coverage": {"radius": 4}
    });
    (document, places)
}

#[test]
fn maximal_covering_agrees_with_enumeration() {
    for seed in 1..30 {
        let (document, places) = random(seed, false);
        let plan = solved(&validate(parse_scenario(&document.to_string()).unwrap()).unwrap()).unwrap();
        let near = |a: [i64; 2], b: [i64; 2]| (a[0] - b[0]).abs() + (a[1] - b[1]).abs() <= 4;
        let sets = (0u32..1 << places.len()).filter(|set| set.count_ones() <= 3 && *set > 0);
        let uncovered = sets.map(|set| {
            let open = |row: usize| set >> row & 1 == 1;
            let covered = |at: [i64; 2]| (0..places.len()).any(|row| open(row) && near(places[row].0, at));
            places.iter().filter(|place| !covered(place.0)).map(|place| place.1).sum::<i64>()
        });
        assert_eq!(plan.summary.total, uncovered.min().unwrap() as f64, "seed {seed}");
        assert_eq!(plan.status, Status::Optimal, "seed {seed}");
    }
}

#[test]
fn capacities_hold_with_every_objective() {
    for seed in 1..12 {
        let (mut document, _) = random(seed, true);
        for objective in ["max_cover", "p_center", "set_cover"] {
            document["objective"] = json!(objective);
            document["coverage"] = if objective == "p_center" { json!({}) } else { json!({"radius": 9}) };
            let problem = validate(parse_scenario(&document.to_string()).unwrap()).unwrap();
            // The plan has passed the checker, so it keeps the capacities.
            match solved(&problem) {
                Ok(plan) => assert!(plan.lower_bound.unwrap() <= plan.summary.total, "{objective} {seed}"),
                Err(error) => assert!(matches!(error, PlanError::Infeasible(_)), "{objective} {seed}: {error}"),
            }
        }
    }
}
