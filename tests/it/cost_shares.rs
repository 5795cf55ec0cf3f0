//! What each order costs: recomputed from plans without it and with it alone.

use super::planned::problem;
use hubroute::model::check;
use hubroute::model::plan::Plan;
use hubroute::planning::{Options, plan};
use hubroute::search::Silent;
use proptest::prelude::*;
use serde_json::{Value, json};
use std::sync::atomic::AtomicBool;

fn solved(document: &Value) -> Plan {
    let cancel = AtomicBool::new(false);
    let options = Options { cost_shares: true, ..Options::of_iterations(100, &cancel) };
    plan(&problem(document), &options, &Silent).unwrap()
}

/// Orders on a line, some with a carrier or a prize, and a shipment.
fn day(places: &[(i64, i64)], fixed: i64) -> Value {
    let locations = std::iter::once(&(0, 0)).chain(places).enumerate();
    let locations: Vec<Value> = locations.map(|(row, (x, y))| json!({"id": row.to_string(), "at": [x, y]})).collect();
    let orders =
        (1..places.len()).map(|row| json!({"id": format!("o{row}"), "location": row.to_string(), "delivery": 3}));
    json!({
        "kind": "routing", "version": 1, "travel": {"metric": "euclidean"}, "locations": locations,
        "vehicles": [{"id": "van", "count": 9, "capacity": 8, "start": "0", "costs": {"fixed": fixed, "per_meter": 1},
            "reload": {}}],
        "orders": orders.collect::<Vec<_>>(),
        "shipments": [{"id": "s", "quantity": 2, "pickup": {"location": "1"},
            "delivery": {"location": places.len().to_string()}}],
        "carriers": [{"id": "post", "bands": [{"fixed": 90}], "allowed_orders": ["o1"]}]
    })
}

#[test]
fn shares_by_hand() {
    let mut document = day(&[(100, 0), (200, 0)], 50);
    document["shipments"] = json!([]);
    document["carriers"] = json!([]);
    document["orders"] = json!([{"id": "near", "location": "1"}, {"id": "far", "location": "2"}]);
    let plan = solved(&document);
    // The route costs 450. Without `near` it costs as much; `near` alone costs 250, `far` alone 450, and saves 200.
    let shares: Vec<(&str, f64, f64)> =
        plan.cost_shares.iter().map(|line| (line.id.as_str(), line.marginal, line.alone)).collect();
    let mut sorted = shares.clone();
    sorted.sort_by(|a, b| b.0.cmp(a.0));
    assert_eq!(sorted, [("near", 0.0, 250.0), ("far", 200.0, 450.0)]);
    let near = plan.cost_shares.iter().find(|line| line.id == "near").unwrap();
    assert!((near.share - 450.0 * 250.0 / 900.0).abs() < 2e-6);
    let mut corrupted = plan.clone();
    corrupted.cost_shares[0].share += 1.0;
    let codes = |plan: &Plan| check(&problem(&document), plan).into_iter().map(|it| it.code).collect::<Vec<_>>();
    assert_eq!(codes(&corrupted), ["shares_wrong"]);
    corrupted.cost_shares.pop();
    assert!(codes(&corrupted).contains(&"shares_wrong".to_owned()));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn shares_add_up_to_the_total(places in prop::collection::vec((-60i64..60, -60i64..60), 2..7), fixed in 0i64..50) {
        let plan = solved(&day(&places, fixed));
        let millionths = |amount: f64| (amount * 1e6).round() as i64;
        let shares: i64 = plan.cost_shares.iter().map(|line| millionths(line.share)).sum();
        let given: i64 = plan.outsourced.iter().map(|line| millionths(line.price)).sum();
        prop_assert_eq!(shares + given, millionths(plan.summary.total));
        // Who is alone on a route saves all of it.
        for route in &plan.routes {
            let mut orders: Vec<&str> = route.stops.iter().filter_map(|stop| stop.order.as_deref()).collect();
            orders.sort_unstable();
            orders.dedup();
            for order in &orders {
                let line = plan.cost_shares.iter().find(|line| line.id == *order).unwrap();
                prop_assert!(line.share >= 0.0 && line.marginal <= route.cost && line.alone > 0.0 || fixed == 0);
                if let [_] = orders[..] {
                    prop_assert_eq!([line.share, line.marginal, line.alone], [route.cost; 3]);
                }
            }
        }
    }
}
