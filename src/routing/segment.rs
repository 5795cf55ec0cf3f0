//! Stretches of route seen from outside: what a move needs to know about the visits it joins.
//!
//! A [`Segment`] carries distance, load and time. Which of them cost anything is settled at compile time: [`Goods`]
//! and [`Clock`] are traits, so the plain capacity problem joins two integers and never looks at a time window.
//!
//! Sources: Vidal, Crainic, Gendreau & Prins (2013), Computers & Operations Research 40(1), for time; Wassan & Nagy
//! (2014), International Journal of Combinatorial Optimization 5(2), for the peak of deliveries and pickups.

use super::restricted::Rules;
use crate::units::{Distance, Duration, Load, Time, TimeWindow};
use std::fmt::Debug;

/// What a stretch of visits loads and unloads.
pub trait Goods: Copy + PartialEq + Debug + Send + Sync + 'static {
    /// Whether [`Goods::may_fit`] already decides, because the order of the visits does not matter.
    const ORDER_FREE: bool;
    /// Nothing at all.
    const NOTHING: Self;
    /// One visit: `delivery` comes from the start of the route, `pickup` goes to its end, `moved` is picked up
    /// (positive) or dropped (negative) between two visits of a shipment.
    fn visit(delivery: &[Load], pickup: &[Load], moved: &[Load]) -> Self;
    /// What a vehicle can hold.
    fn capacity(capacity: &[Load]) -> Self;
    /// The goods of a visit, or the capacity of a vehicle, with rules beside the load. Kinds that know none ignore them:
    /// problems with rules are never solved with those.
    #[must_use]
    fn with_rules(self, _rules: Rules) -> Self {
        self
    }
    /// This stretch, then `next`.
    #[must_use]
    fn join(self, next: Self) -> Self;
    /// Whichever of two whole trips is worse, limit by limit.
    #[must_use]
    fn worse(self, other: Self) -> Self;
    /// A necessary condition that goods fit aboard between this stretch and `next`, if only for a moment.
    #[inline]
    fn leaves_room(&self, _fetched: &Self, _next: &Self, _capacity: &Self) -> bool {
        true
    }
    /// The trip that the stretch ends in; all of it where there are no trips.
    #[must_use]
    fn last_trip(self) -> Self {
        self
    }
    /// Number of reloads.
    #[must_use]
    #[inline]
    fn n_reloads(&self) -> usize {
        0
    }
    /// What comes from the start of the route, in the first dimension, where nothing is picked up.
    fn brought(&self) -> Load;
    /// Whether the load never exceeds `capacity`.
    fn fits(&self, capacity: &Self) -> bool;
    /// By how much the load exceeds `capacity` where it is most, summed over dimensions.
    fn excess(&self, capacity: &Self) -> Load;
    /// This stretch without the visit `lost` and with `gained`, where the order does not matter; elsewhere no less.
    #[must_use]
    fn exchanged(self, lost: Self, gained: Self) -> Self;
    /// `numerator / denominator` of a capacity.
    #[must_use]
    fn times(self, numerator: i64, denominator: i64) -> Self;
    /// Whether a vehicle of this capacity may carry these goods at all, whatever else is aboard.
    #[inline]
    fn may_ride(&self, _capacity: &Self) -> bool {
        true
    }
    /// A necessary condition that a visit of `visit` fits somewhere in the route `self`.
    fn may_fit(&self, visit: &Self, capacity: &Self) -> bool;
}

/// One dimension whose goods are all delivered, or all picked up: the load is a sum.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TotalLoad(Load);

impl Goods for TotalLoad {
    const ORDER_FREE: bool = true;
    const NOTHING: Self = Self(Load::ZERO);

    fn visit(delivery: &[Load], pickup: &[Load], moved: &[Load]) -> Self {
        debug_assert!(moved.iter().all(|&load| load == Load::ZERO));
        Self(delivery.iter().chain(pickup).copied().sum())
    }

    fn capacity(capacity: &[Load]) -> Self {
        Self(capacity.first().copied().unwrap_or(Load::HUGE))
    }

    #[inline]
    fn join(self, next: Self) -> Self {
        Self(self.0 + next.0)
    }

    fn worse(self, other: Self) -> Self {
        Self(self.0.max(other.0))
    }

    #[inline]
    fn brought(&self) -> Load {
        self.0
    }

    #[inline]
    fn fits(&self, capacity: &Self) -> bool {
        self.0 <= capacity.0
    }

    #[inline]
    fn excess(&self, capacity: &Self) -> Load {
        (self.0 - capacity.0).max(Load::ZERO)
    }

    #[inline]
    fn exchanged(self, lost: Self, gained: Self) -> Self {
        Self(self.0 - lost.0 + gained.0)
    }

    fn times(self, numerator: i64, denominator: i64) -> Self {
        Self(Load::new(self.0.get().saturating_mul(numerator) / denominator))
    }

    #[inline]
    fn may_fit(&self, visit: &Self, capacity: &Self) -> bool {
        self.0 + visit.0 <= capacity.0
    }
}

/// Deliveries, pickups and shipments in up to `N` dimensions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PeakLoad<const N: usize> {
    /// Aboard at the start of the stretch for deliveries inside it.
    initial: [Load; N],
    /// Aboard at its end from inside it.
    last: [Load; N],
    /// The most aboard at once.
    peak: [Load; N],
}

impl<const N: usize> Goods for PeakLoad<N> {
    const ORDER_FREE: bool = false;
    const NOTHING: Self = Self { initial: [Load::ZERO; N], last: [Load::ZERO; N], peak: [Load::ZERO; N] };

    fn visit(delivery: &[Load], pickup: &[Load], moved: &[Load]) -> Self {
        let mut goods = Self::NOTHING;
        for dimension in 0..delivery.len() {
            let (initial, last) = (delivery[dimension], pickup[dimension] + moved[dimension]);
            goods.initial[dimension] = initial;
            goods.last[dimension] = last;
            goods.peak[dimension] = initial.max(last);
        }
        goods
    }

    fn capacity(capacity: &[Load]) -> Self {
        let mut most = Self { initial: [Load::HUGE; N], last: [Load::HUGE; N], peak: [Load::HUGE; N] };
        for (dimension, &load) in capacity.iter().enumerate() {
            most.initial[dimension] = load;
            most.last[dimension] = load;
            most.peak[dimension] = load;
        }
        most
    }

    #[inline]
    fn join(self, next: Self) -> Self {
        let mut joined = Self::NOTHING;
        for dimension in 0..N {
            joined.initial[dimension] = self.initial[dimension] + next.initial[dimension];
            joined.last[dimension] = self.last[dimension] + next.last[dimension];
            joined.peak[dimension] =
                (self.peak[dimension] + next.initial[dimension]).max(self.last[dimension] + next.peak[dimension]);
        }
        joined
    }

    #[inline]
    fn worse(mut self, other: Self) -> Self {
        for dimension in 0..N {
            self.peak[dimension] = self.peak[dimension].max(other.peak[dimension]);
        }
        self
    }

    #[inline]
    fn brought(&self) -> Load {
        self.initial.first().copied().unwrap_or(Load::ZERO)
    }

    #[inline]
    fn fits(&self, capacity: &Self) -> bool {
        (0..N).all(|dimension| self.peak[dimension] <= capacity.peak[dimension])
    }

    #[inline]
    fn excess(&self, capacity: &Self) -> Load {
        (0..N).map(|dimension| (self.peak[dimension] - capacity.peak[dimension]).max(Load::ZERO)).sum()
    }

    fn exchanged(self, _lost: Self, gained: Self) -> Self {
        self.join(gained)
    }

    fn times(mut self, numerator: i64, denominator: i64) -> Self {
        for loads in [&mut self.initial, &mut self.last, &mut self.peak] {
            for load in loads {
                *load = Load::new(load.get().saturating_mul(numerator) / denominator);
            }
        }
        self
    }

    #[inline]
    fn leaves_room(&self, fetched: &Self, next: &Self, capacity: &Self) -> bool {
        (0..N).all(|dimension| {
            self.last[dimension] + next.initial[dimension] + fetched.last[dimension] <= capacity.peak[dimension]
        })
    }

    #[inline]
    fn may_fit(&self, visit: &Self, capacity: &Self) -> bool {
        (0..N).all(|dimension| {
            let most = capacity.peak[dimension];
            self.initial[dimension] + visit.initial[dimension] <= most
                && self.last[dimension] + visit.last[dimension] <= most
        })
    }
}

/// How long a stretch of visits takes, and when.
pub trait Clock: Copy + PartialEq + Debug + Send + Sync + 'static {
    /// Whether time matters at all.
    const TIMED: bool;
    /// Whether a trip may have to wait for its goods.
    const HAS_TRIPS: bool = false;
    /// One visit.
    fn visit(window: TimeWindow, service: Duration) -> Self;
    /// The time of a visit with rules beside its window. Clocks that know none ignore them, as goods do.
    #[must_use]
    fn with_rules(self, _rules: Rules) -> Self {
        self
    }
    /// This stretch, then `travel`, then `next`.
    #[must_use]
    fn join(self, next: Self, travel: Duration) -> Self;
    /// From the start of the first service to the end of the last, with the start as late as that costs nothing.
    fn duration(&self) -> Duration;
    /// Seconds by which windows are missed at best.
    fn time_warp(&self) -> Duration;
    /// Both, for one look.
    #[inline]
    fn extent(&self) -> (Duration, Duration) {
        (self.duration(), self.time_warp())
    }
    /// When the last service ends at the earliest.
    fn finish(&self) -> Time;
    /// When the first service has to start at the latest.
    fn latest(&self) -> Time;
}

/// Time does not matter: no window, shift or duration limits or prices anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Untimed;

impl Clock for Untimed {
    const TIMED: bool = false;

    fn visit(_window: TimeWindow, _service: Duration) -> Self {
        Self
    }

    #[inline]
    fn join(self, _next: Self, _travel: Duration) -> Self {
        Self
    }

    #[inline]
    fn duration(&self) -> Duration {
        Duration::ZERO
    }

    #[inline]
    fn time_warp(&self) -> Duration {
        Duration::ZERO
    }

    #[inline]
    fn finish(&self) -> Time {
        Time::ZERO
    }

    #[inline]
    fn latest(&self) -> Time {
        Time::HUGE
    }
}

/// Duration, time warp, and the span of starts that reach both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timed {
    duration: Duration,
    time_warp: Duration,
    earliest: Time,
    latest: Time,
}

impl Clock for Timed {
    const TIMED: bool = true;

    fn visit(window: TimeWindow, service: Duration) -> Self {
        Self { duration: service, time_warp: Duration::ZERO, earliest: window.opens, latest: window.closes }
    }

    #[inline]
    fn join(self, next: Self, travel: Duration) -> Self {
        let shift = self.duration - self.time_warp + travel;
        let wait = next.earliest.since(self.latest + shift).max(Duration::ZERO);
        let warp = (self.earliest + shift).since(next.latest).max(Duration::ZERO);
        Self {
            duration: self.duration + next.duration + travel + wait,
            time_warp: self.time_warp + next.time_warp + warp,
            earliest: (next.earliest + -shift).max(self.earliest) + -wait,
            latest: (next.latest + -shift).min(self.latest) + warp,
        }
    }

    #[inline]
    fn duration(&self) -> Duration {
        self.duration
    }

    #[inline]
    fn time_warp(&self) -> Duration {
        self.time_warp
    }

    #[inline]
    fn finish(&self) -> Time {
        self.earliest + self.duration
    }

    #[inline]
    fn latest(&self) -> Time {
        self.latest
    }
}

/// A stretch of consecutive visits, seen from outside. Joining is `O(1)` and associative, so a move costs a few joins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Segment<G, C> {
    /// Travelled inside the stretch.
    pub distance: Distance,
    /// Loaded and unloaded.
    pub goods: G,
    /// Taken.
    pub clock: C,
}

impl<G: Goods, C: Clock> Segment<G, C> {
    /// This stretch, then the way to `next`, then `next`.
    #[must_use]
    #[inline]
    pub fn join(self, next: Self, distance: Distance, travel: Duration) -> Self {
        Self {
            distance: self.distance + next.distance + distance,
            goods: self.goods.join(next.goods),
            clock: self.clock.join(next.clock, travel),
        }
    }
}
