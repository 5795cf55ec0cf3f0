//! Two parents, one child.

use super::individual::{Individual, Tour};
use crate::routing::arcs::Node;
use crate::search::Rng;
use rand::RngExt as _;

/// A child's giant tour: a stretch of the first parent's, the rest in the order of the second's.
///
/// Source: order crossover, Oliver, Smith & Holland (1987), as used by Prins (2004).
#[must_use]
pub(super) fn order(first: &[Node], second: &[Node], rng: &mut Rng) -> Vec<Node> {
    let n_customers = first.len();
    if n_customers < 2 {
        return first.to_vec();
    }
    let start = rng.random_range(0..n_customers);
    let mut end = rng.random_range(0..n_customers - 1);
    if end >= start {
        end += 1;
    }
    let length = (end + n_customers - start) % n_customers + 1;
    let mut taken = vec![false; n_customers];
    let mut child = vec![first[0]; n_customers];
    for offset in 0..length {
        let position = (start + offset) % n_customers;
        child[position] = first[position];
        taken[first[position].get()] = true;
    }
    let mut position = (end + 1) % n_customers;
    for offset in 1..=n_customers {
        let node = second[(end + offset) % n_customers];
        if !taken[node.get()] {
            child[position] = node;
            position = (position + 1) % n_customers;
        }
    }
    child
}

/// A child with some neighboring routes of the second parent in place of the first parent's most alike ones, and the
/// customers that are on no route then.
///
/// Source: selective route exchange, Nagata, Bräysy & Dullaert (2010), Computers & Operations Research 37(4), with
/// routes chosen around a customer and those replaced chosen greedily.
#[must_use]
pub(super) fn route_exchange(
    first: &Individual,
    second: &Individual,
    around: &[Node],
    n_routes: usize,
) -> (Vec<Tour>, Vec<Node>) {
    let n_customers = first.routes.iter().map(|route| route.1.len()).sum();
    let owner = |individual: &Individual| {
        let mut owner = vec![usize::MAX; n_customers];
        for (row, (_, visits)) in individual.routes.iter().enumerate() {
            visits.iter().for_each(|node| owner[node.get()] = row);
        }
        owner
    };
    let (first_owner, second_owner) = (owner(first), owner(second));
    let mut chosen: Vec<usize> = Vec::new();
    for node in around {
        let route = second_owner[node.get()];
        if route != usize::MAX && !chosen.contains(&route) {
            chosen.push(route);
            if chosen.len() == n_routes {
                break;
            }
        }
    }
    let mut incoming = vec![false; n_customers];
    let mut shared = vec![0usize; first.routes.len()];
    for &route in &chosen {
        for node in &second.routes[route].1 {
            incoming[node.get()] = true;
            shared[first_owner[node.get()]] += 1;
        }
    }
    let mut replaced: Vec<usize> = (0..first.routes.len()).collect();
    replaced.sort_by_key(|&row| (std::cmp::Reverse(shared[row]), row));
    replaced.truncate(chosen.len());
    let (mut routes, mut left): (Vec<Tour>, Vec<Node>) = (Vec::new(), Vec::new());
    for (row, (vehicle_type, visits)) in first.routes.iter().enumerate() {
        let kept = visits.iter().copied().filter(|node| !incoming[node.get()]);
        if replaced.contains(&row) {
            left.extend(kept);
        } else {
            routes.push((*vehicle_type, kept.collect()));
        }
    }
    routes.extend(chosen.iter().map(|&row| second.routes[row].clone()));
    routes.retain(|(_, visits)| !visits.is_empty());
    (routes, left)
}
