//! Exchange of sites for the least reach: only a site nearer to the farthest row than the present reach can shorten it.
//!
//! Each step opens such a site and closes the one without which rows are least far, whether that shortens the reach or not;
//! the last sites opened and closed are left alone for a while, and a search that finds nothing begins again from the best
//! with a few sites changed at random. Sources: the vertex substitution of Mladenovic, Labbe & Hansen (2003), Networks
//! 42(1), with its tabu lists; the farthest row as in Pelegrin (1991).

use super::super::problem::{Problem, SiteStatus};
use crate::search::{Budget, Rng};
use rand::RngExt as _;

/// Steps without a shorter reach after which sites are changed at random.
const STALE: u32 = 120;

/// Most sites that are tried in one step, drawn where there are more.
const MOST_TRIED: usize = 40;

/// Rows and the reaches of the sites that may serve them.
pub(super) struct Reaches<'a> {
    problem: &'a Problem,
    /// By site: its rows and their reaches.
    rows: Vec<Vec<(u32, f64)>>,
    /// By row: its sites, the nearest first.
    sites: Vec<Vec<(f64, u32)>>,
}

impl<'a> Reaches<'a> {
    /// Of sites that are not forbidden. O(services × log).
    pub(super) fn new(problem: &'a Problem) -> Self {
        let mut rows = vec![Vec::new(); problem.sites().len()];
        let mut sites = Vec::with_capacity(problem.customers().len());
        for (j, customer) in problem.customers().iter().enumerate() {
            let mut near = Vec::with_capacity(customer.services.len());
            for service in &customer.services {
                let i = service.site.get();
                if problem.sites()[i].status != SiteStatus::Forbidden {
                    rows[i].push((j as u32, service.cost));
                    near.push((service.cost, i as u32));
                }
            }
            near.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
            sites.push(near);
        }
        Self { problem, rows, sites }
    }

    pub(super) fn problem(&self) -> &'a Problem {
        self.problem
    }
}

/// The two nearest open sites of every row.
struct Nearest {
    first: Vec<(f64, u32)>,
    second: Vec<(f64, u32)>,
}

const NONE: (f64, u32) = (f64::INFINITY, u32::MAX);

impl Nearest {
    fn new(reaches: &Reaches<'_>, open: &[bool]) -> Self {
        let n_rows = reaches.sites.len();
        let mut nearest = Self { first: vec![NONE; n_rows], second: vec![NONE; n_rows] };
        (0..n_rows).for_each(|j| nearest.look(reaches, open, j));
        nearest
    }

    /// Finds both sites of row `j` again.
    fn look(&mut self, reaches: &Reaches<'_>, open: &[bool], j: usize) {
        let mut opened = reaches.sites[j].iter().filter(|site| open[site.1 as usize]);
        self.first[j] = opened.next().copied().unwrap_or(NONE);
        self.second[j] = opened.next().copied().unwrap_or(NONE);
    }

    fn open(&mut self, reaches: &Reaches<'_>, i: usize) {
        for &(j, reach) in &reaches.rows[i] {
            let (j, new) = (j as usize, (reach, i as u32));
            if new < self.first[j] {
                self.second[j] = self.first[j];
                self.first[j] = new;
            } else if new < self.second[j] {
                self.second[j] = new;
            }
        }
    }

    fn close(&mut self, reaches: &Reaches<'_>, open: &[bool], i: usize) {
        for &(j, _) in &reaches.rows[i] {
            let j = j as usize;
            if self.first[j].1 == i as u32 || self.second[j].1 == i as u32 {
                self.look(reaches, open, j);
            }
        }
    }

    /// The row that is farthest from its nearest site, and how far.
    fn farthest(&self) -> (f64, usize) {
        let rows = self.first.iter().enumerate();
        rows.map(|(j, first)| (first.0, j)).fold((0.0, 0), |most, row| if row.0 > most.0 { row } else { most })
    }
}

/// A search for open sites of short reach, with as many sites as its start.
pub(super) struct Exchange {
    open: Vec<bool>,
    best: (f64, Vec<bool>),
    /// Step until which each site stays as it is.
    held_until: Vec<u32>,
    step: u32,
    n_stale: u32,
    /// By site, how far a row would be if it closed; of one step.
    without: Vec<f64>,
}

impl Exchange {
    pub(super) fn new(open: Vec<bool>) -> Self {
        let n_sites = open.len();
        let best = (f64::INFINITY, open.clone());
        Self { open, best, held_until: vec![0; n_sites], step: 0, n_stale: 0, without: vec![0.0; n_sites] }
    }

    /// The open sites of shortest reach so far.
    pub(super) fn best(&self) -> &[bool] {
        &self.best.1
    }

    /// Exchanges sites for `n_steps`, or until no row is farther than `enough`. Returns the steps made.
    pub(super) fn improve(
        &mut self,
        reaches: &Reaches<'_>,
        enough: f64,
        n_steps: u64,
        budget: &Budget<'_>,
        rng: &mut Rng,
    ) -> u64 {
        let mut nearest = Nearest::new(reaches, &self.open);
        for n_done in 0..n_steps {
            let (reach, row) = nearest.farthest();
            if reach < self.best.0 {
                self.best = (reach, self.open.clone());
                self.n_stale = 0;
            }
            if self.best.0 <= enough || budget.out_of_time() {
                return n_done;
            }
            self.step += 1;
            self.n_stale += 1;
            if self.n_stale > STALE {
                self.shake(reaches, rng);
                nearest = Nearest::new(reaches, &self.open);
            } else if let Some((opened, closed)) = self.exchange(reaches, &nearest, (reach, row), rng) {
                self.open[opened] = true;
                nearest.open(reaches, opened);
                self.open[closed] = false;
                nearest.close(reaches, &self.open, closed);
                let hold = 3 + rng.random_range(0..8);
                (self.held_until[opened], self.held_until[closed]) = (self.step + hold, self.step + hold);
            } else {
                self.n_stale = STALE;
            }
        }
        n_steps
    }

    /// The site nearer to the farthest row whose opening, with the best closing, leaves the shortest reach.
    fn exchange(
        &mut self,
        reaches: &Reaches<'_>,
        nearest: &Nearest,
        (reach, row): (f64, usize),
        rng: &mut Rng,
    ) -> Option<(usize, usize)> {
        let nearer = reaches.sites[row].iter().take_while(|site| site.0 < reach).map(|site| site.1 as usize);
        let mut tried: Vec<usize> = nearer.filter(|&i| !self.open[i] && self.held_until[i] <= self.step).collect();
        while tried.len() > MOST_TRIED {
            tried.swap_remove(rng.random_range(0..tried.len()));
        }
        let mut best: Option<(f64, usize, usize)> = None;
        for i in tried {
            if let Some((reach, closed)) = self.best_closing(reaches, nearest, i)
                && best.is_none_or(|best| reach < best.0)
            {
                best = Some((reach, i, closed));
            }
        }
        best.map(|(_, opened, closed)| (opened, closed))
    }

    /// The site to close once `opened` is open, and the reach then. O(rows + sites).
    fn best_closing(&mut self, reaches: &Reaches<'_>, nearest: &Nearest, opened: usize) -> Option<(f64, usize)> {
        let mut at = reaches.rows[opened].iter().peekable();
        self.without.fill(0.0);
        let mut kept = 0.0f64;
        for (j, (&(first, site), &(second, _))) in nearest.first.iter().zip(&nearest.second).enumerate() {
            while at.peek().is_some_and(|(row, _)| (*row as usize) < j) {
                at.next();
            }
            let new = at.peek().filter(|(row, _)| *row as usize == j).map_or(f64::INFINITY, |&&(_, reach)| reach);
            kept = kept.max(first.min(new));
            if new > first && site != u32::MAX {
                let without = &mut self.without[site as usize];
                *without = without.max(second.min(new));
            }
        }
        let status = |i: usize| reaches.problem.sites()[i].status;
        let may_close = |&i: &usize| {
            self.open[i] && status(i) == SiteStatus::Free && i != opened && self.held_until[i] <= self.step
        };
        let closings = (0..self.open.len()).filter(may_close).map(|i| (self.without[i].max(kept), i));
        closings.min_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)))
    }

    /// Goes back to the best sites and closes a few at random, each for the nearest site of a row that is drawn.
    fn shake(&mut self, reaches: &Reaches<'_>, rng: &mut Rng) {
        self.open.clone_from(&self.best.1);
        self.n_stale = 0;
        self.held_until.fill(0);
        self.step = 0;
        let status = |i: usize| reaches.problem.sites()[i].status;
        let free: Vec<usize> =
            (0..self.open.len()).filter(|&i| self.open[i] && status(i) == SiteStatus::Free).collect();
        if free.is_empty() {
            return;
        }
        for _ in 0..rng.random_range(1..=(free.len() / 3).clamp(1, 12)) {
            let closed = free[rng.random_range(0..free.len())];
            let near = reaches.rows[closed].get(rng.random_range(0..reaches.rows[closed].len().max(1)));
            let others = near.map(|&(j, _)| &reaches.sites[j as usize]);
            let other = others.and_then(|sites| sites.iter().map(|site| site.1 as usize).find(|&i| !self.open[i]));
            if let Some(opened) = other.filter(|_| self.open[closed]) {
                (self.open[closed], self.open[opened]) = (false, true);
            }
        }
    }
}
