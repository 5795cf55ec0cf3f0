//! Prices of customers: multipliers of the set partitioning problem over a pool.

use super::pool::Column;

/// Most steps.
const MOST_STEPS: usize = 2_000;

/// Steps between looks at the clock.
const STRIDE: usize = 16;

/// The first step, as a share of the way to the incumbent along the subgradient.
const STEP: f64 = 0.2;

/// After so many steps without a better bound the step shrinks.
const PATIENCE: usize = 40;

/// Share of the direction before that each step keeps.
const KEPT: f64 = 0.9;

/// Moves `prices` to where the Lagrangian bound of the pool is near its best. Steps end early when `stop` says so.
///
/// A subgradient with the directions of former steps in it; what comes out serves to tell promising routes from others, and
/// is no proof of anything. `O(k)` a step for `k` visits on all routes together.
///
/// Source: Held, Wolfe & Crowder (1974), Mathematical Programming 6; with Camerini, Fratta & Maffioli (1975),
/// Mathematical Programming Study 3, for the directions.
pub(super) fn climb(columns: &[Column], ceiling: f64, prices: &mut [f64], stop: &dyn Fn() -> bool) -> f64 {
    let mut point = prices.to_vec();
    let mut direction = vec![0.0; point.len()];
    let (mut best, mut step, mut n_failed) = (f64::NEG_INFINITY, STEP, 0);
    for at in 0..MOST_STEPS {
        if at.is_multiple_of(STRIDE) && stop() {
            break;
        }
        let mut bound: f64 = point.iter().sum();
        let mut subgradient = vec![1.0; point.len()];
        for column in columns {
            let reduced = reduced_cost(column, &point);
            if reduced < 0.0 {
                bound += reduced;
                column.visits.iter().for_each(|node| subgradient[node.get()] -= 1.0);
            }
        }
        if bound > best + 1e-5 * best.abs() {
            n_failed = 0;
        } else {
            n_failed += 1;
        }
        if bound > best {
            best = bound;
            prices.copy_from_slice(&point);
        } else if n_failed > PATIENCE {
            (step, n_failed) = (0.7 * step, 0);
            point.copy_from_slice(prices);
        }
        direction.iter_mut().zip(&subgradient).for_each(|(kept, new)| *kept = KEPT * *kept + (1.0 - KEPT) * new);
        let length: f64 = direction.iter().map(|x| x * x).sum();
        if length < 1e-9 || step < 1e-3 {
            break;
        }
        let factor = step * (ceiling - bound).max(1e-4 * ceiling.abs()) / length;
        point.iter_mut().zip(&direction).for_each(|(price, along)| *price += factor * along);
    }
    best
}

/// The cost of a route less the prices of its customers.
#[must_use]
pub(super) fn reduced_cost(column: &Column, prices: &[f64]) -> f64 {
    column.cost.get() as f64 - column.visits.iter().map(|node| prices[node.get()]).sum::<f64>()
}
