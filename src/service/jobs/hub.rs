//! Wakes whoever waits for news of a job: streams of events, handlers that wait, attempts that shall stop.
//!
//! A call is only a hint to look at the store; nothing depends on it but speed. One task for each job that is watched
//! reads its new events and hands them to everybody who listens, so a thousand listeners cost one read.

use super::store::{Store, StoredEvent};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;
use tokio::sync::{Notify, broadcast};

/// Events that a slow listener may lag behind before it reads the store again.
const LAG: usize = 64;
/// How often a watched job is looked at without a call, where other processes may work on it.
const POLL_SHARED: Duration = Duration::from_millis(400);
/// The same where none should.
const POLL_ALONE: Duration = Duration::from_secs(5);

/// Who waits for what.
#[derive(Default)]
pub struct Hub {
    /// Called when a job is queued.
    pub queued: Notify,
    feeds: Mutex<HashMap<String, Feed>>,
    attempts: Mutex<HashMap<String, Weak<Notify>>>,
}

#[derive(Clone)]
struct Feed {
    news: Arc<Notify>,
    events: broadcast::Sender<Arc<StoredEvent>>,
}

impl Hub {
    /// Something happened to a job.
    pub fn call(&self, job: &str) {
        if let Some(feed) = lock(&self.feeds).get(job) {
            feed.news.notify_one();
        }
    }

    /// An attempt shall look at its job at once: somebody asked to stop it.
    pub fn interrupt(&self, job: &str) {
        if let Some(attempt) = lock(&self.attempts).get(job).and_then(Weak::upgrade) {
            attempt.notify_one();
        }
    }

    /// The call that an attempt at a job listens to.
    pub fn attempt(&self, job: &str) -> Arc<Notify> {
        let call = Arc::new(Notify::new());
        let mut attempts = lock(&self.attempts);
        attempts.retain(|_, attempt| attempt.strong_count() > 0);
        attempts.insert(job.to_owned(), Arc::downgrade(&call));
        call
    }

    /// The events of a job from now on, in order.
    pub fn watch(self: &Arc<Self>, store: &Arc<Store>, job: &str) -> broadcast::Receiver<Arc<StoredEvent>> {
        let mut feeds = lock(&self.feeds);
        if let Some(feed) = feeds.get(job) {
            return feed.events.subscribe();
        }
        let (events, receiver) = broadcast::channel(LAG);
        let feed = Feed { news: Arc::new(Notify::new()), events };
        feeds.insert(job.to_owned(), feed.clone());
        tokio::spawn(feed.run(Arc::clone(self), Arc::clone(store), job.to_owned()));
        receiver
    }
}

impl Feed {
    /// Reads and hands on until nobody listens.
    async fn run(self, hub: Arc<Hub>, store: Arc<Store>, job: String) {
        let poll = if store.is_shared() { POLL_SHARED } else { POLL_ALONE };
        let mut seen = 0;
        loop {
            // A store that is down will be back; listeners wait that long.
            for event in store.events(&job, seen, LAG as i64 / 2).await.unwrap_or_default() {
                seen = event.seq;
                let _ = self.events.send(Arc::new(event));
            }
            let _ = tokio::time::timeout(poll, self.news.notified()).await;
            let mut feeds = lock(&hub.feeds);
            if self.events.receiver_count() == 0 {
                feeds.remove(&job);
                return;
            }
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
