//! The service as its clients meet it: the real binary, over real sockets, with a real store.

mod browser;
mod chaos;
mod docs;
mod full_disk;
mod hostile;
mod isolation;
mod jobs;
mod listeners;
mod load;
mod overload;
mod postgres;
mod refusals;
mod rights;
mod secure_store;
mod server;
mod tokens;
mod web;
