//! The named table of bad input: each is refused with a problem document within a second, costs no memory, and leaves the
//! server alive.

use super::load::resident;
use super::server::{Server, tiny};
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

/// A name, the bytes of a request, and the statuses that are right.
type Case = (String, Vec<u8>, &'static [u16]);

const REFUSED: &[u16] = &[422];
/// Some values are right in some places.
const EITHER: &[u16] = &[202, 413, 422];

fn request(head: &str, body: &[u8]) -> Vec<u8> {
    let mut bytes = format!("{head}\r\nHost: x\r\nConnection: close\r\n\r\n").into_bytes();
    bytes.extend_from_slice(body);
    bytes
}

fn post(body: &[u8]) -> Vec<u8> {
    let head = format!("POST /v1/jobs HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: {}", body.len());
    request(&head, body)
}

/// The scenario with the value at a pointer as it is written here, whether that is JSON or not.
fn with(pointer: &str, text: &str) -> String {
    let mut scenario = tiny();
    *scenario.pointer_mut(pointer).unwrap_or_else(|| panic!("{pointer}")) = "@@".into();
    scenario.to_string().replace("\"@@\"", text)
}

/// Every number with every value that is none, or no sensible one.
fn numbers(cases: &mut Vec<Case>) {
    let places = [
        "/orders/0/delivery",
        "/orders/1/delivery",
        "/locations/1/at/0",
        "/locations/2/at/1",
        "/vehicles/0/capacity",
        "/vehicles/0/count",
        "/limits/iterations",
        "/version",
    ];
    let refused = [
        "NaN",
        "Infinity",
        "-Infinity",
        "1e400",
        "-1e400",
        "1e308",
        "0x10",
        "1_000",
        "01",
        "\"5\"",
        "true",
        "[]",
        "+1",
    ];
    let either = ["-0.0", "1e-320", "0", "-1", "null", "{}", "18446744073709551616"];
    for place in places {
        cases.extend(refused.map(|text| (format!("{place} = {text}"), post(with(place, text).as_bytes()), REFUSED)));
        cases.extend(either.map(|text| (format!("{place} = {text}"), post(with(place, text).as_bytes()), EITHER)));
    }
}

fn names(cases: &mut Vec<Case>) {
    let mut add = |name: &str, pointer: &str, text: String, right| {
        cases.push((name.to_owned(), post(with(pointer, &text).as_bytes()), right));
    };
    add("NUL in an id", "/orders/0/id", "\"a\\u0000\"".to_owned(), REFUSED);
    add("a control character in an id", "/orders/0/id", "\"a\\u001b[31m\"".to_owned(), REFUSED);
    add("a raw control character", "/orders/0/id", "\"a\u{1}\"".to_owned(), REFUSED);
    add("a lone surrogate", "/orders/0/id", "\"\\ud800\"".to_owned(), REFUSED);
    add("an empty id", "/orders/0/id", "\"\"".to_owned(), REFUSED);
    add("an id of a million letters", "/orders/0/id", format!("\"{}\"", "x".repeat(1_000_000)), REFUSED);
    add("the same id twice", "/orders/0/id", "\"o2\"".to_owned(), REFUSED);
    add("an unknown place", "/orders/0/location", "\"nowhere\"".to_owned(), REFUSED);
    add("an unknown depot", "/vehicles/0/start", "\"nowhere\"".to_owned(), REFUSED);
    add("an unknown kind", "/kind", "\"teleport\"".to_owned(), REFUSED);
    add("an unknown metric", "/travel/metric", "\"warp\"".to_owned(), REFUSED);
    add("no orders", "/orders", "[]".to_owned(), EITHER);
    add("no vehicles", "/vehicles", "[]".to_owned(), EITHER);
    add("no places", "/locations", "[]".to_owned(), REFUSED);
    add("an object for a list", "/orders", "{}".to_owned(), REFUSED);
    add("a list for an object", "/orders/0", "[\"o1\", \"a\"]".to_owned(), REFUSED);
    add("an empty list for an object", "/travel", "[]".to_owned(), REFUSED);
    add("an object for a name", "/kind", "{\"routing\": null}".to_owned(), REFUSED);
    add(
        "a window that ends before it begins",
        "/orders/0/delivery",
        "4, \"windows\": [[900, 100]]".to_owned(),
        REFUSED,
    );
    add("the same key twice", "/orders/0/delivery", "4, \"delivery\": 5".to_owned(), REFUSED);
    add("an unknown key", "/orders/0/delivery", "4, \"colour\": 5".to_owned(), REFUSED);
    let keys = (0..100_000).map(|i| format!("\"k{i}\": 0")).collect::<Vec<_>>().join(",");
    add("a hundred thousand keys", "/orders/0/delivery", format!("4, {keys}"), REFUSED);
    add("a right-to-left mark in a name", "/name", "\"a\\u202eb\"".to_owned(), EITHER);
}

fn texts(cases: &mut Vec<Case>) {
    let mut add = |name: &str, body: &[u8], right| cases.push((name.to_owned(), post(body), right));
    add("nothing", b"", REFUSED);
    add("blanks", b" \n ", REFUSED);
    add("half an object", b"{\"kind\":", REFUSED);
    add("two documents", b"{} {}", REFUSED);
    add("a byte order mark", b"\xef\xbb\xbf{}", REFUSED);
    add("UTF-16", b"\xff\xfe{\x00}\x00", &[400]);
    add("no UTF-8", b"{\"name\": \"\xc3\x28\"}", &[400]);
    add("a comment", b"/* */ {}", REFUSED);
    add("a trailing comma", b"{\"version\": 1,}", REFUSED);
    add("single quotes", b"{'version': 1}", REFUSED);
    add("a hundred thousand brackets", "[".repeat(100_000).as_bytes(), &[413]);
    add("a hundred thousand braces", "{\"a\":".repeat(100_000).as_bytes(), &[413]);
    add("sixty-five levels", format!("{}{}", "[".repeat(65), "]".repeat(65)).as_bytes(), &[413]);
    add("five million values", format!("[0{}]", ",0".repeat(5_000_000)).as_bytes(), &[413]);
    add("a string for a scenario", b"\"scenario\"", REFUSED);
    add("a number for a scenario", b"17", REFUSED);
}

fn heads(cases: &mut Vec<Case>) {
    let mut add = |name: &str, bytes: Vec<u8>, right| cases.push((name.to_owned(), bytes, right));
    let head = "POST /v1/jobs HTTP/1.1\r\nContent-Type: application/json\r\n";
    let typed =
        |kind: &str| request(&format!("POST /v1/jobs HTTP/1.1\r\nContent-Type: {kind}\r\nContent-Length: 2"), b"{}");
    add("plain text", typed("text/plain"), &[415]);
    add("a form", typed("application/x-www-form-urlencoded"), &[415]);
    add("parts", typed("multipart/form-data; boundary=x"), &[415]);
    add("no type", request("POST /v1/jobs HTTP/1.1\r\nContent-Length: 2", b"{}"), &[415]);
    for coding in ["gzip", "br", "zstd", "deflate", "gzip, gzip", "compress"] {
        let head = format!("{head}Content-Encoding: {coding}\r\nContent-Length: 2");
        add(&format!("coding {coding}"), request(&head, b"{}"), &[415]);
    }
    add("a length above the limit", request(&format!("{head}Content-Length: 99999999999"), b""), &[413]);
    add("two lengths", request(&format!("{head}Content-Length: 2\r\nContent-Length: 3"), b"{}"), &[400]);
    add("a negative length", request(&format!("{head}Content-Length: -1"), b""), &[400]);
    add("a length that is none", request(&format!("{head}Content-Length: two"), b""), &[400]);
    add(
        "length and chunks",
        request(&format!("{head}Content-Length: 2\r\nTransfer-Encoding: chunked"), b"0\r\n\r\n"),
        &[400, 422],
    );
    add("a chunk that lies", request(&format!("{head}Transfer-Encoding: chunked"), b"zz\r\n{}\r\n0\r\n\r\n"), &[400]);
    add("a huge chunk", request(&format!("{head}Transfer-Encoding: chunked"), b"fffffffffffffffff\r\n"), &[400]);
    add("an unknown transfer coding", request(&format!("{head}Transfer-Encoding: gzip"), b"{}"), &[400]);
    add("no method", b"/v1/jobs\r\n\r\n".to_vec(), &[400]);
    add("HTTP/3.7", b"GET / HTTP/3.7\r\n\r\n".to_vec(), &[400]);
    add(
        "a head of a million bytes",
        request(&format!("GET / HTTP/1.1\r\nX-Long: {}", "x".repeat(1_000_000)), b""),
        &[431],
    );
    let many = (0..200).map(|i| format!("X-{i}: 1")).collect::<Vec<_>>().join("\r\n");
    add("two hundred fields", request(&format!("GET / HTTP/1.1\r\n{many}"), b""), &[431]);
    for path in [
        "/v1/jobs/../../etc/passwd",
        "/v1/jobs/%2e%2e%2f%2e%2e",
        "/v1/jobs/%00",
        "/v1/examples/..%2f..%2fCargo.toml",
        "/assets/../../Cargo.toml",
        "//etc/passwd",
    ] {
        add(&format!("path {path}"), request(&format!("GET {path} HTTP/1.1"), b""), &[404]);
    }
    for method in ["TRACE", "CONNECT", "PATCH", "BREW"] {
        add(&format!("method {method}"), request(&format!("{method} /v1/jobs HTTP/1.1"), b""), &[405]);
    }
    for query in ["limit=-1", "limit=1e9", "limit=201", "limit=", "before=%27%3B--", "x=1"] {
        add(&format!("query {query}"), request(&format!("GET /v1/jobs?{query} HTTP/1.1"), b""), &[400, 404]);
    }
    for key in ["", "x\u{7f}", &"k".repeat(129)] {
        let head = format!("{head}Idempotency-Key: {key}\r\nContent-Length: 2");
        add(&format!("idempotency key of {} bytes", key.len()), request(&head, b"{}"), &[400]);
    }
    add("a bad event id", request("GET /v1/jobs/x/events HTTP/1.1\r\nLast-Event-ID: -1e9", b""), &[400, 404]);
}

/// Status and body of the answer.
fn answer(server: &Server, bytes: &[u8]) -> (u16, String) {
    let mut stream = TcpStream::connect(&server.address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    // The server may answer, and close, before all is sent.
    let _ = stream.write_all(bytes);
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    let answer = String::from_utf8_lossy(&answer).into_owned();
    let status = answer.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
    (status, answer)
}

#[test]
fn every_bad_input_is_refused_at_once() {
    let server = Server::start(&["--solvers", "0", "--limit", "body_seconds=2", "--limit", "header_seconds=2"]);
    let mut cases = Vec::new();
    numbers(&mut cases);
    names(&mut cases);
    texts(&mut cases);
    heads(&mut cases);
    assert!(cases.len() >= 150, "only {} cases", cases.len());
    let idle = resident(server.child.id());
    let mut wrong = Vec::new();
    let mut longest = (Duration::ZERO, "");
    for (name, bytes, right) in &cases {
        let started = Instant::now();
        let (status, text) = answer(&server, bytes);
        longest = longest.max((started.elapsed(), name.as_str()));
        // What is no HTTP at all is answered by a bare status.
        let told = status == 202 || text.contains("application/problem+json") || matches!(status, 400 | 431);
        let pointed = status != 422 || text.contains("\"pointer\"");
        if !right.contains(&status) || !told || !pointed {
            wrong.push(format!("{name}: {}", text.chars().take(300).collect::<String>()));
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
    let more = (resident(server.child.id()) - idle) / 1024.0;
    eprintln!("{} cases, the longest took {:?} ({}), {more:.0} MiB more", cases.len(), longest.0, longest.1);
    // A second beyond the silence that a body may have; a build without optimization beside other tests says little
    // about time.
    let patience = if std::env::var("HUBROUTE_PROGRAM").is_ok() { 3 } else { 60 };
    assert!(longest.0 < Duration::from_secs(patience), "{longest:?}");
    assert!(more < 128.0, "{more} MiB above idle");
    assert_eq!(server.get("/readyz").status, 200);
}
