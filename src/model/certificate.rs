//! The prices that prove a lower bound, as a plan carries them.

use super::plan::{Certificate, Prices};
use sha2::{Digest, Sha256};
use std::fmt::Write as _;

/// Digits that a price is rounded to, so that a document brings it back unchanged.
const DECIMALS: usize = 11;

impl Prices {
    /// The same prices rounded to twelve digits; prices without a number become zero. Any prices prove something.
    #[must_use]
    pub fn rounded(self) -> Self {
        let round = |price: f64| text(price).parse().ok().filter(|price: &f64| price.is_finite()).unwrap_or(0.0);
        Self {
            demands: self.demands.into_iter().map(round).collect(),
            supplies: self.supplies.into_iter().map(round).collect(),
            capacity: round(self.capacity),
            supplying: round(self.supplying),
            budget: self.budget.map(round),
            reach: self.reach,
        }
    }

    /// SHA-256, in hexadecimal, of all prices in their order, each as a line in scientific notation with twelve digits.
    #[must_use]
    pub fn digest(&self) -> String {
        let mut hasher = Sha256::new();
        let reach = self.reach.map(|reach| reach as f64);
        let prices = self.demands.iter().chain(&self.supplies).chain([&self.capacity, &self.supplying]);
        for price in prices.chain(&self.budget).chain(&reach) {
            hasher.update(text(*price).as_bytes());
            hasher.update(b"\n");
        }
        hasher.finalize().iter().fold(String::with_capacity(64), |mut digest, byte| {
            write!(digest, "{byte:02x}").expect("a string takes any text");
            digest
        })
    }
}

fn text(price: f64) -> String {
    format!("{price:.DECIMALS$e}")
}

impl Certificate {
    /// Names the prices without showing them.
    #[must_use]
    pub fn of(prices: &Prices) -> Self {
        Self { digest: prices.digest(), bound: None, prices: None }
    }
}
