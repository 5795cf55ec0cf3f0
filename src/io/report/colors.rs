//! The colors of the report. Red is only for what is left out or broken.

/// Left out, or broken.
pub(super) const RED: &str = "#c62f2f";
/// Open sites.
pub(super) const OPEN: &str = "#0f6b66";
/// Supplies, and flows from them.
pub(super) const SUPPLY: &str = "#a4560b";
/// Demands.
pub(super) const DEMAND: &str = "#4a6fa5";
/// Flows to demands.
pub(super) const OUTBOUND: &str = "#5d8f8b";
/// Candidates that stay closed.
pub(super) const UNUSED: &str = "#98a3ad";
/// Text beside marks.
pub(super) const MUTED: &str = "#5d6975";
/// Grid lines.
pub(super) const GRID: &str = "#edf0f2";

/// One for each route or curve, then again from the start.
const LINES: [&str; 12] = [
    "#2f6fb3", "#d98c00", "#3a8f4d", "#8d5bbf", "#0d8f8a", "#b5577f", "#8a6d3b", "#5a7fd6", "#6a9a1f", "#c46a2b",
    "#4b5fa8", "#7d8790",
];

/// Terms of the cost.
const TERMS: [&str; 8] = ["#0f6b66", "#d98c00", "#2f6fb3", "#8d5bbf", "#7aa095", "#b5577f", "#8a6d3b", "#7d8790"];

/// The color of a route or curve, by its place in the plan or chart.
pub(super) fn line(position: usize) -> &'static str {
    LINES[position % LINES.len()]
}

/// The color of a term of the cost, by its place in the list.
pub(super) fn term(position: usize) -> &'static str {
    TERMS[position % TERMS.len()]
}
