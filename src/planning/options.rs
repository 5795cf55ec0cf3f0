//! How long to search, and from where.

use crate::model::Plan;
use crate::model::scenario::Kind;
use crate::search::{Budget, Method};
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

/// Limits and start of one planning run.
#[derive(Clone, Copy, Debug)]
pub struct Options<'a> {
    /// When the clock began: before the scenario was read, where the time limit is meant to cover that too.
    pub started: Instant,
    /// Time limit, counted from `started`.
    pub time: Option<Duration>,
    /// Relative gap that is good enough.
    pub gap: f64,
    /// Iteration limit; alone it makes the answer reproducible.
    pub iterations: Option<u64>,
    /// Seed of the random numbers.
    pub seed: u64,
    /// Threads to use.
    pub threads: usize,
    /// A plan to start from: its routes, or its open sites.
    pub warm_start: Option<&'a Plan>,
    /// Whether the plan shows the prices that prove its bound (siting).
    pub certificate: bool,
    /// Whether the plan tells what turning each site's decision would cost (siting).
    pub prices: bool,
    /// How many of the best plans with other sites are told (siting).
    pub alternatives: usize,
    /// Fewest and most sites for which the least total is told too (siting).
    pub sweep: Option<[u32; 2]>,
    /// Whether the plan tells what each order costs (routing).
    pub cost_shares: bool,
    /// How to solve, one of [`methods`](super::methods).
    pub method: Method,
    /// Raised to stop and keep the best.
    pub cancel: &'a AtomicBool,
}

/// The time limit in seconds where nobody gave one: none where iterations are limited.
#[must_use]
pub fn default_time(kind: Kind, iterations: Option<u64>) -> Option<f64> {
    match (iterations, kind) {
        (Some(_), _) => None,
        (None, Kind::Siting | Kind::Network) => Some(60.0),
        (None, Kind::Routing) => Some(10.0),
    }
}

/// A time limit in seconds as a duration; what no clock can hold becomes the longest.
#[must_use]
pub fn seconds(limit: f64) -> Duration {
    Duration::try_from_secs_f64(limit).unwrap_or(Duration::MAX)
}

/// Most numbers of sites in a sweep.
const LONGEST_SWEEP: u32 = 1000;

/// A range of sites for a sweep, such as `3..12`.
///
/// # Errors
/// A sentence that says what is expected.
pub fn site_range(text: &str) -> Result<[u32; 2], String> {
    let expected = || format!("`{text}` is no range of sites: write 3..12");
    let (from, to) = text.split_once("..").ok_or_else(expected)?;
    let ends = [from, to.trim_start_matches('=')].map(|end| end.trim().parse::<u32>().map_err(|_| expected()));
    let [from, to] = [ends[0].clone()?, ends[1].clone()?];
    if from >= 1 && from <= to && to - from < LONGEST_SWEEP {
        Ok([from, to])
    } else {
        Err(format!("{from}..{to}: must rise from 1 or more, by less than {LONGEST_SWEEP}"))
    }
}

impl<'a> Options<'a> {
    /// So many iterations on one thread, from nothing, by the default method, and nothing asked for beside the plan.
    #[must_use]
    pub fn of_iterations(iterations: u64, cancel: &'a AtomicBool) -> Self {
        Self {
            started: Instant::now(),
            time: None,
            gap: 0.0,
            iterations: Some(iterations),
            seed: 1,
            threads: 1,
            warm_start: None,
            certificate: false,
            prices: false,
            alternatives: 0,
            sweep: None,
            cost_shares: false,
            method: Method::Default,
            cancel,
        }
    }
}

impl Options<'_> {
    /// The same with a share of the time that is left.
    pub(super) fn share(&self, share: f64) -> Self {
        let used = self.started.elapsed();
        let time = self.time.map(|limit| used + limit.saturating_sub(used).mul_f64(share));
        Self { time, ..*self }
    }

    /// The solver's share of the time limit: assembling, checking and writing a plan takes up to twice as long as reading
    /// the scenario took, so that is kept back.
    pub(super) fn budget(&self) -> Budget<'_> {
        let used = self.started.elapsed();
        let deadline = self.time.and_then(|limit| {
            let kept_back = (used.mul_f64(1.8) + Duration::from_millis(10)).min(limit.mul_f64(0.6));
            self.started.checked_add(limit.saturating_sub(kept_back))
        });
        Budget {
            iterations: self.iterations.unwrap_or(u64::MAX),
            started: Instant::now(),
            deadline,
            gap: self.gap,
            cancel: self.cancel,
        }
    }
}
