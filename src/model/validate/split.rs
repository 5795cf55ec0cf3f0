//! Orders that may come in parts: cut in advance, by a rule that users can follow.
//!
//! Each part becomes an order of its own, so that search, bound and checker need to know nothing of it. A part takes its
//! share of the amounts and of the service; a setup is spent once where parts come together.

use crate::model::carrier::Carrier;
use crate::model::defect::{Defect, Defects};
use crate::model::problem::{Routing, Split, Visit};
use crate::model::quantities::Quantities;
use crate::model::scenario::{Order, Scenario, SplitRule};
use crate::units::{Load, VehicleTypeIdx};
use std::collections::HashMap;

/// Shares of a vehicle that parts have, in percent.
///
/// Source: Chen, Golden, Wang & Wasil (2017), A novel approach to solve the split delivery vehicle routing problem,
/// International Transactions in Operational Research 24.
const SHARES: [i64; 4] = [20, 10, 5, 1];

/// Most parts of one order.
const MOST_PARTS: usize = 500;

/// Most parts of all orders together.
const MOST_PARTS_OF_ALL: usize = 20_000;

/// A scenario whose orders are cut.
pub(super) struct Cut {
    /// The scenario with the first part in place of each order that is cut, and the other parts after all orders.
    pub(super) scenario: Scenario,
    /// Each order that is cut, and the rows of its parts.
    pub(super) splits: Vec<Split>,
    /// Row in the scenario as written of each order.
    origin: Vec<usize>,
}

impl Cut {
    /// Lets carriers take the parts of the orders that they may take, and no others.
    fn name_parts(&mut self) {
        let parts = |split: &Split| split.rows.iter().map(|&row| self.scenario.orders[row].id.clone()).collect();
        let parts: HashMap<&str, Vec<String>> =
            self.splits.iter().map(|split| (split.order.id.as_str(), parts(split))).collect();
        let named = |ids: &[String]| -> Vec<String> {
            let parts = |id: &String| parts.get(id.as_str()).cloned().unwrap_or_else(|| vec![id.clone()]);
            ids.iter().flat_map(parts).collect()
        };
        let carriers = self.scenario.carriers.iter().cloned().map(|carrier| Carrier {
            allowed_orders: named(&carrier.allowed_orders),
            forbidden_orders: named(&carrier.forbidden_orders),
            ..carrier
        });
        self.scenario.carriers = carriers.collect();
    }

    /// A defect of the scenario where it stands in the one as written.
    pub(super) fn as_written(&self, defect: Defect) -> Defect {
        let place = defect.pointer.strip_prefix("/orders/").map(|rest| rest.split_once('/').unwrap_or((rest, "")));
        let origin = place.and_then(|(row, field)| Some((self.origin.get(row.parse::<usize>().ok()?)?, field)));
        match origin {
            Some((row, field)) => Defect { pointer: format!("/orders/{row}/{field}"), ..defect },
            None => defect,
        }
    }
}

/// Checks what goes together with `split`.
pub(super) fn check(scenario: &Scenario, defects: &mut Defects) {
    for (row, order) in scenario.orders.iter().enumerate().filter(|(_, order)| order.split.is_some()) {
        if order.prize.is_some() {
            let detail = format!("`{}` comes in parts and has a prize", order.id);
            let hint = "make it mandatory, or make several orders of it, each with its own prize";
            defects.add(format!("/orders/{row}/prize"), "not_served_yet", detail, hint);
        }
        if order.delivery.is_none() && order.pickup.is_none() {
            let detail = format!("`{}` has nothing that could come in parts", order.id);
            defects.add(format!("/orders/{row}/split"), "nothing_to_split", detail, "give it a delivery or a pickup");
        }
        for (place, lock) in scenario.locks.iter().enumerate().filter(|(_, lock)| lock.order == order.id) {
            let detail = format!("`{}` comes in parts and is locked", lock.order);
            let hint = "write its parts as orders of their own";
            defects.add(format!("/locks/{place}/order"), "not_served_yet", detail, hint);
        }
    }
}

/// The scenario with its orders cut, or `None` where none is.
pub(super) fn cut(scenario: &Scenario, routing: &Routing, defects: &mut Defects) -> Option<Cut> {
    if scenario.orders.iter().all(|order| order.split.is_none()) {
        return None;
    }
    let origin = (0..scenario.orders.len()).collect();
    let mut cut = Cut { scenario: scenario.clone(), splits: Vec::new(), origin };
    let mut n_parts = 0;
    for (row, order) in scenario.orders.iter().enumerate() {
        cut.scenario.orders[row].split = None;
        let Some(lengths) = order.split.map(|rule| lengths(rule, routing, &routing.visits[row])) else { continue };
        if lengths.len() < 2 {
            continue;
        }
        n_parts += lengths.len();
        if lengths.len() > MOST_PARTS || n_parts > MOST_PARTS_OF_ALL {
            let detail = format!(
                "`{}` comes in too many parts: at most {MOST_PARTS} of an order and {MOST_PARTS_OF_ALL} of all are cut",
                order.id
            );
            defects.add(format!("/orders/{row}/split"), "too_many_parts", detail, "add a larger vehicle");
            break;
        }
        let mut rows = Vec::with_capacity(lengths.len());
        for part in parts(order, routing, &routing.visits[row], &lengths) {
            if rows.is_empty() {
                rows.push(row);
                cut.scenario.orders[row] = part;
            } else {
                rows.push(cut.scenario.orders.len());
                cut.origin.push(row);
                cut.scenario.orders.push(part);
            }
        }
        cut.splits.push(Split { order: order.clone(), rows });
    }
    cut.name_parts();
    Some(cut)
}

/// Each amount of a visit beside the most that a vehicle carries of it: deliveries, then pickups.
fn amounts(routing: &Routing, visit: &Visit, vehicle_type: usize) -> Vec<(i64, i64)> {
    let capacity = &routing.vehicle_types[vehicle_type].capacity;
    let pair = |(load, most): (&Load, &Load)| (load.get(), most.get());
    visit.delivery.iter().zip(capacity).chain(visit.pickup.iter().zip(capacity)).map(pair).collect()
}

/// The place among the amounts of a visit of the one that fills vehicles first.
fn binding(amounts: &[(i64, i64)]) -> Option<usize> {
    let more = |&a: &usize, &b: &usize| {
        let ((load_a, most_a), (load_b, most_b)) = (amounts[a], amounts[b]);
        let (left, right) = (i128::from(load_a) * i128::from(most_b), i128::from(load_b) * i128::from(most_a));
        left.cmp(&right).then(b.cmp(&a))
    };
    (0..amounts.len()).filter(|&place| amounts[place].0 > 0).max_by(more)
}

/// How much of its binding amount each part of a visit has: full loads of the vehicle that takes it in the fewest, and what
/// is left, which the rule may cut further. One part where it cannot be cut.
fn lengths(rule: SplitRule, routing: &Routing, visit: &Visit) -> Vec<i64> {
    let mut best: Option<(i64, i64, i64)> = None;
    for row in 0..routing.vehicle_types.len() {
        if visit.barred.binary_search(&VehicleTypeIdx::new(row)).is_ok() {
            continue;
        }
        let amounts = amounts(routing, visit, row);
        let Some(place) = binding(&amounts) else { continue };
        let (load, most) = amounts[place];
        let is_carried = amounts.iter().all(|&(load, most)| load == 0 || most > 0);
        if is_carried && best.is_none_or(|(fewest, _, _)| load.div_euclid(most) < fewest) {
            best = Some((load.div_euclid(most), load, most));
        }
    }
    let Some((n_full, load, most)) = best else { return vec![0] };
    let n_full = usize::try_from(n_full).unwrap_or(usize::MAX).min(MOST_PARTS + 1);
    let mut lengths = vec![most; n_full];
    let mut rest = load % most;
    if rule == SplitRule::Shares {
        for share in SHARES {
            let length = (i128::from(most) * i128::from(share) / 100) as i64;
            while length > 0 && rest >= length {
                lengths.push(length);
                rest -= length;
            }
        }
    }
    lengths.extend((rest > 0).then_some(rest));
    lengths
}

/// The parts of an order. What does not come out even goes to the part in which it becomes whole.
fn parts(order: &Order, routing: &Routing, visit: &Visit, lengths: &[i64]) -> Vec<Order> {
    let whole: i64 = lengths.iter().sum();
    let share = |amount: i64, of: i64| (i128::from(amount) * i128::from(of) / i128::from(whole)) as i64;
    let mut done = 0;
    let mut parts = Vec::with_capacity(lengths.len());
    for (number, length) in (1..).zip(lengths) {
        let (from, to) = (done, done + length);
        done = to;
        let between = |amount: i64| share(amount, to) - share(amount, from);
        let amounts = |given: &Option<Quantities>, loads: &[Load]| {
            let amount = |dimension: usize| between(loads[dimension].get()) as f64 / routing.scales[dimension];
            given.as_ref().map(|given| match given {
                Quantities::Bare(_) => Quantities::Bare(amount(0)),
                Quantities::Named(named) => {
                    let names = named.iter().map(|(name, _)| name);
                    let row = |name: &String| routing.dimensions.iter().position(|dimension| dimension == name);
                    Quantities::Named(names.filter_map(|name| Some((name.clone(), amount(row(name)?)))).collect())
                }
            })
        };
        parts.push(Order {
            id: format!("{}#{number}", order.id),
            delivery: amounts(&order.delivery, &visit.delivery),
            pickup: amounts(&order.pickup, &visit.pickup),
            service: order.service.map(|service| between(service as i64) as f64),
            alternatives: order
                .alternatives
                .iter()
                .cloned()
                .map(|mut place| {
                    place.service = place.service.map(|service| between(service as i64) as f64);
                    place
                })
                .collect(),
            split: None,
            ..order.clone()
        });
    }
    parts
}
