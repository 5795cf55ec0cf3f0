//! Orders that a carrier takes for a price: when it pays, what the tariff says, and that the checker knows it too.

use super::planned::{planned, problem};
use hubroute::model::plan::{Plan, Status};
use hubroute::model::{check, parse_scenario, validate};
use proptest::prelude::*;
use serde_json::{Value, json};

fn solved(document: &Value) -> Plan {
    planned(&problem(document), 1000)
}

/// A van near `near`, and a carrier for what is far.
fn day() -> Value {
    json!({
        "kind": "routing", "version": 1, "travel": {"metric": "euclidean"},
        "locations": [{"id": "depot", "at": [0, 0]}, {"id": "near", "at": [100, 0]}, {"id": "far", "at": [0, 9000]}],
        "vehicles": [{"id": "van", "capacity": 10, "start": "depot"}],
        "orders": [
            {"id": "o", "location": "near", "delivery": 4},
            {"id": "x", "location": "far", "delivery": 2.5, "skills": ["cold"]}
        ],
        "shipments": [{"id": "s", "quantity": 3, "pickup": {"location": "far"}, "delivery": {"location": "near"}}],
        "carriers": [
            {"id": "post", "bands": [{"fixed": 500, "per_unit": 10, "per_km": 2}, {"from": 3, "fixed": 450}],
             "skills": ["cold"]},
            {"id": "taxi", "bands": [{"per_unit_km": 100}], "min_charge": 30, "max_quantity": 2}
        ]
    })
}

fn changed(changes: &[(&str, Value)]) -> Value {
    let mut document = day();
    for (pointer, value) in changes {
        let (parent, field) = pointer.rsplit_once('/').unwrap();
        document.pointer_mut(parent).unwrap()[field] = value.clone();
    }
    document
}

/// Who takes what for how much.
fn outsourced(plan: &Plan) -> Vec<(&str, &str, f64)> {
    plan.outsourced.iter().map(|line| (line.id.as_str(), line.carrier.as_str(), line.price)).collect()
}

#[test]
fn what_is_far_goes_to_a_carrier() {
    let plan = solved(&day());
    // 2.5 units over 9 km; 3 units are in the second band.
    assert_eq!(outsourced(&plan), [("x", "post", 500.0 + 25.0 + 18.0), ("s", "post", 450.0)]);
    assert_eq!(plan.summary.costs["outsourcing"], 993.0);
    assert_eq!(plan.summary.total, 993.0 + 200.0);
    assert_eq!((plan.summary.served, plan.summary.outsourced, plan.summary.unserved), (1, Some(2), 0));
    assert_eq!(plan.status, Status::Optimal);
}

#[test]
fn the_cheaper_of_prize_and_carrier_counts() {
    let plan = solved(&changed(&[("/orders/1/prize", json!(542))]));
    assert_eq!((outsourced(&plan).len(), plan.unserved.len(), plan.summary.costs["prizes"]), (1, 1, 542.0));
    let plan = solved(&changed(&[("/orders/1/prize", json!(543))]));
    assert_eq!((outsourced(&plan).len(), plan.unserved.len()), (2, 0));
}

#[test]
fn what_no_vehicle_can_carry_a_carrier_can() {
    let plan = solved(&changed(&[("/orders/1/delivery", json!(12))]));
    assert_eq!(outsourced(&plan)[0], ("x", "post", 450.0));
    let plan = solved(&changed(&[("/orders/1/delivery", json!(12)), ("/shipments/0/quantity", json!(11))]));
    assert_eq!(outsourced(&plan).len(), 2);
}

#[test]
fn locked_orders_stay_with_their_vehicle() {
    let plan = solved(&changed(&[("/locks", json!([{"order": "s", "vehicle": "van"}]))]));
    assert!(outsourced(&plan).iter().all(|line| line.0 != "s") && plan.summary.outsourced == Some(1), "{plan:?}");
}

/// The price of `x` with a carrier whose fields are `tariff`.
fn price(tariff: Value, quantity: f64) -> Option<f64> {
    let mut carrier = json!({"id": "post", "skills": ["cold"], "allowed_orders": ["x"]});
    carrier.as_object_mut().unwrap().extend(tariff.as_object().unwrap().clone());
    let prize = json!(1e6);
    let plan = solved(&changed(&[
        ("/carriers", json!([carrier])),
        ("/orders/1/delivery", json!(quantity)),
        ("/orders/1/prize", prize),
        // No vehicle may have it.
        ("/orders/1/forbidden_vehicles", json!(["van"])),
    ]));
    plan.outsourced.first().map(|line| line.price)
}

#[test]
fn tariffs_say_what_they_say() {
    let bands = json!([{"per_unit": 10}, {"from": 5, "per_unit": 6}, {"from": 20, "fixed": 100}]);
    assert_eq!(price(json!({"bands": bands}), 4.5), Some(45.0));
    assert_eq!(price(json!({"bands": bands}), 5.0), Some(30.0));
    assert_eq!(price(json!({"bands": bands}), 100.0), Some(100.0));
    assert_eq!(price(json!({"bands": bands, "charge_as_higher_band": true}), 4.5), Some(30.0));
    assert_eq!(price(json!({"bands": bands, "charge_as_higher_band": true}), 2.0), Some(20.0));
    assert_eq!(price(json!({"bands": bands, "min_charge": 35}), 5.0), Some(35.0));
    assert_eq!(price(json!({"bands": bands, "max_quantity": 5}), 5.0), Some(30.0));
    assert_eq!(price(json!({"bands": bands, "max_quantity": 5}), 5.001), None);
    assert_eq!(price(json!({"bands": [{"from": 2, "fixed": 1}]}), 1.0), None);
    assert_eq!(price(json!({"bands": bands, "skills": []}), 5.0), None);
    assert_eq!(price(json!({"bands": bands, "forbidden_orders": ["x"]}), 5.0), None);
    assert_eq!(price(json!({"bands": bands, "allowed_orders": ["o"]}), 5.0), None);
    assert_eq!(price(json!({"bands": [{"per_unit_km": 0.1}], "from": "near"}), 2.0), Some(2.0 * 9.001 * 0.1));
}

#[test]
fn corrupted_lines_are_caught() {
    let (problem, plan) = (problem(&day()), solved(&day()));
    let catches = |change: &dyn Fn(&mut Plan), code: &str| {
        let mut corrupted = plan.clone();
        change(&mut corrupted);
        let violations = check(&problem, &corrupted);
        assert!(violations.iter().any(|violation| violation.code == code), "no {code} in {violations:?}");
    };
    catches(&|plan| plan.outsourced[0].price += 0.01, "carrier_price_wrong");
    catches(&|plan| plan.outsourced[0].price += 0.01, "cost_term_wrong");
    catches(&|plan| plan.outsourced[0].id = "y".to_owned(), "unknown_order");
    catches(&|plan| plan.outsourced[0].carrier = "y".to_owned(), "unknown_carrier");
    catches(&|plan| plan.outsourced[0].carrier = "taxi".to_owned(), "carrier_not_allowed");
    catches(&|plan| plan.outsourced[1].carrier = "taxi".to_owned(), "carrier_not_allowed");
    catches(&|plan| plan.outsourced[0].id = "o".to_owned(), "served_and_outsourced");
    catches(&|plan| plan.outsourced.push(plan.outsourced[0].clone()), "duplicate_outsourced");
    catches(&|plan| drop(plan.outsourced.pop()), "order_missing");
    catches(&|plan| plan.summary.outsourced = None, "outsourced_wrong");
    let unserved = || hubroute::model::plan::Unserved { id: "x".to_owned(), ..Default::default() };
    catches(&|plan| plan.unserved.push(unserved()), "outsourced_and_unserved");
}

#[test]
fn carriers_that_make_no_sense_are_refused() {
    let check = |changes: &[(&str, Value)], pointer: &str, code: &str| {
        let defects = validate(parse_scenario(&changed(changes).to_string()).unwrap()).unwrap_err();
        let found: Vec<(&str, &str)> = defects.iter().map(|defect| (defect.pointer.as_str(), defect.code)).collect();
        assert_eq!(found, [(pointer, code)], "{defects:?}");
    };
    check(&[("/objective", json!("min_vehicles"))], "/carriers", "carriers_not_for_objective");
    check(&[("/carriers/1/id", json!("post"))], "/carriers/1/id", "duplicate_id");
    check(&[("/carriers/0/bands", json!([]))], "/carriers/0/bands", "no_bands");
    check(&[("/carriers/0/bands/1/from", json!(0))], "/carriers/0/bands/1/from", "bands_not_ascending");
    check(&[("/carriers/0/bands/0/from", json!(-1))], "/carriers/0/bands/0/from", "negative");
    check(&[("/carriers/0/bands/0/per_km", json!(-1))], "/carriers/0/bands/0/per_km", "negative");
    check(&[("/carriers/1/min_charge", json!(1e12))], "/carriers/1/min_charge", "too_large");
    check(&[("/carriers/1/max_quantity", json!(-2))], "/carriers/1/max_quantity", "negative");
    check(&[("/carriers/0/from", json!("here"))], "/carriers/0/from", "unknown_location");
    check(&[("/carriers/0/dimension", json!("kg"))], "/carriers/0/dimension", "unknown_dimension");
    check(&[("/carriers/0/skills", json!([""]))], "/carriers/0/skills/0", "empty_id");
    check(&[("/carriers/0/allowed_orders", json!(["y"]))], "/carriers/0/allowed_orders/0", "unknown_id");
    check(&[("/carriers/0/forbidden_orders", json!(["y"]))], "/carriers/0/forbidden_orders/0", "unknown_id");
    let second =
        json!([{"id": "van", "capacity": 10, "start": "depot"}, {"id": "bike", "capacity": 9, "start": "near"}]);
    check(&[("/vehicles", second), ("/carriers/1/bands", json!([{"fixed": 1}]))], "/carriers/0/from", "missing_from");
    let dear = json!([{"per_unit": 1e9}]);
    check(
        &[("/carriers/0/bands", dear), ("/orders/0/delivery", json!(9e8)), ("/vehicles/0/capacity", json!(1e9))],
        "/carriers",
        "cost_overflow",
    );
}

/// The cheapest of all ways to give each order to a vehicle, to the carrier, or to leave it out.
fn brute_force(points: &[(i64, i64)], orders: &[(i64, Option<i64>)], capacity: i64, prices: [i64; 3]) -> i64 {
    let distance = |a: usize, b: usize| {
        let place = |row: usize| if row == 0 { (0, 0) } else { points[row - 1] };
        let ((x1, y1), (x2, y2)) = (place(a), place(b));
        ((((x1 - x2).pow(2) + (y1 - y2).pow(2)) as f64).sqrt()).round() as i64
    };
    let [per_unit, per_distance, min_charge] = prices;
    let n_orders = orders.len();
    let n_sets = 1usize << n_orders;
    // The shortest tour of each set of orders that fits: over all last orders.
    let mut tour = vec![i64::MAX; n_sets];
    tour[0] = 0;
    let mut path = vec![vec![i64::MAX; n_orders]; n_sets];
    for set in 1..n_sets {
        let load: i64 = (0..n_orders).filter(|row| set >> row & 1 == 1).map(|row| orders[row].0).sum();
        for last in (0..n_orders).filter(|row| set >> row & 1 == 1) {
            let rest = set & !(1 << last);
            path[set][last] = if rest == 0 {
                distance(0, last + 1)
            } else {
                let befores = (0..n_orders).filter(|row| rest >> row & 1 == 1);
                befores.map(|before| path[rest][before] + distance(before + 1, last + 1)).min().unwrap()
            };
            if load <= capacity {
                tour[set] = tour[set].min(path[set][last] + distance(last + 1, 0));
            }
        }
    }
    let alone = |row: usize| {
        let (quantity, prize) = orders[row];
        let price = (quantity * per_unit + per_distance * distance(0, row + 1)).max(min_charge);
        prize.map_or(price, |prize| price.min(prize))
    };
    let mut best = i64::MAX;
    for first in 0..n_sets {
        for second in (0..n_sets).filter(|second| second & first == 0) {
            if tour[first] < i64::MAX && tour[second] < i64::MAX {
                let others: i64 = (0..n_orders).filter(|row| (first | second) >> row & 1 == 0).map(alone).sum();
                best = best.min(tour[first] + tour[second] + others);
            }
        }
    }
    best
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn nobody_splits_the_work_cheaper(
        points in prop::collection::vec((-50i64..50, -50i64..50), 5),
        orders in prop::collection::vec((1i64..8, prop::option::of(1i64..60)), 1..6),
        capacity in 4i64..12,
        prices in (0i64..12, 0i64..3, 0i64..40),
    ) {
        let locations = std::iter::once((0, 0)).chain(points.iter().copied()).enumerate();
        let locations: Vec<Value> = locations.map(|(row, (x, y))| json!({"id": row.to_string(), "at": [x, y]})).collect();
        let list = orders.iter().enumerate().map(|(row, (quantity, prize))| {
            json!({"id": row.to_string(), "location": (row + 1).to_string(), "delivery": quantity, "prize": prize})
        });
        let (per_unit, per_distance, min_charge) = prices;
        let document = json!({
            "kind": "routing", "version": 1, "travel": {"metric": "euclidean"}, "locations": locations,
            "vehicles": [{"id": "van", "count": 2, "capacity": capacity, "start": "0"}],
            "orders": list.collect::<Vec<_>>(),
            "carriers": [{"id": "post", "min_charge": min_charge,
                "bands": [{"per_unit": per_unit, "per_km": per_distance * 1000}]}]
        });
        let plan = solved(&document);
        let best = brute_force(&points, &orders, capacity, [per_unit, per_distance, min_charge]);
        prop_assert_eq!(plan.summary.total, best as f64);
        prop_assert!(plan.lower_bound.is_some_and(|bound| bound <= best as f64), "{:?}", plan.lower_bound);
    }
}
