//! What no plan can cost less than: sites and routes each as cheap as they can be by themselves, or both at once.
//!
//! The cheapest sites with room for everything cost no more than those of any plan, and a day's routes no less than the
//! bound of routes that may start from any site. Where routes are long that is far above what direct trips prove.

use super::question::Question;
use super::{Evaluation, estimate, moved};
use crate::routing::{self, Solution, Wanted, charges, least_vehicles, lower_bound, seconds_for_bound};
use crate::search::{Budget, Event, Observer, Silent, workers};
use crate::siting::{self, Customer, Params, Service};
use crate::units::{Cost, Load, ProductIdx, SiteIdx, VehicleTypeIdx};
use std::time::{Duration, Instant};

/// Dual iterations for the sites.
const ITERATIONS: u64 = 1_000;

/// Share of the time for the bound of both at once, and seconds that the way between two customers takes to begin with, about.
const SHARE: f64 = 0.06;
const SECONDS_A_WAY: f64 = 0.2e-6;

/// Share of what is left for it where the bound of each comes after it.
const SHARE_OF_LEFT: f64 = 0.75;

/// Rounds of charges and siting, the share of a round that is for charges, and the share of the newest round in what charges
/// count.
const ROUNDS: usize = 4;
const CLIMBING: f64 = 0.7;
const NEWEST: f64 = 0.5;

/// What a charge counts at a site that does not serve the customer.
const ELSEWHERE: f64 = 0.2;

/// Passes over all q-routes where iterations are limited.
const PASSES: u64 = 40;

/// The search's part of the budget: the rest is for the bound.
pub(super) fn searching<'b>(question: &Question<'_>, budget: &Budget<'b>) -> Budget<'b> {
    let Some(deadline) = budget.deadline else { return *budget };
    let seconds = budget.seconds_left();
    let together = if seconds_to_begin(question) < SHARE * seconds { SHARE * seconds } else { 0.0 };
    let kept = seconds_for_bound(&question.routes, seconds) + together;
    Budget { deadline: deadline.checked_sub(Duration::from_secs_f64(kept)), ..*budget }
}

/// Seconds that the bound of both at once takes before there are any charges, about.
fn seconds_to_begin(question: &Question<'_>) -> f64 {
    let pairs = (question.routes.n_customers() as f64).powi(2);
    question.n_sites() as f64 * pairs * SECONDS_A_WAY
}

/// The bound and what proves it, given what was found; `None` where there is no time for it.
pub(super) fn apart(
    question: &Question<'_>,
    found: &Evaluation,
    budget: &Budget<'_>,
    observer: &dyn Observer,
) -> Option<(Cost, &'static str)> {
    observer.on(Event::Phase("lower bound"));
    let sites = cheapest_sites(question, budget)?;
    let limited = Budget { iterations: budget.iterations.min(PASSES), ..*budget };
    let routes = lower_bound(&question.routes, Some(&found.routes), &limited, &Silent)?;
    let days = question.network.days;
    let usable = question.network.bases.iter().map(|site| question.rate[site.get()]);
    let rate = usable.reduce(f64::min).unwrap_or(0.0);
    let loads = Cost::new((rate * question.needed.get() as f64 * days as f64 * (1.0 - 1e-12)).floor() as i64);
    let bound = sites + routes.value * days + loads;
    observer.on(Event::LowerBound(bound));
    Some((bound, routes.kind))
}

/// What the cheapest sites cost that may be open together and have room for all mandatory orders, at least.
fn cheapest_sites(question: &Question<'_>, budget: &Budget<'_>) -> Option<Cost> {
    let services = (0..question.n_sites()).map(|site| Service { site: SiteIdx::new(site), cost: 0.0 });
    let everything = Customer {
        product: ProductIdx::new(0),
        demand: question.needed.max(Load::new(1)),
        weight: question.needed,
        single_source: false,
        services: services.collect(),
        rest: f64::INFINITY,
    };
    let limited = Budget { iterations: budget.iterations.min(ITERATIONS), gap: 0.0, ..*budget };
    let outcome = siting::solve(&question.siting(vec![everything]), None, &Params::default(), &limited, 1, &Silent);
    outcome.infeasible.is_none().then_some(outcome.lower_bound)
}

/// The bound of both at once, and what proves it, given what was found; `None` where there is no time for it.
///
/// For each site customers get charges that no route from there undercuts, as in the bound of routes. Every route pays the
/// least fixed cost beside them, so as many of these as vehicles are needed come on top. Sites with charges make a siting
/// problem that no plan undercuts; charges count as much as its relaxation has the site serve the customer, round by round.
pub(super) fn together(
    question: &Question<'_>,
    found: &Evaluation,
    threads: usize,
    budget: &Budget<'_>,
    observer: &dyn Observer,
) -> Option<(Cost, &'static str)> {
    let (network, routes) = (question.network, &question.routes);
    let is_whole = network.routing.visits.len() == routes.n_customers();
    if !is_whole || seconds_to_begin(question) >= budget.seconds_left() {
        return None;
    }
    let budget = &Budget { deadline: budget.deadline_within(SHARE_OF_LEFT * budget.seconds_left()), ..*budget };
    let (n_sites, n_customers) = (question.n_sites(), routes.n_customers());
    let of_route = routes.vehicle_types().iter().map(|it| it.fixed).min()?;
    let of_routes = of_route * least_vehicles(routes) as i64 * network.days;
    let sites: Vec<FromSite> = (0..n_sites).map(|site| FromSite::new(question, found, site)).collect();
    let rows: Vec<usize> = (0..n_customers).collect();
    let mut worth: Vec<Vec<f64>> = sites.iter().map(|site| site.worth.clone()).collect();
    let mut known: Vec<Option<Vec<f64>>> = vec![None; n_sites];
    let mut best: Option<Cost> = None;
    for round in 0..ROUNDS {
        let seconds = budget.seconds_left() / (ROUNDS - round) as f64;
        let n_turns = n_sites.div_ceil(threads.max(1)) as f64;
        let each = || Budget {
            iterations: budget.iterations.min(PASSES),
            deadline: budget.deadline_within(CLIMBING * seconds / n_turns),
            started: Instant::now(),
            ..*budget
        };
        let charged = workers(n_sites, |site| {
            let FromSite { problem, incumbent, .. } = &sites[site];
            let wanted =
                Wanted { worth: &worth[site], of_route, known: known[site].as_deref(), incumbent: Some(incumbent) };
            if problem.vehicle_types().is_empty() {
                return Some(vec![f64::INFINITY; n_customers]);
            }
            charges(problem, &wanted, &each())
        });
        let Some(charged) = charged.into_iter().collect::<Option<Vec<Vec<f64>>>>() else { break };
        let (by_site, lifted) = over_the_period(question, &charged);
        let problem = question.siting(estimate::customers(question, &rows, &by_site));
        let limited = Budget {
            iterations: budget.iterations.min(ITERATIONS),
            deadline: budget.deadline_within((1.0 - CLIMBING) * seconds),
            started: Instant::now(),
            gap: 0.0,
            ..*budget
        };
        let outcome = siting::solve(&problem, None, &Params::default(), &limited, 1, &Silent);
        if outcome.infeasible.is_some() {
            break;
        }
        let bound = outcome.lower_bound - estimate::slack(question) - lifted + of_routes;
        observer.on(Event::LowerBound(bound));
        best = best.max(Some(bound));
        let Some(solution) = outcome.solution else { break };
        worth.iter_mut().flatten().for_each(|worth| *worth = (1.0 - NEWEST) * *worth + NEWEST * ELSEWHERE);
        for flow in &solution.flows {
            let share = flow.amount.get() as f64 / problem.customers()[flow.customer.get()].demand.get() as f64;
            worth[flow.site.get()][flow.customer.get()] += NEWEST * (1.0 - ELSEWHERE) * share;
        }
        known = charged.into_iter().map(Some).collect();
    }
    best.map(|bound| (bound, "q-routes from each site"))
}

/// What charges come to over the planning period with what each customer's load costs at the site, rounded down; and by how
/// much all of a customer's were lifted where one was negative, together.
fn over_the_period(question: &Question<'_>, charged: &[Vec<f64>]) -> (Vec<Vec<Option<f64>>>, Cost) {
    let n_rows = question.routes.n_customers();
    let whole = |site: usize, row: usize| {
        charged[site][row].is_finite().then(|| question.over_the_period(site, row, charged[site][row]))
    };
    let mut by_site: Vec<Vec<Option<f64>>> =
        (0..charged.len()).map(|site| (0..n_rows).map(|row| whole(site, row)).collect()).collect();
    let mut lifted = Cost::ZERO;
    for row in 0..n_rows {
        let least = by_site.iter().filter_map(|charges| charges[row]).fold(0.0, f64::min);
        by_site.iter_mut().filter_map(|charges| charges[row].as_mut()).for_each(|charge| *charge -= least);
        lifted += Cost::new(-least as i64);
    }
    (by_site, lifted)
}

/// Routes from one site alone.
struct FromSite {
    problem: routing::Problem,
    /// All routes that were found, as if they began there.
    incumbent: Solution,
    /// How much the charge of each customer counts at first: most where the site serves it in what was found.
    worth: Vec<f64>,
}

impl FromSite {
    fn new(question: &Question<'_>, found: &Evaluation, site: usize) -> Self {
        let open: Vec<bool> = (0..question.n_sites()).map(|other| other == site).collect();
        let (problem, types) = question.routes_from(&open);
        let mut worth = vec![ELSEWHERE; question.routes.n_customers()];
        for route in &found.routes.routes {
            if types.binary_search(&route.vehicle_type).is_ok() {
                route.visits.iter().for_each(|visit| worth[visit.get()] = 1.0);
            }
        }
        Self { problem, incumbent: moved(&found.routes, |_| Some(VehicleTypeIdx::new(0))), worth }
    }
}
