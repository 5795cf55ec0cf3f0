//! Sequential insertion: a seed opens a route, and the customers that gain most by joining it follow until none fits.
//!
//! Sources: Solomon (1987), Operations Research 35(2), rule I1 with cost as its only measure of an insertion; without
//! windows that is the rule of Mole & Jameson (1976), Operational Research Quarterly 27(2). As they do, the best of
//! several seeds and weights is kept. We look only at neighbors of the route's visits.

use super::insert_absent;
use super::one_route::{cheapest, has_room, insert, open};
use crate::routing::arcs::Node;
use crate::routing::prepared::Prepared;
use crate::routing::recreate::policy::Policy;
use crate::routing::segment::{Clock, Goods};
use crate::routing::state::{ABSENT, Slot, State};
use crate::search::{Budget, Rng};
use crate::units::{Cost, Time, VehicleTypeIdx};

/// Weights of the cost of a route of its own against that of joining this one (`λ` of the paper).
const WEIGHTS: [i64; 2] = [1, 2];

/// Who opens the next route.
#[derive(Clone, Copy, Debug)]
enum Seed {
    Farthest,
    EarliestDeadline,
}

/// The best of the runs with every weight and seed rule. `O(n k m)` each, for `k` neighbors and routes of `m` visits.
pub(super) fn best<'a, 'p, G: Goods, C: Clock>(
    prepared: &'a Prepared<'p, G, C>,
    policy: Policy,
    budget: &Budget<'_>,
    rng: &mut Rng,
) -> State<'a, 'p, G, C> {
    let seeds: &[Seed] =
        if prepared.has_windows { &[Seed::Farthest, Seed::EarliestDeadline] } else { &[Seed::Farthest] };
    let mut best: Option<State<'a, 'p, G, C>> = None;
    for (&seed, weight) in seeds.iter().flat_map(|seed| WEIGHTS.map(|weight| (seed, weight))) {
        if best.is_some() && budget.out_of_time() {
            break;
        }
        let mut state = State::empty(prepared);
        fill(&mut state, seed, weight, &first_half(budget));
        state.forget_served();
        insert_absent(&mut state, policy, budget, rng);
        if best.as_ref().is_none_or(|best| (state.n_missing, state.cost) < (best.n_missing, best.cost)) {
            best = Some(state);
        }
    }
    best.unwrap_or_else(|| State::empty(prepared))
}

/// The budget with a deadline when half of the time left is over: cheaper insertion needs the rest where there are very
/// many customers.
fn first_half<'b>(budget: &Budget<'b>) -> Budget<'b> {
    let left = budget.seconds_left();
    let deadline = budget.deadline.map(|deadline| deadline - std::time::Duration::from_secs_f64(left / 2.0));
    Budget { deadline, ..*budget }
}

/// One route after the other, until everybody has been on one or has none to open.
fn fill<G: Goods, C: Clock>(state: &mut State<'_, '_, G, C>, seed: Seed, weight: i64, budget: &Budget<'_>) {
    let vehicle_types: Vec<VehicleTypeIdx> = (0..state.prepared.terms.len()).map(VehicleTypeIdx::new).collect();
    let mut candidates = Candidates { listed: vec![false; state.prepared.n_customers()], found: Vec::new() };
    for node in order(state.prepared, seed) {
        if budget.out_of_time() {
            return;
        }
        if state.slot_of[node.get()] == ABSENT
            && let Some(slot) = open(state, &vehicle_types, node)
        {
            grow(state, slot, weight, &mut candidates, budget);
        }
    }
}

/// Everybody, those that make the best seeds first.
fn order<G: Goods, C: Clock>(prepared: &Prepared<'_, G, C>, seed: Seed) -> Vec<Node> {
    let mut nodes: Vec<Node> =
        (0..prepared.n_customers()).filter(|&row| !prepared.is_drop[row]).map(Node::new).collect();
    let closes = |node: Node| -> Time { prepared.problem.customer(node.customer()).window.closes };
    match seed {
        Seed::Farthest => nodes.sort_by_key(|node| (-prepared.remoteness[node.get()], *node)),
        Seed::EarliestDeadline => nodes.sort_by_key(|&node| (closes(node), node)),
    }
    // Optional ones should not decide where routes go.
    nodes.sort_by_key(|node| prepared.prize[node.get()].is_some());
    nodes
}

/// Customers that may join the route, each with its cheapest place.
struct Candidates {
    listed: Vec<bool>,
    found: Vec<Candidate>,
}

struct Candidate {
    node: Node,
    /// The way from the nearest depot and back on a route of its own, priced, times the weight.
    alone: Cost,
    place: Option<(Cost, usize)>,
}

/// Inserts, as long as one fits, the neighbor that saves most against a route of its own.
fn grow<G: Goods, C: Clock>(
    state: &mut State<'_, '_, G, C>,
    slot: Slot,
    weight: i64,
    candidates: &mut Candidates,
    budget: &Budget<'_>,
) {
    let mut fresh: Vec<Node> = state.routes[slot].customers().to_vec();
    while !budget.out_of_time() {
        for node in fresh.drain(..) {
            candidates.list_around(state, slot, node, weight);
        }
        candidates.found.retain(|candidate| has_room(state, slot, candidate.node));
        for candidate in &mut candidates.found {
            candidate.place = cheapest(state, slot, candidate.node);
        }
        let gain = |candidate: &Candidate| candidate.place.map(|(cost, _)| candidate.alone - cost);
        let best = (0..candidates.found.len()).max_by_key(|&at| (gain(&candidates.found[at]), std::cmp::Reverse(at)));
        let Some(at) = best else { break };
        let Some((_, position)) = candidates.found[at].place else { break };
        let node = candidates.found.swap_remove(at).node;
        insert(state, slot, position, node);
        fresh.extend(std::iter::once(node).chain(state.prepared.partner[node.get()]));
    }
    candidates.listed.fill(false);
    candidates.found.clear();
}

impl Candidates {
    /// Lists the absent neighbors of `node`.
    fn list_around<G: Goods, C: Clock>(&mut self, state: &State<'_, '_, G, C>, slot: Slot, node: Node, weight: i64) {
        let prepared = state.prepared;
        let terms = prepared.terms(state.routes[slot].vehicle_type);
        for near in prepared.near(node).iter().map(|&row| Node::new(row as usize)) {
            let free = state.slot_of[near.get()] == ABSENT && !prepared.is_drop[near.get()];
            if free && !std::mem::replace(&mut self.listed[near.get()], true) {
                let alone = Cost::new(terms.per_distance) * (weight * 2 * prepared.remoteness[near.get()]);
                self.found.push(Candidate { node: near, alone, place: None });
            }
        }
    }
}
