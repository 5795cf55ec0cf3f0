//! The service as its clients meet it: the real binary, over real sockets, with a real store.

mod browser;
mod chaos;
mod docs;
mod hostile;
mod isolation;
mod jobs;
mod load;
mod postgres;
mod refusals;
mod rights;
mod server;
mod tokens;
mod web;
