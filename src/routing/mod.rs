//! Which vehicle calls where and when.
//!
//! Main types: [`Problem`], [`Solution`]. It knows no string ids, files or sites to open.

mod problem;
mod solution;

pub use problem::{Customer, Problem, VehicleType};
pub use solution::{Route, Solution};
