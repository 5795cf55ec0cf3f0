//! Whatever is wrong, the answer is a problem document, soon, and the server lives on.

use super::server::{Server, tiny};
use serde_json::{Value, json};
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

#[test]
fn every_refusal_is_a_problem_document() {
    let server = Server::start(&["--solvers", "0", "--limit", "body_bytes=200000", "--limit", "json_values=5000"]);
    let text = tiny().to_string();
    let post = |body: &str| server.ask("POST", "/v1/jobs", &[], Some(body));
    let with = |pointer: &str, value: Value| {
        let mut scenario = tiny();
        *scenario.pointer_mut(pointer).unwrap() = value;
        post(&scenario.to_string())
    };
    server.get("/nowhere").refused(404, "not_found");
    server.get("/v1/jobs/nobody").refused(404, "not_found");
    server.get("/v1/jobs/..%2f..%2fetc%2fpasswd").refused(404, "not_found");
    server.get("/v1/jobs/%00").refused(404, "not_found");
    server.get("/v1/jobs?limit=0").refused(400, "bad_request");
    server.get("/v1/jobs?limit=many").refused(400, "bad_request");
    server.get("/v1/jobs?colour=red").refused(400, "bad_request");
    server.get("/v1/examples/none").refused(404, "not_found");
    server.get("/v1/schema/none").refused(404, "not_found");
    let not_allowed = server.ask("PUT", "/v1/jobs", &[], Some("{}"));
    not_allowed.refused(405, "method_not_allowed");
    assert!(not_allowed.header("allow").contains("POST"));
    server
        .ask("POST", "/v1/jobs", &[("content-type", "text/plain")], Some(&text))
        .refused(415, "unsupported_media_type");
    let coded = [("content-type", "application/json"), ("content-encoding", "gzip")];
    server.ask("POST", "/v1/jobs", &coded, Some(&text)).refused(415, "unsupported_media_type");
    let large = post(&format!("{{\"custom\": \"{}\"}}", "x".repeat(300_000))).refused(413, "too_large");
    assert_eq!(large["limit"], 200_000.0);
    assert_eq!(post(&"[".repeat(100_000)).refused(413, "too_large")["limit"], 64.0);
    assert_eq!(post(&format!("[0{}]", ",0".repeat(6_000))).refused(413, "too_large")["limit"], 5_000.0);
    for body in ["", "null", "[]", "{", "{} {}", "{\"kind\": NaN}", "\u{feff}{}", "{\"kind\": \"\\ud800\"}", "1e400"] {
        let problem = post(body).refused(422, "invalid_scenario");
        assert!(!problem["errors"].as_array().unwrap().is_empty(), "{body}: {problem}");
    }
    let pointer = |problem: &Value| problem["errors"][0]["pointer"].as_str().unwrap().to_owned();
    assert_eq!(pointer(&with("/orders/0/delivery", json!(-5)).refused(422, "invalid_scenario")), "/orders/0/delivery");
    assert_eq!(pointer(&with("/orders/1/id", json!("o1")).refused(422, "invalid_scenario")), "/orders/1/id");
    assert_eq!(pointer(&with("/orders/1/id", json!("a\u{0}")).refused(422, "invalid_scenario")), "/orders/1/id");
    let far = with("/locations/1/at/0", json!(1e308)).refused(422, "invalid_scenario");
    assert!(pointer(&far).starts_with("/locations/1/at"), "{far}");
    with("/vehicles/0/count", json!(10_001)).refused(413, "too_large");
    with("/limits", json!({"time": 1e9})).refused(413, "too_large");
    server.post("/v1/check", &json!({"scenario": tiny(), "plant": 1})).refused(422, "invalid_document");
    let nested = server.post("/v1/check", &json!({"scenario": {"kind": "routing"}})).refused(422, "invalid_scenario");
    assert!(pointer(&nested).starts_with("/scenario"), "{nested}");
    server.post("/v1/compare", &json!({"jobs": ["a", "b"]})).refused(404, "not_found");
    server.post("/v1/convert", &json!({"files": {}})).refused(422, "invalid_document");
    server.post("/v1/convert", &json!({"files": {"sites.csv": "id,colour\n1,red"}})).refused(422, "invalid_document");
    assert_eq!(server.get("/readyz").status, 200);
    assert_eq!(server.get("/v1/jobs").json(), json!({"jobs": []}));
}

#[test]
fn published_files_become_scenarios() {
    let server = Server::start(&["--solvers", "0"]);
    let text = include_str!("../../data/tiny.vrp");
    let scenario = server.post("/v1/convert", &json!({"files": {"tiny.vrp": text}})).json();
    assert_eq!(scenario["kind"], "routing");
    assert_eq!(server.post("/v1/jobs", &scenario).status, 202);
}

#[test]
fn full_queues_say_when_to_come_back() {
    let server = Server::start(&["--solvers", "0", "--limit", "queued_per_tenant=2"]);
    server.submit(&tiny());
    server.submit(&tiny());
    let full = server.post("/v1/jobs", &tiny());
    assert_eq!(full.refused(429, "too_many")["limit"], 2.0);
    assert!(full.header("retry-after").parse::<u32>().unwrap() >= 1);
    drop(server);
    let server =
        Server::start(&["--solvers", "0", "--limit", "queued=1", "--limit", "store_free_bytes=900000000000000"]);
    server.submit(&tiny());
    let full = server.post("/v1/jobs", &tiny());
    full.refused(503, "unavailable");
    assert!(full.header("retry-after").parse::<u32>().unwrap() >= 1);
    let unready = server.get("/readyz");
    assert_eq!(unready.refused(503, "unavailable")["limit"], 9e14);
    assert!(unready.header("retry-after").parse::<u32>().unwrap() >= 1);
    let listed = server.get("/v1/limits").json();
    assert_eq!((listed["queued"].as_i64(), listed["body_bytes"].as_u64()), (Some(1), Some(32 << 20)));
}

/// Sends `text` and reads until the server closes; what came, and after how long.
fn slow(server: &Server, text: &str) -> (String, Duration) {
    let started = Instant::now();
    let mut stream = TcpStream::connect(&server.address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    stream.write_all(text.as_bytes()).unwrap();
    let mut answer = String::new();
    let _ = stream.read_to_string(&mut answer);
    (answer, started.elapsed())
}

#[test]
fn slow_clients_are_let_go() {
    let limits = ["--solvers", "0", "--limit", "header_seconds=0.5", "--limit", "body_seconds=0.5"];
    let server = Server::start(&limits);
    let head = "POST /v1/jobs HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n";
    for text in ["", "GET / HT", "GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: "] {
        let (_, took) = slow(&server, text);
        assert!(took < Duration::from_secs(4), "{text:?} kept its connection for {took:?}");
    }
    let (answer, took) = slow(&server, "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
    assert!(answer.starts_with("HTTP/1.1 200") && took < Duration::from_secs(4), "{answer} {took:?}");
    let (answer, took) = slow(&server, &format!("{head}Content-Length: 100\r\n\r\n{{"));
    assert!(answer.starts_with("HTTP/1.1 408") && answer.contains("problem+json"), "{answer}");
    assert!(took < Duration::from_secs(5));
    let (answer, _) = slow(&server, &format!("{head}Content-Length: 99999999999\r\n\r\n"));
    assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
    let (answer, _) = slow(&server, &format!("{head}Content-Length: 5\r\nContent-Length: 6\r\n\r\nabcde"));
    assert!(answer.starts_with("HTTP/1.1 400"), "{answer}");
    assert_eq!(server.get("/readyz").status, 200);
}
