//! One running search: incumbent, bound, dual prices, and what both sides learn from each other.

use super::bounds::{Assigned, Evaluation, Fixing, Lagrangian, Prices, Volume, around, start};
use super::flows::{Assignment, Chain, Network, greedy_opening, spreads};
use super::moves::{Exchange, LocalSearch};
use super::prepared::Prepared;
use super::rounding::balanced;
use super::solution::Solution;
use super::solve::{Dual, Outcome, Params, Turned, WIDE};
use crate::search::{Budget, Event, Observer, Rng, rng};
use crate::units::Cost;

/// Relative gap below which a solution counts as optimal.
const CLOSED: f64 = 1e-9;

/// Undecided sites that branching goes through whatever the gap.
const FEW_UNDECIDED: usize = 24;

/// Capacity that is opened, over what is needed, where flows are changed locally: paths to room would be long otherwise.
const SPARE: f64 = 1.08;

/// The same where the averages are still young and the first flows that fit will do.
const FIRST_SPARE: f64 = 1.15;

/// Arcs above which a greedy solution is taken first.
pub(super) const LARGE: usize = 500_000;

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
    /// Pairs of sites and rows decided likewise.
    pub(super) assigned: Assigned,
    pub(super) incumbent: Option<Solution>,
    pub(super) bound: Cost,
    /// Whether the search space is exhausted.
    pub(super) exhausted: bool,
    pub(super) iteration: u64,
    pub(super) n_rounds: u64,
    pub(super) budget: &'a Budget<'a>,
    observer: &'a dyn Observer,
    pub(super) rng: Rng,
    pub(super) exchange: Exchange,
    /// For local search where flows can follow each change.
    pub(super) network: Option<Network>,
    /// The same where goods come from supplies.
    pub(super) chain: Option<Chain>,
    /// Whether there are so many pairs of sites and rows that flows must be changed locally.
    spreads: bool,
    /// The local search where they are, once there is a solution.
    pub(super) local: Option<LocalSearch<'a>>,
    /// Local search over assignments, where every row is served whole.
    pub(super) assignment: Option<Assignment>,
    /// Where the last descent ended, if nearly as good as the incumbent.
    pub(super) recent: Option<Vec<bool>>,
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
            assigned: Assigned::none(prepared),
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
            assignment: Assignment::new(prepared),
            spreads: network.is_none() && prepared.capacitated && spreads(prepared),
            network,
            chain: Chain::new(prepared),
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

    /// Says what is done from now on.
    pub(super) fn enter(&self, phase: &'static str) {
        self.observer.on(Event::Phase(phase));
    }

    /// Whether there are so many pairs of sites and rows that flows are changed locally.
    pub(super) fn spreads(&self) -> bool {
        self.spreads
    }

    /// Positions of the plants' flags.
    pub(super) fn plants(&self) -> std::ops::Range<usize> {
        self.prepared.n_sites()..self.prepared.n_flags()
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
        self.incumbent.as_ref().map_or(above, |best| {
            let best = best.cost.get() as f64;
            // Far below, small steps would take long.
            best.min(above.max(0.5 * (best + bound)))
        })
    }

    /// Climbs at the root for at most `n_iterations` and until `share` of the budget is used, with a candidate solution now
    /// and then.
    pub(super) fn climb(&mut self, n_iterations: u64, share: f64) {
        let (mut next, mut n_restarts) = (8, 0);
        for k in 0..n_iterations {
            if self.finished() || share < 1.0 && self.budget.progress(self.iteration) > share {
                break;
            }
            if self.volume.step() < 1e-4 {
                // Stalled: begin again from the best prices with fresh averages, a few times.
                if n_restarts == 2 {
                    break;
                }
                n_restarts += 1;
                self.lagrangian.open_whole();
                self.volume.restart(&mut self.lagrangian, &self.fixed);
            }
            let target = self.target(self.volume.at_best.bound);
            self.volume.iterate(&mut self.lagrangian, &self.fixed, target);
            self.iteration += 1;
            self.raise_bound();
            if k == next || self.incumbent.is_none() && k % 50 == 49 {
                next = (next + 10).max(next * 3 / 2);
                if self.spreads {
                    self.offer_greedily();
                } else {
                    self.candidates();
                }
                self.fix();
            }
        }
        self.candidates();
        self.fix();
    }

    /// Offers the open set that the averages suggest with the first flows that keep the limits, until there is a solution:
    /// better flows take long where they are changed locally.
    fn offer_greedily(&mut self) {
        if self.incumbent.is_none() {
            let mut open = balanced(self.prepared, &self.volume.open, &self.fixed, FIRST_SPARE);
            let forced = self.lagrangian.fixing();
            let found = greedy_opening(self.prepared, &mut open, |i| forced[i] != Some(false));
            found.map(|solution| self.offer(solution));
        }
    }

    /// Offers the open sets that the dual search suggests.
    pub(super) fn candidates(&mut self) {
        let rounded = |open: &[f64], share: f64| open.iter().map(|&open| open >= share).collect::<Vec<bool>>();
        let sets = if self.spreads {
            vec![balanced(self.prepared, &self.volume.open, &self.fixed, SPARE)]
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

    /// Fixes sites whose flag no better solution can turn.
    pub(super) fn fix(&mut self) {
        let mut fixed = std::mem::take(&mut self.fixed);
        self.fix_by(&self.volume.at_best, &mut fixed);
        self.fixed = fixed;
        if self.prepared.assigns() {
            self.fix_pairs();
        }
    }

    /// Fixes every site whose turned flag lifts the bound above the incumbent.
    pub(super) fn fix_by(&self, evaluation: &Evaluation, fixed: &mut Fixing) -> usize {
        let ceiling = self.cutoff();
        let mut n_fixed = 0;
        for (fixed, &reduced) in fixed.iter_mut().zip(&evaluation.reduced) {
            if fixed.is_none()
                && self.prepared.safe_bound(evaluation.linear + reduced.abs(), evaluation.magnitude) >= ceiling
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

    /// Begins the dual search anew at the prices that the incumbent suggests, if those prove more. For sites whose rows
    /// take their cheapest.
    pub(super) fn price_by_incumbent(&mut self) {
        let Some(best) = &self.incumbent else { return };
        let prices = around(self.prepared, &best.open);
        let mut lagrangian = Lagrangian::new(self.prepared, &prices);
        let volume = Volume::new(&mut lagrangian, prices, &self.fixed);
        if volume.at_best.bound > self.volume.at_best.bound {
            (self.lagrangian, self.volume) = (lagrangian, volume);
            self.raise_bound();
        }
    }

    /// What to hand back.
    pub(super) fn outcome(mut self) -> Outcome {
        // Without what the search decided, which holds for better solutions only.
        let fixing = self.lagrangian.fixing();
        if self.prepared.assigns() {
            self.lagrangian.assign(&Assigned::none(self.prepared), &self.volume.best);
        }
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
        let forced =
            |worse: f64| self.prepared.safe_bound(root.linear + worse.max(0.0), root.magnitude).max(self.bound);
        let sites = root.reduced[..self.prepared.n_sites()].iter();
        sites.map(|&reduced| Turned { open: forced(reduced), closed: forced(-reduced) }).collect()
    }
}
