//! Add, drop and swap when every row takes its cheapest open site.
//!
//! One pass over a site's arcs prices its addition and its swap with every open site.
//! Source: Resende & Werneck (2003, 2007), "A fast swap-based local search procedure for location problems", Annals of
//! Operations Research 150.

use super::super::bounds::Lagrangian;
use super::super::prepared::Prepared;
use crate::search::{Budget, workers};

/// Cheapest and second cheapest open site of every row.
struct Nearest {
    first: Vec<(f64, usize)>,
    second: Vec<f64>,
}

/// A change of the open set and what it costs.
#[derive(Clone, Copy)]
struct Move {
    change: f64,
    add: Option<usize>,
    drop: Option<usize>,
}

const N_PARTS: usize = 16;

/// Improves `open` until no add, drop or swap helps, at most `n_moves` times; sites with a fixed flag stay. Rows
/// without a site cost [`Prepared::missing`]. Sees only the arcs of the relaxation: what it leaves out can make a move
/// look worse than it is, never better. Returns the number of moves.
pub(crate) fn interchange(
    lagrangian: &Lagrangian<'_>,
    open: &mut [bool],
    fixed: &[Option<bool>],
    n_moves: u64,
    budget: &Budget<'_>,
) -> u64 {
    let prepared = lagrangian.prepared();
    let mut n_done = 0;
    let mut near = nearest(prepared, open);
    while n_done < n_moves && !budget.out_of_time() {
        let Some(best) = best_move(lagrangian, open, fixed, &near, budget) else { break };
        if let Some(i) = best.add {
            open[i] = true;
        }
        if let Some(i) = best.drop {
            open[i] = false;
        }
        near = nearest(prepared, open);
        n_done += 1;
    }
    n_done
}

fn nearest(prepared: &Prepared<'_>, open: &[bool]) -> Nearest {
    let n_rows = prepared.n_rows();
    let mut near =
        Nearest { first: vec![(prepared.missing, usize::MAX); n_rows], second: vec![prepared.missing; n_rows] };
    for i in (0..open.len()).filter(|&i| open[i]) {
        let (rows, costs) = prepared.arcs(i);
        for (&j, &cost) in rows.iter().zip(costs) {
            let (first, second) = (&mut near.first[j as usize], &mut near.second[j as usize]);
            if cost < first.0 {
                *second = first.0;
                *first = (cost, i);
            } else if cost < *second {
                *second = cost;
            }
        }
    }
    near
}

/// The best improving move.
fn best_move(
    lagrangian: &Lagrangian<'_>,
    open: &[bool],
    fixed: &[Option<bool>],
    near: &Nearest,
    budget: &Budget<'_>,
) -> Option<Move> {
    let prepared = lagrangian.prepared();
    let problem = prepared.problem;
    let n_open = open.iter().filter(|&&open| open).count();
    // What closing each open site costs when its rows go to their second choice.
    let mut loss = vec![f64::INFINITY; open.len()];
    for i in (0..open.len()).filter(|&i| open[i] && fixed[i].is_none()) {
        loss[i] = -prepared.opening[i];
    }
    for (first, second) in near.first.iter().zip(&near.second) {
        if first.1 != usize::MAX {
            loss[first.1] += second - first.0;
        }
    }
    let open_sites: Vec<usize> = (0..open.len()).filter(|&i| loss[i].is_finite()).collect();
    let mut best = Move { change: -1e-9 * prepared.missing * 1e-3 - 0.5, add: None, drop: None };
    let left = prepared.funds - prepared.spent(open);
    if n_open > problem.min_open() {
        for &i in &open_sites {
            if loss[i] < best.change && !prepared.is_required(i) {
                best = Move { change: loss[i], add: None, drop: Some(i) };
            }
        }
    }
    let closed: Vec<usize> = (0..open.len()).filter(|&i| !open[i] && fixed[i].is_none()).collect();
    let part = |part: usize| {
        let mut best = best;
        let mut extra = vec![0.0; open.len()];
        let mut touched = Vec::new();
        // A required place only changes its size.
        let droppable = open_sites.iter().filter(|&&i| !prepared.is_required(i));
        let plain = droppable.map(|&i| (loss[i], i)).min_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        for &i in &closed[part * closed.len() / N_PARTS..(part + 1) * closed.len() / N_PARTS] {
            if budget.out_of_time() {
                break;
            }
            let mut change = prepared.opening[i];
            let (rows, costs) = lagrangian.arcs(i);
            for (&j, &cost) in rows.iter().zip(costs) {
                let second = near.second[j as usize];
                if cost < second {
                    let (first, at) = near.first[j as usize];
                    change -= (first - cost).max(0.0);
                    if at != usize::MAX {
                        if extra[at] == 0.0 {
                            touched.push(at);
                        }
                        extra[at] += second - first.max(cost);
                    }
                }
            }
            let sibling = prepared.siblings(i).find(|&k| open[k]);
            let may_drop = |at: usize| {
                let is_right = sibling.map_or(!prepared.is_required(at), |k| k == at);
                is_right && prepared.spending[i] - prepared.spending[at] <= left
            };
            if change < best.change && n_open < problem.max_open() && sibling.is_none() && prepared.spending[i] <= left
            {
                best = Move { change, add: Some(i), drop: None };
            }
            let drops = plain.map(|(_, at)| at).into_iter().chain(sibling).filter(|&at| loss[at].is_finite());
            for at in drops.filter(|&at| may_drop(at)) {
                if change + loss[at] - extra[at] < best.change {
                    best = Move { change: change + loss[at] - extra[at], add: Some(i), drop: Some(at) };
                }
            }
            for &at in &touched {
                if change + loss[at] - extra[at] < best.change && may_drop(at) {
                    best = Move { change: change + loss[at] - extra[at], add: Some(i), drop: Some(at) };
                }
                extra[at] = 0.0;
            }
            touched.clear();
        }
        best
    };
    let found = if lagrangian.n_arcs() < 60_000 { (0..N_PARTS).map(part).collect() } else { workers(N_PARTS, part) };
    let best = found.into_iter().fold(best, |best, found| if found.change < best.change { found } else { best });
    (best.add.is_some() || best.drop.is_some()).then_some(best)
}
