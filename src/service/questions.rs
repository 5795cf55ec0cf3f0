//! What is asked beside the plan: the command line's `--certificate`, `--prices`, `--alternatives` and `--sweep-sites`, as
//! parameters of a request.

use super::problem::{Problem, ProblemKind};
use crate::model;
use crate::planning::{self, Options, site_range};
use serde::{Deserialize, Serialize};
use std::sync::atomic::AtomicBool;

/// Most alternatives that can be asked for.
const MOST_ALTERNATIVES: u32 = 100;

/// What is asked beside the plan.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Questions {
    /// Whether the plan shows the prices that prove its bound.
    pub certificate: bool,
    /// Whether the plan tells what the opposite decision about each site would cost.
    pub prices: bool,
    /// How many of the best plans with other sites are told.
    pub alternatives: u32,
    /// Fewest and most sites for which the least total is told.
    pub sweep: Option<[u32; 2]>,
}

impl Questions {
    /// The sweep of a parameter such as `3..12`, and the number of alternatives within its limits.
    pub(super) fn read(mut self, sweep: Option<&str>) -> Result<Self, Problem> {
        let wrong = |detail: &str| Problem::new(ProblemKind::BadRequest, detail);
        if self.alternatives > MOST_ALTERNATIVES {
            return Err(wrong(&format!("alternatives is {}, at most {MOST_ALTERNATIVES} are told", self.alternatives)));
        }
        self.sweep = sweep.map(site_range).transpose().map_err(|error| wrong(&error))?;
        Ok(self)
    }

    /// Refuses what has no answer for this problem.
    pub(super) fn fit(&self, problem: &model::Problem) -> Result<(), Problem> {
        let cancel = AtomicBool::new(false);
        let options = self.asked(Options::of_iterations(0, &cancel));
        let refused = |error: planning::PlanError| Problem::new(ProblemKind::InvalidDocument, &error.to_string());
        planning::questions(problem, &options).map_err(refused)
    }

    /// Options with these questions.
    #[must_use]
    pub fn asked<'a>(&self, options: Options<'a>) -> Options<'a> {
        Options {
            certificate: self.certificate,
            prices: self.prices,
            alternatives: self.alternatives as usize,
            sweep: self.sweep,
            ..options
        }
    }
}
