//! Local search over the set of open sites: add one, drop one, swap two.

mod exchange;
mod interchange;

pub(super) use exchange::{Exchange, Screen};
pub(super) use interchange::interchange;
