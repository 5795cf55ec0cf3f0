//! Arcs from each row to its cheapest sites, for flows that are changed locally: the others hardly ever carry anything.

use super::prepared::Prepared;

/// Sites that are near each row; more where several cost the same. Tuned on generated problems of 1,000 and 2,000 sites: with 100
/// flows in clusters miss sites that are worth it, with 250 they take longer than they gain.
pub(super) const N_NEAR: usize = 160;

/// Arcs of the cheapest sites of each row, by site.
pub(super) struct Near {
    first: Vec<usize>,
    row: Vec<u32>,
    cost: Vec<f64>,
}

impl Near {
    /// Chooses among all arcs. O(arcs).
    pub(super) fn new(prepared: &Prepared<'_>) -> Self {
        let mut costs = vec![Vec::new(); prepared.n_rows()];
        prepared.row.iter().zip(&prepared.cost).for_each(|(&j, &cost)| costs[j as usize].push(cost));
        let dearest = |costs: &mut Vec<f64>| {
            if costs.len() <= N_NEAR {
                f64::INFINITY
            } else {
                *costs.select_nth_unstable_by(N_NEAR - 1, f64::total_cmp).1
            }
        };
        let limit: Vec<f64> = costs.iter_mut().map(dearest).collect();
        let mut near = Self { first: vec![0], row: Vec::new(), cost: Vec::new() };
        for i in 0..prepared.n_sites() {
            let (rows, costs) = prepared.arcs(i);
            for (&j, &cost) in rows.iter().zip(costs).filter(|(j, cost)| **cost <= limit[**j as usize]) {
                near.row.push(j);
                near.cost.push(cost);
            }
            near.first.push(near.row.len());
        }
        near
    }

    /// Rows and costs of the near arcs of site `i`.
    pub(super) fn arcs(&self, i: usize) -> (&[u32], &[f64]) {
        let range = self.first[i]..self.first[i + 1];
        (&self.row[range.clone()], &self.cost[range])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::Budget;
    use crate::siting::{Shape, generate};
    use std::sync::atomic::AtomicBool;
    use std::time::Instant;

    #[test]
    fn near_are_the_cheapest_sites_of_each_row() {
        let cancel = AtomicBool::new(false);
        let budget =
            Budget { iterations: u64::MAX, started: Instant::now(), deadline: None, gap: 0.0, cancel: &cancel };
        let problem = generate(&Shape { capacity_ratio: 3.0, ..Shape::plain(2 * N_NEAR + 20, 15) }, 1);
        let prepared = Prepared::new(&problem, &budget);
        let (mut n_near, mut dearest) = (vec![0; 15], vec![0.0f64; 15]);
        for i in 0..prepared.n_sites() {
            let (rows, costs) = prepared.near_arcs(i);
            for (&j, &cost) in rows.iter().zip(costs) {
                n_near[j as usize] += 1;
                dearest[j as usize] = dearest[j as usize].max(cost);
            }
        }
        for (j, (&n_near, &dearest)) in n_near.iter().zip(&dearest).enumerate() {
            let cheaper = (0..prepared.n_sites()).filter(|&i| prepared.arc_cost(i, j).unwrap() <= dearest).count();
            assert!(n_near >= N_NEAR && n_near == cheaper, "row {j}: {n_near} {cheaper}");
        }
    }
}
