//! The output of the routing solver.

use crate::search::Found;
use crate::units::{Cost, CustomerIdx, VehicleTypeIdx};

/// One vehicle's day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    /// Who drives it.
    pub vehicle_type: VehicleTypeIdx,
    /// Whom it visits, in order; never empty.
    pub visits: Vec<CustomerIdx>,
}

/// Routes that respect every limit, and whom they leave out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Solution {
    /// The routes, ordered by vehicle type and first visit.
    pub routes: Vec<Route>,
    /// Customers on no route, ascending: optional ones not worth their cost, and mandatory ones that found no place.
    pub unserved: Vec<CustomerIdx>,
    /// Cost of the routes plus the prizes of optional customers left out.
    pub cost: Cost,
}

impl Solution {
    /// Routes and customers in canonical order, whatever order they come in.
    #[must_use]
    pub fn sorted(mut routes: Vec<Route>, mut unserved: Vec<CustomerIdx>, cost: Cost) -> Self {
        routes.sort_unstable_by_key(|route| (route.vehicle_type, route.visits[0]));
        unserved.sort_unstable();
        Self { routes, unserved, cost }
    }

    /// For listeners that keep it.
    #[must_use]
    pub fn found(&self) -> Found {
        let visits = |route: &Route| route.visits.iter().map(|visit| visit.get()).collect();
        Found::Routes {
            routes: self.routes.iter().map(|route| (route.vehicle_type.get(), visits(route))).collect(),
            unserved: self.unserved.iter().map(|visit| visit.get()).collect(),
        }
    }
}
