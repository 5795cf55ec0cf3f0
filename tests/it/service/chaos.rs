//! Faults that take minutes: workers killed and paused, PostgreSQL killed, solvers that go mad. docs/service.md tells how
//! they are run, and what they gave.

use super::load::{WIDE, all_done_once};
use super::postgres::{Postgres, Worker, new_job};
use super::server::{Server, long, never_gets_worse, send, tiny, worth};
use hubroute::service::jobs::hub::Hub;
use hubroute::service::jobs::store::{Store, Submitted};
use hubroute::service::jobs::worker;
use hubroute::service::{Limits, Settings};
use rustix::process::Signal;
use std::collections::BTreeSet;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;
use std::time::{Duration, Instant};

fn log_to(folder: &Path, name: usize) -> Stdio {
    std::fs::File::create(folder.join(format!("worker-{name}.log"))).unwrap().into()
}

/// How often something is said in the logs of all workers.
fn said(folder: &Path, what: &str) -> usize {
    let logs = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let logs = logs.filter(|path| path.file_name().unwrap().to_str().unwrap().starts_with("worker-"));
    logs.map(|path| std::fs::read_to_string(path).unwrap().matches(what).count()).sum()
}

#[test]
#[ignore = "minutes of kills and pauses"]
fn thousands_of_jobs_outlive_their_workers() {
    const WORKERS: usize = 6;
    let n_jobs: usize = std::env::var("HUBROUTE_CHAOS_JOBS").ok().and_then(|n| n.parse().ok()).unwrap_or(2_000);
    let Some(postgres) = Postgres::start() else { return };
    let logs = tempfile::tempdir().unwrap();
    let lease = ["--solvers", "1", "--limit", "lease_seconds=1", "--limit", "running_per_tenant=64"];
    let options: Vec<&str> = ["--solvers", "0", "--limit", "lease_seconds=1"].into_iter().chain(WIDE).collect();
    let server = Server::start_on(tempfile::tempdir().unwrap(), &postgres.url, &options);
    let accepted: BTreeSet<String> = (0..n_jobs).map(|_| server.submit(&tiny())).collect();
    let mut n_started = 0;
    let mut start = || {
        n_started += 1;
        postgres.worker(&lease, log_to(logs.path(), n_started))
    };
    let mut workers: Vec<Worker> = (0..WORKERS).map(|_| start()).collect();
    let mut paused: Vec<(u32, Instant)> = Vec::new();
    let (mut n_kills, mut n_pauses) = (0_usize, 0_usize);
    let began = Instant::now();
    while server.get("/readyz").status != 200 || queued(&server) > 0 {
        assert!(began.elapsed() < Duration::from_secs(900), "{} jobs still wait", queued(&server));
        std::thread::sleep(Duration::from_millis(200 + (17 * (n_kills + n_pauses) as u64) % 100));
        let turn = n_kills + n_pauses;
        // One that is paused lives on, to come too late with what it had.
        let is_paused = |worker: &Worker| paused.iter().any(|(process, _)| *process == worker.0.id());
        let mut turns = (0..WORKERS).map(|next| (turn * 5 + next) % WORKERS);
        let victim = turns.find(|&worker| !is_paused(&workers[worker])).expect("pauses are short");
        if turn % 5 < 3 {
            workers[victim] = start();
            n_kills += 1;
        } else {
            send(workers[victim].0.id(), Signal::STOP);
            paused.push((workers[victim].0.id(), Instant::now() + Duration::from_millis(1_800)));
            n_pauses += 1;
        }
        paused.retain(|(process, until)| {
            let over = Instant::now() >= *until;
            if over {
                send(*process, Signal::CONT);
            }
            !over
        });
    }
    for (process, _) in paused {
        send(process, Signal::CONT);
    }
    all_done_once(&server, &accepted, Duration::from_secs(120));
    let seconds = began.elapsed().as_secs_f64();
    std::thread::sleep(Duration::from_secs(2));
    let stale = said(logs.path(), "came too late") + said(logs.path(), "no longer this attempt's");
    eprintln!(
        "{n_jobs} jobs, {n_kills} kills, {n_pauses} pauses, {seconds:.0} s: all done once; {stale} stale attempts refused"
    );
    assert!(n_kills >= 30.min(n_jobs / 50) && stale >= 5, "too little happened");
}

fn queued(server: &Server) -> u64 {
    let text = server.get("/metrics").text;
    let figure = |name: &str| {
        text.lines()
            .find_map(|line| line.strip_prefix(name)?.trim().parse::<f64>().ok())
            .unwrap_or_else(|| panic!("{text}"))
    };
    (figure("hubroute_jobs_queued ") + figure("hubroute_jobs_running ")) as u64
}

#[test]
#[ignore = "a minute of kills"]
fn what_was_accepted_outlives_the_database() {
    let Some(mut postgres) = Postgres::start() else { return };
    let options: Vec<&str> =
        ["--solvers", "2", "--threads", "1", "--limit", "lease_seconds=2"].into_iter().chain(WIDE).collect();
    let server = Server::start_on(tempfile::tempdir().unwrap(), &postgres.url, &options);
    let (mut accepted, mut refused, mut n_keys) = (BTreeSet::new(), 0, 0);
    let mut longest = Duration::ZERO;
    let body = tiny().to_string();
    let ask = |key: usize| server.ask("POST", "/v1/jobs", &[("idempotency-key", &format!("k{key}"))], Some(&body));
    let away = std::thread::scope(|scope| {
        let killer = scope.spawn(|| {
            let mut away = Vec::new();
            for _ in 0..4 {
                std::thread::sleep(Duration::from_secs(2));
                away.push(postgres.kill_and_restart().as_secs_f64());
            }
            away
        });
        while !killer.is_finished() {
            let asked = Instant::now();
            let until = asked + Duration::from_secs(30);
            loop {
                let answer = ask(n_keys);
                if answer.status == 202 || answer.status == 200 {
                    accepted.insert(answer.json()["id"].as_str().unwrap().to_owned());
                    break;
                }
                assert_eq!(answer.status, 503, "{}", answer.text);
                assert!(answer.header("retry-after").parse::<u32>().unwrap() >= 1);
                refused += 1;
                assert!(Instant::now() < until, "the store is not found again");
                std::thread::sleep(Duration::from_millis(50));
            }
            longest = longest.max(asked.elapsed());
            n_keys += 1;
            std::thread::sleep(Duration::from_millis(20));
        }
        killer.join().unwrap()
    });
    assert_eq!(accepted.len(), n_keys);
    let again: BTreeSet<String> = (0..n_keys).map(|key| ask(key).json()["id"].as_str().unwrap().to_owned()).collect();
    assert_eq!(again, accepted, "a repeated key made a new job");
    all_done_once(&server, &accepted, Duration::from_secs(120));
    eprintln!(
        "{n_keys} jobs, {} kills of PostgreSQL, away for {away:.2?} s, {refused} requests repeated, the longest until accepted {:.2} s: all done once",
        away.len(),
        longest.as_secs_f64()
    );
}

#[test]
#[ignore = "a minute of crashes"]
fn a_long_job_goes_on_from_its_best_after_crashes() {
    let options: Vec<&str> =
        ["--solvers", "1", "--threads", "1", "--limit", "lease_seconds=1"].into_iter().chain(WIDE).collect();
    let mut server = Server::start(&options);
    let mut told = Vec::new();
    for _ in 0..3 {
        let id = server.submit(&long(8.0));
        let mut last = (i64::MAX, f64::INFINITY);
        for attempt in 1..=2 {
            let is_on_its_way = |job: &serde_json::Value| job["has_plan"] == true && job["attempts"] == attempt;
            let resumed = worth(&server.wait_for(&id, "on its way", is_on_its_way));
            assert!(resumed <= last, "{resumed:?} after {last:?}");
            std::thread::sleep(Duration::from_secs(3));
            last = worth(&server.job(&id));
            send(server.child.id(), Signal::KILL);
            server.child.wait().unwrap();
            let folder = std::mem::replace(&mut server.folder, tempfile::tempdir().unwrap());
            server = Server::start_in(folder, &options);
            told.push(last);
        }
        let job = server.finished(&id);
        assert!(job["attempts"] == 3 && job["state"] == "done" && worth(&job) <= last, "{job} after {last:?}");
        told.push(worth(&job));
        let events = server.get(&format!("/v1/jobs/{id}/events")).text;
        assert!(never_gets_worse(&events), "{events}");
    }
    eprintln!("3 jobs, 6 crashes: best at each crash and at the end {told:.0?}, none worse than before");
}

#[test]
#[ignore = "half a minute"]
fn a_worker_that_is_told_to_stop_hands_on_all_it_holds() {
    let Some(postgres) = Postgres::start() else { return };
    let server = Server::start_on(tempfile::tempdir().unwrap(), &postgres.url, &["--solvers", "0"]);
    let mut first = postgres.worker(&["--solvers", "4"], Stdio::null());
    let ids: Vec<String> = (0..4).map(|_| server.submit(&long(60.0))).collect();
    let before: Vec<_> =
        ids.iter().map(|id| worth(&server.wait_for(id, "found", |job| job["has_plan"] == true))).collect();
    let asked = Instant::now();
    send(first.0.id(), Signal::TERM);
    first.0.wait().unwrap();
    let took = asked.elapsed();
    for id in &ids {
        let job = server.job(id);
        assert_eq!((job["state"].as_str(), job["attempts"].as_i64()), (Some("queued"), Some(0)), "{job}");
    }
    let _second = postgres.worker(&["--solvers", "4"], Stdio::null());
    for (id, before) in ids.iter().zip(before) {
        let job = server.wait_for(id, "running again", |job| job["state"] == "running");
        assert!(job["attempts"] == 1 && worth(&job) <= before, "{job} after {before:?}");
    }
    eprintln!("4 jobs handed on within {:.1} s, no attempt counted, none with a worse plan", took.as_secs_f64());
    assert!(took < Duration::from_secs(5));
}

/// Solvers that go wrong, each in its own way, as shell scripts.
const MAD: [(&str, &str, &str); 7] = [
    ("panics", "echo oh no >&2; exit 101", "exit code 101"),
    ("aborts", "kill -ABRT $$", "aborted"),
    ("overflows its stack", "kill -SEGV $$", "stack overflow"),
    ("is killed for its memory", "kill -KILL $$", "killed"),
    ("speaks gibberish", "echo '####################'; exec sleep 60", "broke off"),
    ("says half a word", "printf '\\001\\000'; exit 0", "exit code 0"),
    ("never ends", "exec sleep 600", "did not stop"),
];

#[test]
#[ignore = "half a minute of mad solvers"]
fn mad_solvers_fail_their_own_jobs_after_three_attempts() {
    let folder = tempfile::tempdir().unwrap();
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        for (name, script, cause) in MAD {
            let file = folder.path().join("solver");
            std::fs::write(&file, format!("#!/bin/sh\n{script}\n")).unwrap();
            std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o755)).unwrap();
            let url = format!("sqlite:{}", folder.path().join(format!("{}.db", name.replace(' ', "-"))).display());
            let store = Arc::new(Store::open(&url).await.unwrap());
            let Submitted::New(job) = store.submit(new_job(), [9, 9]).await.unwrap() else { panic!("not accepted") };
            let settings = Settings {
                listen: ([127, 0, 0, 1], 0).into(),
                store: url,
                solvers: 1,
                threads: 1,
                program: file,
                limits: Limits { kill_grace_seconds: 0.5, solve_seconds: 0.1, ..Limits::default() },
            };
            let (raise, stop) = tokio::sync::watch::channel(false);
            let worker = worker::Worker {
                store: Arc::clone(&store),
                hub: Arc::new(Hub::default()),
                settings: Arc::new(settings),
            };
            let working = tokio::spawn(worker.run(stop));
            let until = Instant::now() + Duration::from_secs(60);
            let ended = loop {
                let job = store.get("t", &job.id).await.unwrap();
                if job.state.is_final() {
                    break job;
                }
                assert!(Instant::now() < until, "a solver that {name} is never given up");
                tokio::time::sleep(Duration::from_millis(20)).await;
            };
            raise.send(true).unwrap();
            working.await.unwrap();
            let error = ended.error.clone().unwrap_or_default();
            assert_eq!((ended.state.name(), ended.attempts), ("failed", 3), "a solver that {name}: {error}");
            assert!(error.contains(cause), "a solver that {name}: {error}");
        }
    });
    eprintln!("{} kinds of mad solvers: each job failed after three attempts, with its cause", MAD.len());
}
