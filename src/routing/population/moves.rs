//! The moves of the local search: relocate, swap, 2-opt, 2-opt*, and to an empty route.
//!
//! Each compares distances first; what passes is joined from pieces of routes and priced exactly.

use super::education::Education;
use crate::routing::arcs::Node;
use crate::routing::moves::{Piece, piece};
use crate::routing::segment::{Clock, Goods};
use crate::routing::state::Slot;
use crate::units::{Cost, Distance};

impl<G: Goods, C: Clock> Education<'_, '_, G, C> {
    /// Makes the first improving move around `u` and `v`. What each would change in distance, were its stretches apart
    /// from each other, is compared here, with all distances at hand; what passes is priced exactly.
    pub(super) fn around(&mut self, u: Node, v: Node) {
        let ((r, i), (s, j)) = (self.place(u), self.place(v));
        let (route_r, route_s) = (&self.routes[r], &self.routes[s]);
        let distance = |from, to| self.prepared.arcs.distance(from, to);
        let symmetric = self.prepared.arcs.symmetric();
        let (len_r, len_s) = (route_r.visits.len(), route_s.visits.len());
        let few = len_r <= 4;
        let hopeless = |detour: Distance| self.hopeless((r, s), detour, few);
        let (before_u, after_u) = (route_r.visits[i - 1], route_r.visits[i + 1]);
        let (before_v, after_v) = (route_s.visits[j - 1], route_s.visits[j + 1]);
        let (into_u, out_of_u) = (route_r.legs[i], route_r.legs[i + 1]);
        let (into_v, out_of_v) = (route_s.legs[j], route_s.legs[j + 1]);
        let (v_to_u, u_to_after) = (distance(v, u), distance(u, after_v));
        let (before_to_v, before_to_u) = (distance(before_u, v), distance(before_v, u));
        let u_to_v = if symmetric { v_to_u } else { distance(u, v) };
        let x_to_after = distance(after_u, after_v);
        let v_to_x = distance(v, after_u);
        let saved = into_u + out_of_u - distance(before_u, after_u);
        let mut hopeful = 0u32;
        let mut hope = |number: u32, detour: Distance| hopeful |= u32::from(!hopeless(detour)) << number;
        hope(0, v_to_u + u_to_after - out_of_v - saved);
        if u < v {
            hope(3, before_to_v + v_to_x + before_to_u + u_to_after - into_u - out_of_u - into_v - out_of_v);
        }
        if i + 2 < len_r {
            let second = route_r.visits[i + 2];
            let out_of_x = route_r.legs[i + 2];
            let saved = into_u + out_of_x - distance(before_u, second);
            hope(1, v_to_u + x_to_after - out_of_v - saved);
            let turned = if symmetric { Distance::ZERO } else { distance(after_u, u) - out_of_u };
            hope(2, v_to_x + u_to_after + turned - out_of_v - saved);
            let both = before_to_v + before_to_u - into_u - out_of_x - into_v;
            hope(4, both + distance(v, second) + x_to_after - out_of_v);
            if u < v && j + 2 < len_s {
                let (last, leg) = (route_s.visits[j + 2], route_s.legs[j + 2]);
                hope(5, both + distance(after_v, second) + distance(after_u, last) - leg);
            }
        }
        let crossed = u_to_v + x_to_after - out_of_u - out_of_v;
        if r == s {
            if i < j && (!symmetric || !hopeless(crossed)) {
                hopeful |= 1 << 6;
            }
        } else {
            let swapped = u_to_v + distance(before_v, after_u) - out_of_u - into_v;
            let same_type = route_r.vehicle_type == route_s.vehicle_type;
            if !same_type || !hopeless(swapped) || self.prepared.reversible() && !hopeless(crossed) {
                hopeful |= 1 << 7;
            }
        }
        if hopeful != 0 && self.first_of(hopeful, u, v) {
            return;
        }
        if j == 1 {
            self.relocate_to_front(u, s);
        }
    }

    /// Makes the first move that improves of those whose bit is set in `hopeful`.
    fn first_of(&mut self, hopeful: u32, u: Node, v: Node) -> bool {
        let try_move = |number: u32| hopeful >> number & 1 == 1;
        try_move(0) && self.relocate(u, 1, false, v)
            || try_move(1) && self.relocate(u, 2, false, v)
            || try_move(2) && self.relocate(u, 2, true, v)
            || try_move(3) && self.swap(u, 1, v, 1)
            || try_move(4) && self.swap(u, 2, v, 1)
            || try_move(5) && self.swap(u, 2, v, 2)
            || try_move(6) && self.two_opt(u, v)
            || try_move(7) && self.two_opt_star(u, v)
    }

    #[inline]
    pub(super) fn place(&self, node: Node) -> (Slot, usize) {
        (self.slot_of[node.get()] as Slot, self.position_of[node.get()] as usize)
    }

    #[inline]
    pub(super) fn changed_since(&self, node: Node, last: u64) -> bool {
        self.changed_at[self.slot_of[node.get()] as usize] > last
    }

    /// Whether a change of distance costs more than anything else on these routes can outweigh: penalties that go, or
    /// a first route that is no longer needed.
    #[inline]
    fn hopeless(&self, (r, s): (Slot, Slot), detour: Distance, emptied: bool) -> bool {
        let terms = self.prepared.terms(self.routes[r].vehicle_type);
        if !self.one_rate {
            return false;
        }
        let mut slack = self.penalty[r];
        if r != s {
            slack += self.penalty[s];
        } else if !C::TIMED && G::ORDER_FREE {
            slack = Cost::ZERO;
        }
        if emptied {
            slack += terms.fixed;
        }
        Cost::new(terms.per_distance) * detour.get() >= slack
    }

    /// Moves `length` visits from `u` on behind `v`.
    fn relocate(&mut self, u: Node, length: usize, reversed: bool, v: Node) -> bool {
        self.relocate_to(u, length, reversed, self.place(v), v)
    }

    /// Moves `u`, alone or with its successor, to the front of a route.
    fn relocate_to_front(&mut self, u: Node, slot: Slot) -> bool {
        let depot = self.routes[slot].visits[0];
        self.relocate_to(u, 1, false, (slot, 0), depot)
            || self.relocate_to(u, 2, false, (slot, 0), depot)
            || self.relocate_to(u, 2, true, (slot, 0), depot)
    }

    fn relocate_to(&mut self, u: Node, length: usize, reversed: bool, to: (Slot, usize), v: Node) -> bool {
        let (r, i) = self.place(u);
        let (s, j) = to;
        let len_r = self.routes[r].visits.len();
        let end = i + length;
        if end >= len_r || r == s && j + 1 >= i && j < end {
            return false;
        }
        let visits = &self.routes[r].visits;
        let (previous, next, last) = (visits[i - 1], visits[end], visits[end - 1]);
        let follower = self.routes[s].visits[j + 1];
        let (head, tail) = if reversed { (last, u) } else { (u, last) };
        let distance = |from, to| self.prepared.arcs.distance(from, to);
        let mut detour = distance(previous, next) - distance(previous, u) - distance(last, next)
            + distance(v, head)
            + distance(tail, follower)
            - distance(v, follower);
        if reversed && !self.prepared.arcs.symmetric() {
            detour += distance(last, u) - distance(u, last);
        }
        if self.hopeless((r, s), detour, length + 2 == len_r) {
            return false;
        }
        let stretch = Piece { slot: r, from: i, to: end, reversed };
        let len_s = self.routes[s].visits.len();
        if r != s {
            let first = [piece(r, 0, i), piece(r, end, len_r)];
            let second = [piece(s, 0, j + 1), stretch, piece(s, j + 1, len_s)];
            self.attempt((r, &first), Some((s, &second)))
        } else if j < i {
            self.attempt((r, &[piece(r, 0, j + 1), stretch, piece(r, j + 1, i), piece(r, end, len_r)]), None)
        } else {
            self.attempt((r, &[piece(r, 0, i), piece(r, end, j + 1), stretch, piece(r, j + 1, len_r)]), None)
        }
    }

    /// Exchanges the `n_u` visits from `u` on with the `n_v` visits from `v` on.
    fn swap(&mut self, u: Node, n_u: usize, v: Node, n_v: usize) -> bool {
        let ((r, i), (s, j)) = (self.place(u), self.place(v));
        let (len_r, len_s) = (self.routes[r].visits.len(), self.routes[s].visits.len());
        let (end_u, end_v) = (i + n_u, j + n_v);
        if end_u >= len_r || end_v >= len_s || r == s && end_u >= j && end_v >= i {
            return false;
        }
        let (visits_r, visits_s) = (&self.routes[r].visits, &self.routes[s].visits);
        let (before_u, last_u, after_u) = (visits_r[i - 1], visits_r[end_u - 1], visits_r[end_u]);
        let (before_v, last_v, after_v) = (visits_s[j - 1], visits_s[end_v - 1], visits_s[end_v]);
        let distance = |from, to| self.prepared.arcs.distance(from, to);
        let detour =
            distance(before_u, v) + distance(last_v, after_u) + distance(before_v, u) + distance(last_u, after_v)
                - distance(before_u, u)
                - distance(last_u, after_u)
                - distance(before_v, v)
                - distance(last_v, after_v);
        if self.hopeless((r, s), detour, false) {
            return false;
        }
        let (stretch_u, stretch_v) = (piece(r, i, end_u), piece(s, j, end_v));
        if r != s {
            let first = [piece(r, 0, i), stretch_v, piece(r, end_u, len_r)];
            let second = [piece(s, 0, j), stretch_u, piece(s, end_v, len_s)];
            self.attempt((r, &first), Some((s, &second)))
        } else if i < j {
            let between = piece(r, end_u, j);
            self.attempt((r, &[piece(r, 0, i), stretch_v, between, stretch_u, piece(r, end_v, len_r)]), None)
        } else {
            let between = piece(r, end_v, i);
            self.attempt((r, &[piece(r, 0, j), stretch_u, between, stretch_v, piece(r, end_u, len_r)]), None)
        }
    }

    /// Turns the stretch after `u` up to `v` around.
    fn two_opt(&mut self, u: Node, v: Node) -> bool {
        let ((r, i), (s, j)) = (self.place(u), self.place(v));
        if r != s || i + 1 >= j {
            return false;
        }
        let route = &self.routes[r];
        let (next_u, next_v, len) = (route.visits[i + 1], route.visits[j + 1], route.visits.len());
        let distance = |from, to| self.prepared.arcs.distance(from, to);
        let mut detour = distance(u, v) + distance(next_u, next_v) - distance(u, next_u) - distance(v, next_v);
        if !self.prepared.arcs.symmetric() {
            for pair in route.visits[i + 1..=j].windows(2) {
                detour += distance(pair[1], pair[0]) - distance(pair[0], pair[1]);
            }
        }
        if self.hopeless((r, r), detour, false) {
            return false;
        }
        let turned = Piece { slot: r, from: i + 1, to: j + 1, reversed: true };
        self.attempt((r, &[piece(r, 0, i + 1), turned, piece(r, j + 1, len)]), None)
    }

    /// Lets `v` and all behind it follow `u`, or all up to `v`, turned around.
    fn two_opt_star(&mut self, u: Node, v: Node) -> bool {
        let ((r, i), (s, j)) = (self.place(u), self.place(v));
        if r == s {
            return false;
        }
        let (len_r, len_s) = (self.routes[r].visits.len(), self.routes[s].visits.len());
        let (next_u, before_v) = (self.routes[r].visits[i + 1], self.routes[s].visits[j - 1]);
        let distance = |from, to| self.prepared.arcs.distance(from, to);
        let same_type = self.routes[r].vehicle_type == self.routes[s].vehicle_type;
        let mut detour = distance(u, v) + distance(before_v, next_u) - distance(u, next_u) - distance(before_v, v);
        if !same_type {
            // The last legs change too.
            let last = |slot: Slot| {
                let visits = &self.routes[slot].visits;
                (visits[visits.len() - 2], visits[visits.len() - 1])
            };
            let ((last_r, end_r), (last_s, end_s)) = (last(r), last(s));
            let tail = if i + 2 == len_r { before_v } else { last_r };
            detour += distance(last_s, end_r) - distance(last_s, end_s);
            detour += distance(tail, end_s)
                - if i + 2 == len_r { distance(before_v, next_u) } else { distance(last_r, end_r) };
        }
        if !self.hopeless((r, s), detour, j == 1 && i + 2 == len_r) {
            let tails = |slot: Slot, from: usize, own: Slot| {
                let len = self.routes[slot].visits.len();
                let end = self.routes[own].visits.len() - 1;
                if same_type {
                    [piece(slot, from, len), piece(own, end, end)]
                } else {
                    [piece(slot, from, len - 1), piece(own, end, end + 1)]
                }
            };
            let ([v_on, end_r], [x_on, end_s]) = (tails(s, j, r), tails(r, i + 1, s));
            let first = [piece(r, 0, i + 1), v_on, end_r];
            let second = [piece(s, 0, j), x_on, end_s];
            if self.attempt((r, &first), Some((s, &second))) {
                return true;
            }
        }
        if !self.prepared.reversible() {
            return false;
        }
        let next_v = self.routes[s].visits[j + 1];
        let distance = |from, to| self.prepared.arcs.distance(from, to);
        let detour = distance(u, v) + distance(next_u, next_v) - distance(u, next_u) - distance(v, next_v);
        if self.hopeless((r, s), detour, false) {
            return false;
        }
        let heads = Piece { slot: s, from: 1, to: j + 1, reversed: true };
        let tails = Piece { slot: r, from: i + 1, to: len_r - 1, reversed: true };
        let first = [piece(r, 0, i + 1), heads, piece(r, len_r - 1, len_r)];
        let second = [piece(s, 0, 1), tails, piece(s, j + 1, len_s)];
        self.attempt((r, &first), Some((s, &second)))
    }

    /// Moves `u`, alone or with its successor, to an empty route, or cuts its route behind it.
    pub(super) fn leave(&mut self, u: Node) {
        for at in 0..self.empty.len() {
            let slot = self.empty[at];
            if self.relocate_to_front(u, slot) {
                return;
            }
            let depot = self.routes[slot].visits[0];
            let (r, i) = self.place(u);
            let len = self.routes[r].visits.len();
            if i + 3 > len || self.routes[r].vehicle_type != self.routes[slot].vehicle_type {
                continue;
            }
            let (next, end) = (self.routes[r].visits[i + 1], self.routes[r].visits[len - 1]);
            let distance = |from, to| self.prepared.arcs.distance(from, to);
            let detour = distance(u, end) + distance(depot, next) - distance(u, next);
            if !self.hopeless((r, slot), detour, false) {
                let first = [piece(r, 0, i + 1), piece(r, len - 1, len)];
                let second = [piece(slot, 0, 1), piece(r, i + 1, len)];
                if self.attempt((r, &first), Some((slot, &second))) {
                    return;
                }
            }
        }
    }
}
