//! The key figures, the split of the cost, and the footer.

use super::colors;
use super::covering;
use super::numbers;
use super::numbers::{duration, exact, length, money_exact, number, percent, short};
use super::page::{Page, escape};
use super::texts::Language;
use super::words;
use crate::model::balance::Workload;
use crate::model::plan::Status;
use crate::model::scenario::Kind;
use crate::model::{Plan, Scenario};
use std::fmt::Write;

/// Terms of the cost in the order of the chain, with their names for people.
const TERMS: [(&str, &str); 18] = [
    ("purchase", "Purchase"),
    ("inbound", "Inbound"),
    ("opening", "Opening"),
    ("operating", "Operating"),
    ("closing", "Closing"),
    ("supplying", "Supplying"),
    ("handling", "Handling"),
    ("outbound", "Outbound"),
    ("direct", "Direct"),
    ("outsourcing", "Outsourcing"),
    ("fixed", "Vehicles"),
    ("distance", "Distance"),
    ("time", "Time"),
    ("overtime", "Overtime"),
    ("lateness", "Lateness"),
    ("balance", "Balance"),
    ("changes", "Changes"),
    ("prizes", "Orders left out"),
];

/// The name of a term of the cost, for people.
pub(super) fn term_name(term: &str) -> &str {
    TERMS.iter().find(|(known, _)| *known == term).map_or(term, |(_, name)| *name)
}

/// Title, status and answer.
pub(super) fn header(scenario: &Scenario, plan: &Plan, page: &mut Page) {
    let (class, kind) = match plan.status {
        Status::Optimal | Status::Feasible => ("", plan.kind),
        Status::TimeLimit | Status::Cancelled => (" warn", plan.kind),
        Status::Infeasible => (" bad", plan.kind),
    };
    let kind = match kind {
        Kind::Siting => "Sites and flows",
        Kind::Routing => "Routes",
        Kind::Network => "Sites and routes",
    };
    let language = page.language;
    let _ = writeln!(
        page.body,
        "<header><div class=\"kicker\"><span>{}</span><span class=\"badge{class}\">{}</span></div><h1>{}</h1>\
         <p class=\"answer\">{}</p></header>",
        language.text(kind),
        language.text(words::status(plan.status)),
        escape(&title(plan, language)),
        escape(&words::answer(scenario, plan, language))
    );
}

/// The name of the plan, or what it is.
pub(super) fn title(plan: &Plan, language: Language) -> String {
    match (plan.name.is_empty(), plan.kind) {
        (false, _) => plan.name.clone(),
        (true, Kind::Siting) => language.text("Site plan").to_owned(),
        (true, Kind::Routing) => language.text("Route plan").to_owned(),
        (true, Kind::Network) => language.text("Network plan").to_owned(),
    }
}

/// The row of key figures.
pub(super) fn key_figures(scenario: &Scenario, plan: &Plan, base: Option<&Plan>, page: &mut Page) {
    let summary = &plan.summary;
    let language = page.language;
    let mut html = String::from("<dl class=\"figures\">");
    let mut figure = |class: &str, name: &str, value: &str, detail: &str| {
        let detail = if detail.is_empty() { String::new() } else { format!("<small>{}</small>", escape(detail)) };
        let _ = write!(
            html,
            "<div class=\"figure{class}\"><dt>{}</dt><dd>{}{detail}</dd></div>",
            language.text(name),
            escape(value)
        );
    };
    let currency = &scenario.currency;
    let counts_costs = !scenario.objective.is_covering();
    let total = match (counts_costs, currency.is_empty()) {
        (false, _) => covering::amount(scenario, summary.total),
        (true, true) => exact(summary.total, 3),
        (true, false) => short(summary.total),
    };
    figure("", covering::total_name(scenario), &total, if counts_costs { currency } else { "" });
    if let Some(base) = base {
        let change = summary.total - base.summary.total;
        let sign = if change > 0.0 { "+" } else { "" };
        let share = if base.summary.total > 0.0 { change / base.summary.total } else { 0.0 };
        let detail = language.fill("{0} to the base plan", &[&format!("{sign}{}", percent(share))]);
        figure(
            "",
            "Change of cost",
            &format!("{sign}{}", if currency.is_empty() { exact(change, 3) } else { short(change) }),
            &detail,
        );
    }
    if let Some(gap) = plan.gap {
        let bound = plan.lower_bound.map(|bound| language.fill("bound {0}", &[&covering::amount(scenario, bound)]));
        figure("", "Gap to the best", &numbers::gap(gap), &bound.unwrap_or_default());
    }
    let has_sites = matches!(plan.kind, Kind::Siting | Kind::Network);
    if let Some(open) = summary.sites_open.filter(|_| has_sites) {
        let all = language.fill("of {0}", &[&plan.sites.len().to_string()]);
        figure("", "Open sites", &open.to_string(), &all);
    }
    match plan.kind {
        Kind::Siting => {
            if let Some(mean) = summary.mean_distance {
                figure("", "Mean distance", &length(scenario, mean), language.text("weighted by demand"));
            }
            if let Some([share, radius]) = covering::covered(scenario, plan) {
                figure("", "Covered", &share, &language.fill("of the demand, within {0}", &[&radius]));
            }
            if let Some(meters) = summary.farthest_distance {
                figure("", "Farthest distance", &length(scenario, meters as f64), "");
            }
            if let Some(seconds) = summary.farthest_duration {
                figure("", "Longest travel time", &duration(scenario, seconds), "");
            }
            let throughput: f64 = plan.sites.iter().map(|site| site.throughput).sum();
            figure("", "Throughput", &number(throughput, 2), "");
            figure("", "Demands served", &number(f64::from(summary.served), 0), "");
        }
        Kind::Routing | Kind::Network => {
            let fleet: u64 = scenario.vehicles.iter().map(|vehicle| u64::from(vehicle.count)).sum();
            let fleet = (plan.kind == Kind::Routing).then(|| language.fill("of {0}", &[&number(fleet as f64, 0)]));
            figure("", "Vehicles", &plan.routes.len().to_string(), &fleet.unwrap_or_default());
            if let Some(distance) = summary.distance {
                figure("", "Distance", &length(scenario, distance as f64), "");
            }
            if let Some(time) = summary.duration {
                let waiting = summary.waiting.filter(|waiting| *waiting > 0);
                let waiting = waiting.map(|it| language.fill("{0} of it waiting", &[&duration(scenario, it)]));
                figure("", "Time on the road", &duration(scenario, time), &waiting.unwrap_or_default());
            }
            if let Some((name, value, detail)) = work(scenario, plan, language) {
                figure("", name, &value, &detail);
            }
            figure("", "Orders served", &number(f64::from(summary.served), 0), "");
        }
    }
    if !plan.unserved.is_empty() {
        figure(" bad", "Left out", &number(plan.unserved.len() as f64, 0), "");
    }
    html.push_str("</dl>\n");
    page.body.push_str(&html);
}

/// How evenly the work is shared, where that is asked for: the least and the most of a route.
fn work(scenario: &Scenario, plan: &Plan, language: Language) -> Option<(&'static str, String, String)> {
    let balance = scenario.balance.as_ref()?;
    let amount = |amount: i64| match balance.measure {
        Workload::Duration => duration(scenario, amount),
        Workload::Distance => length(scenario, amount as f64),
        Workload::Stops => number(amount as f64, 0),
    };
    let name = match balance.measure {
        Workload::Duration => "Longest time of a route",
        Workload::Distance => "Longest distance of a route",
        Workload::Stops => "Most stops of a route",
    };
    let works = || plan.routes.iter().map(|route| balance.measure.of(route));
    let least = amount(works().min()?);
    let detail = match balance.target {
        Some(target) => language.fill("least {0}; up to {1} free", &[&least, &amount(target as i64)]),
        None => language.fill("least {0}", &[&least]),
    };
    Some((name, amount(works().max()?), detail))
}

/// The terms of the cost as one bar and a list.
pub(super) fn cost_split(scenario: &Scenario, plan: &Plan, page: &mut Page) {
    let costs = &plan.summary.costs;
    let known = TERMS.iter().filter_map(|(term, name)| Some((*name, *costs.get(*term)?)));
    let others = costs.iter().filter(|(term, _)| !TERMS.iter().any(|(known, _)| known == term));
    let terms: Vec<(&str, f64)> = known.chain(others.map(|(term, cost)| (term.as_str(), *cost))).collect();
    let positive: f64 = terms.iter().map(|(_, cost)| cost.max(0.0)).sum();
    if terms.len() < 2 || positive <= 0.0 {
        return;
    }
    let language = page.language;
    let (mut bar, mut list) = (String::from("<div class=\"split\">"), String::from("<ul class=\"terms\">"));
    for (i, (name, cost)) in terms.iter().enumerate() {
        let (color, share) = (colors::term(i), cost.max(0.0) / positive);
        let name = escape(language.text(name));
        let _ = write!(bar, "<i style=\"flex:{share:.5} 0 0;background:{color}\" title=\"{name}\"></i>");
        let cost = escape(&money_exact(scenario, *cost, plan.summary.total));
        let _ = write!(
            list,
            "<li><i style=\"background:{color}\"></i>{name}<b>{cost}</b><span>{}</span></li>",
            percent(share)
        );
    }
    let total = money_exact(scenario, plan.summary.total, plan.summary.total);
    let note = language.fill("The terms add up to {0}.", &[&total]);
    page.section("", "What it costs", &note, &format!("{bar}</div>{list}</ul>"));
}

/// By which rules and from which input the plan was made.
pub(super) fn footer(scenario: &Scenario, plan: &Plan, page: &mut Page) {
    let language = page.language;
    let mut html = String::from("<footer><dl>");
    let mut line = |name: &str, value: &str| {
        if !value.is_empty() {
            let _ = write!(html, "<dt>{}</dt><dd>{}</dd>", language.text(name), escape(value));
        }
    };
    line("Convention", &scenario.convention);
    let checked = language.text("every time, load and cost recomputed independently");
    line("Checked", if plan.violations.is_empty() { checked } else { "" });
    line("Seed", &plan.seed.to_string());
    line("Solver", &format!("hubroute {}", plan.solver_version));
    line("Input", &plan.input_hash);
    html.push_str("</dl></footer>\n");
    page.body.push_str(&html);
}
