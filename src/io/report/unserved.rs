//! What is left out: whether it could be served at all, why it is not, at what price, and what would make room. And what a
//! given plan breaks.

use super::numbers::{duration, length, money, number};
use super::page::{Page, escape, sentence};
use super::tables::{Cell, MOST_ROWS, Table, left_out, mark, number_cell};
use super::texts::Language;
use crate::model::plan::{Change, Reason, Relaxation, Unserved, Verdict};
use crate::model::{Plan, Scenario};
use std::collections::HashMap;

/// What is left out, and why.
pub(super) fn unserved(scenario: &Scenario, plan: &Plan, page: &mut Page) {
    if plan.unserved.is_empty() {
        return;
    }
    let language = page.language;
    let are_priced = plan.unserved.iter().any(|unserved| unserved.price.is_some());
    let mut columns = vec!["Left out", "Why"];
    columns.extend(are_priced.then_some("#Price of serving it"));
    columns.push("What would have to change");
    let mut table = Table::new(language, &columns);
    let priorities = scenario.orders.iter().map(|order| (order.id.as_str(), order.priority));
    let priorities = priorities.chain(scenario.shipments.iter().map(|it| (it.id.as_str(), it.priority)));
    let priorities: HashMap<&str, Option<u32>> = priorities.collect();
    for unserved in plan.unserved.iter().take(MOST_ROWS) {
        let why: Vec<String> = unserved.reasons.iter().map(|it| reason(it, language)).collect();
        let mut cells = vec![
            Cell::Text(what(unserved, priorities.get(unserved.id.as_str()).copied().flatten(), language)),
            Cell::Text(why.join("<br>")),
        ];
        if are_priced {
            let price = unserved.price.map_or_else(String::new, |price| escape(&money(scenario, price)));
            cells.push(number_cell(price));
        }
        cells.push(Cell::Text(changes(scenario, unserved, language)));
        table.row("", &cells);
    }
    let title = language.fill("{0} left out", &[&number(plan.unserved.len() as f64, 0)]);
    page.section("long bad", &title, &left_out(plan.unserved.len(), language), &table.finish());
}

fn what(unserved: &Unserved, priority: Option<u32>, language: Language) -> String {
    let verdict = unserved.verdict.map(|verdict| match verdict {
        Verdict::Impossible => "impossible",
        Verdict::SqueezedOut => "squeezed out",
        Verdict::NotWorthIt => "not worth it",
    });
    let priority = priority.map(|priority| language.fill("priority {0}", &[&priority.to_string()]));
    let marks: String =
        verdict.map(|it| mark(language.text(it))).into_iter().chain(priority.map(|it| mark(&it))).collect();
    format!("{}{marks}", escape(&unserved.id))
}

/// The message of the plan; in another language its code in words before it.
fn reason(reason: &Reason, language: Language) -> String {
    let code = format!("<span class=\"code\">{}</span>", escape(&reason.code));
    match language {
        Language::English => format!("{} {code}", sentence(&reason.message)),
        Language::Chinese => {
            let message = format!("<span class=\"code\">{}</span>", sentence(&reason.message));
            format!("{} {message}", escape(language.text(&reason.code)))
        }
    }
}

/// The remedies, any one of which would do; without any, what the reasons say.
fn changes(scenario: &Scenario, unserved: &Unserved, language: Language) -> String {
    if unserved.remedies.is_empty() {
        let hints: Vec<String> = unserved.reasons.iter().map(|reason| sentence(&reason.hint)).collect();
        return hints.join("<br>");
    }
    let remedy = |remedy: &crate::model::plan::Remedy| {
        let changes = remedy.changes.iter().map(|it| change(scenario, it, language));
        let all = changes.reduce(|all, more| language.fill("{0} and {1}", &[&all, &more])).unwrap_or_default();
        let price = remedy.price.map(|price| mark(&language.fill("for {0} more", &[&money(scenario, price)])));
        format!("{}{}", sentence(&all), price.unwrap_or_default())
    };
    let remedies: Vec<String> = unserved.remedies.iter().map(remedy).collect();
    remedies.join(&format!("<br><em>{}</em> ", language.text("or")))
}

/// One change to the scenario, in words.
fn change(scenario: &Scenario, change: &Change, language: Language) -> String {
    let (template, by) = match change.relax {
        Relaxation::VehicleCount => ("{0} more of vehicle {1}", number(change.by, 0)),
        Relaxation::Capacity => {
            let unit = change.dimension.as_ref().map(|name| format!(" {name}")).unwrap_or_default();
            ("{0} more capacity of vehicle {1}", format!("{}{unit}", number(change.by, 3)))
        }
        Relaxation::MaxStops => ("{0} more for vehicle {1}", language.count(change.by as usize, "stop")),
        Relaxation::MaxDistance => ("{0} more for vehicle {1}", length(scenario, change.by)),
        Relaxation::MaxDuration => ("{0} more for vehicle {1}", duration(scenario, change.by as i64)),
        Relaxation::ShiftEnd => ("a shift of vehicle {1} that ends {0} later", duration(scenario, change.by as i64)),
        Relaxation::DriverHours => ("other breaks, rests or driving hours of vehicle {1}", String::new()),
        Relaxation::WindowEnd => ("a window of {1} that ends {0} later", duration(scenario, change.by as i64)),
        Relaxation::Prize => ("a prize of {1} that is {0} higher", money(scenario, change.by)),
    };
    language.fill(template, &[&by, &format!("`{}`", change.id)])
}

/// What a given plan breaks.
pub(super) fn violations(plan: &Plan, page: &mut Page) {
    if plan.violations.is_empty() {
        return;
    }
    let language = page.language;
    let mut table = Table::new(language, &["Where", "What", "Code"]);
    for violation in plan.violations.iter().take(MOST_ROWS) {
        let code = format!("<span class=\"code\">{}</span>", escape(&violation.code));
        let place = format!("<span class=\"code\">{}</span>", escape(&violation.pointer));
        table.row("", &[Cell::Text(place), Cell::Text(sentence(&violation.detail)), Cell::Text(code)]);
    }
    page.section("long bad", "Violations", &left_out(plan.violations.len(), language), &table.finish());
}
