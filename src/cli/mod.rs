//! The commands: files in, files and words out. The only floor that opens files, reads the environment, and prints.

mod args;
mod bench;
mod check;
mod compare;
mod convert;
mod files;
mod generate;
mod insert;
mod progress;
mod question;
mod serve;
mod solve;
mod tables;
mod what_if;

use crate::io::json;
use crate::service::jobs::child::solve_one;
use args::Command;
use clap::Parser as _;
use std::io::Write as _;
use std::process::ExitCode;

/// How a command can fail, by exit code.
#[derive(Debug, thiserror::Error)]
enum Failure {
    /// A bug here.
    #[error("{0}")]
    Internal(String),
    /// A file that cannot be read or written, or options that do not go together.
    #[error("{0}")]
    Usage(String),
    /// The scenario or the plan is wrong.
    #[error("{0}")]
    Invalid(String),
    /// No plan can keep all limits, or not everything mandatory could be served.
    #[error("{0}")]
    Infeasible(String),
    /// Stopped before there was any plan.
    #[error("{0}")]
    Nothing(String),
}

impl Failure {
    fn code(&self) -> u8 {
        match self {
            Self::Internal(_) => 1,
            Self::Usage(_) => 2,
            Self::Invalid(_) => 3,
            Self::Infeasible(_) => 4,
            Self::Nothing(_) => 5,
        }
    }
}

/// Runs the command line and returns the process's exit code: 0 solved, 1 internal, 2 usage, 3 invalid input,
/// 4 infeasible, 5 stopped before any plan.
#[must_use]
pub fn run() -> ExitCode {
    let started = std::time::Instant::now();
    if let Some(memory) = serve::solver_memory() {
        return solve_one(memory);
    }
    let outcome = match args::Cli::parse().command {
        Command::Solve(args) => solve::run(&args, started),
        Command::Check(args) => check::run(&args),
        Command::Insert(args) => insert::run(&args),
        Command::Compare(args) => compare::run(&args),
        Command::Convert(args) => convert::run(&args),
        Command::Generate(args) => generate::run(&args),
        Command::Bench(args) => bench::run(&args),
        Command::Serve(args) => serve::run(&args),
        Command::Worker(args) => serve::run_worker(&args),
        Command::Token(args) => serve::run_token(&args),
        Command::Schema(args) => files::write_text(std::path::Path::new("-"), &schema(args.document)),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("{failure}");
            ExitCode::from(failure.code())
        }
    }
}

/// The JSON Schema of a document.
fn schema(document: args::Document) -> String {
    let schema = match document {
        args::Document::Scenario => json::scenario_schema(),
        args::Document::Plan => json::plan_schema(),
        args::Document::NewOrder => json::new_order_schema(),
        args::Document::Advice => json::advice_schema(),
    };
    format!("{schema:#}")
}

/// Prints a line to standard output; a reader that has gone away is no reason to fail.
fn say(text: &str) {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{text}");
}
