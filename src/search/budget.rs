//! When a search has to stop.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// Limits of one search: iterations, a deadline, a gap that is good enough, and a flag that cancels.
#[derive(Clone, Copy, Debug)]
pub struct Budget<'a> {
    /// Most iterations of the search's main loop.
    pub iterations: u64,
    /// When the search began; progress towards the deadline counts from here.
    pub started: Instant,
    /// When it has to be over.
    pub deadline: Option<Instant>,
    /// Relative gap (0.001 = 0.1 %) at which a search with a bound may stop.
    pub gap: f64,
    /// Raised from outside to stop early and keep the best.
    pub cancel: &'a AtomicBool,
}

impl Budget<'_> {
    /// Whether to stop after `iteration` iterations. Reads the clock, so ask every few dozen microseconds at most.
    #[must_use]
    pub fn exhausted(&self, iteration: u64) -> bool {
        iteration >= self.iterations || self.out_of_time()
    }

    /// Whether the deadline has passed or the search was cancelled.
    #[must_use]
    pub fn out_of_time(&self) -> bool {
        self.cancelled() || self.deadline.is_some_and(|deadline| Instant::now() >= deadline)
    }

    /// Whether somebody asked to stop.
    #[must_use]
    pub fn cancelled(&self) -> bool {
        self.cancel.load(Ordering::Relaxed)
    }

    /// How much of the budget is used after `iteration` iterations, from 0 to 1: of the time or of the iterations,
    /// whichever is further along.
    #[must_use]
    pub fn progress(&self, iteration: u64) -> f64 {
        let by_iterations = iteration as f64 / self.iterations.max(1) as f64;
        let by_time = self.deadline.map_or(0.0, |deadline| {
            let planned = deadline.saturating_duration_since(self.started).as_secs_f64();
            self.started.elapsed().as_secs_f64() / planned.max(1e-9)
        });
        by_iterations.max(by_time).min(1.0)
    }

    /// Seconds left until the deadline; infinite without one.
    #[must_use]
    pub fn seconds_left(&self) -> f64 {
        self.deadline.map_or(f64::INFINITY, |deadline| deadline.saturating_duration_since(Instant::now()).as_secs_f64())
    }

    /// The deadline of a part that may take so many seconds from now, if there is one: never after that of the whole.
    #[must_use]
    pub fn deadline_within(&self, seconds: f64) -> Option<Instant> {
        let end = Duration::try_from_secs_f64(seconds).ok().and_then(|seconds| Instant::now().checked_add(seconds));
        self.deadline.map(|deadline| end.map_or(deadline, |end| end.min(deadline)))
    }
}
