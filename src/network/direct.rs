//! Travel computed from coordinates at each question.

use super::Rounding;
use crate::spatial::{Metric, Point};
use crate::units::{Distance, Duration, LocationIdx};

/// How coordinates become distances and durations.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DirectParams {
    /// Straight line on plane or sphere.
    pub metric: Metric,
    /// Detour factor: travelled distance over straight-line distance, at least 1 in practice.
    pub circuity: f64,
    /// Distance units of the result per unit of the metric, 1 unless a published set counts in tenths or thousandths.
    pub scale: f64,
    /// Distance units (after circuity and scale) per second; `None` takes no time at all.
    pub speed: Option<f64>,
    /// For distance and duration alike.
    pub rounding: Rounding,
}

impl DirectParams {
    /// The distance from one point to another.
    #[must_use]
    #[inline]
    pub fn distance(&self, from: Point, to: Point) -> Distance {
        Distance::new(self.rounding.apply(self.length(from, to)))
    }

    /// The travel time from one point to another.
    #[must_use]
    #[inline]
    pub fn duration(&self, from: Point, to: Point) -> Duration {
        if self.speed.is_none() { Duration::ZERO } else { self.leg(from, to).1 }
    }

    /// Both, for one look at the coordinates.
    #[must_use]
    #[inline]
    pub fn leg(&self, from: Point, to: Point) -> (Distance, Duration) {
        let length = self.length(from, to);
        let seconds = self.speed.map_or(0, |speed| self.rounding.apply(length / speed));
        (Distance::new(self.rounding.apply(length)), Duration::new(seconds))
    }

    #[inline]
    fn length(&self, from: Point, to: Point) -> f64 {
        self.metric.distance(from, to) * self.circuity * self.scale
    }
}

/// Travel between points, on the fly.
#[derive(Clone, Debug)]
pub struct DirectTravel {
    params: DirectParams,
    points: Vec<Point>,
}

impl DirectTravel {
    /// Travel between `points`. Panics when a factor is not positive and finite.
    #[must_use]
    pub fn new(params: DirectParams, points: Vec<Point>) -> Self {
        assert!(params.circuity > 0.0 && params.circuity.is_finite());
        assert!(params.scale > 0.0 && params.scale.is_finite());
        assert!(params.speed.is_none_or(|speed| speed > 0.0 && speed.is_finite()));
        Self { params, points }
    }

    /// Number of locations.
    #[must_use]
    pub fn n_locations(&self) -> usize {
        self.points.len()
    }

    /// How distances are computed.
    #[must_use]
    pub fn params(&self) -> DirectParams {
        self.params
    }

    /// The coordinates, by location.
    #[must_use]
    pub fn points(&self) -> &[Point] {
        &self.points
    }

    /// The distance from one location to another.
    #[must_use]
    #[inline]
    pub fn distance(&self, from: LocationIdx, to: LocationIdx) -> Distance {
        self.params.distance(self.points[from.get()], self.points[to.get()])
    }

    /// The travel time from one location to another.
    #[must_use]
    #[inline]
    pub fn duration(&self, from: LocationIdx, to: LocationIdx) -> Duration {
        self.params.duration(self.points[from.get()], self.points[to.get()])
    }

    /// Both, for one look at the coordinates.
    #[must_use]
    #[inline]
    pub fn leg(&self, from: LocationIdx, to: LocationIdx) -> (Distance, Duration) {
        self.params.leg(self.points[from.get()], self.points[to.get()])
    }
}
