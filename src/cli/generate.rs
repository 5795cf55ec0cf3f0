//! `generate`: synthetic scenarios by published recipes.

use super::Failure;
use super::args::{GenerateArgs, GenerateKind};
use super::files::write_text;
use crate::io::json;
use crate::model::generate;
use std::path::Path;

pub(super) fn run(args: &GenerateArgs) -> Result<(), Failure> {
    let n_customers = args.customers as usize;
    if args.sites.is_some() && args.kind != GenerateKind::Siting {
        return Err(Failure::Usage("--sites goes with `generate siting`".to_owned()));
    }
    if args.windows && args.kind != GenerateKind::Routing {
        return Err(Failure::Usage("--windows goes with `generate routing`".to_owned()));
    }
    let scenario = match args.kind {
        GenerateKind::Day => generate::day(n_customers, args.seed),
        GenerateKind::Siting => {
            let n_sites = args.sites.map_or((n_customers / 5).max(5), |sites| sites as usize);
            generate::siting(n_sites, n_customers, args.seed)
        }
        GenerateKind::Routing => generate::routing(
            generate::RoutingParams { n_customers, windows: args.windows, ..Default::default() },
            args.seed,
        ),
    };
    write_text(args.output.as_deref().unwrap_or(Path::new("-")), &json::scenario_to_json(&scenario))
}
