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

    /// Like [`Knapsack::minimize`], but takes items whole or not at all. Where the best choice takes too much effort, the value
    /// is a lower bound on it and the items are the best found.
    ///
    /// Source: Horowitz & Sahni (1974), Journal of the ACM 21(2), by Martello & Toth (1990), Knapsack Problems, section 2.5.
    pub(crate) fn minimize_whole(&mut self, capacity: f64) -> (f64, usize, f64) {
        let continuous = self.minimize(capacity);
        if continuous.2 >= 1.0 {
            return continuous;
        }
        self.items.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.3.cmp(&b.3)));
        let mut dive = Dive::new(&self.items);
        dive.descend(0, capacity, 0.0);
        let (value, chosen) = (dive.best.min(dive.unexplored), dive.chosen);
        let mut n_taken = 0;
        for at in (0..chosen.len()).filter(|&at| chosen[at]) {
            self.items.swap(at, n_taken);
            n_taken += 1;
        }
        (value, n_taken, 1.0)
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

/// Nodes after which the rest of a knapsack is bounded only: fewer where there are many items, each of which may be left out
/// at each node. Tuned on problems of Diaz & Fernandez, Holmberg and Yang.
fn most_nodes(n_items: usize) -> usize {
    (100_000_000 / n_items.pow(2).max(1)).clamp(400, 40_000)
}

/// A depth-first search for the best whole items.
struct Dive<'a> {
    /// By value per weight, the best first.
    items: &'a [(f64, f64, f64, u32)],
    /// Weight and value of all items before each.
    before: Vec<(f64, f64)>,
    /// Of any item.
    least_weight: f64,
    best: f64,
    /// Least continuous value of what was left out for lack of nodes.
    unexplored: f64,
    chosen: Vec<bool>,
    trial: Vec<bool>,
    n_left: usize,
}

impl<'a> Dive<'a> {
    fn new(items: &'a [(f64, f64, f64, u32)]) -> Self {
        let mut before = Vec::with_capacity(items.len() + 1);
        let mut sum = (0.0, 0.0);
        before.push(sum);
        for item in items {
            sum = (sum.0 + item.1, sum.1 + item.2);
            before.push(sum);
        }
        let none = vec![false; items.len()];
        Self {
            items,
            before,
            least_weight: items.iter().map(|item| item.1).fold(f64::INFINITY, f64::min),
            best: 0.0,
            unexplored: f64::INFINITY,
            chosen: none.clone(),
            trial: none,
            n_left: most_nodes(items.len()),
        }
    }

    /// Tries the items from `at` on, `left` and `value` being what those before leave and are worth: first all that fit
    /// in a row, then without one of these, the last first.
    fn descend(&mut self, at: usize, left: f64, value: f64) {
        let (items, start) = (self.items, self.before[at]);
        let taken = self.before[at..].partition_point(|before| before.0 - start.0 <= left);
        let end = at + taken.max(1) - 1;
        let (rest, whole) = (left - (self.before[end].0 - start.0), value + (self.before[end].1 - start.1));
        let bound = items.get(end).map_or(whole, |item| whole + item.0 * rest);
        if bound >= self.best {
            return;
        }
        if self.n_left == 0 {
            self.unexplored = self.unexplored.min(bound);
            return;
        }
        self.n_left -= 1;
        self.trial[at..end].fill(true);
        if whole < self.best {
            self.best = whole;
            self.chosen.clone_from(&self.trial);
        }
        if let Some(broken) = items.get(end) {
            self.descend(end + 1, rest, whole);
            for k in (at..end).rev() {
                self.trial[k] = false;
                // What leaves is replaced by no better than the item that broke the capacity.
                let loss = broken.0 - items[k].0;
                if bound + self.least_weight * loss >= self.best {
                    break;
                }
                if bound + items[k].1 * loss < self.best {
                    let before = self.before[k];
                    self.descend(k + 1, left - (before.0 - start.0), value + (before.1 - start.1));
                }
            }
        }
        self.trial[at..end].fill(false);
    }
}

#[cfg(test)]
mod tests {
    use super::Knapsack;
    use crate::search::rng;
    use rand::RngExt as _;

    #[test]
    fn whole_items_are_chosen_best() {
        let mut rng = rng(3, 0);
        let mut knapsack = Knapsack::new();
        for case in 0..300 {
            let n = rng.random_range(1..=12);
            let draw = |rng: &mut crate::search::Rng| (-f64::from(rng.random_range(1..60)), rng.random_range(0..40));
            let items: Vec<(f64, u32)> = (0..n).map(|_| draw(&mut rng)).collect();
            let capacity = f64::from(rng.random_range(0..150));
            let total = |set: u32| {
                let chosen = items.iter().enumerate().filter(|(k, _)| set >> k & 1 == 1);
                chosen.fold((0.0, 0.0), |sum, (_, item)| (sum.0 + item.0, sum.1 + f64::from(item.1)))
            };
            let fitting = (0..1u32 << n).map(total).filter(|total| total.1 <= capacity);
            let expected = fitting.map(|total| total.0).fold(0.0, f64::min);
            knapsack.begin(0.0);
            for (row, &(value, weight)) in items.iter().enumerate() {
                knapsack.push(value, f64::from(weight), row as u32);
            }
            let (value, n_taken, share) = knapsack.minimize_whole(capacity);
            let taken = total(knapsack.taken(n_taken).fold(0, |set, row| set | 1 << row));
            assert!((value - expected).abs() < 1e-9, "case {case}: {value}, best {expected}");
            assert!((taken.0 - value).abs() < 1e-9 && taken.1 <= capacity && share == 1.0, "case {case}: {taken:?}");
        }
    }
}
