//! What it takes to get from one location to another: distance and duration, from a matrix or computed on the fly.
//!
//! Main types: [`Travel`] (a closed set), [`TravelMatrix`], [`DirectTravel`], [`PlacedTravel`], [`Rounding`], and shortest
//! paths over a graph ([`all_pairs`], on `petgraph`). It must not know money, vehicles or customers.

mod direct;
mod graph;
mod matrix;
mod placed;
mod rounding;

pub use direct::{DirectParams, DirectTravel};
pub use graph::all_pairs;
pub use matrix::TravelMatrix;
pub use placed::{NEVER, Place, PlacedTravel};
pub use rounding::Rounding;

use crate::units::{Distance, Duration, LocationIdx};

/// Up to this many locations a matrix is cheaper than computing each distance again (2 × 64 MB at most).
pub const MATRIX_LOCATIONS: usize = 4_000;

/// Where travel distances and durations come from.
#[derive(Clone, Debug)]
pub enum Travel {
    /// Given or precomputed, dense.
    Matrix(TravelMatrix),
    /// Computed from coordinates at each question; memory linear in the locations.
    Direct(DirectTravel),
    /// Between places of their own at the locations of other travel.
    Placed(PlacedTravel),
}

impl Travel {
    /// Number of locations.
    #[must_use]
    pub fn n_locations(&self) -> usize {
        match self {
            Self::Matrix(matrix) => matrix.n_locations(),
            Self::Direct(direct) => direct.n_locations(),
            Self::Placed(placed) => placed.n_locations(),
        }
    }

    /// The distance from one location to another. `O(1)`.
    #[must_use]
    #[inline]
    pub fn distance(&self, from: LocationIdx, to: LocationIdx) -> Distance {
        match self {
            Self::Matrix(matrix) => matrix.distance(from, to),
            Self::Direct(direct) => direct.distance(from, to),
            Self::Placed(placed) => placed.distance(from, to),
        }
    }

    /// The travel time from one location to another. `O(1)`.
    #[must_use]
    #[inline]
    pub fn duration(&self, from: LocationIdx, to: LocationIdx) -> Duration {
        match self {
            Self::Matrix(matrix) => matrix.duration(from, to),
            Self::Direct(direct) => direct.duration(from, to),
            Self::Placed(placed) => placed.duration(from, to),
        }
    }

    /// Both, for one look. `O(1)`.
    #[must_use]
    #[inline]
    pub fn leg(&self, from: LocationIdx, to: LocationIdx) -> (Distance, Duration) {
        match self {
            Self::Matrix(matrix) => (matrix.distance(from, to), matrix.duration(from, to)),
            Self::Direct(direct) => direct.leg(from, to),
            Self::Placed(placed) => placed.leg(from, to),
        }
    }

    /// The coordinates behind it, where there are any. Where places take longer to get to, travel times are at least what it
    /// says.
    #[must_use]
    pub fn direct(&self) -> Option<&DirectTravel> {
        match self {
            Self::Matrix(matrix) => matrix.source(),
            Self::Direct(direct) => Some(direct),
            Self::Placed(placed) => placed.source(),
        }
    }
}

impl From<DirectTravel> for Travel {
    /// A matrix up to [`MATRIX_LOCATIONS`], on the fly beyond.
    fn from(direct: DirectTravel) -> Self {
        if direct.n_locations() <= MATRIX_LOCATIONS {
            Self::Matrix(TravelMatrix::from_direct(direct))
        } else {
            Self::Direct(direct)
        }
    }
}
