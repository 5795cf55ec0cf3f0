//! Tests that cross floors.

mod bench;
mod cli;
mod datasets;
mod formats;
mod readme;
mod service;
mod tidy;
mod validation;
