//! The fewest sites that cover everything. Also known as set covering, location set covering problem (LSCP).

use super::decide::{Answer, decide, is_capacitated, rows};
use super::reduce::Cover;
use super::{Covering, Search, impossible};
use crate::search::{Budget, Event, Observer, Silent};
use crate::siting::feasibility::Infeasible;
use crate::siting::problem::{Customer, Problem, Site};
use crate::siting::solve::{Params, solve};
use crate::units::Cost;

/// Cost of a site: far below that of a row without one, so that local search covers rows first.
const SITE: Cost = Cost::new(100);

/// Iterations of the first question about fewer sites; each further one may take twice as many.
const EFFORT: u64 = 4000;

/// The fewest sites that serve every customer by its services, within all capacities; what anything costs is not asked.
/// Starts from the open sites of `start` if given.
#[must_use]
pub fn fewest(
    problem: &Problem,
    start: Option<&[bool]>,
    params: &Params,
    budget: &Budget<'_>,
    seed: u64,
    observer: &dyn Observer,
) -> Covering {
    if let Some(reason) = impossible(problem, budget) {
        return Covering::infeasible(reason);
    }
    let mut search = Search { params, budget, seed, observer, n_iterations: 0 };
    observer.on(Event::Phase("set covering"));
    let mut found = first(problem, &mut search);
    search.tell(&found);
    if let Some(open) = start.filter(|open| covers(problem, open)) {
        let value = count(open);
        if value < found.value {
            found.take(value, open.to_vec(), Vec::new());
        }
    }
    let mut effort = EFFORT;
    while found.open.is_some() && !search.finished(&found) {
        let fewer = found.value - 1;
        match decide(problem, fewer as usize, f64::INFINITY, found.open.as_deref(), (effort, 1.0), &mut search) {
            Answer::Covered(open, flows) => found.take(count(&open), open, flows),
            Answer::Impossible => found.lower_bound = found.value,
            Answer::Unknown => effort = effort.saturating_mul(2),
        }
        search.tell(&found);
    }
    let most = problem.max_open() as i64;
    if found.lower_bound > most {
        return Covering::infeasible(Infeasible::Cover {
            max_open: problem.max_open(),
            at_least: found.lower_bound as usize,
        });
    }
    if found.value > most {
        Covering { infeasible: found.infeasible, ..Covering::none(found.lower_bound) }
    } else {
        found
    }
}

/// A first answer and bound, by opening sites at a cost each, as many as it takes.
fn first(problem: &Problem, search: &mut Search<'_>) -> Covering {
    let mut cover = Cover::new(problem, f64::INFINITY);
    if !is_capacitated(problem) {
        cover.reduce(problem);
    }
    let sites = problem.sites().iter().map(|site| Site { open: SITE, closed: Cost::ZERO, ..site.clone() });
    let counts = problem.min_open()..=problem.sites().len();
    let priced = Problem::new(sites.collect(), rows(problem, &cover), Vec::new(), problem.n_products(), counts);
    let outcome = solve(&priced, None, search.params, &search.budget(EFFORT, 0.3), search.seed, &Silent);
    search.n_iterations += outcome.n_iterations.max(1);
    let sites = |cost: Cost| (cost.get().max(0) + SITE.get() - 1) / SITE.get();
    let lower_bound = sites(outcome.lower_bound).max(1);
    let mut found = Covering { infeasible: outcome.infeasible, ..Covering::none(lower_bound) };
    if let Some(solution) = outcome.solution {
        let flows = if is_capacitated(problem) { solution.flows } else { Vec::new() };
        found.take(count(&solution.open), solution.open, flows);
    }
    found
}

fn count(open: &[bool]) -> i64 {
    open.iter().filter(|&&open| open).count() as i64
}

/// Whether every row has one of the open sites, where that is all there is to it.
fn covers(problem: &Problem, open: &[bool]) -> bool {
    let served = |customer: &Customer| customer.services.iter().any(|service| open[service.site.get()]);
    let allowed = super::keeps_statuses(problem, open);
    allowed && !is_capacitated(problem) && problem.customers().iter().all(served)
}
