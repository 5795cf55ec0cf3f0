//! Insertion advice: the cheapest places at their true price, or what is in the way.

use super::planned::{planned, problem};
use hubroute::model::problem::{Case, Purpose};
use hubroute::model::{NewOrder, Plan, Problem, RoutingChoice, check, parse_new_order, routing_plan, validate};
use hubroute::planning::{InsertError, insert};
use hubroute::units::Cost;
use proptest::prelude::*;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

fn new_order(document: &Value) -> NewOrder {
    parse_new_order(&document.to_string()).unwrap()
}

/// Two vehicles that start at a depot in the middle of a line, and two orders on one side.
fn line() -> Value {
    json!({
        "kind": "routing", "version": 1, "travel": {"metric": "euclidean"},
        "locations": [{"id": "depot", "at": [0, 0]}, {"id": "a", "at": [100, 0]}, {"id": "b", "at": [200, 0]},
            {"id": "c", "at": [150, 0]}, {"id": "west", "at": [-50, 0]}],
        "vehicles": [
            {"id": "van", "capacity": 10, "start": "depot", "shift": [0, 1000], "max_stops": 4},
            {"id": "car", "capacity": 4, "start": "depot", "costs": {"fixed": 30, "per_meter": 1}, "skills": ["key"]}
        ],
        "orders": [{"id": "o1", "location": "a", "delivery": 4}, {"id": "o2", "location": "b", "delivery": 4, "windows": [[0, 400]]}]
    })
}

#[test]
fn places_are_listed_cheapest_first_at_their_price() {
    let problem = problem(&line());
    let plan = planned(&problem, 50);
    assert_eq!(plan.summary.total, 400.0);
    let new = new_order(&json!({"order": {"id": "new", "location": "west", "delivery": 2}}));
    let advice = insert(&problem, &plan, &new, 5).unwrap();
    let found: Vec<(f64, &str, u32, bool, u32)> = advice
        .places
        .iter()
        .map(|place| (place.price, place.vehicle.as_str(), place.number, place.is_new_route, place.positions[0]))
        .collect();
    // First or last on the van's route, a route of the car's own, or between the van's stops.
    assert_eq!(found[..3], [(100.0, "van", 1, false, 1), (100.0, "van", 1, false, 3), (130.0, "car", 1, true, 1)]);
    // Between the two stops the second would be too late.
    assert_eq!(found.len(), 3);
    assert_eq!(advice.places[1].stops[0].arrive.seconds(), plan.routes[0].duration + 50);
    assert_eq!((advice.places[0].distance, advice.places[0].duration), (100, 100));
    assert_eq!(insert(&problem, &plan, &new, 1).unwrap().places.len(), 1);
}

#[test]
fn new_places_come_with_the_order() {
    let problem = problem(&line());
    let plan = planned(&problem, 50);
    let new = new_order(&json!({
        "locations": [{"id": "d", "at": [150, 20]}],
        "shipment": {"id": "s", "quantity": 1, "pickup": {"location": "d"}, "delivery": {"location": "west"}}
    }));
    let advice = insert(&problem, &plan, &new, 3).unwrap();
    assert_eq!((advice.places[0].positions.len(), advice.places[0].stops.len()), (2, 2));
    let wrong = new_order(&json!({"locations": [{"id": "d"}], "order": {"id": "o1", "location": "e"}}));
    let Err(InsertError::Invalid(defects)) = insert(&problem, &plan, &wrong, 3) else { panic!("no defects") };
    let found: Vec<(&str, &str)> = defects.iter().map(|defect| (defect.pointer.as_str(), defect.code)).collect();
    assert_eq!(
        found,
        [
            ("/locations/0", "missing_coordinates"),
            ("/order/id", "duplicate_id"),
            ("/order/location", "unknown_location")
        ]
    );
    assert_eq!(insert(&problem, &plan, &NewOrder::default(), 3), Err(InsertError::NotOne));
    let broken = Plan { routes: Vec::new(), ..plan };
    assert!(matches!(insert(&problem, &broken, &new, 3), Err(InsertError::Plan(_))));
}

#[test]
fn each_vehicle_tells_what_is_in_the_way() {
    let refusals = |order: Value| -> Vec<(String, String)> {
        let problem = problem(&line());
        let plan = planned(&problem, 50);
        let mut order = order;
        order["id"] = json!("new");
        let advice = insert(&problem, &plan, &new_order(&json!({"order": order})), 3).unwrap();
        assert!(advice.places.is_empty(), "{advice:?}");
        let reason = |refusal: &hubroute::model::insertion::Refusal| {
            let reasons = refusal.reasons.iter().map(|reason| format!("{}: {}", reason.code, reason.message));
            (refusal.vehicle.clone(), reasons.collect::<Vec<_>>().join("; "))
        };
        advice.refusals.iter().map(reason).collect()
    };
    let told = |vehicle: &str, reasons: &str| (vehicle.to_owned(), reasons.to_owned());
    assert_eq!(
        refusals(json!({"location": "c", "delivery": 5})),
        [
            told("van", "capacity_exceeded: the route with it has 13, at most 10 fits"),
            told("car", "capacity_exceeded: it has 5, at most 4 fits")
        ]
    );
    assert_eq!(
        refusals(json!({"location": "west", "windows": [[0, 20]]})),
        [
            told("van", "window_unreachable: the vehicle comes 30 s too late for its window"),
            told("car", "window_unreachable: the first vehicle to come is 30 s too late for its window")
        ]
    );
    assert_eq!(
        refusals(json!({"location": "c", "service": 700, "forbidden_vehicles": ["car"]})),
        [
            told("van", "shift_exceeded: the route with it ends 100 s after the shift"),
            told("car", "vehicle_not_allowed: its skills, allowed and forbidden vehicles rule this vehicle out")
        ]
    );
}

#[test]
fn advice_on_a_thousand_orders_takes_a_moment() {
    let mut document = line();
    let locations: Vec<Value> =
        (0..1000).map(|row| json!({"id": format!("l{row}"), "at": [row * 37 % 1009, row * 91 % 997]})).collect();
    document["locations"].as_array_mut().unwrap().extend(locations);
    document["vehicles"] = json!([{"id": "van", "count": 40, "capacity": 40, "start": "depot", "shift": [0, 100_000]}]);
    document["orders"] = (0..1000)
        .map(|row| json!({"id": format!("o{row}"), "location": format!("l{row}"), "delivery": 1, "service": 60}))
        .collect();
    let problem = problem(&document);
    let Case::Routing(routing) = &problem.case else { panic!("no routing problem") };
    let routes = (0..25).map(|route| (0, (0..40).map(|visit| route * 40 + visit).collect())).collect();
    let mut plan = routing_plan(&problem, routing, &RoutingChoice { routes, unserved: Vec::new() });
    plan.seed = 1;
    let new = new_order(&json!({
        "shipment": {"id": "s", "pickup": {"location": "l3"}, "delivery": {"location": "l400"}}
    }));
    let started = Instant::now();
    assert_eq!(insert(&problem, &plan, &new, 5).unwrap().places.len(), 5);
    // A fraction of it when optimized; the bench has the figure.
    assert!(started.elapsed() < Duration::from_secs(5), "{:?}", started.elapsed());
}

/// A few orders and shipments on the plane, two types of vehicles, and one more order or shipment.
fn questions() -> impl Strategy<Value = (Value, Value)> {
    let point = || (0i64..60, 0i64..60);
    let order = || (0usize..5, 0u32..4, 0u32..4, 0i64..150, 0i64..10);
    let shipment = || (0usize..5, 0usize..5, 0u32..4, 50i64..200);
    let vehicle = (4u32..9, 0u32..50, 100i64..400, 2u32..7, 0u32..3);
    (
        prop::collection::vec(point(), 5),
        prop::collection::vec(order(), 2..5),
        prop::collection::vec(shipment(), 0..2),
        prop::collection::vec(vehicle, 2),
        (any::<bool>(), order(), shipment()),
    )
        .prop_map(|(points, orders, shipments, vehicles, (is_order, new_order, new_shipment))| {
            let order = |id: String, (at, delivery, pickup, opens, service): (usize, u32, u32, i64, i64)| {
                json!({"id": id, "location": at.to_string(), "delivery": delivery, "pickup": pickup,
                    "windows": [[opens, opens + 120]], "service": service})
            };
            let shipment = |id: String, (from, to, quantity, closes): (usize, usize, u32, i64)| {
                json!({"id": id, "quantity": quantity, "pickup": {"location": from.to_string()},
                    "delivery": {"location": to.to_string(), "windows": [[0, closes]]}})
            };
            let vehicle = |row: usize, &(capacity, fixed, closes, stops, per_second): &(u32, u32, i64, u32, u32)| {
                json!({"id": format!("v{row}"), "count": 2, "capacity": capacity, "start": "0", "shift": [0, closes],
                    "max_stops": stops, "costs": {"fixed": fixed, "per_meter": 1, "per_second": per_second}})
            };
            let locations: Vec<Value> = points
                .iter()
                .enumerate()
                .map(|(row, &(x, y))| json!({"id": row.to_string(), "at": [x, y]}))
                .collect();
            let scenario = json!({
                "kind": "routing", "version": 1, "travel": {"metric": "euclidean"}, "locations": locations,
                "vehicles": vehicles.iter().enumerate().map(|(row, it)| vehicle(row, it)).collect::<Vec<_>>(),
                "orders": orders.iter().enumerate().map(|(row, it)| order(format!("o{row}"), *it)).collect::<Vec<_>>(),
                "shipments": shipments.iter().enumerate().map(|(row, it)| shipment(format!("s{row}"), *it)).collect::<Vec<_>>()
            });
            let new = if is_order {
                json!({"order": order("new".to_owned(), new_order)})
            } else {
                json!({"shipment": shipment("new".to_owned(), new_shipment)})
            };
            (scenario, new)
        })
}

/// The prices of all places, found by pricing and checking every changed plan.
fn all_prices(problem: &Problem, plan: &Plan, new: &NewOrder) -> Vec<i64> {
    let extended = validate(new.added_to(&problem.scenario)).unwrap();
    let Case::Routing(routing) = &extended.case else { panic!("no routing problem") };
    let row = |id: Option<&String>, is_delivery: bool| {
        let is_it = |visit: &hubroute::model::problem::Visit| {
            Some(extended.order_id(visit.purpose)) == id.map(String::as_str)
                && matches!(visit.purpose, Purpose::Delivery(_)) == is_delivery
        };
        routing.visits.iter().position(is_it).unwrap()
    };
    let rows = |route: &hubroute::model::plan::Route| -> Vec<usize> {
        let stops = route.stops.iter().filter(|stop| stop.order.is_some());
        stops.map(|stop| row(stop.order.as_ref(), format!("{:?}", stop.activity) == "Delivery")).collect()
    };
    let types = |id: &str| extended.scenario.vehicles.iter().position(|vehicle| vehicle.id == id).unwrap();
    let mut routes: Vec<(usize, Vec<usize>)> =
        plan.routes.iter().map(|route| (types(&route.vehicle), rows(route))).collect();
    for (kind, vehicle) in extended.scenario.vehicles.iter().enumerate() {
        if routes.iter().filter(|(used, _)| *used == kind).count() < vehicle.count as usize {
            routes.push((kind, Vec::new()));
        }
    }
    let left: Vec<usize> = plan.unserved.iter().map(|unserved| row(Some(&unserved.id), false)).collect();
    let added: Vec<usize> =
        (0..routing.visits.len()).filter(|&row| extended.order_id(routing.visits[row].purpose) == "new").collect();
    let before: i64 = plan.routes.iter().map(|route| Cost::from_currency(route.cost).get()).sum();
    let mut prices = Vec::new();
    for route in 0..routes.len() {
        let n_visits = routes[route].1.len();
        for first in 0..=n_visits {
            for second in if added.len() == 1 { first..=first } else { first + 1..=n_visits + 1 } {
                let mut changed = routes.clone();
                changed[route].1.insert(first, added[0]);
                if let Some(&last) = added.get(1) {
                    changed[route].1.insert(second, last);
                }
                let mut after =
                    routing_plan(&extended, routing, &RoutingChoice { routes: changed, unserved: left.clone() });
                after.solver_version.clone_from(&plan.solver_version);
                if check(&extended, &after).is_empty() {
                    let total: i64 = after.routes.iter().map(|route| Cost::from_currency(route.cost).get()).sum();
                    prices.push(total - before);
                }
            }
        }
    }
    prices.sort_unstable();
    prices
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn advice_finds_every_place_at_its_price((scenario, new) in questions()) {
        let problem = problem(&scenario);
        let plan = planned(&problem, 30);
        let new = new_order(&new);
        let advice = insert(&problem, &plan, &new, 1000).unwrap();
        let found: Vec<i64> = advice.places.iter().map(|place| Cost::from_currency(place.price).get()).collect();
        prop_assert_eq!(&found, &all_prices(&problem, &plan, &new));
        prop_assert_eq!(advice.refusals.is_empty(), !found.is_empty());
        prop_assert!(advice.refusals.iter().all(|refusal| !refusal.reasons.is_empty()), "{:?}", advice.refusals);
    }
}
