//! Customers that belong together: on one route, on one route in a sequence, or never on the same one.
//!
//! All other limits hold route by route; these hold between routes, so whoever brings customers to a route asks here. Who is
//! on no route ties nobody. Problems without ties ask for nothing but a flag.

use super::arcs::Node;
use super::moves::{Change, visits};
use super::prepared::Prepared;
use super::segment::{Clock, Goods};
use super::state::{ABSENT, Slot, State};
use super::{Problem, Solution};
use crate::units::CustomerIdx;

/// How customers are tied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// All on one route.
    Together,
    /// All on one route, in their order; others may come between them.
    InSequence,
    /// No two on the same route.
    Apart,
}

/// Customers that are tied, each in place of its whole shipment or of whoever could be visited in its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tie {
    /// Who.
    pub customers: Vec<CustomerIdx>,
    /// How.
    pub rule: Rule,
}

/// The ties of each customer: rows of the problem's ties, and the place there. Empty where there are none.
#[must_use]
pub fn by_customer(problem: &Problem) -> Vec<Vec<(usize, usize)>> {
    if problem.ties().is_empty() {
        return Vec::new();
    }
    let mut ties = vec![Vec::new(); problem.n_customers()];
    for (row, tie) in problem.ties().iter().enumerate() {
        for (place, customer) in tie.customers.iter().enumerate() {
            ties[customer.get()].push((row, place));
        }
    }
    ties
}

/// Whether the routes of a solution keep all ties.
#[must_use]
pub fn hold(problem: &Problem, solution: &Solution) -> bool {
    problem.ties().iter().all(|tie| {
        let group = |customer: CustomerIdx| {
            let group = problem.groups().iter().find(|group| group.contains(&customer));
            group.cloned().unwrap_or_else(|| vec![customer])
        };
        let place = |customer: &CustomerIdx| {
            let choices = group(*customer);
            let on = |(row, route): (usize, &super::Route)| {
                route.visits.iter().position(|visit| choices.contains(visit)).map(|at| (row, at))
            };
            solution.routes.iter().enumerate().find_map(on)
        };
        keeps(tie.rule, tie.customers.iter().filter_map(place))
    })
}

/// Whether places, as route and position, in the order of a tie keep it.
fn keeps(rule: Rule, places: impl Iterator<Item = (usize, usize)>) -> bool {
    let places: Vec<(usize, usize)> = places.collect();
    match rule {
        Rule::Together => places.windows(2).all(|pair| pair[0].0 == pair[1].0),
        Rule::InSequence => places.windows(2).all(|pair| pair[0].0 == pair[1].0 && pair[0].1 < pair[1].1),
        Rule::Apart => {
            let mut routes: Vec<usize> = places.iter().map(|place| place.0).collect();
            routes.sort_unstable();
            routes.windows(2).all(|pair| pair[0] != pair[1])
        }
    }
}

impl<G: Goods, C: Clock> Prepared<'_, G, C> {
    /// Whether a route has those that belong in a sequence in theirs.
    #[must_use]
    pub fn in_sequence(&self, route: &[Node]) -> bool {
        let sequences = self.problem.ties().iter().filter(|tie| tie.rule == Rule::InSequence);
        let position = |customer: &CustomerIdx| route.iter().position(|&node| self.lead(node).customer() == *customer);
        sequences.map(|tie| tie.customers.iter().filter_map(position)).all(Iterator::is_sorted)
    }
}

impl<G: Goods, C: Clock> State<'_, '_, G, C> {
    /// The ties of a customer, or of the group that it could be visited for.
    fn ties(&self, node: Node) -> impl Iterator<Item = (&Tie, usize)> {
        let ties = self.prepared.ties.get(self.prepared.lead(node).get()).into_iter().flatten();
        ties.map(|&(row, place)| (&self.prepared.problem.ties()[row], place))
    }

    /// Where a customer of a tie is, itself or another of its group.
    fn place_of(&self, customer: CustomerIdx) -> Option<(Slot, usize)> {
        let mut choices = self.prepared.choices(Node::new(customer.get()));
        let node = choices.find(|choice| self.slot_of[choice.get()] != ABSENT)?;
        Some((self.slot_of[node.get()] as Slot, self.position_of[node.get()] as usize))
    }

    /// The route and position of somebody who has to be on the same route as an absent customer.
    #[must_use]
    pub fn tied_to(&self, node: Node) -> Option<(Slot, usize)> {
        let mut together = self.ties(node).filter(|(tie, _)| tie.rule != Rule::Apart);
        together.find_map(|(tie, _)| tie.customers.iter().find_map(|&other| self.place_of(other)))
    }

    /// The only route that an absent customer may be on, where there are such.
    #[must_use]
    pub fn bound_to(&self, node: Node) -> Option<Slot> {
        self.tied_to(node).map(|(slot, _)| slot)
    }

    /// Whether ties let an absent customer onto a route; none is a new one.
    #[must_use]
    #[inline]
    pub fn may_join(&self, node: Node, slot: Option<Slot>) -> bool {
        !self.prepared.is_tied() || self.ties_let_join(node, slot)
    }

    #[inline(never)]
    fn ties_let_join(&self, node: Node, slot: Option<Slot>) -> bool {
        self.ties(node).all(|(tie, _)| {
            let mut others = tie.customers.iter().filter_map(|&other| self.place_of(other));
            match tie.rule {
                Rule::Apart => others.all(|(other, _)| Some(other) != slot),
                Rule::Together | Rule::InSequence => others.all(|(other, _)| Some(other) == slot),
            }
        })
    }

    /// Whether ties let an absent customer, which may join the route, come before the visit at `position` now.
    #[must_use]
    #[inline]
    pub fn may_come_before(&self, node: Node, position: usize) -> bool {
        !self.prepared.is_tied() || self.comes_in_sequence(node, position)
    }

    #[inline(never)]
    fn comes_in_sequence(&self, node: Node, position: usize) -> bool {
        let mut sequences = self.ties(node).filter(|(tie, _)| tie.rule == Rule::InSequence);
        sequences.all(|(tie, own)| {
            tie.customers.iter().enumerate().filter(|(place, _)| *place != own).all(|(place, &other)| {
                self.place_of(other).is_none_or(|(_, at)| if place < own { at < position } else { at >= position })
            })
        })
    }

    /// Whether ties still hold after a change.
    #[must_use]
    pub fn keeps_ties(&self, change: &Change) -> bool {
        if !self.prepared.is_tied() {
            return true;
        }
        let mut moved: Vec<(CustomerIdx, (Slot, usize))> = Vec::new();
        for (slot, pieces) in &change.routes {
            for (position, node) in visits(&self.routes, pieces).enumerate() {
                let lead = self.prepared.lead(node);
                if !self.prepared.ties[lead.get()].is_empty() {
                    moved.push((lead.customer(), (*slot, position)));
                }
            }
        }
        let now = |customer: &CustomerIdx| {
            let found = moved.iter().find(|(known, _)| known == customer).map(|(_, place)| *place);
            found.or_else(|| self.place_of(*customer))
        };
        moved.iter().all(|(customer, _)| {
            let mut ties = self.ties(Node::new(customer.get()));
            ties.all(|(tie, _)| keeps(tie.rule, tie.customers.iter().filter_map(now)))
        })
    }

    /// Whether ties let `visits`, all of them absent, be a route of their own.
    #[must_use]
    pub fn may_be_route(&self, visits: &[Node]) -> bool {
        if !self.prepared.is_tied() {
            return true;
        }
        let new_route = self.routes.len();
        let now = |customer: &CustomerIdx| {
            let on = visits.iter().position(|&node| self.prepared.lead(node).customer() == *customer);
            on.map(|position| (new_route, position)).or_else(|| self.place_of(*customer))
        };
        let mut ties = visits.iter().flat_map(|&node| self.ties(node));
        ties.all(|(tie, _)| keeps(tie.rule, tie.customers.iter().filter_map(now)))
    }
}
