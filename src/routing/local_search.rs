//! Descent over all neighborhoods, around pairs of neighbors, until no move improves.

use super::arcs::Node;
use super::moves::{Neighborhood, all};
use super::segment::{Clock, Goods};
use super::state::{ABSENT, Slot, State};
use crate::search::Budget;

/// How many neighbors of a customer are tried.
const NEIGHBORS: usize = 20;

/// Improves `state` until it is a local optimum or the time is over. Returns the number of moves.
pub fn improve<G: Goods, C: Clock>(state: &mut State<'_, '_, G, C>, budget: &Budget<'_>) -> usize {
    let neighborhoods: Vec<_> = all::<G, C>().into_iter().filter(|it| it.applies_to(state.prepared)).collect();
    // Moves so far when a customer was last tried, and when a slot last changed: pairs of older routes are done.
    let mut tried = vec![None; state.prepared.first_reload];
    let mut changed_at: Vec<usize> = vec![0; state.routes.len()];
    let mut n_moves = 0;
    loop {
        let before = n_moves;
        for (row, tried) in tried.iter_mut().enumerate() {
            if row % 8 == 0 && budget.out_of_time() {
                return n_moves;
            }
            let last = tried.replace(n_moves);
            n_moves += improve_around(state, Node::new(row), &neighborhoods, &mut changed_at, last, n_moves);
        }
        if n_moves == before {
            return n_moves;
        }
    }
}

/// Performs the improving moves around `u`; returns their number.
fn improve_around<G: Goods, C: Clock>(
    state: &mut State<'_, '_, G, C>,
    u: Node,
    neighborhoods: &[&'static dyn Neighborhood<G, C>],
    changed_at: &mut [usize],
    last: Option<usize>,
    n_moves: usize,
) -> usize {
    let prepared = state.prepared;
    let near = prepared.near(u);
    let mut n_new = 0;
    for &v in &near[..NEIGHBORS.min(near.len())] {
        let v = Node::new(v as usize);
        let slots = [u, v].map(|node| state.slot_of[node.get()]);
        if slots.contains(&ABSENT) {
            continue;
        }
        let slots = slots.map(|slot| slot as Slot);
        if last.is_some_and(|last| slots.iter().all(|&slot| changed_at[slot] <= last)) {
            continue;
        }
        slots.iter().for_each(|&slot| state.settle(slot));
        for neighborhood in neighborhoods {
            let Some(delta) = neighborhood.evaluate(state, u, v) else { continue };
            let before = state.cost;
            neighborhood.apply(state, u, v);
            debug_assert_eq!(state.cost, before + delta, "{} misjudged {u:?}, {v:?}", neighborhood.name());
            n_new += 1;
            slots.iter().for_each(|&slot| changed_at[slot] = n_moves + n_new);
            break;
        }
    }
    n_new
}
