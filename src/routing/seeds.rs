//! Around whom routes are ruined next.
//!
//! On large problems ruins stay in one neighborhood for a while, so that what they work on stays in the processor's
//! cache. Where that is changes so often that everybody's turn comes many times before the temperature has changed much.

use super::arcs::Node;
use super::segment::{Clock, Goods};
use super::state::State;
use crate::search::Rng;
use rand::RngExt as _;

/// Above so many customers ruins stay in one neighborhood for a while.
const LARGE: usize = 5_000;

/// Customers of a neighborhood, and ruins in it before the next one.
///
/// Tuned on Brussels2 and Flanders2 at 60 s, November 2026: everywhere at once comes to 1.78 and 2.46 % above best known,
/// neighborhoods of 500 to 1.49 and 2.14 %, of 1,000 to 1.66 and 2.12 %, of 3,000 with thrice the ruins for each to
/// 1.65 and 2.52 %.
const NEIGHBORHOOD: usize = 500;

/// All customers of a search, to draw from.
pub struct Seeds {
    /// In the order of their numbers, along a space-filling curve.
    customers: Vec<Node>,
    /// Where the neighborhood begins.
    first: usize,
    /// Ruins left in it.
    n_left: usize,
}

impl Seeds {
    /// The customers of `state`.
    #[must_use]
    pub fn new<G: Goods, C: Clock>(state: &State<'_, '_, G, C>) -> Self {
        Self { customers: state.members(), first: 0, n_left: 0 }
    }

    /// One of them.
    pub fn draw(&mut self, rng: &mut Rng) -> Node {
        let n_customers = self.customers.len();
        if n_customers <= LARGE {
            return self.customers[rng.random_range(0..n_customers)];
        }
        if self.n_left == 0 {
            self.first = rng.random_range(0..n_customers);
            self.n_left = NEIGHBORHOOD;
        }
        self.n_left -= 1;
        self.customers[(self.first + rng.random_range(0..NEIGHBORHOOD)) % n_customers]
    }
}
