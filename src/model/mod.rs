//! The documents that users see, and what they mean.
//!
//! Main types: [`Scenario`] and [`Plan`] (what people write and read, string ids), [`Problem`] (validated, complete,
//! indexed: what planning, reports and the checker read). [`parse_scenario`] and [`validate()`] find all defects at
//! once, [`siting_plan`], [`routing_plan`] and [`network_plan`] price what a solver chose, [`check()`] recomputes a plan from the
//! problem. This floor knows no solver, and the checker shares no code with one, nor with the pricing.

mod amounts;
pub mod assemble;
pub mod balance;
pub mod carrier;
mod certificate;
pub mod check;
pub mod compartment;
pub mod defect;
pub mod dock;
mod docking;
pub mod generate;
pub mod group;
pub mod insertion;
pub mod moment;
mod nearest;
mod obstacles;
pub mod parse;
pub mod plan;
pub mod problem;
pub mod quantities;
mod reasons;
pub mod scenario;
pub mod stock;
mod strict;
pub mod validate;

pub(crate) use amounts::money;
pub use assemble::{
    NetworkChoice, RoutingChoice, SitingChoice, cost_shares, cost_together, network_plan, routing_plan, siting_plan,
    wait_for_each_other, without_doors,
};
pub use check::{certified_bound, check};
pub use defect::Defect;
pub use insertion::{Advice, NewOrder};
pub use moment::Moment;
pub(crate) use nearest::nearest;
pub use obstacles::{Refused, refusal};
pub use parse::{parse_new_order, parse_plan, parse_scenario};
pub use plan::Plan;
pub use problem::Problem;
pub use quantities::Quantities;
pub use scenario::Scenario;
pub(crate) use strict::Strict;
pub use validate::{validate, validate_like};
