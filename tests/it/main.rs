//! Tests that cross floors.

mod bad_input;
mod bench;
mod certificate;
mod cli;
mod covering;
mod datasets;
mod formats;
mod insert;
mod locks;
mod past_sites;
mod readme;
mod reasons;
mod service;
mod site_sizes;
mod tidy;
mod validation;
mod vroom;
mod what_if;
