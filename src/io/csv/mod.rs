//! A folder of CSV files as a scenario, a scenario as such a folder, and a plan as tables.
//!
//! One file for each list of the scenario, a column for each field ([`columns`] is the list, read in both directions);
//! `settings.csv` has the rest as `key,value`, and matrices have a file each. Everything is pure: a folder is a map
//! from file names to texts. Cells that a spreadsheet would take for a formula get a leading apostrophe, which
//! reading takes away again.

mod cells;
mod columns;
mod levels;
mod matrices;
mod plan;
mod read;
mod write;

pub use plan::plan_tables;
pub use read::read;
pub use write::write;

/// Something wrong in a folder of CSV files. The code is stable, the texts are not.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: {column}: {detail} [{code}]")]
pub struct CsvError {
    /// Name of the file.
    pub file: String,
    /// Line in the file, from 1.
    pub line: u64,
    /// Name of the column.
    pub column: String,
    /// Stable code, such as `unknown_column`.
    pub code: &'static str,
    /// What was found and what is allowed.
    pub detail: String,
}

/// A text as a field of a CSV file.
fn quoted(text: &str) -> String {
    if text.contains([',', '"', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.to_owned() }
}

#[cfg(test)]
mod tests;
