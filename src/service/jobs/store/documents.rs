//! What belongs to a job: its documents, and what was told about it.

use super::StoreError;
use crate::service::jobs::state::{Command, Job};
use crate::service::wire::JobView;
use sqlx::{Any, Transaction};

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

/// Writes a document; an incumbent takes the place of the one before, a plan is written once.
pub(super) async fn put_document(
    transaction: &mut Transaction<'static, Any>,
    job: &Job,
    kind: Document,
    body: &[u8],
) -> Result<(), StoreError> {
    let once = "INSERT INTO documents (job, kind, epoch, body) VALUES ($1, $2, $3, $4)";
    let again = "INSERT INTO documents (job, kind, epoch, body) VALUES ($1, $2, $3, $4) \
                 ON CONFLICT (job, kind) DO UPDATE SET epoch = excluded.epoch, body = excluded.body";
    let insert = if kind == Document::Incumbent { again } else { once };
    let insert = sqlx::query(insert).bind(job.id.as_str()).bind(kind.name()).bind(job.epoch).bind(body);
    insert.execute(&mut **transaction).await?;
    Ok(())
}

/// Writes down what is told about a job.
pub(super) async fn put_event(
    transaction: &mut Transaction<'static, Any>,
    job: &Job,
    name: &str,
) -> Result<(), StoreError> {
    let body = JobView::of(job).to_json();
    let insert = "INSERT INTO events (job, seq, name, body) VALUES ($1, $2, $3, $4)";
    let insert = sqlx::query(insert).bind(job.id.as_str()).bind(job.revision).bind(name).bind(body);
    insert.execute(&mut **transaction).await?;
    Ok(())
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
