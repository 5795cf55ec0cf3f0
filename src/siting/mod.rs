//! Which sites to open and who serves whom, with a proven lower bound.
//!
//! Main types: [`Problem`], [`Solution`], [`Outcome`]; the entrance is [`solve()`]. It knows no string ids,
//! coordinates' names or vehicles.
//!
//! One Lagrangian relaxation (`bounds`) proves what cannot be beaten and says which sites look good; the flows of an
//! open set are exact where one commodity moves (`flows`); local search (`moves`) and branch and bound (`exact`)
//! close in from above and below.

mod assigning;
mod bounds;
mod covering;
mod derived;
mod descent;
mod evaluate;
mod exact;
mod feasibility;
mod flows;
mod generate;
mod greedy;
mod kernel;
mod mend;
mod moves;
mod near;
mod offering;
mod perturb;
mod prepared;
mod problem;
mod rounding;
#[cfg(test)]
mod sandwich;
mod solution;
mod solve;
mod splitting;
mod state;
#[cfg(test)]
mod tests;

pub use covering::{Covering, center, fewest};
pub use evaluate::cost;
pub use feasibility::Infeasible;
pub use generate::{Shape, generate};
pub use problem::{Customer, Place, Plant, Problem, Service, Site, SiteStatus, Supply};
pub use solution::{Flow, Inflow, Solution};
pub use solve::{Dual, METHODS, Outcome, Params, Turned, flows, solve};
