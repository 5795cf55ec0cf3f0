//! The store does what the state machine says, whatever comes in which order.

use super::{drawn, new, run, store, submitted};
use crate::search::Rng;
use crate::service::jobs::state::{Command, Job};
use crate::service::jobs::store::{Document, Store, StoreError};
use futures_util::{StreamExt as _, stream};
use rand::{RngExt as _, SeedableRng as _};

/// A job without what the clock decides.
fn timeless(job: &Job) -> Job {
    Job {
        lease_until: 0.0,
        created: 0.0,
        updated: 0.0,
        started: job.started.map(|_| 0.0),
        finished: job.finished.map(|_| 0.0),
        ..job.clone()
    }
}

/// Plays commands for three jobs of a tenant, in the store and in the model.
async fn conforms(store: &Store, tenant: &str, commands: &[(usize, Command)]) {
    let mut jobs = Vec::new();
    for _ in 0..3 {
        jobs.push(submitted(store, new(tenant, None, "r")).await);
    }
    let mut n_events = [1; 3];
    for (which, command) in commands {
        let before = jobs[*which].clone();
        // A lease that is over is over by a second, so that the clock does not decide.
        let command = match command {
            Command::Claim { .. } => Command::Claim { lease: if before.revision % 2 == 0 { -1.0 } else { 60.0 } },
            Command::Beat { epoch, .. } => Command::Beat { epoch: *epoch, lease: 60.0 },
            command => command.clone(),
        };
        let document = match &command {
            Command::Progress { .. } => Some((Document::Incumbent, b"incumbent".as_slice())),
            Command::End { ending: super::Ending::Plan { .. }, .. } => Some((Document::Plan, b"plan".as_slice())),
            _ => None,
        };
        let now = before.updated + 0.5;
        let (said, expected) = (store.command(&before.id, &command, document).await, before.apply(&command, now));
        match (said, expected) {
            (Ok(after), Ok(expected)) => {
                assert_eq!(timeless(&after), timeless(&expected), "{command:?}");
                n_events[*which] += usize::from(!matches!(command, Command::Beat { .. }));
                jobs[*which] = after;
            }
            (Err(StoreError::Refused(said)), Err(expected)) => assert_eq!(said, expected, "{command:?}"),
            (said, expected) => panic!("{command:?}: {said:?}, the model says {expected:?}"),
        }
    }
    for (job, n_events) in jobs.iter().zip(n_events) {
        assert_eq!(store.get(tenant, &job.id).await.unwrap(), *job);
        let events = store.events(&job.id, 0, 1_000).await.unwrap();
        assert_eq!(events.len(), n_events);
        assert!(events.is_sorted_by(|a, b| a.seq < b.seq));
        let has_plan = store.document(&job.id, Document::Plan).await.unwrap().is_some();
        assert_eq!(has_plan, job.status.is_some(), "{job:?}");
    }
    let count = |state| jobs.iter().filter(|job| job.state == state).count() as i64;
    let counted = [count(super::JobState::Queued), count(super::JobState::Running)];
    assert_eq!(store.load(Some(tenant)).await.unwrap(), counted);
}

/// So many histories, some of them at once: each has a tenant of its own, and they share commits.
async fn histories(store: &Store, n: u64, at_once: usize) {
    let history = |number: u64| async move {
        let mut rng = Rng::seed_from_u64(number);
        let length = rng.random_range(1..40);
        let commands: Vec<_> = (0..length).map(|_| (rng.random_range(0..3), drawn(&mut rng))).collect();
        conforms(store, &format!("t{number}"), &commands).await;
    };
    stream::iter(0..n).map(history).buffer_unordered(at_once).collect::<()>().await;
}

#[test]
fn sqlite_does_what_the_state_machine_says() {
    run(async {
        let (_folder, store) = store().await;
        histories(&store, 200, 32).await;
    });
}

/// `HUBROUTE_TEST_STORE` names another store, such as an empty database of PostgreSQL.
#[test]
#[ignore = "ten thousand histories"]
fn the_store_does_what_the_state_machine_says_ten_thousand_times() {
    run(async {
        let (_folder, store) = store().await;
        match std::env::var("HUBROUTE_TEST_STORE") {
            Ok(url) => histories(&Store::open(&url).await.unwrap(), 1_000, 8).await,
            Err(_) => histories(&store, 10_000, 64).await,
        }
    });
}
