//! Walks that stand for the routes of a fleet, and what they leave of prices.

use super::fleets::Fleet;
use super::q_routes::{self, QRoutes};
use super::t_routes::{self, TRoutes};
use crate::search::Budget;

/// Which limits the walks of a fleet keep to.
pub(super) enum Walks<'r> {
    /// One sum.
    Limited(QRoutes<'r>),
    /// The windows. Each route through a customer costs at least so much beyond the fixed cost, by customer.
    Timed(TRoutes<'r>, Vec<f64>),
}

/// What a customer may pay, so that no route of the fleet costs less than its customers pay together.
pub(super) struct Price {
    pub(super) price: f64,
    /// Derivative by the price at the point, calls left aside.
    pub(super) own: f64,
    /// Derivative by the cost of the walk that decides.
    pub(super) share: f64,
    through: Through,
}

enum Through {
    Limited(q_routes::Through),
    Timed(t_routes::Through),
}

impl<'r> Walks<'r> {
    pub(super) fn fleet(&self) -> &'r Fleet {
        match self {
            Self::Limited(routes) => routes.fleet,
            Self::Timed(routes, _) => routes.fleet,
        }
    }

    /// Cost of the dearest way.
    pub(super) fn dearest(&self) -> f64 {
        match self {
            Self::Limited(routes) => routes.dearest,
            Self::Timed(routes, _) => routes.dearest,
        }
    }

    /// The most calls that a walk has: each takes a unit or a slot.
    pub(super) fn most_calls(&self) -> usize {
        match self {
            Self::Limited(routes) => routes.weights.limit,
            Self::Timed(routes, _) => routes.n_slots + 1,
        }
    }

    /// What a customer takes of the sum; the same for all where there is none.
    pub(super) fn weight(&self, customer: usize) -> f64 {
        match self {
            Self::Limited(routes) => f64::from(routes.weights.of[customer]),
            Self::Timed(..) => 1.0,
        }
    }

    /// Finds all walks where calling at a customer costs `node`; `None` when time is up.
    pub(super) fn pass(&mut self, node: &[f64], budget: &Budget<'_>) -> Option<()> {
        match self {
            Self::Limited(routes) => routes.pass(node, budget),
            Self::Timed(routes, _) => routes.pass(node, budget),
        }
    }

    /// What `customer` may pay who would like to pay `price`, where a route costs `base` besides its arcs and calls.
    ///
    /// A route that is too cheap by some amount has its customers pay less by their shares of it: shares of a sum, or of the
    /// prices. All of these together are what the route costs and the amount, so a customer takes the least that a route
    /// through it costs in place of what this one does. Prices below zero stay.
    pub(super) fn price(&self, customer: usize, price: f64, node: &[f64], base: f64) -> Price {
        match self {
            Self::Limited(routes) => {
                let through = routes.through(customer, node, base);
                let weight = self.weight(customer);
                let share = weight / through.weight as f64;
                Price { price: price + weight * through.rate, own: 1.0, share, through: Through::Limited(through) }
            }
            Self::Timed(routes, reach) => {
                let through = routes.through(customer, node, base);
                let steepest = node.iter().fold(base.abs() + routes.dearest, |most, cost| most.max(cost.abs()));
                let calls = self.most_calls() as f64;
                // What rounding can be off counts as too cheap.
                let missing = 2.0 * (steepest + routes.dearest) * calls * (calls + 64.0) * f64::EPSILON - through.cost;
                let least = (reach[customer] + routes.fleet.fixed).max(0.0);
                let (price, own, share) = if through.cost.is_infinite() {
                    (f64::INFINITY, 1.0, 0.0)
                } else if missing <= 0.0 || price <= 0.0 {
                    (price, 1.0, 0.0)
                } else {
                    let kept = least / (least + missing);
                    (price * kept, kept, price * kept / (least + missing))
                };
                Price { price, own, share, through: Through::Timed(through) }
            }
        }
    }

    /// Calls `visit` for every call of the walk that decides on the price of `customer`.
    pub(super) fn visits(&self, customer: usize, price: &Price, visit: &mut dyn FnMut(usize)) {
        match (self, &price.through) {
            (Self::Limited(routes), Through::Limited(through)) => routes.visits(customer, through, visit),
            (Self::Timed(routes, _), Through::Timed(through)) if price.share > 0.0 => {
                routes.visits(customer, through, visit);
            }
            (Self::Limited(_) | Self::Timed(..), _) => {}
        }
    }
}
