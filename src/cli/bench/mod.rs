//! `bench`: published instances, methods and seeds, and the gap to the best known values.
//!
//! In order: collect the instances, run every method with every seed, compare (table, CSV, anytime profile). An
//! instance without a best known value is compared with the best that this very bench found.

mod group;
mod instances;
mod profile;
mod rows;
mod run;
mod summary;

use super::args::BenchArgs;
use super::files::{file_name, read_scenario, validated, write_text};
use super::{Failure, say};
use crate::planning::methods;
use crate::search::names;
use instances::Instance;

pub(super) fn run(args: &BenchArgs) -> Result<(), Failure> {
    let instances = instances::collect(&args.instances)?;
    refuse_strangers(args, &instances)?;
    let mut runs = Vec::new();
    for instance in &instances {
        let problem = match read_scenario(&instance.file).and_then(|scenario| validated(&instance.file, scenario)) {
            Ok(problem) => problem,
            Err(error) => {
                say(&format!("skipped: {error}"));
                continue;
            }
        };
        let known = methods(instance.kind);
        for &method in args.methods.iter().filter(|method| known.contains(method)) {
            for seed in 1..=u64::from(args.seeds) {
                match run::solve(args, instance, &problem, method, seed) {
                    Ok(run) => {
                        say(&run.line());
                        runs.push(run);
                    }
                    Err(Failure::Infeasible(reason) | Failure::Nothing(reason)) => {
                        say(&format!("{} {}: {reason}", file_name(&instance.file), method.name()));
                    }
                    Err(failure) => return Err(failure),
                }
            }
        }
    }
    run::set_references(&mut runs);
    say(&summary::table(&runs, args));
    if let Some(file) = &args.csv {
        rows::write(file, &runs, args.target)?;
    }
    if let Some(file) = &args.profile {
        write_text(file, &profile::page(&runs, args))?;
    }
    Ok(())
}

/// A method that belongs to none of the instances is a mistake, told before anything runs.
fn refuse_strangers(args: &BenchArgs, instances: &[Instance]) -> Result<(), Failure> {
    let fits = |method| instances.iter().any(|instance| methods(instance.kind).contains(method));
    let Some(method) = args.methods.iter().find(|method| !fits(method)) else { return Ok(()) };
    let known = instances.first().map_or_else(String::new, |instance| names(methods(instance.kind)));
    Err(Failure::Usage(format!("method `{}` is not for this kind of problem, choose from: {known}", method.name())))
}
