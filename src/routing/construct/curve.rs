//! Packing routes along a space-filling curve: poor but done in no time.
//!
//! Source: Bartholdi & Platzman (1988), Management Science 34(3); here with Hilbert's curve.

use crate::routing::arcs::Node;
use crate::routing::prepared::Prepared;
use crate::routing::segment::{Clock, Goods, Segment};
use crate::routing::state::State;
use crate::spatial::Point;
use crate::units::{Cost, VehicleTypeIdx};

/// Routes that follow the curve, each filled until a limit stops it. `O(n log n)`, and `O(n t)` for `t` vehicle types.
pub(super) fn pack<'a, 'p, G: Goods, C: Clock>(prepared: &'a Prepared<'p, G, C>) -> State<'a, 'p, G, C> {
    let mut state = State::empty(prepared);
    let mut current: Option<Filling<G, C>> = None;
    for node in along_curve(prepared) {
        if prepared.is_drop[node.get()] {
            continue;
        }
        if let Some(filling) = &mut current {
            if filling.append(prepared, node) {
                continue;
            }
            // Optional customers never start a route here.
            if prepared.prize[node.get()].is_some() {
                continue;
            }
            state.add_route(filling.vehicle_type, &filling.visits);
        }
        current = (0..prepared.terms.len())
            .filter(|&row| state.spare[row] > 0)
            .filter_map(|row| Filling::start(prepared, VehicleTypeIdx::new(row), node))
            .min_by_key(|filling| filling.cost);
    }
    if let Some(filling) = current {
        state.add_route(filling.vehicle_type, &filling.visits);
    }
    state.forget_served();
    state
}

struct Filling<G, C> {
    vehicle_type: VehicleTypeIdx,
    visits: Vec<Node>,
    head: Segment<G, C>,
    cost: Cost,
}

impl<G: Goods, C: Clock> Filling<G, C> {
    fn start(prepared: &Prepared<'_, G, C>, vehicle_type: VehicleTypeIdx, node: Node) -> Option<Self> {
        let head = prepared.visit(prepared.terms(vehicle_type).start);
        let mut filling = Self { vehicle_type, visits: Vec::new(), head, cost: Cost::ZERO };
        filling.append(prepared, node).then_some(filling)
    }

    /// Adds a customer, or both visits of a shipment, at the end, if every limit holds and the prize is worth it.
    fn append(&mut self, prepared: &Prepared<'_, G, C>, node: Node) -> bool {
        let terms = prepared.terms(self.vehicle_type);
        let mut last = self.visits.last().copied().unwrap_or(terms.start);
        let mut head = self.head;
        for next in std::iter::once(node).chain(prepared.partner[node.get()]) {
            head = prepared.join(head, last, next, prepared.visit(next));
            last = next;
        }
        let n_visits = self.visits.len() + 1 + usize::from(prepared.partner[node.get()].is_some());
        let whole = prepared.join(head, last, terms.end, prepared.visit(terms.end));
        let cost = prepared.route_cost(terms, &whole);
        let worth = prepared.prize[node.get()].is_none_or(|prize| cost - self.cost < prize);
        if !worth || !prepared.allows(terms, &whole, n_visits) {
            return false;
        }
        self.visits.push(node);
        self.visits.extend(prepared.partner[node.get()]);
        (self.head, self.cost) = (head, cost);
        true
    }
}

/// Customers along the curve; by distance from the depots where there are no coordinates.
pub fn along_curve<G: Goods, C: Clock>(prepared: &Prepared<'_, G, C>) -> Vec<Node> {
    let mut keyed: Vec<(u64, Node)> = match prepared.problem.travel().direct() {
        Some(direct) => {
            let customers = prepared.problem.customers();
            let points: Vec<Point> = customers.iter().map(|it| direct.points()[it.location.get()]).collect();
            let keys = hilbert_keys(&points);
            keys.into_iter().enumerate().map(|(row, key)| (key, Node::new(row))).collect()
        }
        None => (0..prepared.n_customers()).map(|row| (prepared.remoteness[row] as u64, Node::new(row))).collect(),
    };
    keyed.sort_unstable();
    keyed.into_iter().map(|(_, node)| node).collect()
}

/// How far along Hilbert's curve through their bounding square each point lies.
fn hilbert_keys(points: &[Point]) -> Vec<u64> {
    const SIDE: u32 = 1 << 16;
    let bounds = |value: fn(&Point) -> f64| {
        points.iter().map(value).fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), it| (low.min(it), high.max(it)))
    };
    let ((left, right), (bottom, top)) = (bounds(|point| point.x), bounds(|point| point.y));
    let scale = f64::from(SIDE - 1) / (right - left).max(top - bottom).max(f64::MIN_POSITIVE);
    points
        .iter()
        .map(|point| {
            let (mut x, mut y) = (((point.x - left) * scale) as u32, ((point.y - bottom) * scale) as u32);
            let (mut key, mut half) = (0u64, SIDE / 2);
            while half > 0 {
                let (right, upper) = (u32::from(x & half > 0), u32::from(y & half > 0));
                key += u64::from(half) * u64::from(half) * u64::from((3 * right) ^ upper);
                if upper == 0 {
                    if right == 1 {
                        (x, y) = (SIDE - 1 - x, SIDE - 1 - y);
                    }
                    (x, y) = (y, x);
                }
                half /= 2;
            }
            key
        })
        .collect()
}
