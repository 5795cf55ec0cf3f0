//! A problem prepared for search: travel by node, visits as segments, limits and prices of vehicle types.

mod columns;
mod timetables;

use super::arcs::{Arcs, Node};
use super::near::Near;
use super::restricted::{Classes, Hauls, Rules};
use super::segment::{Clock, Goods, Segment};
use super::ties;
use super::{Kinds, Problem};
use crate::hours::Call;
use crate::units::{Cost, CustomerIdx, Distance, Duration, Load, TimeWindow, VehicleTypeIdx};
use columns::{calls, groups, partners, prizes, remoteness, sizes, terms, urgencies};

/// Limits and prices of one vehicle type.
#[derive(Clone, Debug)]
pub struct Terms<G> {
    /// Whose they are.
    pub vehicle_type: VehicleTypeIdx,
    /// Most load.
    pub capacity: G,
    /// Cost of using one vehicle.
    pub fixed: Cost,
    /// Cost per unit of distance.
    pub per_distance: i64,
    /// Cost per second.
    pub per_duration: i64,
    /// Cost per load unit brought.
    pub per_load: i64,
    /// Longest distance.
    pub max_distance: Distance,
    /// Longest duration.
    pub max_duration: Duration,
    /// Most visits, reloads not counted.
    pub max_visits: usize,
    /// Most reloads.
    pub max_reloads: usize,
    /// Where routes start.
    pub start: Node,
    /// Where they end.
    pub end: Node,
    /// How many vehicles there are, at most one for each customer.
    pub count: usize,
    /// Whether a route's duration is priced or limited.
    pub watches_duration: bool,
    /// No route takes longer, loading and breaks among it.
    pub longest: Duration,
}

/// Immutable tables shared by all islands of a search.
pub struct Prepared<'p, G, C> {
    /// What is solved.
    pub problem: &'p Problem,
    /// Travel by node.
    pub arcs: Arcs<'p>,
    /// Each node as a segment of its own.
    pub visit: Vec<Segment<G, C>>,
    /// By vehicle type.
    pub terms: Vec<Terms<G>>,
    /// The other visit of a shipment, by customer.
    pub partner: Vec<Option<Node>>,
    /// Whether the customer is the second visit of a shipment.
    pub is_drop: Vec<bool>,
    /// Customers from this number on are reloads.
    pub first_reload: usize,
    /// The others of which only one is visited, by customer: the whole group, itself included; empty where it is alone.
    pub group: Vec<&'p [CustomerIdx]>,
    /// What leaving out costs, shipments as a whole at their first visit; `None` where that counts before all costs.
    pub prize: Vec<Option<Cost>>,
    /// How much leaving out counts before all costs.
    pub urgency: Vec<usize>,
    /// The prizes lost by leaving out, also where half of a mandatory shipment is optional.
    pub forfeit: Vec<Cost>,
    /// Demand as a share of the largest capacity, in millionths, by customer.
    pub size: Vec<i64>,
    /// Distance from the nearest start of a vehicle, by customer.
    pub remoteness: Vec<i64>,
    /// Neighbor lists.
    pub near: Near,
    /// Whether some shift or window does not always allow everything.
    pub has_windows: bool,
    /// Whether only timetables say what a route costs.
    pub needs_timetables: bool,
    /// Whether some vehicle may not call on some customer.
    pub is_barred: bool,
    /// Who is tied to whom, by customer: see [`ties::by_customer`].
    pub ties: Vec<Vec<(usize, usize)>>,
    /// Each customer as a timetable sees him, without the way to him; empty where there are none.
    calls: Vec<Call<'p>>,
}

/// Length of the neighbor lists.
const NEIGHBORS: usize = 100;
/// The same for problems whose lists would take hundreds of megabytes.
const NEIGHBORS_OF_MANY: usize = 50;

impl<'p, G: Goods, C: Clock> Prepared<'p, G, C> {
    /// Prepares `problem`. `O(n)`, and `O(n²)` for a table of a small problem.
    #[must_use]
    pub fn new(problem: &'p Problem) -> Self {
        Self::with_arcs(problem, Arcs::new(problem, C::TIMED))
    }

    /// The same without a table of travel, for whoever looks at few arcs. `O(n)`.
    #[must_use]
    pub fn without_table(problem: &'p Problem) -> Self {
        Self::with_arcs(problem, Arcs::without_table(problem))
    }

    fn with_arcs(problem: &'p Problem, arcs: Arcs<'p>) -> Self {
        let n_customers = problem.n_customers();
        let (partner, is_drop) = partners(problem);
        let classes = Classes::of_vehicle_types(problem);
        let mut visit = Vec::with_capacity(n_customers + 2 * problem.vehicle_types().len());
        for (row, customer) in problem.customers().iter().enumerate() {
            let nothing = vec![Load::ZERO; problem.n_dimensions()];
            let goods = match (partner[row], is_drop[row]) {
                (None, _) => G::visit(&customer.delivery, &customer.pickup, &nothing),
                (Some(_), false) => G::visit(&nothing, &nothing, &customer.pickup),
                (Some(_), true) => {
                    let dropped: Vec<Load> = customer.delivery.iter().map(|&load| -load).collect();
                    G::visit(&nothing, &nothing, &dropped)
                }
            };
            let delivers = partner[row].is_none() && customer.delivery.iter().any(|&load| load > Load::ZERO);
            let hauls = match (customer.backhaul, delivers) {
                (true, _) => Hauls::BACKHAUL,
                (false, true) => Hauls::DELIVERY,
                (false, false) => Hauls::default(),
            };
            let rules = Rules {
                classes: Classes::of(&customer.barred, &classes),
                hauls,
                kinds: if is_drop[row] { Kinds::NONE } else { customer.kinds },
                reloads: u32::from(customer.reload),
                release: customer.release,
            };
            let goods = goods.with_rules(rules);
            let clock = C::visit(customer.window, customer.service).with_rules(rules);
            visit.push(Segment { distance: Distance::ZERO, goods, clock });
        }
        for vehicle_type in problem.vehicle_types() {
            let clock = C::visit(vehicle_type.shift, Duration::ZERO);
            let depot = Segment { distance: Distance::ZERO, goods: G::NOTHING, clock };
            visit.extend([depot, depot]);
        }
        let terms: Vec<Terms<G>> =
            (0..classes.len()).map(|row| terms(problem, &arcs, VehicleTypeIdx::new(row), classes[row])).collect();
        let (mut prize, forfeit) = prizes(problem, &partner);
        let urgency = urgencies(problem, &prize);
        prize.iter_mut().zip(&urgency).filter(|(_, urgency)| **urgency > 0).for_each(|(prize, _)| *prize = None);
        let remoteness = remoteness(n_customers, &arcs, &terms);
        let neighbors = if n_customers > 20_000 { NEIGHBORS_OF_MANY } else { NEIGHBORS };
        let is_barred = problem.customers().iter().any(|customer| !customer.barred.is_empty());
        // Only some of the neighbors ride on vehicles that may call.
        let near = Near::new(problem, if is_barred { 3 * neighbors } else { neighbors });
        let always =
            |window: TimeWindow| window.opens <= TimeWindow::ALWAYS.opens && window.closes >= TimeWindow::ALWAYS.closes;
        let has_windows = C::TIMED && problem.customers().iter().any(|customer| !always(customer.window));
        let size = sizes(problem);
        let (first_reload, group) = (problem.first_reload(), groups(problem));
        Self {
            problem,
            arcs,
            visit,
            terms,
            partner,
            is_drop,
            first_reload,
            group,
            prize,
            urgency,
            forfeit,
            size,
            remoteness,
            near,
            has_windows,
            is_barred,
            ties: ties::by_customer(problem),
            needs_timetables: problem.needs_timetables(),
            calls: if problem.needs_timetables() { calls(problem) } else { Vec::new() },
        }
    }

    /// Under which name a customer, and whoever could be visited in his place, is absent.
    #[must_use]
    #[inline]
    pub fn lead(&self, node: Node) -> Node {
        self.group[node.get()].first().map_or(node, |first| Node::new(first.get()))
    }

    /// The customer and whoever could be visited in his place.
    #[inline]
    pub fn choices(&self, node: Node) -> impl Iterator<Item = Node> + Clone + 'p {
        let group = self.group[node.get()];
        let alone = group.is_empty().then_some(node);
        alone.into_iter().chain(group.iter().map(|customer| Node::new(customer.get())))
    }

    /// Whether a customer is absent under his own name when he is: no second end of a shipment, nor second of a group,
    /// nor reload.
    #[must_use]
    pub fn is_lead(&self, node: Node) -> bool {
        !self.is_drop[node.get()] && self.lead(node) == node && !self.is_reload(node)
    }

    /// Number of visits where everybody is served, reloads not counted.
    #[must_use]
    pub fn n_visits(&self) -> usize {
        self.first_reload - self.problem.groups().iter().map(|group| group.len() - 1).sum::<usize>()
    }

    /// Whether the node is a reload.
    #[must_use]
    #[inline]
    pub fn is_reload(&self, node: Node) -> bool {
        (self.first_reload..self.n_customers()).contains(&node.get())
    }

    /// Whether there are reloads.
    #[must_use]
    #[inline]
    pub fn has_reloads(&self) -> bool {
        self.first_reload < self.n_customers()
    }

    /// Whether some customers need no visit of their own.
    #[must_use]
    pub fn has_choices(&self) -> bool {
        self.has_reloads() || !self.problem.groups().is_empty()
    }

    /// Whether customers have to be inserted one by one: their visits hang together in ways that no construction knows.
    #[must_use]
    pub fn in_turn(&self) -> bool {
        self.is_drop.contains(&true) || self.has_choices() || self.needs_timetables || self.hangs_together()
    }

    /// Whether what one route may do depends on the others.
    #[must_use]
    pub fn hangs_together(&self) -> bool {
        self.is_tied() || self.has_stocks()
    }

    /// Whether goods are limited at some places where vehicles are loaded.
    #[must_use]
    #[inline]
    pub fn has_stocks(&self) -> bool {
        self.problem.stocks().is_some()
    }

    /// Whether some customers belong on one route, or never on the same one.
    #[must_use]
    #[inline]
    pub fn is_tied(&self) -> bool {
        !self.ties.is_empty()
    }

    /// Whether some shipment is aboard after `visits`, which begin a route.
    #[must_use]
    pub fn splits_shipment(&self, visits: &[Node]) -> bool {
        !self.problem.shipments().is_empty() && visits.iter().map(|&node| self.shipments_fetched(node)).sum::<i64>() > 0
    }

    /// By how many shipments more are aboard after a visit.
    #[must_use]
    #[inline]
    pub fn shipments_fetched(&self, node: Node) -> i64 {
        match self.partner.get(node.get()) {
            Some(Some(_)) if self.is_drop[node.get()] => -1,
            Some(Some(_)) => 1,
            _ => 0,
        }
    }

    /// Number of customers.
    #[must_use]
    pub fn n_customers(&self) -> usize {
        self.partner.len()
    }

    /// The terms of one vehicle type.
    #[must_use]
    #[inline]
    pub fn terms(&self, vehicle_type: VehicleTypeIdx) -> &Terms<G> {
        &self.terms[vehicle_type.get()]
    }

    /// The segment of one node alone.
    #[must_use]
    #[inline]
    pub fn visit(&self, node: Node) -> Segment<G, C> {
        self.visit[node.get()]
    }

    /// Joins two stretches, the first ending at `last`, the second beginning at `first`.
    #[must_use]
    #[inline]
    pub fn join(&self, before: Segment<G, C>, last: Node, first: Node, after: Segment<G, C>) -> Segment<G, C> {
        let travel = if C::TIMED { self.arcs.duration(last, first) } else { Duration::ZERO };
        before.join(after, self.arcs.distance(last, first), travel)
    }

    /// The segment of a whole route through `visits`.
    #[must_use]
    pub fn fold_route(&self, vehicle_type: VehicleTypeIdx, visits: &[Node]) -> Segment<G, C> {
        let terms = self.terms(vehicle_type);
        let mut whole = self.visit(terms.start);
        let mut last = terms.start;
        for &node in visits.iter().chain([&terms.end]) {
            whole = self.join(whole, last, node, self.visit(node));
            last = node;
        }
        whole
    }

    /// Whether a vehicle of `terms` may drive `route` with `n_visits` visits, reloads among them.
    #[must_use]
    #[inline]
    pub fn allows(&self, terms: &Terms<G>, route: &Segment<G, C>, n_visits: usize) -> bool {
        route.clock.time_warp() == Duration::ZERO
            && route.goods.fits(&terms.capacity)
            && route.distance <= terms.max_distance
            && route.clock.duration() <= terms.max_duration
            && n_visits - route.goods.n_reloads() <= terms.max_visits
    }

    /// What a vehicle of `terms` costs for `route`, which is not empty.
    #[must_use]
    #[inline]
    pub fn route_cost(&self, terms: &Terms<G>, route: &Segment<G, C>) -> Cost {
        terms.fixed
            + Cost::new(terms.per_distance) * route.distance.get()
            + Cost::new(terms.per_duration) * route.clock.duration().get()
            + Cost::new(terms.per_load) * route.goods.brought().get()
    }

    /// The neighbors of a customer, nearest first.
    #[inline]
    pub fn near(&self, node: Node) -> &[u32] {
        self.near.of(self.problem, node.customer())
    }

    /// The distances between a customer and its neighbors, in the order of [`Prepared::near`]; where ways there and back
    /// differ, the shorter one.
    #[inline]
    pub fn reaches(&self, node: Node) -> &[u32] {
        self.near.reaches(self.problem, node.customer())
    }

    /// The same of travel times.
    #[inline]
    pub fn spans(&self, node: Node) -> &[u32] {
        self.near.spans(self.problem, node.customer())
    }

    /// Whether no order of the customers changes loads or times, and every way back equals the way there.
    #[must_use]
    pub fn reversible(&self) -> bool {
        !C::TIMED && G::ORDER_FREE && self.arcs.symmetric()
    }
}
