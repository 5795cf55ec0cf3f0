//! What building one route at a time needs: opening a route, and the cheapest place of a customer on it.

use crate::routing::arcs::Node;
use crate::routing::segment::{Clock, Goods};
use crate::routing::state::{Slot, State};
use crate::units::{Cost, VehicleTypeIdx};

/// Opens a route for the absent `node` by the vehicle type that serves it most cheaply; `None` where none may, or its
/// prize is not worth it. Both visits of a shipment count as one customer here, side by side.
pub(super) fn open<G: Goods, C: Clock>(
    state: &mut State<'_, '_, G, C>,
    vehicle_types: &[VehicleTypeIdx],
    node: Node,
) -> Option<Slot> {
    let prepared = state.prepared;
    if !state.may_join(node, None) {
        return None;
    }
    let visits: Vec<Node> = std::iter::once(node).chain(prepared.partner[node.get()]).collect();
    let limit = prepared.prize[node.get()].unwrap_or(Cost::HUGE);
    let able = vehicle_types.iter().filter(|vehicle_type| state.spare[vehicle_type.get()] > 0);
    let priced = able.filter_map(|&vehicle_type| {
        let whole = state.prepared.fold_route(vehicle_type, &visits);
        let terms = prepared.terms(vehicle_type);
        let cost = prepared.exact_cost(terms, &whole, visits.iter().copied())?;
        let allowed = prepared.allows(terms, &whole, visits.len());
        let may_draw = || state.may_draw(None, vehicle_type, visits.iter().copied());
        (cost < limit && allowed && may_draw()).then_some((cost, vehicle_type))
    });
    let (_, vehicle_type) = priced.min()?;
    let slot = state.open(vehicle_type);
    state.set_visits(slot, &visits);
    state.settle(slot);
    Some(slot)
}

/// What the cheapest place of `node` on the settled route adds to the cost, and the position it gets; `None` where
/// limits or its prize forbid every place.
pub(super) fn cheapest<G: Goods, C: Clock>(
    state: &State<'_, '_, G, C>,
    slot: Slot,
    node: Node,
) -> Option<(Cost, usize)> {
    let prepared = state.prepared;
    if !state.may_join(node, Some(slot)) {
        return None;
    }
    let route = &state.routes[slot];
    let terms = prepared.terms(route.vehicle_type);
    let (mut middle, mut end) = (prepared.visit(node), node);
    let mut n_visits = route.n_visits() + 1;
    if let Some(drop) = prepared.partner[node.get()] {
        (middle, end) = (prepared.join(middle, node, drop, prepared.visit(drop)), drop);
        n_visits += 1;
    }
    let limit = prepared.prize[node.get()].unwrap_or(Cost::HUGE);
    let in_sequence = |position: &usize| state.may_come_before(node, *position);
    let places = (1..route.visits.len()).filter(in_sequence).filter_map(|position| {
        let head = prepared.join(route.before[position - 1], route.visits[position - 1], node, middle);
        let whole = prepared.join(head, end, route.visits[position], *route.after(position));
        let (before, behind) = route.customers().split_at(position - 1);
        let added = std::iter::once(node).chain(prepared.partner[node.get()]);
        let customers = before.iter().copied().chain(added).chain(behind.iter().copied());
        let allowed = prepared.allows(terms, &whole, n_visits);
        let exact = if allowed { prepared.exact_cost(terms, &whole, customers.clone())? } else { return None };
        let cost = exact - route.cost;
        let is_good = cost < limit && state.may_draw(Some(slot), route.vehicle_type, customers);
        is_good.then_some((cost, position))
    });
    places.min()
}

/// Puts `node` at a place that [`cheapest`] found.
pub(super) fn insert<G: Goods, C: Clock>(state: &mut State<'_, '_, G, C>, slot: Slot, position: usize, node: Node) {
    state.insert(slot, position, node);
    if let Some(drop) = state.prepared.partner[node.get()] {
        state.insert(slot, position + 1, drop);
    }
    state.settle(slot);
}

/// Whether the load of `node` could find room on the route.
pub(super) fn has_room<G: Goods, C: Clock>(state: &State<'_, '_, G, C>, slot: Slot, node: Node) -> bool {
    let route = &state.routes[slot];
    let terms = state.prepared.terms(route.vehicle_type);
    route.total.goods.may_fit(&state.prepared.visit(node).goods, &terms.capacity) && route.n_visits() < terms.max_visits
}
