//! Which sites to open and who serves whom, with a proven lower bound.
//!
//! Main types: [`Problem`], [`Solution`]. It knows no string ids, coordinates' names or vehicles.

mod problem;
mod solution;

pub use problem::{Customer, Problem, Service, Site, SiteStatus, Supply};
pub use solution::{Flow, Inflow, Solution};
