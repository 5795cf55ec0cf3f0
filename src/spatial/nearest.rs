//! The places nearest to a place.

use super::tree::{Spot, Tree};
use super::{Metric, Point};

/// An index of places that answers nearest-first queries.
///
/// Places on the sphere are held as unit vectors, whose straight-line order is their great-circle order, so there is
/// no seam at the date line. On the plane the order is Euclidean, also for [`Metric::Manhattan`] (a close stand-in).
pub struct NearestPlaces {
    metric: Metric,
    tree: Tree,
}

impl NearestPlaces {
    /// Builds the index in `O(n log n)`.
    #[must_use]
    pub fn new(metric: Metric, places: &[Point]) -> Self {
        Self { metric, tree: Tree::new(places.iter().map(|&place| embed(metric, place))) }
    }

    /// The rows of the `count` places nearest to `place`, nearest first, ties by row. `O(log n + count log count)` typically.
    #[must_use]
    pub fn nearest(&self, place: Point, count: usize) -> Vec<usize> {
        self.tree.nearest(embed(self.metric, place), count)
    }

    /// The rows of all places within `radius` of `place`, in ascending order.
    #[must_use]
    pub fn within(&self, place: Point, radius: f64, places: &[Point]) -> Vec<usize> {
        let reach = match self.metric {
            // A chord is never longer than its arc, so the arc's length bounds the search.
            Metric::Haversine => radius / 6_371_000.0,
            Metric::Euclidean | Metric::Manhattan => radius,
        };
        let center = embed(self.metric, place);
        let corners = [-1.0, 1.0].map(|sign| center.map(|it| it + sign * (reach * 1.001 + 1e-9)));
        let mut rows = self.tree.inside(corners);
        rows.retain(|&row| self.metric.distance(place, places[row]) <= radius);
        rows.sort_unstable();
        rows
    }
}

fn embed(metric: Metric, place: Point) -> Spot {
    match metric {
        Metric::Euclidean | Metric::Manhattan => [place.x, place.y, 0.0],
        Metric::Haversine => {
            let (longitude, latitude) = (place.x.to_radians(), place.y.to_radians());
            [latitude.cos() * longitude.cos(), latitude.cos() * longitude.sin(), latitude.sin()]
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nearest_crosses_the_date_line() {
        let places = [
            Point { x: 179.9, y: 0.0 },
            Point { x: -179.9, y: 0.0 },
            Point { x: 170.0, y: 0.0 },
            Point { x: 0.0, y: 0.0 },
        ];
        let index = NearestPlaces::new(Metric::Haversine, &places);
        assert_eq!(index.nearest(places[0], 3), vec![0, 1, 2]);
        assert_eq!(index.within(places[0], 50_000.0, &places), vec![0, 1]);
    }

    #[test]
    fn ties_go_by_row() {
        let places = [Point { x: 1.0, y: 0.0 }, Point { x: 0.0, y: 1.0 }, Point { x: -1.0, y: 0.0 }];
        let index = NearestPlaces::new(Metric::Euclidean, &places);
        assert_eq!(index.nearest(Point { x: 0.0, y: 0.0 }, 2), vec![0, 1]);
    }
}
