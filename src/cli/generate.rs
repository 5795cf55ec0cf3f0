//! `generate`: synthetic scenarios by published recipes.

use super::Failure;
use super::args::{GenerateArgs, GenerateKind};
use super::files::write_text;
use crate::io::json;
use crate::model::generate;
use std::path::Path;

pub(super) fn run(args: &GenerateArgs) -> Result<(), Failure> {
    let n_customers = args.customers as usize;
    if args.sites.is_some() && !matches!(args.kind, GenerateKind::Siting | GenerateKind::Network) {
        return Err(Failure::Usage("--sites goes with `generate siting` and `generate network`".to_owned()));
    }
    if args.windows && args.kind != GenerateKind::Routing {
        return Err(Failure::Usage("--windows goes with `generate routing`".to_owned()));
    }
    let scenario = match args.kind {
        GenerateKind::Day => generate::day(n_customers, args.seed),
        GenerateKind::Siting => generate::siting(n_sites(args, 5), n_customers, args.seed),
        GenerateKind::Network => generate::network(n_sites(args, 10), n_customers, args.seed),
        GenerateKind::Routing => generate::routing(
            generate::RoutingParams { n_customers, windows: args.windows, ..Default::default() },
            args.seed,
        ),
    };
    write_text(args.output.as_deref().unwrap_or(Path::new("-")), &json::scenario_to_json(&scenario))
}

/// The sites asked for, or one for so many customers.
fn n_sites(args: &GenerateArgs, customers: u32) -> usize {
    args.sites.unwrap_or((args.customers / customers).max(5)) as usize
}
