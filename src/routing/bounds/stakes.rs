//! Who has to be served, and what leaving the others out costs.

use crate::routing::Problem;
use crate::units::{Cost, CustomerIdx};

/// The optional customers in groups that are left out together, and everyone's partner.
pub(super) struct Stakes {
    /// An order alone, or both ends of a shipment, with what leaving out costs.
    pub(super) optional: Vec<(Vec<usize>, f64)>,
    /// By customer.
    pub(super) is_mandatory: Vec<bool>,
    /// The other end of the customer's shipment.
    pub(super) partner: Vec<Option<usize>>,
    /// Whether the customer is the end of a shipment.
    pub(super) is_drop: Vec<bool>,
}

impl Stakes {
    /// Of `problem`. A shipment is optional when both its ends are. `O(n)`.
    pub(super) fn new(problem: &Problem) -> Self {
        let n_customers = problem.n_customers();
        let mut partner = vec![None; n_customers];
        let mut is_drop = vec![false; n_customers];
        for &(first, second) in problem.shipments() {
            partner[first.get()] = Some(second.get());
            partner[second.get()] = Some(first.get());
            is_drop[second.get()] = true;
        }
        let prize = |row: usize| -> Option<Cost> { problem.customer(CustomerIdx::new(row)).prize };
        let mut is_mandatory = vec![true; n_customers];
        let mut optional = Vec::new();
        for row in (0..n_customers).filter(|&row| !is_drop[row]) {
            let members: Vec<usize> = std::iter::once(row).chain(partner[row]).collect();
            let Some(prize) = members.iter().map(|&member| prize(member)).sum::<Option<Cost>>() else { continue };
            members.iter().for_each(|&member| is_mandatory[member] = false);
            optional.push((members, prize.get() as f64));
        }
        Self { optional, is_mandatory, partner, is_drop }
    }
}
