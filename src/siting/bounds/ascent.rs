//! Prices to start the dual search from.

use super::lagrangian::Prices;
use crate::siting::prepared::Prepared;

/// Prices that spread each site's opening cost over the customers that it could serve, or, when a number of sites is
/// asked for, the cost to the site that is nearest among about as many as one of them stands for.
pub(crate) fn start(prepared: &Prepared<'_>) -> Prices {
    let problem = prepared.problem;
    let supplies = vec![0.0; problem.supplies().len()];
    let free = prepared.opening.iter().all(|&cost| cost <= 0.0);
    let is_counted = problem.max_open() < prepared.n_sites();
    if prepared.nearest_is_optimal() && !free && !is_counted && prepared.row.len() <= MOST_RAISED {
        return Prices { rows: raised(prepared), supplies };
    }
    let rows = if free && is_counted && problem.max_open() > 0 {
        ranked_costs(prepared, prepared.n_sites().div_ceil(problem.max_open()))
    } else {
        let mean = prepared.total_weight / (prepared.n_sites() as f64).sqrt().max(1.0);
        let mut rows = vec![f64::INFINITY; prepared.n_rows()];
        for i in 0..prepared.n_sites() {
            let is_limited = prepared.capacity[i].is_finite() || prepared.limits_products();
            let throughput = if is_limited { prepared.useful[i] } else { mean };
            let per_weight = prepared.opening[i].max(0.0) / throughput.max(1e-9);
            let (arcs, costs) = prepared.arcs(i);
            for (&j, &cost) in arcs.iter().zip(costs) {
                let price = &mut rows[j as usize];
                *price = price.min(cost + per_weight * prepared.weight[j as usize]);
            }
        }
        rows
    };
    let rows = rows.into_iter().zip(&prepared.ceiling);
    let finite = |(price, &most): (f64, &f64)| if price.is_finite() { price.min(most) } else { 0.0 };
    Prices { rows: rows.map(finite).collect(), supplies }
}

/// Most arcs that prices are raised along.
const MOST_RAISED: usize = 5_000_000;

/// Prices raised row by row, from the least cost of each to its next ones in turn, as long as no site would earn more than
/// its opening cost. Such prices need no climb to prove a bound. O(arcs log arcs) a round, of which there are few.
///
/// Source: Erlenkotter (1978), Operations Research 26(6), the ascent alone; rows with few sites at their price go first after
/// Koerkel (1989), European Journal of Operational Research 39(2).
fn raised(prepared: &Prepared<'_>) -> Vec<f64> {
    let mut slack: Vec<f64> = prepared.opening.iter().map(|cost| cost.max(0.0)).collect();
    let customers = prepared.problem.customers().iter().enumerate();
    let services: Vec<Vec<(f64, usize)>> = customers
        .map(|(j, customer)| {
            let sites = customer.services.iter().map(|service| service.site.get());
            let costs = sites.filter_map(|i| prepared.arc_cost(i, j).map(|cost| (cost, i)));
            let mut costs: Vec<(f64, usize)> = costs.filter(|(cost, _)| cost.is_finite()).collect();
            costs.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
            costs
        })
        .collect();
    let mut prices: Vec<f64> = services.iter().map(|costs| costs.first().map_or(0.0, |least| least.0)).collect();
    // How many sites each row has at its price or below.
    let mut n_within: Vec<usize> = services.iter().zip(&prices).map(|(costs, price)| within(costs, *price)).collect();
    let mut rising: Vec<usize> = (0..prices.len()).filter(|&j| !services[j].is_empty()).collect();
    while !rising.is_empty() {
        rising.sort_by_key(|&j| n_within[j]);
        rising.retain(|&j| {
            let reached = &services[j][..n_within[j]];
            let most = reached.iter().map(|&(_, i)| slack[i]).fold(prepared.ceiling[j] - prices[j], f64::min);
            let next = services[j].get(n_within[j]).map_or(f64::INFINITY, |next| next.0 - prices[j]);
            let rise = most.min(next);
            // What cannot rise without limit is left to the climb, like a row with a single free site.
            if rise <= 0.0 || !rise.is_finite() {
                return false;
            }
            reached.iter().for_each(|&(_, i)| slack[i] -= rise);
            prices[j] += rise;
            n_within[j] = within(&services[j], prices[j]);
            rise < most
        });
    }
    prices
}

/// How many of sorted costs are at most `price`.
fn within(costs: &[(f64, usize)], price: f64) -> usize {
    costs.partition_point(|cost| cost.0 <= price)
}

/// The `rank`-th least cost of each row.
fn ranked_costs(prepared: &Prepared<'_>, rank: usize) -> Vec<f64> {
    let customers = prepared.problem.customers().iter().enumerate();
    let ranked = customers.map(|(j, customer)| {
        let costs = customer.services.iter().map(|service| service.cost + prepared.inbound_of(service.site.get(), j));
        let mut costs: Vec<f64> = costs.filter(|cost| cost.is_finite()).collect();
        let at = rank.min(costs.len().saturating_sub(1));
        if costs.is_empty() { 0.0 } else { *costs.select_nth_unstable_by(at, f64::total_cmp).1 }
    });
    ranked.collect()
}

/// Prices that an open set suggests where each row takes its cheapest open site: between what that costs and what the
/// second cheapest does, so that each open site earns its opening cost, and where their number is limited as much more
/// as half of what they save on average.
pub(crate) fn around(prepared: &Prepared<'_>, open: &[bool]) -> Prices {
    let n_rows = prepared.n_rows();
    let (mut first, mut second) = (vec![(f64::INFINITY, 0); n_rows], prepared.ceiling.clone());
    for i in (0..prepared.n_sites()).filter(|&i| open[i]) {
        let (rows, costs) = prepared.arcs(i);
        for (&j, &cost) in rows.iter().zip(costs) {
            let (first, second) = (&mut first[j as usize], &mut second[j as usize]);
            if cost < first.0 {
                *second = first.0.min(*second);
                *first = (cost, i);
            } else {
                *second = cost.min(*second);
            }
        }
    }
    let mut losses = vec![0.0; prepared.n_sites()];
    for (first, second) in first.iter().zip(&mut second) {
        // Without a second choice nothing says how dear a row may be.
        *second = if second.is_finite() { second.max(first.0) } else { first.0 };
        losses[first.1] += *second - first.0;
    }
    let is_open = |i: &usize| open[*i];
    let earned: f64 = (0..prepared.n_sites()).filter(is_open).map(|i| losses[i] - prepared.opening[i]).sum();
    let n_open = (0..prepared.n_sites()).filter(is_open).count();
    let is_limited = n_open == prepared.problem.max_open();
    let more = if is_limited { 0.5 * earned.max(0.0) / n_open.max(1) as f64 } else { 0.0 };
    let share = |i: usize| ((prepared.opening[i] + more) / losses[i].max(1e-9)).clamp(0.0, 1.0);
    let between = first.iter().zip(&second).map(|(first, second)| first.0 + share(first.1) * (second - first.0));
    let rows = between.zip(&prepared.ceiling).map(|(price, &most)| price.min(most)).collect();
    Prices { rows, supplies: vec![0.0; prepared.problem.supplies().len()] }
}

#[cfg(test)]
mod tests {
    use super::super::lagrangian::{Lagrangian, Prices};
    use super::{raised, start};
    use crate::search::Budget;
    use crate::siting::prepared::Prepared;
    use crate::siting::{Shape, generate};
    use std::sync::atomic::AtomicBool;
    use std::time::Instant;

    #[test]
    fn raised_prices_can_rise_no_further_and_prove_their_sum() {
        let cancel = AtomicBool::new(false);
        let budget =
            Budget { iterations: u64::MAX, started: Instant::now(), deadline: None, gap: 0.0, cancel: &cancel };
        for seed in 0..10 {
            let problem = generate(&Shape { missing: 0.1, ..Shape::plain(20, 40) }, seed);
            let prepared = Prepared::new(&problem, &budget);
            let prices = Prices { rows: raised(&prepared), supplies: Vec::new() };
            assert_eq!(start(&prepared), prices, "seed {seed}");
            let slack: Vec<f64> = (0..20)
                .map(|i| {
                    let (rows, costs) = prepared.arcs(i);
                    let earned = rows.iter().zip(costs).map(|(&j, cost)| (prices.rows[j as usize] - cost).max(0.0));
                    prepared.opening[i] - earned.sum::<f64>()
                })
                .collect();
            let scale = 1e-6 * prices.rows.iter().sum::<f64>();
            assert!(slack.iter().all(|&slack| slack > -scale), "seed {seed}: {slack:?}");
            for j in 0..40 {
                let is_tight = |i: usize| slack[i] < scale;
                let is_reached = |i: usize| prepared.arc_cost(i, j).is_some_and(|cost| cost <= prices.rows[j] + scale);
                assert!((0..20).any(|i| is_tight(i) && is_reached(i)), "seed {seed}: row {j} could rise");
            }
            let mut lagrangian = Lagrangian::new(&prepared, &prices);
            let fixing = lagrangian.fixing();
            let bound = lagrangian.evaluate(&prices, &fixing).bound;
            let sum = prepared.constant + prices.rows.iter().sum::<f64>();
            assert!((bound - sum).abs() < scale, "seed {seed}: {bound}, not {sum}");
        }
    }
}
