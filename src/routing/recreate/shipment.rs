//! Where the two visits of a shipment are best inserted.

use super::insertion::{Policy, blinks};
use crate::routing::arcs::Node;
use crate::routing::segment::{Clock, Goods};
use crate::routing::state::{ABSENT, Slot, Slots, State};
use crate::search::Rng;
use crate::units::{Cost, Duration, VehicleTypeIdx};

/// Places for both visits on an open route, or a new route for them alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PairPlace {
    /// On an open route: the pickup becomes `visits[pickup]`, then the drop becomes `visits[drop]`.
    Route {
        /// Which route.
        slot: Slot,
        /// Position of the first visit.
        pickup: usize,
        /// Position of the second, counted with the first in place.
        drop: usize,
    },
    /// Alone on a new route.
    New {
        /// Driven by this vehicle type.
        vehicle_type: VehicleTypeIdx,
    },
}

/// The cheapest places of a shipment that cost less than `limit`. `O(m²)` for each route of `m` visits at worst; most
/// scans end at the first visit that the load or a window forbids.
#[must_use]
pub fn cheapest_pair<G: Goods, C: Clock>(
    state: &State<'_, '_, G, C>,
    pair: (Node, Node),
    limit: Cost,
    policy: Policy,
    rng: &mut Rng,
    seen: &mut Slots,
) -> (Cost, Option<PairPlace>) {
    let mut best = (limit, None);
    if state.prepared.is_tied()
        && let Some(slot) = state.bound_to(pair.0)
    {
        scan_route(state, pair, slot, policy, rng, &mut best);
        return best;
    }
    match policy.beside {
        None => {
            for &slot in &state.open {
                scan_route(state, pair, slot as Slot, policy, rng, &mut best);
            }
        }
        Some(count) => {
            let near = [state.prepared.near(pair.0), state.prepared.near(pair.1)];
            for &neighbor in near.into_iter().flat_map(|list| &list[..count.min(list.len())]) {
                let slot = state.slot_of[neighbor as usize];
                if slot != ABSENT && seen.insert(slot as Slot) {
                    scan_route(state, pair, slot as Slot, policy, rng, &mut best);
                }
            }
            while seen.pop().is_some() {}
        }
    }
    new_route(state, pair, &mut best);
    if best.1.is_none() && policy.everywhere && policy.beside.is_some() {
        for &slot in &state.open {
            scan_route(state, pair, slot as Slot, policy, rng, &mut best);
        }
    }
    best
}

fn scan_route<G: Goods, C: Clock>(
    state: &State<'_, '_, G, C>,
    (pickup, drop): (Node, Node),
    slot: Slot,
    policy: Policy,
    rng: &mut Rng,
    best: &mut (Cost, Option<PairPlace>),
) {
    let prepared = state.prepared;
    let route = &state.routes[slot];
    let terms = prepared.terms(route.vehicle_type);
    let is_full = route.n_visits() - route.total.goods.n_reloads() + 2 > terms.max_visits;
    if is_full || !state.may_join(pickup, Some(slot)) {
        return;
    }
    let dropped = prepared.visit(drop);
    for first in 1..route.visits.len() {
        let last = route.visits[first - 1];
        if C::TIMED && route.before[first - 1].clock.finish() > prepared.visit(pickup).clock.latest() {
            break;
        }
        // Taking the drop along as well makes no detour shorter.
        let arcs = &prepared.arcs;
        let detour = arcs.distance(last, pickup) + arcs.distance(pickup, route.visits[first]) - route.legs[first];
        if Cost::new(terms.per_distance) * detour.get() >= best.0 {
            continue;
        }
        let mut head = prepared.join(route.before[first - 1], last, pickup, prepared.visit(pickup));
        let mut end = pickup;
        for next in first..route.visits.len() {
            if head.clock.time_warp() > Duration::ZERO || !head.goods.fits(&terms.capacity) {
                break;
            }
            let with_drop = prepared.join(head, end, drop, dropped);
            let whole = prepared.join(with_drop, drop, route.visits[next], *route.after(next));
            let cost = prepared.route_cost(terms, &whole) - route.cost;
            if cost < best.0 && prepared.allows(terms, &whole, route.n_visits() + 2) && !blinks(policy.blink, rng) {
                let customers = route.customers();
                let (before, between, behind) =
                    (&customers[..first - 1], &customers[first - 1..next - 1], &customers[next - 1..]);
                let visits = before.iter().chain([&pickup]).chain(between).chain([&drop]).chain(behind).copied();
                let exact = prepared.exact_cost(terms, &whole, visits).map(|exact| exact - route.cost);
                if let Some(cost) = exact.filter(|&cost| cost < best.0) {
                    *best = (cost, Some(PairPlace::Route { slot, pickup: first, drop: next + 1 }));
                }
            }
            if prepared.is_reload(route.visits[next]) {
                break;
            }
            head = prepared.join(head, end, route.visits[next], prepared.visit(route.visits[next]));
            end = route.visits[next];
        }
    }
}

fn new_route<G: Goods, C: Clock>(
    state: &State<'_, '_, G, C>,
    (pickup, drop): (Node, Node),
    best: &mut (Cost, Option<PairPlace>),
) {
    if !state.may_join(pickup, None) {
        return;
    }
    for (row, terms) in state.prepared.terms.iter().enumerate() {
        let vehicle_type = VehicleTypeIdx::new(row);
        if state.spare[row] > 0 {
            let whole = state.fold_route(vehicle_type, &[pickup, drop]);
            let exact = state.prepared.exact_cost(terms, &whole, [pickup, drop]);
            let allowed = exact.filter(|_| state.prepared.allows(terms, &whole, 2));
            if let Some(cost) = allowed.filter(|&cost| cost < best.0) {
                *best = (cost, Some(PairPlace::New { vehicle_type }));
            }
        }
    }
}
