//! Savings: everybody on a route of their own, then the merges that save most.
//!
//! Source: Clarke & Wright (1964), Operations Research 12(4), with the shape factor of Yellow (1970), Operational
//! Research Quarterly 21(2); over neighbor lists as in Accorsi & Vigo (2021), Transportation Science 55(4). A merge is
//! checked as a whole, so windows and other limits hold.

use crate::routing::arcs::Node;
use crate::routing::prepared::Prepared;
use crate::routing::segment::{Clock, Goods, Segment};
use crate::routing::state::State;
use crate::search::Budget;
use crate::units::VehicleTypeIdx;

struct Chain<G, C> {
    visits: Vec<Node>,
    middle: Segment<G, C>,
}

/// How much the arc of a merge counts against the arcs it saves, in quarters: the plain savings, then rounder routes.
const SHAPES: [i64; 2] = [4, 5];

/// Another shape is tried only while that takes at most this share of the time left.
const SHARE_OF_A_SHAPE: f64 = 0.02;

/// Routes of the only vehicle type, the best of all shapes, or `None` when the time would not suffice. `O(n k log n)`
/// and the merges.
pub(super) fn best<'a, 'p, G: Goods, C: Clock>(
    prepared: &'a Prepared<'p, G, C>,
    budget: &Budget<'_>,
) -> Option<State<'a, 'p, G, C>> {
    let mut best: Option<State<'a, 'p, G, C>> = None;
    for shape in SHAPES {
        let left = budget.seconds_left();
        let Some(state) = merge(prepared, shape, budget) else { break };
        let value = |state: &State<'a, 'p, G, C>| (state.n_missing, state.cost);
        if best.as_ref().is_none_or(|best| value(&state) < value(best)) {
            best = Some(state);
        }
        if left - budget.seconds_left() > SHARE_OF_A_SHAPE * left {
            break;
        }
    }
    best
}

fn merge<'a, 'p, G: Goods, C: Clock>(
    prepared: &'a Prepared<'p, G, C>,
    shape: i64,
    budget: &Budget<'_>,
) -> Option<State<'a, 'p, G, C>> {
    let vehicle_type = VehicleTypeIdx::new(0);
    let savings = savings(prepared, vehicle_type, shape, budget)?;
    let n_customers = prepared.n_customers();
    let mut chains: Vec<Chain<G, C>> =
        (0..n_customers).map(|row| Chain { visits: vec![Node::new(row)], middle: prepared.visit[row] }).collect();
    let mut chain_of: Vec<u32> = (0..n_customers as u32).collect();
    let reversible = prepared.reversible();
    for (count, &(_, i, j)) in savings.iter().enumerate() {
        if count % 1024 == 0 && budget.out_of_time() {
            break;
        }
        let (first, second) = (chain_of[i as usize] as usize, chain_of[j as usize] as usize);
        if first == second {
            continue;
        }
        let (i, j) = (Node::new(i as usize), Node::new(j as usize));
        let is_end = |chain: &Chain<G, C>, node| chain.visits.last() == Some(&node);
        let is_head = |chain: &Chain<G, C>, node| chain.visits.first() == Some(&node);
        let turns = (!is_end(&chains[first], i), !is_head(&chains[second], j));
        let outer = (!turns.0 || is_head(&chains[first], i)) && (!turns.1 || is_end(&chains[second], j));
        if !outer || (!reversible && (turns.0 || turns.1)) {
            continue;
        }
        let middle = prepared.join(chains[first].middle, i, j, chains[second].middle);
        let n_visits = chains[first].visits.len() + chains[second].visits.len();
        let far = |chain: &Chain<G, C>, turned: bool, head: bool| {
            if turned == head { chain.visits[chain.visits.len() - 1] } else { chain.visits[0] }
        };
        let ends = (far(&chains[first], turns.0, true), far(&chains[second], turns.1, false));
        let terms = prepared.terms(vehicle_type);
        let head = prepared.join(prepared.visit(terms.start), terms.start, ends.0, middle);
        let whole = prepared.join(head, ends.1, terms.end, prepared.visit(terms.end));
        if !prepared.allows(terms, &whole, n_visits) {
            continue;
        }
        let mut tail = std::mem::take(&mut chains[second].visits);
        let mut visits = std::mem::take(&mut chains[first].visits);
        if turns.0 {
            visits.reverse();
        }
        if turns.1 {
            tail.reverse();
        }
        for node in &tail {
            chain_of[node.get()] = first as u32;
        }
        visits.append(&mut tail);
        chains[first] = Chain { visits, middle };
    }
    let mut state = State::empty(prepared);
    // When the fleet is too small, the long routes stay and the customers of the others are inserted.
    chains.retain(|chain| !chain.visits.is_empty());
    chains.sort_by_key(|chain| std::cmp::Reverse(chain.visits.len()));
    for chain in &chains {
        state.add_route(vehicle_type, &chain.visits);
    }
    state.forget_served();
    Some(state)
}

/// Savings between neighbors, largest first, ties by index.
fn savings<G: Goods, C: Clock>(
    prepared: &Prepared<'_, G, C>,
    vehicle_type: VehicleTypeIdx,
    shape: i64,
    budget: &Budget<'_>,
) -> Option<Vec<(i64, u32, u32)>> {
    let enough = budget.seconds_left() / 2.0;
    let terms = prepared.terms(vehicle_type);
    let to_end = |node| prepared.arcs.distance(node, terms.end).get();
    let from_start = |node| prepared.arcs.distance(terms.start, node).get();
    let mut savings = Vec::new();
    for row in 0..prepared.n_customers() {
        if row % 64 == 0 && (budget.cancelled() || budget.seconds_left() < enough) {
            return None;
        }
        let i = Node::new(row);
        for &neighbor in &prepared.near(i)[..prepared.near(i).len().min(100)] {
            let j = Node::new(neighbor as usize);
            let saved = to_end(i) + from_start(j) - prepared.arcs.distance(i, j).get() * shape / 4;
            if saved > 0 {
                savings.push((-saved, row as u32, neighbor));
            }
        }
    }
    savings.sort_unstable();
    Some(savings)
}
