//! The solver's side: one scenario solved in a process of its own.
//!
//! Whatever happens here, a stack overflow, an abort, an allocation beyond the limit, an endless loop, costs one attempt
//! and nothing else. The process is nice, may only have so much memory, and ends with its parent.

use super::frames::{self, FromSolver, NoPlan, Start, ToSolver};
use super::state::{Progress, Worth};
use crate::io::json::plan_to_json;
use crate::model::scenario::Objective;
use crate::model::{Plan, Problem, parse_plan, parse_scenario, validate};
use crate::planning::{self, Options, PlanError, incumbent, plan, rank, seconds};
use crate::search::{Event, Found, Method, Observer, in_pool};
use rustix::process::{Resource, Rlimit, Signal};
use std::io::{self, Stdout};
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// First word of a solver process's command line; the second is its memory in bytes.
pub const SOLVER: &str = "solve-one";
/// How often progress is told, at most.
const TELL_EVERY: Duration = Duration::from_millis(200);
/// How often a plan on the way is handed over, at most; longer where making it takes longer.
const HAND_OVER_EVERY: Duration = Duration::from_millis(500);
/// Making plans on the way takes at most this share of the search.
const HAND_OVER_SHARE: u32 = 20;

/// Solves the scenario that comes on standard input and tells about it on standard output. At most `memory` bytes of
/// address space.
pub fn solve_one(memory: u64) -> ExitCode {
    let started = Instant::now();
    // None of these is worth failing for: the worker's own limits come after them.
    let _ = rustix::process::set_parent_process_death_signal(Some(Signal::KILL));
    let _ = rustix::process::nice(10);
    let limit = Rlimit { current: Some(memory), maximum: Some(memory) };
    let _ = rustix::process::setrlimit(Resource::As, limit);
    let _ = rustix::process::setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) });
    let mut input = io::stdin().lock();
    let Ok(Some(ToSolver::Start(start))) = frames::read(&mut input) else { return ExitCode::from(2) };
    drop(input);
    let cancel = Arc::new(AtomicBool::new(false));
    listen(&cancel);
    match in_pool(start.threads, || answer(&start, started, &cancel)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

/// Waits for the word to stop; without a parent there is nobody to solve for.
fn listen(cancel: &Arc<AtomicBool>) {
    let cancel = Arc::clone(cancel);
    std::thread::spawn(move || {
        loop {
            match frames::read(&mut io::stdin().lock()) {
                Ok(Some(ToSolver::Stop)) => cancel.store(true, Ordering::Relaxed),
                Ok(Some(ToSolver::Start(_)) | None) | Err(_) => std::process::exit(3),
            }
        }
    });
}

fn answer(start: &Start, started: Instant, cancel: &AtomicBool) -> io::Result<()> {
    let refused =
        |what: &str| NoPlan { code: "invalid_scenario".to_owned(), detail: what.to_owned(), reasons: Vec::new() };
    let problem = match parse_scenario(&start.scenario).and_then(validate) {
        Ok(problem) => problem,
        Err(_) => return tell(&FromSolver::NoPlan(refused("the scenario is no longer valid for this version"))),
    };
    let warm_start = start.warm_start.as_deref().and_then(|text| parse_plan(text).ok());
    let limits = &problem.scenario.limits;
    let options = Options {
        started,
        time: start.time.map(seconds),
        gap: limits.gap.unwrap_or(0.0),
        iterations: limits.iterations,
        seed: limits.seed.unwrap_or(1),
        threads: start.threads,
        warm_start: warm_start.as_ref(),
        method: Method::Default,
        certificate: false,
        prices: false,
        alternatives: 0,
        sweep: None,
        cost_shares: false,
        cancel,
    };
    let options = start.questions.asked(options);
    let teller = Teller::new(&problem, options.seed);
    let outcome = plan(&problem, &options, &teller);
    teller.tell();
    tell(&match outcome {
        Ok(plan) => FromSolver::Plan {
            worth: worth(&problem, &plan),
            bound: plan.lower_bound,
            status: status_name(&plan),
            plan: plan_to_json(&plan),
        },
        Err(error) => FromSolver::NoPlan(no_plan(&error)),
    })
}

/// A plan's status as its document has it.
pub(super) fn status_name(plan: &Plan) -> String {
    serde_json::to_value(plan.status).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

/// What a plan is worth.
pub(super) fn worth(problem: &Problem, plan: &Plan) -> Worth {
    let (unserved, vehicles, _) = rank(&problem.scenario, plan);
    Worth { unserved: unserved as i64, vehicles: i64::from(vehicles), cost: plan.summary.total }
}

fn no_plan(error: &PlanError) -> NoPlan {
    let (code, reasons) = match error {
        PlanError::Infeasible(reasons) => ("infeasible", reasons.as_slice()),
        PlanError::NothingFound { .. } => ("nothing_found", [].as_slice()),
        PlanError::Method { .. } | PlanError::Question(_) | PlanError::TooLarge(_) => ("too_large", [].as_slice()),
        PlanError::Refused(_) => ("internal", [].as_slice()),
    };
    let reasons = reasons.iter().map(|it| [it.code.clone(), it.message.clone(), it.hint.clone()]).collect();
    NoPlan { code: code.to_owned(), detail: error.to_string(), reasons }
}

fn tell(message: &FromSolver) -> io::Result<()> {
    frames::write(&mut io::stdout().lock(), message)
}

/// Tells the worker what the search finds.
struct Teller<'p> {
    problem: &'p Problem,
    seed: u64,
    /// Where vehicles come first, the costs on the way cannot be compared; those of plans can.
    by_plans: bool,
    seen: Mutex<Seen>,
}

struct Seen {
    progress: Progress,
    told: Instant,
    /// Whether something was found since.
    news: bool,
    next_plan: Instant,
    output: Stdout,
}

impl<'p> Teller<'p> {
    fn new(problem: &'p Problem, seed: u64) -> Self {
        let now = Instant::now();
        let long_ago = now.checked_sub(TELL_EVERY).unwrap_or(now);
        let seen = Seen {
            progress: Progress::default(),
            told: long_ago,
            news: false,
            next_plan: now + TELL_EVERY,
            output: io::stdout(),
        };
        let by_plans = problem.scenario.objective == Objective::MinVehicles;
        Self { problem, seed, by_plans, seen: Mutex::new(seen) }
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells what is known now.
    fn tell(&self) {
        self.seen().tell();
    }
}

impl Seen {
    fn tell(&mut self) {
        self.told = Instant::now();
        self.news = false;
        let message = FromSolver::Progress(self.progress.clone());
        // A worker that is gone ends this process by itself.
        let _ = frames::write(&mut self.output, &message);
    }

    fn better(&mut self, worth: Worth) {
        if self.progress.best.is_none_or(|known| worth < known) {
            self.progress.best = Some(worth);
        }
    }
}

impl Observer for Teller<'_> {
    fn on(&self, event: Event) {
        let mut seen = self.seen();
        let mut new_phase = false;
        seen.news = true;
        match event {
            Event::Phase(phase) => {
                phase.clone_into(&mut seen.progress.phase);
                new_phase = true;
            }
            Event::Incumbent { .. } if self.by_plans => {}
            Event::Incumbent { cost, unserved } => {
                seen.better(Worth { unserved: unserved as i64, vehicles: 0, cost: cost.as_currency() });
            }
            Event::LowerBound(bound) => {
                let bound = bound.as_currency();
                seen.progress.bound = Some(seen.progress.bound.map_or(bound, |known| known.max(bound)));
            }
        }
        if new_phase || seen.told.elapsed() >= TELL_EVERY {
            seen.tell();
        }
    }

    fn wants(&self) -> bool {
        let mut seen = self.seen();
        if seen.news && seen.told.elapsed() >= TELL_EVERY {
            seen.tell();
        }
        Instant::now() >= seen.next_plan
    }

    fn take(&self, found: Found) {
        let started = Instant::now();
        let Some(plan) = incumbent(self.problem, found, self.seed) else { return };
        let worth = worth(self.problem, &plan);
        let message = FromSolver::Incumbent { worth, plan: plan_to_json(&plan) };
        let mut seen = self.seen();
        seen.better(worth);
        let _ = frames::write(&mut seen.output, &message);
        let pause = (started.elapsed() * HAND_OVER_SHARE).max(HAND_OVER_EVERY);
        seen.next_plan = Instant::now() + pause;
    }
}

/// The time limit of a scenario, in seconds, as the service runs it.
#[must_use]
pub fn time_limit(problem: &Problem) -> Option<f64> {
    let limits = &problem.scenario.limits;
    limits.time.or(planning::default_time(problem.scenario.kind, limits.iterations))
}
