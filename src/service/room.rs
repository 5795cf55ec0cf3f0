//! Room in the queues, as the store told a moment ago. A flood of requests that will be refused must not keep the store from
//! the few that are taken, so most are refused by what is remembered. Who is let in here may still be refused by the store,
//! which counts exactly.

use super::jobs::{Store, StoreError};
use super::recent::Recent;
use std::time::Duration;

/// How long the count of a queue is taken for true.
const TRUE_FOR: Duration = Duration::from_millis(50);

/// Room in the queue of each tenant, and in all queues together.
pub(super) struct Room(Recent<i64>);

impl Default for Room {
    fn default() -> Self {
        Self(Recent::new(TRUE_FOR))
    }
}

impl Room {
    /// Takes a place where `tenant`, or all tenants together, have fewer than `most` jobs waiting. Whether there was one.
    pub(super) async fn take(&self, store: &Store, tenant: Option<&str>, most: i64) -> Result<bool, StoreError> {
        let take = |left: &mut i64| {
            *left -= 1;
            *left >= 0
        };
        // No tenant's name is empty.
        let queue = tenant.unwrap_or_default();
        if let Some(taken) = self.0.with(queue, take) {
            return Ok(taken);
        }
        let [queued, _] = store.load(tenant).await?;
        let mut left = most - queued;
        let taken = take(&mut left);
        self.0.keep(queue.to_owned(), left);
        Ok(taken)
    }
}
