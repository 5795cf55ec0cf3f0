//! Dense travel matrices, possibly asymmetric.

use super::DirectTravel;
use crate::units::{Distance, Duration, LocationIdx};
use rayon::prelude::*;

/// Distances and durations between all pairs of locations, row by row.
#[derive(Clone, Debug)]
pub struct TravelMatrix {
    n_locations: usize,
    distance: Vec<u32>,
    /// Empty when every duration equals the distance, as in most published sets.
    duration: Vec<u32>,
    source: Option<DirectTravel>,
}

impl TravelMatrix {
    /// From rows; `duration` of `None` means that a unit of distance takes a second.
    ///
    /// Panics when a slice does not have `n_locations²` entries.
    #[must_use]
    pub fn new(n_locations: usize, distance: Vec<u32>, duration: Option<Vec<u32>>) -> Self {
        let duration = duration.unwrap_or_default();
        assert_eq!(distance.len(), n_locations * n_locations);
        assert!(duration.is_empty() || duration.len() == distance.len());
        Self { n_locations, distance, duration, source: None }
    }

    /// All pairs of `direct`, rows in parallel, each pair once: straight lines are as long back as there. `O(n²)` time and
    /// memory. Distances saturate at `u32::MAX`.
    #[must_use]
    pub fn from_direct(direct: DirectTravel) -> Self {
        let n_locations = direct.n_locations();
        let seconds_are_meters = direct.params().speed.is_some_and(|speed| speed.total_cmp(&1.0).is_eq());
        let mut distance = vec![0u32; n_locations * n_locations];
        let mut duration = vec![0u32; if seconds_are_meters { 0 } else { distance.len() }];
        let width = n_locations.max(1);
        let cell = |value: i64| u32::try_from(value).unwrap_or(u32::MAX);
        if seconds_are_meters {
            distance.par_chunks_mut(width).enumerate().for_each(|(from, row)| {
                for (to, value) in row.iter_mut().enumerate().skip(from) {
                    *value = cell(direct.distance(LocationIdx::new(from), LocationIdx::new(to)).get());
                }
            });
        } else {
            let rows = distance.par_chunks_mut(width).zip(duration.par_chunks_mut(width));
            rows.enumerate().for_each(|(from, (distances, durations))| {
                for (to, (far, long)) in distances.iter_mut().zip(durations).enumerate().skip(from) {
                    let leg = direct.leg(LocationIdx::new(from), LocationIdx::new(to));
                    (*far, *long) = (cell(leg.0.get()), cell(leg.1.get()));
                }
            });
        }
        mirror(&mut distance, n_locations);
        if !seconds_are_meters {
            mirror(&mut duration, n_locations);
        }
        Self { n_locations, distance, duration, source: Some(direct) }
    }

    /// Number of locations.
    #[must_use]
    pub fn n_locations(&self) -> usize {
        self.n_locations
    }

    /// The coordinates it was computed from, if it was.
    #[must_use]
    pub fn source(&self) -> Option<&DirectTravel> {
        self.source.as_ref()
    }

    /// The distance from one location to another.
    #[must_use]
    #[inline]
    pub fn distance(&self, from: LocationIdx, to: LocationIdx) -> Distance {
        Distance::new(i64::from(self.distance[from.get() * self.n_locations + to.get()]))
    }

    /// The travel time from one location to another.
    #[must_use]
    #[inline]
    pub fn duration(&self, from: LocationIdx, to: LocationIdx) -> Duration {
        let cells = if self.duration.is_empty() { &self.distance } else { &self.duration };
        Duration::new(i64::from(cells[from.get() * self.n_locations + to.get()]))
    }
}

/// Copies what is above the diagonal below it.
fn mirror(cells: &mut [u32], n_locations: usize) {
    for from in 1..n_locations {
        for to in 0..from {
            cells[from * n_locations + to] = cells[to * n_locations + from];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{DirectParams, Rounding};
    use super::*;
    use crate::spatial::{Metric, Point};

    #[test]
    fn matrix_equals_direct() {
        let points: Vec<Point> = (0..7).map(|i| Point { x: f64::from(i * i), y: f64::from(3 * i) }).collect();
        let params = DirectParams {
            metric: Metric::Euclidean,
            circuity: 1.3,
            scale: 10.0,
            speed: Some(2.0),
            rounding: Rounding::Floor,
        };
        let direct = DirectTravel::new(params, points);
        let matrix = TravelMatrix::from_direct(direct.clone());
        for from in (0..7).map(LocationIdx::new) {
            for to in (0..7).map(LocationIdx::new) {
                assert_eq!(matrix.distance(from, to), direct.distance(from, to));
                assert_eq!(matrix.duration(from, to), direct.duration(from, to));
            }
        }
    }
}
