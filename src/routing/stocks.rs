//! Limited goods at places where vehicles are loaded: all trips from there together bring no more than there is.
//!
//! Like ties, stocks hold between routes; each route knows what it draws, and whoever changes one asks here.

use super::arcs::Node;
use super::numbering::Numbering;
use super::segment::{Clock, Goods};
use super::state::{Slot, State};
use super::{Problem, Solution};
use crate::units::{CustomerIdx, Load, VehicleTypeIdx};

/// Stocks, and who draws on them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stocks {
    /// What there is of each dimension, stock by stock.
    pub most: Vec<Load>,
    /// By vehicle type, the stock at its start.
    pub starts: Vec<Option<usize>>,
    /// By customer, the stock at a reload.
    pub reloads: Vec<Option<usize>>,
    /// By customer, whether his delivery is loaded where his trip begins.
    pub is_brought: Vec<bool>,
}

impl Stocks {
    /// The same with other numbers of the customers.
    pub(super) fn renumbered(&self, numbering: &Numbering) -> Self {
        Self {
            most: self.most.clone(),
            starts: self.starts.clone(),
            reloads: numbering.sorted(&self.reloads),
            is_brought: numbering.sorted(&self.is_brought),
        }
    }

    /// What a route draws on each stock.
    fn drawn(
        &self,
        problem: &Problem,
        vehicle_type: VehicleTypeIdx,
        visits: impl IntoIterator<Item = CustomerIdx>,
    ) -> Vec<Load> {
        let mut drawn = vec![Load::ZERO; self.most.len()];
        let mut stock = self.starts[vehicle_type.get()];
        for customer in visits {
            if problem.customer(customer).reload {
                stock = self.reloads[customer.get()];
            } else if let Some(stock) = stock.filter(|_| self.is_brought[customer.get()]) {
                let first = stock * problem.n_dimensions();
                let goods = drawn[first..].iter_mut().zip(&problem.customer(customer).delivery);
                goods.for_each(|(drawn, &load)| *drawn += load);
            }
        }
        drawn
    }

    /// What routes draw together.
    #[must_use]
    pub fn drawn_by<'r>(&self, problem: &Problem, routes: impl IntoIterator<Item = &'r super::Route>) -> Vec<Load> {
        let mut drawn = vec![Load::ZERO; self.most.len()];
        for route in routes {
            let own = self.drawn(problem, route.vehicle_type, route.visits.iter().copied());
            drawn.iter_mut().zip(own).for_each(|(drawn, load)| *drawn += load);
        }
        drawn
    }

    /// Whether there is so much.
    #[must_use]
    pub fn suffice(&self, drawn: &[Load]) -> bool {
        drawn.iter().zip(&self.most).all(|(drawn, most)| drawn <= most)
    }
}

/// Whether stocks suffice for a solution.
#[must_use]
pub fn suffice(problem: &Problem, solution: &Solution) -> bool {
    problem.stocks().is_none_or(|stocks| stocks.suffice(&stocks.drawn_by(problem, &solution.routes)))
}

impl<G: Goods, C: Clock> State<'_, '_, G, C> {
    /// What a route draws on each stock; nothing where there are none.
    #[must_use]
    pub fn draws(&self, vehicle_type: VehicleTypeIdx, visits: impl IntoIterator<Item = Node>) -> Vec<Load> {
        let problem = self.prepared.problem;
        let customers = visits.into_iter().map(Node::customer);
        problem.stocks().map_or_else(Vec::new, |stocks| stocks.drawn(problem, vehicle_type, customers))
    }

    /// Whether stocks suffice when a route becomes that of a vehicle through `visits`; none is a new one.
    #[must_use]
    #[inline]
    pub fn may_draw(
        &self,
        slot: Option<Slot>,
        vehicle_type: VehicleTypeIdx,
        visits: impl IntoIterator<Item = Node>,
    ) -> bool {
        !self.prepared.has_stocks() || self.stocks_allow(slot, &self.draws(vehicle_type, visits))
    }

    /// Whether stocks suffice when the routes of `slots` draw so much together.
    #[must_use]
    pub fn stocks_allow(&self, slots: impl IntoIterator<Item = Slot>, drawn: &[Load]) -> bool {
        let mut total = self.drawn.clone();
        for slot in slots {
            total.iter_mut().zip(&self.routes[slot].drawn).for_each(|(total, &load)| *total -= load);
        }
        total.iter_mut().zip(drawn).for_each(|(total, &load)| *total += load);
        self.prepared.problem.stocks().is_none_or(|stocks| stocks.suffice(&total))
    }
}
