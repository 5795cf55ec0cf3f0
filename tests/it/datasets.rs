//! The scenarios in `datasets/`: readable, complete, and of the size that their READMEs state.

use hubroute::model::plan::{Plan, Status};
use hubroute::model::{Scenario, validate};
use hubroute::planning::{Options, PlanError, plan};
use hubroute::search::Silent;
use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

/// File, and how many locations, supplies, sites, demands, vehicle types, orders and shipments it has.
const COUNTS: &[(&str, [usize; 7])] = &[
    ("china/china.json", [300, 10, 80, 300, 0, 0, 0]),
    ("day/day.json", [242, 0, 0, 0, 6, 263, 37]),
    ("delivery/delivery.json", [173, 5, 26, 0, 2, 172, 0]),
    ("metro/metro.json", [252, 0, 0, 0, 6, 240, 5]),
    ("shanxi/shanxi.json", [173, 5, 110, 172, 0, 0, 0]),
    ("tiny/tiny-docks.json", [2, 0, 0, 0, 1, 4, 0]),
    ("tiny/tiny-infeasible-routing.json", [3, 0, 0, 0, 1, 2, 0]),
    ("tiny/tiny-infeasible.json", [4, 0, 2, 2, 0, 0, 0]),
    ("tiny/tiny-network.json", [6, 1, 2, 0, 1, 3, 0]),
    ("tiny/tiny-p-median.json", [6, 0, 6, 6, 0, 0, 0]),
    ("tiny/tiny-routing.json", [6, 0, 0, 0, 1, 5, 0]),
    ("tiny/tiny-shipment.json", [4, 0, 0, 0, 1, 1, 1]),
    ("tiny/tiny-single-source.json", [5, 0, 2, 3, 0, 0, 0]),
    ("tiny/tiny-siting.json", [8, 1, 3, 4, 0, 0, 0]),
    ("tiny/tiny-two-products.json", [6, 2, 2, 2, 0, 0, 0]),
];

/// File, and the least cost by the hand solution in its README.
const COSTS: &[(&str, f64)] = &[
    ("tiny/tiny-docks.json", 858.0),
    ("tiny/tiny-network.json", 67.0),
    ("tiny/tiny-p-median.json", 8.0),
    ("tiny/tiny-routing.json", 95.0),
    ("tiny/tiny-shipment.json", 26.0),
    ("tiny/tiny-single-source.json", 68.0),
    ("tiny/tiny-siting.json", 622.5),
    ("tiny/tiny-two-products.json", 220.5),
];

/// Large enough to be interesting, small enough to be read in a review.
const MAX_BYTES: usize = 150_000;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("datasets")
}

fn text(name: &str) -> String {
    std::fs::read_to_string(folder().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn scenario(name: &str) -> Scenario {
    serde_json::from_str(&text(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

#[test]
fn every_file_is_listed_and_every_family_has_a_readme() {
    let mut found = Vec::new();
    for family in std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()) {
        let family_name = family.file_name().unwrap().to_str().unwrap().to_owned();
        assert!(family.join("README.md").is_file(), "{family_name} has no README.md");
        for file in std::fs::read_dir(&family).unwrap().map(|entry| entry.unwrap().file_name()) {
            let file = file.to_str().unwrap().to_owned();
            if file.ends_with(".json") {
                found.push(format!("{family_name}/{file}"));
            }
        }
    }
    found.sort();
    let listed: Vec<_> = COUNTS.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(found, listed);
}

#[test]
fn scenarios_have_the_stated_size() {
    for (name, counts) in COUNTS {
        let scenario = scenario(name);
        let found = [
            scenario.locations.len(),
            scenario.supplies.len(),
            scenario.sites.len(),
            scenario.demands.len(),
            scenario.vehicles.len(),
            scenario.orders.len(),
            scenario.shipments.len(),
        ];
        assert_eq!(found, *counts, "{name}");
        assert!(text(name).len() <= MAX_BYTES, "{name} is too large");
    }
}

#[test]
fn scenarios_survive_writing_and_reading() {
    for (name, _) in COUNTS {
        let before = scenario(name);
        let after: Scenario = serde_json::from_str(&serde_json::to_string(&before).unwrap()).unwrap();
        assert_eq!(before, after, "{name}");
    }
}

#[test]
fn ids_are_unique_and_references_known() {
    for (name, _) in COUNTS {
        let scenario = scenario(name);
        let locations = unique(name, scenario.locations.iter().map(|location| location.id.as_str()));
        let sites = unique(name, scenario.sites.iter().map(|site| site.id.as_str()));
        unique(name, scenario.supplies.iter().map(|supply| supply.id.as_str()));
        unique(name, scenario.demands.iter().map(|demand| demand.id.as_str()));
        unique(name, scenario.vehicles.iter().map(|vehicle| vehicle.id.as_str()));
        let orders = scenario.orders.iter().map(|order| order.id.as_str());
        unique(name, orders.chain(scenario.shipments.iter().map(|shipment| shipment.id.as_str())));

        let mut named: Vec<&str> = Vec::new();
        named.extend(scenario.supplies.iter().map(|supply| supply.location.as_str()));
        named.extend(scenario.sites.iter().map(|site| site.location.as_str()));
        named.extend(scenario.demands.iter().map(|demand| demand.location.as_str()));
        named.extend(scenario.vehicles.iter().filter_map(|vehicle| vehicle.start.as_deref()));
        named.extend(scenario.vehicles.iter().filter_map(|vehicle| vehicle.end.as_deref()));
        named.extend(scenario.orders.iter().map(|order| order.location.as_str()));
        let stops = scenario.shipments.iter().flat_map(|shipment| [&shipment.pickup, &shipment.delivery]);
        named.extend(stops.map(|stop| stop.location.as_str()));
        for location in named {
            assert!(locations.contains(location), "{name} names the unknown location {location}");
        }
        for site in scenario.demands.iter().flat_map(|demand| &demand.forbidden_sites) {
            assert!(sites.contains(site.as_str()), "{name} names the unknown site {site}");
        }
    }
}

#[test]
fn scenarios_are_valid() {
    for (name, _) in COUNTS {
        if let Err(defects) = validate(scenario(name)) {
            panic!("{name} has defects: {defects:#?}");
        }
    }
}

#[test]
fn tiny_scenarios_cost_what_their_readme_says() {
    for (name, cost) in COSTS {
        let plan = solved(name, 2000).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert!((plan.summary.total - cost).abs() < 1e-4, "{name} costs {}, by hand {cost}", plan.summary.total);
        if let Some(lower_bound) = plan.lower_bound {
            assert!(lower_bound <= cost + 1e-4, "{name} is said to cost at least {lower_bound}, by hand {cost}");
        }
    }
}

#[test]
fn infeasible_scenarios_are_found_out() {
    let siting = solved("tiny/tiny-infeasible.json", 300);
    assert!(matches!(siting, Err(PlanError::Infeasible(_))), "found {siting:?}");
    let routing = solved("tiny/tiny-infeasible-routing.json", 300).unwrap();
    assert_eq!((routing.status, routing.summary.unserved), (Status::Infeasible, 1));
}

#[test]
fn networks_cost_at_least_their_proven_optimum() {
    for (name, optimum, sites_open) in
        [("shanxi/shanxi.json", 248_455_739.3, 14), ("china/china.json", 845_287_728.3, 17)]
    {
        let plan = solved(name, 200).unwrap_or_else(|error| panic!("{name}: {error}"));
        let (total, lower_bound) = (plan.summary.total, plan.lower_bound.unwrap());
        assert!(lower_bound <= optimum * (1.0 + 1e-6), "{name} is said to cost at least {lower_bound}");
        assert!(total >= optimum * (1.0 - 1e-6), "{name} is said to cost {total}");
        assert!(total <= optimum * 1.05, "{name} costs {total}, which is far from {optimum}");
        let found = plan.summary.sites_open.unwrap();
        assert!(found.abs_diff(sites_open) <= 5, "{name} opens {found} sites");
        assert_eq!(plan.summary.unserved, 0, "{name}");
    }
}

#[test]
fn every_mandatory_order_of_the_metro_day_is_served() {
    let optional: HashSet<_> = scenario("metro/metro.json")
        .orders
        .into_iter()
        .filter(|order| order.prize.is_some())
        .map(|order| order.id)
        .collect();
    let plan = solved("metro/metro.json", 100).unwrap();
    assert!(plan.status != Status::Infeasible, "mandatory orders are left out");
    for left_out in &plan.unserved {
        assert!(optional.contains(&left_out.id), "{} is left out", left_out.id);
    }
}

#[test]
fn nobody_is_left_out_of_the_day_with_everything() {
    let plan = solved("day/day.json", 1).unwrap();
    assert_ne!(plan.status, Status::Infeasible, "{:?}", plan.unserved);
    let priorities: HashSet<_> =
        scenario("day/day.json").orders.into_iter().filter_map(|order| order.priority.map(|_| order.id)).collect();
    assert!(plan.unserved.iter().all(|left_out| !priorities.contains(&left_out.id)), "{:?}", plan.unserved);
}

#[test]
fn a_shipment_is_served_when_it_is_worth_its_prize() {
    // Alone, the machine takes the van out for 10 and 10 km.
    for (prize, served, total) in [(Some(19.0), 0, 19.0), (Some(21.0), 1, 20.0), (None, 1, 20.0)] {
        let mut scenario = scenario("tiny/tiny-shipment.json");
        scenario.orders.clear();
        scenario.shipments[0].prize = prize;
        let plan = solved_scenario(scenario, 200).unwrap();
        assert_eq!((plan.status, plan.summary.served), (Status::Optimal, served), "prize {prize:?}");
        assert!((plan.summary.total - total).abs() < 1e-6, "prize {prize:?} costs {}", plan.summary.total);
        assert!(plan.unserved.iter().all(|left_out| left_out.reasons[0].code == "not_worth_prize"));
    }
}

fn solved(name: &str, iterations: u64) -> Result<Plan, PlanError> {
    solved_scenario(scenario(name), iterations)
}

fn solved_scenario(scenario: Scenario, iterations: u64) -> Result<Plan, PlanError> {
    let problem = validate(scenario).unwrap_or_else(|defects| panic!("{defects:#?}"));
    let cancel = AtomicBool::new(false);
    let options = Options { threads: 2, ..Options::of_iterations(iterations, &cancel) };
    plan(&problem, &options, &Silent)
}

fn unique<'a>(name: &str, ids: impl Iterator<Item = &'a str>) -> HashSet<&'a str> {
    let mut seen = HashSet::new();
    for id in ids {
        assert!(seen.insert(id), "{name} has {id} twice");
    }
    seen
}
