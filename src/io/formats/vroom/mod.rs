//! VROOM's JSON: its problems become scenarios, and plans are answered in its form.
//!
//! What becomes what:
//!
//! - Costs: VROOM prices travel time (`per_hour`, 3600 unless given) and distance (`per_km`), not waiting or service. A
//!   scenario has one distance that is priced, so with tables that distance *is* what costs: seconds of travel, meters,
//!   both in the fleet's common proportion, or the entries of `costs`. Without tables it is a straight line times
//!   [`CIRCUITY`] at [`SPEED_KMH`], where a road engine would stand.
//! - `max_travel_time` and `max_distance` are longest distances where the priced distance is of their kind; otherwise the
//!   first is a longest time at the wheel, and the second is refused.
//! - Breaks have one window each. They are left out where a vehicle is back before the end of the window.
//! - Every task is optional, as in VROOM. Its prize is more than serving it alone can cost, times `1 + 10 × priority`: all
//!   tasks are served where there is room; where there is not, the sum of priorities comes first, then the number of
//!   tasks, then the cost. On very large sums the 10 is lowered, never the prize of priority 0.
//! - Vehicles alike in all but their names are one type with a count. Task ids stay: a job is named by its number, a
//!   shipment `pickup-delivery`.
//! - `setup` with windows is served where it always applies: nobody else is at the task's place and no vehicle starts
//!   there. Without windows it is served everywhere.
//! - A vehicle without a start begins at its first task: with tables, from a place at no distance from all others.
//!
//! Not served, and refused with their place: breaks with a most load, given steps, several profiles or speeds, service times by vehicle
//! type, `per_task_hour`.

mod document;
mod fleet;
mod places;
mod scenario;
mod solution;

pub use document::Problem;
pub use scenario::scenario;
pub use solution::write;

use crate::model::Defect;
use crate::model::parse::{ListCheck, elements, parse_lists};
use serde::Deserialize;
use serde::de::IgnoredAny;

/// Detour factor where there are no tables.
pub const CIRCUITY: f64 = 1.3;

/// Speed where there are no tables.
pub const SPEED_KMH: f64 = 50.0;

/// The lists of a problem, and how one of their elements is checked.
const LISTS: [(&str, ListCheck); 3] = [
    ("jobs", elements::<document::Job>),
    ("shipments", elements::<document::Shipment>),
    ("vehicles", elements::<document::Vehicle>),
];

/// Whether a text is a problem of VROOM rather than a scenario.
#[must_use]
pub fn recognizes(text: &str) -> bool {
    #[derive(Deserialize)]
    struct Fields {
        kind: Option<IgnoredAny>,
        version: Option<IgnoredAny>,
        jobs: Option<IgnoredAny>,
        shipments: Option<IgnoredAny>,
        vehicles: Option<IgnoredAny>,
    }
    // Most texts are told apart without reading them whole.
    let may_be = text.trim_start().starts_with('{') && text.contains("\"vehicles\"") && !text.contains("\"kind\":");
    may_be
        && serde_json::from_str::<Fields>(text).is_ok_and(|fields| {
            let has_tasks = fields.jobs.is_some() || fields.shipments.is_some();
            has_tasks && fields.vehicles.is_some() && fields.kind.is_none() && fields.version.is_none()
        })
}

/// Reads a problem.
///
/// # Errors
///
/// Every defect of form.
pub fn read(text: &str) -> Result<Problem, Vec<Defect>> {
    parse_lists(text, &LISTS)
}
