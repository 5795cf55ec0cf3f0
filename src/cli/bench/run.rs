//! One run: an instance solved by a method from a seed, and how its incumbent came down.

use super::super::Failure;
use super::super::args::BenchArgs;
use super::super::files::file_name;
use super::super::solve::failure;
use super::instances::Instance;
use crate::io::report::numbers;
use crate::model::Problem;
use crate::model::plan::Status;
use crate::planning::{Options, plan, seconds};
use crate::search::{Event, Method, Observer};
use std::collections::BTreeMap;
use std::sync::atomic::AtomicBool;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

/// What a run came to.
pub(super) struct Run {
    pub(super) family: String,
    pub(super) instance: String,
    pub(super) method: Method,
    pub(super) size: usize,
    pub(super) seed: u64,
    pub(super) seconds: f64,
    pub(super) total: f64,
    pub(super) best_known: Option<f64>,
    /// The best known value, else the best of all runs on the instance; none before [`set_references`].
    pub(super) reference: Option<f64>,
    pub(super) lower_bound: Option<f64>,
    pub(super) proven: bool,
    /// Whether everything mandatory is served; otherwise its total cannot be compared.
    pub(super) complete: bool,
    pub(super) unserved: u32,
    /// Seconds and total of each incumbent that serves everything mandatory, the last one being the plan.
    pub(super) incumbents: Vec<(f64, f64)>,
}

impl Run {
    /// The gap to the reference, as a share.
    pub(super) fn gap(&self) -> Option<f64> {
        self.reference.filter(|_| self.complete).and_then(|reference| gap(self.total, reference))
    }

    /// The proven gap, as a share; none of it is left of what rounding may leave to a proven optimum.
    pub(super) fn proven_gap(&self) -> Option<f64> {
        let open = self.total > 0.0 && !self.proven;
        self.lower_bound.map(|bound| if open { ((self.total - bound) / self.total).max(0.0) } else { 0.0 })
    }

    /// Seconds and gap to the reference of each incumbent.
    pub(super) fn gaps(&self) -> impl Iterator<Item = (f64, f64)> + '_ {
        let reference = self.reference.filter(|_| self.complete);
        let gap = move |&(time, total): &(f64, f64)| Some((time, gap(total, reference?)?));
        self.incumbents.iter().filter_map(gap)
    }

    /// Seconds until the gap to the reference was at most `target`.
    pub(super) fn time_to(&self, target: f64) -> Option<f64> {
        self.gaps().find(|&(_, gap)| gap <= target + 1e-12).map(|(time, _)| time)
    }

    /// A line to print as soon as the run is over.
    pub(super) fn line(&self) -> String {
        let percent = |share: Option<f64>| {
            share.map_or_else(|| "-".to_owned(), |share| format!("{:.3} %", numbers::gap_percent(share, 3)))
        };
        let to_best_known = self.best_known.filter(|_| self.complete).and_then(|value| gap(self.total, value));
        format!(
            "{:<24} {:<10} n {:>6}  seed {}  {:>7.2} s  total {:>16.3}  to best known {:>9}  proven gap {:>9}{}",
            self.instance,
            self.method.name(),
            self.size,
            self.seed,
            self.seconds,
            self.total,
            percent(to_best_known),
            percent(self.proven_gap()),
            if self.unserved > 0 { format!("  unserved {}", self.unserved) } else { String::new() }
        )
    }
}

/// How far `total` is above `reference`, as a share; `None` where a share of the reference says nothing.
fn gap(total: f64, reference: f64) -> Option<f64> {
    (reference > 0.0).then(|| (total - reference) / reference)
}

/// Solves `instance` once.
pub(super) fn solve(
    args: &BenchArgs,
    instance: &Instance,
    problem: &Problem,
    method: Method,
    seed: u64,
) -> Result<Run, Failure> {
    let trace = Trace { started: Instant::now(), seen: Mutex::default() };
    let options = Options {
        started: trace.started,
        time: Some(seconds(args.time)),
        gap: 0.0,
        iterations: None,
        seed,
        threads: args.threads as usize,
        warm_start: None,
        certificate: false,
        prices: false,
        alternatives: 0,
        sweep: None,
        cost_shares: false,
        method,
        cancel: &AtomicBool::new(false),
    };
    let plan = plan(problem, &options, &trace).map_err(failure)?;
    let seconds = trace.started.elapsed().as_secs_f64();
    let complete = plan.status != Status::Infeasible;
    let mut incumbents = trace.incumbents();
    if complete {
        incumbents.push((seconds, plan.summary.total));
    }
    let scenario = &problem.scenario;
    Ok(Run {
        family: instance.family.clone(),
        instance: file_name(&instance.file),
        method,
        size: scenario.orders.len() + scenario.shipments.len() + scenario.demands.len(),
        seed,
        seconds,
        total: plan.summary.total,
        best_known: instance.best_known,
        reference: None,
        lower_bound: plan.lower_bound,
        proven: plan.status == Status::Optimal,
        complete,
        unserved: plan.summary.unserved,
        incumbents,
    })
}

/// Gives every run the value to compare it with.
pub(super) fn set_references(runs: &mut [Run]) {
    let mut found: BTreeMap<(String, String), f64> = BTreeMap::new();
    let key = |run: &Run| (run.family.clone(), run.instance.clone());
    for run in runs.iter().filter(|run| run.complete) {
        let least = found.entry(key(run)).or_insert(run.total);
        *least = least.min(run.total);
    }
    for run in runs {
        run.reference = run.best_known.or(found.get(&key(run)).copied());
    }
}

/// Notes when better incumbents come.
struct Trace {
    started: Instant,
    seen: Mutex<Vec<Incumbent>>,
}

struct Incumbent {
    seconds: f64,
    unserved: usize,
    total: f64,
}

impl Trace {
    /// Seconds and total of each incumbent that serves everything mandatory.
    fn incumbents(self) -> Vec<(f64, f64)> {
        let seen = self.seen.into_inner().unwrap_or_else(PoisonError::into_inner);
        seen.iter().filter(|it| it.unserved == 0).map(|it| (it.seconds, it.total)).collect()
    }
}

impl Observer for Trace {
    fn on(&self, event: Event) {
        let Event::Incumbent { cost, unserved } = event else { return };
        let found = Incumbent { seconds: self.started.elapsed().as_secs_f64(), unserved, total: cost.as_currency() };
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let better =
            |last: &Incumbent| unserved < last.unserved || unserved == last.unserved && found.total < last.total;
        if seen.last().is_none_or(better) {
            seen.push(found);
        }
    }
}
