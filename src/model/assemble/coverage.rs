//! How far demands are from whoever serves them, and how much of them is covered.

use super::in_user_units;
use crate::model::plan::Summary;
use crate::model::problem::{DemandLine, Problem, Siting};
use crate::model::scenario::{Measure, Objective};
use crate::units::{Cost, Distance, Duration, Load, LocationIdx};

/// What the flows to demands add up to.
#[derive(Default)]
pub(super) struct Reached {
    distance: Option<Distance>,
    duration: Duration,
    covered: Load,
}

impl Reached {
    /// Takes a flow into account. Whether it covers its demand, where there is a radius.
    pub(super) fn flow(
        &mut self,
        problem: &Problem,
        siting: &Siting,
        from: LocationIdx,
        line: &DemandLine,
        load: Load,
    ) -> Option<bool> {
        let distance = problem.travel.distance(from, line.location);
        let duration = problem.travel.duration(from, line.location);
        self.distance = self.distance.max(Some(distance));
        self.duration = self.duration.max(duration);
        let reach = match siting.measure {
            Measure::Distance => distance.get(),
            Measure::Duration => duration.get(),
        };
        let is_covered = reach <= siting.radius?;
        self.covered += if is_covered { load } else { Load::ZERO };
        Some(is_covered)
    }

    /// Writes the totals down.
    pub(super) fn tell(&self, siting: &Siting, summary: &mut Summary) {
        summary.farthest_distance = self.distance.map(Distance::get);
        let by_time = siting.measure == Measure::Duration && self.distance.is_some();
        summary.farthest_duration = by_time.then(|| self.duration.get());
        let share = || self.covered.get() as f64 / needed(siting).get() as f64;
        summary.covered = siting.radius.map(|_| share());
    }

    /// The one term of an objective that counts no costs.
    pub(super) fn term(&self, problem: &Problem, siting: &Siting, n_open: usize) -> Option<(&'static str, Cost)> {
        let whole = |value: i64| Cost::from_currency(value as f64);
        match problem.scenario.objective {
            Objective::MinCost | Objective::PMedian | Objective::MinVehicles => None,
            Objective::SetCover => Some(("sites", whole(n_open as i64))),
            Objective::MaxCover => {
                let left = in_user_units(needed(siting) - self.covered, siting.flow_scale);
                Some(("uncovered", Cost::from_currency(left)))
            }
            Objective::PCenter => {
                let farthest = match siting.measure {
                    Measure::Distance => self.distance.map_or(0, Distance::get),
                    Measure::Duration => self.duration.get(),
                };
                Some(("farthest", whole(farthest)))
            }
        }
    }
}

/// All demand, in flow units.
fn needed(siting: &Siting) -> Load {
    siting.demand_lines.iter().map(|line| line.quantity).sum()
}
