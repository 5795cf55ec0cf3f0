//! What it costs a trajectory to draw more on stocks than there is, on its way to routes that do not.
//!
//! Where stocks leave little room, hard limits keep customers from changing places. As in the population, the price follows
//! how often the search ends within the limits.

use crate::units::Cost;

/// The price of overdrawing by a mean customer at first, in mean arc costs.
const FIRST: f64 = 10.0;

/// Least price for a load unit: cut to a whole number, it still changes.
const CHEAPEST: f64 = 20.0;

/// Highest price for a load unit.
const DEAREST: f64 = (1_i64 << 40) as f64;

/// Accepted iterations after which the price changes.
const REPRICED: u32 = 100;

/// Share of them that should end within all stocks, as of the children in the population.
const WITHIN: f64 = 0.2;

/// The price, and how the last iterations ended.
pub(super) struct Overdraft {
    price: f64,
    n_ended: u32,
    n_within: u32,
}

impl Overdraft {
    /// A first price, by what arcs cost and customers need on average.
    pub(super) fn new(mean_arc_cost: f64, mean_load: f64) -> Self {
        let price = FIRST * mean_arc_cost / mean_load.max(1.0);
        Self { price: price.clamp(CHEAPEST, DEAREST), n_ended: 0, n_within: 0 }
    }

    /// The price of a load unit.
    pub(super) fn price(&self) -> Cost {
        Cost::new(self.price as i64)
    }

    /// Takes note of an iteration that was accepted. Raises the price where too few end within all stocks, and lowers it
    /// where more do.
    pub(super) fn ended(&mut self, is_within: bool) {
        self.n_ended += 1;
        self.n_within += u32::from(is_within);
        if self.n_ended == REPRICED {
            let share = f64::from(self.n_within) / f64::from(self.n_ended);
            let factor = if share < WITHIN { 1.1 } else { 0.93 };
            *self = Self { price: (self.price * factor).clamp(CHEAPEST, DEAREST), n_ended: 0, n_within: 0 };
        }
    }
}
