//! SWAP*: two customers of different routes change places, each going where it fits best.
//!
//! Source: Vidal (2022), Computers & Operations Research 140. We depart from it by pairing routes that have near
//! customers, instead of routes whose sectors about the depot overlap, so that no coordinates are needed.

use super::education::Education;
use crate::routing::arcs::Node;
use crate::routing::moves::{Piece, piece};
use crate::routing::segment::{Clock, Goods};
use crate::routing::state::Slot;
use crate::search::Budget;
use crate::units::Cost;

/// How many near customers make their routes a pair.
const PAIRING: usize = 8;

/// The three cheapest positions for one customer on one route: detour, and the position of the visit before.
#[derive(Clone, Copy)]
struct Cheapest {
    computed_at: u64,
    best: [(i64, u32); 3],
}

const NEVER: Cheapest = Cheapest { computed_at: 0, best: [(i64::MAX / 4, 0); 3] };

/// The cheapest positions by route and customer, computed when asked for.
#[derive(Default)]
pub(super) struct Insertions {
    by_route: Vec<Vec<Cheapest>>,
}

/// A way to improve two routes: `u` goes behind position `to_s` of route `s`, `v` behind `to_r` of the route of `u`.
struct Best {
    delta: Cost,
    u: Node,
    s: Slot,
    to_s: usize,
    v: Option<(Node, usize)>,
}

impl<G: Goods, C: Clock> Education<'_, '_, G, C> {
    /// Tries all pairs of routes that changed since they were last tried, noted in `paired_at` by first route.
    pub(super) fn swap_stars(&mut self, paired_at: &mut Vec<u64>, start: u64, budget: &Budget<'_>) {
        let mut partners: Vec<Slot> = Vec::new();
        for r in 0..self.routes.len() {
            if paired_at.len() <= r {
                paired_at.resize(r + 1, 0);
            }
            let last = std::mem::replace(&mut paired_at[r], self.n_moves.max(start + 1));
            partners.clear();
            for node in self.routes[r].customers() {
                for &near in self.prepared.near(*node).iter().take(PAIRING) {
                    let s = self.slot_of[near as usize] as Slot;
                    if s > r && (self.changed_at[r] > last || self.changed_at[s] > last) && !partners.contains(&s) {
                        partners.push(s);
                    }
                }
            }
            for &s in &partners {
                if budget.out_of_time() {
                    return;
                }
                if self.routes[r].n_visits() > 0 && self.routes[s].n_visits() > 0 {
                    self.swap_star(r, s);
                }
            }
        }
    }

    /// Makes the best exchange or relocation between two routes, if it improves.
    fn swap_star(&mut self, r: Slot, s: Slot) {
        let loads = [r, s].map(|slot| self.load_penalty(slot, None, None));
        let savings = [r, s].map(|slot| self.savings(slot));
        let mut best: Option<Best> = None;
        for (i, saved_u) in savings[0].iter().enumerate() {
            let u = self.routes[r].visits[i + 1];
            for (j, saved_v) in savings[1].iter().enumerate() {
                let v = self.routes[s].visits[j + 1];
                let change = self.load_penalty(r, Some(u), Some(v)) - loads[0] + self.load_penalty(s, Some(v), Some(u))
                    - loads[1]
                    - *saved_u
                    - *saved_v;
                let limit = best.as_ref().map_or(Cost::ZERO, |best| best.delta);
                if change >= limit {
                    continue;
                }
                let (more_u, to_s) = self.in_place_of(u, s, j + 1);
                if change + more_u >= limit {
                    continue;
                }
                let (more_v, to_r) = self.in_place_of(v, r, i + 1);
                let delta = change + more_u + more_v;
                if delta < limit {
                    best = Some(Best { delta, u, s, to_s, v: Some((v, to_r)) });
                }
            }
        }
        for (from, to, saved, loads) in [(r, s, &savings[0], loads), (s, r, &savings[1], [loads[1], loads[0]])] {
            for (i, saved) in saved.iter().enumerate() {
                let u = self.routes[from].visits[i + 1];
                let change = self.load_penalty(from, Some(u), None) - loads[0] + self.load_penalty(to, None, Some(u))
                    - loads[1]
                    - *saved;
                let limit = best.as_ref().map_or(Cost::ZERO, |best| best.delta);
                if change >= limit {
                    continue;
                }
                let (more, position) = self.cheapest(to, u).best[0];
                let delta = change + self.detour_cost(to, more);
                if delta < limit {
                    best = Some(Best { delta, u, s: to, to_s: position as usize, v: None });
                }
            }
        }
        if let Some(best) = best {
            self.perform(&best);
        }
    }

    fn perform(&mut self, best: &Best) {
        let ((r, i), s) = (self.place(best.u), best.s);
        let (len_r, len_s) = (self.routes[r].visits.len(), self.routes[s].visits.len());
        let visit = |slot, position| piece(slot, position, position + 1);
        match best.v {
            None => {
                let first = [piece(r, 0, i), piece(r, i + 1, len_r)];
                let second = [piece(s, 0, best.to_s + 1), visit(r, i), piece(s, best.to_s + 1, len_s)];
                self.attempt((r, &first), Some((s, &second)));
            }
            Some((v, to_r)) => {
                let j = self.place(v).1;
                let first = replaced((r, i, len_r), visit(s, j), to_r);
                let second = replaced((s, j, len_s), visit(r, i), best.to_s);
                self.attempt((r, &first), Some((s, &second)));
            }
        }
    }

    /// The penalty of a route's load without `lost` and with `gained`.
    fn load_penalty(&self, slot: Slot, lost: Option<Node>, gained: Option<Node>) -> Cost {
        let route = &self.routes[slot];
        let goods = |node: Option<Node>| node.map_or(G::NOTHING, |node| self.prepared.visit(node).goods);
        let load = route.total.goods.exchanged(goods(lost), goods(gained));
        let terms = self.prepared.terms(route.vehicle_type);
        Cost::new(self.penalties.load.saturating_mul(load.excess(&terms.capacity).get()))
    }

    fn detour_cost(&self, slot: Slot, detour: i64) -> Cost {
        Cost::new(self.prepared.terms(self.routes[slot].vehicle_type).per_distance) * detour
    }

    /// What leaving out each visit of a route saves.
    fn savings(&self, slot: Slot) -> Vec<Cost> {
        let route = &self.routes[slot];
        let saved = |i: usize| {
            let around = self.prepared.arcs.distance(route.visits[i - 1], route.visits[i + 1]);
            self.detour_cost(slot, (route.legs[i] + route.legs[i + 1] - around).get())
        };
        (1..route.visits.len() - 1).map(saved).collect()
    }

    /// What `node` costs on route `slot` once the visit at `gone` has left, and the position behind which it goes.
    fn in_place_of(&mut self, node: Node, slot: Slot, gone: usize) -> (Cost, usize) {
        let cheapest = self.cheapest(slot, node);
        let visits = &self.routes[slot].visits;
        let distance = |from, to| self.prepared.arcs.distance(from, to);
        let (last, next) = (visits[gone - 1], visits[gone + 1]);
        let in_place = (distance(last, node) + distance(node, next) - distance(last, next)).get();
        let elsewhere = cheapest.best.iter().find(|found| found.1 as usize != gone && found.1 as usize + 1 != gone);
        let (detour, position) = match elsewhere {
            Some(&(detour, position)) if detour < in_place => (detour, position as usize),
            _ => (in_place, gone - 1),
        };
        (self.detour_cost(slot, detour), position)
    }

    /// The cheapest positions of `node` on route `slot`, from the cache where the route has not changed since.
    fn cheapest(&mut self, slot: Slot, node: Node) -> Cheapest {
        let by_route = &mut self.insertions.by_route;
        if by_route.len() <= slot {
            by_route.resize(slot + 1, Vec::new());
        }
        by_route[slot].resize(self.slot_of.len(), NEVER);
        let cached = &mut by_route[slot][node.get()];
        if cached.computed_at <= self.changed_at[slot] {
            *cached = Cheapest { computed_at: self.n_moves + 1, ..NEVER };
            let route = &self.routes[slot];
            for position in 1..route.visits.len() {
                let (last, next) = (route.visits[position - 1], route.visits[position]);
                let there = self.prepared.arcs.distance(last, node) + self.prepared.arcs.distance(node, next);
                let found = ((there - route.legs[position]).get(), position as u32 - 1);
                let best = &mut cached.best;
                if found.0 < best[0].0 {
                    *best = [found, best[0], best[1]];
                } else if found.0 < best[1].0 {
                    *best = [best[0], found, best[1]];
                } else if found.0 < best[2].0 {
                    best[2] = found;
                }
            }
        }
        *cached
    }
}

/// A route of `len` visits with another visit behind position `to` instead of the one at `gone`.
fn replaced((slot, gone, len): (Slot, usize, usize), visit: Piece, to: usize) -> [Piece; 4] {
    if to < gone {
        [piece(slot, 0, to + 1), visit, piece(slot, to + 1, gone), piece(slot, gone + 1, len)]
    } else {
        [piece(slot, 0, gone), piece(slot, gone + 1, to + 1), visit, piece(slot, to + 1, len)]
    }
}
