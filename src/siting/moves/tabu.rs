//! Tabu search over what is open where several products come from supplies.
//!
//! Each step opens or closes a site or plant, the one that costs least by it, whether that saves or not; estimates from
//! marginal prices say which few are worth pricing exactly. What has changed stays for a while, unless changing it back
//! leads below the best so far. A plant alone costs too much to be opened on trial, so when nothing better has been found for
//! some steps, one plant gives way to another at once. Source: Sun (2012), Journal of Heuristics 18(1), which opens and
//! closes only.

use super::super::flows::ChainFlow;
use super::super::prepared::Prepared;
use super::exchange::Screen;
use super::reflow::whole_cost;
use crate::search::Rng;
use rand::RngExt as _;

/// Changes priced exactly in each step: of one site or plant, and of two plants. Tuned, as what follows, on sets of 50
/// plants and 100 sites by Mauri et al. (2021).
const N_PRICED: usize = 2;
const N_PRICED_SWAPS: usize = 4;

/// Steps for which a change stays, drawn from this range.
const HELD: std::ops::Range<u64> = 4..14;

/// Steps without anything better after which a plant gives way to another, again and again.
const PATIENCE: u64 = 10;

/// Steps without anything better after which the search ends.
const STALE: u64 = 60;

/// Steps between estimates of what closed sites and plants would save, which take as long as pricing a few changes.
const FRESH: u64 = 3;

/// Searches from `flow`. Returns the best open flags that keep the limits, where there are such, and the flow changes made.
pub(crate) fn search_by_tabu(flow: ChainFlow<'_>, screen: &Screen<'_>, rng: &mut Rng) -> (Vec<bool>, u64) {
    let mut tabu = Tabu::new(flow, screen);
    let mut found_at = 0;
    for step in 1.. {
        if step - found_at > STALE || screen.budget.out_of_time() {
            break;
        }
        tabu.step = step;
        if (step - 1).is_multiple_of(FRESH) {
            tabu.value();
        }
        let is_stuck = (step - found_at) % PATIENCE == PATIENCE - 1;
        let (changes, n_priced) =
            if is_stuck { (tabu.swaps_of_plants(), N_PRICED_SWAPS) } else { (tabu.single_changes(), N_PRICED) };
        match tabu.cheapest(&changes, n_priced) {
            Some((cost, change, flow)) => tabu.take(cost, change, flow, rng),
            None if is_stuck => continue,
            None => break,
        }
        if !tabu.flow.has_slot() {
            let Some(flow) = ChainFlow::new(tabu.flow.chain(), tabu.flow.flags(), screen.budget) else { break };
            tabu.flow = flow;
        }
        if tabu.cost < tabu.best.0 - 1.0 && tabu.prepared.allows(tabu.flow.flags()) {
            tabu.best = (tabu.cost, tabu.flow.flags().to_vec());
            found_at = step;
        }
    }
    (tabu.best.1, tabu.n_priced)
}

/// What a step may do.
#[derive(Clone, Copy)]
struct Change {
    /// What it costs, about; opening saves no more, and closing costs no less.
    estimate: f64,
    opened: Option<usize>,
    closed: Option<usize>,
}

impl Change {
    fn flags(self) -> impl Iterator<Item = usize> {
        self.opened.into_iter().chain(self.closed)
    }
}

struct Tabu<'s, 'a> {
    screen: &'s Screen<'s>,
    prepared: &'s Prepared<'s>,
    flow: ChainFlow<'a>,
    /// Cost of the flow and of what is open.
    cost: f64,
    /// The least cost so far, and what is open there.
    best: (f64, Vec<bool>),
    /// Values of opening each flag when that was last asked.
    values: Vec<f64>,
    step: u64,
    /// Step until which each flag stays.
    held_until: Vec<u64>,
    n_priced: u64,
}

impl<'s, 'a> Tabu<'s, 'a> {
    fn new(flow: ChainFlow<'a>, screen: &'s Screen<'s>) -> Self {
        let prepared = screen.lagrangian.prepared();
        let (cost, open) = (whole_cost(prepared, &flow), flow.flags().to_vec());
        let best = (if prepared.allows(&open) { cost } else { f64::INFINITY }, open);
        let held_until = vec![0; prepared.n_flags()];
        Self { screen, prepared, flow, cost, best, values: Vec::new(), step: 0, held_until, n_priced: 0 }
    }

    /// Asks what opening each flag is worth at the present marginal prices.
    fn value(&mut self) {
        let mut prices = self.screen.prices.clone();
        self.flow.tell_prices(&mut prices);
        self.values = self.screen.lagrangian.values(&prices);
    }

    fn is_held(&self, flag: usize) -> bool {
        self.held_until[flag] >= self.step
    }

    /// Estimates of turning every flag of a range that may turn, whatever the capacities.
    fn estimates(&self, flags: std::ops::Range<usize>) -> impl Iterator<Item = (f64, usize)> {
        let open = self.flow.flags();
        flags.filter(|&flag| self.screen.fixed[flag].is_none()).map(|flag| {
            let closing = || self.flow.least_loss(flag) - self.prepared.opening_of(flag);
            (if open[flag] { closing() } else { self.values[flag] }, flag)
        })
    }

    /// Units that all plants give, without one that closes and with another that opens.
    fn given(&self, opened: Option<usize>, closed: Option<usize>) -> f64 {
        let (prepared, open) = (self.prepared, self.flow.flags());
        let plants = (prepared.n_sites()..open.len())
            .filter(|&flag| (open[flag] || opened == Some(flag)) && closed != Some(flag));
        plants.map(|flag| prepared.plant_useful[flag - prepared.n_sites()]).sum()
    }

    /// Openings and closings, the least estimates first.
    fn single_changes(&self) -> Vec<Change> {
        let (prepared, open) = (self.prepared, self.flow.flags());
        let (problem, n_sites) = (prepared.problem, prepared.n_sites());
        let n_open = open[..n_sites].iter().filter(|&&open| open).count();
        let is_over = n_open > problem.max_open() || prepared.spent(open) > prepared.funds;
        let passed: f64 = (0..n_sites).filter(|&i| open[i]).map(|i| prepared.useful[i]).sum();
        let needed = if prepared.capacitated { prepared.total_weight } else { 0.0 };
        let may_turn = |flag: usize| match (flag < n_sites, open[flag]) {
            (true, true) => {
                n_open > problem.min_open() && !prepared.is_required(flag) && passed - prepared.useful[flag] >= needed
            }
            (true, false) => !is_over && prepared.siblings(flag).all(|k| !open[k]),
            (false, true) => self.given(None, Some(flag)) >= prepared.plants_needed,
            (false, false) => true,
        };
        let is_worth = |&(estimate, flag): &(f64, usize)| {
            may_turn(flag) && (!self.is_held(flag) || self.cost + estimate < self.best.0 - 1.0)
        };
        let changes = self.estimates(0..open.len()).filter(is_worth).map(|(estimate, flag)| Change {
            estimate,
            opened: (!open[flag]).then_some(flag),
            closed: open[flag].then_some(flag),
        });
        ranked(changes.collect())
    }

    /// Pairs of a plant to open and one to close, the least estimates first.
    fn swaps_of_plants(&self) -> Vec<Change> {
        let (prepared, open) = (self.prepared, self.flow.flags());
        let plants = self.estimates(prepared.n_sites()..open.len()).filter(|plant| !self.is_held(plant.1));
        let (closed, opened): (Vec<_>, Vec<_>) = plants.partition(|plant| open[plant.1]);
        let mut changes = Vec::with_capacity(closed.len() * opened.len());
        for &(saved, a) in &opened {
            for &(lost, b) in &closed {
                if self.given(Some(a), Some(b)) >= prepared.plants_needed {
                    changes.push(Change { estimate: saved + lost, opened: Some(a), closed: Some(b) });
                }
            }
        }
        ranked(changes)
    }

    /// The cheapest among the first `n_priced` of `changes` that leave flows, with its cost and flow.
    fn cheapest(&mut self, changes: &[Change], n_priced: usize) -> Option<(f64, Change, ChainFlow<'a>)> {
        let mut best: Option<(f64, Change, ChainFlow<'a>)> = None;
        for (nth, &change) in changes.iter().enumerate() {
            let most = best.as_ref().map_or(f64::INFINITY, |best| best.0);
            if best.is_some() && nth >= n_priced || self.cost + change.estimate >= most {
                break;
            }
            self.n_priced += 1;
            let mut flow = self.flow.clone();
            if let Some(flag) = change.opened {
                flow.open(flag);
            }
            if !change.closed.is_none_or(|flag| flow.close(flag, f64::INFINITY)) {
                continue;
            }
            let cost = whole_cost(self.prepared, &flow);
            let may_be_taken = cost < self.best.0 - 1.0 || !change.flags().any(|flag| self.is_held(flag));
            if cost < most && may_be_taken {
                best = Some((cost, change, flow));
            }
        }
        best
    }

    /// Goes on from a change. Plants that were swapped stay until the sites had time to follow.
    fn take(&mut self, cost: f64, change: Change, flow: ChainFlow<'a>, rng: &mut Rng) {
        (self.cost, self.flow) = (cost, flow);
        let is_swap = change.opened.is_some() && change.closed.is_some();
        for flag in change.flags() {
            self.held_until[flag] = self.step + rng.random_range(HELD) + if is_swap { PATIENCE } else { 0 };
        }
    }
}

fn ranked(mut changes: Vec<Change>) -> Vec<Change> {
    let flags = |change: &Change| (change.opened, change.closed);
    changes.sort_by(|a, b| a.estimate.total_cmp(&b.estimate).then(flags(a).cmp(&flags(b))));
    changes
}
