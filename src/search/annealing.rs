//! Simulated annealing driven by the share of the budget that is used.

use super::Rng;
use crate::units::Cost;
use rand::RngExt as _;

/// Accepts a worse solution with a probability that falls as the budget is used up.
///
/// Source: Kirkpatrick, Gelatt & Vecchi (1983), Science 220; the threshold form `T ln(1/u)` of Schrimpf et al. (2000).
#[derive(Clone, Copy, Debug)]
pub struct Annealing {
    /// Temperature at the start.
    pub start: f64,
    /// Temperature at the end; the descent between is exponential.
    pub end: f64,
}

impl Annealing {
    /// The temperature after `progress` (0 to 1) of the budget.
    #[must_use]
    pub fn temperature(&self, progress: f64) -> f64 {
        self.start * (self.end / self.start).powf(progress)
    }

    /// The most that `current` may be exceeded by a neighbor at this temperature, drawn at random.
    #[must_use]
    pub fn slack(temperature: f64, rng: &mut Rng) -> Cost {
        let draw: f64 = rng.random_range(f64::MIN_POSITIVE..1.0);
        Cost::new((-temperature * draw.ln()) as i64)
    }
}
