//! What deciding one pair of a site and a row adds to the bound, where every row is served whole.
//!
//! Serving row j from site i takes j out of every other site and into i's knapsack, whose continuous value bounds the
//! change. Source: Holmberg, Ronnqvist & Yuan (1999), EJOR 113(3), who fix assignments so; the sums over the other sites
//! are ours.

use super::knapsack::Knapsack;
use super::lagrangian::{Evaluation, Lagrangian, Prices};

/// The prefix of a site's items by value per weight, for continuous knapsacks of any capacity.
#[derive(Default)]
struct Prefix {
    /// Value per weight, weight, value, row.
    items: Vec<(f64, f64, f64, u32)>,
    /// Weight and value of all items before each.
    before: Vec<(f64, f64)>,
    /// Position of each row's item, by row.
    position: Vec<usize>,
}

const NOWHERE: usize = usize::MAX;

impl Prefix {
    fn load(&mut self, items: &[(f64, f64, f64, u32)], n_rows: usize) {
        self.items.clear();
        self.items.extend_from_slice(items);
        self.items.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.3.cmp(&b.3)));
        self.before.clear();
        self.position.clear();
        self.position.resize(n_rows, NOWHERE);
        let (mut weight, mut value) = (0.0, 0.0);
        for (at, item) in self.items.iter().enumerate() {
            self.before.push((weight, value));
            self.position[item.3 as usize] = at;
            (weight, value) = (weight + item.1, value + item.2);
        }
        self.before.push((weight, value));
    }

    /// The least value within `capacity`, items taken in part.
    fn least(&self, capacity: f64) -> f64 {
        let at = self.before.partition_point(|before| before.0 <= capacity) - 1;
        let (weight, value) = self.before[at];
        match self.items.get(at) {
            Some(item) if item.1 > 0.0 => value + item.2 * (capacity - weight).max(0.0) / item.1,
            _ => value,
        }
    }

    /// The same with row `j` taken, whose value is `own`; infinite where it does not fit.
    fn least_with(&self, j: usize, (own, weight): (f64, f64), capacity: f64) -> f64 {
        if weight > capacity {
            return f64::INFINITY;
        }
        let at = self.position[j];
        if at != NOWHERE && self.before[at].0 + weight <= capacity {
            return self.least(capacity);
        }
        own + self.least(capacity - weight)
    }

    /// The same without the item at `at`.
    fn least_without(&self, at: usize, capacity: f64) -> f64 {
        let item = self.items[at];
        if self.before[at].0 >= capacity {
            return self.least(capacity);
        }
        self.least(capacity + item.1) - item.2
    }
}

/// What every pair that is not decided adds to the bound at least when its site serves its row, by the position of its arc.
pub(crate) fn penalties(
    lagrangian: &Lagrangian<'_>,
    prices: &Prices,
    fixed: &[Option<bool>],
    evaluation: &Evaluation,
) -> Vec<(usize, f64)> {
    let prepared = lagrangian.prepared();
    let (n_sites, n_rows) = (prepared.n_sites(), prepared.n_rows());
    let (mut knapsack, mut prefix) = (Knapsack::new(), Prefix::default());
    let mut added: Vec<(usize, usize, f64)> = Vec::new();
    // What leaving each row adds to the sites that take it, in all; and per site that does.
    let mut all_out = vec![0.0; n_rows];
    let mut own_out: Vec<(usize, f64)> = Vec::new();
    let mut ends = Vec::with_capacity(n_sites);
    for (i, &fixed) in fixed[..n_sites].iter().enumerate() {
        if fixed == Some(false) {
            ends.push((added.len(), own_out.len()));
            continue;
        }
        let reduced = |j: u32, cost: f64| cost - prices.rows[j as usize];
        let (rows, costs) = lagrangian.arcs(i);
        let is_own = |j: u32| lagrangian.assigned().site_of(j as usize) == Some(i);
        let mut capacity = prepared.capacity[i];
        knapsack.begin(0.0);
        for (&j, &cost) in rows.iter().zip(costs) {
            if is_own(j) {
                capacity -= prepared.weight[j as usize];
            } else if reduced(j, cost) < 0.0 {
                knapsack.push(reduced(j, cost), prepared.weight[j as usize], j);
            }
        }
        prefix.load(knapsack.items(), n_rows);
        let value = if capacity.is_finite() {
            knapsack.minimize_whole(capacity).0
        } else {
            prefix.before[prefix.items.len()].1
        };
        // What is above the value that the bound counts, with a margin for the order of sums.
        let above = |least: f64| (least - value - 1e-9 * value.abs()).max(0.0);
        let within = |least: f64| if fixed == Some(true) { least } else { least.min(-evaluation.reduced[i]) };
        let opening = if fixed == Some(true) { 0.0 } else { evaluation.reduced[i].max(0.0) };
        for (&j, &cost) in rows.iter().zip(costs).filter(|(j, _)| !is_own(**j)) {
            let (own, weight) = (reduced(j, cost), prepared.weight[j as usize]);
            let into = above(prefix.least_with(j as usize, (own, weight), capacity));
            added.push((prepared.arc(i, j as usize).expect("kept arcs are the problem's"), j as usize, opening + into));
        }
        if fixed == Some(true) || evaluation.reduced[i] < 0.0 {
            for at in 0..prefix.items.len() {
                let out = within(above(prefix.least_without(at, capacity)));
                if out > 0.0 {
                    let j = prefix.items[at].3 as usize;
                    all_out[j] += out;
                    own_out.push((j, out));
                }
            }
        }
        ends.push((added.len(), own_out.len()));
    }
    let (mut start, mut start_out) = (0, 0);
    let mut own = vec![0.0; n_rows];
    let mut all = Vec::with_capacity(added.len());
    for (end, end_out) in ends {
        own_out[start_out..end_out].iter().for_each(|&(j, out)| own[j] = out);
        all.extend(added[start..end].iter().map(|&(at, j, into)| (at, into + all_out[j] - own[j])));
        own_out[start_out..end_out].iter().for_each(|&(j, _)| own[j] = 0.0);
        (start, start_out) = (end, end_out);
    }
    all
}
