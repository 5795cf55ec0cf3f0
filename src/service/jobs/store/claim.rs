//! The next job handed out.

use super::change::{select, write};
use super::{Dialect, StoreError};
use crate::service::jobs::state::{Command, Job};
use sqlx::{AnyConnection, AssertSqlSafe};

/// Hands the next job out: of the tenants that have one waiting and run fewer than `most_running`, the fairest turn. To be
/// done within a transaction, which holds the job's row.
pub(super) async fn claim(
    connection: &mut AnyConnection,
    dialect: Dialect,
    lease: f64,
    most_running: i64,
) -> Result<Option<Job>, StoreError> {
    let next = format!(
        "(SELECT j.id FROM tenants t JOIN jobs j ON j.id = \
         (SELECT q.id FROM jobs q WHERE q.tenant = t.name AND q.state = 'queued' ORDER BY q.vtime, q.id LIMIT 1{}) \
         WHERE t.queued > 0 AND t.running < $1 ORDER BY j.vtime, j.id LIMIT 1)",
        dialect.lock_free()
    );
    let select = select(dialect, &next, dialect.lock());
    loop {
        let next =
            sqlx::query(AssertSqlSafe(select.as_str())).bind(most_running).fetch_optional(&mut *connection).await?;
        let Some(row) = next else { return Ok(None) };
        match write(connection, dialect, &row, &Command::Claim { lease }, None).await {
            // Another worker was faster.
            Ok(None) | Err(StoreError::Refused(_)) => {}
            claimed => return claimed,
        }
    }
}
