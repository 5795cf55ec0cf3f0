//! Tests that cross floors.

mod bench;
mod certificate;
mod cli;
mod datasets;
mod formats;
mod past_sites;
mod readme;
mod service;
mod site_sizes;
mod tidy;
mod validation;
