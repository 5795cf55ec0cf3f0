//! What loading and unloading at docks takes of every route's time.
//!
//! Whoever is served is loaded or unloaded at some dock, and that counts as duration. So his part of it is paid by all, and
//! comes off the price of leaving him out.

use crate::routing::{Customer, Docks, Problem};
use crate::units::{Cost, Duration};

/// The problem without docks, and a cost to add to any bound on it; `None` where there are no docks. `O(n)` for each dock.
pub(super) fn relaxed(problem: &Problem) -> Option<(Problem, Cost)> {
    let docks = problem.docks()?;
    let per_second = problem.vehicle_types().iter().map(|it| it.per_duration).min().unwrap_or(Cost::ZERO);
    let mut is_other = vec![false; problem.n_customers()];
    problem.groups().iter().flat_map(|group| &group[1..]).for_each(|other| is_other[other.get()] = true);
    let (loads, unloads) = (places(problem, docks, &docks.starts), places(problem, docks, &docks.ends));
    let least = |places: &Option<Vec<usize>>, row: usize, time: fn(&Docks, usize, usize) -> Option<Duration>| {
        let times = places.iter().flatten().map(|&dock| time(docks, dock, row).unwrap_or(Duration::ZERO));
        times.min().unwrap_or(Duration::ZERO)
    };
    let mut paid = Cost::ZERO;
    let customers = problem.customers().iter().enumerate().map(|(row, customer)| {
        if is_other[row] || customer.reload {
            return customer.clone();
        }
        let handled = least(&loads, row, |docks, dock, row| docks.docks[dock].loading[row])
            + least(&unloads, row, |docks, dock, row| docks.docks[dock].unloading[row]);
        let cost = (per_second * handled.get()).min(customer.prize.unwrap_or(Cost::HUGE));
        paid += cost;
        Customer { prize: customer.prize.map(|prize| prize - cost), ..customer.clone() }
    });
    let customers = customers.collect();
    Some((problem.without_docks(customers), paid))
}

/// The docks at which trips begin, where `own` are those of the vehicles' starts; or end, where it are those of their ends.
/// `None` where some of them have no dock.
fn places(problem: &Problem, docks: &Docks, own: &[Option<usize>]) -> Option<Vec<usize>> {
    let reloads = (problem.first_reload()..problem.n_customers()).map(|row| docks.reloads[row]);
    let mut places: Vec<usize> = own.iter().copied().chain(reloads).collect::<Option<_>>()?;
    places.sort_unstable();
    places.dedup();
    Some(places)
}
