//! Straight lines between places with coordinates: no way between them costs less, but for rounding.

use super::fleets::Rate;
use crate::network::{DirectTravel, Rounding};
use crate::routing::Problem;
use crate::spatial::{Metric, Point};
use crate::units::LocationIdx;

/// Lines at one rate.
pub(super) struct Lines<'p> {
    direct: &'p DirectTravel,
    /// Cost per unit of the metric, rounded down.
    price: f64,
    /// What the cost of a way may be below that of its line.
    pub(super) slack: f64,
}

impl<'p> Lines<'p> {
    /// `None` where there are no coordinates.
    pub(super) fn new(problem: &'p Problem, rate: Rate) -> Option<Self> {
        let direct = problem.travel().direct()?;
        let params = direct.params();
        let (per_distance, per_second) = (rate.0.get() as f64, rate.1.get() as f64);
        let most_off = match params.rounding {
            Rounding::Nearest => 0.5,
            Rounding::Floor => 1.0,
            Rounding::Ceil => 0.0,
        };
        let per_unit = per_distance + params.speed.map_or(0.0, |speed| per_second / speed);
        // Distances are computed in a few operations, and exact integers are forgiven a little.
        let price = params.circuity * params.scale * per_unit * (1.0 - 1e-9);
        let slack = most_off * (per_distance + params.speed.map_or(0.0, |_| per_second));
        Some(Self { direct, price, slack })
    }

    /// Where a location is.
    pub(super) fn point(&self, location: LocationIdx) -> Point {
        self.direct.points()[location.get()]
    }

    /// How lines are measured.
    pub(super) fn metric(&self) -> Metric {
        self.direct.params().metric
    }

    /// What a line of some length costs.
    pub(super) fn length(&self, length: f64) -> f64 {
        length * self.price
    }

    /// What the line between two points costs. Lines keep to the triangle inequality.
    pub(super) fn cost(&self, from: Point, to: Point) -> f64 {
        self.length(self.metric().distance(from, to))
    }
}
