//! Setup times are spent once at a place, in plans, in the search, and in the bound.

use super::planned::{planned, problem};
use hubroute::model::plan::{Plan, Stop};
use hubroute::model::{check, parse_new_order, parse_scenario, validate};
use hubroute::planning::{Options, insert, plan};
use hubroute::search::Silent;
use proptest::prelude::*;
use serde_json::{Value, json};
use std::sync::atomic::AtomicBool;
use std::time::Duration;

fn solved(document: &Value) -> Plan {
    planned(&problem(document), 300)
}

/// Three orders at one place and one at another, on a line.
fn day() -> Value {
    json!({
        "kind": "routing", "version": 1, "travel": {"metric": "euclidean"},
        "locations": [{"id": "depot", "at": [0, 0]}, {"id": "a", "at": [100, 0]}, {"id": "b", "at": [200, 0]}],
        "vehicles": [{"id": "van", "start": "depot", "costs": {"per_second": 1}}],
        "orders": [
            {"id": "1", "location": "a", "setup": 60, "service": 10},
            {"id": "2", "location": "a", "setup": 60, "service": 20},
            {"id": "3", "location": "b", "setup": 30, "service": 5, "windows": [[500, 600]]},
            {"id": "4", "location": "depot", "setup": 1000, "service": 1}
        ]
    })
}

#[test]
fn a_place_is_set_up_once() {
    let (problem, plan) = (problem(&day()), solved(&day()));
    let stops = &plan.routes[0].stops;
    let of = |id: &str| stops.iter().find(|stop| stop.order.as_deref() == Some(id)).unwrap();
    // The depot needs none: the vehicle is there. The setup at b is over before the window opens.
    assert_eq!([of("1").setup + of("2").setup, of("3").setup, of("4").setup], [60, 30, 0]);
    assert_eq!((of("3").start.seconds(), of("3").wait), (500, 0));
    assert_eq!(plan.summary.total, (400 + 60 + 30 + 10 + 20 + 5 + 1) as f64);
    assert!(plan.lower_bound.is_some_and(|bound| bound <= plan.summary.total));
    let at = stops.iter().position(|stop| stop.setup == 60).unwrap();
    for change in [-60, 1] {
        let mut corrupted = plan.clone();
        corrupted.routes[0].stops[at].setup += change;
        let violations = check(&problem, &corrupted);
        assert!(violations.iter().any(|violation| violation.code == "setup_wrong"), "{violations:?}");
    }
}

#[test]
fn setups_that_make_no_sense_are_refused() {
    let check = |pointer: &str, value: Value, code: &str| {
        let mut document = day();
        document["orders"][0]["alternatives"] = json!([{"location": "b"}]);
        document["shipments"] = json!([{"id": "s", "pickup": {"location": "a"}, "delivery": {"location": "b"}}]);
        let (parent, field) = pointer.rsplit_once('/').unwrap();
        document.pointer_mut(parent).unwrap()[field] = value;
        let defects = validate(parse_scenario(&document.to_string()).unwrap()).unwrap_err();
        let found: Vec<(&str, &str)> = defects.iter().map(|defect| (defect.pointer.as_str(), defect.code)).collect();
        assert_eq!(found, [(pointer, code)], "{defects:?}");
    };
    check("/orders/0/setup", json!(-1), "negative");
    check("/orders/0/alternatives/0/setup", json!(0.5), "not_whole_seconds");
    check("/shipments/0/pickup/setup", json!(2e9), "too_large");
    check("/shipments/0/delivery/setup", json!(1.5), "not_whole_seconds");
}

#[test]
fn thousands_of_places_have_setups_of_their_own() {
    let mut document = day();
    let places = (0..5000).map(|row| json!({"id": format!("p{row}"), "at": [row % 71, row / 71]}));
    document["locations"].as_array_mut().unwrap().extend(places);
    let orders =
        (0..5000).map(|row| json!({"id": format!("o{row}"), "location": format!("p{row}"), "setup": 1 + row % 7}));
    document["orders"].as_array_mut().unwrap().extend(orders);
    let problem = problem(&document);
    let cancel = AtomicBool::new(false);
    let options =
        Options { iterations: None, time: Some(Duration::from_secs(2)), ..Options::of_iterations(0, &cancel) };
    let plan = plan(&problem, &options, &Silent).unwrap();
    assert_eq!((check(&problem, &plan), plan.unserved.len()), (vec![], 0));
    let of_its_own = |stop: &&Stop| stop.order.as_ref().is_some_and(|order| order.starts_with('o'));
    let stops = plan.routes.iter().flat_map(|route| &route.stops).filter(of_its_own);
    let setups: i64 = stops.map(|stop| stop.setup).sum();
    assert_eq!(setups, (0..5000).map(|row| 1 + row % 7).sum::<i64>());
}

/// Seconds and meters of the best order of visits that keeps the windows; money is both.
fn brute_force(points: &[(i64, i64)], orders: &[(usize, i64, i64, i64)]) -> Option<i64> {
    let distance = |a: usize, b: usize| {
        let ((x1, y1), (x2, y2)) = (points[a], points[b]);
        ((((x1 - x2).pow(2) + (y1 - y2).pow(2)) as f64).sqrt()).round() as i64
    };
    let drive = |order: &[usize], departure: i64| {
        let (mut here, mut now, mut meters) = (0, departure, 0);
        for &row in order {
            let (place, setup, service, opens) = orders[row];
            meters += distance(here, place);
            now += distance(here, place) + if here == place { 0 } else { setup };
            now = now.max(opens);
            if now > opens + 60 {
                return None;
            }
            now += service;
            here = place;
        }
        Some((now + distance(here, 0), meters + distance(here, 0)))
    };
    let mut best: Option<i64> = None;
    let mut order: Vec<usize> = (0..orders.len()).collect();
    permutations(&mut order, 0, &mut |order| {
        let Some((end, _)) = drive(order, 0) else { return };
        // As late as the earliest end allows.
        let latest = (0..=end).rev().find(|&departure| drive(order, departure).is_some_and(|it| it.0 == end));
        let meters = drive(order, 0).map_or(0, |it| it.1);
        let cost = end - latest.unwrap_or(0) + meters;
        best = Some(best.map_or(cost, |known| known.min(cost)));
    });
    best
}

fn permutations(order: &mut Vec<usize>, first: usize, visit: &mut impl FnMut(&[usize])) {
    if first == order.len() {
        visit(order);
    }
    for other in first..order.len() {
        order.swap(first, other);
        permutations(order, first + 1, visit);
        order.swap(first, other);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn the_search_knows_setups_exactly(
        points in prop::collection::vec((-30i64..30, -30i64..30), 3),
        orders in prop::collection::vec((0usize..3, 0i64..40, 0i64..10, 0i64..150), 1..6),
    ) {
        let locations = points.iter().enumerate().map(|(row, (x, y))| json!({"id": row.to_string(), "at": [x, y]}));
        let list: Vec<Value> = orders.iter().enumerate().map(|(row, (place, setup, service, opens))| {
            json!({"id": row.to_string(), "location": place.to_string(), "setup": setup, "service": service,
                "windows": [[opens, opens + 60]]})
        }).collect();
        let mut document = json!({
            "kind": "routing", "version": 1, "travel": {"metric": "euclidean"},
            "locations": locations.collect::<Vec<_>>(), "orders": list,
            "vehicles": [{"id": "van", "start": "0", "costs": {"per_meter": 1, "per_second": 1}}]
        });
        let best = brute_force(&points, &orders);
        let plan = solved(&document);
        if plan.unserved.is_empty() {
            prop_assert_eq!(Some(plan.summary.total), best.map(|best| best as f64));
            prop_assert!(plan.lower_bound.is_some_and(|bound| bound <= plan.summary.total));
        } else {
            prop_assert_eq!(best, None);
        }
        // Advice is priced by the plan and by the search, which must agree.
        let order = document["orders"].as_array_mut().unwrap().pop().unwrap();
        if !document["orders"].as_array().unwrap().is_empty() {
            let before = solved(&document);
            let new = parse_new_order(&json!({"order": order}).to_string()).unwrap();
            prop_assert!(insert(&problem(&document), &before, &new, 3).is_ok());
        }
    }
}
