//! Load and faults that take minutes: not part of `cargo test`. docs/service.md tells how they are run, and what they gave.

use super::postgres::Postgres;
use super::server::{Server, send, tiny};
use rustix::process::Signal;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// Limits that do not stand in the way of one client that is many.
pub(super) const WIDE: [&str; 10] = [
    "--limit",
    "requests_per_minute=100000000",
    "--limit",
    "submits_per_minute=100000000",
    "--limit",
    "queued_per_tenant=1000000",
    "--limit",
    "event_streams_per_token=5000",
    "--limit",
    "running_per_tenant=64",
];

pub(super) fn with<'o>(options: &[&'o str]) -> Vec<&'o str> {
    options.iter().copied().chain(WIDE).collect()
}

/// How long the load lasts.
pub(super) fn minute() -> Duration {
    let seconds = std::env::var("HUBROUTE_LOAD_SECONDS").ok().and_then(|seconds| seconds.parse().ok());
    Duration::from_secs(seconds.unwrap_or(60))
}

/// The shares of sorted times, in milliseconds.
pub(super) fn quantiles(mut times: Vec<Duration>) -> [f64; 3] {
    times.sort();
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize].as_secs_f64() * 1e3;
    [at(0.5), at(0.99), at(1.0)]
}

pub(super) fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}

/// A connection that is kept, and asked one thing after another.
pub(super) struct Line {
    stream: TcpStream,
    address: String,
}

impl Line {
    pub(super) async fn new(address: &str) -> std::io::Result<Self> {
        Ok(Self { stream: TcpStream::connect(address).await?, address: address.to_owned() })
    }

    /// Status and body.
    pub(super) async fn ask(
        &mut self,
        method: &str,
        path: &str,
        head: &str,
        body: &str,
    ) -> std::io::Result<(u16, String)> {
        let (head, body) = self.ask_whole(method, path, head, body).await?;
        Ok((head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap(), body))
    }

    /// Head and body.
    pub(super) async fn ask_whole(
        &mut self,
        method: &str,
        path: &str,
        head: &str,
        body: &str,
    ) -> std::io::Result<(String, String)> {
        let text = format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\n{head}Content-Length: {}\r\n\r\n{body}",
            self.address,
            body.len()
        );
        self.stream.write_all(text.as_bytes()).await?;
        let mut answer = Vec::new();
        let mut piece = [0; 16_384];
        loop {
            let n = self.stream.read(&mut piece).await?;
            if n == 0 {
                return Err(std::io::ErrorKind::UnexpectedEof.into());
            }
            answer.extend_from_slice(&piece[..n]);
            let text = String::from_utf8_lossy(&answer);
            let Some((head, rest)) = text.split_once("\r\n\r\n") else { continue };
            let length =
                head.lines().find_map(|line| line.to_lowercase().strip_prefix("content-length:")?.trim().parse().ok());
            if length.is_some_and(|length: usize| rest.len() >= length) {
                return Ok((head.to_owned(), rest.to_owned()));
            }
        }
    }
}

/// All jobs of the service, by id.
fn all_jobs(server: &Server) -> BTreeMap<String, Value> {
    let mut jobs = BTreeMap::new();
    let mut before = String::new();
    loop {
        let page = server.get(&format!("/v1/jobs?limit=200{before}")).json();
        for job in page["jobs"].as_array().unwrap() {
            jobs.insert(job["id"].as_str().unwrap().to_owned(), job.clone());
        }
        let Some(next) = page["next"].as_str() else { return jobs };
        before = format!("&before={next}");
    }
}

/// A time of a job, in seconds since 1970.
pub(super) fn seconds(job: &Value, what: &str) -> f64 {
    job[what].as_str().unwrap().parse::<jiff::Timestamp>().unwrap().as_millisecond() as f64 / 1e3
}

/// Every job is done, and was done once.
pub(super) fn all_done_once(server: &Server, accepted: &BTreeSet<String>, within: Duration) {
    let until = Instant::now() + within;
    let jobs = loop {
        let jobs = all_jobs(server);
        let open = jobs.values().filter(|job| !job["finished"].is_string()).count();
        if open == 0 {
            break jobs;
        }
        assert!(Instant::now() < until, "{open} jobs are not finished");
        std::thread::sleep(Duration::from_millis(500));
    };
    let lost: Vec<&String> = accepted.iter().filter(|id| !jobs.contains_key(*id)).collect();
    assert!(lost.is_empty(), "{} accepted jobs are lost", lost.len());
    for (id, job) in &jobs {
        assert_eq!(job["state"], "done", "{job}");
        let events = server.get(&format!("/v1/jobs/{id}/events")).text;
        assert_eq!(events.matches("event: done").count(), 1, "{id}: {events}");
    }
}

/// Times of jobs handed in by so many clients, each with the next as soon as it has the answer.
pub(super) fn submits(server: &Server, clients: usize, load: Duration) -> Vec<Duration> {
    let body = Arc::new(tiny().to_string());
    runtime().block_on(async {
        let until = Instant::now() + load;
        let clients = (0..clients).map(|_| {
            let (address, body) = (server.address.clone(), Arc::clone(&body));
            tokio::spawn(async move {
                let mut line = Line::new(&address).await.unwrap();
                let mut times = Vec::new();
                while Instant::now() < until {
                    let started = Instant::now();
                    let (status, text) = line.ask("POST", "/v1/jobs", "", &body).await.unwrap();
                    assert_eq!(status, 202, "{text}");
                    times.push(started.elapsed());
                }
                times
            })
        });
        let mut times = Vec::new();
        for client in clients.collect::<Vec<_>>() {
            times.extend(client.await.unwrap());
        }
        times
    })
}

/// Jobs a second, and the time that 99 of 100 stay below, in milliseconds.
fn are_taken(server: &Server, clients: usize) -> [f64; 2] {
    let times = submits(server, clients, minute());
    let (n, rate) = (times.len(), times.len() as f64 / minute().as_secs_f64());
    let [p50, p99, most] = quantiles(times);
    eprintln!(
        "{clients} clients: {n} accepted, {rate:.0} a second; p50 {p50:.1} ms, p99 {p99:.1} ms, longest {most:.1} ms"
    );
    [rate, p99]
}

#[test]
#[ignore = "a minute of load"]
fn a_minute_of_jobs_is_taken_quickly() {
    let server = Server::start(&with(&["--solvers", "0"]));
    let [rate, p99] = are_taken(&server, 4);
    assert!(rate > 500.0 && p99 < 50.0);
}

#[test]
#[ignore = "a minute of load"]
fn a_crowd_of_clients_shares_its_commits() {
    let server = Server::start(&with(&["--solvers", "0"]));
    let [rate, _] = are_taken(&server, 64);
    assert!(rate > 500.0);
}

#[test]
#[ignore = "a minute of load"]
fn a_minute_of_jobs_is_taken_by_postgres() {
    let Some(postgres) = Postgres::start() else { return };
    let server = Server::start_on(tempfile::tempdir().unwrap(), &postgres.url, &with(&["--solvers", "0"]));
    let [rate, p99] = are_taken(&server, 4);
    assert!(rate > 200.0 && p99 < 100.0);
}

#[test]
#[ignore = "half a minute"]
fn small_jobs_are_drained_by_four_workers() {
    const JOBS: usize = 1_000;
    let Some(postgres) = Postgres::start() else { return };
    let server = Server::start_on(tempfile::tempdir().unwrap(), &postgres.url, &with(&["--solvers", "0"]));
    let accepted: BTreeSet<String> = (0..JOBS).map(|_| server.submit(&tiny())).collect();
    let options = ["--solvers", "1", "--limit", "running_per_tenant=64"];
    let _workers: Vec<_> = (0..4).map(|_| postgres.worker(&options, std::process::Stdio::null())).collect();
    all_done_once(&server, &accepted, Duration::from_secs(300));
    // By the store's clock, so that neither the start of the workers nor the questions of the test count.
    let jobs = all_jobs(&server);
    let times = |what| jobs.values().map(move |job| seconds(job, what));
    let took = times("finished").fold(0.0, f64::max) - times("started").fold(f64::INFINITY, f64::min);
    let rate = JOBS as f64 / took;
    eprintln!("{JOBS} jobs of three stops, a process each, in {took:.1} s: {rate:.0} a second");
    assert!(rate > 150.0);
}

#[test]
#[ignore = "minutes of load"]
fn no_lease_is_lost_while_all_cores_are_busy() {
    let options = ["--solvers", "4", "--threads", "2", "--limit", "lease_seconds=6"];
    let server = Server::start(&with(&options));
    let ids: Vec<String> = (0..4).map(|_| server.submit(&super::server::long(minute().as_secs_f64()))).collect();
    for id in &ids {
        let until = Instant::now() + minute() + Duration::from_secs(60);
        let job = loop {
            let job = server.job(id);
            if job["finished"].is_string() {
                break job;
            }
            assert!(Instant::now() < until, "{job}");
            std::thread::sleep(Duration::from_millis(500));
        };
        assert_eq!((job["state"].as_str(), job["attempts"].as_i64()), (Some("done"), Some(1)), "{job}");
    }
    assert!(!server.log().contains("lease over"), "a lease was lost");
    eprintln!("8 solver threads for {:.0} s: no lease of 6 s was lost", minute().as_secs_f64());
}

#[test]
#[ignore = "a minute of load"]
fn jobs_are_done_once_while_the_service_is_killed() {
    let mut server = Server::start(&with(&["--solvers", "2", "--threads", "1", "--limit", "lease_seconds=2"]));
    let mut accepted = BTreeSet::new();
    let until = Instant::now() + minute();
    let mut n_kills = 0;
    let mut kill_at = Instant::now() + Duration::from_secs(5);
    let mut refused = 0;
    while Instant::now() < until {
        let answer = server.post("/v1/jobs", &tiny());
        if answer.status == 202 {
            accepted.insert(answer.json()["id"].as_str().unwrap().to_owned());
        } else {
            refused += 1;
        }
        std::thread::sleep(Duration::from_millis(120));
        if Instant::now() > kill_at {
            send(server.child.id(), Signal::KILL);
            server.child.wait().unwrap();
            let folder = std::mem::replace(&mut server.folder, tempfile::tempdir().unwrap());
            drop(server);
            server =
                Server::start_in(folder, &with(&["--solvers", "2", "--threads", "1", "--limit", "lease_seconds=2"]));
            n_kills += 1;
            kill_at = Instant::now() + Duration::from_secs(5);
        }
    }
    all_done_once(&server, &accepted, Duration::from_secs(300));
    eprintln!("{} accepted, {refused} refused, {n_kills} times killed: all done once", accepted.len());
    assert!(n_kills > 0 && refused == 0);
}

#[test]
#[ignore = "a minute of load"]
fn gets_are_quick_while_all_cores_solve() {
    let server = Server::start(&with(&["--solvers", "4", "--threads", "2"]));
    for _ in 0..4 {
        server.submit(&super::server::long(minute().as_secs_f64() + 30.0));
    }
    let id = server.submit(&tiny());
    let times = runtime().block_on(async {
        let mut line = Line::new(&server.address).await.unwrap();
        let until = Instant::now() + minute();
        let mut times = Vec::new();
        while Instant::now() < until {
            for path in [format!("/v1/jobs/{id}"), "/v1/jobs?limit=20".to_owned(), "/healthz".to_owned()] {
                let started = Instant::now();
                assert_eq!(line.ask("GET", &path, "", "").await.unwrap().0, 200);
                times.push(started.elapsed());
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        times
    });
    let n = times.len();
    let [p50, p99, most] = quantiles(times);
    eprintln!("{n} GETs while 8 threads solve: p50 {p50:.1} ms, p99 {p99:.1} ms, longest {most:.1} ms");
    assert!(p99 < 50.0);
}

/// Kilobytes of memory that a process holds.
pub(super) fn resident(process: u32) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}
