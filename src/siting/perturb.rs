//! Iterated local search: the incumbent is changed at random and improved again.

use super::bounds::Fixing;
use super::flows::LocalFlow;
use super::moves::LocalSearch;
use super::state::State;
use rand::RngExt as _;

/// Most sites of a problem whose incumbent is perturbed by replacing several open sites at once.
const MOST_SITES: usize = 600;

/// Most open sites or plants replaced at once, and the same where one product comes from supplies. Tuned on generated
/// problems of 300 and 500 sites, and on problems with two stages.
const MOST_REPLACED: usize = 3;
const MOST_REPLACED_CHAINED: usize = 8;

/// Rounds of local search over assignments between looks at the incumbent.
const ROUNDS: u64 = 20;

/// How far above the incumbent, relatively, a search by local flows may drift, and by what share of a mean opening cost it may
/// rise at a time, on average; less and less as time passes. Tuned on generated problems of 1,000 and 2,000 sites.
const DRIFT: f64 = 0.003;
const HEAT: f64 = 0.02;

impl State<'_> {
    /// Iterated local search for about `n_iterations`.
    pub(super) fn perturb_for(&mut self, n_iterations: u64) {
        let end = self.iteration + n_iterations;
        while self.iteration < end && !self.finished() {
            let Some(best) = self.incumbent.clone() else {
                self.climb(50, 1.0);
                return;
            };
            let most = best.cost.get() as f64 * (1.0 + DRIFT) + 1.0;
            if self.local.as_ref().is_some_and(|search| search.total() > most) {
                let flow = LocalFlow::new(self.prepared, &best.open);
                self.local = flow.map(|flow| LocalSearch::new(self.prepared, self.fixed.clone(), flow));
            }
            if self.improve_assignment(ROUNDS) {
                continue;
            }
            if let Some(search) = &mut self.local {
                let heat = HEAT * (1.0 - self.budget.progress(self.iteration));
                self.iteration += search.shake(&self.volume.at_best.reduced, heat, &mut self.rng);
                self.offer_local();
                continue;
            }
            let mut open = best.flags();
            self.n_rounds += 1;
            let sampled = self.n_rounds.is_multiple_of(3);
            if sampled {
                let noise = if self.replaces() { self.rng.random_range(0.2..1.5) } else { 0.4 };
                let (shares, fixed) = (self.volume.open.clone(), self.fixed.clone());
                self.sample((&shares, &fixed), noise, &mut open);
            } else if self.replaces() {
                if let Some(recent) = &self.recent
                    && self.rng.random_range(0..2) == 0
                {
                    open.clone_from(recent);
                }
                self.replace(&mut open);
            } else {
                self.kick(&mut open);
            }
            self.mend(&mut open);
            self.iteration += 1;
            if let Some(solution) = self.flows(&open) {
                let n_adds = if sampled || self.replaces() { self.params.tries } else { self.params.tries / 4 };
                self.descend_from(solution, n_adds);
            }
        }
        self.fix();
    }

    /// Local search from an open set drawn by the `shares` of a part of the search in which these flags are `fixed`.
    pub(super) fn descend_from_shares(&mut self, shares: &[f64], fixed: &Fixing, noise: f64) {
        let mut open = vec![false; self.prepared.n_flags()];
        self.sample((shares, fixed), noise, &mut open);
        self.mend(&mut open);
        if let Some(solution) = self.exchange.is_new(&open).then(|| self.flows(&open)).flatten() {
            self.descend_from(solution, self.params.tries);
        }
    }

    /// Opens sites at random, those with large shares in the averaged relaxation more often, as many as it has or as
    /// the capacity needs; plants likewise. Source: the randomized rounding of Barahona & Chudak (2005), here by noisy
    /// ranks.
    fn sample(&mut self, (shares, fixed): (&[f64], &Fixing), noise: f64, open: &mut [bool]) {
        let prepared = self.prepared;
        let noisy: Vec<f64> = shares.iter().map(|share| share + noise * self.rng.random_range(0.0..1.0)).collect();
        open.iter_mut().zip(fixed).for_each(|(open, fixed)| *open = *fixed == Some(true));
        let needed = if prepared.capacitated { prepared.total_weight } else { 0.0 };
        let relaxed = (shares, &fixed[..], &noisy[..]);
        sample_among(0..prepared.n_sites(), relaxed, &prepared.useful, needed, open);
        sample_among(self.plants(), relaxed, &prepared.plant_useful, prepared.plants_needed, open);
    }

    /// Whether descents are quick enough to begin far from the incumbent.
    fn replaces(&self) -> bool {
        (self.network.is_some() || self.chain.is_some()) && self.prepared.n_sites() <= MOST_SITES
    }

    /// Closes a few open sites, or plants, at random, a third at most, and opens as many others that the dual likes, more or
    /// less.
    fn replace(&mut self, open: &mut [bool]) {
        let plants = self.plants();
        let of_plants = !plants.is_empty() && self.rng.random_range(0..3) == 0;
        let flags = if of_plants { plants } else { 0..self.prepared.n_sites() };
        let reduced = &self.volume.at_best.reduced;
        let free: Vec<usize> = flags.filter(|&i| self.fixed[i].is_none()).collect();
        let (mut opened, closed): (Vec<usize>, Vec<usize>) = free.into_iter().partition(|&i| open[i]);
        if opened.is_empty() || closed.is_empty() {
            return;
        }
        let is_chained = self.network.is_none() && self.prepared.problem.n_products() == 1;
        let most = (opened.len() / 3).clamp(1, if is_chained { MOST_REPLACED_CHAINED } else { MOST_REPLACED });
        for _ in 0..self.rng.random_range(1..=most) {
            let i = opened.swap_remove(self.rng.random_range(0..opened.len()));
            open[i] = false;
            let n_draws = self.rng.random_range(1..=12);
            let draws = (0..n_draws).map(|_| closed[self.rng.random_range(0..closed.len())]);
            if let Some(k) = draws.min_by(|&a, &b| reduced[a].total_cmp(&reduced[b])) {
                open[k] = true;
            }
        }
    }

    /// Closes and opens a few sites at random, those with small reduced values more often.
    fn kick(&mut self, open: &mut [bool]) {
        let free: Vec<usize> = (0..open.len()).filter(|&i| self.fixed[i].is_none()).collect();
        if free.is_empty() {
            return;
        }
        let reduced = &self.volume.at_best.reduced;
        for _ in 0..self.rng.random_range(1..=3) {
            // The site of least absolute value among a few: the dual is least sure about it.
            let draws = (0..6).map(|_| free[self.rng.random_range(0..free.len())]);
            let least = draws.min_by(|&a, &b| reduced[a].abs().total_cmp(&reduced[b].abs()));
            if let Some(i) = least {
                open[i] = !open[i];
            }
        }
    }
}

/// Opens flags of a range in the order of their noisy shares, as many as the shares say or what is `needed` asks for.
fn sample_among(
    flags: std::ops::Range<usize>,
    (shares, fixed, noisy): (&[f64], &[Option<bool>], &[f64]),
    useful: &[f64],
    needed: f64,
    open: &mut [bool],
) {
    let first = flags.start;
    let mut order: Vec<usize> = flags.clone().filter(|&i| fixed[i].is_none()).collect();
    order.sort_by(|&a, &b| noisy[b].total_cmp(&noisy[a]).then(a.cmp(&b)));
    let wanted = shares[flags.clone()].iter().sum::<f64>().round() as usize;
    let n_fixed = open[flags.clone()].iter().filter(|&&open| open).count();
    let mut passed: f64 = flags.filter(|&i| open[i]).map(|i| useful[i - first]).sum();
    for (at, i) in order.into_iter().enumerate() {
        if passed >= needed && n_fixed + at >= wanted {
            break;
        }
        open[i] = true;
        passed += useful[i - first];
    }
}
