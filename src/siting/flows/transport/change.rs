//! An optimal flow kept optimal while sites and supplies open and close.
//!
//! Closing leaves units that have lost their way at one end and places that lack them at the other; they meet along
//! shortest paths. Opening draws units along the cycles that save most. Node prices keep reduced costs from falling below
//! zero throughout, so a change costs a few paths instead of a flow from scratch.
//! Source: Ahuja, Magnanti & Orlin (1993), Network Flows, chapter 9.

use super::Transport;

impl Transport {
    /// Closes site `a`. False when the others cannot take what it passed; the flow is void then.
    pub(crate) fn close_site(&mut self, a: usize) -> bool {
        let n = self.n_sites;
        self.is_closed[a] = true;
        self.commodity.capacity[a] = 0;
        for b in 0..n {
            self.movers[b * n + a].0 = f64::INFINITY;
        }
        self.excess[a] += std::mem::take(&mut self.passed[a]);
        for k in 0..self.drawn.len() {
            self.excess[2 * n + k] -= std::mem::take(&mut self.inflow[k * n + a]);
        }
        self.settle()
    }

    /// Closes supply `k`. False when the others cannot give what was drawn from it; the flow is void then.
    pub(crate) fn close_supply(&mut self, k: usize) -> bool {
        self.commodity.supply[k] = 0;
        self.excess[2 * self.n_sites + k] += std::mem::take(&mut self.drawn[k]);
        self.settle()
    }

    /// Brings what has lost its way to where it is lacking. What no node lacks, the end does.
    fn settle(&mut self) -> bool {
        let end = self.end();
        while self.excess.iter().any(|&excess| excess > 0) {
            let lacking: i64 = self.excess.iter().sum();
            let lacks = |v: usize| if v == end { lacking > 0 } else { self.excess[v] < 0 };
            let has_excess = |v: usize| v != end && self.excess[v] > 0;
            let (reached, Some(goal)) = self.reach(has_excess, lacks, f64::INFINITY) else { return false };
            self.raise_prices(&reached, reached.distance[goal]);
            let lack = if goal == end { lacking } else { -self.excess[goal] };
            let (start, amount) = self.send(&reached, goal, |this, start| this.excess[start].min(lack));
            self.excess[start] -= amount;
            if goal != end {
                self.excess[goal] += amount;
            }
        }
        true
    }

    /// Opens site `a`, closed so far, with the costs of a unit from it to each row and from each supply to it.
    pub(crate) fn open_site(&mut self, a: usize, capacity: i64, unit: &[f64], inbound: impl Iterator<Item = f64>) {
        let (n, n_rows) = (self.n_sites, self.n_rows);
        self.is_closed[a] = false;
        // What was here before it closed left its movers behind.
        self.movers[a * n..(a + 1) * n].fill((f64::INFINITY, u32::MAX));
        self.commodity.capacity[a] = capacity;
        self.commodity.unit[a * n_rows..(a + 1) * n_rows].copy_from_slice(unit);
        let mut dearest = f64::NEG_INFINITY;
        for (k, cost) in inbound.enumerate() {
            self.commodity.inbound[k * n + a] = cost;
            if self.commodity.supply[k] > 0 {
                dearest = dearest.max(self.price[2 * n + k] - cost);
            }
        }
        let mut least = dearest;
        for b in (0..n).filter(|&b| b != a && !self.is_closed[b]) {
            self.movers[b * n + a] = self.mover(b, a);
            least = least.min(self.price[b] + self.movers[b * n + a].0);
        }
        (self.price[n + a], self.price[a]) = (dearest, least);
        while self.passed[a] < self.commodity.capacity[a]
            && let Some(amount) = self.draw(n + a, a, |this| this.commodity.capacity[a] - this.passed[a])
        {
            self.passed[a] += amount;
        }
    }

    /// Opens supply `k`, closed so far.
    pub(crate) fn open_supply(&mut self, k: usize, supply: i64) {
        let n = self.n_sites;
        self.commodity.supply[k] = supply;
        let node = 2 * n + k;
        let open = (0..n).filter(|&a| !self.is_closed[a]);
        let ways = open.map(|a| self.commodity.inbound[k * n + a] + self.price[n + a]);
        self.price[node] = ways.fold(self.end_price, f64::min);
        while self.drawn[k] < supply
            && let Some(amount) = self.draw(self.end(), node, |this| supply - this.drawn[k])
        {
            self.drawn[k] += amount;
        }
    }

    /// Sends units from `start` to `goal` along the path that saves most, on their way round an arc back that costs nothing.
    /// `None` when nothing is saved any more.
    fn draw(&mut self, start: usize, goal: usize, most: impl Fn(&Self) -> i64) -> Option<i64> {
        let gap = self.price_of(start) - self.price_of(goal);
        if gap <= 1e-9 * (1.0 + self.price_of(start).abs()) {
            return None;
        }
        let (reached, found) = self.reach(|v| v == start, |v| v == goal, gap);
        let nearest = reached.distance[goal].min(gap);
        self.raise_prices(&reached, nearest);
        if found.is_none() || nearest >= gap * (1.0 - 1e-12) {
            return None;
        }
        Some(self.send(&reached, goal, |this, _| most(this)).1)
    }

    /// What the flow would cost more, at least, without site `a`: its rows at their next best prices.
    pub(crate) fn least_loss_of_site(&self, a: usize) -> f64 {
        let rent = (self.price[self.n_sites + a] - self.price[a]).max(0.0);
        let mut loss = rent * self.passed[a] as f64;
        let at_margin = |b: usize, j: usize| self.unit(b, j) - self.price[b];
        for &j in &self.rows_at[a] {
            let j = j as usize;
            let others = (0..self.n_sites).filter(|&b| b != a && !self.is_closed[b]);
            let next = others.map(|b| at_margin(b, j)).fold(f64::INFINITY, f64::min);
            loss += (next - at_margin(a, j)).max(0.0) * self.commodity.demand[j] as f64;
        }
        loss
    }

    /// What the flow would cost more, at least, without supply `k`.
    pub(crate) fn least_loss_of_supply(&self, k: usize) -> f64 {
        (self.end_price - self.price[2 * self.n_sites + k]).max(0.0) * self.drawn[k] as f64
    }
}
