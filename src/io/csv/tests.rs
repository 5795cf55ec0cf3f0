//! Folders come back as they were, and everything wrong in one is named at once.

use super::columns::{LEVELS, TABLES};
use super::{read, write};
use crate::model::Scenario;
use proptest::prelude::*;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

fn scenario(value: serde_json::Value) -> Scenario {
    serde_json::from_value(value).unwrap()
}

fn siting() -> Scenario {
    scenario(json!({
        "kind": "siting", "version": 1, "name": "two, \"quoted\"", "currency": "CNY",
        "travel": {"metric": "haversine", "circuity": 1.3, "speed_kmh": 50.5},
        "locations": [
            {"id": "a", "at": [112.5, 37.9], "name": "Taiyuan, 太原"},
            {"id": "=b", "at": [111.0, -35.25]},
            {"id": "'=c", "at": [0.1, 0.2], "name": "-x"},
        ],
        "products": [{"id": "milk", "weight": 1.5}, {"id": "tea"}],
        "supplies": [
            {"id": "p", "location": "a", "capacity": {"milk": 800, "tea": 0.5}, "unit_cost": 3},
            {"id": "q", "location": "a", "capacity": {"tea": 7}},
            {"id": "r", "location": "=b", "unit_cost": {"milk": 2.25}},
        ],
        "sites": [
            {"id": "S1", "location": "=b", "status": "existing", "closing_cost": 12.5, "capacity": 1000},
            {"id": "S2", "location": "a", "opening_cost": 1e7, "handling_cost": 0.1, "product_capacity": {"milk": 40, "tea": 0}},
            {"id": "S3", "location": "a", "min_throughput": 7.5, "levels": [
                {"id": "small", "capacity": 10, "opening_cost": 5, "product_capacity": {"tea": 2.5}},
                {"id": "=large", "operating_cost": 2, "handling_cost": 0.25},
            ]},
        ],
        "demands": [
            {"id": "d", "location": "a", "quantity": {"milk": 5}, "single_source": true, "forbidden_sites": ["S1", "S2"]},
            {"id": "e", "location": "=b", "quantity": {"milk": 1, "tea": 2}, "max_distance": 150000},
        ],
        "lanes": {"inbound": {"per_unit_km": 0.5, "product_unit_costs": {"tea": [[1, 2, 3], [4, 5, 6], [7, 8, 9.5]]}},
                  "outbound": {"unit_costs": [[1.5, 2], [3, 4], [5, 6]]}},
        "sites_max": 2, "budget": 1e6, "limits": {"time": 30, "seed": 7}, "custom": {"note": [1, "x"]},
    }))
}

fn routing() -> Scenario {
    scenario(json!({
        "kind": "routing", "version": 1,
        "travel": {"metric": "matrix", "distances": [[0, 5.5], [6, 0]], "durations": [[0, 1], [2, 0]]},
        "locations": [{"id": "0"}, {"id": "1", "at": [3, -4]}],
        "vehicles": [
            {"id": "van", "count": 3, "capacity": {"kg": 800, "pallets": 6}, "start": "0", "shift": ["07:00", "18:30"],
             "costs": {"fixed": 50, "per_meter": 0.001}, "max_stops": 9, "skills": ["cold", "lift"],
             "compartments": [{"id": "freezer", "capacity": {"kg": 100}, "kinds": ["frozen"]}, {"id": "room"}]},
            {"id": "bike", "start": "0", "open_end": true, "costs": {}},
        ],
        "orders": [
            {"id": "o", "location": "1", "delivery": {"kg": 3}, "windows": [[0, 3600]], "service": 90, "prize": 4.5, "priority": 2,
             "skills": ["cold"], "forbidden_vehicles": ["bike"]},
            {"id": "u", "location": "1", "pickup": {"pallets": 1}, "windows": [["2026-03-02T08:00:00Z", "2026-03-02T09:00:00Z"]]},
        ],
        "shipments": [{"id": "s", "quantity": {"kg": 2}, "pickup": {"location": "0", "service": 5},
                       "delivery": {"location": "1", "windows": [["08:00", "09:00"]]}, "allowed_vehicles": ["van", "bike"]}],
        "docks": [{"location": "0", "doors": 2, "hours": ["06:00", "18:00"], "service": 300, "per_unit": {"pallets": 40.5}}],
        "balance": {"measure": "duration", "per_unit": 0.5, "target": 3600},
        "groups": [{"orders": ["o", "s"], "rule": "together"}],
        "stocks": [{"location": "0", "quantity": {"kg": 5}}],
    }))
}

#[test]
fn folders_come_back() {
    for scenario in [siting(), routing()] {
        let mut scenario = scenario;
        // Costs without any price are no costs.
        scenario
            .vehicles
            .iter_mut()
            .for_each(|it| it.costs = it.costs.take().filter(|costs| *costs != Default::default()));
        let files = write(&scenario);
        assert_eq!(read(&files).unwrap(), scenario, "{files:#?}");
    }
}

/// What a folder cannot hold would get lost in it.
#[test]
fn every_field_has_a_column() {
    let schema = serde_json::to_value(schemars::schema_for!(Scenario)).unwrap();
    for table in TABLES {
        let reference = schema.pointer(&format!("/properties/{}/items/$ref", table.list)).unwrap();
        let item = schema.pointer(reference.as_str().unwrap().trim_start_matches('#')).unwrap();
        let fields: BTreeSet<&str> = item["properties"].as_object().unwrap().keys().map(String::as_str).collect();
        let mut columns: BTreeSet<&str> = table.columns.iter().map(|column| column.path[0]).collect();
        if table.list == "sites" {
            // These have a file of their own.
            columns.insert("levels");
        }
        assert_eq!(columns, fields, "{}", table.file);
    }
    let level = schema.pointer("/$defs/Level/properties").unwrap().as_object().unwrap();
    let columns: BTreeSet<&str> =
        LEVELS.columns.iter().map(|column| column.name).filter(|name| *name != "site").collect();
    assert_eq!(columns, level.keys().map(String::as_str).collect());
}

fn files(list: &[(&str, &str)]) -> BTreeMap<String, String> {
    list.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
}

#[test]
fn spreadsheets_of_many_hands_are_read() {
    let folder = files(&[
        ("locations.csv", "\u{feff}id;x;y\r\na; 1.5 ;2\r\nb;3;4\r\n;;\r\n"),
        ("vehicles.csv", "id,start\nv,a\n"),
        ("orders.csv", "id,location,delivery:kg,delivery:m3\no,b,5,\n"),
        ("settings.csv", "key,value\nmetric,euclidean\ncurrency,\n"),
    ]);
    let expected = scenario(json!({
        "kind": "routing", "version": 1, "travel": {"metric": "euclidean"},
        "locations": [{"id": "a", "at": [1.5, 2]}, {"id": "b", "at": [3, 4]}],
        "vehicles": [{"id": "v", "start": "a"}],
        "orders": [{"id": "o", "location": "b", "delivery": {"kg": 5}}],
    }));
    assert_eq!(read(&folder).unwrap(), expected);
}

#[test]
fn all_errors_are_found_at_once() {
    let folder = files(&[
        ("loctions.csv", "id\n"),
        ("locations.csv", "id,lon,lat\na,1,\nb,east,2\n"),
        ("sites.csv", "id,locaton,status\nS,a,open\n"),
        ("supplies.csv", "id,location,colour\n"),
        ("demands.csv", "id,location,quantity,quantity:milk,single_source\nd,a,1,2,maybe\n,a,3,,\n"),
        ("orders.csv", "id,location,window_opens,window_closes\no,a,noon,17:00\nshort\n"),
        ("site_levels.csv", "site,id\nT,small\n"),
        ("settings.csv", "key,value\ncurency,EUR\nsites_max,2.5\n"),
        ("outbound_unit_costs.csv", "from,d,z\nS,x,1\n"),
    ]);
    let mut found: Vec<String> = read(&folder).unwrap_err().iter().map(ToString::to_string).collect();
    found.sort();
    let mut expected = vec![
        "loctions.csv:1: : is no file of a scenario; did you mean `locations.csv`? [unknown_file]",
        "locations.csv:2: lat: must stand with its other half [missing_value]",
        "locations.csv:3: lon: found `east`, expected a number with a decimal point [not_a_number]",
        "sites.csv:1: location: is required [missing_column]",
        "sites.csv:1: locaton: is no column of this file; did you mean `location`? [unknown_column]",
        "supplies.csv:1: colour: is no column of this file; known are id, location, capacity, unit_cost, opening_cost [unknown_column]",
        "sites.csv:2: status: found `open`, expected one of candidate, existing, required, forbidden [unknown_word]",
        "site_levels.csv:2: site: \"T\" is no id of sites [unknown_site]",
        "demands.csv:2: quantity:milk: stands beside a column of the same name with a dimension [ambiguous_quantity]",
        "demands.csv:2: single_source: found `maybe`, expected true or false [not_a_flag]",
        "demands.csv:3: id: must not be empty [missing_value]",
        "orders.csv:2: window_opens: found `noon`, expected whole seconds, HH:MM or an RFC 3339 timestamp [not_a_time]",
        "orders.csv:3: : found 1 cell, expected 4 [unreadable]",
        "settings.csv:2: curency: is no setting; did you mean `currency`? [unknown_key]",
        "settings.csv:3: sites_max: found `2.5`, expected a whole number from 0 on [not_whole]",
        "outbound_unit_costs.csv:1: z: is no id of demands [unknown_column]",
        "outbound_unit_costs.csv:2: d: found `x`, expected a number [not_a_number]",
    ];
    expected.sort_unstable();
    assert_eq!(found, expected);
}

#[test]
fn tables_of_a_plan_hold_no_formulas() {
    let plan = serde_json::from_value(json!({
        "kind": "siting", "version": 1, "status": "optimal",
        "summary": {"total": 12.5, "costs": {"opening": 12.5}, "served": 1, "unserved": 1},
        "sites": [{"id": "=1+1", "open": true, "change": "opened", "throughput": 3}],
        "unserved": [{"id": "-a", "reasons": [{"code": "x", "message": "@far, away", "hint": ""}]}],
        "seed": 1, "solver_version": "0", "input_hash": "",
    }));
    let tables = super::plan_tables(&siting(), &plan.unwrap());
    let heads = "id,open,change,level,throughput,utilization,price_at_least,price_found";
    assert_eq!(tables["sites.csv"], format!("{heads}\n'=1+1,true,opened,,3,,,\n"));
    assert_eq!(tables["unserved.csv"], "id,code,message,hint\n'-a,x,\"'@far, away\",\n");
    assert!(tables["summary.csv"].contains("total,12.5\ncost:opening,12.5\n"));
    assert!(!tables.contains_key("flows.csv"));
}

proptest! {
    #[test]
    fn any_scenario_comes_back(
        places in prop::collection::vec(("[a-z=+@'\",;\n-]{1,6}", -1e6..1e6f64, -90.0..90.0f64, any::<bool>()), 1..8),
        speed in prop::option::of(0.001..1e9f64),
    ) {
        let mut scenario = routing();
        scenario.travel = Default::default();
        scenario.travel.speed_kmh = speed;
        scenario.locations.clear();
        scenario.vehicles[1].costs = None;
        for (i, (name, x, y, placed)) in places.into_iter().enumerate() {
            let name = name.trim().to_owned();
            scenario.locations.push(crate::model::scenario::Location { id: format!("{i}{name}"), at: placed.then_some([x, y]), name, zone: (i % 3 == 1).then(|| format!("{i}")) });
        }
        prop_assert_eq!(read(&write(&scenario)).unwrap(), scenario);
    }

    #[test]
    fn no_folder_makes_the_reader_panic(name in 0usize..12, text in "[a-z:,;\"'\n0-9.=-]{0,120}", cut in 0usize..400) {
        let mut folder = write(&siting());
        folder.extend(write(&routing()));
        let names: Vec<String> = folder.keys().cloned().collect();
        let file = folder.get_mut(&names[name % names.len()]).unwrap();
        let mut at = cut.min(file.len());
        while !file.is_char_boundary(at) {
            at -= 1;
        }
        file.truncate(at);
        file.push_str(&text);
        let _ = read(&folder);
    }
}
