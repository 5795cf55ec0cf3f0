//! Vehicles with compartments: which goods lie where, in plans, in what the checker sees, and in reasons.

use super::brute::{best_plan, cases};
use super::planned::{planned, problem, validated};
use hubroute::model::plan::{Plan, Status};
use hubroute::model::{check, parse_new_order};
use hubroute::planning::insert;
use proptest::prelude::*;
use serde_json::{Value, json};

/// A van with a freezer and a dry room, and three orders along a line.
fn shops() -> Value {
    let place = |id: &str, x: i64| json!({"id": id, "at": [x, 0]});
    json!({
        "kind": "routing", "version": 1, "travel": {"metric": "euclidean"},
        "locations": [place("depot", 0), place("a", 10), place("b", 20), place("c", 30)],
        "vehicles": [{"id": "van", "count": 2, "start": "depot", "capacity": 10, "compartments": [
            {"id": "freezer", "capacity": 3, "kinds": ["frozen"]}, {"id": "room", "capacity": 8, "kinds": ["dry", "frozen"]}]}],
        "orders": [{"id": "a", "location": "a", "delivery": 3, "kinds": ["frozen"]},
            {"id": "b", "location": "b", "delivery": 5, "kinds": ["dry"]},
            {"id": "c", "location": "c", "delivery": 2, "kinds": ["frozen"]}]
    })
}

/// Order and compartment of each stop that has one.
fn places(plan: &Plan) -> Vec<(String, String)> {
    let stops = plan.routes.iter().flat_map(|route| &route.stops);
    let mut places: Vec<_> = stops.filter_map(|stop| stop.order.clone().zip(stop.compartment.clone())).collect();
    places.sort_unstable();
    places
}

fn placed(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected.iter().map(|(order, place)| ((*order).to_owned(), (*place).to_owned())).collect()
}

#[test]
fn an_order_that_comes_late_finds_the_compartments_full() {
    let mut document = shops();
    document["vehicles"][0]["count"] = json!(1);
    document["vehicles"][0]["capacity"] = json!(100);
    let problem = problem(&document);
    let plan = planned(&problem, 200);
    let advice = |quantity: i64| {
        let new = json!({"order": {"id": "new", "location": "a", "delivery": quantity, "kinds": ["frozen"]}});
        insert(&problem, &plan, &parse_new_order(&new.to_string()).unwrap(), 3).unwrap()
    };
    assert_eq!(advice(1).places[0].price, 0.0);
    let full = advice(2);
    let codes = full.refusals.iter().flat_map(|refusal| &refusal.reasons).map(|reason| reason.code.as_str());
    assert_eq!((full.places.len(), codes.collect::<Vec<_>>()), (0, vec!["compartments_full"]));
}

#[test]
fn goods_lie_where_they_may_and_fit() {
    let plan = planned(&problem(&shops()), 200);
    assert_eq!((plan.summary.total, plan.routes.len()), (60.0, 1));
    assert_eq!(places(&plan), placed(&[("a", "freezer"), ("b", "room"), ("c", "room")]));
    // With frozen goods in the freezer alone there are two trips to make.
    let mut apart = shops();
    apart["vehicles"][0]["compartments"][1]["kinds"] = json!(["dry"]);
    let plan = planned(&problem(&apart), 200);
    assert_eq!((plan.summary.total, plan.routes.len()), (80.0, 2));
    assert!(plan.lower_bound.is_none_or(|bound| bound <= 80.0));
    // Reloads empty all compartments.
    apart["vehicles"][0]["count"] = json!(1);
    apart["vehicles"][0]["reload"] = json!({});
    let plan = planned(&problem(&apart), 400);
    assert_eq!((plan.summary.total, plan.summary.unserved), (80.0, 0));
}

#[test]
fn fuels_that_shun_each_other_share_a_vehicle_but_no_compartment() {
    let mut document = shops();
    document["incompatible"] = json!([["diesel", "petrol"]]);
    document["vehicles"][0]["compartments"] =
        json!([{"id": "1", "capacity": 4}, {"id": "2", "capacity": 4}, {"id": "3", "capacity": 4}]);
    for (row, (kind, amount)) in [("diesel", 3), ("petrol", 4), ("diesel", 3)].into_iter().enumerate() {
        document["orders"][row]["kinds"] = json!([kind]);
        document["orders"][row]["delivery"] = json!(amount);
    }
    let plan = planned(&problem(&document), 200);
    assert_eq!((plan.summary.total, plan.routes.len()), (60.0, 1));
    // One compartment less, and the amounts would fit but not the kinds.
    document["vehicles"][0]["compartments"] = json!([{"id": "1", "capacity": 6}, {"id": "2", "capacity": 6}]);
    document["orders"][2]["delivery"] = json!(4);
    document["orders"][1]["delivery"] = json!(2);
    assert_eq!(planned(&problem(&document), 200).routes.len(), 2);
}

#[test]
fn shipments_share_a_compartment_one_after_the_other() {
    let mut document = shops();
    document["orders"] = json!([]);
    document["vehicles"][0]["count"] = json!(1);
    let shipment = |id: &str, from: &str, to: &str| json!({"id": id, "quantity": 3, "kinds": ["frozen"], "pickup": {"location": from}, "delivery": {"location": to}});
    document["vehicles"][0]["compartments"] = json!([{"id": "freezer", "capacity": 3}]);
    document["shipments"] = json!([shipment("s", "a", "b"), shipment("t", "b", "c")]);
    let plan = planned(&problem(&document), 200);
    assert_eq!((plan.summary.total, plan.summary.unserved), (60.0, 0));
    assert_eq!(places(&plan).len(), 4);
}

#[test]
fn the_checker_sees_what_lies_wrong() {
    let asked = problem(&shops());
    let plan = planned(&asked, 200);
    assert_eq!(check(&asked, &plan), []);
    let codes = |order: &str, compartment: Option<&str>| -> Vec<String> {
        let mut plan = plan.clone();
        let stops = &mut plan.routes[0].stops;
        let stop = stops.iter_mut().find(|stop| stop.order.as_deref() == Some(order)).unwrap();
        stop.compartment = compartment.map(str::to_owned);
        check(&asked, &plan).into_iter().map(|violation| violation.code).collect()
    };
    assert_eq!(codes("a", None), ["compartment_missing"]);
    assert_eq!(codes("a", Some("roof")), ["unknown_compartment"]);
    assert!(codes("b", Some("freezer")).contains(&"compartment_not_allowed".to_owned()));
    assert_eq!(codes("a", Some("room"))[0], "compartment_overloaded");
    let mut plain = shops();
    plain["vehicles"][0]["compartments"] = json!([]);
    let violations = check(&problem(&plain), &plan);
    assert!(violations.iter().any(|violation| violation.code == "unknown_compartment"));
}

#[test]
fn who_fits_no_compartment_is_told_why() {
    let mut document = shops();
    document["orders"][0]["kinds"] = json!(["live"]);
    let plan = planned(&problem(&document), 100);
    assert_eq!((plan.status, plan.unserved[0].reasons[0].code.as_str()), (Status::Infeasible, "no_compartment"));
    document["vehicles"][0]["compartments"][1]["kinds"] = json!(["dry", "frozen", "live"]);
    assert_eq!(planned(&problem(&document), 100).summary.unserved, 0);
    // Goods of no kind go where nothing is named.
    document["orders"][0]["kinds"] = json!([]);
    assert_eq!(planned(&problem(&document), 100).unserved[0].reasons[0].code, "no_compartment");
    document["vehicles"][0]["compartments"][0]["kinds"] = json!([]);
    assert_eq!(planned(&problem(&document), 100).summary.unserved, 0);
}

#[test]
fn compartments_that_make_no_sense_are_refused() {
    let refused = |changes: &[(&str, Value)], expected: (&str, &str)| {
        let defects = validated(shops(), changes).unwrap_err();
        assert_eq!((defects[0].pointer.as_str(), defects[0].code), expected);
        assert!(!defects[0].hint.is_empty() || defects[0].code == "empty_id");
    };
    let first = "/vehicles/0/compartments/0";
    let at = |field: &str| format!("{first}/{field}");
    refused(&[(&at("id"), json!("room"))], ("/vehicles/0/compartments/1/id", "duplicate_id"));
    refused(&[(&at("id"), json!(""))], (&at("id"), "empty_id"));
    refused(&[(&at("kinds"), json!(["frozen", "frozen"]))], (&at("kinds/1"), "duplicate_kind"));
    refused(&[(&at("capacity"), json!(-1))], (&at("capacity"), "negative"));
    refused(&[(&at("capacity"), json!(0))], (&at("capacity"), "zero_capacity"));
    let many: Vec<Value> = (0..33).map(|row| json!({"id": row.to_string()})).collect();
    refused(&[("/vehicles/0/compartments", json!(many))], ("/vehicles/0/compartments", "too_many_compartments"));
    refused(&[("/orders/0/split", json!("loads"))], ("/orders/0/split", "not_served_yet"));
}

proptest! {
    #![proptest_config(cases(16))]

    /// Plans of small problems are the best of all plans whose goods fit compartments, and no bound is above them.
    #[test]
    fn plans_are_the_best_of_all(
        asked in prop::collection::vec((0usize..3, 1i64..4, 1i64..4, 0usize..3), 4),
        sizes in (2i64..6, 2i64..6),
        shuns in prop::bool::ANY,
    ) {
        let mut document = shops();
        let kinds = ["frozen", "dry", "any"];
        document["vehicles"][0]["compartments"] = json!([{"id": "freezer", "capacity": sizes.0, "kinds": ["frozen", "any"]},
            {"id": "room", "capacity": sizes.1, "kinds": ["dry", "any"]}]);
        let order = |(row, (place, amount, picked, kind)): (usize, &(usize, i64, i64, usize))| {
            let field = if *picked == 1 { "pickup" } else { "delivery" };
            let (location, kind) = (["a", "b", "c"][*place], kinds[*kind]);
            json!({"id": format!("o{row}"), "location": location, field: amount, "kinds": [kind], "prize": 100})
        };
        document["orders"] = json!(asked.iter().enumerate().map(order).collect::<Vec<_>>());
        if shuns && asked.iter().any(|it| it.3 == 2) {
            document["incompatible"] = json!([["any", "any"]]);
        }
        let problem = problem(&document);
        let (found, best) = (planned(&problem, 300), best_plan(&problem, |_| 0).unwrap());
        prop_assert!((found.summary.total - best.summary.total).abs() < 1e-6, "{} {}", found.summary.total, best.summary.total);
        prop_assert!(found.lower_bound.is_none_or(|bound| bound <= best.summary.total + 1e-6));
    }
}
