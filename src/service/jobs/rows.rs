//! Rows of the store as jobs.

use super::state::{Job, JobState, Worth};
use sqlx::Row as _;
use sqlx::any::AnyRow;

/// The columns of a job, in the order of [`job`].
pub(super) const COLUMNS: &str = "id, tenant, name, kind, base, state, revision, epoch, attempts, cancel_requested, \
     lease_until, vtime, phase, unserved, vehicles, cost, bound, status, has_plan, error, created, updated, started, finished";

/// A row with [`COLUMNS`] as a job.
pub(super) fn job(row: &AnyRow) -> Result<Job, sqlx::Error> {
    let state: String = row.try_get("state")?;
    let state = JobState::ALL.into_iter().find(|known| known.name() == state);
    let state = state.ok_or_else(|| sqlx::Error::Decode("a state that this version does not know".into()))?;
    let unserved: Option<i64> = row.try_get("unserved")?;
    let vehicles: Option<i64> = row.try_get("vehicles")?;
    let cost: Option<f64> = row.try_get("cost")?;
    let best = match (unserved, vehicles, cost) {
        (Some(unserved), Some(vehicles), Some(cost)) => Some(Worth { unserved, vehicles, cost }),
        _ => None,
    };
    Ok(Job {
        id: row.try_get("id")?,
        tenant: row.try_get("tenant")?,
        name: row.try_get("name")?,
        kind: row.try_get("kind")?,
        base: row.try_get("base")?,
        state,
        revision: row.try_get("revision")?,
        epoch: row.try_get("epoch")?,
        attempts: row.try_get("attempts")?,
        cancel_requested: row.try_get::<i64, _>("cancel_requested")? != 0,
        lease_until: row.try_get("lease_until")?,
        vtime: row.try_get("vtime")?,
        phase: row.try_get("phase")?,
        best,
        bound: row.try_get("bound")?,
        status: row.try_get("status")?,
        has_plan: row.try_get::<i64, _>("has_plan")? != 0,
        error: row.try_get("error")?,
        created: row.try_get("created")?,
        updated: row.try_get("updated")?,
        started: row.try_get("started")?,
        finished: row.try_get("finished")?,
    })
}
