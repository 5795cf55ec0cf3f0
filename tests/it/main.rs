//! Tests that cross floors.

mod cli;
mod datasets;
mod formats;
mod readme;
mod tidy;
mod validation;
