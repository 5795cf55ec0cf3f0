//! The exact flow of one commodity over open sites, kept up to date while sites open and close.
//!
//! Opening a site draws rows to it along paths that save; closing one sends its rows along shortest paths to where there
//! is room. Node prices keep reduced costs from falling below zero throughout, so each change costs a few paths.
//! Source: successive shortest paths and negative cycles, Ahuja, Magnanti & Orlin (1993), Network Flows, chapter 9; the
//! graph of open sites as in [`super::transport`].

use super::super::prepared::Prepared;
use super::products;
use super::transport::shift_share;

/// What a unit costs between every site and row, and how much there is.
pub(crate) struct Network {
    /// By site, then row; infinite where a site cannot serve.
    unit: Vec<f64>,
    demand: Vec<i64>,
    /// Units that each site may pass.
    capacity: Vec<i64>,
}

/// Most pairs of a site and a row that a network is laid out for; beyond, changes of the flow had better stay local.
const MOST_PAIRS: usize = 500_000;

const UNLIMITED: i64 = i64::MAX / 4;

impl Network {
    /// The network of a problem whose rows move as one commodity without binding supplies; `None` for others, and for
    /// those too large to lay out.
    pub(crate) fn new(prepared: &Prepared<'_>) -> Option<Self> {
        let (n_sites, n_rows) = (prepared.n_sites(), prepared.n_rows());
        if n_sites * n_rows > MOST_PAIRS {
            return None;
        }
        let capacity = rooms(prepared)?;
        let mut unit = vec![f64::INFINITY; n_sites * n_rows];
        for i in 0..n_sites {
            let (rows, costs) = prepared.arcs(i);
            for (&j, &cost) in rows.iter().zip(costs) {
                unit[i * n_rows + j as usize] = cost / prepared.demand[j as usize];
            }
        }
        let demand = prepared.problem.customers().iter().map(|customer| customer.demand.get()).collect();
        Some(Self { unit, demand, capacity })
    }

    #[inline]
    fn unit(&self, site: usize, row: usize) -> f64 {
        self.unit[site * self.demand.len() + row]
    }
}

/// Units of flow that each site may pass, where rows move as one commodity without binding supplies or least throughputs.
pub(super) fn rooms(prepared: &Prepared<'_>) -> Option<Vec<i64>> {
    let (weight, per) = products::only_commodity(prepared)?;
    if prepared.packing || prepared.supplies_bind || prepared.has_least || prepared.limits_products() || weight == 0 {
        return None;
    }
    let room = |most: &f64| {
        if most.is_finite() { (*most as i128 * i128::from(per) / i128::from(weight)) as i64 } else { UNLIMITED }
    };
    Some(prepared.capacity.iter().map(room).collect())
}

/// An optimal flow over the sites that are open. Slots number them in the order of opening.
#[derive(Clone)]
pub(crate) struct Reflow<'a> {
    network: &'a Network,
    /// Site of each slot.
    sites: Vec<usize>,
    is_closed: Vec<bool>,
    passed: Vec<i64>,
    /// Units at each slot that still have to move on.
    excess: Vec<i64>,
    price: Vec<f64>,
    /// Price of the place where all units end.
    end_price: f64,
    /// Slots and amounts that serve each row.
    shares: Vec<Vec<(u32, i64)>>,
    rows_at: Vec<Vec<u32>>,
    /// Cheapest row to move between two slots, and its unit cost, by slot and slot with room for a few more.
    movers: Vec<(f64, u32)>,
    stride: usize,
    distance: Vec<f64>,
    previous: Vec<usize>,
    settled: Vec<bool>,
}

const NOWHERE: usize = usize::MAX;

/// Slots kept free for openings.
const SPARE: usize = 2;

impl<'a> Reflow<'a> {
    /// The optimal flow over `sites`; `None` when their capacity does not suffice or a row has no site.
    pub(crate) fn new(network: &'a Network, sites: Vec<usize>) -> Option<Self> {
        let (n, n_rows) = (sites.len(), network.demand.len());
        let stride = n + SPARE;
        let mut reflow = Self {
            network,
            is_closed: vec![false; n],
            passed: vec![0; n],
            excess: vec![0; n],
            price: vec![0.0; n],
            end_price: 0.0,
            shares: vec![Vec::new(); n_rows],
            rows_at: vec![Vec::new(); n],
            movers: vec![(f64::INFINITY, u32::MAX); stride * stride],
            stride,
            distance: vec![0.0; stride],
            previous: vec![NOWHERE; stride],
            settled: vec![false; stride],
            sites,
        };
        for j in 0..n_rows {
            let costs = (0..n).map(|a| (reflow.unit(a, j), a));
            let (cost, a) = costs.min_by(|x, y| x.0.total_cmp(&y.0))?;
            if !cost.is_finite() {
                return None;
            }
            reflow.shares[j].push((a as u32, network.demand[j]));
            reflow.rows_at[a].push(j as u32);
            reflow.excess[a] += network.demand[j];
        }
        for a in 0..n {
            reflow.passed[a] = reflow.excess[a].min(reflow.capacity(a));
            reflow.excess[a] -= reflow.passed[a];
            reflow.find_movers(a);
        }
        reflow.settle().then_some(reflow)
    }

    fn unit(&self, slot: usize, row: usize) -> f64 {
        self.network.unit(self.sites[slot], row)
    }

    fn capacity(&self, slot: usize) -> i64 {
        self.network.capacity[self.sites[slot]]
    }

    /// Slots that are open.
    fn open_slots(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.sites.len()).filter(|&slot| !self.is_closed[slot])
    }

    /// Slot of a site that is open.
    pub(crate) fn slot(&self, site: usize) -> Option<usize> {
        (0..self.sites.len()).find(|&slot| self.sites[slot] == site && !self.is_closed[slot])
    }

    /// What it flows on.
    pub(crate) fn network(&self) -> &'a Network {
        self.network
    }

    /// Total cost of the flow.
    pub(crate) fn cost(&self) -> f64 {
        let of_row = |(j, shares): (usize, &Vec<(u32, i64)>)| {
            shares.iter().map(|&(a, amount)| self.unit(a as usize, j) * amount as f64).sum::<f64>()
        };
        self.shares.iter().enumerate().map(of_row).sum()
    }

    /// What one unit more of each row would cost at the margin, times its demand.
    pub(crate) fn row_prices(&self) -> Vec<f64> {
        let price = |(j, shares): (usize, &Vec<(u32, i64)>)| {
            let costs = shares.iter().map(|&(a, _)| self.unit(a as usize, j) + self.scarcity(a as usize));
            costs.fold(f64::INFINITY, f64::min) * self.network.demand[j] as f64
        };
        self.shares.iter().enumerate().map(price).collect()
    }

    /// What a unit of a slot's capacity is worth.
    fn scarcity(&self, slot: usize) -> f64 {
        self.end_price - self.price[slot]
    }

    /// What the flow would cost more, at least, without a slot: its rows at their next best prices.
    pub(crate) fn least_loss(&self, slot: usize) -> f64 {
        let scarcity = self.scarcity(slot);
        let mut loss = scarcity * self.passed[slot] as f64;
        for &j in &self.rows_at[slot] {
            let j = j as usize;
            let others = self.open_slots().filter(|&b| b != slot);
            let next = others.map(|b| self.unit(b, j) + self.scarcity(b)).fold(f64::INFINITY, f64::min);
            loss += (next - self.unit(slot, j) - scarcity).max(0.0) * self.network.demand[j] as f64;
        }
        loss
    }

    /// Opens a site: rows that save move to it. There must be a slot left.
    pub(crate) fn open(&mut self, site: usize) {
        let slot = self.sites.len();
        assert!(slot < self.stride, "a slot is left");
        self.sites.push(site);
        self.is_closed.push(false);
        self.passed.push(0);
        self.excess.push(0);
        self.rows_at.push(Vec::new());
        self.price.push(self.end_price);
        for a in 0..slot {
            if self.is_closed[a] {
                continue;
            }
            self.find_mover(a, slot);
            self.price[slot] = self.price[slot].min(self.price[a] + self.movers[a * self.stride + slot].0);
        }
        while self.passed[slot] < self.capacity(slot) && self.draw(slot) {}
    }

    /// Moves units to a newly opened slot along the path that saves most. False when none saves anything.
    fn draw(&mut self, slot: usize) -> bool {
        let gap = self.scarcity(slot);
        if gap <= 1e-9 * (1.0 + self.end_price.abs()) {
            return false;
        }
        for a in 0..self.sites.len() {
            self.settled[a] = self.is_closed[a];
            self.previous[a] = NOWHERE;
            self.distance[a] = if self.passed[a] > 0 && a != slot { self.scarcity(a).max(0.0) } else { f64::INFINITY };
        }
        let reached = self.dijkstra(|this, u| u == slot || this.distance[u] >= gap);
        let nearest = self.distance[slot].min(gap);
        for a in 0..self.sites.len() {
            self.price[a] += self.distance[a].min(nearest);
            // A site that nothing uses has room, and all that have room carry the price of the end.
            if self.passed[a] == 0 && a != slot {
                self.price[a] = self.price[a].min(self.end_price);
            }
        }
        if reached != Some(slot) || self.distance[slot] >= gap * (1.0 - 1e-12) {
            return false;
        }
        let path = self.path_to(slot);
        let amount = self.room(&path).min(self.passed[path[0]]).min(self.capacity(slot) - self.passed[slot]);
        self.shift_along(&path, amount);
        self.passed[path[0]] -= amount;
        self.passed[slot] += amount;
        true
    }

    /// Closes a slot: its rows move to where there is room. False when there is not enough; the flow is void then.
    pub(crate) fn close(&mut self, slot: usize) -> bool {
        self.is_closed[slot] = true;
        self.excess[slot] += self.passed[slot];
        self.passed[slot] = 0;
        self.settle()
    }

    /// Moves everything above a limit along shortest paths. False when the limits cannot be kept.
    fn settle(&mut self) -> bool {
        while self.excess.iter().any(|&excess| excess > 0) {
            for a in 0..self.sites.len() {
                self.settled[a] = false;
                self.previous[a] = NOWHERE;
                self.distance[a] = if self.excess[a] > 0 { 0.0 } else { f64::INFINITY };
            }
            let takes = |this: &Self, u: usize| !this.is_closed[u] && this.passed[u] < this.capacity(u);
            let Some(end) = self.dijkstra(takes) else { return false };
            let nearest = self.distance[end];
            self.end_price += nearest;
            for a in 0..self.sites.len() {
                self.price[a] += self.distance[a].min(nearest);
            }
            let path = self.path_to(end);
            let amount = self.room(&path).min(self.excess[path[0]]).min(self.capacity(end) - self.passed[end]);
            self.shift_along(&path, amount);
            self.excess[path[0]] -= amount;
            self.passed[end] += amount;
        }
        true
    }

    /// Settles slots by distance until one is an `end`, which is returned. Paths go through open slots.
    fn dijkstra(&mut self, is_end: impl Fn(&Self, usize) -> bool) -> Option<usize> {
        let n = self.sites.len();
        loop {
            let mut next = (f64::INFINITY, NOWHERE);
            for v in 0..n {
                if self.distance[v] < next.0 && !self.settled[v] {
                    next = (self.distance[v], v);
                }
            }
            let (distance, u) = next;
            if u == NOWHERE {
                return None;
            }
            self.settled[u] = true;
            if is_end(self, u) {
                return Some(u);
            }
            for v in 0..n {
                if self.settled[v] || self.is_closed[v] {
                    continue;
                }
                let cost = self.movers[u * self.stride + v].0;
                let reach = distance + (cost + self.price[u] - self.price[v]).max(0.0);
                if reach < self.distance[v] {
                    self.distance[v] = reach;
                    self.previous[v] = u;
                }
            }
        }
    }

    fn path_to(&self, end: usize) -> Vec<usize> {
        let mut path = vec![end];
        while self.previous[path[path.len() - 1]] != NOWHERE {
            path.push(self.previous[path[path.len() - 1]]);
        }
        path.reverse();
        path
    }

    /// Units that the movers along a path can carry.
    fn room(&self, path: &[usize]) -> i64 {
        let carries = path.windows(2).map(|pair| {
            let row = self.movers[pair[0] * self.stride + pair[1]].1 as usize;
            self.shares[row].iter().find(|share| share.0 as usize == pair[0]).map_or(0, |share| share.1)
        });
        carries.min().unwrap_or(i64::MAX)
    }

    fn shift_along(&mut self, path: &[usize], amount: i64) {
        // A row that comes to a slot may become its mover, but what leaves it was chosen before.
        let rows: Vec<u32> = path.windows(2).map(|pair| self.movers[pair[0] * self.stride + pair[1]].1).collect();
        for (pair, row) in path.windows(2).zip(rows) {
            self.shift(row, pair[0], pair[1], amount);
        }
    }

    /// Moves `amount` of row `j` from slot `a` to slot `b`.
    fn shift(&mut self, j: u32, a: usize, b: usize, amount: i64) {
        shift_share(&mut self.shares[j as usize], &mut self.rows_at, j, (a, b), amount);
        self.count_in(j, b);
        if self.shares[j as usize].iter().all(|share| share.0 as usize != a) {
            for c in 0..self.sites.len() {
                if c != a && !self.is_closed[c] && self.movers[a * self.stride + c].1 == j {
                    self.find_mover(a, c);
                }
            }
        }
    }

    /// Row `j`, which has come to slot `a`, may be the cheapest to move from there.
    fn count_in(&mut self, j: u32, a: usize) {
        let here = self.unit(a, j as usize);
        for c in (0..self.sites.len()).filter(|&c| c != a && !self.is_closed[c]) {
            let cost = self.unit(c, j as usize) - here;
            let mover = &mut self.movers[a * self.stride + c];
            if cost < mover.0 {
                *mover = (cost, j);
            }
        }
    }

    /// The cheapest rows to move from slot `a` to every other.
    fn find_movers(&mut self, a: usize) {
        (0..self.sites.len()).filter(|&b| b != a).for_each(|b| self.find_mover(a, b));
    }

    /// The cheapest row to move from slot `a` to slot `b`.
    fn find_mover(&mut self, a: usize, b: usize) {
        let mut best = (f64::INFINITY, u32::MAX);
        for &j in &self.rows_at[a] {
            let cost = self.unit(b, j as usize) - self.unit(a, j as usize);
            if cost < best.0 {
                best = (cost, j);
            }
        }
        self.movers[a * self.stride + b] = best;
    }
}
