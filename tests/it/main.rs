//! Tests that cross floors.

mod bench;
mod certificate;
mod cli;
mod covering;
mod datasets;
mod formats;
mod past_sites;
mod readme;
mod service;
mod tidy;
mod validation;
mod what_if;
