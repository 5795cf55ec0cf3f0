//! Vehicle types as the relaxations see them: prices, ways from the start and to the end, limits on sums.

use super::stakes::Stakes;
use crate::routing::{Problem, VehicleType};
use crate::units::{Cost, Distance, Duration, Load, LocationIdx, TimeWindow};
use std::collections::BTreeSet;

/// Cost per unit of distance and per second.
pub(super) type Rate = (Cost, Cost);

/// Vehicles that cost and hold alike, or several types where each has the best that any of them has.
#[derive(Clone)]
pub(super) struct Fleet {
    /// How many there are, at most one a customer.
    pub(super) count: usize,
    /// Cost of using one.
    pub(super) fixed: f64,
    /// Cost of going on.
    pub(super) rate: Rate,
    /// Cost of going from the start to a customer; infinite where that is no way of a route.
    pub(super) start: Vec<f64>,
    /// Cost of going from a customer to the end; infinite where that is no way of a route.
    pub(super) end: Vec<f64>,
    /// Where its routes may start and end.
    pub(super) places: Vec<(LocationIdx, Option<LocationIdx>)>,
    /// Most load, per dimension.
    pub(super) capacity: Vec<Load>,
    /// Earliest start and latest return.
    pub(super) shift: TimeWindow,
    /// Longest duration, also by the shift.
    pub(super) max_duration: Duration,
    /// Longest distance.
    pub(super) max_distance: Distance,
    /// Most visits.
    pub(super) max_visits: usize,
}

/// More fleets than these are made one.
const MOST_FLEETS: usize = 12;

/// The fleets of `problem`: types that differ in their count only are one. `O(n)` for each type.
pub(super) fn fleets(problem: &Problem) -> Vec<Fleet> {
    let mut kinds: Vec<(VehicleType, usize)> = Vec::new();
    for vehicle_type in problem.vehicle_types() {
        let plain = VehicleType { count: 1, ..vehicle_type.clone() };
        match kinds.iter_mut().find(|(known, _)| *known == plain) {
            Some((_, count)) => *count = count.saturating_add(vehicle_type.count as usize),
            None => kinds.push((plain, vehicle_type.count as usize)),
        }
    }
    let stakes = Stakes::new(problem);
    let mut fleets = kinds.iter().map(|(kind, count)| fleet(problem, &stakes, kind, *count));
    if kinds.len() <= MOST_FLEETS {
        return fleets.collect();
    }
    fleets.by_ref().reduce(|a, b| best_of(problem, a, &b)).into_iter().collect()
}

/// The different rates.
pub(super) fn rates(fleets: &[Fleet]) -> Vec<Rate> {
    let mut rates: Vec<Rate> = fleets.iter().map(|fleet| fleet.rate).collect();
    rates.sort_unstable();
    rates.dedup();
    rates
}

/// How many different rates there are, at most.
pub(super) fn n_rates(problem: &Problem) -> usize {
    let rates = problem.vehicle_types().iter().map(|it| (it.per_distance, it.per_duration));
    rates.collect::<BTreeSet<_>>().len().min(MOST_FLEETS)
}

/// What a way costs at `rate`.
pub(super) fn cost((per_distance, per_duration): Rate, distance: Distance, duration: Duration) -> f64 {
    per_distance.get() as f64 * distance.get() as f64 + per_duration.get() as f64 * duration.get() as f64
}

fn fleet(problem: &Problem, stakes: &Stakes, kind: &VehicleType, count: usize) -> Fleet {
    let travel = problem.travel();
    let rate = (kind.per_distance, kind.per_duration);
    let customers = || problem.customers().iter().enumerate();
    let fits = |row: usize| {
        let customer = &problem.customers()[row];
        customer.delivery.iter().zip(&kind.capacity).all(|(load, most)| load <= most)
            && customer.pickup.iter().zip(&kind.capacity).all(|(load, most)| load <= most)
    };
    let start = customers().map(|(row, customer)| {
        let duration = travel.duration(kind.start, customer.location);
        let in_time = kind.shift.opens + duration <= customer.window.closes;
        let possible = in_time && !stakes.is_drop[row] && fits(row);
        if possible { cost(rate, travel.distance(kind.start, customer.location), duration) } else { f64::INFINITY }
    });
    let end = customers().map(|(row, customer)| {
        let (distance, duration) = kind.end.map_or((Distance::ZERO, Duration::ZERO), |end| {
            (travel.distance(customer.location, end), travel.duration(customer.location, end))
        });
        let in_time = customer.window.opens.max(kind.shift.opens) + customer.service + duration <= kind.shift.closes;
        let is_first = stakes.partner[row].is_some() && !stakes.is_drop[row];
        if in_time && !is_first && fits(row) { cost(rate, distance, duration) } else { f64::INFINITY }
    });
    Fleet {
        count: count.min(problem.n_customers()),
        fixed: kind.fixed.get() as f64,
        rate,
        start: start.collect(),
        end: end.collect(),
        places: vec![(kind.start, kind.end)],
        capacity: kind.capacity.clone(),
        shift: kind.shift,
        max_duration: kind.max_duration.min(kind.shift.closes.since(kind.shift.opens)),
        max_distance: kind.max_distance,
        max_visits: (kind.max_visits as usize).min(problem.n_customers()),
    }
}

/// A fleet that can do what either can, for no more.
fn best_of(problem: &Problem, a: Fleet, b: &Fleet) -> Fleet {
    let least = |a: Vec<f64>, b: &[f64]| a.iter().zip(b).map(|(a, b)| a.min(*b)).collect();
    Fleet {
        count: (a.count + b.count).min(problem.n_customers()),
        fixed: a.fixed.min(b.fixed),
        rate: (a.rate.0.min(b.rate.0), a.rate.1.min(b.rate.1)),
        start: least(a.start, &b.start),
        end: least(a.end, &b.end),
        places: a.places.iter().chain(&b.places).copied().collect(),
        capacity: a.capacity.iter().zip(&b.capacity).map(|(a, b)| *a.max(b)).collect(),
        shift: TimeWindow { opens: a.shift.opens.min(b.shift.opens), closes: a.shift.closes.max(b.shift.closes) },
        max_duration: a.max_duration.max(b.max_duration),
        max_distance: a.max_distance.max(b.max_distance),
        max_visits: a.max_visits.max(b.max_visits),
    }
}
