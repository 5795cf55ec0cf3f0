//! What detours cost at least, before anything is joined or timed.

use crate::routing::arcs::{Node, Ways};
use crate::routing::prepared::Terms;
use crate::routing::state::RouteState;
use crate::units::{Cost, Distance, Duration};
use std::ops::{Add, Sub};

/// Some way, or how much longer one gets.
#[derive(Clone, Copy, Debug)]
pub struct Way {
    /// Its length.
    pub distance: Distance,
    /// How long it takes.
    pub duration: Duration,
}

impl Way {
    /// Nowhere.
    pub const NONE: Self = Self { distance: Distance::ZERO, duration: Duration::ZERO };
}

impl Add for Way {
    type Output = Self;

    #[inline]
    fn add(self, other: Self) -> Self {
        Self { distance: self.distance + other.distance, duration: self.duration + other.duration }
    }
}

impl Sub for Way {
    type Output = Self;

    #[inline]
    fn sub(self, other: Self) -> Self {
        Self { distance: self.distance - other.distance, duration: self.duration - other.duration }
    }
}

/// What longer ways cost on some route, at least: by distance, and by time where no waiting makes up for it.
#[derive(Clone, Copy, Debug)]
pub struct Rates {
    per_distance: i64,
    /// Zero where time costs nothing, or the route waits for longer than its new visits take.
    per_duration: i64,
    /// What the time inside costs that waiting does not pay for.
    inside: Cost,
}

impl Rates {
    /// Prices for more visits on a route that waits for so long, where the visits alone take the time `inside`.
    #[must_use]
    pub fn new<G>(terms: &Terms<G>, waiting: Duration, inside: Duration) -> Self {
        let longer = inside - waiting;
        let per_duration = if longer >= Duration::ZERO { terms.per_duration } else { 0 };
        Self { per_distance: terms.per_distance, per_duration, inside: Cost::new(per_duration) * longer.get() }
    }

    /// Whether time costs anything.
    #[must_use]
    #[inline]
    pub fn minds_time(&self) -> bool {
        self.per_duration != 0
    }

    /// What it costs to drive such a detour.
    #[must_use]
    #[inline]
    pub fn price(&self, way: Way) -> Cost {
        Cost::new(self.per_distance) * way.distance.get() + Cost::new(self.per_duration) * way.duration.get()
    }

    /// The same, and to make the visits.
    #[must_use]
    #[inline]
    pub fn least(&self, way: Way) -> Cost {
        self.price(way) + self.inside
    }

    /// The way from another node, as far as it costs anything.
    #[must_use]
    #[inline(always)]
    pub fn way_from(&self, other: Node, ways: &Ways<'_, '_>) -> Way {
        if !self.minds_time() {
            return Way { distance: ways.distance_from(other), duration: Duration::ZERO };
        }
        let (distance, duration) = ways.leg_from(other);
        Way { distance, duration }
    }

    /// The way to another node, as far as it costs anything.
    #[must_use]
    #[inline(always)]
    pub fn way_to(&self, other: Node, ways: &Ways<'_, '_>) -> Way {
        if !self.minds_time() {
            return Way { distance: ways.distance_to(other), duration: Duration::ZERO };
        }
        let (distance, duration) = ways.leg_to(other);
        Way { distance, duration }
    }

    /// The way to the visit at some position from the one before.
    #[must_use]
    #[inline]
    pub fn leg<G, C>(&self, route: &RouteState<G, C>, position: usize) -> Way {
        let duration = if !self.minds_time() { Duration::ZERO } else { route.spans[position] };
        Way { distance: route.legs[position], duration }
    }
}
