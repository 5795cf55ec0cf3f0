//! Setup times in the solver's terms: part of the way to a place of their own, unless the vehicle is there already.

use crate::model::problem::Routing;
use crate::network::{Travel, TravelMatrix};
use crate::routing::Customer;
use crate::units::{Duration, LocationIdx};
use std::collections::HashMap;

/// Travel whose durations hold the setup times. Customers with one move to places of their own there, one for each location
/// and setup; all other places stay what they are.
pub(super) fn on_the_way(data: &Routing, travel: &Travel, customers: &mut [Customer]) -> Travel {
    let mut places: Vec<(LocationIdx, Duration)> =
        (0..travel.n_locations()).map(|row| (LocationIdx::new(row), Duration::ZERO)).collect();
    let mut known: HashMap<(LocationIdx, Duration), LocationIdx> = HashMap::new();
    for (row, customer) in customers.iter_mut().enumerate().take(data.first_reload()) {
        let setup = data.visit(row).setup;
        if setup > Duration::ZERO {
            let place = (customer.location, setup);
            customer.location = *known.entry(place).or_insert_with(|| {
                places.push(place);
                LocationIdx::new(places.len() - 1)
            });
        }
    }
    if known.is_empty() {
        return travel.clone();
    }
    let n_places = places.len();
    let (mut distances, mut durations) =
        (Vec::with_capacity(n_places * n_places), Vec::with_capacity(n_places * n_places));
    for &(start, _) in &places {
        for &(end, setup) in &places {
            let setup = if start == end { Duration::ZERO } else { setup };
            distances.push(travel.distance(start, end).get() as u32);
            durations.push((travel.duration(start, end) + setup).get() as u32);
        }
    }
    Travel::Matrix(TravelMatrix::new(n_places, distances, Some(durations)))
}
