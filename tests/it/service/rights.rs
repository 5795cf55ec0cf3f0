//! Every endpoint with every kind of token, and no secret where others read.

use super::load::Line;
use super::server::{Answer, Server, long, tiny, token};
use std::time::{Duration, Instant};

/// What anybody may ask for.
const OPEN: [&str; 9] = [
    "/",
    "/docs/",
    "/healthz",
    "/openapi.json",
    "/readyz",
    "/v1/examples",
    "/v1/examples/tiny",
    "/v1/limits",
    "/v1/schema/plan",
];

/// Method and path of everything that the router has, for one job.
fn endpoints(server: &Server, id: &str) -> Vec<(String, String)> {
    let described = server.get("/openapi.json").json();
    let paths = described["paths"].as_object().unwrap();
    let mut endpoints: Vec<(String, String)> = OPEN.iter().map(|path| ("GET".to_owned(), (*path).to_owned())).collect();
    for (path, methods) in paths {
        let path = path.replace("/v1/jobs/{id}", &format!("/v1/jobs/{id}"));
        let path = path
            .replace("/v1/examples/{name}", "/v1/examples/tiny")
            .replace("/v1/schema/{document}", "/v1/schema/plan");
        assert!(!path.contains('{'), "{path}");
        endpoints.extend(methods.as_object().unwrap().keys().map(|method| (method.to_uppercase(), path.clone())));
    }
    endpoints.sort();
    endpoints.dedup();
    endpoints
}

fn ask_as(server: &mut Server, token: Option<&str>, method: &str, path: &str) -> Answer {
    server.token = token.map(str::to_owned);
    // The job runs on and on, so its stream does, too: the answer's head is enough, and a bad id of an event ends it.
    let headers: &[(&str, &str)] = if path.ends_with("/events") { &[("last-event-id", "x")] } else { &[] };
    let body = (method == "POST").then(|| tiny().to_string());
    server.ask(method, path, headers, body.as_deref())
}

pub(super) fn waits_for_tokens(server: &Server) {
    let until = Instant::now() + Duration::from_secs(10);
    while server.get("/v1/jobs").status != 401 {
        assert!(Instant::now() < until, "tokens are not asked for");
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn no_endpoint_has_a_hole() {
    let mut server = Server::start(&["--solvers", "0"]);
    let [owner, other, read, admin, revoked] =
        [("acme", "submit"), ("other", "submit"), ("acme", "read"), ("ops", "admin"), ("acme", "submit")]
            .map(|(tenant, scope)| token(&server, &["add", "--tenant", tenant, "--scope", scope]));
    let expired = token(&server, &["add", "--tenant", "acme", "--days", "0.000000001"]);
    token(&server, &["revoke", revoked.split('_').nth(1).unwrap()]);
    waits_for_tokens(&server);
    server.token = Some(owner.clone());
    let id = server.submit(&tiny());
    let endpoints = endpoints(&server, &id);
    assert!(endpoints.len() > 20, "{endpoints:?}");
    // The secret of one token, with the name of another.
    let mixed = format!("{}_{}", &owner[..owner.rfind('_').unwrap()], &admin[admin.rfind('_').unwrap() + 1..]);
    let nobodies = [
        None,
        Some("nonsense"),
        Some("hubroute__"),
        Some(mixed.as_str()),
        Some(revoked.as_str()),
        Some(expired.as_str()),
    ];
    for (method, path) in &endpoints {
        let is_open = method == "GET" && OPEN.contains(&path.as_str());
        for nobody in nobodies {
            let answer = ask_as(&mut server, nobody, method, path);
            match is_open {
                true => assert_eq!(answer.status, 200, "{method} {path}"),
                false => drop(answer.refused(401, "unauthorized")),
            }
        }
        if is_open {
            continue;
        }
        let needs_admin = path == "/metrics";
        let changes = method != "GET";
        let by_reader = ask_as(&mut server, Some(&read), method, path).status;
        assert_eq!(by_reader == 403, changes || needs_admin, "{method} {path}: {by_reader}");
        let by_other = ask_as(&mut server, Some(&other), method, path);
        if path.contains(&id) {
            by_other.refused(404, "not_found");
        } else {
            assert_eq!(by_other.status == 403, needs_admin, "{method} {path}: {}", by_other.text);
            assert!(!by_other.text.contains(&id), "{method} {path} shows somebody else's job");
        }
        assert!(![401, 403].contains(&ask_as(&mut server, Some(&admin), method, path).status), "{method} {path}");
    }
    server.token = Some(owner);
    assert_eq!(server.job(&id)["state"], "queued", "somebody else stopped the job");
}

#[test]
fn no_secret_is_where_others_read() {
    let mut server = Server::start(&["--solvers", "1"]);
    let own = token(&server, &["add", "--tenant", "acme", "--scope", "admin"]);
    let secret = own.rsplit('_').next().unwrap().to_owned();
    waits_for_tokens(&server);
    server.token = Some(own.clone());
    let id = server.submit(&long(20.0));
    server.wait_for(&id, "found", |job| job["has_plan"] == true);
    let mut seen = String::new();
    for process in server.solvers() {
        for file in ["cmdline", "environ"] {
            let bytes = std::fs::read(format!("/proc/{process}/{file}")).unwrap_or_default();
            seen.push_str(&String::from_utf8_lossy(&bytes));
        }
    }
    assert!(!seen.is_empty(), "no solver was looked at");
    for path in
        ["/metrics", "/openapi.json", "/v1/limits", "/v1/jobs", "/nowhere", "/v1/jobs?limit=0", "/v1/jobs/x/plan"]
    {
        let answer = server.get(path);
        seen.push_str(&format!("{}{:?}", answer.text, answer.headers));
    }
    seen.push_str(&server.ask("POST", "/v1/jobs", &[("idempotency-key", &"x".repeat(200))], Some("{")).text);
    seen.push_str(&server.ask("DELETE", &format!("/v1/jobs/{id}"), &[], None).text);
    server.token = Some(format!("{own}x"));
    seen.push_str(&server.get("/v1/jobs").text);
    server.token = Some(own);
    seen.push_str(&server.log());
    assert!(seen.contains("POST") && seen.contains("hubroute_jobs"), "nothing was looked at");
    assert!(!seen.contains(&secret), "the token's secret is shown");
    let events = server.get(&format!("/v1/jobs/{id}/events")).text;
    assert!(events.contains("event: ") && !events.contains(&secret));
}

#[test]
#[ignore = "twenty thousand requests"]
fn a_wrong_token_tells_nothing_by_its_time() {
    let server = Server::start(&["--solvers", "0"]);
    let own = token(&server, &["add", "--tenant", "acme"]);
    waits_for_tokens(&server);
    let at = own.rfind('_').unwrap() + 1;
    let wrong = |position: usize| {
        let mut bytes = own.clone().into_bytes();
        bytes[position] = if bytes[position] == b'0' { b'1' } else { b'0' };
        format!("Authorization: Bearer {}\r\n", String::from_utf8(bytes).unwrap())
    };
    let heads = [wrong(at), wrong(own.len() - 1)];
    let times = tokio::runtime::Runtime::new().unwrap().block_on(async {
        let mut line = Line::new(&server.address).await.unwrap();
        let mut times = [const { Vec::new() }; 2];
        for turn in 0..20_000 {
            let which = usize::from(turn % 4 == 1 || turn % 4 == 2);
            let started = Instant::now();
            assert_eq!(line.ask("GET", "/v1/jobs", &heads[which], "").await.unwrap().0, 401);
            times[which].push(started.elapsed().as_secs_f64() * 1e6);
        }
        times
    });
    // The slowest twentieth is the machine's, not the token's.
    let moments = times.map(|mut times| {
        times.sort_by(f64::total_cmp);
        times.truncate(times.len() * 19 / 20);
        let n = times.len() as f64;
        let mean = times.iter().sum::<f64>() / n;
        (mean, times.iter().map(|time| (time - mean).powi(2)).sum::<f64>() / (n - 1.0) / n)
    });
    let t = (moments[0].0 - moments[1].0) / (moments[0].1 + moments[1].1).sqrt();
    eprintln!("wrong at its first byte {:.2} µs, at its last {:.2} µs, t = {t:.2}", moments[0].0, moments[1].0);
    assert!(t.abs() < 2.58, "t = {t}");
}
