//! What can happen to a job, and why some of it changes nothing.

use super::state::Worth;
use serde::{Deserialize, Serialize};

/// News of a running search.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Progress {
    /// What the search does; empty when that is not new.
    pub phase: String,
    /// The best solution known.
    pub best: Option<Worth>,
    /// No plan costs less.
    pub bound: Option<f64>,
}

/// How an attempt ended.
#[derive(Clone, Debug, PartialEq)]
pub enum Ending {
    /// With a plan of this worth, bound and status.
    Plan {
        /// What it is worth.
        worth: Worth,
        /// No plan costs less.
        bound: Option<f64>,
        /// The plan's status.
        status: String,
    },
    /// Without a plan, for a reason that another attempt would meet again; a problem document.
    NoPlan(String),
    /// The solver died; a problem document for when this was the last attempt.
    Crash(String),
    /// The worker shuts down: the attempt does not count.
    Released,
}

/// What can happen to a job.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// A worker takes it for so many seconds.
    Claim {
        /// Seconds that the attempt may be silent.
        lease: f64,
    },
    /// The worker is alive.
    Beat {
        /// Of the attempt.
        epoch: i64,
        /// Seconds that the attempt may be silent.
        lease: f64,
    },
    /// The search got further; with a plan or without.
    Progress {
        /// Of the attempt.
        epoch: i64,
        /// What is new.
        progress: Progress,
        /// Whether a plan comes with it.
        with_plan: bool,
    },
    /// The attempt is over.
    End {
        /// Of the attempt.
        epoch: i64,
        /// How.
        ending: Ending,
    },
    /// The lease is over.
    Reap {
        /// A problem document for when this was the last attempt.
        error: String,
    },
    /// Somebody asks to stop.
    Cancel,
}

/// Why a command changes nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The job is final.
    #[error("the job is over")]
    Final,
    /// The job belongs to another attempt, or to none.
    #[error("the attempt is no longer the job's")]
    Stale,
    /// The job is not queued, or its lease still runs.
    #[error("the job is not free")]
    NotFree,
}
