//! The answer in words.

use super::covering;
use super::numbers;
use super::numbers::{count, duration, length, money, money_exact, percent};
use crate::model::plan::{SiteChange, Status};
use crate::model::scenario::Kind;
use crate::model::{Plan, Scenario};

/// Longest list of names in a sentence.
const NAMES: usize = 8;

/// What the plan says, in a few sentences.
#[must_use]
pub fn answer(scenario: &Scenario, plan: &Plan) -> String {
    let what = match plan.kind {
        Kind::Siting => siting(scenario, plan),
        Kind::Routing => routing(scenario, plan),
    };
    format!("{what} {}", worth(scenario, plan))
}

/// What the status of a plan means.
#[must_use]
pub fn status(status: Status) -> &'static str {
    match status {
        Status::Optimal => "proven best",
        Status::Feasible => "valid",
        Status::Infeasible => "not everything could be served",
        Status::TimeLimit => "valid, stopped at the time limit",
        Status::Cancelled => "valid, stopped early",
    }
}

/// The readable name of a site.
#[must_use]
pub fn site_name<'a>(scenario: &'a Scenario, id: &'a str) -> &'a str {
    let site = scenario.sites.iter().find(|site| site.id == id);
    let location = site.and_then(|site| scenario.locations.iter().find(|location| location.id == site.location));
    location.map(|location| location.name.as_str()).filter(|name| !name.is_empty()).unwrap_or(id)
}

fn siting(scenario: &Scenario, plan: &Plan) -> String {
    let named = |change: SiteChange| -> Vec<&str> {
        let sites = plan.sites.iter().filter(|site| site.change == change).take(NAMES + 1);
        sites.map(|site| site_name(scenario, &site.id)).collect()
    };
    let n = |change: SiteChange| plan.sites.iter().filter(|site| site.change == change).count();
    let part = |verb: &str, change: SiteChange| format!("{verb} {}{}", n(change), list(&named(change), n(change)));
    let of_all = format!("of {}", count(plan.sites.len(), "site"));
    let mut text = match (n(SiteChange::Opened), n(SiteChange::Kept)) {
        (0, 0) => format!("Open none {of_all}"),
        (opened, 0) => format!("Open {opened} {of_all}{}", list(&named(SiteChange::Opened), opened)),
        (0, kept) => format!("Keep {kept} {of_all}{}", list(&named(SiteChange::Kept), kept)),
        (opened, kept) => format!(
            "Have {} {of_all} open – {}; {}",
            opened + kept,
            part("keep", SiteChange::Kept),
            part("open", SiteChange::Opened)
        ),
    };
    if n(SiteChange::Closed) > 0 {
        text.push_str("; ");
        text.push_str(&part("close", SiteChange::Closed));
    }
    text.push('.');
    text.push_str(&left_out(plan, "demand"));
    text
}

fn routing(scenario: &Scenario, plan: &Plan) -> String {
    let served = count(plan.summary.served as usize, "order");
    let mut text = format!("Serve {served} with {}", count(plan.routes.len(), "vehicle"));
    if let Some(distance) = plan.summary.distance {
        text.push_str(&format!(" over {}", length(scenario, distance as f64)));
    }
    text.push('.');
    if !plan.outsourced.is_empty() {
        text.push_str(&format!(" Carriers take {}.", plan.outsourced.len()));
    }
    text.push_str(&left_out(plan, "order"));
    text
}

fn left_out(plan: &Plan, what: &str) -> String {
    match plan.unserved.len() {
        0 => String::new(),
        1 => format!(" 1 {what} is left out."),
        n => format!(" {} are left out.", count(n, what)),
    }
}

/// At most [`NAMES`] names after a colon.
fn list(names: &[&str], n_all: usize) -> String {
    match n_all {
        0 => String::new(),
        n if n > NAMES => format!(": {} and {} more", names[..NAMES].join(", "), n - NAMES),
        _ => format!(": {}", names.join(", ")),
    }
}

fn worth(scenario: &Scenario, plan: &Plan) -> String {
    let end = match plan.status {
        Status::Optimal | Status::Feasible => "",
        Status::Infeasible => " Not everything mandatory could be served.",
        Status::TimeLimit => " The search stopped at its time limit.",
        Status::Cancelled => " The search was stopped early.",
    };
    if let Some(worth) = covering::worth(scenario, plan) {
        return format!("{worth}{end}");
    }
    let total = money(scenario, plan.summary.total);
    let proof = match (plan.status, plan.gap) {
        (Status::Optimal, _) => ", proven the best possible".to_owned(),
        (_, Some(gap)) if gap < 1.0 => format!(", proven within {} of the best possible", numbers::gap(gap)),
        (Status::Feasible | Status::Infeasible | Status::TimeLimit | Status::Cancelled, _) => String::new(),
    };
    let covered = covering::coverage(scenario, plan).map_or_else(String::new, |text| format!(" {text}."));
    format!("Total cost {total}{proof}.{covered}{end}")
}

/// The key figures as an aligned table of text.
#[must_use]
pub fn table(scenario: &Scenario, plan: &Plan) -> String {
    let name = covering::total_name(scenario).to_lowercase();
    let mut rows = vec![(name, money_exact(scenario, plan.summary.total, plan.summary.total))];
    for (term, cost) in &plan.summary.costs {
        let share = if plan.summary.total > 0.0 { percent(cost / plan.summary.total) } else { String::new() };
        rows.push((format!("  {term}"), format!("{}  {share}", money_exact(scenario, *cost, plan.summary.total))));
    }
    let mut push = |name: &str, value: Option<String>| rows.extend(value.map(|value| (name.to_owned(), value)));
    push("lower bound", plan.lower_bound.map(|bound| money_exact(scenario, bound, plan.summary.total)));
    push("gap", plan.gap.map(numbers::gap));
    let summary = &plan.summary;
    push("sites open", summary.sites_open.map(|open| format!("{open} of {}", plan.sites.len())));
    push("mean distance", summary.mean_distance.map(|mean| length(scenario, mean)));
    covering::figures(scenario, plan).into_iter().for_each(|(name, value)| push(name, Some(value)));
    push("vehicles", summary.vehicles.map(|vehicles| vehicles.to_string()));
    push("distance", summary.distance.map(|distance| length(scenario, distance as f64)));
    push("time", summary.duration.map(|seconds| duration(scenario, seconds)));
    push("waiting", summary.waiting.filter(|wait| *wait > 0).map(|seconds| duration(scenario, seconds)));
    push("served", Some(summary.served.to_string()));
    push("outsourced", summary.outsourced.map(|outsourced| outsourced.to_string()));
    push("unserved", (summary.unserved > 0).then(|| summary.unserved.to_string()));
    let width = rows.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
    let lines: Vec<String> =
        rows.iter().map(|(name, value)| format!("{name:width$}  {value}").trim_end().to_owned()).collect();
    lines.join("\n")
}
