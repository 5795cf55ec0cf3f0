//! Cheapest paths over everything that an optimal flow could still do, the place where all units end included.

use super::{NOWHERE, Transport};

/// Cheapest distances in reduced costs, from where a search began.
pub(super) struct Reached {
    /// By node, then the end.
    pub(super) distance: Vec<f64>,
    previous: Vec<usize>,
}

impl Transport {
    /// The node where all units end.
    pub(super) fn end(&self) -> usize {
        self.excess.len()
    }

    pub(super) fn price_of(&self, v: usize) -> f64 {
        self.price.get(v).copied().unwrap_or(self.end_price)
    }

    /// Distances from the nodes that are a `start`, until a node is a `goal` or further than `most`.
    pub(super) fn reach(
        &self,
        is_start: impl Fn(usize) -> bool,
        is_goal: impl Fn(usize) -> bool,
        most: f64,
    ) -> (Reached, Option<usize>) {
        let end = self.end();
        let distance = (0..=end).map(|v| if is_start(v) { 0.0 } else { f64::INFINITY }).collect();
        let mut reached = Reached { distance, previous: vec![NOWHERE; end + 1] };
        let mut settled = vec![false; end + 1];
        loop {
            let (mut u, mut nearest) = (NOWHERE, most);
            for (v, (&distance, &settled)) in reached.distance.iter().zip(&settled).enumerate() {
                if !settled && distance < nearest {
                    (u, nearest) = (v, distance);
                }
            }
            if u == NOWHERE {
                return (reached, None);
            }
            settled[u] = true;
            if is_goal(u) {
                return (reached, Some(u));
            }
            self.each_step(u, |v, cost| {
                let further = nearest + (cost + self.price_of(u) - self.price_of(v)).max(0.0);
                if cost.is_finite() && further < reached.distance[v] && !settled[v] {
                    (reached.distance[v], reached.previous[v]) = (further, u);
                }
            });
        }
    }

    /// Raises prices by the distances, by `most` at most, which keeps reduced costs from falling below zero.
    pub(super) fn raise_prices(&mut self, reached: &Reached, most: f64) {
        for (price, distance) in self.price.iter_mut().zip(&reached.distance) {
            *price += distance.min(most);
        }
        self.end_price += reached.distance[self.end()].min(most);
    }

    /// Sends as much as a path to `goal` allows, `most` at most. Where it begins, and how much that is.
    pub(super) fn send(&mut self, reached: &Reached, goal: usize, most: impl Fn(&Self, usize) -> i64) -> (usize, i64) {
        let mut path = vec![goal];
        while reached.previous[path[path.len() - 1]] != NOWHERE {
            path.push(reached.previous[path[path.len() - 1]]);
        }
        path.reverse();
        let amount = path.windows(2).map(|pair| self.spare(pair[0], pair[1])).fold(most(self, path[0]), i64::min);
        let mut moved = Vec::new();
        for pair in path.windows(2) {
            self.pass(pair[0], pair[1], amount, &mut moved);
        }
        moved.sort_unstable();
        moved.dedup();
        moved.into_iter().for_each(|b| self.find_movers(b));
        (path[0], amount)
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
            let gives = |k: &usize| commodity.supply[*k] > 0;
            (0..n_supplies).filter(gives).for_each(|k| step(2 * n + k, commodity.inbound[k * n + u - n]));
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
