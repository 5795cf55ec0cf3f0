//! The service as its clients meet it: the real binary, over real sockets, with a real store.

mod browser;
mod docs;
mod isolation;
mod jobs;
mod load;
mod postgres;
mod refusals;
mod server;
mod tokens;
mod web;
