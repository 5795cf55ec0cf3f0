//! Shortest paths between sites, no further than needed.

use super::LocalFlow;
use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;

/// A site at its distance.
#[derive(Clone, Copy, PartialEq)]
struct Reached(f64, u32);

impl Eq for Reached {}

impl Ord for Reached {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.total_cmp(&other.0).then(self.1.cmp(&other.1))
    }
}

impl PartialOrd for Reached {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// A step of a path: a row moves between two sites; a unit of it costs this at the second.
#[derive(Clone, Copy)]
struct Step {
    row: u32,
    from: u32,
    to: u32,
    unit: f64,
}

const NO_STEP: Step = Step { row: u32::MAX, from: u32::MAX, to: u32::MAX, unit: 0.0 };

/// Scratch space of one search.
#[derive(Default)]
pub(super) struct Search {
    distance: Vec<f64>,
    step: Vec<Step>,
    settled: Vec<bool>,
    /// Sites whose entries above are in use.
    touched: Vec<u32>,
    heap: BinaryHeap<Reverse<Reached>>,
}

impl Search {
    pub(super) fn new(n_sites: usize) -> Self {
        Self {
            distance: vec![f64::INFINITY; n_sites],
            step: vec![NO_STEP; n_sites],
            settled: vec![false; n_sites],
            touched: Vec::new(),
            heap: BinaryHeap::new(),
        }
    }

    fn start(&mut self, site: usize) {
        for site in self.touched.drain(..) {
            self.distance[site as usize] = f64::INFINITY;
            self.settled[site as usize] = false;
        }
        self.heap.clear();
        self.reach(site, 0.0, NO_STEP);
    }

    fn reach(&mut self, site: usize, distance: f64, step: Step) {
        if distance < self.distance[site] {
            if self.distance[site].is_infinite() {
                self.touched.push(site as u32);
            }
            self.distance[site] = distance;
            self.step[site] = step;
            self.heap.push(Reverse(Reached(distance, site as u32)));
        }
    }

    /// The nearest site that is not settled, which it is then.
    fn next(&mut self) -> Option<usize> {
        while let Some(Reverse(Reached(_, site))) = self.heap.pop() {
            if !std::mem::replace(&mut self.settled[site as usize], true) {
                return Some(site as usize);
            }
        }
        None
    }
}

impl LocalFlow<'_> {
    /// Moves what is above the capacity of `site` to the nearest room. False when there is none, or when that costs `most`.
    pub(super) fn settle(&mut self, site: usize, most: f64) -> bool {
        let before = self.cost;
        while self.excess[site] > 0 {
            // No unit that is left moves for less than the next.
            let per_unit = (most - (self.cost - before)) / self.excess[site] as f64;
            let Some(end) = self.nearest_room(site, per_unit - self.worth[site]) else { return false };
            let steps = self.steps(end, |step| step.from);
            let amount = self.carried(&steps).min(self.excess[site]).min(self.capacity[end] - self.passed[end]);
            steps
                .iter()
                .rev()
                .for_each(|step| self.move_share(step.row, step.from as usize, (step.to, step.unit), amount));
            self.excess[site] -= amount;
            self.set_passed(end, self.passed[end] + amount);
        }
        true
    }

    /// The site with room that is nearest in reduced costs, below `limit`; makes those of the path to it zero.
    fn nearest_room(&mut self, site: usize, mut limit: f64) -> Option<usize> {
        let mut search = std::mem::take(&mut self.search);
        search.start(site);
        let mut end = None;
        while let Some(a) = search.next() {
            if self.has_room(a) {
                end = Some(a);
                break;
            }
            let distance = search.distance[a];
            self.find_movers(a);
            for mover in self.movers.of(a) {
                let b = mover.to as usize;
                let reach = (distance + mover.more - self.worth[a] + self.worth[b]).max(distance);
                if reach < limit && !search.settled[b] {
                    search.reach(b, reach, Step { row: mover.row, from: a as u32, to: mover.to, unit: mover.unit });
                    if self.has_room(b) {
                        limit = reach;
                    }
                }
            }
        }
        if let Some(end) = end {
            let nearest = search.distance[end];
            for &a in &search.touched {
                let a = a as usize;
                if search.settled[a] && search.distance[a] < nearest {
                    self.set_worth(a, self.worth[a] + nearest - search.distance[a]);
                }
            }
        }
        self.search = search;
        end
    }

    fn has_room(&self, site: usize) -> bool {
        self.open[site] && self.passed[site] < self.capacity[site]
    }

    /// Moves to a site that has just opened what saves by it, along the paths that save most. False as soon as that cannot
    /// save `least`.
    pub(super) fn draw(&mut self, site: usize, least: f64) -> bool {
        let before = self.cost;
        let mut worth = 0.0f64;
        for at in 0..self.movers.feeders(site).len() {
            let a = self.movers.feeders(site)[at] as usize;
            self.find_movers(a);
            let saving = self.movers.between(a, site).map_or(0.0, |mover| self.worth[a] - mover.more);
            worth = worth.max(saving);
        }
        self.set_worth(site, worth);
        while self.worth[site] > 1e-9 * worth && self.passed[site] < self.capacity[site] {
            let Some(end) = self.nearest_source(site) else { break };
            let steps = self.steps(end, |step| step.to);
            let room = self.capacity[site] - self.passed[site];
            // No unit that follows saves more than the next.
            if before - self.cost + self.worth[site] * (room as f64) < least {
                return false;
            }
            let amount = self.carried(&steps).min(self.passed[end]).min(room);
            steps
                .iter()
                .rev()
                .for_each(|step| self.move_share(step.row, step.from as usize, (step.to, step.unit), amount));
            self.set_passed(end, self.passed[end] - amount);
            self.set_passed(site, self.passed[site] + amount);
        }
        if self.passed[site] < self.capacity[site] {
            self.set_worth(site, 0.0);
        }
        true
    }

    /// The site from which moving a unit towards `site` saves most; makes reduced costs of the path to `site` zero. `None`
    /// when nothing saves; then `site` has room and its capacity no worth.
    fn nearest_source(&mut self, site: usize) -> Option<usize> {
        let gap = self.worth[site];
        let mut search = std::mem::take(&mut self.search);
        search.start(site);
        let mut best = (gap * (1.0 - 1e-12), None);
        while let Some(v) = search.next() {
            let distance = search.distance[v];
            if distance >= best.0 {
                search.settled[v] = false;
                break;
            }
            if v != site && self.passed[v] > 0 && distance + self.worth[v] < best.0 {
                best = (distance + self.worth[v], Some(v));
            }
            for at in 0..self.movers.feeders(v).len() {
                let a = self.movers.feeders(v)[at] as usize;
                if search.settled[a] {
                    continue;
                }
                self.find_movers(a);
                let Some(mover) = self.movers.between(a, v) else { continue };
                let reach = distance + (mover.more + self.worth[v] - self.worth[a]).max(0.0);
                if reach < best.0 {
                    search.reach(a, reach, Step { row: mover.row, from: a as u32, to: v as u32, unit: mover.unit });
                }
            }
        }
        let nearest = if best.1.is_some() { best.0 } else { gap };
        for &a in &search.touched {
            let a = a as usize;
            if search.settled[a] && search.distance[a] < nearest {
                self.set_worth(a, (self.worth[a] - nearest + search.distance[a]).max(0.0));
            }
        }
        self.search = search;
        best.1
    }

    /// The steps between the start of the last search and `end`, the last first; `back` is the site before a step.
    fn steps(&self, end: usize, back: impl Fn(&Step) -> u32) -> Vec<Step> {
        let mut steps = Vec::new();
        let mut at = end;
        while self.search.step[at].row != u32::MAX {
            steps.push(self.search.step[at]);
            at = back(&self.search.step[at]) as usize;
        }
        steps
    }

    /// Units that a path can carry.
    fn carried(&self, steps: &[Step]) -> i64 {
        let amounts = steps.iter().map(|step| self.share(step.row as usize, step.from as usize).amount);
        amounts.min().unwrap_or(i64::MAX)
    }
}
