//! How fast: from the text of a scenario to a checked plan.

use criterion::{Criterion, criterion_group, criterion_main};
use hubroute::model::problem::Case;
use hubroute::model::{RoutingChoice, parse_new_order, parse_scenario, routing_plan, validate};
use hubroute::planning::{Options, insert, plan};
use hubroute::search::Silent;
use serde_json::json;
use std::sync::atomic::AtomicBool;

const SHANXI: &str = include_str!("../datasets/shanxi/shanxi.json");

fn planning(criterion: &mut Criterion) {
    criterion.bench_function("read and validate Shanxi", |bencher| {
        bencher.iter(|| validate(parse_scenario(SHANXI).expect("the embedded scenario parses")));
    });
    let problem = validate(parse_scenario(SHANXI).expect("the embedded scenario parses")).expect("and is valid");
    let cancel = AtomicBool::new(false);
    criterion.bench_function("solve Shanxi, 20 iterations", |bencher| {
        bencher.iter(|| {
            let options = Options::of_iterations(20, &cancel);
            plan(&problem, &options, &Silent).map(|plan| plan.summary.total)
        });
    });
}

/// A thousand orders on 25 routes, and one more order and shipment.
fn insertion(criterion: &mut Criterion) {
    let place = |row: usize| json!({"id": row.to_string(), "at": [row * 37 % 1009, row * 91 % 997]});
    let order = |row: usize| json!({"id": row.to_string(), "location": row.to_string(), "delivery": 1, "service": 60});
    let scenario = json!({
        "kind": "routing", "version": 1, "travel": {"metric": "euclidean"},
        "locations": (0..1000).map(place).collect::<Vec<_>>(), "orders": (0..1000).map(order).collect::<Vec<_>>(),
        "vehicles": [{"id": "van", "count": 40, "capacity": 42, "start": "0", "shift": [0, 100_000]}]
    });
    let problem = validate(parse_scenario(&scenario.to_string()).expect("it parses")).expect("and is valid");
    let Case::Routing(routing) = &problem.case else { unreachable!("the scenario is about routing") };
    let routes = (0..25).map(|route| (0, (0..40).map(|visit| route * 40 + visit).collect())).collect();
    let plan = routing_plan(&problem, routing, &RoutingChoice { routes, unserved: Vec::new() });
    for (name, new) in [
        ("order", json!({"order": {"id": "new", "location": "3", "delivery": 1}})),
        ("shipment", json!({"shipment": {"id": "new", "pickup": {"location": "3"}, "delivery": {"location": "400"}}})),
    ] {
        let new = parse_new_order(&new.to_string()).expect("it parses");
        criterion.bench_function(&format!("insert one {name} into 1000 orders"), |bencher| {
            bencher.iter(|| insert(&problem, &plan, &new, 5));
        });
    }
}

criterion_group!(benches, planning, insertion);
criterion_main!(benches);
