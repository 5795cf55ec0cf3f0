//! Cost terms and their total.

use super::violations::{Violations, is_within, millionths};
use crate::model::plan::Summary;

/// One cost term as recomputed.
pub(super) struct Term {
    /// Its name in the summary.
    pub(super) name: &'static str,
    /// Millionths of the currency.
    pub(super) millionths: i128,
    /// Numbers that were rounded on the way: each may be off by one millionth.
    pub(super) n_rounded: usize,
}

impl Term {
    /// A term that is exact.
    pub(super) fn exact(name: &'static str, millionths: i128) -> Self {
        Self { name, millionths, n_rounded: 0 }
    }
}

/// Checks that each term is right and that the terms add up to the total exactly.
pub(super) fn costs(summary: &Summary, terms: &[Term], violations: &mut Violations) {
    for name in summary.costs.keys() {
        if !terms.iter().any(|term| term.name == name) {
            violations.add(
                format!("/summary/costs/{name}"),
                "unknown_cost_term",
                format!("no cost is called `{name}`"),
            );
        }
    }
    for term in terms {
        let found = summary.costs.get(term.name).copied().unwrap_or(0.0);
        let tolerance = term.n_rounded as f64 + term.millionths as f64 * 1e-15;
        if !found.is_finite() || !is_within(millionths(found).saturating_sub(term.millionths) as f64, tolerance) {
            let detail = format!("found {found}, should be {}", term.millionths as f64 / 1e6);
            violations.add(format!("/summary/costs/{}", term.name), "cost_term_wrong", detail);
        }
    }
    let sum: i128 = summary.costs.values().map(|&cost| millionths(cost)).fold(0, i128::saturating_add);
    let total = millionths(summary.total);
    // Millionths beyond 2^53 are no longer exact in a document.
    if !is_within(total.saturating_sub(sum) as f64, total as f64 * 1e-15) {
        let detail = format!("the terms add up to {}, the total is {}", sum as f64 / 1e6, summary.total);
        violations.add("/summary/total", "total_wrong", detail);
    }
}

/// Checks the counts of what is served and left out.
pub(super) fn counts(summary: &Summary, served: usize, unserved: usize, violations: &mut Violations) {
    violations.equal(summary.served as usize, served, || "/summary/served".to_owned(), "served_wrong");
    violations.equal(summary.unserved as usize, unserved, || "/summary/unserved".to_owned(), "unserved_wrong");
}

/// Checks an optional number of the summary that this kind of plan must have.
pub(super) fn required<T: Copy + Into<i128>>(
    found: Option<T>,
    expected: i128,
    field: &str,
    violations: &mut Violations,
) {
    let pointer = || format!("/summary/{field}");
    let code = format!("{field}_wrong");
    match found {
        Some(found) => violations.equal(found.into(), expected, pointer, &code),
        None => violations.add(pointer(), &code, format!("missing, should be {expected}")),
    }
}
