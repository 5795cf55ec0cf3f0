//! Jobs as they come: accepted or refused, within a transaction.

use super::documents::{Document, put_document, put_event};
use super::{COLUMNS, Dialect, StoreError, job};
use crate::service::jobs::state::Job;
use crate::service::questions::Questions;
use sqlx::{Any, AssertSqlSafe, Row as _, Transaction};
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

/// Accepts a job, unless the queues are full.
pub(super) async fn accept(
    transaction: &mut Transaction<'static, Any>,
    dialect: Dialect,
    new: &NewJob,
    most_queued: [i64; 2],
) -> Result<Submitted, StoreError> {
    let tenant = new.tenant.as_str();
    let insert = "INSERT INTO tenants (name, weight, vtime, queued, running) VALUES ($1, 1, 0, 0, 0) \
                      ON CONFLICT (name) DO NOTHING";
    sqlx::query(insert).bind(tenant).execute(&mut **transaction).await?;
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
    let row = sqlx::query(AssertSqlSafe(select)).bind(tenant).fetch_one(&mut **transaction).await?;
    let (vtime, weight, queued): (f64, f64, i64) = (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
    let (now, all, front): (f64, i64, f64) = (row.try_get(3)?, row.try_get(4)?, row.try_get(5)?);
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
    if all >= most_queued[1] {
        return Ok(Submitted::Full(all));
    }
    let vtime = vtime.max(front);
    let queued = Job::queued(Uuid::now_v7().to_string(), tenant, &new.kind, now);
    let job = Job { name: new.name.clone(), base: new.base.clone(), vtime, ..queued };
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
    let vtime = vtime + new.seconds / weight;
    sqlx::query(update).bind(tenant).bind(vtime).execute(&mut **transaction).await?;
    Ok(Submitted::New(job))
}
