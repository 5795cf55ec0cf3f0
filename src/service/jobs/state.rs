//! What a job is, and the one function that changes it.
//!
//! The store reads a job, calls [`Job::apply`] and writes the outcome where nobody was faster, so every rule about
//! states is here and none is in a statement. An epoch counts the attempts that were handed out: a worker that lost
//! its lease, wakes up and reports with an old epoch is refused.

pub use super::command::{Command, Ending, Progress, Refusal};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Where a job stands. Final states never change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum JobState {
    /// Waits for a solver.
    Queued,
    /// A solver works on it.
    Running,
    /// Has a plan.
    Done,
    /// Has no plan, and will have none.
    Failed,
    /// Somebody stopped it; it keeps the best plan found until then, if any.
    Cancelled,
}

impl JobState {
    /// Every state.
    pub const ALL: [Self; 5] = [Self::Queued, Self::Running, Self::Done, Self::Failed, Self::Cancelled];

    /// As it is stored and shown.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }

    /// Whether nothing will change any more.
    #[must_use]
    pub fn is_final(self) -> bool {
        match self {
            Self::Queued | Self::Running => false,
            Self::Done | Self::Failed | Self::Cancelled => true,
        }
    }
}

/// What a solution is worth, the least being best: mandatory orders left out, vehicles where these come first, cost.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd, Serialize, Deserialize)]
pub struct Worth {
    /// Mandatory orders that it leaves out.
    pub unserved: i64,
    /// Vehicles, where fewest are wanted; else zero.
    pub vehicles: i64,
    /// In the scenario's currency.
    pub cost: f64,
}

/// One job. Times are seconds since 1970 by the store's clock.
#[derive(Clone, Debug, PartialEq)]
pub struct Job {
    /// Unique; sorts by age.
    pub id: String,
    /// Whose it is.
    pub tenant: String,
    /// Title for lists.
    pub name: String,
    /// Kind of scenario.
    pub kind: String,
    /// The job that this one is a what-if of.
    pub base: Option<String>,
    /// Where it stands.
    pub state: JobState,
    /// Counts changes.
    pub revision: i64,
    /// Counts the attempts handed out.
    pub epoch: i64,
    /// Counts the attempts that were used up.
    pub attempts: i64,
    /// Whether somebody asked to stop it.
    pub cancel_requested: bool,
    /// Until when the attempt may be silent.
    pub lease_until: f64,
    /// Place in the queue.
    pub vtime: f64,
    /// What the search does.
    pub phase: String,
    /// The best solution known.
    pub best: Option<Worth>,
    /// No plan costs less.
    pub bound: Option<f64>,
    /// Status of the plan.
    pub status: Option<String>,
    /// Whether there is a plan to fetch.
    pub has_plan: bool,
    /// Why it failed, as a problem document.
    pub error: Option<String>,
    /// When it was accepted.
    pub created: f64,
    /// When it last changed.
    pub updated: f64,
    /// When its first attempt began.
    pub started: Option<f64>,
    /// When it became final.
    pub finished: Option<f64>,
}

/// Attempts before a job fails.
pub const MOST_ATTEMPTS: i64 = 3;

impl Job {
    /// A job that was just accepted, first in its tenant's turn.
    #[must_use]
    pub fn queued(id: String, tenant: &str, kind: &str, now: f64) -> Self {
        Self {
            id,
            tenant: tenant.to_owned(),
            name: String::new(),
            kind: kind.to_owned(),
            base: None,
            state: JobState::Queued,
            revision: 1,
            epoch: 0,
            attempts: 0,
            cancel_requested: false,
            lease_until: 0.0,
            vtime: 0.0,
            phase: String::new(),
            best: None,
            bound: None,
            status: None,
            has_plan: false,
            error: None,
            created: now,
            updated: now,
            started: None,
            finished: None,
        }
    }

    /// The job after `command` at the time `now`.
    ///
    /// # Errors
    /// When the command does not fit: see [`Refusal`].
    pub fn apply(&self, command: &Command, now: f64) -> Result<Self, Refusal> {
        if self.state.is_final() {
            return Err(Refusal::Final);
        }
        let mut next = Self { revision: self.revision + 1, updated: now, ..self.clone() };
        match command {
            Command::Claim { lease } => {
                if self.state != JobState::Queued {
                    return Err(Refusal::NotFree);
                }
                next.state = JobState::Running;
                next.epoch += 1;
                next.attempts += 1;
                next.lease_until = now + lease;
                next.started = self.started.or(Some(now));
            }
            Command::Beat { epoch, lease } => {
                self.owned_by(*epoch)?;
                next.lease_until = now + lease;
            }
            Command::Progress { epoch, progress, with_plan } => {
                self.owned_by(*epoch)?;
                if !progress.phase.is_empty() {
                    next.phase.clone_from(&progress.phase);
                }
                next.best = better(self.best, progress.best);
                next.bound = higher(self.bound, progress.bound);
                next.has_plan |= with_plan;
            }
            Command::End { epoch, ending } => {
                self.owned_by(*epoch)?;
                next.end(ending, now);
            }
            Command::Reap { error } => {
                if self.state != JobState::Running || self.lease_until >= now {
                    return Err(Refusal::NotFree);
                }
                next.end(&Ending::Crash(error.clone()), now);
            }
            Command::Cancel => {
                next.cancel_requested = true;
                if self.state == JobState::Queued {
                    next.finish(JobState::Cancelled, now);
                }
            }
        }
        Ok(next)
    }

    fn owned_by(&self, epoch: i64) -> Result<(), Refusal> {
        if self.state == JobState::Running && self.epoch == epoch { Ok(()) } else { Err(Refusal::Stale) }
    }

    fn end(&mut self, ending: &Ending, now: f64) {
        match ending {
            Ending::Plan { worth, bound, status } => {
                self.best = Some(*worth);
                self.bound = bound.or(self.bound);
                self.status = Some(status.clone());
                self.has_plan = true;
                self.finish(if self.cancel_requested { JobState::Cancelled } else { JobState::Done }, now);
            }
            // Whoever stopped it wanted what there is, and no further attempt.
            Ending::NoPlan(_) | Ending::Crash(_) | Ending::Released if self.cancel_requested => {
                self.finish(JobState::Cancelled, now);
            }
            Ending::Crash(_) if self.attempts < MOST_ATTEMPTS => self.state = JobState::Queued,
            Ending::NoPlan(error) | Ending::Crash(error) => {
                self.error = Some(error.clone());
                self.finish(JobState::Failed, now);
            }
            Ending::Released => {
                self.attempts -= 1;
                self.state = JobState::Queued;
            }
        }
    }

    fn finish(&mut self, state: JobState, now: f64) {
        self.state = state;
        self.phase.clear();
        self.finished = Some(now);
    }

    /// (best − bound) / best, where both are known and everything mandatory is served.
    #[must_use]
    pub fn gap(&self) -> Option<f64> {
        let (best, bound) = (self.best.filter(|best| best.unserved == 0)?, self.bound?);
        Some(if best.cost > 0.0 { ((best.cost - bound) / best.cost).max(0.0) } else { 0.0 })
    }
}

/// The better of what is known and what was found.
pub(super) fn better(known: Option<Worth>, found: Option<Worth>) -> Option<Worth> {
    match (known, found) {
        (Some(known), Some(found)) => Some(if found < known { found } else { known }),
        (known, found) => found.or(known),
    }
}

/// The higher of two bounds.
pub(super) fn higher(known: Option<f64>, found: Option<f64>) -> Option<f64> {
    match (known, found) {
        (Some(known), Some(found)) => Some(known.max(found)),
        (known, found) => found.or(known),
    }
}
