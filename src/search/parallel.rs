//! Workers side by side, results in order.

use rayon::prelude::*;

/// Runs `work` for the workers `0..n_workers` in parallel and returns the results in the workers' order.
///
/// The result does not depend on the number of threads.
pub fn workers<T: Send>(n_workers: usize, work: impl Fn(usize) -> T + Sync + Send) -> Vec<T> {
    (0..n_workers).into_par_iter().map(work).collect()
}

/// Runs `work` on every item in parallel, each with its index.
///
/// The result does not depend on the number of threads.
pub fn advance<T: Send>(items: &mut [T], work: impl Fn(usize, &mut T) + Sync + Send) {
    items.par_iter_mut().enumerate().for_each(|(index, item)| work(index, item));
}

/// Runs `work` inside a pool of `n_threads` threads (at least one): the caller's where it has as many, or where the
/// machine refuses to start threads.
pub fn in_pool<T: Send>(n_threads: usize, work: impl FnOnce() -> T + Send) -> T {
    if rayon::current_thread_index().is_some() && rayon::current_num_threads() == n_threads.max(1) {
        return work();
    }
    match rayon::ThreadPoolBuilder::new().num_threads(n_threads.max(1)).stack_size(8 << 20).build() {
        Ok(pool) => pool.install(work),
        Err(_) => work(),
    }
}

#[cfg(test)]
mod tests {
    use super::in_pool;

    #[test]
    fn a_pool_within_one_of_the_same_size_is_that_one() {
        let within = |n| in_pool(2, || (std::thread::current().id(), in_pool(n, || std::thread::current().id())));
        let (outer, inner) = within(2);
        assert_eq!(outer, inner);
        let (outer, inner) = within(3);
        assert_ne!(outer, inner);
    }
}
