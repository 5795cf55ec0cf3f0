//! Rows that one site must serve whole: the generalized assignment problem over the open sites.
//!
//! Greedy by regret, then shifts and swaps on the cost with a price on overload that rises until everything fits.
//! Source: Yagiura, Ibaraki & Glover (2004), INFORMS Journal on Computing 16(2), of which this keeps the plain moves.

use super::super::prepared::Prepared;
use super::super::solution::Flow;
use crate::search::{Budget, rng};
use crate::units::{CustomerIdx, SiteIdx};
use rand::RngExt as _;

/// Basic steps that one packing may cost, about.
const MOST_EFFORT: usize = 600_000;

/// A packing under construction: positions instead of indices.
pub(super) struct Packing {
    pub(super) n_sites: usize,
    /// Cost by row, then site.
    cost: Vec<f64>,
    pub(super) weight: Vec<i64>,
    pub(super) at: Vec<usize>,
    /// Capacity left by site; negative when overloaded.
    pub(super) left: Vec<i64>,
    /// Most that may be left of each for its least throughput.
    most_left: Vec<i64>,
    pub(super) rows_at: Vec<Vec<u32>>,
    /// Cost of serving anything from a site.
    pub(super) opening: Vec<f64>,
    /// Sum of the marks of each site's rows.
    content: Vec<u64>,
}

/// A number that hardly any other `k` has.
fn scrambled(k: u64) -> u64 {
    let k = (k ^ k >> 31).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (k ^ k >> 29).wrapping_mul(0xbf58_476d_1ce4_e5b9)
}

/// A packing of all single-source rows into `sites`, each at least filled to its `least`, or `None` when none was found.
pub(crate) fn pack(prepared: &Prepared<'_>, sites: &[usize], rest: &[i64], least: &[i64]) -> Option<Vec<Flow>> {
    let customers = prepared.problem.customers();
    let rows: Vec<usize> = (0..customers.len()).filter(|&j| customers[j].single_source).collect();
    let mut packing = Packing::new(prepared, sites, (rest, least), &rows, vec![0.0; sites.len()]);
    if !packing.construct() {
        return None;
    }
    let at = packing.search(prepared.budget)?;
    let flow = |(r, &a): (usize, &usize)| Flow {
        site: SiteIdx::new(sites[a]),
        customer: CustomerIdx::new(rows[r]),
        amount: customers[rows[r]].demand,
    };
    Some(at.iter().enumerate().map(flow).collect())
}

impl Packing {
    /// Nothing packed yet. `rest` is the capacity of each site, by site; `least` and `opening` are by position.
    pub(super) fn new(
        prepared: &Prepared<'_>,
        sites: &[usize],
        (rest, least): (&[i64], &[i64]),
        rows: &[usize],
        opening: Vec<f64>,
    ) -> Self {
        let n_sites = sites.len();
        let mut position = vec![usize::MAX; prepared.n_rows()];
        rows.iter().enumerate().for_each(|(r, &j)| position[j] = r);
        let mut cost = vec![f64::INFINITY; n_sites * rows.len()];
        for (a, &i) in sites.iter().enumerate() {
            let (arcs, costs) = prepared.arcs(i);
            for (&j, &arc) in arcs.iter().zip(costs) {
                if position[j as usize] != usize::MAX {
                    cost[position[j as usize] * n_sites + a] = arc;
                }
            }
        }
        Self {
            n_sites,
            cost,
            weight: rows.iter().map(|&j| prepared.problem.customers()[j].weight.get()).collect(),
            at: vec![usize::MAX; rows.len()],
            left: sites.iter().map(|&i| rest[i]).collect(),
            most_left: sites.iter().zip(least).map(|(&i, least)| rest[i] - least).collect(),
            rows_at: vec![Vec::new(); n_sites],
            opening,
            content: vec![0; n_sites],
        }
    }

    /// What tells site `a` with its rows from others.
    pub(super) fn mark(&self, a: usize) -> u64 {
        scrambled(self.content[a] ^ (a as u64 + 1) << 48)
    }

    /// Capacity of site `a`.
    pub(super) fn room(&self, a: usize) -> i64 {
        self.left[a] + self.load(a)
    }

    /// Weight of the rows of site `a`.
    pub(super) fn load(&self, a: usize) -> i64 {
        self.rows_at[a].iter().map(|&r| self.weight[r as usize]).sum()
    }

    /// Moves row `r` to site `b` unless it is there.
    pub(super) fn move_to(&mut self, r: usize, b: usize) {
        if self.at[r] != b {
            self.relocate(r, b);
        }
    }

    pub(super) fn costs(&self, r: usize) -> &[f64] {
        &self.cost[r * self.n_sites..(r + 1) * self.n_sites]
    }

    /// Greedy by regret; what does not fit goes where most is left. False when a row has no site.
    pub(super) fn construct(&mut self) -> bool {
        let regret = |r: usize| {
            let (mut first, mut second) = (f64::INFINITY, f64::INFINITY);
            for &cost in self.costs(r) {
                if cost < first {
                    (first, second) = (cost, first);
                } else if cost < second {
                    second = cost;
                }
            }
            if first.is_finite() { (second - first).min(1e300) } else { f64::NAN }
        };
        let regrets: Vec<f64> = (0..self.at.len()).map(regret).collect();
        if regrets.iter().any(|regret| regret.is_nan()) {
            return false;
        }
        let mut order: Vec<usize> = (0..self.at.len()).collect();
        order.sort_by(|&r, &s| regrets[s].total_cmp(&regrets[r]).then(self.weight[s].cmp(&self.weight[r])));
        for r in order {
            let (mut best, mut roomiest) = ((f64::INFINITY, usize::MAX), (i64::MIN, usize::MAX));
            for (a, &cost) in self.costs(r).iter().enumerate() {
                if cost.is_finite() {
                    if self.left[a] >= self.weight[r] && cost < best.0 {
                        best = (cost, a);
                    }
                    if self.left[a] > roomiest.0 {
                        roomiest = (self.left[a], a);
                    }
                }
            }
            let a = if best.1 == usize::MAX { roomiest.1 } else { best.1 };
            self.place(r, a);
        }
        true
    }

    /// Packs row `r`, which is nowhere yet.
    pub(super) fn place(&mut self, r: usize, a: usize) {
        self.at[r] = a;
        self.left[a] -= self.weight[r];
        self.rows_at[a].push(r as u32);
        self.content[a] = self.content[a].wrapping_add(scrambled(r as u64 + 1));
    }

    /// Descents at an oscillating price of overload, with a few rows moved at random between them. The best packing
    /// that fits, if any.
    fn search(&mut self, budget: &Budget<'_>) -> Option<Vec<usize>> {
        let n_rows = self.at.len();
        let effort = n_rows * self.n_sites + n_rows * n_rows / 4;
        let n_rounds = (MOST_EFFORT / effort.max(1)).clamp(6, 400);
        let mut rng = rng(n_rows as u64, self.n_sites as u64);
        let mut price = self.mean_unit_cost();
        let (lowest, highest) = (0.05 * price, 1e4 * price);
        let mut best: Option<(f64, Vec<usize>)> = None;
        let mut n_stale = 0;
        for _ in 0..n_rounds {
            self.descend(price);
            n_stale += 1;
            if self.overload() == 0 {
                let cost = self.total();
                if best.as_ref().is_none_or(|known| cost < known.0) {
                    best = Some((cost, self.at.clone()));
                    n_stale = 0;
                }
                price = (price * 0.6).max(lowest);
            } else {
                price = (price * 1.6).min(highest);
            }
            if budget.out_of_time() {
                break;
            }
            if n_stale >= 8
                && let Some((_, at)) = &best
            {
                self.restore(&at.clone());
                n_stale = 0;
            }
            if n_rows > 0 && self.n_sites > 1 {
                for _ in 0..rng.random_range(1..=3) {
                    let (r, b) = (rng.random_range(0..n_rows), rng.random_range(0..self.n_sites));
                    if b != self.at[r] && self.costs(r)[b].is_finite() {
                        self.relocate(r, b);
                    }
                }
            }
        }
        best.map(|best| best.1)
    }

    /// Back to a packing known before.
    pub(super) fn restore(&mut self, at: &[usize]) {
        for (r, &a) in at.iter().enumerate() {
            self.move_to(r, a);
        }
    }

    /// Weight above capacities and below least throughputs.
    pub(super) fn overload(&self) -> i64 {
        (0..self.n_sites).map(|a| self.misfit(a, self.left[a])).sum()
    }

    /// The part of site `a` in the overload when `left` is left of its capacity.
    fn misfit(&self, a: usize, left: i64) -> i64 {
        (-left).max(0) + (left - self.most_left[a]).max(0)
    }

    fn has_misfit(&self, a: usize) -> bool {
        self.misfit(a, self.left[a]) > 0
    }

    /// Cost of the packing and of the sites it uses.
    pub(super) fn total(&self) -> f64 {
        let used = (0..self.n_sites).filter(|&a| !self.rows_at[a].is_empty());
        used.map(|a| self.opening[a]).sum::<f64>() + self.service()
    }

    fn service(&self) -> f64 {
        (0..self.at.len()).map(|r| self.costs(r)[self.at[r]]).sum()
    }

    pub(super) fn mean_unit_cost(&self) -> f64 {
        let weight: i64 = self.weight.iter().sum();
        (self.service() / weight.max(1) as f64).max(1e-6)
    }

    /// Change of the priced overload when `weight` more goes to site `a`.
    pub(super) fn overload_change(&self, a: usize, weight: i64) -> i64 {
        self.misfit(a, self.left[a] - weight) - self.misfit(a, self.left[a])
    }

    /// Shifts and swaps until none improves the cost plus `price` per unit of overload.
    pub(super) fn descend(&mut self, price: f64) {
        for _ in 0..60 {
            let mut better = false;
            for r in 0..self.at.len() {
                better |= self.shift(r, price);
            }
            if !better || self.overload() > 0 {
                for r in 0..self.at.len() {
                    better |= self.swap(r, price);
                }
            }
            if !better {
                better = (0..self.n_sites).any(|a| self.transfer(a, price));
            }
            if !better {
                return;
            }
        }
    }

    /// Moves rows to where they cost less, then rows of overloaded sites by shifts and swaps until nothing is overloaded or none
    /// improves the cost plus `price` per unit of overload.
    pub(super) fn repair(&mut self, price: f64) {
        (0..self.at.len()).for_each(|r| {
            self.shift(r, price);
        });
        while self.overload() > 0 {
            let mut better = false;
            for r in 0..self.at.len() {
                better |= self.has_misfit(self.at[r]) && self.shift(r, price);
            }
            for r in 0..self.at.len() {
                better |= self.has_misfit(self.at[r]) && self.swap(r, price);
            }
            if !better {
                return;
            }
        }
    }

    /// Moves all rows of site `a` to the best unused site that has room for them if that improves.
    fn transfer(&mut self, a: usize, price: f64) -> bool {
        if self.rows_at[a].is_empty() {
            return false;
        }
        let load = self.load(a);
        let freed = self.overload_change(a, -load) as f64 * price - self.opening[a];
        let mut best = (-1e-6, usize::MAX);
        // Without room the cheapest sites would take everything while overload costs little.
        for b in (0..self.n_sites).filter(|&b| self.rows_at[b].is_empty() && self.left[b] >= load) {
            let mut change = freed + self.opening[b];
            for &r in &self.rows_at[a] {
                change += self.costs(r as usize)[b] - self.costs(r as usize)[a];
            }
            if change < best.0 {
                best = (change, b);
            }
        }
        if best.1 == usize::MAX {
            return false;
        }
        for r in self.rows_at[a].clone() {
            self.relocate(r as usize, best.1);
        }
        true
    }

    /// Moves row `r` to its best other site if that improves.
    fn shift(&mut self, r: usize, price: f64) -> bool {
        let (a, weight) = (self.at[r], self.weight[r]);
        let closing = if self.rows_at[a].len() == 1 { self.opening[a] } else { 0.0 };
        let freed = self.overload_change(a, -weight) as f64 * price - closing;
        let mut best = (-1e-6, usize::MAX);
        for (b, &cost) in self.costs(r).iter().enumerate() {
            if b != a && cost.is_finite() {
                let opening = if self.rows_at[b].is_empty() { self.opening[b] } else { 0.0 };
                let change = cost - self.costs(r)[a] + freed + opening + self.overload_change(b, weight) as f64 * price;
                if change < best.0 {
                    best = (change, b);
                }
            }
        }
        if best.1 == usize::MAX {
            return false;
        }
        self.relocate(r, best.1);
        true
    }

    /// Exchanges row `r` with the best row of another site if that improves.
    fn swap(&mut self, r: usize, price: f64) -> bool {
        let (a, weight) = (self.at[r], self.weight[r]);
        let here = self.costs(r)[a];
        let mut best = (-1e-6, usize::MAX);
        for b in (0..self.n_sites).filter(|&b| b != a) {
            let there = self.costs(r)[b];
            // Only sites that are cheaper for this row, or any when one of the two does not fit.
            if !there.is_finite() || there >= here && !self.has_misfit(a) && !self.has_misfit(b) {
                continue;
            }
            for &s in &self.rows_at[b] {
                let s = s as usize;
                let other = self.costs(s)[a];
                let more = weight - self.weight[s];
                let change = there - here + other - self.costs(s)[b]
                    + (self.overload_change(b, more) + self.overload_change(a, -more)) as f64 * price;
                if change < best.0 {
                    best = (change, s);
                }
            }
        }
        if best.1 == usize::MAX {
            return false;
        }
        let b = self.at[best.1];
        self.relocate(r, b);
        self.relocate(best.1, a);
        true
    }

    pub(super) fn relocate(&mut self, r: usize, b: usize) {
        let a = self.at[r];
        let at = self.rows_at[a].iter().position(|&row| row as usize == r).expect("rows and sites agree");
        self.rows_at[a].swap_remove(at);
        self.rows_at[b].push(r as u32);
        self.content[a] = self.content[a].wrapping_sub(scrambled(r as u64 + 1));
        self.content[b] = self.content[b].wrapping_add(scrambled(r as u64 + 1));
        self.left[a] += self.weight[r];
        self.left[b] -= self.weight[r];
        self.at[r] = b;
    }
}
