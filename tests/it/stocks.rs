//! Limited goods at depots and where vehicles reload.

use super::brute::{best_plan, cases};
use super::planned::{planned, problem};
use hubroute::model::plan::{Activity, Plan, Status};
use hubroute::model::{check, parse_new_order, parse_scenario, validate};
use hubroute::planning::insert;
use proptest::prelude::*;
use serde_json::{Value, json};

/// Two depots, each with a van of its own, and four orders near the first.
fn two_depots(stocks: &Value) -> Value {
    let order =
        |id: i64| json!({"id": format!("o{id}"), "location": format!("l{id}"), "delivery": {"kg": 10, "boxes": 1}});
    let mut locations = vec![json!({"id": "near", "at": [0, 0]}), json!({"id": "far", "at": [1000, 0]})];
    locations.extend((1..=4).map(|id| json!({"id": format!("l{id}"), "at": [100 * id, 0]})));
    let van = |id: &str, start: &str| json!({"id": id, "start": start, "capacity": {"kg": 100, "boxes": 9}});
    json!({
        "kind": "routing", "version": 1, "travel": {"metric": "euclidean"}, "locations": locations, "stocks": stocks,
        "vehicles": [van("a", "near"), van("b", "far")],
        "orders": (1..=4).map(order).collect::<Vec<_>>()
    })
}

fn served_from<'p>(plan: &'p Plan, vehicle: &str) -> Vec<&'p str> {
    let route = plan.routes.iter().find(|route| route.vehicle == vehicle);
    route.into_iter().flat_map(|route| &route.stops).filter_map(|stop| stop.order.as_deref()).collect()
}

#[test]
fn what_is_not_there_comes_from_elsewhere() {
    let plan = |stocks: Value| planned(&problem(&two_depots(&stocks)), 300);
    assert_eq!(served_from(&plan(json!([])), "a").len(), 4);
    let found = plan(json!([{"location": "near", "quantity": {"kg": 25}}]));
    // The two nearest to it, of which there is enough, or one of them: the other van comes by, and that costs the same.
    let mut from_near = served_from(&found, "a");
    from_near.sort_unstable();
    assert!(from_near == ["o1", "o2"] || from_near == ["o1"], "{from_near:?}");
    assert_eq!(found.summary.total, 400.0 + 1400.0);
    let found =
        plan(json!([{"location": "near", "quantity": {"kg": 25}}, {"location": "far", "quantity": {"boxes": 1}}]));
    assert_eq!((found.status, found.unserved.len()), (Status::Infeasible, 1));
    assert_eq!(found.unserved[0].reasons[0].code, "stock_used_up");
}

#[test]
fn a_reload_draws_on_the_stock_where_it_is() {
    let mut document = two_depots(&json!([{"location": "near", "quantity": {"boxes": 2}}]));
    document["vehicles"] = json!([{"id": "a", "start": "near", "capacity": {"kg": 100, "boxes": 9}, "reload": {"locations": ["near", "far"]}}]);
    let found = planned(&problem(&document), 600);
    assert_eq!(found.unserved.len(), 0);
    let reloads: Vec<&str> = found.routes[0]
        .stops
        .iter()
        .filter(|stop| stop.activity == Activity::Reload)
        .map(|stop| stop.location.as_str())
        .collect();
    // Two on the way there, and two back.
    assert_eq!((reloads, found.summary.total), (vec!["far"], 2000.0));
}

#[test]
fn the_checker_sums_up_what_is_loaded() {
    let free = planned(&problem(&two_depots(&json!([]))), 200);
    let codes = |stocks: Value| -> Vec<String> {
        let violations = check(&problem(&two_depots(&stocks)), &free);
        let codes = violations.into_iter().map(|violation| violation.code);
        codes.filter(|code| code.starts_with("stock")).collect()
    };
    assert_eq!(codes(json!([{"location": "near", "quantity": {"kg": 39.5}}])), ["stock_exceeded"]);
    assert_eq!(codes(json!([{"location": "near", "quantity": {"kg": 40, "boxes": 3}}])), ["stock_exceeded"]);
    assert_eq!(codes(json!([{"location": "near", "quantity": {"kg": 40}}])), [""; 0]);
    assert_eq!(codes(json!([{"location": "far", "quantity": {"kg": 0}}])), [""; 0]);
}

#[test]
fn an_order_that_comes_late_finds_the_stock_used_up() {
    let stocks = json!([{"location": "near", "quantity": {"boxes": 4}}, {"location": "far", "quantity": {"boxes": 0}}]);
    let problem = problem(&two_depots(&stocks));
    let plan = planned(&problem, 200);
    let insert = |goods: Value| {
        let new = parse_new_order(&json!({"order": {"id": "new", "location": "l1", "delivery": goods}}).to_string());
        insert(&problem, &plan, &new.unwrap(), 3).unwrap()
    };
    // What has no boxes comes along for nothing.
    assert_eq!(insert(json!({"kg": 1})).places[0].price, 0.0);
    let advice = insert(json!({"boxes": 1}));
    assert!(advice.places.is_empty());
    let codes = advice.refusals.iter().flat_map(|refusal| &refusal.reasons).map(|reason| reason.code.as_str());
    assert_eq!(codes.collect::<Vec<_>>(), ["stock_used_up", "stock_used_up"]);
}

#[test]
fn senseless_stocks_are_refused() {
    let refused = |stocks: Value, expected: &[(&str, &str)]| {
        let defects = validate(parse_scenario(&two_depots(&stocks).to_string()).unwrap()).unwrap_err();
        let found: Vec<(&str, &str)> = defects.iter().map(|defect| (defect.pointer.as_str(), defect.code)).collect();
        assert_eq!(found, expected);
        assert!(defects.iter().all(|defect| !defect.hint.is_empty()), "{defects:?}");
    };
    let stock = |location: &str, quantity: Value| json!({"location": location, "quantity": quantity});
    let kg = || json!({"kg": 1});
    refused(json!([stock("l1", kg())]), &[("/stocks/0/location", "stock_without_vehicles")]);
    refused(json!([stock("near", kg()), stock("near", kg())]), &[("/stocks/1/location", "duplicate_stock")]);
    refused(json!([stock("near", json!({"kgs": 1}))]), &[("/stocks/0/quantity/kgs", "unknown_dimension")]);
    refused(json!([stock("near", json!({}))]), &[("/stocks/0/quantity", "stock_limits_nothing")]);
    refused(json!([stock("nowhere", kg())]), &[("/stocks/0/location", "unknown_location")]);
}

proptest! {
    #![proptest_config(cases(12))]

    /// Nobody more is left out than in the best plan of all; costs are at most a little higher, and no bound above the best.
    #[test]
    fn plans_with_stocks_are_the_best_of_all(
        places in prop::collection::vec((0i64..60, 0i64..60, 1i64..5), 5),
        stocks in (prop::option::of(0i64..12), prop::option::of(0i64..12)),
    ) {
        let stock = |location: &str, most: i64| json!({"location": location, "quantity": {"kg": most}});
        let limited = [stocks.0.map(|most| stock("near", most)), stocks.1.map(|most| stock("far", most))];
        let mut document = two_depots(&json!(limited.into_iter().flatten().collect::<Vec<_>>()));
        let mut locations = vec![json!({"id": "near", "at": [0, 30]}), json!({"id": "far", "at": [60, 30]})];
        let mut orders = Vec::new();
        for (row, (x, y, load)) in places.iter().enumerate() {
            locations.push(json!({"id": format!("l{row}"), "at": [x, y]}));
            orders.push(json!({"id": format!("o{row}"), "location": format!("l{row}"), "delivery": {"kg": load}}));
        }
        (document["locations"], document["orders"]) = (json!(locations), json!(orders));
        let problem = problem(&document);
        let found = planned(&problem, 2_000);
        let best = best_plan(&problem, |plan| plan.unserved.len()).unwrap();
        prop_assert_eq!(found.unserved.len(), best.unserved.len());
        prop_assert!(found.summary.total >= best.summary.total - 1e-6);
        prop_assert!(found.summary.total <= best.summary.total * 1.05 + 1e-6, "{} {}", found.summary.total, best.summary.total);
        if let Some(bound) = found.lower_bound {
            prop_assert!(bound <= best.summary.total + 1e-6);
        }
    }
}
