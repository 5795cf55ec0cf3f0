//! The least reach within which a few sites cover everything. Also known as p-center, minimax location.

use super::decide::{Answer, decide, is_capacitated};
use super::exchange::{Exchange, Reaches};
use super::{Covering, Search, impossible};
use crate::search::{Budget, Event, Observer, Rng, rng};
use crate::siting::feasibility::Infeasible;
use crate::siting::problem::{Problem, Service, SiteStatus};
use crate::siting::solve::Params;

/// Iterations of each question in the first round; in each further round four times as many.
const EFFORT: u64 = 250;

/// Most pairs of a site and a row that are laid out for exchanges.
const MOST_PAIRS: usize = 4_000_000;

/// Steps of the first exchange and the share of the time they may take; before each further round four times as many.
const STEPS: (u64, f64) = (1000, 0.3);

/// The least reach within which at most as many sites as may be open serve every customer, within all capacities. The
/// services' costs are their reaches, whole numbers. Starts from the open sites of `start` if given.
#[must_use]
pub fn center(
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
    observer.on(Event::Phase("p-center"));
    let reaches = reaches(problem);
    let mut found = Covering::none(reaches[0]);
    let (spread, apart) = farthest_first(problem);
    found.lower_bound = found.lower_bound.max(reach_of_two(problem, &apart, budget));
    for open in start.map(<[bool]>::to_vec).into_iter().chain([spread]) {
        if let Some(value) = reach(problem, &open).filter(|value| *value < found.value) {
            found.take(value, open, Vec::new());
        }
    }
    let mut effort = EFFORT;
    let mut share = 0.1;
    let mut n_steps = STEPS.0;
    // Where capacities do not matter every set of as many sites has a reach.
    let n_pairs: usize = problem.customers().iter().map(|customer| customer.services.len()).sum();
    let is_small = n_pairs <= MOST_PAIRS && !budget.out_of_time();
    let is_free = is_small && !is_capacitated(problem) && found.open.is_some();
    let mut exchange = is_free.then(|| (Reaches::new(problem), rng(seed, 0)));
    loop {
        if let Some((reaches, rng)) = &mut exchange {
            shorten(reaches, n_steps, &mut found, &mut search, rng);
        }
        for side in [Side::Answer, Side::Bound] {
            bisect(problem, &reaches, side, (effort, share), &mut found, &mut search);
        }
        if found.open.is_none() && found.lower_bound > reaches[reaches.len() - 1] {
            let max_open = problem.max_open();
            return Covering::infeasible(Infeasible::Cover { max_open, at_least: max_open + 1 });
        }
        if search.finished(&found) {
            return found;
        }
        (effort, share) = (effort.saturating_mul(4), 0.5);
        n_steps = n_steps.saturating_mul(4);
    }
}

/// Exchanges sites from the answer on.
fn shorten(reaches: &Reaches<'_>, n_steps: u64, found: &mut Covering, search: &mut Search<'_>, rng: &mut Rng) {
    let Some(open) = found.open.clone().filter(|_| !search.finished(found)) else { return };
    let mut exchange = Exchange::new(open);
    let enough = found.lower_bound as f64;
    search.n_iterations += exchange.improve(reaches, enough, n_steps, &search.budget(n_steps, STEPS.1), rng);
    if let Some(value) = reach(reaches.problem(), exchange.best()).filter(|value| *value < found.value) {
        found.take(value, exchange.best().to_vec(), Vec::new());
        search.tell(found);
    }
}

/// Sites opened one after the other, each the nearest to the row that is farthest from all before it; and these rows, with
/// the one that is farthest at last. Source: Gonzalez (1985), Theoretical Computer Science 38.
fn farthest_first(problem: &Problem) -> (Vec<bool>, Vec<usize>) {
    let status = |i: usize| problem.sites()[i].status;
    let mut open: Vec<bool> = (0..problem.sites().len()).map(|i| status(i) == SiteStatus::Required).collect();
    let mut n_open = open.iter().filter(|&&open| open).count();
    let mut near: Vec<f64> = vec![f64::INFINITY; problem.customers().len()];
    let approach = |near: &mut [f64], open: &[bool]| {
        for (near, customer) in near.iter_mut().zip(problem.customers()) {
            for service in customer.services.iter().filter(|service| open[service.site.get()]) {
                *near = near.min(service.cost);
            }
        }
    };
    approach(&mut near, &open);
    let farthest = |near: &[f64]| (0..near.len()).max_by(|&a, &b| near[a].total_cmp(&near[b]).then(b.cmp(&a)));
    let mut rows = Vec::new();
    while n_open < problem.max_open() {
        let Some(j) = farthest(&near) else { break };
        rows.push(j);
        let services = problem.customers()[j].services.iter();
        let allowed = services.filter(|service| status(service.site.get()) != SiteStatus::Forbidden);
        let nearest = allowed.min_by(|a, b| a.cost.total_cmp(&b.cost).then(a.site.cmp(&b.site)));
        let Some(site) = nearest.map(|service| service.site.get()).filter(|&site| !open[site]) else { break };
        open[site] = true;
        n_open += 1;
        let mut only = vec![false; open.len()];
        only[site] = true;
        approach(&mut near, &only);
    }
    let free = (0..open.len()).filter(|&i| status(i) == SiteStatus::Free);
    for i in free {
        if n_open < problem.min_open() && !open[i] {
            open[i] = true;
            n_open += 1;
        }
    }
    rows.extend(farthest(&near));
    (open, rows)
}

/// The least reach within which some site covers two of these rows, if they are more than the sites that may be open: one
/// of these has to. Zero where they are not, or time is over.
fn reach_of_two(problem: &Problem, rows: &[usize], budget: &Budget<'_>) -> i64 {
    if rows.len() <= problem.max_open() {
        return 0;
    }
    let usable = |service: &&Service| problem.sites()[service.site.get()].status != SiteStatus::Forbidden;
    let mut least = i64::MAX;
    // The reach from each site to the row at hand.
    let mut reach = vec![i64::MAX; problem.sites().len()];
    for (position, &row) in rows.iter().enumerate() {
        if budget.out_of_time() {
            return 0;
        }
        let services = &problem.customers()[row].services;
        for service in services.iter().filter(usable) {
            reach[service.site.get()] = service.cost as i64;
        }
        for other in rows[..position].iter().flat_map(|&other| &problem.customers()[other].services) {
            least = least.min(reach[other.site.get()].max(other.cost as i64));
        }
        for service in services {
            reach[service.site.get()] = i64::MAX;
        }
    }
    least
}

/// Which end of the reaches a bisection moves.
#[derive(Clone, Copy)]
enum Side {
    Bound,
    Answer,
}

/// One bisection over the reaches between bound and answer. Until the next one, a question without an answer counts as a
/// yes where the bound is sought, and as a no where an answer is, but proves nothing.
fn bisect(
    problem: &Problem,
    reaches: &[i64],
    side: Side,
    effort: (u64, f64),
    found: &mut Covering,
    search: &mut Search<'_>,
) {
    let at = |value: i64| reaches.partition_point(|&reach| reach < value);
    let mut low = at(found.lower_bound);
    // The reach of the answer is known to be enough; without one even the longest has to be asked.
    let mut high = at(found.value);
    while low < high && !search.finished(found) {
        // Answers are close to the least reach, and easier to find the longer the reach.
        let middle = match side {
            Side::Answer => high - 1 - (high - 1 - low) / 4,
            Side::Bound => low + (high - low) / 2,
        };
        let most = problem.max_open();
        match decide(problem, most, reaches[middle] as f64, found.open.as_deref(), effort, search) {
            Answer::Covered(open, flows) => {
                let value = reach(problem, &open).unwrap_or(reaches[middle]).min(reaches[middle]);
                found.take(value, open, flows);
                high = at(value);
            }
            Answer::Impossible => {
                found.lower_bound = reaches.get(middle + 1).copied().unwrap_or(i64::MAX);
                low = middle + 1;
            }
            Answer::Unknown => match side {
                Side::Bound => high = middle,
                Side::Answer => low = middle + 1,
            },
        }
        search.tell(found);
    }
}

/// The reaches that can be least, ascending: from the longest that some row needs in any case on.
fn reaches(problem: &Problem) -> Vec<i64> {
    let usable = |site: usize| problem.sites()[site].status != SiteStatus::Forbidden;
    let mut least = 0;
    let mut all = Vec::new();
    for customer in problem.customers() {
        let row =
            customer.services.iter().filter(|service| usable(service.site.get())).map(|service| service.cost as i64);
        let before = all.len();
        all.extend(row);
        least = least.max(all[before..].iter().copied().min().unwrap_or(0));
        // Once in a while the doubles go, so that large problems fit.
        if all.len() > 20_000_000 {
            all.sort_unstable();
            all.dedup();
        }
    }
    all.retain(|&reach| reach >= least);
    all.sort_unstable();
    all.dedup();
    if all.is_empty() { vec![least] } else { all }
}

/// The longest reach when every row takes the nearest of the open sites; `None` where a row has none, where `open`
/// breaks a limit, and where capacities decide who serves whom.
fn reach(problem: &Problem, open: &[bool]) -> Option<i64> {
    if is_capacitated(problem) || !super::keeps_statuses(problem, open) {
        return None;
    }
    let mut longest = 0;
    for customer in problem.customers() {
        let near = customer.services.iter().filter(|service| open[service.site.get()]);
        longest = longest.max(near.map(|service| service.cost as i64).min()?);
    }
    Some(longest)
}
