//! What each order of a plan costs: its share of the route that serves it.
//!
//! Source of the idea: the alternative cost avoided methods, which go by what each saves when it is left out; see Tijs &
//! Driessen (1986), Management Science 32(8).

use super::RoutingChoice;
use super::routing::{costs_together, route_cost};
use crate::model::plan::CostShare;
use crate::model::problem::{Problem, Purpose, Routing};
use crate::units::Cost;

/// The shares of all orders and shipments on the routes of `choice`, in the order of their first stops.
///
/// A route's cost is shared in proportion to what each saves when it is taken out plus what a route for it alone would
/// cost; the shares add up to the cost of the route exactly. `O(n)` route evaluations.
#[must_use]
pub fn cost_shares(problem: &Problem, routing: &Routing, choice: &RoutingChoice) -> Vec<CostShare> {
    let mut shares = Vec::new();
    let routes = choice.routes.iter().filter(|(_, rows)| !rows.is_empty());
    for ((vehicle_type, rows), whole) in routes.zip(costs_together(problem, routing, choice)) {
        let cost = |rows: &[usize]| route_cost(problem, routing, *vehicle_type, &without_idle_reloads(routing, rows));
        let mut seen = Vec::new();
        for &row in rows.iter().filter(|&&row| routing.visit(row).purpose != Purpose::Reload) {
            let id = problem.order_id(routing.visit(row).purpose);
            if !seen.contains(&id) {
                seen.push(id);
            }
        }
        let weighed: Vec<(&str, Cost, Cost)> = seen
            .into_iter()
            .map(|id| {
                let is_it = |row: &usize| problem.order_id(routing.visit(*row).purpose) == id;
                let (own, others): (Vec<usize>, Vec<usize>) = rows.iter().partition(|row| is_it(row));
                (id, (whole - cost(&others)).max(Cost::ZERO), cost(&own))
            })
            .collect();
        shares.extend(divided(whole, &weighed));
    }
    shares
}

/// A route's cost in proportion to the weights of who is on it; equal parts where nobody weighs anything.
fn divided(whole: Cost, weighed: &[(&str, Cost, Cost)]) -> Vec<CostShare> {
    let weight = |(_, marginal, alone): &(&str, Cost, Cost)| i128::from((*marginal + *alone).get());
    let total: i128 = weighed.iter().map(weight).sum();
    let mut before = 0;
    let mut shares = Vec::with_capacity(weighed.len());
    for (place, line) in weighed.iter().enumerate() {
        let (of, all) = if total > 0 { (weight(line), total) } else { (1, weighed.len() as i128) };
        let until = |weight: i128| (i128::from(whole.get()) * weight / all) as i64;
        let (from, to) = if total > 0 { (before, before + of) } else { (place as i128, place as i128 + 1) };
        before += of;
        let (id, marginal, alone) = *line;
        shares.push(CostShare {
            id: id.to_owned(),
            share: Cost::new(until(to) - until(from)).as_currency(),
            marginal: marginal.as_currency(),
            alone: alone.as_currency(),
        });
    }
    shares
}

/// The rows without reloads that no visit follows or comes before.
fn without_idle_reloads(routing: &Routing, rows: &[usize]) -> Vec<usize> {
    let reloads = |row: usize| routing.visit(row).purpose == Purpose::Reload;
    let mut kept: Vec<usize> = Vec::with_capacity(rows.len());
    for &row in rows {
        if !reloads(row) || kept.last().is_some_and(|&last| !reloads(last)) {
            kept.push(row);
        }
    }
    if kept.last().is_some_and(|&last| reloads(last)) {
        kept.pop();
    }
    kept
}
