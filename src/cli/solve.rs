//! `solve`: scenario in, plan and reports out.

use super::args::SolveArgs;
use super::files::{Input, input_from, read_input, read_plan, validated, write_folder, write_text};
use super::progress::Progress;
use super::question::changed;
use super::{Failure, say, tables, what_if};
use crate::io::formats::{sol, vroom};
use crate::io::report::{Language, numbers};
use crate::io::{csv, geojson, json, report};
use crate::model::plan::{Plan, Status};
use crate::model::{Problem, Scenario};
use crate::planning::{Options, PlanError, default_time, plan, seconds};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

/// The scenario that `solve` takes when none is named.
const EXAMPLE: &str = include_str!("../../datasets/shanxi/shanxi.json");

/// The gap that is good enough for it, far below what its data are worth.
const EXAMPLE_GAP: f64 = 0.001;

pub(super) fn run(args: &SolveArgs, started: Instant) -> Result<(), Failure> {
    let cancel = cancel_on_interrupt()?;
    let (path, Input { scenario, vroom }) = match &args.scenario {
        Some(path) => (path.clone(), read_input(path)?),
        None => {
            let path = PathBuf::from("shanxi.json");
            let input = input_from(&path, EXAMPLE)?;
            (path, input)
        }
    };
    if vroom.is_none() && args.output.as_deref().is_some_and(is_vroom) {
        return Err(Failure::Usage(NOT_VROOM.to_owned()));
    }
    let warm_start = args.warm_start.as_deref().map(read_plan).transpose()?;
    let problem = validated(&path, changed(scenario, &args.question))?;
    let options = options(args, &problem.scenario, started, warm_start.as_ref(), &cancel);
    let by_default_gap = args.scenario.is_none() && args.gap.is_none();
    let counts_costs = !problem.scenario.objective.is_covering();
    let progress = Progress::new(args.quiet, if counts_costs { &problem.scenario.currency } else { "" });
    let plan = plan(&problem, &options, &progress).map_err(failure)?;
    drop(progress);
    let elapsed = started.elapsed().as_secs_f64();
    write_outputs(args, &problem, vroom.as_ref(), &plan)?;
    let to_stdout = args.output.as_deref().is_some_and(|output| output.as_os_str() == "-");
    if !args.quiet && !to_stdout {
        say(&report::words::answer(&problem.scenario, &plan, Language::English));
        say(&tables::of_plan(&problem.scenario, &plan));
        what_if::tables_of(&plan).iter().for_each(|table| say(table));
        say(&format!("Solved in {elapsed:.1} s with seed {}.", plan.seed));
        if by_default_gap && plan.status == Status::Feasible {
            let gap = numbers::gap(options.gap);
            say(&format!("The example stops once the gap is at most {gap}; `--gap 0` goes on."));
        }
    }
    if plan.status == Status::Infeasible {
        return Err(Failure::Infeasible(not_served(&plan)));
    }
    Ok(())
}

/// Who is not served, the first of them with their reasons.
fn not_served(plan: &Plan) -> String {
    const SHOWN: usize = 5;
    let mut text = format!("{} mandatory or optional orders are not served", plan.unserved.len());
    for unserved in plan.unserved.iter().take(SHOWN) {
        for reason in &unserved.reasons {
            text.push_str(&format!("\n  {}: {} [{}]\n      {}", unserved.id, reason.message, reason.code, reason.hint));
        }
    }
    if plan.unserved.len() > SHOWN {
        text.push_str("\n  the others: see `unserved` in the plan");
    }
    text
}

/// A flag that the first Ctrl-C raises; the second ends the process.
fn cancel_on_interrupt() -> Result<Arc<AtomicBool>, Failure> {
    let cancel = Arc::new(AtomicBool::new(false));
    let raised = Arc::clone(&cancel);
    ctrlc::set_handler(move || {
        if raised.swap(true, Ordering::Relaxed) {
            std::process::exit(130);
        }
    })
    .map_err(|error| Failure::Internal(format!("cannot listen for Ctrl-C: {error}")))?;
    Ok(cancel)
}

/// The command line goes before the scenario's limits, and those before the defaults.
fn options<'a>(
    args: &SolveArgs,
    scenario: &Scenario,
    started: Instant,
    warm_start: Option<&'a Plan>,
    cancel: &'a AtomicBool,
) -> Options<'a> {
    let limits = &scenario.limits;
    let iterations = args.iterations.or(limits.iterations);
    let default_time = default_time(scenario.kind, iterations);
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    Options {
        started,
        time: args.time.or(limits.time).or(default_time).map(seconds),
        gap: args.gap.or(limits.gap).unwrap_or(if args.scenario.is_none() { EXAMPLE_GAP } else { 0.0 }),
        iterations,
        seed: args.seed.or(limits.seed).unwrap_or(1),
        threads: args.threads.or(limits.threads).map_or(cores, |threads| threads as usize),
        warm_start,
        certificate: args.certificate,
        prices: args.prices,
        alternatives: args.alternatives.map_or(0, |wanted| wanted as usize),
        sweep: args.sweep_sites,
        cost_shares: args.cost_shares,
        method: args.method,
        cancel,
    }
}

pub(super) fn failure(error: PlanError) -> Failure {
    match error {
        PlanError::Infeasible(ref reasons) => {
            let mut text = "no plan can keep all limits".to_owned();
            for reason in reasons {
                text.push_str(&format!("\n  {} [{}]\n      {}", reason.message, reason.code, reason.hint));
            }
            Failure::Infeasible(text)
        }
        PlanError::NothingFound { .. } => Failure::Nothing(error.to_string()),
        PlanError::Method { .. } | PlanError::Question(_) => Failure::Usage(error.to_string()),
        PlanError::TooLarge(text) => Failure::Invalid(text),
        PlanError::Refused(_) => Failure::Internal(error.to_string()),
    }
}

/// Why an answer cannot take VROOM's form.
const NOT_VROOM: &str = "an answer in VROOM's form (`.vroom.json`) needs a VROOM problem, whose numbers it bears";

/// Whether the answer is to take VROOM's form.
fn is_vroom(output: &Path) -> bool {
    output.to_string_lossy().ends_with(".vroom.json")
}

fn write_outputs(
    args: &SolveArgs,
    problem: &Problem,
    vroom: Option<&vroom::Problem>,
    plan: &Plan,
) -> Result<(), Failure> {
    let scenario = &problem.scenario;
    let example = args.scenario.is_none() && args.output.is_none() && args.report.is_none();
    let output = args.output.as_deref().or(example.then_some(Path::new("shanxi.plan.json")));
    if let Some(output) = output {
        let is_sol = output.extension().is_some_and(|extension| extension == "sol");
        let text = if let Some(problem) = vroom.filter(|_| is_vroom(output)) {
            vroom::write(problem, plan)
                .ok_or_else(|| Failure::Internal("the plan is not for this problem".to_owned()))?
        } else if is_sol {
            sol::write(scenario, plan).map_err(|error| Failure::Usage(error.to_string()))?
        } else {
            json::plan_to_json(plan)
        };
        write_text(output, &text)?;
    }
    let report_file = args.report.as_deref().or(example.then_some(Path::new("shanxi.plan.html")));
    if let Some(file) = report_file {
        write_text(file, &report::html(scenario, plan, args.language))?;
    }
    if example && !args.quiet {
        say("Wrote shanxi.plan.json and shanxi.plan.html (open it in a browser).\n");
    }
    if let Some(file) = &args.geojson {
        let text = geojson::write(scenario, plan).map_err(|error| Failure::Usage(error.to_string()))?;
        write_text(file, &text)?;
    }
    if let Some(folder) = &args.csv {
        write_folder(folder, &csv::plan_tables(scenario, plan))?;
    }
    Ok(())
}
