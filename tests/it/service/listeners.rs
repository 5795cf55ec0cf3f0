//! Crowds that listen to one job: not part of `cargo test`.

use super::load::{quantiles, resident, runtime, with};
use super::server::{Server, long};
use serde_json::Value;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

#[test]
#[ignore = "two thousand connections"]
fn listeners_come_back_after_a_crash_without_gap() {
    const LISTENERS: usize = 2_000;
    let options = with(&["--solvers", "1", "--threads", "1", "--limit", "lease_seconds=2"]);
    let mut server = Server::start(&options);
    let id = server.submit(&long(25.0));
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
#[ignore = "two thousand connections"]
fn two_thousand_listeners_miss_nothing() {
    const LISTENERS: usize = 2_000;
    let server = Server::start(&with(&["--solvers", "1", "--threads", "1"]));
    let before = resident(server.child.id());
    let blocker = server.submit(&long(20.0));
    let id = server.submit(&long(10.0));
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
