//! What a siting plan says beside itself, as tables for a terminal.

use super::tables;
use crate::model::Plan;
use crate::model::plan::{SitePlan, SitePrice};

/// The tables of prices, alternatives and the sweep, those that the plan has.
pub(super) fn tables_of(plan: &Plan) -> Vec<String> {
    [prices(plan), alternatives(plan), sweep(plan)].into_iter().flatten().collect()
}

/// What turning each site's decision costs, the cheapest first.
fn prices(plan: &Plan) -> Option<String> {
    let mut priced: Vec<(&SitePlan, &SitePrice)> =
        plan.sites.iter().filter_map(|site| Some((site, site.turning.as_ref()?))).collect();
    let least = |price: &SitePrice| price.found.or(price.at_least).unwrap_or(f64::INFINITY);
    priced.sort_by(|a, b| least(a.1).total_cmp(&least(b.1)));
    let rows = priced.iter().map(|(site, price)| {
        let decision = if site.open { "close it" } else { "open it" };
        let amount = |value: Option<f64>| value.map_or_else(String::new, |value| format!("{value:+.2}"));
        let at_least = if price.is_impossible { "impossible".to_owned() } else { amount(price.at_least) };
        vec![site.id.clone(), decision.to_owned(), at_least, amount(price.found)]
    });
    let head = ["site", "otherwise", "costs at least", "found"];
    (!priced.is_empty()).then(|| tables::head(&head, rows.collect(), 2))
}

fn alternatives(plan: &Plan) -> Option<String> {
    let bound = plan.alternatives_bound.map(|bound| format!("\nNo plan with other sites costs less than {bound:.2}."));
    let rows = plan.alternatives.iter().map(|other| {
        vec![
            format!("{:.2}", other.total),
            format!("{:+.2}", other.total - plan.summary.total),
            other.opens.join(", "),
            other.does_without.join(", "),
        ]
    });
    let table = tables::head(&["alternative", "change", "opens", "does without"], rows.collect(), 4);
    (!plan.alternatives.is_empty()).then(|| table + &bound.unwrap_or_default())
}

fn sweep(plan: &Plan) -> Option<String> {
    let amount = |value: Option<f64>| value.map_or_else(String::new, |value| format!("{value:.2}"));
    let rows = plan.sweep.iter().map(|point| {
        let total = match point.total {
            Some(_) => amount(point.total),
            None if point.is_infeasible => "no plan".to_owned(),
            None => "none found".to_owned(),
        };
        let covered = point.covered.map_or_else(String::new, |share| format!("{:.1} %", 100.0 * share));
        vec![point.sites.to_string(), total, amount(point.lower_bound), covered]
    });
    (!plan.sweep.is_empty()).then(|| tables::table(&["sites", "total", "lower bound", "covered"], rows.collect(), 0))
}
