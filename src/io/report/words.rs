//! The answer in words.

use super::covering;
use super::numbers;
use super::numbers::{duration, length, money, money_exact, percent};
use super::texts::Language;
use crate::model::plan::{SiteChange, Status};
use crate::model::scenario::Kind;
use crate::model::{Plan, Scenario};

/// Longest list of names in a sentence.
const NAMES: usize = 8;

/// What the plan says, in a few sentences.
#[must_use]
pub fn answer(scenario: &Scenario, plan: &Plan, language: Language) -> String {
    let (what, unit) = match plan.kind {
        Kind::Siting => (siting(scenario, plan, language), "demand"),
        Kind::Routing => (routing(scenario, plan, language), "order"),
        Kind::Network => (siting(scenario, plan, language), "order"),
    };
    let mut sentences = vec![what];
    if plan.kind == Kind::Network {
        sentences.push(routing(scenario, plan, language));
    }
    if !plan.outsourced.is_empty() {
        sentences.push(language.fill("Carriers take {0}", &[&language.count(plan.outsourced.len(), "order")]));
    }
    sentences.extend(left_out(plan, unit, language));
    sentences.extend(worth(scenario, plan, language));
    language.sentences(&sentences)
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

fn siting(scenario: &Scenario, plan: &Plan, language: Language) -> String {
    let n = |change: SiteChange| plan.sites.iter().filter(|site| site.change == change).count();
    let named = |change: SiteChange| {
        let sites = plan.sites.iter().filter(|site| site.change == change).take(NAMES);
        let names: Vec<&str> = sites.map(|site| site_name(scenario, &site.id)).collect();
        list(&names, n(change), language)
    };
    let [opened, kept, closed] = [SiteChange::Opened, SiteChange::Kept, SiteChange::Closed];
    let part =
        |template: &'static str, change: SiteChange| language.fill(template, &[&n(change).to_string(), &named(change)]);
    let all = language.count(plan.sites.len(), "site");
    let text = match (n(opened), n(kept)) {
        (0, 0) => language.fill("Open none of {0}", &[&all]),
        (count, 0) => language.fill("Open {0} of {1}{2}", &[&count.to_string(), &all, &named(opened)]),
        (0, count) => language.fill("Keep {0} of {1}{2}", &[&count.to_string(), &all, &named(kept)]),
        (new, old) => {
            let parts = [part("keep {0}{1}", kept), part("open {0}{1}", opened)];
            let count = (new + old).to_string();
            language.fill("Have {0} of {1} open – {2}; {3}", &[&count, &all, &parts[0], &parts[1]])
        }
    };
    match n(closed) {
        0 => text,
        count => language.fill("{0}; close {1}{2}", &[&text, &count.to_string(), &named(closed)]),
    }
}

fn routing(scenario: &Scenario, plan: &Plan, language: Language) -> String {
    let served = language.count(plan.summary.served as usize, "order");
    let vehicles = language.count(plan.routes.len(), "vehicle");
    match plan.summary.distance {
        None => language.fill("Serve {0} with {1}", &[&served, &vehicles]),
        Some(distance) => {
            let distance = length(scenario, distance as f64);
            language.fill("Serve {0} with {1} over {2}", &[&served, &vehicles, &distance])
        }
    }
}

fn left_out(plan: &Plan, what: &'static str, language: Language) -> Option<String> {
    let template = match plan.unserved.len() {
        0 => return None,
        1 => "{0} is left out",
        _ => "{0} are left out",
    };
    Some(language.fill(template, &[&language.count(plan.unserved.len(), what)]))
}

/// At most [`NAMES`] names of all `n_all`.
fn list(names: &[&str], n_all: usize, language: Language) -> String {
    let joined = names.join(language.text(", "));
    match n_all - names.len() {
        _ if names.is_empty() => String::new(),
        0 => language.fill(": {0}", &[&joined]),
        more => language.fill(": {0} and {1} more", &[&joined, &more.to_string()]),
    }
}

fn worth(scenario: &Scenario, plan: &Plan, language: Language) -> Vec<String> {
    let mut sentences = match covering::worth(scenario, plan, language) {
        Some(worth) => vec![worth],
        None => {
            let proof = match (plan.status, plan.gap) {
                (Status::Optimal, _) => language.text(", proven the best possible").to_owned(),
                (_, Some(gap)) if gap < 1.0 => {
                    language.fill(", proven within {0} of the best possible", &[&numbers::gap(gap)])
                }
                (Status::Feasible | Status::Infeasible | Status::TimeLimit | Status::Cancelled, _) => String::new(),
            };
            let total = money(scenario, plan.summary.total);
            let mut sentences = vec![language.fill("Total cost {0}{1}", &[&total, &proof])];
            sentences.extend(covering::coverage(scenario, plan, language));
            sentences
        }
    };
    let end = match plan.status {
        Status::Optimal | Status::Feasible => None,
        Status::Infeasible => Some("Not everything mandatory could be served"),
        Status::TimeLimit => Some("The search stopped at its time limit"),
        Status::Cancelled => Some("The search was stopped early"),
    };
    sentences.extend(end.map(|end| language.text(end).to_owned()));
    sentences
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
