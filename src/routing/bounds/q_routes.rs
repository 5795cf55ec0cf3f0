//! q-routes: walks from start to end within the limit on weights, which may come back to a customer, though not at
//! once (2-cycles are eliminated).
//!
//! For given prices the cheapest walk to every customer with every weight is found, forwards and backwards, and from
//! both the walk through each customer with the least reduced cost for each unit of weight.
//! Source: Christofides, Mingozzi & Toth (1981), Mathematical Programming 20.

use super::fleets::Fleet;
use super::ways::{List, Ways};
use super::weights::Weights;
use crate::search::{Budget, advance};

/// No customer comes before.
const DEPOT: u32 = u32::MAX;
/// Customers come before that no list names; what they cost is a floor.
const UNKNOWN: u32 = u32::MAX - 1;

/// The two cheapest walks that reach a customer with a weight and come from different customers.
#[derive(Clone, Copy)]
struct Label {
    cost: [f64; 2],
    from: [u32; 2],
}

const NO_WALK: Label = Label { cost: [f64::INFINITY; 2], from: [UNKNOWN; 2] };

impl Label {
    #[inline]
    fn offer(&mut self, cost: f64, from: u32) {
        if cost < self.cost[0] {
            *self = Self { cost: [cost, self.cost[0]], from: [from, self.from[0]] };
        } else if cost < self.cost[1] {
            (self.cost[1], self.from[1]) = (cost, from);
        }
    }

    /// Which walk may go on to `next`: the cheapest, or the second where that came from there.
    #[inline]
    fn rank_towards(&self, next: u32) -> usize {
        usize::from(self.from[0] == next)
    }
}

/// The walks of one direction.
#[derive(Default)]
struct Walks {
    /// By weight, then customer.
    labels: Vec<Label>,
    /// The cheapest walk of each weight.
    least: Vec<f64>,
}

/// The walk through a customer that has the least reduced cost for each unit of weight.
#[derive(Clone, Debug)]
pub(super) struct Through {
    /// Reduced cost for each unit of weight; infinite where there is no walk.
    pub(super) rate: f64,
    /// Its weight.
    pub(super) weight: usize,
    /// Weight and rank of its part before and including the customer, and of the part from it on.
    halves: [(usize, usize); 2],
}

/// All q-routes of one fleet.
pub(super) struct QRoutes<'r> {
    pub(super) fleet: &'r Fleet,
    ways: &'r Ways,
    pub(super) weights: Weights,
    forward: Walks,
    /// Left alone where every walk can be turned around.
    backward: Walks,
    symmetric: bool,
    /// Cost of the dearest way, for what rounding can be off.
    pub(super) dearest: f64,
}

impl<'r> QRoutes<'r> {
    /// No walks yet.
    pub(super) fn new(fleet: &'r Fleet, ways: &'r Ways, weights: Weights) -> Self {
        let turned = fleet.start.iter().zip(&fleet.end).all(|(start, end)| start.total_cmp(end).is_eq());
        let symmetric = ways.symmetric() && turned;
        let listed = ways.into.iter().chain(ways.out()).flat_map(|list| list.ways.iter().map(|way| way.1));
        let costs = listed.chain(fleet.start.iter().chain(&fleet.end).copied());
        let dearest = costs.filter(|cost| cost.is_finite()).fold(0.0, f64::max);
        Self { fleet, ways, weights, forward: Walks::default(), backward: Walks::default(), symmetric, dearest }
    }

    /// Finds all walks where calling at a customer costs `node`, which may be negative; `None` when time is up.
    /// `O(n² W)` at worst; lists sorted by cost let most of it be skipped.
    pub(super) fn pass(&mut self, node: &[f64], budget: &Budget<'_>) -> Option<()> {
        let Self { fleet, ways, weights, forward, backward, symmetric, .. } = self;
        if *symmetric {
            return forward.fill(&fleet.start, &ways.into, weights, node, budget);
        }
        let mut directions = [(forward, &fleet.start, &ways.into[..], None), (backward, &fleet.end, ways.out(), None)];
        advance(&mut directions, |_, (walks, first, lists, done)| {
            *done = walks.fill(first, lists, weights, node, budget);
        });
        directions[0].3.and(directions[1].3)
    }

    /// The best walk through `customer`, where each costs `base` besides its arcs and calls. `O(W²)` at worst.
    pub(super) fn through(&self, customer: usize, node: &[f64], base: f64) -> Through {
        let (limit, own) = (self.weights.limit, self.weights.of[customer] as usize);
        let mut best = Through { rate: f64::INFINITY, weight: own, halves: [(0, 0); 2] };
        if own > limit {
            return best;
        }
        let column = |walks: &Walks| -> Vec<Label> {
            (0..=limit).map(|weight| walks.labels[weight * node.len() + customer]).collect()
        };
        let before = column(&self.forward);
        let after = if self.symmetric { before.clone() } else { column(&self.backward) };
        let mut least_after = vec![f64::INFINITY; limit + 1];
        for weight in own..=limit {
            least_after[weight] = least_after[weight - 1].min(after[weight].cost[0]);
        }
        let offset = base - node[customer];
        for (first, label) in before.iter().enumerate().skip(own) {
            let most = limit - first + own;
            let least = label.cost[0] + least_after[most] + offset;
            let weight_at_best = if least < 0.0 { first } else { limit };
            if least >= best.rate * weight_at_best as f64 || least.is_infinite() {
                continue;
            }
            let from = if self.symmetric { first } else { own };
            for (second, onwards) in after.iter().enumerate().take(most + 1).skip(from) {
                let weight = first + second - own;
                let sum = label.cost[0] + onwards.cost[0] + offset;
                if sum < best.rate * weight as f64 {
                    let (sum, ranks) = meet(label, onwards);
                    if sum + offset < best.rate * weight as f64 {
                        let halves = [(first, ranks[0]), (second, ranks[1])];
                        best = Through { rate: (sum + offset) / weight as f64, weight, halves };
                    }
                }
            }
        }
        best
    }

    /// Calls `visit` for every call of the walk `through` at `customer` and elsewhere.
    pub(super) fn visits(&self, customer: usize, through: &Through, visit: &mut dyn FnMut(usize)) {
        visit(customer);
        let backward = if self.symmetric { &self.forward } else { &self.backward };
        for (walks, (weight, rank)) in [&self.forward, backward].into_iter().zip(through.halves) {
            let (mut here, mut weight, mut rank) = (customer, weight, rank);
            loop {
                let next = walks.labels[weight * self.weights.of.len() + here].from[rank];
                if next == DEPOT || next == UNKNOWN {
                    break;
                }
                weight -= self.weights.of[here] as usize;
                rank = walks.labels[weight * self.weights.of.len() + next as usize].rank_towards(here as u32);
                here = next as usize;
                visit(here);
            }
        }
    }
}

/// The cheapest two halves that do not come from and go to the same customer, and their ranks.
fn meet(before: &Label, after: &Label) -> (f64, [usize; 2]) {
    if before.from[0] != after.from[0] || before.from[0] >= UNKNOWN {
        return (before.cost[0] + after.cost[0], [0, 0]);
    }
    let (one, other) = (before.cost[0] + after.cost[1], before.cost[1] + after.cost[0]);
    if one <= other { (one, [0, 1]) } else { (other, [1, 0]) }
}

impl Walks {
    /// All walks that begin with `first`, by ascending weight.
    fn fill(
        &mut self,
        first: &[f64],
        lists: &[List],
        weights: &Weights,
        node: &[f64],
        budget: &Budget<'_>,
    ) -> Option<()> {
        let n_customers = node.len();
        self.labels.clear();
        self.labels.resize((weights.limit + 1) * n_customers, NO_WALK);
        self.least.clear();
        self.least.resize(weights.limit + 1, f64::INFINITY);
        for weight in 1..=weights.limit {
            if budget.out_of_time() {
                return None;
            }
            let (known, row) = self.labels.split_at_mut(weight * n_customers);
            let mut least = f64::INFINITY;
            for (customer, (&own, label)) in weights.of.iter().zip(row).enumerate() {
                let own = own as usize;
                if own >= weight {
                    if own == weight {
                        label.offer(first[customer] + node[customer], DEPOT);
                        least = least.min(label.cost[0]);
                    }
                    continue;
                }
                let before = weight - own;
                if self.least[before] < f64::INFINITY {
                    let labels = &known[before * n_customers..(before + 1) * n_customers];
                    *label = extended(customer as u32, labels, &lists[customer], self.least[before]);
                    label.cost.iter_mut().for_each(|cost| *cost += node[customer]);
                    least = least.min(label.cost[0]);
                }
            }
            self.least[weight] = least;
        }
        Some(())
    }
}

/// The two cheapest walks to `customer` whose last customer before it is in `labels`; none of those is below `least`.
#[inline]
fn extended(customer: u32, labels: &[Label], list: &List, least: f64) -> Label {
    let mut best = NO_WALK;
    for &(from, cost) in &list.ways {
        if cost + least >= best.cost[1] {
            return best;
        }
        let label = &labels[from as usize];
        if label.cost[0] + cost < best.cost[1] {
            best.offer(label.cost[label.rank_towards(customer)] + cost, from);
        }
    }
    // Whoever is not listed costs at least this; the same floor stands for the cheapest two of them.
    best.offer(list.floor + least, UNKNOWN);
    best.offer(list.floor + least, UNKNOWN);
    best
}
