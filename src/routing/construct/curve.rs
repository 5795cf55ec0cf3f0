//! Packing routes along the space-filling curve that numbers follow: poor but done in no time.
//!
//! Source: Bartholdi & Platzman (1988), Management Science 34(3).

use crate::routing::arcs::Node;
use crate::routing::prepared::Prepared;
use crate::routing::segment::{Clock, Goods, Segment};
use crate::routing::state::State;
use crate::units::{Cost, VehicleTypeIdx};

/// Routes that follow the curve, each filled until a limit stops it. `O(n t)` for `t` vehicle types.
pub(super) fn pack<'a, 'p, G: Goods, C: Clock>(prepared: &'a Prepared<'p, G, C>) -> State<'a, 'p, G, C> {
    let mut state = State::empty(prepared);
    let mut current: Option<Filling<G, C>> = None;
    for node in (0..prepared.n_customers()).map(Node::new) {
        if prepared.is_drop[node.get()] {
            continue;
        }
        if let Some(filling) = &mut current {
            if filling.append(prepared, node) {
                continue;
            }
            // Optional customers never start a route here.
            if prepared.prize[node.get()].is_some() {
                continue;
            }
            state.add_route(filling.vehicle_type, &filling.visits);
        }
        current = (0..prepared.terms.len())
            .filter(|&row| state.spare[row] > 0)
            .filter_map(|row| Filling::start(prepared, VehicleTypeIdx::new(row), node))
            .min_by_key(|filling| filling.cost);
    }
    if let Some(filling) = current {
        state.add_route(filling.vehicle_type, &filling.visits);
    }
    state.forget_served();
    state
}

struct Filling<G, C> {
    vehicle_type: VehicleTypeIdx,
    visits: Vec<Node>,
    head: Segment<G, C>,
    cost: Cost,
}

impl<G: Goods, C: Clock> Filling<G, C> {
    fn start(prepared: &Prepared<'_, G, C>, vehicle_type: VehicleTypeIdx, node: Node) -> Option<Self> {
        let head = prepared.visit(prepared.terms(vehicle_type).start);
        let mut filling = Self { vehicle_type, visits: Vec::new(), head, cost: Cost::ZERO };
        filling.append(prepared, node).then_some(filling)
    }

    /// Adds a customer, or both visits of a shipment, at the end, if every limit holds and the prize is worth it.
    fn append(&mut self, prepared: &Prepared<'_, G, C>, node: Node) -> bool {
        let terms = prepared.terms(self.vehicle_type);
        let mut last = self.visits.last().copied().unwrap_or(terms.start);
        let mut head = self.head;
        for next in std::iter::once(node).chain(prepared.partner[node.get()]) {
            head = prepared.join(head, last, next, prepared.visit(next));
            last = next;
        }
        let n_visits = self.visits.len() + 1 + usize::from(prepared.partner[node.get()].is_some());
        let whole = prepared.join(head, last, terms.end, prepared.visit(terms.end));
        let cost = prepared.route_cost(terms, &whole);
        let worth = prepared.prize[node.get()].is_none_or(|prize| cost - self.cost < prize);
        if !worth || !prepared.allows(terms, &whole, n_visits) {
            return false;
        }
        self.visits.push(node);
        self.visits.extend(prepared.partner[node.get()]);
        (self.head, self.cost) = (head, cost);
        true
    }
}
