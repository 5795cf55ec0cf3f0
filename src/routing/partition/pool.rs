//! Routes that a search has seen.

use crate::routing::arcs::Node;
use crate::units::{Cost, VehicleTypeIdx};
use std::collections::HashMap;

/// Most routes kept.
const MOST_ROUTES: usize = 100_000;

/// A route of the pool: a column of the set partitioning problem.
#[derive(Clone, Debug)]
pub struct Column {
    /// Who drives it.
    pub vehicle_type: VehicleTypeIdx,
    /// Whom it visits, in order.
    pub visits: Vec<Node>,
    /// What it costs.
    pub cost: Cost,
}

/// Whom a route visits, ascending, and who drives it.
type Key = (VehicleTypeIdx, Vec<Node>);

/// Feasible routes, the cheapest order of each set of customers on each vehicle type.
pub struct Pool {
    columns: Vec<Column>,
    at: HashMap<Key, usize>,
    key: Key,
}

impl Default for Pool {
    fn default() -> Self {
        Self { columns: Vec::new(), at: HashMap::new(), key: (VehicleTypeIdx::new(0), Vec::new()) }
    }
}

impl Pool {
    /// Takes a feasible route, and tells the row of the one with its customers; `None` when the pool is too full for a new
    /// one. `O(k log k)` for `k` visits.
    pub fn add(&mut self, vehicle_type: VehicleTypeIdx, visits: &[Node], cost: Cost) -> Option<usize> {
        self.key.0 = vehicle_type;
        self.key.1.clear();
        self.key.1.extend_from_slice(visits);
        self.key.1.sort_unstable();
        if let Some(&row) = self.at.get(&self.key) {
            let column = &mut self.columns[row];
            if cost < column.cost {
                column.visits.copy_from_slice(visits);
                column.cost = cost;
            }
            return Some(row);
        }
        let row = self.columns.len();
        (row < MOST_ROUTES).then(|| {
            self.at.insert(self.key.clone(), row);
            self.columns.push(Column { vehicle_type, visits: visits.to_vec(), cost });
            row
        })
    }

    /// Takes all routes of another pool.
    pub fn absorb(&mut self, other: &Self) {
        for column in &other.columns {
            self.add(column.vehicle_type, &column.visits, column.cost);
        }
    }

    /// The routes, in the order in which they came.
    #[must_use]
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// Makes room when the pool is nearly full: of the routes, only the half of least `worth` stays.
    pub fn thin_out(&mut self, worth: &[f64]) {
        if self.columns.len() < MOST_ROUTES * 9 / 10 {
            return;
        }
        let mut order: Vec<usize> = (0..self.columns.len()).collect();
        order.sort_by(|&a, &b| worth[a].total_cmp(&worth[b]));
        order.truncate(MOST_ROUTES / 2);
        order.sort_unstable();
        let before = std::mem::take(self);
        for at in order {
            let Column { vehicle_type, visits, cost } = &before.columns[at];
            self.add(*vehicle_type, visits, *cost);
        }
    }
}
