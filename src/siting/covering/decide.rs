//! Can so many sites cover everything within a reach?

use super::Search;
use super::reduce::Cover;
use crate::search::Silent;
use crate::siting::problem::{Customer, Problem, Service, Site, SiteStatus};
use crate::siting::solution::{Flow, Solution};
use crate::siting::solve::{Params, solve};
use crate::units::{Cost, Load, SiteIdx};

/// What is known afterwards.
pub(super) enum Answer {
    /// These sites do, with these flows.
    Covered(Vec<bool>, Vec<Flow>),
    /// No sites do.
    Impossible,
    /// The effort was not enough to tell.
    Unknown,
}

/// A site for what no real one covers: open, without limit.
fn outside_site() -> Site {
    Site { status: SiteStatus::Required, ..Site::FREE }
}

/// Looks for at most `most` sites that cover everything within `reach`: least is left uncovered, and nothing is enough.
pub(super) fn decide(
    problem: &Problem,
    most: usize,
    reach: f64,
    start: Option<&[bool]>,
    (effort, share): (u64, f64),
    search: &mut Search<'_>,
) -> Answer {
    let mut cover = Cover::new(problem, reach);
    if cover.is_short() {
        return Answer::Impossible;
    }
    if !is_capacitated(problem) {
        cover.reduce(problem);
    }
    let relaxed = relaxed(problem, &cover, most);
    let start = start.map(|open| Solution {
        open: open.iter().copied().chain([true]).collect(),
        plants: Vec::new(),
        flows: Vec::new(),
        inflows: Vec::new(),
        cost: Cost::HUGE,
    });
    let params = Params { enough: Some(Cost::ZERO), ..search.params.clone() };
    let outcome = solve(&relaxed, start.as_ref(), &params, &search.budget(effort, share), search.seed, &Silent);
    search.n_iterations += outcome.n_iterations.max(1);
    match outcome.solution {
        Some(solution) if solution.cost == Cost::ZERO => {
            // Where capacities do not matter these rows are not the problem's, and anybody can be served from the nearest.
            let flows = if is_capacitated(problem) { solution.flows } else { Vec::new() };
            Answer::Covered(solution.open[..problem.sites().len()].to_vec(), flows)
        }
        _ if outcome.lower_bound > Cost::ZERO || outcome.infeasible.is_some() => Answer::Impossible,
        _ => Answer::Unknown,
    }
}

/// Whether capacities matter.
pub(super) fn is_capacitated(problem: &Problem) -> bool {
    problem.sites().iter().any(|site| site.capacity.is_some() || !site.product_capacity.is_empty())
}

/// The problem of leaving least uncovered: in reach costs nothing, outside every unit of demand counts; where rows are
/// served whole anyway every row counts one.
fn relaxed(problem: &Problem, cover: &Cover, most: usize) -> Problem {
    let outside = SiteIdx::new(problem.sites().len());
    let mut customers = rows(problem, cover);
    for customer in &mut customers {
        customer.services.push(Service { site: outside, cost: customer.demand.get() as f64 });
    }
    let free = problem.sites().iter().map(|site| Site { open: Cost::ZERO, closed: Cost::ZERO, ..site.clone() });
    let counts = problem.min_open() + 1..=most + 1;
    Problem::new(free.chain([outside_site()]).collect(), customers, Vec::new(), problem.n_products(), counts)
}

/// The rows that are needed, served for nothing by the sites in reach. Where capacities do not matter each asks for one.
pub(super) fn rows(problem: &Problem, cover: &Cover) -> Vec<Customer> {
    let capacitated = is_capacitated(problem);
    let needed = problem.customers().iter().enumerate().filter(|(j, _)| cover.needed[*j]);
    let row = |(j, customer): (usize, &Customer)| {
        let services = cover.sites[j].iter().map(|&i| Service { site: SiteIdx::new(i as usize), cost: 0.0 }).collect();
        let one = Load::new(1);
        let (demand, weight) = if capacitated { (customer.demand, customer.weight) } else { (one, one) };
        let single_source = capacitated && customer.single_source;
        Customer { product: customer.product, demand, weight, single_source, services, rest: f64::INFINITY }
    };
    needed.map(row).collect()
}
