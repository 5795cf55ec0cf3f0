//! What routes cost more the more they have of something that all vehicles should share.
//!
//! Duration belongs to a route's timetable and is priced there; this is distance and visits. A target that falls from search
//! to search lowers the largest route: planning's affair.

use crate::units::{Cost, Distance};

/// What vehicles should share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Workload {
    /// Seconds from departure to return.
    Duration,
    /// Distance.
    Distance,
    /// Visits, reloads not counted.
    Visits,
}

/// A price of what a route has beyond a common target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Leveling {
    /// Of what.
    pub workload: Workload,
    /// The target.
    pub after: i64,
    /// Cost of a unit beyond it.
    pub per_unit: Cost,
}

impl Leveling {
    /// What a route costs more, apart from its duration.
    #[must_use]
    pub fn cost(&self, distance: Distance, n_visits: usize) -> Cost {
        let found = match self.workload {
            Workload::Duration => return Cost::ZERO,
            Workload::Distance => distance.get(),
            Workload::Visits => n_visits as i64,
        };
        self.per_unit * (found - self.after).max(0)
    }
}
