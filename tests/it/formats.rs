//! Published formats: exact numbers of their conventions, errors, `.sol` files, and texts that are none of it.

use hubroute::io::formats::{self, FORMATS, ReadError, sol};
use hubroute::io::json;
use hubroute::model::plan::{Activity, Plan, Route, Status, Stop, Summary};
use hubroute::model::scenario::{Kind, Metric, Objective, Rounding, Scenario, VehicleCosts};
use hubroute::model::{Moment, Quantities, validate};
use proptest::prelude::*;
use std::collections::BTreeMap;

const FILES: &[(&str, &str)] = &[
    ("tiny.vrp", include_str!("../data/tiny.vrp")),
    ("tiny-matrix.vrp", include_str!("../data/tiny-matrix.vrp")),
    ("tiny-depots.vrp", include_str!("../data/tiny-depots.vrp")),
    ("tiny-fleet.vrp", include_str!("../data/tiny-fleet.vrp")),
    ("tiny-prizes.vrp", include_str!("../data/tiny-prizes.vrp")),
    ("tiny-solomon.txt", include_str!("../data/tiny-solomon.txt")),
    ("tiny-lilim.txt", include_str!("../data/tiny-lilim.txt")),
    ("tiny-cordeau.txt", include_str!("../data/tiny-cordeau.txt")),
    ("tiny-cap.txt", include_str!("../data/tiny-cap.txt")),
    ("tiny-ufl.txt", include_str!("../data/tiny-ufl.txt")),
    ("tiny-pmed.txt", include_str!("../data/tiny-pmed.txt")),
    ("tiny-mstar.txt", include_str!("../data/tiny-mstar.txt")),
    ("tiny-koerkel.txt", include_str!("../data/tiny-koerkel.txt")),
    ("tiny-holmberg.txt", include_str!("../data/tiny-holmberg.txt")),
    ("tiny-diaz.txt", include_str!("../data/tiny-diaz.txt")),
    ("tiny-test-bed.txt", include_str!("../data/tiny-test-bed.txt")),
    ("tiny-two-stage.txt", include_str!("../data/tiny-two-stage.txt")),
    ("tiny.tsp", include_str!("../data/tiny.tsp")),
    ("tiny-generated.json", include_str!("../data/tiny-generated.json")),
    ("tiny-lrp.dat", include_str!("../data/tiny-lrp.dat")),
    ("tiny-lrp.json", include_str!("../data/tiny-lrp.json")),
];

fn text(name: &str) -> &'static str {
    FILES.iter().find(|(file, _)| *file == name).unwrap().1
}

fn read(name: &str) -> Scenario {
    let scenario = formats::read(name, text(name)).unwrap();
    assert!(!scenario.convention.is_empty(), "{name} states no convention");
    assert_eq!(formats::read("noname", text(name)).unwrap().orders, scenario.orders, "{name} needs its extension");
    scenario
}

fn window(opens: i64, closes: i64) -> [Moment; 2] {
    [Moment::Seconds(opens), Moment::Seconds(closes)]
}

fn per_meter(price: f64) -> VehicleCosts {
    VehicleCosts { per_meter: Some(price), ..VehicleCosts::default() }
}

fn ids<'a>(ids: impl Iterator<Item = &'a String>) -> Vec<&'a str> {
    ids.map(String::as_str).collect()
}

#[test]
fn cvrplib_rounds_to_integers() {
    let scenario = read("tiny.vrp");
    assert_eq!((scenario.kind, scenario.name.as_str()), (Kind::Routing, "tiny"));
    assert_eq!(scenario.travel.metric, Metric::Euclidean);
    assert_eq!((scenario.travel.rounding, scenario.travel.scale), (Some(Rounding::Nearest), None));
    assert_eq!(ids(scenario.orders.iter().map(|order| &order.id)), ["1", "2", "3"]);
    assert_eq!(scenario.locations[2].at, Some([-3.0, 4.0]));
    assert_eq!(scenario.orders[1].delivery, Some(Quantities::Bare(5.0)));
    let [fleet] = scenario.vehicles.as_slice() else { panic!("one vehicle type") };
    assert_eq!((fleet.count, &fleet.capacity, fleet.start.as_deref()), (3, &Some(Quantities::Bare(10.0)), Some("0")));
    assert_eq!(fleet.costs, Some(per_meter(1.0)));
}

#[test]
fn cvrplib_puts_the_depot_first() {
    let scenario = read("tiny-matrix.vrp");
    let rows = [[0.0, 5.0, 7.0, 9.0], [5.0, 0.0, 6.0, 8.0], [7.0, 6.0, 0.0, 11.0], [9.0, 8.0, 11.0, 0.0]];
    assert_eq!(scenario.travel.distances, Some(rows.map(|row| row.to_vec()).to_vec()));
    assert_eq!(scenario.vehicles[0].count, 2);
    assert_eq!((scenario.vehicles[0].max_duration, scenario.vehicles[0].max_distance), (Some(50.0), None));
    assert!(scenario.orders.iter().all(|order| order.service == Some(3.0)));
}

#[test]
fn cvrplib_several_depots_count_in_thousandths() {
    let scenario = read("tiny-depots.vrp");
    assert_eq!(scenario.travel.scale, Some(1000.0));
    assert_eq!(ids(scenario.orders.iter().map(|order| &order.id)), ["2", "3", "4"]);
    assert_eq!(scenario.orders[0].service, Some(1250.0));
    assert_eq!(scenario.orders[0].windows, [window(2500, 40_000)]);
    let fleet: Vec<_> = scenario.vehicles.iter().map(|it| (it.count, it.start.as_deref().unwrap(), it.shift)).collect();
    assert_eq!(fleet, [(2, "0", Some(window(0, 100_000))), (1, "1", Some(window(0, 90_000)))]);
    assert_eq!(scenario.vehicles[1].max_duration, Some(50_500.0));
    assert_eq!(scenario.vehicles[1].costs, Some(per_meter(0.001)));
}

#[test]
fn cvrplib_fleets_divide_prices_by_a_hundred() {
    let scenario = read("tiny-fleet.vrp");
    assert_eq!(scenario.vehicles.len(), 2);
    let costs = |fixed, per_meter| {
        Some(VehicleCosts { fixed: Some(fixed), per_meter: Some(per_meter), per_second: None, overtime: None })
    };
    assert_eq!((scenario.vehicles[0].count, &scenario.vehicles[0].costs), (2, &costs(25.0, 0.001)));
    assert_eq!((scenario.vehicles[1].count, &scenario.vehicles[1].costs), (1, &costs(40.0, 0.001_25)));
    assert_eq!(scenario.vehicles[1].capacity, Some(Quantities::Bare(9.0)));
}

#[test]
fn cvrplib_prizes_and_windows_count_in_tenths() {
    let scenario = read("tiny-prizes.vrp");
    assert_eq!((scenario.travel.scale, scenario.travel.rounding), (Some(10.0), Some(Rounding::Floor)));
    assert_eq!(scenario.orders.iter().map(|order| order.prize).collect::<Vec<_>>(), [Some(7.0), None]);
    assert_eq!((scenario.orders[1].service, scenario.orders[1].windows[0]), (Some(90.0), window(150, 300)));
    assert_eq!(scenario.vehicles[0].costs, Some(per_meter(0.1)));
}

#[test]
fn solomon_counts_in_tenths() {
    let scenario = read("tiny-solomon.txt");
    assert_eq!((scenario.name.as_str(), scenario.travel.scale), ("TINY", Some(10.0)));
    let fleet = &scenario.vehicles[0];
    assert_eq!((fleet.count, fleet.shift, &fleet.costs), (3, Some(window(0, 2000)), &Some(per_meter(0.1))));
    assert_eq!((scenario.orders[0].windows[0], scenario.orders[0].service), (window(200, 400), Some(50.0)));
}

#[test]
fn lilim_pairs_become_shipments() {
    let scenario = read("tiny-lilim.txt");
    assert_eq!((scenario.name.as_str(), scenario.travel.scale), ("tiny-lilim", Some(1000.0)));
    let pairs: Vec<_> = scenario.shipments.iter().map(|it| (it.id.as_str(), it.delivery.location.as_str())).collect();
    assert_eq!(pairs, [("1", "3"), ("4", "2")]);
    assert_eq!(scenario.shipments[0].quantity, Some(Quantities::Bare(10.0)));
    assert_eq!(scenario.shipments[0].pickup.windows, [window(5000, 90_000)]);
    assert_eq!(scenario.shipments[0].delivery.service, Some(4000.0));
}

#[test]
fn cordeau_has_a_vehicle_type_for_each_depot() {
    let scenario = read("tiny-cordeau.txt");
    assert_eq!(scenario.locations[0].at, Some([10.0, 10.0]));
    assert_eq!(ids(scenario.orders.iter().map(|order| &order.id)), ["2", "3", "4"]);
    assert_eq!(scenario.orders[2].service, Some(4000.0));
    let fleet: Vec<_> =
        scenario.vehicles.iter().map(|it| (it.count, it.start.as_deref().unwrap(), it.max_duration)).collect();
    assert_eq!(fleet, [(2, "0", Some(60_000.0)), (2, "1", None)]);
}

#[test]
fn cap_costs_are_for_whole_demands() {
    let scenario = read("tiny-cap.txt");
    let unit_costs = scenario.lanes.outbound.unit_costs.as_ref().unwrap();
    for (row, whole) in [[60.0, 13.5, 1.0], [90.0, 45.0, 2.0]].iter().enumerate() {
        for (column, (whole, demand)) in whole.iter().zip([30.0, 45.0, 7.0]).enumerate() {
            let cost = unit_costs[row][column] * demand;
            assert!((cost - whole).abs() <= 1e-9 * whole, "{cost} instead of {whole}");
        }
    }
    assert_eq!((scenario.sites[1].capacity, scenario.sites[1].opening_cost), (Some(80.0), Some(25.0)));
    assert_eq!(scenario.demands[2].quantity, Quantities::Bare(7.0));
}

#[test]
fn cap_files_without_capacities() {
    let scenario = read("tiny-ufl.txt");
    assert!(scenario.sites.iter().all(|site| site.capacity.is_none()));
    assert_eq!(scenario.demands[0].quantity, Quantities::Bare(1.0));
    assert_eq!(scenario.lanes.outbound.unit_costs, Some(vec![vec![60.0, 2.5], vec![90.0, 5.0]]));
}

#[test]
fn location_routing_in_two_layouts() {
    let rounded = read("tiny-lrp.dat");
    assert_eq!(
        (rounded.kind, rounded.travel.scale, rounded.travel.rounding),
        (Kind::Network, Some(100.0), Some(Rounding::Ceil))
    );
    // A capacity of 0 is none.
    assert_eq!((rounded.sites[0].capacity, rounded.sites[1].capacity), (Some(100.0), None));
    assert_eq!(rounded.sites[1].opening_cost, Some(600.0));
    assert_eq!((rounded.orders[1].id.as_str(), &rounded.orders[1].delivery), ("3", &Some(Quantities::Bare(30.0))));
    assert_eq!(rounded.locations[3].at, Some([3.0, 4.0]));
    let vehicle = &rounded.vehicles[0];
    assert_eq!((&vehicle.start, vehicle.count, &vehicle.capacity), (&None, 3, &Some(Quantities::Bare(70.0))));
    assert_eq!(vehicle.costs, Some(VehicleCosts { fixed: Some(1000.0), ..per_meter(1.0) }));
    validate(rounded).unwrap();

    let plain = formats::read("plain.dat", &text("tiny-lrp.dat").replace("1000\n\n0\n", "10.5\n\n1\n")).unwrap();
    assert_eq!((plain.travel.scale, plain.travel.rounding), (Some(1000.0), Some(Rounding::Nearest)));
    assert_eq!(plain.vehicles[0].costs, Some(VehicleCosts { fixed: Some(10.5), ..per_meter(0.001) }));

    let schneider = read("tiny-lrp.json");
    assert_eq!(schneider.travel.rounding, Some(Rounding::Ceil));
    // In the order of their numbers, depots first.
    assert_eq!(schneider.locations[2].at, Some([1.0, 1.0]));
    assert_eq!(schneider.orders[0].delivery, Some(Quantities::Bare(20.0)));
    validate(schneider).unwrap();
}

#[test]
fn covering_sets_in_three_layouts() {
    let points = formats::read("points.txt", "3 9 p S\n0 0 5\n30 40 7\n60 0 0\n").unwrap();
    assert_eq!((points.objective, points.sites_max, points.sites.len()), (Objective::MaxCover, Some(3), 3));
    // A point without a demand is a site only; the radius is a tenth of the larger extent.
    assert_eq!((points.demands.len(), points.coverage.as_ref().unwrap().radius), (2, Some(6.0)));
    let globe = formats::read("globe.txt", "2 9 p S\n40.5 -73.5 1\n40.6 -73.25 2\n").unwrap();
    assert_eq!((globe.travel.metric, globe.locations[1].at), (Metric::Haversine, Some([-73.25, 40.6])));
    let facilities = formats::read("bds.txt", "1 2\t\nF\t0\t0\t0\t1\nC\t0\t1.5\t2\t3\nC\t1\t4\t0.5\t1\n").unwrap();
    assert_eq!((facilities.sites.len(), facilities.demands.len()), (1, 2));
    assert_eq!(facilities.travel.scale, Some(1000.0));
    // The fourth column of the first rows is the demand of nodes 1, 2, ...; the last node has no edge.
    let graph = formats::read("graph.txt", "4 3 2 0\n1 2 7 1.5\n2 3 8 2\n1 3 20 0.5\n").unwrap();
    let distances = graph.travel.distances.as_ref().unwrap();
    assert_eq!((distances[0][2], graph.demands.len(), graph.sites_max), (15.0, 3, Some(2)));
    assert!(distances[0][3] > 35.0, "there is no path");
    for scenario in [points, globe, facilities, graph] {
        validate(scenario).unwrap();
    }
    let error = formats::read("bds.txt", "1 1\nF 0 0 0 1\nD 0 1 2 3\n").unwrap_err();
    assert_eq!(error.to_string(), "line 3: found `D`, expected `C`");
}

#[test]
fn pmed_distances_are_shortest_paths() {
    let scenario = read("tiny-pmed.txt");
    assert_eq!((scenario.objective, scenario.sites_max), (Objective::PMedian, Some(2)));
    assert_eq!(scenario.travel.distances.as_ref().unwrap()[0], [0.0, 4.0, 10.0, 17.0]);
    assert_eq!(scenario.lanes.outbound.per_unit_km, Some(1000.0));
}

fn check_error(name: &str, from: &str, to: &str, expected: &str) {
    let text = text(name);
    assert!(text.contains(from), "{name} has no `{from}`");
    let error = formats::read(name, &text.replacen(from, to, 1)).unwrap_err();
    assert_eq!(error.to_string(), expected, "{name} with `{to}`");
}

#[test]
fn errors_name_line_and_expectation() {
    check_error("tiny.vrp", "2 3 4", "2 3 x", "line 9: found `x`, expected a number");
    check_error("tiny.vrp", "CAPACITY :", "RIDERS :", "line 6: RIDERS is not served yet");
    check_error(
        "tiny.vrp",
        "EUC_2D",
        "GEO",
        "line 5: found `EDGE_WEIGHT_TYPE : GEO`, expected EUC_2D, CEIL_2D, FLOOR_2D, MAN_2D or EXPLICIT",
    );
    check_error("tiny.vrp", "DEMAND_SECTION", "PROFILE_SECTION", "line 12: PROFILE_SECTION is not served yet");
    check_error(
        "tiny.vrp",
        "1 0\n2 4",
        "1 3\n2 4",
        "line 13: a demand, service, prize or backhaul at a depot is not served yet",
    );
    check_error(
        "tiny.vrp",
        "DIMENSION : 4",
        "DIMENSION : 4000000",
        "line 4: found `DIMENSION : 4000000`, expected as many rows as nodes",
    );
    check_error(
        "tiny-solomon.txt",
        "10       20",
        "10       0.25",
        "line 11: found `0.25`, expected a ready time with at most one decimal",
    );
    check_error(
        "tiny-lilim.txt",
        "-10",
        "-11",
        "line 3: found `1`, expected a pickup of as much as its delivery brings",
    );
    let kinds = "line 25: found `2`, expected 0 or 1 for the kind of distances";
    check_error("tiny-lrp.dat", "1000\n\n0\n", "1000\n\n2\n", kinds);
    check_error("tiny-lrp.dat", "\n70\n", "\n-7\n", "line 11: found `-7`, expected the capacity of a vehicle");
    check_error("tiny-cordeau.txt", "2 2 3 2", "1 2 3 2", "line 1: found `1`, expected type 2, several depots");
    check_error("tiny-cap.txt", " 7\n", " 0\n", "line 9: a demand of 0 among capacities is not served yet");
    check_error("tiny-pmed.txt", "3 4 7", "3 9 7", "line 4: found `9`, expected a node from 1 to 4");
    let unknown = formats::read("x.dat", "nothing of use").unwrap_err();
    assert!(matches!(unknown, ReadError::UnknownFormat { .. }));
}

fn stop(activity: Activity, order: Option<&str>, location: &str) -> Stop {
    Stop {
        activity,
        order: order.map(str::to_owned),
        location: location.to_owned(),
        arrive: Moment::Seconds(0),
        setup: 0,
        wait: 0,
        start: Moment::Seconds(0),
        leave: Moment::Seconds(0),
        load: BTreeMap::new(),
        distance: 0,
        late: 0,
        slack: 0,
        compartment: None,
    }
}

fn plan(total: f64, routes: Vec<(&str, u32, Vec<Stop>)>) -> Plan {
    let route = |(vehicle, number, stops): (&str, u32, Vec<Stop>)| Route {
        site: None,
        vehicle: vehicle.to_owned(),
        number,
        cost: total,
        distance: 0,
        duration: 0,
        stops,
        pauses: Vec::new(),
    };
    Plan {
        kind: Kind::Routing,
        version: 1,
        name: "p".to_owned(),
        status: Status::Feasible,
        summary: Summary { total, ..Summary::default() },
        lower_bound: None,
        bound_kind: None,
        gap: None,
        certificate: None,
        sites: Vec::new(),
        alternatives: Vec::new(),
        alternatives_bound: None,
        sweep: Vec::new(),
        flows: Vec::new(),
        routes: routes.into_iter().map(route).collect(),
        docks: Vec::new(),
        splits: Vec::new(),
        cost_shares: Vec::new(),
        outsourced: Vec::new(),
        unserved: Vec::new(),
        violations: Vec::new(),
        seed: 1,
        solver_version: "0".to_owned(),
        input_hash: String::new(),
        custom: serde_json::Value::Null,
    }
}

/// Capacities, opening costs and quantities of a siting scenario.
fn amounts(scenario: &Scenario) -> (Vec<Option<f64>>, Vec<Option<f64>>, Vec<Quantities>) {
    let sites = scenario.sites.iter();
    (
        sites.clone().map(|site| site.capacity).collect(),
        sites.map(|site| site.opening_cost).collect(),
        scenario.demands.iter().map(|demand| demand.quantity.clone()).collect(),
    )
}

#[test]
fn facility_tables_are_told_apart() {
    let bare = |quantities: &[f64]| quantities.iter().map(|&quantity| Quantities::Bare(quantity)).collect::<Vec<_>>();
    let unit_costs = Some(vec![vec![2.0, 2.0, 2.0], vec![3.0, 1.0, 3.0]]);
    for (name, fixed) in [("tiny-holmberg.txt", [100.0, 90.0]), ("tiny-diaz.txt", [100.0, 90.0])] {
        let scenario = read(name);
        let expected = (vec![Some(50.0), Some(40.0)], fixed.map(Some).to_vec(), bare(&[10.0, 20.0, 5.0]));
        assert_eq!(amounts(&scenario), expected, "{name}");
        assert_eq!(scenario.lanes.outbound.unit_costs, unit_costs, "{name}");
        assert!(scenario.demands.iter().all(|demand| demand.single_source), "{name}");
    }
    let scenario = read("tiny-test-bed.txt");
    assert_eq!(
        (scenario.sites.len(), scenario.sites[11].capacity, scenario.sites[11].opening_cost),
        (12, Some(111.0), Some(61.0))
    );
    assert_eq!(scenario.demands[2].quantity, Quantities::Bare(7.0));
    assert_eq!(scenario.lanes.outbound.unit_costs.unwrap()[0][1], 1.75);
    assert!(!scenario.demands[0].single_source);
}

#[test]
fn facilities_without_capacities() {
    let scenario = read("tiny-koerkel.txt");
    assert_eq!(amounts(&scenario).1, [Some(30.0), Some(20.0)]);
    assert_eq!(scenario.lanes.outbound.unit_costs, Some(vec![vec![4.0, 5.0, 6.0], vec![7.0, 8.0, 1.0]]));
    // The M* set has capacities that do not count.
    let scenario = read("tiny-mstar.txt");
    assert_eq!(amounts(&scenario).0, [None, None]);
    assert_eq!(scenario.lanes.outbound.unit_costs.unwrap()[1], [12.132 / 3.0, 12.666 / 2.0]);
}

#[test]
fn plants_of_two_stages_are_supplies_that_cost() {
    let scenario = read("tiny-two-stage.txt");
    let supplies = scenario.supplies.iter().map(|supply| (supply.capacity.clone(), supply.opening_cost));
    let expected = [(30.0, 500.0), (25.0, 400.0)].map(|(most, cost)| (Some(Quantities::Bare(most)), Some(cost)));
    assert_eq!(supplies.collect::<Vec<_>>(), expected);
    assert_eq!(scenario.lanes.inbound.unit_costs, Some(vec![vec![1.0, 2.0], vec![3.0, 1.0]]));
    assert_eq!(amounts(&scenario).0, [Some(30.0), Some(40.0)]);
    let several = "1 2 1 3\n3 4 5\n9 8 7 50\n1 2\n3 4\n5 6\n7 6 5 10\n5 4 3 20\n1\n2\n3\n4\n5\n6\n";
    let scenario = formats::read("x", several).unwrap();
    let named = |amounts: [f64; 3]| {
        let named = amounts.into_iter().enumerate().map(|(product, amount)| (product.to_string(), amount));
        Quantities::Named(named.collect())
    };
    assert_eq!(scenario.demands[0].quantity, named([3.0, 4.0, 5.0]));
    assert_eq!(scenario.supplies[0].capacity, Some(named([9.0, 8.0, 7.0])));
    let sites = scenario.sites.iter().map(|site| (site.product_capacity.clone(), site.opening_cost));
    let expected = [(Some(named([7.0, 6.0, 5.0])), Some(10.0)), (Some(named([5.0, 4.0, 3.0])), Some(20.0))];
    assert_eq!(sites.collect::<Vec<_>>(), expected);
    assert_eq!(scenario.lanes.inbound.product_unit_costs["1"], [[3.0, 4.0]]);
    assert_eq!(scenario.lanes.outbound.product_unit_costs["1"], [[3.0], [4.0]]);
}

#[test]
fn tsplib_cities_are_a_median_problem() {
    let scenario = read("tiny.tsp");
    assert_eq!((scenario.objective, scenario.sites_max, scenario.sites.len()), (Objective::PMedian, Some(1), 4));
    assert_eq!((scenario.travel.scale, scenario.locations[1].at), (Some(1000.0), Some([3.0, 4.0])));
    assert_eq!(scenario.lanes.outbound.per_unit_km, Some(1.0));
    check_error("tiny.tsp", "3 1.5 2", "3 1.5", "line 8: found `3`, expected a number, x and y");
}

#[test]
fn generated_instances_are_read_from_json() {
    let scenario = read("tiny-generated.json");
    assert_eq!(amounts(&scenario).0, [Some(31.0), Some(40.0)]);
    assert_eq!(amounts(&scenario).1, [Some(600.5), Some(700.0)]);
    assert_eq!(scenario.locations[3].at, Some([1.0, 0.5]));
    // 0.25 of the square's side is 250 thousand units away and costs 2.5 a unit.
    assert_eq!(scenario.lanes.outbound.per_unit_km, Some(0.01));
}

#[test]
fn sol_files_come_back() {
    let order = |id| stop(Activity::Order, Some(id), id);
    let ends = || (stop(Activity::Start, None, "0"), stop(Activity::End, None, "0"));
    let around = |inner: Vec<Stop>| {
        let (start, end) = ends();
        std::iter::once(start).chain(inner).chain([end]).collect::<Vec<Stop>>()
    };
    let one_type = plan(827.300_000_000_1, vec![("vehicle", 2, around(vec![order("3"), order("1")]))]);
    let text = sol::write(&read("tiny.vrp"), &one_type).unwrap();
    assert_eq!(text, "Route #1: 3 1\nCost 827.3\n");
    assert_eq!(sol::read(&text).unwrap().routes, [["3", "1"].map(str::to_owned)]);

    let fleet = plan(65.0, vec![("type 2", 1, around(vec![order("2")]))]);
    let text = sol::write(&read("tiny-fleet.vrp"), &fleet).unwrap();
    assert_eq!(text, "Route #1:\nRoute #2:\nRoute #3: 2\nCost 65\n");
    let sol = sol::read(&text).unwrap();
    assert_eq!((sol.routes.len(), sol.cost), (3, Some(65.0)));

    let shipment = vec![stop(Activity::Pickup, Some("4"), "4"), stop(Activity::Delivery, Some("4"), "2")];
    let pairs = plan(9.0, vec![("vehicle", 1, around(shipment))]);
    assert_eq!(sol::write(&read("tiny-lilim.txt"), &pairs).unwrap(), "Route #1: 4 2\nCost 9\n");

    let named = plan(9.0, vec![("vehicle", 1, around(vec![order("shop a")]))]);
    assert!(sol::write(&read("tiny.vrp"), &named).is_err());
    assert!(sol::read("Route #1: a b").is_err() && sol::read("Route #99999999: 1").is_err() && sol::read("").is_err());
}

#[test]
fn documents_are_compact_json_that_comes_back() {
    for (name, _) in FILES {
        let scenario = read(name);
        let text = json::scenario_to_json(&scenario);
        assert_eq!(serde_json::from_str::<Scenario>(&text).unwrap(), scenario, "{name}");
    }
    let plan = plan(2.5, vec![("vehicle", 1, vec![stop(Activity::Order, Some("\"<1>\""), "1")])]);
    assert_eq!(serde_json::from_str::<Plan>(&json::plan_to_json(&plan)).unwrap(), plan);
    for (schema, title) in [(json::scenario_schema(), "Scenario"), (json::plan_schema(), "Plan")] {
        assert_eq!(schema["title"], title);
        jsonschema::validator_for(&schema).unwrap();
    }
}

/// Words that a mutation may put anywhere.
const WORDS: &[&str] = &[
    "-1",
    "0",
    "99999999999",
    "1e308",
    "NaN",
    "x",
    "3.5",
    ":",
    "EOF",
    "TIME_WINDOW_SECTION",
    "\u{fffd}",
    "4294967295",
];

proptest! {
    #[test]
    fn no_text_makes_a_reader_panic(
        file in 0..FILES.len(),
        changes in prop::collection::vec((0usize..400, 0usize..WORDS.len() + 2), 1..5),
    ) {
        let mut words: Vec<String> = FILES[file].1.split_inclusive([' ', '\n', '\t']).map(str::to_owned).collect();
        for (place, change) in changes {
            let place = place % words.len();
            let end = if words[place].ends_with('\n') { "\n" } else { " " };
            match change.checked_sub(2).map(|word| WORDS[word]) {
                Some(word) => words[place] = format!("{word}{end}"),
                None if change == 0 => words.truncate(place.max(1)),
                None => { words.remove(place); }
            }
            if words.is_empty() {
                break;
            }
        }
        let text = words.concat();
        for format in FORMATS {
            let _ = (format.detect)(&text);
            let _ = (format.read)(&text);
        }
        let _ = formats::read(FILES[file].0, &text);
        let _ = sol::read(&text);
    }

    #[test]
    fn arbitrary_text_is_refused_in_peace(text in "[ -~\n\u{e9}]{0,200}") {
        for format in FORMATS {
            let _ = (format.detect)(&text);
            let _ = (format.read)(&text);
        }
        let _ = sol::read(&text);
    }
}

#[test]
fn site_dependent_instances_name_who_may_serve_whom() {
    let text = "NAME : x\nTYPE : SDVRPTW\nDIMENSION : 4\nEDGE_WEIGHT_TYPE : EUC_2D\nVEHICLES : 3\nCAPACITY : 9\n\
                NODE_COORD_SECTION\n1 0 0\n2 3 4\n3 1 1\n4 0 1\nDEMAND_SECTION\n1 0\n2 1\n3 1\n4 2\n\
                DEPOT_SECTION\n1\n-1\nVEHICLES_ALLOWED_CLIENTS_SECTION\n1 2 3\n2 2 3\n3 2 4\nEOF\n";
    let scenario = formats::read("x.vrp", text).unwrap();
    let counts: Vec<u32> = scenario.vehicles.iter().map(|vehicle| vehicle.count).collect();
    assert_eq!(counts, [2, 1]);
    let forbidden: Vec<&[String]> = scenario.orders.iter().map(|order| order.forbidden_vehicles.as_slice()).collect();
    assert_eq!(forbidden, [&[][..], &["type 2".to_owned()], &["type 1".to_owned()]]);
    assert_eq!(scenario.travel.scale, Some(1000.0));
    let broken = [("3 2 4\n", ""), ("3 2 4", "2 2 4"), ("3 2 4", "3 2 5"), ("3 2 4", "3 2 0"), ("3 2 4", "4 2 4")];
    for (from, to) in broken {
        assert!(formats::read("x.vrp", &text.replace(from, to)).is_err(), "{to}");
    }
}

#[test]
fn richer_instances_have_groups_backhauls_and_trips() {
    let base = "NAME : x\nTYPE : KIND\nDIMENSION : 4\nEDGE_WEIGHT_TYPE : EUC_2D\nVEHICLES : 2\nCAPACITY : 9\n\
                NODE_COORD_SECTION\n1 0 0\n2 3 4\n3 1 1\n4 0 1\nDEMAND_SECTION\n1 0\n2 2\n3 2\n4 0\n\
                DEPOT_SECTION\n1\n-1\n";
    let grouped = format!("{}MUTUALLY_EXCLUSIVE_GROUP_SECTION\n1 3 2\n2 4\nEOF\n", base.replace("KIND", "GVRP"));
    let scenario = formats::read("x.vrp", &grouped).unwrap();
    assert_eq!(ids(scenario.orders.iter().map(|order| &order.id)), ["2", "3"]);
    assert_eq!(ids(scenario.orders[0].alternatives.iter().map(|place| &place.location)), ["1"]);
    for (from, to) in [("1 3 2", "1 3 4"), ("2 4", "2 3"), ("2 4", "2 1"), ("2 4", "1 4")] {
        assert!(formats::read("x.vrp", &grouped.replace(from, to)).is_err(), "{to}");
    }
    let backhauls = format!("{}BACKHAUL_SECTION\n1 0\n2 0\n3 0\n4 7\nEOF\n", base.replace("KIND", "VRPB"));
    let scenario = formats::read("x.vrp", &backhauls).unwrap();
    assert_eq!(scenario.orders[2].pickup, Some(Quantities::Bare(7.0)));
    let flags: Vec<bool> = scenario.orders.iter().map(|order| order.backhaul).collect();
    assert_eq!(flags, [false, false, true]);
    let trips = format!(
        "{}RELEASE_TIME_SECTION\n1 0\n2 0\n3 12\n4 5\nVEHICLES_RELOAD_DEPOT_SECTION\n1 1\n2 1\nEOF\n",
        base.replace("KIND", "MTVRPTWR").replace("CAPACITY", "VEHICLES_MAX_RELOADS : 3\nCAPACITY")
    );
    let scenario = formats::read("x.vrp", &trips).unwrap();
    let reload = scenario.vehicles[0].reload.as_ref().unwrap();
    assert_eq!((reload.locations.as_slice(), reload.max), (&["0".to_owned()][..], Some(3)));
    let releases: Vec<Option<Moment>> = scenario.orders.iter().map(|order| order.release).collect();
    assert_eq!(releases, [None, Some(Moment::Seconds(120)), None]);
    assert_eq!(scenario.vehicles[0].count, 2);
}
