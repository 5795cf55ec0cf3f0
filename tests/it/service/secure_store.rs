//! PostgreSQL behind a password and TLS. Where PostgreSQL or OpenSSL is not installed the tests say so and do nothing.

use super::postgres::Postgres;
use super::server::{Server, children, program_under_test, send, tiny};
use rustix::process::Signal;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

/// A certificate for this machine that nobody signed but itself.
fn certificate(folder: &Path) -> bool {
    let made = Command::new("openssl")
        .args(["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"])
        .args(["-addext", "subjectAltName=IP:127.0.0.1", "-addext", "basicConstraints=critical,CA:FALSE"])
        .args(["-keyout", "server.key", "-out", "server.crt"])
        .current_dir(folder)
        .output();
    made.is_ok_and(|made| made.status.success())
}

fn tokens(store: &str) -> Output {
    let program =
        Command::new(env!("CARGO_BIN_EXE_hubroute")).args(["token", "list"]).env("HUBROUTE_STORE", store).output();
    program.unwrap()
}

#[test]
fn postgres_is_reached_over_tls_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    if !certificate(folder.path()) {
        eprintln!("skipped: OpenSSL is not installed (Debian: apt-get install openssl)");
        return;
    }
    let prepare = |data: &Path| {
        for file in ["server.key", "server.crt"] {
            std::fs::copy(folder.path().join(file), data.join(file)).unwrap();
        }
        std::fs::write(data.join("pg_hba.conf"), "hostssl all all 127.0.0.1/32 trust\n").unwrap();
        vec!["ssl=on"]
    };
    let Some(postgres) = Postgres::start_with(prepare) else { return };
    let root = folder.path().join("server.crt").display().to_string();
    for (mode, is_reached) in [
        ("?sslmode=disable".to_owned(), false),
        (String::new(), true),
        ("?sslmode=require".to_owned(), true),
        // Nobody has told that this certificate is to be trusted.
        ("?sslmode=verify-full".to_owned(), false),
        (format!("?sslmode=verify-full&sslrootcert={root}"), true),
    ] {
        let said = tokens(&format!("{}{mode}", postgres.url));
        assert_eq!(said.status.success(), is_reached, "{mode}: {}", String::from_utf8_lossy(&said.stderr));
    }
    let store = format!("{}?sslmode=verify-full&sslrootcert={root}", postgres.url);
    let server = Server::start_on(tempfile::tempdir().unwrap(), &store, &["--solvers", "1"]);
    assert_eq!(server.finished(&server.submit(&tiny()))["state"], "done");
}

#[test]
fn the_password_of_the_store_is_shown_nowhere() {
    const PASSWORD: &str = "correct-horse-7391";
    let Some(mut postgres) = Postgres::start() else { return };
    postgres.url = postgres.url.replace("postgres@", &format!("postgres:{PASSWORD}@"));
    let server = Server::start_on(tempfile::tempdir().unwrap(), &postgres.url, &["--solvers", "0"]);
    let log = server.folder.path().join("worker");
    let worker = postgres.worker(&["--solvers", "1"], Stdio::from(std::fs::File::create(&log).unwrap()));
    let id = server.submit(&super::server::long(60.0));
    server.wait_for(&id, "found", |job| job["has_plan"] == true);
    let processes = children(worker.0.id());
    assert_eq!(processes.len(), 1, "no solver was looked at");
    let mut seen = String::new();
    for (process, file) in [
        (processes[0], "cmdline"),
        (processes[0], "environ"),
        (worker.0.id(), "cmdline"),
        (server.child.id(), "cmdline"),
    ] {
        seen.push_str(&String::from_utf8_lossy(&std::fs::read(format!("/proc/{process}/{file}")).unwrap()));
    }
    // Its loss is told, by everybody who has lost it.
    postgres.kill_and_restart();
    let until = Instant::now() + Duration::from_secs(20);
    loop {
        let answer = server.post("/v1/jobs", &tiny());
        seen.push_str(&answer.text);
        if answer.status == 202 {
            break;
        }
        assert!(Instant::now() < until, "the store is not found again");
    }
    for path in ["/metrics", "/openapi.json", "/v1/limits", "/readyz", "/v1/jobs", "/nowhere"] {
        seen.push_str(&server.get(path).text);
    }
    send(worker.0.id(), Signal::TERM);
    server.wait_for(&id, "handed back", |job| job["state"] != "running");
    seen.push_str(&server.log());
    seen.push_str(&std::fs::read_to_string(log).unwrap());
    for store in [
        format!("postgres://u:{PASSWORD}@127.0.0.1:1/x"),
        format!("mysql://u:{PASSWORD}@127.0.0.1/x"),
        format!("postgres://u:{PASSWORD}@[x/"),
    ] {
        let said = tokens(&store);
        assert!(!said.status.success());
        seen.push_str(&String::from_utf8_lossy(&said.stderr));
        let mut serve = Command::new(program_under_test());
        let said = serve.args(["serve", "--listen", "127.0.0.1:0"]).env("HUBROUTE_STORE", &store).output().unwrap();
        assert!(!said.status.success());
        seen.push_str(&String::from_utf8_lossy(&said.stderr));
    }
    assert!(
        seen.contains("serving") && seen.contains("solving") && seen.contains("hubroute_jobs"),
        "nothing was looked at"
    );
    assert!(!seen.contains(PASSWORD), "the password of the store is shown: {seen}");
}
