//! The places nearest to a place, by an R-tree.

use super::{Metric, Point};
use rstar::primitives::GeomWithData;
use rstar::{AABB, RTree};

/// An index of places that answers nearest-first queries.
///
/// Places on the sphere are held as unit vectors, whose straight-line order is their great-circle order, so there is
/// no seam at the date line. On the plane the order is Euclidean, also for [`Metric::Manhattan`] (a close stand-in).
pub struct NearestPlaces {
    metric: Metric,
    tree: RTree<GeomWithData<[f64; 3], u32>>,
}

impl NearestPlaces {
    /// Builds the index in `O(n log n)`.
    #[must_use]
    pub fn new(metric: Metric, places: &[Point]) -> Self {
        let entries = places
            .iter()
            .enumerate()
            .map(|(row, &place)| GeomWithData::new(embed(metric, place), row as u32))
            .collect();
        Self { metric, tree: RTree::bulk_load(entries) }
    }

    /// The rows of the `count` places nearest to `place`, nearest first, ties by row. `O(log n + count)` typically.
    #[must_use]
    pub fn nearest(&self, place: Point, count: usize) -> Vec<usize> {
        let mut found: Vec<(f64, usize)> = Vec::with_capacity(count);
        for (entry, distance_2) in self.tree.nearest_neighbor_iter_with_distance_2(embed(self.metric, place)) {
            if found.len() >= count && distance_2 > found[count - 1].0 {
                break;
            }
            found.push((distance_2, entry.data as usize));
            // Crowds of places at one point would otherwise be gathered whole.
            if found.len() >= count + 64 {
                break;
            }
        }
        found.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        found.truncate(count);
        found.into_iter().map(|(_, row)| row).collect()
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
        let envelope =
            AABB::from_corners(center.map(|c| c - reach * 1.001 - 1e-9), center.map(|c| c + reach * 1.001 + 1e-9));
        let mut rows: Vec<usize> = self
            .tree
            .locate_in_envelope(envelope)
            .map(|entry| entry.data as usize)
            .filter(|&row| self.metric.distance(place, places[row]) <= radius)
            .collect();
        rows.sort_unstable();
        rows
    }
}

fn embed(metric: Metric, place: Point) -> [f64; 3] {
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
