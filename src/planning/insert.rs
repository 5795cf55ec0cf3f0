//! Where an order that came in later fits into a plan: the cheapest places, or why there is none.

use super::rows::Rows;
use super::{compile, finished, routing};
use crate::model::insertion::{Advice, NewOrder, Place, Refusal};
use crate::model::plan::{Plan, Reason, Route, Violation};
use crate::model::problem::{Case, Problem, Routing};
use crate::model::{Defect, Refused, RoutingChoice, check, cost_together, refusal, routing_plan, validate_like};
use crate::routing::places::{self, Places};
use crate::units::{Cost, CustomerIdx, VehicleTypeIdx};
use std::collections::HashSet;

/// Why there is no advice.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum InsertError {
    /// The scenario asks which sites to open.
    #[error("orders are inserted into routing plans, this scenario is a siting question")]
    NotRouting,
    /// Neither an order nor a shipment is given, or both are.
    #[error("give either an `order` or a `shipment`")]
    NotOne,
    /// The plan breaks its scenario.
    #[error("the plan breaks its scenario: {} violations", .0.len())]
    Plan(Vec<Violation>),
    /// The order does not fit the scenario; pointers are into the new order.
    #[error("the order has {} defects", .0.len())]
    Invalid(Vec<Defect>),
    /// A place that the checker refuses: a bug here.
    #[error("internal: a place did not pass the checker")]
    Refused(Vec<Violation>),
}

/// So many times the places asked for are looked at where vehicles queue for doors.
const LOOKED_AT: usize = 3;

/// The `most` cheapest places for `new` in `plan`, which answers `problem`. Each has passed the checker as part of the whole
/// plan, and its price is the difference between two plans. Where there is none: what is in the way on each vehicle.
///
/// # Errors
/// See [`InsertError`].
pub fn insert(problem: &Problem, plan: &Plan, new: &NewOrder, most: usize) -> Result<Advice, InsertError> {
    if !matches!(problem.case, Case::Routing(_)) {
        return Err(InsertError::NotRouting);
    }
    let id = match (&new.order, &new.shipment) {
        (Some(order), None) => order.id.clone(),
        (None, Some(shipment)) => shipment.id.clone(),
        _ => return Err(InsertError::NotOne),
    };
    let violations = check(problem, plan);
    if !violations.is_empty() {
        return Err(InsertError::Plan(violations));
    }
    let extended = validate_like(problem, new.added_to(&problem.scenario)).map_err(|defects| {
        let placed = |defect: Defect| Defect { pointer: new.pointer(&problem.scenario, &defect.pointer), ..defect };
        InsertError::Invalid(defects.into_iter().map(placed).collect())
    })?;
    let Case::Routing(data) = &extended.case else { return Err(InsertError::NotRouting) };
    if data.splits.iter().any(|split| split.order.id == id) {
        let (pointer, code) = ("/order/split".to_owned(), "not_served_yet");
        let detail = format!("`{id}` comes in parts, which are inserted one by one");
        let hint = "insert orders of the size of a part".to_owned();
        return Err(InsertError::Invalid(vec![Defect { pointer, code, detail, hint }]));
    }
    Inserting::new(&extended, data, plan, &id).advice(id, most)
}

/// A plan seen from the problem with the new order.
struct Inserting<'a> {
    problem: &'a Problem,
    data: &'a Routing,
    plan: &'a Plan,
    /// Rows of the new visits.
    new: Vec<usize>,
    /// The plan's routes and what it leaves out, the new order among it.
    before: RoutingChoice,
}

impl<'a> Inserting<'a> {
    fn new(problem: &'a Problem, data: &'a Routing, plan: &'a Plan, id: &str) -> Self {
        let is_new = |&row: &usize| problem.order_id(data.visits[row].purpose) == id;
        let new = (0..data.visits.len()).filter(is_new).collect();
        let before = Rows::new(data).choice(&routing::start(problem, data, plan));
        Self { problem, data, plan, new, before }
    }

    fn advice(&self, id: String, most: usize) -> Result<Advice, InsertError> {
        let compiled = compile::routing(self.problem, self.data);
        let new: Vec<CustomerIdx> = self.new.iter().map(|&row| CustomerIdx::new(row)).collect();
        let solution = routing::start(self.problem, self.data, self.plan);
        // Where routes queue for doors, or the largest pays, the price only shows with all of them.
        let hangs_together =
            !self.data.docks.is_empty() || self.data.balance.is_some_and(|balance| balance.target.is_none());
        let n_looked_at = if hangs_together { most.saturating_mul(LOOKED_AT) } else { most };
        let mut found = Places::for_few(&compiled).cheapest(&solution, &new, n_looked_at);
        if hangs_together {
            found = self.ranked_together(found);
            found.truncate(most);
        }
        let mut places: Vec<Place> = found.iter().map(|place| self.place(place)).collect::<Result<_, _>>()?;
        places.sort_by(|one, other| one.price.total_cmp(&other.price));
        let refusals = if places.is_empty() { self.refusals() } else { Vec::new() };
        Ok(Advice { id, places, refusals })
    }

    /// The places in the order of what the whole plan costs with each, without those for which the docks leave no time.
    fn ranked_together(&self, found: Vec<places::Place>) -> Vec<places::Place> {
        let priced =
            |place: places::Place| Some((cost_together(self.problem, self.data, &self.after(&place).0)?, place));
        let mut priced: Vec<(Cost, places::Place)> = found.into_iter().filter_map(priced).collect();
        priced.sort_by_key(|(cost, _)| *cost);
        priced.into_iter().map(|(_, place)| place).collect()
    }

    /// The plan's routes with a place taken, and which of them it is on.
    fn after(&self, place: &places::Place) -> (RoutingChoice, usize) {
        let mut after = self.before.clone();
        after.unserved.retain(|row| !self.new.contains(row));
        let at = place.route.unwrap_or_else(|| {
            after.routes.push((place.vehicle_type.get(), Vec::new()));
            after.routes.len() - 1
        });
        for (&position, visit) in place.positions.iter().zip(&place.visits) {
            after.routes[at].1.insert(position, visit.get());
        }
        (after, at)
    }

    /// A place as part of the whole plan, which is checked.
    fn place(&self, place: &places::Place) -> Result<Place, InsertError> {
        let (after, at) = self.after(place);
        let planned = routing_plan(self.problem, self.data, &after);
        let planned = finished(self.problem, planned, self.plan.seed).map_err(|error| match error {
            super::PlanError::Refused(violations) => InsertError::Refused(violations),
            _ => InsertError::Refused(Vec::new()),
        })?;
        let route = &planned.routes[at];
        let old = place.route.map(|row| &self.plan.routes[row]);
        let cost = |route: &Route| Cost::from_currency(route.cost);
        let mut price = if self.data.docks.is_empty() {
            let price = cost(route) - old.map_or(Cost::ZERO, cost);
            debug_assert_eq!(price, place.cost, "plan and solver price a place alike");
            price
        } else {
            planned.routes.iter().map(cost).sum::<Cost>() - self.plan.routes.iter().map(cost).sum()
        };
        if self.data.balance.is_some_and(|balance| balance.target.is_none()) {
            // The largest route pays apart from what routes cost.
            let uneven = |plan: &Plan| Cost::from_currency(plan.summary.costs.get("balance").copied().unwrap_or(0.0));
            price += uneven(&planned) - uneven(self.plan);
        }
        let positions: Vec<u32> = place.positions.iter().map(|&position| position as u32 + 1).collect();
        Ok(Place {
            price: price.as_currency(),
            vehicle: route.vehicle.clone(),
            number: old.map_or_else(|| self.free_number(&route.vehicle), |old| old.number),
            is_new_route: old.is_none(),
            duration: route.duration - old.map_or(0, |old| old.duration),
            distance: route.distance - old.map_or(0, |old| old.distance),
            stops: positions.iter().map(|&position| route.stops[position as usize].clone()).collect(),
            positions,
        })
    }

    /// The first number of a vehicle without a route.
    fn free_number(&self, vehicle: &str) -> u32 {
        let routes = self.plan.routes.iter().filter(|route| route.vehicle == vehicle);
        let used: HashSet<u32> = routes.map(|route| route.number).collect();
        (1..).find(|number| !used.contains(number)).unwrap_or(u32::MAX)
    }

    fn refusals(&self) -> Vec<Refusal> {
        let mut n_used = vec![0; self.data.vehicle_types.len()];
        let mut refusals = Vec::new();
        let refused = |vehicle_type: usize, route: &[usize]| {
            let mut refused = refusal(self.problem, self.data, VehicleTypeIdx::new(vehicle_type), route, &self.new);
            if refused.reasons.is_empty() && !self.data.stocks.is_empty() {
                // The route has room for it.
                let message = "the goods where the vehicle is loaded are used up".to_owned();
                let hint = "raise the stock there".to_owned();
                refused.reasons.push(Reason { code: "stock_used_up".to_owned(), message, hint });
            }
            refused
        };
        for ((vehicle_type, rows), route) in self.before.routes.iter().zip(&self.plan.routes) {
            n_used[*vehicle_type] += 1;
            let (vehicle, number) = (route.vehicle.clone(), Some(route.number));
            let Refused { reasons, changes } = refused(*vehicle_type, rows);
            refusals.push(Refusal { vehicle, number, reasons, changes });
        }
        for (row, vehicle_type) in self.data.vehicle_types.iter().enumerate() {
            if n_used[row] < vehicle_type.count {
                let vehicle = self.problem.scenario.vehicles[row].id.clone();
                let Refused { reasons, changes } = refused(row, &[]);
                refusals.push(Refusal { vehicle, number: None, reasons, changes });
            }
        }
        refusals
    }
}
