//! Add, drop and swap when flows must be computed for each open set.
//!
//! A solution's marginal costs value every site at once, as the relaxation does: sites worth adding are tried, and
//! after each addition those that its own marginal costs find superfluous are dropped.

use super::super::bounds::{Lagrangian, Prices};
use super::super::flows::priced_flows;
use super::super::solution::Solution;
use crate::search::{Budget, workers};
use std::collections::BTreeSet;

/// What local search needs to know besides the solution.
pub(crate) struct Screen<'a> {
    pub(crate) lagrangian: &'a Lagrangian<'a>,
    /// Prices for rows whose marginal cost is not known.
    pub(crate) prices: &'a Prices,
    /// Sites that stay as they are.
    pub(crate) fixed: &'a [Option<bool>],
    /// Most additions tried per round.
    pub(crate) n_adds: usize,
    pub(crate) budget: &'a Budget<'a>,
}

/// A local search that does not evaluate an open set twice.
pub(crate) struct Exchange {
    seen: BTreeSet<Vec<u64>>,
}

/// Additions tried side by side.
const BATCH: usize = 6;
/// Sites dropped on trial after each addition: at least this many, more when few are open.
const N_DROPS: usize = 4;
/// With this many open sites or fewer all drops are tried.
const FEW_OPEN: usize = 10;

/// The outcome of trying one addition and drops after it.
#[derive(Default)]
struct Trial {
    evaluated: Vec<Vec<u64>>,
    best: Option<(Solution, Prices)>,
}

impl Exchange {
    pub(crate) fn new() -> Self {
        Self { seen: BTreeSet::new() }
    }

    /// Whether this open set is new; remembers it.
    pub(crate) fn is_new(&mut self, open: &[bool]) -> bool {
        self.seen.insert(key(open))
    }

    /// Improves `solution` until none of the moves tried helps. Returns the evaluations made.
    pub(crate) fn descend(&mut self, screen: &Screen<'_>, solution: &mut Solution) -> u64 {
        let prepared = screen.lagrangian.prepared();
        let mut prices = screen.prices.clone();
        let mut n_done = 1;
        if priced_flows(prepared, &solution.flags(), &mut prices).is_none() {
            return n_done;
        }
        loop {
            let values = screen.lagrangian.values(&prices);
            let open = solution.flags();
            let adds = ranked(&values, |i| !open[i] && screen.fixed[i].is_none(), 1.0);
            // The first try adds nothing: plain drops.
            let tries: Vec<Option<usize>> =
                std::iter::once(None).chain(adds.into_iter().take(screen.n_adds).map(Some)).collect();
            let mut better = false;
            for batch in tries.chunks(BATCH) {
                if screen.budget.out_of_time() {
                    return n_done;
                }
                let trials =
                    workers(batch.len(), |at| self.try_addition(screen, solution, &prices, &values, batch[at]));
                for trial in trials {
                    n_done += trial.evaluated.len() as u64;
                    self.seen.extend(trial.evaluated);
                    if let Some((found, at)) = trial.best
                        && found.cost < solution.cost
                    {
                        (*solution, prices, better) = (found, at, true);
                    }
                }
                if better {
                    break;
                }
            }
            if !better {
                return n_done;
            }
        }
    }

    /// Adds a site, if any, then tries the drops that look best.
    fn try_addition(
        &self,
        screen: &Screen<'_>,
        solution: &Solution,
        prices: &Prices,
        values: &[f64],
        add: Option<usize>,
    ) -> Trial {
        let prepared = screen.lagrangian.prepared();
        let mut trial = Trial::default();
        let mut open = solution.flags();
        let mut at = prices.clone();
        let mut new_values = None;
        if let Some(i) = add {
            if i < prepared.n_sites() {
                if prepared.siblings(i).any(|k| open[k] && screen.fixed[k].is_some()) {
                    return trial;
                }
                prepared.open_site(&mut open, i);
            } else {
                open[i] = true;
            }
            let Some(found) = priced_flows(screen.lagrangian.prepared(), &open, &mut at) else { return trial };
            trial.evaluated.push(key(&open));
            new_values = Some(screen.lagrangian.values(&at));
            if prepared.allows(&open) && found.cost < solution.cost {
                trial.best = Some((found, at.clone()));
            }
        }
        self.try_drops(screen, &open, new_values.as_deref().unwrap_or(values), add, solution, &mut trial);
        trial
    }

    fn try_drops(
        &self,
        screen: &Screen<'_>,
        open: &[bool],
        values: &[f64],
        added: Option<usize>,
        solution: &Solution,
        trial: &mut Trial,
    ) {
        let prepared = screen.lagrangian.prepared();
        let n_sites = prepared.n_sites();
        let n_open = open[..n_sites].iter().filter(|&&open| open).count();
        let passed: f64 = (0..n_sites).filter(|&i| open[i]).map(|i| prepared.useful[i]).sum();
        let needed = if prepared.capacitated { prepared.total_weight } else { 0.0 };
        let given: f64 = prepared
            .plant_useful
            .iter()
            .zip(&open[n_sites..])
            .filter(|(_, open)| **open)
            .map(|(useful, _)| useful)
            .sum();
        let spent = prepared.spent(open);
        let suffices = |i: usize| match i.checked_sub(n_sites) {
            None => {
                passed - prepared.useful[i] >= needed
                    && n_open > prepared.problem.min_open()
                    && !prepared.is_required(i)
                    && spent - prepared.spending[i] <= prepared.funds
            }
            Some(g) => prepared.allows(open) && given - prepared.plant_useful[g] >= prepared.plants_needed,
        };
        let may_close = |i: usize| open[i] && screen.fixed[i].is_none() && added != Some(i) && suffices(i);
        let n_drops = N_DROPS.max(FEW_OPEN * FEW_OPEN / n_open.max(1));
        for k in ranked(values, may_close, -1.0).into_iter().take(n_drops) {
            let mut open = open.to_vec();
            open[k] = false;
            if screen.budget.out_of_time() {
                return;
            }
            if self.seen.contains(&key(&open)) {
                continue;
            }
            trial.evaluated.push(key(&open));
            let mut at = screen.prices.clone();
            let least = trial.best.as_ref().map_or(solution.cost, |best| best.0.cost);
            if let Some(found) = priced_flows(prepared, &open, &mut at)
                && found.cost < least
            {
                trial.best = Some((found, at));
            }
        }
    }
}

/// The sites that pass `filter`, by ascending signed value.
pub(super) fn ranked(values: &[f64], filter: impl Fn(usize) -> bool, sign: f64) -> Vec<usize> {
    let mut sites: Vec<usize> = (0..values.len()).filter(|&i| filter(i)).collect();
    sites.sort_by(|&a, &b| (sign * values[a]).total_cmp(&(sign * values[b])).then(a.cmp(&b)));
    sites
}

/// An open set as bits.
fn key(open: &[bool]) -> Vec<u64> {
    let mut key = vec![0; open.len().div_ceil(64)];
    for i in (0..open.len()).filter(|&i| open[i]) {
        key[i / 64] |= 1 << (i % 64);
    }
    key
}
