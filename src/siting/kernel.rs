//! Kernel search: problems of a few sites each, solved one after the other.

use super::solve::{Params, solve};
use super::state::State;
use crate::search::{Budget, Method, Silent};
use rand::RngExt as _;

/// Sites in a kernel, at least.
const LEAST_KERNEL: usize = 10;

impl State<'_> {
    /// Solves problems of few sites each: the kernel, those that the relaxation opens most, with one bucket after the other of
    /// the rest; what a bucket adds to the best solution joins the kernel.
    ///
    /// Source: Guastaroba & Speranza (2014), European Journal of Operational Research 238(2), here with the whole search
    /// for each of these problems.
    pub(super) fn search_kernels(&mut self) {
        self.enter("kernel search");
        let (prepared, problem) = (self.prepared, self.prepared.problem);
        let (shares, reduced) = (&self.volume.open, &self.volume.at_best.reduced);
        let forced = self.lagrangian.fixing();
        let mut order: Vec<usize> = (0..prepared.n_sites()).filter(|&i| forced[i] != Some(false)).collect();
        order.sort_by(|&a, &b| shares[b].total_cmp(&shares[a]).then(reduced[a].total_cmp(&reduced[b])).then(a.cmp(&b)));
        let n_likely = order.iter().filter(|&&i| shares[i] > 0.01).count();
        let size = n_likely.max(problem.min_open()).max(LEAST_KERNEL).min(order.len());
        let mut in_kernel: Vec<bool> = vec![false; prepared.n_sites()];
        order[..size].iter().for_each(|&i| in_kernel[i] = true);
        let buckets: Vec<&[usize]> = std::iter::once(&[][..]).chain(order[size..].chunks(size.max(1))).collect();
        for (at, bucket) in buckets.iter().enumerate() {
            if self.finished() {
                return;
            }
            let mut is_in = in_kernel.clone();
            bucket.iter().for_each(|&i| is_in[i] = true);
            if let Some(best) = &self.incumbent {
                is_in.iter_mut().zip(&best.open).for_each(|(is_in, &open)| *is_in |= open);
            }
            let restricted = problem.clone().with_sites_left(&is_in);
            let n_left = (buckets.len() - at) as u64;
            let budget = Budget {
                iterations: (self.budget.iterations - self.iteration) / n_left,
                deadline: self.budget.deadline_within(self.seconds_left() / n_left as f64),
                ..*self.budget
            };
            let params = Params { method: Method::Default, prices: None, ..self.params.clone() };
            let start = self.incumbent.clone();
            let found = solve(&restricted, start.as_ref(), &params, &budget, self.rng.random(), &Silent);
            self.iteration += found.n_iterations;
            if let Some(solution) = found.solution {
                in_kernel.iter_mut().zip(&solution.open).for_each(|(is_in, &open)| *is_in |= open);
                self.offer_open(&prepared.with_all_plants(&solution.open));
            }
        }
    }
}
