//! What holds for plans of every kind: that they answer this scenario, and what they claim to be worth.

use super::violations::{Violations, millionths};
use crate::model::plan::{Plan, Status};
use crate::model::problem::Problem;
use crate::model::scenario::Kind;

/// Gap up to which a plan may call itself optimal.
const CLOSED_GAP: f64 = 1e-6;

/// How far a gap may be rounded up.
const GAP_ROUNDING: f64 = 1e-4;

/// Checks kind, version, hash, bound and gap. Whether the plan can be checked further.
pub(super) fn check(problem: &Problem, plan: &Plan, violations: &mut Violations) -> bool {
    if plan.version != 1 {
        violations.add("/version", "version_wrong", format!("found {}, should be 1", plan.version));
    }
    if plan.input_hash != problem.input_hash {
        let detail = format!("found {}, should be {}: made for another scenario", plan.input_hash, problem.input_hash);
        violations.add("/input_hash", "input_hash_wrong", detail);
    }
    if plan.kind != problem.scenario.kind {
        violations.add("/kind", "kind_wrong", format!("found {:?}, should be {:?}", plan.kind, problem.scenario.kind));
        return false;
    }
    let foreign = match plan.kind {
        Kind::Siting => vec![
            (!plan.routes.is_empty(), "routes"),
            (!plan.cost_shares.is_empty(), "cost_shares"),
            (!plan.splits.is_empty(), "splits"),
            (!plan.outsourced.is_empty(), "outsourced"),
            (plan.summary.outsourced.is_some(), "summary/outsourced"),
        ],
        Kind::Routing => vec![
            (!plan.sites.is_empty(), "sites"),
            (!plan.flows.is_empty(), "flows"),
            (plan.certificate.is_some(), "certificate"),
            (!plan.alternatives.is_empty(), "alternatives"),
            (plan.alternatives_bound.is_some(), "alternatives_bound"),
            (!plan.sweep.is_empty(), "sweep"),
            (plan.routes.iter().any(|route| route.site.is_some()), "routes/site"),
        ],
        Kind::Network => vec![
            (plan.certificate.is_some(), "certificate"),
            (!plan.alternatives.is_empty(), "alternatives"),
            (plan.alternatives_bound.is_some(), "alternatives_bound"),
            (!plan.sweep.is_empty(), "sweep"),
            (!plan.cost_shares.is_empty(), "cost_shares"),
            (!plan.splits.is_empty(), "splits"),
            (!plan.docks.is_empty(), "docks"),
            (!plan.outsourced.is_empty(), "outsourced"),
            (plan.summary.mean_distance.is_some(), "summary/mean_distance"),
            (plan.summary.covered.is_some(), "summary/covered"),
        ],
    };
    for (_, field) in foreign.iter().filter(|(present, _)| *present) {
        violations.add(format!("/{field}"), "field_not_for_kind", format!("`{field}` has no meaning in this plan"));
    }
    if !plan.summary.total.is_finite() {
        violations.add("/summary/total", "total_wrong", format!("must be finite, found {}", plan.summary.total));
    }
    bound(plan, violations);
    true
}

fn bound(plan: &Plan, violations: &mut Violations) {
    let total = plan.summary.total;
    let Some(lower_bound) = plan.lower_bound else {
        if plan.gap.is_some() {
            violations.add("/gap", "gap_wrong", "a gap needs a lower bound");
        }
        if plan.bound_kind.is_some() {
            violations.add("/bound_kind", "bound_kind_wrong", "there is no lower bound that it could tell of");
        }
        if plan.status == Status::Optimal {
            violations.add("/status", "status_wrong", "an optimal plan needs a lower bound that proves it");
        }
        return;
    };
    let is_below = lower_bound.is_finite() && millionths(lower_bound) <= millionths(total * (1.0 + 1e-12));
    if !is_below {
        let detail = format!("the lower bound {lower_bound} is above the total {total}");
        violations.add("/lower_bound", "lower_bound_above_total", detail);
        return;
    }
    let gap = if total > 0.0 { ((total - lower_bound) / total).max(0.0) } else { 0.0 };
    if let Some(found) = plan.gap
        && !(found >= gap - 1e-9 && found <= gap + GAP_ROUNDING)
    {
        violations.add("/gap", "gap_wrong", format!("found {found}, should be {gap} rounded up"));
    }
    if plan.status == Status::Optimal && gap > CLOSED_GAP {
        violations.add("/status", "status_wrong", format!("called optimal with a gap of {gap}"));
    }
}

/// Checks the unserved list's form and the status that follows from it.
pub(super) fn status(plan: &Plan, mandatory_left: bool, violations: &mut Violations) {
    for (row, unserved) in plan.unserved.iter().enumerate() {
        if unserved.reasons.is_empty() {
            let detail = format!("`{}` is left out without a reason", unserved.id);
            violations.add(format!("/unserved/{row}/reasons"), "missing_reason", detail);
        }
    }
    let is_infeasible = plan.status == Status::Infeasible;
    if mandatory_left && !is_infeasible {
        violations.add("/status", "status_wrong", "something mandatory is left out, so it should be infeasible");
    } else if is_infeasible && !mandatory_left {
        violations.add("/status", "status_wrong", "called infeasible, but everything mandatory is served");
    }
}
