//! Jobs on disk: one schema and one set of statements for SQLite and PostgreSQL, chosen by the URL.
//!
//! Every change reads a job, calls [`Job::apply`], and writes all that follows from it at once where its revision is
//! still the one that was read. Times are the database's, so the clocks of workers never matter.

mod accept;
mod batch;
mod change;
mod claim;
mod dialect;
mod documents;
mod reads;
mod writer;

pub use accept::{NewJob, Submitted};
pub use documents::{Document, StoredEvent};

use super::rows::{COLUMNS, job};
use super::state::{Command, Job, Refusal};
use dialect::{Dialect, migrator, without_secret};
use sqlx::any::{AnyArguments, AnyPoolOptions, install_default_drivers};
use sqlx::query::Query;
use sqlx::{Any, AnyPool, AssertSqlSafe, Connection as _, Row as _};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use writer::{Group, Outcome, What, Writers, Writing};

/// How long a connection to a server may have been idle before it is asked whether it still stands.
const ASK_AFTER: Duration = Duration::from_secs(1);

/// Where jobs are kept.
pub struct Store {
    pub(in crate::service) pool: AnyPool,
    pub(in crate::service) dialect: Dialect,
    writers: Writers,
    /// Where changes of jobs share a commit.
    group: Option<Group>,
    /// Scheme, host and path, without secrets, for logs.
    shown: String,
    /// The file, where the store is one.
    file: Option<PathBuf>,
}

/// Why the store did not do it.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database.
    #[error("the store failed: {0}")]
    Database(#[from] sqlx::Error),
    /// The database, at a transaction that several changes share; where it was the commit, they may be there or not.
    #[error("the store failed: {0}")]
    Shared(Arc<sqlx::Error>),
    /// Its schema.
    #[error("the store's schema cannot be brought up to date: {0}")]
    Migration(#[from] sqlx::migrate::MigrateError),
    /// A URL that means nothing.
    #[error("`{0}` is no store: write sqlite:FILE or postgres://USER@HOST/DATABASE")]
    Url(String),
    /// A setting that the database does not keep.
    #[error("the store does not keep its promise: {0}")]
    Promise(String),
    /// The state machine.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// There is no such job.
    #[error("no such job")]
    Unknown,
}

impl Store {
    /// Opens the store and brings its schema up to date.
    ///
    /// # Errors
    /// When it cannot be reached, or does not keep what it is asked to.
    pub async fn open(url: &str) -> Result<Self, StoreError> {
        let dialect = Dialect::of(url).ok_or_else(|| StoreError::Url(without_secret(url)))?;
        install_default_drivers();
        let sqlite = dialect == Dialect::Sqlite;
        let full_url = match (sqlite, url.contains('?')) {
            (true, false) => format!("{url}?mode=rwc"),
            (true, true) | (false, _) => url.to_owned(),
        };
        let options = AnyPoolOptions::new().max_connections(if sqlite { 8 } else { 16 }).test_before_acquire(false);
        let options = options.before_acquire(move |connection, metadata| {
            Box::pin(async move {
                // A file does not go away between two statements, and a server that just answered hardly ever does.
                if !sqlite && metadata.idle_for > ASK_AFTER {
                    connection.ping().await?;
                }
                // A full disk makes SQLite roll back by itself, and sqlx still counts the transaction: such a
                // connection begins no other.
                Ok(!connection.is_in_transaction())
            })
        });
        let options = options.acquire_timeout(Duration::from_secs(5)).after_connect(move |connection, _| {
            Box::pin(async move {
                sqlx::raw_sql(dialect.manners()).execute(connection).await?;
                Ok(())
            })
        });
        let pool = options.connect(&full_url).await?;
        let writers = Writers::new(pool.clone(), dialect);
        let group = sqlite.then(|| Group::start(writers.clone()));
        let file = if sqlite {
            let file: String = sqlx::query_scalar("SELECT file FROM pragma_database_list").fetch_one(&pool).await?;
            Some(PathBuf::from(file))
        } else {
            None
        };
        let store = Self { pool, dialect, writers, group, shown: without_secret(url), file };
        store.promises().await?;
        migrator(dialect).run(&store.pool).await?;
        Ok(store)
    }

    /// Its address without user and password.
    #[must_use]
    pub fn shown(&self) -> &str {
        &self.shown
    }

    /// Whether other processes may work on the same jobs.
    #[must_use]
    pub fn is_shared(&self) -> bool {
        self.dialect == Dialect::Postgres
    }

    /// Room on the disk for jobs to come, where the store is a file.
    #[must_use]
    pub fn free_bytes(&self) -> Option<u64> {
        let disk = rustix::fs::statvfs(self.file.as_ref()?).ok()?;
        Some(disk.f_bavail.saturating_mul(disk.f_frsize))
    }

    /// What was accepted has to be there after a loss of power.
    async fn promises(&self) -> Result<(), StoreError> {
        if self.dialect == Dialect::Sqlite {
            let mode: String = sqlx::query_scalar("PRAGMA journal_mode").fetch_one(&self.pool).await?;
            let synchronous: i64 = sqlx::query("PRAGMA synchronous").fetch_one(&self.pool).await?.try_get(0)?;
            if mode != "wal" || synchronous != 2 {
                return Err(StoreError::Promise(format!("journal mode {mode}, synchronous {synchronous}")));
            }
        }
        Ok(())
    }

    /// Begins a transaction that may write.
    async fn begin(&self) -> Result<Writing<'_>, StoreError> {
        Ok(self.writers.begin().await?)
    }

    /// Executes one statement that writes; how many rows it met.
    pub(in crate::service) async fn execute(&self, statement: Query<'_, Any, AnyArguments>) -> Result<u64, StoreError> {
        let mut writing = self.begin().await?;
        let done = statement.execute(&mut *writing.transaction).await?;
        writing.commit().await?;
        Ok(done.rows_affected())
    }

    /// Accepts a job, unless the queues are full. It is on disk when this returns.
    ///
    /// # Errors
    /// When the database fails; the request may then be repeated with its key.
    pub async fn submit(&self, new: NewJob, most_queued: [i64; 2]) -> Result<Submitted, StoreError> {
        match self.make(What::Submit { new: Box::new(new), most_queued }).await? {
            Outcome::Submitted(submitted) => Ok(submitted),
            Outcome::Changed(_) | Outcome::Claimed(_) => unreachable!("a new job is answered by what became of it"),
        }
    }

    /// Does `command` to a job, and writes a document with it. Whether the job of a tenant is meant is for the caller
    /// to know.
    ///
    /// # Errors
    /// [`StoreError::Refused`] when the command does not fit.
    pub async fn command(
        &self,
        id: &str,
        command: &Command,
        document: Option<(Document, &[u8])>,
    ) -> Result<Job, StoreError> {
        let document = document.map(|(kind, body)| (kind, body.to_vec()));
        match self.make(What::Command { id: id.to_owned(), command: command.clone(), document }).await? {
            Outcome::Changed(job) => Ok(job),
            Outcome::Submitted(_) | Outcome::Claimed(_) => unreachable!("a command is answered by the job after it"),
        }
    }

    async fn make(&self, what: What) -> Result<Outcome, StoreError> {
        match &self.group {
            Some(group) => group.ask(what).await,
            None => self.writers.make(&what).await,
        }
    }

    /// Hands the next job out: of the tenants that have one waiting and may run another, the fairest turn.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn claim(&self, lease: f64, most_running: i64) -> Result<Option<Job>, StoreError> {
        match self.make(What::Claim { lease, most_running }).await? {
            Outcome::Claimed(claimed) => Ok(claimed),
            Outcome::Submitted(_) | Outcome::Changed(_) => unreachable!("a claim is answered by the job it takes"),
        }
    }

    /// Gives a tenant another share of the solvers, for the jobs that it hands in from now on.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn weigh(&self, tenant: &str, weight: f64) -> Result<(), StoreError> {
        let upsert = "INSERT INTO tenants (name, weight, vtime, queued, running) VALUES ($1, $2, 0, 0, 0) \
                      ON CONFLICT (name) DO UPDATE SET weight = excluded.weight";
        self.execute(sqlx::query(upsert).bind(tenant).bind(weight)).await?;
        Ok(())
    }

    /// Takes jobs back from workers that fell silent.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn reap(&self, error: &str) -> Result<Vec<Job>, StoreError> {
        let select = format!(
            "SELECT id FROM jobs WHERE state = 'running' AND lease_until < {} ORDER BY lease_until LIMIT 100",
            self.dialect.now()
        );
        let mut reaped = Vec::new();
        for row in sqlx::query(AssertSqlSafe(select)).fetch_all(&self.pool).await? {
            let id: String = row.try_get(0)?;
            let command = Command::Reap { error: error.to_owned() };
            match self.command(&id, &command, None).await {
                Ok(job) => reaped.push(job),
                Err(StoreError::Refused(_) | StoreError::Unknown) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(reaped)
    }

    /// Forgets jobs that ended more than `seconds` ago, at most a few hundred at once.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn forget(&self, seconds: f64) -> Result<u64, StoreError> {
        let delete = format!(
            "DELETE FROM jobs WHERE id IN (SELECT id FROM jobs WHERE finished < {} - $1 ORDER BY finished LIMIT 500)",
            self.dialect.now()
        );
        self.execute(sqlx::query(AssertSqlSafe(delete)).bind(seconds)).await
    }
}

/// Stands for no number in what is bound, and is taken out by `NULLIF`: sqlx 0.9 declares a missing double to PostgreSQL
/// as a single, and the prepared statement then refuses doubles. No cost and no time comes near it.
pub(super) fn or_absent(value: Option<f64>) -> f64 {
    value.unwrap_or(-1e300)
}
