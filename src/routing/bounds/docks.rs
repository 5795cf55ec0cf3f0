//! What loading and unloading at docks takes of every route's time.
//!
//! Whoever is served is loaded or unloaded at some dock, and that counts as duration. So his part of it is paid by all, and
//! comes off the price of leaving him out.

use crate::routing::{Customer, Dock, Docks, Problem};
use crate::units::{Cost, Duration};

/// The problem without docks, and a cost to add to any bound on it; `None` where there are no docks. `O(n)` for each dock.
pub(super) fn relaxed(problem: &Problem) -> Option<(Problem, Cost)> {
    let docks = problem.docks()?;
    let per_second = problem.vehicle_types().iter().map(|it| it.per_duration).min().unwrap_or(Cost::ZERO);
    // Of a group anybody may be served, and is left out under the name of the first.
    let mut members: Vec<Vec<usize>> = (0..problem.n_customers()).map(|row| vec![row]).collect();
    for group in problem.groups() {
        group.iter().for_each(|other| members[other.get()].clear());
        members[group[0].get()] = group.iter().map(|member| member.get()).collect();
    }
    let places = |own: &[Option<usize>]| places(problem, docks, own).unwrap_or_default();
    let (loads, unloads) = (places(&docks.starts), places(&docks.ends));
    let least = |places: &[usize], time: &dyn Fn(&Dock) -> Option<Duration>| {
        let times = places.iter().map(|&dock| time(&docks.docks[dock]).unwrap_or(Duration::ZERO));
        times.min().unwrap_or(Duration::ZERO)
    };
    let handling =
        |&row: &usize| least(&loads, &|dock| dock.loading[row]) + least(&unloads, &|dock| dock.unloading[row]);
    let mut paid = Cost::ZERO;
    let customers = problem.customers().iter().enumerate().map(|(row, customer)| {
        let handled = members[row].iter().map(handling).min().unwrap_or(Duration::ZERO);
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
