//! What belongs to a job: its documents, and what was told about it.

use super::batch::{Batch, Value};
use crate::service::jobs::state::{Command, Job};

/// A document that belongs to a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Document {
    /// What was asked.
    Scenario,
    /// What was asked beside the plan; left out where that is nothing.
    Questions,
    /// The best plan of a search that still runs.
    Incumbent,
    /// The answer.
    Plan,
}

impl Document {
    /// Every kind.
    pub(super) const ALL: [Self; 4] = [Self::Scenario, Self::Questions, Self::Incumbent, Self::Plan];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Scenario => "scenario",
            Self::Questions => "questions",
            Self::Incumbent => "incumbent",
            Self::Plan => "plan",
        }
    }
}

/// Something that was told about a job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredEvent {
    /// Ascends within a job.
    pub seq: i64,
    /// What kind of news.
    pub name: String,
    /// The job as it was then, as JSON.
    pub body: String,
}

/// Writes a document with a batch; an incumbent takes the place of the one before, a plan is written once.
pub(super) fn put_document<'v>(batch: &mut Batch<'v>, job: &'v Job, kind: Document, body: &'v [u8]) {
    let once = "INSERT INTO documents (job, kind, epoch, body) VALUES ($1, $2, $3, $4)";
    let again = "INSERT INTO documents (job, kind, epoch, body) VALUES ($1, $2, $3, $4) \
                 ON CONFLICT (job, kind) DO UPDATE SET epoch = excluded.epoch, body = excluded.body";
    let insert = if kind == Document::Incumbent { again } else { once };
    batch.add(
        insert,
        vec![Value::Text(&job.id), Value::Text(kind.name()), Value::Integer(job.epoch), Value::Bytes(body)],
    );
}

/// Writes down with a batch what is told about a job.
pub(super) fn put_event<'v>(batch: &mut Batch<'v>, job: &'v Job, name: &'static str, told: &'v str) {
    let insert = "INSERT INTO events (job, seq, name, body) VALUES ($1, $2, $3, $4)";
    let values = vec![Value::Text(&job.id), Value::Integer(job.revision), Value::Text(name), Value::Text(told)];
    batch.add(insert, values);
}

/// What listeners are told; `None` when it is nothing to them.
pub(super) fn event_name(command: &Command, after: &Job) -> Option<&'static str> {
    match command {
        Command::Beat { .. } => None,
        Command::Claim { .. } if after.epoch > 1 => Some("restarted"),
        Command::Progress { .. } => Some("progress"),
        Command::Cancel if !after.state.is_final() => Some("stopping"),
        Command::Claim { .. } | Command::End { .. } | Command::Reap { .. } | Command::Cancel => {
            Some(after.state.name())
        }
    }
}
