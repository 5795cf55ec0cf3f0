//! A route of two trips by hand: released goods, a reload, a second window, another place, and a backhaul at the end.

use super::{catches, problem};
use crate::model::check::check;
use crate::model::plan::Plan;
use crate::model::problem::{Case, Problem};
use crate::model::{RoutingChoice, routing_plan};
use serde_json::{Value, json};

fn document() -> Value {
    json!({
        "kind": "routing",
        "version": 1,
        "travel": {"metric": "euclidean"},
        "locations": [
            {"id": "depot", "at": [0, 0]}, {"id": "a", "at": [30, 40]}, {"id": "b", "at": [0, 50]}, {"id": "c", "at": [0, 100]}
        ],
        "vehicles": [{
            "id": "van", "capacity": 10, "start": "depot", "max_stops": 4, "costs": {"per_meter": 1, "per_second": 1},
            "reload": {"max": 1, "service": 30}
        }],
        "orders": [
            {"id": "early", "location": "a", "delivery": 8, "windows": [[10, 20], [150, 160]], "release": 90},
            {"id": "moves", "location": "a", "delivery": 6, "release": 400,
             "alternatives": [{"location": "b", "windows": [[0, 600]], "service": 5}]},
            {"id": "back", "location": "c", "pickup": 9, "backhaul": true}
        ]
    })
}

/// Rows: three orders, the second window of `early`, the other place of `moves`, the reload.
fn answer(routes: &[usize]) -> (Problem, Plan) {
    let problem = problem(&document());
    let Case::Routing(routing) = &problem.case else { panic!("no routing problem") };
    let choice = RoutingChoice { routes: vec![(0, routes.to_vec())], unserved: Vec::new() };
    let plan = routing_plan(&problem, routing, &choice);
    (problem, plan)
}

fn codes(routes: &[usize]) -> Vec<String> {
    let (problem, plan) = answer(routes);
    let mut codes: Vec<String> = check(&problem, &plan).into_iter().map(|violation| violation.code).collect();
    codes.sort();
    codes.dedup();
    codes
}

#[test]
fn two_trips_by_hand() {
    let (problem, plan) = answer(&[3, 5, 4, 2]);
    assert_eq!(check(&problem, &plan), []);
    let stops = &plan.routes[0].stops;
    let times: Vec<(i64, i64, i64, i64)> =
        stops.iter().map(|it| (it.arrive.seconds(), it.wait, it.start.seconds(), it.leave.seconds())).collect();
    // Later than 110 the first stop would be missed; the goods of the second trip are there at 400.
    assert_eq!(times[0], (110, 0, 110, 110));
    assert_eq!(times[1..4], [(160, 0, 160, 160), (210, 190, 400, 430), (480, 0, 480, 485)]);
    assert_eq!(times[4..], [(535, 0, 535, 535), (635, 0, 635, 635)]);
    let loads: Vec<f64> = stops.iter().map(|stop| stop.load["load"]).collect();
    assert_eq!(loads, [8.0, 0.0, 6.0, 0.0, 9.0, 9.0]);
    assert_eq!(stops[3].location, "b");
    assert_eq!((plan.summary.served, plan.summary.waiting), (3, Some(190)));
}

#[test]
fn broken_trips_are_caught() {
    assert_eq!(codes(&[3, 4, 2]), ["capacity_exceeded", "window_missed"]);
    assert_eq!(codes(&[0, 5, 4, 2]), ["window_missed"]);
    assert_eq!(codes(&[3, 5, 2, 4]), ["capacity_exceeded", "delivery_after_backhaul"]);
    assert_eq!(codes(&[3, 5, 4, 5, 2]), ["too_many_reloads"]);
    assert_eq!(codes(&[3, 5, 1, 4, 2]), ["capacity_exceeded", "order_twice"]);
    catches(
        &answer(&[3, 5, 4, 2]),
        &[
            ("/routes/0/stops/0/leave", json!(80), "released_later"),
            ("/routes/0/stops/2/start", json!(399), "start_wrong"),
            ("/routes/0/stops/2/location", json!("b"), "reload_not_allowed"),
            ("/routes/0/stops/2/order", json!("back"), "activity_wrong"),
            ("/routes/0/stops/2/load/load", json!(0), "load_wrong"),
            ("/routes/0/stops/3/location", json!("c"), "stop_location_wrong"),
            ("/routes/0/stops/3/activity", json!("reload"), "reload_not_allowed"),
        ],
    );
}

#[test]
fn shipments_do_not_stay_aboard_over_a_reload() {
    let mut document = document();
    document["orders"] = json!([]);
    document["shipments"] = json!([{"id": "s", "pickup": {"location": "a"}, "delivery": {"location": "b"}}]);
    let problem = problem(&document);
    let Case::Routing(routing) = &problem.case else { panic!("no routing problem") };
    let choice = RoutingChoice { routes: vec![(0, vec![0, 2, 1])], unserved: Vec::new() };
    let found = check(&problem, &routing_plan(&problem, routing, &choice));
    assert_eq!(found.iter().map(|it| it.code.as_str()).collect::<Vec<_>>(), ["shipment_over_reload"]);
}
