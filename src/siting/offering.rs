//! Open sets that are put to the search: mended, given flows, and opened further until flows fit.

use super::flows::{LocalFlow, best_flows, greedy, thinnest};
use super::moves::LocalSearch;
use super::solution::Solution;
use super::state::{LARGE, State};
use crate::units::Cost;

impl State<'_> {
    /// Computes the flows of an open set (flags of sites and plants), mended first, and offers them.
    pub(super) fn offer_open(&mut self, open: &[bool]) -> Option<Cost> {
        let mut open = open.to_vec();
        for (open, fixed) in open.iter_mut().zip(self.lagrangian.fixing()) {
            *open = fixed.unwrap_or(*open);
        }
        self.mend(&mut open);
        let (mut n_more, mut n_closings) = (1, self.prepared.n_sites());
        loop {
            self.iteration += 1;
            if let Some(solution) = self.flows(&open) {
                let cost = solution.cost;
                self.offer(solution);
                return Some(cost);
            }
            if self.prepared.has_least && n_closings > 0 {
                // Close sites that too little goes through, or change their size, until the others get enough.
                n_closings -= 1;
                let may_change = |i: usize| self.smaller(&open, i).is_some() || self.may_close(i);
                if let Some(i) = thinnest(self.prepared, &open, may_change) {
                    open[i] = false;
                    if let Some(k) = self.smaller(&open, i) {
                        open[k] = true;
                    }
                    continue;
                }
            }
            // Open more sites, the most valuable first, until the flows fit.
            let n_open = open[..self.prepared.n_sites()].iter().filter(|&&open| open).count();
            let most = self.prepared.problem.max_open().saturating_sub(n_open).min(n_more);
            let sites = self.cheapest_closed(&open, 0..self.prepared.n_sites(), most);
            let plants = self.cheapest_closed(&open, self.plants(), n_more);
            if self.budget.out_of_time() {
                return None;
            }
            if sites.is_empty() && plants.is_empty() {
                let i = self.cheapest_larger(&open)?;
                self.prepared.open_site(&mut open, i);
                continue;
            }
            sites.into_iter().chain(plants).for_each(|i| open[i] = true);
            n_more *= 2;
        }
    }

    /// Whether an open site may close without another of its place.
    fn may_close(&self, i: usize) -> bool {
        !self.prepared.is_required(i) && self.lagrangian.fixing()[i].is_none()
    }

    /// The site of the same place with the largest smaller least throughput, if it may open.
    fn smaller(&self, open: &[bool], i: usize) -> Option<usize> {
        let (least, forced) = (&self.prepared.least, self.lagrangian.fixing());
        let others = self.prepared.siblings(i).filter(|&k| !open[k] && least[k] < least[i] && forced[k].is_none());
        others.max_by(|&a, &b| least[a].total_cmp(&least[b]))
    }

    /// The closed site of best reduced value that is a larger size of an open one and can be paid.
    pub(super) fn cheapest_larger(&self, open: &[bool]) -> Option<usize> {
        let (prepared, forced) = (self.prepared, self.lagrangian.fixing());
        let reduced = &self.volume.at_best.reduced;
        let left = prepared.funds - prepared.spent(open);
        let is_larger = |i: usize| {
            prepared.siblings(i).any(|k| {
                open[k]
                    && prepared.useful[k] < prepared.useful[i]
                    && prepared.spending[i] - prepared.spending[k] <= left
            })
        };
        let larger = (0..prepared.n_sites()).filter(|&i| !open[i] && forced[i].is_none() && is_larger(i));
        larger.min_by(|&a, &b| reduced[a].total_cmp(&reduced[b]))
    }

    /// The best flows found with these sites open. On large problems something feasible is offered first, in case they
    /// come too late; on the largest that is all, until [`State::local_search`].
    pub(super) fn flows(&mut self, open: &[bool]) -> Option<Solution> {
        if self.is_largest() {
            return greedy(self.prepared, open);
        }
        if self.incumbent.is_none()
            && self.prepared.row.len() > LARGE
            && let Some(solution) = greedy(self.prepared, open)
        {
            self.offer(solution);
        }
        if self.spreads() {
            let mut search = LocalSearch::new(self.prepared, self.fixed.clone(), LocalFlow::new(self.prepared, open)?);
            self.iteration += search.thin_out();
            let solution = search.flow().solution();
            self.local = Some(search);
            return solution;
        }
        best_flows(self.prepared, open)
    }

    /// Whether exact flows take so long that few can be afforded.
    pub(super) fn is_largest(&self) -> bool {
        self.prepared.truncated && !self.prepared.nearest_is_optimal() && !self.spreads()
    }

    /// Those closed among `flags` that may open beside the open ones, the best reduced values first, as long as funds
    /// pay for them.
    pub(super) fn cheapest_closed(&self, open: &[bool], flags: std::ops::Range<usize>, n_wanted: usize) -> Vec<usize> {
        let (prepared, reduced) = (self.prepared, &self.volume.at_best.reduced);
        let forbidden = self.lagrangian.fixing();
        let is_site = flags.start < prepared.n_sites();
        let may_open = |i: usize| forbidden[i] != Some(false) && !(is_site && prepared.siblings(i).any(|k| open[k]));
        let mut closed: Vec<usize> = flags.filter(|&i| !open[i] && may_open(i)).collect();
        closed.sort_by(|&a, &b| reduced[a].total_cmp(&reduced[b]).then(a.cmp(&b)));
        if is_site {
            let mut is_taken = vec![false; prepared.problem.places().len()];
            let mut left = prepared.funds - prepared.spent(open);
            closed.retain(|&i| {
                let is_new = prepared.spending[i] <= left && !is_taken[prepared.place[i]];
                if is_new {
                    is_taken[prepared.place[i]] = true;
                    left -= prepared.spending[i];
                }
                is_new
            });
        }
        closed.truncate(n_wanted);
        closed
    }
}
