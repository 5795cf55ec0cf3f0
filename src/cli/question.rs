//! Changes to what a siting scenario asks, from the command line.

use super::args::QuestionArgs;
use crate::model::Scenario;
use crate::model::scenario::{Coverage, Kind, Objective};

/// `scenario` with what the command line asks instead. Another kind's scenario takes the changes too: validation tells
/// that they are not for it.
pub(super) fn changed(mut scenario: Scenario, args: &QuestionArgs) -> Scenario {
    if let Some(objective) = args.objective {
        if objective == Objective::SetCover && scenario.objective != objective && scenario.kind == Kind::Siting {
            // It was the number to open, and is what is looked for now.
            scenario.sites_max = None;
        }
        if objective == Objective::PCenter
            && let Some(coverage) = &mut scenario.coverage
        {
            coverage.radius = None;
        }
        scenario.objective = objective;
    }
    if args.radius.is_some() {
        scenario.coverage.get_or_insert_with(Coverage::default).radius = args.radius;
    }
    scenario.sites_max = args.sites_max.or(scenario.sites_max);
    scenario
}
