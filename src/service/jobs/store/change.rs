//! One change of one job.

use super::batch::{Batch, Value};
use super::documents::{Document, event_name, put_document, put_event};
use super::{COLUMNS, Dialect, StoreError, job, or_absent};
use crate::service::jobs::state::{Command, Job, JobState};
use crate::service::wire::JobView;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, AssertSqlSafe, Row as _};

/// Does `command` to a job, and writes a document with it. A refusal has written nothing. Needs no transaction: where
/// somebody else changes the job between the look and the write, nothing is written and it looks again.
pub(super) async fn change(
    connection: &mut AnyConnection,
    dialect: Dialect,
    id: &str,
    command: &Command,
    document: Option<(Document, &[u8])>,
) -> Result<Job, StoreError> {
    let select = select(dialect, "$1", "");
    loop {
        let select = sqlx::query(AssertSqlSafe(select.as_str())).bind(id);
        let row = select.fetch_optional(&mut *connection).await?.ok_or(StoreError::Unknown)?;
        if let Some(after) = write(connection, dialect, &row, command, document).await? {
            return Ok(after);
        }
    }
}

/// The statement that reads the job whose id `id` is, for [`write()`]: with the time.
pub(super) fn select(dialect: Dialect, id: &str, lock: &str) -> String {
    format!("SELECT {COLUMNS}, {} AS now FROM jobs WHERE id = {id}{lock}", dialect.now())
}

/// Does `command` to the job of a row that [`select`] has read, and writes a document with it. `None`, and nothing is
/// written, where somebody else has changed the job since.
pub(super) async fn write(
    connection: &mut AnyConnection,
    dialect: Dialect,
    row: &AnyRow,
    command: &Command,
    document: Option<(Document, &[u8])>,
) -> Result<Option<Job>, StoreError> {
    let before = job(row)?;
    let after = before.apply(command, row.try_get("now")?)?;
    let mut batch = Batch::new(
        "UPDATE jobs SET state = $1, revision = $2, epoch = $3, attempts = $4, cancel_requested = $5, \
         lease_until = $6, phase = $7, unserved = $8, vehicles = $9, cost = NULLIF($10, -1e300), \
         bound = NULLIF($11, -1e300), status = $12, has_plan = $13, error = $14, \
         started = NULLIF($15, -1e300), finished = NULLIF($16, -1e300), updated = $17 \
         WHERE id = $18 AND revision = $19",
        vec![
            Value::Text(after.state.name()),
            Value::Integer(after.revision),
            Value::Integer(after.epoch),
            Value::Integer(after.attempts),
            Value::Integer(i64::from(after.cancel_requested)),
            Value::Double(after.lease_until),
            Value::Text(&after.phase),
            Value::OptionalInteger(after.best.map(|best| best.unserved)),
            Value::OptionalInteger(after.best.map(|best| best.vehicles)),
            Value::Double(or_absent(after.best.map(|best| best.cost))),
            Value::Double(or_absent(after.bound)),
            Value::OptionalText(after.status.as_deref()),
            Value::Integer(i64::from(after.has_plan)),
            Value::OptionalText(after.error.as_deref()),
            Value::Double(or_absent(after.started)),
            Value::Double(or_absent(after.finished)),
            Value::Double(after.updated),
            Value::Text(&after.id),
            Value::Integer(before.revision),
        ],
    );
    if let Some((kind, body)) = document {
        put_document(&mut batch, &after, kind, body);
    }
    if before.has_plan && matches!(document, Some((Document::Plan, _))) {
        let delete = "DELETE FROM documents WHERE job = $1 AND kind = 'incumbent'";
        batch.add(delete, vec![Value::Text(&after.id)]);
    }
    let told = JobView::of(&after).to_json();
    if let Some(name) = event_name(command, &after) {
        put_event(&mut batch, &after, name, &told);
    }
    // Last, because every change of a tenant's jobs waits here for the one before.
    let counted = |job: &Job, state| i64::from(job.state == state);
    let queued = counted(&after, JobState::Queued) - counted(&before, JobState::Queued);
    let running = counted(&after, JobState::Running) - counted(&before, JobState::Running);
    if queued != 0 || running != 0 {
        let update = "UPDATE tenants SET queued = queued + $2, running = running + $3 WHERE name = $1";
        batch.add(update, vec![Value::Text(&after.tenant), Value::Integer(queued), Value::Integer(running)]);
    }
    let is_written = batch.execute(connection, dialect).await?;
    Ok(is_written.then_some(after))
}
