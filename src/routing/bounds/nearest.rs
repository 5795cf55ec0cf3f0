//! A bound from the cheapest ways alone: every served customer is entered and left.
//!
//! Each way is halved between its two ends, so a customer pays half the cheapest way in and half the cheapest way out,
//! or its prize; the least number of vehicles pays its fixed cost and half of the cheapest ways at start and end.

use super::Relaxation;
use crate::units::Cost;

/// The bound. `O(n)` once the ways are known.
pub(super) fn bound(relaxation: &Relaxation<'_>) -> Cost {
    let customers = relaxation.problem.customers();
    let least = |values: &mut dyn Iterator<Item = f64>| values.fold(f64::INFINITY, f64::min);
    let per_second = least(&mut relaxation.fleets.iter().map(|fleet| fleet.rate.1.get() as f64));
    let serving: Vec<f64> = (0..customers.len())
        .map(|row| {
            let starts = relaxation.fleets.iter().map(|fleet| fleet.start[row]);
            let ends = relaxation.fleets.iter().map(|fleet| fleet.end[row]);
            let into = relaxation.ways.iter().map(|ways| ways.least_into[row]);
            let out = relaxation.ways.iter().map(|ways| ways.least_out[row]);
            let service = customers[row].service.get() as f64 * per_second;
            (least(&mut starts.chain(into)) + least(&mut ends.chain(out))) / 2.0 + service
        })
        .collect();
    let stakes = &relaxation.stakes;
    let mandatory = (0..customers.len()).filter(|&row| stakes.is_mandatory[row]).map(|row| serving[row]);
    let optional =
        stakes.optional.iter().map(|(members, prize)| members.iter().map(|&row| serving[row]).sum::<f64>().min(*prize));
    let vehicle = relaxation.fleets.iter().map(|fleet| {
        let (start, end) = (least(&mut fleet.start.iter().copied()), least(&mut fleet.end.iter().copied()));
        fleet.fixed + (start + end) / 2.0
    });
    let vehicles = match relaxation.least_vehicles {
        0 => 0.0,
        n_vehicles => n_vehicles as f64 * least(&mut vehicle.into_iter()),
    };
    // A mandatory customer that nobody can reach leaves nothing to bound.
    let sum: f64 = mandatory.chain(optional).filter(|cost| cost.is_finite()).sum();
    let bound = sum + if vehicles.is_finite() { vehicles } else { 0.0 };
    relaxation.safe(bound, bound, 4.0 * customers.len() as f64)
}
