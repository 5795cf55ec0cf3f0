//! Putting absent customers back: greedy insertion with blinks, in one of several orders.
//!
//! Source: Christiaens & Vanden Berghe (2020), Transportation Science 54(2).

pub mod detour;
pub mod insertion;
pub mod policy;
pub mod shipment;
pub mod shortlist;

use super::arcs::Node;
use super::reloads::{self, Beside};
use super::segment::{Clock, Goods};
use super::state::{Slots, State};
use crate::search::{Budget, Rng};
use crate::units::Cost;
use insertion::{Place, Scan};
use policy::{AtALoss, Insertion, Policy};
use rand::RngExt as _;
use rand::seq::SliceRandom as _;
use shipment::{PairPlace, cheapest_pair};

/// In which order customers are put back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// Shuffled.
    Random,
    /// Largest demand first.
    Demand,
    /// Farthest from the depots first.
    Far,
    /// Nearest to the depots first.
    Close,
    /// Shortest time window first.
    Narrow,
    /// Window that opens first, first.
    Opens,
    /// Window that closes last, first.
    Closes,
    /// Largest prize for the demand first, roughly; mandatory customers before all others.
    Worth,
}

impl Order {
    /// Draws an order with the weights of the paper; those by time only where there are windows, and by worth the more
    /// often, the larger the share of customers that may be left out for `choice`.
    #[must_use]
    pub fn draw(has_windows: bool, choice: f64, rng: &mut Rng) -> Self {
        if choice > 0.0 && rng.random::<f64>() < choice {
            return Self::Worth;
        }
        match rng.random_range(0..if has_windows { 17 } else { 11 }) {
            0..4 => Self::Random,
            4..8 => Self::Demand,
            8..10 => Self::Far,
            10 => Self::Close,
            11..13 => Self::Narrow,
            13..15 => Self::Opens,
            _ => Self::Closes,
        }
    }
}

/// Sorts `customers` into `order`; ties by index.
pub fn sort<G: Goods, C: Clock>(state: &State<'_, '_, G, C>, customers: &mut [Node], order: Order, rng: &mut Rng) {
    let prepared = state.prepared;
    let window = |node: &Node| prepared.problem.customer(node.customer()).window;
    match order {
        Order::Random => customers.shuffle(rng),
        Order::Demand => customers.sort_unstable_by_key(|node| (-prepared.size[node.get()], *node)),
        Order::Far => customers.sort_unstable_by_key(|node| (-prepared.remoteness[node.get()], *node)),
        Order::Close => customers.sort_unstable_by_key(|node| (prepared.remoteness[node.get()], *node)),
        Order::Narrow => {
            customers.sort_unstable_by_key(|node| (window(node).closes.since(window(node).opens), *node));
        }
        Order::Worth => {
            let mut worth = |node: &Node| {
                let prize = prepared.prize[node.get()].map_or(f64::INFINITY, |prize| prize.get() as f64);
                prize / (prepared.size[node.get()] as f64).max(1.0) * rng.random_range(1.0..4.0)
            };
            // The bits of numbers that are not negative are in the order of the numbers.
            customers.sort_by_cached_key(|node| (std::cmp::Reverse(worth(node).to_bits()), *node));
        }
        Order::Opens => customers.sort_unstable_by_key(|node| (window(node).opens, *node)),
        Order::Closes => customers.sort_unstable_by_key(|node| (std::cmp::Reverse(window(node).closes), *node)),
    }
}

/// Inserts `customers`, none of which is counted absent, one after the other where each, or another of its group, is
/// cheapest. Optional ones
/// that cost more than their prize and those without a place become absent, and so do all that are left when the time
/// is over.
///
/// With a `ceiling` on the cost of the state, gives up as soon as the insertions have to reach it, and returns `false`:
/// the state is good for a rollback only. Where ways around are never shorter, no later insertion could have helped.
pub fn greedy<G: Goods, C: Clock>(
    state: &mut State<'_, '_, G, C>,
    customers: &[Node],
    policy: Policy,
    ceiling: Option<Cost>,
    budget: &Budget<'_>,
    rng: &mut Rng,
    seen: &mut Slots,
) -> bool {
    for (count, &node) in customers.iter().enumerate() {
        // A shipment may take long on a long route, so the clock is read for each of them.
        let slow = state.prepared.partner[node.get()].is_some();
        let late = (slow || count % 16 == 15) && budget.out_of_time();
        if late {
            for &node in &customers[count..] {
                state.miss(node);
            }
            return true;
        }
        let limit = ceiling.map_or(Cost::HUGE, |ceiling| ceiling - state.cost);
        let first_only = count > 0 && policy.at_a_loss != AtALoss::Everybody;
        let policy = if first_only { Policy { at_a_loss: AtALoss::Nobody, ..policy } } else { policy };
        if !place(state, node, limit, policy, rng, seen) {
            state.miss(node);
            if state.n_missing > 0 && ceiling.is_some() {
                return false;
            }
        }
        if ceiling.is_some_and(|ceiling| state.cost >= ceiling) {
            return false;
        }
    }
    true
}

/// The cheapest place of `node`, or another of its group, beside a new reload.
fn beside_reload<G: Goods, C: Clock>(
    state: &State<'_, '_, G, C>,
    node: Node,
    limit: Cost,
    policy: Policy,
    rng: &mut Rng,
) -> Option<(Cost, Beside, Node)> {
    let mut best: Option<(Cost, Beside, Node)> = None;
    for choice in state.prepared.choices(node) {
        let limit = best.map_or(limit, |best| best.0);
        if let Some((cost, place)) = reloads::cheapest(state, choice, limit, policy, rng) {
            best = Some((cost, place, choice));
        }
    }
    best
}

fn place<G: Goods, C: Clock>(
    state: &mut State<'_, '_, G, C>,
    node: Node,
    limit: Cost,
    policy: Policy,
    rng: &mut Rng,
    seen: &mut Slots,
) -> bool {
    let prize = state.prepared.prize[node.get()].filter(|_| policy.at_a_loss == AtALoss::Nobody);
    let limit = prize.map_or(limit, |prize| prize.min(limit));
    if let Some(drop) = state.prepared.partner[node.get()] {
        let found = cheapest_pair(state, (node, drop), limit, policy, rng, seen);
        match found.place {
            None => return false,
            Some(PairPlace::Route { slot, pickup, drop: second }) => {
                state.insert_priced(slot, [(pickup, node), (second, drop)], found.price);
            }
            Some(PairPlace::New { vehicle_type }) => {
                let slot = state.open(vehicle_type);
                state.set_visits(slot, &[node, drop]);
            }
        }
        return true;
    }
    let mut best = Insertion::none(limit);
    let mut chosen = node;
    for choice in state.prepared.choices(node) {
        let found = if policy.at_a_loss == AtALoss::Pioneer && state.prepared.prize[node.get()].is_some() {
            Scan::alone_on_route(state, choice, best.cost, policy, rng)
        } else {
            Scan::cheapest(state, choice, best.cost, policy, rng, seen)
        };
        if found.place.is_some() {
            (best, chosen) = (found, choice);
        }
    }
    if state.prepared.has_reloads()
        && let Some((_, place, choice)) = beside_reload(state, node, best.cost, policy, rng)
        && reloads::insert(state, choice, place)
    {
        return true;
    }
    match best.place {
        None => return false,
        Some(Place::Route { slot, position }) => state.insert_priced(slot, [(position, chosen)], best.price),
        Some(Place::New { vehicle_type }) => {
            let slot = state.open(vehicle_type);
            state.insert(slot, 1, chosen);
        }
    }
    true
}
