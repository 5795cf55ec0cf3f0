//! Room in the queues, as the store told a moment ago.
//!
//! A flood of requests that will be refused must not keep the store from the few that are taken, so most are refused by what
//! is remembered. Who is let in here may still be refused by the store, which counts exactly.

use super::jobs::{Store, StoreError};
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How long the count of a queue is taken for true.
const TRUE_FOR: Duration = Duration::from_millis(50);

/// Most queues that are remembered.
const MOST: usize = 10_000;

/// Places left by queue: of a tenant, or of all together under no name.
#[derive(Default)]
pub(super) struct Room {
    left: Mutex<HashMap<String, (Instant, i64)>>,
}

impl Room {
    /// Takes a place where `tenant`, or all tenants together, have fewer than `most` jobs waiting. Whether there was one.
    pub(super) async fn take(&self, store: &Store, tenant: Option<&str>, most: i64) -> Result<bool, StoreError> {
        // No tenant's name is empty.
        let queue = tenant.unwrap_or_default();
        if let Some(taken) = self.take_remembered(queue, Instant::now()) {
            return Ok(taken);
        }
        let [queued, _] = store.load(tenant).await?;
        self.remember(queue, most - queued, Instant::now());
        Ok(queued < most)
    }

    /// Takes a place of those that were left a moment ago; `None` where that is too long ago.
    fn take_remembered(&self, queue: &str, now: Instant) -> Option<bool> {
        let mut left = self.left();
        let (_, places) = left.get_mut(queue).filter(|(told, _)| now.duration_since(*told) < TRUE_FOR)?;
        *places -= 1;
        Some(*places >= 0)
    }

    /// Keeps in mind how many places there were, one of which is being taken.
    fn remember(&self, queue: &str, places: i64, now: Instant) {
        let mut left = self.left();
        if left.len() >= MOST {
            left.retain(|_, (told, _)| now.duration_since(*told) < TRUE_FOR);
        }
        if left.len() < MOST {
            left.insert(queue.to_owned(), (now, places - 1));
        }
    }

    fn left(&self) -> MutexGuard<'_, HashMap<String, (Instant, i64)>> {
        self.left.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_taken_until_none_is_left_and_asked_for_again_after_a_while() {
        let (room, now) = (Room::default(), Instant::now());
        let take = |queue, after| room.take_remembered(queue, now + after);
        assert_eq!(take("north", Duration::ZERO), None);
        room.remember("north", 2, now);
        room.remember("south", 0, now);
        assert_eq!(take("south", Duration::ZERO), Some(false));
        assert_eq!(take("north", Duration::ZERO), Some(true));
        assert_eq!(take("north", TRUE_FOR / 2), Some(false));
        assert_eq!(take("north", TRUE_FOR), None);
    }
}
