//! One site's subproblem where products have capacities of their own, besides the one they share.
//!
//! The limits are nested, so taking the best items per weight while every limit has room is optimal: first within each
//! product, then what that leaves within the shared capacity.

use super::knapsack::Knapsack;

/// An item to take, whole or in part.
#[derive(Clone, Copy)]
struct Item {
    /// Negative.
    value: f64,
    demand: f64,
    weight: f64,
    row: u32,
}

/// Scratch space of one worker.
pub(super) struct ByProduct {
    knapsack: Knapsack,
    /// By product.
    items: Vec<Vec<Item>>,
    /// What fits each product's own capacity: value per weight, product, item, share.
    kept: Vec<(f64, usize, Item, f64)>,
}

/// Rows that a site takes of one product, the last of them in this share.
pub(super) struct Taken {
    pub(super) rows: Vec<u32>,
    pub(super) last: f64,
}

impl ByProduct {
    pub(super) fn new(n_products: usize) -> Self {
        Self { knapsack: Knapsack::new(), items: vec![Vec::new(); n_products], kept: Vec::new() }
    }

    /// Forgets all items.
    pub(super) fn begin(&mut self) {
        self.items.iter_mut().for_each(Vec::clear);
    }

    /// Adds an item of negative value.
    pub(super) fn push(&mut self, product: usize, value: f64, demand: f64, weight: f64, row: u32) {
        self.items[product].push(Item { value, demand, weight, row });
    }

    /// The least total value within `shared` and each product's `own` capacity, and what is taken, by product.
    pub(super) fn minimize(&mut self, shared: f64, own: impl Fn(usize) -> f64) -> (f64, Vec<Taken>) {
        let mut taken = Vec::with_capacity(self.items.len());
        let (mut value, mut weight) = (0.0, 0.0);
        self.kept.clear();
        for (product, items) in self.items.iter().enumerate() {
            self.knapsack.begin(0.0);
            items.iter().enumerate().for_each(|(at, item)| self.knapsack.push(item.value, item.demand, at as u32));
            let (best, n_taken, last) = self.knapsack.minimize(own(product));
            value += best;
            let mut rows = Vec::with_capacity(n_taken);
            for (rank, at) in self.knapsack.taken(n_taken).enumerate() {
                let item = items[at as usize];
                let share = if rank + 1 == n_taken { last } else { 1.0 };
                weight += share * item.weight;
                rows.push(item.row);
                self.kept.push((item.value / item.weight.max(1e-30), product, item, share));
            }
            taken.push(Taken { rows, last });
        }
        if weight <= shared { (value, taken) } else { self.within(shared) }
    }

    /// What is best of the items kept, within the shared capacity.
    fn within(&mut self, shared: f64) -> (f64, Vec<Taken>) {
        // Among equals those go first that are taken whole, so that only a product's last is not.
        let order = |a: &(f64, usize, Item, f64), b: &(f64, usize, Item, f64)| {
            a.0.total_cmp(&b.0).then(b.3.total_cmp(&a.3)).then(a.2.row.cmp(&b.2.row))
        };
        self.kept.sort_unstable_by(order);
        let mut taken: Vec<Taken> = self.items.iter().map(|_| Taken { rows: Vec::new(), last: 1.0 }).collect();
        let (mut value, mut left) = (0.0, shared);
        for &(_, product, item, share) in &self.kept {
            let weight = share * item.weight;
            let share = if weight <= left { share } else { share * (left / weight).max(0.0) };
            left -= share * item.weight;
            value += share * item.value;
            let taken = &mut taken[product];
            if taken.last < 1.0 {
                // The last of a product stays the last, should rounding put another behind it.
                taken.rows.insert(taken.rows.len() - 1, item.row);
            } else {
                taken.rows.push(item.row);
                taken.last = share;
            }
            if left <= 0.0 {
                break;
            }
        }
        (value, taken)
    }
}
