//! The ways between customers: what each costs, and the cheapest of those to or from a block of customers.

use super::fleets::{Rate, cost};
use super::lines::Lines;
use super::stakes::Stakes;
use crate::routing::Problem;
use crate::search::{Budget, workers};
use crate::spatial::{Metric, NearestPlaces, Point};
use crate::units::Time;

/// Customers with neighboring numbers, which are looked at together.
pub(super) const BLOCK: usize = 16;

/// With more customers than these what all ways cost would take too much memory.
pub(super) const MOST_FOR_TABLES: usize = 2_500;

/// The ways at one rate.
pub(super) struct Ways {
    /// The rate.
    pub(super) rate: Rate,
    /// What the cheapest way to each customer costs at least.
    pub(super) least_into: Vec<f64>,
    /// What the cheapest way from each customer costs at least.
    pub(super) least_out: Vec<f64>,
    /// All ways; `None` where there are too many customers.
    pub(super) tables: Option<Tables>,
}

/// All ways in both directions.
pub(super) struct Tables {
    /// By the customer that a way leads to.
    pub(super) into: Table,
    /// By the customer that a way comes from; `None` where it equals `into`.
    out: Option<Table>,
}

impl Tables {
    /// Ways by the customer that they come from.
    pub(super) fn out(&self) -> &Table {
        self.out.as_ref().unwrap_or(&self.into)
    }

    /// Whether every way back costs what the way there costs.
    pub(super) fn symmetric(&self) -> bool {
        self.out.is_none()
    }
}

/// The ways of each customer in one direction.
pub(super) struct Table {
    /// By customer and other customer, each row filled up to whole blocks; infinite where no route can use the way.
    costs: Vec<f64>,
    /// By customer: the blocks, and what the cheapest way costs there. Cheapest first.
    blocks: Vec<Vec<(u32, f64)>>,
}

impl Table {
    fn new(costs: Vec<f64>, n_customers: usize) -> Self {
        let row_length = n_customers.next_multiple_of(BLOCK);
        let blocks = |row: usize| -> Vec<(u32, f64)> {
            let costs = costs[row * row_length..(row + 1) * row_length].chunks_exact(BLOCK);
            let least = costs.map(|block| block.iter().copied().fold(f64::INFINITY, f64::min));
            let mut blocks: Vec<(u32, f64)> = (0..).zip(least).filter(|block| block.1 < f64::INFINITY).collect();
            blocks.sort_unstable_by(|a, b| a.1.total_cmp(&b.1).then(a.0.cmp(&b.0)));
            blocks
        };
        let blocks = workers(n_customers, blocks);
        Self { costs, blocks }
    }

    /// What the ways of one customer cost, by the other one, with infinite ones at the end of the last block.
    #[inline]
    pub(super) fn costs(&self, row: usize) -> &[f64] {
        let row_length = self.blocks.len().next_multiple_of(BLOCK);
        &self.costs[row * row_length..(row + 1) * row_length]
    }

    /// The blocks that ways of one customer lead to, and what the cheapest of them costs there; cheapest first.
    #[inline]
    pub(super) fn blocks(&self, row: usize) -> &[(u32, f64)] {
        &self.blocks[row]
    }

    /// What the cheapest way of each customer costs.
    fn least(&self) -> Vec<f64> {
        self.blocks.iter().map(|blocks| blocks.first().map_or(f64::INFINITY, |block| block.1)).collect()
    }
}

impl Ways {
    /// The ways of `problem` at `rate`, in tables for no more customers than `most_for_tables`. Ways that no route can
    /// use, for windows or shipments, are left out. `None` when time is up. `O(n²)`; `O(n log n)` without tables for
    /// customers with coordinates.
    pub(super) fn new(problem: &Problem, rate: Rate, most_for_tables: usize, budget: &Budget<'_>) -> Option<Self> {
        if problem.n_customers() > most_for_tables {
            return Self::cheapest(problem, rate, budget);
        }
        let n_customers = problem.n_customers();
        let row_length = n_customers.next_multiple_of(BLOCK);
        let way = way(problem, rate);
        let rows = workers(n_customers, |to| {
            let row = || (0..row_length).map(|from| if from < n_customers { way(from, to) } else { f64::INFINITY });
            (!budget.out_of_time()).then(|| row().collect())
        });
        let rows: Vec<Vec<f64>> = rows.into_iter().collect::<Option<_>>()?;
        let symmetric = (0..n_customers).all(|a| (0..a).all(|b| rows[a][b].total_cmp(&rows[b][a]).is_eq()));
        let out = (!symmetric).then(|| {
            let row = |from: usize| {
                let costs = rows.iter().map(move |row| row[from]);
                costs.chain(std::iter::repeat_n(f64::INFINITY, row_length - n_customers))
            };
            Table::new((0..n_customers).flat_map(row).collect(), n_customers)
        });
        let tables = Tables { into: Table::new(rows.concat(), n_customers), out };
        let (least_into, least_out) = (tables.into.least(), tables.out().least());
        Some(Self { rate, least_into, least_out, tables: Some(tables) })
    }

    /// No more than the cheapest ways.
    fn cheapest(problem: &Problem, rate: Rate, budget: &Budget<'_>) -> Option<Self> {
        let n_customers = problem.n_customers();
        if let Some(lines) = Lines::new(problem, rate) {
            let points: Vec<Point> = problem.customers().iter().map(|it| lines.point(it.location)).collect();
            // The index goes by the straight line, which is the shorter one.
            let metric = if lines.metric() == Metric::Manhattan { Metric::Euclidean } else { lines.metric() };
            let places = NearestPlaces::new(metric, &points);
            let least = workers(n_customers, |row| {
                let nearest = places.nearest(points[row], 2).into_iter().find(|&other| other != row);
                let line =
                    nearest.map_or(f64::INFINITY, |other| lines.length(metric.distance(points[row], points[other])));
                (!budget.out_of_time()).then(|| (line - lines.slack).max(0.0))
            });
            let least = least.into_iter().collect::<Option<Vec<f64>>>()?;
            return Some(Self { rate, least_out: least.clone(), least_into: least, tables: None });
        }
        let way = way(problem, rate);
        let least = workers(n_customers, |row| {
            let others = || (0..n_customers).filter(|&other| other != row);
            let into = others().map(|other| way(other, row)).fold(f64::INFINITY, f64::min);
            let out = others().map(|other| way(row, other)).fold(f64::INFINITY, f64::min);
            (!budget.out_of_time()).then_some((into, out))
        });
        let (least_into, least_out) = least.into_iter().collect::<Option<Vec<(f64, f64)>>>()?.into_iter().unzip();
        Some(Self { rate, least_into, least_out, tables: None })
    }
}

/// What the way from one customer to another costs; infinite where no route can use it.
fn way(problem: &Problem, rate: Rate) -> impl Fn(usize, usize) -> f64 {
    let stakes = Stakes::new(problem);
    let opens = problem.vehicle_types().iter().map(|it| it.shift.opens).min().unwrap_or(Time::ZERO);
    move |from, to| {
        let (here, there) = (&problem.customers()[from], &problem.customers()[to]);
        let duration = problem.travel().duration(here.location, there.location);
        let in_time = here.window.opens.max(opens) + here.service + duration <= there.window.closes;
        // A shipment is never brought before it is fetched.
        let backwards = stakes.is_drop[from] && stakes.partner[from] == Some(to);
        if from == to || !in_time || backwards {
            return f64::INFINITY;
        }
        cost(rate, problem.travel().distance(here.location, there.location), duration)
    }
}

/// Seconds that the ways of one rate take on one thread.
pub(super) fn seconds(problem: &Problem) -> f64 {
    let n_customers = problem.n_customers() as f64;
    let indexed = problem.travel().direct().is_some() && problem.n_customers() > MOST_FOR_TABLES;
    if indexed { 7e-6 * n_customers } else { 60e-9 * n_customers * n_customers }
}
