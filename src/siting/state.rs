//! One running search: incumbent, bound, dual prices, and what both sides learn from each other.

use super::bounds::{Evaluation, Fixing, Lagrangian, Prices, Volume, start};
use super::flows::{LocalFlow, Network, best_flows, greedy, spreads, thinnest};
use super::moves::{Exchange, LocalSearch, Screen, descend_by_reflow, interchange};
use super::prepared::Prepared;
use super::rounding::balanced;
use super::solution::Solution;
use super::solve::{Dual, Outcome, Params, Turned, WIDE};
use crate::search::{Budget, Event, Observer, Rng, rng};
use crate::units::Cost;
use rand::RngExt as _;

/// Relative gap below which a solution counts as optimal.
const CLOSED: f64 = 1e-9;

/// Relative gap to the incumbent below which local search goes on from a solution.
const NEARLY: f64 = 0.01;

/// Most sites of a problem whose incumbent is perturbed by replacing several open sites at once.
const MOST_REPLACED: usize = 600;

/// Flow changes of local search that count as one iteration, being that much cheaper than a pass of the dual search.
const CHANGES_PER_ITERATION: u64 = 25;

/// Undecided sites that branching goes through whatever the gap.
const FEW_UNDECIDED: usize = 24;

/// Capacity that is opened at first, over what is needed, where flows are changed locally: paths to room would be long
/// otherwise.
const SPARE: f64 = 1.08;

/// The same where the averages are still young and there is no solution yet.
const FIRST_SPARE: f64 = 1.15;

/// Share of the time after which a first solution is due.
const LATE: f64 = 0.3;

/// Arcs above which a greedy solution is taken first.
const LARGE: usize = 500_000;

/// (incumbent − bound) / incumbent, never below zero.
pub(super) fn gap(cost: Cost, bound: Cost) -> f64 {
    let difference = (cost - bound).get().max(0) as f64;
    difference / (cost.get().abs() as f64).max(1.0)
}

/// The search on one prepared problem.
pub(super) struct State<'a> {
    pub(super) prepared: &'a Prepared<'a>,
    pub(super) params: &'a Params,
    pub(super) lagrangian: Lagrangian<'a>,
    pub(super) volume: Volume,
    /// Sites fixed for every solution better than the incumbent.
    pub(super) fixed: Fixing,
    pub(super) incumbent: Option<Solution>,
    pub(super) bound: Cost,
    /// Whether the search space is exhausted.
    pub(super) exhausted: bool,
    pub(super) iteration: u64,
    n_rounds: u64,
    budget: &'a Budget<'a>,
    observer: &'a dyn Observer,
    rng: Rng,
    exchange: Exchange,
    /// For local search where flows can follow each change.
    network: Option<Network>,
    /// Whether there are so many pairs of sites and rows that flows must be changed locally.
    spreads: bool,
    /// The local search where they are, once there is a solution.
    local: Option<LocalSearch<'a>>,
    /// Where the last descent ended, if nearly as good as the incumbent.
    recent: Option<Vec<bool>>,
}

impl<'a> State<'a> {
    pub(super) fn new(
        prepared: &'a Prepared<'a>,
        params: &'a Params,
        budget: &'a Budget<'a>,
        seed: u64,
        observer: &'a dyn Observer,
    ) -> Self {
        let prices = match &params.prices {
            Some(dual) => Prices { rows: dual.rows.clone(), supplies: dual.supplies.clone() },
            None => start(prepared),
        };
        let mut lagrangian = Lagrangian::new(prepared, &prices);
        let fixed = lagrangian.fixing();
        let volume = Volume::new(&mut lagrangian, prices, &fixed);
        let network = if prepared.capacitated { Network::new(prepared) } else { None };
        let mut state = Self {
            prepared,
            params,
            lagrangian,
            volume,
            fixed,
            incumbent: None,
            bound: -Cost::HUGE,
            exhausted: false,
            iteration: 0,
            n_rounds: 0,
            budget,
            observer,
            rng: rng(seed, 0),
            exchange: Exchange::new(),
            recent: None,
            local: None,
            spreads: network.is_none() && prepared.capacitated && spreads(prepared),
            network,
        };
        state.raise_bound();
        state
    }

    /// Whether the gap is closed (or good enough) or the budget used up.
    pub(super) fn finished(&self) -> bool {
        self.closed() || self.budget.exhausted(self.iteration)
    }

    /// The relative gap; one without an incumbent.
    pub(super) fn gap(&self) -> f64 {
        self.incumbent.as_ref().map_or(1.0, |best| gap(best.cost, self.bound))
    }

    /// Whether better solutions are more urgent than better bounds: without binding capacities local search seldom
    /// leaves anything to find, and few undecided sites are soon gone through.
    pub(super) fn wide(&self) -> bool {
        let n_undecided = self.fixed.iter().filter(|fixed| fixed.is_none()).count();
        !self.prepared.nearest_is_optimal() && n_undecided > FEW_UNDECIDED && self.gap() > WIDE
    }

    fn closed(&self) -> bool {
        let close = self.budget.gap.max(CLOSED);
        let decided = |enough: Cost| self.bound > enough || self.ceiling() <= enough;
        self.exhausted
            || self.incumbent.as_ref().is_some_and(|best| gap(best.cost, self.bound) <= close)
            || self.params.enough.is_some_and(decided)
    }

    /// Seconds until the deadline.
    pub(super) fn seconds_left(&self) -> f64 {
        self.budget.seconds_left()
    }

    /// Cost that solutions must stay below to be of interest.
    pub(super) fn ceiling(&self) -> Cost {
        self.incumbent.as_ref().map_or(Cost::HUGE, |best| best.cost)
    }

    /// Cost from which on solutions are of no interest, whether found or not.
    pub(super) fn cutoff(&self) -> Cost {
        let enough = self.params.enough.map_or(Cost::HUGE, |enough| enough + Cost::new(1));
        self.ceiling().min(enough)
    }

    /// Takes a solution if it is better than the incumbent.
    pub(super) fn offer(&mut self, solution: Solution) -> bool {
        if solution.cost >= self.ceiling() || !self.prepared.allows(&solution.open) {
            return false;
        }
        self.observer.on(Event::Incumbent { cost: solution.cost, unserved: 0 });
        if self.observer.wants() {
            self.observer.take(solution.found());
        }
        self.incumbent = Some(solution);
        true
    }

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
    fn flows(&mut self, open: &[bool]) -> Option<Solution> {
        if self.is_largest() {
            return greedy(self.prepared, open);
        }
        if self.incumbent.is_none()
            && self.prepared.row.len() > LARGE
            && let Some(solution) = greedy(self.prepared, open)
        {
            self.offer(solution);
        }
        if self.spreads {
            let mut search = LocalSearch::new(self.prepared, self.fixed.clone(), LocalFlow::new(self.prepared, open)?);
            self.iteration += search.thin_out();
            let solution = search.flow().solution();
            self.local = Some(search);
            return solution;
        }
        best_flows(self.prepared, open)
    }

    /// Whether there are so many pairs of sites and rows that flows are changed locally.
    pub(super) fn spreads(&self) -> bool {
        self.spreads
    }

    /// Whether exact flows take so long that few can be afforded.
    fn is_largest(&self) -> bool {
        self.prepared.truncated && !self.prepared.nearest_is_optimal() && !self.spreads
    }

    /// Positions of the plants' flags.
    pub(super) fn plants(&self) -> std::ops::Range<usize> {
        self.prepared.n_sites()..self.prepared.n_flags()
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

    /// Reports a better bound from the dual search at the root.
    pub(super) fn raise_bound(&mut self) {
        let bound = self.safe(&self.volume.at_best).min(self.ceiling());
        self.raise_bound_to(bound);
    }

    /// Reports a better bound.
    pub(super) fn raise_bound_to(&mut self, bound: Cost) {
        if bound > self.bound {
            self.bound = bound;
            self.observer.on(Event::LowerBound(bound));
        }
    }

    /// The integer bound that an evaluation proves.
    pub(super) fn safe(&self, evaluation: &Evaluation) -> Cost {
        self.prepared.safe_bound(evaluation.bound, evaluation.magnitude)
    }

    /// Cost that the dual search aims for.
    pub(super) fn target(&self, bound: f64) -> f64 {
        let above = bound + 0.05 * bound.abs().max(1.0);
        self.incumbent.as_ref().map_or(above, |best| (best.cost.get() as f64).min(above))
    }

    /// Climbs at the root for at most `n_iterations`, with a candidate solution now and then.
    pub(super) fn climb(&mut self, n_iterations: u64) {
        let (mut next, mut n_restarts) = (if self.spreads { 40 } else { 8 }, 0);
        for k in 0..n_iterations {
            if self.finished() {
                break;
            }
            if self.volume.step() < 1e-4 {
                // Stalled: begin again from the best prices with fresh averages, a few times.
                if n_restarts == 2 {
                    break;
                }
                n_restarts += 1;
                self.volume.restart(&mut self.lagrangian, &self.fixed);
            }
            let target = self.target(self.volume.at_best.bound);
            self.volume.iterate(&mut self.lagrangian, &self.fixed, target);
            self.iteration += 1;
            self.raise_bound();
            let is_late = self.budget.progress(self.iteration) > LATE;
            if k == next || self.incumbent.is_none() && (k % 50 == 49 || self.spreads && is_late) {
                next = if self.spreads { 5 * next } else { (next + 10).max(next * 3 / 2) };
                self.candidates();
                self.fix();
            }
        }
        self.candidates();
        self.fix();
    }

    /// Offers the open sets that the dual search suggests.
    fn candidates(&mut self) {
        let rounded = |open: &[f64], share: f64| open.iter().map(|&open| open >= share).collect::<Vec<bool>>();
        let sets = if self.spreads {
            let spare = if self.incumbent.is_none() { FIRST_SPARE } else { SPARE };
            vec![balanced(self.prepared, &self.volume.open, &self.fixed, spare)]
        } else {
            let (last, best) = (&self.volume.last_open, &self.volume.at_best.open);
            vec![rounded(&self.volume.open, 0.5), rounded(last, 0.999), rounded(best, 0.999)]
        };
        for mut open in sets {
            if self.budget.out_of_time() && self.incumbent.is_some() {
                return;
            }
            if self.prepared.nearest_is_optimal() {
                self.mend(&mut open);
                self.descend_nearest(open);
            } else if self.exchange.is_new(&open) {
                self.offer_open(&open);
            }
        }
    }

    /// Interchange from `open`, then its solution.
    fn descend_nearest(&mut self, mut open: Vec<bool>) {
        if self.exchange.is_new(&open) || self.incumbent.is_none() {
            self.iteration += interchange(&self.lagrangian, &mut open, &self.fixed, 1000, self.budget);
            self.offer_open(&open);
        }
    }

    /// Fixes sites whose flag no better solution can turn.
    pub(super) fn fix(&mut self) {
        let mut fixed = std::mem::take(&mut self.fixed);
        self.fix_by(&self.volume.at_best, &mut fixed);
        self.fixed = fixed;
    }

    /// Fixes every site whose turned flag lifts the bound above the incumbent.
    pub(super) fn fix_by(&self, evaluation: &Evaluation, fixed: &mut Fixing) -> usize {
        let ceiling = self.cutoff();
        let mut n_fixed = 0;
        for (fixed, &reduced) in fixed.iter_mut().zip(&evaluation.reduced) {
            if fixed.is_none()
                && self.prepared.safe_bound(evaluation.bound + reduced.abs(), evaluation.magnitude) >= ceiling
            {
                *fixed = Some(reduced < 0.0);
                n_fixed += 1;
            }
        }
        self.exclude_siblings(fixed);
        n_fixed
    }

    /// Closes what excludes a site that is fixed open.
    pub(super) fn exclude_siblings(&self, fixed: &mut Fixing) {
        for place in self.prepared.problem.places().iter().filter(|place| place.sites.len() > 1) {
            if fixed[place.sites.clone()].contains(&Some(true)) {
                fixed[place.sites.clone()]
                    .iter_mut()
                    .filter(|flag| flag.is_none())
                    .for_each(|flag| *flag = Some(false));
            }
        }
    }

    /// Opens one site after the other, the one that saves most first, then adds, drops and swaps. Where capacities bind,
    /// the start is the sites that look best at the first prices, as many as the demand needs.
    ///
    /// Source: Kuehn & Hamburger (1963), Management Science 9(4).
    pub(super) fn greedy(&mut self) {
        let fixed = self.lagrangian.fixing();
        let mut open: Vec<bool> = fixed.iter().map(|fixed| *fixed == Some(true)).collect();
        open[self.prepared.n_sites()..].fill(true);
        if self.prepared.nearest_is_optimal() {
            self.iteration += interchange(&self.lagrangian, &mut open, &fixed, self.budget.iterations, self.budget);
        }
        self.offer_open(&open);
        self.local_search();
    }

    /// Local search from the incumbent.
    pub(super) fn local_search(&mut self) {
        if let Some(search) = &mut self.local {
            search.fix(self.fixed.clone());
            self.iteration += search.descend();
            self.offer_local();
            self.fix();
            return;
        }
        let Some(solution) = self.incumbent.clone() else { return };
        self.descend_from(solution, if self.wide() { 4 * self.params.tries } else { self.params.tries });
        self.fix();
    }

    /// Offers where the search by local flows stands, if that is better.
    fn offer_local(&mut self) {
        let ceiling = self.ceiling().get() as f64;
        let better = self.local.as_ref().filter(|search| search.total() < ceiling - 1.0);
        if let Some(solution) = better.and_then(|search| search.flow().solution()) {
            self.offer(solution);
        }
    }

    fn descend_from(&mut self, mut solution: Solution, n_adds: usize) {
        if self.is_largest() {
            if gap(solution.cost, self.ceiling()) < NEARLY
                && let Some(found) = best_flows(self.prepared, &solution.flags())
            {
                solution = found;
            }
            self.offer(solution);
        } else if self.prepared.nearest_is_optimal() {
            let mut open = solution.flags();
            self.iteration += 1 + interchange(&self.lagrangian, &mut open, &self.fixed, 1000, self.budget);
            self.offer_open(&open);
        } else {
            let screen = Screen {
                lagrangian: &self.lagrangian,
                prices: &self.volume.best,
                fixed: &self.fixed,
                n_adds,
                budget: self.budget,
            };
            if let Some(network) = &self.network {
                let mut open = solution.flags();
                self.iteration += 1 + descend_by_reflow(network, &screen, &mut open) / CHANGES_PER_ITERATION;
                if let Some(found) = self.exchange.is_new(&open).then(|| best_flows(self.prepared, &open)).flatten() {
                    solution = found;
                }
                // What is nearly as good as the best is worth going on from.
                if gap(solution.cost, self.ceiling()) < NEARLY {
                    self.recent = Some(solution.flags());
                }
            } else {
                self.iteration += self.exchange.descend(&screen, &mut solution);
            }
            self.offer(solution);
        }
    }

    /// Iterated local search for about `n_iterations`.
    pub(super) fn perturb_for(&mut self, n_iterations: u64) {
        let end = self.iteration + n_iterations;
        while self.iteration < end && !self.finished() {
            let Some(best) = self.incumbent.clone() else {
                self.climb(50);
                return;
            };
            if self.local.as_ref().is_some_and(|search| search.total() > best.cost.get() as f64 + 1.0) {
                let flow = LocalFlow::new(self.prepared, &best.open);
                self.local = flow.map(|flow| LocalSearch::new(self.prepared, self.fixed.clone(), flow));
            }
            if let Some(search) = &mut self.local {
                self.iteration += search.shake(&self.volume.at_best.reduced, &mut self.rng);
                self.offer_local();
                continue;
            }
            let mut open = best.flags();
            self.n_rounds += 1;
            let sampled = self.n_rounds.is_multiple_of(3);
            if sampled {
                self.sample(&mut open);
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

    /// Opens sites at random, those with large shares in the averaged relaxation more often, as many as it has or as
    /// the capacity needs; plants likewise. Source: the randomized rounding of Barahona & Chudak (2005), here by noisy
    /// ranks.
    fn sample(&mut self, open: &mut [bool]) {
        let prepared = self.prepared;
        let noise = if self.replaces() { self.rng.random_range(0.2..1.5) } else { 0.4 };
        let noisy: Vec<f64> =
            self.volume.open.iter().map(|share| share + noise * self.rng.random_range(0.0..1.0)).collect();
        open.iter_mut().zip(&self.fixed).for_each(|(open, fixed)| *open = *fixed == Some(true));
        let needed = if prepared.capacitated { prepared.total_weight } else { 0.0 };
        self.sample_among(0..prepared.n_sites(), &noisy, &prepared.useful, needed, open);
        let plants = self.plants();
        self.sample_among(plants, &noisy, &prepared.plant_useful, prepared.plants_needed, open);
    }

    fn sample_among(
        &self,
        flags: std::ops::Range<usize>,
        noisy: &[f64],
        useful: &[f64],
        needed: f64,
        open: &mut [bool],
    ) {
        let first = flags.start;
        let mut order: Vec<usize> = flags.clone().filter(|&i| self.fixed[i].is_none()).collect();
        order.sort_by(|&a, &b| noisy[b].total_cmp(&noisy[a]).then(a.cmp(&b)));
        let wanted = self.volume.open[flags.clone()].iter().sum::<f64>().round() as usize;
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

    /// Whether descents are quick enough to begin far from the incumbent.
    fn replaces(&self) -> bool {
        self.network.is_some() && self.prepared.n_sites() <= MOST_REPLACED
    }

    /// Closes a few open sites at random, a third at most, and opens as many others that the dual likes, more or less.
    fn replace(&mut self, open: &mut [bool]) {
        let reduced = &self.volume.at_best.reduced;
        let free: Vec<usize> = (0..self.prepared.n_sites()).filter(|&i| self.fixed[i].is_none()).collect();
        let (mut opened, closed): (Vec<usize>, Vec<usize>) = free.into_iter().partition(|&i| open[i]);
        if opened.is_empty() || closed.is_empty() {
            return;
        }
        let most = (opened.len() / 3).clamp(1, 8);
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

    /// What to hand back.
    pub(super) fn outcome(mut self) -> Outcome {
        // Without the sites that the search fixed, which hold for better solutions only.
        let fixing = self.lagrangian.fixing();
        let root = self.lagrangian.evaluate(&self.volume.best, &fixing);
        let turned = self.turned(&root);
        let best = self.volume.best;
        let dual = Dual {
            rows: best.rows,
            supplies: best.supplies,
            capacity: root.capacity_price,
            plants: root.plants_price,
            funds: root.funds_price,
        };
        let explored = self.exhausted && self.params.enough.is_none();
        let proven = self.incumbent.as_ref().is_some_and(|best| explored || gap(best.cost, self.bound) <= CLOSED);
        let (solution, lower_bound, n_iterations) = (self.incumbent, self.bound, self.iteration);
        Outcome { solution, lower_bound, proven, infeasible: None, dual, turned, n_iterations }
    }

    /// Bounds with each site's flag forced, from its reduced value: where that is negative the relaxation opens it.
    fn turned(&self, root: &Evaluation) -> Vec<Turned> {
        let forced = |worse: f64| self.prepared.safe_bound(root.bound + worse.max(0.0), root.magnitude).max(self.bound);
        let sites = root.reduced[..self.prepared.n_sites()].iter();
        sites.map(|&reduced| Turned { open: forced(reduced), closed: forced(-reduced) }).collect()
    }
}
