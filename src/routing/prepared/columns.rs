//! What is worked out once for each customer and each vehicle type.

use super::Terms;
use crate::hours::{Call, Pace};
use crate::routing::arcs::{Arcs, Node};
use crate::routing::restricted::{Classes, Rules};
use crate::routing::segment::Goods;
use crate::routing::{Customer, Problem, VehicleType};
use crate::units::{Cost, CustomerIdx, Duration, Load, VehicleTypeIdx};

pub(super) fn terms<G: Goods>(problem: &Problem, arcs: &Arcs<'_>, index: VehicleTypeIdx, class: Classes) -> Terms<G> {
    let vehicle_type: &VehicleType = problem.vehicle_type(index);
    Terms {
        vehicle_type: index,
        capacity: G::capacity(&vehicle_type.capacity).with_rules(Rules {
            classes: class,
            reloads: vehicle_type.max_reloads,
            ..Rules::default()
        }),
        fixed: vehicle_type.fixed,
        per_distance: vehicle_type.per_distance.get(),
        per_duration: vehicle_type.per_duration.get(),
        per_load: problem.load_rate(index).get(),
        max_distance: vehicle_type.max_distance,
        max_duration: vehicle_type.max_duration,
        max_visits: vehicle_type.max_visits as usize,
        max_reloads: vehicle_type.max_reloads as usize,
        start: arcs.start(index),
        end: arcs.end(index),
        count: (vehicle_type.count as usize).min(problem.n_customers()),
        watches_duration: vehicle_type.per_duration != Cost::ZERO || vehicle_type.max_duration < Duration::HUGE,
        longest: vehicle_type.max_duration.min(vehicle_type.shift.closes.since(vehicle_type.shift.opens)),
    }
}

/// Every customer as a timetable sees him, without the way to him.
pub(super) fn calls(problem: &Problem) -> Vec<Call<'static>> {
    let call = |customer: &Customer| Call {
        travel: Duration::ZERO,
        pace: Pace::STEADY,
        setup: customer.setup,
        window: customer.window,
        service: customer.service,
        lateness: customer.lateness,
    };
    problem.customers().iter().map(call).collect()
}

/// Everyone's group.
pub(super) fn groups(problem: &Problem) -> Vec<&[CustomerIdx]> {
    let mut groups: Vec<&[CustomerIdx]> = vec![&[]; problem.n_customers()];
    for group in problem.groups() {
        group.iter().for_each(|customer| groups[customer.get()] = group);
    }
    groups
}

pub(super) fn partners(problem: &Problem) -> (Vec<Option<Node>>, Vec<bool>) {
    let mut partner = vec![None; problem.n_customers()];
    let mut is_drop = vec![false; problem.n_customers()];
    for &(pickup, delivery) in problem.shipments() {
        partner[pickup.get()] = Some(Node::new(delivery.get()));
        partner[delivery.get()] = Some(Node::new(pickup.get()));
        is_drop[delivery.get()] = true;
    }
    (partner, is_drop)
}

pub(super) fn prizes(problem: &Problem, partner: &[Option<Node>]) -> (Vec<Option<Cost>>, Vec<Cost>) {
    let own = |customer: CustomerIdx| problem.customer(customer).prize;
    let mut prize: Vec<Option<Cost>> = (0..partner.len()).map(|row| own(CustomerIdx::new(row))).collect();
    let mut forfeit: Vec<Cost> = prize.iter().map(|prize| prize.unwrap_or(Cost::ZERO)).collect();
    for &(pickup, delivery) in problem.shipments() {
        prize[pickup.get()] = own(pickup).zip(own(delivery)).map(|(first, second)| first + second);
        forfeit[pickup.get()] += own(delivery).unwrap_or(Cost::ZERO);
    }
    (prize, forfeit)
}

/// How much leaving out counts before all costs.
pub(super) fn urgencies(problem: &Problem, prize: &[Option<Cost>]) -> Vec<usize> {
    if problem.has_urgencies() {
        (0..prize.len()).map(|row| problem.urgency(CustomerIdx::new(row))).collect()
    } else {
        prize.iter().map(|prize| usize::from(prize.is_none())).collect()
    }
}

pub(super) fn sizes(problem: &Problem) -> Vec<i64> {
    let largest: Vec<i64> = (0..problem.n_dimensions())
        .map(|dimension| {
            let capacities = problem.vehicle_types().iter().map(|vehicle_type| vehicle_type.capacity[dimension].get());
            capacities.max().unwrap_or(1).max(1)
        })
        .collect();
    let share = |load: Load, most: i64| (load.get().min(i64::MAX / 1_000_000)).saturating_mul(1_000_000) / most;
    let size = |loads: &[Load]| loads.iter().zip(&largest).map(|(&load, &most)| share(load, most)).sum::<i64>();
    problem.customers().iter().map(|customer| size(&customer.delivery) + size(&customer.pickup)).collect()
}

pub(super) fn remoteness<G: Goods>(n_customers: usize, arcs: &Arcs<'_>, terms: &[Terms<G>]) -> Vec<i64> {
    // Many types share few depots, and this only sorts: some of them are enough.
    let mut starts: Vec<Node> = terms.iter().map(|terms| terms.start).collect();
    starts.truncate(32);
    (0..n_customers)
        .map(|row| starts.iter().map(|&start| arcs.distance(start, Node::new(row)).get()).min().unwrap_or(0))
        .collect()
}
