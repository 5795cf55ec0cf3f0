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

    /// All pairs of `direct`, rows in parallel. `O(n²)` time and memory. Distances saturate at `u32::MAX`.
    #[must_use]
    pub fn from_direct(direct: DirectTravel) -> Self {
        let n_locations = direct.n_locations();
        let fill = |value: &(dyn Fn(LocationIdx, LocationIdx) -> i64 + Sync)| {
            let mut cells = vec![0u32; n_locations * n_locations];
            cells.par_chunks_mut(n_locations.max(1)).enumerate().for_each(|(from, row)| {
                for (to, cell) in row.iter_mut().enumerate() {
                    let value = value(LocationIdx::new(from), LocationIdx::new(to));
                    *cell = u32::try_from(value).unwrap_or(u32::MAX);
                }
            });
            cells
        };
        let distance = fill(&|from, to| direct.distance(from, to).get());
        let duration = match direct.params().speed {
            Some(speed) if speed.total_cmp(&1.0).is_eq() => Vec::new(),
            Some(_) | None => fill(&|from, to| direct.duration(from, to).get()),
        };
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
