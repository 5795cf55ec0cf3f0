//! What uneven routes cost: each for what it has beyond the target, or the one that has most for all of it.

use super::routing::Totals;
use super::violations::millionths;
use crate::model::balance::Workload;
use crate::model::scenario::Scenario;

/// What a route of this distance, duration and number of stops pays, in millionths. Where only the largest pays, it is
/// remembered.
pub(super) fn beyond_target(
    scenario: &Scenario,
    [distance, duration, n_stops]: [i128; 3],
    totals: &mut Totals,
) -> i128 {
    let Some(balance) = &scenario.balance else { return 0 };
    let found = match balance.measure {
        Workload::Duration => duration,
        Workload::Distance => distance,
        Workload::Stops => n_stops,
    };
    totals.largest = totals.largest.max(found);
    balance.target.map_or(0, |target| (found - target as i128).max(0) * millionths(balance.per_unit))
}

/// What the largest route pays, in millionths.
pub(super) fn largest(scenario: &Scenario, totals: &Totals) -> i128 {
    let without_target = scenario.balance.as_ref().filter(|balance| balance.target.is_none());
    without_target.map_or(0, |balance| totals.largest * millionths(balance.per_unit))
}
