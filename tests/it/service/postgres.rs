//! The same service on PostgreSQL, with workers in processes of their own. A real server from the system's packages; where
//! none is installed the tests say so and do nothing.

use super::server::{Server, long, send, tiny};
use rustix::process::Signal;
use serde_json::Value;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// A PostgreSQL server with an empty database.
struct Postgres {
    child: Child,
    url: String,
    _folder: TempDir,
}

impl Postgres {
    /// `None` where none is installed.
    fn start() -> Option<Self> {
        let Some(programs) = programs() else {
            eprintln!("skipped: PostgreSQL is not installed (Debian: apt-get install postgresql)");
            return None;
        };
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        std::fs::create_dir(&data).unwrap();
        // PostgreSQL refuses to run as root.
        let as_root = Command::new("id").arg("-u").output().unwrap().stdout == b"0\n";
        let program = |name: &str| {
            let path = programs.join(name);
            if !as_root {
                return Command::new(path);
            }
            let mut command = Command::new("setpriv");
            command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups"]).arg(path);
            command
        };
        if as_root {
            let owner = Command::new("chown").args(["-R", "postgres:postgres"]).arg(folder.path()).status().unwrap();
            assert!(owner.success());
        }
        let made = program("initdb").args(["-A", "trust", "-U", "postgres", "-D"]).arg(&data).output().unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let child = program("postgres")
            .arg("-D")
            .arg(&data)
            .args(["-p", &port.to_string(), "-k", "", "-c", "listen_addresses=127.0.0.1"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let url = format!("postgres://postgres@127.0.0.1:{port}/postgres");
        let postgres = Self { child, url, _folder: folder };
        let until = Instant::now() + Duration::from_secs(30);
        let ready = || {
            let mut command = Command::new(programs.join("pg_isready"));
            command.args(["-q", "-h", "127.0.0.1", "-p", &port.to_string()]).status().unwrap().success()
        };
        while !ready() {
            assert!(Instant::now() < until, "PostgreSQL does not start");
            std::thread::sleep(Duration::from_millis(50));
        }
        Some(postgres)
    }

    fn worker(&self, options: &[&str]) -> Worker {
        let mut command = Command::new(env!("CARGO_BIN_EXE_hubroute"));
        command.args(["worker", "--solvers", "1", "--threads", "1"]).args(options);
        // The address may hold a password, so it need not be an argument.
        command.env("HUBROUTE_STORE", &self.url).stderr(Stdio::null());
        Worker(command.spawn().unwrap())
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        // Asked to stop at once, it ends its own processes.
        send(self.child.id(), Signal::INT);
        let _ = self.child.wait();
    }
}

/// The folder of the server's programs, the newest version.
fn programs() -> Option<PathBuf> {
    let mut found: Vec<PathBuf> = std::fs::read_dir(Path::new("/usr/lib/postgresql"))
        .ok()?
        .filter_map(|entry| Some(entry.ok()?.path().join("bin")))
        .filter(|folder| folder.join("initdb").exists())
        .collect();
    found.sort();
    found.pop()
}

struct Worker(Child);

impl Drop for Worker {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn workers_that_are_killed_lose_no_job() {
    let Some(postgres) = Postgres::start() else { return };
    let lease = ["--limit", "lease_seconds=1"];
    let options = ["--solvers", "0", lease[0], lease[1]];
    let server = Server::start_on(tempfile::tempdir().unwrap(), &postgres.url, &options);
    let mut workers = vec![postgres.worker(&lease), postgres.worker(&lease)];
    let long_one = server.submit(&long(3.0));
    let ids: Vec<String> = (0..30).map(|_| server.submit(&tiny())).collect();
    let before = server.wait_for(&long_one, "found", |job| job["has_plan"] == true);
    // Both die, one of them with the long job, and others come.
    workers.clear();
    workers.extend([postgres.worker(&lease), postgres.worker(&lease)]);
    for id in &ids {
        let job = server.finished(id);
        assert_eq!((job["state"].as_str(), job["cost"].as_f64()), (Some("done"), Some(1200.0)), "{job}");
    }
    let job = server.finished(&long_one);
    assert_eq!((job["state"].as_str(), job["attempts"].as_i64()), (Some("done"), Some(2)), "{job}");
    assert!(job["cost"].as_f64().unwrap() <= before["cost"].as_f64().unwrap());
    let events = server.get(&format!("/v1/jobs/{long_one}/events")).text;
    let costs: Vec<f64> = events
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line.strip_prefix("data: ")?).ok()?["cost"].as_f64())
        .collect();
    assert!(costs.windows(2).all(|pair| pair[1] <= pair[0] * (1.0 + 1e-9)), "{costs:?}");
    assert_eq!(events.matches("event: done").count(), 1);
    assert!(events.contains("event: restarted"));
}

#[test]
fn stopping_reaches_a_worker_elsewhere() {
    let Some(postgres) = Postgres::start() else { return };
    let server = Server::start_on(tempfile::tempdir().unwrap(), &postgres.url, &["--solvers", "0"]);
    let _worker = postgres.worker(&[]);
    let id = server.submit(&long(60.0));
    server.wait_for(&id, "found", |job| job["has_plan"] == true);
    let asked = Instant::now();
    assert_eq!(server.ask("DELETE", &format!("/v1/jobs/{id}"), &[], None).status, 202);
    let job = server.finished(&id);
    assert_eq!((job["state"].as_str(), job["has_plan"].as_bool()), (Some("cancelled"), Some(true)), "{job}");
    assert!(asked.elapsed() < Duration::from_secs(8), "stopping took {:?}", asked.elapsed());
}
