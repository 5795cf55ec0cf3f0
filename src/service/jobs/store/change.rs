//! One change of one job, within a transaction.

use super::documents::{Document, event_name, put_document, put_event};
use super::{COLUMNS, Dialect, StoreError, job, or_absent};
use crate::service::jobs::state::{Command, Job, JobState, Refusal};
use sqlx::{Any, AssertSqlSafe, Row as _, Transaction};

/// Does `command` to a job, and writes a document with it. A refusal has written nothing.
pub(super) async fn change(
    transaction: &mut Transaction<'static, Any>,
    dialect: Dialect,
    id: &str,
    command: &Command,
    document: Option<(Document, &[u8])>,
) -> Result<Job, StoreError> {
    let select = format!("SELECT {COLUMNS} FROM jobs WHERE id = $1{}", dialect.lock());
    let row = sqlx::query(AssertSqlSafe(select)).bind(id).fetch_optional(&mut **transaction).await?;
    let before = job(&row.ok_or(StoreError::Unknown)?)?;
    let now = time(transaction, dialect).await?;
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
    // Last, because every change of a tenant's jobs waits here for the one before.
    let counted = |job: &Job, state| i64::from(job.state == state);
    let queued = counted(&after, JobState::Queued) - counted(&before, JobState::Queued);
    let running = counted(&after, JobState::Running) - counted(&before, JobState::Running);
    if queued != 0 || running != 0 {
        let update = "UPDATE tenants SET queued = queued + $2, running = running + $3 WHERE name = $1";
        let update = sqlx::query(update).bind(after.tenant.as_str()).bind(queued).bind(running);
        update.execute(&mut **transaction).await?;
    }
    Ok(after)
}

async fn time(transaction: &mut Transaction<'static, Any>, dialect: Dialect) -> Result<f64, StoreError> {
    let select = format!("SELECT {}", dialect.now());
    Ok(sqlx::query(AssertSqlSafe(select)).fetch_one(&mut **transaction).await?.try_get(0)?)
}

fn kind_of(document: Option<(Document, &[u8])>) -> Option<Document> {
    document.map(|(kind, _)| kind)
}
