//! The same service on PostgreSQL, with workers in processes of their own. A real server from the system's packages; where
//! none is installed the tests say so and do nothing.

use super::load::runtime;
use super::server::{Server, children, long, never_gets_worse, program_under_test, send, tiny, worth};
use hubroute::service::jobs::state::{Command as JobCommand, Progress, Refusal, Worth};
use hubroute::service::jobs::store::{NewJob, Store, StoreError, Submitted};
use hubroute::service::questions::Questions;
use rustix::process::Signal;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// A PostgreSQL server with an empty database.
pub(super) struct Postgres {
    child: Child,
    pub(super) url: String,
    port: u16,
    folder: TempDir,
    settings: Vec<&'static str>,
}

impl Postgres {
    /// `None` where none is installed.
    pub(super) fn start() -> Option<Self> {
        Self::start_with(|_| Vec::new())
    }

    /// With the settings that `prepare` gives when it has put what they need into the folder of the data.
    pub(super) fn start_with(prepare: impl FnOnce(&Path) -> Vec<&'static str>) -> Option<Self> {
        let Some(programs) = programs() else {
            eprintln!("skipped: PostgreSQL is not installed (Debian: apt-get install postgresql)");
            return None;
        };
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        std::fs::create_dir(&data).unwrap();
        give_to_postgres(folder.path());
        let made =
            program(&programs, "initdb").args(["-A", "trust", "-U", "postgres", "-D"]).arg(&data).output().unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let mut settings = prepare(&data);
        give_to_postgres(folder.path());
        // One call for the whole disk, not one for each file, before it comes back from a crash.
        if programs.parent().and_then(|it| it.file_name()?.to_str()?.parse().ok()).is_some_and(|it: u32| it >= 14) {
            settings.push("recovery_init_sync_method=syncfs");
        }
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let url = format!("postgres://postgres@127.0.0.1:{port}/postgres");
        let child = server(&programs, &data, port, &settings);
        let mut postgres = Self { child, url, port, folder, settings };
        postgres.ready(&programs);
        Some(postgres)
    }

    fn ready(&mut self, programs: &Path) {
        let until = Instant::now() + Duration::from_secs(30);
        let ready = || {
            let mut command = Command::new(programs.join("pg_isready"));
            command.args(["-q", "-h", "127.0.0.1", "-p", &self.port.to_string()]).status().unwrap().success()
        };
        while !ready() {
            assert!(Instant::now() < until, "PostgreSQL does not start");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Kills the server and all of its processes, and starts it again; how long it was away.
    pub(super) fn kill_and_restart(&mut self) -> Duration {
        let programs = programs().unwrap();
        let own = children(self.child.id());
        send(self.child.id(), Signal::KILL);
        for process in own {
            // Some have ended with their parent.
            let _ =
                rustix::process::kill_process(rustix::process::Pid::from_raw(process as i32).unwrap(), Signal::KILL);
        }
        self.child.wait().unwrap();
        let started = Instant::now();
        self.child = server(&programs, &self.folder.path().join("data"), self.port, &self.settings);
        self.ready(&programs);
        started.elapsed()
    }

    pub(super) fn worker(&self, options: &[&str], log: Stdio) -> Worker {
        let mut command = Command::new(program_under_test());
        command.args(["worker", "--threads", "1"]).args(options);
        // The address may hold a password, so it need not be an argument.
        command.env("HUBROUTE_STORE", &self.url).stderr(log);
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

fn is_root() -> bool {
    Command::new("id").arg("-u").output().unwrap().stdout == b"0\n"
}

/// A program of PostgreSQL, which refuses to run as root.
fn program(programs: &Path, name: &str) -> Command {
    let path = programs.join(name);
    if !is_root() {
        return Command::new(path);
    }
    let mut command = Command::new("setpriv");
    command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups"]).arg(path);
    command
}

/// A folder that PostgreSQL reads and writes.
fn give_to_postgres(folder: &Path) {
    if is_root() {
        let owner = Command::new("chown").args(["-R", "postgres:postgres"]).arg(folder).status().unwrap();
        assert!(owner.success());
    }
}

fn server(programs: &Path, data: &Path, port: u16, settings: &[&str]) -> Child {
    program(programs, "postgres")
        .arg("-D")
        .arg(data)
        .args(["-p", &port.to_string(), "-k", "", "-c", "listen_addresses=127.0.0.1"])
        .args(settings.iter().flat_map(|setting| ["-c", setting]))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
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

pub(super) struct Worker(pub(super) Child);

impl Drop for Worker {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A job that nobody can solve.
pub(super) fn new_job() -> NewJob {
    NewJob {
        tenant: "t".to_owned(),
        idem_key: None,
        request_sha256: String::new(),
        name: String::new(),
        kind: "routing".to_owned(),
        base: None,
        scenario: Vec::new(),
        questions: Questions::default(),
        seconds: 0.1,
    }
}

#[test]
fn changes_at_once_lose_none() {
    const CHANGES: i64 = 200;
    let Some(postgres) = Postgres::start() else { return };
    runtime().block_on(async {
        let store = Arc::new(Store::open(&postgres.url).await.unwrap());
        let Submitted::New(job) = store.submit(new_job(), [9, 9]).await.unwrap() else { panic!("not accepted") };
        let claimed = store.claim(60.0, 8).await.unwrap().unwrap();
        assert_eq!((claimed.id.as_str(), claimed.revision), (job.id.as_str(), 2));
        let changes = (1..=CHANGES).map(|cost| {
            let (store, id) = (Arc::clone(&store), job.id.clone());
            tokio::spawn(async move {
                let best = Some(Worth { unserved: 0, vehicles: 0, cost: cost as f64 });
                let progress = Progress { best, bound: Some(0.5 / cost as f64), ..Progress::default() };
                let told = JobCommand::Progress { epoch: 1, progress, with_plan: false };
                store.command(&id, &told, None).await.unwrap().revision
            })
        });
        let mut revisions = Vec::new();
        for change in changes.collect::<Vec<_>>() {
            revisions.push(change.await.unwrap());
        }
        revisions.sort_unstable();
        assert_eq!(revisions, (3..=2 + CHANGES).collect::<Vec<_>>());
        let after = store.get("t", &job.id).await.unwrap();
        assert_eq!((after.revision, after.best.unwrap().cost, after.bound), (2 + CHANGES, 1.0, Some(0.5)));
        let told = store.events(&job.id, 0, 1_000).await.unwrap();
        assert_eq!(told.len() as i64, 2 + CHANGES);
        let stale = store.command(&job.id, &JobCommand::Beat { epoch: 2, lease: 60.0 }, None).await;
        assert!(matches!(stale, Err(StoreError::Refused(Refusal::Stale))), "{stale:?}");
        assert_eq!(store.load(None).await.unwrap(), [0, 1]);
    });
}

#[test]
fn workers_that_are_killed_lose_no_job() {
    let Some(postgres) = Postgres::start() else { return };
    let options = ["--solvers", "0", "--limit", "lease_seconds=1"];
    let lease = ["--solvers", "1", "--limit", "lease_seconds=1"];
    let server = Server::start_on(tempfile::tempdir().unwrap(), &postgres.url, &options);
    let mut workers = vec![postgres.worker(&lease, Stdio::null()), postgres.worker(&lease, Stdio::null())];
    let long_one = server.submit(&long(3.0));
    let ids: Vec<String> = (0..30).map(|_| server.submit(&tiny())).collect();
    let before = server.wait_for(&long_one, "found", |job| job["has_plan"] == true);
    // Both die, one of them with the long job, and others come.
    workers.clear();
    workers.extend([postgres.worker(&lease, Stdio::null()), postgres.worker(&lease, Stdio::null())]);
    for id in &ids {
        let job = server.finished(id);
        assert_eq!((job["state"].as_str(), job["cost"].as_f64()), (Some("done"), Some(1200.0)), "{job}");
    }
    let job = server.finished(&long_one);
    assert_eq!((job["state"].as_str(), job["attempts"].as_i64()), (Some("done"), Some(2)), "{job}");
    assert!(worth(&job) <= worth(&before), "{job} after {before}");
    let events = server.get(&format!("/v1/jobs/{long_one}/events")).text;
    assert!(never_gets_worse(&events), "{events}");
    assert_eq!(events.matches("event: done").count(), 1);
    assert!(events.contains("event: restarted"));
}

#[test]
fn stopping_reaches_a_worker_elsewhere() {
    let Some(postgres) = Postgres::start() else { return };
    let server = Server::start_on(tempfile::tempdir().unwrap(), &postgres.url, &["--solvers", "0"]);
    let _worker = postgres.worker(&["--solvers", "1"], Stdio::null());
    let id = server.submit(&long(60.0));
    server.wait_for(&id, "found", |job| job["has_plan"] == true);
    let asked = Instant::now();
    assert_eq!(server.ask("DELETE", &format!("/v1/jobs/{id}"), &[], None).status, 202);
    let job = server.finished(&id);
    assert_eq!((job["state"].as_str(), job["has_plan"].as_bool()), (Some("cancelled"), Some(true)), "{job}");
    assert!(asked.elapsed() < Duration::from_secs(8), "stopping took {:?}", asked.elapsed());
}
