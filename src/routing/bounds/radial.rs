//! A bound from how far customers are: no route costs less than the way to the farthest of its customers and back, and
//! so its customers can share that cost by weight.
//!
//! Source: Haimovich & Rinnooy Kan (1985), Mathematics of Operations Research 10(4).

use super::Relaxation;
use super::fleets::Fleet;
use super::lines::Lines;
use super::ways::{Table, Tables};
use super::weights::sums;

/// What every customer pays at least, in such a way that no route costs less than its customers pay together; infinite
/// for whom nobody can serve. `None` where nothing is known of ways. `O(n²)`, `O(n)` where only coordinates are looked at.
pub(super) fn prices(relaxation: &Relaxation<'_>) -> Option<Vec<f64>> {
    let customers = relaxation.problem.customers();
    let mut prices = vec![f64::INFINITY; customers.len()];
    for fleet in &relaxation.fleets {
        let (reach, slack) = reach(relaxation, fleet)?;
        let paid = |row: usize, (amounts, limit): &(Vec<i64>, i64)| {
            let reach = reach[row] + fleet.fixed - slack;
            if reach < f64::INFINITY { reach.max(0.0) * amounts[row] as f64 / *limit as f64 } else { 0.0 }
        };
        let total = |sum: &(Vec<i64>, i64)| (0..customers.len()).map(|row| paid(row, sum)).sum::<f64>();
        let limited = sums(relaxation, fleet).into_iter().filter(|sum| sum.1 > 0);
        let best = limited.max_by(|a, b| total(a).total_cmp(&total(b)));
        for (row, price) in prices.iter_mut().enumerate().filter(|(row, _)| reach[*row] < f64::INFINITY) {
            let service = customers[row].service.get() as f64 * fleet.rate.1.get() as f64;
            *price = price.min(best.as_ref().map_or(0.0, |sum| paid(row, sum)) + service - slack);
        }
    }
    Some(prices)
}

/// What a route of `fleet` that calls at a customer costs at least besides fixed cost and calls, by customer, and what it
/// may be below that for its last way and for each call.
fn reach(relaxation: &Relaxation<'_>, fleet: &Fleet) -> Option<(Vec<f64>, f64)> {
    let ways = relaxation.ways.iter().find(|ways| ways.rate == fleet.rate)?;
    if let Some(tables) = &ways.tables {
        return Some((by_ways(fleet, tables), 0.0));
    }
    let lines = Lines::new(relaxation.problem, fleet.rate)?;
    let reach = relaxation.problem.customers().iter().map(|customer| {
        let here = lines.point(customer.location);
        let there_and_back = fleet.places.iter().map(|&(start, end)| {
            let back = end.map_or(0.0, |end| lines.cost(here, lines.point(end)));
            lines.cost(lines.point(start), here) + back
        });
        there_and_back.fold(f64::INFINITY, f64::min)
    });
    Some((reach.collect(), lines.slack))
}

/// The cheapest ways from the start to each customer and on to the end, past any others.
fn by_ways(fleet: &Fleet, tables: &Tables) -> Vec<f64> {
    let there = cheapest(&fleet.start, tables.out());
    let back = cheapest(&fleet.end, &tables.into);
    there.iter().zip(&back).map(|(there, back)| there + back).collect()
}

/// The cheapest paths to all customers that begin with one of `first`. `O(n²)`.
/// Source: Dijkstra (1959), Numerische Mathematik 1.
fn cheapest(first: &[f64], ways: &Table) -> Vec<f64> {
    let mut cost = first.to_vec();
    let mut is_open = vec![true; first.len()];
    while let Some(here) = (0..first.len()).filter(|&row| is_open[row]).min_by(|&a, &b| cost[a].total_cmp(&cost[b])) {
        is_open[here] = false;
        let so_far = cost[here];
        for (cost, way) in cost.iter_mut().zip(ways.costs(here)) {
            *cost = cost.min(so_far + way);
        }
    }
    cost
}
