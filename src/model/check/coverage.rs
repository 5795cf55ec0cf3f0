//! Coverage of a siting plan: how far its flows reach, what they cover, and the one term of an objective that counts no
//! costs.

use super::summary::Term;
use super::violations::Violations;
use crate::model::plan::Plan;
use crate::model::problem::{Problem, Siting};
use crate::model::scenario::{Measure, Objective};

/// What the flows to demands reach, in the order that they are judged.
#[derive(Default)]
pub(super) struct Reached {
    farthest: Option<[i64; 2]>,
    /// In flow units.
    covered: i128,
}

impl Reached {
    /// Takes a flow of some distance and duration. Whether it stays within the scenario's radius, if there is one.
    pub(super) fn flow(&mut self, problem: &Problem, [distance, duration]: [i64; 2], amount: i128) -> Option<bool> {
        let [far, long] = self.farthest.unwrap_or_default();
        self.farthest = Some([far.max(distance), long.max(duration)]);
        let coverage = problem.scenario.coverage.as_ref()?;
        let reach = match coverage.measure {
            Measure::Distance => distance,
            Measure::Duration => duration,
        };
        let is_covered = reach as f64 <= coverage.radius?;
        self.covered += if is_covered { amount } else { 0 };
        Some(is_covered)
    }

    /// Checks what the summary says of it.
    pub(super) fn check(&self, problem: &Problem, siting: &Siting, plan: &Plan, violations: &mut Violations) {
        let coverage = problem.scenario.coverage.clone().unwrap_or_default();
        let share = coverage.radius.map(|_| self.covered as f64 / needed(siting) as f64);
        let near = |found: Option<f64>, expected: Option<f64>| match (found, expected) {
            (Some(found), Some(expected)) => (found - expected).abs() <= 1e-9,
            (found, expected) => found.is_none() && expected.is_none(),
        };
        if !near(plan.summary.covered, share) {
            let detail = format!("found {:?}, should be {share:?}", plan.summary.covered);
            violations.add("/summary/covered", "covered_wrong", detail);
        }
        let duration = self.farthest.filter(|_| coverage.measure == Measure::Duration).map(|[_, long]| long);
        let farthest = [
            ("farthest_distance", plan.summary.farthest_distance, self.farthest.map(|[far, _]| far)),
            ("farthest_duration", plan.summary.farthest_duration, duration),
        ];
        for (field, found, expected) in farthest.into_iter().filter(|(_, found, expected)| found != expected) {
            let detail = format!("found {found:?}, should be {expected:?}");
            violations.add(format!("/summary/{field}"), "farthest_wrong", detail);
        }
        let must_cover = match problem.scenario.objective {
            Objective::MinCost | Objective::PMedian | Objective::SetCover => true,
            Objective::MaxCover | Objective::PCenter | Objective::MinVehicles => false,
        };
        for (place, flow) in plan.flows.iter().enumerate().filter(|(_, flow)| must_cover && flow.covered == Some(false))
        {
            let detail = format!("demand `{}` is served from beyond the radius", flow.to);
            violations.add(format!("/flows/{place}/from"), "not_covered", detail);
        }
    }

    /// The term of an objective that counts no costs.
    pub(super) fn term(&self, problem: &Problem, siting: &Siting, n_open: usize) -> Option<Term> {
        let measure = problem.scenario.coverage.as_ref().map_or(Measure::Distance, |coverage| coverage.measure);
        let [far, long] = self.farthest.unwrap_or_default();
        match problem.scenario.objective {
            Objective::MinCost | Objective::PMedian | Objective::MinVehicles => None,
            Objective::SetCover => Some(Term::exact("sites", n_open as i128 * 1_000_000)),
            Objective::MaxCover => {
                let uncovered = (needed(siting) - self.covered) as f64 / siting.flow_scale;
                Some(Term { name: "uncovered", millionths: (uncovered * 1e6).round() as i128, n_rounded: 1 })
            }
            Objective::PCenter => {
                let farthest = match measure {
                    Measure::Distance => far,
                    Measure::Duration => long,
                };
                Some(Term::exact("farthest", i128::from(farthest) * 1_000_000))
            }
        }
    }
}

/// All demand, in flow units.
fn needed(siting: &Siting) -> i128 {
    siting.demand_lines.iter().map(|line| i128::from(line.quantity.get())).sum()
}
