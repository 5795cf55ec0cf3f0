//! Setup times: each stands at a place of its own in the solver's travel, which has limits.

use crate::model::defect::Defects;
use crate::model::problem::Routing;
use crate::model::scenario::Scenario;
use crate::network::MATRIX_LOCATIONS;
use crate::units::Duration;
use std::collections::BTreeSet;

/// Checks that places with setup times are not too many.
pub(super) fn check(scenario: &Scenario, routing: &Routing, defects: &mut Defects) {
    let others = routing.alternatives.iter().map(|alternative| &alternative.visit);
    let visits = routing.visits.iter().chain(others).filter(|visit| visit.setup > Duration::ZERO);
    let places: BTreeSet<_> = visits.map(|visit| (visit.location, visit.setup)).collect();
    let found = scenario.locations.len() + places.len();
    if !places.is_empty() && found > MATRIX_LOCATIONS {
        let detail = format!(
            "{} locations and {} of them with a setup, at most {MATRIX_LOCATIONS} together",
            scenario.locations.len(),
            places.len()
        );
        let hint = "add setup times to `service` where nobody else is at the place, or split the day";
        defects.add("/locations", "too_many_locations", detail, hint);
    }
}
