//! The sum that limits a route in the relaxation, in small whole units.
//!
//! Of all sums that a fleet limits – deliveries and pickups by dimension, visits, distance, duration – the one takes
//! part that needs most vehicles. Amounts are rounded down to units, so that every route of the problem stays allowed.

use super::Relaxation;
use super::fleets::Fleet;
use crate::network::Travel;
use crate::routing::Problem;
use crate::units::LocationIdx;

/// Units that each customer takes, at least one, and the most that a route takes.
pub(super) struct Weights {
    /// By customer.
    pub(super) of: Vec<u32>,
    /// Of a route.
    pub(super) limit: usize,
}

/// Above so many customers nobody looks for the shortest ways to and from each.
const MOST_FOR_TRAVEL: usize = 4_000;

impl Weights {
    /// For routes of `fleet`, in at most about `most_units`. `O(n log n)` for each sum.
    pub(super) fn new(relaxation: &Relaxation<'_>, fleet: &Fleet, most_units: usize) -> Self {
        let tightness = |(amounts, limit): &(Vec<i64>, i64)| {
            amounts.iter().map(|&amount| amount as f64).sum::<f64>() / (*limit).max(1) as f64
        };
        let sums = sums(relaxation, fleet).into_iter();
        let binding = sums.max_by(|a, b| tightness(a).total_cmp(&tightness(b))).expect("visits are a sum");
        in_units(&binding.0, binding.1, most_units, fleet.max_visits)
    }
}

/// Amounts by customer and the most that a route of `fleet` can have of them.
pub(super) fn sums(relaxation: &Relaxation<'_>, fleet: &Fleet) -> Vec<(Vec<i64>, i64)> {
    let (problem, stakes) = (relaxation.problem, &relaxation.stakes);
    let mut sums = vec![(vec![1; problem.n_customers()], fleet.max_visits as i64)];
    let alone = |row: usize, amount: i64| if stakes.partner[row].is_none() { amount } else { 0 };
    for (dimension, most) in fleet.capacity.iter().enumerate() {
        let customers = || problem.customers().iter().enumerate();
        let deliveries = customers().map(|(row, customer)| alone(row, customer.delivery[dimension].get()));
        let pickups = customers().map(|(row, customer)| alone(row, customer.pickup[dimension].get()));
        sums.push((deliveries.collect(), most.get()));
        sums.push((pickups.collect(), most.get()));
    }
    let limited = |most: i64| most < 1 << 40 && problem.n_customers() <= MOST_FOR_TRAVEL;
    if limited(fleet.max_distance.get()) {
        let least = least_travel(problem, fleet, |travel, from, to| travel.distance(from, to).get());
        sums.push((least, 2 * fleet.max_distance.get()));
    }
    if limited(fleet.max_duration.get()) {
        let mut least = least_travel(problem, fleet, |travel, from, to| travel.duration(from, to).get());
        least.iter_mut().zip(problem.customers()).for_each(|(least, customer)| *least += 2 * customer.service.get());
        sums.push((least, 2 * fleet.max_duration.get()));
    }
    sums
}

/// The shortest way in plus the shortest way out, by customer: on a route they sum up to at most twice its length.
fn least_travel(
    problem: &Problem,
    fleet: &Fleet,
    length: impl Fn(&Travel, LocationIdx, LocationIdx) -> i64,
) -> Vec<i64> {
    let location = |row: usize| -> LocationIdx { problem.customers()[row].location };
    let travel = problem.travel();
    (0..problem.n_customers())
        .map(|row| {
            let here = location(row);
            let others = || (0..problem.n_customers()).filter(move |&other| other != row).map(location);
            let into = others().chain(fleet.places.iter().map(|place| place.0));
            let ends = fleet.places.iter().map(|place| place.1.map_or(0, |end| length(travel, here, end)));
            let out = others().map(|other| length(travel, here, other)).chain(ends);
            into.map(|other| length(travel, other, here)).min().unwrap_or(0) + out.min().unwrap_or(0)
        })
        .collect()
}

/// `amounts` up to `limit` in at most `most_units`. Whoever takes less than a unit takes one, and the limit grows by as
/// many as a route can have of them.
fn in_units(amounts: &[i64], limit: i64, most_units: usize, max_visits: usize) -> Weights {
    let divisor = amounts.iter().fold(limit, |divisor, &amount| num_integer::gcd(divisor, amount)).max(1);
    let units = (limit / divisor).min(most_units as i64).max(0);
    let unit = |amount: i64| -> u32 {
        if limit <= 0 {
            return 0;
        }
        let floor = i128::from(amount) * i128::from(units) / i128::from(limit);
        u32::try_from(floor).unwrap_or(u32::MAX)
    };
    let mut of: Vec<u32> = amounts.iter().map(|&amount| unit(amount)).collect();
    let mut small: Vec<i64> = amounts.iter().zip(&of).filter(|(_, unit)| **unit == 0).map(|(&it, _)| it).collect();
    small.sort_unstable();
    let mut left = limit;
    let fitting = small.iter().take_while(|&&amount| {
        left -= amount;
        left >= 0
    });
    let n_small = fitting.count().min(max_visits);
    of.iter_mut().for_each(|unit| *unit = (*unit).max(1));
    Weights { of, limit: units as usize + n_small }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_by_hand() {
        let exact = in_units(&[4, 6, 0], 12, 100, 9);
        assert_eq!((exact.of, exact.limit), (vec![2, 3, 1], 7));
        // A unit is 10: two amounts are below it, and a route holds both.
        let coarse = in_units(&[35, 9, 61, 8], 100, 10, 9);
        assert_eq!((coarse.of, coarse.limit), (vec![3, 1, 6, 1], 12));
    }
}
