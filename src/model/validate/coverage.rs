//! Coverage, and the objectives that look at reach alone.

use super::numbers::amount;
use crate::model::defect::Defects;
use crate::model::problem::DemandLine;
use crate::model::scenario::{Measure, Objective, Scenario};
use crate::units::{Distance, Duration};

/// What coverage goes by and its radius in whole units, or defects.
pub(super) fn coverage(scenario: &Scenario, defects: &mut Defects) -> (Measure, Option<i64>) {
    let objective = scenario.objective;
    let given = scenario.coverage.clone().unwrap_or_default();
    let radius = given.radius.map(|radius| amount(radius, || "/coverage/radius".to_owned(), defects).floor() as i64);
    if objective == Objective::PCenter && radius.is_some() {
        let detail = "`radius` has no meaning with the objective `p_center`, which looks for the least one".to_owned();
        defects.add("/coverage/radius", "radius_not_for_objective", detail, "remove it, or choose `set_cover`");
    }
    let needs_radius = scenario.coverage.is_some() || objective.is_covering();
    if needs_radius && objective != Objective::PCenter && radius.is_none() {
        let detail = "a demand is covered when it is served from within a radius, found none".to_owned();
        let hint = "write \"coverage\": {\"radius\": 5000} for 5 km, or add \"measure\": \"duration\" for seconds";
        defects.add("/coverage/radius", "coverage_needs_radius", detail, hint);
    }
    if objective.is_covering() {
        reach_alone(scenario, defects);
    }
    (given.measure, radius)
}

/// Refuses what an objective that looks at reach alone has no use for.
fn reach_alone(scenario: &Scenario, defects: &mut Defects) {
    let name = name(scenario.objective);
    if !scenario.supplies.is_empty() {
        let detail = format!("the objective `{name}` is not served with supplies so far");
        defects.add("/supplies", "not_served_yet", detail, "remove them: goods are at the sites already");
    }
    for (row, site) in scenario.sites.iter().enumerate() {
        for (is_given, field) in
            [(!site.levels.is_empty(), "levels"), (site.min_throughput.is_some(), "min_throughput")]
        {
            if is_given {
                let detail = format!("`{field}` is not served with the objective `{name}` so far");
                defects.add(format!("/sites/{row}/{field}"), "not_served_yet", detail, "remove it: `capacity` is");
            }
        }
    }
    for (row, demand) in scenario.demands.iter().enumerate() {
        if demand.outsourcing_cost.is_some() {
            let detail =
                format!("`outsourcing_cost` has no meaning with the objective `{name}`, which counts no costs");
            let pointer = format!("/demands/{row}/outsourcing_cost");
            defects.add(pointer, "cost_not_for_objective", detail, "remove it, or minimize `min_cost`");
        }
    }
    if scenario.objective != Objective::SetCover && scenario.sites_max.is_none() {
        let detail = format!("the objective `{name}` needs `sites_max`, the most sites to open; found none");
        defects.add("/sites_max", "objective_needs_sites_max", detail, "");
    }
}

/// What users call an objective.
pub(super) fn name(objective: Objective) -> &'static str {
    match objective {
        Objective::MinCost => "min_cost",
        Objective::PMedian => "p_median",
        Objective::SetCover => "set_cover",
        Objective::MaxCover => "max_cover",
        Objective::PCenter => "p_center",
        Objective::MinVehicles => "min_vehicles",
    }
}

/// Shortens the reach of every line to the radius, where all of them must be covered.
pub(super) fn tighten(scenario: &Scenario, measure: Measure, radius: Option<i64>, lines: &mut [DemandLine]) {
    let must_cover = match scenario.objective {
        Objective::MinCost | Objective::PMedian | Objective::SetCover => true,
        Objective::MaxCover | Objective::PCenter | Objective::MinVehicles => false,
    };
    let Some(radius) = radius.filter(|_| must_cover) else { return };
    for line in lines {
        match measure {
            Measure::Distance => line.max_distance = line.max_distance.min(Distance::new(radius)),
            Measure::Duration => line.max_duration = line.max_duration.min(Duration::new(radius)),
        }
    }
}
