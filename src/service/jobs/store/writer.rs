//! Who writes. A transaction takes its turn; on SQLite, which has one writer, all changes of jobs that wait at the same time share
//! one commit, so that many clients cost one write to the disk and none is answered before it.

use super::accept::{NewJob, Submitted, accept};
use super::change::change;
use super::claim::claim;
use super::documents::Document;
use super::{Dialect, StoreError};
use crate::service::jobs::state::{Command, Job};
use sqlx::{Any, AnyConnection, AnyPool, Transaction};
use std::sync::Arc;
use tokio::sync::{Semaphore, SemaphorePermit, mpsc, oneshot};

/// Most changes of one commit.
const MOST_TOGETHER: usize = 256;

/// Hands out transactions that may write.
#[derive(Clone)]
pub(super) struct Writers {
    pool: AnyPool,
    dialect: Dialect,
    /// SQLite has one writer, and no queue for it; PostgreSQL has as many as connections.
    turns: Arc<Semaphore>,
}

/// A transaction that may write; nothing of it stays unless it is committed.
pub(in crate::service) struct Writing<'s> {
    pub(in crate::service) transaction: Transaction<'static, Any>,
    _turn: SemaphorePermit<'s>,
}

impl Writing<'_> {
    pub(in crate::service) async fn commit(self) -> Result<(), sqlx::Error> {
        self.transaction.commit().await
    }
}

impl Writers {
    pub(super) fn new(pool: AnyPool, dialect: Dialect) -> Self {
        let turns = match dialect {
            Dialect::Sqlite => 1,
            Dialect::Postgres => 16,
        };
        Self { pool, dialect, turns: Arc::new(Semaphore::new(turns)) }
    }

    pub(super) async fn begin(&self) -> Result<Writing<'_>, sqlx::Error> {
        let turn = self.turns.acquire().await.expect("the semaphore is never closed");
        Ok(Writing { transaction: self.pool.begin_with(self.dialect.begin()).await?, _turn: turn })
    }

    /// Makes one change by itself.
    pub(super) async fn make(&self, what: &What) -> Result<Outcome, StoreError> {
        match what {
            What::Submit { .. } | What::Claim { .. } => {
                let mut writing = self.begin().await?;
                let outcome = what.make(&mut writing.transaction, self.dialect).await?;
                writing.commit().await?;
                Ok(outcome)
            }
            // It writes by one statement.
            What::Command { .. } => what.make(&mut *self.pool.acquire().await?, self.dialect).await,
        }
    }
}

/// The way to the task that writes what waits.
pub(super) struct Group {
    waiting: mpsc::Sender<Change>,
}

/// A change that waits for the next commit, and who waits for it.
struct Change {
    what: What,
    answer: oneshot::Sender<Result<Outcome, StoreError>>,
}

/// What is to be changed.
pub(super) enum What {
    Submit { new: Box<NewJob>, most_queued: [i64; 2] },
    Command { id: String, command: Command, document: Option<(Document, Vec<u8>)> },
    Claim { lease: f64, most_running: i64 },
}

/// What became of a change.
pub(super) enum Outcome {
    Submitted(Submitted),
    Changed(Job),
    Claimed(Option<Job>),
}

impl Group {
    /// Writes until nobody can ask any more.
    pub(super) fn start(writers: Writers) -> Self {
        let (waiting, mut changes) = mpsc::channel(MOST_TOGETHER);
        tokio::spawn(async move {
            let mut group = Vec::new();
            while changes.recv_many(&mut group, MOST_TOGETHER).await > 0 {
                if let Err(apart) = write(&writers, std::mem::take(&mut group)).await {
                    for change in apart {
                        // One alone is answered, whatever happens.
                        let _ = write(&writers, vec![change]).await;
                    }
                }
            }
        });
        Self { waiting }
    }

    /// Makes a change in the next commit.
    pub(super) async fn ask(&self, what: What) -> Result<Outcome, StoreError> {
        let lost = || StoreError::Database(sqlx::Error::WorkerCrashed);
        let (answer, answered) = oneshot::channel();
        self.waiting.send(Change { what, answer }).await.map_err(|_| lost())?;
        answered.await.map_err(|_| lost())?
    }
}

impl What {
    async fn make(&self, connection: &mut AnyConnection, dialect: Dialect) -> Result<Outcome, StoreError> {
        Ok(match self {
            Self::Submit { new, most_queued } => {
                Outcome::Submitted(accept(connection, dialect, new, *most_queued).await?)
            }
            Self::Command { id, command, document } => {
                let document = document.as_ref().map(|(kind, body)| (*kind, body.as_slice()));
                Outcome::Changed(change(connection, dialect, id, command, document).await?)
            }
            Self::Claim { lease, most_running } => {
                Outcome::Claimed(claim(connection, dialect, *lease, *most_running).await?)
            }
        })
    }
}

/// Makes all changes of a group, commits, and only then answers. Where the database fails at one of several, nothing is
/// written and the group comes back: the fault is one change's own, and shall not be the others'.
async fn write(writers: &Writers, group: Vec<Change>) -> Result<(), Vec<Change>> {
    let mut writing = match writers.begin().await {
        Ok(writing) => writing,
        Err(error) => {
            fail(group, error);
            return Ok(());
        }
    };
    let mut made = Vec::with_capacity(group.len());
    for change in &group {
        match change.what.make(&mut writing.transaction, writers.dialect).await {
            Err(StoreError::Database(_)) if group.len() > 1 => return Err(group),
            Err(StoreError::Database(error)) => {
                drop(writing);
                fail(group, error);
                return Ok(());
            }
            outcome => made.push(outcome),
        }
    }
    if let Err(error) = writing.commit().await {
        fail(group, error);
        return Ok(());
    }
    for (change, outcome) in group.into_iter().zip(made) {
        // Whoever asked may be gone; what is written stays.
        let _ = change.answer.send(outcome);
    }
    Ok(())
}

fn fail(group: Vec<Change>, error: sqlx::Error) {
    let error = Arc::new(error);
    for change in group {
        let _ = change.answer.send(Err(StoreError::Shared(Arc::clone(&error))));
    }
}
