//! The state machine explored at random, and the store held to it.

mod conformance;
mod races;

use super::state::{Command, Ending, Job, JobState, MOST_ATTEMPTS, Progress, Refusal, Worth};
use super::store::{Document, NewJob, Store, StoreError, Submitted};
use crate::search::Rng;
use crate::service::questions::Questions;
use proptest::test_runner::TestCaseError;
use proptest::{prop_assert, prop_assert_eq};
use rand::{RngExt as _, SeedableRng as _};
use std::future::Future;
use std::ops::Range;

fn worth(cost: f64) -> Worth {
    Worth { unserved: 0, vehicles: 0, cost }
}

fn fresh() -> Job {
    Job::queued("j".to_owned(), "t", "routing", 0.0)
}

/// What a confused set of workers, clients and clocks may do next.
fn drawn(rng: &mut Rng) -> Command {
    let epoch = rng.random_range(0..5);
    let cost = f64::from(rng.random_range(1..20_u32));
    match rng.random_range(0..16) {
        0..4 => Command::Claim { lease: 3.0 },
        4..6 => Command::Beat { epoch, lease: 3.0 },
        6..10 => Command::Progress {
            epoch,
            progress: Progress { phase: "search".to_owned(), best: Some(worth(cost)), bound: Some(cost / 2.0) },
            with_plan: true,
        },
        10..13 => Command::End { epoch, ending: drawn_ending(rng, cost) },
        13..15 => Command::Reap { error: "{}".to_owned() },
        _ => Command::Cancel,
    }
}

fn drawn_ending(rng: &mut Rng, cost: f64) -> Ending {
    match rng.random_range(0..4) {
        0 => Ending::Plan { worth: worth(cost), bound: None, status: "feasible".to_owned() },
        1 => Ending::NoPlan("{}".to_owned()),
        2 => Ending::Crash("{}".to_owned()),
        _ => Ending::Released,
    }
}

/// Commands, and how long after each other they come: the history with this number.
fn history(number: u64) -> Vec<(Command, f64)> {
    let mut rng = Rng::seed_from_u64(number);
    let length = rng.random_range(1..60);
    (0..length).map(|_| (drawn(&mut rng), rng.random_range(0.0..4.0))).collect()
}

/// Plays a history, and holds the state machine to its promises at every step.
fn keeps_its_promises(commands: Vec<(Command, f64)>) -> Result<(), TestCaseError> {
    let mut job = fresh();
    let (mut now, mut n_final) = (0.0, 0);
    for (command, wait) in commands {
        now += wait;
        let Ok(next) = job.apply(&command, now) else { continue };
        prop_assert!(!job.state.is_final(), "{:?} changed a final job", command);
        prop_assert_eq!(next.revision, job.revision + 1);
        let claimed = matches!(command, Command::Claim { .. });
        prop_assert_eq!(next.epoch - job.epoch, i64::from(claimed));
        prop_assert!((0..=MOST_ATTEMPTS).contains(&next.attempts));
        prop_assert_eq!(next.state.is_final(), next.finished.is_some());
        match command {
            Command::Claim { .. } => prop_assert_eq!(job.state, JobState::Queued, "a job that is not free was taken"),
            Command::Beat { epoch, .. } | Command::Progress { epoch, .. } | Command::End { epoch, .. } => {
                let heard = (JobState::Running, epoch);
                prop_assert_eq!((job.state, job.epoch), heard, "a stale attempt was heard");
            }
            Command::Reap { .. } => {
                let is_silent = job.state == JobState::Running && job.lease_until < now;
                prop_assert!(is_silent, "an attempt that is alive was taken back");
            }
            Command::Cancel => prop_assert!(next.cancel_requested),
        }
        if next.state == JobState::Running
            && let (Some(before), Some(after)) = (job.best, next.best)
        {
            prop_assert!(after <= before, "the cost shown rose");
        }
        prop_assert!(next.bound >= job.bound || next.state.is_final());
        prop_assert!(next.state != JobState::Cancelled || next.cancel_requested);
        prop_assert!(next.state != JobState::Failed || next.error.is_some());
        n_final += i32::from(next.state.is_final());
        job = next;
    }
    prop_assert!(n_final <= 1);
    Ok(())
}

/// The histories of these numbers; one that breaks a promise is played again by its number.
fn histories_keep_promises(numbers: Range<u64>) {
    for number in numbers {
        keeps_its_promises(history(number)).unwrap_or_else(|error| panic!("history {number}: {error}"));
    }
}

#[test]
fn no_history_breaks_a_promise() {
    histories_keep_promises(0..20_000);
}

#[test]
#[ignore = "a million histories"]
fn no_history_of_a_million_breaks_a_promise() {
    histories_keep_promises(0..1_000_000);
}

#[test]
fn every_crash_costs_an_attempt_and_the_last_one_the_job() {
    let mut job = fresh();
    for attempt in 1..=MOST_ATTEMPTS {
        job = job.apply(&Command::Claim { lease: 1.0 }, 0.0).unwrap();
        assert_eq!(job.attempts, attempt);
        let ending = Ending::Crash("why".to_owned());
        job = job.apply(&Command::End { epoch: job.epoch, ending }, 1.0).unwrap();
    }
    assert_eq!((job.state, job.error.as_deref()), (JobState::Failed, Some("why")));
}

#[test]
fn a_stop_of_the_service_costs_no_attempt() {
    let job = fresh().apply(&Command::Claim { lease: 1.0 }, 0.0).unwrap();
    let job = job.apply(&Command::End { epoch: 1, ending: Ending::Released }, 1.0).unwrap();
    assert_eq!((job.state, job.attempts, job.epoch), (JobState::Queued, 0, 1));
}

fn run<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap().block_on(work)
}

async fn store() -> (tempfile::TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&format!("sqlite:{}", folder.path().join("jobs.db").display())).await.unwrap();
    (folder, store)
}

fn new(tenant: &str, key: Option<&str>, request: &str) -> NewJob {
    NewJob {
        tenant: tenant.to_owned(),
        idem_key: key.map(str::to_owned),
        request_sha256: request.to_owned(),
        name: "n".to_owned(),
        kind: "routing".to_owned(),
        base: None,
        scenario: b"scenario".to_vec(),
        questions: Questions::default(),
        seconds: 10.0,
    }
}

async fn submitted(store: &Store, new: NewJob) -> Job {
    match store.submit(new, [1_000_000, 1_000_000]).await.unwrap() {
        Submitted::New(job) | Submitted::Known(job) => job,
        other => panic!("{other:?}"),
    }
}

#[test]
fn stale_attempts_are_refused_by_the_store() {
    run(async {
        let (_folder, store) = store().await;
        let id = submitted(&store, new("t", None, "r")).await.id;
        let first = store.claim(0.0, 8).await.unwrap().unwrap();
        assert_eq!((first.id.as_str(), first.epoch), (id.as_str(), 1));
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        assert_eq!(store.reap("{}").await.unwrap().len(), 1);
        let plan = |cost| Ending::Plan { worth: worth(cost), bound: None, status: "feasible".to_owned() };
        let stale = [
            Command::Beat { epoch: 1, lease: 9.0 },
            Command::Progress { epoch: 1, progress: Progress::default(), with_plan: true },
            Command::End { epoch: 1, ending: plan(1.0) },
        ];
        let old = Some((Document::Plan, b"old".as_slice()));
        let is_refused = async |command: &Command| {
            let refused = store.command(&id, command, old).await;
            assert!(matches!(refused, Err(StoreError::Refused(Refusal::Stale))), "{command:?}: {refused:?}");
        };
        // While nobody has the job, and while somebody else has it.
        for command in &stale {
            is_refused(command).await;
        }
        let second = store.claim(30.0, 8).await.unwrap().unwrap();
        assert_eq!((second.id.as_str(), second.epoch, second.attempts), (id.as_str(), 2, 2));
        for command in &stale {
            is_refused(command).await;
        }
        assert_eq!(store.document(&id, Document::Plan).await.unwrap(), None);
        let end = Command::End { epoch: 2, ending: plan(2.0) };
        store.command(&id, &end, Some((Document::Plan, b"new"))).await.unwrap();
        let again = store.command(&id, &end, Some((Document::Plan, b"twice"))).await;
        assert!(matches!(again, Err(StoreError::Refused(Refusal::Final))));
        assert_eq!(store.document(&id, Document::Plan).await.unwrap().as_deref(), Some(b"new".as_slice()));
        assert_eq!(store.epoch_of(&id, Document::Plan).await.unwrap(), Some(2));
        assert_eq!(store.load(None).await.unwrap(), [0, 0]);
        let names: Vec<String> = store.events(&id, 0, 100).await.unwrap().into_iter().map(|it| it.name).collect();
        assert_eq!(names, ["queued", "running", "queued", "restarted", "done"]);
    });
}

#[test]
fn the_same_key_is_the_same_job() {
    run(async {
        let (_folder, store) = store().await;
        let job = submitted(&store, new("t", Some("k"), "r")).await;
        assert_eq!(submitted(&store, new("t", Some("k"), "r")).await.id, job.id);
        let reused = store.submit(new("t", Some("k"), "other"), [9, 9]).await.unwrap();
        assert!(matches!(reused, Submitted::KeyReused));
        assert_ne!(submitted(&store, new("u", Some("k"), "r")).await.id, job.id);
        assert_eq!(store.load(Some("t")).await.unwrap(), [1, 0]);
        let full = store.submit(new("t", None, "r"), [1, 9]).await.unwrap();
        assert!(matches!(full, Submitted::TenantFull(1)));
        assert!(matches!(store.submit(new("v", None, "r"), [9, 2]).await.unwrap(), Submitted::Full(2)));
        assert!(matches!(store.get("u", &job.id).await, Err(StoreError::Unknown)));
    });
}

#[test]
fn tenants_take_turns() {
    run(async {
        let (_folder, store) = store().await;
        for _ in 0..180 {
            submitted(&store, new("big", None, "r")).await;
        }
        for _ in 0..20 {
            submitted(&store, new("small", None, "r")).await;
        }
        let mut order = Vec::new();
        while let Some(job) = store.claim(60.0, 999).await.unwrap() {
            order.push(job.tenant);
        }
        let last_small = order.iter().rposition(|tenant| tenant == "small").unwrap();
        assert!(order.len() == 200 && last_small <= 40, "{order:?}");
        submitted(&store, new("big", None, "r")).await;
        assert!(store.claim(60.0, 20).await.unwrap().is_none(), "more than the tenant may run");
    });
}

#[test]
fn a_new_tenant_has_no_credit_for_what_others_had_before() {
    run(async {
        let (_folder, store) = store().await;
        for _ in 0..50 {
            submitted(&store, new("old", None, "r")).await;
            store.claim(60.0, 999).await.unwrap().unwrap();
        }
        for tenant in ["new", "old"].repeat(20) {
            submitted(&store, new(tenant, None, "r")).await;
        }
        let mut n_new = 0;
        for _ in 0..20 {
            n_new += i32::from(store.claim(60.0, 999).await.unwrap().unwrap().tenant == "new");
        }
        assert!((9..=11).contains(&n_new), "{n_new} of 20 turns are the new tenant's");
    });
}

#[test]
fn tenants_take_turns_by_their_weight() {
    run(async {
        let (_folder, store) = store().await;
        store.weigh("heavy", 2.0).await.unwrap();
        for _ in 0..200 {
            for tenant in ["light", "heavy"] {
                submitted(&store, new(tenant, None, "r")).await;
            }
        }
        let mut n_heavy = 0;
        for _ in 0..150 {
            n_heavy += i32::from(store.claim(60.0, 999).await.unwrap().unwrap().tenant == "heavy");
        }
        assert!(
            (90..=110).contains(&n_heavy),
            "{n_heavy} of the first 150 are of the tenant that weighs twice as much"
        );
    });
}

#[test]
fn tokens_speak_for_their_tenant_until_taken_back() {
    use super::tokens::Scope;
    run(async {
        let (_folder, store) = store().await;
        let token = store.add_token("acme", Scope::Read, None).await.unwrap();
        let caller = store.caller(&token).await.unwrap().unwrap();
        assert_eq!((caller.tenant.as_str(), caller.scope), ("acme", Scope::Read));
        let expired = store.add_token("acme", Scope::Read, Some(-1.0)).await.unwrap();
        let other = if token.ends_with('0') { '1' } else { '0' };
        let wrong = format!("{}{other}", &token[..token.len() - 1]);
        for token in ["", "hubroute_", "hubroute_x_y", wrong.as_str(), expired.as_str()] {
            assert_eq!(store.caller(token).await.unwrap(), None, "{token}");
        }
        assert!(store.revoke_token(&caller.token).await.unwrap());
        assert_eq!(store.caller(&token).await.unwrap(), None);
    });
}
