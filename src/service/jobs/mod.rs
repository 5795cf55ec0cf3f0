//! Jobs: what they are, where they are kept, and who works on them.
//!
//! [`state`] is the one state machine, [`store`] keeps jobs on disk, [`worker`] hands them to solvers, [`child`] runs
//! one solver in a process of its own, [`hub`] wakes whoever waits for news.

pub mod child;
mod command;
pub mod frames;
pub mod house;
pub mod hub;
mod news;
mod rows;
mod solver;
pub mod state;
pub mod store;
pub mod tokens;
pub mod worker;

pub use state::{Command, Job, JobState};
pub use store::{Document, Store, StoreError};

#[cfg(test)]
mod tests;
