//! q-routes: walks from start to end within the limit on weights, which may come back to a customer, though not at
//! once (2-cycles are eliminated).
//!
//! For given prices the cheapest walk to every customer with every weight is found, forwards and backwards, and from
//! both the walk through each customer with the least reduced cost for each unit of weight.
//! Source: Christofides, Mingozzi & Toth (1981), Mathematical Programming 20.

use super::fleets::Fleet;
use super::ways::{BLOCK, Table, Tables};
use super::weights::Weights;
use crate::search::{Budget, advance};

/// No customer comes before.
pub(super) const DEPOT: u32 = u32::MAX;

/// The two cheapest walks that reach a customer with a weight and come from different customers.
#[derive(Clone, Copy)]
pub(super) struct Label {
    pub(super) cost: [f64; 2],
    pub(super) from: [u32; 2],
}

/// Nobody is reached.
pub(super) const NO_WALK: Label = Label { cost: [f64::INFINITY; 2], from: [DEPOT; 2] };

impl Label {
    /// Keeps the walk if it is one of the two.
    #[inline]
    pub(super) fn offer(&mut self, cost: f64, from: u32) {
        if cost < self.cost[0] {
            *self = Self { cost: [cost, self.cost[0]], from: [from, self.from[0]] };
        } else if cost < self.cost[1] {
            (self.cost[1], self.from[1]) = (cost, from);
        }
    }

    /// Which walk may go on to `next`: the cheapest, or the second where that came from there.
    #[inline]
    pub(super) fn rank_towards(&self, next: u32) -> usize {
        usize::from(self.from[0] == next)
    }
}

/// The walks of one direction.
#[derive(Default)]
struct Walks {
    /// By weight, then customer.
    labels: Vec<Label>,
    /// The cheapest walk by weight, then customer, filled up to whole blocks.
    cheapest: Vec<f64>,
    /// The cheapest walk by weight, then block of customers.
    least_of: Vec<f64>,
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
    ways: &'r Tables,
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
    pub(super) fn new(fleet: &'r Fleet, ways: &'r Tables, weights: Weights) -> Self {
        let turned = fleet.start.iter().zip(&fleet.end).all(|(start, end)| start.total_cmp(end).is_eq());
        let symmetric = ways.symmetric() && turned;
        let rows = (0..fleet.start.len()).flat_map(|row| ways.into.costs(row).iter().copied());
        let costs = rows.chain(fleet.start.iter().chain(&fleet.end).copied());
        let dearest = costs.filter(|cost| cost.is_finite()).fold(0.0, f64::max);
        Self { fleet, ways, weights, forward: Walks::default(), backward: Walks::default(), symmetric, dearest }
    }

    /// Finds all walks where calling at a customer costs `node`, which may be negative; `None` when time is up.
    /// `O(n² W)` at worst; blocks of customers that are too far away are skipped.
    pub(super) fn pass(&mut self, node: &[f64], budget: &Budget<'_>) -> Option<()> {
        let Self { fleet, ways, weights, forward, backward, symmetric, .. } = self;
        if *symmetric {
            return forward.fill(&fleet.start, &ways.into, weights, node, budget);
        }
        let mut directions = [(forward, &fleet.start, &ways.into, None), (backward, &fleet.end, ways.out(), None)];
        advance(&mut directions, |_, (walks, first, ways, done)| {
            *done = walks.fill(first, ways, weights, node, budget);
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
                if next == DEPOT {
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
pub(super) fn meet(before: &Label, after: &Label) -> (f64, [usize; 2]) {
    if before.from[0] != after.from[0] || before.from[0] == DEPOT {
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
        ways: &Table,
        weights: &Weights,
        node: &[f64],
        budget: &Budget<'_>,
    ) -> Option<()> {
        let n_customers = node.len();
        let row_length = n_customers.next_multiple_of(BLOCK);
        let n_blocks = row_length / BLOCK;
        let n_rows = weights.limit + 1;
        self.labels.clear();
        self.labels.resize(n_rows * n_customers, NO_WALK);
        for (sums, length) in [(&mut self.cheapest, row_length), (&mut self.least_of, n_blocks), (&mut self.least, 1)] {
            sums.clear();
            sums.resize(n_rows * length, f64::INFINITY);
        }
        for weight in 1..=weights.limit {
            if budget.out_of_time() {
                return None;
            }
            let (known, row) = self.labels.split_at_mut(weight * n_customers);
            let (shorter, cheapest) = self.cheapest.split_at_mut(weight * row_length);
            for (customer, (&own, label)) in weights.of.iter().zip(row).enumerate() {
                let own = own as usize;
                if own == weight {
                    label.offer(first[customer] + node[customer], DEPOT);
                } else if own < weight && self.least[weight - own] < f64::INFINITY {
                    let before = weight - own;
                    let walks = Shorter {
                        labels: &known[before * n_customers..(before + 1) * n_customers],
                        cheapest: &shorter[before * row_length..(before + 1) * row_length],
                        least_of: &self.least_of[before * n_blocks..(before + 1) * n_blocks],
                        least: self.least[before],
                    };
                    *label = walks.extended(customer, ways);
                    label.cost.iter_mut().for_each(|cost| *cost += node[customer]);
                }
                cheapest[customer] = label.cost[0];
            }
            for block in 0..n_blocks {
                let least = least_sum(&cheapest[block * BLOCK..(block + 1) * BLOCK], &[0.0; BLOCK]);
                self.least_of[weight * n_blocks + block] = least;
                self.least[weight] = self.least[weight].min(least);
            }
        }
        Some(())
    }
}

/// All walks of one weight.
struct Shorter<'w> {
    labels: &'w [Label],
    cheapest: &'w [f64],
    least_of: &'w [f64],
    least: f64,
}

impl Shorter<'_> {
    /// The two cheapest walks that go on to `customer`.
    #[inline]
    fn extended(&self, customer: usize, ways: &Table) -> Label {
        let mut best = NO_WALK;
        let costs = ways.costs(customer);
        for &(block, way) in ways.blocks(customer) {
            if way + self.least >= best.cost[1] {
                break;
            }
            let block = block as usize;
            if way + self.least_of[block] >= best.cost[1] {
                continue;
            }
            let members = block * BLOCK..(block + 1) * BLOCK;
            let (costs, cheapest) = (&costs[members.clone()], &self.cheapest[members.clone()]);
            // Most blocks hold nothing better, which shows sooner than who it would be.
            if least_sum(costs, cheapest) >= best.cost[1] {
                continue;
            }
            for (from, (cost, walk)) in members.zip(costs.iter().zip(cheapest)) {
                if cost + walk < best.cost[1] {
                    let label = &self.labels[from];
                    best.offer(label.cost[label.rank_towards(customer as u32)] + cost, from as u32);
                }
            }
        }
        best
    }
}

/// The least sum of two numbers at the same place of a block, four places at a time.
#[inline]
fn least_sum(one: &[f64], other: &[f64]) -> f64 {
    const LANES: usize = 4;
    let mut least = [f64::INFINITY; LANES];
    for (one, other) in one.chunks_exact(LANES).zip(other.chunks_exact(LANES)) {
        for lane in 0..LANES {
            let sum = one[lane] + other[lane];
            least[lane] = if sum < least[lane] { sum } else { least[lane] };
        }
    }
    least.into_iter().fold(f64::INFINITY, f64::min)
}

#[cfg(test)]
mod tests {
    use super::super::ways::{MOST_FOR_TABLES, Ways};
    use super::*;
    use crate::routing::generate::mixed;
    use crate::search::{Budget, rng};
    use rand::RngExt;
    use std::{sync::atomic::AtomicBool, time::Instant};

    #[test]
    fn blocks_hide_no_walk() {
        let never = AtomicBool::new(false);
        let budget = Budget { iterations: 1, started: Instant::now(), deadline: None, gap: 0.0, cancel: &never };
        for seed in 0..20 {
            let problem = mixed(10 + 7 * seed as usize, seed);
            let n_customers = problem.n_customers();
            let kind = &problem.vehicle_types()[0];
            let ways = Ways::new(&problem, (kind.per_distance, kind.per_duration), MOST_FOR_TABLES, &budget).unwrap();
            let tables = ways.tables.unwrap();
            let table = if seed % 2 == 0 { &tables.into } else { tables.out() };
            let mut rng = rng(seed, 0);
            let labels: Vec<Label> = (0..n_customers)
                .map(|_| {
                    let cost = -1000.0 * rng.random::<f64>();
                    let from = [0, 1].map(|_| rng.random_range(0..n_customers as u32));
                    Label { cost: [cost, cost + 500.0 * rng.random::<f64>()], from }
                })
                .collect();
            let mut cheapest = vec![f64::INFINITY; n_customers.next_multiple_of(BLOCK)];
            cheapest.iter_mut().zip(&labels).for_each(|(cheapest, label)| *cheapest = label.cost[0]);
            let least_of: Vec<f64> = cheapest.chunks(BLOCK).map(|block| least_sum(block, &[0.0; BLOCK])).collect();
            let least = least_of.iter().copied().fold(f64::INFINITY, f64::min);
            let walks = Shorter { labels: &labels, cheapest: &cheapest, least_of: &least_of, least };
            for customer in 0..n_customers {
                let found = walks.extended(customer, table);
                let onwards = |(label, way): (&Label, &f64)| label.cost[label.rank_towards(customer as u32)] + way;
                let mut costs: Vec<f64> = labels.iter().zip(table.costs(customer)).map(onwards).collect();
                costs.sort_unstable_by(f64::total_cmp);
                assert_eq!(found.cost[0].total_cmp(&costs[0]), std::cmp::Ordering::Equal, "seed {seed}");
                assert_eq!(found.cost[1].total_cmp(&costs[1]), std::cmp::Ordering::Equal, "seed {seed}");
            }
        }
    }
}
