//! Local search over open sites and assignments at once, where every row is served whole.
//!
//! Rows shift and swap between all sites, at a price on overload that rises until everything fits; the first row at a site
//! opens it, the last one closes it. Between descents sites open, close or give way to others, and rows move at random.
//! Sources: the penalties after Yagiura, Ibaraki & Glover (2004), INFORMS Journal on Computing 16(2); acceptance after Dueck
//! (1993), record to record.

use super::super::prepared::Prepared;
use super::super::problem::SiteStatus;
use super::super::solution::{Flow, Solution};
use super::complete;
use super::division::Division;
use super::packing::Packing;
use crate::search::{Budget, Rng};
use crate::units::{CustomerIdx, SiteIdx};
use rand::RngExt as _;

/// Most pairs of a row and a site.
const MOST_PAIRS: usize = 2_000_000;

/// Descents until the overload must be gone.
const MOST_RISES: usize = 16;

/// Rounds without a better assignment after which the search goes back to the best.
const STALE: u32 = 300;

/// Least and most that a unit of overload costs where a descent begins, in mean costs of serving a unit. Below, rows leave
/// the open sites for cheap ones, and what comes back is worse. Tuned on twelve of Diaz & Fernandez' problems.
const LOWEST: f64 = 2.0;
const HIGHEST: f64 = 20.0;

/// Most that an assignment may cost more than the best one to go on from it, as a share. Tuned on twelve problems of Diaz &
/// Fernandez and of Yang, Chu & Chen.
const DEVIATION: f64 = 0.001;

/// What the relaxation says of the sites, by site.
pub(crate) struct Hints<'a> {
    /// Value of opening each.
    pub(crate) values: &'a [f64],
    /// Share to which each is open on average.
    pub(crate) shares: &'a [f64],
}

/// The search on one problem.
pub(crate) struct Assignment {
    /// Sites by position: those that may open.
    sites: Vec<usize>,
    /// Whether each may be closed, by position.
    may_close: Vec<bool>,
    packing: Packing,
    division: Division,
    /// Price of a unit of overload where the last descent began.
    price: f64,
    current: Option<(f64, Vec<usize>)>,
    best: Option<(f64, Vec<usize>)>,
    n_stale: u32,
}

impl Assignment {
    /// A search that begins with rows where they cost least, as far as they fit. `None` where sites have more than a capacity
    /// to keep to, or a row has no site.
    pub(crate) fn new(prepared: &Prepared<'_>) -> Option<Self> {
        let (problem, n_sites) = (prepared.problem, prepared.n_sites());
        let is_counted = problem.min_open() > 1 || problem.max_open() < n_sites;
        if !prepared.is_assignment() || is_counted || n_sites * prepared.n_rows() > MOST_PAIRS {
            return None;
        }
        let status = |i: usize| problem.sites()[i].status;
        let sites: Vec<usize> = (0..n_sites).filter(|&i| status(i) != SiteStatus::Forbidden).collect();
        let may_close: Vec<bool> = sites.iter().map(|&i| status(i) == SiteStatus::Free).collect();
        let opening =
            sites.iter().map(|&i| if status(i) == SiteStatus::Free { prepared.opening[i].max(0.0) } else { 0.0 });
        let opening: Vec<f64> = opening.collect();
        let capacity = |i: usize| prepared.capacity[i].min(prepared.total_weight) as i64;
        let rest: Vec<i64> = (0..n_sites).map(capacity).collect();
        let rows: Vec<usize> = (0..prepared.n_rows()).collect();
        let mut packing = Packing::new(prepared, &sites, (&rest, &vec![0; sites.len()]), &rows, opening);
        if !packing.construct() {
            return None;
        }
        let price = packing.mean_unit_cost();
        Some(Self {
            sites,
            may_close,
            packing,
            division: Division::new(),
            price,
            current: None,
            best: None,
            n_stale: 0,
        })
    }

    /// Begins again where row `j` is at site `site_of(j)`, if that may open, and makes it fit.
    pub(crate) fn begin(&mut self, site_of: impl Fn(usize) -> Option<usize>, budget: &Budget<'_>) {
        for r in 0..self.packing.at.len() {
            let at = site_of(r).and_then(|i| self.sites.binary_search(&i).ok());
            if let Some(a) = at.filter(|&a| a != self.packing.at[r] && self.packing.costs(r)[a].is_finite()) {
                self.packing.relocate(r, a);
            }
        }
        if self.settle(budget) {
            self.take();
            self.current = Some((self.packing.total(), self.packing.at.clone()));
        }
    }

    /// Perturbs and improves for `n_rounds`.
    pub(crate) fn improve(&mut self, n_rounds: u64, hints: &Hints<'_>, rng: &mut Rng, budget: &Budget<'_>) {
        for _ in 0..n_rounds {
            if budget.out_of_time() {
                return;
            }
            self.perturb(hints, rng);
            let fits = self.settle(budget);
            let is_better = fits && self.take();
            self.n_stale = if is_better { 0 } else { self.n_stale + 1 };
            let total = self.packing.total();
            let most = self.best.as_ref().map_or(f64::INFINITY, |best| {
                let deviation = DEVIATION * rng.random::<f64>().powi(3);
                best.0 + deviation * best.0.abs()
            });
            if fits && total <= most {
                self.current = Some((total, self.packing.at.clone()));
            }
            if self.n_stale >= STALE {
                (self.n_stale, self.current) = (0, self.best.clone());
            }
            if let Some((_, at)) = &self.current {
                self.packing.restore(at);
            }
        }
    }

    /// The best assignment so far with its cheapest inflows.
    pub(crate) fn solution(&self, prepared: &Prepared<'_>) -> Option<Solution> {
        let (_, at) = self.best.as_ref()?;
        let mut open = vec![false; prepared.n_sites()];
        for (a, &i) in self.sites.iter().enumerate() {
            open[i] = !self.may_close[a] || prepared.opening[i] < 0.0;
        }
        let customers = prepared.problem.customers();
        let flow = |(j, &a): (usize, &usize)| Flow {
            site: SiteIdx::new(self.sites[a]),
            customer: CustomerIdx::new(j),
            amount: customers[j].demand,
        };
        let flows: Vec<Flow> = at.iter().enumerate().map(flow).collect();
        flows.iter().for_each(|flow| open[flow.site.get()] = true);
        complete(prepared, &open, flows)
    }

    /// What the best assignment costs, as far as this search counts.
    pub(crate) fn best(&self) -> f64 {
        self.best.as_ref().map_or(f64::INFINITY, |best| best.0)
    }

    /// Keeps the present assignment, which fits, if it is the best.
    fn take(&mut self) -> bool {
        let total = self.packing.total();
        let is_better = total < self.best() - 0.5;
        if is_better {
            self.best = Some((total, self.packing.at.clone()));
        }
        is_better
    }

    /// Descends at rising prices of overload until everything fits. False when it does not.
    fn settle(&mut self, budget: &Budget<'_>) -> bool {
        let unit = self.packing.mean_unit_cost();
        let mut price = self.price.clamp(LOWEST * unit, HIGHEST * unit);
        for k in 0..MOST_RISES {
            self.packing.repair(price);
            if self.packing.overload() == 0 {
                // Where it fitted at once the price was high.
                self.price = if k == 0 { 0.7 * price } else { price };
                self.division.improve(&mut self.packing, budget);
                return true;
            }
            price *= 2.0;
        }
        self.price *= 2.0;
        false
    }

    fn perturb(&mut self, hints: &Hints<'_>, rng: &mut Rng) {
        match rng.random_range(0..6) {
            0 => self.close_one(rng),
            1 => {
                self.open_one(hints.values, rng);
            }
            2 | 3 => {
                if self.open_one(hints.values, rng) {
                    self.close_one(rng);
                }
            }
            4 => self.sample(hints.shares, rng),
            _ => self.scatter(rng),
        }
    }

    /// Opens the sites of the largest shares, with noise, as many as the rows need, and moves the rows of all others there.
    fn sample(&mut self, shares: &[f64], rng: &mut Rng) {
        let packing = &self.packing;
        let noise = rng.random_range(0.1..1.0);
        let mut ranked: Vec<(f64, usize)> =
            self.sites.iter().enumerate().map(|(a, &i)| (shares[i] + noise * rng.random::<f64>(), a)).collect();
        ranked.sort_by(|x, y| y.0.total_cmp(&x.0).then(x.1.cmp(&y.1)));
        let mut needed: i64 = packing.weight.iter().sum();
        let mut opened = vec![false; self.sites.len()];
        for (_, a) in ranked {
            if needed > 0 {
                opened[a] = true;
                needed -= packing.room(a);
            }
        }
        for r in 0..self.packing.at.len() {
            if !opened[self.packing.at[r]] {
                self.send(r, |_, b| opened[b]);
            }
        }
    }

    /// Moves row `r` to the cheapest of the sites that `is_open` names, overload priced; nowhere if none of them may serve it.
    fn send(&mut self, r: usize, is_open: impl Fn(&Packing, usize) -> bool) {
        let packing = &self.packing;
        let overload = |b: usize| packing.overload_change(b, packing.weight[r]) as f64;
        let cost = |b: usize| packing.costs(r)[b] + self.price * overload(b);
        let open = (0..self.sites.len()).filter(|&b| is_open(packing, b)).map(|b| (cost(b), b));
        let best = open.min_by(|x, y| x.0.total_cmp(&y.0).then(x.1.cmp(&y.1)));
        if let Some((_, b)) = best.filter(|best| best.0.is_finite()) {
            self.packing.relocate(r, b);
        }
    }

    /// Moves the rows of an open site to others, those first that serve something.
    fn close_one(&mut self, rng: &mut Rng) {
        let packing = &self.packing;
        let used: Vec<usize> =
            (0..self.sites.len()).filter(|&a| self.may_close[a] && !packing.rows_at[a].is_empty()).collect();
        if used.len() < 2 {
            return;
        }
        // The emptier of two at random.
        let draws = [0, 1].map(|_| used[rng.random_range(0..used.len())]);
        let a = if packing.load(draws[0]) <= packing.load(draws[1]) { draws[0] } else { draws[1] };
        for r in packing.rows_at[a].clone() {
            self.send(r as usize, |packing, b| b != a && !packing.rows_at[b].is_empty());
        }
    }

    /// Moves the rows that gain most to a closed site, as many as fit. False without any.
    fn open_one(&mut self, values: &[f64], rng: &mut Rng) -> bool {
        let packing = &self.packing;
        let unused: Vec<usize> = (0..self.sites.len()).filter(|&a| packing.rows_at[a].is_empty()).collect();
        if unused.is_empty() {
            return false;
        }
        let n_draws = rng.random_range(1..=6);
        let draws = (0..n_draws).map(|_| unused[rng.random_range(0..unused.len())]);
        let value = |a: usize| values[self.sites[a]];
        let Some(a) = draws.min_by(|&a, &b| value(a).total_cmp(&value(b))) else { return false };
        let gain = |r: usize| (packing.costs(r)[packing.at[r]] - packing.costs(r)[a]) / packing.weight[r].max(1) as f64;
        let mut gains: Vec<(f64, usize)> =
            (0..packing.at.len()).map(|r| (gain(r), r)).filter(|it| it.0 > 0.0).collect();
        gains.sort_by(|x, y| y.0.total_cmp(&x.0).then(x.1.cmp(&y.1)));
        for (_, r) in gains {
            if self.packing.left[a] >= self.packing.weight[r] {
                self.packing.relocate(r, a);
            }
        }
        !self.packing.rows_at[a].is_empty()
    }

    /// Moves a few rows to open sites at random.
    fn scatter(&mut self, rng: &mut Rng) {
        let used: Vec<usize> = (0..self.sites.len()).filter(|&a| !self.packing.rows_at[a].is_empty()).collect();
        let n_rows = self.packing.at.len();
        for _ in 0..rng.random_range(2..=3.max(n_rows / 10)) {
            let (r, b) = (rng.random_range(0..n_rows), used[rng.random_range(0..used.len())]);
            if b != self.packing.at[r] && self.packing.costs(r)[b].is_finite() {
                self.packing.relocate(r, b);
            }
        }
    }
}
