//! News from a running search.

use crate::units::{Cost, Load};

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

/// A solution in the rows of its problem, for listeners that keep it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// Of a siting problem.
    Sites {
        /// Which sites are open.
        open: Vec<bool>,
        /// Supply, site and amount of each inbound flow.
        inflows: Vec<(usize, usize, Load)>,
        /// Site, customer and amount of each outbound flow.
        flows: Vec<(usize, usize, Load)>,
    },
    /// Of a routing problem.
    Routes {
        /// Vehicle type and customers of each route.
        routes: Vec<(usize, Vec<usize>)>,
        /// Customers on none of them.
        unserved: Vec<usize>,
    },
    /// Of sites and routes together.
    Network {
        /// Which sites are open.
        open: Vec<bool>,
        /// Supply, site and amount of each inbound flow.
        inflows: Vec<(usize, usize, Load)>,
        /// Vehicle type and customers of each route.
        routes: Vec<(usize, Vec<usize>)>,
        /// Customers on none of them.
        unserved: Vec<usize>,
    },
}

/// Whoever listens to a search. Called from any worker, so it must be quick.
pub trait Observer: Sync {
    /// Takes one event.
    fn on(&self, event: Event);

    /// Whether the incumbent itself is wanted now. Asked often, so that a search need not build it in vain.
    fn wants(&self) -> bool {
        false
    }

    /// Takes the incumbent.
    fn take(&self, _incumbent: Found) {}
}

/// Listens to nothing.
pub struct Silent;

impl Observer for Silent {
    fn on(&self, _event: Event) {}
}
