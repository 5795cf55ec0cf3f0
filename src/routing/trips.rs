//! Several trips on one route: at a reload everything aboard is unloaded and the goods of the next trip are loaded.
//!
//! A stretch of route is seen as the trip that it begins in, the trips that lie whole inside it, and the trip that it ends
//! in. Capacities and the order of hauls hold trip by trip, and a trip starts when all its goods are there, which only the
//! joint at its last visit knows. Joins stay `O(1)`; problems without reloads and release times know nothing of them.
//!
//! Source: François, Arda & Crama (2019), Annals of Operations Research 280, and Cattaruzza, Absi & Feillet (2016), 4OR
//! 14(3), for problems with multiple trips and release dates.

use super::restricted::Rules;
use super::segment::{Clock, Goods, Timed};
use crate::units::{Duration, Load, Time, TimeWindow};

/// Goods of a kind, trip by trip.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trips<G> {
    /// Up to the first reload, or all.
    first: G,
    /// The worst of the trips between two reloads.
    worst: G,
    /// From the last reload on; nothing where there is none.
    last: G,
    /// Of goods: the number of reloads; of a vehicle: the most.
    reloads: u32,
}

impl<G: Goods> Trips<G> {
    fn one(goods: G) -> Self {
        Self { first: goods, worst: G::NOTHING, last: G::NOTHING, reloads: 0 }
    }
}

impl<G: Goods> Goods for Trips<G> {
    const ORDER_FREE: bool = false;
    const NOTHING: Self = Self { first: G::NOTHING, worst: G::NOTHING, last: G::NOTHING, reloads: 0 };

    #[inline]
    fn brought(&self) -> Load {
        // Where a load costs something there are no reloads, and so one trip.
        self.last.brought()
    }

    fn visit(delivery: &[Load], pickup: &[Load], moved: &[Load]) -> Self {
        Self::one(G::visit(delivery, pickup, moved))
    }

    fn capacity(capacity: &[Load]) -> Self {
        Self::one(G::capacity(capacity))
    }

    fn with_rules(self, rules: Rules) -> Self {
        Self { first: self.first.with_rules(rules), reloads: rules.reloads, ..self }
    }

    #[inline]
    fn join(self, next: Self) -> Self {
        match (self.reloads, next.reloads) {
            (0, 0) => Self::one(self.first.join(next.first)),
            (0, _) => Self { first: self.first.join(next.first), ..next },
            (_, 0) => Self { last: self.last.join(next.first), ..self },
            (before, after) => Self {
                first: self.first,
                worst: self.worst.worse(next.worst).worse(self.last.join(next.first)),
                last: next.last,
                reloads: before + after,
            },
        }
    }

    fn worse(self, other: Self) -> Self {
        Self {
            first: self.first.worse(other.first),
            worst: self.worst.worse(other.worst),
            last: self.last.worse(other.last),
            reloads: self.reloads.max(other.reloads),
        }
    }

    #[inline]
    fn fits(&self, capacity: &Self) -> bool {
        let fits = |goods: &G| goods.fits(&capacity.first);
        fits(&self.first)
            && (self.reloads == 0 || (self.reloads <= capacity.reloads && fits(&self.worst) && fits(&self.last)))
    }

    /// A reload too many counts like the smallest load.
    fn excess(&self, capacity: &Self) -> Load {
        let excess = |goods: &G| goods.excess(&capacity.first);
        let too_many = i64::from(self.reloads.saturating_sub(capacity.reloads));
        excess(&self.first) + excess(&self.worst) + excess(&self.last) + Load::new(too_many)
    }

    fn exchanged(self, _lost: Self, gained: Self) -> Self {
        self.join(gained)
    }

    fn times(self, numerator: i64, denominator: i64) -> Self {
        let times = |goods: G| goods.times(numerator, denominator);
        Self { first: times(self.first), worst: times(self.worst), last: times(self.last), ..self }
    }

    #[inline]
    fn may_ride(&self, capacity: &Self) -> bool {
        self.first.may_ride(&capacity.first)
    }

    /// With reloads there may be room on any of the trips.
    #[inline]
    fn may_fit(&self, visit: &Self, capacity: &Self) -> bool {
        let aboard = if self.reloads == 0 { &self.first } else { &G::NOTHING };
        aboard.may_fit(&visit.first, &capacity.first)
    }

    #[inline]
    fn leaves_room(&self, fetched: &Self, next: &Self, capacity: &Self) -> bool {
        let aboard = if self.reloads == 0 { &self.first } else { &self.last };
        aboard.leaves_room(&fetched.first, &next.first, &capacity.first)
    }

    fn last_trip(self) -> Self {
        Self::one(if self.reloads == 0 { self.first } else { self.last })
    }

    #[inline]
    fn n_reloads(&self) -> usize {
        self.reloads as usize
    }
}

/// A stretch of visits, and when all the goods for it are at the depot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Leg {
    clock: Timed,
    release: Time,
}

impl Leg {
    #[inline]
    fn join(self, next: Self, travel: Duration) -> Self {
        Self { clock: self.clock.join(next.clock, travel), release: self.release.max(next.release) }
    }

    /// The stretch, begun at the depot, where its goods have to be waited for.
    #[inline]
    fn released(self) -> Timed {
        if self.release == Time::ZERO {
            self.clock
        } else {
            moment(self.release, Time::HUGE).join(self.clock, Duration::ZERO)
        }
    }
}

/// Nothing done, between two moments.
fn moment(opens: Time, closes: Time) -> Timed {
    Timed::visit(TimeWindow { opens, closes }, Duration::ZERO)
}

/// Durations and windows, trip by trip.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TripClock {
    /// All visits up to the arrival at the last reload; or all, where there is none. Its release is that of the first trip.
    first: Leg,
    /// The last reload and all after it.
    last: Option<Leg>,
}

impl TripClock {
    /// The whole stretch, as if it began at the depot.
    #[inline]
    fn whole(&self) -> Timed {
        let first = self.first.released();
        self.last.map_or(first, |last| first.join(last.released(), Duration::ZERO))
    }
}

impl Clock for TripClock {
    const TIMED: bool = true;
    const HAS_TRIPS: bool = true;

    fn visit(window: TimeWindow, service: Duration) -> Self {
        Self { first: Leg { clock: Timed::visit(window, service), release: Time::ZERO }, last: None }
    }

    fn with_rules(self, rules: Rules) -> Self {
        if rules.reloads == 0 {
            return Self { first: Leg { release: rules.release, ..self.first }, ..self };
        }
        let arrival = Leg { clock: moment(Time::ZERO, Time::HUGE), release: Time::ZERO };
        Self { first: arrival, last: Some(self.first) }
    }

    #[inline]
    fn join(self, next: Self, travel: Duration) -> Self {
        match (self.last, next.last) {
            (None, _) => Self { first: self.first.join(next.first, travel), ..next },
            (Some(last), None) => Self { last: Some(last.join(next.first, travel)), ..self },
            (Some(last), Some(_)) => {
                let between = last.join(next.first, travel).released();
                let clock = self.first.clock.join(between, Duration::ZERO);
                Self { first: Leg { clock, ..self.first }, ..next }
            }
        }
    }

    #[inline]
    fn duration(&self) -> Duration {
        self.whole().duration()
    }

    #[inline]
    fn time_warp(&self) -> Duration {
        self.whole().time_warp()
    }

    #[inline]
    fn extent(&self) -> (Duration, Duration) {
        self.whole().extent()
    }

    #[inline]
    fn finish(&self) -> Time {
        self.whole().finish()
    }

    #[inline]
    fn latest(&self) -> Time {
        self.first.clock.latest()
    }
}
