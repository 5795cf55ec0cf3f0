//! A driver's day: when the calls of a route happen, given breaks, rests while driving, and travel that takes longer at
//! some times of the day than at others.
//!
//! Main types: [`Duty`] (what a vehicle's day asks for), [`Pace`] (speed by time of day), [`Day`], which finds the
//! [`Timetable`] of a sequence of [`Call`]s. It must not know places, goods or orders.

mod drive;
mod duty;
mod label;
mod pace;
#[cfg(test)]
mod tests;
mod timetable;

pub use duty::{Break, Duty, Lateness, MOST_BREAKS, Overtime, Pause, Rests};
pub use pace::Pace;
pub use timetable::{Call, Day, Timetable};
