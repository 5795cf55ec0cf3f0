//! Jobs from the request to the plan.

use super::server::{Server, long, never_gets_worse, tiny, worth};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

#[test]
fn a_scenario_becomes_a_checked_plan_in_every_form() {
    let server = Server::start(&[]);
    let answer = server.ask("POST", "/v1/jobs", &[("prefer", "wait=30")], Some(&tiny().to_string()));
    assert_eq!(answer.status, 200, "{}", answer.text);
    let job = answer.json();
    assert_eq!((job["state"].as_str(), job["has_plan"].as_bool()), (Some("done"), Some(true)), "{job}");
    // Depot, p, q and back: 500 + 300 + 400.
    assert_eq!(job["cost"], json!(1200.0));
    let path = format!("{}/plan", answer.header("location"));
    let plan = server.get(&path).json();
    assert_eq!(plan["summary"]["total"], 1200);
    let verdict = server.post("/v1/check", &json!({"scenario": tiny(), "plan": plan})).json();
    assert_eq!(verdict, json!({"valid": true, "input_hash": plan["input_hash"], "violations": []}));
    let mut question =
        json!({"scenario": tiny(), "plan": plan, "top": 1, "new": {"order": {"id": "late", "location": "q"}}});
    let advice = server.post("/v1/insert", &question).json();
    // On the way there is no detour.
    assert_eq!((&advice["places"][0]["price"], &advice["refusals"]), (&json!(0), &Value::Null), "{advice}");
    question["new"]["order"]["location"] = json!("nowhere");
    let wrong = server.post("/v1/insert", &question).refused(422, "invalid_document");
    assert_eq!(wrong["errors"][0]["pointer"], "/new/order/location");
    let form = |accept: &str, query: &str| server.ask("GET", &format!("{path}{query}"), &[("accept", accept)], None);
    assert!(form("text/csv", "?table=stops").text.starts_with("vehicle,number,position"));
    form("text/csv", "?table=flows").refused(404, "not_found");
    form("application/geo+json", "").refused(406, "not_acceptable");
    form("image/png", "").refused(406, "not_acceptable");
    let report = form("text/html;q=0.9, image/png", "");
    assert!(
        report.text.starts_with("<!doctype html>") && report.header("content-security-policy").starts_with("sandbox")
    );
    let parts = form("application/vnd.hubroute.report+json", "").json();
    assert!(parts["html"].as_str().unwrap().contains("Serve 2 orders with 1 vehicle"), "{}", parts["html"]);
    assert!(parts["figures"].as_array().unwrap().len() >= 2);
    assert_eq!(server.get(&path.replace("/plan", "/scenario")).json(), tiny());
}

#[test]
fn a_what_if_is_compared_with_its_base() {
    let server = Server::start(&[]);
    let base = server.submit(&tiny());
    let mut more = tiny();
    more["orders"][0]["delivery"] = json!(6);
    let answer = server.post(&format!("/v1/jobs?base={base}"), &more).json();
    let other = answer["id"].as_str().unwrap();
    assert_eq!(answer["base"].as_str(), Some(base.as_str()));
    server.finished(&base);
    server.finished(other);
    let compared = server.post("/v1/compare", &json!({"jobs": [base, other]})).json();
    let total = &compared["rows"][0];
    // Both no longer fit on one vehicle: 1000 + 800.
    assert_eq!((&total["values"], &total["changes"]), (&json!([1200.0, 1800.0]), &json!([0.0, 600.0])));
    let accept = [("accept", "application/vnd.hubroute.report+json")];
    let report = server.ask("GET", &format!("/v1/jobs/{other}/plan?base={base}"), &accept, None).json();
    assert!(report["html"].as_str().unwrap().contains("+50 % to the base plan"), "{}", report["html"]);
    server.post("/v1/compare", &json!({"jobs": [base]})).refused(422, "invalid_document");
    let listed = server.get("/v1/jobs?limit=1").json();
    assert_eq!((listed["jobs"][0]["id"].as_str(), listed["next"].as_str()), (Some(other), Some(other)));
    let rest = server.get(&format!("/v1/jobs?before={other}")).json();
    assert_eq!(rest["jobs"][0]["id"].as_str(), Some(base.as_str()));
}

#[test]
fn a_what_if_starts_from_the_plan_that_it_varies() {
    let server = Server::start(&["--solvers", "1", "--threads", "1"]);
    let limited = |iterations: u32| {
        let places = (0..60).map(|i| json!({"id": format!("p{i}"), "at": [i * 37 % 61 * 100, i * 23 % 59 * 100]}));
        let orders = (0..60).map(|i| json!({"id": format!("o{i}"), "location": format!("p{i}"), "delivery": 1}));
        json!({
            "kind": "routing", "version": 1, "travel": {"metric": "euclidean"},
            "locations": places.chain([json!({"id": "depot", "at": [3000, 3000]})]).collect::<Vec<_>>(),
            "vehicles": [{"id": "van", "count": 8, "capacity": 10, "start": "depot"}],
            "orders": orders.collect::<Vec<_>>(), "limits": {"iterations": iterations}
        })
    };
    let base = server.submit(&limited(3_000));
    let hasty = server.submit(&limited(1));
    let [base_job, hasty] = [&base, &hasty].map(|id| server.finished(id));
    assert!(worth(&base_job) < worth(&hasty), "nothing to gain: {base_job}, {hasty}");
    let answer = server.post(&format!("/v1/jobs?base={base}"), &limited(1)).json();
    let varied = server.finished(answer["id"].as_str().unwrap());
    assert!(worth(&varied) <= worth(&base_job), "{varied} after {base_job}");
}

#[test]
fn a_repeated_request_is_the_same_job() {
    let server = Server::start(&["--solvers", "0"]);
    let ask =
        |key: &str, body: &Value| server.ask("POST", "/v1/jobs", &[("idempotency-key", key)], Some(&body.to_string()));
    let first = ask("k", &tiny());
    assert_eq!(first.status, 202);
    let ids: Vec<Value> = (0..100).map(|_| ask("k", &tiny())).map(|again| again.json()["id"].clone()).collect();
    assert!(ids.iter().all(|id| *id == first.json()["id"]));
    ask("k", &long(1.0)).refused(422, "idempotency_key_reused");
    ask(&"x".repeat(129), &tiny()).refused(400, "bad_request");
    assert_eq!(server.get("/v1/jobs").json()["jobs"].as_array().unwrap().len(), 1);
}

/// The events of a job as (id, name, job), until the stream ends.
fn events(server: &Server, id: &str, last: Option<&str>) -> Vec<(i64, String, Value)> {
    let headers: Vec<(&str, &str)> = last.map(|last| ("last-event-id", last)).into_iter().collect();
    let answer = server.ask("GET", &format!("/v1/jobs/{id}/events"), &headers, None);
    assert_eq!((answer.status, answer.header("content-type")), (200, "text/event-stream"), "{}", answer.text);
    let event = |block: &str| {
        let field = |name: &str| block.lines().find_map(|line| line.strip_prefix(&format!("{name}: ")));
        let job = serde_json::from_str(field("data")?).unwrap();
        Some((field("id")?.parse().unwrap(), field("event")?.to_owned(), job))
    };
    answer.text.split("\n\n").filter_map(event).collect()
}

#[test]
fn progress_is_told_in_order_and_resumed_without_gap() {
    let server = Server::start(&[]);
    let id = server.submit(&long(2.0));
    let told = events(&server, &id, None);
    let names: Vec<&str> = told.iter().map(|(_, name, _)| name.as_str()).collect();
    assert_eq!((names[0], names[1], names[names.len() - 1]), ("queued", "running", "done"), "{names:?}");
    assert!(names.iter().filter(|name| **name == "progress").count() >= 3, "{names:?}");
    assert!(told.windows(2).all(|pair| pair[0].0 < pair[1].0));
    assert!(never_gets_worse(&server.get(&format!("/v1/jobs/{id}/events")).text));
    assert!(told.iter().any(|(_, _, job)| job["state"] == "running" && job["has_plan"] == true), "no plan on the way");
    for cut in [0, 1, told.len() / 2, told.len() - 1] {
        let rest = events(&server, &id, Some(&told[cut].0.to_string()));
        assert_eq!(rest, told[cut + 1..].to_vec(), "after {cut}");
    }
    server.ask("GET", &format!("/v1/jobs/{id}/events"), &[("last-event-id", "x")], None).refused(400, "bad_request");
}

#[test]
fn stopping_keeps_the_best() {
    let server = Server::start(&["--solvers", "1"]);
    let id = server.submit(&long(60.0));
    let waiting = server.submit(&tiny());
    let found = server.wait_for(&id, "found", |job| job["has_plan"] == true);
    let so_far = server.get(&format!("/v1/jobs/{id}/plan"));
    assert_eq!(so_far.status, 200);
    let asked = Instant::now();
    let first = server.ask("DELETE", &format!("/v1/jobs/{waiting}"), &[], None);
    assert_eq!((first.status, first.json()["state"].as_str()), (200, Some("cancelled")), "{}", first.text);
    server.get(&format!("/v1/jobs/{waiting}/plan")).refused(404, "no_plan");
    assert_eq!(server.ask("DELETE", &format!("/v1/jobs/{id}"), &[], None).status, 202);
    let job = server.finished(&id);
    assert!(asked.elapsed() < Duration::from_secs(6), "stopping took {:?}", asked.elapsed());
    assert_eq!((job["state"].as_str(), job["has_plan"].as_bool()), (Some("cancelled"), Some(true)));
    assert!(worth(&job) <= worth(&found));
    let plan = server.get(&format!("/v1/jobs/{id}/plan")).json();
    assert_eq!(plan["summary"]["total"].as_f64(), job["cost"].as_f64());
    let again = server.ask("DELETE", &format!("/v1/jobs/{id}"), &[], None);
    assert_eq!((again.status, again.json()), (200, job));
}

#[test]
fn what_cannot_be_done_is_said_with_reasons() {
    let server = Server::start(&[]);
    let scenario = json!({
        "kind": "siting", "version": 1, "travel": {"metric": "euclidean"},
        "locations": [{"id": "a", "at": [0, 0]}],
        "sites": [{"id": "A", "location": "a", "capacity": 5}],
        "demands": [{"id": "d", "location": "a", "quantity": 9}],
    });
    let checked = server.post("/v1/jobs", &scenario);
    if checked.status == 422 {
        checked.refused(422, "invalid_scenario");
        return;
    }
    let job = server.finished(checked.json()["id"].as_str().unwrap());
    assert_eq!((job["state"].as_str(), job["error"]["code"].as_str()), (Some("failed"), Some("infeasible")), "{job}");
    assert!(job["error"]["errors"][0]["code"].is_string(), "{job}");
}

#[test]
fn travel_is_told_as_the_solvers_count_it() {
    let server = Server::start(&["--solvers", "0"]);
    let told = server.post("/v1/matrix", &json!({"scenario": tiny(), "from": ["depot", "q"]})).json();
    assert_eq!(told["to"], json!(["depot", "p", "q"]));
    assert_eq!(told["distances"], json!([[0, 500, 400], [400, 300, 0]]));
    assert_eq!(told["durations"], told["distances"]);
    let unknown = server.post("/v1/matrix", &json!({"scenario": tiny(), "to": ["p", "x"]}));
    assert_eq!(unknown.refused(422, "invalid_document")["errors"][0]["pointer"], "/to/1");
    let nested = server.post("/v1/matrix", &json!({"scenario": {"kind": "routing"}})).refused(422, "invalid_scenario");
    assert!(nested["errors"][0]["pointer"].as_str().unwrap().starts_with("/scenario"), "{nested}");
}

#[test]
fn more_is_told_beside_a_plan_when_it_is_asked_for() {
    let server = Server::start(&["--solvers", "1"]);
    let text = include_str!("../../../datasets/tiny/tiny-siting.json");
    let mut scenario: Value = serde_json::from_str(text).unwrap();
    scenario["limits"] = json!({"time": 20});
    let path = "/v1/jobs?prices=true&alternatives=1&sweep_sites=1..2&certificate=true";
    let answer = server.post(path, &scenario);
    assert_eq!(answer.status, 202, "{}", answer.text);
    let id = answer.json()["id"].as_str().unwrap().to_owned();
    server.finished(&id);
    let plan = server.get(&format!("/v1/jobs/{id}/plan")).json();
    assert!(plan["sites"].as_array().unwrap().iter().any(|site| site["turning"].is_object()), "{plan}");
    assert_eq!(plan["sweep"].as_array().unwrap().len(), 2);
    assert_eq!(plan["alternatives"].as_array().unwrap().len(), 1);
    assert!(plan["certificate"]["prices"].is_object());
    let report = server.ask("GET", &format!("/v1/jobs/{id}/plan?language=zh"), &[("accept", "text/html")], None).text;
    assert!(report.contains("<html lang=\"zh\">") && report.contains("相反决定，至少"));
    server.get(&format!("/v1/jobs/{id}/plan?language=fr")).refused(400, "bad_request");
    server.post("/v1/jobs?sweep_sites=3", &scenario).refused(400, "bad_request");
    server.post("/v1/jobs?alternatives=101", &scenario).refused(400, "bad_request");
    server.post("/v1/jobs?prices=true", &tiny()).refused(422, "invalid_document");
}
