//! When something may start.

use super::Time;

/// The moments from `opens` to `closes`, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeWindow {
    /// First moment.
    pub opens: Time,
    /// Last moment.
    pub closes: Time,
}

impl TimeWindow {
    /// No restriction at all.
    pub const ALWAYS: Self = Self { opens: Time::ZERO, closes: Time::HUGE };

    /// Whether `time` lies inside.
    #[must_use]
    pub fn contains(self, time: Time) -> bool {
        self.opens <= time && time <= self.closes
    }
}
