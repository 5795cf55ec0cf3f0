//! A bound from how far customers are: no route costs less than the way to the farthest of its customers and back, and so
//! its customers can share that cost by weight.
//!
//! Where ways are known, customers may first pay for ways of their own: each the cheapest way in and, of what is left, the
//! cheapest way out, or half of both. They then share what is left of the way to the farthest one and back. That is more
//! where calls cost more than distances, as with setup times.
//!
//! Source: Haimovich & Rinnooy Kan (1985), Mathematics of Operations Research 10(4), for the shares.

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
        let sums: Vec<(Vec<i64>, i64)> = sums(relaxation, fleet).into_iter().filter(|sum| sum.1 > 0).collect();
        let known =
            SHARES.iter().map_while(|&share| reach(relaxation, fleet, share)).map(|it| shared(fleet, &sums, &it));
        let total = |paid: &Vec<f64>| paid.iter().filter(|price| price.is_finite()).sum::<f64>();
        let best = known.max_by(|a, b| total(a).total_cmp(&total(b)))?;
        for ((price, paid), customer) in prices.iter_mut().zip(best).zip(customers) {
            *price = price.min(paid + customer.service.get() as f64 * fleet.rate.1.get() as f64);
        }
    }
    Some(prices)
}

/// What customers may pay of the ways in and out: each of these is tried.
const SHARES: [f64; 3] = [0.0, 0.5, 1.0];

/// What every customer pays, services aside, where the sum that makes them pay most is shared; infinite where no route goes.
fn shared(fleet: &Fleet, sums: &[(Vec<i64>, i64)], Reach { own, beyond, slack }: &Reach) -> Vec<f64> {
    let paid = |row: usize, (amounts, limit): &(Vec<i64>, i64)| {
        (beyond[row] + fleet.fixed - slack).max(0.0) * amounts[row] as f64 / *limit as f64
    };
    let is_reached = |row: &usize| beyond[*row] < f64::INFINITY;
    let total = |sum: &&(Vec<i64>, i64)| (0..own.len()).filter(is_reached).map(|row| paid(row, sum)).sum::<f64>();
    let best = sums.iter().max_by(|a, b| total(a).total_cmp(&total(b)));
    let price = |row: usize| own[row] - slack + best.map_or(0.0, |sum| paid(row, sum));
    (0..own.len()).map(|row| if is_reached(&row) { price(row) } else { f64::INFINITY }).collect()
}

/// What a route costs at least besides fixed cost and calls.
struct Reach {
    /// For each customer that it calls at.
    own: Vec<f64>,
    /// Beyond all these, by any one customer that it calls at.
    beyond: Vec<f64>,
    /// What it may be below that for its last way and for each call.
    slack: f64,
}

/// What every route of `fleet` through a customer costs at least besides fixed cost and calls, by customer; `None` where
/// the ways are not known. `O(n²)`.
pub(super) fn least_routes(relaxation: &Relaxation<'_>, fleet: &Fleet) -> Option<Vec<f64>> {
    relaxation.ways(fleet).tables.as_ref()?;
    Some(reach(relaxation, fleet, 0.0)?.beyond)
}

/// Where customers pay a share of ways of their own. `None` where nothing is known of ways, or not enough for that.
fn reach(relaxation: &Relaxation<'_>, fleet: &Fleet, share: f64) -> Option<Reach> {
    let ways = relaxation.ways(fleet);
    if let Some(tables) = &ways.tables {
        return Some(by_ways(fleet, tables, &ways.least_into, share));
    }
    if share > 0.0 {
        return None;
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
    Some(Reach { own: vec![0.0; fleet.start.len()], beyond: reach.collect(), slack: lines.slack })
}

/// The cheapest ways from the start to each customer and on to the end, past any others.
fn by_ways(fleet: &Fleet, tables: &Tables, least_into: &[f64], share: f64) -> Reach {
    let part = |cost: f64| if cost < f64::INFINITY { share * cost } else { 0.0 };
    let into: Vec<f64> = fleet.start.iter().zip(least_into).map(|(start, way)| part(start.min(*way))).collect();
    let left = |way: &f64, paid: &f64| (way - paid).max(0.0);
    let out: Vec<f64> = (0..into.len())
        .map(|row| {
            let onwards = tables.out().costs(row).iter().zip(&into).map(|(way, paid)| left(way, paid));
            part(onwards.fold(fleet.end[row], f64::min))
        })
        .collect();
    let first: Vec<f64> = fleet.start.iter().zip(&into).map(|(start, paid)| left(start, paid)).collect();
    let last: Vec<f64> = fleet.end.iter().zip(&out).map(|(end, paid)| left(end, paid)).collect();
    let there = cheapest(&first, tables.out(), (&out, &into));
    let back = cheapest(&last, &tables.into, (&into, &out));
    let beyond = there.iter().zip(&back).map(|(there, back)| there + back).collect();
    Reach { own: into.iter().zip(&out).map(|(into, out)| into + out).collect(), beyond, slack: 0.0 }
}

/// The cheapest paths to all customers that begin with one of `first`, where each end of a way has paid a part of it. `O(n²)`.
/// Source: Dijkstra (1959), Numerische Mathematik 1.
fn cheapest(first: &[f64], ways: &Table, (here_paid, there_paid): (&[f64], &[f64])) -> Vec<f64> {
    let mut cost = first.to_vec();
    let mut is_open = vec![true; first.len()];
    while let Some(here) = (0..first.len()).filter(|&row| is_open[row]).min_by(|&a, &b| cost[a].total_cmp(&cost[b])) {
        is_open[here] = false;
        let so_far = cost[here];
        for ((cost, way), paid) in cost.iter_mut().zip(ways.costs(here)).zip(there_paid) {
            *cost = cost.min(so_far + (way - here_paid[here] - paid).max(0.0));
        }
    }
    cost
}
