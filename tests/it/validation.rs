//! Every rule of validation, by its code and the place it names.

use super::planned::problem;
use hubroute::model::problem::Case;
use hubroute::model::{Moment, parse_scenario, validate};
use hubroute::units::{Cost, Distance, Duration, Load, TimeWindow};
use proptest::prelude::*;
use serde_json::{Value, json};

/// Two sites, three demands, one supply, two products.
fn siting() -> Value {
    json!({
        "kind": "siting",
        "version": 1,
        "travel": {"metric": "euclidean"},
        "locations": [
            {"id": "north", "at": [0, 100]}, {"id": "south", "at": [0, 0]}, {"id": "factory", "at": [30, 40]}
        ],
        "products": [{"id": "ale", "weight": 1.5}, {"id": "bread"}],
        "supplies": [{"id": "works", "location": "factory", "capacity": {"ale": 50, "bread": 60},
            "unit_cost": {"ale": 2, "bread": 1}}],
        "sites": [
            {"id": "s1", "location": "north", "opening_cost": 100, "capacity": 80},
            {"id": "s2", "location": "south", "status": "existing", "closing_cost": 10, "capacity": 70.5}
        ],
        "demands": [
            {"id": "d1", "location": "north", "quantity": {"ale": 10.5}},
            {"id": "d2", "location": "south", "quantity": {"bread": 20, "ale": 0}, "max_distance": 100},
            {"id": "d3", "location": "factory", "quantity": {"ale": 5, "bread": 5}}
        ],
        "lanes": {"inbound": {"per_unit": 1}, "outbound": {"per_unit_km": 10}}
    })
}

/// Two vehicle types, three orders, one shipment, two dimensions.
fn routing() -> Value {
    json!({
        "kind": "routing",
        "version": 1,
        "locations": [{"id": "depot", "at": [10, 50]}, {"id": "a", "at": [10.1, 50]}, {"id": "b", "at": [10, 50.1]}],
        "vehicles": [
            {"id": "van", "count": 2, "capacity": {"kg": 100, "m3": 2.5}, "start": "depot", "shift": ["08:00", "18:00"]},
            {"id": "truck", "capacity": {"kg": 300}, "start": "depot", "end": "a", "costs": {"fixed": 50}}
        ],
        "orders": [
            {"id": "o1", "location": "a", "delivery": {"kg": 10}, "windows": [["09:00", "10:00"]], "service": 300},
            {"id": "o2", "location": "b", "pickup": {"kg": 10, "m3": 1}, "prize": 40},
            {"id": "o3", "location": "b"}
        ],
        "shipments": [{"id": "p1", "quantity": {"kg": 5},
            "pickup": {"location": "a"}, "delivery": {"location": "b", "windows": [["09:30", "25:00"]]}}]
    })
}

/// `base` with the value at each pointer set; `null` takes the field away.
fn with(mut base: Value, changes: &[(&str, Value)]) -> Value {
    for (pointer, value) in changes {
        let (parent, field) = pointer.rsplit_once('/').unwrap();
        match base.pointer_mut(parent).unwrap_or_else(|| panic!("nothing at {parent}")) {
            Value::Object(fields) if value.is_null() => drop(fields.remove(field)),
            Value::Object(fields) => drop(fields.insert(field.to_owned(), value.clone())),
            Value::Array(items) if field == "-" => items.push(value.clone()),
            Value::Array(items) => items[field.parse::<usize>().unwrap()] = value.clone(),
            other => panic!("{other} has no fields"),
        }
    }
    base
}

/// The defects of `base` after `changes`, as (pointer, code); their hints must hold `hint`.
fn check_hint(base: Value, changes: &[(&str, Value)], expected: &[(&str, &str)], hint: &str) {
    let document = with(base, changes);
    let scenario = parse_scenario(&document.to_string()).unwrap_or_else(|defects| panic!("{changes:?}: {defects:?}"));
    let defects = validate(scenario).expect_err(&format!("{changes:?} was found valid"));
    let found: Vec<(&str, &str)> = defects.iter().map(|defect| (defect.pointer.as_str(), defect.code)).collect();
    assert_eq!(found, expected, "{changes:?}: {defects:?}");
    assert!(defects.iter().any(|defect| defect.hint.contains(hint)), "no {hint} in {defects:?}");
    assert!(defects.iter().all(|defect| !defect.detail.ends_with('.') && !defect.detail.is_empty()));
}

fn check(base: Value, changes: &[(&str, Value)], expected: &[(&str, &str)]) {
    check_hint(base, changes, expected, "");
}

#[test]
fn good_scenarios_are_valid() {
    let siting = problem(&siting());
    let Case::Siting(case) = &siting.case else { panic!("no siting problem") };
    // Quantities in tenths, weights in tenths: capacities in hundredths.
    assert_eq!((case.flow_scale, case.capacity_scale), (10.0, 100.0));
    assert_eq!(case.products.iter().map(|product| product.weight).collect::<Vec<_>>(), [15, 10]);
    assert_eq!(case.sites[1].sizes[0].capacity, Some(Load::new(7050)));
    assert_eq!(
        (case.sites[0].sizes[0].opening, case.sites[1].closing),
        (Cost::new(100_000_000), Cost::new(10_000_000))
    );
    let lines: Vec<_> = case.demand_lines.iter().map(|line| (line.demand, line.quantity.get())).collect();
    assert_eq!(lines, [(0, 105), (1, 200), (2, 50), (2, 50)]);
    assert_eq!(case.demand_lines[1].max_distance, Distance::new(100));
    assert_eq!((case.min_open, case.max_open), (0, 2));
    assert_eq!(siting.input_hash.len(), 64);

    let routing = problem(&routing());
    let Case::Routing(case) = &routing.case else { panic!("no routing problem") };
    assert_eq!((case.dimensions.join(" "), &case.scales[..]), ("kg m3".to_owned(), &[1.0, 10.0][..]));
    let [van, truck] = &case.vehicle_types[..] else { panic!("two types") };
    assert_eq!(van.capacity, [Load::new(100), Load::new(25)]);
    assert_eq!((van.per_distance, van.end), (Cost::new(1_000_000), Some(van.start)));
    assert_eq!((truck.capacity[1], truck.per_distance, truck.shift), (Load::HUGE, Cost::ZERO, TimeWindow::ALWAYS));
    assert_eq!(case.visits.len(), 5);
    assert_eq!((case.visits[0].service, case.visits[1].prize), (Duration::new(300), Some(Cost::new(40_000_000))));
    assert_eq!((case.visits[3].pickup[0], case.visits[4].delivery[0]), (Load::new(5), Load::new(5)));
    assert_eq!(case.clock, Moment::Clock(0));
}

#[test]
fn the_document_as_a_whole() {
    check(routing(), &[("/version", json!(2))], &[("/version", "unknown_version")]);
    let product = json!([{"id": "x"}]);
    check(routing(), &[("/products", product)], &[("/products", "field_not_for_kind")]);
    check(routing(), &[("/sites_max", json!(3))], &[("/sites_max", "field_not_for_kind")]);
    check(routing(), &[("/objective", json!("p_median"))], &[("/objective", "field_not_for_kind")]);
    let prized = [("/objective", json!("min_vehicles"))];
    check(routing(), &prized, &[("/orders/1/prize", "prize_not_for_objective")]);
    check(siting(), &[("/objective", json!("min_vehicles"))], &[("/objective", "field_not_for_kind")]);
    check(routing(), &[("/lanes", json!({"inbound": {"per_unit": 1}}))], &[("/lanes", "field_not_for_kind")]);
    check(siting(), &[("/vehicles", json!([{"id": "v", "start": "north"}]))], &[("/vehicles", "field_not_for_kind")]);
    let limits = json!({"time": 0, "gap": 1, "iterations": 0, "threads": 5000});
    check(
        siting(),
        &[("/limits", limits)],
        &[
            ("/limits/time", "limit_out_of_range"),
            ("/limits/gap", "limit_out_of_range"),
            ("/limits/iterations", "limit_out_of_range"),
            ("/limits/threads", "limit_out_of_range"),
        ],
    );
    check(siting(), &[("/limits", json!({"time": 86401}))], &[("/limits/time", "limit_out_of_range")]);
}

#[test]
fn ids_and_references() {
    check(siting(), &[("/sites/1/id", json!("s1"))], &[("/sites/1/id", "duplicate_id")]);
    check(
        siting(),
        &[("/locations/2/id", json!("north"))],
        &[
            ("/locations/2/id", "duplicate_id"),
            ("/supplies/0/location", "unknown_location"),
            ("/demands/2/location", "unknown_location"),
        ],
    );
    check(routing(), &[("/shipments/0/id", json!("o1"))], &[("/shipments/0/id", "duplicate_id")]);
    check(siting(), &[("/demands/0/id", json!(""))], &[("/demands/0/id", "empty_id")]);
    check(siting(), &[("/demands/0/id", json!("x".repeat(129)))], &[("/demands/0/id", "id_too_long")]);
    check(siting(), &[("/demands/0/id", json!("a\u{0}b"))], &[("/demands/0/id", "id_control_character")]);
    let unknown = [("/demands/0/location", json!("nroth"))];
    check_hint(siting(), &unknown, &[("/demands/0/location", "unknown_location")], "did you mean `north`?");
    let unknown = [("/demands/0/forbidden_sites", json!(["s2", "s3"]))];
    check_hint(siting(), &unknown, &[("/demands/0/forbidden_sites/1", "unknown_site")], "`s1`");
    let unknown = [("/demands/0/quantity", json!({"a/e": 3}))];
    check_hint(siting(), &unknown, &[("/demands/0/quantity/a~1e", "unknown_product")], "`ale`");
    let unknown = [("/orders/0/delivery", json!({"kgs": 3}))];
    check_hint(routing(), &unknown, &[("/orders/0/delivery/kgs", "unknown_dimension")], "`kg`");
    check(routing(), &[("/vehicles/1/end", json!("nowhere"))], &[("/vehicles/1/end", "unknown_location")]);
}

#[test]
fn numbers_and_quantities() {
    check(siting(), &[("/sites/0/opening_cost", json!(-5))], &[("/sites/0/opening_cost", "negative")]);
    check(siting(), &[("/sites/0/opening_cost", json!(1e308))], &[("/sites/0/opening_cost", "too_large")]);
    check(siting(), &[("/sites/0/opening_cost", json!(1e-9))], &[("/sites/0/opening_cost", "too_small")]);
    check(siting(), &[("/sites/0/capacity", json!(0))], &[("/sites/0/capacity", "zero_capacity")]);
    check(siting(), &[("/sites/0/capacity", json!(0.123_456_7))], &[("/sites/0/capacity", "too_many_decimals")]);
    check(siting(), &[("/products/0/weight", json!(0.123_456_7))], &[("/products/0/weight", "too_many_decimals")]);
    check(siting(), &[("/demands/0/quantity", json!({"ale": 1e-7}))], &[("/demands/0/quantity", "too_many_decimals")]);
    check(siting(), &[("/demands/0/quantity", json!({"ale": -1}))], &[("/demands/0/quantity/ale", "negative")]);
    check(siting(), &[("/demands/0/quantity", json!({"ale": 0}))], &[("/demands/0/quantity", "nothing_needed")]);
    check(siting(), &[("/demands/0/quantity", json!(7))], &[("/demands/0/quantity", "bare_number")]);
    check(routing(), &[("/orders/0/delivery", json!(7))], &[("/orders/0/delivery", "bare_number")]);
    check(
        routing(),
        &[("/vehicles/0/capacity", json!({"kg": 0, "m3": 0}))],
        &[("/vehicles/0/capacity", "zero_capacity")],
    );
    check(
        routing(),
        &[("/vehicles/0/costs", json!({"per_meter": 1e-8}))],
        &[("/vehicles/0/costs/per_meter", "too_small")],
    );
    check(
        routing(),
        &[("/orders/0/delivery", json!({"kg": 301}))],
        &[("/orders/0/delivery", "too_large_for_any_vehicle")],
    );
    check(routing(), &[("/orders/1/pickup", json!({"kg": 301}))], &[("/orders/1/pickup", "too_large_for_any_vehicle")]);
    let shipment = [("/shipments/0/quantity", json!({"kg": 301}))];
    check(routing(), &shipment, &[("/shipments/0/quantity", "too_large_for_any_vehicle")]);
    // Each amount fits some vehicle, both together fit none.
    let both =
        [("/orders/1/pickup", json!({"kg": 200, "m3": 3})), ("/vehicles/1/capacity", json!({"kg": 300, "m3": 1}))];
    check(routing(), &both, &[("/orders/1/pickup", "too_large_for_any_vehicle")]);
}

#[test]
fn numbers_that_json_cannot_hold_are_refused_too() {
    let mut scenario = parse_scenario(&siting().to_string()).unwrap();
    scenario.sites[0].opening_cost = Some(f64::NAN);
    scenario.locations[0].at = Some([f64::INFINITY, 0.0]);
    scenario.limits.gap = Some(f64::NAN);
    scenario.travel.circuity = Some(f64::NAN);
    let codes: Vec<&str> = validate(scenario).unwrap_err().iter().map(|defect| defect.code).collect();
    assert_eq!(codes, ["limit_out_of_range", "not_finite", "not_positive", "not_finite"]);
}

#[test]
fn places_and_travel() {
    check(routing(), &[("/locations/1/at", json!(null))], &[("/locations/1", "missing_coordinates")]);
    let swapped = [("/locations/1/at", json!([50, 110]))];
    check_hint(routing(), &swapped, &[("/locations/1/at/1", "latitude_out_of_range")], "swapped");
    check(routing(), &[("/locations/1/at", json!([181, 0]))], &[("/locations/1/at/0", "longitude_out_of_range")]);
    check(siting(), &[("/locations/1/at", json!([1e10, 0]))], &[("/locations/1/at/0", "too_large")]);
    check(
        siting(),
        &[("/locations/1/at", json!([1e9, 0])), ("/travel/scale", json!(10))],
        &[("/travel", "travel_too_long")],
    );
    check(siting(), &[("/travel/circuity", json!(0))], &[("/travel/circuity", "not_positive")]);
    check(siting(), &[("/travel/speed_kmh", json!(-1))], &[("/travel/speed_kmh", "not_positive")]);
    check(siting(), &[("/travel/distances", json!([[0]]))], &[("/travel/distances", "field_not_for_metric")]);
    check(routing(), &[("/travel", json!({"scale": 2}))], &[("/travel/scale", "field_not_for_metric")]);
    let matrix = |distances: Value| json!({"metric": "matrix", "distances": distances});
    check(routing(), &[("/travel", json!({"metric": "matrix"}))], &[("/travel", "missing_matrix")]);
    let good = json!([[0, 1.5, 2], [1, 0, 2], [1, 2, 0]]);
    let mut travel = matrix(good.clone());
    travel["circuity"] = json!(1.2);
    travel["speed_kmh"] = json!(50);
    travel["rounding"] = json!("ceil");
    check(
        routing(),
        &[("/travel", travel)],
        &[
            ("/travel/circuity", "field_not_for_metric"),
            ("/travel/speed_kmh", "field_not_for_metric"),
            ("/travel/rounding", "field_not_for_metric"),
        ],
    );
    check(routing(), &[("/travel", matrix(json!([[0, 1, 2], [1, 0, 2]])))], &[("/travel/distances", "matrix_size")]);
    let ragged = json!([[0, 1, 2], [1, 0], [1, 2, 0]]);
    check(routing(), &[("/travel", matrix(ragged))], &[("/travel/distances/1", "matrix_size")]);
    let wrong = json!([[0, -1, 2], [1, 0, 5e9], [1, 2, 0]]);
    check(
        routing(),
        &[("/travel", matrix(wrong))],
        &[("/travel/distances/0/1", "negative"), ("/travel/distances/1/2", "too_large")],
    );
    let without_coordinates = with(routing(), &[("/travel", matrix(good)), ("/locations/0/at", json!(null))]);
    let from = |row| hubroute::units::LocationIdx::new(row);
    assert_eq!(problem(&without_coordinates).travel.distance(from(0), from(1)), Distance::new(2));
}

#[test]
fn vehicles_and_times() {
    check(routing(), &[("/vehicles", json!([]))], &[("/vehicles", "no_vehicles")]);
    check(routing(), &[("/orders", json!([])), ("/shipments", json!([]))], &[("/orders", "no_orders")]);
    check(routing(), &[("/vehicles/0/count", json!(0))], &[("/vehicles/0/count", "zero_count")]);
    check(routing(), &[("/vehicles/0/max_stops", json!(0))], &[("/vehicles/0/max_stops", "zero_max_stops")]);
    check(routing(), &[("/vehicles/1/open_end", json!(true))], &[("/vehicles/1/end", "conflicting_fields")]);
    check(routing(), &[("/vehicles/0/shift", json!(["18:00", "08:00"]))], &[("/vehicles/0/shift", "window_reversed")]);
    check(
        routing(),
        &[("/orders/0/windows/0", json!(["10:00", "09:00"]))],
        &[("/orders/0/windows/0", "window_reversed")],
    );
    check(routing(), &[("/orders/0/service", json!(1.5))], &[("/orders/0/service", "not_whole_seconds")]);
    check(routing(), &[("/orders/0/windows/0", json!([-5, 9]))], &[("/orders/0/windows/0/0", "negative")]);
    let stamps = json!([["2026-03-02T08:00:00Z", "2026-03-02T09:00:00Z"]]);
    check(routing(), &[("/orders/0/windows", stamps)], &[("/orders/0/windows/0/0", "mixed_times")]);
    let costs = json!({"per_second": 1e9});
    check(routing(), &[("/vehicles/0/costs", costs)], &[("", "cost_overflow")]);
}

#[test]
fn sites_and_lanes() {
    check(siting(), &[("/sites", json!([]))], &[("/sites", "no_sites")]);
    check(siting(), &[("/demands", json!([]))], &[("/demands", "no_demands")]);
    check(
        siting(),
        &[("/locations", json!([]))],
        &[
            ("/locations", "no_locations"),
            ("/supplies/0/location", "unknown_location"),
            ("/demands/0/location", "unknown_location"),
            ("/demands/1/location", "unknown_location"),
            ("/demands/2/location", "unknown_location"),
            ("/sites/0/location", "unknown_location"),
            ("/sites/1/location", "unknown_location"),
        ],
    );
    check(siting(), &[("/sites/1/opening_cost", json!(5))], &[("/sites/1/opening_cost", "cost_not_for_status")]);
    check(siting(), &[("/sites/0/closing_cost", json!(5))], &[("/sites/0/closing_cost", "cost_not_for_status")]);
    check(siting(), &[("/sites_min", json!(2)), ("/sites_max", json!(1))], &[("/sites_min", "sites_min_above_max")]);
    check(siting(), &[("/sites_max", json!(0))], &[("/sites_max", "sites_max_zero")]);
    check(siting(), &[("/sites_min", json!(3))], &[("/sites_min", "sites_min_too_large")]);
    let required = [
        ("/sites/0/status", json!("required")),
        ("/sites/1/status", json!("required")),
        ("/sites/1/closing_cost", json!(null)),
        ("/sites_max", json!(1)),
    ];
    check(siting(), &required, &[("/sites_max", "too_many_required_sites")]);
    check(siting(), &[("/supplies/0/unit_cost", json!({"ale": 2}))], &[("/supplies/0/unit_cost", "missing_price")]);
    let partial = [("/supplies/0/capacity", json!({"ale": 50}))];
    check(siting(), &partial, &[("/supplies/0/unit_cost", "price_without_supply")]);
    check(
        siting(),
        &[("/lanes/inbound/unit_costs", json!([[1, 2]]))],
        &[("/lanes/inbound/per_unit", "conflicting_fields")],
    );
    check(
        siting(),
        &[("/lanes/outbound", json!({"unit_costs": [[1, 2, 3]]}))],
        &[("/lanes/outbound/unit_costs", "matrix_size")],
    );
    let by_product = |costs: Value| [("/lanes/outbound", json!({"product_unit_costs": costs}))];
    check(
        siting(),
        &by_product(json!({"beer": [[1, 2, 3], [1, 2, 3]], "ale": [[1, 2, 3]]})),
        &[
            ("/lanes/outbound/product_unit_costs/ale", "matrix_size"),
            ("/lanes/outbound/product_unit_costs/beer", "unknown_product"),
        ],
    );
    let ragged = json!({"unit_costs": [[1, 2, 3], [1, 2]]});
    check(siting(), &[("/lanes/outbound", ragged)], &[("/lanes/outbound/unit_costs/1", "matrix_size")]);
    let negative = json!({"unit_costs": [[1, 2, 3], [1, -2, 3]]});
    check(siting(), &[("/lanes/outbound", negative)], &[("/lanes/outbound/unit_costs/1/1", "negative")]);
    check(siting(), &[("/supplies", json!([]))], &[("/lanes/inbound", "inbound_without_supplies")]);
}

#[test]
fn enough_of_everything_within_reach() {
    let detail = |changes: &[(&str, Value)]| {
        let scenario = parse_scenario(&with(siting(), changes).to_string()).unwrap();
        validate(scenario).unwrap_err().remove(0).detail
    };
    let small = [("/sites/0/capacity", json!(10)), ("/sites/1/capacity", json!(20))];
    check(siting(), &small, &[("/sites", "not_enough_site_capacity")]);
    // 15.5 × 1.5 + 25 × 1.
    assert!(detail(&small).contains("48.25") && detail(&small).contains("30"), "{}", detail(&small));
    let one = [("/sites/0/capacity", json!(40)), ("/sites/1/capacity", json!(40)), ("/sites_max", json!(1))];
    check(siting(), &one, &[("/sites", "not_enough_site_capacity")]);
    let short = [("/supplies/0/capacity", json!({"ale": 15, "bread": 60}))];
    check_hint(siting(), &short, &[("/supplies", "not_enough_supply")], "0.5");
    let none = [("/supplies/0/capacity", json!({"ale": 15.5})), ("/supplies/0/unit_cost", json!(1))];
    check(siting(), &none, &[("/supplies", "product_not_supplied")]);
    check(
        siting(),
        &[("/sites/0/status", json!("forbidden")), ("/sites/1/status", json!("forbidden"))],
        &[("/sites", "not_enough_site_capacity"), ("/sites", "no_sites")],
    );
    let far = [("/demands/2/max_distance", json!(49.9))];
    check_hint(siting(), &far, &[("/demands/2", "out_of_reach")], "`s2` is 50 m");
    let slow = [("/demands/2/max_duration", json!(10))];
    check_hint(siting(), &slow, &[("/demands/2", "out_of_reach")], "50 s");
    let banned = [("/demands/2/forbidden_sites", json!(["s1", "s2"]))];
    check(siting(), &banned, &[("/demands/2", "out_of_reach")]);
    let manhattan = [("/demands/2/max_distance", json!(69)), ("/travel/metric", json!("manhattan"))];
    check_hint(siting(), &manhattan, &[("/demands/2", "out_of_reach")], "70 m");
    let large = [
        ("/demands/0/quantity", json!({"ale": 1e9})),
        ("/supplies/0/capacity", json!(null)),
        ("/sites/0/capacity", json!(null)),
        ("/lanes/outbound/per_unit", json!(1e4)),
    ];
    check(siting(), &large, &[("", "cost_overflow")]);
    let many: Vec<Value> = (0..1500)
        .map(|row| {
            json!({"id": row.to_string(), "location": "north",
        "quantity": {"ale": 999_999_999.000_001f64}})
        })
        .collect();
    let too_much =
        [("/demands", json!(many)), ("/sites/0/capacity", json!(null)), ("/supplies/0/capacity", json!(null))];
    check(siting(), &too_much, &[("/demands", "quantity_overflow")]);
}

#[test]
fn p_median_counts_transport_alone() {
    let plain = with(
        siting(),
        &[
            ("/objective", json!("p_median")),
            ("/sites/0/opening_cost", json!(null)),
            ("/sites/1/closing_cost", json!(null)),
            ("/supplies/0/unit_cost", json!(null)),
        ],
    );
    check(plain.clone(), &[], &[("/sites_max", "p_median_needs_sites_max")]);
    check(plain.clone(), &[("/sites_max", json!(3))], &[("/sites_max", "sites_max_too_large")]);
    let costs = [("/sites_max", json!(1)), ("/sites/0/handling_cost", json!(0)), ("/supplies/0/unit_cost", json!(1))];
    check(
        plain.clone(),
        &costs,
        &[("/supplies/0/unit_cost", "cost_not_for_objective"), ("/sites/0/handling_cost", "cost_not_for_objective")],
    );
    let problem = problem(&with(plain, &[("/sites_max", json!(1))]));
    let Case::Siting(case) = problem.case else { panic!("no siting problem") };
    assert_eq!((case.min_open, case.max_open), (1, 1));
}

#[test]
fn a_hundred_defects_are_listed() {
    let orders: Vec<Value> = (0..250).map(|row| json!({"id": format!("o{row}"), "location": "c"})).collect();
    let document = with(routing(), &[("/orders", json!(orders))]);
    let defects = validate(parse_scenario(&document.to_string()).unwrap()).unwrap_err();
    assert_eq!(defects.len(), 101);
    assert_eq!(defects[100].code, "too_many_defects");
    assert!(defects[100].detail.contains("250"));
}

#[test]
fn bare_numbers_need_one_dimension() {
    let document = json!({"kind": "routing", "version": 1, "travel": {"metric": "euclidean"},
        "locations": [{"id": "d", "at": [0, 0]}],
        "vehicles": [{"id": "v", "start": "d", "capacity": 10}],
        "orders": [{"id": "o", "location": "d", "delivery": 2.25}]});
    let problem = problem(&document);
    let Case::Routing(case) = &problem.case else { panic!("no routing problem") };
    assert_eq!((&case.dimensions[..], case.visits[0].delivery[0]), (&[String::new()][..], Load::new(225)));
    check_hint(
        document,
        &[("/orders/0/delivery", json!({"kg": 2}))],
        &[("/orders/0/delivery/kg", "unknown_dimension")],
        "bare",
    );
}

/// Values that break rules in every way a field can.
fn odd_values() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        Just(json!([])),
        Just(json!({})),
        Just(json!([[1, 2], [3]])),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        (-3i32..100).prop_map(Value::from),
        "[a-z0-9:/~\u{0}ü]{0,6}".prop_map(Value::from),
        prop_oneof![Just("north"), Just("s1"), Just("ale"), Just("08:00"), Just("2026-01-01T00:00:00Z")]
            .prop_map(Value::from),
    ]
}

/// Pointers to everything in `value`.
fn pointers(value: &Value, here: &str, found: &mut Vec<String>) {
    found.push(here.to_owned());
    match value {
        Value::Object(fields) => {
            fields.iter().for_each(|(name, value)| pointers(value, &format!("{here}/{name}"), found))
        }
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(row, value)| pointers(value, &format!("{here}/{row}"), found));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

proptest! {
    #[test]
    fn no_mutation_panics(
        changes in prop::collection::vec((any::<prop::sample::Index>(), odd_values()), 1..4),
        is_siting: bool,
    ) {
        let mut document = if is_siting { siting() } else { routing() };
        for (place, value) in changes {
            let mut found = Vec::new();
            pointers(&document, "", &mut found);
            if let Some(place) = document.pointer_mut(&found[place.index(found.len())]) {
                *place = value;
            }
        }
        match parse_scenario(&document.to_string()) {
            Ok(scenario) => {
                if let Err(defects) = validate(scenario) {
                    prop_assert!(!defects.is_empty());
                }
            }
            Err(defects) => prop_assert!(!defects.is_empty()),
        }
    }
}

#[test]
fn orders_name_vehicles_and_skills() {
    let defects = |changes: &[(&str, Value)]| -> Vec<(String, String)> {
        let scenario = parse_scenario(&with(routing(), changes).to_string()).unwrap();
        let defects = validate(scenario).err().unwrap_or_default();
        defects.into_iter().map(|defect| (defect.pointer, defect.code.to_string())).collect()
    };
    let found = defects(&[
        ("/orders/0/allowed_vehicles", json!(["van", "trucks"])),
        ("/shipments/0/forbidden_vehicles", json!(["bike"])),
        ("/vehicles/0/skills", json!([""])),
        ("/orders/1/skills", json!(["lift", "a\nb"])),
    ]);
    let expected = [
        ("/vehicles/0/skills/0", "empty_id"),
        ("/orders/0/allowed_vehicles/1", "unknown_id"),
        ("/orders/1/skills/1", "id_control_character"),
        ("/shipments/0/forbidden_vehicles/0", "unknown_id"),
    ];
    assert_eq!(found, expected.map(|(pointer, code)| (pointer.to_owned(), code.to_owned())));
    let changes = [("/orders/0/skills", json!(["lift"])), ("/vehicles/1/skills", json!(["lift", "cold"]))];
    let problem = validate(parse_scenario(&with(routing(), &changes).to_string()).unwrap()).unwrap();
    let Case::Routing(routing) = problem.case else { panic!("no routing problem") };
    let barred: Vec<usize> = routing.visits.iter().map(|visit| visit.barred.len()).collect();
    assert_eq!(barred, [1, 0, 0, 0, 0]);
    assert_eq!(routing.visits[0].barred[0].get(), 0);
}

#[test]
fn windows_places_and_reloads_have_to_make_sense() {
    let nine: Vec<[i64; 2]> = (0..9).map(|row| [10 * row, 10 * row + 5]).collect();
    let changes = [
        ("/orders/0/windows", json!([[20, 30], [0, 21]])),
        ("/orders/1/windows", json!(nine)),
        ("/orders/1/release", json!(5)),
        ("/orders/1/backhaul", json!(true)),
        ("/shipments/0/pickup/windows", json!([[0, 5], [9, 12]])),
        ("/vehicles/0/reload", json!({"locations": ["nowhere"], "max": 0, "service": 0.5})),
    ];
    let mut document = with(routing(), &changes);
    let order = document["orders"][0].as_object_mut().unwrap();
    let here = order["location"].clone();
    order.insert("alternatives".to_owned(), json!([{"location": here, "windows": [[9, 8]]}]));
    let orders = document["orders"][1].as_object_mut().unwrap();
    orders.remove("delivery");
    orders.remove("pickup");
    let defects = validate(parse_scenario(&document.to_string()).unwrap()).unwrap_err();
    let mut found: Vec<(&str, &str)> = defects.iter().map(|defect| (defect.pointer.as_str(), defect.code)).collect();
    found.sort_unstable();
    let expected = [
        ("/orders/0/alternatives/0/location", "duplicate_place"),
        ("/orders/0/alternatives/0/windows/0", "window_reversed"),
        ("/orders/0/windows/0", "windows_overlap"),
        ("/orders/1/backhaul", "backhaul_not_pickup"),
        ("/orders/1/release", "release_without_delivery"),
        ("/orders/1/windows", "too_many_windows"),
        ("/shipments/0/pickup/windows", "not_served_yet"),
        ("/vehicles/0/reload/locations/0", "unknown_location"),
        ("/vehicles/0/reload/max", "zero_reloads"),
        ("/vehicles/0/reload/service", "not_whole_seconds"),
    ];
    assert_eq!(found, expected);
}
