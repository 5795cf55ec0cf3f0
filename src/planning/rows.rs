//! Rows of a routing question, and the solver's customers that stand for them.
//!
//! Visits and alternatives are one customer each, of the same number. A place to reload at is as many customers as all routes
//! can make use of.

use crate::model::RoutingChoice;
use crate::model::group::GroupRule;
use crate::model::problem::{Group, Purpose, Routing};
use crate::routing::{Rule, Solution, Tie};
use crate::units::{CustomerIdx, VehicleTypeIdx};
use std::collections::BTreeMap;

/// Which row each customer stands for.
pub(super) struct Rows<'a> {
    data: &'a Routing,
    /// Row of each of the customers that are reloads.
    reloads: Vec<usize>,
}

impl<'a> Rows<'a> {
    pub(super) fn new(data: &'a Routing) -> Self {
        let reloads = data.reloads.iter().enumerate().flat_map(|(kind, reload)| {
            let may = |row: &usize| reload.barred.binary_search(&VehicleTypeIdx::new(*row)).is_err();
            let vehicle_types = (0..data.vehicle_types.len()).filter(may).map(|row| &data.vehicle_types[row]);
            let most: u64 = vehicle_types.map(|it| u64::from(it.count) * u64::from(it.max_reloads)).sum();
            // A reload has a visit after it, or serves nobody.
            let most = usize::try_from(most).unwrap_or(usize::MAX).min(data.visits.len());
            std::iter::repeat_n(data.first_reload() + kind, most)
        });
        Self { data, reloads: reloads.collect() }
    }

    /// Rows of the customers that are reloads, in the order of the customers.
    pub(super) fn reloads(&self) -> &[usize] {
        &self.reloads
    }

    /// The row of a customer.
    pub(super) fn row(&self, customer: CustomerIdx) -> usize {
        customer.get().checked_sub(self.data.first_reload()).map_or(customer.get(), |number| self.reloads[number])
    }

    /// The customer of a visit or alternative, or the first reload of a row that is not `taken`, which it is then.
    pub(super) fn customer(&self, row: usize, taken: &mut [bool]) -> Option<CustomerIdx> {
        if row < self.data.first_reload() {
            return Some(CustomerIdx::new(row));
        }
        let number = (0..self.reloads.len()).find(|&number| self.reloads[number] == row && !taken[number])?;
        taken[number] = true;
        Some(CustomerIdx::new(self.data.first_reload() + number))
    }

    /// What a solver decided, by rows.
    pub(super) fn choice(&self, solution: &Solution) -> RoutingChoice {
        let rows = |visits: &[CustomerIdx]| visits.iter().map(|&visit| self.row(visit)).collect();
        RoutingChoice {
            routes: solution.routes.iter().map(|route| (route.vehicle_type.get(), rows(&route.visits))).collect(),
            unserved: rows(&solution.unserved),
        }
    }
}

/// Each visit that has alternatives, with them.
pub(super) fn groups(data: &Routing) -> Vec<Vec<CustomerIdx>> {
    let mut groups: BTreeMap<usize, Vec<CustomerIdx>> = BTreeMap::new();
    for (number, alternative) in data.alternatives.iter().enumerate() {
        let group = groups.entry(alternative.of).or_insert_with(|| vec![CustomerIdx::new(alternative.of)]);
        group.push(CustomerIdx::new(data.visits.len() + number));
    }
    groups.into_values().collect()
}

/// Orders and shipments whose vehicles depend on each other.
pub(super) fn ties(data: &Routing) -> Vec<Tie> {
    let tie = |group: &Group| Tie {
        customers: group.rows.iter().map(|&row| CustomerIdx::new(row)).collect(),
        rule: match group.rule {
            GroupRule::Together => Rule::Together,
            GroupRule::InSequence => Rule::InSequence,
            GroupRule::Apart => Rule::Apart,
        },
    };
    data.groups.iter().map(tie).collect()
}

/// The pickup and the delivery of each shipment.
pub(super) fn shipments(data: &Routing) -> Vec<(CustomerIdx, CustomerIdx)> {
    let pairs = data.visits.windows(2).enumerate();
    pairs
        .filter_map(|(row, pair)| match (pair[0].purpose, pair[1].purpose) {
            (Purpose::Pickup(fetched), Purpose::Delivery(brought)) if fetched == brought => {
                Some((CustomerIdx::new(row), CustomerIdx::new(row + 1)))
            }
            _ => None,
        })
        .collect()
}
