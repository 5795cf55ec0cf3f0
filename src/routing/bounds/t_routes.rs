//! t-routes: walks from start to end that keep to the windows, which may come back to a customer, though not at once
//! (2-cycles are eliminated). Loads are forgotten.
//!
//! Time is cut into slots. Forwards a walk is at a customer no earlier than its slot begins; backwards time runs from the
//! end of the shift. Both are rounded so that every route of the problem stays a walk.
//! Sources: Desrochers, Desrosiers & Solomon (1992), Operations Research 40(2); Baldacci, Mingozzi & Roberti (2012),
//! European Journal of Operational Research 218(1), who name them.

use super::fleets::Fleet;
use super::q_routes::{DEPOT, Label, NO_WALK, meet};
use super::ways::Tables;
use crate::network::Travel;
use crate::routing::Problem;
use crate::search::{Budget, advance, workers};
use crate::units::LocationIdx;

/// Seconds that a walk takes to go on to another customer, about.
const SECONDS_A_STEP: f64 = 3e-9;

/// Most labels held at once: 24 bytes each.
const MOST_LABELS: f64 = 4e6;

/// Finer slots than these tell hardly more.
const MOST_SLOTS: f64 = 4000.0;

/// No day has so many seconds.
const LONGEST_SHIFT: i64 = 1 << 40;

/// More customers than these would take too much memory for all their ways, in order.
const MOST_CUSTOMERS: usize = 1_500;

/// A way from another customer.
struct Step {
    cost: f64,
    from: u32,
    /// Slots that it takes, with the service before it; at least one.
    slots: u32,
}

/// The walks of one direction.
struct Walks {
    /// By customer: the first and the last slot in which it can be served; the first is the later one where there is none.
    open: Vec<(usize, usize)>,
    /// By customer: what the way from the depot costs, and the slot it ends in.
    first: Vec<(f64, usize)>,
    /// By customer: the ways to it, cheapest first.
    steps: Vec<Vec<Step>>,
    /// By customer: where its labels begin.
    rows: Vec<usize>,
    /// By customer, then slot in which it can be served: the cheapest walks that are there by then.
    labels: Vec<Label>,
}

/// The cheapest walk through a customer.
#[derive(Clone, Copy)]
pub(super) struct Through {
    /// Its reduced cost; infinite where there is none.
    pub(super) cost: f64,
    /// Slot and rank of its part before and including the customer, and of the part from it on.
    halves: [(usize, usize); 2],
}

/// All t-routes of one fleet.
pub(super) struct TRoutes<'r> {
    pub(super) fleet: &'r Fleet,
    forward: Walks,
    backward: Walks,
    /// Slots of a whole shift.
    pub(super) n_slots: usize,
    /// Cost of the dearest way, for what rounding can be off.
    pub(super) dearest: f64,
}

impl<'r> TRoutes<'r> {
    /// No walks yet; `None` where slots as short as the shortest way are too many for passes of `seconds`. `O(n² log n)`.
    pub(super) fn new(problem: &Problem, fleet: &'r Fleet, tables: &Tables, seconds: f64) -> Option<Self> {
        let n_customers = problem.n_customers();
        let whole = fleet.shift.closes.since(fleet.shift.opens).get();
        if n_customers > MOST_CUSTOMERS || !(1..LONGEST_SHIFT).contains(&whole) {
            return None;
        }
        let clock = Clock::new(problem, fleet, tables);
        let length = clock.slot_length(whole, seconds)?;
        let slot = |seconds: i64| (seconds.max(0) / length) as usize;
        let customers = problem.customers().iter().zip(&clock.windows);
        let early = fleet.places.iter().map(|place| place.0);
        let forward = Walks::new(
            clock.windows.iter().map(|&(opens, closes)| (slot(opens), slot(closes))).collect(),
            customers.clone().zip(&fleet.start).map(|((customer, _), &cost)| {
                let there = |start| problem.travel().duration(start, customer.location).get();
                (cost, slot(early.clone().map(there).min().unwrap_or(0)))
            }),
            |to| clock.steps(to, true, &slot),
        );
        let backward = Walks::new(
            clock.windows.iter().map(|&(opens, closes)| (slot(whole - closes), slot(whole - opens))).collect(),
            customers.zip(&fleet.end).map(|((customer, _), &cost)| {
                let back = |end| problem.travel().duration(customer.location, end).get();
                let back = fleet.places.iter().map(|place| place.1.map_or(0, back)).min().unwrap_or(0);
                (cost, slot(customer.service.get() + back))
            }),
            |from| clock.steps(from, false, &slot),
        );
        let steps = forward.steps.iter().flatten().map(|step| step.cost);
        let ends = fleet.start.iter().chain(&fleet.end).copied().filter(|cost| cost.is_finite());
        let dearest = steps.chain(ends).fold(0.0, f64::max);
        Some(Self { fleet, forward, backward, n_slots: slot(whole), dearest })
    }

    /// Finds all walks where calling at a customer costs `node`, which may be negative; `None` when time is up.
    /// `O(n² T)` at worst; ways that are too dear are skipped.
    pub(super) fn pass(&mut self, node: &[f64], budget: &Budget<'_>) -> Option<()> {
        let n_slots = self.n_slots;
        let mut directions = [(&mut self.forward, None), (&mut self.backward, None)];
        advance(&mut directions, |_, (walks, done)| *done = walks.fill(n_slots, node, budget));
        directions[0].1.and(directions[1].1)
    }

    /// The cheapest walk through `customer`, where each costs `base` besides its arcs and calls. `O(T)`.
    pub(super) fn through(&self, customer: usize, node: &[f64], base: f64) -> Through {
        let mut best = Through { cost: f64::INFINITY, halves: [(0, 0); 2] };
        let offset = base - node[customer];
        let (opens, closes) = self.forward.open[customer];
        for slot in opens..=closes.min(self.n_slots) {
            let Some(before) = self.forward.label(customer, slot) else { continue };
            let left = self.n_slots - slot;
            let Some(after) = self.backward.label(customer, left) else { continue };
            if before.cost[0] + after.cost[0] + offset < best.cost {
                let (cost, ranks) = meet(before, after);
                if cost + offset < best.cost {
                    best = Through { cost: cost + offset, halves: [(slot, ranks[0]), (left, ranks[1])] };
                }
            }
        }
        best
    }

    /// Calls `visit` for every call of the walk `through` at `customer` and elsewhere.
    pub(super) fn visits(&self, customer: usize, through: &Through, visit: &mut dyn FnMut(usize)) {
        visit(customer);
        for (walks, (slot, rank)) in [&self.forward, &self.backward].into_iter().zip(through.halves) {
            let (mut here, mut slot, mut rank) = (customer, slot, rank);
            while let Some(label) = walks.label(here, slot).filter(|label| label.from[rank] != DEPOT) {
                let next = label.from[rank];
                let step = walks.steps[here].iter().find(|step| step.from == next).expect("walks go along ways");
                slot -= step.slots as usize;
                let before = walks.label(next as usize, slot).expect("walks are at open places");
                (rank, here) = (before.rank_towards(here as u32), next as usize);
                visit(here);
            }
        }
    }
}

/// When customers can be served, in seconds since the shift begins, and how long ways take.
struct Clock<'c> {
    problem: &'c Problem,
    tables: &'c Tables,
    windows: Vec<(i64, i64)>,
}

impl<'c> Clock<'c> {
    fn new(problem: &'c Problem, fleet: &Fleet, tables: &'c Tables) -> Self {
        let shift = fleet.shift;
        let windows = problem.customers().iter().map(|customer| {
            let opens = customer.window.opens.max(shift.opens).since(shift.opens).get();
            (opens, customer.window.closes.min(shift.closes).since(shift.opens).get())
        });
        Self { problem, tables, windows: windows.collect() }
    }

    fn location(&self, row: usize) -> LocationIdx {
        self.problem.customers()[row].location
    }

    /// From the beginning of one service to that of the next one.
    fn takes(&self, from: usize, to: usize) -> i64 {
        let travel: &Travel = self.problem.travel();
        self.problem.customers()[from].service.get() + travel.duration(self.location(from), self.location(to)).get()
    }

    /// What the way costs and how long it takes, if there is one and it is in time.
    fn way(&self, from: usize, to: usize) -> Option<(f64, i64)> {
        let cost = self.tables.into.costs(to)[from];
        if cost.is_infinite() || self.windows[from].0 > self.windows[from].1 {
            return None;
        }
        let takes = self.takes(from, to);
        (self.windows[from].0 + takes <= self.windows[to].1).then_some((cost, takes))
    }

    /// How long a slot is, so that passes over all walks take about so many seconds and no way takes less than a slot.
    fn slot_length(&self, whole: i64, seconds: f64) -> Option<i64> {
        let rows = workers(self.windows.len(), |to| {
            let ways = (0..self.windows.len()).filter_map(|from| self.way(from, to));
            ways.fold((i64::MAX, 0.0), |(shortest, n_ways), (_, takes)| (shortest.min(takes), n_ways + 1.0))
        });
        let (mut shortest, mut steps, mut labels) = (whole, 0.0, 0.0);
        for (&(opens, closes), (least, n_ways)) in self.windows.iter().zip(rows) {
            let share = (closes - opens).max(0) as f64 / whole as f64;
            (shortest, steps, labels) = (shortest.min(least), steps + share * n_ways, labels + share);
        }
        let possible =
            (seconds / (2.0 * SECONDS_A_STEP * f64::max(steps, 1e-9))).min(MOST_LABELS / f64::max(labels, 1e-9));
        let length = (whole as f64 / possible.min(MOST_SLOTS)).ceil().max(1.0) as i64;
        (length <= shortest).then_some(length)
    }

    /// The ways to a customer, or from it, in slots.
    fn steps(&self, here: usize, is_into: bool, slot: &(dyn Fn(i64) -> usize + Sync)) -> Vec<Step> {
        let step = |other: usize| {
            let (cost, takes) = if is_into { self.way(other, here)? } else { self.way(here, other)? };
            Some(Step { cost, from: other as u32, slots: slot(takes) as u32 })
        };
        let mut steps: Vec<Step> = (0..self.windows.len()).filter_map(step).collect();
        steps.sort_unstable_by(|a, b| a.cost.total_cmp(&b.cost).then(a.from.cmp(&b.from)));
        steps
    }
}

impl Walks {
    fn new(
        open: Vec<(usize, usize)>,
        first: impl Iterator<Item = (f64, usize)>,
        steps: impl Fn(usize) -> Vec<Step> + Sync + Send,
    ) -> Self {
        let mut n_labels = 0;
        let rows = open.iter().map(|&(opens, closes)| {
            n_labels += (closes + 1).saturating_sub(opens);
            n_labels - (closes + 1).saturating_sub(opens)
        });
        let rows = rows.collect();
        let steps = workers(open.len(), steps);
        Self { first: first.collect(), steps, rows, labels: vec![NO_WALK; n_labels], open }
    }

    /// The cheapest walks that are at a customer by a slot; `None` before it opens.
    #[inline]
    fn label(&self, customer: usize, slot: usize) -> Option<&Label> {
        let (opens, closes) = self.open[customer];
        let place = slot.min(closes).checked_sub(opens)?;
        Some(&self.labels[self.rows[customer] + place])
    }

    /// All walks, by ascending slot.
    fn fill(&mut self, n_slots: usize, node: &[f64], budget: &Budget<'_>) -> Option<()> {
        // The cheapest walk that is anywhere before the slot at hand.
        let mut least = f64::INFINITY;
        for slot in 0..=n_slots {
            if budget.out_of_time() {
                return None;
            }
            let mut least_now = least;
            for (customer, call) in node.iter().enumerate() {
                let (opens, closes) = self.open[customer];
                if !(opens..=closes).contains(&slot) {
                    continue;
                }
                let mut label = self.extended(customer, slot, least);
                label.cost.iter_mut().for_each(|cost| *cost += call);
                least_now = least_now.min(label.cost[0]);
                self.labels[self.rows[customer] + slot - opens] = label;
            }
            least = least_now;
        }
        Some(())
    }

    /// The two cheapest walks that go on to `customer` and are there by a slot.
    #[inline]
    fn extended(&self, customer: usize, slot: usize, least: f64) -> Label {
        let mut best = NO_WALK;
        let (cost, there) = self.first[customer];
        if there <= slot {
            best.offer(cost, DEPOT);
        }
        for step in &self.steps[customer] {
            if step.cost + least >= best.cost[1] {
                break;
            }
            let Some(label) = slot.checked_sub(step.slots as usize).and_then(|at| self.label(step.from as usize, at))
            else {
                continue;
            };
            if label.cost[0] + step.cost < best.cost[1] {
                best.offer(label.cost[label.rank_towards(customer as u32)] + step.cost, step.from);
            }
        }
        best
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Relaxation, ways};
    use super::*;
    use crate::routing::Route;
    use crate::routing::evaluate::route_cost;
    use crate::routing::generate::windowed;
    use crate::search::rng;
    use crate::units::{CustomerIdx, VehicleTypeIdx};
    use rand::seq::SliceRandom;
    use std::{sync::atomic::AtomicBool, time::Instant};

    #[test]
    fn no_slot_shuts_a_route_out() {
        let never = AtomicBool::new(false);
        let budget = Budget { iterations: 1, started: Instant::now(), deadline: None, gap: 0.0, cancel: &never };
        let (mut n_routes, mut n_coarse) = (0, 0);
        for seed in 0..40 {
            let problem = windowed(12, 6, seed);
            let relaxation = Relaxation::new(&problem, ways::MOST_FOR_TABLES, &budget).unwrap();
            let tables = relaxation.ways[0].tables.as_ref().unwrap();
            let mut rng = rng(seed, 0);
            let node: Vec<f64> = (0..12).map(|row| f64::from(row) - 5.0).collect();
            for seconds in [1.0, 4e-5, 2e-5, 1e-5] {
                let Some(mut walks) = TRoutes::new(&problem, &relaxation.fleets[0], tables, seconds) else { continue };
                n_coarse += usize::from(walks.n_slots < 500);
                walks.pass(&node, &budget).unwrap();
                let mut all: Vec<usize> = (0..12).collect();
                for length in [1, 2, 2, 3, 3, 3, 4, 4, 4, 4].repeat(20) {
                    all.shuffle(&mut rng);
                    let visits = all[..length].iter().map(|&row| CustomerIdx::new(row)).collect();
                    let route = Route { vehicle_type: VehicleTypeIdx::new(0), visits };
                    let Some(cost) = route_cost(&problem, &route) else { continue };
                    n_routes += 1;
                    let reduced = cost.get() as f64 + all[..length].iter().map(|&row| node[row]).sum::<f64>();
                    for &row in &all[..length] {
                        let through = walks.through(row, &node, 0.0);
                        assert!(
                            through.cost <= reduced + 1e-6,
                            "seed {seed}: {:?} of {:?}",
                            through.cost,
                            route.visits
                        );
                        let mut calls = 0.0;
                        walks.visits(row, &through, &mut |visited| calls += node[visited]);
                        assert!(through.cost >= calls - 1e-6, "ways cost at least nothing");
                    }
                }
            }
        }
        assert!(n_routes > 1_000 && n_coarse > 10, "only {n_routes} routes, {n_coarse} with long slots");
    }
}
