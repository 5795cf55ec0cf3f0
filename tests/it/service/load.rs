//! Load and faults that take minutes: not part of `cargo test`. docs/service.md tells how they are run, and what they gave.

use super::server::{Server, send, tiny};
use rustix::process::Signal;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// Limits that do not stand in the way of one client that is many.
const WIDE: [&str; 10] = [
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

fn with<'o>(options: &[&'o str]) -> Vec<&'o str> {
    options.iter().copied().chain(WIDE).collect()
}

/// How long the load lasts.
fn minute() -> Duration {
    let seconds = std::env::var("HUBROUTE_LOAD_SECONDS").ok().and_then(|seconds| seconds.parse().ok());
    Duration::from_secs(seconds.unwrap_or(60))
}

/// The shares of sorted times, in milliseconds.
fn quantiles(mut times: Vec<Duration>) -> [f64; 3] {
    times.sort();
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize].as_secs_f64() * 1e3;
    [at(0.5), at(0.99), at(1.0)]
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}

/// A connection that is kept, and asked one thing after another.
struct Line {
    stream: TcpStream,
    address: String,
}

impl Line {
    async fn new(address: &str) -> std::io::Result<Self> {
        Ok(Self { stream: TcpStream::connect(address).await?, address: address.to_owned() })
    }

    /// Status and body.
    async fn ask(&mut self, method: &str, path: &str, head: &str, body: &str) -> std::io::Result<(u16, String)> {
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
                let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap();
                return Ok((status, rest.to_owned()));
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

/// Every job is done, and was done once.
fn all_done_once(server: &Server, accepted: &BTreeSet<String>, within: Duration) {
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

#[test]
#[ignore = "a minute of load"]
fn a_minute_of_jobs_is_taken_quickly() {
    let server = Server::start(&with(&["--solvers", "0"]));
    let body = Arc::new(tiny().to_string());
    let times = runtime().block_on(async {
        let until = Instant::now() + minute();
        let clients = (0..4).map(|_| {
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
    });
    let rate = times.len() as f64 / minute().as_secs_f64();
    let [p50, p99, most] = quantiles(times.clone());
    eprintln!("{} accepted, {rate:.0} a second; p50 {p50:.1} ms, p99 {p99:.1} ms, longest {most:.1} ms", times.len());
    assert!(rate > 200.0 && p99 < 100.0);
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
fn resident(process: u32) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

#[test]
#[ignore = "two thousand connections"]
fn two_thousand_listeners_miss_nothing() {
    const LISTENERS: usize = 2_000;
    let server = Server::start(&with(&["--solvers", "1", "--threads", "1"]));
    let before = resident(server.child.id());
    let blocker = server.submit(&super::server::long(20.0));
    let id = server.submit(&super::server::long(10.0));
    let ready = Arc::new(AtomicUsize::new(0));
    let (delays, events, held) = runtime().block_on(async {
        let mut listeners = Vec::new();
        for _ in 0..LISTENERS {
            let (address, id, ready) = (server.address.clone(), id.clone(), Arc::clone(&ready));
            listeners.push(tokio::spawn(async move {
                let mut stream = TcpStream::connect(&address).await.unwrap();
                let ask = format!("GET /v1/jobs/{id}/events HTTP/1.1\r\nHost: x\r\n\r\n");
                stream.write_all(ask.as_bytes()).await.unwrap();
                // What came when; it is read when all is over, so that the listeners themselves cost little.
                let mut came: Vec<(String, jiff::Timestamp)> = Vec::new();
                let mut piece = [0; 8_192];
                let mut text = String::new();
                loop {
                    let n = stream.read(&mut piece).await.unwrap();
                    assert!(n > 0, "the stream broke off: {text}");
                    text.push_str(&String::from_utf8_lossy(&piece[..n]));
                    while let Some(end) = text.find("\n\n") {
                        let event: String = text.drain(..end + 2).collect();
                        if event.contains("\nid: ") || event.starts_with("id: ") {
                            if came.is_empty() {
                                ready.fetch_add(1, Ordering::Relaxed);
                            }
                            let is_last = event.contains("event: done") || event.contains("event: cancelled");
                            came.push((event, jiff::Timestamp::now()));
                            if is_last {
                                return came;
                            }
                        }
                    }
                }
            }));
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        let until = Instant::now() + Duration::from_secs(30);
        while ready.load(Ordering::Relaxed) < LISTENERS {
            assert!(Instant::now() < until, "only {} listen", ready.load(Ordering::Relaxed));
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let held = resident(server.child.id()) - before;
        tokio::task::spawn_blocking({
            let url = format!("{}/v1/jobs/{blocker}", server.url);
            move || drop(ureq::delete(url).call().unwrap())
        })
        .await
        .unwrap();
        let (mut delays, mut events) = (Vec::new(), BTreeSet::new());
        for listener in listeners {
            let came = listener.await.unwrap();
            let field = |event: &str, name: &str| {
                event.lines().find_map(|line| line.strip_prefix(name).map(str::to_owned)).unwrap()
            };
            events
                .insert(came.iter().map(|(event, _)| field(event, "id: ").parse::<i64>().unwrap()).collect::<Vec<_>>());
            // The first one was told before the listener came.
            for (event, at) in &came[1..] {
                let job: Value = serde_json::from_str(&field(event, "data: ")).unwrap();
                let told: jiff::Timestamp = job["updated"].as_str().unwrap().parse().unwrap();
                delays.push((*at - told).as_millis() as f64);
            }
        }
        (delays, events, held)
    });
    assert_eq!(events.len(), 1, "listeners were told different things");
    let told = events.first().unwrap();
    assert!(told.is_sorted() && told.len() > 5, "{told:?}");
    let [p50, p99, most] =
        quantiles(delays.iter().map(|&delay| Duration::from_secs_f64(delay.max(0.0) / 1e3)).collect());
    let each = held / LISTENERS as f64;
    eprintln!(
        "{LISTENERS} listeners, {} events each, none missed; commit to client p50 {p50:.0} ms, p99 {p99:.0} ms, longest {most:.0} ms; \
         {each:.1} KiB each",
        told.len()
    );
    assert!(p99 < 500.0 && each < 64.0);
}

#[test]
#[ignore = "thousands of connections"]
fn crowds_of_slow_clients_are_let_go() {
    const EACH: usize = 700;
    let server = Server::start(&with(&["--solvers", "0"]));
    let id = server.submit(&tiny());
    let post = "POST /v1/jobs HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{";
    let kinds = ["", "GET / HTTP/1.1\r\nX-Slow: ", post];
    runtime().block_on(async {
        let quiet = latency(&server.address, &format!("/v1/jobs/{id}")).await;
        let started = Instant::now();
        let mut crowd = Vec::new();
        for text in kinds.iter().flat_map(|text| std::iter::repeat_n(*text, EACH)) {
            let (address, text) = (server.address.clone(), text.to_owned());
            crowd.push(tokio::spawn(async move {
                let mut stream = TcpStream::connect(&address).await.unwrap();
                stream.write_all(text.as_bytes()).await.unwrap();
                let mut answer = Vec::new();
                let end = stream.read_to_end(&mut answer);
                let _ = tokio::time::timeout(Duration::from_secs(30), end).await;
                started.elapsed()
            }));
            // No more at once than the operating system keeps for a listener.
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        let crowded = latency(&server.address, &format!("/v1/jobs/{id}")).await;
        let mut longest = Duration::ZERO;
        for client in crowd {
            longest = longest.max(client.await.unwrap());
        }
        eprintln!(
            "{} slow clients, all gone after {:.1} s; p99 of a GET {:.1} ms beside them, {:.1} ms without",
            EACH * kinds.len(),
            longest.as_secs_f64(),
            crowded[1],
            quiet[1]
        );
        assert!(longest < Duration::from_secs(20) && crowded[1] < 50.0_f64.max(4.0 * quiet[1]));
    });
    assert_eq!(server.get("/readyz").status, 200);
}

/// Quantiles of a GET, over two seconds.
async fn latency(address: &str, path: &str) -> [f64; 3] {
    let mut line = Line::new(address).await.unwrap();
    let until = Instant::now() + Duration::from_secs(2);
    let mut times = Vec::new();
    while Instant::now() < until {
        let started = Instant::now();
        assert_eq!(line.ask("GET", path, "", "").await.unwrap().0, 200);
        times.push(started.elapsed());
    }
    quantiles(times)
}

#[test]
#[ignore = "a minute of load"]
fn an_overload_is_refused_and_forgotten() {
    let options = [
        "--solvers",
        "0",
        "--limit",
        "queued_per_tenant=2000",
        "--limit",
        "requests_per_minute=100000000",
        "--limit",
        "submits_per_minute=100000000",
    ];
    let server = Server::start(&options);
    let body = Arc::new(tiny().to_string());
    let counts = runtime().block_on(async {
        let until = Instant::now() + minute() / 2;
        let clients = (0..64).map(|_| {
            let (address, body) = (server.address.clone(), Arc::clone(&body));
            tokio::spawn(async move {
                let mut line = Line::new(&address).await.unwrap();
                let mut counts = BTreeMap::new();
                while Instant::now() < until {
                    let (status, _) = line.ask("POST", "/v1/jobs", "", &body).await.unwrap();
                    *counts.entry(status).or_insert(0_usize) += 1;
                }
                counts
            })
        });
        let mut counts: BTreeMap<u16, usize> = BTreeMap::new();
        for client in clients.collect::<Vec<_>>() {
            for (status, n) in client.await.unwrap() {
                *counts.entry(status).or_default() += n;
            }
        }
        counts
    });
    let resident = resident(server.child.id()) / 1024.0;
    let started = Instant::now();
    assert_eq!(server.get("/v1/jobs?limit=1").status, 200);
    let after = started.elapsed();
    eprintln!("answers by status {counts:?}; {resident:.0} MiB; the next GET took {:.1} ms", after.as_secs_f64() * 1e3);
    assert!(counts.keys().all(|status| [202, 429, 503].contains(status)), "{counts:?}");
    assert!(after < Duration::from_secs(5));
}
