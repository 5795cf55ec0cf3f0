//! What delivery costs at least, as a siting problem.
//!
//! A route costs no less than its way to the farthest of its customers and back, so each customer can be charged the share
//! of such a trip for him alone that his goods take of the vehicle: the charges of a route's customers add up to no more
//! than the route costs. Sites with these charges make a capacitated siting problem whose optimum no plan undercuts. How
//! far customers are is measured along shortest ways, so that triangle inequality need not hold.
//!
//! Source: for the charges, Haimovich & Rinnooy Kan (1985), Mathematics of Operations Research 10(4).

use super::question::Question;
use crate::planning::Options;
use crate::routing::{Customer, VehicleType};
use crate::search::{Budget, Event, Observer, Silent, workers};
use crate::siting::{self, flows};
use crate::units::{Cost, CustomerIdx, Distance, Duration, Load, LocationIdx, ProductIdx, SiteIdx, VehicleTypeIdx};

/// Dual iterations for the bound.
const ITERATIONS: u64 = 3_000;

/// Share of the time for it.
const SHARE: f64 = 0.05;

/// Most steps of shortest ways: above, the bound would take too long.
const MOST_STEPS: f64 = 2e9;

/// Delivery as siting sees it.
pub(super) struct Estimate {
    problem: siting::Problem,
    /// The sites that it opens, where it found any.
    pub(super) open: Option<Vec<bool>>,
    /// What no plan can cost less than, where that is proven.
    pub(super) lower_bound: Option<Cost>,
}

impl Estimate {
    /// What siting thinks that open sites cost with all deliveries, over the planning period; `None` where their capacities
    /// do not suffice.
    pub(super) fn cost(&self, open: &[bool], budget: &Budget<'_>) -> Option<Cost> {
        flows(&self.problem, open, budget).map(|solution| solution.cost)
    }
}

/// The siting problem, its sites and its bound.
pub(super) fn solve(
    question: &Question<'_>,
    options: &Options<'_>,
    budget: &Budget<'_>,
    observer: &dyn Observer,
) -> Estimate {
    observer.on(Event::Phase("estimate"));
    let problem = charges(question);
    let deadline = budget.deadline_within(budget.seconds_left() * SHARE);
    let part = Budget { iterations: budget.iterations.min(ITERATIONS), deadline, gap: 0.0, ..*budget };
    let outcome = siting::solve(&problem, None, &siting::Params::default(), &part, options.seed, &Silent);
    let routing = &question.network.routing;
    let is_whole = routing.visits.iter().all(|visit| visit.prize.is_none());
    let has_ways = steps(question) <= MOST_STEPS;
    let lower_bound =
        (is_whole && has_ways && outcome.infeasible.is_none()).then(|| outcome.lower_bound - slack(question));
    if let Some(bound) = lower_bound {
        observer.on(Event::LowerBound(bound));
    }
    Estimate { problem, open: outcome.solution.map(|solution| solution.open), lower_bound }
}

/// Each charge is rounded down, and what the solver counts is rounded to the nearest millionth.
pub(super) fn slack(question: &Question<'_>) -> Cost {
    Cost::new(2 * question.routes.n_customers() as i64 + question.n_sites() as i64)
}

fn steps(question: &Question<'_>) -> f64 {
    2.0 * question.n_sites() as f64 * (question.routes.n_customers() as f64).powi(2)
}

/// Sites and what each customer is charged there; optional customers are left out where others are mandatory.
fn charges(question: &Question<'_>) -> siting::Problem {
    let (visits, routes) = (&question.network.routing.visits, &question.routes);
    let any_mandatory = visits.iter().any(|visit| visit.prize.is_none());
    let leads: Vec<usize> = (0..visits.len()).filter(|&row| !any_mandatory || visits[row].prize.is_none()).collect();
    let shares: Vec<Share> = routes.vehicle_types().iter().map(|it| Share::new(it, routes.customers())).collect();
    let by_site: Vec<Vec<Option<f64>>> = workers(question.n_sites(), |site| {
        let ways = Ways::new(question, site);
        leads.iter().map(|&row| charge(question, &ways, &shares, site, row)).collect()
    });
    question.siting(customers(question, &leads, &by_site))
}

/// Customers of siting: visits by their rows, with what each is charged at each site, where one serves it.
pub(super) fn customers(
    question: &Question<'_>,
    rows: &[usize],
    by_site: &[Vec<Option<f64>>],
) -> Vec<siting::Customer> {
    let visits = &question.network.routing.visits;
    let services = |place: usize| {
        let charges = by_site.iter().map(|charges| charges[place]).enumerate();
        charges.filter_map(|(site, cost)| Some(siting::Service { site: SiteIdx::new(site), cost: cost? })).collect()
    };
    let customer = |(place, &row): (usize, &usize)| {
        let load = visits[row].delivery.first().copied().unwrap_or(Load::ZERO);
        siting::Customer {
            product: ProductIdx::new(0),
            demand: load.max(Load::new(1)),
            weight: load,
            single_source: false,
            services: services(place),
            rest: f64::INFINITY,
        }
    };
    rows.iter().enumerate().map(customer).collect()
}

/// What a visit is charged at a site over the planning period, rounded down; `None` where no vehicle from there makes it.
fn charge(question: &Question<'_>, ways: &Ways, shares: &[Share], site: usize, row: usize) -> Option<f64> {
    let (network, routes) = (question.network, &question.routes);
    let here = (0..shares.len()).filter(|&it| network.bases[it].get() == site);
    let others = || std::iter::once(row).chain(network.routing.other_rows(row));
    let of_type = |row_of_type: usize| {
        let (share, it) = (&shares[row_of_type], routes.vehicle_type(VehicleTypeIdx::new(row_of_type)));
        let of_place = |place: usize| {
            let customer = routes.customer(CustomerIdx::new(place));
            if customer.barred.contains(&VehicleTypeIdx::new(row_of_type)) {
                return None;
            }
            let trip = it.fixed.get() as f64
                + it.per_distance.get() as f64 * ways.distance(it, customer.location).get() as f64
                + it.per_duration.get() as f64 * ways.duration(it, customer.location).get() as f64;
            let service = it.per_duration.get() as f64 * customer.service.get() as f64;
            Some(share.of(customer)? * trip + service)
        };
        others().filter_map(of_place).reduce(f64::min)
    };
    let delivery = here.filter_map(of_type).reduce(f64::min)?;
    Some(question.over_the_period(site, row, delivery))
}

/// How much of a route a customer takes, measured by what fills vehicles of a type first.
enum Share {
    /// A load dimension, and the vehicle's capacity.
    Load(usize, f64),
    /// Each visit the same.
    Visits(f64),
}

impl Share {
    fn new(vehicle_type: &VehicleType, customers: &[Customer]) -> Self {
        let most_visits = customers.len().min(vehicle_type.max_visits as usize).max(1) as f64;
        let by_load =
            vehicle_type.capacity.iter().enumerate().filter(|(_, most)| **most < Load::HUGE).map(|(row, most)| {
                let total: f64 = customers.iter().map(|customer| customer.delivery[row].get() as f64).sum();
                (row, most.get() as f64, total / (most.get() as f64).max(1.0))
            });
        match by_load.max_by(|a, b| a.2.total_cmp(&b.2)) {
            Some((row, most, filled)) if filled > customers.len() as f64 / most_visits => Self::Load(row, most),
            _ => Self::Visits(most_visits),
        }
    }

    /// `None` where it does not fit at all.
    fn of(&self, customer: &Customer) -> Option<f64> {
        match self {
            Self::Load(row, most) => {
                let load = customer.delivery[*row].get() as f64;
                (load <= *most).then(|| if *most > 0.0 { load / most } else { 0.0 })
            }
            Self::Visits(most) => Some(1.0 / most),
        }
    }
}

/// Shortest ways from a site to every place and back.
struct Ways {
    out: Vec<(Distance, Duration)>,
    back: Vec<(Distance, Duration)>,
    here: LocationIdx,
    others: Vec<(LocationIdx, Vec<(Distance, Duration)>)>,
}

impl Ways {
    fn new(question: &Question<'_>, site: usize) -> Self {
        let (routes, here) = (&question.routes, question.network.siting.sites[site].location);
        let is_short = steps(question) <= MOST_STEPS;
        let mut ends: Vec<LocationIdx> = (0..routes.vehicle_types().len())
            .filter(|&it| question.network.bases[it].get() == site)
            .filter_map(|it| routes.vehicle_types()[it].end)
            .filter(|&end| end != here)
            .collect();
        ends.sort_unstable();
        ends.dedup();
        let ways = |place, forward| shortest(question, place, forward, is_short);
        Self {
            out: ways(here, true),
            back: ways(here, false),
            here,
            others: ends.into_iter().map(|end| (end, ways(end, false))).collect(),
        }
    }

    fn legs(&self, vehicle_type: &VehicleType, place: LocationIdx) -> [(Distance, Duration); 2] {
        let back = match vehicle_type.end {
            None => (Distance::ZERO, Duration::ZERO),
            Some(end) if end == self.here => self.back[place.get()],
            Some(end) => {
                let known = self.others.iter().find(|(other, _)| *other == end);
                known.map_or((Distance::ZERO, Duration::ZERO), |(_, ways)| ways[place.get()])
            }
        };
        [self.out[place.get()], back]
    }

    fn distance(&self, vehicle_type: &VehicleType, place: LocationIdx) -> Distance {
        self.legs(vehicle_type, place).into_iter().map(|(distance, _)| distance).sum()
    }

    fn duration(&self, vehicle_type: &VehicleType, place: LocationIdx) -> Duration {
        self.legs(vehicle_type, place).into_iter().map(|(_, duration)| duration).sum()
    }
}

/// Shortest distances and durations between a place and all others over places of customers, each by itself; `O(n²)`.
/// Direct ones where that takes too long.
fn shortest(
    question: &Question<'_>,
    place: LocationIdx,
    is_forward: bool,
    is_short: bool,
) -> Vec<(Distance, Duration)> {
    let travel = question.routes.travel();
    let leg = |from: LocationIdx, to: LocationIdx| {
        if is_forward { travel.leg(from, to) } else { travel.leg(to, from) }
    };
    let n = travel.n_locations();
    let direct = || (0..n).map(|to| leg(place, LocationIdx::new(to)));
    if !is_short {
        return direct().collect();
    }
    let mut over: Vec<usize> = question.routes.customers().iter().map(|customer| customer.location.get()).collect();
    over.sort_unstable();
    over.dedup();
    let by = |value: fn((Distance, Duration)) -> i64| {
        let mut shortest: Vec<i64> = direct().map(value).collect();
        let mut open = over.clone();
        while let Some(at) = (0..open.len()).min_by_key(|&at| (shortest[open[at]], open[at])) {
            let through = open.swap_remove(at);
            for to in 0..n {
                let longer = shortest[through] + value(leg(LocationIdx::new(through), LocationIdx::new(to)));
                shortest[to] = shortest[to].min(longer);
            }
        }
        shortest
    };
    let distances = by(|(distance, _)| distance.get());
    let durations = by(|(_, duration)| duration.get());
    distances.into_iter().zip(durations).map(|(one, other)| (Distance::new(one), Duration::new(other))).collect()
}
