//! Other arcs between long stretches of routes, around a few customers: what a ruin of a few visits cannot do.
//!
//! A descent by 2-opt and 2-opt* over neighbor lists, in both forms. Two arcs leave and two come; one of the new ones
//! has to be shorter than an arc that leaves, so few neighbors are looked at, and only moves that make the way shorter
//! are priced.

use super::arcs::Node;
use super::moves::{Change, cross, perform, price, turn};
use super::segment::{Clock, Goods, Segment};
use super::state::{ABSENT, Slot, State};
use crate::units::Cost;

/// How many neighbors of a customer are tried at most.
const NEIGHBORS: usize = 20;

/// Improves the routes of `customers` until no move around one of them helps. Leaves problems with shipments alone,
/// whose visits would have to move together.
pub fn reconnect<G: Goods, C: Clock>(state: &mut State<'_, '_, G, C>, customers: &[Node]) {
    if state.prepared.problem.shipments().is_empty() {
        for &customer in customers {
            while improved_around(state, customer) {}
        }
    }
}

/// A visit on its route, with the visits before and behind.
#[derive(Clone, Copy)]
struct Call {
    slot: Slot,
    position: usize,
    before: Node,
    node: Node,
    behind: Node,
}

/// Where `node` is, unless it is on no route.
fn call<G: Goods, C: Clock>(state: &State<'_, '_, G, C>, node: Node) -> Option<Call> {
    let slot = state.slot_of[node.get()];
    (slot != ABSENT).then(|| {
        let (slot, position) = (slot as Slot, state.position_of[node.get()] as usize);
        let visits = &state.routes[slot].visits;
        Call { slot, position, before: visits[position - 1], node, behind: visits[position + 1] }
    })
}

/// Makes the first move found that helps.
fn improved_around<G: Goods, C: Clock>(state: &mut State<'_, '_, G, C>, customer: Node) -> bool {
    let prepared = state.prepared;
    let Some(u) = call(state, customer) else { return false };
    let near = prepared.near(customer).iter().zip(prepared.reaches(customer));
    for (&neighbor, &reach) in near.take(NEIGHBORS) {
        if i64::from(reach) >= state.gates[customer.get()].longer_leg.get() {
            return false;
        }
        let Some(v) = call(state, Node::new(neighbor as usize)) else { continue };
        for change in changes(state, u, v).into_iter().flatten() {
            if price(state, &change).is_some_and(|delta| delta < Cost::ZERO) {
                perform(state, &change);
                return true;
            }
        }
    }
    false
}

/// The moves that join `u` and `v`, as far as they make the way shorter and a first look does not rule them out.
fn changes<G: Goods, C: Clock>(state: &mut State<'_, '_, G, C>, u: Call, v: Call) -> [Option<Change>; 4] {
    let prepared = state.prepared;
    let way = |from: Node, to: Node| prepared.arcs.distance(from, to);
    let shorter = |new: [(Node, Node); 2], old: [(Node, Node); 2]| {
        way(new[0].0, new[0].1) + way(new[1].0, new[1].1) < way(old[0].0, old[0].1) + way(old[1].0, old[1].1)
    };
    let (to_u, from_u) = ((u.before, u.node), (u.node, u.behind));
    let (to_v, from_v) = ((v.before, v.node), (v.node, v.behind));
    let turned = prepared.reversible();
    let ends = turned && shorter([(u.node, v.node), (u.behind, v.behind)], [from_u, from_v]);
    let heads = turned && shorter([(u.node, v.node), (u.before, v.before)], [to_u, to_v]);
    let apart = u.slot != v.slot;
    let straight = apart && shorter([(u.node, v.node), (v.before, u.behind)], [from_u, to_v]);
    let back = apart && shorter([(v.node, u.node), (u.before, v.behind)], [from_v, to_u]);
    if !(ends || heads || straight || back) {
        return [None, None, None, None];
    }
    state.settle(u.slot);
    state.settle(v.slot);
    let state = &*state;
    if !apart {
        let (first, second) = (u.position.min(v.position), u.position.max(v.position));
        let turns = [(ends, first, second), (heads, first - 1, second - 1)];
        let [ends, heads] = turns.map(|(helps, from, to)| helps.then(|| turn(state, u.slot, from, to)));
        return [ends, heads, None, None];
    }
    let crossed = |first: (Slot, usize), second: (Slot, usize), turned: bool| {
        may_cross(state, first, second, turned).then(|| cross(state, first, second, turned))
    };
    let (at_u, at_v) = ((u.slot, u.position), (v.slot, v.position));
    let (before_u, before_v) = ((u.slot, u.position - 1), (v.slot, v.position - 1));
    [
        straight.then(|| crossed(at_u, before_v, false)).flatten(),
        back.then(|| crossed(at_v, before_u, false)).flatten(),
        ends.then(|| crossed(at_u, at_v, true)).flatten(),
        heads.then(|| crossed(before_u, before_v, true)).flatten(),
    ]
}

/// Whether loads and windows allow the stretches on either side of two cuts to be joined the other way.
fn may_cross<G: Goods, C: Clock>(
    state: &State<'_, '_, G, C>,
    (slot, position): (Slot, usize),
    (other, target): (Slot, usize),
    turned: bool,
) -> bool {
    let prepared = state.prepared;
    let (first, second) = (&state.routes[slot], &state.routes[other]);
    let fits = |head: &Segment<G, C>, tail: &Segment<G, C>, by: Slot| {
        head.goods.join(tail.goods).fits(&prepared.terms(state.routes[by].vehicle_type).capacity)
    };
    let heads = (&first.before[position], &second.before[target]);
    let tails = (first.after(position + 1), second.after(target + 1));
    if turned {
        return fits(heads.0, heads.1, slot) && fits(tails.0, tails.1, other);
    }
    let in_time = |head: &Segment<G, C>, last: Node, first: Node, tail: &Segment<G, C>| {
        !C::TIMED || head.clock.finish() + prepared.arcs.duration(last, first) <= tail.clock.latest()
    };
    fits(heads.0, tails.1, slot)
        && fits(heads.1, tails.0, other)
        && in_time(heads.0, first.visits[position], second.visits[target + 1], tails.1)
        && in_time(heads.1, second.visits[target], first.visits[position + 1], tails.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::routing::construct::construct;
    use crate::routing::evaluate;
    use crate::routing::generate::{capacitated, windowed};
    use crate::routing::prepared::Prepared;
    use crate::routing::recreate::policy::{AtALoss, Policy};
    use crate::routing::segment::{Timed, TotalLoad, Untimed};
    use crate::search::{Budget, Method, rng};
    use std::sync::atomic::AtomicBool;
    use std::time::Instant;

    /// The cost of sweep's routes before and after.
    fn reconnected<C: Clock>(problem: &crate::routing::Problem) -> (Cost, Cost) {
        let prepared = Prepared::<TotalLoad, C>::new(problem);
        let cancel = AtomicBool::new(false);
        let budget = Budget { iterations: 1, started: Instant::now(), deadline: None, gap: 0.0, cancel: &cancel };
        let policy = Policy { blink: 0.0, beside: None, everywhere: true, at_a_loss: AtALoss::Nobody, any_type: false };
        let mut state = construct(&prepared, Method::Sweep, policy, &budget, &mut rng(1, 0));
        let before = state.cost;
        let everybody: Vec<Node> = (0..prepared.n_customers()).map(Node::new).collect();
        reconnect(&mut state, &everybody);
        let after = state.unload();
        assert_eq!(evaluate::cost(problem, &after), Ok(state.cost));
        assert!(after.unserved.is_empty());
        (before, after.cost)
    }

    #[test]
    fn every_move_pays_and_keeps_every_limit() {
        let (mut before, mut after) = ([Cost::ZERO; 2], [Cost::ZERO; 2]);
        for seed in 0..10 {
            let costs =
                [reconnected::<Untimed>(&capacitated(150, 25, seed)), reconnected::<Timed>(&windowed(150, 20, seed))];
            for (kind, cost) in costs.into_iter().enumerate() {
                assert!(cost.1 <= cost.0);
                before[kind] += cost.0;
                after[kind] += cost.1;
            }
        }
        assert!(after[0] < before[0] && after[1] < before[1], "{before:?} {after:?}");
    }
}
