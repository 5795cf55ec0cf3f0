//! Generated days with everything that orders can ask for.

use hubroute::model::plan::Status;
use hubroute::model::{generate, validate};
use hubroute::planning::{Options, plan};
use hubroute::search::Silent;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

#[test]
fn a_day_with_everything_has_a_plan_at_once() {
    let scenario = generate::day(1000, 1);
    assert_eq!(scenario, generate::day(1000, 1));
    assert_eq!((scenario.orders.len(), scenario.shipments.len()), (875, 125));
    assert_eq!(scenario.vehicles.iter().map(|vehicle| vehicle.count).sum::<u32>(), 60);
    let orders = &scenario.orders;
    assert!(orders.iter().any(|order| order.split.is_some()) && orders.iter().any(|order| order.backhaul));
    assert!(orders.iter().any(|order| order.release.is_some()) && orders.iter().any(|order| order.prize.is_some()));
    validate(scenario).unwrap_or_else(|defects| panic!("{defects:?}"));
    // A fifth of it has all that the whole has.
    let problem = validate(generate::day(200, 1)).unwrap_or_else(|defects| panic!("{defects:?}"));
    let cancel = AtomicBool::new(false);
    let started = Instant::now();
    let plan = plan(&problem, &Options::of_iterations(1, &cancel), &Silent).unwrap();
    assert_ne!(plan.status, Status::Infeasible, "{:?}", plan.unserved);
    assert!(!plan.routes.is_empty() && plan.routes.len() <= 16);
    // Every route begins at a door, and most end at one.
    assert!(plan.docks.len() > plan.routes.len());
    // A moment where it is optimized, and a wide margin for tests that are not.
    assert!(started.elapsed() < Duration::from_secs(60), "took {:?}", started.elapsed());
}
