//! Least throughputs of sites in an optimal flow.
//!
//! A site below its least is raised along cheapest cycles: units that pass elsewhere above what they must there, or come
//! from another supply, move to it. Node prices keep the flow the cheapest among those that have what is raised so far.
//! Source: the out-of-kilter method, Ahuja, Magnanti & Orlin (1993), Network Flows, section 9.9.

use super::Transport;
use crate::search::Budget;

impl Transport {
    /// Raises every site to its least, as far as that can be done within `budget`. Units that are still missing.
    pub(crate) fn fill(&mut self, budget: &Budget<'_>) -> i64 {
        let is_short = |(passed, least): (&i64, &i64)| passed < least;
        if !self.passed.iter().zip(&self.commodity.least).any(is_short) {
            return 0;
        }
        self.be_ready();
        let mut missing = 0;
        for a in 0..self.n_sites {
            while self.passed[a] < self.commodity.least[a] && !budget.out_of_time() && self.pull(a) {}
            missing += (self.commodity.least[a] - self.passed[a]).max(0);
        }
        missing
    }

    /// Moves units to site `a` along the cheapest cycle. False when there is none.
    fn pull(&mut self, a: usize) -> bool {
        let start = if self.commodity.supply.is_empty() { self.end() } else { self.n_sites + a };
        let (reached, Some(_)) = self.reach(|v| v == start, |v| v == a, f64::INFINITY) else { return false };
        self.raise_prices(&reached, reached.distance[a]);
        let (_, amount) = self.send(&reached, a, |this, _| this.commodity.least[a] - this.passed[a]);
        self.passed[a] += amount;
        true
    }
}
