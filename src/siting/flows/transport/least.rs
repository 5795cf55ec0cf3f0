//! Least throughputs of sites in an optimal flow.
//!
//! A site below its least is raised along cheapest cycles: units that pass elsewhere above what they must there, or come
//! from another supply, move to it. Node prices keep the flow the cheapest among those that have what is raised so far.
//! Source: the out-of-kilter method, Ahuja, Magnanti & Orlin (1993), Network Flows, section 9.9.

use super::{NOWHERE, Transport};
use crate::search::Budget;

impl Transport {
    /// Raises every site to its least, as far as that can be done within `budget`. Units that are still missing.
    pub(crate) fn fill(&mut self, budget: &Budget<'_>) -> i64 {
        let is_short = |(passed, least): (&i64, &i64)| passed < least;
        if !self.passed.iter().zip(&self.commodity.least).any(is_short) {
            return 0;
        }
        if self.movers.is_empty() {
            self.find_all_movers();
        }
        let mut missing = 0;
        for a in 0..self.n_sites {
            while self.passed[a] < self.commodity.least[a] && !budget.out_of_time() && self.pull(a) {}
            missing += (self.commodity.least[a] - self.passed[a]).max(0);
        }
        missing
    }

    /// The node where all units end.
    fn end(&self) -> usize {
        self.excess.len()
    }

    /// Moves units to site `a` along the cheapest cycle. False when there is none.
    fn pull(&mut self, a: usize) -> bool {
        let end = self.end();
        let start = if self.commodity.supply.is_empty() { end } else { self.n_sites + a };
        let mut distance = vec![f64::INFINITY; end + 1];
        let mut previous = vec![NOWHERE; end + 1];
        let mut settled = vec![false; end + 1];
        distance[start] = 0.0;
        loop {
            let open = (0..=end).filter(|&v| !settled[v] && distance[v].is_finite());
            let Some(u) = open.min_by(|&v, &w| distance[v].total_cmp(&distance[w])) else { return false };
            settled[u] = true;
            if u == a {
                break;
            }
            self.each_step(u, |v, cost| {
                let reach = distance[u] + (cost + self.price_of(u) - self.price_of(v)).max(0.0);
                if cost.is_finite() && reach < distance[v] && !settled[v] {
                    (distance[v], previous[v]) = (reach, u);
                }
            });
        }
        for (price, distance_to) in self.price.iter_mut().zip(&distance) {
            *price += distance_to.min(distance[a]);
        }
        self.end_price += distance[end].min(distance[a]);
        let mut path = vec![a];
        while previous[path[path.len() - 1]] != NOWHERE {
            path.push(previous[path[path.len() - 1]]);
        }
        path.reverse();
        let short = self.commodity.least[a] - self.passed[a];
        let amount = path.windows(2).map(|pair| self.spare(pair[0], pair[1])).fold(short, i64::min);
        let mut moved = Vec::new();
        for pair in path.windows(2) {
            self.pass(pair[0], pair[1], amount, &mut moved);
        }
        self.passed[a] += amount;
        moved.sort_unstable();
        moved.dedup();
        moved.into_iter().for_each(|b| self.find_movers(b));
        true
    }

    fn price_of(&self, v: usize) -> f64 {
        self.price.get(v).copied().unwrap_or(self.end_price)
    }

    /// Calls `step` with every node that a unit at `u` can move on to, and the cost of it.
    fn each_step(&self, u: usize, mut step: impl FnMut(usize, f64)) {
        let (n, commodity) = (self.n_sites, &self.commodity);
        let n_supplies = commodity.supply.len();
        let has_spare = |b: usize| self.passed[b] > commodity.least[b];
        if u == self.end() {
            if n_supplies == 0 {
                (0..n).filter(|&b| has_spare(b)).for_each(|b| step(b, 0.0));
            }
            (0..n_supplies).filter(|&k| self.drawn[k] > 0).for_each(|k| step(2 * n + k, 0.0));
        } else if u < n {
            (0..n).filter(|&b| b != u).for_each(|b| step(b, self.movers[u * n + b].0));
            if n_supplies > 0 && self.passed[u] < commodity.capacity[u] {
                step(n + u, 0.0);
            }
        } else if u < 2 * n {
            (0..n_supplies).for_each(|k| step(2 * n + k, commodity.inbound[k * n + u - n]));
            if has_spare(u - n) {
                step(u - n, 0.0);
            }
        } else {
            let k = u - 2 * n;
            (0..n).filter(|&b| self.inflow[k * n + b] > 0).for_each(|b| step(n + b, -commodity.inbound[k * n + b]));
            if self.drawn[k] < commodity.supply[k] {
                step(self.end(), 0.0);
            }
        }
    }

    /// Units that can move from `u` to `v`.
    fn spare(&self, u: usize, v: usize) -> i64 {
        let n = self.n_sites;
        if u == self.end() && v < n || u >= n && u < 2 * n && v < n {
            self.passed[v] - self.commodity.least[v]
        } else if u == self.end() {
            self.drawn[v - 2 * n]
        } else if v == self.end() {
            self.commodity.supply[u - 2 * n] - self.drawn[u - 2 * n]
        } else {
            self.room(u, v)
        }
    }

    fn pass(&mut self, u: usize, v: usize, amount: i64, moved: &mut Vec<usize>) {
        let n = self.n_sites;
        if u == self.end() && v < n {
            self.passed[v] -= amount;
        } else if u == self.end() {
            self.drawn[v - 2 * n] -= amount;
        } else if v == self.end() {
            self.drawn[u - 2 * n] += amount;
        } else {
            self.push(u, v, amount, moved);
        }
    }
}
