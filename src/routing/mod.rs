//! Which vehicle calls where and when.
//!
//! Main types: [`Problem`], [`Solution`], [`Params`]; the front doors are [`solve`] and
//! [`lower_bound`]. Construction by savings, then ruin
//! and recreate under simulated annealing with every limit hard at all times.
//! It knows no string ids, files or sites to open.
//!
//! Sources: Christiaens & Vanden Berghe (2020), Transportation Science 54(2), for the search; Vidal, Crainic, Gendreau
//! & Prins (2013), Computers & Operations Research 40(1), for segments.

pub mod arcs;
mod bounds;
pub mod construct;
pub mod evaluate;
mod fleet;
pub mod generate;
pub mod local_search;
pub mod moves;
pub mod near;
pub mod population;
pub mod prepared;
mod problem;
pub mod recreate;
pub mod ruin;
pub mod segment;
mod solution;
mod solve;
pub mod state;
#[cfg(test)]
mod tests;
pub mod trajectory;

pub use bounds::{Bound, lower_bound, seconds_to_bound};
pub use problem::{Customer, Problem, VehicleType};
pub use solution::{Route, Solution};
pub use solve::{METHODS, Params, solve};
