//! Nodes of the routing graph and what it takes to get from one to another.
//!
//! A [`Node`] is a customer, or the start or end of a vehicle type. Small problems get a dense table of their own,
//! by node instead of by location, so that a scan over a route reads one row; large ones ask [`Travel`] each time.

use super::Problem;
use super::spots::Spots;
use crate::hours::{Pace, Paces};
use crate::network::Travel;
use crate::units::{CustomerIdx, Distance, Duration, LocationIdx, VehicleTypeIdx};

/// A customer, or the start or end of a vehicle type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Node(u32);

impl Node {
    /// Node number `row`: customers first, then start and end of each vehicle type.
    #[must_use]
    #[inline]
    pub fn new(row: usize) -> Self {
        Self(row as u32)
    }

    /// The node's number.
    #[must_use]
    #[inline]
    pub fn get(self) -> usize {
        self.0 as usize
    }

    /// The customer with this number; meaningful for customer nodes only.
    #[must_use]
    pub fn customer(self) -> CustomerIdx {
        CustomerIdx::new(self.get())
    }
}

/// Up to this many nodes a dense table pays (25 MB a table).
const DENSE_NODES: usize = 2_500;

/// Travel between nodes.
pub struct Arcs<'p> {
    travel: &'p Travel,
    paces: &'p Paces,
    n_customers: usize,
    /// By node; `None` is the end of an open route, where nobody has to go.
    location: Vec<Option<LocationIdx>>,
    dense: Option<Dense>,
    /// Travel by node, where it is computed and every node has a place.
    spots: Option<Spots>,
}

struct Dense {
    distance: Table,
    /// `None` where it is equal to `distance`.
    duration: Option<Table>,
}

impl Dense {
    #[inline(always)]
    fn duration(&self) -> &Table {
        self.duration.as_ref().unwrap_or(&self.distance)
    }
}

/// A number for each pair of nodes.
#[derive(PartialEq)]
struct Table {
    n_nodes: usize,
    cells: Vec<u32>,
    /// The transpose; empty where that is the same.
    back: Vec<u32>,
}

impl Table {
    #[inline(always)]
    fn cell(&self, from: Node, to: Node) -> i64 {
        i64::from(self.cells[from.get() * self.n_nodes + to.get()])
    }

    /// The numbers from every node to this one, and from this one to every node.
    #[inline(always)]
    fn rows(&self, node: Node) -> (&[u32], &[u32]) {
        let row = node.get() * self.n_nodes..(node.get() + 1) * self.n_nodes;
        let there = &self.cells[row.clone()];
        (if self.back.is_empty() { there } else { &self.back[row] }, there)
    }
}

/// The ways between one node and others. Where many are asked for, this is faster than arc by arc: tables are read by rows,
/// never by columns.
pub struct Ways<'a, 'p> {
    arcs: &'a Arcs<'p>,
    node: Node,
    /// Distances, then travel times, each from every node and to every node.
    rows: Option<[(&'a [u32], &'a [u32]); 2]>,
}

impl<'a> Ways<'a, '_> {
    /// Distances from every node to this one, and from this one to every node, where tabled.
    #[must_use]
    #[inline(always)]
    pub fn distances(&self) -> Option<(&'a [u32], &'a [u32])> {
        self.rows.map(|[distances, _]| distances)
    }

    /// The distance from another node to this one.
    #[must_use]
    #[inline(always)]
    pub fn distance_from(&self, other: Node) -> Distance {
        match self.rows {
            Some([(from, _), _]) => Distance::new(i64::from(from[other.get()])),
            None => self.arcs.distance_on_the_fly(other, self.node),
        }
    }

    /// The distance from this node to another.
    #[must_use]
    #[inline(always)]
    pub fn distance_to(&self, other: Node) -> Distance {
        match self.rows {
            Some([(_, to), _]) => Distance::new(i64::from(to[other.get()])),
            None => self.arcs.distance_on_the_fly(self.node, other),
        }
    }

    /// The distance from another node to this one, and the travel time.
    #[must_use]
    #[inline(always)]
    pub fn leg_from(&self, other: Node) -> (Distance, Duration) {
        match self.rows {
            Some([(distances, _), (durations, _)]) => leg(distances, durations, other),
            None => self.arcs.leg_on_the_fly(other, self.node),
        }
    }

    /// The distance from this node to another, and the travel time.
    #[must_use]
    #[inline(always)]
    pub fn leg_to(&self, other: Node) -> (Distance, Duration) {
        match self.rows {
            Some([(_, distances), (_, durations)]) => leg(distances, durations, other),
            None => self.arcs.leg_on_the_fly(self.node, other),
        }
    }

    /// The travel time from another node to this one.
    #[must_use]
    #[inline(always)]
    pub fn duration_from(&self, other: Node) -> Duration {
        match self.rows {
            Some([_, (from, _)]) => Duration::new(i64::from(from[other.get()])),
            None => self.arcs.duration_on_the_fly(other, self.node),
        }
    }

    /// The travel time from this node to another.
    #[must_use]
    #[inline(always)]
    pub fn duration_to(&self, other: Node) -> Duration {
        match self.rows {
            Some([_, (_, to)]) => Duration::new(i64::from(to[other.get()])),
            None => self.arcs.duration_on_the_fly(self.node, other),
        }
    }
}

#[inline(always)]
fn leg(distances: &[u32], durations: &[u32], other: Node) -> (Distance, Duration) {
    (Distance::new(i64::from(distances[other.get()])), Duration::new(i64::from(durations[other.get()])))
}

impl<'p> Arcs<'p> {
    /// The arcs of `problem`; durations are tabled only when `timed`.
    #[must_use]
    pub fn new(problem: &'p Problem, timed: bool) -> Self {
        let arcs = Self::without_table(problem);
        if arcs.location.len() > DENSE_NODES {
            return arcs;
        }
        Self { dense: Some(Dense::new(arcs.travel, &arcs.location, timed)), spots: None, ..arcs }
    }

    /// The same without a table, for whoever asks for few of them. `O(n)`.
    #[must_use]
    pub fn without_table(problem: &'p Problem) -> Self {
        let travel = problem.travel();
        let mut location: Vec<Option<LocationIdx>> =
            problem.customers().iter().map(|customer| Some(customer.location)).collect();
        for vehicle_type in problem.vehicle_types() {
            location.push(Some(vehicle_type.start));
            location.push(vehicle_type.end);
        }
        let spots = Spots::new(travel, &location);
        Self { travel, paces: problem.paces(), n_customers: problem.n_customers(), location, dense: None, spots }
    }

    /// The node where routes of `vehicle_type` start.
    #[must_use]
    pub fn start(&self, vehicle_type: VehicleTypeIdx) -> Node {
        Node::new(self.n_customers + 2 * vehicle_type.get())
    }

    /// The node where routes of `vehicle_type` end.
    #[must_use]
    pub fn end(&self, vehicle_type: VehicleTypeIdx) -> Node {
        Node::new(self.n_customers + 2 * vehicle_type.get() + 1)
    }

    /// Whether every way back is as long as the way there, as far as a table tells.
    #[must_use]
    pub fn symmetric(&self) -> bool {
        match &self.dense {
            Some(dense) => dense.distance.back.is_empty(),
            None => self.travel.direct().is_some(),
        }
    }

    /// The distance from one node to another.
    #[must_use]
    #[inline(always)]
    pub fn distance(&self, from: Node, to: Node) -> Distance {
        match &self.dense {
            Some(dense) => Distance::new(dense.distance.cell(from, to)),
            None => self.distance_on_the_fly(from, to),
        }
    }

    // Kept out of line, so that the look-up in the table is small enough to be inlined everywhere.
    #[inline(never)]
    fn distance_on_the_fly(&self, from: Node, to: Node) -> Distance {
        if let Some(spots) = &self.spots {
            return spots.distance(from, to);
        }
        match (self.location[from.get()], self.location[to.get()]) {
            (Some(from), Some(to)) => self.travel.distance(from, to),
            _ => Distance::ZERO,
        }
    }

    /// The travel time from one node to another.
    #[must_use]
    #[inline(always)]
    pub fn duration(&self, from: Node, to: Node) -> Duration {
        match &self.dense {
            Some(dense) => Duration::new(dense.duration().cell(from, to)),
            None => self.duration_on_the_fly(from, to),
        }
    }

    #[inline(never)]
    fn duration_on_the_fly(&self, from: Node, to: Node) -> Duration {
        if let Some(spots) = self.spots.as_ref().and_then(Spots::timed) {
            return spots.duration(from, to);
        }
        match (self.location[from.get()], self.location[to.get()]) {
            (Some(from), Some(to)) => self.travel.duration(from, to),
            _ => Duration::ZERO,
        }
    }

    /// The distance from one node to another, and the travel time.
    #[must_use]
    #[inline(always)]
    pub fn leg(&self, from: Node, to: Node) -> (Distance, Duration) {
        match &self.dense {
            Some(dense) => {
                (Distance::new(dense.distance.cell(from, to)), Duration::new(dense.duration().cell(from, to)))
            }
            None => self.leg_on_the_fly(from, to),
        }
    }

    #[inline(never)]
    fn leg_on_the_fly(&self, from: Node, to: Node) -> (Distance, Duration) {
        match self.spots.as_ref().and_then(Spots::timed) {
            Some(spots) => spots.leg(from, to),
            None => (self.distance_on_the_fly(from, to), self.duration_on_the_fly(from, to)),
        }
    }

    /// Speed by time of day on the way from one node to another.
    #[must_use]
    #[inline]
    pub fn pace(&self, from: Node, to: Node) -> &'p Pace {
        match (self.location[from.get()], self.location[to.get()]) {
            (Some(from), Some(to)) => self.paces.between(from, to),
            _ => Pace::STEADY,
        }
    }

    /// The ways between `node` and the others.
    #[must_use]
    #[inline]
    pub fn ways(&self, node: Node) -> Ways<'_, 'p> {
        let rows = self.dense.as_ref().map(|dense| [dense.distance.rows(node), dense.duration().rows(node)]);
        Ways { arcs: self, node, rows }
    }
}

impl Dense {
    fn new(travel: &Travel, location: &[Option<LocationIdx>], timed: bool) -> Self {
        let distance = Table::new(location, |from, to| travel.distance(from, to).get());
        let duration = timed.then(|| Table::new(location, |from, to| travel.duration(from, to).get()));
        let duration = duration.filter(|duration| *duration != distance);
        Self { distance, duration }
    }
}

impl Table {
    fn new(location: &[Option<LocationIdx>], value: impl Fn(LocationIdx, LocationIdx) -> i64) -> Self {
        let n_nodes = location.len();
        let mut cells = Vec::with_capacity(n_nodes * n_nodes);
        for &from in location {
            cells.extend(location.iter().map(|&to| match (from, to) {
                (Some(from), Some(to)) => u32::try_from(value(from, to)).unwrap_or(u32::MAX),
                _ => 0,
            }));
        }
        let transposed = |from: usize, to: usize| cells[to * n_nodes + from];
        // Where open routes end, the way is free in one direction only, and nobody ever asks for the other.
        let matters = |node: usize| location[node].is_some();
        let symmetric = (0..n_nodes).filter(|&from| matters(from)).all(|from| {
            (0..from).filter(|&to| matters(to)).all(|to| cells[from * n_nodes + to] == transposed(from, to))
        });
        let back = if symmetric {
            Vec::new()
        } else {
            (0..n_nodes * n_nodes).map(|cell| transposed(cell / n_nodes, cell % n_nodes)).collect()
        };
        Self { n_nodes, cells, back }
    }
}
