//! Places for streams of events: so many at once, and so many for one token.

use super::metrics::Metrics;
use super::problem::{Problem, ProblemKind};
use super::settings::Limits;
use prometheus_client::metrics::gauge::Gauge;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Who has how many open.
#[derive(Clone, Default)]
pub(super) struct Streams {
    open: Arc<Mutex<HashMap<String, usize>>>,
}

/// A place, given back when it is dropped.
pub(super) struct Place {
    streams: Streams,
    token: String,
    gauge: Gauge,
}

impl Streams {
    fn open(&self) -> MutexGuard<'_, HashMap<String, usize>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A place for a stream of a token.
    pub(super) fn take(&self, token: &str, limits: &Limits, metrics: &Metrics) -> Result<Place, Problem> {
        let mut open = self.open();
        let all: usize = open.values().sum();
        if all >= limits.event_streams {
            return Err(Problem::retry(ProblemKind::Unavailable, "too many streams of events", 5));
        }
        let own = open.entry(token.to_owned()).or_default();
        if *own >= limits.event_streams_per_token && !token.is_empty() {
            let limit = limits.event_streams_per_token;
            let detail = format!("at most {limit} streams of events at once");
            return Err(Problem { limit: Some(limit as f64), ..Problem::retry(ProblemKind::TooMany, &detail, 5) });
        }
        *own += 1;
        metrics.streams.inc();
        Ok(Place { streams: self.clone(), token: token.to_owned(), gauge: metrics.streams.clone() })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.gauge.dec();
        let mut open = self.streams.open();
        if let Some(own) = open.get_mut(&self.token) {
            *own -= 1;
            if *own == 0 {
                open.remove(&self.token);
            }
        }
    }
}
