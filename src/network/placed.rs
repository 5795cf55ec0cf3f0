//! Places of their own at the locations of other travel: longer to get to, or reached from one other place only.
//!
//! Memory is linear in the places, however many there are.

use super::{DirectTravel, Travel};
use crate::units::{Distance, Duration, LocationIdx};
use std::sync::Arc;

/// The travel time of a way that nobody can take: 63 years.
pub const NEVER: Duration = Duration::new(2_000_000_000);

/// Where a place is, and what getting there asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The location it lies at.
    pub location: LocationIdx,
    /// What it takes longer to get there from any other location.
    pub setup: Duration,
    /// The only other place that it can be reached from; from all others it takes [`NEVER`].
    pub only_from: Option<LocationIdx>,
}

impl Place {
    /// A place that is its location.
    #[must_use]
    pub fn at(location: LocationIdx) -> Self {
        Self { location, setup: Duration::ZERO, only_from: None }
    }
}

/// Travel between places that lie at locations of other travel.
#[derive(Clone, Debug)]
pub struct PlacedTravel {
    travel: Arc<Travel>,
    places: Vec<Place>,
    source: Option<DirectTravel>,
}

impl PlacedTravel {
    /// Travel between `places` of `travel`. `O(n)`.
    #[must_use]
    pub fn new(travel: Arc<Travel>, places: Vec<Place>) -> Self {
        let source = travel.direct().map(|direct| {
            let points = places.iter().map(|place| direct.points()[place.location.get()]);
            DirectTravel::new(direct.params(), points.collect())
        });
        Self { travel, places, source }
    }

    /// Number of places.
    #[must_use]
    pub fn n_locations(&self) -> usize {
        self.places.len()
    }

    /// What the places lie at locations of.
    #[must_use]
    pub fn beneath(&self) -> &Travel {
        &self.travel
    }

    /// The places.
    #[must_use]
    pub fn places(&self) -> &[Place] {
        &self.places
    }

    /// The coordinates of the places, where there are any. Travel times are at least what it says.
    #[must_use]
    pub fn source(&self) -> Option<&DirectTravel> {
        self.source.as_ref()
    }

    /// The distance from one place to another.
    #[must_use]
    #[inline]
    pub fn distance(&self, from: LocationIdx, to: LocationIdx) -> Distance {
        self.travel.distance(self.places[from.get()].location, self.places[to.get()].location)
    }

    /// The travel time from one place to another.
    #[must_use]
    #[inline]
    pub fn duration(&self, from: LocationIdx, to: LocationIdx) -> Duration {
        let (start, end) = (&self.places[from.get()], &self.places[to.get()]);
        self.longer(from, to).map_or(NEVER, |setup| self.travel.duration(start.location, end.location) + setup)
    }

    /// Both, for one look.
    #[must_use]
    #[inline]
    pub fn leg(&self, from: LocationIdx, to: LocationIdx) -> (Distance, Duration) {
        let (start, end) = (&self.places[from.get()], &self.places[to.get()]);
        let (distance, duration) = self.travel.leg(start.location, end.location);
        (distance, self.longer(from, to).map_or(NEVER, |setup| duration + setup))
    }

    /// What a way takes longer than between the locations; `None` where there is none.
    #[inline]
    fn longer(&self, from: LocationIdx, to: LocationIdx) -> Option<Duration> {
        let (start, end) = (&self.places[from.get()], &self.places[to.get()]);
        if from != to && end.only_from.is_some_and(|only| only != from) {
            return None;
        }
        Some(if start.location == end.location { Duration::ZERO } else { end.setup })
    }
}

#[cfg(test)]
mod tests {
    use super::super::TravelMatrix;
    use super::*;

    #[test]
    fn setups_come_on_top_and_closed_ways_take_forever() {
        let matrix = TravelMatrix::new(2, vec![0, 7, 8, 0], Some(vec![0, 70, 80, 0]));
        let [a, b] = [0, 1].map(LocationIdx::new);
        let place = |row: usize| LocationIdx::new(row);
        let places = vec![
            Place::at(a),
            Place::at(b),
            Place { setup: Duration::new(5), ..Place::at(b) },
            Place { only_from: Some(place(2)), ..Place::at(a) },
        ];
        let placed = PlacedTravel::new(Arc::new(Travel::Matrix(matrix)), places);
        let way = |from: usize, to: usize| {
            let (from, to) = (place(from), place(to));
            (placed.distance(from, to).get(), placed.duration(from, to).get())
        };
        assert_eq!([way(0, 1), way(1, 0), way(2, 0)], [(7, 70), (8, 80), (8, 80)]);
        // No setup where one is already, be it at another place of the same location.
        assert_eq!([way(0, 2), way(1, 2), way(2, 2)], [(7, 75), (0, 0), (0, 0)]);
        assert_eq!([way(2, 3), way(3, 3)], [(8, 80), (0, 0)]);
        assert_eq!([way(0, 3), way(1, 3)], [(0, NEVER.get()), (8, NEVER.get())]);
        for (from, to) in (0..4).flat_map(|from| (0..4).map(move |to| (place(from), place(to)))) {
            assert_eq!(placed.leg(from, to), (placed.distance(from, to), placed.duration(from, to)));
        }
    }
}
