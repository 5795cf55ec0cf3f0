//! Who stays in the population: cheap individuals, and those unlike the others.
//!
//! Source: Vidal, Crainic, Gendreau, Lahrichi & Rei (2012), Operations Research 60(3), "biased fitness".

use super::individual::{Individual, Penalties};
use crate::search::Rng;
use rand::RngExt as _;

/// Sizes of a subpopulation.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sizes {
    /// Individuals that survive a selection.
    pub(super) least: usize,
    /// Individuals born between selections.
    pub(super) generation: usize,
    /// The cheapest ones, which are sure to survive.
    pub(super) elite: usize,
    /// How many of the nearest others measure diversity.
    pub(super) n_close: usize,
}

struct Member {
    individual: Individual,
    id: u64,
    /// Distance and id of every other member, nearest first.
    others: Vec<(f64, u64)>,
    fitness: f64,
}

impl Member {
    fn diversity(&self, n_close: usize) -> f64 {
        let near = &self.others[..n_close.min(self.others.len())];
        near.iter().map(|other| other.0).sum::<f64>() / near.len().max(1) as f64
    }
}

/// Individuals of one kind (feasible, or with excess), cheapest first.
#[derive(Default)]
pub(super) struct Survivors {
    members: Vec<Member>,
    next_id: u64,
}

impl Survivors {
    /// Number of individuals.
    #[must_use]
    pub(super) fn len(&self) -> usize {
        self.members.len()
    }

    /// Forgets all.
    pub(super) fn clear(&mut self) {
        self.members.clear();
    }

    /// Adds one; when a generation is full, only the fittest survive. `O(N n)`.
    pub(super) fn add(&mut self, individual: Individual, penalties: &Penalties, sizes: &Sizes) {
        let id = self.next_id;
        self.next_id += 1;
        let mut others = Vec::with_capacity(self.members.len() + 1);
        for member in &mut self.members {
            let distance = individual.distance(&member.individual);
            insert(&mut member.others, (distance, id));
            others.push((distance, member.id));
        }
        others.sort_by(|a, b| a.0.total_cmp(&b.0));
        let cost = individual.penalized(penalties);
        let at = self.members.partition_point(|member| member.individual.penalized(penalties) <= cost);
        self.members.insert(at, Member { individual, id, others, fitness: 0.0 });
        if self.members.len() > sizes.least + sizes.generation {
            while self.members.len() > sizes.least {
                self.rank(sizes);
                self.remove_worst();
            }
        }
        self.rank(sizes);
    }

    /// Sorts again after the penalties changed.
    pub(super) fn reprice(&mut self, penalties: &Penalties, sizes: &Sizes) {
        self.members.sort_by_key(|member| member.individual.penalized(penalties));
        self.rank(sizes);
    }

    /// The fitness of number `index`: lower is better.
    fn rank(&mut self, sizes: &Sizes) {
        let n_members = self.members.len();
        let mut by_diversity: Vec<(f64, usize)> =
            self.members.iter().enumerate().map(|(row, member)| (-member.diversity(sizes.n_close), row)).collect();
        by_diversity.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let last = (n_members.max(2) - 1) as f64;
        for (place, &(_, row)) in by_diversity.iter().enumerate() {
            let by_cost = row as f64 / last;
            let weight = if n_members <= sizes.elite { 0.0 } else { 1.0 - sizes.elite as f64 / n_members as f64 };
            self.members[row].fitness = by_cost + weight * place as f64 / last;
        }
    }

    /// Removes the least fit, clones first, never the cheapest.
    fn remove_worst(&mut self) {
        let is_clone = |member: &Member| member.others.first().is_some_and(|other| other.0 < 1e-9);
        let rows = 1..self.members.len();
        let worst = rows.max_by(|&a, &b| {
            let (a, b) = (&self.members[a], &self.members[b]);
            is_clone(a).cmp(&is_clone(b)).then(a.fitness.total_cmp(&b.fitness))
        });
        if let Some(row) = worst {
            let removed = self.members.remove(row).id;
            for member in &mut self.members {
                member.others.retain(|other| other.1 != removed);
            }
        }
    }
}

fn insert(others: &mut Vec<(f64, u64)>, other: (f64, u64)) {
    let at = others.partition_point(|found| found.0 <= other.0);
    others.insert(at, other);
}

/// A parent by binary tournament over both kinds.
pub(super) fn parent<'s>(feasible: &'s Survivors, infeasible: &'s Survivors, rng: &mut Rng) -> &'s Individual {
    let n_members = feasible.len() + infeasible.len();
    let mut draw = || {
        let row = rng.random_range(0..n_members);
        if row < feasible.len() { &feasible.members[row] } else { &infeasible.members[row - feasible.len()] }
    };
    let (first, second) = (draw(), draw());
    if first.fitness <= second.fitness { &first.individual } else { &second.individual }
}
