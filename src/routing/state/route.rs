//! One route with its caches.

use crate::routing::arcs::Node;
use crate::routing::prepared::{Prepared, Terms};
use crate::routing::segment::{Clock, Goods, Segment};
use crate::units::{Cost, Distance, Duration, Load, Time, VehicleTypeIdx};

/// One route with its caches.
#[derive(Clone, Debug)]
pub struct RouteState<G, C> {
    /// Who drives it.
    pub vehicle_type: VehicleTypeIdx,
    /// Start, customers in order, end. Empty when the slot is closed.
    pub visits: Vec<Node>,
    /// `legs[i]` is the distance from `visits[i - 1]` to `visits[i]`.
    pub legs: Vec<Distance>,
    /// `spans[i]` is the travel time of that leg; empty where time does not matter.
    pub spans: Vec<Duration>,
    /// `before[i]` joins `visits[..=i]`; kept only when needed, see [`State::settle`].
    pub before: Vec<Segment<G, C>>,
    /// `tails[i]` joins the last `i + 1` visits; see [`RouteState::after`].
    pub tails: Vec<Segment<G, C>>,
    /// All of it.
    pub total: Segment<G, C>,
    /// The goods of each trip; empty where vehicles make one only.
    pub trips: Vec<G>,
    /// What it costs.
    pub cost: Cost,
    /// How long it takes, loading, breaks and rests included; zero where nothing depends on it, and huge where the route
    /// cannot be driven.
    pub duration: Duration,
    /// How long it takes by its segments; kept where time matters.
    pub least_duration: Duration,
    /// How much of its duration is neither travel nor service; kept where durations are priced.
    pub waiting: Duration,
    /// Whether `before` and `tails` are out of date.
    pub stale: bool,
    /// What it draws on each stock; empty where there are none.
    pub drawn: Vec<Load>,
}

impl<G, C> RouteState<G, C> {
    /// A route without any visits, not even those of the depot; `total` is whatever such a route comes to.
    #[must_use]
    pub fn closed(total: Segment<G, C>) -> Self {
        Self {
            vehicle_type: VehicleTypeIdx::new(0),
            visits: Vec::new(),
            legs: Vec::new(),
            spans: Vec::new(),
            before: Vec::new(),
            tails: Vec::new(),
            total,
            trips: Vec::new(),
            cost: Cost::ZERO,
            duration: Duration::ZERO,
            least_duration: Duration::ZERO,
            waiting: Duration::ZERO,
            stale: false,
            drawn: Vec::new(),
        }
    }

    /// Number of customers on it.
    #[must_use]
    #[inline]
    pub fn n_visits(&self) -> usize {
        self.visits.len().saturating_sub(2)
    }

    /// The visits from `position` on, joined.
    #[must_use]
    #[inline]
    pub fn after(&self, position: usize) -> &Segment<G, C> {
        &self.tails[self.visits.len() - 1 - position]
    }

    /// Whether there is a timetable for it.
    #[must_use]
    pub fn has_timetable(&self) -> bool {
        self.duration < Duration::HUGE
    }

    /// The customers in order.
    #[must_use]
    pub fn customers(&self) -> &[Node] {
        if self.visits.len() > 2 { &self.visits[1..self.visits.len() - 1] } else { &[] }
    }
}

impl<G: Goods, C: Clock> RouteState<G, C> {
    /// Whether a duration of the way `changed` to this one seems to leave the time for loading, breaks and rests that the
    /// route takes beside its way so far.
    #[must_use]
    #[inline]
    pub fn seems_in_time(&self, terms: &Terms<G>, changed: Duration) -> bool {
        let beside = (self.duration - self.least_duration).max(Duration::ZERO);
        changed + beside <= terms.longest
    }

    /// Whether the same holds for more visits that take the time `inside`, if no way to them took any. `O(1)`.
    #[must_use]
    #[inline]
    pub fn seems_to_have_time(&self, terms: &Terms<G>, inside: Duration) -> bool {
        // Where time costs nothing, nobody has noted how much of it the route waits.
        terms.per_duration == 0 || self.duration + (inside - self.waiting).max(Duration::ZERO) <= terms.longest
    }
}

/// What tells at a glance that nobody is best inserted beside a customer.
#[derive(Clone, Copy, Debug, Default)]
pub struct Gate {
    /// The longer one of the legs to and from him.
    pub longer_leg: Distance,
    /// Which trip of the route he is on; trips from [`Gate::LAST_TRIP`] on count as one.
    pub trip: u32,
    /// When he is done at the earliest; kept where time matters.
    pub finish: Time,
    /// When he has to be begun with at the latest, so that all behind him are in time; kept where time matters.
    pub latest: Time,
}

impl Gate {
    /// The last trip that is told from others, so that a set of trips is one number.
    pub const LAST_TRIP: u32 = u64::BITS - 1;
}

/// Recomputes prefixes from position `from` on and suffixes of more than `kept` visits.
pub fn fill_segments<G: Goods, C: Clock>(
    prepared: &Prepared<'_, G, C>,
    route: &mut RouteState<G, C>,
    from: usize,
    kept: usize,
) {
    let RouteState { visits, legs, spans, before, tails, .. } = route;
    let travel = |position: usize| if C::TIMED { spans[position] } else { Duration::ZERO };
    before.truncate(from);
    for position in before.len()..visits.len() {
        let visit = prepared.visit(visits[position]);
        before.push(match position {
            0 => visit,
            _ => before[position - 1].join(visit, legs[position], travel(position)),
        });
    }
    tails.truncate(kept);
    for length in tails.len()..visits.len() {
        let position = visits.len() - 1 - length;
        let visit = prepared.visit(visits[position]);
        tails.push(match length {
            0 => visit,
            _ => visit.join(tails[length - 1], legs[position + 1], travel(position + 1)),
        });
    }
    route.stale = false;
}
