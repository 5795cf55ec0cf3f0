//! Which customers are near a customer.
//!
//! Lists are made when first asked for, so that a short search on a large problem pays only for what it touches.

use super::Problem;
use crate::spatial::{NearestPlaces, Point};
use crate::units::{CustomerIdx, LocationIdx};
use std::sync::OnceLock;

/// The neighbors of one customer, nearest first.
#[derive(Default)]
struct List {
    rows: Box<[u32]>,
    reaches: Box<[u32]>,
    spans: Box<[u32]>,
}

/// Neighbor lists of all customers but reloads, nearest first. Memory is linear in the customers whose list was asked for.
pub struct Near {
    lists: Vec<OnceLock<List>>,
    places: Option<NearestPlaces>,
    points: Vec<Point>,
    length: usize,
}

impl Near {
    /// Lists of up to `length` neighbors, none computed yet.
    #[must_use]
    pub fn new(problem: &Problem, length: usize) -> Self {
        let n_customers = problem.first_reload();
        // Below some hundred customers a sorted row is as fast as a tree, and exact for any metric.
        let direct = problem.travel().direct().filter(|_| n_customers > 500);
        let points: Vec<Point> = direct.map_or_else(Vec::new, |direct| {
            problem.customers()[..n_customers].iter().map(|it| direct.points()[it.location.get()]).collect()
        });
        let places = direct.map(|direct| NearestPlaces::new(direct.params().metric, &points));
        let lists = (0..n_customers).map(|_| OnceLock::new()).collect();
        Self { lists, places, points, length: length.min(n_customers.saturating_sub(1)) }
    }

    /// The neighbors of `customer`, nearest first, without itself.
    #[inline]
    pub fn of(&self, problem: &Problem, customer: CustomerIdx) -> &[u32] {
        &self.list(problem, customer).rows
    }

    /// The distances from `customer` to its neighbors or back, whichever is shorter, in the order of [`Near::of`].
    #[inline]
    pub fn reaches(&self, problem: &Problem, customer: CustomerIdx) -> &[u32] {
        &self.list(problem, customer).reaches
    }

    /// The same of travel times.
    #[inline]
    pub fn spans(&self, problem: &Problem, customer: CustomerIdx) -> &[u32] {
        &self.list(problem, customer).spans
    }

    #[inline]
    fn list(&self, problem: &Problem, customer: CustomerIdx) -> &List {
        self.lists[customer.get()].get_or_init(|| {
            let rows = self.rows(problem, customer);
            let (travel, here) = (problem.travel(), problem.customer(customer).location);
            let there = |row: u32| problem.customers()[row as usize].location;
            let bounded = |value: i64| u32::try_from(value).unwrap_or(u32::MAX);
            let both = rows.iter().map(|&row| (travel.leg(here, there(row)), travel.leg(there(row), here)));
            let shorter = both.map(|(out, back)| (bounded(out.0.min(back.0).get()), bounded(out.1.min(back.1).get())));
            let (reaches, spans): (Vec<u32>, Vec<u32>) = shorter.unzip();
            List { reaches: reaches.into(), spans: spans.into(), rows }
        })
    }

    fn rows(&self, problem: &Problem, customer: CustomerIdx) -> Box<[u32]> {
        if let Some(places) = &self.places {
            let rows = places.nearest(self.points[customer.get()], self.length + 1);
            return rows
                .iter()
                .filter(|&&row| row != customer.get())
                .take(self.length)
                .map(|&row| row as u32)
                .collect();
        }
        let location = |row: usize| -> LocationIdx { problem.customers()[row].location };
        let here = location(customer.get());
        let travel = problem.travel();
        let mut keyed: Vec<(i64, u32)> = (0..self.lists.len())
            .filter(|&row| row != customer.get())
            .map(|row| {
                let both = travel.distance(here, location(row)) + travel.distance(location(row), here);
                (both.get(), row as u32)
            })
            .collect();
        if keyed.len() > self.length {
            keyed.select_nth_unstable(self.length);
            keyed.truncate(self.length);
        }
        keyed.sort_unstable();
        keyed.into_iter().map(|(_, row)| row).collect()
    }
}
