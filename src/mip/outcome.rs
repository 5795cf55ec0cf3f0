//! What an engine found, without its types.

use good_lp::ResolutionError;
use good_lp::solvers::SolutionStatus;

/// How a solve ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// The values are optimal, up to the engine's tolerance.
    Optimal,
    /// The values are feasible; a limit ended the search.
    Feasible,
    /// There is no solution, up to the engine's tolerance.
    Infeasible,
    /// The engine gave up, or a limit came before any solution.
    Failed,
}

/// The end of a solve.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// How it ended.
    pub status: Status,
    /// Value of the objective at `values`; infinite without any.
    pub objective: f64,
    /// Value of each column; empty without a solution.
    pub values: Vec<f64>,
}

impl Outcome {
    pub(super) fn found(status: SolutionStatus, objective: f64, values: Vec<f64>) -> Self {
        let status = match status {
            SolutionStatus::Optimal => Status::Optimal,
            SolutionStatus::TimeLimit | SolutionStatus::GapLimit => Status::Feasible,
        };
        Self { status, objective, values }
    }

    pub(super) fn failed(error: &ResolutionError) -> Self {
        let status = match error {
            ResolutionError::Infeasible => Status::Infeasible,
            ResolutionError::Unbounded | ResolutionError::Other(_) | ResolutionError::Str(_) => Status::Failed,
        };
        Self { status, objective: f64::INFINITY, values: Vec::new() }
    }
}
