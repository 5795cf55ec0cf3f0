//! The output of the siting solver.

use crate::search::Found;
use crate::units::{Cost, CustomerIdx, Load, SiteIdx, SupplyIdx};

/// Goods from a site to a customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Flow {
    /// From.
    pub site: SiteIdx,
    /// To.
    pub customer: CustomerIdx,
    /// How much, in units of demand; positive.
    pub amount: Load,
}

/// Goods from a supply to a site.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Inflow {
    /// From.
    pub supply: SupplyIdx,
    /// To.
    pub site: SiteIdx,
    /// How much, in units of demand; positive.
    pub amount: Load,
}

/// Open sites and flows that respect every limit.
#[derive(Clone, Debug, PartialEq)]
pub struct Solution {
    /// Which sites are open, by site.
    pub open: Vec<bool>,
    /// Which plants anything is drawn from, by plant.
    pub plants: Vec<bool>,
    /// Outbound flows, by customer, then site; they add up to each customer's demand.
    pub flows: Vec<Flow>,
    /// Inbound flows, by supply, then site; empty without supplies.
    pub inflows: Vec<Inflow>,
    /// The whole cost, each flow's cost rounded to the nearest millionth.
    pub cost: Cost,
}

impl Solution {
    /// For listeners that keep it.
    #[must_use]
    pub fn found(&self) -> Found {
        Found::Sites {
            open: self.open.clone(),
            inflows: self.inflows.iter().map(|flow| (flow.supply.get(), flow.site.get(), flow.amount)).collect(),
            flows: self.flows.iter().map(|flow| (flow.site.get(), flow.customer.get(), flow.amount)).collect(),
        }
    }
}
