//! Set partitioning: the cheapest routes for all customers of those that a search has seen.
//!
//! [`Pool`] keeps the routes; [`recombine`] puts them together. Multipliers of the customers tell which routes may be worth
//! choosing; then the routes of a few neighbors at a time are exchanged for the cheapest others that visit the same
//! customers (`ExactCover`), half of the time under noise, so that the search leaves local optima. It finds most where
//! routes are short.
//!
//! Source: Balinski & Quandt (1964), Operations Research 12(2), for the problem; Rochat & Taillard (1995), Journal of
//! Heuristics 1, for pools of routes that heuristics found. The exchange of neighborhoods is ours.

mod exact_cover;
mod pool;
mod prices;
#[cfg(test)]
mod tests;

use super::arcs::Node;
use super::prepared::Prepared;
use super::segment::{Clock, Goods};
use crate::search::{Budget, Rng};
use crate::units::{Cost, VehicleTypeIdx};
use exact_cover::{Candidate, ExactCover};
pub use pool::{Column, Pool};
use rand::RngExt as _;
use std::collections::HashMap;

/// Most customers of a neighborhood: as many as a mask has bits.
const MOST_CUSTOMERS: usize = 128;

/// Most visits of a route, on average.
const MOST_VISITS: usize = 20;

/// Most routes of a neighborhood.
const MOST_ROUTES: usize = 16;

/// Attempts to let a neighborhood grow.
const ATTEMPTS: usize = 60;

/// Choices of routes tried in a neighborhood before it is left.
const MOST_NODES: u32 = 2_000;

/// Neighborhoods without a better incumbent after which the search goes back to it.
const PATIENCE: u32 = 300;

/// Noise at the start, in mean reduced costs of a route.
const NOISE: f64 = 1.0;

/// So many iterations of ruin and recreate take as long as a neighborhood.
const ITERATIONS: u64 = 20;

/// Share of the time for prices.
const SHARE_OF_PRICES: f64 = 0.3;

/// Routes and who drives them.
type Tours = Vec<(VehicleTypeIdx, Vec<Node>)>;

/// What [`recombine`] works with beside the routes.
pub struct Task<'t, 'b> {
    /// The budget of the whole search.
    pub budget: &'t Budget<'b>,
    /// How much of it may be used.
    pub until: f64,
    /// Iterations used so far.
    pub iteration: &'t mut u64,
    /// Multipliers of an earlier call to go on from; empty at first.
    pub prices: &'t mut Vec<f64>,
}

/// Whether it is worth the time: a neighborhood holds too few longer routes for much of an exchange.
#[must_use]
pub fn applies_to(n_customers: usize, n_routes: usize) -> bool {
    n_customers <= MOST_VISITS * n_routes
}

/// Cheaper routes than `start` for all customers and their cost, put together from those of `pool`.
pub fn recombine<G: Goods, C: Clock>(
    prepared: &Prepared<'_, G, C>,
    pool: &mut Pool,
    start: &[(VehicleTypeIdx, Vec<Node>)],
    task: Task<'_, '_>,
    rng: &mut Rng,
) -> Option<(Tours, Cost)> {
    let Task { budget, until, iteration, prices } = task;
    let mut route_of = vec![u32::MAX; prepared.n_customers()];
    for (vehicle_type, visits) in start {
        let whole = prepared.fold_route(*vehicle_type, visits);
        let row = pool.add(*vehicle_type, visits, prepared.route_cost(prepared.terms(*vehicle_type), &whole))?;
        visits.iter().for_each(|node| route_of[node.get()] = row as u32);
    }
    let columns = pool.columns();
    let before = cost(columns, &distinct(&route_of));
    if prices.is_empty() {
        let share = |&row: &u32| columns[row as usize].cost.get() as f64 / columns[row as usize].visits.len() as f64;
        *prices = route_of.iter().map(share).collect();
    }
    let begun = budget.progress(*iteration);
    let enough = begun + SHARE_OF_PRICES * (until - begun);
    let stop = || budget.progress(*iteration) > enough || budget.out_of_time();
    let bound = prices::climb(columns, before.get() as f64, prices, &stop);
    let reduced: Vec<f64> = columns.iter().map(|column| prices::reduced_cost(column, prices)).collect();
    let gap = (before.get() as f64 - bound).max(0.0);
    let mut covers = Covers::new(columns, &reduced, gap, prepared.terms.iter().map(|terms| terms.count).collect());
    covers.start(route_of);
    let mut best = (before, covers.route_of.clone());
    let mut n_failed = 0;
    loop {
        let used = budget.progress(*iteration);
        if used >= until || budget.exhausted(*iteration) {
            break;
        }
        *iteration += ITERATIONS;
        let noisy = rng.random_range(0..2) == 0;
        let left = 1.0 - (used - begun) / (until - begun);
        let noise = if noisy { NOISE * left * gap / covers.n_routes.max(1) as f64 } else { 0.0 };
        covers.exchange(noise, rng);
        n_failed += 1;
        if covers.cost < best.0 {
            best = (covers.cost, covers.route_of.clone());
            n_failed = 0;
        } else if n_failed > PATIENCE {
            covers.start(best.1.clone());
            n_failed = 0;
        }
    }
    let found = (best.0 < before).then(|| (tours(columns, &best.1), best.0));
    pool.thin_out(&reduced);
    found
}

/// What routes cost together.
fn cost(columns: &[Column], rows: &[u32]) -> Cost {
    rows.iter().map(|&row| columns[row as usize].cost).sum()
}

fn tours(columns: &[Column], route_of: &[u32]) -> Tours {
    let column = |&row: &u32| (columns[row as usize].vehicle_type, columns[row as usize].visits.clone());
    distinct(route_of).iter().map(column).collect()
}

/// The routes that `route_of` names by customer, each once.
fn distinct(route_of: &[u32]) -> Vec<u32> {
    let mut rows = route_of.to_vec();
    rows.sort_unstable();
    rows.dedup();
    rows
}

/// A choice of routes that visits each customer once, under improvement.
struct Covers<'a> {
    columns: &'a [Column],
    reduced: &'a [f64],
    /// The routes that may be worth choosing, by customer and reduced cost.
    through: Vec<Vec<u32>>,
    /// Vehicles of each type.
    count: Vec<usize>,
    spare: Vec<usize>,
    route_of: Vec<u32>,
    n_routes: usize,
    cost: Cost,
    /// The bit of each customer of the neighborhood.
    bit_of: Vec<u32>,
}

/// A customer that is not in the neighborhood.
const OUTSIDE: u32 = u32::MAX;

impl<'a> Covers<'a> {
    fn new(columns: &'a [Column], reduced: &'a [f64], gap: f64, count: Vec<usize>) -> Self {
        let n_customers =
            columns.iter().flat_map(|column| &column.visits).map(|node| node.get() + 1).max().unwrap_or(0);
        let mut through: Vec<Vec<u32>> = vec![Vec::new(); n_customers];
        let mut order: Vec<u32> = (0..columns.len() as u32).filter(|&row| reduced[row as usize] <= gap).collect();
        order.sort_by(|&a, &b| reduced[a as usize].total_cmp(&reduced[b as usize]));
        for row in order {
            columns[row as usize].visits.iter().for_each(|node| through[node.get()].push(row));
        }
        let bit_of = vec![OUTSIDE; n_customers];
        let (spare, route_of) = (count.clone(), Vec::new());
        Self { columns, reduced, through, count, spare, route_of, n_routes: 0, cost: Cost::ZERO, bit_of }
    }

    /// Chooses the routes that `route_of` names.
    fn start(&mut self, route_of: Vec<u32>) {
        let rows = distinct(&route_of);
        self.spare.clone_from(&self.count);
        rows.iter().for_each(|&row| self.spare[self.columns[row as usize].vehicle_type.get()] -= 1);
        self.n_routes = rows.len();
        self.cost = cost(self.columns, &rows);
        self.route_of = route_of;
    }

    /// Exchanges the routes of a neighborhood for the cheapest others, each dearer by up to some times `noise`.
    fn exchange(&mut self, noise: f64, rng: &mut Rng) {
        let (routes, members) = self.neighborhood(rng);
        if routes.len() < 2 {
            return;
        }
        for (bit, node) in members.iter().enumerate() {
            self.bit_of[node.get()] = bit as u32;
        }
        let mut drawn: HashMap<u32, f64> = HashMap::new();
        let mut price = |row: u32| {
            let extra = if noise > 0.0 { -noise * rng.random_range(1e-9..1.0_f64).ln() } else { 0.0 };
            *drawn.entry(row).or_insert(self.reduced[row as usize] + extra)
        };
        let now: f64 = routes.iter().map(|&row| price(row)).sum();
        let mut candidates: Vec<Vec<Candidate>> = vec![Vec::new(); members.len()];
        for (own, node) in candidates.iter_mut().zip(&members) {
            for &row in self.through[node.get()].iter().take_while(|&&row| self.reduced[row as usize] < now) {
                let column = &self.columns[row as usize];
                if let Some(members) = self.mask(column) {
                    let vehicle_type = column.vehicle_type.get();
                    own.push(Candidate { members, price: price(row), column: row, vehicle_type });
                }
            }
            own.sort_by(|a, b| a.price.total_cmp(&b.price));
        }
        members.iter().for_each(|node| self.bit_of[node.get()] = OUTSIDE);
        let mut vehicles = self.spare.clone();
        routes.iter().for_each(|&row| vehicles[self.columns[row as usize].vehicle_type.get()] += 1);
        let chosen = ExactCover::new(&candidates, vehicles, now - 1e-9 * now.abs(), MOST_NODES).solve();
        if !chosen.is_empty() {
            routes.iter().for_each(|&row| self.count_route(row, false));
            for row in chosen {
                self.count_route(row, true);
                self.columns[row as usize].visits.iter().for_each(|node| self.route_of[node.get()] = row);
            }
        }
    }

    /// Counts a route in, or out.
    fn count_route(&mut self, row: u32, into: bool) {
        let Column { vehicle_type, cost, .. } = &self.columns[row as usize];
        let spare = &mut self.spare[vehicle_type.get()];
        if into {
            (*spare, self.n_routes, self.cost) = (*spare - 1, self.n_routes + 1, self.cost + *cost);
        } else {
            (*spare, self.n_routes, self.cost) = (*spare + 1, self.n_routes - 1, self.cost - *cost);
        }
    }

    /// Whom a route visits as bits of the neighborhood, or `None` where it leaves it.
    fn mask(&self, column: &Column) -> Option<u128> {
        column.visits.iter().try_fold(0, |mask, node| match self.bit_of[node.get()] {
            OUTSIDE => None,
            bit => Some(mask | 1 << bit),
        })
    }

    /// Routes now chosen that promising others would break up, and their customers. The first is one of three drawn at
    /// random, the one that is dearest for its customers' prices.
    fn neighborhood(&self, rng: &mut Rng) -> (Vec<u32>, Vec<Node>) {
        let n_wanted = rng.random_range(2..=MOST_ROUTES);
        let draws = [(); 3].map(|()| self.route_of[rng.random_range(0..self.route_of.len())]);
        let dearest = |a: &u32, b: &u32| self.reduced[*a as usize].total_cmp(&self.reduced[*b as usize]);
        let first = draws.into_iter().max_by(dearest).unwrap_or(draws[0]);
        let mut routes = vec![first];
        let mut members = self.columns[first as usize].visits.clone();
        if members.len() > MOST_CUSTOMERS {
            return (routes, members);
        }
        for _ in 0..ATTEMPTS {
            if routes.len() >= n_wanted {
                break;
            }
            let through = &self.through[members[rng.random_range(0..members.len())].get()];
            let at = (rng.random::<f64>().powi(3) * through.len() as f64) as usize;
            let Some(&other) = through.get(at) else { continue };
            for node in &self.columns[other as usize].visits {
                let route = self.route_of[node.get()];
                let visits = &self.columns[route as usize].visits;
                if !routes.contains(&route) && members.len() + visits.len() <= MOST_CUSTOMERS {
                    routes.push(route);
                    members.extend_from_slice(visits);
                }
            }
        }
        (routes, members)
    }
}
