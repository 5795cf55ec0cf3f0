//! Setup times in the solver's terms: part of the way to a place of their own, unless the vehicle is there already.

use crate::model::problem::Routing;
use crate::network::{Place, PlacedTravel, Travel};
use crate::routing::Customer;
use crate::units::{Duration, LocationIdx};
use std::collections::HashMap;
use std::sync::Arc;

/// Travel whose durations hold the setup times. Customers with one move to places of their own there, one for each location
/// and setup; all other places stay what they are.
pub(super) fn on_the_way(data: &Routing, travel: &Arc<Travel>, customers: &mut [Customer]) -> Arc<Travel> {
    let mut places: Vec<Place> = (0..travel.n_locations()).map(LocationIdx::new).map(Place::at).collect();
    let mut known: HashMap<(LocationIdx, Duration), LocationIdx> = HashMap::new();
    for (row, customer) in customers.iter_mut().enumerate().take(data.first_reload()) {
        let setup = data.visit(row).setup;
        if setup > Duration::ZERO {
            customer.location = *known.entry((customer.location, setup)).or_insert_with(|| {
                places.push(Place { setup, ..Place::at(customer.location) });
                LocationIdx::new(places.len() - 1)
            });
        }
    }
    if known.is_empty() {
        Arc::clone(travel)
    } else {
        Arc::new(Travel::Placed(PlacedTravel::new(Arc::clone(travel), places)))
    }
}
