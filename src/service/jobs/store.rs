//! Jobs on disk: one schema and one set of statements for SQLite and PostgreSQL, chosen by the URL.
//!
//! Every change is one transaction that reads a job, calls [`Job::apply`], and writes it back where its revision is
//! still the one that was read. Times are the database's, so the clocks of workers never matter.

use super::rows::{COLUMNS, job};
use super::state::{Command, Job, JobState, Refusal};
use crate::service::questions::Questions;
use crate::service::wire::JobView;
use sqlx::any::{AnyPoolOptions, AnyRow, install_default_drivers};
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::{Any, AnyPool, AssertSqlSafe, Row as _, SqlSafeStr as _, Transaction};
use std::borrow::Cow;
use std::time::Duration;
use tokio::sync::{Semaphore, SemaphorePermit};
use uuid::Uuid;

/// Where jobs are kept.
pub struct Store {
    pub(in crate::service) pool: AnyPool,
    pub(in crate::service) dialect: Dialect,
    /// SQLite has one writer, and no queue for it; PostgreSQL has as many as connections.
    writers: Semaphore,
    /// Scheme, host and path, without secrets, for logs.
    shown: String,
}

/// What SQLite and PostgreSQL say in different words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::service) enum Dialect {
    Sqlite,
    Postgres,
}

impl Dialect {
    fn of(url: &str) -> Option<Self> {
        match url.split_once(':')?.0 {
            "sqlite" => Some(Self::Sqlite),
            "postgres" | "postgresql" => Some(Self::Postgres),
            _ => None,
        }
    }

    /// The database's clock, in seconds since 1970.
    pub(in crate::service) fn now(self) -> &'static str {
        match self {
            Self::Sqlite => "unixepoch('subsec')",
            Self::Postgres => "CAST(EXTRACT(EPOCH FROM clock_timestamp()) AS DOUBLE PRECISION)",
        }
    }

    fn begin(self) -> &'static str {
        match self {
            Self::Sqlite => "BEGIN IMMEDIATE",
            Self::Postgres => "BEGIN",
        }
    }

    fn lock(self) -> &'static str {
        match self {
            Self::Sqlite => "",
            Self::Postgres => " FOR UPDATE",
        }
    }
}

/// Why the store did not do it.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database.
    #[error("the store failed: {0}")]
    Database(#[from] sqlx::Error),
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

/// A transaction that may write; nothing of it stays unless it is committed.
pub(in crate::service) struct Writing<'s> {
    pub(in crate::service) transaction: Transaction<'static, Any>,
    _turn: SemaphorePermit<'s>,
}

impl Writing<'_> {
    pub(in crate::service) async fn commit(self) -> Result<(), StoreError> {
        Ok(self.transaction.commit().await?)
    }
}

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
    fn name(self) -> &'static str {
        match self {
            Self::Scenario => "scenario",
            Self::Questions => "questions",
            Self::Incumbent => "incumbent",
            Self::Plan => "plan",
        }
    }
}

/// A job to be accepted.
#[derive(Clone, Debug)]
pub struct NewJob {
    /// Whose it is.
    pub tenant: String,
    /// Makes a repeated request the same request.
    pub idem_key: Option<String>,
    /// Of everything that was asked, in hexadecimal.
    pub request_sha256: String,
    /// Title for lists.
    pub name: String,
    /// Kind of scenario.
    pub kind: String,
    /// The job that this one is a what-if of.
    pub base: Option<String>,
    /// The scenario, compressed.
    pub scenario: Vec<u8>,
    /// What is asked beside the plan.
    pub questions: Questions,
    /// Seconds that it may take, which the tenants share fairly.
    pub seconds: f64,
}

/// What became of a new job.
#[derive(Debug)]
pub enum Submitted {
    /// Accepted: it is on disk.
    New(Job),
    /// The same request was accepted before.
    Known(Job),
    /// The key was used for another request.
    KeyReused,
    /// The tenant has so many waiting.
    TenantFull(i64),
    /// All tenants together have so many waiting.
    Full(i64),
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
        let options = AnyPoolOptions::new().max_connections(if sqlite { 8 } else { 16 });
        let options = options.acquire_timeout(Duration::from_secs(5)).after_connect(move |connection, _| {
            Box::pin(async move {
                if sqlite {
                    let pragmas = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 10000;
                                   PRAGMA foreign_keys = ON; PRAGMA journal_size_limit = 67108864";
                    sqlx::raw_sql(pragmas).execute(connection).await?;
                }
                Ok(())
            })
        });
        let pool = options.connect(&full_url).await?;
        let writers = Semaphore::new(if sqlite { 1 } else { 16 });
        let store = Self { pool, dialect, writers, shown: without_secret(url) };
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
    pub(in crate::service) async fn begin(&self) -> Result<Writing<'_>, StoreError> {
        let turn = self.writers.acquire().await.expect("the semaphore is never closed");
        Ok(Writing { transaction: self.pool.begin_with(self.dialect.begin()).await?, _turn: turn })
    }

    /// Accepts a job, unless the queues are full. It is on disk when this returns.
    ///
    /// # Errors
    /// When the database fails; the request may then be repeated with its key.
    pub async fn submit(&self, new: &NewJob, most_queued: [i64; 2]) -> Result<Submitted, StoreError> {
        let mut writing = self.begin().await?;
        let submitted = self.accept(&mut writing.transaction, new, most_queued).await?;
        writing.commit().await?;
        Ok(submitted)
    }

    async fn accept(
        &self,
        transaction: &mut Transaction<'static, Any>,
        new: &NewJob,
        most_queued: [i64; 2],
    ) -> Result<Submitted, StoreError> {
        let tenant = new.tenant.as_str();
        let insert = "INSERT INTO tenants (name, weight, vtime, queued, running) VALUES ($1, 1, 0, 0, 0) \
                          ON CONFLICT (name) DO NOTHING";
        sqlx::query(insert).bind(tenant).execute(&mut **transaction).await?;
        let select = format!("SELECT vtime, weight, queued FROM tenants WHERE name = $1{}", self.dialect.lock());
        let row = sqlx::query(AssertSqlSafe(select)).bind(tenant).fetch_one(&mut **transaction).await?;
        let (vtime, weight, queued): (f64, f64, i64) = (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
        if let Some(key) = &new.idem_key {
            let select = format!("SELECT {COLUMNS}, request_sha256 FROM jobs WHERE tenant = $1 AND idem_key = $2");
            let known = sqlx::query(AssertSqlSafe(select)).bind(tenant).bind(key.as_str());
            if let Some(row) = known.fetch_optional(&mut **transaction).await? {
                let same = row.try_get::<String, _>("request_sha256")? == new.request_sha256;
                return Ok(if same { Submitted::Known(job(&row)?) } else { Submitted::KeyReused });
            }
        }
        if queued >= most_queued[0] {
            return Ok(Submitted::TenantFull(queued));
        }
        let all = "SELECT CAST(COALESCE(SUM(queued), 0) AS BIGINT) FROM tenants";
        let all: i64 = sqlx::query(all).fetch_one(&mut **transaction).await?.try_get(0)?;
        if all >= most_queued[1] {
            return Ok(Submitted::Full(all));
        }
        // Start-time fair queueing: an idle tenant starts level with the front of the queue.
        let front = "SELECT MIN(vtime) FROM jobs WHERE state = 'queued'";
        let front: Option<f64> = sqlx::query(front).fetch_one(&mut **transaction).await?.try_get(0)?;
        let vtime = vtime.max(front.unwrap_or(0.0));
        let now = self.time(transaction).await?;
        let job = Job {
            id: Uuid::now_v7().to_string(),
            tenant: new.tenant.clone(),
            name: new.name.clone(),
            kind: new.kind.clone(),
            base: new.base.clone(),
            state: JobState::Queued,
            revision: 1,
            epoch: 0,
            attempts: 0,
            cancel_requested: false,
            lease_until: 0.0,
            vtime,
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
        };
        let insert = "INSERT INTO jobs (id, tenant, idem_key, request_sha256, name, kind, base, state, revision, epoch, \
                          attempts, cancel_requested, lease_until, vtime, phase, has_plan, created, updated) \
                          VALUES ($1, $2, $3, $4, $5, $6, $7, 'queued', 1, 0, 0, 0, 0, $8, '', 0, $9, $9)";
        sqlx::query(insert)
            .bind(job.id.as_str())
            .bind(tenant)
            .bind(new.idem_key.as_deref())
            .bind(new.request_sha256.as_str())
            .bind(job.name.as_str())
            .bind(job.kind.as_str())
            .bind(job.base.as_deref())
            .bind(vtime)
            .bind(now)
            .execute(&mut **transaction)
            .await?;
        put_document(transaction, &job, Document::Scenario, &new.scenario).await?;
        if new.questions != Questions::default() {
            let questions = serde_json::to_vec(&new.questions).expect("questions have string keys");
            put_document(transaction, &job, Document::Questions, &questions).await?;
        }
        put_event(transaction, &job, "queued").await?;
        let update = "UPDATE tenants SET queued = queued + 1, vtime = $2 WHERE name = $1";
        let vtime = vtime + new.seconds / weight.max(1e-3);
        sqlx::query(update).bind(tenant).bind(vtime).execute(&mut **transaction).await?;
        Ok(Submitted::New(job))
    }

    async fn time(&self, transaction: &mut Transaction<'static, Any>) -> Result<f64, StoreError> {
        let select = format!("SELECT {}", self.dialect.now());
        Ok(sqlx::query(AssertSqlSafe(select)).fetch_one(&mut **transaction).await?.try_get(0)?)
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
        let mut writing = self.begin().await?;
        let job = self.change(&mut writing.transaction, id, command, document).await?;
        writing.commit().await?;
        Ok(job)
    }

    async fn change(
        &self,
        transaction: &mut Transaction<'static, Any>,
        id: &str,
        command: &Command,
        document: Option<(Document, &[u8])>,
    ) -> Result<Job, StoreError> {
        let select = format!("SELECT {COLUMNS} FROM jobs WHERE id = $1{}", self.dialect.lock());
        let row = sqlx::query(AssertSqlSafe(select)).bind(id).fetch_optional(&mut **transaction).await?;
        let before = job(&row.ok_or(StoreError::Unknown)?)?;
        let now = self.time(transaction).await?;
        let after = before.apply(command, now)?;
        let update = "UPDATE jobs SET state = $1, revision = $2, epoch = $3, attempts = $4, cancel_requested = $5, \
                      lease_until = $6, phase = $7, unserved = $8, vehicles = $9, cost = NULLIF($10, -1e300), \
                      bound = NULLIF($11, -1e300), status = $12, has_plan = $13, error = $14, \
                      started = NULLIF($15, -1e300), finished = NULLIF($16, -1e300), updated = $17 \
                      WHERE id = $18 AND revision = $19";
        let written = sqlx::query(update)
            .bind(after.state.name())
            .bind(after.revision)
            .bind(after.epoch)
            .bind(after.attempts)
            .bind(i64::from(after.cancel_requested))
            .bind(after.lease_until)
            .bind(after.phase.as_str())
            .bind(after.best.map(|best| best.unserved))
            .bind(after.best.map(|best| best.vehicles))
            .bind(or_absent(after.best.map(|best| best.cost)))
            .bind(or_absent(after.bound))
            .bind(after.status.as_deref())
            .bind(i64::from(after.has_plan))
            .bind(after.error.as_deref())
            .bind(or_absent(after.started))
            .bind(or_absent(after.finished))
            .bind(after.updated)
            .bind(id)
            .bind(before.revision)
            .execute(&mut **transaction)
            .await?;
        if written.rows_affected() != 1 {
            return Err(Refusal::Stale.into());
        }
        let counted = |job: &Job, state| i64::from(job.state == state);
        let queued = counted(&after, JobState::Queued) - counted(&before, JobState::Queued);
        let running = counted(&after, JobState::Running) - counted(&before, JobState::Running);
        if queued != 0 || running != 0 {
            let update = "UPDATE tenants SET queued = queued + $2, running = running + $3 WHERE name = $1";
            let update = sqlx::query(update).bind(after.tenant.as_str()).bind(queued).bind(running);
            update.execute(&mut **transaction).await?;
        }
        if let Some((kind, body)) = document {
            put_document(transaction, &after, kind, body).await?;
        }
        if after.state.is_final() && kind_of(document) == Some(Document::Plan) {
            let delete = "DELETE FROM documents WHERE job = $1 AND kind = 'incumbent'";
            sqlx::query(delete).bind(id).execute(&mut **transaction).await?;
        }
        if let Some(name) = event_name(command, &after) {
            put_event(transaction, &after, name).await?;
        }
        Ok(after)
    }

    /// Hands the next job out: of the tenants that have one waiting and may run another, the fairest turn.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn claim(&self, lease: f64, most_running: i64) -> Result<Option<Job>, StoreError> {
        const NEXT: &str = "SELECT j.id FROM tenants t JOIN jobs j ON j.id = \
            (SELECT q.id FROM jobs q WHERE q.tenant = t.name AND q.state = 'queued' ORDER BY q.vtime, q.id LIMIT 1) \
            WHERE t.queued > 0 AND t.running < $1 ORDER BY j.vtime, j.id LIMIT 1";
        loop {
            let mut writing = self.begin().await?;
            let next = sqlx::query(NEXT).bind(most_running).fetch_optional(&mut *writing.transaction).await?;
            let Some(row) = next else { return Ok(None) };
            let id: String = row.try_get(0)?;
            match self.change(&mut writing.transaction, &id, &Command::Claim { lease }, None).await {
                // Another worker was faster.
                Err(StoreError::Refused(_)) => {}
                claimed => {
                    let claimed = claimed?;
                    writing.commit().await?;
                    return Ok(Some(claimed));
                }
            }
        }
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

    /// A tenant's job.
    ///
    /// # Errors
    /// [`StoreError::Unknown`] also for the jobs of others.
    pub async fn get(&self, tenant: &str, id: &str) -> Result<Job, StoreError> {
        let select = format!("SELECT {COLUMNS} FROM jobs WHERE id = $1 AND tenant = $2");
        let row = sqlx::query(AssertSqlSafe(select)).bind(id).bind(tenant).fetch_optional(&self.pool).await?;
        Ok(job(&row.ok_or(StoreError::Unknown)?)?)
    }

    /// A tenant's jobs, youngest first, from those older than `before`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list(&self, tenant: &str, before: Option<&str>, most: i64) -> Result<Vec<Job>, StoreError> {
        // Ids are lower case, so `~` comes after all of them.
        let select = format!("SELECT {COLUMNS} FROM jobs WHERE tenant = $1 AND id < $2 ORDER BY id DESC LIMIT $3");
        let query = sqlx::query(AssertSqlSafe(select)).bind(tenant).bind(before.unwrap_or("~")).bind(most);
        Ok(query.fetch_all(&self.pool).await?.iter().map(job).collect::<Result<_, _>>()?)
    }

    /// A document of a job, compressed.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn document(&self, id: &str, kind: Document) -> Result<Option<Vec<u8>>, StoreError> {
        let select = "SELECT body FROM documents WHERE job = $1 AND kind = $2";
        let row = sqlx::query(select).bind(id).bind(kind.name()).fetch_optional(&self.pool).await?;
        Ok(row.map(|row| row.try_get(0)).transpose()?)
    }

    /// Which attempt wrote a document of a job.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn epoch_of(&self, id: &str, kind: Document) -> Result<Option<i64>, StoreError> {
        let select = "SELECT epoch FROM documents WHERE job = $1 AND kind = $2";
        let row = sqlx::query(select).bind(id).bind(kind.name()).fetch_optional(&self.pool).await?;
        Ok(row.map(|row| row.try_get(0)).transpose()?)
    }

    /// What was told about a job after an event, in order.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn events(&self, id: &str, after: i64, most: i64) -> Result<Vec<StoredEvent>, StoreError> {
        let select = "SELECT seq, name, body FROM events WHERE job = $1 AND seq > $2 ORDER BY seq LIMIT $3";
        let rows = sqlx::query(select).bind(id).bind(after).bind(most).fetch_all(&self.pool).await?;
        let event =
            |row: &AnyRow| Ok(StoredEvent { seq: row.try_get(0)?, name: row.try_get(1)?, body: row.try_get(2)? });
        Ok(rows.iter().map(event).collect::<Result<_, sqlx::Error>>()?)
    }

    /// Jobs waiting and running: of a tenant, or of all.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn load(&self, tenant: Option<&str>) -> Result<[i64; 2], StoreError> {
        let select = "SELECT CAST(COALESCE(SUM(queued), 0) AS BIGINT), CAST(COALESCE(SUM(running), 0) AS BIGINT) \
                      FROM tenants WHERE name = $1 OR $1 = ''";
        let row = sqlx::query(select).bind(tenant.unwrap_or("")).fetch_one(&self.pool).await?;
        Ok([row.try_get(0)?, row.try_get(1)?])
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
        let mut writing = self.begin().await?;
        let deleted = sqlx::query(AssertSqlSafe(delete)).bind(seconds).execute(&mut *writing.transaction).await?;
        writing.commit().await?;
        Ok(deleted.rows_affected())
    }
}

/// Stands for no number in what is bound, and is taken out by `NULLIF`: sqlx 0.9 declares a missing double to PostgreSQL
/// as a single, and the prepared statement then refuses doubles. No cost and no time comes near it.
pub(super) fn or_absent(value: Option<f64>) -> f64 {
    value.unwrap_or(-1e300)
}

fn kind_of(document: Option<(Document, &[u8])>) -> Option<Document> {
    document.map(|(kind, _)| kind)
}

/// Writes a document; an incumbent takes the place of the one before, a plan is written once.
async fn put_document(
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

async fn put_event(transaction: &mut Transaction<'static, Any>, job: &Job, name: &str) -> Result<(), StoreError> {
    let body = JobView::of(job).to_json();
    let insert = "INSERT INTO events (job, seq, name, body) VALUES ($1, $2, $3, $4)";
    let insert = sqlx::query(insert).bind(job.id.as_str()).bind(job.revision).bind(name).bind(body);
    insert.execute(&mut **transaction).await?;
    Ok(())
}

/// What listeners are told; `None` when it is nothing to them.
fn event_name(command: &Command, after: &Job) -> Option<&'static str> {
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

fn migrator(dialect: Dialect) -> Migrator {
    let jobs = include_str!("migrations/1_jobs.sql");
    let sql = match dialect {
        Dialect::Sqlite => jobs.replace("BYTEA", "BLOB"),
        Dialect::Postgres => jobs.to_owned(),
    };
    let sql = AssertSqlSafe(sql).into_sql_str();
    Migrator::with_migrations(vec![Migration::new(1, Cow::Borrowed("jobs"), MigrationType::Simple, sql, false)])
}

fn without_secret(url: &str) -> String {
    match (url.split_once("://"), url.rsplit_once('@')) {
        (Some((scheme, _)), Some((_, rest))) => format!("{scheme}://{rest}"),
        (Some(_), None) | (None, _) => url.to_owned(),
    }
}
