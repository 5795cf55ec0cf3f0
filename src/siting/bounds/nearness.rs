//! Which arcs of a site that is filled to its capacity can matter at the present prices, so that few are looked at.
//!
//! The rows that a full site takes are those of most value per weight. As long as prices have not risen much since arcs
//! were sorted, those that were far from being taken then are not taken now.

use crate::siting::prepared::Prepared;

/// Arcs worth at least this share of a site's last row are near.
const NEAR: f64 = 0.8;

/// Of a site that is not full, arcs are near up to this share of the mean price above zero.
const ABOVE: f64 = 0.05;

/// Arcs are sorted anew where more than one site in so many had to look at all of them.
const FEW: usize = 8;

/// The arcs of each site, the near ones first.
#[derive(Default)]
pub(super) struct Nearness {
    /// End of the near arcs of each site; empty while they are not sorted.
    middle: Vec<usize>,
    /// Value per weight that all other arcs had at least when they were sorted, by site.
    limit: Vec<f64>,
    /// Prices of the rows at that time.
    base: Vec<f64>,
    /// The most that the price of a unit of weight has risen by since then, in any row.
    rise: f64,
    /// Whether it is time to sort them.
    is_due: bool,
}

impl Nearness {
    /// Arcs are in no order from now on.
    pub(super) fn forget(&mut self) {
        self.middle.clear();
        self.is_due = false;
    }

    /// Whether many sites had to look at all of their arcs, so that these should be sorted at the next prices.
    pub(super) fn judge(&mut self, n_far: usize, n_sites: usize) {
        self.is_due = self.middle.is_empty() || n_far > n_sites / FEW;
    }

    /// Goes on to new prices, and sorts the arcs if that is due. `last_taken` is the value per weight of the last row of each
    /// site that is full, and zero for others. O(rows), and O(arcs) when they are sorted.
    pub(super) fn follow(
        &mut self,
        prepared: &Prepared<'_>,
        prices: &[f64],
        last_taken: &[f64],
        first: &[usize],
        arcs: (&mut [u32], &mut [f64]),
    ) {
        if std::mem::take(&mut self.is_due) {
            self.sort(prepared, prices, last_taken, first, arcs);
        }
        let rows = prices.iter().zip(&self.base).zip(&prepared.weight).filter(|(_, weight)| **weight > 0.0);
        self.rise = rows.map(|((price, base), weight)| (price - base) / weight).fold(0.0, f64::max);
    }

    fn sort(
        &mut self,
        prepared: &Prepared<'_>,
        prices: &[f64],
        last_taken: &[f64],
        first: &[usize],
        (row, cost): (&mut [u32], &mut [f64]),
    ) {
        self.base.clear();
        self.base.extend_from_slice(prices);
        let above = ABOVE * prices.iter().sum::<f64>().max(0.0) / prepared.total_weight.max(1.0);
        self.limit.clear();
        self.middle.clear();
        for (i, &last) in last_taken.iter().enumerate() {
            let limit = if last < 0.0 { NEAR * last } else { above };
            let mut middle = first[i];
            for at in first[i]..first[i + 1] {
                let j = row[at] as usize;
                // Without weight a row is taken by full sites, too.
                if cost[at] - prices[j] < limit * prepared.weight[j] || prepared.weight[j] <= 0.0 {
                    row.swap(at, middle);
                    cost.swap(at, middle);
                    middle += 1;
                }
            }
            self.limit.push(limit);
            self.middle.push(middle);
        }
    }

    /// The near arcs among all arcs of a site.
    pub(super) fn near(&self, i: usize, all: std::ops::Range<usize>) -> std::ops::Range<usize> {
        all.start..self.middle.get(i).copied().unwrap_or(all.end)
    }

    /// The value per weight that arcs of a site that are not near have at least.
    pub(super) fn limit(&self, i: usize) -> f64 {
        self.limit[i] - self.rise
    }
}

#[cfg(test)]
mod tests {
    use super::super::lagrangian::{Lagrangian, Prices};
    use crate::search::{Budget, rng};
    use crate::siting::prepared::Prepared;
    use crate::siting::{Shape, generate};
    use rand::RngExt as _;
    use std::sync::atomic::AtomicBool;
    use std::time::Instant;

    #[test]
    fn sorted_arcs_leave_the_relaxation_as_it_is() {
        let cancel = AtomicBool::new(false);
        let budget =
            Budget { iterations: u64::MAX, started: Instant::now(), deadline: None, gap: 0.0, cancel: &cancel };
        for seed in 0..6 {
            let shape = Shape { capacity_ratio: 3.0 + seed as f64, missing: 0.1, ..Shape::plain(40, 70) };
            let problem = generate(&shape, seed);
            let prepared = Prepared::new(&problem, &budget);
            let mut rng = rng(seed, 1);
            let mut prices = super::super::start(&prepared);
            let mut walked = Lagrangian::new(&prepared, &prices);
            let fixed = walked.fixing();
            let mut n_kept = 0;
            for step in 0..60 {
                // Mostly small steps, so that the order of the arcs lasts, and now and then a large one.
                let most = if step % 20 == 19 { 0.5 } else { 0.01 };
                let rows = prices.rows.iter().map(|price| price * (1.0 + most * rng.random_range(-1.0..1.0)));
                prices = Prices { rows: rows.collect(), supplies: Vec::new() };
                let found = walked.evaluate(&prices, &fixed);
                let expected = Lagrangian::new(&prepared, &prices).evaluate(&prices, &fixed);
                assert!((found.bound - expected.bound).abs() <= 1e-9 * expected.magnitude, "seed {seed}, step {step}");
                let served = found.unserved.iter().zip(&expected.unserved);
                assert!(served.clone().all(|(a, b)| (a - b).abs() < 1e-6), "seed {seed}, step {step}");
                n_kept += usize::from(walked.n_near() < prepared.row.len() * 3 / 4);
            }
            assert!(n_kept > 30, "seed {seed}: arcs are hardly ever left out: {n_kept}");
        }
    }
}
