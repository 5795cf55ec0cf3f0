//! One member of the population: a set of routes, possibly with excess, and how far it is from others.

use crate::routing::arcs::Node;
use crate::units::{Cost, VehicleTypeIdx};

/// By how much a set of routes breaks limits, summed over routes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Excess {
    /// Load above capacities, over all dimensions.
    pub(super) load: i64,
    /// Seconds by which windows, shifts and longest durations are missed.
    pub(super) time: i64,
    /// Distance above the longest.
    pub(super) distance: i64,
    /// Visits above the most.
    pub(super) visits: i64,
}

impl Excess {
    /// Both together.
    #[must_use]
    pub(super) fn plus(&self, other: &Self) -> Self {
        Self {
            load: self.load + other.load,
            time: self.time + other.time,
            distance: self.distance + other.distance,
            visits: self.visits + other.visits,
        }
    }

    /// Nothing is broken.
    #[must_use]
    pub(super) fn is_none(&self) -> bool {
        *self == Self::default()
    }
}

/// What one unit of excess costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Penalties {
    /// A unit of load.
    pub(super) load: i64,
    /// A second.
    pub(super) time: i64,
    /// A unit of distance.
    pub(super) distance: i64,
    /// A visit.
    pub(super) visits: i64,
}

impl Penalties {
    /// The penalty of `excess`.
    #[must_use]
    #[inline]
    pub(super) fn of(&self, excess: &Excess) -> Cost {
        Cost::new(
            self.load.saturating_mul(excess.load)
                + self.time.saturating_mul(excess.time)
                + self.distance.saturating_mul(excess.distance)
                + self.visits.saturating_mul(excess.visits),
        )
    }

    /// All of them `factor` times as high.
    #[must_use]
    pub(super) fn times(&self, factor: i64) -> Self {
        Self {
            load: self.load * factor,
            time: self.time * factor,
            distance: self.distance * factor,
            visits: self.visits * factor,
        }
    }
}

/// A route of an individual.
pub(super) type Tour = (VehicleTypeIdx, Vec<Node>);

/// Marks the depot among neighbors.
const DEPOT: u32 = u32::MAX;

/// A set of routes that visits every customer.
#[derive(Clone, Debug)]
pub(super) struct Individual {
    /// Non-empty routes.
    pub(super) routes: Vec<Tour>,
    /// Cost without penalties.
    pub(super) cost: Cost,
    /// Broken limits.
    pub(super) excess: Excess,
    previous: Vec<u32>,
    next: Vec<u32>,
}

impl Individual {
    /// From its routes.
    #[must_use]
    pub(super) fn new(routes: Vec<Tour>, n_customers: usize, cost: Cost, excess: Excess) -> Self {
        let (mut previous, mut next) = (vec![DEPOT; n_customers], vec![DEPOT; n_customers]);
        for (_, visits) in &routes {
            for pair in visits.windows(2) {
                next[pair[0].get()] = pair[1].get() as u32;
                previous[pair[1].get()] = pair[0].get() as u32;
            }
        }
        Self { routes, cost, excess, previous, next }
    }

    /// All customers in the order of the routes.
    #[must_use]
    pub(super) fn tour(&self) -> Vec<Node> {
        self.routes.iter().flat_map(|(_, visits)| visits.iter().copied()).collect()
    }

    /// Cost with penalties.
    #[must_use]
    pub(super) fn penalized(&self, penalties: &Penalties) -> Cost {
        self.cost + penalties.of(&self.excess)
    }

    /// Share of customers whose neighbors on the route differ. `O(n)`.
    ///
    /// Source: broken pairs, Prins (2009), Engineering Applications of Artificial Intelligence 22(6).
    #[must_use]
    pub(super) fn distance(&self, other: &Self) -> f64 {
        let mut n_broken = 0;
        for row in 0..self.next.len() {
            let (previous, next) = (self.previous[row], self.next[row]);
            let (other_previous, other_next) = (other.previous[row], other.next[row]);
            n_broken += usize::from(next != other_next && next != other_previous);
            n_broken += usize::from(previous == DEPOT && other_previous != DEPOT && other_next != DEPOT);
        }
        n_broken as f64 / self.next.len().max(1) as f64
    }
}
