//! Places on the plane and on the sphere: points, distances, nearest places. On the `geo` and `rstar` crates.
//!
//! Main types: [`Point`], [`Metric`], [`NearestPlaces`]. It must not know speeds, costs, or what stands at a place.
//! (Not called `geo`: that would shadow the crate.)

mod nearest;
mod point;

pub use nearest::NearestPlaces;
pub use point::{Metric, Point};
