//! Work shared among the vehicles: at its price, and proven.

use super::brute::{best_plan, cases};
use super::planned::{planned, problem};
use hubroute::model::{Plan, check, parse_new_order, parse_scenario, validate};
use hubroute::planning::insert;
use proptest::prelude::*;
use serde_json::{Value, json};

/// Four places on a line to one side of the depot, and two vans.
fn line(balance: &Value) -> Value {
    let order = |id: usize| json!({"id": format!("o{id}"), "location": format!("l{id}"), "delivery": 1, "service": 10});
    let mut locations = vec![json!({"id": "depot", "at": [0, 0]})];
    locations.extend((1..=4).map(|id| json!({"id": format!("l{id}"), "at": [100 * id, 0]})));
    let mut document = json!({
        "kind": "routing", "version": 1, "travel": {"metric": "euclidean"}, "locations": locations,
        "vehicles": [{"id": "van", "count": 2, "start": "depot"}],
        "orders": (1..=4).map(order).collect::<Vec<_>>()
    });
    if !balance.is_null() {
        document["balance"] = balance.clone();
    }
    document
}

fn stops(plan: &Plan) -> Vec<usize> {
    let mut stops: Vec<usize> = plan.routes.iter().map(|route| route.stops.len() - 2).collect();
    stops.sort_unstable();
    stops
}

#[test]
fn the_largest_route_shrinks_as_long_as_that_is_worth_its_price() {
    let plan = |per_unit: f64| planned(&problem(&line(&json!({"measure": "stops", "per_unit": per_unit}))), 400);
    // A second van costs 400 at least if it takes two orders, which saves two stops.
    assert_eq!(stops(&plan(150.0)), [4]);
    let even = plan(250.0);
    assert_eq!(stops(&even), [2, 2]);
    assert_eq!((even.summary.total, even.summary.costs["balance"]), (1200.0 + 500.0, 500.0));
    let seconds = planned(&problem(&line(&json!({"measure": "duration", "per_unit": 30}))), 400);
    let longest = seconds.routes.iter().map(|route| route.duration).max().unwrap();
    // Whoever goes to the far end has that order alone.
    assert_eq!((stops(&seconds), longest), (vec![1, 3], 810));
    assert_eq!(seconds.summary.costs["balance"], 24_300.0);
}

#[test]
fn beyond_a_target_each_route_pays() {
    for (measure, target, beyond) in [("stops", 1, 3), ("distance", 700, 100), ("duration", 700, 110)] {
        let balance = json!({"measure": measure, "target": target, "per_unit": 100});
        let problem = problem(&line(&balance));
        let found = planned(&problem, 300);
        assert_eq!(found.summary.costs["balance"], f64::from(100 * beyond), "{measure}");
        let by_route: f64 = found.routes.iter().map(|route| route.cost).sum();
        assert_eq!(by_route, found.summary.total, "{measure}");
    }
}

#[test]
fn what_is_left_out_is_priced_with_the_largest_route() {
    let mut document = line(&json!({"measure": "stops", "per_unit": 50}));
    document["vehicles"][0]["count"] = json!(1);
    document["orders"][3]["prize"] = json!(40);
    let plan = planned(&problem(&document), 300);
    assert_eq!((stops(&plan), plan.unserved.len()), (vec![3], 1));
    // A hundred meters there, as many back, and one stop more on the only route.
    assert_eq!(plan.unserved[0].price, Some(250.0));
}

#[test]
fn the_checker_adds_it_up_anew() {
    let codes = |balance: &Value, change: &dyn Fn(&mut Plan)| -> Vec<String> {
        let problem = problem(&line(balance));
        let mut plan = planned(&problem, 100);
        change(&mut plan);
        check(&problem, &plan).into_iter().map(|violation| violation.code).collect()
    };
    let cheaper = |plan: &mut Plan| {
        plan.summary.costs.remove("balance");
        plan.summary.total = plan.summary.costs.values().sum();
    };
    let largest = json!({"measure": "distance", "per_unit": 0.5});
    assert_eq!(codes(&largest, &|_| {}), [""; 0]);
    assert!(codes(&largest, &cheaper).contains(&"cost_term_wrong".to_owned()));
    let target = json!({"measure": "duration", "per_unit": 0.5, "target": 100});
    assert!(codes(&target, &cheaper).contains(&"cost_term_wrong".to_owned()));
    assert!(codes(&target, &|plan| plan.routes[0].cost -= 1.0).contains(&"route_cost_wrong".to_owned()));
}

#[test]
fn an_insertion_costs_what_the_largest_route_costs_more() {
    let document = line(&json!({"measure": "distance", "per_unit": 2}));
    let problem = problem(&document);
    let plan = planned(&problem, 200);
    let new = parse_new_order(
        &json!({"locations": [{"id": "far", "at": [500, 0]}], "order": {"id": "new", "location": "far"}}).to_string(),
    )
    .unwrap();
    let advice = insert(&problem, &plan, &new, 2).unwrap();
    // 200 m more, for the one route there is or the longer one of two.
    assert_eq!(advice.places[0].price, 200.0 * 3.0);
}

#[test]
fn senseless_prices_are_refused() {
    let refused = |balance: &Value, expected: &[(&str, &str)]| {
        let defects = validate(parse_scenario(&line(balance).to_string()).unwrap()).unwrap_err();
        let found: Vec<(&str, &str)> = defects.iter().map(|defect| (defect.pointer.as_str(), defect.code)).collect();
        assert_eq!(found, expected);
        assert!(defects.iter().all(|defect| !defect.hint.is_empty()), "{defects:?}");
    };
    refused(&json!({"measure": "stops", "per_unit": 0}), &[("/balance/per_unit", "balance_costs_nothing")]);
    refused(&json!({"measure": "stops", "per_unit": -1}), &[("/balance/per_unit", "negative")]);
    refused(&json!({"measure": "stops", "per_unit": 1, "target": 2.5}), &[("/balance/target", "not_whole")]);
    refused(&json!({"measure": "duration", "per_unit": 1, "target": -1}), &[("/balance/target", "negative")]);
    let defects = parse_scenario(&line(&json!({"measure": "weight", "per_unit": 1})).to_string()).unwrap_err();
    assert_eq!(defects[0].pointer, "/balance/measure");
}

proptest! {
    #![proptest_config(cases(16))]

    /// No plan is better than the best of all, few are worse, and no bound is above it.
    #[test]
    fn balanced_plans_are_the_best_of_all(
        places in prop::collection::vec((0i64..60, 0i64..60, 0i64..20), 3..6),
        measure in prop::sample::select(vec!["duration", "distance", "stops"]),
        per_unit in 1i64..60,
        target in prop::option::of(0i64..150),
    ) {
        let mut document = line(&json!({"measure": measure, "per_unit": per_unit, "target": target}));
        let (mut locations, mut orders) = (vec![json!({"id": "depot", "at": [30, 30]})], Vec::new());
        for (row, (x, y, service)) in places.iter().enumerate() {
            locations.push(json!({"id": format!("l{row}"), "at": [x, y]}));
            orders.push(json!({"id": format!("o{row}"), "location": format!("l{row}"), "service": service}));
        }
        (document["locations"], document["orders"]) = (json!(locations), json!(orders));
        document["vehicles"][0]["costs"] = json!({"per_meter": 1, "per_second": 0.1, "fixed": 5});
        let problem = problem(&document);
        let found = planned(&problem, 2_000);
        let best = best_plan(&problem, |plan| plan.unserved.len()).unwrap();
        prop_assert!(found.summary.total >= best.summary.total - 1e-6);
        prop_assert!(found.summary.total <= best.summary.total * 1.05 + 1e-6, "{} {}", found.summary.total, best.summary.total);
        prop_assert!(found.lower_bound.unwrap() <= best.summary.total + 1e-6);
    }
}
