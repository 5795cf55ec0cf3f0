//! Readers of published instance formats, CVRPLIB's `.sol`, and VROOM's JSON.
//!
//! A format is recognized by its content first, then by the file's extension. Each reader states in
//! `scenario.convention` how distances and times were scaled and rounded, and prices vehicles so that a plan's cost
//! comes out in the unit of the set's published values. What a file says and a scenario cannot hold is an error,
//! never ignored. Locations are numbered from 0, depots first; orders and locations bear these numbers as ids, which
//! is what a `.sol` file writes.

mod blank;
mod cordeau;
mod covering;
mod cvrplib;
mod facility_tables;
mod generated;
mod koerkel;
mod lilim;
mod location_routing;
mod orlib_cap;
mod orlib_pmed;
pub mod sol;
mod solomon;
mod text;
mod tsplib;
mod two_stage;
pub mod vroom;

use crate::model::Scenario;

/// Why a text could not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// The text is in none of [`FORMATS`].
    #[error("`{file_name}` is in no known format; expected {expected}")]
    UnknownFormat {
        /// The file's name.
        file_name: String,
        /// The known formats.
        expected: String,
    },
    /// Something else stands where the format wants `expected`.
    #[error("line {line}: found `{found}`, expected {expected}")]
    Unexpected {
        /// Line in the text, from 1.
        line: usize,
        /// What stands there.
        found: String,
        /// What is allowed there.
        expected: String,
    },
    /// The text means something that a scenario cannot hold.
    #[error("line {line}: {what} is not served yet")]
    NotServed {
        /// Line in the text, from 1.
        line: usize,
        /// What it means.
        what: String,
    },
    /// The text lacks something, or stops in the middle.
    #[error("ends without {expected}")]
    Ended {
        /// What is missing.
        expected: String,
    },
}

/// A published format.
#[derive(Clone, Copy, Debug)]
pub struct Format {
    /// What people call it.
    pub name: &'static str,
    /// Extensions of its files, lowercase, without the dot.
    pub extensions: &'static [&'static str],
    /// Whether a text looks like it.
    pub detect: fn(&str) -> bool,
    /// Reads a text.
    pub read: fn(&str) -> Result<Scenario, ReadError>,
}

/// Every format, in the order in which they are tried.
pub const FORMATS: &[Format] = &[
    Format { name: "generated facility location", extensions: &[], detect: generated::detect, read: generated::read },
    Format {
        name: "Schneider location-routing",
        extensions: &[],
        detect: location_routing::is_schneider,
        read: location_routing::schneider,
    },
    Format {
        name: "location-routing",
        extensions: &[],
        detect: location_routing::detect,
        read: location_routing::read,
    },
    Format { name: "TSPLIB p-median", extensions: &["tsp"], detect: tsplib::detect, read: tsplib::read },
    Format { name: "CVRPLIB", extensions: &["vrp"], detect: cvrplib::detect, read: cvrplib::read },
    Format { name: "Solomon", extensions: &[], detect: solomon::detect, read: solomon::read },
    Format { name: "Li-Lim", extensions: &[], detect: lilim::detect, read: lilim::read },
    Format { name: "Cordeau", extensions: &[], detect: cordeau::detect, read: cordeau::read },
    Format { name: "covering", extensions: &[], detect: covering::detect, read: covering::read },
    Format { name: "OR-Library p-median", extensions: &[], detect: orlib_pmed::detect, read: orlib_pmed::read },
    Format { name: "OR-Library cap", extensions: &[], detect: orlib_cap::detect, read: orlib_cap::read },
    Format { name: "Koerkel-Ghosh", extensions: &[], detect: koerkel::detect, read: koerkel::read },
    Format { name: "Holmberg", extensions: &[], detect: facility_tables::is_holmberg, read: facility_tables::holmberg },
    Format { name: "Diaz", extensions: &[], detect: facility_tables::is_diaz, read: facility_tables::diaz },
    Format {
        name: "Avella-Boccia",
        extensions: &[],
        detect: facility_tables::is_test_bed,
        read: facility_tables::test_bed,
    },
    Format { name: "two-stage", extensions: &[], detect: two_stage::detect, read: two_stage::read },
];

/// Whether a text is recognized by its content.
#[must_use]
pub fn recognizes(text: &str) -> bool {
    FORMATS.iter().any(|format| (format.detect)(text))
}

/// Reads a text in any of [`FORMATS`]. A scenario without a name gets the stem of the file's name.
pub fn read(file_name: &str, text: &str) -> Result<Scenario, ReadError> {
    let base = file_name.rsplit(['/', '\\']).next().unwrap_or(file_name);
    let (stem, extension) = base.rsplit_once('.').unwrap_or((base, ""));
    let extension = extension.to_ascii_lowercase();
    let format = FORMATS
        .iter()
        .find(|format| (format.detect)(text))
        .or_else(|| FORMATS.iter().find(|format| format.extensions.contains(&extension.as_str())))
        .ok_or_else(|| ReadError::UnknownFormat {
            file_name: base.to_owned(),
            expected: FORMATS.iter().map(|format| format.name).collect::<Vec<_>>().join(", "),
        })?;
    let mut scenario = (format.read)(text)?;
    if scenario.name.is_empty() {
        scenario.name = stem.to_owned();
    }
    Ok(scenario)
}
