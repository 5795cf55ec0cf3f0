//! Who may do what.

use super::server::{Server, store, tiny, token};
use std::process::{Command, Output};
use std::time::{Duration, Instant};

#[test]
fn each_token_sees_its_tenant_and_does_its_scope() {
    let mut server = Server::start(&["--solvers", "0", "--limit", "submits_per_minute=3"]);
    let submit = token(&server, &["add", "--tenant", "acme"]);
    let read = token(&server, &["add", "--tenant", "acme", "--scope", "read"]);
    let other = token(&server, &["add", "--tenant", "other", "--scope", "submit"]);
    let admin = token(&server, &["add", "--tenant", "ops", "--scope", "admin"]);
    let until = Instant::now() + Duration::from_secs(10);
    while server.get("/v1/jobs").status != 401 {
        assert!(Instant::now() < until, "tokens are not asked for");
        std::thread::sleep(Duration::from_millis(50));
    }
    let closed = server.get("/v1/jobs");
    closed.refused(401, "unauthorized");
    assert_eq!(closed.header("www-authenticate"), "Bearer");
    for open in ["/", "/healthz", "/readyz", "/openapi.json", "/docs/", "/v1/limits", "/v1/examples", "/v1/schema/plan"]
    {
        assert_eq!(server.get(open).status, 200, "{open}");
    }
    server.token = Some(submit.clone());
    let id = server.submit(&tiny());
    let job = format!("/v1/jobs/{id}");
    let paths =
        ["/v1/jobs".to_owned(), job.clone(), format!("{job}/plan"), format!("{job}/events"), format!("{job}/scenario")];
    let ask_as = |server: &mut Server, token: Option<&str>, method: &str, path: &str| {
        server.token = token.map(str::to_owned);
        let body = (method == "POST").then(|| tiny().to_string());
        server.ask(method, path, &[], body.as_deref())
    };
    let (most, last) = submit.split_at(submit.len() - 1);
    let wrong = format!("{most}{}", if last == "0" { "1" } else { "0" });
    for path in &paths {
        for token in [None, Some("nonsense"), Some(wrong.as_str())] {
            ask_as(&mut server, token, "GET", path).refused(401, "unauthorized");
        }
        if path != "/v1/jobs" {
            ask_as(&mut server, Some(&other), "GET", path).refused(404, "not_found");
        }
    }
    assert_eq!(ask_as(&mut server, Some(&read), "GET", &job).status, 200);
    ask_as(&mut server, Some(&read), "DELETE", &job).refused(403, "forbidden");
    ask_as(&mut server, Some(&read), "POST", "/v1/jobs").refused(403, "forbidden");
    ask_as(&mut server, Some(&other), "DELETE", &job).refused(404, "not_found");
    ask_as(&mut server, Some(&submit), "GET", "/metrics").refused(403, "forbidden");
    let metrics = ask_as(&mut server, Some(&admin), "GET", "/metrics");
    assert!(metrics.text.contains("hubroute_jobs_queued 1\n"), "{}", metrics.text);
    ask_as(&mut server, Some(&other), "POST", &format!("/v1/jobs?base={id}")).refused(404, "not_found");
    for _ in 0..2 {
        assert_eq!(ask_as(&mut server, Some(&submit), "POST", "/v1/jobs").status, 202);
    }
    let fast = ask_as(&mut server, Some(&submit), "POST", "/v1/jobs");
    assert_eq!(fast.refused(429, "too_many")["limit"], 3.0);
    assert!(fast.header("retry-after").parse::<u32>().unwrap() >= 1);
    let listed = token(&server, &["list"]);
    let secret = submit.rsplit('_').next().unwrap();
    assert!(listed.contains("acme") && !listed.contains(secret), "{listed}");
    token(&server, &["revoke", submit.split('_').nth(1).unwrap()]);
    ask_as(&mut server, Some(&submit), "GET", &job).refused(401, "unauthorized");
    assert!(!server.log().contains(secret), "a secret is in the log");
}

fn try_to_serve(store: &str, listen: &str) -> Output {
    Command::new(env!("CARGO_BIN_EXE_hubroute")).args(["serve", "--store", store, "--listen", listen]).output().unwrap()
}

#[test]
fn nobody_is_served_to_everybody() {
    let folder = tempfile::tempdir().unwrap();
    let output = try_to_serve(&store(folder.path()), "0.0.0.0:0");
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("make a token first"));
    let output = try_to_serve("postgres://user:geheim@127.0.0.1:1/none", "127.0.0.1:0");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2));
    assert!(!said.contains("geheim"), "{said}");
}
