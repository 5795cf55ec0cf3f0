//! Travel computed from coordinates, where each node keeps all that it takes: a question looks at two places in memory.

use super::arcs::Node;
use crate::network::{DirectParams, Place, Travel};
use crate::spatial::Point;
use crate::units::{Distance, Duration, LocationIdx};

/// Where a node is.
#[derive(Clone, Copy)]
struct Spot {
    point: Point,
    /// Where it really is: nodes at one location need no setup in between.
    location: LocationIdx,
    /// What it takes longer to get there from any other location.
    setup: Duration,
}

/// The spots of all nodes.
pub(super) struct Spots {
    params: DirectParams,
    spots: Vec<Spot>,
    /// Whether travel times follow from the spots as well.
    are_timed: bool,
}

impl Spots {
    /// Where the nodes at these locations of `travel` are; `None` where travel is looked up, or a node is nowhere.
    pub(super) fn new(travel: &Travel, locations: &[Option<LocationIdx>]) -> Option<Self> {
        let (places, is_known) = match travel {
            Travel::Matrix(_) => return None,
            Travel::Direct(_) => (None, true),
            // Places at places have setups that only these know.
            Travel::Placed(placed) => (Some(placed.places()), !matches!(placed.beneath(), Travel::Placed(_))),
        };
        let direct = travel.direct()?;
        let spot = |location: LocationIdx| {
            let place = places.map_or_else(|| Place::at(location), |places| places[location.get()]);
            Spot { point: direct.points()[location.get()], location: place.location, setup: place.setup }
        };
        let spots = locations.iter().map(|&location| location.map(spot)).collect::<Option<_>>()?;
        let are_timed = is_known && places.is_none_or(|places| places.iter().all(|place| place.only_from.is_none()));
        Some(Self { params: direct.params(), spots, are_timed })
    }

    /// The same where they tell travel times as well as distances.
    #[inline]
    pub(super) fn timed(&self) -> Option<&Self> {
        self.are_timed.then_some(self)
    }

    #[inline]
    pub(super) fn distance(&self, from: Node, to: Node) -> Distance {
        self.params.distance(self.spots[from.get()].point, self.spots[to.get()].point)
    }

    #[inline]
    pub(super) fn duration(&self, from: Node, to: Node) -> Duration {
        let (from, to) = (&self.spots[from.get()], &self.spots[to.get()]);
        self.params.duration(from.point, to.point) + to.setup_from(from)
    }

    /// Both, for one look.
    #[inline]
    pub(super) fn leg(&self, from: Node, to: Node) -> (Distance, Duration) {
        let (from, to) = (&self.spots[from.get()], &self.spots[to.get()]);
        let (distance, duration) = self.params.leg(from.point, to.point);
        (distance, duration + to.setup_from(from))
    }
}

impl Spot {
    #[inline]
    fn setup_from(&self, from: &Self) -> Duration {
        if from.location == self.location { Duration::ZERO } else { self.setup }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::{DirectTravel, PlacedTravel, Rounding};
    use crate::spatial::Metric;
    use std::sync::Arc;

    #[test]
    fn spots_tell_what_travel_tells() {
        let metric = Metric::Euclidean;
        let params = DirectParams { metric, circuity: 1.3, scale: 1.0, speed: Some(12.5), rounding: Rounding::Nearest };
        let points = (0..30).map(|row| Point { x: f64::from(row * 37 % 101), y: f64::from(row * 53 % 97) }).collect();
        let direct = Travel::Direct(DirectTravel::new(params, points));
        let at = |row: usize| LocationIdx::new(row);
        let mut places: Vec<Place> = (0..30).map(|row| Place::at(at(row))).collect();
        places.extend((0..30).map(|row| Place { setup: Duration::new(row), ..Place::at(at(row as usize * 7 % 20)) }));
        let placed = |places: &[Place]| Travel::Placed(PlacedTravel::new(Arc::new(direct.clone()), places.to_vec()));
        let once = placed(&places);
        let all: Vec<Place> = (0..places.len()).map(|row| Place::at(at(row))).collect();
        let twice = Travel::Placed(PlacedTravel::new(Arc::new(once.clone()), all));
        places.push(Place { only_from: Some(at(3)), ..Place::at(at(5)) });
        let closed = placed(&places);
        for (travel, is_timed) in [(direct.clone(), true), (once, true), (twice, false), (closed, false)] {
            let locations: Vec<Option<LocationIdx>> = (0..travel.n_locations()).map(|row| Some(at(row))).collect();
            let spots = Spots::new(&travel, &locations).expect("every node is somewhere");
            assert_eq!(spots.timed().is_some(), is_timed);
            for (from, to) in (0..locations.len()).flat_map(|from| (0..locations.len()).map(move |to| (from, to))) {
                let nodes = (Node::new(from), Node::new(to));
                let leg = travel.leg(at(from), at(to));
                assert_eq!(spots.distance(nodes.0, nodes.1), leg.0);
                if is_timed {
                    assert_eq!(spots.duration(nodes.0, nodes.1), leg.1);
                    assert_eq!(spots.leg(nodes.0, nodes.1), leg);
                }
            }
            assert!(Spots::new(&travel, &[Some(at(0)), None]).is_none());
        }
    }
}
