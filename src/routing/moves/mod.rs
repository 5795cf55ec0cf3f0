//! Neighborhoods of the local search, each a family of moves around an ordered pair of customers.
//!
//! A member only says which stretches of route its move would join ([`Neighborhood::change`]); the segments price
//! them, so every member respects every limit.

mod or_opt;
mod relocate;
mod swap;
mod swap_star;
mod two_opt;
mod two_opt_star;

use super::arcs::Node;
use super::prepared::Prepared;
use super::segment::{Clock, Goods, Segment};
use super::state::{RouteState, Slot, State};
use crate::units::{Cost, Load};
use or_opt::OrOpt;
use relocate::Relocate;
use swap::Swap;
use swap_star::SwapStar;
use two_opt::TwoOpt;
pub use two_opt::turn;
use two_opt_star::TwoOptStar;
pub use two_opt_star::cross;

/// A stretch of a route as it is now, possibly driven the other way round.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Piece {
    /// Which route.
    pub slot: Slot,
    /// Its first position.
    pub from: usize,
    /// The position after its last.
    pub to: usize,
    /// Whether it is turned around.
    pub reversed: bool,
}

/// What a move makes of one or two routes: for each, the pieces that form it, depots included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The routes and their new pieces.
    pub routes: Vec<(Slot, Vec<Piece>)>,
}

/// A family of moves around an ordered pair of customers.
pub trait Neighborhood<G: Goods, C: Clock>: Sync {
    /// Its name in the literature.
    fn name(&self) -> &'static str;

    /// Whether a move of this family could ever help on this problem. None of them keeps shipments together.
    fn applies_to(&self, prepared: &Prepared<'_, G, C>) -> bool {
        prepared.problem.shipments().is_empty()
    }

    /// What the move around `u` and `v`, both on routes, would make of their routes; `None` where it is undefined.
    fn change(&self, state: &State<'_, '_, G, C>, u: Node, v: Node) -> Option<Change>;

    /// The exact change in cost, or `None` when the move is undefined here, breaks a limit or does not improve.
    /// Both routes have to be settled.
    fn evaluate(&self, state: &State<'_, '_, G, C>, u: Node, v: Node) -> Option<Cost> {
        let change = self.change(state, u, v)?;
        price(state, &change).filter(|&delta| delta < Cost::ZERO)
    }

    /// Performs the move that `evaluate` has just priced.
    fn apply(&self, state: &mut State<'_, '_, G, C>, u: Node, v: Node) {
        if let Some(change) = self.change(state, u, v) {
            perform(state, &change);
        }
    }
}

/// All members.
#[must_use]
pub fn all<G: Goods, C: Clock>() -> [&'static dyn Neighborhood<G, C>; 12] {
    [
        &Relocate { before: false },
        &Relocate { before: true },
        &Swap { first: 1, second: 1 },
        &TwoOpt,
        &TwoOptStar { turned: false },
        &TwoOptStar { turned: true },
        &OrOpt { length: 2, reversed: false },
        &OrOpt { length: 2, reversed: true },
        &OrOpt { length: 3, reversed: false },
        &Swap { first: 2, second: 1 },
        &Swap { first: 2, second: 2 },
        &SwapStar,
    ]
}

/// The change in cost, or `None` where a limit would break.
#[must_use]
pub fn price<G: Goods, C: Clock>(state: &State<'_, '_, G, C>, change: &Change) -> Option<Cost> {
    if !state.keeps_ties(change) {
        return None;
    }
    let mut delta = Cost::ZERO;
    for (slot, pieces) in &change.routes {
        let route = &state.routes[*slot];
        let terms = state.prepared.terms(route.vehicle_type);
        let n_visits = pieces.iter().map(|piece| piece.to - piece.from).sum::<usize>() - 2;
        delta -= route.cost;
        if n_visits > 0 {
            let whole = fold(state.prepared, &state.routes, pieces)?;
            if !state.prepared.allows(terms, &whole, n_visits) {
                return None;
            }
            delta += state.prepared.exact_cost(terms, &whole, visits(&state.routes, pieces))?;
        }
    }
    if state.prepared.has_stocks() && !stocks_allow(state, change) {
        return None;
    }
    Some(delta)
}

/// Whether stocks suffice after a change.
fn stocks_allow<G: Goods, C: Clock>(state: &State<'_, '_, G, C>, change: &Change) -> bool {
    let mut drawn = vec![Load::ZERO; state.drawn.len()];
    for (slot, pieces) in &change.routes {
        let own = state.draws(state.routes[*slot].vehicle_type, visits(&state.routes, pieces));
        drawn.iter_mut().zip(own).for_each(|(drawn, load)| *drawn += load);
    }
    state.stocks_allow(change.routes.iter().map(|(slot, _)| *slot), &drawn)
}

/// Joins pieces; prefixes and suffixes in `O(1)`.
#[must_use]
pub fn fold<G: Goods, C: Clock>(
    prepared: &Prepared<'_, G, C>,
    routes: &[RouteState<G, C>],
    pieces: &[Piece],
) -> Option<Segment<G, C>> {
    let mut joined: Option<(Segment<G, C>, Node)> = None;
    for piece in pieces.iter().filter(|piece| piece.from < piece.to) {
        let route = &routes[piece.slot];
        let mut add = |first: Node, segment: Segment<G, C>, last: Node| {
            joined = Some(match joined {
                None => (segment, last),
                Some((head, end)) => (prepared.join(head, end, first, segment), last),
            });
        };
        let visits = &route.visits[piece.from..piece.to];
        let (first, last) = (visits[0], visits[visits.len() - 1]);
        if piece.reversed {
            visits.iter().rev().for_each(|&node| add(node, prepared.visit(node), node));
        } else if piece.from == 0 {
            add(first, route.before[piece.to - 1], last);
        } else if piece.to == route.visits.len() {
            add(first, *route.after(piece.from), last);
        } else {
            visits.iter().for_each(|&node| add(node, prepared.visit(node), node));
        }
    }
    joined.map(|(segment, _)| segment)
}

/// The customers of pieces that form a route, in order.
pub fn visits<'r, G, C>(routes: &'r [RouteState<G, C>], pieces: &'r [Piece]) -> impl Iterator<Item = Node> + 'r {
    let all = pieces.iter().flat_map(|piece| {
        let visits = &routes[piece.slot].visits;
        let of = |at: usize| if piece.reversed { piece.to - 1 - (at - piece.from) } else { at };
        (piece.from..piece.to).map(move |at| visits[of(at)])
    });
    let n_customers: usize = pieces.iter().map(|piece| piece.to - piece.from).sum::<usize>() - 2;
    all.skip(1).take(n_customers)
}

/// Makes the change.
pub fn perform<G: Goods, C: Clock>(state: &mut State<'_, '_, G, C>, change: &Change) {
    let n_customers = state.prepared.n_customers();
    let of = |piece: &Piece| {
        let mut visits = state.routes[piece.slot].visits[piece.from..piece.to].to_vec();
        if piece.reversed {
            visits.reverse();
        }
        visits.retain(|node| node.get() < n_customers);
        visits
    };
    let routes: Vec<Vec<Node>> = change.routes.iter().map(|(_, pieces)| pieces.iter().flat_map(of).collect()).collect();
    let slots: Vec<u32> = change.routes.iter().map(|&(slot, _)| slot as u32).collect();
    for (&slot, visits) in slots.iter().zip(&routes) {
        state.set_visits(slot as Slot, visits);
    }
    state.close_empty(&slots);
}

/// Where a customer is.
fn place<G: Goods, C: Clock>(state: &State<'_, '_, G, C>, node: Node) -> (Slot, usize) {
    (state.slot_of[node.get()] as Slot, state.position_of[node.get()] as usize)
}

/// The piece `from..to` of a route.
#[must_use]
pub fn piece(slot: Slot, from: usize, to: usize) -> Piece {
    Piece { slot, from, to, reversed: false }
}

/// Moves the `length` visits from `position` on of route `slot` behind position `target` of route `other`.
fn moved<G: Goods, C: Clock>(
    state: &State<'_, '_, G, C>,
    (slot, position): (Slot, usize),
    length: usize,
    reversed: bool,
    (other, target): (Slot, usize),
) -> Option<Change> {
    let (end, n_nodes) = (position + length, state.routes[slot].visits.len());
    if end >= n_nodes {
        return None;
    }
    let stretch = Piece { slot, from: position, to: end, reversed };
    let routes = if slot != other {
        let len = state.routes[other].visits.len();
        vec![
            (slot, vec![piece(slot, 0, position), piece(slot, end, n_nodes)]),
            (other, vec![piece(other, 0, target + 1), stretch, piece(other, target + 1, len)]),
        ]
    } else if target + 1 < position {
        let between = piece(slot, target + 1, position);
        vec![(slot, vec![piece(slot, 0, target + 1), stretch, between, piece(slot, end, n_nodes)])]
    } else if target >= end {
        let between = piece(slot, end, target + 1);
        vec![(slot, vec![piece(slot, 0, position), between, stretch, piece(slot, target + 1, n_nodes)])]
    } else {
        return None;
    };
    Some(Change { routes })
}
