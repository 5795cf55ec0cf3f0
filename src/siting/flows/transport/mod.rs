//! Minimum-cost flow of one commodity: supplies → sites → rows, on the graph of open sites.
//!
//! Every row starts at its cheapest site, which is optimal but for the limits; what is above a limit moves along
//! shortest augmenting paths: site to site by the cheapest row that can move, site to supply, supply back to a site
//! that it feeds. Node prices keep reduced costs from falling below zero.
//! Source: successive shortest paths, Ahuja, Magnanti & Orlin (1993), Network Flows, section 9.7.

mod change;
mod least;
mod paths;

use crate::search::Budget;

/// One commodity and the places that it moves between, all in the same unit.
#[derive(Clone)]
pub(crate) struct Commodity {
    /// Cost of one unit by site, then row; infinite where a site cannot serve. Without inbound.
    pub(crate) unit: Vec<f64>,
    /// Units that each row needs; positive.
    pub(crate) demand: Vec<i64>,
    /// Units that each site may pass; `i64::MAX` without limit.
    pub(crate) capacity: Vec<i64>,
    /// Units that each site must pass, for [`Transport::fill`].
    pub(crate) least: Vec<i64>,
    /// Cost of one unit by supply, then site; empty when sites need no inflow.
    pub(crate) inbound: Vec<f64>,
    /// Units that each supply has.
    pub(crate) supply: Vec<i64>,
}

impl Commodity {
    /// The same over some of its sites, with some more that are closed.
    pub(crate) fn among(&self, sites: &[usize], n_closed: usize) -> Self {
        let (n_all, n_rows) = (self.capacity.len(), self.demand.len());
        let of_site = |&i: &usize| &self.unit[i * n_rows..(i + 1) * n_rows];
        let mut unit: Vec<f64> = sites.iter().flat_map(of_site).copied().collect();
        unit.resize(unit.len() + n_closed * n_rows, f64::INFINITY);
        let inbound = |k: usize| {
            let into = sites.iter().map(move |&i| self.inbound[k * n_all + i]);
            into.chain(std::iter::repeat_n(f64::INFINITY, n_closed))
        };
        Self {
            unit,
            demand: self.demand.clone(),
            capacity: sites.iter().map(|&i| self.capacity[i]).chain(std::iter::repeat_n(0, n_closed)).collect(),
            least: vec![0; sites.len() + n_closed],
            inbound: (0..self.supply.len()).flat_map(inbound).collect(),
            supply: self.supply.clone(),
        }
    }
}

/// A flow under construction.
#[derive(Clone)]
pub(crate) struct Transport {
    commodity: Commodity,
    /// Sites that nothing may pass.
    is_closed: Vec<bool>,
    n_sites: usize,
    n_rows: usize,
    /// Sites and amounts that serve each row.
    shares: Vec<Vec<(u32, i64)>>,
    /// Rows that each site serves, in any order.
    rows_at: Vec<Vec<u32>>,
    /// Units that each site passes within its limit.
    passed: Vec<i64>,
    /// Units from each supply into each site, by supply, then site.
    inflow: Vec<i64>,
    drawn: Vec<i64>,
    /// Units at each node that still have to move on.
    excess: Vec<i64>,
    price: Vec<f64>,
    /// Price of the places that take units.
    end_price: f64,
    /// Cheapest row to move between two sites, and its unit cost.
    movers: Vec<(f64, u32)>,
    distance: Vec<f64>,
    previous: Vec<usize>,
    settled: Vec<bool>,
}

const NOWHERE: usize = usize::MAX;

impl Transport {
    /// The start: every row at its cheapest site. `None` when a row has no site at all.
    pub(crate) fn new(commodity: Commodity) -> Option<Self> {
        let (n_sites, n_rows, n_supplies) = (commodity.capacity.len(), commodity.demand.len(), commodity.supply.len());
        let n_nodes = if n_supplies > 0 { 2 * n_sites + n_supplies } else { n_sites };
        let mut transport = Self {
            is_closed: commodity.capacity.iter().map(|&most| most == 0).collect(),
            n_sites,
            n_rows,
            shares: vec![Vec::new(); n_rows],
            rows_at: vec![Vec::new(); n_sites],
            passed: vec![0; n_sites],
            inflow: vec![0; n_supplies * n_sites],
            drawn: vec![0; n_supplies],
            excess: vec![0; n_nodes],
            price: vec![0.0; n_nodes],
            end_price: 0.0,
            movers: Vec::new(),
            distance: vec![0.0; n_nodes],
            previous: vec![NOWHERE; n_nodes],
            settled: vec![false; n_nodes],
            commodity,
        };
        transport.place().then_some(transport)
    }

    fn unit(&self, site: usize, row: usize) -> f64 {
        self.commodity.unit[site * self.n_rows + row]
    }

    /// Puts every row at its cheapest site and draws from the cheapest supplies.
    fn place(&mut self) -> bool {
        let (n_sites, n_supplies) = (self.n_sites, self.commodity.supply.len());
        let mut feeder = vec![NOWHERE; n_sites];
        let mut fed = vec![0.0; n_sites];
        if n_supplies > 0 {
            fed.fill(f64::INFINITY);
            for k in 0..n_supplies {
                let costs = &self.commodity.inbound[k * n_sites..(k + 1) * n_sites];
                for ((fed, feeder), &cost) in fed.iter_mut().zip(&mut feeder).zip(costs) {
                    if cost < *fed && self.commodity.supply[k] > 0 {
                        (*fed, *feeder) = (cost, k);
                    }
                }
            }
        }
        let mut best = vec![(f64::INFINITY, NOWHERE); self.n_rows];
        for (a, &fed) in fed.iter().enumerate() {
            for (best, &unit) in best.iter_mut().zip(&self.commodity.unit[a * self.n_rows..]) {
                if unit + fed < best.0 {
                    *best = (unit + fed, a);
                }
            }
        }
        for (j, &(cost, a)) in best.iter().enumerate() {
            if !cost.is_finite() {
                return false;
            }
            self.shares[j].push((a as u32, self.commodity.demand[j]));
            self.rows_at[a].push(j as u32);
            self.excess[a] += self.commodity.demand[j];
        }
        for a in 0..n_sites {
            self.passed[a] = self.excess[a].min(self.commodity.capacity[a]);
            self.excess[a] -= self.passed[a];
            if n_supplies > 0 && fed[a].is_finite() {
                self.price[a] = -fed[a];
                self.price[n_sites + a] = -fed[a];
                self.inflow[feeder[a] * n_sites + a] = self.passed[a];
                self.drawn[feeder[a]] += self.passed[a];
            }
        }
        for k in 0..n_supplies {
            let above = (self.drawn[k] - self.commodity.supply[k]).max(0);
            self.excess[2 * n_sites + k] = above;
            self.drawn[k] -= above;
        }
        true
    }

    /// Moves everything above a limit along shortest paths. False when the limits cannot be kept, or when `budget` has
    /// no time left.
    pub(crate) fn solve(&mut self, budget: &Budget<'_>) -> bool {
        if self.excess.iter().all(|&excess| excess == 0) {
            return true;
        }
        self.find_all_movers();
        let mut n_paths = 0u32;
        while self.excess.iter().any(|&excess| excess > 0) {
            n_paths += 1;
            if n_paths.is_multiple_of(16) && budget.out_of_time() {
                return false;
            }
            let Some(end) = self.shortest_path() else { return false };
            self.augment(end);
        }
        true
    }

    /// Readies a flow that is solved for changes.
    pub(crate) fn be_ready(&mut self) {
        if self.movers.is_empty() {
            self.find_all_movers();
        }
    }

    fn find_all_movers(&mut self) {
        self.movers = vec![(f64::INFINITY, u32::MAX); self.n_sites * self.n_sites];
        (0..self.n_sites).for_each(|a| self.find_movers(a));
    }

    /// The cheapest rows to move from site `a` to every other.
    fn find_movers(&mut self, a: usize) {
        for b in (0..self.n_sites).filter(|&b| b != a && !self.is_closed[b]) {
            self.movers[a * self.n_sites + b] = self.mover(a, b);
        }
    }

    /// The cheapest row to move from site `a` to site `b`, and what a unit of it costs.
    fn mover(&self, a: usize, b: usize) -> (f64, u32) {
        let mut best = (f64::INFINITY, u32::MAX);
        for &j in &self.rows_at[a] {
            let cost = self.unit(b, j as usize) - self.unit(a, j as usize);
            if cost < best.0 {
                best = (cost, j);
            }
        }
        best
    }

    /// Whether units may end at node `v`.
    fn takes(&self, v: usize) -> bool {
        let n_supplies = self.commodity.supply.len();
        if n_supplies == 0 {
            self.passed[v] < self.commodity.capacity[v]
        } else {
            v >= 2 * self.n_sites && self.drawn[v - 2 * self.n_sites] < self.commodity.supply[v - 2 * self.n_sites]
        }
    }

    /// Dijkstra in reduced costs from all nodes with excess to the nearest node that takes units; updates prices.
    fn shortest_path(&mut self) -> Option<usize> {
        let n_nodes = self.excess.len();
        self.settled.fill(false);
        self.previous.fill(NOWHERE);
        for v in 0..n_nodes {
            self.distance[v] = if self.excess[v] > 0 { 0.0 } else { f64::INFINITY };
        }
        // All places that take units carry the same price, so the first of them that settles is the nearest.
        let (mut end, mut nearest) = (None, f64::INFINITY);
        loop {
            let mut next = (f64::INFINITY, NOWHERE);
            for v in 0..n_nodes {
                if !self.settled[v] && self.distance[v] < next.0 {
                    next = (self.distance[v], v);
                }
            }
            let (distance, u) = next;
            if u == NOWHERE {
                break;
            }
            self.settled[u] = true;
            if self.takes(u) {
                (end, nearest) = (Some(u), distance);
                break;
            }
            self.relax(u, distance);
        }
        if end.is_some() {
            self.end_price += nearest;
            for v in 0..n_nodes {
                self.price[v] += self.distance[v].min(nearest);
            }
        }
        end
    }

    fn relax(&mut self, u: usize, distance: f64) {
        let (n_sites, n_supplies) = (self.n_sites, self.commodity.supply.len());
        if u < n_sites {
            for b in 0..n_sites {
                if b != u {
                    self.step(u, b, distance, self.movers[u * n_sites + b].0);
                }
            }
            if n_supplies > 0 && self.passed[u] < self.commodity.capacity[u] {
                self.step(u, n_sites + u, distance, 0.0);
            }
        } else if u < 2 * n_sites {
            let a = u - n_sites;
            for k in 0..n_supplies {
                if self.commodity.supply[k] > 0 {
                    self.step(u, 2 * n_sites + k, distance, self.commodity.inbound[k * n_sites + a]);
                }
            }
            if self.passed[a] > 0 {
                self.step(u, a, distance, 0.0);
            }
        } else {
            let k = u - 2 * n_sites;
            for a in 0..n_sites {
                if self.inflow[k * n_sites + a] > 0 {
                    self.step(u, n_sites + a, distance, -self.commodity.inbound[k * n_sites + a]);
                }
            }
        }
    }

    #[inline]
    fn step(&mut self, u: usize, v: usize, distance: f64, cost: f64) {
        if cost.is_finite() {
            let reach = distance + (cost + self.price[u] - self.price[v]).max(0.0);
            if reach < self.distance[v] && !self.settled[v] {
                self.distance[v] = reach;
                self.previous[v] = u;
            }
        }
    }

    /// Sends as much as the path to `end` allows.
    fn augment(&mut self, end: usize) {
        let n_sites = self.n_sites;
        let mut path = vec![end];
        while self.previous[path[path.len() - 1]] != NOWHERE {
            path.push(self.previous[path[path.len() - 1]]);
        }
        path.reverse();
        let mut amount = self.excess[path[0]].min(if self.commodity.supply.is_empty() {
            self.commodity.capacity[end] - self.passed[end]
        } else {
            self.commodity.supply[end - 2 * n_sites] - self.drawn[end - 2 * n_sites]
        });
        for pair in path.windows(2) {
            amount = amount.min(self.room(pair[0], pair[1]));
        }
        self.excess[path[0]] -= amount;
        let mut moved = Vec::new();
        for pair in path.windows(2) {
            self.push(pair[0], pair[1], amount, &mut moved);
        }
        if self.commodity.supply.is_empty() {
            self.passed[end] += amount;
        } else {
            self.drawn[end - 2 * n_sites] += amount;
        }
        moved.sort_unstable();
        moved.dedup();
        for a in moved {
            self.find_movers(a);
        }
    }

    /// Units that the arc from `u` to `v` can still take.
    fn room(&self, u: usize, v: usize) -> i64 {
        let n_sites = self.n_sites;
        if u < n_sites && v < n_sites {
            let j = self.movers[u * n_sites + v].1 as usize;
            return self.shares[j].iter().find(|share| share.0 as usize == u).map_or(0, |share| share.1);
        }
        if u < n_sites {
            self.commodity.capacity[u] - self.passed[u]
        } else if u >= 2 * n_sites {
            self.inflow[(u - 2 * n_sites) * n_sites + v - n_sites]
        } else if v < n_sites {
            self.passed[v]
        } else {
            i64::MAX
        }
    }

    fn push(&mut self, u: usize, v: usize, amount: i64, moved: &mut Vec<usize>) {
        let n_sites = self.n_sites;
        if u < n_sites && v < n_sites {
            self.shift(self.movers[u * n_sites + v].1, u, v, amount);
            moved.extend([u, v]);
        } else if u < n_sites {
            self.passed[u] += amount;
        } else if u >= 2 * n_sites {
            self.inflow[(u - 2 * n_sites) * n_sites + v - n_sites] -= amount;
        } else if v < n_sites {
            self.passed[v] -= amount;
        } else {
            self.inflow[(v - 2 * n_sites) * n_sites + u - n_sites] += amount;
        }
    }

    /// Moves `amount` of row `j` from site `a` to site `b`.
    fn shift(&mut self, j: u32, a: usize, b: usize, amount: i64) {
        shift_share(&mut self.shares[j as usize], &mut self.rows_at, j, (a, b), amount);
    }

    /// Total cost of the flow.
    pub(crate) fn cost(&self) -> f64 {
        let outbound: f64 = self.flows().map(|(j, a, amount)| self.unit(a, j) * amount as f64).sum();
        outbound
            + self
                .inflows()
                .map(|(k, a, amount)| self.commodity.inbound[k * self.n_sites + a] * amount as f64)
                .sum::<f64>()
    }

    /// Row, site and amount of every outbound flow.
    pub(crate) fn flows(&self) -> impl Iterator<Item = (usize, usize, i64)> + '_ {
        self.shares
            .iter()
            .enumerate()
            .flat_map(|(j, shares)| shares.iter().map(move |&(a, amount)| (j, a as usize, amount)))
    }

    /// Supply, site and amount of every inbound flow.
    pub(crate) fn inflows(&self) -> impl Iterator<Item = (usize, usize, i64)> + '_ {
        let n_sites = self.n_sites;
        let used = self.inflow.iter().enumerate().filter(|(_, amount)| **amount > 0);
        used.map(move |(at, &amount)| (at / n_sites, at % n_sites, amount))
    }

    /// What one unit more of each row would cost at the margin.
    pub(crate) fn row_prices(&self) -> impl Iterator<Item = f64> + '_ {
        self.shares.iter().enumerate().map(|(j, shares)| {
            let cost = |&(a, _): &(u32, i64)| self.unit(a as usize, j) + self.end_price - self.price[a as usize];
            shares.iter().map(cost).fold(f64::INFINITY, f64::min)
        })
    }

    /// What one unit more of each supply would save.
    pub(crate) fn supply_prices(&self) -> impl Iterator<Item = f64> + '_ {
        self.price.iter().skip(2 * self.n_sites).map(|price| (self.end_price - price).max(0.0))
    }

    /// Units that could not be placed after [`Transport::solve`] gave up.
    pub(crate) fn unplaced(&self) -> i64 {
        self.excess.iter().sum()
    }
}

/// Moves `amount` of row `j` from the first site to the second: in the row's own shares, and in the rows at each site.
pub(super) fn shift_share(
    shares: &mut Vec<(u32, i64)>,
    rows_at: &mut [Vec<u32>],
    j: u32,
    (a, b): (usize, usize),
    amount: i64,
) {
    let from = shares.iter().position(|share| share.0 as usize == a).expect("the mover is served from here");
    shares[from].1 -= amount;
    if shares[from].1 == 0 {
        shares.swap_remove(from);
        let at = rows_at[a].iter().position(|&row| row == j).expect("rows and shares agree");
        rows_at[a].swap_remove(at);
    }
    match shares.iter_mut().find(|share| share.0 as usize == b) {
        Some(share) => share.1 += amount,
        None => {
            shares.push((b as u32, amount));
            rows_at[b].push(j);
        }
    }
}
