//! Nodes of the routing graph and what it takes to get from one to another.
//!
//! A [`Node`] is a customer, or the start or end of a vehicle type. Small problems get a dense table of their own,
//! by node instead of by location, so that a scan over a route reads one row; large ones ask [`Travel`] each time.

use super::Problem;
use crate::hours::{Pace, Paces};
use crate::network::{DirectTravel, Travel};
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
    direct: Option<DirectTravel>,
}

struct Dense {
    n_nodes: usize,
    distance: Vec<u32>,
    /// The transpose of `distance`; empty when that is symmetric.
    distance_back: Vec<u32>,
    /// Empty when equal to `distance`.
    duration: Vec<u32>,
}

impl<'p> Arcs<'p> {
    /// The arcs of `problem`; durations are tabled only when `timed`.
    #[must_use]
    pub fn new(problem: &'p Problem, timed: bool) -> Self {
        let arcs = Self::without_table(problem);
        if arcs.location.len() > DENSE_NODES {
            return arcs;
        }
        Self { dense: Some(Dense::new(arcs.travel, &arcs.location, timed)), direct: None, ..arcs }
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
        let direct = match travel {
            Travel::Direct(direct) => {
                let points = location.iter().map(|&location| location.map(|it| direct.points()[it.get()]));
                points.collect::<Option<_>>().map(|points| DirectTravel::new(direct.params(), points))
            }
            _ => None,
        };
        Self { travel, paces: problem.paces(), n_customers: problem.n_customers(), location, dense: None, direct }
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
            Some(dense) => dense.distance_back.is_empty(),
            None => matches!(self.travel, Travel::Direct(_)),
        }
    }

    /// The distance from one node to another.
    #[must_use]
    #[inline(always)]
    pub fn distance(&self, from: Node, to: Node) -> Distance {
        match &self.dense {
            Some(dense) => Distance::new(i64::from(dense.distance[from.get() * dense.n_nodes + to.get()])),
            None => self.distance_on_the_fly(from, to),
        }
    }

    // Kept out of line, so that the look-up in the table is small enough to be inlined everywhere.
    #[inline(never)]
    fn distance_on_the_fly(&self, from: Node, to: Node) -> Distance {
        if let Some(direct) = &self.direct {
            return direct.distance(LocationIdx::new(from.get()), LocationIdx::new(to.get()));
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
            Some(dense) => {
                let cells = if dense.duration.is_empty() { &dense.distance } else { &dense.duration };
                Duration::new(i64::from(cells[from.get() * dense.n_nodes + to.get()]))
            }
            None => self.duration_on_the_fly(from, to),
        }
    }

    #[inline(never)]
    fn duration_on_the_fly(&self, from: Node, to: Node) -> Duration {
        if let Some(direct) = &self.direct {
            return direct.duration(LocationIdx::new(from.get()), LocationIdx::new(to.get()));
        }
        match (self.location[from.get()], self.location[to.get()]) {
            (Some(from), Some(to)) => self.travel.duration(from, to),
            _ => Duration::ZERO,
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

    /// Distances from every node to `node`, and from `node` to every node, where tabled.
    #[must_use]
    #[inline]
    pub fn rows(&self, node: Node) -> Option<(&[u32], &[u32])> {
        let dense = self.dense.as_ref()?;
        let row = node.get() * dense.n_nodes..(node.get() + 1) * dense.n_nodes;
        let there = &dense.distance[row.clone()];
        let back = if dense.distance_back.is_empty() { there } else { &dense.distance_back[row] };
        Some((back, there))
    }
}

impl Dense {
    fn new(travel: &Travel, location: &[Option<LocationIdx>], timed: bool) -> Self {
        let n_nodes = location.len();
        let table = |value: &dyn Fn(LocationIdx, LocationIdx) -> i64| {
            let mut cells = Vec::with_capacity(n_nodes * n_nodes);
            for &from in location {
                cells.extend(location.iter().map(|&to| match (from, to) {
                    (Some(from), Some(to)) => u32::try_from(value(from, to)).unwrap_or(u32::MAX),
                    _ => 0,
                }));
            }
            cells
        };
        let distance = table(&|from, to| travel.distance(from, to).get());
        let transposed = |from: usize, to: usize| distance[to * n_nodes + from];
        // Where open routes end, the way is free in one direction only, and nobody ever asks for the other.
        let matters = |node: usize| location[node].is_some();
        let symmetric = (0..n_nodes).filter(|&from| matters(from)).all(|from| {
            (0..from).filter(|&to| matters(to)).all(|to| distance[from * n_nodes + to] == transposed(from, to))
        });
        let distance_back = if symmetric {
            Vec::new()
        } else {
            (0..n_nodes * n_nodes).map(|cell| transposed(cell / n_nodes, cell % n_nodes)).collect()
        };
        let mut duration = Vec::new();
        if timed {
            duration = table(&|from, to| travel.duration(from, to).get());
            if duration == distance {
                duration = Vec::new();
            }
        }
        Self { n_nodes, distance, distance_back, duration }
    }
}
