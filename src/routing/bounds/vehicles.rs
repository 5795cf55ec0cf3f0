//! The fewest vehicles that can hold everything mandatory.
//!
//! Source: Martello & Toth (1990), Discrete Applied Mathematics 28(1), for the bin-packing bound L2.

use super::fleets::Fleet;
use super::stakes::Stakes;
use crate::routing::Problem;
use crate::units::Load;

/// Fewest vehicles of any solution that serves all mandatory customers. `O(n log n)` for each dimension.
pub(super) fn least(problem: &Problem, fleets: &[Fleet], stakes: &Stakes) -> usize {
    let mandatory = |row: &usize| stakes.is_mandatory[*row];
    let n_mandatory = (0..problem.n_customers()).filter(mandatory).count();
    let n_vehicles: usize = fleets.iter().map(|fleet| fleet.count).sum();
    let most_visits = fleets.iter().map(|fleet| fleet.max_visits).max().unwrap_or(0).max(1);
    let mut least = n_mandatory.div_ceil(most_visits);
    for dimension in 0..problem.n_dimensions() {
        let capacities: Vec<(i64, usize)> =
            fleets.iter().map(|fleet| (fleet.capacity[dimension].get(), fleet.count)).collect();
        // Goods of shipments are aboard for a part of the route only.
        let alone = |row: &usize| mandatory(row) && stakes.partner[*row].is_none();
        let rows: Vec<usize> = (0..problem.n_customers()).filter(alone).collect();
        let goods = |load: &dyn Fn(usize) -> Load| -> Vec<i64> { rows.iter().map(|&row| load(row).get()).collect() };
        let deliveries = goods(&|row| problem.customers()[row].delivery[dimension]);
        let pickups = goods(&|row| problem.customers()[row].pickup[dimension]);
        for loads in [deliveries, pickups] {
            least = least.max(fractional(&loads, &capacities)).max(packing(loads, &capacities));
        }
    }
    least.min(n_vehicles)
}

/// So many of the largest vehicles hold the sum.
fn fractional(loads: &[i64], capacities: &[(i64, usize)]) -> usize {
    let mut left: i128 = loads.iter().map(|&load| i128::from(load)).sum();
    let mut largest_first = capacities.to_vec();
    largest_first.sort_unstable_by(|a, b| b.cmp(a));
    let mut n_vehicles = 0;
    for (capacity, count) in largest_first {
        if left <= 0 || capacity <= 0 {
            break;
        }
        let needed = (left as u128).div_ceil(capacity as u128).min(count as u128) as usize;
        n_vehicles += needed;
        left -= i128::from(capacity) * needed as i128;
    }
    n_vehicles
}

/// The bound L2 with every vehicle as large as the largest.
fn packing(mut loads: Vec<i64>, capacities: &[(i64, usize)]) -> usize {
    let capacity = capacities.iter().map(|&(capacity, _)| capacity).max().unwrap_or(0);
    if capacity <= 0 || capacity >= Load::HUGE.get() {
        return 0;
    }
    loads.retain(|&load| load > 0);
    loads.sort_unstable_by(|a, b| b.cmp(a));
    let sums: Vec<i128> = std::iter::once(0)
        .chain(loads.iter().scan(0, |sum, &load| {
            *sum += i128::from(load);
            Some(*sum)
        }))
        .collect();
    let longer_than = |limit: i64| loads.partition_point(|&load| load > limit);
    let halves = longer_than(capacity / 2);
    let mut tried: Vec<i64> = loads[halves..].to_vec();
    tried.push(0);
    tried.dedup();
    let bound = |&small: &i64| {
        // Alone in their vehicles; the half-full ones, in whose room the small ones from `small` on may go.
        let (alone, middle_end) = (longer_than(capacity - small), loads.partition_point(|&load| load >= small.max(1)));
        let middle_end = middle_end.max(halves);
        let room = (halves - alone) as i128 * i128::from(capacity) - (sums[halves] - sums[alone]);
        let rest = (sums[middle_end] - sums[halves] - room).max(0);
        halves + (rest as u128).div_ceil(capacity as u128) as usize
    };
    tried.iter().map(bound).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packing_by_hand() {
        // Three sixes cannot share vehicles of ten; the four fours fit beside three of them and need one more.
        assert_eq!(packing(vec![6, 6, 6], &[(10, 9)]), 3);
        assert_eq!(packing(vec![6, 6, 6, 4, 4, 4, 4], &[(10, 9)]), 4);
        assert_eq!(packing(vec![7, 7, 3, 3, 3], &[(10, 9)]), 3);
        assert_eq!(fractional(&[5, 5, 5], &[(10, 1), (3, 4)]), 3);
    }
}
