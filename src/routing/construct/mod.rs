//! First routes: savings for one vehicle type, the better of sequential insertion and sweep for several, greedy
//! insertion for shipments and groups, a space-filling curve when there is no time for any of them.

mod curve;
mod insertion;
mod one_route;
mod savings;
mod sweep;

use super::prepared::Prepared;
use super::recreate::policy::{AtALoss, Policy};
use super::recreate::{Order, greedy, sort};
use super::segment::{Clock, Goods};
use super::state::{Slots, State};
use crate::search::{Budget, Method, Rng};
use std::cmp::Reverse;

/// Seconds a customer takes in savings or insertion, on a slow machine.
const SECONDS_PER_CUSTOMER: f64 = 60e-6;

/// First routes for `prepared`, by the sweep or by sequential insertion where `method` is one of these, by savings
/// otherwise. Savings know one vehicle type; where there are several, the default is the better of insertion and sweep.
/// None of them knows shipments or groups: there everybody is inserted in turn where it is cheapest.
/// Customers without a place stay absent. Optional ones get one even where that costs more than their prizes: a search
/// finds what to leave out of full routes sooner than what to begin empty ones with.
#[must_use]
pub fn construct<'a, 'p, G: Goods, C: Clock>(
    prepared: &'a Prepared<'p, G, C>,
    method: Method,
    policy: Policy,
    budget: &Budget<'_>,
    rng: &mut Rng,
) -> State<'a, 'p, G, C> {
    let n_customers = prepared.n_customers();
    let no_time = budget.seconds_left() < 3.0 * SECONDS_PER_CUSTOMER * n_customers as f64;
    let in_turn = prepared.in_turn();
    let mut state = if no_time && !prepared.has_choices() {
        curve::pack(prepared)
    } else if method == Method::Sweep {
        return sweep::best(prepared, policy, budget, rng);
    } else if method == Method::Insertion && !in_turn {
        return insertion::best(prepared, policy, budget, rng);
    } else if in_turn {
        State::empty(prepared)
    } else if prepared.terms.len() == 1 {
        savings::best(prepared, budget).unwrap_or_else(|| curve::pack(prepared))
    } else if method == Method::Default {
        let inserted = insertion::best(prepared, policy, budget, rng);
        if budget.out_of_time() {
            return inserted;
        }
        let swept = sweep::best(prepared, policy, budget, rng);
        let value = |state: &State<'_, '_, G, C>| (state.n_missing, state.cost);
        return if value(&swept) < value(&inserted) { swept } else { inserted };
    } else {
        State::empty(prepared)
    };
    insert_absent(&mut state, Policy { at_a_loss: AtALoss::Everybody, ..policy }, budget, rng);
    state
}

/// Inserts as many of the absent customers as time and limits allow, mandatory ones first.
pub fn insert_absent<G: Goods, C: Clock>(
    state: &mut State<'_, '_, G, C>,
    policy: Policy,
    budget: &Budget<'_>,
    rng: &mut Rng,
) {
    if state.absent.is_empty() {
        return;
    }
    let mut customers = Vec::with_capacity(state.absent.len());
    while !state.absent.is_empty() {
        customers.push(state.unmiss(state.absent.len() - 1));
    }
    let order = if state.prepared.has_windows { Order::Opens } else { Order::Far };
    sort(state, &mut customers, order, rng);
    customers.sort_by_key(|node| Reverse(state.prepared.urgency[node.get()]));
    greedy(
        state,
        &customers,
        Policy { blink: 0.0, everywhere: true, any_type: false, ..policy },
        None,
        budget,
        rng,
        &mut Slots::default(),
    );
}
