//! What carriers take, and for how much.

use super::numbers::money_plain;
use super::page::Page;
use super::tables::{MOST_ROWS, Table, cost_head, left_out, number_cell, text};
use crate::io::atlas::Atlas;
use crate::model::{Plan, Scenario};

/// A line for each order and shipment.
pub(super) fn section(scenario: &Scenario, plan: &Plan, page: &mut Page) {
    if plan.outsourced.is_empty() {
        return;
    }
    let language = page.language;
    let atlas = Atlas::new(scenario);
    let cost = cost_head(scenario, language);
    let mut table = Table::new(language, &["Order", "Place", "Carrier", cost.as_str()]);
    for line in plan.outsourced.iter().take(MOST_ROWS) {
        let cells = [
            text(&line.id),
            text(atlas.order_name(&line.id)),
            text(&line.carrier),
            number_cell(money_plain(scenario, line.price, plan.summary.total)),
        ];
        table.row("", &cells);
    }
    page.section("long", "With carriers", &left_out(plan.outsourced.len(), language), &table.finish());
}
