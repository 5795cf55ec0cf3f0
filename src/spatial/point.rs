//! A place and how far it is to another.

use geo::{Distance as _, Haversine};

/// A place: `x` is the longitude and `y` the latitude in degrees, or both are coordinates on a plane.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// Longitude in degrees, or the first coordinate.
    pub x: f64,
    /// Latitude in degrees, or the second coordinate.
    pub y: f64,
}

/// How the distance between two points is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Metric {
    /// Great circle on a sphere of 6 371 008.8 m radius; meters.
    Haversine,
    /// Straight line on the plane; the unit of the coordinates.
    Euclidean,
    /// Sum of the differences of both coordinates; the unit of the coordinates.
    Manhattan,
}

impl Metric {
    /// The distance between two points, in meters or the unit of the coordinates.
    #[must_use]
    #[inline]
    pub fn distance(self, from: Point, to: Point) -> f64 {
        match self {
            Self::Haversine => Haversine.distance(geo::Point::new(from.x, from.y), geo::Point::new(to.x, to.y)),
            // Searches of large problems spend most of their time here, and a plain root takes a third of `hypot`, which
            // only helps where squares overflow.
            Self::Euclidean => {
                let (width, height) = (from.x - to.x, from.y - to.y);
                (width * width + height * height).sqrt()
            }
            Self::Manhattan => (from.x - to.x).abs() + (from.y - to.y).abs(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_by_hand() {
        let (a, b) = (Point { x: 0.0, y: 0.0 }, Point { x: 3.0, y: 4.0 });
        assert!((Metric::Euclidean.distance(a, b) - 5.0).abs() < 1e-12);
        assert!((Metric::Manhattan.distance(a, b) - 7.0).abs() < 1e-12);
        let degree = Metric::Haversine.distance(a, Point { x: 0.0, y: 1.0 });
        assert!((degree - 111_195.08).abs() < 0.1, "one degree of latitude is {degree} m");
    }
}
