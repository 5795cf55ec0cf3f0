//! What a vehicle's day asks for beyond its shift, and what lateness costs.

use crate::units::{Cost, Duration, Time, TimeWindow};

/// Most breaks of a day.
pub const MOST_BREAKS: usize = 4;

/// What the day of a driver asks for beyond the shift.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Duty {
    /// Breaks, in their order; at most [`MOST_BREAKS`]. Neither the first opening nor the last closing of their windows comes
    /// before that of an earlier one, and each can begin after the earliest end of the one before.
    pub breaks: Vec<Break>,
    /// Rests that driving makes necessary.
    pub rests: Option<Rests>,
    /// Longest time at the wheel; [`Duration::HUGE`] is unlimited.
    pub max_driving: Duration,
    /// What hours beyond the usual ones cost more.
    pub overtime: Option<Overtime>,
    /// The same again for hours beyond those that all drivers should share.
    pub leveling: Option<Overtime>,
}

impl Duty {
    /// Nothing.
    pub const FREE: Self =
        Self { breaks: Vec::new(), rests: None, max_driving: Duration::HUGE, overtime: None, leveling: None };

    /// Whether the shift says everything.
    #[must_use]
    pub fn is_free(&self) -> bool {
        *self == Self::FREE
    }

    /// What overtime costs on a route of this duration.
    #[must_use]
    pub fn overtime_cost(&self, duration: Duration) -> Cost {
        self.overtime.map_or(Cost::ZERO, |overtime| overtime.cost(duration))
    }

    /// What a route of this duration costs beside its seconds: overtime, and more than its share of the hours.
    #[must_use]
    pub fn cost_of_duration(&self, duration: Duration) -> Cost {
        self.overtime_cost(duration) + self.leveling.map_or(Cost::ZERO, |leveling| leveling.cost(duration))
    }
}

/// A break. It is due when the vehicle has left by the end of its last window and is not back by then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Break {
    /// When it may begin, on the way, before a service or after one: in any of these, which are apart and in the order of
    /// time; at least one.
    pub windows: Vec<TimeWindow>,
    /// How long it is.
    pub length: Duration,
}

impl Break {
    /// When it can begin at the earliest.
    #[must_use]
    pub fn opens(&self) -> Time {
        self.windows.first().expect("a break has a window").opens
    }

    /// When it can begin at the latest.
    #[must_use]
    pub fn closes(&self) -> Time {
        self.windows.last().expect("a break has a window").closes
    }

    /// The first of its windows that is not over at a time.
    pub(super) fn window_at(&self, now: Time) -> Option<TimeWindow> {
        self.windows.iter().find(|window| now <= window.closes).copied()
    }
}

/// After so much driving a rest is due before the vehicle drives on. A break that is as long will do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rests {
    /// Most time at the wheel without one; positive.
    pub after: Duration,
    /// How long a rest is.
    pub length: Duration,
}

/// Hours beyond the usual ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Overtime {
    /// From which duration of the route on.
    pub after: Duration,
    /// What a second costs more.
    pub per_second: Cost,
}

impl Overtime {
    fn cost(&self, duration: Duration) -> Cost {
        self.per_second * (duration - self.after).max(Duration::ZERO).get()
    }
}

/// What a service that starts too late costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lateness {
    /// When it should start at the latest.
    pub due: Time,
    /// Cost of a second after that.
    pub per_second: Cost,
}

/// Time that the vehicle stands still for its driver.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pause {
    /// After how many calls: 0 is before the first.
    pub after: usize,
    /// When it begins.
    pub start: Time,
    /// How long it is.
    pub length: Duration,
    /// Which of the duty's breaks it is; none is a rest.
    pub number: Option<usize>,
}
