//! Orders that change places where vehicles queue for doors: each change is judged with all routes timed together.
//!
//! A large neighborhood search of few visits at a time. An order is taken out with some of those near it or at its dock,
//! and they go back one by one to the place that is best with everybody at the doors. It is slower by far than a search of
//! routes alone, but what it finds is what the plan will cost. Source of the scheme: Shaw (1998), CP 98, Lecture Notes in
//! Computer Science 1520.

use super::docks::Question;
use super::rows::{self, Rows};
use crate::model::cost_together;
use crate::routing::places::Places;
use crate::routing::{Route, Solution, evaluate, n_missing};
use crate::search::{Budget, Rng, rng};
use crate::units::{Cost, CustomerIdx};
use rand::RngExt as _;
use rand::seq::SliceRandom as _;

/// Most orders that are taken out at once.
const REMOVED: usize = 4;

/// They are drawn from so many times as many that are nearest.
const DRAWN_FROM: usize = 4;

/// Places of an order that are judged with everybody at the doors.
const PLACES: usize = 10;

/// How often the orders that are taken out are those nearest to the first, and not just any.
const NEAR: f64 = 0.6;

/// How often a place is passed over.
const BLINK: f64 = 0.1;

/// How good a plan is: what counts before costs, then costs.
type Value = (usize, usize, Cost);

/// Looks for better places of orders at the doors.
pub(super) struct Queues<'q> {
    question: Question<'q>,
    rows: Rows<'q>,
    places: Places<'q>,
    /// Visits of each order or shipment that may change places, by their leads.
    orders: Vec<Vec<CustomerIdx>>,
    fewest_vehicles: bool,
}

impl<'q> Queues<'q> {
    pub(super) fn new(question: Question<'q>, fewest_vehicles: bool) -> Self {
        let data = question.data;
        let mut orders: Vec<Vec<CustomerIdx>> =
            rows::shipments(data).into_iter().map(|(pickup, delivery)| vec![pickup, delivery]).collect();
        let mut is_paired = vec![false; data.visits.len()];
        orders.iter().flatten().for_each(|visit| is_paired[visit.get()] = true);
        orders.extend((0..data.visits.len()).filter(|&row| !is_paired[row]).map(|row| vec![CustomerIdx::new(row)]));
        orders
            .retain(|order| !order.iter().any(|visit| data.first_stops.iter().flatten().any(|it| *it == visit.get())));
        let (rows, places) = (Rows::new(data), Places::new(question.compiled));
        Self { question, rows, places, orders, fewest_vehicles }
    }

    /// How good a plan of a solution is; `None` where vehicles do not all find doors.
    pub(super) fn value(&self, solution: &Solution) -> Option<Value> {
        let cost = cost_together(self.question.problem, self.question.data, &self.rows.choice(solution))?;
        let n_vehicles = if self.fewest_vehicles { solution.routes.len() } else { 0 };
        Some((n_missing(self.question.compiled, solution), n_vehicles, cost))
    }

    /// A solution that is no worse; all vehicles of `solution` find doors.
    pub(super) fn improved(&self, solution: Solution, budget: &Budget<'_>, seed: u64) -> Solution {
        let Some(mut value) = self.value(&solution).filter(|_| !self.orders.is_empty()) else { return solution };
        let (mut best, mut rng) = (solution, rng(seed, 0));
        for iteration in 0.. {
            if budget.exhausted(iteration) {
                break;
            }
            let taken = self.drawn(&best, &mut rng);
            let Some(next) = self.rearranged(&best, &taken, budget, &mut rng) else { continue };
            let Some(found) = self.value(&next).filter(|found| *found < value) else { continue };
            if evaluate::cost(self.question.compiled, &next).is_ok() {
                (best, value) = (Solution { cost: found.2, ..next }, found);
            }
        }
        best
    }

    /// Some orders, left out or served, to be put elsewhere.
    fn drawn(&self, solution: &Solution, rng: &mut Rng) -> Vec<usize> {
        let is_left = |order: &usize| solution.unserved.contains(&self.orders[*order][0]);
        let left: Vec<usize> = (0..self.orders.len()).filter(is_left).collect();
        let first = if !left.is_empty() && rng.random_bool(0.5) {
            left[rng.random_range(0..left.len())]
        } else {
            rng.random_range(0..self.orders.len())
        };
        let n_taken = rng.random_range(1..=REMOVED.min(self.orders.len()));
        let mut others: Vec<usize> = (0..self.orders.len()).filter(|&order| order != first).collect();
        if rng.random_bool(NEAR) {
            let at = |order: usize| self.question.data.visit(self.orders[order][0].get()).location;
            let travel = &self.question.problem.travel;
            others.sort_by_cached_key(|&order| (travel.distance(at(first), at(order)), order));
            others.truncate(DRAWN_FROM * n_taken);
        }
        others.shuffle(rng);
        others.truncate(n_taken - 1);
        others.push(first);
        others.shuffle(rng);
        others
    }

    /// The solution with these orders at other places, or left out where they may be and that is better. `None` when the
    /// time is over before that is known.
    fn rearranged(&self, solution: &Solution, taken: &[usize], budget: &Budget<'_>, rng: &mut Rng) -> Option<Solution> {
        let mut next = self.without(solution, taken);
        for &order in taken {
            let new = &self.orders[order];
            let mut best = self.value(&next).map(|value| (value, next.clone()));
            for place in self.places.cheapest(&next, new, PLACES) {
                if rng.random_bool(BLINK) {
                    continue;
                }
                if budget.out_of_time() {
                    return None;
                }
                let with = place.taken(&next, new);
                let Some(value) = self.value(&with) else { continue };
                if best.as_ref().is_none_or(|(known, _)| value < *known) {
                    best = Some((value, with));
                }
            }
            next = best?.1;
        }
        next.routes.sort_unstable_by_key(|route| (route.vehicle_type, route.visits[0]));
        next.unserved.sort_unstable();
        Some(next)
    }

    /// The solution without these orders, and without routes that serve nobody then.
    fn without(&self, solution: &Solution, taken: &[usize]) -> Solution {
        let data = self.question.data;
        let mut next = solution.clone();
        let is_order = |visit: CustomerIdx| self.rows.row(visit) < data.first_reload();
        let lead = |visit: CustomerIdx| CustomerIdx::new(data.lead(self.rows.row(visit)));
        for new in taken.iter().map(|&order| &self.orders[order]) {
            for route in &mut next.routes {
                route.visits.retain(|&visit| !(is_order(visit) && new.contains(&lead(visit))));
            }
            next.unserved.retain(|visit| !new.contains(visit));
            next.unserved.extend(new);
        }
        for Route { visits, .. } in &mut next.routes {
            // Trips for nobody between others.
            visits.dedup_by(|one, other| !is_order(*one) && self.rows.row(*one) == self.rows.row(*other));
        }
        next.routes.retain(|route| route.visits.iter().any(|&visit| is_order(visit)));
        next
    }
}
