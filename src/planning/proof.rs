//! Prices that prove a bound where reach alone counts: the relaxation of the whole problem, which the checker can follow.
//!
//! What solves these problems leaves rows and sites out, asks many questions and branches; its prices say nothing about the
//! whole. So the relaxation is climbed once more: at the radius; or for the least reach just below the bound, and further
//! below until something stays uncovered there.

use super::compile;
use super::{Options, PlanError};
use crate::model::plan::{Certificate, Prices};
use crate::model::problem::Siting;
use crate::model::scenario::Objective;
use crate::model::{Problem, certified_bound};
use crate::search::{Budget, Method, Silent};
use crate::siting::{self, Dual, Params};
use crate::units::{Cost, Distance};

/// Reaches that are tried, as shares of the bound.
const TRIED: [f64; 8] = [1.0, 0.995, 0.98, 0.95, 0.9, 0.8, 0.6, 0.3];

/// The cost of an open site where sites are counted, or of a flow unit that stays uncovered.
const ONE: i64 = 1_000_000;

/// Prices that prove `bound` or what they can below it, with the bound that the checker finds in them. `None` where the time
/// is up before there are any.
pub(super) fn certificate(
    problem: &Problem,
    data: &Siting,
    bound: Cost,
    options: &Options<'_>,
) -> Result<Option<Certificate>, PlanError> {
    let reaches: Vec<Option<i64>> = match problem.scenario.objective {
        Objective::PCenter => {
            let tried = TRIED.iter().map(|share| Some((bound.as_currency() * share).ceil() as i64 - 1));
            tried.chain([Some(-1)]).collect()
        }
        _ => vec![data.radius],
    };
    let n_reaches = reaches.len();
    for (at, reach) in reaches.into_iter().enumerate() {
        let whole = options.budget();
        if whole.out_of_time() {
            break;
        }
        // Each has half of the time that is left, the last all of it.
        let share = if at + 1 == n_reaches { 1.0 } else { 0.5 };
        let deadline = whole.deadline_within(whole.seconds_left() * share);
        let prices = climb(problem, data, reach, &Budget { deadline, gap: 0.0, ..whole })?;
        let proven = certified_bound(problem, data, &prices);
        if proven > 0.0 || problem.scenario.objective != Objective::PCenter {
            let certificate = Certificate::of(&prices);
            return Ok(Some(Certificate { bound: Some(proven), prices: Some(prices), ..certificate }));
        }
    }
    Ok(None)
}

/// The best prices found of leaving least beyond `reach`, or of opening fewest sites.
fn climb(problem: &Problem, data: &Siting, reach: Option<i64>, budget: &Budget<'_>) -> Result<Prices, PlanError> {
    let counts_sites = problem.scenario.objective == Objective::SetCover;
    let compiled = compile::reaching(problem, (data, Distance::HUGE), budget, |site, line| {
        let is_within = counts_sites || reach.is_none_or(|reach| problem.reach(data, site, line) <= reach);
        Some(if is_within { 0.0 } else { line.quantity.get() as f64 * ONE as f64 })
    })?;
    let open = if counts_sites { Cost::new(ONE) } else { Cost::ZERO };
    let sites = compiled.sites().iter().map(|site| siting::Site { open, ..site.clone() }).collect();
    let counts = compiled.min_open()..=compiled.max_open();
    let customers = compiled.customers().to_vec();
    let counted = siting::Problem::new(sites, customers, Vec::new(), data.products.len(), counts);
    let params = Params { method: Method::Lagrangian, ..Params::default() };
    let Dual { mut rows, capacity, .. } = siting::solve(&counted, None, &params, budget, 1, &Silent).dual;
    // Without an answer there are no prices.
    rows.resize(data.demand_lines.len(), 0.0);
    let unit = if counts_sites { ONE as f64 } else { ONE as f64 * data.flow_scale };
    let prices = Prices {
        demands: rows.iter().map(|price| price / unit).collect(),
        supplies: Vec::new(),
        capacity: capacity * data.capacity_scale / unit,
        supplying: 0.0,
        budget: None,
        reach: reach.filter(|_| problem.scenario.objective == Objective::PCenter),
    };
    Ok(prices.rounded())
}
