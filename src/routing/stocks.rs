//! Limited goods at places where vehicles are loaded: all trips from there together bring no more than there is.
//!
//! Like ties, stocks hold between routes; each route knows what it draws, and whoever changes one asks here. A trajectory
//! may draw more on its way than there is, at a price: where stocks leave little room, hard limits keep customers from
//! changing places.

use super::arcs::Node;
use super::numbering::Numbering;
use super::segment::{Clock, Goods};
use super::state::{Slot, State};
use super::{Problem, Solution};
use crate::units::{Cost, CustomerIdx, Load, VehicleTypeIdx};

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
        self.draw(problem, vehicle_type, visits, &mut drawn);
        drawn
    }

    /// Adds what a route draws on each stock.
    fn draw(
        &self,
        problem: &Problem,
        vehicle_type: VehicleTypeIdx,
        visits: impl IntoIterator<Item = CustomerIdx>,
        drawn: &mut [Load],
    ) {
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

    /// What it costs that a vehicle serves one more customer on the trip of `before`, the visits before it, for what is drawn
    /// beyond a stock then; `None` where that is not allowed.
    #[must_use]
    #[inline]
    pub fn price_of_drawing(&self, vehicle_type: VehicleTypeIdx, before: &[Node], node: Node) -> Option<Cost> {
        let problem = self.prepared.problem;
        let Some(stocks) = problem.stocks().filter(|stocks| stocks.is_brought[node.get()]) else {
            return Some(Cost::ZERO);
        };
        let reload = before.iter().rev().find(|visit| problem.customer(visit.customer()).reload);
        let stock = match reload {
            Some(reload) => stocks.reloads[reload.get()],
            None => stocks.starts[vehicle_type.get()],
        };
        let Some(first) = stock.map(|stock| stock * problem.n_dimensions()) else { return Some(Cost::ZERO) };
        let mut beyond = Load::ZERO;
        for (row, &load) in problem.customer(node.customer()).delivery.iter().enumerate() {
            let left = stocks.most[first + row] - self.drawn[first + row];
            beyond += (load - left.max(Load::ZERO)).max(Load::ZERO);
        }
        if beyond == Load::ZERO { Some(Cost::ZERO) } else { self.overdraft.map(|price| price * beyond.get()) }
    }

    /// What is drawn beyond all stocks, at the price of that.
    #[must_use]
    #[inline]
    pub fn overdrawn(&self) -> Cost {
        let (Some(price), Some(stocks)) = (self.overdraft, self.prepared.problem.stocks()) else { return Cost::ZERO };
        let beyond = self.drawn.iter().zip(&stocks.most).map(|(&drawn, &most)| (drawn - most).max(Load::ZERO).get());
        price * beyond.sum::<i64>()
    }

    /// Counts anew what a route draws on each stock.
    pub(super) fn draw_anew(&mut self, slot: Slot) {
        let problem = self.prepared.problem;
        let Some(stocks) = problem.stocks() else { return };
        let route = &mut self.routes[slot];
        let mut own = std::mem::take(&mut route.drawn);
        self.drawn.iter_mut().zip(&own).for_each(|(total, &load)| *total -= load);
        own.clear();
        own.resize(stocks.most.len(), Load::ZERO);
        stocks.draw(problem, route.vehicle_type, route.customers().iter().map(|&node| node.customer()), &mut own);
        self.drawn.iter_mut().zip(&own).for_each(|(total, &load)| *total += load);
        self.routes[slot].drawn = own;
    }

    /// Whether stocks suffice when the routes of `slots` draw so much together.
    #[must_use]
    pub fn stocks_allow(&self, slots: impl IntoIterator<Item = Slot>, drawn: &[Load]) -> bool {
        let mut total = self.drawn.clone();
        for slot in slots {
            total.iter_mut().zip(&self.routes[slot].drawn).for_each(|(total, &load)| *total -= load);
        }
        total.iter_mut().zip(drawn).for_each(|(total, &load)| *total += load);
        // Where more is drawn than there is, no less may be left than before.
        let most = |stocks: &Stocks, row: usize| stocks.most[row].max(self.drawn[row]);
        let stocks = self.prepared.problem.stocks();
        stocks.is_none_or(|stocks| total.iter().enumerate().all(|(row, &drawn)| drawn <= most(stocks, row)))
    }
}
