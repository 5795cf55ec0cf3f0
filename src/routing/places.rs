//! Where a new customer or shipment fits into given routes: every place is priced, the cheapest are kept.
//!
//! Unlike the insertions of a search, which stop at the first place that is good enough, this looks at all of them. Each
//! costs two joins, so `n` visits take `O(n)` for a customer and `O(n m)` for a shipment on routes of `m` visits.

use super::arcs::Node;
use super::prepared::Prepared;
use super::restricted::Restricted;
use super::segment::{Clock, Goods, PeakLoad, Segment};
use super::trips::{TripClock, Trips};
use super::{Problem, Route, Rule, Solution, Tie};
use crate::units::{Cost, CustomerIdx, Duration, Load, VehicleTypeIdx};

/// A route that new customers could be on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// What the route costs more with them.
    pub cost: Cost,
    /// Row of the route in the solution; `None` is a new one.
    pub route: Option<usize>,
    /// Who drives it.
    pub vehicle_type: VehicleTypeIdx,
    /// The new customers, each itself or another of its group.
    pub visits: Vec<CustomerIdx>,
    /// Their positions among the route's visits, from 0; that of a shipment's second visit counts the first.
    pub positions: Vec<usize>,
}

impl Place {
    /// The solution with `new` customers at this place. Its cost stays what it was.
    #[must_use]
    pub fn taken(&self, solution: &Solution, new: &[CustomerIdx]) -> Solution {
        let mut after = solution.clone();
        let at = self.route.unwrap_or_else(|| {
            after.routes.push(Route { vehicle_type: self.vehicle_type, visits: Vec::new() });
            after.routes.len() - 1
        });
        for (&position, &visit) in self.positions.iter().zip(&self.visits) {
            after.routes[at].visits.insert(position, visit);
        }
        after.unserved.retain(|visit| !new.contains(visit));
        after
    }
}

/// Whatever a problem asks for, and all of it timed.
type All = Trips<Restricted<PeakLoad<8>>>;

/// Finds places in routes of one problem.
pub struct Places<'p> {
    prepared: Prepared<'p, All, TripClock>,
}

impl<'p> Places<'p> {
    /// Prepares `problem`. `O(n)`, and `O(n²)` for a table of a small problem.
    #[must_use]
    pub fn new(problem: &'p Problem) -> Self {
        Self { prepared: Prepared::new(problem) }
    }

    /// The same for few new customers. `O(n)`.
    #[must_use]
    pub fn for_few(problem: &'p Problem) -> Self {
        Self { prepared: Prepared::without_table(problem) }
    }

    /// The `most` cheapest places for `new` on the routes of `solution`, cheapest first: one customer, or the two of a
    /// shipment in their order. They are on no route yet. Ties go to the earlier route and position; new routes come last.
    ///
    /// Panics when `new` is neither one nor two customers.
    #[must_use]
    pub fn cheapest(&self, solution: &Solution, new: &[CustomerIdx], most: usize) -> Vec<Place> {
        assert!(matches!(new.len(), 1 | 2), "{} new customers", new.len());
        let vehicle_types = self.prepared.problem.vehicle_types();
        let new: Vec<Node> = new.iter().map(|customer| Node::new(customer.get())).collect();
        let solution_keeps = |route: Option<usize>| self.may_join(solution, new[0].customer(), route);
        let mut search = Search { prepared: &self.prepared, new: &new, most, found: Vec::new(), drawn: Vec::new() };
        let mut n_used = vec![0; vehicle_types.len()];
        for (row, route) in solution.routes.iter().enumerate() {
            n_used[route.vehicle_type.get()] += 1;
            if !solution_keeps(Some(row)) {
                continue;
            }
            let visits: Vec<Node> = route.visits.iter().map(|customer| Node::new(customer.get())).collect();
            search.drawn = self.drawn(solution, Some(row));
            search.route(Some(row), route.vehicle_type, &visits);
        }
        for (row, vehicle_type) in vehicle_types.iter().enumerate() {
            if n_used[row] < vehicle_type.count && solution_keeps(None) {
                search.drawn = self.drawn(solution, None);
                search.route(None, VehicleTypeIdx::new(row), &[]);
            }
        }
        search.found
    }

    /// What all routes but one draw on stocks.
    fn drawn(&self, solution: &Solution, but: Option<usize>) -> Vec<Load> {
        let problem = self.prepared.problem;
        let others = solution.routes.iter().enumerate().filter(|(row, _)| Some(*row) != but);
        let others = others.map(|(_, route)| route);
        problem.stocks().map_or_else(Vec::new, |stocks| stocks.drawn_by(problem, others))
    }

    /// Whether ties let a new customer onto a route of the solution; none is a new one.
    fn may_join(&self, solution: &Solution, new: CustomerIdx, route: Option<usize>) -> bool {
        if !self.prepared.is_tied() {
            return true;
        }
        let place = |customer: CustomerIdx| {
            let choices = || self.prepared.choices(Node::new(customer.get())).map(Node::customer);
            let is_on = |visits: &[CustomerIdx]| choices().any(|choice| visits.contains(&choice));
            solution.routes.iter().position(|route| is_on(&route.visits))
        };
        self.prepared.ties[new.get()].iter().all(|&(row, _)| {
            let Tie { customers, rule } = &self.prepared.problem.ties()[row];
            let mut others = customers.iter().filter(|&&other| other != new).filter_map(|&other| place(other));
            if *rule == Rule::Apart { others.all(|it| Some(it) != route) } else { others.all(|it| Some(it) == route) }
        })
    }
}

struct Search<'s, 'p, G, C> {
    prepared: &'s Prepared<'p, G, C>,
    new: &'s [Node],
    most: usize,
    /// The cheapest places so far, cheapest first.
    found: Vec<Place>,
    /// What the other routes draw on stocks.
    drawn: Vec<Load>,
}

/// One route, and what comes before and after each of its legs.
struct Line<G, C> {
    route: Option<usize>,
    vehicle_type: VehicleTypeIdx,
    nodes: Vec<Node>,
    before: Vec<Segment<G, C>>,
    after: Vec<Segment<G, C>>,
    cost: Cost,
}

impl<G: Goods, C: Clock> Search<'_, '_, G, C> {
    fn route(&mut self, route: Option<usize>, vehicle_type: VehicleTypeIdx, visits: &[Node]) {
        let prepared = self.prepared;
        let terms = prepared.terms(vehicle_type);
        let n_visits = visits.iter().filter(|&&node| !prepared.is_reload(node)).count();
        if n_visits + self.new.len() > terms.max_visits {
            return;
        }
        let nodes: Vec<Node> = [&[terms.start], visits, &[terms.end]].concat();
        let mut before = vec![prepared.visit(nodes[0])];
        for leg in nodes.windows(2) {
            before.push(prepared.join(before[before.len() - 1], leg[0], leg[1], prepared.visit(leg[1])));
        }
        let mut after = vec![prepared.visit(terms.end)];
        for leg in nodes.windows(2).rev() {
            after.push(prepared.join(prepared.visit(leg[0]), leg[0], leg[1], after[after.len() - 1]));
        }
        after.reverse();
        let whole = &before[before.len() - 1];
        let driven = || prepared.exact_cost(terms, whole, visits.iter().copied());
        let cost = if visits.is_empty() { Some(Cost::ZERO) } else { driven() };
        let cost = cost.unwrap_or_else(|| prepared.route_cost(terms, whole));
        let line = Line { route, vehicle_type, nodes, before, after, cost };
        for position in 1..line.nodes.len() {
            match *self.new {
                [only] => {
                    for choice in prepared.choices(only) {
                        let head = self.with(line.before[position - 1], line.nodes[position - 1], choice);
                        self.offer(&line, (head, choice), position, (vec![choice], vec![position - 1]));
                    }
                }
                [first, second] => self.pair(&line, position, (first, second)),
                _ => {}
            }
        }
    }

    /// Every place of a shipment whose first visit comes at `position`.
    fn pair(&mut self, line: &Line<G, C>, position: usize, (first, second): (Node, Node)) {
        let capacity = &self.prepared.terms(line.vehicle_type).capacity;
        let mut head = self.with(line.before[position - 1], line.nodes[position - 1], first);
        let mut end = first;
        for next in position..line.nodes.len() {
            // What is too late or too much stays so.
            if head.clock.time_warp() > Duration::ZERO || !head.goods.fits(capacity) {
                return;
            }
            let places = (vec![first, second], vec![position - 1, next]);
            self.offer(line, (self.with(head, end, second), second), next, places);
            if self.prepared.is_reload(line.nodes[next]) {
                return;
            }
            head = self.with(head, end, line.nodes[next]);
            end = line.nodes[next];
        }
    }

    fn with(&self, head: Segment<G, C>, last: Node, node: Node) -> Segment<G, C> {
        self.prepared.join(head, last, node, self.prepared.visit(node))
    }

    /// Keeps the place where `head` goes before the visit at `next`, if it is allowed and cheap enough.
    fn offer(
        &mut self,
        line: &Line<G, C>,
        (head, last): (Segment<G, C>, Node),
        next: usize,
        (visits, positions): (Vec<Node>, Vec<usize>),
    ) {
        let terms = self.prepared.terms(line.vehicle_type);
        let whole = self.prepared.join(head, last, line.nodes[next], line.after[next]);
        let cost = self.prepared.route_cost(terms, &whole) - line.cost;
        let rank = |found: &[Place], cost: Cost| found.partition_point(|place| place.cost <= cost);
        let allowed = || self.prepared.allows(terms, &whole, line.nodes.len() - 2 + self.new.len());
        if rank(&self.found, cost) >= self.most || !allowed() {
            return;
        }
        let mut customers = line.nodes[1..line.nodes.len() - 1].to_vec();
        positions.iter().zip(&visits).for_each(|(&position, &visit)| customers.insert(position, visit));
        if self.prepared.is_tied() && !self.prepared.in_sequence(&customers) {
            return;
        }
        if !self.stocks_suffice(line.vehicle_type, &customers) {
            return;
        }
        let Some(exact) = self.prepared.exact_cost(terms, &whole, customers) else { return };
        let cost = exact - line.cost;
        let rank = rank(&self.found, cost);
        if rank < self.most {
            let Line { route, vehicle_type, .. } = *line;
            let visits = visits.into_iter().map(Node::customer).collect();
            self.found.insert(rank, Place { cost, route, vehicle_type, visits, positions });
            self.found.truncate(self.most);
        }
    }

    /// Whether a route through `visits` leaves enough on stocks for the others.
    fn stocks_suffice(&self, vehicle_type: VehicleTypeIdx, visits: &[Node]) -> bool {
        let problem = self.prepared.problem;
        problem.stocks().is_none_or(|stocks| {
            let visits = visits.iter().map(|node| node.customer()).collect();
            let mut drawn = stocks.drawn_by(problem, [&Route { vehicle_type, visits }]);
            drawn.iter_mut().zip(&self.drawn).for_each(|(drawn, &others)| *drawn += others);
            stocks.suffice(&drawn)
        })
    }
}
