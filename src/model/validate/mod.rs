//! From a scenario to a problem: every rule a scenario must keep, all defects at once.
//!
//! One file per concept: `names` (ids and references), `numbers` (ranges, decimals), `quantities` (amounts by
//! name, scaled to integers), `travel`, `siting`, `routing`, `network`. Rules that need clean data (sums, reach) run once
//! the data they rest on is clean. It must not know how a problem is solved.

mod balance;
mod carriers;
mod compartments;
mod coverage;
mod docks;
mod document;
mod groups;
mod hash;
mod hours;
mod kinds;
mod locks;
mod names;
mod network;
mod numbers;
mod paces;
mod priorities;
mod quantities;
mod reach;
mod reloads;
mod routing;
mod sites;
mod siting;
mod split;
mod stocks;
mod sums;
mod times;
mod travel;
mod vehicles_allowed;

use super::defect::{Defect, Defects};
use super::problem::{Case, Problem};
use super::scenario::{Kind, Scenario};
use crate::network::Travel;
use names::Names;
use std::sync::Arc;

/// The problem that a scenario states, complete and in exact integers.
///
/// `O(n log n)` in the size of the document; travel matrices of up to [`MATRIX_LOCATIONS`] locations are computed here.
/// Fractional matrix entries are rounded to the nearest integer.
///
/// [`MATRIX_LOCATIONS`]: crate::network::MATRIX_LOCATIONS
///
/// # Errors
///
/// All defects, up to a hundred; then one `too_many_defects` says how many there are.
pub fn validate(scenario: Scenario) -> Result<Problem, Vec<Defect>> {
    validate_with(scenario, None)
}

/// The same for a scenario that has the locations and the travel of a problem known already.
///
/// # Errors
///
/// See [`validate`].
pub fn validate_like(problem: &Problem, scenario: Scenario) -> Result<Problem, Vec<Defect>> {
    let old = &problem.scenario;
    let is_same = scenario.locations == old.locations && scenario.travel == old.travel && scenario.kind == old.kind;
    validate_with(scenario, is_same.then(|| Arc::clone(&problem.travel)))
}

fn validate_with(scenario: Scenario, travel: Option<Arc<Travel>>) -> Result<Problem, Vec<Defect>> {
    // The hash of a large scenario takes as long as all rules together.
    let (input_hash, outcome) = rayon::join(|| hash::input_hash(&scenario), || compile(&scenario, travel));
    let (travel, case) = outcome?;
    let mut problem = Problem { scenario, input_hash, travel, case };
    cut_orders(&mut problem)?;
    if matches!(problem.case, Case::Network(_)) {
        problem.scenario = network::with_based_vehicles(&problem.scenario);
    }
    Ok(problem)
}

/// Replaces the orders that may come in parts by these.
fn cut_orders(problem: &mut Problem) -> Result<(), Vec<Defect>> {
    let Case::Routing(routing) = &problem.case else { return Ok(()) };
    let mut defects = Defects::default();
    let Some(cut) = split::cut(&problem.scenario, routing, &mut defects) else { return Ok(()) };
    if !defects.is_empty() {
        return Err(defects.into_list());
    }
    // Parts are where their orders are.
    let compiled = compile(&cut.scenario, Some(Arc::clone(&problem.travel)));
    let as_written =
        |defects: Vec<Defect>| defects.into_iter().map(|defect| cut.as_written(defect)).collect::<Vec<_>>();
    (problem.travel, problem.case) = compiled.map_err(as_written)?;
    if let Case::Routing(routing) = &mut problem.case {
        routing.splits = cut.splits;
    }
    problem.scenario = cut.scenario;
    Ok(())
}

/// Reads a scenario, whose travel may be known.
fn compile(scenario: &Scenario, known: Option<Arc<Travel>>) -> Result<(Arc<Travel>, Case), Vec<Defect>> {
    let mut defects = Defects::default();
    document::check(scenario, &mut defects);
    let locations = Names::collect("location", "/locations", &scenario.locations, |place| &place.id, &mut defects);
    let travel = known.or_else(|| travel::travel(scenario, &mut defects).map(Arc::new));
    let case = match scenario.kind {
        Kind::Siting => siting::siting(scenario, &locations, travel.as_deref(), &mut defects).map(Case::Siting),
        Kind::Routing => routing::routing(scenario, &locations, travel.as_deref(), &mut defects).map(Case::Routing),
        Kind::Network => network::network(scenario, &locations, travel.as_deref(), &mut defects).map(Case::Network),
    };
    match (travel, case) {
        (Some(travel), Some(case)) if defects.is_empty() => Ok((travel, case)),
        _ => Err(defects.into_list()),
    }
}
