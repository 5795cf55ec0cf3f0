//! `convert`: from one form of a scenario to another.

use super::args::ConvertArgs;
use super::files::{read_scenario, write_folder, write_text};
use super::question::changed;
use super::{Failure, say};
use crate::io::{csv, json};

pub(super) fn run(args: &ConvertArgs) -> Result<(), Failure> {
    let scenario = changed(read_scenario(&args.input)?, &args.question);
    if args.output.as_os_str() == "-" || args.output.extension().is_some_and(|extension| extension == "json") {
        write_text(&args.output, &json::scenario_to_json(&scenario))?;
    } else if args.output.extension().is_none() {
        write_folder(&args.output, &csv::write(&scenario))?;
    } else {
        return Err(Failure::Usage(format!(
            "{}: write a .json file, or a folder for CSV files",
            args.output.display()
        )));
    }
    if !scenario.convention.is_empty() && args.output.as_os_str() != "-" {
        say(&format!("Convention: {}", scenario.convention));
    }
    Ok(())
}
