//! One site after the other opens, or closes: methods of their own, and where local search starts from.

use super::bounds::Prices;
use super::flows::{ChainFlow, LocalFlow, Reflow, best_flows};
use super::moves::{Follow, LocalSearch, close_greedily, open_greedily, whole_cost};
use super::prepared::Prepared;
use super::state::State;
use crate::search::Budget;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// Share of the budget for turning sites one by one where that is all: the rest is for the flows.
pub(super) const TURNING: f64 = 0.8;

impl State<'_> {
    /// Opens one site after the other, the one that saves most first. Where capacities bind, the start is the sites that look
    /// best at the first prices, as many as the demand needs.
    ///
    /// Source: Kuehn & Hamburger (1963), Management Science 9(4).
    pub(super) fn add_greedily(&mut self) {
        self.enter("greedy");
        let fixed = self.lagrangian.fixing();
        let mut open: Vec<bool> = fixed.iter().map(|fixed| *fixed == Some(true)).collect();
        open[self.prepared.n_sites()..].fill(true);
        if self.prepared.nearest_is_optimal() {
            self.iteration += open_greedily(&self.lagrangian, &mut open, &fixed, self.budget);
        }
        self.offer_open(&open);
        if self.prepared.nearest_is_optimal() {
            return;
        }
        if let Some(search) = &mut self.local {
            self.iteration += search.add_greedily();
            self.offer_local();
        } else if let Some(start) = &self.incumbent {
            let open = start.flags();
            self.turn_greedily(open, true, TURNING);
        }
    }

    /// From sites with `plenty` times the capacity that is needed, the best at present prices and the largest of each place,
    /// closes one after the other, the one that saves most first; where capacities bind, most for the capacity that goes. Gives
    /// up when more than a share `until` of the budget is used.
    ///
    /// Source: Feldman, Lehrer & Ray (1966), Management Science 12(9).
    pub(super) fn drop_greedily(&mut self, plenty: f64, until: f64) {
        self.enter("greedy");
        let prepared = self.prepared;
        let fixed = self.lagrangian.fixing();
        let mut order: Vec<usize> = (0..prepared.n_sites()).filter(|&i| fixed[i] != Some(false)).collect();
        let (shares, reduced) = (&self.volume.open, &self.volume.at_best.reduced);
        order.sort_by(|&a, &b| reduced[a].total_cmp(&reduced[b]).then(a.cmp(&b)));
        let (mut is_in, mut passed) = (vec![false; prepared.n_sites()], 0.0);
        for i in order {
            is_in[i] = shares[i] > 0.0 || passed < plenty * prepared.total_weight;
            passed += if is_in[i] { prepared.useful[i] } else { 0.0 };
        }
        let mut open = vec![true; prepared.n_flags()];
        for place in prepared.problem.places() {
            let allowed = place.sites.clone().filter(|&i| is_in[i]);
            let largest = allowed.max_by(|&a, &b| prepared.useful[a].total_cmp(&prepared.useful[b]).then(b.cmp(&a)));
            open[place.sites.clone()].fill(false);
            largest.into_iter().for_each(|i| open[i] = true);
        }
        if prepared.nearest_is_optimal() {
            self.iteration += close_greedily(&self.lagrangian, &mut open, &fixed, self.budget);
        } else if self.spreads() {
            if let Some(flow) = LocalFlow::new(prepared, &open) {
                let mut search = LocalSearch::new(prepared, fixed, flow);
                self.iteration += search.thin_out_greedily(until);
                open.clone_from_slice(search.flow().open_flags());
            }
        } else {
            return self.turn_greedily(open, false, until);
        }
        self.offer_turned(&open, until);
    }

    /// Offers what was turned, unless there is a solution and no time was left to turn all that saves.
    fn offer_turned(&mut self, open: &[bool], until: f64) {
        if self.incumbent.is_none() || self.budget.progress(self.iteration) <= until {
            self.offer_open(open);
        }
    }

    /// From `open` flags opens (or closes) the site or plant that saves most, until none does, and offers that.
    fn turn_greedily(&mut self, open: Vec<bool>, opens: bool, until: f64) {
        let sites = (0..open.len()).filter(|&i| open[i]).collect();
        let reflow = self.network.as_ref().and_then(|network| Reflow::new(network, sites));
        let chained = self.chain.as_ref().and_then(|chain| ChainFlow::new(chain, &open, self.budget));
        let (n_tried, turned) = match (reflow, chained) {
            (Some(flow), _) => self.turn_one_by_one(flow, open, opens, until),
            (None, Some(flow)) => self.turn_one_by_one(flow, open, opens, until),
            (None, None) => match Anew::over(self.prepared, open.clone()) {
                Some(flow) => self.turn_one_by_one(flow, open, opens, until),
                None => (0, open),
            },
        };
        self.iteration += n_tried;
        self.offer_turned(&turned, until);
    }

    /// What turning a flag saves hardly grows as others are turned, so an old saving says which has to be computed anew.
    /// The number of changes tried, and the flags in the end.
    fn turn_one_by_one<F: Follow>(
        &self,
        mut flow: F,
        mut flags: Vec<bool>,
        opens: bool,
        until: f64,
    ) -> (u64, Vec<bool>) {
        let (prepared, fixed) = (self.prepared, self.lagrangian.fixing());
        let free = (0..flags.len()).filter(|&flag| flags[flag] != opens && fixed[flag].is_none());
        let mut promising: BinaryHeap<(i64, Reverse<usize>)> = free.map(|flag| (i64::MAX, Reverse(flag))).collect();
        let mut n_tried = 0;
        while let Some((old, Reverse(flag))) = promising.pop() {
            let pays = |saving: i64| saving > 0 || !opens && !prepared.allows(&flags);
            if self.budget.progress(self.iteration + n_tried) > until || !pays(old) {
                break;
            }
            if !self.may_turn(&flags, flag) {
                continue;
            }
            n_tried += 1;
            let mut trial = flow.clone();
            if opens {
                trial.open(flag);
            } else if !trial.close(flag, f64::INFINITY) {
                // Without it there are no flows, nor will there be with less.
                continue;
            }
            let saving = whole_cost(prepared, &flow) - whole_cost(prepared, &trial);
            let new = ((saving / self.given_up(flag, opens)).round() as i64, Reverse(flag));
            if promising.peek().is_some_and(|next| *next > new) {
                promising.push(new);
                continue;
            }
            if !pays(new.0) {
                break;
            }
            flags[flag] = opens;
            flow = trial;
            if opens {
                // Laid out anew there is room for the next opening.
                let Some(compact) = flow.anew(&flags, self.budget) else { break };
                flow = compact;
            }
        }
        (n_tried, flags)
    }

    /// What savings of a closing are counted for: each unit of the capacity that goes, where that is scarce.
    fn given_up(&self, flag: usize, opens: bool) -> f64 {
        let prepared = self.prepared;
        if opens || !prepared.capacitated {
            return 1.0;
        }
        let useful =
            flag.checked_sub(prepared.n_sites()).map_or_else(|| prepared.useful[flag], |g| prepared.plant_useful[g]);
        useful.max(1.0)
    }

    /// Whether a flag may be turned beside the others: an opening within all limits, a closing above the least count.
    fn may_turn(&self, flags: &[bool], flag: usize) -> bool {
        let (prepared, problem) = (self.prepared, self.prepared.problem);
        if flag >= prepared.n_sites() {
            return true;
        }
        let n_open = flags[..prepared.n_sites()].iter().filter(|&&open| open).count();
        if flags[flag] {
            return n_open > problem.min_open() && !prepared.is_required(flag);
        }
        n_open < problem.max_open()
            && prepared.siblings(flag).all(|k| !flags[k])
            && prepared.spent(flags) + prepared.spending[flag] <= prepared.funds
    }
}

/// Flows computed from nothing for each open set, where none can follow a change.
#[derive(Clone)]
struct Anew<'a> {
    prepared: &'a Prepared<'a>,
    open: Vec<bool>,
    cost: f64,
}

impl<'a> Anew<'a> {
    fn over(prepared: &'a Prepared<'a>, open: Vec<bool>) -> Option<Self> {
        let found = best_flows(prepared, &open)?;
        let opening = (0..open.len()).filter(|&flag| open[flag]).map(|flag| prepared.opening_of(flag));
        let cost = found.cost.get() as f64 - prepared.constant - opening.sum::<f64>();
        Some(Self { prepared, open, cost })
    }
}

impl Follow for Anew<'_> {
    const MOST_DROPS: usize = usize::MAX;

    fn anew(&self, open: &[bool], _: &Budget<'_>) -> Option<Self> {
        Self::over(self.prepared, open.to_vec())
    }
    fn is_open(&self, flag: usize) -> bool {
        self.open[flag]
    }
    fn cost(&self) -> f64 {
        self.cost
    }
    /// None are known.
    fn tell_prices(&self, _: &mut Prices) {}
    fn open(&mut self, flag: usize) {
        let mut open = self.open.clone();
        open[flag] = true;
        match Self::over(self.prepared, open) {
            Some(found) => *self = found,
            // Heuristics may miss flows that are there.
            None => self.open[flag] = true,
        }
    }
    fn close(&mut self, flag: usize, _: f64) -> bool {
        let mut open = self.open.clone();
        open[flag] = false;
        Self::over(self.prepared, open).map(|found| *self = found).is_some()
    }
    fn least_loss(&self, _: usize) -> f64 {
        f64::NEG_INFINITY
    }
}
