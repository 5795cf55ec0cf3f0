//! Local search as a step of the search: which of `moves` runs, from where, and what becomes of its outcome.

use super::flows::{ChainFlow, Reflow, best_flows};
use super::moves::{Screen, descend_by_reflow, interchange, search_by_tabu};
use super::prepared::Prepared;
use super::solution::Solution;
use super::state::{State, gap};

/// Relative gap to the incumbent below which local search goes on from a solution.
const NEARLY: f64 = 0.01;

/// Flow changes of local search that count as one iteration, being that much cheaper than a pass of the dual search.
const CHANGES_PER_ITERATION: u64 = 25;

/// Rounds of the first local search over assignments.
const FIRST_ROUNDS: u64 = 300;

/// Most moves of one interchange: enough to change every open site several times.
fn most_moves(prepared: &Prepared<'_>) -> u64 {
    10 * prepared.problem.max_open().max(100) as u64
}

impl State<'_> {
    /// Local search from the incumbent.
    pub(super) fn local_search(&mut self) {
        if let Some(search) = &mut self.local {
            search.fix(self.fixed.clone());
            self.iteration += search.descend();
            self.offer_local();
            self.fix();
            return;
        }
        if self.improve_assignment(FIRST_ROUNDS) {
            self.fix();
            return;
        }
        let Some(solution) = self.incumbent.clone() else { return };
        self.descend_from(solution, if self.wide() { 4 * self.params.tries } else { self.params.tries });
        self.fix();
    }

    /// Interchange from `open`, then its solution.
    pub(super) fn descend_nearest(&mut self, mut open: Vec<bool>) {
        if self.exchange.is_new(&open) || self.incumbent.is_none() {
            self.iteration +=
                interchange(&self.lagrangian, &mut open, &self.fixed, most_moves(self.prepared), self.budget);
            self.offer_open(&open);
        }
    }

    pub(super) fn descend_from(&mut self, mut solution: Solution, n_adds: usize) {
        if self.is_largest() {
            if gap(solution.cost, self.ceiling()) < NEARLY
                && let Some(found) = best_flows(self.prepared, &solution.flags())
            {
                solution = found;
            }
            self.offer(solution);
        } else if self.prepared.nearest_is_optimal() {
            let mut open = solution.flags();
            self.iteration +=
                1 + interchange(&self.lagrangian, &mut open, &self.fixed, most_moves(self.prepared), self.budget);
            self.offer_open(&open);
        } else {
            let screen = Screen {
                lagrangian: &self.lagrangian,
                prices: &self.volume.best,
                fixed: &self.fixed,
                n_adds,
                budget: self.budget,
            };
            let mut open = solution.flags();
            let n_changes = if let Some(network) = &self.network {
                let flow = Reflow::new(network, (0..open.len()).filter(|&i| open[i]).collect());
                flow.map(|flow| descend_by_reflow(flow, &screen, &mut open))
            } else if let Some(chain) = &self.chain {
                let flow = ChainFlow::new(chain, &open, self.budget);
                let has_products = self.prepared.problem.n_products() > 1;
                flow.map(|flow| {
                    // Descents in several products leave no time for many; with one product they find more.
                    if !has_products {
                        return descend_by_reflow(flow, &screen, &mut open);
                    }
                    let (best, n_changes) = search_by_tabu(flow, &screen, &mut self.rng);
                    open = best;
                    n_changes
                })
            } else {
                None
            };
            if let Some(n_changes) = n_changes {
                self.iteration += 1 + n_changes / CHANGES_PER_ITERATION;
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

    /// Offers where the search by local flows stands, if that is better.
    pub(super) fn offer_local(&mut self) {
        let ceiling = self.ceiling().get() as f64;
        let better = self.local.as_ref().filter(|search| search.total() < ceiling - 1.0);
        if let Some(solution) = better.and_then(|search| search.flow().solution()) {
            self.offer(solution);
        }
    }
}
