//! What clients see of a job, and what they send beside scenarios.

use super::jobs::{Job, JobState};
use super::problem::Problem;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A job as clients see it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct JobView {
    /// Unique; sorts by age.
    pub id: String,
    /// Title of the scenario.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// Kind of scenario: `siting` or `routing`.
    pub kind: String,
    /// Where the job stands.
    pub state: JobState,
    /// The job that this one is a what-if of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base: Option<String>,
    /// What the search does.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub phase: String,
    /// Cost of the best solution known, in the scenario's currency. Never rises while `unserved` stays the same (and,
    /// where fewest vehicles are wanted, the vehicles).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cost: Option<f64>,
    /// Mandatory orders that it leaves out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unserved: Option<i64>,
    /// No plan costs less.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lower_bound: Option<f64>,
    /// (cost − lower bound) / cost.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gap: Option<f64>,
    /// Whether there is a plan to fetch: the answer, or the best so far.
    pub has_plan: bool,
    /// The plan's status, once there is an answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// Attempts used up; a solver that died has cost one.
    pub attempts: i64,
    /// Whether somebody asked to stop it.
    pub cancel_requested: bool,
    /// Why it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<Problem>,
    /// When it was accepted (RFC 3339).
    pub created: String,
    /// When it last changed.
    pub updated: String,
    /// When the first attempt began.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started: Option<String>,
    /// When it became final.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finished: Option<String>,
}

impl JobView {
    /// What clients see of `job`.
    #[must_use]
    pub fn of(job: &Job) -> Self {
        Self {
            id: job.id.clone(),
            name: job.name.clone(),
            kind: job.kind.clone(),
            state: job.state,
            base: job.base.clone(),
            phase: job.phase.clone(),
            cost: job.best.map(|best| best.cost),
            unserved: job.best.map(|best| best.unserved),
            lower_bound: job.bound,
            gap: job.gap(),
            has_plan: job.has_plan,
            status: job.status.clone(),
            attempts: job.attempts,
            cancel_requested: job.cancel_requested,
            error: job.error.as_deref().and_then(|error| serde_json::from_str(error).ok()),
            created: stamp(job.created),
            updated: stamp(job.updated),
            started: job.started.map(stamp),
            finished: job.finished.map(stamp),
        }
    }

    /// As JSON on one line.
    #[must_use]
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("views have string keys")
    }
}

/// Seconds since 1970 as RFC 3339, to the millisecond.
fn stamp(seconds: f64) -> String {
    let milliseconds = (seconds * 1000.0) as i64;
    jiff::Timestamp::from_millisecond(milliseconds).map_or_else(|_| String::new(), |stamp| stamp.to_string())
}

/// A page of jobs.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct JobList {
    /// Youngest first.
    pub jobs: Vec<JobView>,
    /// Value of `before` for the next page; left out on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}
