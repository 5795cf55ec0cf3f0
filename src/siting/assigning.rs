//! What the search does besides where every row is served whole: pairs of sites and rows that the bound decides, and local
//! search over assignments.

use super::bounds::{Assigned, Fixing, Volume, penalties};
use super::flows::Hints;
use super::state::State;
use crate::units::Cost;

/// Rounds of local search from an assignment that a node of branch and bound suggests.
const ROUNDS_PER_NODE: u64 = 2;

impl State<'_> {
    /// Takes the pairs out that no solution below the cutoff has, as `volume` proves where `fixed` sites and the pairs of the
    /// relaxation are decided. Returns their number.
    pub(super) fn bar_pairs(&self, volume: &Volume, fixed: &Fixing, assigned: &mut Assigned) -> usize {
        let (evaluation, cutoff) = (&volume.at_best, self.cutoff());
        let mut n_barred = 0;
        for (at, added) in penalties(&self.lagrangian, &volume.best, fixed, evaluation) {
            let is_out = self.prepared.safe_bound(evaluation.linear + added, evaluation.magnitude) >= cutoff;
            if is_out && !assigned.is_barred(at) {
                assigned.bar(at);
                n_barred += 1;
            }
        }
        n_barred
    }

    /// Decides pairs for the whole search. Where none are left for some row, nothing is below the cutoff.
    pub(super) fn fix_pairs(&mut self) {
        let (mut assigned, mut fixed) = (self.assigned.clone(), self.fixed.clone());
        self.bar_pairs(&self.volume, &fixed, &mut assigned);
        if assigned.propagate(self.prepared, &mut fixed) {
            self.lagrangian.assign(&assigned, &self.volume.best);
            (self.assigned, self.fixed) = (assigned, fixed);
        } else if self.cutoff() < Cost::HUGE {
            self.raise_bound_to(self.cutoff());
        }
    }

    /// Local search from the sites that take each row most often in the relaxation, as counted since the last
    /// [`count_anew`](super::bounds::Lagrangian::count_anew).
    pub(super) fn offer_counted(&mut self) {
        let Some(mut search) = self.assignment.take() else { return };
        let services =
            |j: usize| self.prepared.problem.customers()[j].services.iter().map(|service| service.site.get());
        let most = |j: usize| {
            services(j).map(|i| (self.lagrangian.count(i, j), i)).max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)))
        };
        search.begin(|j| most(j).filter(|best| best.0 > 0.0).map(|best| best.1), self.prepared.budget);
        self.assignment = Some(search);
        self.improve_assignment(ROUNDS_PER_NODE);
    }

    /// Local search over assignments for so many rounds. False where it does not apply.
    pub(super) fn improve_assignment(&mut self, n_rounds: u64) -> bool {
        let Some(search) = &mut self.assignment else { return false };
        if let Some(incumbent) = self.incumbent.as_ref().filter(|best| (best.cost.get() as f64) < search.best() - 1.0) {
            let mut site = vec![None; self.prepared.n_rows()];
            incumbent.flows.iter().for_each(|flow| site[flow.customer.get()] = Some(flow.site.get()));
            search.begin(|j| site[j], self.prepared.budget);
        }
        let before = search.best();
        let hints = Hints { values: &self.volume.at_best.reduced, shares: &self.volume.open };
        search.improve(n_rounds, &hints, &mut self.rng, self.prepared.budget);
        self.iteration += n_rounds;
        let is_new = search.best() < before || self.incumbent.is_none();
        if is_new && let Some(solution) = search.solution(self.prepared) {
            self.offer(solution);
        }
        true
    }
}
