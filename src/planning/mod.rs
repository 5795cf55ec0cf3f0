//! The one entrance: a validated problem in, a checked plan out.
//!
//! [`plan`] compiles the problem into the numbers of one solver, runs it within the [`Options`]' budget, assembles the
//! plan and lets the independent checker judge it. It must not read files or know how plans are shown.

mod balance;
mod compile;
mod covering;
mod docks;
mod explain;
mod incumbent;
mod insert;
mod locks;
mod network;
mod options;
mod past_sites;
mod proof;
mod queues;
mod reach;
mod routing;
mod rows;
mod setups;
mod siting;
mod sizes;
mod stocks;
mod sweep;
mod turns;

pub use incumbent::{incumbent, rank};
pub use insert::{InsertError, insert};
pub use options::{Options, default_time, seconds, site_range};

use crate::model::plan::{Plan, Reason, Status, Violation};
use crate::model::problem::Case;
use crate::model::scenario::{Kind, Objective};
use crate::model::{Problem, check};
use crate::search::{Method, Observer, in_pool, names};
use crate::units::Cost;
use std::sync::atomic::Ordering;

/// Why there is no plan.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum PlanError {
    /// No plan can keep all limits: proven.
    #[error("no plan can keep all limits: {}", join(.0))]
    Infeasible(Vec<Reason>),
    /// The search ended before it found any plan.
    #[error("stopped before any plan was found")]
    NothingFound {
        /// Whether somebody stopped it, rather than the time.
        cancelled: bool,
    },
    /// The method belongs to another kind of problem.
    #[error("method `{}` is not for this kind of problem, choose from: {}", .method.name(), names(.known))]
    Method {
        /// The one that was asked for.
        method: Method,
        /// Those of this kind of problem.
        known: &'static [Method],
    },
    /// What is asked beside the plan has no answer for this kind of problem or objective.
    #[error("{0}")]
    Question(String),
    /// The problem is larger than this version can hold.
    #[error("{0}")]
    TooLarge(String),
    /// A solver returned a plan that the checker refuses: a bug here.
    #[error("internal: the plan did not pass the checker: {}", .0.iter().map(|violation| format!("{}: {}", violation.pointer, violation.detail)).collect::<Vec<_>>().join("; "))]
    Refused(Vec<Violation>),
}

fn join(reasons: &[Reason]) -> String {
    reasons.iter().map(|reason| reason.message.as_str()).collect::<Vec<_>>().join("; ")
}

/// The methods for problems of a kind.
#[must_use]
pub fn methods(kind: Kind) -> &'static [Method] {
    match kind {
        Kind::Siting => crate::siting::METHODS,
        Kind::Routing => crate::routing::METHODS,
        Kind::Network => &[Method::Default],
    }
}

/// Solves `problem` and returns a plan that has passed the checker.
///
/// With a time limit the whole call, counted from `options.started`, ends within it. With an iteration limit alone the
/// plan depends on problem, seed and iterations only, not on the threads.
///
/// # Errors
/// See [`PlanError`]; a routing plan that leaves mandatory orders out is an answer ([`Status::Infeasible`]), not an error.
pub fn plan(problem: &Problem, options: &Options<'_>, observer: &dyn Observer) -> Result<Plan, PlanError> {
    let known = methods(problem.scenario.kind);
    if !known.contains(&options.method) {
        return Err(PlanError::Method { method: options.method, known });
    }
    questions(problem, options)?;
    in_pool(options.threads, || {
        let first = if options.sweep.is_some() { options.share(SWEPT) } else { *options };
        let mut plan = match solved(problem, &first, observer) {
            // The plan comes first: where its share was too short for any, it has all that is left.
            Err(PlanError::NothingFound { cancelled: false }) if asks_beside(options) => {
                solved(problem, &Options { prices: false, alternatives: 0, ..*options }, observer)?
            }
            outcome => outcome?,
        };
        let Some(range) = options.sweep else { return Ok(plan) };
        plan.sweep = sweep::sweep(problem, range, options, &plan)?;
        finished(problem, plan, options.seed)
    })
}

/// Whether something beside the plan shares its time.
fn asks_beside(options: &Options<'_>) -> bool {
    options.time.is_some() && (options.sweep.is_some() || options.prices || options.alternatives > 0)
}

/// Share of the time for the plan itself where a sweep is asked for too.
const SWEPT: f64 = 0.4;

/// Refuses what is asked beside the plan where there is no answer to it.
///
/// # Errors
/// [`PlanError::Question`], which says what has no answer.
pub fn questions(problem: &Problem, options: &Options<'_>) -> Result<(), PlanError> {
    let (kind, objective) = (problem.scenario.kind, problem.scenario.objective);
    let refused = [
        (options.prices && kind != Kind::Siting, "prices of sites"),
        (options.cost_shares && kind != Kind::Routing, "cost shares of orders"),
        (options.alternatives > 0 && kind != Kind::Siting, "alternatives"),
        (
            options.sweep.is_some() && (kind != Kind::Siting || objective == Objective::SetCover),
            "totals by the number of sites",
        ),
    ];
    match refused.iter().find(|(is_refused, _)| *is_refused) {
        Some((_, what)) => {
            Err(PlanError::Question(format!("there are no {what} for this kind of problem or objective")))
        }
        None => Ok(()),
    }
}

/// Solves a problem in the present pool, without a sweep.
fn solved(problem: &Problem, options: &Options<'_>, observer: &dyn Observer) -> Result<Plan, PlanError> {
    let plan = match &problem.case {
        Case::Siting(data) if problem.scenario.objective.is_covering() => {
            covering::plan(problem, data, options, observer)?
        }
        Case::Siting(siting) => siting::plan(problem, siting, options, observer)?,
        Case::Routing(routing) => routing::plan(problem, routing, options, observer),
        Case::Network(network) => network::plan(problem, network, options, observer)?,
    };
    finished(problem, plan, options.seed)
}

/// A plan with what is known of its making, if the checker accepts it.
fn finished(problem: &Problem, mut plan: Plan, seed: u64) -> Result<Plan, PlanError> {
    plan.seed = seed;
    plan.solver_version = env!("CARGO_PKG_VERSION").to_owned();
    let violations = check(problem, &plan);
    if violations.is_empty() { Ok(plan) } else { Err(PlanError::Refused(violations)) }
}

/// Largest gap of a plan that is called optimal: what rounding to millionths may leave.
const CLOSED_GAP: f64 = 1e-6;

/// Puts a lower bound into `plan`. Whether it proves the plan optimal.
fn prove(plan: &mut Plan, lower_bound: Cost, kind: &str) -> bool {
    let total = Cost::from_currency(plan.summary.total);
    let lower_bound = lower_bound.min(total).max(Cost::ZERO);
    let gap = if total > Cost::ZERO { (total - lower_bound).get() as f64 / total.get() as f64 } else { 0.0 };
    plan.lower_bound = Some(lower_bound.as_currency());
    plan.bound_kind = Some(kind.to_owned());
    plan.gap = Some(gap);
    gap <= CLOSED_GAP
}

/// How a search that found something and proved nothing came to its end.
fn ended(options: &Options<'_>, out_of_time: bool) -> Status {
    if options.cancel.load(Ordering::Relaxed) {
        Status::Cancelled
    } else if out_of_time {
        Status::TimeLimit
    } else {
        Status::Feasible
    }
}
