//! Adjacent string removal: a string of consecutive visits off each of several neighboring routes.
//!
//! Source: Christiaens & Vanden Berghe (2020), Transportation Science 54(2), with its names of the parameters.

use super::Removed;
use crate::routing::arcs::Node;
use crate::routing::segment::{Clock, Goods};
use crate::routing::state::{ABSENT, Slot, State};
use crate::search::Rng;
use rand::RngExt as _;

/// Strings of one ruin at least, where there are as many routes: customers of one route alone seldom find another place.
const LEAST_STRINGS: f64 = 2.0;

/// Chance of passing by a route on which the customer in the middle may not ride: little can change places with it.
const PASSED_BY: f64 = 0.8;

/// Removes strings.
#[derive(Clone, Copy, Debug)]
pub struct Strings {
    /// Customers removed on average (`c̄`).
    pub mean_removed: f64,
    /// Longest string (`L_max`).
    pub longest: f64,
    /// Chance of a split string, which keeps some visits in its middle (`α`).
    pub split: f64,
    /// Chance of stopping to grow those kept visits (`β`).
    pub split_stop: f64,
}

impl Strings {
    /// Longer strings, and as many more customers in all.
    #[must_use]
    pub fn stretched(self, stretch: f64) -> Self {
        Self { mean_removed: stretch * self.mean_removed, longest: stretch * self.longest, ..self }
    }

    /// Takes strings off the routes around `seed`.
    pub fn ruin<G: Goods, C: Clock>(
        &self,
        state: &mut State<'_, '_, G, C>,
        seed: Node,
        removed: &mut Removed,
        rng: &mut Rng,
    ) {
        let mean_visits = state.n_served as f64 / state.open.len().max(1) as f64;
        let longest = self.longest.min(mean_visits).max(1.0);
        let most_strings = 4.0 * self.mean_removed / (1.0 + longest) - 1.0;
        let n_strings = rng.random_range(LEAST_STRINGS..most_strings.max(LEAST_STRINGS) + 1.0) as usize;
        let prepared = state.prepared;
        let near = prepared.near(seed);
        let visit = prepared.visit(seed);
        removed.slots.clear();
        for node in std::iter::once(seed).chain(near.iter().map(|&row| Node::new(row as usize))) {
            let slot = state.slot_of[node.get()];
            if slot == ABSENT || removed.slots.contains(&slot) {
                continue;
            }
            let terms = prepared.terms(state.routes[slot as usize].vehicle_type);
            if !visit.goods.may_ride(&terms.capacity) && rng.random::<f64>() < PASSED_BY {
                continue;
            }
            let n_visits = state.routes[slot as usize].n_visits();
            let length = rng.random_range(1.0..(n_visits as f64).min(longest) + 1.0) as usize;
            self.string(state, slot as Slot, node, length, removed, rng);
            if removed.slots.len() >= n_strings {
                break;
            }
        }
    }

    /// Takes `length` visits around `node` off its route.
    fn string<G: Goods, C: Clock>(
        &self,
        state: &mut State<'_, '_, G, C>,
        slot: Slot,
        node: Node,
        length: usize,
        removed: &mut Removed,
        rng: &mut Rng,
    ) {
        let n_visits = state.routes[slot].n_visits();
        let position = state.position_of[node.get()] as usize;
        let mut kept = 0;
        if length > 1 && length < n_visits && rng.random::<f64>() < self.split {
            kept = 1;
            while length + kept < n_visits && rng.random::<f64>() > self.split_stop {
                kept += 1;
            }
        }
        let span = length + kept;
        let lowest = (position + 1).saturating_sub(span).max(1);
        let highest = position.min(n_visits + 1 - span);
        let first = rng.random_range(lowest..=highest);
        let gap = first + if kept > 0 { rng.random_range(1..length) } else { length };
        let positions = (first..first + span).filter(|position| kept == 0 || !(gap..gap + kept).contains(position));
        removed.take(state, slot, positions);
    }
}
