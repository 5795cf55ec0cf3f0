//! How often a token may ask.

use super::problem::{Problem, ProblemKind};
use super::settings::Limits;
use governor::clock::{Clock as _, DefaultClock};
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};
use std::num::NonZeroU32;

type Limiter = RateLimiter<String, HashMapStateStore<String>, DefaultClock>;

/// The limiters of requests and of new jobs.
pub(super) struct Rates {
    requests: (Limiter, u32),
    submits: (Limiter, u32),
}

impl Rates {
    pub(super) fn new(limits: &Limits) -> Self {
        let limiter = |per_minute: u32| {
            let quota = Quota::per_minute(NonZeroU32::new(per_minute).unwrap_or(NonZeroU32::MIN));
            (RateLimiter::new(quota, HashMapStateStore::default(), DefaultClock::default()), per_minute)
        };
        Self { requests: limiter(limits.requests_per_minute), submits: limiter(limits.submits_per_minute) }
    }

    /// Counts a request of a token.
    pub(super) fn request(&self, token: &str) -> Result<(), Problem> {
        check(&self.requests, token, "requests")
    }

    /// Counts a new job of a token; without tokens there is nobody to share with.
    pub(super) fn submit(&self, token: &str) -> Result<(), Problem> {
        if token.is_empty() { Ok(()) } else { check(&self.submits, token, "new jobs") }
    }
}

fn check((limiter, per_minute): &(Limiter, u32), token: &str, what: &str) -> Result<(), Problem> {
    limiter.check_key(&token.to_owned()).map_err(|until| {
        let seconds = until.wait_time_from(DefaultClock::default().now()).as_secs_f64().ceil();
        let detail = format!("at most {per_minute} {what} a minute");
        Problem { limit: Some(f64::from(*per_minute)), ..Problem::retry(ProblemKind::TooMany, &detail, seconds as u32) }
    })
}
