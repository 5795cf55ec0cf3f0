//! Sites and routes together: plans, bounds and defects.

use super::brute::{cases, every_choice};
use super::planned::{planned, problem, validated};
use hubroute::model::plan::{Plan, Stage, Status};
use hubroute::model::problem::{Case, Network};
use hubroute::model::{NetworkChoice, Problem, RoutingChoice, check, generate, network_plan, validate};
use hubroute::planning::{Options, PlanError, plan};
use hubroute::search::Silent;
use hubroute::units::Load;
use proptest::prelude::*;
use serde_json::{Value, json};
use std::sync::atomic::AtomicBool;

fn tiny() -> Value {
    serde_json::from_str(include_str!("../../datasets/tiny/tiny-network.json")).unwrap()
}

fn network(problem: &Problem) -> &Network {
    let Case::Network(network) = &problem.case else { panic!("no network") };
    network
}

#[test]
fn sites_are_chosen_by_their_routes() {
    let problem = problem(&tiny());
    let plan = planned(&problem, 2_000);
    assert_eq!((plan.summary.total, plan.summary.sites_open), (67.0, Some(2)));
    let costs = [("distance", 12.0), ("fixed", 8.0), ("handling", 4.0), ("inbound", 3.0), ("opening", 25.0)];
    for (term, cost) in costs {
        assert_eq!(plan.summary.costs[term], cost, "{term}");
    }
    let bases: Vec<(&str, &str)> =
        plan.routes.iter().map(|route| (route.vehicle.as_str(), route.site.as_deref().unwrap())).collect();
    assert_eq!(bases, [("van@west", "west"), ("van@east", "east")]);
    assert!(plan.flows.iter().all(|flow| flow.stage == Stage::Inbound));
    assert_eq!(plan.flows.iter().map(|flow| flow.quantity).sum::<f64>(), 30.0);
    assert_eq!(plan.sites[0].utilization, Some(1.0));
    assert!(plan.lower_bound.unwrap() > 40.0, "{:?}", plan.lower_bound);
}

#[test]
fn the_checker_finds_what_was_tampered_with() {
    let problem = problem(&tiny());
    let good = planned(&problem, 1_000);
    let codes = |change: &dyn Fn(&mut Plan)| -> Vec<String> {
        let mut plan = good.clone();
        change(&mut plan);
        check(&problem, &plan).into_iter().map(|violation| violation.code).collect()
    };
    let catches = |code: &str, change: &dyn Fn(&mut Plan)| {
        let codes = codes(change);
        assert!(codes.iter().any(|found| found == code), "{code} is not among {codes:?}");
    };
    assert_eq!(codes(&|_| {}), [""; 0]);
    catches("closed_site_used", &|plan| plan.sites[0].open = false);
    catches("route_site_wrong", &|plan| plan.routes[0].site = Some("east".to_owned()));
    catches("route_site_wrong", &|plan| plan.routes[0].site = None);
    catches("throughput_wrong", &|plan| plan.sites[0].throughput = 10.0);
    catches("site_imbalance", &|plan| plan.flows[0].quantity += 1.0);
    catches("cost_term_wrong", &|plan| *plan.summary.costs.get_mut("fixed").unwrap() = 4.0);
    catches("unknown_cost_term", &|plan| {
        plan.summary.costs.insert("outbound".to_owned(), 0.0);
    });
    catches("total_wrong", &|plan| plan.summary.total -= 1.0);
    catches("sites_open_wrong", &|plan| plan.summary.sites_open = Some(1));
    catches("field_not_for_kind", &|plan| plan.summary.mean_distance = Some(1.0));
    // All from the small site: over its capacity.
    catches("site_over_capacity", &|plan| {
        plan.routes[1].vehicle = "van@west".to_owned();
        plan.routes[1].number = 2;
        plan.routes[1].site = Some("west".to_owned());
    });
}

#[test]
fn vehicles_are_based_where_they_start() {
    let mut document = tiny();
    document["vehicles"][0]["start"] = json!("east");
    document["vehicles"][0]["open_end"] = json!(true);
    let plan = planned(&problem(&document), 1_000);
    assert!(plan.routes.iter().all(|route| route.vehicle == "van@east"));
    assert_eq!(plan.summary.sites_open, Some(1));
    document["orders"][0]["forbidden_vehicles"] = json!(["van"]);
    let refused = validated(document, &[]).map(|problem| planned(&problem, 300).status);
    assert!(!matches!(refused, Ok(Status::Optimal | Status::Feasible)), "{refused:?}");
}

#[test]
fn sites_keep_their_status_and_their_number() {
    let with = |changes: &[(&str, Value)]| {
        let problem = validated(tiny(), changes).unwrap();
        planned(&problem, 1_000)
    };
    let open = |plan: &Plan| plan.sites.iter().map(|site| site.open).collect::<Vec<_>>();
    assert_eq!(open(&with(&[("/sites/0/status", json!("forbidden"))])), [false, true]);
    assert_eq!(open(&with(&[("/sites_max", json!(1))])), [false, true]);
    assert_eq!(open(&with(&[("/budget", json!(20))])), [false, true]);
    let all = [("/sites/0/capacity", json!(30)), ("/sites/1/opening_cost", json!(90))];
    assert_eq!(open(&with(&all)), [true, false]);
    assert_eq!(open(&with(&[all[0].clone(), all[1].clone(), ("/sites_min", json!(2))])), [true, true]);
    assert_eq!(open(&with(&[all[0].clone(), all[1].clone(), ("/sites/1/status", json!("required"))])), [true, true]);
    let closing = [(
        "/sites",
        json!([
            {"id": "west", "location": "west", "opening_cost": 5, "capacity": 30},
            {"id": "east", "location": "east", "status": "existing", "closing_cost": 500},
        ]),
    )];
    assert_eq!(open(&with(&closing)), [true, true]);
    let infeasible = validated(tiny(), &[("/budget", json!(19))]).unwrap();
    let cancel = AtomicBool::new(false);
    let refused = plan(&infeasible, &Options::of_iterations(100, &cancel), &Silent);
    assert!(matches!(&refused, Err(PlanError::Infeasible(reasons)) if reasons[0].code == "no_site_set"), "{refused:?}");
}

#[test]
fn what_is_not_served_is_refused() {
    let refused = |changes: &[(&str, Value)], expected: &[(&str, &str)]| {
        let defects = validated(tiny(), changes).err().unwrap_or_default();
        let found: Vec<(&str, &str)> = defects.iter().map(|defect| (defect.pointer.as_str(), defect.code)).collect();
        assert_eq!(found, expected, "{changes:?}: {defects:?}");
        assert!(defects.iter().all(|defect| !defect.hint.is_empty()), "{defects:?}");
    };
    let one =
        |pointer: &'static str, value: Value, code: &'static str| refused(&[(pointer, value)], &[(pointer, code)]);
    let beside = ["capacity", "opening_cost", "handling_cost"].map(|field| format!("/sites/0/{field}"));
    let mut levels = vec![("/sites/0/levels", "not_served_yet")];
    levels.extend(beside.iter().map(|pointer| (pointer.as_str(), "conflicting_fields")));
    refused(&[("/sites/0/levels", json!([{"id": "small", "capacity": 5}]))], &levels);
    one("/sites/0/min_throughput", json!(5), "not_served_yet");
    one("/sites/0/product_capacity", json!(5), "not_served_yet");
    one("/orders/0/pickup", json!(5), "not_served_yet");
    one("/orders/0/split", json!("loads"), "not_served_yet");
    one("/vehicles/0/reload", json!({}), "not_served_yet");
    one("/vehicles/0/start", json!("port"), "start_without_site");
    one("/vehicles/0/count", json!(0), "zero_count");
    one("/lanes/outbound", json!({"per_unit": 1}), "not_served_yet");
    one("/demands", json!([{"id": "d", "location": "port", "quantity": 1}]), "field_not_for_kind");
    one("/products", json!([{"id": "p"}]), "field_not_for_kind");
    one("/objective", json!("min_vehicles"), "field_not_for_kind");
    one("/balance", json!({"measure": "stops", "per_unit": 1}), "field_not_for_kind");
    one("/stocks", json!([{"location": "west", "quantity": 1}]), "field_not_for_kind");
    one("/docks", json!([{"location": "west", "service": 60}]), "field_not_for_kind");
    one("/days", json!(0), "days_out_of_range");
    one("/days", json!(1_000_000), "days_out_of_range");
    one("/orders/1/location", json!("nowhere"), "unknown_location");
    one("/orders/1/delivery", json!(11), "too_large_for_any_vehicle");
    one("/sites/0/location", json!("nowhere"), "unknown_location");
    one("/sites", json!([]), "no_sites");
    refused(
        &[("/supplies/0/capacity", json!(29)), ("/sites/1/capacity", json!(9))],
        &[("/supplies", "not_enough_supply"), ("/sites", "not_enough_site_capacity")],
    );
    let kilograms = json!({"kg": 10, "boxes": 4});
    let orders: Vec<Value> =
        ["a", "b"].iter().map(|id| json!({"id": id, "location": "shop-a", "delivery": {"kg": 1}})).collect();
    refused(
        &[("/vehicles/0/capacity", kilograms), ("/orders", json!(orders))],
        &[
            ("/sites/0/capacity", "several_dimensions"),
            ("/sites/0/handling_cost", "several_dimensions"),
            ("/sites/1/handling_cost", "several_dimensions"),
            ("/supplies", "several_dimensions"),
        ],
    );
    let routing = json!({"kind": "routing", "version": 1, "locations": [{"id": "a", "at": [0, 0]}],
        "vehicles": [{"id": "v"}], "orders": [{"id": "o", "location": "a"}], "days": 3});
    let defects = validated(routing, &[]).unwrap_err();
    let found: Vec<&str> = defects.iter().map(|defect| defect.pointer.as_str()).collect();
    assert_eq!(found, ["/days", "/vehicles/0/start"]);
}

#[test]
fn iterations_alone_give_the_same_bytes_on_any_threads() {
    let problem = validate(generate::network(6, 30, 5)).unwrap();
    let solved = |threads: usize| {
        let cancel = AtomicBool::new(false);
        let plan = plan(&problem, &Options { threads, ..Options::of_iterations(3_000, &cancel) }, &Silent).unwrap();
        serde_json::to_string(&plan).unwrap()
    };
    assert_eq!(solved(1), solved(2));
}

#[test]
fn a_plan_is_taken_up_again() {
    let problem = validate(generate::network(6, 30, 8)).unwrap();
    let first = planned(&problem, 20_000);
    let cancel = AtomicBool::new(false);
    let options = Options { warm_start: Some(&first), ..Options::of_iterations(200, &cancel) };
    let second = plan(&problem, &options, &Silent).unwrap();
    assert!(second.summary.total <= first.summary.total, "{} after {}", second.summary.total, first.summary.total);
}

/// The least cost of all sites and routes; the only supply has enough.
fn least(problem: &Problem) -> Option<f64> {
    let network = network(problem);
    let n_sites = network.siting.sites.len();
    let mut best: Option<f64> = None;
    every_choice(&network.routing, &mut |routes: &RoutingChoice| {
        if !routes.unserved.is_empty() {
            return;
        }
        let mut delivered = vec![Load::ZERO; n_sites];
        for (vehicle_type, visits) in &routes.routes {
            let loads = visits.iter().map(|&row| network.routing.visits[row].delivery[0]);
            delivered[network.bases[*vehicle_type].get()] += loads.sum();
        }
        let is_used = |site: usize| {
            routes.routes.iter().any(|(it, visits)| network.bases[*it].get() == site && !visits.is_empty())
        };
        let flow = |site: usize| (0, site, network.throughput(delivered[site]));
        let inflows = (0..n_sites).filter(|&site| delivered[site] > Load::ZERO).map(flow);
        let inflows = if network.siting.supply_lines.is_empty() { Vec::new() } else { inflows.collect() };
        let choice = NetworkChoice { open: (0..n_sites).map(is_used).collect(), inflows, routes: routes.clone() };
        let plan = network_plan(problem, network, &choice);
        if best.is_none_or(|best| plan.summary.total < best) && check(problem, &plan).is_empty() {
            best = Some(plan.summary.total);
        }
    });
    best
}

proptest! {
    #![proptest_config(cases(24))]

    #[test]
    fn small_networks_are_solved_to_the_optimum(
        places in prop::collection::vec((0..20i64, 0..20i64), 7),
        demands in prop::collection::vec(1..5i64, 4),
        openings in prop::collection::vec(0..30i64, 3),
        capacities in prop::collection::vec(4..24i64, 3),
        handling in prop::collection::vec(0..3i64, 3),
        (days, fixed, per_second, has_supply) in (1..3u32, 0..10i64, 0..2i64, any::<bool>()),
    ) {
        let at = |row: usize| json!([places[row].0, places[row].1]);
        let mut locations: Vec<Value> = (0..7).map(|row| json!({"id": format!("l{row}"), "at": at(row)})).collect();
        locations.push(json!({"id": "port", "at": [0, 0]}));
        let sites: Vec<Value> = (0..3)
            .map(|row| json!({"id": format!("s{row}"), "location": format!("l{row}"), "opening_cost": openings[row],
                "capacity": capacities[row] * i64::from(days), "handling_cost": handling[row]}))
            .collect();
        let orders: Vec<Value> = (0..4)
            .map(|row| json!({"id": format!("o{row}"), "location": format!("l{}", row + 3), "delivery": demands[row]}))
            .collect();
        let mut document = json!({
            "kind": "network", "version": 1, "travel": {"metric": "euclidean", "rounding": "ceil", "speed_kmh": 3.6}, "days": days,
            "locations": locations, "sites": sites, "orders": orders,
            "vehicles": [{"id": "van", "count": 2, "capacity": 8, "costs": {"fixed": fixed, "per_meter": 1, "per_second": per_second}}],
        });
        if has_supply {
            document["supplies"] = json!([{"id": "port", "location": "port", "unit_cost": 1}]);
            document["lanes"] = json!({"inbound": {"per_unit_km": 100}});
        }
        let Ok(problem) = validated(document, &[]) else { return Ok(()) };
        let found = planned(&problem, 4_000);
        prop_assert_eq!(check(&problem, &found), vec![]);
        let Some(least) = least(&problem) else {
            prop_assert_eq!(found.status, Status::Infeasible);
            return Ok(());
        };
        prop_assert!((found.summary.total - least).abs() < 1e-6, "found {}, least {least}", found.summary.total);
        let bound = found.lower_bound.unwrap();
        prop_assert!(bound <= least + 1e-6, "bound {bound}, least {least}");
    }
}
