//! A first feasible solution in one pass, for problems so large that exact flows would come late.

use super::super::prepared::Prepared;
use super::super::solution::{Flow, Solution};
use super::complete;
use crate::units::{CustomerIdx, Load, SiteIdx};

/// Every row, those first that would lose most at their second choice, to its cheapest open sites with room. `None` when
/// that leaves something over, or a site below its least throughput.
pub(crate) fn greedy(prepared: &Prepared<'_>, open: &[bool]) -> Option<Solution> {
    greedy_opening(prepared, &mut open.to_vec(), |_| false)
}

/// [`greedy`], where what is left over opens further sites among those that it `may_open`: each time the one that is
/// cheapest for the row, with the row's share of what the site costs to open.
pub(crate) fn greedy_opening(
    prepared: &Prepared<'_>,
    open: &mut [bool],
    may_open: impl Fn(usize) -> bool,
) -> Option<Solution> {
    let near = open_arcs(prepared, open);
    let mut filling = Filling {
        prepared,
        left: prepared.capacity.clone(),
        left_for: prepared.product_capacity.clone(),
        flows: Vec::new(),
    };
    let mut over: Vec<(usize, i64)> = Vec::new();
    for j in by_regret(&near) {
        let mut missing = prepared.problem.customers()[j].demand.get();
        for &(_, i) in &near[j] {
            missing -= filling.serve(i, j, missing);
            if missing == 0 {
                break;
            }
        }
        if missing > 0 {
            over.push((j, missing));
        }
    }
    let mut is_new = vec![false; prepared.n_sites()];
    for (j, mut missing) in over {
        while missing > 0 {
            let sites = prepared.problem.customers()[j].services.iter().map(|service| service.site.get());
            let priced = sites.filter_map(|i| prepared.arc_cost(i, j).map(|cost| (cost, i)));
            let least = |a: &(f64, usize), b: &(f64, usize)| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1));
            let opened = priced.clone().filter(|&(_, i)| is_new[i] && filling.room(i, j, missing) > 0).min_by(least);
            let i = match opened {
                Some((_, i)) => i,
                None => {
                    let is_free = |i: usize| !open[i] && may_open(i) && prepared.siblings(i).all(|k| !open[k]);
                    let share = |i: usize| prepared.opening[i] * prepared.weight[j] / prepared.useful[i].max(1.0);
                    let closed = priced.filter(|&(_, i)| is_free(i) && filling.room(i, j, missing) > 0);
                    let (_, i) = closed.map(|(cost, i)| (cost + share(i), i)).min_by(least)?;
                    (open[i], is_new[i]) = (true, true);
                    i
                }
            };
            missing -= filling.serve(i, j, missing);
        }
    }
    let mut passed = vec![0.0; prepared.n_sites()];
    for flow in &filling.flows {
        let j = flow.customer.get();
        passed[flow.site.get()] += flow.amount.get() as f64 * prepared.weight[j] / prepared.demand[j];
    }
    if (0..passed.len()).any(|i| open[i] && passed[i] < prepared.least[i]) {
        return None;
    }
    complete(prepared, open, filling.flows)
}

/// Sites that fill up.
struct Filling<'a> {
    prepared: &'a Prepared<'a>,
    /// Capacity that is left, by site.
    left: Vec<f64>,
    /// Units of each product that are left, by site, then product, where products have capacities of their own.
    left_for: Vec<f64>,
    flows: Vec<Flow>,
}

impl Filling<'_> {
    /// Units of row `j` that site `i` can take now, of those `missing`.
    fn room(&self, i: usize, j: usize, missing: i64) -> i64 {
        let customer = &self.prepared.problem.customers()[j];
        let unit = customer.weight.get() as f64 / customer.demand.get() as f64;
        let room = if unit == 0.0 { i64::MAX } else { (self.left[i] / unit).clamp(0.0, 9e15).floor() as i64 };
        let own = self.left_for.get(i * self.prepared.problem.n_products() + customer.product.get());
        let amount = missing.min(room).min(own.map_or(i64::MAX, |&left| left as i64));
        if customer.single_source && amount < missing { 0 } else { amount }
    }

    /// Serves what it can of the units `missing` of row `j` from site `i`. Returns how many.
    fn serve(&mut self, i: usize, j: usize, missing: i64) -> i64 {
        let amount = self.room(i, j, missing);
        if amount > 0 {
            let customer = &self.prepared.problem.customers()[j];
            self.left[i] -= amount as f64 * customer.weight.get() as f64 / customer.demand.get() as f64;
            if let Some(own) = self.left_for.get_mut(i * self.prepared.problem.n_products() + customer.product.get()) {
                *own -= amount as f64;
            }
            let (site, customer) = (SiteIdx::new(i), CustomerIdx::new(j));
            self.flows.push(Flow { site, customer, amount: Load::new(amount) });
        }
        amount
    }
}

/// The open sites that may serve each row, the cheapest first. O(arcs of open sites).
fn open_arcs(prepared: &Prepared<'_>, open: &[bool]) -> Vec<Vec<(f64, usize)>> {
    let mut near = vec![Vec::new(); prepared.n_rows()];
    for i in (0..prepared.n_sites()).filter(|&i| open[i]) {
        let (rows, costs) = prepared.arcs(i);
        rows.iter().zip(costs).for_each(|(&j, &cost)| near[j as usize].push((cost, i)));
    }
    let least = |a: &(f64, usize), b: &(f64, usize)| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1));
    near.iter_mut().for_each(|arcs: &mut Vec<(f64, usize)>| arcs.sort_unstable_by(least));
    near
}

/// Rows by what their second choice costs more than the first, the most first.
fn by_regret(near: &[Vec<(f64, usize)>]) -> Vec<usize> {
    let regret = |arcs: &[(f64, usize)]| match arcs {
        [first, second, ..] => second.0 - first.0,
        _ => f64::INFINITY,
    };
    let regrets: Vec<f64> = near.iter().map(|arcs| regret(arcs)).collect();
    let mut rows: Vec<usize> = (0..near.len()).collect();
    rows.sort_by(|&j, &k| regrets[k].total_cmp(&regrets[j]).then(j.cmp(&k)));
    rows
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::Budget;
    use crate::siting::{Shape, generate};
    use std::sync::atomic::AtomicBool;
    use std::time::Instant;

    #[test]
    fn what_is_left_over_opens_further_sites() {
        let cancel = AtomicBool::new(false);
        let budget =
            Budget { iterations: u64::MAX, started: Instant::now(), deadline: None, gap: 0.0, cancel: &cancel };
        for seed in 0..20 {
            let problem = generate(&Shape { capacity_ratio: 3.0, ..Shape::plain(12, 30) }, seed);
            let prepared = Prepared::new(&problem, &budget);
            let mut open = vec![false; 12];
            open[seed as usize % 12] = true;
            assert_eq!(greedy(&prepared, &open), None, "seed {seed}: one site has room for a quarter of it");
            let barred = (seed as usize + 1) % 12;
            let solution = greedy_opening(&prepared, &mut open, |i| i != barred).unwrap();
            assert!(open[seed as usize % 12] && !open[barred], "seed {seed}");
            assert_eq!(solution.open, open, "seed {seed}");
            let (mut passed, mut served) = (vec![Load::ZERO; 12], vec![Load::ZERO; 30]);
            for flow in &solution.flows {
                passed[flow.site.get()] += flow.amount;
                served[flow.customer.get()] += flow.amount;
            }
            let within = passed.iter().zip(problem.sites()).all(|(&passed, site)| site.capacity.unwrap() >= passed);
            assert!(within && problem.customers().iter().zip(&served).all(|(row, served)| row.demand == *served));
        }
    }
}
