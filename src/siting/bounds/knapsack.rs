//! One site's subproblem: which customers it would serve at given prices.

use rand::RngExt as _;

use crate::search::{Rng, rng};

/// Scratch space of one worker for continuous knapsacks.
pub(crate) struct Knapsack {
    /// Value per weight, weight, value (negative), row.
    items: Vec<(f64, f64, f64, u32)>,
    /// The same of items that only a least weight makes worth taking.
    spare: Vec<(f64, f64, f64, u32)>,
    /// The same of items that are looked at only if the others leave room.
    late: Vec<(f64, f64, f64, u32)>,
    /// Value per weight above which items are late.
    limit: f64,
    rng: Rng,
}

impl Knapsack {
    pub(crate) fn new() -> Self {
        Self { items: Vec::new(), spare: Vec::new(), late: Vec::new(), limit: 0.0, rng: rng(7, 7) }
    }

    /// Forgets all items. Those of a value per weight above `limit` (at most zero) will hardly be taken, it is said.
    pub(crate) fn begin(&mut self, limit: f64) {
        self.items.clear();
        self.spare.clear();
        self.late.clear();
        self.limit = limit;
    }

    /// Adds an item of negative value.
    #[inline]
    pub(crate) fn push(&mut self, value: f64, weight: f64, row: u32) {
        let items = if value > self.limit * weight { &mut self.late } else { &mut self.items };
        items.push((value / weight.max(1e-30), weight, value, row));
    }

    /// Looks at late items like at any other from now on.
    pub(crate) fn admit_late(&mut self) {
        self.items.append(&mut self.late);
        self.limit = 0.0;
    }

    /// Adds an item of value zero or above, for [`Knapsack::fill`].
    pub(crate) fn push_spare(&mut self, value: f64, weight: f64, row: u32) {
        if weight > 0.0 {
            self.spare.push((value / weight, weight, value, row));
        }
    }

    /// Takes spare items, the cheapest per weight first, until what is taken of all items has `least` weight. What to
    /// add to the value, the items taken now, and the share of the last. `None` when all of them weigh less.
    pub(crate) fn fill(&mut self, least: f64) -> Option<(f64, usize, f64)> {
        let mut short = least - self.items.iter().map(|item| item.1).sum::<f64>();
        self.spare.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.3.cmp(&b.3)));
        let mut value = 0.0;
        for at in 0..self.spare.len() {
            let item = self.spare[at];
            self.items.push(item);
            if item.1 >= short {
                let share = (short / item.1).clamp(0.0, 1.0);
                return Some((value + share * item.2, self.items.len(), share));
            }
            short -= item.1;
            value += item.2;
        }
        None
    }

    /// Weight of all items, spare ones left out.
    pub(crate) fn weight(&self) -> f64 {
        self.items.iter().chain(&self.late).map(|item| item.1).sum()
    }

    /// The least total value within `capacity`; what is taken is a prefix of the items afterwards, the last of them
    /// in the returned share.
    pub(crate) fn minimize(&mut self, capacity: f64) -> (f64, usize, f64) {
        let mut total: f64 = self.items.iter().map(|item| item.1).sum();
        if total <= capacity && !self.late.is_empty() {
            self.items.append(&mut self.late);
            total = self.items.iter().map(|item| item.1).sum();
        }
        if total <= capacity {
            return (self.items.iter().map(|item| item.2).sum(), self.items.len(), 1.0);
        }
        // Quickselect for the item that breaks the capacity.
        let (mut low, mut high, mut left, mut value) = (0, self.items.len(), capacity, 0.0);
        while high - low > 8 {
            let pivot = self.items[self.rng.random_range(low..high)].0;
            let (mut middle, mut weight, mut sum) = (low, 0.0, 0.0);
            for at in low..high {
                if self.items[at].0 < pivot {
                    weight += self.items[at].1;
                    sum += self.items[at].2;
                    self.items.swap(at, middle);
                    middle += 1;
                }
            }
            if middle == low {
                // The pivot is the least: take all items equal to it.
                for at in low..high {
                    if self.items[at].0 <= pivot {
                        weight += self.items[at].1;
                        sum += self.items[at].2;
                        self.items.swap(at, middle);
                        middle += 1;
                    }
                }
            }
            if weight <= left {
                (left, value, low) = (left - weight, value + sum, middle);
            } else if middle == high {
                break;
            } else {
                high = middle;
            }
        }
        self.items[low..high].sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.3.cmp(&b.3)));
        let mut at = low;
        while at < high && self.items[at].1 <= left {
            left -= self.items[at].1;
            value += self.items[at].2;
            at += 1;
        }
        if at == self.items.len() {
            return (value, at, 1.0);
        }
        let share = (left / self.items[at].1).clamp(0.0, 1.0);
        (value + share * self.items[at].2, at + 1, share)
    }

    /// Like [`Knapsack::minimize`], but takes items whole or not at all, when that can be found with little effort.
    ///
    /// Source: Martello & Toth (1990), Knapsack Problems, section 2.5: depth first with the continuous bound.
    pub(crate) fn minimize_whole(&mut self, capacity: f64) -> (f64, usize, f64) {
        let continuous = self.minimize(capacity);
        if continuous.2 >= 1.0 {
            return continuous;
        }
        self.items.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.3.cmp(&b.3)));
        let n = self.items.len();
        let mut dive = Dive { best: 0.0, chosen: vec![false; n], trial: vec![false; n], n_left: MOST_NODES };
        dive.descend(&self.items, 0, capacity, 0.0);
        if dive.n_left == 0 {
            return self.minimize(capacity);
        }
        let mut n_taken = 0;
        for at in 0..n {
            if dive.chosen[at] {
                self.items.swap(at, n_taken);
                n_taken += 1;
            }
        }
        (dive.best, n_taken, 1.0)
    }

    /// Value per weight of the last of the first `n_taken` items; zero where that is all.
    pub(crate) fn last_taken(&self, n_taken: usize) -> f64 {
        if n_taken == 0 || n_taken == self.items.len() { 0.0 } else { self.items[n_taken - 1].0 }
    }

    /// Value per weight, weight, value (negative) and row of the items that are not late, in no order.
    pub(crate) fn items(&self) -> &[(f64, f64, f64, u32)] {
        &self.items
    }

    /// Rows of the first `n_taken` items.
    pub(crate) fn taken(&self, n_taken: usize) -> impl Iterator<Item = u32> + '_ {
        self.items[..n_taken].iter().map(|item| item.3)
    }
}

/// Nodes after which a knapsack falls back on its continuous value.
const MOST_NODES: u32 = 400;

/// A depth-first search for the best whole items.
struct Dive {
    best: f64,
    chosen: Vec<bool>,
    trial: Vec<bool>,
    n_left: u32,
}

impl Dive {
    fn descend(&mut self, items: &[(f64, f64, f64, u32)], at: usize, left: f64, value: f64) {
        if value < self.best {
            self.best = value;
            self.chosen.clone_from(&self.trial);
        }
        if self.n_left == 0 {
            return;
        }
        self.n_left -= 1;
        let (mut rest, mut bound) = (left, value);
        for item in &items[at..] {
            if item.1 > rest {
                bound += item.2 * rest / item.1;
                break;
            }
            rest -= item.1;
            bound += item.2;
        }
        if bound >= self.best || at == items.len() {
            return;
        }
        if items[at].1 <= left {
            self.trial[at] = true;
            self.descend(items, at + 1, left - items[at].1, value + items[at].2);
            self.trial[at] = false;
        }
        self.descend(items, at + 1, left, value);
    }
}
