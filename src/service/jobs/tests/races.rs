//! Everybody at once: commits that are shared, answers that are lost, and stops that meet an ending.

use super::{new, run, store, submitted, worth};
use crate::service::jobs::hub::Hub;
use crate::service::jobs::state::{Command, Ending, Job, JobState, Progress};
use crate::service::jobs::store::{Document, NewJob, Store, StoreError, Submitted};
use crate::service::jobs::worker::Worker;
use crate::service::settings::{Limits, Settings};
use futures_util::{StreamExt as _, stream};
use std::future::{Future as _, poll_fn};
use std::path::PathBuf;
use std::sync::Arc;
use std::task::Poll;
use tokio::task::JoinHandle;

fn plan(cost: f64) -> Ending {
    Ending::Plan { worth: worth(cost), bound: None, status: "feasible".to_owned() }
}

fn worker(store: &Arc<Store>) -> Worker {
    let settings = Settings {
        listen: ([127, 0, 0, 1], 0).into(),
        store: String::new(),
        solvers: 1,
        threads: 1,
        program: PathBuf::new(),
        limits: Limits { lease_seconds: 1.0, ..Limits::default() },
    };
    Worker { store: Arc::clone(store), hub: Arc::new(Hub::default()), settings: Arc::new(settings) }
}

#[test]
fn a_change_that_fails_spoils_no_other_of_its_commit() {
    run(async {
        let (_folder, store) = store().await;
        let store = Arc::new(store);
        let id = submitted(&store, new("t", None, "r")).await.id;
        store.claim(60.0, 8).await.unwrap().unwrap();
        // A plan has one place, so the second one is a fault of the database.
        let command = Command::Progress { epoch: 1, progress: Progress::default(), with_plan: true };
        store.command(&id, &command, Some((Document::Plan, b"first"))).await.unwrap();
        let spoiler = tokio::spawn({
            let (store, id, command) = (Arc::clone(&store), id.clone(), command.clone());
            async move { store.command(&id, &command, Some((Document::Plan, b"second"))).await }
        });
        let others: Vec<_> = (0..60)
            .map(|i| {
                let store = Arc::clone(&store);
                tokio::spawn(async move { store.submit(new(&format!("t{}", i % 7), None, "r"), [99, 99]).await })
            })
            .collect();
        for other in others {
            assert!(matches!(other.await.unwrap(), Ok(Submitted::New(_))));
        }
        assert!(matches!(spoiler.await.unwrap(), Err(StoreError::Shared(_))));
        assert_eq!(store.load(None).await.unwrap(), [60, 1]);
        assert_eq!(store.get("t", &id).await.unwrap().revision, 3);
    });
}

#[test]
fn a_store_that_had_no_room_takes_jobs_again() {
    run(async {
        let (_folder, store) = store().await;
        {
            let mut held = Vec::new();
            for _ in 0..8 {
                let mut connection = store.pool.acquire().await.unwrap();
                sqlx::raw_sql("PRAGMA max_page_count = 1").execute(&mut *connection).await.unwrap();
                held.push(connection);
            }
        }
        // They are given back in the background, and one that came late would be met again below.
        while store.pool.num_idle() < 8 {
            tokio::task::yield_now().await;
        }
        let large = NewJob { scenario: vec![7; 1 << 20], ..new("t", None, "r") };
        // A connection that met the end of its room is not used again, and the next one has no such limit.
        let mut n_refused = 0;
        while let Err(error) = store.submit(large.clone(), [99, 99]).await {
            n_refused += 1;
            assert!(n_refused <= 8 && error.to_string().contains("full"), "{error}");
        }
        assert!(n_refused > 0);
        for _ in 0..20 {
            submitted(&store, large.clone()).await;
        }
        assert_eq!(store.load(None).await.unwrap(), [21, 0]);
    });
}

#[test]
fn a_submit_whose_answer_was_lost_is_known_again() {
    run(async {
        let (_folder, store) = store().await;
        let store = Arc::new(store);
        for i in 0..100 {
            let key = format!("k{i}");
            // Whoever asked is gone before the answer.
            let mut lost = Box::pin(store.submit(new("t", Some(&key), "r"), [999, 999]));
            let is_pending = poll_fn(|context| Poll::Ready(lost.as_mut().poll(context).is_pending())).await;
            assert!(is_pending);
            drop(lost);
            let again = store.submit(new("t", Some(&key), "r"), [999, 999]).await.unwrap();
            assert!(matches!(again, Submitted::Known(_)), "{again:?}");
        }
        assert_eq!(store.load(None).await.unwrap(), [100, 0]);
    });
}

#[test]
fn an_ending_whose_answer_was_lost_is_no_stale_one() {
    run(async {
        let (_folder, store) = store().await;
        let store = Arc::new(store);
        let worker = worker(&store);
        for _ in 0..100 {
            submitted(&store, new("t", None, "r")).await;
            let job = store.claim(-1.0, 8).await.unwrap().unwrap();
            store.reap("{}").await.unwrap();
            let next = store.claim(60.0, 8).await.unwrap().unwrap();
            assert_eq!((next.id.as_str(), next.epoch), (job.id.as_str(), 2));
            let end = |epoch, plan_text: &str| worker.end(&job.id, epoch, plan(1.0), Some(plan_text.to_owned()));
            assert!(!end(1, "{}").await, "a stale attempt published");
            assert!(end(2, "{}").await);
            assert!(end(2, "{}").await, "its own ending was taken for somebody else's");
            assert!(!end(1, "{}").await, "a stale attempt took the ending for its own");
        }
    });
}

/// A stop and an ending at once; whether the ending was first.
async fn race(store: &Arc<Store>, number: usize) -> bool {
    let tenant = format!("t{number}");
    let id = submitted(store, new(&tenant, None, "r")).await.id;
    store.command(&id, &Command::Claim { lease: 60.0 }, None).await.unwrap();
    let (end, cancel) = (ending(store, &id, number % 2 == 1), stopping(store, &id, number.is_multiple_of(2)));
    let ended = end.await.unwrap().unwrap();
    let stopped = cancel.await.unwrap();
    let job = store.get(&tenant, &id).await.unwrap();
    assert_eq!(job, ended, "a final job changed");
    match job.state {
        JobState::Done => assert!(matches!(stopped, Err(StoreError::Refused(_)))),
        state => assert!(state == JobState::Cancelled && stopped.unwrap().cancel_requested),
    }
    assert_eq!(store.document(&id, Document::Plan).await.unwrap().as_deref(), Some(b"p".as_slice()));
    // A second stop changes nothing.
    assert!(store.command(&id, &Command::Cancel, None).await.is_err());
    job.state == JobState::Done
}

fn ending(store: &Arc<Store>, id: &str, late: bool) -> JoinHandle<Result<Job, StoreError>> {
    let (store, id) = (Arc::clone(store), id.to_owned());
    tokio::spawn(async move {
        if late {
            tokio::task::yield_now().await;
        }
        let end = Command::End { epoch: 1, ending: plan(1.0) };
        store.command(&id, &end, Some((Document::Plan, b"p"))).await
    })
}

fn stopping(store: &Arc<Store>, id: &str, late: bool) -> JoinHandle<Result<Job, StoreError>> {
    let (store, id) = (Arc::clone(store), id.to_owned());
    tokio::spawn(async move {
        if late {
            tokio::task::yield_now().await;
        }
        store.command(&id, &Command::Cancel, None).await
    })
}

#[test]
fn a_stop_that_meets_an_ending_has_one_outcome() {
    run(async {
        let (_folder, store) = store().await;
        let store = Arc::new(store);
        let store = &store;
        let races = stream::iter(0..1_000).map(|number| race(store, number)).buffer_unordered(20);
        let ends_first: Vec<bool> = races.collect().await;
        let n = ends_first.iter().filter(|&&first| first).count();
        assert!(n > 0 && n < ends_first.len(), "the race had one winner only: {n} endings of {}", ends_first.len());
        assert_eq!(store.load(None).await.unwrap(), [0, 0]);
    });
}
