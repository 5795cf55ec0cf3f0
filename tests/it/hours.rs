//! Breaks, rests, overtime, lateness and speed by time of day: every plan holds, and the checker sees what is wrong.

use super::brute::cases;
use super::planned::{planned, problem};
use hubroute::model::plan::{PauseKind, Plan};
use hubroute::model::{Problem, check, parse_new_order, parse_scenario, validate};
use hubroute::planning::insert;
use proptest::prelude::*;
use serde_json::{Value, json};

fn solved(problem: &Problem) -> Plan {
    planned(problem, 150)
}

/// A van that drives out 5 hours and back, with one order at the far end.
fn far_away(vehicle: &Value, order: &Value) -> Value {
    let mut document = json!({
        "kind": "routing", "version": 1, "travel": {"metric": "euclidean"},
        "locations": [{"id": "depot", "at": [0, 0]}, {"id": "far", "at": [18000, 0]}],
        "vehicles": [{"id": "van", "start": "depot", "shift": ["06:00", "20:00"]}],
        "orders": [{"id": "o", "location": "far", "service": 600}]
    });
    for (list, fields) in [("vehicles", vehicle), ("orders", order)] {
        for (field, value) in fields.as_object().unwrap() {
            document[list][0][field] = value.clone();
        }
    }
    document
}

#[test]
fn the_day_of_a_driver_is_as_asked() {
    let vehicle = json!({
        "breaks": [{"window": ["11:30", "12:00"], "duration": 1800}],
        "rests": {"after": 16200, "duration": 2700},
        "costs": {"per_meter": 0.0, "per_second": 1, "overtime": {"after": 36000, "per_second": 2}}
    });
    let found = solved(&problem(&far_away(&vehicle, &json!({}))));
    let pauses: Vec<(PauseKind, u32, String, String)> = found.routes[0]
        .pauses
        .iter()
        .map(|pause| (pause.kind, pause.after_stop, pause.start.to_string(), pause.end.to_string()))
        .collect();
    let pause = |kind, after: u32, start: &str, end: &str| (kind, after, start.to_owned(), end.to_owned());
    // Half an hour is no rest; the break is taken as late as it may be.
    assert_eq!(
        pauses,
        [
            pause(PauseKind::Rest, 0, "10:30", "11:15"),
            pause(PauseKind::Break, 1, "12:00", "12:30"),
            pause(PauseKind::Rest, 1, "16:25", "17:10"),
        ]
    );
    // 10 hours of driving, 10 minutes of service, two rests and a break.
    let duration = 36000 + 600 + 2 * 2700 + 1800;
    assert_eq!(found.routes[0].duration, duration);
    assert_eq!(found.summary.costs["time"], duration as f64);
    assert_eq!(found.summary.costs["overtime"], 2.0 * (duration - 36000) as f64);
    assert_eq!(found.summary.total, (3 * duration - 72000) as f64);
}

#[test]
fn a_break_may_begin_in_any_of_its_windows() {
    let lunch = |windows: Value| json!({"breaks": [{"windows": windows, "duration": 1800}]});
    let taken = |windows: Value, service: i64| {
        let found = solved(&problem(&far_away(&lunch(windows), &json!({"service": service}))));
        found.routes.first().map(|route| (route.pauses[0].start.to_string(), route.pauses[0].number))
    };
    let both = || json!([["11:30", "12:30"], ["13:30", "14:00"]]);
    // After ten minutes at the customer on the way back; before two hours there it would have to wait for the first.
    assert_eq!(taken(both(), 600), Some(("12:30".to_owned(), Some(1))));
    assert_eq!(taken(both(), 7200), Some(("14:00".to_owned(), Some(1))));
    assert_eq!(taken(json!([["11:30", "12:30"]]), 7200), Some(("11:30".to_owned(), Some(1))));
    // Who leaves after the last of them, or is back by then, needs none.
    let pauses = |shift: [&str; 2]| {
        let mut document = far_away(&lunch(both()), &json!({}));
        document["vehicles"][0]["shift"] = json!(shift);
        solved(&problem(&document)).routes[0].pauses.len()
    };
    assert_eq!(pauses(["14:00", "25:00"]), 0);
    assert_eq!(pauses(["03:30", "13:45"]), 0);
    assert_eq!(pauses(["04:00", "15:00"]), 1);
    // Between the windows the checker accepts none.
    let problem = problem(&far_away(&lunch(both()), &json!({"service": 7200})));
    let mut plan = solved(&problem);
    let [start, end] = ["13:00", "13:30"].map(|time| serde_json::from_value(json!(time)).unwrap());
    (plan.routes[0].pauses[0].start, plan.routes[0].pauses[0].end) = (start, end);
    let codes: Vec<String> = check(&problem, &plan).into_iter().map(|violation| violation.code).collect();
    assert!(codes.iter().any(|code| code == "break_outside_window"), "{codes:?}");
}

#[test]
fn lateness_is_allowed_at_its_price_and_within_its_limit() {
    let late = |max: i64| json!({"windows": [["09:00", "10:00"]], "lateness": {"per_second": 0.5, "max": max}});
    let found = solved(&problem(&far_away(&json!({}), &late(3600))));
    assert_eq!(found.routes[0].stops[1].late, 3600);
    assert_eq!(found.summary.costs["lateness"], 1800.0);
    let found = solved(&problem(&far_away(&json!({}), &late(3599))));
    assert_eq!(found.unserved[0].reasons[0].code, "window_unreachable");
}

#[test]
fn slow_hours_delay_and_are_avoided() {
    let mut document = far_away(&json!({"costs": {"per_second": 1}}), &json!({"service": 0}));
    document["travel"]["speeds"] = json!([
        {"hours": ["07:00", "08:00"], "factor": 0.5}, {"hours": ["08:00", "08:30"], "factor": 0.25}
    ]);
    let found = solved(&problem(&document));
    let stops = &found.routes[0].stops;
    // In an hour and a half by half an hour and 22.5 minutes less; nothing is won by leaving later than the first second.
    assert_eq!(stops[0].leave.to_string(), "06:00");
    assert_eq!(stops[1].arrive.to_string(), "11:52:30");
    assert_eq!(stops[2].arrive.to_string(), "16:52:30");
    // Whoever has to be there at noon leaves when the return is no later.
    document["orders"][0]["windows"] = json!([["12:00", "12:30"]]);
    let found = solved(&problem(&document));
    assert_eq!(found.routes[0].stops[0].leave.to_string(), "06:07:30");
    assert_eq!(found.routes[0].stops[1].wait, 0);
}

#[test]
fn days_that_cannot_be_are_told() {
    let reason = |vehicle: Value| {
        let found = solved(&problem(&far_away(&vehicle, &json!({}))));
        found.unserved.first().map(|unserved| unserved.reasons[0].code.clone())
    };
    assert_eq!(reason(json!({"max_driving": 36000})), None);
    assert_eq!(reason(json!({"max_driving": 35999})).as_deref(), Some("hours_exceeded"));
    let breaks = |hours: i64| json!({"breaks": [{"window": ["11:00", "12:00"], "duration": hours * 3600}]});
    assert_eq!(reason(breaks(3)), None);
    assert_eq!(reason(breaks(4)).as_deref(), Some("hours_exceeded"));
}

/// Violations of a plan of [`the_day_of_a_driver_is_as_asked`] after a change.
fn violations(change: impl Fn(&mut Plan)) -> Vec<String> {
    let vehicle = json!({
        "breaks": [{"window": ["11:30", "12:00"], "duration": 1800}],
        "rests": {"after": 16200, "duration": 2700}, "max_driving": 36000
    });
    let mut document = far_away(&vehicle, &json!({"windows": [["09:00", "10:00"]], "lateness": {"per_second": 1}}));
    document["travel"]["speeds"] = json!([{"hours": ["06:00", "06:01"], "factor": 0.999}]);
    document["vehicles"][0]["max_driving"] = json!(36001);
    let problem = problem(&document);
    let mut plan = solved(&problem);
    assert!(check(&problem, &plan).is_empty());
    change(&mut plan);
    let mut codes: Vec<String> = check(&problem, &plan).into_iter().map(|violation| violation.code).collect();
    codes.sort_unstable();
    codes.dedup();
    codes
}

#[test]
fn the_checker_sees_every_fault() {
    let has = |code: &str, change: &dyn Fn(&mut Plan)| {
        let found = violations(change);
        assert!(found.iter().any(|known| known == code), "{code} is not among {found:?}");
    };
    let breaks = |plan: &Plan| plan.routes[0].pauses.iter().position(|pause| pause.kind == PauseKind::Break).unwrap();
    has("break_missing", &|plan| {
        let row = breaks(plan);
        plan.routes[0].pauses.remove(row);
    });
    has("driving_too_long", &|plan| plan.routes[0].pauses.retain(|pause| pause.kind == PauseKind::Break));
    has("arrive_wrong", &|plan| plan.routes[0].stops[1].arrive = "11:00:00".parse_moment());
    has("late_wrong", &|plan| plan.routes[0].stops[1].late += 1);
    has("break_twice", &|plan| {
        let taken = plan.routes[0].pauses[breaks(plan)].clone();
        plan.routes[0].pauses.push(taken);
    });
    has("break_outside_window", &|plan| {
        let row = breaks(plan);
        plan.routes[0].pauses[row].start = "12:30".parse_moment();
    });
    has("pause_length_wrong", &|plan| plan.routes[0].pauses[0].end = "23:00".parse_moment());
    has("pause_overlaps", &|plan| plan.routes[0].pauses[0].start = "05:00".parse_moment());
    has("pause_unknown", &|plan| plan.routes[0].pauses[0].number = Some(7));
    has("pause_out_of_place", &|plan| plan.routes[0].pauses[0].after_stop = 9);
    has("time_form_wrong", &|plan| plan.routes[0].pauses[0].start = hubroute::model::moment::Moment::Seconds(40_000));
    has("slack_wrong", &|plan| plan.routes[0].stops[1].slack = -1);
    has("cost_term_wrong", &|plan| {
        plan.summary.costs.insert("lateness".to_owned(), 1.0);
    });
}

trait ParseMoment {
    fn parse_moment(&self) -> hubroute::model::moment::Moment;
}

impl ParseMoment for str {
    fn parse_moment(&self) -> hubroute::model::moment::Moment {
        serde_json::from_value(json!(self)).unwrap()
    }
}

#[test]
fn senseless_hours_are_refused() {
    let refused = |vehicle: Value, order: Value, travel: Value, expected: &[(&str, &str)]| {
        let mut document = far_away(&vehicle, &order);
        for (field, value) in travel.as_object().unwrap() {
            document["travel"][field] = value.clone();
        }
        let defects = validate(parse_scenario(&document.to_string()).unwrap()).unwrap_err();
        let found: Vec<(&str, &str)> = defects.iter().map(|defect| (defect.pointer.as_str(), defect.code)).collect();
        assert_eq!(found, expected);
    };
    let of_vehicle = |vehicle: Value, expected: &[(&str, &str)]| refused(vehicle, json!({}), json!({}), expected);
    let pause = |opens: &str, closes: &str, duration: f64| json!({"window": [opens, closes], "duration": duration});
    of_vehicle(
        json!({"breaks": [pause("12:00", "11:00", 60.0)]}),
        &[("/vehicles/0/breaks/0/window", "window_reversed")],
    );
    of_vehicle(json!({"breaks": [pause("12:00", "13:00", 0.0)]}), &[("/vehicles/0/breaks/0/duration", "not_positive")]);
    of_vehicle(json!({"breaks": [pause("12:00", "13:00", -5.0)]}), &[("/vehicles/0/breaks/0/duration", "negative")]);
    of_vehicle(
        json!({"breaks": [pause("12:00", "13:00", 0.5)]}),
        &[("/vehicles/0/breaks/0/duration", "not_whole_seconds")],
    );
    of_vehicle(json!({"breaks": [pause("12:00", "13:00", 86400.0)]}), &[("/vehicles/0/breaks", "breaks_exceed_shift")]);
    of_vehicle(
        json!({"breaks": [pause("12:00", "13:00", 60.0), pause("11:00", "14:00", 60.0)]}),
        &[("/vehicles/0/breaks/1/window", "breaks_out_of_order")],
    );
    of_vehicle(
        json!({"breaks": [pause("12:00", "12:30", 3600.0), pause("12:00", "12:59", 60.0)]}),
        &[("/vehicles/0/breaks/1/window", "breaks_out_of_order")],
    );
    let lunch = |fields: Value| {
        let mut lunch = json!({"duration": 60});
        fields.as_object().unwrap().iter().for_each(|(field, value)| lunch[field] = value.clone());
        json!({"breaks": [lunch]})
    };
    of_vehicle(lunch(json!({})), &[("/vehicles/0/breaks/0/window", "missing_window")]);
    let both = json!({"window": ["12:00", "13:00"], "windows": [["12:00", "13:00"]]});
    of_vehicle(lunch(both), &[("/vehicles/0/breaks/0/window", "conflicting_fields")]);
    let overlapping = json!({"windows": [["12:00", "13:00"], ["12:30", "14:00"]]});
    of_vehicle(lunch(overlapping), &[("/vehicles/0/breaks/0/windows/1", "windows_overlap")]);
    let many: Vec<Value> = (0..9).map(|hour| json!([format!("{hour}:00"), format!("{hour}:30")])).collect();
    of_vehicle(lunch(json!({"windows": many})), &[("/vehicles/0/breaks/0/windows", "too_many_windows")]);
    let many: Vec<Value> = (0..5).map(|_| pause("12:00", "13:00", 60.0)).collect();
    of_vehicle(json!({"breaks": many}), &[("/vehicles/0/breaks", "too_many_breaks")]);
    of_vehicle(json!({"rests": {"after": 0, "duration": 60}}), &[("/vehicles/0/rests/after", "rests_too_often")]);
    of_vehicle(json!({"rests": {"after": 16200, "duration": 0}}), &[("/vehicles/0/rests/duration", "not_positive")]);
    of_vehicle(json!({"max_driving": -1}), &[("/vehicles/0/max_driving", "negative")]);
    of_vehicle(
        json!({"costs": {"overtime": {"after": 0.5, "per_second": -1}}}),
        &[
            ("/vehicles/0/costs/overtime/after", "not_whole_seconds"),
            ("/vehicles/0/costs/overtime/per_second", "negative"),
        ],
    );
    let late = json!({"lateness": {"per_second": 1}});
    refused(json!({}), late, json!({}), &[("/orders/0/lateness", "lateness_without_windows")]);
    let late = json!({"windows": [["09:00", "10:00"]], "lateness": {"per_second": -1, "max": -1}});
    let expected = [("/orders/0/lateness/per_second", "negative"), ("/orders/0/lateness/max", "negative")];
    refused(json!({}), late, json!({}), &expected);
    let speeds = |speeds: Value| json!({"speeds": speeds});
    let speed = |opens: &str, closes: &str, factor: f64| json!({"hours": [opens, closes], "factor": factor});
    for factor in [0.0, 1.2, 0.0001] {
        let travel = speeds(json!([speed("07:00", "08:00", factor)]));
        refused(json!({}), json!({}), travel, &[("/travel/speeds/0/factor", "speed_out_of_range")]);
    }
    let travel = speeds(json!([speed("07:00", "09:00", 0.5), speed("08:00", "10:00", 0.5)]));
    refused(json!({}), json!({}), travel, &[("/travel/speeds/1/hours", "hours_overlap")]);
}

/// A day of orders and shipments of two vehicles, with some of everything.
fn days() -> impl Strategy<Value = Value> {
    let place = (0i64..60, 0i64..60);
    let call = (place.clone(), 0i64..200, 30i64..250, 0i64..9, 0u8..8);
    let calls = prop::collection::vec(call, 3..9);
    let pauses = prop::collection::vec((20i64..150, 20i64..90, 5i64..30), 0..3);
    let features = prop::collection::vec(prop::bool::ANY, 23);
    (calls, pauses, features, 1u32..1000, prop::sample::select(vec![0.25, 0.6, 0.999, 1.0])).prop_map(
        |(calls, pauses, on, seed, factor)| {
            let mut locations = vec![json!({"id": "depot", "at": [30, 30]})];
            let (mut orders, mut shipments) = (Vec::new(), Vec::new());
            for (row, ((x, y), opens, length, service, kind)) in calls.into_iter().enumerate() {
                locations.push(json!({"id": format!("l{row}"), "at": [x, y]}));
                let mut order = json!({"id": format!("o{row}"), "location": format!("l{row}"), "delivery": 2,
                    "service": service, "windows": [[opens, opens + length]]});
                match kind {
                    0 if on[0] => order["windows"] = json!([[opens, opens + 20], [opens + 60, opens + 90]]),
                    1 if on[1] => order["release"] = json!(opens / 2),
                    2 if on[2] && row > 0 => order["alternatives"] = json!([{"location": "l0"}]),
                    3 => order["prize"] = json!(40),
                    4 => {
                        let stop = |location: &str| json!({"location": location, "service": service});
                        let mut pickup = stop(&format!("l{row}"));
                        if on[3] {
                            pickup["windows"] = json!([[opens, opens + 20]]);
                            pickup["lateness"] = json!({"per_second": 0.5});
                        }
                        let shipment =
                            json!({"id": format!("s{row}"), "quantity": 1, "pickup": pickup, "delivery": stop("l0")});
                        shipments.push(shipment);
                        continue;
                    }
                    _ => {}
                }
                let kind = ["food", "poison", "glass"][row % 3];
                order["kinds"] = json!([kind]);
                if row % 3 == 0 {
                    order["setup"] = json!(service);
                }
                if on[4] && row % 2 == 0 {
                    order["lateness"] = json!({"per_second": 0.25, "max": 45});
                }
                orders.push(order);
            }
            let mut van = json!({"id": "van", "count": 2, "start": "depot", "capacity": 6, "shift": [10, 700]});
            let mut truck = json!({"id": "truck", "start": "depot", "open_end": on[5], "capacity": 20,
                "costs": {"fixed": 30, "per_meter": 1, "per_second": 0.5}});
            let mut now = 0;
            let breaks: Vec<Value> = pauses
                .into_iter()
                .map(|(later, length, duration)| {
                    let opens = now + later;
                    now = opens + length + duration;
                    if duration % 2 == 0 {
                        return json!({"window": [opens, opens + length], "duration": duration});
                    }
                    now += 45;
                    json!({"windows": [[opens, opens + length], [now - duration - 20, now - duration]], "duration": duration})
                })
                .collect();
            if on[6] {
                van["breaks"] = json!(breaks);
            }
            if on[7] {
                truck["breaks"] = json!(breaks);
                truck["costs"]["overtime"] = json!({"after": 100, "per_second": 1});
            }
            if on[8] {
                van["reload"] = json!({"service": 4});
            }
            if on[9] {
                van["max_duration"] = json!(400);
                van["max_driving"] = json!(250);
            }
            let mut travel = json!({"metric": "euclidean"});
            if on[10] {
                travel["speeds"] = json!([{"hours": [40, 90], "factor": factor}, {"hours": [120, 180], "factor": 0.5}]);
            }
            if on[22] && locations.len() > 2 {
                for (row, location) in locations.iter_mut().enumerate().skip(1) {
                    location["zone"] = json!(["center", "ring"][row % 2]);
                }
                let within = json!({"hours": [60, 130], "factor": 0.3, "from": ["center"], "to": ["center"]});
                let out = json!({"hours": [100, 300], "factor": 0.7, "from": ["center"]});
                let all = travel["speeds"].as_array().cloned().unwrap_or_default();
                travel["speeds"] = [all, vec![within, out]].concat().into();
            }
            if on[11] {
                // Ways are long here, so that rests are due.
                travel["scale"] = json!(60);
                travel["speed_kmh"] = json!(3600);
                van["rests"] = json!({"after": 900, "duration": 40});
                truck["rests"] = json!({"after": 1000, "duration": 20});
                van.as_object_mut().unwrap().shift_remove("shift");
            }
            let used = |kind: &str| orders.iter().any(|order| order["kinds"][0] == kind);
            let pairs = [["food", "poison"], ["glass", "glass"]];
            let incompatible: Vec<[&str; 2]> =
                pairs.into_iter().filter(|pair| seed % 2 == 0 && pair.iter().all(|kind| used(kind))).collect();
            let mut document = json!({"kind": "routing", "version": 1, "travel": travel, "locations": locations,
                "incompatible": incompatible, "vehicles": [van, truck], "orders": orders, "shipments": shipments,
                "limits": {"seed": seed}});
            if on[12] {
                document["docks"] =
                    json!([{"location": "depot", "doors": 1 + seed % 2, "service": 3, "per_unit": 2.5}]);
                if on[13] {
                    document["docks"][0]["hours"] = json!([15, 600]);
                }
            }
            if on[14] {
                for vehicle in document["vehicles"].as_array_mut().unwrap() {
                    vehicle["last_in_first_out"] = json!(true);
                }
            }
            if on[15]
                && let Some(order) = document["orders"].get(0)
            {
                document["locks"] = json!([{"order": order["id"], "vehicle": "truck", "change_cost": seed % 40}]);
            }
            let ids = |list: &str| -> Vec<Value> {
                document[list].as_array().unwrap().iter().map(|order| order["id"].clone()).collect()
            };
            let (orders, shipments) = (ids("orders"), ids("shipments"));
            if on[16] || on[17] {
                let measure = ["duration", "distance", "stops"][seed as usize % 3];
                document["balance"] = json!({"measure": measure, "per_unit": 0.5});
                if on[16] {
                    document["balance"]["target"] = json!(seed % 90);
                }
            }
            if on[18] && orders.len() > 1 {
                let rule = ["together", "in_sequence", "apart"][seed as usize % 3];
                document["groups"] = json!([{"orders": orders[..2], "rule": rule}]);
                if let (Some(shipment), Some(order)) = (shipments.first(), orders.get(2)) {
                    let apart = json!({"orders": [order, shipment], "rule": "apart"});
                    document["groups"].as_array_mut().unwrap().push(apart);
                }
            }
            if on[19] {
                for (row, order) in document["orders"].as_array_mut().unwrap().iter_mut().enumerate() {
                    order["priority"] = json!(1 + row % 3);
                }
            }
            if on[20] {
                document["stocks"] = json!([{"location": "depot", "quantity": 4 + seed % 12}]);
            }
            if on[21] {
                let docks = json!({"location": "l0", "serves_orders": true});
                match document["docks"].as_array_mut() {
                    Some(others) => others.push(docks),
                    None => document["docks"] = json!([docks]),
                }
            }
            document
        },
    )
}

proptest! {
    #![proptest_config(cases(32))]

    /// Planning hands out checked plans only; none is dearer than its parts, and bounds stay below.
    #[test]
    fn plans_with_any_mix_of_hours_hold(document in days()) {
        let problem = match validate(parse_scenario(&document.to_string()).unwrap()) {
            Ok(problem) => problem,
            Err(defects) => { prop_assert!(false, "{defects:?}"); return Ok(()) }
        };
        let found = solved(&problem);
        prop_assert_eq!(check(&problem, &found), []);
        let parts: f64 = found.summary.costs.values().sum();
        prop_assert!((parts - found.summary.total).abs() < 1e-6);
        if let Some(bound) = found.lower_bound {
            prop_assert!(bound <= found.summary.total + 1e-6);
        }
        // Without what makes days harder no plan can cost more than this one.
        let mut easier = document.clone();
        easier["travel"].as_object_mut().unwrap().shift_remove("speeds");
        for vehicle in easier["vehicles"].as_array_mut().unwrap() {
            ["breaks", "rests", "max_driving"].iter().for_each(|field| drop(vehicle.as_object_mut().unwrap().shift_remove(*field)));
        }
        let easier = solved(&super::planned::problem(&easier));
        if let Some(bound) = easier.lower_bound && found.unserved.len() <= easier.unserved.len() {
            prop_assert!(bound <= found.summary.total + 1e-6, "{} > {}", bound, found.summary.total);
        }
    }
}

/// Three orders, of which two must not be on the same trip.
fn apart(incompatible: Value, reload: Value) -> Value {
    json!({
        "kind": "routing", "version": 1, "travel": {"metric": "euclidean"},
        "locations": [{"id": "depot", "at": [0, 0]}, {"id": "far", "at": [100, 0]}],
        "vehicles": [{"id": "van", "count": 2, "start": "depot", "reload": reload, "costs": {"fixed": 500, "per_meter": 1}}],
        "incompatible": incompatible,
        "orders": [{"id": "a", "location": "far", "delivery": 1, "kinds": ["food"]},
            {"id": "b", "location": "far", "delivery": 1, "kinds": ["poison", "heavy"]},
            {"id": "c", "location": "far", "delivery": 1, "kinds": ["heavy"]}]
    })
}

#[test]
fn goods_that_shun_each_other_are_kept_apart() {
    let total = |incompatible: Value, reload: Value| {
        let problem = problem(&apart(incompatible, reload));
        let found = solved(&problem);
        (found.summary.total, found.routes.len())
    };
    let pair = json!([["food", "poison"]]);
    assert_eq!(total(json!([]), Value::Null), (700.0, 1));
    assert_eq!(total(pair.clone(), Value::Null), (1400.0, 2));
    // One vehicle makes two trips of it.
    assert_eq!(total(pair.clone(), json!({})), (900.0, 1));
    assert_eq!(total(json!([["food", "poison"], ["heavy", "heavy"]]), Value::Null), (1400.0, 2));
    let together = problem(&apart(json!([]), Value::Null));
    let apart_from_itself = problem(&apart(json!([["heavy", "heavy"]]), Value::Null));
    let violations = check(&apart_from_itself, &solved(&together));
    assert!(violations.iter().any(|violation| violation.code == "kinds_clash"), "{violations:?}");

    // Whoever comes late finds heavy goods on both vans, and is told so.
    let both = problem(&apart(json!([["food", "poison"], ["heavy", "heavy"]]), Value::Null));
    let new = json!({"order": {"id": "new", "location": "far", "delivery": 1, "kinds": ["heavy"]}});
    let advice = insert(&both, &solved(&both), &parse_new_order(&new.to_string()).unwrap(), 3).unwrap();
    let codes = advice.refusals.iter().flat_map(|refusal| &refusal.reasons).map(|reason| reason.code.as_str());
    assert_eq!((advice.places.len(), codes.collect::<Vec<_>>()), (0, vec!["kinds_clash", "kinds_clash"]));

    let refused = |incompatible: Value, kinds: Value, expected: &[(&str, &str)]| {
        let mut document = apart(incompatible, Value::Null);
        document["orders"][0]["kinds"] = kinds;
        let defects = validate(parse_scenario(&document.to_string()).unwrap()).unwrap_err();
        let found: Vec<(&str, &str)> = defects.iter().map(|defect| (defect.pointer.as_str(), defect.code)).collect();
        assert_eq!(found, expected);
    };
    refused(pair.clone(), json!(["glass"]), &[("/incompatible/0/0", "unknown_kind_of_goods")]);
    refused(pair.clone(), json!(["food", "poison"]), &[("/orders/0/kinds", "kinds_clash")]);
    refused(pair, json!(["food", "food"]), &[("/orders/0/kinds/1", "duplicate_kind")]);
}
