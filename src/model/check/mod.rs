//! The independent checker: recomputes a plan from the problem and names everything that is broken.
//!
//! Main function: [`check()`]. Everything is derived anew from the scenario, its exact integers and travel; no solver
//! and none of the pricing in `assemble` is called, so a mistake made there is seen here. Money is compared in
//! millionths.

mod balance;
mod carriers;
mod certificate;
mod compartments;
mod coverage;
mod docks;
mod document;
mod flows;
mod groups;
mod hours;
mod locks;
mod network;
mod routing;
mod shares;
mod siting;
mod splits;
mod stocks;
mod stops;
mod summary;
#[cfg(test)]
mod tests;
mod violations;
mod what_if;

use super::plan::{Plan, Violation};
use super::problem::{Case, Problem};
pub use certificate::certified_bound;
use violations::Violations;

/// Everything in `plan` that breaks the scenario or its own numbers; empty for a correct plan.
///
/// Linear in the size of the plan. Lists up to a hundred violations, then one `too_many_violations`. Codes are stable.
#[must_use]
pub fn check(problem: &Problem, plan: &Plan) -> Vec<Violation> {
    let mut violations = Violations::default();
    if document::check(problem, plan, &mut violations) {
        match &problem.case {
            Case::Siting(siting) => siting::check(problem, siting, plan, &mut violations),
            Case::Routing(routing) => routing::check(problem, routing, plan, &mut violations),
            Case::Network(network) => network::check(problem, network, plan, &mut violations),
        }
    }
    violations.into_list()
}
