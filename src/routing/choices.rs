//! Which of each group to visit, while the order of the groups stays.
//!
//! A ruin tries another customer of a group where its neighbors on the route are; those that would have to change together
//! are found by a shortest path through the groups of a route, layer by layer.
//!
//! Source: the cluster optimization of Renaud & Boctor (1998), European Journal of Operational Research 108(3).

use super::arcs::Node;
use super::segment::{Clock, Goods};
use super::state::{Slot, State};

/// Visits the customers of a route's groups that make it shortest, if that is cheaper and allowed. `O(m k²)` for `m` visits
/// and groups of `k`.
pub fn choose<G: Goods, C: Clock>(state: &mut State<'_, '_, G, C>, slot: Slot) {
    let prepared = state.prepared;
    let route = &state.routes[slot];
    if route.customers().iter().all(|node| prepared.group[node.get()].is_empty()) {
        return;
    }
    let arcs = &prepared.arcs;
    // The shortest way to each choice of each visit, and where it comes from.
    let mut layers: Vec<Vec<(Node, i64, usize)>> = vec![vec![(route.visits[0], 0, 0)]];
    for &node in &route.visits[1..] {
        let last = &layers[layers.len() - 1];
        let shortest = |choice: Node| {
            let ways = last.iter().enumerate().map(|(from, way)| (way.1 + arcs.distance(way.0, choice).get(), from));
            let (length, from) = ways.min().expect("every layer has a choice");
            (choice, length, from)
        };
        let is_depot = node.get() >= prepared.n_customers();
        let layer = if is_depot { vec![shortest(node)] } else { prepared.choices(node).map(shortest).collect() };
        layers.push(layer);
    }
    let (_, length, mut from) = layers[layers.len() - 1][0];
    if length >= route.total.distance.get() {
        return;
    }
    let mut visits: Vec<Node> = Vec::with_capacity(layers.len());
    for layer in layers[1..layers.len() - 1].iter().rev() {
        let (node, _, before) = layer[from];
        visits.push(node);
        from = before;
    }
    visits.reverse();
    let vehicle_type = route.vehicle_type;
    let whole = state.prepared.fold_route(vehicle_type, &visits);
    let terms = prepared.terms(vehicle_type);
    if prepared.route_cost(terms, &whole) < route.cost
        && prepared.allows(terms, &whole, visits.len())
        && prepared.exact_cost(terms, &whole, visits.iter().copied()).is_some_and(|cost| cost < route.cost)
    {
        state.remove_where(slot, |_, _| true);
        state.set_visits(slot, &visits);
    }
}
