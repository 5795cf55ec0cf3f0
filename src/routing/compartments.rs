//! Goods that lie in compartments: whether those of a route fit, trip by trip.

use super::Problem;
use super::numbering::Numbering;
use crate::stowage::{Call, Handling, Stowage};
use crate::units::{CustomerIdx, VehicleTypeIdx};

/// Compartments of all vehicle types, and what goods of customers may lie in which.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Compartments {
    stowage: Stowage,
    /// By customer that is no reload, the row of his goods.
    rows: Vec<usize>,
    /// By customer that is no reload, what he is of a shipment.
    ends: Vec<End>,
}

/// What a customer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    /// An order of its own.
    Alone,
    /// The first of a shipment.
    First,
    /// The second of the shipment whose goods are in this row.
    Second(usize),
}

impl Compartments {
    /// Where the goods of each customer that is no reload are a row of `stowage`.
    #[must_use]
    pub fn new(stowage: &Stowage, rows: impl Iterator<Item = usize>) -> Self {
        let rows: Vec<usize> = rows.collect();
        Self { stowage: stowage.clone(), ends: vec![End::Alone; rows.len()], rows }
    }

    /// The same with the shipments of a problem.
    pub(super) fn with_shipments(mut self, shipments: &[(CustomerIdx, CustomerIdx)]) -> Self {
        for (pickup, delivery) in shipments {
            self.ends[pickup.get()] = End::First;
            self.ends[delivery.get()] = End::Second(self.rows[pickup.get()]);
        }
        self
    }

    /// The same with other numbers of the customers.
    pub(super) fn renumbered(&self, numbering: &Numbering) -> Self {
        let (rows, ends) = (numbering.sorted(&self.rows), numbering.sorted(&self.ends));
        Self { stowage: self.stowage.clone(), rows, ends }
    }

    /// The same for other vehicles, each of one of the types that there are.
    pub(super) fn for_vehicles(&self, types: impl Iterator<Item = usize> + Clone) -> Self {
        let Stowage { compartments, may, kinds } = &self.stowage;
        let stowage = Stowage {
            compartments: types.clone().map(|row| compartments[row].clone()).collect(),
            may: types.map(|row| may[row].clone()).collect(),
            kinds: kinds.clone(),
        };
        Self { stowage, ..self.clone() }
    }

    /// Whether the goods of a route fit: those of each trip, on their own.
    #[must_use]
    pub fn hold(&self, problem: &Problem, vehicle_type: VehicleTypeIdx, visits: &[CustomerIdx]) -> bool {
        let call = |&visit: &CustomerIdx| {
            let (customer, row) = (problem.customer(visit), self.rows[visit.get()]);
            match self.ends[visit.get()] {
                End::Second(visit) => Call { visit, handling: Handling::Bring },
                End::First => Call { visit: row, handling: Handling::Fetch(&customer.pickup) },
                End::Alone => {
                    let (delivery, pickup) = (&customer.delivery, &customer.pickup);
                    Call { visit: row, handling: Handling::Order { delivery, pickup } }
                }
            }
        };
        visits.split(|&visit| problem.customer(visit).reload).all(|trip| {
            let calls: Vec<Call<'_>> = trip.iter().map(call).collect();
            self.stowage.stowed(vehicle_type.get(), &calls).is_some()
        })
    }
}
