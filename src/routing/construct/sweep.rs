//! Sweep: a ray turns about the depot and fills one route after the other.
//!
//! Source: Gillett & Miller (1974), Operations Research 22(2). We depart from it in what real limits ask for: with
//! several depots everybody belongs to the nearest one; customers join a route where they are cheapest, so that no
//! tour has to be mended afterwards; who does not fit for other reasons than load waits for the next route; and who is
//! left at the end is inserted wherever there is room.

use super::insert_absent;
use super::one_route::{cheapest, has_room, insert, open};
use crate::routing::arcs::Node;
use crate::routing::prepared::Prepared;
use crate::routing::recreate::policy::Policy;
use crate::routing::segment::{Clock, Goods};
use crate::routing::state::State;
use crate::search::{Budget, Rng};
use crate::units::{LocationIdx, VehicleTypeIdx};

/// Angles at which the ray starts; from each it turns both ways.
const STARTS: usize = 16;

/// The customers of one depot in the order of their angles.
struct Circle {
    vehicle_types: Vec<VehicleTypeIdx>,
    nodes: Vec<Node>,
}

/// The best of the sweeps from several starts. `O(n m)` each, for routes of `m` visits.
pub(super) fn best<'a, 'p, G: Goods, C: Clock>(
    prepared: &'a Prepared<'p, G, C>,
    policy: Policy,
    budget: &Budget<'_>,
    rng: &mut Rng,
) -> State<'a, 'p, G, C> {
    let circles = circles(prepared);
    let sweep = |trial: usize, rng: &mut Rng| {
        let mut state = State::empty(prepared);
        for circle in &circles {
            let mut nodes = circle.nodes.clone();
            let first = nodes.len() * (trial / 2) / STARTS;
            nodes.rotate_left(first);
            if trial % 2 == 1 {
                nodes.reverse();
            }
            fill(&mut state, &circle.vehicle_types, nodes, budget);
        }
        state.forget_served();
        insert_absent(&mut state, policy, budget, rng);
        state
    };
    let mut best = sweep(0, rng);
    for trial in 1..2 * STARTS {
        if budget.out_of_time() {
            break;
        }
        let state = sweep(trial, rng);
        if (state.n_missing, state.cost) < (best.n_missing, best.cost) {
            best = state;
        }
    }
    best
}

/// Fills routes with `nodes` in their order. A route ends when the load of the next customer finds no room, or when
/// more customers had to wait for other reasons than it has visits.
fn fill<G: Goods, C: Clock>(
    state: &mut State<'_, '_, G, C>,
    vehicle_types: &[VehicleTypeIdx],
    mut nodes: Vec<Node>,
    budget: &Budget<'_>,
) {
    while !nodes.is_empty() && !budget.out_of_time() {
        let mut waiting = Vec::new();
        let mut current = None;
        let mut rest = nodes.into_iter();
        for node in rest.by_ref() {
            let Some(slot) = current else {
                current = open(state, vehicle_types, node);
                continue;
            };
            if let Some((_, position)) = cheapest(state, slot, node) {
                insert(state, slot, position, node);
                continue;
            }
            waiting.push(node);
            if !has_room(state, slot, node) || waiting.len() > state.routes[slot].n_visits() {
                break;
            }
        }
        waiting.extend(rest);
        nodes = waiting;
    }
}

/// Everybody with the nearest depot that has vehicles, sorted by the angle about it.
fn circles<G: Goods, C: Clock>(prepared: &Prepared<'_, G, C>) -> Vec<Circle> {
    let mut depots: Vec<(LocationIdx, Circle)> = Vec::new();
    for row in (0..prepared.terms.len()).filter(|&row| prepared.terms[row].count > 0) {
        let vehicle_type = VehicleTypeIdx::new(row);
        let location = prepared.problem.vehicle_type(vehicle_type).start;
        match depots.iter_mut().find(|(known, _)| *known == location) {
            Some((_, circle)) => circle.vehicle_types.push(vehicle_type),
            None => depots.push((location, Circle { vehicle_types: vec![vehicle_type], nodes: Vec::new() })),
        }
    }
    for node in (0..prepared.n_customers()).map(Node::new).filter(|&node| prepared.is_lead(node)) {
        let far = |circle: &Circle| prepared.arcs.distance(prepared.arcs.start(circle.vehicle_types[0]), node);
        if let Some((_, circle)) = depots.iter_mut().min_by_key(|(_, circle)| far(circle)) {
            circle.nodes.push(node);
        }
    }
    for (location, circle) in &mut depots {
        let depot = prepared.arcs.start(circle.vehicle_types[0]);
        let angles = match prepared.problem.travel().direct() {
            Some(direct) => {
                let center = direct.points()[location.get()];
                let place = |node: &Node| direct.points()[prepared.problem.customer(node.customer()).location.get()];
                let angle = |node: &Node| quarters(place(node).x - center.x, place(node).y - center.y);
                circle.nodes.iter().map(angle).collect()
            }
            None => angles_by_distance(prepared, depot, &circle.nodes),
        };
        let mut keyed: Vec<(f64, Node)> = angles.into_iter().zip(circle.nodes.drain(..)).collect();
        keyed.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        circle.nodes.extend(keyed.into_iter().map(|(_, node)| node));
    }
    depots.into_iter().map(|(_, circle)| circle).collect()
}

/// A number from 0 to 4 that grows with the angle of a direction. Needs no trigonometric function, whose last digit
/// differs between machines.
fn quarters(x: f64, y: f64) -> f64 {
    let length = x.abs() + y.abs();
    match (length > 0.0, y >= 0.0) {
        (false, _) => 0.0,
        (true, true) => 1.0 - x / length,
        (true, false) => 3.0 + x / length,
    }
}

/// The same for a matrix without coordinates. The law of cosines gives everybody's angle to the customer farthest from
/// the depot, and a second one, at about a right angle to it, tells the two sides apart.
fn angles_by_distance<G: Goods, C: Clock>(prepared: &Prepared<'_, G, C>, depot: Node, nodes: &[Node]) -> Vec<f64> {
    let apart = |a: Node, b: Node| (prepared.arcs.distance(a, b) + prepared.arcs.distance(b, a)).get() as f64;
    let cosine = |a: Node, b: Node| {
        let (left, right, across) = (apart(depot, a), apart(depot, b), apart(a, b));
        let product = 2.0 * left * right;
        if product > 0.0 { ((left * left + right * right - across * across) / product).clamp(-1.0, 1.0) } else { 1.0 }
    };
    let Some(&first) = nodes.iter().max_by(|a, b| apart(depot, **a).total_cmp(&apart(depot, **b))) else {
        return Vec::new();
    };
    let skew = |node: &Node| cosine(first, *node).abs();
    let second = nodes.iter().copied().min_by(|a, b| skew(a).total_cmp(&skew(b))).unwrap_or(first);
    let angle = |&node: &Node| {
        let cosine_to_first = cosine(first, node);
        if cosine(second, node) >= 0.0 { 1.0 - cosine_to_first } else { 3.0 + cosine_to_first }
    };
    nodes.iter().map(angle).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quarters_grow_with_the_angle() {
        let directions = [(1.0, 0.0), (1.0, 1.0), (0.0, 2.0), (-1.0, 1.0), (-3.0, 0.0), (-1.0, -1.0), (0.0, -1.0)];
        let keys: Vec<f64> = directions.iter().map(|&(x, y)| quarters(x, y)).collect();
        assert_eq!(keys, [0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0]);
    }
}
