//! The least total by the number of open sites.

use super::{Options, PlanError, solved};
use crate::model::Problem;
use crate::model::plan::{Plan, SweepPoint};
use crate::model::problem::Case;
use crate::search::Silent;

/// Solves for each number of sites from `from` to `to` that can be open: from that of `plan` on upwards, then downwards,
/// each from the plan before it.
///
/// # Errors
/// What ends the first of them other than that it has no plan.
pub(super) fn sweep(
    problem: &Problem,
    [from, to]: [u32; 2],
    options: &Options<'_>,
    plan: &Plan,
) -> Result<Vec<SweepPoint>, PlanError> {
    let is_reach = problem.scenario.objective.is_covering();
    let mut points = Vec::new();
    let most = u32::try_from(problem.scenario.sites.len()).unwrap_or(u32::MAX);
    if from > most {
        return Ok(points);
    }
    let to = to.min(most);
    let middle = plan.summary.sites_open.unwrap_or(from).clamp(from, to);
    let order = (middle..=to).chain((from..middle).rev());
    let mut last = plan.clone();
    let mut counted = problem.clone();
    for (rank, sites) in order.enumerate() {
        if sites + 1 == middle {
            last.clone_from(plan);
        }
        let Case::Siting(data) = &mut counted.case else { return Ok(points) };
        data.max_open = sites as usize;
        data.min_open = if is_reach { 0 } else { sites as usize };
        // The checker reads how many may be open from the scenario.
        counted.scenario.sites_max = Some(sites);
        let share = 1.0 / (f64::from(to + 1 - from) - rank as f64).max(1.0);
        let part = Options {
            warm_start: Some(&last),
            certificate: false,
            prices: false,
            alternatives: 0,
            sweep: None,
            ..*options
        };
        let found = solved(&counted, &part.share(share), &Silent);
        let mut point =
            SweepPoint { sites, total: None, lower_bound: None, covered: None, is_infeasible: false, open: Vec::new() };
        match found {
            Ok(plan) => {
                point.total = Some(plan.summary.total);
                point.lower_bound = plan.lower_bound;
                point.covered = plan.summary.covered;
                point.open = plan.sites.iter().filter(|site| site.open).map(|site| site.id.clone()).collect();
                last = plan;
            }
            Err(PlanError::Infeasible(_)) => point.is_infeasible = true,
            Err(PlanError::NothingFound { .. }) => {}
            Err(error) => return Err(error),
        }
        points.push(point);
    }
    points.sort_by_key(|point| point.sites);
    Ok(points)
}
