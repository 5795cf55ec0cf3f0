//! `serve`, `worker`, `token`, and the solver process of both: the service from the command line.

use super::args::{ServeArgs, SolverArgs, TokenAction, TokenArgs, WorkerArgs};
use super::{Failure, say};
use crate::service::jobs::child::SOLVER;
use crate::service::{Limits, ServeError, Settings, serve, with_store, work};
use std::path::PathBuf;

pub(super) fn run(args: &ServeArgs) -> Result<(), Failure> {
    let settings = settings(&args.store, &args.solver, Some(args.listen), args.solver.solvers)?;
    log(args.solver.log_json);
    serve(settings, |address| say(&format!("Open http://{address}/ in a browser. Ctrl-C stops."))).map_err(failure)
}

pub(super) fn run_worker(args: &WorkerArgs) -> Result<(), Failure> {
    if args.store.starts_with("sqlite:") {
        let text = "workers share a PostgreSQL store; with SQLite `serve` does the solving itself";
        return Err(Failure::Usage(text.to_owned()));
    }
    let settings = settings(&args.store, &args.solver, None, args.solver.solvers)?;
    log(args.solver.log_json);
    work(settings).map_err(failure)
}

pub(super) fn run_token(args: &TokenArgs) -> Result<(), Failure> {
    match &args.action {
        TokenAction::Add { tenant, scope, days } => {
            let token = with_store(&args.store, async |store| store.add_token(tenant, *scope, *days).await);
            say(&token.map_err(failure)?);
        }
        TokenAction::List => {
            for token in with_store(&args.store, async |store| store.tokens().await).map_err(failure)? {
                let expired = if token.expired { "  expired" } else { "" };
                say(&format!("{}  {}  {}{expired}", token.id, token.tenant, token.scope));
            }
        }
        TokenAction::Revoke { id } => {
            let found = with_store(&args.store, async |store| store.revoke_token(id).await).map_err(failure)?;
            if !found {
                return Err(Failure::Usage(format!("no token has the id `{id}`")));
            }
        }
        TokenAction::Weight { tenant, weight } => {
            if !(1e-3..=1e3).contains(weight) {
                return Err(Failure::Usage(format!("a weight is from 0.001 to 1000, found {weight}")));
            }
            with_store(&args.store, async |store| store.weigh(tenant, *weight).await).map_err(failure)?;
        }
    }
    Ok(())
}

/// Bytes of memory for the solver process that this one is, where a service started it. A service starts one for each
/// job, so its two words are read without the parser of everything else.
pub(super) fn solver_memory() -> Option<u64> {
    let mut words = std::env::args_os().skip(1);
    (words.next()? == SOLVER).then(|| words.next()?.to_str()?.parse().ok())?
}

fn settings(
    store: &str,
    args: &SolverArgs,
    listen: Option<std::net::SocketAddr>,
    solvers: Option<usize>,
) -> Result<Settings, Failure> {
    let mut limits = Limits::default();
    for setting in &args.limits {
        limits.set(setting).map_err(Failure::Usage)?;
    }
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let solvers = solvers.unwrap_or_else(|| cores.clamp(1, 4));
    let threads = args.threads.unwrap_or_else(|| (cores / solvers.max(1)).max(1));
    let program = std::env::current_exe().unwrap_or_else(|_| PathBuf::from("hubroute"));
    let listen = listen.unwrap_or_else(|| ([127, 0, 0, 1], 0).into());
    Ok(Settings { listen, store: store.to_owned(), solvers, threads, program, limits })
}

fn log(json: bool) {
    let subscriber = tracing_subscriber::fmt().with_writer(std::io::stderr).with_target(false).with_ansi(false);
    if json { subscriber.json().init() } else { subscriber.init() }
}

fn failure(error: ServeError) -> Failure {
    match error {
        ServeError::Store(_) | ServeError::Listen { .. } | ServeError::Open(_) => Failure::Usage(error.to_string()),
        ServeError::Runtime(_) => Failure::Internal(error.to_string()),
    }
}
