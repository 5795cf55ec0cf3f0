//! What it would take to serve those that a routing plan leaves out: the price of their cheapest place, or what makes room.

use super::rows::Rows;
use crate::model::plan::{Change, Plan, Relaxation, Remedy, Unserved, Verdict};
use crate::model::problem::{Problem, Routing};
use crate::model::{Refused, cost_together, money, refusal};
use crate::routing::places::{Place, Places};
use crate::routing::{self, Solution};
use crate::search::Budget;
use crate::units::{Cost, CustomerIdx};

/// Most orders that are looked into one by one.
const EXPLAINED: usize = 20;

/// Most limits of routes that are named as alternatives.
const ALTERNATIVES: usize = 3;

/// Seconds that a visit takes of getting ready, rounded up.
const SECONDS_TO_PREPARE: f64 = 5e-6;

/// Tells for the first orders of `plan` that are left out although a vehicle could serve them alone what their cheapest
/// place costs, or what makes room for them. Stops when the time is up.
pub(super) fn explain(
    problem: &Problem,
    data: &Routing,
    (compiled, solution): (&routing::Problem, &Solution),
    budget: &Budget<'_>,
    plan: &mut Plan,
) {
    let explicable =
        |unserved: &&mut Unserved| matches!(unserved.verdict, Some(Verdict::SqueezedOut | Verdict::NotWorthIt));
    let mut waiting = plan.unserved.iter_mut().filter(explicable).take(EXPLAINED).peekable();
    if waiting.peek().is_none() || budget.seconds_left() < SECONDS_TO_PREPARE * data.visits.len() as f64 {
        return;
    }
    let counts: Vec<u32> = compiled.vehicle_types().iter().map(|kind| kind.count.saturating_add(1)).collect();
    let one_more = compiled.with_fleet(&counts);
    let (here, one_more) = (Places::new(compiled), Places::new(&one_more));
    let hangs_together = !data.groups.is_empty() || !data.stocks.is_empty();
    let free = hangs_together.then(|| compiled.clone().with_ties(Vec::new()).with_stocks(None));
    let alone = free.as_ref().map(Places::new);
    for unserved in waiting {
        if budget.out_of_time() {
            return;
        }
        let is_it = |&row: &usize| problem.order_id(data.visits[row].purpose) == unserved.id;
        let rows: Vec<usize> = (0..data.visits.len()).filter(is_it).collect();
        let new: Vec<CustomerIdx> = rows.iter().map(|&row| CustomerIdx::new(row)).collect();
        let prize = data.visits[rows[0]].prize;
        let prize = prize.filter(|_| data.visits[rows[0]].priority.is_none());
        let place = here.cheapest(solution, &new, 1).into_iter().next();
        match (place.map(|place| price((problem, data), solution, &place, &new)), prize) {
            (Some(None), _) => no_door_left(unserved),
            (Some(Some(price)), Some(prize)) if price > prize => not_worth_it(problem, unserved, price, prize),
            (Some(Some(price)), _) => unserved.price = Some(price.as_currency()),
            (None, _) if alone.as_ref().is_some_and(|alone| !alone.cheapest(solution, &new, 1).is_empty()) => {
                let is_grouped = data.groups.iter().any(|group| group.rows.contains(&rows[0]));
                others_in_the_way(unserved, is_grouped);
            }
            (None, _) => {
                let more = one_more.cheapest(solution, &new, 1);
                let more = more.first().filter(|place| place.route.is_none()).map(|place| {
                    let id = problem.scenario.vehicles[place.vehicle_type.get()].id.clone();
                    Remedy {
                        changes: vec![change(Relaxation::VehicleCount, id, 1.0)],
                        price: Some(place.cost.as_currency()),
                    }
                });
                let by_limit = limits(problem, data, solution, &rows);
                squeezed_out(problem, unserved, more.into_iter().chain(by_limit).collect());
            }
        }
    }
}

/// What a plan costs more with new visits at a place, their prize not counted: with all vehicles at the doors, and with the
/// route that has most where that one pays. `None` where vehicles do not all find doors.
fn price(
    (problem, data): (&Problem, &Routing),
    solution: &Solution,
    place: &Place,
    new: &[CustomerIdx],
) -> Option<Cost> {
    if data.docks.is_empty() && data.balance.is_none_or(|balance| balance.target.is_some()) {
        return Some(place.cost);
    }
    let rows = Rows::new(data);
    let cost = |solution: &Solution| cost_together(problem, data, &rows.choice(solution));
    let stake: Cost = new.iter().filter_map(|&visit| data.stake(visit.get())).sum();
    let before = cost(solution)?;
    Some(cost(&place.taken(solution, new))? - before + stake)
}

fn change(relax: Relaxation, id: String, by: f64) -> Change {
    Change { relax, id, activity: None, dimension: None, by }
}

/// There is a vehicle for it, but the docks leave it no time.
fn no_door_left(unserved: &mut Unserved) {
    unserved.verdict = Some(Verdict::SqueezedOut);
    let Some(reason) = unserved.reasons.first_mut() else { return };
    reason.code = "no_door_left".to_owned();
    reason.message = "a vehicle could serve it, but finds no door at the docks in time for it".to_owned();
    reason.hint = "add a door, open the docks longer, or shorten their `service` and `per_unit`".to_owned();
}

/// Some route has room for it, but its group or a stock keeps it off.
fn others_in_the_way(unserved: &mut Unserved, is_grouped: bool) {
    unserved.verdict = Some(Verdict::SqueezedOut);
    let Some(reason) = unserved.reasons.first_mut() else { return };
    let (code, message, hint) = if is_grouped {
        ("group_in_the_way", "a route has room for it, but not one that its group allows", "take it out of its group")
    } else {
        (
            "stock_used_up",
            "a route has room for it, but the goods where it is loaded are used up",
            "raise the stock there",
        )
    };
    (reason.code, reason.message) = (code.to_owned(), message.to_owned());
    reason.hint = format!("{hint}, or make room on the vehicles that remain for it");
}

/// There is room, but the prize is too small for it.
fn not_worth_it(problem: &Problem, unserved: &mut Unserved, cost: Cost, prize: Cost) {
    let id = unserved.id.clone();
    let missing = cost - prize + Cost::new(1);
    unserved.price = Some(cost.as_currency());
    unserved.remedies = vec![Remedy {
        changes: vec![change(Relaxation::Prize, id, missing.as_currency())],
        price: Some(cost.as_currency()),
    }];
    if let Some(reason) = unserved.reasons.first_mut() {
        let [cost, prize] = [cost, prize].map(|cost| money(&problem.scenario, cost.as_currency()));
        reason.message = format!("serving it costs {cost} more, its prize is {prize}");
        reason.hint = format!("raise the prize above {cost}, or make the order mandatory");
    }
}

/// There is no room, whatever the prize.
fn squeezed_out(problem: &Problem, unserved: &mut Unserved, remedies: Vec<Remedy>) {
    unserved.verdict = Some(Verdict::SqueezedOut);
    unserved.remedies = remedies;
    let Some(reason) = unserved.reasons.first_mut() else { return };
    reason.code = "no_vehicle_left".to_owned();
    reason.message = "a vehicle could serve it alone, but no route has room and no vehicle is left for it".to_owned();
    let words: Vec<String> = unserved
        .remedies
        .iter()
        .map(|remedy| {
            let changes = remedy.changes.iter().map(ToString::to_string).collect::<Vec<_>>().join(" and ");
            let price = remedy.price.map(|price| format!(", for {}", money(&problem.scenario, price)));
            changes + &price.unwrap_or_default()
        })
        .collect();
    if !words.is_empty() {
        reason.hint = format!("what would serve it: {}", words.join("; or "));
    }
}

/// The smallest single limits that keep it off a route, each kind once.
fn limits(problem: &Problem, data: &Routing, solution: &Solution, rows: &[usize]) -> Vec<Remedy> {
    let by_customer = Rows::new(data);
    let mut smallest: Vec<Change> = Vec::new();
    for route in &solution.routes {
        let visits: Vec<usize> = route.visits.iter().map(|&visit| by_customer.row(visit)).collect();
        let Refused { changes, .. } = refusal(problem, data, route.vehicle_type, &visits, rows);
        let [only] = &changes[..] else { continue };
        match smallest.iter_mut().find(|known| known.relax == only.relax && known.dimension == only.dimension) {
            Some(known) if only.by < known.by => *known = only.clone(),
            Some(_) => {}
            None => smallest.push(only.clone()),
        }
    }
    smallest.truncate(ALTERNATIVES);
    smallest.into_iter().map(|change| Remedy { changes: vec![change], price: None }).collect()
}
