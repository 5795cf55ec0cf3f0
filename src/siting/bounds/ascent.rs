//! Prices to start the dual search from.

use super::lagrangian::Prices;
use crate::siting::prepared::Prepared;

/// Prices that spread each site's opening cost over the customers that it could serve, or, when a number of sites is
/// asked for, the cost to the site that is nearest among about as many as one of them stands for.
pub(crate) fn start(prepared: &Prepared<'_>) -> Prices {
    let problem = prepared.problem;
    let supplies = vec![0.0; problem.supplies().len()];
    let free = prepared.opening.iter().all(|&cost| cost <= 0.0);
    let rows = if free && problem.max_open() < prepared.n_sites() && problem.max_open() > 0 {
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
