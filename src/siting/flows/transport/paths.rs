//! Cheapest paths over everything that an optimal flow could still do, the place where all units end included.

use super::{NOWHERE, Transport};

/// Cheapest distances in reduced costs, from where a search began.
pub(super) struct Reached {
    /// By node, then the end.
    pub(super) distance: Vec<f64>,
    previous: Vec<usize>,
}

/// Sites and supplies that a unit can be at.
struct Live {
    sites: Vec<usize>,
    supplies: Vec<usize>,
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
        let live = self.live();
        let mut left = live.sites.clone();
        if !self.commodity.supply.is_empty() {
            left.extend(live.sites.iter().map(|&a| self.n_sites + a));
        }
        left.extend(live.supplies.iter().map(|&k| 2 * self.n_sites + k).chain([end]));
        let mut settled = vec![false; end + 1];
        loop {
            let (mut at, mut nearest) = (NOWHERE, most);
            for (position, &v) in left.iter().enumerate() {
                if reached.distance[v] < nearest {
                    (at, nearest) = (position, reached.distance[v]);
                }
            }
            if at == NOWHERE {
                return (reached, None);
            }
            let u = left.swap_remove(at);
            settled[u] = true;
            if is_goal(u) {
                return (reached, Some(u));
            }
            let from = nearest + self.price_of(u);
            self.each_step(&live, u, |v, cost| {
                let further = (from + cost - self.price_of(v)).max(nearest);
                if further < reached.distance[v] && !settled[v] {
                    (reached.distance[v], reached.previous[v]) = (further, u);
                }
            });
        }
    }

    /// The places that units can be at.
    fn live(&self) -> Live {
        let n = self.n_sites;
        let is_site = |&a: &usize| !self.is_closed[a] || self.excess[a] != 0;
        let is_supply = |&k: &usize| self.commodity.supply[k] > 0 || self.excess[2 * n + k] != 0;
        Live {
            sites: (0..n).filter(is_site).collect(),
            supplies: (0..self.commodity.supply.len()).filter(is_supply).collect(),
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
    fn each_step(&self, live: &Live, u: usize, mut step: impl FnMut(usize, f64)) {
        let (n, commodity) = (self.n_sites, &self.commodity);
        let n_supplies = commodity.supply.len();
        let has_spare = |b: usize| self.passed[b] > commodity.least[b];
        let (sites, supplies) = (live.sites.iter().copied(), live.supplies.iter().copied());
        if u == self.end() {
            if n_supplies == 0 {
                sites.filter(|&b| has_spare(b)).for_each(|b| step(b, 0.0));
            }
            supplies.filter(|&k| self.drawn[k] > 0).for_each(|k| step(2 * n + k, 0.0));
        } else if u < n {
            let movers = &self.movers[u * n..(u + 1) * n];
            sites.filter(|&b| b != u).for_each(|b| step(b, movers[b].0));
            if n_supplies > 0 && self.passed[u] < commodity.capacity[u] {
                step(n + u, 0.0);
            }
        } else if u < 2 * n {
            let gives = |k: &usize| commodity.supply[*k] > 0;
            supplies.filter(gives).for_each(|k| step(2 * n + k, commodity.inbound[k * n + u - n]));
            if has_spare(u - n) {
                step(u - n, 0.0);
            }
        } else {
            let k = u - 2 * n;
            let inflow = &self.inflow[k * n..(k + 1) * n];
            sites.filter(|&b| inflow[b] > 0).for_each(|b| step(n + b, -commodity.inbound[k * n + b]));
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
