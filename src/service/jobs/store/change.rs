//! One change of one job, within a transaction.

use super::documents::{Document, event_name, put_document, put_event};
use super::{COLUMNS, Dialect, StoreError, job, or_absent};
use crate::service::jobs::state::{Command, Job, JobState, Refusal};
use sqlx::any::AnyRow;
use sqlx::{Any, AssertSqlSafe, Row as _, Transaction};

/// Does `command` to a job, and writes a document with it. A refusal has written nothing.
pub(super) async fn change(
    transaction: &mut Transaction<'static, Any>,
    dialect: Dialect,
    id: &str,
    command: &Command,
    document: Option<(Document, &[u8])>,
) -> Result<Job, StoreError> {
    let row = sqlx::query(AssertSqlSafe(select(dialect, "$1"))).bind(id).fetch_optional(&mut **transaction).await?;
    write(transaction, &row.ok_or(StoreError::Unknown)?, command, document).await
}

/// The statement that reads the job whose id `id` is, for [`write()`]: with the time, and with a lock where there are
/// other writers.
pub(super) fn select(dialect: Dialect, id: &str) -> String {
    format!("SELECT {COLUMNS}, {} AS now FROM jobs WHERE id = {id}{}", dialect.now(), dialect.lock())
}

/// Does `command` to the job of a row that [`select`] has read, and writes a document with it. A refusal has written
/// nothing.
pub(super) async fn write(
    transaction: &mut Transaction<'static, Any>,
    row: &AnyRow,
    command: &Command,
    document: Option<(Document, &[u8])>,
) -> Result<Job, StoreError> {
    let before = job(row)?;
    let after = before.apply(command, row.try_get("now")?)?;
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
        .bind(after.id.as_str())
        .bind(before.revision)
        .execute(&mut **transaction)
        .await?;
    if written.rows_affected() != 1 {
        return Err(Refusal::Stale.into());
    }
    if let Some((kind, body)) = document {
        put_document(transaction, &after, kind, body).await?;
    }
    let has_incumbent = before.has_plan;
    if has_incumbent && matches!(document, Some((Document::Plan, _))) {
        let delete = "DELETE FROM documents WHERE job = $1 AND kind = 'incumbent'";
        sqlx::query(delete).bind(after.id.as_str()).execute(&mut **transaction).await?;
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
