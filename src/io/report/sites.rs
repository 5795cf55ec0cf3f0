//! What becomes of each site, and what flows where.

use super::numbers::{length, money_plain, number};
use super::page::{Page, escape};
use super::tables::{Cell, MOST_ROWS, Table, bar, cost_head, left_out, named, number_cell, text};
use super::what_if::shown_price;
use crate::io::atlas::Atlas;
use crate::model::plan::{SiteChange, SitePlan, Stage};
use crate::model::{Plan, Scenario};
use std::collections::HashMap;

/// What the columns of prices say.
const OTHERWISE: &str = "What the opposite decision about a site would cost against this plan: at least, as proven, and in \
                         the best plan found with it.";

/// Open sites by throughput, then those that close, then the rest; each with the price of the opposite decision where the
/// plan has it.
pub(super) fn sites(scenario: &Scenario, plan: &Plan, page: &mut Page) {
    if plan.sites.is_empty() {
        return;
    }
    let language = page.language;
    let atlas = Atlas::new(scenario);
    let capacities = capacities(scenario);
    let rank = |site: &SitePlan| match site.change {
        SiteChange::Opened | SiteChange::Kept => 0,
        SiteChange::Closed => 1,
        SiteChange::Unused => 2,
    };
    let mut sites: Vec<&SitePlan> = plan.sites.iter().collect();
    sites.sort_by(|a, b| rank(a).cmp(&rank(b)).then(b.throughput.total_cmp(&a.throughput)));
    let are_priced = sites.iter().any(|site| site.turning.is_some());
    let mut columns = vec!["Site", "Decision", "#Throughput", "#Capacity", "Utilization"];
    columns.extend(are_priced.then_some(["#Otherwise, at least", "#Otherwise, found"]).into_iter().flatten());
    let mut table = Table::new(language, &columns);
    for site in sites.iter().take(MOST_ROWS) {
        let (decision, class) = match site.change {
            SiteChange::Opened => ("open", ""),
            SiteChange::Kept => ("keep", ""),
            SiteChange::Closed => ("close", " class=\"dim\""),
            SiteChange::Unused => ("not opened", " class=\"dim\""),
        };
        let decision = language.text(decision);
        let decision = match &site.level {
            Some(level) => format!("{decision}{}{level}", language.text(", ")),
            None => decision.to_owned(),
        };
        let throughput = if site.open { number(site.throughput, 2) } else { String::new() };
        let capacity = capacities.get(&(site.id.as_str(), site.level.as_deref())).filter(|_| site.open);
        let mut cells = vec![
            named(atlas.site_name(&site.id), &site.id),
            text(&decision),
            number_cell(throughput),
            number_cell(capacity.map_or_else(String::new, |capacity| number(*capacity, 2))),
            Cell::Text(site.utilization.map_or_else(String::new, bar)),
        ];
        if are_priced {
            cells.extend(shown_price(scenario, site.turning.as_ref(), language).map(number_cell));
        }
        // A planner's page lets a row be clicked on.
        table.row(&format!("{class} data-site=\"{}\"", escape(&site.id)), &cells);
    }
    let note = language.text(if are_priced { OTHERWISE } else { "" });
    page.section("long", "Sites", &format!("{note} {}", left_out(sites.len(), language)), &table.finish());
}

/// The capacity of each site at each of its levels, and as the site itself states it.
fn capacities(scenario: &Scenario) -> HashMap<(&str, Option<&str>), f64> {
    let own = scenario.sites.iter().filter_map(|site| Some(((site.id.as_str(), None), site.capacity?)));
    let levels = scenario.sites.iter().flat_map(|site| site.levels.iter().map(move |level| (site, level)));
    let at_levels =
        levels.filter_map(|(site, level)| Some(((site.id.as_str(), Some(level.id.as_str())), level.capacity?)));
    own.chain(at_levels).collect()
}

/// All flows, by stage and place.
pub(super) fn flows(scenario: &Scenario, plan: &Plan, page: &mut Page) {
    if plan.flows.is_empty() {
        return;
    }
    let language = page.language;
    let atlas = Atlas::new(scenario);
    let products = plan.flows.iter().any(|flow| flow.product.is_some());
    let mut columns = vec!["Stage", "From", "To"];
    columns.extend(products.then_some("Product"));
    let cost = cost_head(scenario, language);
    columns.extend(["#Quantity", "#Distance", cost.as_str()]);
    let mut table = Table::new(language, &columns);
    for flow in plan.flows.iter().take(MOST_ROWS) {
        let [from, to] = atlas.end_names(flow);
        let (stage, from) = match flow.stage {
            Stage::Inbound => ("inbound", from),
            Stage::Outbound => ("outbound", from),
            Stage::Direct => ("direct", from),
            Stage::Outsourced => ("outsourced", language.text("outside")),
        };
        let mut cells = vec![text(language.text(stage)), text(from), text(to)];
        cells.extend(products.then(|| text(flow.product.as_deref().unwrap_or(""))));
        cells.push(number_cell(number(flow.quantity, 3)));
        cells.push(number_cell(escape(&length(scenario, flow.distance as f64))));
        cells.push(number_cell(money_plain(scenario, flow.cost, plan.summary.total)));
        table.row("", &cells);
    }
    page.section("long", "Flows", &left_out(plan.flows.len(), language), &table.finish());
}
