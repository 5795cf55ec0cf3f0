//! Tests that cross floors.

mod bad_input;
mod bench;
mod carriers;
mod certificate;
mod cli;
mod cost_shares;
mod covering;
mod datasets;
mod day;
mod docks;
mod formats;
mod hours;
mod insert;
mod locks;
mod past_sites;
mod planned;
mod readme;
mod reasons;
mod service;
mod setups;
mod site_sizes;
mod split;
mod tidy;
mod validation;
mod vroom;
mod what_if;
