//! Tests that cross floors.

mod bench;
mod cli;
mod datasets;
mod formats;
mod readme;
mod tidy;
mod validation;
