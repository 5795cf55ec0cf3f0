//! What it would cost to decide otherwise: the price of turning each site's decision, and the best plans with other sites.
//!
//! The relaxation bounds every price at once, from the sites' reduced values. The cheapest are then found by solving again
//! with that one decision turned, from the prices and sites of the plan. Any other set of sites turns some site of the
//! plan, so the least bound of all turns is one for every alternative.

use super::Options;
use super::siting::{Compiled, assembled};
use crate::model::plan::{Alternative, Plan, SiteChange, SitePrice};
use crate::model::{Problem, check};
use crate::search::{Budget, Silent, workers};
use crate::siting::{Dual, Outcome, Params, SiteStatus, solve};
use crate::units::Cost;
use std::collections::BTreeSet;

/// Turns that are solved where iterations are limited.
const SOLVED: usize = 12;

/// Turns solved side by side.
const BATCH: usize = 4;

/// Least share of the time that is left for one batch.
const LEAST_SHARE: f64 = 0.15;

/// Gap at which a turned problem counts as solved.
const CLOSE: f64 = 1e-4;

/// One decision turned.
pub(super) struct Turn {
    site: usize,
    /// No plan costs less with it.
    bound: Cost,
    /// What the best plan found costs.
    found: Option<Cost>,
    /// Whether no plan can have it.
    is_impossible: bool,
}

impl Turn {
    /// Of a site whose other decision costs `bound` at least.
    pub(super) fn new(site: usize, bound: Cost) -> Self {
        Self { site, bound, found: None, is_impossible: false }
    }
}

/// What solving again with a decision turned found.
pub(super) struct Turned {
    /// No plan costs less with it.
    pub(super) bound: Cost,
    /// The best plan found with it.
    pub(super) plan: Option<Plan>,
    /// Whether no plan can have it.
    pub(super) is_impossible: bool,
}

/// Puts prices of sites and alternatives into a plan with costs, as far as they are asked for.
pub(super) fn explore(compiled: &Compiled<'_>, outcome: &Outcome, options: &Options<'_>, plan: &mut Plan) {
    let Some(solution) = &outcome.solution else { return };
    let places = compiled.numbers.places();
    let rounding = compiled.rounding(plan);
    let is_open = |site: usize| places[site].sites.clone().any(|size| solution.open[size]);
    let is_free = |site: &usize| {
        let mut sizes = compiled.numbers.sites()[places[*site].sites.clone()].iter();
        !places[*site].is_required && sizes.any(|size| size.status == SiteStatus::Free)
    };
    let turn = |site: usize| {
        let sizes = outcome.turned[places[site].sites.clone()].iter();
        let bound = if is_open(site) {
            // Each of its sizes is closed then.
            sizes.map(|turned| turned.closed).max()
        } else {
            sizes.map(|turned| turned.open).min()
        };
        Turn::new(site, bound.unwrap_or(outcome.lower_bound) - rounding)
    };
    let turns = (0..compiled.data.sites.len()).filter(is_free).map(turn).collect();
    let retry = |site: usize, budget: &Budget<'_>| {
        let found = retry(compiled, outcome, (site, !is_open(site)), options, budget);
        Turned {
            bound: found.lower_bound - rounding,
            plan: found.solution.map(|solution| assembled(compiled, &solution)),
            is_impossible: found.infeasible.is_some(),
        }
    };
    try_turns(compiled.problem, turns, retry, options, plan);
}

/// Solves with decisions turned, those of least bound first, and tells what is asked of it.
pub(super) fn try_turns(
    problem: &Problem,
    mut turns: Vec<Turn>,
    retry: impl Fn(usize, &Budget<'_>) -> Turned + Sync,
    options: &Options<'_>,
    plan: &mut Plan,
) {
    let total = Cost::from_currency(plan.summary.total);
    turns.sort_by_key(|turn| turn.bound);
    let mut seen: BTreeSet<Vec<bool>> = BTreeSet::from([open_sites(plan)]);
    let mut others: Vec<(Cost, Plan)> = Vec::new();
    let n_all = turns.len();
    let n_tried = if options.time.is_some() { n_all } else { n_all.min(SOLVED.max(2 * options.alternatives)) };
    for first in (0..n_tried).step_by(BATCH) {
        let batch = first..(first + BATCH).min(n_tried);
        let left = n_tried - first;
        let budget = options.budget();
        if budget.out_of_time() {
            break;
        }
        // Those that come first matter most.
        let seconds = budget.seconds_left() * (1.5 * BATCH as f64 / left as f64).clamp(LEAST_SHARE, 1.0);
        let part = Budget {
            deadline: budget.deadline_within(seconds),
            iterations: options.iterations.map_or(u64::MAX, |most| (most / 10).max(100)),
            gap: options.gap.max(CLOSE),
            ..budget
        };
        let solved = workers(batch.len(), |at| retry(turns[batch.start + at].site, &part));
        for (turn, turned) in turns[batch].iter_mut().zip(solved) {
            turn.is_impossible = turned.is_impossible;
            turn.bound = turn.bound.max(turned.bound);
            let Some(other) = turned.plan.filter(|other| check(problem, other).is_empty()) else { continue };
            let cost = Cost::from_currency(other.summary.total);
            turn.found = Some(cost);
            if seen.insert(open_sites(&other)) {
                others.push((cost, other));
            }
        }
    }
    if options.prices {
        tell_prices(problem, &turns, total, plan);
    }
    if options.alternatives > 0 {
        others.sort_by_key(|(cost, _)| *cost);
        others.truncate(options.alternatives);
        plan.alternatives = others.iter().map(|(_, other)| alternative(plan, other)).collect();
        let least = turns.iter().filter(|turn| !turn.is_impossible).map(|turn| turn.bound).min();
        plan.alternatives_bound = least.map(|bound| bound.min(total.max(bound)).as_currency());
    }
}

/// Which sites a plan opens.
fn open_sites(plan: &Plan) -> Vec<bool> {
    plan.sites.iter().map(|site| site.open).collect()
}

/// Solves with the decision about a site turned.
fn retry(
    compiled: &Compiled<'_>,
    outcome: &Outcome,
    (site, is_open): (usize, bool),
    options: &Options<'_>,
    budget: &Budget<'_>,
) -> Outcome {
    let Some(solution) = &outcome.solution else { unreachable!("turns are of a solution") };
    let sizes = compiled.numbers.places()[site].sites.clone();
    let problem = compiled.numbers.clone().with_forced(site, is_open);
    let mut start = solution.clone();
    start.open[sizes.clone()].fill(false);
    start.open[sizes.start] = is_open;
    let prices = Dual { rows: outcome.dual.rows.clone(), supplies: outcome.dual.supplies.clone(), ..Dual::default() };
    let params = Params { method: options.method, prices: Some(prices), ..Params::default() };
    solve(&problem, Some(&start), &params, budget, options.seed, &Silent)
}

/// Writes what turning each site's decision would cost against the plan's total.
fn tell_prices(problem: &Problem, turns: &[Turn], total: Cost, plan: &mut Plan) {
    let lower_bound = plan.lower_bound.map_or(Cost::ZERO, Cost::from_currency);
    for turn in turns {
        let id = &problem.scenario.sites[turn.site].id;
        let Some(site) = plan.sites.iter_mut().find(|site| site.id == *id) else { continue };
        let found = turn.found.map(|found| (found - total).as_currency());
        let at_least = turn.bound.max(lower_bound).min(turn.found.unwrap_or(Cost::HUGE));
        site.turning = Some(SitePrice {
            at_least: (!turn.is_impossible).then(|| (at_least - total).as_currency()),
            found,
            is_impossible: turn.is_impossible,
        });
    }
}

/// How another plan differs.
fn alternative(plan: &Plan, other: &Plan) -> Alternative {
    let is_open = |change: SiteChange| matches!(change, SiteChange::Opened | SiteChange::Kept);
    let differing = |opens: bool| {
        let pairs = plan.sites.iter().zip(&other.sites);
        let differing = pairs.filter(move |(mine, theirs)| {
            is_open(mine.change) != is_open(theirs.change) && is_open(theirs.change) == opens
        });
        differing.map(|(_, theirs)| theirs.id.clone()).collect()
    };
    Alternative {
        total: other.summary.total,
        costs: other.summary.costs.clone(),
        open: other.sites.iter().filter(|site| site.open).map(|site| site.id.clone()).collect(),
        opens: differing(true),
        does_without: differing(false),
    }
}
