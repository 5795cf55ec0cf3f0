//! The least total by the number of open sites.

use super::{Options, PlanError, solved};
use crate::model::Problem;
use crate::model::plan::{Plan, SweepPoint};
use crate::model::problem::Case;
use crate::search::Silent;

/// Solves for each number of sites from `from` to `to` that can be open, each from the plan before it.
///
/// # Errors
/// What ends the first of them other than that it has no plan.
pub(super) fn sweep(
    problem: &Problem,
    [from, to]: [u32; 2],
    options: &Options<'_>,
) -> Result<Vec<SweepPoint>, PlanError> {
    let is_reach = problem.scenario.objective.is_covering();
    let mut points = Vec::new();
    let mut last: Option<Plan> = None;
    let most = u32::try_from(problem.scenario.sites.len()).unwrap_or(u32::MAX);
    let to = to.min(most);
    for sites in from..=to {
        let mut counted = problem.clone();
        let Case::Siting(data) = &mut counted.case else { return Ok(points) };
        data.max_open = sites as usize;
        data.min_open = if is_reach { data.min_open.min(data.max_open) } else { sites as usize };
        // The checker reads how many may be open from the scenario.
        counted.scenario.sites_max = Some(sites);
        let share = 1.0 / f64::from(to - sites + 1);
        let warm_start = last.as_ref().or(options.warm_start);
        let part = Options { warm_start, certificate: false, prices: false, alternatives: 0, sweep: None, ..*options };
        let found = solved(&counted, &part.share(share), &Silent);
        let mut point =
            SweepPoint { sites, total: None, lower_bound: None, covered: None, is_infeasible: false, open: Vec::new() };
        match found {
            Ok(plan) => {
                point.total = Some(plan.summary.total);
                point.lower_bound = plan.lower_bound;
                point.covered = plan.summary.covered;
                point.open = plan.sites.iter().filter(|site| site.open).map(|site| site.id.clone()).collect();
                last = Some(plan);
            }
            Err(PlanError::Infeasible(_)) => point.is_infeasible = true,
            Err(PlanError::NothingFound { .. }) => {}
            Err(error) => return Err(error),
        }
        points.push(point);
    }
    Ok(points)
}
