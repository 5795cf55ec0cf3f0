//! The ground floor: exact measures, index newtypes and time windows that every other floor speaks in.
//!
//! Main types: [`Distance`], [`Duration`], [`Time`], [`Load`], [`Cost`], [`TimeWindow`].
//! It must not know what is measured, nor by whom.

mod index;
mod measure;
mod time_window;

pub use index::{CustomerIdx, LocationIdx, ProductIdx, SiteIdx, SupplyIdx, VehicleTypeIdx};
pub use measure::{Cost, Distance, Duration, Load, Time};
pub use time_window::TimeWindow;
