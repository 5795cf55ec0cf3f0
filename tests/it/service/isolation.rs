//! Solvers and services that die lose nothing.

use super::server::{Server, long, send, tiny, worth};
use rustix::process::Signal;
use std::time::{Duration, Instant};

#[test]
fn a_solver_that_dies_goes_on_from_its_best() {
    let server = Server::start(&["--solvers", "2", "--threads", "1"]);
    let id = server.submit(&long(4.0));
    let before = server.wait_for(&id, "found", |job| job["has_plan"] == true);
    let other = server.submit(&tiny());
    server.finished(&other);
    let mut solvers = server.solvers();
    while solvers.len() > 1 {
        // The one of the other job is about to end.
        std::thread::sleep(Duration::from_millis(20));
        solvers = server.solvers();
    }
    send(solvers[0], Signal::KILL);
    let after = server.wait_for(&id, "again", |job| job["attempts"] == 2);
    assert!(worth(&after) <= worth(&before));
    let job = server.finished(&id);
    assert_eq!((job["state"].as_str(), job["attempts"].as_i64()), (Some("done"), Some(2)), "{job}");
    assert!(worth(&job) <= worth(&before));
    assert_eq!(server.job(&other)["attempts"], 1);
}

#[test]
fn a_solver_that_always_dies_fails_its_job_alone() {
    // So little memory that no solver can even begin.
    let server = Server::start(&["--solvers", "1", "--limit", "solver_memory_bytes=30000000"]);
    let id = server.submit(&long(5.0));
    let job = server.finished(&id);
    assert_eq!((job["state"].as_str(), job["attempts"].as_i64()), (Some("failed"), Some(3)), "{job}");
    assert_eq!(job["error"]["code"], "solver_crashed");
    assert_eq!(server.get("/readyz").status, 200);
}

#[test]
fn a_service_that_is_told_to_stop_hands_its_jobs_on() {
    let server = Server::start(&["--solvers", "1"]);
    let (running, waiting) = (server.submit(&long(30.0)), server.submit(&tiny()));
    let before = server.wait_for(&running, "found", |job| job["has_plan"] == true);
    let asked = Instant::now();
    let folder = server.stop();
    assert!(asked.elapsed() < Duration::from_secs(10), "stopping took {:?}", asked.elapsed());
    let server = Server::start_in(folder, &["--solvers", "2"]);
    server.finished(&waiting);
    let job = server.wait_for(&running, "running again", |job| job["state"] == "running");
    assert_eq!(job["attempts"], 1, "a stop of the service cost an attempt");
    assert!(worth(&job) <= worth(&before));
    assert_eq!(server.ask("DELETE", &format!("/v1/jobs/{running}"), &[], None).status, 202);
    assert_eq!(server.finished(&running)["state"], "cancelled");
}

#[test]
fn a_service_that_is_killed_forgets_nothing() {
    let server = Server::start(&["--solvers", "1", "--limit", "lease_seconds=3"]);
    let ids: Vec<String> = (0..20).map(|_| server.submit(&tiny())).collect();
    let long_one = server.submit(&long(3.0));
    server.wait_for(&long_one, "found", |job| job["has_plan"] == true);
    let solvers = server.solvers();
    let mut server = server;
    server.child.kill().unwrap();
    server.child.wait().unwrap();
    let folder = std::mem::replace(&mut server.folder, tempfile::tempdir().unwrap());
    // Solvers end with their parent.
    let until = Instant::now() + Duration::from_secs(5);
    while solvers.iter().any(|id| std::path::Path::new(&format!("/proc/{id}/cmdline")).exists()) {
        assert!(Instant::now() < until, "a solver lives on");
        std::thread::sleep(Duration::from_millis(20));
    }
    drop(server);
    let server = Server::start_in(folder, &["--solvers", "2", "--limit", "lease_seconds=3"]);
    for id in &ids {
        assert_eq!(server.finished(id)["state"], "done");
    }
    let job = server.finished(&long_one);
    assert_eq!((job["state"].as_str(), job["attempts"].as_i64()), (Some("done"), Some(2)), "{job}");
}
