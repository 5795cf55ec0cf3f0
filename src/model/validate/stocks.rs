//! Limited goods at places where vehicles are loaded.

use super::names::Names;
use super::quantities::Catalog;
use crate::model::defect::Defects;
use crate::model::problem::{Routing, Stock};
use crate::model::scenario::Scenario;
use crate::units::LocationIdx;

/// The places of stocks and their amounts, which are not yet scaled.
pub(super) fn read(
    scenario: &Scenario,
    locations: &Names<'_>,
    catalog: &mut Catalog<'_>,
    defects: &mut Defects,
) -> Vec<(LocationIdx, Vec<Option<f64>>)> {
    let mut stocks: Vec<(LocationIdx, Vec<Option<f64>>)> = Vec::with_capacity(scenario.stocks.len());
    for (row, stock) in scenario.stocks.iter().enumerate() {
        let pointer = |field: &str| format!("/stocks/{row}/{field}");
        let before = defects.count();
        let location = locations.location(&stock.location, || pointer("location"), defects);
        if defects.count() == before && stocks.iter().any(|(known, _)| *known == location) {
            let detail = format!("`{}` has a stock already", stock.location);
            defects.add(pointer("location"), "duplicate_stock", detail, "give one of them all dimensions");
        }
        let amounts = catalog.read(&stock.quantity, || pointer("quantity"), defects);
        if amounts.iter().all(Option::is_none) && defects.count() == before {
            let detail = format!("nothing is limited at `{}`", stock.location);
            defects.add(pointer("quantity"), "stock_limits_nothing", detail, "name a dimension, or remove it");
        }
        stocks.push((location, amounts));
    }
    stocks
}

/// Checks that vehicles are loaded at every stock.
pub(super) fn finish(scenario: &Scenario, routing: &Routing, defects: &mut Defects) {
    for (row, Stock { location, .. }) in routing.stocks.iter().enumerate() {
        let is_used = routing.vehicle_types.iter().any(|it| it.start == *location)
            || routing.reloads.iter().any(|reload| reload.location == *location);
        if !is_used {
            let detail = format!("no vehicle starts or reloads at `{}`", scenario.stocks[row].location);
            let hint = "see `start` and `reload` of the vehicles";
            defects.add(format!("/stocks/{row}/location"), "stock_without_vehicles", detail, hint);
        }
    }
}
