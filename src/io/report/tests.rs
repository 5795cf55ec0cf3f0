//! The report loads nothing, lets no text through as markup, and says the right thing.

use super::{Language, html, words};
use crate::model::{Plan, Scenario};
use serde_json::json;

const EVIL: &str = "</script><img src=x onerror=alert(1)>";

fn siting() -> (Scenario, Plan) {
    let scenario = json!({
        "kind": "siting", "version": 1, "name": EVIL, "currency": "CNY",
        "locations": [{"id": "a", "at": [112.5, 37.9], "name": EVIL}, {"id": "b", "at": [111.0, 35.2], "name": "Linfen"}],
        "sites": [{"id": "S1", "location": "a"}, {"id": "S2", "location": "b"}],
        "demands": [{"id": "d", "location": "b", "quantity": 5}],
    });
    let plan = json!({
        "kind": "siting", "version": 1, "name": EVIL, "status": "feasible",
        "summary": {"total": 12_345_678.0, "costs": {"opening": 12_000_000.0, "outbound": 345_678.0},
                    "sites_open": 1, "mean_distance": 1234.5, "served": 1, "unserved": 1},
        "lower_bound": 12_300_000.0, "gap": 0.0037,
        "sites": [
            {"id": "S1", "open": false, "change": "unused", "throughput": 0},
            {"id": "S2", "open": true, "change": "opened", "throughput": 5, "utilization": 0.5},
        ],
        "flows": [{"stage": "outbound", "from": "S2", "to": "d", "quantity": 5, "distance": 0, "cost": 1}],
        "unserved": [{"id": EVIL, "reasons": [{"code": "far", "message": EVIL, "hint": EVIL}]}],
        "seed": 1, "solver_version": "0.1.0", "input_hash": "abc",
    });
    (serde_json::from_value(scenario).unwrap(), serde_json::from_value(plan).unwrap())
}

fn routing(n_stops: usize) -> (Scenario, Plan) {
    let stop = |activity: &str, i: usize| {
        json!({"activity": activity, "order": EVIL, "location": "a", "arrive": i, "wait": 1, "start": i + 1, "leave": i + 2,
               "load": {EVIL: 1.0}, "distance": i, "slack": 0})
    };
    let mut stops = vec![stop("start", 0)];
    stops.extend((1..=n_stops).map(|i| stop("order", i)));
    stops.push(stop("end", n_stops + 1));
    let scenario = json!({
        "kind": "routing", "version": 1, "travel": {"metric": "euclidean", "scale": 10},
        "locations": [{"id": "a", "at": [0, 0]}, {"id": "b", "at": [1, 1]}],
        "vehicles": [{"id": EVIL, "start": "a", "count": 2}],
        "orders": [{"id": "o", "location": "b"}],
    });
    let plan = json!({
        "kind": "routing", "version": 1, "status": "time_limit",
        "summary": {"total": 1637.7, "costs": {"distance": 1637.7}, "vehicles": 1, "distance": 16_377, "duration": 20,
                    "waiting": 3, "served": n_stops, "unserved": 0},
        "routes": [{"vehicle": EVIL, "number": 1, "cost": 1637.7, "distance": 16_377, "duration": 20, "stops": stops}],
        "seed": 1, "solver_version": "0.1.0", "input_hash": "abc",
    });
    (serde_json::from_value(scenario).unwrap(), serde_json::from_value(plan).unwrap())
}

/// The page without the embedded library.
fn own_part(page: &str) -> String {
    let library = page.find("<script type=\"text/javascript\">").unwrap();
    let end = page[library..].find("</script>").unwrap();
    format!("{}{}", &page[..library], &page[library + end..])
}

#[test]
fn nothing_of_the_user_becomes_markup() {
    for (scenario, plan) in [siting(), routing(3)] {
        let page = html(&scenario, &plan, Language::English);
        assert!(!page.contains(EVIL));
        assert!(!own_part(&page).contains("<img"));
        assert_eq!(page.matches("<script").count(), page.matches("</script>").count());
    }
}

#[test]
fn the_page_loads_nothing() {
    for (scenario, plan) in [siting(), routing(3)] {
        let page = html(&scenario, &plan, Language::English);
        assert!(page.contains("default-src 'none'"));
        let own = own_part(&page);
        for forbidden in ["http://", "https://", "@import", "url(", "<link", "<script src", "<img", "<iframe"] {
            assert!(!own.contains(forbidden), "{forbidden}");
        }
    }
}

#[test]
fn long_plans_are_cut() {
    let (scenario, plan) = routing(5_000);
    let page = html(&scenario, &plan, Language::English);
    assert!(page.contains("rows more in the plan file"), "the cut is not named");
    assert!(own_part(&page).matches("<tr").count() < 2_100);
}

#[test]
fn answers_by_hand() {
    let (scenario, plan) = siting();
    assert_eq!(
        words::answer(&scenario, &plan, Language::English),
        "Open 1 of 2 sites: Linfen. 1 demand is left out. Total cost 12.35 M CNY, proven within 0.37 % of the best possible."
    );
    let (scenario, plan) = routing(3);
    assert_eq!(
        words::answer(&scenario, &plan, Language::English),
        "Serve 3 orders with 1 vehicle over 1637.7. Total cost 1637.7. The search stopped at its time limit."
    );
    assert!(words::table(&scenario, &plan).starts_with("total cost  1637.7\n"));
}

/// Everything that a plan may hold, with names that are no English.
fn full() -> [(Scenario, Plan); 2] {
    let siting = json!({
        "kind": "siting", "version": 1, "currency": "元", "coverage": {"radius": 90_000},
        "locations": [{"id": "1", "at": [112.5, 37.9]}, {"id": "2", "at": [111.0, 35.2]}, {"id": "3", "at": [111.5, 36.2]}],
        "supplies": [{"id": "供", "location": "1", "capacity": 50}],
        "sites": [{"id": "甲", "location": "1", "levels": [{"id": "大", "capacity": 10}]}, {"id": "乙", "location": "2", "status": "existing"},
                  {"id": "丙", "location": "3"}],
        "demands": [{"id": "丁", "location": "2", "quantity": 5}, {"id": "戊", "location": "3", "quantity": 5}],
    });
    let site_plan = json!({
        "kind": "siting", "version": 1, "status": "time_limit",
        "summary": {"total": 100.0, "costs": {"opening": 60.0, "outbound": 40.0}, "sites_open": 1, "mean_distance": 1234.5,
                    "covered": 0.5, "farthest_distance": 90_500, "served": 1, "unserved": 1},
        "lower_bound": 90.0, "gap": 0.1,
        "sites": [
            {"id": "甲", "open": true, "change": "opened", "level": "大", "throughput": 5, "utilization": 0.5,
             "turning": {"at_least": 3.0, "found": 4.0}},
            {"id": "乙", "open": false, "change": "closed", "throughput": 0, "turning": {"is_impossible": true}},
            {"id": "丙", "open": false, "change": "unused", "throughput": 0},
        ],
        "alternatives": [{"total": 104.0, "costs": {}, "open": ["乙"], "opens": ["乙"], "does_without": ["甲"]}],
        "alternatives_bound": 103.0,
        "sweep": [{"sites": 1, "total": 100.0, "lower_bound": 90.0, "covered": 0.5}, {"sites": 2, "is_infeasible": true}],
        "flows": [{"stage": "inbound", "from": "供", "to": "甲", "quantity": 5, "distance": 0, "cost": 1},
                  {"stage": "outbound", "from": "甲", "to": "丁", "quantity": 5, "distance": 7, "cost": 1},
                  {"stage": "outsourced", "from": "outside", "to": "丁", "quantity": 5, "distance": 0, "cost": 1}],
        "unserved": [{"id": "戊", "reasons": [{"code": "no_site_in_reach", "message": "", "hint": ""}]}],
        "seed": 1, "solver_version": "0.1.0", "input_hash": "0",
    });
    let routing = json!({
        "kind": "routing", "version": 1, "travel": {"metric": "euclidean"},
        "locations": [{"id": "1", "at": [0, 0]}, {"id": "2", "at": [3, 4]}, {"id": "3", "at": [0, 4]}],
        "vehicles": [{"id": "车", "start": "1", "capacity": 5, "reload": {"locations": ["1"]}}],
        "orders": [{"id": "甲", "location": "2", "delivery": 4, "release": "08:10", "windows": [["08:00", "09:00"], ["10:00", "11:00"]],
                    "alternatives": [{"location": "3", "windows": [["08:30", "12:00"]]}]},
                   {"id": "乙", "location": "2", "pickup": 1, "backhaul": true}, {"id": "丁", "location": "2", "prize": 3, "priority": 2}],
        "stocks": [{"location": "1", "quantity": 8}], "balance": {"measure": "duration", "per_unit": 0.1, "target": 7200},
        "shipments": [{"id": "丙", "priority": 1, "pickup": {"location": "2"}, "delivery": {"location": "3"}}],
        "docks": [{"location": "1", "service": 600}],
        "locks": [{"order": "甲", "vehicle": "车", "promised": "10:05"}],
        "groups": [{"orders": ["甲", "乙"], "rule": "together"}, {"orders": ["乙", "丙"], "rule": "apart"}],
    });
    let stop = |activity: &str, order: Option<&str>, place: &str, time: &str| {
        json!({"activity": activity, "order": order, "location": place, "arrive": time, "wait": 0, "start": time, "leave": time,
               "load": {"load": 1.0}, "distance": 1, "slack": 1_000_000_000})
    };
    let route_plan = json!({
        "kind": "routing", "version": 1, "status": "infeasible",
        "summary": {"total": 10.0, "costs": {"distance": 9.0, "prizes": 1.0}, "vehicles": 1, "distance": 9, "duration": 9000,
                    "waiting": 60, "served": 3, "unserved": 1},
        "routes": [{"vehicle": "车", "number": 1, "cost": 9.0, "distance": 9, "duration": 9000, "stops": [
            stop("start", None, "1", "08:00"), stop("pickup", Some("丙"), "2", "08:20"), stop("delivery", Some("丙"), "3", "08:40"),
            stop("reload", None, "1", "09:30"), stop("order", Some("甲"), "3", "10:05"), stop("order", Some("乙"), "2", "10:10"),
            stop("end", None, "1", "10:30")]}],
        "docks": [{"location": "1", "door": 1, "vehicle": "车", "number": 1, "stop": 4, "start": "09:30", "end": "09:40", "wait": 480}],
        "unserved": [{"id": "丁", "verdict": "squeezed_out", "price": 12.5,
            "reasons": [{"code": "capacity_exceeded", "message": "", "hint": ""}],
            "remedies": [{"changes": [{"relax": "vehicle_count", "id": "车", "by": 1.0}, {"relax": "shift_end", "id": "车", "by": 600.0}],
                          "price": 9.0}, {"changes": [{"relax": "prize", "id": "丁", "by": 9.5}]}]}],
        "violations": [], "seed": 1, "solver_version": "0.1.0", "input_hash": "0",
    });
    let read = |(scenario, plan)| (serde_json::from_value(scenario).unwrap(), serde_json::from_value(plan).unwrap());
    [(siting, site_plan), (routing, route_plan)].map(read)
}

#[test]
fn chinese_reports_leave_no_english() {
    for (scenario, plan) in full() {
        let page = own_part(&html(&scenario, &plan, Language::Chinese));
        assert!(page.contains("<html lang=\"zh\">"));
        let body = &page[page.find("<body>").unwrap()..page.find("<script").unwrap()];
        let mut text = String::new();
        let mut is_markup = false;
        for character in body.chars() {
            match character {
                '<' => is_markup = true,
                '>' => is_markup = false,
                _ if is_markup => {}
                _ => text.push(character),
            }
        }
        let drawn: Vec<String> =
            page.split(&['"', '<', '>'][..]).map(str::to_owned).filter(|it| !it.is_ascii()).collect();
        let words = text
            .split(|c: char| !c.is_ascii_alphabetic())
            .chain(drawn.iter().flat_map(|it| it.split(|c: char| !c.is_ascii_alphabetic())));
        let english: Vec<&str> = words
            .filter(|word| word.len() > 3 && !["hubroute", "load", "Noto", "Sans", "site"].contains(word))
            .collect();
        assert!(english.is_empty(), "{english:?} in {text}");
    }
}

#[test]
fn what_a_dispatcher_looks_for_is_there() {
    let [(scenario, plan), (routing, routes)] = full();
    let page = own_part(&html(&scenario, &plan, Language::English));
    for text in ["open, 大", "Otherwise, at least", "+3 元", "impossible", "this plan", "by number of sites"] {
        assert!(page.contains(text), "{text}");
    }
    let page = own_part(&html(&routing, &routes, Language::English));
    for text in [
        "reload, trip 2 begins",
        "other place",
        "backhaul",
        "from 08:10 on",
        "promised 10:05",
        "locked",
        "08:30–12:00",
        "2 trips",
        "squeezed out",
        "At the docks",
        "\"ticktext\":[\"1 1\"]",
        "together with 乙",
        "apart from 丙",
        "8 min",
        "1 more of vehicle <code>车</code> and a shift of vehicle <code>车</code> that ends 10 min later",
        "for 9 more",
        "a prize of <code>丁</code> that is 9.5 higher",
        "trip 2/2",
        "priority 1</span>",
        "priority 2</span>",
        "<td>1</td><td>load</td><td class=\"n\">2</td><td class=\"n\">8</td>",
        "2 h 30 min<small>least 2 h 30 min; up to 2 h 00 min free",
    ] {
        assert!(page.contains(text), "{text}");
    }
}
