//! What objectives that look at reach alone are worth, in words, and how far a siting plan reaches.

use super::numbers::{self, duration, exact, length, percent};
use super::texts::Language;
use crate::model::plan::Status;
use crate::model::scenario::{Measure, Objective};
use crate::model::{Plan, Scenario};

/// What the total of a plan is.
#[must_use]
pub(super) fn total_name(scenario: &Scenario) -> &'static str {
    match scenario.objective {
        Objective::MinCost | Objective::PMedian | Objective::MinVehicles => "Total cost",
        Objective::SetCover => "Sites needed",
        Objective::MaxCover => "Demand not covered",
        Objective::PCenter => "Farthest demand",
    }
}

/// An amount of what is minimized.
#[must_use]
pub(super) fn amount(scenario: &Scenario, value: f64) -> String {
    match scenario.objective {
        Objective::MinCost | Objective::PMedian | Objective::MinVehicles => numbers::money(scenario, value),
        Objective::SetCover | Objective::MaxCover => exact(value, 6),
        Objective::PCenter => reach(scenario, value),
    }
}

/// A distance or a duration, by what coverage goes by.
fn reach(scenario: &Scenario, value: f64) -> String {
    match scenario.coverage.as_ref().map_or(Measure::Distance, |coverage| coverage.measure) {
        Measure::Distance => length(scenario, value),
        Measure::Duration => duration(scenario, value as i64),
    }
}

/// The share of the demand within the scenario's radius, and that radius.
#[must_use]
pub(super) fn covered(scenario: &Scenario, plan: &Plan) -> Option<[String; 2]> {
    let radius = scenario.coverage.as_ref()?.radius?;
    let covered = plan.summary.covered?;
    let share = if covered < 1.0 { percent(floored(covered)) } else { "100 %".to_owned() };
    Some([share, reach(scenario, radius)])
}

/// How much is covered within the scenario's radius.
#[must_use]
pub(super) fn coverage(scenario: &Scenario, plan: &Plan, language: Language) -> Option<String> {
    let [share, radius] = covered(scenario, plan)?;
    Some(language.fill("{0} of the demand is within {1}", &[&share, &radius]))
}

/// A share whose percentage shows no more than there is.
fn floored(share: f64) -> f64 {
    (share * 1000.0).floor() / 1000.0
}

/// What a plan is worth whose objective counts no costs, and what is proven of it.
#[must_use]
pub(super) fn worth(scenario: &Scenario, plan: &Plan, language: Language) -> Option<String> {
    let total = plan.summary.total;
    let bound = plan.lower_bound.unwrap_or(0.0);
    let proof = |best: &'static str, other: &'static str, value: String| match plan.status {
        Status::Optimal => language.text(best).to_owned(),
        Status::Feasible | Status::Infeasible | Status::TimeLimit | Status::Cancelled => {
            language.fill(other, &[&value])
        }
    };
    match scenario.objective {
        Objective::MinCost | Objective::PMedian | Objective::MinVehicles => None,
        Objective::SetCover => {
            let proof = proof(", proven the fewest possible", ", at least {0} are needed", exact(bound, 0));
            let radius = scenario.coverage.as_ref().and_then(|coverage| coverage.radius).unwrap_or(0.0);
            let sites = language.count(total as usize, "site");
            Some(language.fill("{0} cover everything within {1}{2}", &[&sites, &reach(scenario, radius), &proof]))
        }
        Objective::MaxCover => {
            let covered = plan.summary.covered.unwrap_or(1.0);
            let demand = total / (1.0 - covered).max(f64::MIN_POSITIVE);
            let most = if demand > 0.0 { ((demand - bound) / demand * 1000.0).ceil() / 1000.0 } else { 1.0 };
            let proof = proof(", proven the most possible", ", no more than {0} can be", percent(most));
            let text = coverage(scenario, plan, language).unwrap_or_default();
            Some(language.fill("{0}{1}; {2} is not", &[&text, &proof, &amount(scenario, total)]))
        }
        Objective::PCenter => {
            let bound = reach(scenario, bound);
            let proof = proof(", proven the least possible", ", nothing below {0} is possible", bound);
            Some(language.fill("Every demand is within {0}{1}", &[&reach(scenario, total), &proof]))
        }
    }
}

/// The figures of a table: how much is covered, and the farthest demand.
#[must_use]
pub fn figures(scenario: &Scenario, plan: &Plan) -> Vec<(&'static str, String)> {
    let summary = &plan.summary;
    let mut rows = Vec::new();
    let mut push = |name, value: Option<String>| rows.extend(value.map(|value| (name, value)));
    push("covered", coverage(scenario, plan, Language::English));
    push("farthest distance", summary.farthest_distance.map(|meters| length(scenario, meters as f64)));
    push("farthest duration", summary.farthest_duration.map(|seconds| duration(scenario, seconds)));
    rows
}
