//! Add, drop and swap where each change of an exact flow stays local and can be taken back.
//!
//! Prices of the flow tell the most that a site more can save and the least that a site less costs; what might pay is
//! tried, an addition together with closings among those that it takes rows from. Source: Kuehn & Hamburger (1963) and
//! Jacobsen (1983), EJOR 12(3), in outline.

use super::super::bounds::Fixing;
use super::super::flows::{LocalFlow, Mark};
use super::super::prepared::Prepared;
use crate::search::Rng;
use rand::RngExt as _;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// What an addition may cost more than it saves to be tried, as a share of a mean opening cost, when all sites are gone through.
const SLACK: f64 = 0.5;

/// The same where a few sites have changed: better many small repairs than a thorough one.
const SLACK_AROUND: f64 = 0.25;

/// Sites among which one is drawn to be turned.
const N_DRAWS: usize = 6;

/// Most sites turned at once.
const MOST_TURNED: usize = 3;

/// Most sites opened at once beyond what is needed, and sites among which each is drawn. Tuned, with the share of such changes, on
/// generated problems of 1,000 and 2,000 sites.
const MOST_CROWDED: usize = 5;
const N_CROWD_DRAWS: usize = 4;

/// Closings tried after each addition before it is given up.
const N_DROPS: usize = 3;

/// A flow with what its open sites cost and must keep.
pub(crate) struct LocalSearch<'a> {
    prepared: &'a Prepared<'a>,
    /// Sites that stay as they are.
    fixed: Fixing,
    flow: LocalFlow<'a>,
    n_open: usize,
    spent: f64,
    /// Of any site.
    mean_opening: f64,
    /// Cost of the flow and of opening the sites.
    cost: f64,
}

impl<'a> LocalSearch<'a> {
    /// Starts from a flow.
    pub(crate) fn new(prepared: &'a Prepared<'a>, fixed: Fixing, flow: LocalFlow<'a>) -> Self {
        let open = flow.open_flags();
        let opening: f64 = (0..open.len()).filter(|&i| open[i]).map(|i| prepared.opening[i]).sum();
        Self {
            prepared,
            fixed,
            n_open: open.iter().filter(|&&open| open).count(),
            spent: prepared.spent(open),
            mean_opening: prepared.opening.iter().sum::<f64>().max(0.0) / prepared.n_sites().max(1) as f64,
            cost: flow.cost() + opening,
            flow,
        }
    }

    /// Fixes sites as they are.
    pub(crate) fn fix(&mut self, fixed: Fixing) {
        self.fixed = fixed;
    }

    /// The whole cost, sites that stay closed included.
    pub(crate) fn total(&self) -> f64 {
        self.prepared.constant + self.cost
    }

    /// The flow at present.
    pub(crate) fn flow(&self) -> &LocalFlow<'a> {
        &self.flow
    }

    /// Takes moves that save until none is left or the time is over. Returns the number of moves tried.
    pub(crate) fn descend(&mut self) -> u64 {
        let all: Vec<usize> = (0..self.prepared.n_sites()).collect();
        let mut n_tried = 1;
        while !self.prepared.budget.out_of_time() {
            let before = self.cost;
            n_tried += self.drop_among(&all) + self.add_among(&all, SLACK, N_DROPS);
            self.flow.keep();
            if self.cost >= before - self.least_gain() {
                break;
            }
        }
        n_tried
    }

    /// Closes sites as long as that saves. Returns the number of closings tried.
    pub(crate) fn thin_out(&mut self) -> u64 {
        let all: Vec<usize> = (0..self.prepared.n_sites()).collect();
        let n_tried = self.drop_among(&all);
        self.flow.keep();
        n_tried
    }

    /// Closes one site after the other, the one that saves most for the capacity that goes, as long as that saves and no more
    /// than a share `until` of the time is used. Returns the number of closings tried.
    pub(crate) fn thin_out_greedily(&mut self, until: f64) -> u64 {
        let all: Vec<usize> = (0..self.prepared.n_sites()).collect();
        let n_tried = self.drop_greedily(&all, until);
        self.flow.keep();
        n_tried
    }

    /// Closes those of `sites` that save, most for the capacity that goes first, by what their rows lose at least. Losses hardly
    /// shrink as others close, so an old one says which has to be computed anew.
    fn drop_greedily(&mut self, sites: &[usize], until: f64) -> u64 {
        let saving = |search: &Self, i: usize| {
            let saving = search.prepared.opening[i] - search.flow.least_loss(i);
            (saving / search.prepared.useful[i].max(1.0)).round() as i64
        };
        let droppable = sites.iter().copied().filter(|&i| self.may_close(i));
        let mut promising: BinaryHeap<(i64, Reverse<usize>)> =
            droppable.map(|i| (saving(self, i), Reverse(i))).collect();
        let mut n_tried = 0;
        while self.n_open > self.prepared.problem.min_open()
            && self.prepared.budget.progress(0) < until
            && !self.prepared.budget.cancelled()
            && let Some((old, Reverse(i))) = promising.pop()
        {
            let new = saving(self, i);
            if new < old && new > 0 {
                promising.push((new, Reverse(i)));
            } else if new > 0 {
                n_tried += 1;
                self.try_drop(i);
            }
        }
        n_tried
    }

    /// Opens sites as long as that saves, the most promising first. Returns the number of openings tried.
    pub(crate) fn add_greedily(&mut self) -> u64 {
        let all: Vec<usize> = (0..self.prepared.n_sites()).collect();
        let n_tried = self.add_among(&all, 0.0, 0);
        self.flow.keep();
        n_tried
    }

    /// Changes a few sites at random and improves what is around; keeps that if it saves together, or costs no more than a chance
    /// allows: the mean opening cost times `heat`, on average. Returns the number of moves tried.
    pub(crate) fn shake(&mut self, reduced: &[f64], heat: f64, rng: &mut Rng) -> u64 {
        let mark = self.flow.mark();
        let (n_open, spent, before) = (self.n_open, self.spent, self.cost);
        let found = if rng.random_range(0..2) == 0 {
            self.crowd(mark, reduced, rng)
        } else {
            self.turn_some(mark, reduced, rng)
        };
        let chance = -heat * self.mean_opening * rng.random_range(f64::MIN_POSITIVE..1.0).ln();
        let is_new = (self.cost - before).abs() > self.least_gain();
        if found.is_some() && self.is_allowed() && is_new && self.cost < before + chance {
            self.flow.keep();
        } else {
            self.flow.undo(mark);
            (self.n_open, self.spent, self.cost) = (n_open, spent, before);
        }
        found.unwrap_or(1)
    }

    /// Turns up to [`MOST_TURNED`] sites, then drops and adds around them. The number of moves tried; `None` when the flow
    /// cannot follow.
    fn turn_some(&mut self, mark: Mark, reduced: &[f64], rng: &mut Rng) -> Option<u64> {
        if !(0..rng.random_range(1..=MOST_TURNED)).all(|_| self.turn(reduced, rng)) {
            return None;
        }
        let n_dropped = self.drop_among(&self.flow.left_since(mark));
        let around = self.flow.wanted_around(&self.flow.left_since(mark));
        Some(1 + n_dropped + self.add_among(&around, SLACK_AROUND, N_DROPS))
    }

    /// Opens up to [`MOST_CROWDED`] more sites than are needed around an open one, those of small `reduced` values more often,
    /// then closes greedily what is around. The number of moves tried; `None` when the flow cannot follow.
    fn crowd(&mut self, mark: Mark, reduced: &[f64], rng: &mut Rng) -> Option<u64> {
        let open: Vec<usize> = (0..self.prepared.n_sites()).filter(|&i| self.flow.is_open(i)).collect();
        let center = *open.get(rng.random_range(0..open.len().max(1)))?;
        let wanted = self.flow.wanted_around(&[center]);
        if wanted.is_empty() {
            return None;
        }
        let mut around = Vec::new();
        for _ in 0..rng.random_range(1..=MOST_CROWDED) {
            let draws = (0..N_CROWD_DRAWS).map(|_| wanted[rng.random_range(0..wanted.len())]);
            let i = draws.min_by(|&a, &b| reduced[a].total_cmp(&reduced[b]))?;
            if self.may_open(i) {
                if !self.open(i, f64::NEG_INFINITY) {
                    return None;
                }
                around.push(i);
            }
        }
        around.extend(self.flow.left_since(mark));
        around.sort_unstable();
        around.dedup();
        Some(1 + self.drop_greedily(&around, 1.0))
    }

    /// Opens or closes one of a few sites drawn at random, the one that the dual is least sure about. False when its rows find
    /// no room.
    fn turn(&mut self, reduced: &[f64], rng: &mut Rng) -> bool {
        let draws: Vec<usize> = (0..N_DRAWS).map(|_| rng.random_range(0..self.prepared.n_sites())).collect();
        let may_turn = |i: &usize| self.may_close(*i) || self.may_open(*i);
        let drawn = draws.into_iter().filter(may_turn).min_by(|&a, &b| reduced[a].abs().total_cmp(&reduced[b].abs()));
        match drawn {
            None => true,
            Some(i) if self.flow.is_open(i) => self.close(i, f64::INFINITY),
            Some(i) => self.open(i, f64::NEG_INFINITY),
        }
    }

    /// Less than this is no gain.
    fn least_gain(&self) -> f64 {
        1e-9 * self.cost.abs() + 1.0
    }

    /// Closes those of `sites` that save by it, the best first.
    fn drop_among(&mut self, sites: &[usize]) -> u64 {
        let mut drops: Vec<(f64, usize)> = sites
            .iter()
            .take_while(|_| !self.prepared.budget.out_of_time())
            .filter(|&&i| self.may_close(i))
            .map(|&i| (self.flow.least_loss(i) - self.prepared.opening[i], i))
            .filter(|drop| drop.0 < -self.least_gain())
            .collect();
        drops.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let mut n_tried = 0;
        for (_, i) in drops {
            if self.prepared.budget.out_of_time() {
                break;
            }
            let is_worth = self.flow.least_loss(i) - self.prepared.opening[i] < -self.least_gain();
            if is_worth && self.n_open > self.prepared.problem.min_open() {
                n_tried += 1;
                self.try_drop(i);
            }
        }
        n_tried
    }

    fn try_drop(&mut self, i: usize) {
        let mark = self.flow.mark();
        let before = self.cost;
        let most = self.prepared.opening[i] - self.least_gain();
        if !self.close(i, most) || self.cost >= before - self.least_gain() {
            self.flow.undo(mark);
            self.turned(i, true);
            self.cost = before;
        }
    }

    /// Opens those of `sites` that save by it, alone or with closings, the most promising first. One that costs more than it
    /// saves is tried up to a share `slack` of a mean opening cost: closings may pay for it, `n_drops` being tried at a time.
    fn add_among(&mut self, sites: &[usize], slack: f64, n_drops: usize) -> u64 {
        let open = self.flow.open_flags();
        let opening: f64 = (0..open.len()).filter(|&i| open[i]).map(|i| self.prepared.opening[i].max(0.0)).sum();
        let most = slack * opening / self.n_open.max(1) as f64 - self.least_gain();
        let value = |search: &Self, i: usize| search.prepared.opening[i] - search.flow.most_saving(i);
        let closed = sites.iter().filter(|&&i| !self.flow.is_open(i) && self.fixed[i].is_none());
        let closed = closed.take_while(|_| !self.prepared.budget.out_of_time());
        let mut adds: Vec<(f64, usize)> = closed.map(|&i| (value(self, i), i)).filter(|add| add.0 < most).collect();
        adds.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let mut n_tried = 0;
        for (_, i) in adds {
            if self.prepared.budget.out_of_time() {
                break;
            }
            if value(self, i) < most {
                n_tried += 1;
                self.try_add(i, most, n_drops);
            }
        }
        n_tried
    }

    /// Opens a site and closes others that lose rows to it as long as that saves; takes all back unless it saves together.
    /// The site itself may cost `slack` more than it saves.
    fn try_add(&mut self, i: usize, slack: f64, n_drops: usize) {
        let mark = self.flow.mark();
        let (n_open, spent, before) = (self.n_open, self.spent, self.cost);
        let (mut to_beat, mut is_kept) = (before - self.least_gain(), false);
        let is_open = self.open(i, self.prepared.opening[i] - slack);
        let sibling = self.prepared.siblings(i).find(|&k| self.flow.is_open(k));
        if is_open && sibling.is_none_or(|k| self.fixed[k].is_none() && self.close(k, f64::INFINITY)) {
            loop {
                if self.is_allowed() && self.cost < to_beat {
                    (to_beat, is_kept) = (self.cost, true);
                }
                if !self.drop_one(i, mark, to_beat, n_drops) {
                    break;
                }
            }
        }
        if !is_kept {
            self.flow.undo(mark);
            (self.n_open, self.spent, self.cost) = (n_open, spent, before);
        }
    }

    /// Closes one of the sites that lost rows since `mark` so that the cost falls below `to_beat`.
    fn drop_one(&mut self, added: usize, mark: Mark, to_beat: f64, n_drops: usize) -> bool {
        if self.n_open <= self.prepared.problem.min_open() {
            return false;
        }
        let touched = self.flow.left_since(mark).into_iter().filter(|&k| k != added && self.may_close(k));
        let bounds = touched.map(|k| (self.cost + self.flow.least_loss(k) - self.prepared.opening[k], k));
        let mut drops: Vec<(f64, usize)> = bounds.filter(|drop| drop.0 < to_beat).collect();
        drops.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        for (_, k) in drops.into_iter().take(n_drops) {
            let (mark, before) = (self.flow.mark(), self.cost);
            if self.close(k, to_beat - before + self.prepared.opening[k]) && self.cost < to_beat {
                return true;
            }
            self.flow.undo(mark);
            self.turned(k, true);
            self.cost = before;
        }
        false
    }

    /// Whether a closed site may open, no other of its place being open.
    fn may_open(&self, i: usize) -> bool {
        let is_alone = || self.prepared.siblings(i).all(|k| !self.flow.is_open(k));
        !self.flow.is_open(i) && self.fixed[i].is_none() && is_alone()
    }

    fn may_close(&self, i: usize) -> bool {
        self.flow.is_open(i) && self.fixed[i].is_none() && !self.prepared.is_required(i)
    }

    fn is_allowed(&self) -> bool {
        let problem = self.prepared.problem;
        (problem.min_open()..=problem.max_open()).contains(&self.n_open) && self.spent <= self.prepared.funds
    }

    /// Opens a site. False when the flow cannot save `least` by it; take it back then.
    fn open(&mut self, i: usize, least: f64) -> bool {
        let before = self.flow.cost();
        let is_done = self.flow.open(i, least);
        self.turned(i, true);
        self.cost += self.flow.cost() - before + self.prepared.opening[i];
        is_done
    }

    /// Closes a site. False when its rows find no room, or when the flow would cost `most` more; take it back then.
    fn close(&mut self, i: usize, most: f64) -> bool {
        let before = self.flow.cost();
        let is_done = self.flow.close(i, most);
        self.turned(i, false);
        self.cost += self.flow.cost() - before - self.prepared.opening[i];
        is_done
    }

    fn turned(&mut self, i: usize, is_open: bool) {
        if is_open {
            self.n_open += 1;
            self.spent += self.prepared.spending[i];
        } else {
            self.n_open -= 1;
            self.spent -= self.prepared.spending[i];
        }
    }
}
