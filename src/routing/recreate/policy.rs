//! How insertions are chosen, and what one comes to.

use crate::search::Rng;
use crate::units::{Cost, Duration};
use rand::RngExt as _;

/// Who is inserted although that costs more than the prize. One optional customer alone is seldom worth a new route; some
/// together may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AtALoss {
    /// Nobody.
    Nobody,
    /// The customer that is inserted first.
    First,
    /// The customer that is inserted first, and on a new route.
    Pioneer,
    /// Everybody.
    Everybody,
}

/// How insertions are chosen in one recreation.
#[derive(Clone, Copy, Debug)]
pub struct Policy {
    /// Chance of overlooking a position.
    pub blink: f64,
    /// How many neighbors to look beside; `None` scans all routes.
    pub beside: Option<usize>,
    /// Whether to look everywhere when neither the neighbors nor a new route have room.
    pub everywhere: bool,
    /// Which optional customers are inserted whatever it costs.
    pub at_a_loss: AtALoss,
    /// Whether a new route gets a random vehicle type instead of the cheapest.
    pub any_type: bool,
}

impl Policy {
    /// Whether to overlook a position.
    #[must_use]
    #[inline]
    pub fn blinks(&self, rng: &mut Rng) -> bool {
        self.blink > 0.0 && rng.random::<f64>() < self.blink
    }
}

/// The best place found, and what it adds to the cost.
#[derive(Clone, Copy, Debug)]
pub struct Insertion<P> {
    /// What it adds.
    pub cost: Cost,
    /// Where.
    pub place: Option<P>,
    /// What the route there then costs, and how long it takes, where a timetable has told.
    pub price: Option<(Cost, Duration)>,
}

impl<P> Insertion<P> {
    /// None that costs less than `limit`.
    #[must_use]
    pub fn none(limit: Cost) -> Self {
        Self { cost: limit, place: None, price: None }
    }

    /// One that no timetable has priced.
    #[must_use]
    #[inline]
    pub fn at(place: P, cost: Cost) -> Self {
        Self { cost, place: Some(place), price: None }
    }
}
