//! The tables of the report. Long ones are cut, and say how much is missing.

use super::charts::route_name;
use super::colors;
use super::numbers::{count, duration, length, moment, money_plain, number, percent};
use super::page::{Page, escape};
use crate::io::atlas::Atlas;
use crate::model::plan::{Activity, Reason, Route, SiteChange, SitePlan, Stage, Stop};
use crate::model::{Plan, Scenario};
use std::collections::{BTreeMap, HashMap};
use std::fmt::Write;

/// Most rows of a table.
pub(super) const MOST_ROWS: usize = 2_000;

/// A table as it grows.
pub(super) struct Table {
    html: String,
    n_rows: usize,
}

impl Table {
    /// Columns whose names start with `#` hold numbers.
    pub(super) fn new(columns: &[&str]) -> Self {
        let mut html = String::from("<div class=\"table\"><table><thead><tr>");
        for column in columns {
            let (class, name) = column.strip_prefix('#').map_or(("", *column), |name| (" class=\"n\"", name));
            let _ = write!(html, "<th{class}>{}</th>", escape(name));
        }
        html.push_str("</tr></thead><tbody>");
        Self { html, n_rows: 0 }
    }

    pub(super) fn is_full(&self) -> bool {
        self.n_rows >= MOST_ROWS
    }

    fn group(&mut self, columns: usize, content: &str) {
        let _ = write!(self.html, "<tr class=\"group\"><td colspan=\"{columns}\">{content}</td></tr>");
    }

    /// Cells are HTML already.
    pub(super) fn row(&mut self, class: &str, cells: &[Cell]) {
        self.n_rows += 1;
        let _ = write!(self.html, "<tr{class}>");
        for cell in cells {
            let (class, content) = match cell {
                Cell::Text(content) => ("", content),
                Cell::Number(content) => (" class=\"n\"", content),
            };
            let _ = write!(self.html, "<td{class}>{content}</td>");
        }
        self.html.push_str("</tr>");
    }

    pub(super) fn finish(mut self) -> String {
        self.html.push_str("</tbody></table></div>");
        self.html
    }
}

/// The content of a cell.
pub(super) enum Cell {
    Text(String),
    Number(String),
}

/// A cell of text, escaped.
pub(super) fn text(text: &str) -> Cell {
    Cell::Text(escape(text))
}

/// A cell of a number, HTML already.
pub(super) fn number_cell(text: impl Into<String>) -> Cell {
    Cell::Number(text.into())
}

/// Head of a column of money.
pub(super) fn cost_head(scenario: &Scenario) -> String {
    if scenario.currency.is_empty() { "#Cost".to_owned() } else { format!("#Cost, {}", scenario.currency) }
}

pub(super) fn left_out(n_all: usize) -> String {
    let more = n_all.saturating_sub(MOST_ROWS);
    if more == 0 { String::new() } else { format!("{} more in the plan file.", count(more, "row")) }
}

/// Name, and id where that is another.
pub(super) fn named(name: &str, id: &str) -> Cell {
    if name == id {
        text(id)
    } else {
        Cell::Text(format!("{} <span class=\"code\">{}</span>", escape(name), escape(id)))
    }
}

/// Open sites by throughput, then those that close, then the rest.
pub(super) fn sites(scenario: &Scenario, plan: &Plan, page: &mut Page) {
    if plan.sites.is_empty() {
        return;
    }
    let atlas = Atlas::new(scenario);
    let rank = |site: &SitePlan| match site.change {
        SiteChange::Opened | SiteChange::Kept => 0,
        SiteChange::Closed => 1,
        SiteChange::Unused => 2,
    };
    let mut sites: Vec<&SitePlan> = plan.sites.iter().collect();
    sites.sort_by(|a, b| rank(a).cmp(&rank(b)).then(b.throughput.total_cmp(&a.throughput)));
    let mut table = Table::new(&["Site", "Decision", "#Throughput", "Utilization"]);
    for site in sites.iter().take(MOST_ROWS) {
        let (decision, class) = match site.change {
            SiteChange::Opened => ("open", ""),
            SiteChange::Kept => ("keep", ""),
            SiteChange::Closed => ("close", " class=\"dim\""),
            SiteChange::Unused => ("not opened", " class=\"dim\""),
        };
        let decision = match &site.level {
            Some(level) => format!("{decision}, {level}"),
            None => decision.to_owned(),
        };
        let throughput = if site.open { number(site.throughput, 2) } else { String::new() };
        let utilization = Cell::Text(site.utilization.map_or_else(String::new, bar));
        table.row(
            class,
            &[named(atlas.site_name(&site.id), &site.id), text(&decision), number_cell(throughput), utilization],
        );
    }
    page.section("long", "Sites", &left_out(sites.len()), &table.finish());
}

fn bar(share: f64) -> String {
    let full = if share > 0.98 { " class=\"full\"" } else { "" };
    let width = (share * 100.0).clamp(0.0, 100.0);
    format!("<span class=\"bar\"><b{full} style=\"width:{width:.1}%\"></b></span>{}", percent(share))
}

/// All flows, by stage and place.
pub(super) fn flows(scenario: &Scenario, plan: &Plan, page: &mut Page) {
    if plan.flows.is_empty() {
        return;
    }
    let atlas = Atlas::new(scenario);
    let products = plan.flows.iter().any(|flow| flow.product.is_some());
    let mut columns = vec!["Stage", "From", "To"];
    columns.extend(products.then_some("Product"));
    let cost = cost_head(scenario);
    columns.extend(["#Quantity", "#Distance", cost.as_str()]);
    let mut table = Table::new(&columns);
    for flow in plan.flows.iter().take(MOST_ROWS) {
        let [from, to] = atlas.end_names(flow);
        let stage = match flow.stage {
            Stage::Inbound => "inbound",
            Stage::Outbound => "outbound",
            Stage::Direct => "direct",
            Stage::Outsourced => "outsourced",
        };
        let mut cells = vec![text(stage), text(from), text(to)];
        cells.extend(products.then(|| text(flow.product.as_deref().unwrap_or(""))));
        cells.push(number_cell(number(flow.quantity, 3)));
        cells.push(number_cell(length(scenario, flow.distance as f64)));
        cells.push(number_cell(money_plain(scenario, flow.cost, plan.summary.total)));
        table.row("", &cells);
    }
    page.section("long", "Flows", &left_out(plan.flows.len()), &table.finish());
}

/// One line for each route.
pub(super) fn routes(scenario: &Scenario, plan: &Plan, page: &mut Page) {
    if plan.routes.is_empty() {
        return;
    }
    let cost = cost_head(scenario);
    let mut table =
        Table::new(&["Vehicle", "#Stops", "#Distance", "#Duration", "#Waiting", "#Largest load", cost.as_str()]);
    for (position, route) in plan.routes.iter().enumerate().take(MOST_ROWS) {
        let waiting = route.stops.iter().map(|stop| stop.wait).sum();
        table.row(
            "",
            &[
                Cell::Text(vehicle(scenario, route, position)),
                number_cell(calls(route).to_string()),
                number_cell(length(scenario, route.distance as f64)),
                number_cell(duration(scenario, route.duration)),
                number_cell(duration(scenario, waiting)),
                number_cell(escape(&largest_load(route))),
                number_cell(money_plain(scenario, route.cost, plan.summary.total)),
            ],
        );
    }
    page.section("long", "Routes", &left_out(plan.routes.len()), &table.finish());
}

fn vehicle(scenario: &Scenario, route: &Route, position: usize) -> String {
    let color = colors::line(position);
    format!("<i class=\"swatch\" style=\"background:{color}\"></i>{}", escape(&route_name(scenario, route)))
}

fn calls(route: &Route) -> usize {
    route
        .stops
        .iter()
        .filter(|stop| !matches!(stop.activity, Activity::Start | Activity::Reload | Activity::End))
        .count()
}

fn largest_load(route: &Route) -> String {
    let mut largest: BTreeMap<&str, f64> = BTreeMap::new();
    for (name, load) in route.stops.iter().flat_map(|stop| &stop.load) {
        let most = largest.entry(name).or_insert(0.0);
        *most = most.max(*load);
    }
    loads(largest.into_iter())
}

fn loads<'a>(loads: impl Iterator<Item = (&'a str, f64)>) -> String {
    let texts: Vec<String> =
        loads.map(|(name, load)| format!("{} {name}", number(load, 2)).trim_end().to_owned()).collect();
    texts.join(", ")
}

/// Every call of every vehicle.
pub(super) fn stops(scenario: &Scenario, plan: &Plan, page: &mut Page) {
    if plan.routes.is_empty() {
        return;
    }
    let atlas = Atlas::new(scenario);
    let extra = Extra {
        has_setups: plan.routes.iter().flat_map(|route| &route.stops).any(|stop| stop.setup > 0),
        shares: plan.cost_shares.iter().map(|line| (line.id.as_str(), line.share)).collect(),
        total: plan.summary.total,
    };
    let mut columns = vec!["#", "Order", "Place", "#Arrive"];
    columns.extend(extra.has_setups.then_some("#Setup"));
    columns.extend(["#Wait", "#Start", "#Leave", "#Load after", "#Distance", "#Slack"]);
    columns.extend((!extra.shares.is_empty()).then_some("#Cost share"));
    let mut table = Table::new(&columns);
    for (position, route) in plan.routes.iter().enumerate() {
        if table.is_full() {
            break;
        }
        let summary = format!("{}, {}", count(calls(route), "stop"), length(scenario, route.distance as f64));
        table.group(columns.len(), &format!("{}<span>{summary}</span>", vehicle(scenario, route, position)));
        for (i, stop) in route.stops.iter().enumerate() {
            if table.is_full() {
                break;
            }
            stop_row(scenario, &atlas, (i, stop), &extra, &mut table);
        }
    }
    let n_all = plan.routes.iter().map(|route| route.stops.len()).sum();
    page.section("long", "Stops", &left_out(n_all), &table.finish());
}

/// What stops tell only in some plans.
struct Extra<'a> {
    has_setups: bool,
    shares: HashMap<&'a str, f64>,
    /// The plan's total, for the form of money.
    total: f64,
}

fn stop_row(scenario: &Scenario, atlas: &Atlas<'_>, (i, stop): (usize, &Stop), extra: &Extra<'_>, table: &mut Table) {
    let order = stop.order.as_deref().unwrap_or("");
    let (class, what) = match stop.activity {
        Activity::Start => (" class=\"dim\"", "departure".to_owned()),
        Activity::End => (" class=\"dim\"", "return".to_owned()),
        Activity::Order => ("", escape(order)),
        Activity::Reload => (" class=\"dim\"", "reload".to_owned()),
        Activity::Pickup => ("", format!("{} <span class=\"code\">pickup</span>", escape(order))),
        Activity::Delivery => ("", format!("{} <span class=\"code\">delivery</span>", escape(order))),
    };
    let if_any = |seconds: i64| number_cell(if seconds > 0 { duration(scenario, seconds) } else { String::new() });
    let load = loads(stop.load.iter().map(|(name, load)| (name.as_str(), *load)));
    let mut cells = vec![
        number_cell(if i == 0 { String::new() } else { i.to_string() }),
        Cell::Text(what),
        text(atlas.name(&stop.location)),
        number_cell(escape(&moment(scenario, stop.arrive))),
    ];
    cells.extend(extra.has_setups.then(|| if_any(stop.setup)));
    cells.extend([
        if_any(stop.wait),
        number_cell(escape(&moment(scenario, stop.start))),
        number_cell(escape(&moment(scenario, stop.leave))),
        number_cell(escape(&load)),
        number_cell(length(scenario, stop.distance as f64)),
        number_cell(slack(scenario, stop.slack)),
    ]);
    if !extra.shares.is_empty() {
        // A shipment's share stands at its pickup.
        let share = extra.shares.get(order).filter(|_| stop.activity != Activity::Delivery);
        cells.push(number_cell(share.map_or_else(String::new, |share| money_plain(scenario, *share, extra.total))));
    }
    table.row(class, &cells);
}

/// A slack of months, or of more than any published set has, means that nothing binds.
fn slack(scenario: &Scenario, seconds: i64) -> String {
    let most = if scenario.travel.scale.is_none() { 100 * 86_400 } else { i64::MAX / 64 };
    if seconds > most { "free".to_owned() } else { duration(scenario, seconds) }
}

/// What is left out, and why.
pub(super) fn unserved(plan: &Plan, page: &mut Page) {
    if plan.unserved.is_empty() {
        return;
    }
    let mut table = Table::new(&["Left out", "Why", "What would have to change", "Code"]);
    for unserved in plan.unserved.iter().take(MOST_ROWS) {
        let lines = |part: fn(&Reason) -> &str| {
            let parts: Vec<String> = unserved.reasons.iter().map(|reason| escape(part(reason))).collect();
            parts.join("<br>")
        };
        let code = format!("<span class=\"code\">{}</span>", lines(|reason| &reason.code));
        let cells = [
            text(&unserved.id),
            Cell::Text(lines(|reason| &reason.message)),
            Cell::Text(lines(|reason| &reason.hint)),
            Cell::Text(code),
        ];
        table.row("", &cells);
    }
    let title = format!("{} left out", number(plan.unserved.len() as f64, 0));
    page.section("long bad", &title, &left_out(plan.unserved.len()), &table.finish());
}

/// What a given plan breaks.
pub(super) fn violations(plan: &Plan, page: &mut Page) {
    if plan.violations.is_empty() {
        return;
    }
    let mut table = Table::new(&["Where", "What", "Code"]);
    for violation in plan.violations.iter().take(MOST_ROWS) {
        let code = format!("<span class=\"code\">{}</span>", escape(&violation.code));
        let place = format!("<span class=\"code\">{}</span>", escape(&violation.pointer));
        table.row("", &[Cell::Text(place), text(&violation.detail), Cell::Text(code)]);
    }
    page.section("long bad", "Violations", &left_out(plan.violations.len()), &table.finish());
}
