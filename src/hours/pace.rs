//! How fast vehicles are at which time of the day.

use crate::units::{Duration, Time, TimeWindow};

/// Speed by time of day, relative to that at which travel takes its stated duration, and never above it.
///
/// Whoever leaves later arrives no earlier. Arrivals are rounded up to whole seconds.
///
/// Source: Ichoua, Gendreau & Potvin (2003), European Journal of Operational Research 144(2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pace {
    /// Disjoint, in the order of time; at full speed between them.
    periods: Vec<(TimeWindow, i64)>,
    /// The least of all speeds.
    slowest: i64,
}

/// A way of so many thousandths of a second at full speed.
pub(super) type Way = i64;

/// Full speed, in thousandths of itself.
pub(super) const FULL: i64 = 1000;

impl Pace {
    /// Full speed at all times.
    pub const STEADY: &Self = &Self { periods: Vec::new(), slowest: FULL };

    /// Speeds in thousandths, from 1 to 1000, for periods from the first of a window to before its last second.
    ///
    /// Panics when periods overlap or a speed is out of range: callers hand in validated data.
    #[must_use]
    pub fn new(mut periods: Vec<(TimeWindow, i64)>) -> Self {
        periods.sort_unstable_by_key(|(window, _)| window.opens);
        assert!(periods.windows(2).all(|pair| pair[0].0.closes <= pair[1].0.opens), "periods overlap");
        assert!(periods.iter().all(|(_, speed)| (1..=FULL).contains(speed)), "a speed is out of range");
        let slowest = periods.iter().map(|(_, speed)| *speed).min().unwrap_or(FULL);
        Self { periods, slowest }
    }

    /// Whether travel always takes its stated duration.
    #[must_use]
    pub fn is_steady(&self) -> bool {
        self.periods.is_empty()
    }

    /// The periods and their speeds in thousandths, in the order of time.
    #[must_use]
    pub fn periods(&self) -> &[(TimeWindow, i64)] {
        &self.periods
    }

    /// The least of all speeds, in thousandths.
    #[inline]
    pub(super) fn slowest(&self) -> i64 {
        self.slowest
    }

    pub(super) fn way(travel: Duration) -> Way {
        travel.get().saturating_mul(FULL)
    }

    /// When a way that begins at `departure` ends.
    pub(super) fn arrival(&self, departure: Time, way: Way) -> Time {
        let (mut now, mut left) = (departure.get(), way);
        for (window, speed) in self.periods.iter().filter(|(window, _)| window.closes > departure) {
            for (until, speed) in [(window.opens.get(), FULL), (window.closes.get(), *speed)] {
                let room = (until - now).max(0) * speed;
                if left <= room {
                    return Time::new(now + ceil(left, speed));
                }
                left -= room;
                now = now.max(until);
            }
        }
        Time::new(now + ceil(left, FULL))
    }

    /// How much of a way is behind a vehicle that drives from one time to another.
    pub(super) fn covered(&self, from: Time, until: Time) -> Way {
        let within = |window: &TimeWindow| (window.closes.min(until)).since(window.opens.max(from)).get().max(0);
        let slower = self.periods.iter().map(|(window, speed)| within(window) * (FULL - speed));
        until.since(from).get() * FULL - slower.sum::<i64>()
    }
}

/// `left / speed`, rounded up.
pub(super) fn ceil(left: Way, speed: i64) -> i64 {
    left.saturating_add(speed - 1) / speed
}
