//! What every search shares: when to stop, what to tell, random numbers, acceptance, parallel workers.
//!
//! Main types: [`Budget`], [`Observer`] with its [`Event`]s, [`Rng`], [`Annealing`]. It must not know what is searched.

mod annealing;
mod budget;
mod event;
mod method;
mod parallel;
mod rng;

pub use annealing::Annealing;
pub use budget::Budget;
pub use event::{Event, Found, Observer, Silent};
pub use method::{Method, names};
pub use parallel::{advance, in_pool, workers};
pub use rng::{Rng, rng};
