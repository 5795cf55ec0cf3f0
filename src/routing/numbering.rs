//! The numbers that a search gives customers: along a space-filling curve, so that those near each other are near in
//! memory, too.
//!
//! A search looks at one neighborhood at a time, and most of what it waits for is memory: on 1000 customers numbers along
//! the curve save a tenth to a fifth of its time, on 30,000 a third.
//!
//! Source: Bartholdi & Platzman (1988), Management Science 34(3), for tours along such curves; here Hilbert's.

use super::{Problem, Route, Solution};
use crate::search::{Event, Found, Observer};
use crate::spatial::Point;
use crate::units::CustomerIdx;

/// Other numbers for the customers of a problem.
pub(super) struct Numbering {
    /// The old number of each new one.
    old: Vec<CustomerIdx>,
    /// The new number of each old one.
    new: Vec<CustomerIdx>,
}

impl Numbering {
    /// Along the curve; by distance from the first depot where there are no coordinates. Reloads stay last. `O(n log n)`.
    pub(super) fn along_curve(problem: &Problem) -> Self {
        let first_reload = problem.first_reload();
        let mut keyed: Vec<(u64, usize)> = keys(problem, first_reload).into_iter().zip(0..).collect();
        keyed.sort_unstable();
        let rows = keyed.into_iter().map(|(_, row)| row).chain(first_reload..problem.n_customers());
        let old: Vec<CustomerIdx> = rows.map(CustomerIdx::new).collect();
        let mut new = old.clone();
        for (row, customer) in old.iter().enumerate() {
            new[customer.get()] = CustomerIdx::new(row);
        }
        Self { old, new }
    }

    /// The new number of a customer.
    pub(super) fn new_of(&self, customer: CustomerIdx) -> CustomerIdx {
        self.new[customer.get()]
    }

    /// What is kept for each customer, or for all but reloads, or for nobody, in the order of the new numbers.
    pub(super) fn sorted<T: Clone>(&self, by_customer: &[T]) -> Vec<T> {
        self.old.iter().filter_map(|customer| by_customer.get(customer.get()).cloned()).collect()
    }

    /// A solution with new numbers, given one with old ones.
    pub(super) fn inside(&self, solution: &Solution) -> Solution {
        renamed(solution, &self.new)
    }

    /// A solution with old numbers, given one with new ones.
    pub(super) fn outside(&self, solution: &Solution) -> Solution {
        renamed(solution, &self.old)
    }
}

fn renamed(solution: &Solution, names: &[CustomerIdx]) -> Solution {
    let name = |customer: &CustomerIdx| names[customer.get()];
    let route = |route: &Route| Route { visits: route.visits.iter().map(name).collect(), ..*route };
    let routes = solution.routes.iter().map(route).collect();
    Solution::sorted(routes, solution.unserved.iter().map(name).collect(), solution.cost)
}

/// Tells the old numbers.
pub(super) struct Outside<'o> {
    /// Who is told.
    pub(super) observer: &'o dyn Observer,
    /// The numbers.
    pub(super) numbering: &'o Numbering,
}

impl Observer for Outside<'_> {
    fn on(&self, event: Event) {
        self.observer.on(event);
    }

    fn wants(&self) -> bool {
        self.observer.wants()
    }

    fn take(&self, incumbent: Found) {
        let name = |row: &mut usize| *row = self.numbering.old[*row].get();
        let incumbent = match incumbent {
            Found::Routes { mut routes, mut unserved } => {
                routes.iter_mut().flat_map(|(_, visits)| visits).for_each(name);
                unserved.iter_mut().for_each(name);
                Found::Routes { routes, unserved }
            }
            Found::Sites { .. } | Found::Network { .. } => incumbent,
        };
        self.observer.take(incumbent);
    }
}

/// How far along the curve each of the first `n_customers` lies.
fn keys(problem: &Problem, n_customers: usize) -> Vec<u64> {
    let places = problem.customers()[..n_customers].iter().map(|customer| customer.location);
    if let Some(direct) = problem.travel().direct() {
        let points: Vec<Point> = places.map(|place| direct.points()[place.get()]).collect();
        return hilbert_keys(&points);
    }
    let depot = problem.vehicle_types().first().map(|vehicle_type| vehicle_type.start);
    let distance = |place| depot.map_or(0, |depot| problem.travel().distance(depot, place).get() as u64);
    places.map(distance).collect()
}

/// How far along Hilbert's curve through their bounding square each point lies.
fn hilbert_keys(points: &[Point]) -> Vec<u64> {
    const SIDE: u32 = 1 << 16;
    let bounds = |value: fn(&Point) -> f64| {
        points.iter().map(value).fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), it| (low.min(it), high.max(it)))
    };
    let ((left, right), (bottom, top)) = (bounds(|point| point.x), bounds(|point| point.y));
    let scale = f64::from(SIDE - 1) / (right - left).max(top - bottom).max(f64::MIN_POSITIVE);
    points
        .iter()
        .map(|point| {
            let (mut x, mut y) = (((point.x - left) * scale) as u32, ((point.y - bottom) * scale) as u32);
            let (mut key, mut half) = (0u64, SIDE / 2);
            while half > 0 {
                let (right, upper) = (u32::from(x & half > 0), u32::from(y & half > 0));
                key += u64::from(half) * u64::from(half) * u64::from((3 * right) ^ upper);
                if upper == 0 {
                    if right == 1 {
                        (x, y) = (SIDE - 1 - x, SIDE - 1 - y);
                    }
                    (x, y) = (y, x);
                }
                half /= 2;
            }
            key
        })
        .collect()
}
