//! The cheapest ways to and from each customer.

use super::fleets::{Rate, cost};
use super::stakes::Stakes;
use crate::network::DirectTravel;
use crate::routing::{Customer, Problem};
use crate::search::{Budget, workers};
use crate::spatial::{Metric, NearestPlaces, Point};
use crate::units::{Distance, Duration, Time};

/// Ways into or out of one customer, cheapest first.
pub(super) struct List {
    /// The other customer and the cost.
    pub(super) ways: Vec<(u32, f64)>,
    /// No way that is not listed costs less.
    pub(super) floor: f64,
}

/// The ways between customers at one rate.
pub(super) struct Ways {
    /// The rate.
    pub(super) rate: Rate,
    /// By the customer that a way leads to.
    pub(super) into: Vec<List>,
    /// By the customer that a way comes from; empty when it equals `into`.
    out: Vec<List>,
}

/// Ways listed in all, about.
const MOST_WAYS: usize = 400_000;

impl Ways {
    /// The ways of `problem` at `rate`: all of them up to some hundred customers, the cheapest ones beyond. Ways that
    /// no route can use, for windows or shipments, are left out. `None` when time is up. `O(n²)` on a matrix,
    /// `O(n log n)` on coordinates.
    pub(super) fn new(problem: &Problem, rate: Rate, budget: &Budget<'_>) -> Option<Self> {
        let stakes = Stakes::new(problem);
        let n_customers = problem.n_customers();
        let length = (MOST_WAYS / n_customers.max(1)).clamp(32, 400).min(n_customers.saturating_sub(1));
        let opens = problem.vehicle_types().iter().map(|it| it.shift.opens).min().unwrap_or(Time::ZERO);
        let near = near(problem, length);
        let way = |from: usize, to: usize| -> Option<f64> {
            let (here, there) = (&problem.customers()[from], &problem.customers()[to]);
            let duration = problem.travel().duration(here.location, there.location);
            let in_time = here.window.opens.max(opens) + here.service + duration <= there.window.closes;
            // A shipment is never brought before it is fetched.
            let backwards = stakes.is_drop[from] && stakes.partner[from] == Some(to);
            let possible = in_time && !backwards;
            possible.then(|| cost(rate, problem.travel().distance(here.location, there.location), duration))
        };
        let lists = |into: bool| -> Option<Vec<List>> {
            let ways = |row: usize| {
                if budget.out_of_time() {
                    return None;
                }
                let one = |other: usize| {
                    let cost = if into { way(other, row) } else { way(row, other) };
                    cost.map(|cost| (other as u32, cost))
                };
                Some(match &near {
                    Some((places, direct)) => beside(problem, places, direct, row, length, rate, &one),
                    None => scan(n_customers, row, length, &one),
                })
            };
            workers(n_customers, ways).into_iter().collect()
        };
        let (into, out) = (lists(true)?, lists(false)?);
        let alike = into.iter().zip(&out).all(|(a, b)| a.ways == b.ways && a.floor.total_cmp(&b.floor).is_eq());
        Some(Self { rate, into, out: if alike { Vec::new() } else { out } })
    }

    /// Ways by the customer that they come from.
    pub(super) fn out(&self) -> &[List] {
        if self.out.is_empty() { &self.into } else { &self.out }
    }

    /// Whether every way back costs what the way there costs.
    pub(super) fn symmetric(&self) -> bool {
        self.out.is_empty()
    }
}

/// Seconds that the ways of one rate take on one thread.
pub(super) fn seconds(problem: &Problem) -> f64 {
    let n_customers = problem.n_customers() as f64;
    let indexed = problem.travel().direct().is_some() && problem.n_customers() > SCAN_ALL;
    if indexed { 100e-6 * n_customers } else { 120e-9 * n_customers * n_customers }
}

/// Above so many customers with coordinates lists come from an index of places.
const SCAN_ALL: usize = 4_000;

fn near(problem: &Problem, length: usize) -> Option<(NearestPlaces, DirectTravel)> {
    let direct = problem.travel().direct()?;
    if problem.n_customers() <= SCAN_ALL || length == 0 {
        return None;
    }
    let places: Vec<Point> = problem.customers().iter().map(|customer| point(direct, customer)).collect();
    Some((NearestPlaces::new(direct.params().metric, &places), direct.clone()))
}

fn point(direct: &DirectTravel, customer: &Customer) -> Point {
    direct.points()[customer.location.get()]
}

fn scan(n_customers: usize, row: usize, length: usize, one: &dyn Fn(usize) -> Option<(u32, f64)>) -> List {
    let mut ways: Vec<(u32, f64)> = (0..n_customers).filter(|&other| other != row).filter_map(one).collect();
    let order = |a: &(u32, f64), b: &(u32, f64)| a.1.total_cmp(&b.1).then(a.0.cmp(&b.0));
    let mut floor = f64::INFINITY;
    if ways.len() > length {
        let (_, next, _) = ways.select_nth_unstable_by(length, order);
        floor = next.1;
        ways.truncate(length);
    }
    ways.sort_unstable_by(order);
    List { ways, floor }
}

fn beside(
    problem: &Problem,
    places: &NearestPlaces,
    direct: &DirectTravel,
    row: usize,
    length: usize,
    rate: Rate,
    one: &dyn Fn(usize) -> Option<(u32, f64)>,
) -> List {
    let here = point(direct, &problem.customers()[row]);
    let rows = places.nearest(here, length + 1);
    let params = direct.params();
    // The index goes by the straight line; on the sphere by chords, whose order may differ in the last digits.
    let metric = if params.metric == Metric::Manhattan { Metric::Euclidean } else { params.metric };
    let farthest = rows.last().map_or(0.0, |&last| metric.distance(here, point(direct, &problem.customers()[last])));
    let length = farthest * (1.0 - 1e-9) * params.circuity * params.scale;
    let distance = Distance::new(params.rounding.apply(length));
    let duration = params.speed.map_or(Duration::ZERO, |speed| Duration::new(params.rounding.apply(length / speed)));
    let mut ways: Vec<(u32, f64)> =
        rows.iter().filter(|&&other| other != row).filter_map(|&other| one(other)).collect();
    ways.sort_unstable_by(|a, b| a.1.total_cmp(&b.1).then(a.0.cmp(&b.0)));
    List { ways, floor: cost(rate, distance, duration) }
}
