//! What vehicles take from places where goods are limited.

use super::numbers::number;
use super::page::Page;
use super::tables::{Cell, Table, bar, number_cell, text};
use crate::io::atlas::Atlas;
use crate::model::plan::Activity;
use crate::model::{Plan, Quantities, Scenario};
use std::collections::BTreeMap;

/// A line for each stock and dimension: what all trips take, and what there is.
pub(super) fn section(scenario: &Scenario, plan: &Plan, page: &mut Page) {
    if scenario.stocks.is_empty() || plan.routes.is_empty() {
        return;
    }
    let atlas = Atlas::new(scenario);
    let mut table = Table::new(page.language, &["Place", "Goods", "#Loaded", "#In stock", "Taken"]);
    for stock in &scenario.stocks {
        let loaded = loaded(plan, &stock.location);
        let lines: Vec<(&str, f64)> = match &stock.quantity {
            // Where there is one dimension, loads have its name.
            Quantities::Bare(most) => vec![(loaded.keys().next().copied().unwrap_or_default(), *most)],
            Quantities::Named(named) => named.iter().map(|(name, most)| (name.as_str(), *most)).collect(),
        };
        for (name, most) in lines {
            let taken = loaded.get(name).copied().unwrap_or(0.0);
            let share = if most > 0.0 { taken / most } else { 1.0 };
            let cells = [
                text(atlas.name(&stock.location)),
                text(name),
                number_cell(number(taken, 2)),
                number_cell(number(most, 2)),
                Cell::Text(bar(share)),
            ];
            table.row("", &cells);
        }
    }
    page.section("", "Limited stocks", "", &table.finish());
}

/// What all trips that begin at a place have aboard when they leave it.
fn loaded<'a>(plan: &'a Plan, place: &str) -> BTreeMap<&'a str, f64> {
    let stops = plan.routes.iter().flat_map(|route| &route.stops);
    let begins = stops.filter(|it| it.location == place && matches!(it.activity, Activity::Start | Activity::Reload));
    let mut loaded: BTreeMap<&str, f64> = BTreeMap::new();
    for (name, load) in begins.flat_map(|stop| &stop.load) {
        *loaded.entry(name).or_default() += load;
    }
    loaded
}
