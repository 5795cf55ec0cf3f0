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
            improve_around(state, Node::new(row), &neighborhoods, |slots, made| {
                if made {
                    n_moves += 1;
                    slots.iter().for_each(|&slot| changed_at[slot] = n_moves);
                }
                last.is_none_or(|last| slots.iter().any(|&slot| changed_at[slot] > last))
            });
        }
        if n_moves == before {
            return n_moves;
        }
    }
}

/// Improves `state` until no move around one of `customers` does.
pub fn improve_near<G: Goods, C: Clock>(state: &mut State<'_, '_, G, C>, customers: &[Node]) {
    let neighborhoods: Vec<_> = all::<G, C>().into_iter().filter(|it| it.applies_to(state.prepared)).collect();
    loop {
        let mut n_moves = 0;
        for &customer in customers {
            improve_around(state, customer, &neighborhoods, |_, made| {
                n_moves += usize::from(made);
                true
            });
        }
        if n_moves == 0 {
            return;
        }
    }
}

/// Performs the improving moves around `u`. Before it looks at a pair of routes, and after it has changed one, `visit` is
/// told, the latter with `true`; before, it says whether the pair is worth a look.
fn improve_around<G: Goods, C: Clock>(
    state: &mut State<'_, '_, G, C>,
    u: Node,
    neighborhoods: &[&'static dyn Neighborhood<G, C>],
    mut visit: impl FnMut([Slot; 2], bool) -> bool,
) {
    let prepared = state.prepared;
    let near = prepared.near(u);
    for &v in &near[..NEIGHBORS.min(near.len())] {
        let v = Node::new(v as usize);
        let slots = [u, v].map(|node| state.slot_of[node.get()]);
        if slots.contains(&ABSENT) {
            continue;
        }
        let slots = slots.map(|slot| slot as Slot);
        if !visit(slots, false) {
            continue;
        }
        slots.iter().for_each(|&slot| state.settle(slot));
        for neighborhood in neighborhoods {
            let Some(delta) = neighborhood.evaluate(state, u, v) else { continue };
            let before = state.cost;
            neighborhood.apply(state, u, v);
            debug_assert_eq!(state.cost, before + delta, "{} misjudged {u:?}, {v:?}", neighborhood.name());
            visit(slots, true);
            break;
        }
    }
}
