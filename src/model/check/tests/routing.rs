//! A routing plan by hand: three orders with windows, one left out, and a shipment on an open route.

use super::{catches, problem};
use crate::model::check::check;
use crate::model::plan::{Plan, Status};
use crate::model::problem::{Case, Problem};
use crate::model::{RoutingChoice, routing_plan};
use proptest::prelude::*;
use serde_json::{Value, json};

fn routing_problem() -> Problem {
    problem(&json!({
        "kind": "routing",
        "version": 1,
        "travel": {"metric": "euclidean"},
        "locations": [
            {"id": "depot", "at": [0, 0]}, {"id": "a", "at": [30, 40]}, {"id": "b", "at": [30, 100]},
            {"id": "c", "at": [0, 100]}
        ],
        "vehicles": [
            {"id": "van", "count": 2, "capacity": 10, "start": "depot", "shift": [0, 1000],
             "costs": {"fixed": 5, "per_meter": 0.5, "per_second": 0.1},
             "max_distance": 500, "max_duration": 600, "max_stops": 4},
            {"id": "bike", "capacity": 2.5, "start": "depot", "open_end": true}
        ],
        "orders": [
            {"id": "oa", "location": "a", "delivery": 4, "windows": [[100, 200]], "service": 10},
            {"id": "ob", "location": "b", "pickup": 6, "windows": [[150, 300]], "service": 20},
            {"id": "oc", "location": "c", "delivery": 3, "windows": [[400, 450]]},
            {"id": "od", "location": "c", "delivery": 1, "prize": 7.5}
        ],
        "shipments": [
            {"id": "p", "quantity": 2, "pickup": {"location": "a"}, "delivery": {"location": "c", "service": 5}}
        ]
    }))
}

pub(super) fn routing_answer() -> (Problem, Plan) {
    let problem = routing_problem();
    let Case::Routing(routing) = &problem.case else { panic!("no routing problem") };
    let choice = RoutingChoice { routes: vec![(0, vec![0, 1, 2]), (1, vec![4, 5])], unserved: vec![3] };
    let plan = routing_plan(&problem, routing, &choice);
    (problem, plan)
}

#[test]
fn routing_by_hand() {
    let (problem, plan) = routing_answer();
    assert_eq!(check(&problem, &plan), []);
    let route = &plan.routes[0];
    assert_eq!((route.cost, route.distance, route.duration), (160.0, 240, 350));
    let times: Vec<(i64, i64, i64, i64)> =
        route.stops.iter().map(|stop| (stop.arrive.seconds(), stop.wait, stop.leave.seconds(), stop.slack)).collect();
    assert_eq!(times, [(150, 0, 150, 0), (200, 0, 210, 0), (270, 0, 290, 30), (320, 80, 400, 50), (500, 0, 500, 500)]);
    let loads: Vec<f64> = route.stops.iter().map(|stop| stop.load["load"]).collect();
    assert_eq!(loads, [7.0, 3.0, 9.0, 6.0, 6.0]);
    // The bike goes to a and on to c, and stays there: 50 m, 67 m.
    let bike = &plan.routes[1];
    assert_eq!((bike.distance, bike.duration, bike.cost), (117, 122, 117.0));
    assert_eq!(bike.stops.iter().map(|stop| stop.load["load"]).collect::<Vec<_>>(), [0.0, 2.0, 0.0]);
    assert_eq!(bike.stops[0].slack, 1_000_000_000);
    assert_eq!(
        serde_json::to_value(&plan.summary).unwrap(),
        json!({
            "total": 284.5,
            "costs": {"distance": 237.0, "fixed": 5.0, "prizes": 7.5, "time": 35.0},
            "vehicles": 2, "distance": 357, "duration": 472, "waiting": 80, "served": 4, "unserved": 1
        })
    );
    assert_eq!(plan.unserved[0].reasons[0].code, "not_worth_prize");
}

#[test]
fn corrupted_routing_plans_are_caught() {
    let answer = routing_answer();
    catches(
        &answer,
        &[
            ("/routes/0/vehicle", json!("car"), "unknown_vehicle"),
            ("/routes/0/vehicle", json!("bike"), "too_many_vehicles"),
            ("/routes/0/number", json!(3), "vehicle_number_out_of_range"),
            ("/routes/0/number", json!(0), "vehicle_number_out_of_range"),
            ("/routes/0/cost", json!(159), "route_cost_wrong"),
            ("/routes/0/distance", json!(241), "route_distance_wrong"),
            ("/routes/0/duration", json!(349), "route_duration_wrong"),
            ("/routes/0/stops", Value::Null, "route_end_wrong"),
            ("/routes/0/stops", json!([]), "empty_route"),
            ("/routes/0/stops/0/activity", json!("end"), "route_start_wrong"),
            ("/routes/0/stops/0/location", json!("a"), "route_start_wrong"),
            ("/routes/0/stops/4/location", json!("a"), "route_end_wrong"),
            ("/routes/0/stops/4/activity", json!("order"), "route_end_wrong"),
            ("/routes/0/stops/0/arrive", json!(151), "start_wrong"),
            ("/routes/0/stops/1/activity", json!("pickup"), "activity_wrong"),
            ("/routes/0/stops/1/order", json!("ox"), "unknown_order"),
            ("/routes/0/stops/1/order", json!("ob"), "order_twice"),
            ("/routes/0/stops/1/order", json!("ob"), "order_missing"),
            ("/routes/0/stops/1/order", json!("od"), "served_and_unserved"),
            ("/routes/0/stops/1/location", json!("b"), "stop_location_wrong"),
            ("/routes/0/stops/1/arrive", json!(199), "arrive_wrong"),
            ("/routes/0/stops/3/wait", json!(79), "wait_wrong"),
            ("/routes/0/stops/3/start", json!(399), "start_wrong"),
            ("/routes/0/stops/3/start", json!(451), "window_missed"),
            ("/routes/0/stops/2/leave", json!(289), "leave_wrong"),
            ("/routes/0/stops/4/leave", json!(1001), "shift_exceeded"),
            ("/routes/0/stops/0/leave", json!(-1), "shift_exceeded"),
            ("/routes/0/stops/2/start", json!("00:04:30"), "time_form_wrong"),
            ("/routes/0/stops/2/load/load", json!(8), "load_wrong"),
            ("/routes/0/stops/2/load/kg", json!(8), "load_wrong"),
            ("/routes/0/stops/2/load", json!({}), "load_wrong"),
            ("/routes/0/stops/2/distance", json!(109), "stop_distance_wrong"),
            ("/routes/0/stops/2/slack", json!(31), "slack_wrong"),
            ("/routes/1/stops/1/activity", json!("delivery"), "delivery_before_pickup"),
            ("/routes/1/stops/2/activity", json!("pickup"), "shipment_split"),
            ("/routes/1/stops/2/activity", json!("end"), "activity_wrong"),
            ("/routes", Value::Null, "order_missing"),
            ("/sites", json!([{"id": "s", "open": true, "change": "kept", "throughput": 0}]), "field_not_for_kind"),
            ("/summary/total", json!(284), "total_wrong"),
            ("/summary/costs/fixed", json!(6), "cost_term_wrong"),
            ("/summary/costs/distance", json!(6), "cost_term_wrong"),
            ("/summary/costs/time", json!(6), "cost_term_wrong"),
            ("/summary/costs/prizes", json!(0), "cost_term_wrong"),
            ("/summary/vehicles", json!(1), "vehicles_wrong"),
            ("/summary/distance", json!(1), "distance_wrong"),
            ("/summary/duration", json!(1), "duration_wrong"),
            ("/summary/waiting", json!(1), "waiting_wrong"),
            ("/summary/served", json!(5), "served_wrong"),
            ("/summary/unserved", json!(0), "unserved_wrong"),
            ("/unserved/0/id", json!("oa"), "served_and_unserved"),
            ("/unserved/0/id", json!("ox"), "unknown_order"),
            ("/unserved/0/reasons", json!([]), "missing_reason"),
            ("/unserved", Value::Null, "order_missing"),
            ("/status", json!("optimal"), "status_wrong"),
        ],
    );
}

#[test]
fn a_hundred_violations_are_listed() {
    let (problem, mut plan) = routing_answer();
    let unserved = plan.unserved[0].clone();
    plan.unserved.extend(vec![unserved; 200]);
    let violations = check(&problem, &plan);
    assert_eq!((violations.len(), violations[100].code.as_str()), (101, "too_many_violations"));
}

#[test]
fn limits_of_routes_are_checked() {
    let mut document = serde_json::to_value(routing_problem().scenario).unwrap();
    document["vehicles"][0]["max_distance"] = json!(239);
    document["vehicles"][0]["max_duration"] = json!(349);
    document["vehicles"][0]["max_stops"] = json!(2);
    let problem = problem(&document);
    let Case::Routing(routing) = &problem.case else { panic!("no routing problem") };
    let choice = RoutingChoice { routes: vec![(0, vec![0, 1, 2]), (1, vec![4, 5])], unserved: vec![3] };
    let violations = check(&problem, &routing_plan(&problem, routing, &choice));
    let codes: Vec<&str> = violations.iter().map(|violation| violation.code.as_str()).collect();
    assert_eq!(codes, ["max_distance_exceeded", "max_duration_exceeded", "max_stops_exceeded"]);
}

#[test]
fn vehicles_of_orders_are_checked() {
    let codes = |changes: &[(&str, &str, Value)]| -> Vec<String> {
        let mut document = serde_json::to_value(routing_problem().scenario).unwrap();
        for (pointer, field, value) in changes {
            document.pointer_mut(pointer).unwrap()[field] = value.clone();
        }
        let problem = problem(&document);
        let Case::Routing(routing) = &problem.case else { panic!("no routing problem") };
        let choice = RoutingChoice { routes: vec![(0, vec![0, 1, 2]), (1, vec![4, 5])], unserved: vec![3] };
        let plan = routing_plan(&problem, routing, &choice);
        let reasons = plan.unserved[0].reasons.iter().map(|reason| reason.code.clone());
        check(&problem, &plan).into_iter().map(|violation| violation.code).chain(reasons).collect()
    };
    let lift = |item: &'static str| (item, "skills", json!(["lift"]));
    assert_eq!(codes(&[lift("/orders/0"), lift("/vehicles/0")]), ["not_worth_prize"]);
    assert_eq!(codes(&[lift("/orders/0"), lift("/vehicles/1")]), ["skill_missing", "not_worth_prize"]);
    let only_van = ("/shipments/0", "allowed_vehicles", json!(["van"]));
    assert_eq!(codes(&[only_van]), ["vehicle_not_allowed", "vehicle_not_allowed", "not_worth_prize"]);
    let no_van = ("/orders/1", "forbidden_vehicles", json!(["van"]));
    assert_eq!(codes(&[no_van]), ["vehicle_not_allowed", "not_worth_prize"]);
    assert_eq!(codes(&[lift("/orders/3")]), ["no_vehicle_allowed"]);
}

#[test]
fn rules_on_routes_are_checked() {
    let (problem, _) = routing_answer();
    let Case::Routing(routing) = &problem.case else { panic!("no routing problem") };
    let plan = |routes: &[(usize, &[usize])], unserved: &[usize]| {
        let routes = routes.iter().map(|(vehicle_type, visits)| (*vehicle_type, visits.to_vec())).collect();
        routing_plan(&problem, routing, &RoutingChoice { routes, unserved: unserved.to_vec() })
    };
    let codes = |plan: &Plan| -> Vec<String> {
        let mut codes: Vec<String> = check(&problem, plan).into_iter().map(|violation| violation.code).collect();
        codes.dedup();
        codes
    };
    assert!(codes(&plan(&[(0, &[0, 1, 2, 3, 4, 5])], &[])).contains(&"max_stops_exceeded".to_owned()));
    assert_eq!(codes(&plan(&[(1, &[0])], &[1, 2, 3, 4])), ["capacity_exceeded"]);
    assert!(codes(&plan(&[(0, &[2, 0])], &[1, 3, 5])).contains(&"window_missed".to_owned()));
    assert_eq!(
        codes(&plan(&[(0, &[0]), (0, &[1]), (0, &[2])], &[3, 4])),
        ["vehicle_number_out_of_range", "too_many_vehicles"]
    );
    assert!(codes(&plan(&[(0, &[5, 4])], &[0, 1, 2, 3])).contains(&"delivery_before_pickup".to_owned()));
    assert!(codes(&plan(&[(0, &[4]), (1, &[5])], &[0, 1, 2, 3])).contains(&"shipment_split".to_owned()));
    assert!(codes(&plan(&[(0, &[3, 4, 3])], &[0, 1, 2, 4])).contains(&"order_twice".to_owned()));
    let left = plan(&[], &[0, 1, 2, 3, 4, 5]);
    assert_eq!((codes(&left).len(), left.status, left.summary.unserved), (0, Status::Infeasible, 5));
    let reasons: Vec<&str> = left.unserved.iter().map(|unserved| unserved.reasons[0].code.as_str()).collect();
    assert_eq!(
        reasons,
        ["no_vehicle_left", "no_vehicle_left", "no_vehicle_left", "not_worth_prize", "no_vehicle_left"]
    );
}

#[test]
fn reasons_name_what_would_have_to_change() {
    let reasons = |changes: &[(&str, Value)]| -> Vec<String> {
        let mut document = serde_json::to_value(routing_problem().scenario).unwrap();
        document["vehicles"].as_array_mut().unwrap().pop();
        for (pointer, value) in changes {
            let (parent, field) = pointer.rsplit_once('/').unwrap();
            document.pointer_mut(parent).unwrap()[field] = value.clone();
        }
        let problem = problem(&document);
        let Case::Routing(routing) = &problem.case else { panic!("no routing problem") };
        let choice = RoutingChoice { routes: Vec::new(), unserved: (0..6).collect() };
        let plan = routing_plan(&problem, routing, &choice);
        plan.unserved[0].reasons.iter().map(|reason| format!("{} {}", reason.code, reason.hint)).collect()
    };
    assert_eq!(
        reasons(&[("/orders/0/windows", json!([[0, 40]]))]),
        ["window_unreachable open the shift 10 s earlier, or the window 10 s longer"]
    );
    assert_eq!(
        reasons(&[("/vehicles/0/max_distance", json!(90))]),
        ["max_distance_exceeded raise max_distance by 10 m"]
    );
    assert_eq!(
        reasons(&[("/vehicles/0/max_duration", json!(90))]),
        ["max_duration_exceeded raise max_duration by 20 s"]
    );
    assert_eq!(
        reasons(&[("/vehicles/0/shift", json!([0, 150]))]),
        ["shift_exceeded end the shift 10 s later, or serve the order earlier"]
    );
}

proptest! {
    /// Whatever the routes, a plan of ours breaks at most what the routes break, never its own numbers.
    #[test]
    fn routes_of_any_kind_are_priced_right(
        order in Just((0..6).collect::<Vec<usize>>()).prop_shuffle(),
        cut in 0usize..6,
    ) {
        let problem = routing_problem();
        let Case::Routing(routing) = &problem.case else { panic!("no routing problem") };
        let (first, second) = order.split_at(cut);
        let choice = RoutingChoice { routes: vec![(0, first.to_vec()), (1, second.to_vec())], unserved: Vec::new() };
        let plan = routing_plan(&problem, routing, &choice);
        let broken_by_routes = ["capacity_exceeded", "window_missed", "shift_exceeded", "max_distance_exceeded",
            "max_duration_exceeded", "max_stops_exceeded", "delivery_before_pickup", "shipment_split", "order_missing",
            "served_wrong"];
        for violation in check(&problem, &plan) {
            prop_assert!(broken_by_routes.contains(&violation.code.as_str()), "{violation:?}");
        }
    }
}
