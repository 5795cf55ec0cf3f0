//! Load and faults that take minutes: not part of `cargo test`. docs/service.md tells how they are run, and what they gave.

use super::postgres::Postgres;
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
fn submits(server: &Server, clients: usize, load: Duration) -> Vec<Duration> {
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
    const JOBS: usize = 300;
    let Some(postgres) = Postgres::start() else { return };
    let server = Server::start_on(tempfile::tempdir().unwrap(), &postgres.url, &with(&["--solvers", "0"]));
    let accepted: BTreeSet<String> = (0..JOBS).map(|_| server.submit(&tiny())).collect();
    let started = Instant::now();
    let options = ["--solvers", "1", "--limit", "running_per_tenant=64"];
    let _workers: Vec<_> = (0..4).map(|_| postgres.worker(&options, std::process::Stdio::null())).collect();
    all_done_once(&server, &accepted, Duration::from_secs(300));
    let seconds = started.elapsed().as_secs_f64();
    eprintln!("{JOBS} jobs of three stops, a process each, in {seconds:.1} s: {:.0} a second", JOBS as f64 / seconds);
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
#[ignore = "two thousand connections"]
fn listeners_come_back_after_a_crash_without_gap() {
    const LISTENERS: usize = 2_000;
    let options = with(&["--solvers", "1", "--threads", "1", "--limit", "lease_seconds=2"]);
    let mut server = Server::start(&options);
    let id = server.submit(&super::server::long(25.0));
    server.wait_for(&id, "found", |job| job["has_plan"] == true);
    let address = Arc::new(std::sync::Mutex::new(server.address.clone()));
    let runtime = runtime();
    let back = Arc::new(AtomicUsize::new(0));
    let listeners: Vec<_> = (0..LISTENERS)
        .map(|_| {
            let (address, id, back) = (Arc::clone(&address), id.clone(), Arc::clone(&back));
            runtime.spawn(async move { listen_through(&address, &id, &back).await })
        })
        .collect();
    std::thread::sleep(Duration::from_secs(5));
    server.child.kill().unwrap();
    server.child.wait().unwrap();
    let folder = std::mem::replace(&mut server.folder, tempfile::tempdir().unwrap());
    drop(server);
    let server = Server::start_in(folder, &options);
    address.lock().unwrap().clone_from(&server.address);
    let started = Instant::now();
    while back.load(Ordering::Relaxed) < LISTENERS {
        assert!(started.elapsed() < Duration::from_secs(30), "{} are back", back.load(Ordering::Relaxed));
        std::thread::sleep(Duration::from_millis(20));
    }
    let took = started.elapsed().as_secs_f64();
    let heard: Vec<Vec<i64>> = runtime
        .block_on(async { futures_util::future::join_all(listeners).await })
        .into_iter()
        .map(Result::unwrap)
        .collect();
    let told: Vec<i64> = server
        .get(&format!("/v1/jobs/{id}/events"))
        .text
        .lines()
        .filter_map(|line| line.strip_prefix("id: ")?.parse().ok())
        .collect();
    assert!(heard.iter().all(|heard| *heard == told), "a gap, or an event twice");
    eprintln!(
        "{LISTENERS} listeners back within {took:.1} s of the restart, {} events each, no gap, none twice",
        told.len()
    );
    assert!(took < 10.0);
}

/// Listens to a job until its end, through broken connections; the ids of what was heard, in order.
async fn listen_through(address: &std::sync::Mutex<String>, id: &str, back: &AtomicUsize) -> Vec<i64> {
    let mut heard: Vec<i64> = Vec::new();
    let mut n_connections = 0;
    loop {
        let now = address.lock().unwrap().clone();
        let Ok(mut stream) = TcpStream::connect(&now).await else {
            tokio::time::sleep(Duration::from_millis(100)).await;
            continue;
        };
        let last = heard.last().map_or_else(String::new, |last| format!("Last-Event-ID: {last}\r\n"));
        let ask = format!("GET /v1/jobs/{id}/events HTTP/1.1\r\nHost: x\r\n{last}\r\n");
        if stream.write_all(ask.as_bytes()).await.is_err() {
            continue;
        }
        let (mut text, mut piece) = (String::new(), [0; 8_192]);
        while let Ok(n @ 1..) = stream.read(&mut piece).await {
            if text.is_empty() {
                n_connections += 1;
                if n_connections == 2 {
                    back.fetch_add(1, Ordering::Relaxed);
                }
            }
            text.push_str(&String::from_utf8_lossy(&piece[..n]));
            while let Some(end) = text.find("\n\n") {
                let event: String = text.drain(..end + 2).collect();
                let id: Option<i64> = event.lines().find_map(|line| line.strip_prefix("id: ")?.parse().ok());
                heard.extend(id);
                if event.contains("event: done") {
                    return heard;
                }
            }
            if text.is_empty() {
                text.push(' ');
            }
        }
    }
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
        "queued_per_tenant=6000",
        "--limit",
        "requests_per_minute=100000000",
        "--limit",
        "submits_per_minute=100000000",
    ];
    let server = Server::start(&options);
    let body = Arc::new(tiny().to_string());
    let normal = quantiles(submits(&server, 4, Duration::from_secs(2)).into_iter().take(1_000).collect())[1];
    let before = resident(server.child.id());
    let (counts, accepted) = runtime().block_on(async {
        let until = Instant::now() + minute() / 2;
        let clients = (0..64).map(|_| {
            let (address, body) = (server.address.clone(), Arc::clone(&body));
            tokio::spawn(async move {
                let mut line = Line::new(&address).await.unwrap();
                let (mut counts, mut accepted) = (BTreeMap::new(), Vec::new());
                while Instant::now() < until {
                    let started = Instant::now();
                    let (status, _) = line.ask("POST", "/v1/jobs", "", &body).await.unwrap();
                    *counts.entry(status).or_insert(0_usize) += 1;
                    accepted.extend((status == 202).then(|| started.elapsed()));
                }
                (counts, accepted)
            })
        });
        let (mut counts, mut accepted): (BTreeMap<u16, usize>, Vec<Duration>) = Default::default();
        for client in clients.collect::<Vec<_>>() {
            let (of_client, times) = client.await.unwrap();
            accepted.extend(times);
            of_client.into_iter().for_each(|(status, n)| *counts.entry(status).or_default() += n);
        }
        (counts, accepted)
    });
    let accepted = if accepted.is_empty() { 0.0 } else { quantiles(accepted)[1] };
    let growth = 100.0 * (resident(server.child.id()) / before - 1.0);
    let resident = resident(server.child.id()) / 1024.0;
    let started = Instant::now();
    assert_eq!(server.get("/v1/jobs?limit=1").status, 200);
    let after = started.elapsed();
    eprintln!(
        "answers by status {counts:?}; p99 of a submit {normal:.1} ms before, of the accepted ones {accepted:.1} ms; {resident:.0} MiB, \
         {growth:.0} % more; the next GET took {:.1} ms",
        after.as_secs_f64() * 1e3
    );
    assert!(counts.keys().all(|status| [202, 429, 503].contains(status)), "{counts:?}");
    assert!(after < Duration::from_secs(5));
}
