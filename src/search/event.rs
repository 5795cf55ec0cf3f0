//! News from a running search.

use crate::units::Cost;

/// Something worth telling while a search runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// A named phase begins.
    Phase(&'static str),
    /// A better solution was found; `unserved` counts what it leaves out.
    Incumbent {
        /// Its cost.
        cost: Cost,
        /// Mandatory customers that it does not serve.
        unserved: usize,
    },
    /// No solution can cost less than this.
    LowerBound(Cost),
}

/// Whoever listens to a search. Called from any worker, so it must be quick.
pub trait Observer: Sync {
    /// Takes one event.
    fn on(&self, event: Event);
}

/// Listens to nothing.
pub struct Silent;

impl Observer for Silent {
    fn on(&self, _event: Event) {}
}
