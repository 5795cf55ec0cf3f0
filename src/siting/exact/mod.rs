//! Proofs of optimality: branch and bound over the open flags.

mod branch;
mod facility_location;
mod regional;

pub(super) use branch::Tree;
#[cfg(test)]
pub(super) use facility_location::FacilityLocation;
