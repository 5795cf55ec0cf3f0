//! The entrance: dual climb, candidates, local search, branch and bound, until the gap closes or the budget ends; or
//! one of these alone.

use super::covering::count_check;
use super::exact::Tree;
use super::feasibility::{Infeasible, flow_check, quick_check};
use super::flows::best_flows;
use super::greedy::TURNING;
use super::prepared::Prepared;
use super::problem::Problem;
use super::solution::Solution;
use super::state::{LARGE, State};
use crate::search::{Budget, Method, Observer};
use crate::units::Cost;

/// Tuning of the siting search.
#[derive(Clone, Debug)]
pub struct Params {
    /// Which of [`METHODS`] runs.
    pub method: Method,
    /// Most dual iterations of the first climb.
    pub climb: u64,
    /// Moves tried per round of local search when flows must be computed for each.
    pub tries: usize,
    /// Dual iterations per node of branch and bound.
    pub node_iterations: u64,
    /// A solution of at most this cost, or a proof that there is none, ends the search: the lower bound rises just above
    /// it at most. `None` asks for the best.
    pub enough: Option<Cost>,
    /// Prices to start the dual search from, such as those of a similar problem with the same rows and supplies.
    pub prices: Option<Dual>,
}

impl Default for Params {
    /// Tuned on the OR-Library sets and on generated problems of up to 1000 sites.
    fn default() -> Self {
        Self { method: Method::Default, climb: 1500, tries: 60, node_iterations: 60, enough: None, prices: None }
    }
}

/// What [`solve()`] can run.
pub const METHODS: &[Method] = &[
    Method::Default,
    Method::GreedyAdd,
    Method::GreedyDrop,
    Method::DualAscent,
    Method::Lagrangian,
    Method::LocalSearch,
    Method::Exact,
    Method::Kernel,
];

/// Relative gap above which local search gets more time than branch and bound where capacities bind.
pub(super) const WIDE: f64 = 0.004;

/// Share of the time for the first climb where an iteration takes long.
const FIRST_CLIMB: f64 = 0.35;

/// Share of what is left of the budget for the problem with rows split.
const SPLIT: f64 = 0.2;

/// Capacity, over what is needed, of the sites that a greedy drop starts from: with 1.5 to 5 and with all plans are much the same.
const PLENTY: f64 = 3.0;

/// Share of what is left of the budget for it.
const DROPPING: f64 = 0.15;

/// What a solve hands back.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The best solution found, if any.
    pub solution: Option<Solution>,
    /// No solution costs less.
    pub lower_bound: Cost,
    /// Whether the solution is proven optimal (up to a relative 1e-9, and the rounding of its flows).
    pub proven: bool,
    /// Why no solution exists, when that is proven. Without a solution and without a reason, none was found.
    pub infeasible: Option<Infeasible>,
    /// The prices that gave the bound at the root of the search.
    pub dual: Dual,
    /// What no solution can cost less than in which a site is closed that is open in the relaxation, or the other way
    /// round; by site. Empty without a search.
    pub turned: Vec<Turned>,
    /// Iterations used.
    pub n_iterations: u64,
}

/// What the relaxation says of one site.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Turned {
    /// No solution costs less with it open.
    pub open: Cost,
    /// No solution costs less with it closed.
    pub closed: Cost,
}

/// Prices of the relaxed limits, in millionths: what each costs at the margin.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Dual {
    /// Of serving a whole demand row.
    pub rows: Vec<f64>,
    /// Of a unit of each supply.
    pub supplies: Vec<f64>,
    /// Of a unit of the open sites' total capacity.
    pub capacity: f64,
    /// Of a unit from all plants together.
    pub plants: f64,
    /// Of a millionth of the funds.
    pub funds: f64,
}

impl Outcome {
    fn infeasible(reason: Infeasible) -> Self {
        let (lower_bound, dual) = (Cost::HUGE, Dual::default());
        Self {
            solution: None,
            lower_bound,
            proven: true,
            infeasible: Some(reason),
            dual,
            turned: Vec::new(),
            n_iterations: 0,
        }
    }

    /// (incumbent − bound) / incumbent, zero when proven, one without a solution.
    #[must_use]
    pub fn gap(&self) -> f64 {
        match &self.solution {
            Some(solution) => super::state::gap(solution.cost, self.lower_bound),
            None => 1.0,
        }
    }
}

/// Chooses open sites and flows of least cost, starting from `start` if given, and proves a lower bound.
///
/// An iteration of the budget is one dual iteration or one evaluated move. The outcome depends only on the problem,
/// the start, the parameters, the seed and the iterations, unless a deadline or a cancel cuts it short.
///
/// ```
/// use hubroute::search::{Budget, Silent};
/// use hubroute::siting::{Params, Shape, generate, solve};
/// use std::{sync::atomic::AtomicBool, time::Instant};
///
/// let problem = generate(&Shape { median: 3, ..Shape::plain(20, 50) }, 1);
/// let cancel = AtomicBool::new(false);
/// let budget = Budget { iterations: 5000, started: Instant::now(), deadline: None, gap: 0.0, cancel: &cancel };
/// let outcome = solve(&problem, None, &Params::default(), &budget, 1, &Silent);
/// assert!(outcome.proven);
/// ```
#[must_use]
pub fn solve(
    problem: &Problem,
    start: Option<&Solution>,
    params: &Params,
    budget: &Budget,
    seed: u64,
    observer: &dyn Observer,
) -> Outcome {
    assert!(METHODS.contains(&params.method), "{:?} is no method of siting", params.method);
    if let Some(reason) = quick_check(problem) {
        return Outcome::infeasible(reason);
    }
    let prepared = Prepared::new(problem, budget);
    let mut state = State::new(&prepared, params, budget, seed, observer);
    if let Some(start) = start {
        state.offer_open(&prepared.with_all_plants(&start.open));
        // With prices from the same plan, what has changed since is best mended first.
        if params.prices.is_some() && params.method == Method::Default {
            state.enter("local search");
            state.local_search();
        }
    }
    state.begin();
    // A question with an answer that is enough comes from such a check itself; where services are left out it proves nothing.
    let is_cut = problem.customers().iter().any(|customer| customer.rest.is_finite());
    let by_count = || if params.enough.is_none() && !is_cut { count_check(problem, budget, seed) } else { None };
    if state.incumbent.is_none()
        && !budget.out_of_time()
        && let Some(reason) = flow_check(problem, budget).or_else(by_count)
    {
        return Outcome::infeasible(reason);
    }
    if state.finished() {
        return state.outcome();
    }
    match params.method {
        Method::Default => state.close_in(),
        Method::LocalSearch | Method::Exact => {}
        Method::Kernel => {
            state.search_kernels();
            return state.outcome();
        }
        _ => return state.outcome(),
    }
    state.enter(if params.method == Method::LocalSearch { "local search" } else { "branch and bound" });
    let mut tree = Tree::new(&state);
    let mut emptied = false;
    while !state.finished() {
        let (n_nodes, n_moves) = state.shares();
        if n_nodes > 0 && !emptied {
            emptied = tree.explore(&mut state, n_nodes);
        }
        if emptied && state.incumbent.is_none() && tree.proves_infeasible() {
            return Outcome::infeasible(Infeasible::EverySet);
        }
        if emptied && (n_moves == 0 || state.exhausted || state.fixed.iter().all(Option::is_some)) {
            break;
        }
        state.perturb_for(n_moves);
    }
    state.outcome()
}

impl State<'_> {
    /// What a method does first: most have a solution and a bound after it.
    fn begin(&mut self) {
        let is_default = self.params.method == Method::Default;
        match self.params.method {
            Method::GreedyAdd | Method::LocalSearch => self.add_greedily(),
            Method::GreedyDrop => self.drop_greedily(f64::INFINITY, TURNING),
            Method::DualAscent => self.candidates(),
            _ => {
                if self.prepared.nearest_is_optimal() && self.prepared.row.len() > LARGE && is_default {
                    self.add_greedily();
                    self.local_search();
                    self.price_by_incumbent();
                }
                self.enter("dual climb");
                // Where an iteration takes long, the first solutions do not wait for the last digits of the bound.
                let is_short = self.spreads() && is_default;
                let climb = self.params.climb;
                let (most, share) = if is_short { (climb / 4, FIRST_CLIMB) } else { (climb, 1.0) };
                self.climb(most, share);
            }
        }
    }

    /// From the first climb on, until branching and local search take turns.
    fn close_in(&mut self) {
        if self.prepared.whole_rows {
            self.enter("split rows");
            self.learn_from_split(SPLIT);
        }
        if self.network.is_some() || self.chain.is_some() || self.spreads() {
            let used = self.budget.progress(self.iteration);
            self.drop_greedily(PLENTY, used + DROPPING * (1.0 - used));
        }
        self.enter("local search");
        self.local_search();
        if self.spreads() && !self.finished() {
            self.enter("dual climb");
            self.climb(self.params.climb, 1.0);
            self.enter("local search");
            self.local_search();
        }
    }

    /// Dual iterations of branch and bound, and moves of local search after them, in each turn.
    fn shares(&self) -> (u64, u64) {
        let climb = self.params.climb;
        match self.params.method {
            Method::LocalSearch => return (0, climb),
            Method::Exact => return (climb, 0),
            _ => {}
        }
        // A wide gap is narrowed from above first; only a small one can be closed by branching. Over assignments both
        // help each other.
        match (self.assignment.is_some(), self.wide()) {
            (true, _) => (climb, climb),
            // Where flows follow each change, a move takes as long as some ten dual iterations, and more in large problems.
            (false, true) if self.network.is_some() => (2 * climb, climb / 10),
            (false, false) if self.network.is_some() => (4 * climb, climb / 32),
            // Where an iteration takes long, branching goes on slowly.
            (false, true) if self.spreads() => (climb / 10, climb),
            (false, true) => (climb / 4, climb),
            // A move of a local flow takes a small part of a dual iteration.
            (false, false) if self.spreads() => (climb / 5, 2 * climb),
            (false, false) => (2 * climb, climb / 8),
        }
    }
}

/// The best flows found for given open sites: exact, up to rounding, for one commodity without rows to pack. `None`
/// when none were found within the budget. What the open sites cost counts; whether they may be open does not.
#[must_use]
pub fn flows(problem: &Problem, open: &[bool], budget: &Budget) -> Option<Solution> {
    assert_eq!(open.len(), problem.sites().len());
    let prepared = Prepared::new(problem, budget);
    best_flows(&prepared, &prepared.with_all_plants(open))
}
