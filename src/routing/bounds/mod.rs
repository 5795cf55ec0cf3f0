//! Lower bounds: what no set of routes that serves every mandatory customer can undercut.
//!
//! Each bound relaxes the problem: it may forget limits, and never forgets a cost without showing that it is at least
//! zero. The front door is [`lower_bound`]. A relaxation first sees vehicles as [`fleets`](fleets::Fleet) and ways
//! between customers as [`ways`](ways::Ways). It must not know a search or its states.
//!
//! The floors, from the cheapest to find to the highest: the cheapest arcs; radial costs, which need no search; q-routes
//! with the best prices of the customers; t-routes, which keep to windows in place of loads. What is missing to the best
//! known cost of published problems, on one core:
//!
//! | % | radial | q-routes, 0.2 s | 1.2 s | 4 s |
//! | --- | --- | --- | --- | --- |
//! | X-n101-k25 | | 2.1 | 1.9 | 1.9 |
//! | X-n303-k21 | | 17.6 | 6.6 | 4.1 |
//! | X-n524-k153 | 16.9 | 16.9 | 1.4 | 0.7 |
//! | X-n819-k171 | | 5.8 | 2.2 | 1.0 |
//! | X-n1001-k43 | 19.6 | 19.6 | 4.9 | 2.3 |
//! | Antwerp1, 6,000 | 12.7 | | | |
//! | Flanders2, 30,000 | 18.5 | | | |
//!
//! Long routes of light customers leave most: q-routes may go around three of them many times.
//!
//! The same where there are windows, two problems of each class of Solomon (1987), with q-routes alone and with t-routes
//! after them:
//!
//! | % | 0.2 s, q | 1.2 s, q | 4 s, q | 0.2 s, t | 1.2 s, t | 4 s, t |
//! | --- | --- | --- | --- | --- | --- | --- |
//! | R101, R104 | 10.5 | 9.9 | 9.9 | 5.0 | 2.1 | 2.2 |
//! | R201, R208 | 25.4 | 23.2 | 20.4 | 11.8 | 6.3 | 5.1 |
//! | C101, C104 | 1.5 | 1.5 | 1.5 | 1.6 | 1.5 | 1.5 |
//! | C202, C204 | 5.8 | 4.1 | 3.3 | 1.5 | 1.0 | 0.9 |
//! | RC101, RC104 | 20.9 | 19.2 | 19.2 | 8.5 | 7.1 | 4.9 |
//! | RC202, RC207 | 48.1 | 44.1 | 39.1 | 19.2 | 14.4 | 14.0 |
//!
//! Sources: Christofides, Mingozzi & Toth (1981), Mathematical Programming 20, for q-routes; Baldacci, Christofides &
//! Mingozzi (2008), Mathematical Programming 115, for prices that stay dual feasible.

mod climb;
mod docks;
mod fleets;
mod groups;
mod lines;
mod nearest;
mod q_routes;
mod radial;
mod stakes;
mod t_routes;
#[cfg(test)]
mod tests;
mod trips;
mod vehicles;
mod walks;
mod ways;
mod weights;

use super::numbering::Numbering;
use super::{Problem, Solution};
use crate::search::{Budget, Event, Observer};
use crate::units::{Cost, CustomerIdx};
use fleets::Fleet;
use stakes::Stakes;
use ways::Ways;

/// A proven floor under the cost of every solution that serves all mandatory customers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bound {
    /// No such solution costs less.
    pub value: Cost,
    /// Which relaxation proves it.
    pub kind: &'static str,
}

/// What all relaxations of one problem share.
struct Relaxation<'p> {
    problem: &'p Problem,
    fleets: Vec<Fleet>,
    ways: Vec<Ways>,
    stakes: Stakes,
    /// Fewest vehicles that any solution uses.
    least_vehicles: usize,
    /// How much the price of each customer counts where charges are asked for, not a bound; nothing else has a price then.
    worth: Option<Vec<f64>>,
}

/// What is wanted of [`charges`].
#[derive(Clone, Copy)]
pub struct Wanted<'w> {
    /// How much the charge of each customer counts, at least zero.
    pub worth: &'w [f64],
    /// What every route is charged beside its customers, at most the fixed cost of its vehicle.
    pub of_route: Cost,
    /// Charges known so far.
    pub known: Option<&'w [f64]>,
    /// Routes whose customers share their cost to begin with.
    pub incumbent: Option<&'w Solution>,
}

/// Charges for all customers of which those of a route and its own are together no more than it costs, however many vehicles
/// there are; infinite for whom no route serves. The charges weigh as much as could be found within `budget`. `None` where
/// somebody is optional, several places are one customer's, vehicles reload, costs are negative, or there is no time.
#[must_use]
pub fn charges(problem: &Problem, wanted: &Wanted<'_>, budget: &Budget<'_>) -> Option<Vec<f64>> {
    let is_plain = costs_are_positive(problem)
        && problem.docks().is_none()
        && problem.first_reload() == problem.n_customers()
        && problem.groups().is_empty()
        && problem.customers().iter().all(|customer| customer.prize.is_none());
    if !is_plain || budget.seconds_left() < seconds_to_begin(problem) {
        return None;
    }
    let numbering = Numbering::along_curve(problem);
    let problem = &problem.renumbered(&numbering);
    let mut relaxation = Relaxation::new(problem, ways::MOST_FOR_TABLES, budget)?;
    for fleet in &mut relaxation.fleets {
        fleet.count = problem.n_customers();
        fleet.fixed -= wanted.of_route.get() as f64;
    }
    relaxation.worth = Some(numbering.sorted(wanted.worth));
    let radial = radial::prices(&relaxation)?;
    let known = wanted.known.map(|known| numbering.sorted(known));
    let incumbent = wanted.incumbent.map(|incumbent| numbering.inside(incumbent));
    let found = climb::charges(&relaxation, &radial, known, incumbent.as_ref(), budget)?;
    Some((0..found.len()).map(|row| found[numbering.new_of(CustomerIdx::new(row)).get()]).collect())
}

/// The best lower bound found within `budget`, or `None` where costs are negative or there is no time at all.
///
/// `incumbent` only guides the prices: any solution, or none, gives a valid bound. An iteration of the budget is one
/// pass over all q-routes. Without a deadline the bound depends on problem, incumbent and iterations only.
///
/// ```
/// use hubroute::routing::{Params, generate, lower_bound, solve};
/// use hubroute::search::{Budget, Silent};
/// use std::{sync::atomic::AtomicBool, time::Instant};
///
/// let problem = generate::capacitated(20, 5, 1);
/// let cancel = AtomicBool::new(false);
/// let budget = Budget { iterations: 100, started: Instant::now(), deadline: None, gap: 0.0, cancel: &cancel };
/// let solution = solve(&problem, None, &Params::default(), &budget, 1, &Silent);
/// let bound = lower_bound(&problem, Some(&solution), &budget, &Silent).unwrap();
/// assert!(bound.value <= solution.cost);
/// ```
#[must_use]
pub fn lower_bound(
    problem: &Problem,
    incumbent: Option<&Solution>,
    budget: &Budget<'_>,
    observer: &dyn Observer,
) -> Option<Bound> {
    if !costs_are_positive(problem) || budget.seconds_left() < seconds_to_begin(problem) {
        return None;
    }
    if let Some((relaxed, paid)) = docks::relaxed(problem) {
        let known = incumbent.map(|known| Solution { cost: known.cost - paid, ..known.clone() });
        let found = lower_bound(&relaxed, known.as_ref(), budget, &Raised { by: paid, observer })?;
        return Some(Bound { value: found.value + paid, ..found });
    }
    if problem.first_reload() < problem.n_customers() {
        let trips = trips::relaxed(problem)?;
        let known = incumbent.and_then(|known| trips.split(problem, known));
        return lower_bound(&trips.problem, known.as_ref(), budget, observer);
    }
    if !problem.groups().is_empty() {
        let Some(relaxed) = groups::relaxed(problem) else {
            return lower_bound(&groups::forgotten(problem), incumbent, budget, observer);
        };
        let known = incumbent.map(|known| groups::of_leads(problem, known));
        return lower_bound(&relaxed, known.as_ref(), budget, observer);
    }
    observer.on(Event::Phase("lower bound"));
    // Neighbors get neighboring numbers, so that they share blocks.
    let numbering = Numbering::along_curve(problem);
    let problem = &problem.renumbered(&numbering);
    let incumbent = incumbent.map(|known| numbering.inside(known));
    let incumbent = incumbent.as_ref();
    let relaxation = Relaxation::new(problem, ways::MOST_FOR_TABLES, budget)?;
    let mut best = Bound { value: nearest::bound(&relaxation), kind: "cheapest arcs" };
    let radial = radial::prices(&relaxation);
    if let Some(value) = radial.as_ref().map(|prices| relaxation.sum(prices))
        && value > best.value
    {
        best = Bound { value, kind: "radial" };
    }
    observer.on(Event::LowerBound(best.value));
    if incumbent.is_some_and(|incumbent| incumbent.cost <= best.value) {
        return Some(best);
    }
    let climbed = climb::bound(&relaxation, radial, incumbent, budget, observer);
    Some(climbed.filter(|climbed| climbed.value > best.value).unwrap_or(best))
}

/// Tells of the bound on a problem as one on the problem that it relaxes.
struct Raised<'o> {
    by: Cost,
    observer: &'o dyn Observer,
}

impl Observer for Raised<'_> {
    fn on(&self, event: Event) {
        self.observer.on(match event {
            Event::LowerBound(value) => Event::LowerBound(value + self.by),
            event => event,
        });
    }
}

/// The fewest vehicles that can serve all mandatory customers, as far as loads and visits tell.
#[must_use]
pub fn least_vehicles(problem: &Problem) -> usize {
    if problem.first_reload() < problem.n_customers() {
        return 1.min(problem.first_reload());
    }
    if !problem.groups().is_empty() {
        return groups::relaxed(problem).map_or(0, |relaxed| least_vehicles(&relaxed));
    }
    vehicles::least(problem, &fleets::fleets(problem), &Stakes::new(problem))
}

/// Share of the time for the lower bound, and the most that it gets where it takes longer to begin at all.
const SHARE: f64 = 0.02;
const MOST_SHARE: f64 = 0.1;

/// Seconds of `left` that a search does well to leave to [`lower_bound`].
#[must_use]
pub fn seconds_for_bound(problem: &Problem, left: f64) -> f64 {
    let climb = if problem.n_customers() <= ways::MOST_FOR_TABLES { SHARE * left } else { 0.0 };
    let seconds = 3.0 * seconds_to_begin(problem) + climb;
    // A bound that takes too long to begin is left out, so nothing is kept for it.
    if seconds > MOST_SHARE * left { 0.0 } else { seconds }
}

/// Seconds that [`lower_bound`] takes before it looks at the clock, about and rather too many; with fewer left it
/// proves nothing.
fn seconds_to_begin(problem: &Problem) -> f64 {
    ways::seconds(problem) * fleets::n_rates(problem) as f64
}

/// Whether nothing pays for being used: the relaxations leave costs out, which only then lowers their sum.
fn costs_are_positive(problem: &Problem) -> bool {
    let vehicles = problem.vehicle_types().iter().flat_map(|it| [it.fixed, it.per_distance, it.per_duration]);
    let prizes = problem.customers().iter().filter_map(|customer| customer.prize);
    vehicles.chain(prizes).all(|cost| cost >= Cost::ZERO)
}

impl<'p> Relaxation<'p> {
    /// `None` when time is up.
    fn new(problem: &'p Problem, most_for_tables: usize, budget: &Budget<'_>) -> Option<Self> {
        let stakes = Stakes::new(problem);
        let fleets = fleets::fleets(problem);
        let least_vehicles = vehicles::least(problem, &fleets, &stakes);
        let rates = fleets::rates(&fleets);
        // The tables of all rates together take no more memory than one of the most customers.
        let most_for_tables = (most_for_tables as f64 / (rates.len() as f64).sqrt()) as usize;
        let ways = rates.into_iter().map(|rate| Ways::new(problem, rate, most_for_tables, budget));
        let ways = ways.collect::<Option<Vec<Ways>>>()?;
        Some(Self { problem, fleets, ways, stakes, least_vehicles, worth: None })
    }

    /// How much the price of a customer counts.
    fn worth(&self, row: usize) -> f64 {
        self.worth.as_ref().map_or(1.0, |worth| worth[row])
    }

    /// The ways of a fleet's rate.
    fn ways(&self, fleet: &Fleet) -> &Ways {
        self.ways.iter().find(|ways| ways.rate == fleet.rate).expect("every rate has its ways")
    }

    /// What all customers pay who pay `prices`, and optional ones no more than their prizes. Nobody is asked to pay whom
    /// nobody can serve.
    fn sum(&self, prices: &[f64]) -> Cost {
        let mandatory = (0..prices.len()).filter(|&row| self.stakes.is_mandatory[row]).map(|row| prices[row]);
        let optional = self.stakes.optional.iter();
        let optional = optional.map(|(members, prize)| members.iter().map(|&row| prices[row]).sum::<f64>().min(*prize));
        let paid = || mandatory.clone().chain(optional.clone()).filter(|price| price.is_finite());
        self.safe(paid().sum(), paid().map(f64::abs).sum(), 8.0 * prices.len() as f64)
    }

    /// `bound` as a cost: lowered by what `n_terms` float operations on numbers up to `magnitude` can be off, then
    /// raised to the next cost that a solution can have.
    fn safe(&self, bound: f64, magnitude: f64, n_terms: f64) -> Cost {
        let safe = bound - 2.0 * magnitude * (n_terms + 64.0) * f64::EPSILON;
        if safe.is_nan() || safe <= 0.0 {
            return Cost::ZERO;
        }
        let (whole, multiple) = (safe.min(1e18).ceil() as u64, self.multiple() as u64);
        Cost::new((whole.div_ceil(multiple) * multiple) as i64)
    }

    /// A number that divides the cost of every solution.
    fn multiple(&self) -> i64 {
        let vehicles = self.problem.vehicle_types().iter().flat_map(|it| [it.fixed, it.per_distance, it.per_duration]);
        let prizes = self.problem.customers().iter().filter_map(|customer| customer.prize);
        vehicles.chain(prizes).fold(0, |divisor, cost| num_integer::gcd(divisor, cost.get())).max(1)
    }
}
