//! One customer in place of each group: with the least that any of the group asks for, as near to everybody as any of them.

use crate::network::{Travel, TravelMatrix};
use crate::routing::{Customer, Problem, Route, Solution, VehicleType};
use crate::units::{Cost, CustomerIdx, Duration, Load, LocationIdx, Time, TimeWindow};

/// Above so many locations no table of the relaxed problem is made.
const MOST_LOCATIONS: usize = 3_000;

/// A problem without groups that costs no more than `problem`, or `None` where its table would be too large. `O(n²)`.
///
/// Whoever serves a group's customer serves the one in its place: the arcs are no longer, the loads and services no
/// larger, the window opens no later and closes no earlier.
pub(super) fn relaxed(problem: &Problem) -> Option<Problem> {
    let (lead, leads) = leads(problem);
    let mut depots: Vec<LocationIdx> =
        problem.vehicle_types().iter().flat_map(|it| [Some(it.start), it.end]).flatten().collect();
    depots.sort_unstable();
    depots.dedup();
    let n_locations = leads.len() + depots.len();
    if n_locations > MOST_LOCATIONS {
        return None;
    }
    let mut members: Vec<Vec<CustomerIdx>> = vec![Vec::new(); lead.len()];
    lead.iter().enumerate().for_each(|(row, &lead)| members[lead].push(CustomerIdx::new(row)));
    let group_places = leads.iter().map(|&row| -> Vec<LocationIdx> {
        let mut places: Vec<LocationIdx> =
            members[row].iter().map(|&customer| problem.customer(customer).location).collect();
        places.dedup();
        places
    });
    let places: Vec<Vec<LocationIdx>> = group_places.chain(depots.iter().map(|&depot| vec![depot])).collect();
    let new_depot = |depot: LocationIdx| LocationIdx::new(leads.len() + depots.partition_point(|&known| known < depot));
    let customers = leads.iter().enumerate().map(|(place, &row)| {
        let group: Vec<&Customer> = members[row].iter().map(|&customer| problem.customer(customer)).collect();
        in_place_of(&group, LocationIdx::new(place))
    });
    let vehicle_types = problem.vehicle_types().iter().map(|vehicle_type| VehicleType {
        start: new_depot(vehicle_type.start),
        end: vehicle_type.end.map(new_depot),
        ..vehicle_type.clone()
    });
    let renumbered = |customer: CustomerIdx| CustomerIdx::new(leads.partition_point(|&row| row < customer.get()));
    let shipments = problem.shipments().iter().map(|&(first, second)| (renumbered(first), renumbered(second)));
    let travel = shortest(problem.travel(), &places);
    Some(Problem::new(customers.collect(), shipments.collect(), vehicle_types.collect(), travel))
}

/// The problem where nobody of a group has to be visited, nor costs anything when left out. `O(n)`.
pub(super) fn forgotten(problem: &Problem) -> Problem {
    let mut customers = problem.customers().to_vec();
    for group in problem.groups().iter().filter(|group| group.len() > 1) {
        group.iter().for_each(|member| customers[member.get()].prize = Some(Cost::ZERO));
    }
    problem.without_docks(customers).with_groups(Vec::new())
}

/// The first of everyone's group, and all these firsts.
fn leads(problem: &Problem) -> (Vec<usize>, Vec<usize>) {
    let mut lead: Vec<usize> = (0..problem.n_customers()).collect();
    for group in problem.groups() {
        group.iter().for_each(|customer| lead[customer.get()] = group[0].get());
    }
    let leads = (0..lead.len()).filter(|&row| lead[row] == row).collect();
    (lead, leads)
}

/// `solution` of `problem` in terms of the [`relaxed`] one.
pub(super) fn of_leads(problem: &Problem, solution: &Solution) -> Solution {
    let (lead, leads) = leads(problem);
    let place = |customer: &CustomerIdx| CustomerIdx::new(leads.partition_point(|&row| row < lead[customer.get()]));
    let of_leads = |customers: &[CustomerIdx]| customers.iter().map(place).collect();
    Solution {
        routes: solution.routes.iter().map(|it| Route { visits: of_leads(&it.visits), ..it.clone() }).collect(),
        unserved: of_leads(&solution.unserved),
        cost: solution.cost,
    }
}

/// A customer that asks for no more than any of `group`.
fn in_place_of(group: &[&Customer], location: LocationIdx) -> Customer {
    let least = |loads: &dyn Fn(&Customer) -> &Vec<Load>| -> Vec<Load> {
        let n_dimensions = loads(group[0]).len();
        (0..n_dimensions)
            .map(|dimension| group.iter().map(|customer| loads(customer)[dimension]).min().unwrap_or(Load::ZERO))
            .collect()
    };
    let barred = &group[0].barred;
    let window = group[1..].iter().fold(group[0].window, |hull, customer| TimeWindow {
        opens: hull.opens.min(customer.window.opens),
        closes: hull.closes.max(customer.window.closes),
    });
    Customer {
        location,
        delivery: least(&|customer| &customer.delivery),
        pickup: least(&|customer| &customer.pickup),
        window,
        service: group.iter().map(|customer| customer.service).min().unwrap_or(Duration::ZERO),
        prize: group[0].prize,
        barred: barred.iter().copied().filter(|it| group.iter().all(|customer| customer.barred.contains(it))).collect(),
        backhaul: group.iter().all(|customer| customer.backhaul),
        lateness: None,
        kinds: crate::routing::Kinds::NONE,
        setup: Duration::ZERO,
        release: group.iter().map(|customer| customer.release).min().unwrap_or(Time::ZERO),
        reload: group[0].reload,
    }
}

/// The shortest of the ways between any two places, set by set.
fn shortest(travel: &Travel, places: &[Vec<LocationIdx>]) -> Travel {
    let table = |value: &dyn Fn(LocationIdx, LocationIdx) -> i64| -> Vec<u32> {
        let mut cells = Vec::with_capacity(places.len() * places.len());
        for (row, from) in places.iter().enumerate() {
            cells.extend(places.iter().enumerate().map(|(column, to)| {
                let ways = from.iter().flat_map(|&from| to.iter().map(move |&to| value(from, to)));
                // Nobody goes from one of a group to another of it.
                if row == column { 0 } else { u32::try_from(ways.min().unwrap_or(0)).unwrap_or(u32::MAX) }
            }));
        }
        cells
    };
    let distances = table(&|from, to| travel.distance(from, to).get());
    let durations = table(&|from, to| travel.duration(from, to).get());
    Travel::Matrix(TravelMatrix::new(places.len(), distances, Some(durations)))
}
