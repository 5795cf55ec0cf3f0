//! A driver's day: when the calls of a route happen, given breaks, rests while driving, and travel that takes longer at
//! some times of the day than at others.
//!
//! Main types: [`Duty`] (what a vehicle's day asks for), [`Pace`] (speed by time of day), [`Paces`] (by zone, too), [`Day`],
//! which finds the [`Timetable`] of a sequence of [`Call`]s. Of places it knows the zones; it must not know goods or orders.

mod drive;
mod duty;
mod label;
mod pace;
mod paces;
#[cfg(test)]
mod tests;
mod timetable;

pub use duty::{Break, Duty, Lateness, MOST_BREAKS, Overtime, Pause, Rests};
pub use pace::Pace;
pub use paces::Paces;
pub use timetable::{Call, Day, Timetable};
