//! What a siting plan says beside itself: prices of turning decisions, alternatives, and totals by number of sites.

use super::flows::Rows;
use super::violations::{Violations, millionths};
use crate::model::plan::{Alternative, Plan, SitePrice};
use crate::model::problem::Problem;
use crate::model::scenario::SiteStatus;
use std::collections::BTreeSet;

/// Checks that all of it agrees with the plan, its lower bound, and the sites' statuses.
pub(super) fn check(problem: &Problem, rows: &Rows<'_>, plan: &Plan, violations: &mut Violations) {
    for (place, site) in plan.sites.iter().enumerate() {
        let Some(price) = &site.turning else { continue };
        let pointer = format!("/sites/{place}/turning");
        let status = rows.sites.get(site.id.as_str()).map(|&row| problem.scenario.sites[row].status);
        if matches!(status, Some(SiteStatus::Required | SiteStatus::Forbidden)) {
            violations.add(pointer.clone(), "price_of_fixed_site", "the scenario decides about this site");
        }
        if let Some(detail) = wrong_price(plan, price) {
            violations.add(pointer, "price_wrong", detail);
        }
    }
    let mut seen: BTreeSet<BTreeSet<&str>> = BTreeSet::new();
    let open: BTreeSet<&str> = plan.sites.iter().filter(|site| site.open).map(|site| site.id.as_str()).collect();
    seen.insert(open.clone());
    let mut least = f64::NEG_INFINITY;
    for (place, other) in plan.alternatives.iter().enumerate() {
        let pointer = format!("/alternatives/{place}");
        let theirs: BTreeSet<&str> = other.open.iter().map(String::as_str).collect();
        if let Some(detail) = wrong_alternative(problem, rows, plan, &open, &theirs, other) {
            violations.add(pointer.clone(), "alternative_wrong", detail);
        }
        if !seen.insert(theirs) {
            violations.add(pointer.clone(), "alternative_twice", "these sites were there before");
        }
        if other.total < least {
            violations.add(pointer, "alternatives_unordered", "cheaper than the one before");
        }
        least = other.total;
    }
    if let Some(bound) = plan.alternatives_bound
        && plan.alternatives.iter().any(|other| millionths(other.total) < millionths(bound))
    {
        let detail = format!("an alternative is below the bound {bound}");
        violations.add("/alternatives_bound", "lower_bound_above_total", detail);
    }
    sweep(plan, violations);
}

fn wrong_price(plan: &Plan, price: &SitePrice) -> Option<String> {
    if price.is_impossible {
        let is_priced = price.at_least.is_some() || price.found.is_some();
        return is_priced.then(|| "what is impossible has no price".to_owned());
    }
    let Some(at_least) = price.at_least.filter(|price| price.is_finite()) else {
        return Some("needs the least price that is proven".to_owned());
    };
    if let Some(found) = price.found
        && millionths(found) < millionths(at_least)
    {
        return Some(format!("found {found}, but at least {at_least} is proven"));
    }
    let bound = plan.lower_bound.unwrap_or(f64::NEG_INFINITY) - plan.summary.total;
    let is_short = millionths(at_least) + 1 < millionths(bound);
    is_short.then(|| format!("found {at_least}, but the plan's lower bound proves {bound}"))
}

fn wrong_alternative(
    problem: &Problem,
    rows: &Rows<'_>,
    plan: &Plan,
    open: &BTreeSet<&str>,
    theirs: &BTreeSet<&str>,
    other: &Alternative,
) -> Option<String> {
    if let Some(id) = theirs.iter().find(|id| !rows.sites.contains_key(*id)) {
        return Some(format!("no site has the id `{id}`"));
    }
    let breaks = problem.scenario.sites.iter().find(|site| match site.status {
        SiteStatus::Required => !theirs.contains(site.id.as_str()),
        SiteStatus::Forbidden => theirs.contains(site.id.as_str()),
        SiteStatus::Candidate | SiteStatus::Existing => false,
    });
    if let Some(site) = breaks {
        return Some(format!("site `{}` is required or forbidden", site.id));
    }
    let listed = |ids: &[String], expected: BTreeSet<&&str>| {
        ids.len() == expected.len() && ids.iter().all(|id| expected.contains(&id.as_str()))
    };
    if !listed(&other.opens, theirs.difference(open).collect())
        || !listed(&other.does_without, open.difference(theirs).collect())
    {
        return Some("the difference to the plan's sites is not as listed".to_owned());
    }
    let sum: i128 = other.costs.values().map(|&cost| millionths(cost)).sum();
    if sum != millionths(other.total) {
        return Some(format!("the terms add up to {}, not to {}", sum as f64 / 1e6, other.total));
    }
    let bound = plan.lower_bound.unwrap_or(f64::NEG_INFINITY);
    (other.total < bound).then(|| format!("its total {} is below the lower bound {bound}", other.total))
}

fn sweep(plan: &Plan, violations: &mut Violations) {
    for (place, point) in plan.sweep.iter().enumerate() {
        let wrong = |detail: &str, violations: &mut Violations| {
            violations.add(format!("/sweep/{place}"), "sweep_wrong", detail);
        };
        if place > 0 && plan.sweep[place - 1].sites >= point.sites {
            wrong("the numbers of sites must rise", violations);
        }
        if let (Some(total), Some(bound)) = (point.total, point.lower_bound)
            && millionths(bound) > millionths(total * (1.0 + 1e-12))
        {
            wrong("the lower bound is above the total", violations);
        }
        if point.is_infeasible && point.total.is_some() || point.open.len() > point.sites as usize {
            wrong("it has a plan that cannot be", violations);
        }
    }
}
