//! The report loads nothing, lets no text through as markup, and says the right thing.

use super::{html, words};
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
        let page = html(&scenario, &plan);
        assert!(!page.contains(EVIL));
        assert!(!own_part(&page).contains("<img"));
        assert_eq!(page.matches("<script").count(), page.matches("</script>").count());
    }
}

#[test]
fn the_page_loads_nothing() {
    for (scenario, plan) in [siting(), routing(3)] {
        let page = html(&scenario, &plan);
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
    let page = html(&scenario, &plan);
    assert!(page.contains("rows more in the plan file"), "the cut is not named");
    assert!(own_part(&page).matches("<tr").count() < 2_100);
}

#[test]
fn answers_by_hand() {
    let (scenario, plan) = siting();
    assert_eq!(
        words::answer(&scenario, &plan),
        "Open 1 of 2 sites: Linfen. 1 demand is left out. Total cost 12.35 M CNY, proven within 0.37 % of the best possible."
    );
    let (scenario, plan) = routing(3);
    assert_eq!(
        words::answer(&scenario, &plan),
        "Serve 3 orders with 1 vehicle over 1637.7. Total cost 1637.7. The search stopped at its time limit."
    );
    assert!(words::table(&scenario, &plan).starts_with("total cost  1637.7\n"));
}
