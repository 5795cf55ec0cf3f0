//! Jobs as they come: accepted or refused, within a transaction.

use super::batch::{Batch, Value};
use super::documents::{Document, put_document, put_event};
use super::{COLUMNS, Dialect, StoreError, job};
use crate::service::jobs::state::Job;
use crate::service::questions::Questions;
use crate::service::wire::JobView;
use sqlx::{AnyConnection, AssertSqlSafe, Row as _};
use uuid::Uuid;

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

/// Accepts a job, unless the queues are full. To be done within a transaction, which holds the tenant's row.
pub(super) async fn accept(
    connection: &mut AnyConnection,
    dialect: Dialect,
    new: &NewJob,
    most_queued: [i64; 2],
) -> Result<Submitted, StoreError> {
    let tenant = new.tenant.as_str();
    // Start-time fair queueing: an idle tenant starts level with the front of the queue, and where nobody waits, with
    // the tenant that has had most. What the others had before it came gives it no credit.
    let select = format!(
        "SELECT vtime, weight, queued, {now}, \
         (SELECT CAST(COALESCE(SUM(queued), 0) AS BIGINT) FROM tenants), \
         COALESCE((SELECT MIN((SELECT MIN(vtime) FROM jobs WHERE tenant = other.name AND state = 'queued')) \
          FROM tenants other WHERE other.queued > 0), (SELECT MAX(vtime) FROM tenants)) \
         FROM tenants WHERE name = $1{lock}",
        now = dialect.now(),
        lock = dialect.lock()
    );
    let select = || sqlx::query(AssertSqlSafe(select.as_str())).bind(tenant);
    let row = match select().fetch_optional(&mut *connection).await? {
        Some(row) => row,
        None => {
            let insert = "INSERT INTO tenants (name, weight, vtime, queued, running) VALUES ($1, 1, 0, 0, 0) \
                          ON CONFLICT (name) DO NOTHING";
            sqlx::query(insert).bind(tenant).execute(&mut *connection).await?;
            select().fetch_one(&mut *connection).await?
        }
    };
    let (vtime, weight, queued): (f64, f64, i64) = (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
    let (now, all, front): (f64, i64, f64) = (row.try_get(3)?, row.try_get(4)?, row.try_get(5)?);
    if let Some(key) = &new.idem_key {
        let select = format!("SELECT {COLUMNS}, request_sha256 FROM jobs WHERE tenant = $1 AND idem_key = $2");
        let known = sqlx::query(AssertSqlSafe(select)).bind(tenant).bind(key.as_str());
        if let Some(row) = known.fetch_optional(&mut *connection).await? {
            let same = row.try_get::<String, _>("request_sha256")? == new.request_sha256;
            return Ok(if same { Submitted::Known(job(&row)?) } else { Submitted::KeyReused });
        }
    }
    if queued >= most_queued[0] {
        return Ok(Submitted::TenantFull(queued));
    }
    if all >= most_queued[1] {
        return Ok(Submitted::Full(all));
    }
    let vtime = vtime.max(front);
    let queued = Job::queued(Uuid::now_v7().to_string(), tenant, &new.kind, now);
    let job = Job { name: new.name.clone(), base: new.base.clone(), vtime, ..queued };
    let mut batch = Batch::new(
        "INSERT INTO jobs (id, tenant, idem_key, request_sha256, name, kind, base, state, revision, epoch, \
         attempts, cancel_requested, lease_until, vtime, phase, has_plan, created, updated) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, 'queued', 1, 0, 0, 0, 0, $8, '', 0, $9, $9)",
        vec![
            Value::Text(&job.id),
            Value::Text(tenant),
            Value::OptionalText(new.idem_key.as_deref()),
            Value::Text(&new.request_sha256),
            Value::Text(&job.name),
            Value::Text(&job.kind),
            Value::OptionalText(job.base.as_deref()),
            Value::Double(vtime),
            Value::Double(now),
        ],
    );
    put_document(&mut batch, &job, Document::Scenario, &new.scenario);
    let questions = serde_json::to_vec(&new.questions).expect("questions have string keys");
    if new.questions != Questions::default() {
        put_document(&mut batch, &job, Document::Questions, &questions);
    }
    let told = JobView::of(&job).to_json();
    put_event(&mut batch, &job, "queued", &told);
    let update = "UPDATE tenants SET queued = queued + 1, vtime = $2 WHERE name = $1";
    batch.add(update, vec![Value::Text(tenant), Value::Double(vtime + new.seconds / weight)]);
    batch.execute(connection, dialect).await?;
    Ok(Submitted::New(job))
}
