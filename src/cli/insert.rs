//! `insert`: where does a new order fit into a plan?

use super::args::InsertArgs;
use super::files::{invalid, read_plan, read_scenario, read_text, validated, write_text};
use super::{Failure, say, tables};
use crate::io::json;
use crate::model::{Advice, parse_new_order};
use crate::planning::{InsertError, insert};

pub(super) fn run(args: &InsertArgs) -> Result<(), Failure> {
    let problem = validated(&args.scenario, read_scenario(&args.scenario)?)?;
    let plan = read_plan(&args.plan)?;
    let new = parse_new_order(&read_text(&args.order)?).map_err(|defects| invalid(&args.order, &defects))?;
    let advice = insert(&problem, &plan, &new, args.top as usize).map_err(|error| match error {
        InsertError::Invalid(defects) => invalid(&args.order, &defects),
        InsertError::NotRouting => Failure::Usage(error.to_string()),
        InsertError::NotOne => Failure::Invalid(format!("{}: {error}", args.order.display())),
        InsertError::Plan(violations) => {
            let first = violations.first().map_or("", |violation| violation.detail.as_str());
            Failure::Invalid(format!("{}: {} violations, such as: {first}", args.plan.display(), violations.len()))
        }
        InsertError::Refused(_) => Failure::Internal(error.to_string()),
    })?;
    if let Some(output) = &args.output {
        write_text(output, &json::advice_to_json(&advice))?;
    }
    if args.output.as_deref().is_none_or(|output| output.as_os_str() != "-") && !advice.places.is_empty() {
        say(&table(&advice));
    }
    if advice.places.is_empty() { Err(Failure::Infeasible(in_words(&advice))) } else { Ok(()) }
}

/// The places, a line each.
fn table(advice: &Advice) -> String {
    let rows = advice.places.iter().map(|place| {
        let stops = place.positions.iter().zip(&place.stops);
        let when = stops.map(|(position, stop)| format!("stop {position}, arrives {}", stop.arrive));
        vec![
            format!(
                "{} number {}{}",
                place.vehicle,
                place.number,
                if place.is_new_route { " (new route)" } else { "" }
            ),
            when.collect::<Vec<_>>().join("; "),
            format!("{:+.2}", place.price),
            format!("{:+}", place.distance),
            format!("{:+}", place.duration),
        ]
    });
    tables::head(&["vehicle", "where", "price", "meters", "seconds"], rows.collect(), 2)
}

/// What is in the way on each vehicle.
fn in_words(advice: &Advice) -> String {
    const SHOWN: usize = 30;
    let mut text = format!("`{}` fits nowhere", advice.id);
    for refusal in advice.refusals.iter().take(SHOWN) {
        let which = refusal.number.map_or_else(|| "at rest".to_owned(), |number| format!("number {number}"));
        for reason in &refusal.reasons {
            let (message, code, hint) = (&reason.message, &reason.code, &reason.hint);
            text.push_str(&format!("\n  {} {which}: {message} [{code}]\n      {hint}", refusal.vehicle));
        }
    }
    if advice.refusals.len() > SHOWN {
        text.push_str(&format!("\n  and {} more vehicles", advice.refusals.len() - SHOWN));
    }
    text
}
