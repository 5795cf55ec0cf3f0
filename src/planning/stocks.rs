//! Limited goods in the solver's terms.

use super::rows::Rows;
use crate::model::problem::{Purpose, Routing};
use crate::routing::Stocks;
use crate::units::LocationIdx;

/// Stocks, for the solver's customers and vehicle types; `None` where nothing is limited.
pub(super) fn compiled(data: &Routing, rows: &Rows<'_>) -> Option<Stocks> {
    if data.stocks.is_empty() {
        return None;
    }
    let at = |location: LocationIdx| data.stocks.iter().position(|stock| stock.location == location);
    let n_visits = data.first_reload();
    let visits = (0..n_visits).map(|row| data.visit(row));
    let reloads = rows.reloads();
    Some(Stocks {
        most: data.stocks.iter().flat_map(|stock| stock.most.iter().copied()).collect(),
        starts: data.vehicle_types.iter().map(|it| at(it.start)).collect(),
        reloads: std::iter::repeat_n(None, n_visits)
            .chain(reloads.iter().map(|&row| at(data.visit(row).location)))
            .collect(),
        is_brought: visits
            .map(|visit| matches!(visit.purpose, Purpose::Order(_)))
            .chain(reloads.iter().map(|_| false))
            .collect(),
    })
}
