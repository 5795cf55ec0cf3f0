//! What the problem says whose rows may be split, where they must be served whole: a bound, and the sites to open.
//!
//! With many rows to a site it costs hardly less, and its search is far quicker: the flows of open sites are exact there.

use super::solve::{Dual, Params, solve};
use super::state::State;
use crate::search::{Budget, Silent};
use rand::RngExt as _;

impl State<'_> {
    /// Solves the problem with rows split within `share` of what is left of the budget, and offers the sites that it opens.
    pub(super) fn learn_from_split(&mut self, share: f64) {
        let n_left = self.budget.iterations.saturating_sub(self.iteration);
        let budget = Budget {
            iterations: (share * n_left as f64) as u64,
            deadline: self.budget.deadline_within(share * self.seconds_left()),
            ..*self.budget
        };
        let best = self.volume.best.clone();
        let prices = Dual { rows: best.rows, supplies: best.supplies, ..Dual::default() };
        let params = Params { prices: Some(prices), ..self.params.clone() };
        let problem = self.prepared.problem.clone().with_rows_split();
        let found = solve(&problem, None, &params, &budget, self.rng.random(), &Silent);
        self.iteration += found.n_iterations;
        if let Some(split) = found.solution {
            self.raise_bound_to(found.lower_bound.min(self.ceiling()));
            self.offer_open(&self.prepared.with_all_plants(&split.open));
            self.fix();
        }
    }
}
