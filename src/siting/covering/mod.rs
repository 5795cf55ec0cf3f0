//! Objectives that look at reach alone: the fewest sites that cover everything ([`fewest`]), and the least reach within
//! which a few sites cover everything ([`center`]).
//!
//! Both ask one question again and again: can so many sites cover everything within this reach? It is answered on the
//! Lagrangian core, as the problem of leaving least uncovered with so many sites (`decide`); rows and sites that cannot
//! matter are left out first (`reduce`). The cost of a [`Service`](super::Service) is read as its reach here, and sites
//! cost nothing. Sources: Toregas, Swain, ReVelle & Bergman (1971), Operations Research 19(6); for the least reach as a
//! sequence of covering problems Minieka (1970), SIAM Review 12(1), and Elloumi, Labbé & Pochet (2004), INFORMS Journal
//! on Computing 16(1).

mod center;
mod decide;
mod exchange;
mod fewest;
mod reduce;
#[cfg(test)]
mod tests;

pub use center::center;
pub use fewest::fewest;

use self::decide::is_capacitated;
use super::feasibility::{Infeasible, flow_check, quick_check};
use super::problem::{Problem, Site, SiteStatus};
use super::solution::Flow;
use super::solve::Params;
use crate::search::{Budget, Observer, Silent};
use crate::units::Cost;

/// What a covering search hands back. Values are numbers of sites, or reaches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Covering {
    /// The open sites of the best answer, if any.
    pub open: Option<Vec<bool>>,
    /// Who serves whom there, where capacities matter; otherwise any site in reach may.
    pub flows: Vec<Flow>,
    /// What they are worth.
    pub value: i64,
    /// No answer is worth less.
    pub lower_bound: i64,
    /// Why there is no answer, when that is proven.
    pub infeasible: Option<Infeasible>,
}

impl Covering {
    fn infeasible(reason: Infeasible) -> Self {
        Self { infeasible: Some(reason), ..Self::none(i64::MAX) }
    }

    /// Nothing found yet.
    fn none(lower_bound: i64) -> Self {
        Self { open: None, flows: Vec::new(), value: i64::MAX, lower_bound, infeasible: None }
    }

    /// Takes a better answer.
    fn take(&mut self, value: i64, open: Vec<bool>, flows: Vec<Flow>) {
        (self.value, self.open, self.flows) = (value, Some(open), flows);
    }

    fn is_proven(&self) -> bool {
        self.open.is_some() && self.value <= self.lower_bound
    }
}

/// What a covering search works with besides its problem.
struct Search<'a> {
    params: &'a Params,
    budget: &'a Budget<'a>,
    seed: u64,
    observer: &'a dyn Observer,
    /// Iterations used so far.
    n_iterations: u64,
}

impl Search<'_> {
    /// Whether the gap is closed, or good enough, or the budget used up.
    fn finished(&self, found: &Covering) -> bool {
        let gap = (found.value - found.lower_bound) as f64 / (found.value as f64).max(1.0);
        found.is_proven() || found.open.is_some() && gap <= self.budget.gap || self.budget.exhausted(self.n_iterations)
    }

    /// The budget of one question: so many iterations, and a share of the time that is left.
    fn budget(&self, effort: u64, share: f64) -> Budget<'_> {
        let iterations = effort.min(self.budget.iterations.saturating_sub(self.n_iterations));
        let deadline = self.budget.deadline_within(self.budget.seconds_left() * share);
        Budget { iterations, deadline, gap: 0.0, ..*self.budget }
    }

    /// Tells of a better answer or bound.
    fn tell(&self, found: &Covering) {
        use crate::search::Event;
        let cost = |value: i64| Cost::new(value.saturating_mul(Cost::PER_CURRENCY).min(Cost::HUGE.get()));
        if found.open.is_some() {
            self.observer.on(Event::Incumbent { cost: cost(found.value), unserved: 0 });
        }
        self.observer.on(Event::LowerBound(cost(found.lower_bound)));
    }
}

/// A proof that nothing covers everything, from counts, sums and flows.
fn impossible(problem: &Problem, budget: &Budget<'_>) -> Option<Infeasible> {
    quick_check(problem).or_else(|| is_capacitated(problem).then(|| flow_check(problem, budget)).flatten())
}

/// Iterations and share of the time that are worth knowing that there is no solution.
const PROOF: (u64, f64) = (3000, 0.2);

/// A proof that no choice of as many sites as may be open serves everything, whatever it costs.
pub(super) fn count_check(problem: &Problem, budget: &Budget<'_>, seed: u64) -> Option<Infeasible> {
    if problem.max_open() >= problem.sites().len() {
        return None;
    }
    let params = Params::default();
    let search = Search { params: &params, budget, seed, observer: &Silent, n_iterations: 0 };
    fewest(problem, None, &params, &search.budget(PROOF.0, PROOF.1), seed, &Silent).infeasible
}

/// Whether `open` has every required site, no forbidden one, and as many as allowed.
fn keeps_statuses(problem: &Problem, open: &[bool]) -> bool {
    let n_open = open.iter().filter(|&&open| open).count();
    let allowed = |(site, &open): (&Site, &bool)| match site.status {
        SiteStatus::Free => true,
        SiteStatus::Required => open,
        SiteStatus::Forbidden => !open,
    };
    (problem.min_open()..=problem.max_open()).contains(&n_open) && problem.sites().iter().zip(open).all(allowed)
}
