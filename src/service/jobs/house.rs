//! What nobody asks for: jobs are taken back from workers that fell silent, and forgotten when they are old.

use super::state::JobState;
use super::worker::Worker;
use crate::service::problem::{Problem, ProblemKind};
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::{MissedTickBehavior, interval};

/// Takes jobs back from workers that fell silent, and forgets old ones, until `stop` is raised.
pub async fn keep(worker: Worker, mut stop: watch::Receiver<bool>) {
    let limits = &worker.settings.limits;
    let error = Problem::new(ProblemKind::SolverCrashed, "the worker fell silent").to_json();
    let mut tick = interval(Duration::from_secs_f64((limits.lease_seconds / 6.0).min(5.0)));
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = tick.tick() => {}
            _ = stop.changed() => return,
        }
        match worker.store.reap(&error).await {
            Ok(reaped) => {
                for job in reaped {
                    tracing::warn!(job = %job.id, epoch = job.epoch, state = job.state.name(), "lease over");
                    worker.hub.call(&job.id);
                    if job.state == JobState::Queued {
                        worker.hub.queued.notify_one();
                    }
                }
            }
            Err(error) => tracing::warn!(%error, "cannot look for silent workers"),
        }
        if let Err(error) = worker.store.forget(limits.keep_days * 86_400.0).await {
            tracing::warn!(%error, "cannot forget old jobs");
        }
    }
}
