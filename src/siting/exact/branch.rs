//! Best-first branch and bound over the open flags, on warm Lagrangian bounds.
//!
//! A node continues its parent's dual search for a few iterations, fixes sites by their reduced values and branches on
//! the most undecided one, or where capacities bind on how many sites open in a region; a leaf's flows are computed exactly.
//! Source: Posta, Ferland & Michelon (2014), Mathematical Programming Computation 6, in outline.

use super::super::bounds::{Assigned, Fixing, Region, Volume};
use super::super::flows::{best_flows, complete, exact};
use super::super::solution::Flow;
use super::super::state::State;
use super::facility_location::FacilityLocation;
use super::regional::{Relaxed, Sum, Whereabouts, limit, propagate, sums};
use crate::mip::Status;
use crate::units::{Cost, CustomerIdx, SiteIdx};
use std::cmp::Ordering;
use std::collections::BinaryHeap;

/// Part of the search space: the sites fixed, the pairs decided, and the dual search so far.
struct Node {
    bound: Cost,
    order: u64,
    fixed: Fixing,
    /// See [`Lagrangian::confine`](super::super::bounds::Lagrangian::confine).
    regions: Vec<Region>,
    assigned: Assigned,
    volume: Volume,
}

impl PartialEq for Node {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}
impl Eq for Node {}
impl PartialOrd for Node {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Node {
    /// The heap's greatest node has the least bound; among equals the youngest.
    fn cmp(&self, other: &Self) -> Ordering {
        other.bound.cmp(&self.bound).then(self.order.cmp(&other.order))
    }
}

/// A branch and bound tree that can be explored in slices.
pub(crate) struct Tree {
    open: BinaryHeap<Node>,
    n_nodes: u64,
    /// Least bound of what was cut off or left unresolved, and thus of all solutions outside the open nodes.
    closed_bound: Cost,
    /// Whether some leaf could not be solved exactly.
    unresolved: bool,
    /// Where open sites may be counted by region.
    whereabouts: Option<Whereabouts>,
}

/// What a node is split by.
enum Split {
    Site(usize),
    Sum(Sum),
}

impl Tree {
    /// Whether an emptied tree without an incumbent proves that there is no solution.
    pub(crate) fn proves_infeasible(&self) -> bool {
        self.open.is_empty() && !self.unresolved
    }

    /// The whole search space of `state`.
    pub(crate) fn new(state: &State<'_>) -> Self {
        let (fixed, assigned) = (state.fixed.clone(), state.assigned.clone());
        let (bound, volume) = (state.bound, state.volume.clone());
        let root = Node { bound, order: 0, fixed, regions: Vec::new(), assigned, volume };
        let prepared = state.prepared;
        let is_counted = prepared.capacitated && !prepared.assigns() && prepared.places_are_plain();
        // Where goods come from supplies, the plants decide more than how many sites open.
        let whereabouts = (is_counted && !prepared.supplies_bind).then(|| Whereabouts::new(prepared));
        Self { open: BinaryHeap::from([root]), n_nodes: 1, closed_bound: Cost::HUGE, unresolved: false, whereabouts }
    }

    /// Explores for about `n_iterations` dual iterations. True when nothing is left to explore.
    pub(crate) fn explore(&mut self, state: &mut State<'_>, n_iterations: u64) -> bool {
        let emptied = self.process_nodes(state, n_iterations);
        state.lagrangian.confine(&[]);
        if state.prepared.assigns() {
            // Nodes leave their own pairs behind.
            state.lagrangian.assign(&state.assigned, &state.volume.best);
        }
        emptied
    }

    fn process_nodes(&mut self, state: &mut State<'_>, n_iterations: u64) -> bool {
        let end = state.iteration + n_iterations;
        while let Some(node) = self.open.pop() {
            let bound = node.bound.min(self.closed_bound).min(state.cutoff());
            state.raise_bound_to(bound);
            if state.finished() || state.iteration >= end {
                self.open.push(node);
                return false;
            }
            self.process(state, node);
        }
        let bound = self.closed_bound.min(state.cutoff());
        state.raise_bound_to(bound);
        if !self.unresolved && state.incumbent.is_some() {
            state.exhausted = true;
        }
        true
    }

    /// Leaves `bound` as that of a part which needs no more exploring.
    fn close(&mut self, bound: Cost) {
        self.closed_bound = self.closed_bound.min(bound);
    }

    fn process(&mut self, state: &mut State<'_>, mut node: Node) {
        if node.bound >= state.cutoff() {
            return self.close(node.bound);
        }
        if impossible(state, &node.fixed) {
            return;
        }
        let assigns = state.prepared.assigns();
        if assigns {
            state.lagrangian.assign(&node.assigned, &node.volume.best);
        }
        state.lagrangian.confine(&node.regions);
        let is_tried = state.prepared.capacitated && !assigns;
        let most = if self.whereabouts.is_some() { COUNTED_ITERATIONS } else { u64::MAX };
        let n_iterations = state.params.node_iterations.min(most);
        for _ in 0..4 {
            if assigns {
                state.lagrangian.count_anew();
            }
            if improve(state, &mut node, n_iterations) {
                return self.close(node.bound);
            }
            let n_barred = if assigns { state.bar_pairs(&node.volume, &node.fixed, &mut node.assigned) } else { 0 };
            let n_fixed = state.fix_by(&node.volume.at_best, &mut node.fixed);
            let is_kept = node.assigned.propagate(state.prepared, &mut node.fixed)
                && propagate(&mut node.regions, &mut node.fixed);
            state.lagrangian.confine(&node.regions);
            if !is_kept || (n_fixed > 0 || n_barred > 0) && impossible(state, &node.fixed) {
                // What was decided excludes only solutions that are no better than the incumbent.
                return self.close(state.cutoff());
            }
            if n_fixed == 0 && n_barred <= state.prepared.n_rows() / FEW_BARRED {
                break;
            }
            if node.fixed.iter().all(Option::is_some) && (!assigns || node.assigned.is_complete()) {
                break;
            }
            if assigns {
                state.lagrangian.assign(&node.assigned, &node.volume.best);
            }
            node.volume.restart(&mut state.lagrangian, &node.fixed);
        }
        let undecided = |i: &usize| node.fixed[*i].is_none();
        let distance = |i: usize| (node.volume.open[i] - 0.5).abs();
        let mut ranked: Vec<usize> = (0..node.fixed.len()).filter(undecided).collect();
        ranked.sort_by(|&a, &b| distance(a).total_cmp(&distance(b)).then(a.cmp(&b)));
        match ranked.first() {
            Some(_) if is_tried => {
                let sites = ranked.iter().take(N_CANDIDATES).map(|&i| Split::Site(i));
                let splits: Vec<Split> = self.sums(state, &node).into_iter().map(Split::Sum).chain(sites).collect();
                self.split_strongly(state, node, &splits);
            }
            Some(&i) => self.split(state, &node, i),
            None if assigns && !node.assigned.is_complete() => self.split_row(state, &node),
            None => self.leaf(state, &node),
        }
    }

    /// Sums that `node` may be split by.
    fn sums(&self, state: &State<'_>, node: &Node) -> Vec<Sum> {
        let relaxed = Relaxed { shares: &node.volume.open, fixed: &node.fixed, regions: &node.regions };
        let found = |whereabouts| sums(state.prepared, whereabouts, relaxed, N_CANDIDATES);
        self.whereabouts.as_ref().map_or(Vec::new(), found)
    }

    fn split(&mut self, state: &mut State<'_>, node: &Node, site: usize) {
        if state.prepared.assigns() {
            state.offer_counted();
        } else {
            offer_rounded(state, node);
        }
        for open in [node.volume.open[site] < 0.5, node.volume.open[site] >= 0.5] {
            let mut fixed = node.fixed.clone();
            fixed[site] = Some(open);
            state.exclude_siblings(&mut fixed);
            self.push(state, node, fixed, node.assigned.clone());
        }
    }

    /// Splits at the candidate whose two parts rise most, by the product of their rises after a few dual iterations. A part
    /// that is found to hold nothing better leaves the other one in place of `node`.
    ///
    /// Source: strong branching as described by Achterberg, Koch & Martin (2005), Operations Research Letters 33(1).
    fn split_strongly(&mut self, state: &mut State<'_>, mut node: Node, candidates: &[Split]) {
        offer_rounded(state, &node);
        let mut best: Option<(f64, [Node; 2])> = None;
        for split in candidates {
            if state.finished() {
                break;
            }
            let likely = match split {
                Split::Site(site) if node.fixed[*site].is_some() => continue,
                Split::Site(site) => node.volume.open[*site] >= 0.5,
                Split::Sum(_) => true,
            };
            match [!likely, likely].map(|open| self.part(state, &node, split, open)) {
                [None, None] => return,
                [Some(part), None] | [None, Some(part)] => (node, best) = (part, None),
                [Some(first), Some(second)] => {
                    let before = node.volume.at_best.bound;
                    let rise = |part: &Node| (part.volume.at_best.bound - before).max(1e-6 * before.abs());
                    let score = rise(&first) * rise(&second);
                    if best.as_ref().is_none_or(|best| score > best.0) {
                        best = Some((score, [first, second]));
                    }
                }
            }
        }
        for part in best.map_or_else(|| vec![node], |best| best.1.into()) {
            self.open.push(Node { order: self.n_nodes, ..part });
            self.n_nodes += 1;
        }
    }

    /// The part of `node` with one more site decided, climbed a little; `None` when nothing better is in it.
    fn part(&mut self, state: &mut State<'_>, node: &Node, split: &Split, is_open: bool) -> Option<Node> {
        let (mut fixed, mut regions) = (node.fixed.clone(), node.regions.clone());
        match split {
            Split::Site(site) => fixed[*site] = Some(is_open),
            Split::Sum(sum) => limit(&mut regions, sum, is_open),
        }
        state.exclude_siblings(&mut fixed);
        if !propagate(&mut regions, &mut fixed) || impossible(state, &fixed) {
            return None;
        }
        state.lagrangian.confine(&regions);
        let mut volume = node.volume.clone();
        volume.restart(&mut state.lagrangian, &fixed);
        let (bound, order, assigned) = (node.bound, node.order, node.assigned.clone());
        let mut part = Node { bound, order, fixed, regions, assigned, volume };
        if improve(state, &mut part, CANDIDATE_ITERATIONS) {
            self.close(part.bound);
            return None;
        }
        Some(part)
    }

    /// Every site is fixed, but rows have several of them: branches on the pair of the heaviest row that moves about most.
    fn split_row(&mut self, state: &mut State<'_>, node: &Node) {
        let prepared = state.prepared;
        let pair = |j: usize| {
            let services = prepared.problem.customers()[j].services.iter().map(|service| service.site.get());
            let arcs = services.filter_map(|i| prepared.arc(i, j).map(|at| (i, at)));
            let counts = arcs
                .filter(|&(_, at)| !node.assigned.is_barred(at))
                .map(|(i, at)| (state.lagrangian.count(i, j), i, at));
            let all: f32 = counts.clone().map(|count| count.0).sum();
            let (most, i, at) = counts.max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)))?;
            let steady = if all > 0.0 { most / all } else { 0.0 };
            Some((prepared.weight[j] * (1.001 - f64::from(steady)), j, i, at))
        };
        let open = (0..prepared.n_rows()).filter(|&j| node.assigned.site_of(j).is_none());
        let best = open.filter_map(pair).max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)));
        let Some((_, j, i, at)) = best else { return self.close(state.cutoff()) };
        state.offer_counted();
        let (mut with, mut without) = (node.assigned.clone(), node.assigned.clone());
        with.assign(prepared, i, j);
        without.bar(at);
        for assigned in [without, with] {
            self.push(state, node, node.fixed.clone(), assigned);
        }
    }

    /// Adds a part of `node`.
    fn push(&mut self, state: &mut State<'_>, node: &Node, mut fixed: Fixing, mut assigned: Assigned) {
        if !assigned.propagate(state.prepared, &mut fixed) {
            // Pairs that are out already exclude only what is no better than the incumbent.
            return self.close(state.cutoff());
        }
        if state.prepared.assigns() {
            state.lagrangian.assign(&assigned, &node.volume.best);
        }
        let mut volume = node.volume.clone();
        volume.restart(&mut state.lagrangian, &fixed);
        let bound = node.bound.max(state.safe(&volume.at_best));
        self.open.push(Node { bound, order: self.n_nodes, fixed, regions: node.regions.clone(), assigned, volume });
        self.n_nodes += 1;
    }

    /// Every row has its site.
    fn assigned_leaf(&mut self, state: &mut State<'_>, node: &Node) {
        let customers = state.prepared.problem.customers();
        let site = |j: usize| SiteIdx::new(node.assigned.site_of(j).expect("every row has its site"));
        let flow = |j: usize| Flow { site: site(j), customer: CustomerIdx::new(j), amount: customers[j].demand };
        let flows = (0..customers.len()).map(flow).collect();
        let open: Vec<bool> = node.fixed.iter().map(|&fixed| fixed == Some(true)).collect();
        if let Some(solution) = complete(state.prepared, &open, flows) {
            let rounding = Cost::new((2.0 * state.prepared.rounding).ceil() as i64);
            self.close(solution.cost - rounding);
            state.offer(solution);
        }
    }

    /// Every flag is fixed: only the flows are left.
    fn leaf(&mut self, state: &mut State<'_>, node: &Node) {
        if state.prepared.assigns() {
            return self.assigned_leaf(state, node);
        }
        let open: Vec<bool> = node.fixed.iter().map(|&fixed| fixed == Some(true)).collect();
        let found = best_flows(state.prepared, &open);
        state.iteration += 1;
        if exact(state.prepared) && (found.is_some() || !state.prepared.budget.out_of_time()) {
            if let Some(solution) = found {
                let rounding = Cost::new((2.0 * state.prepared.rounding).ceil() as i64);
                self.close(solution.cost - rounding);
                state.offer(solution);
            }
            return;
        }
        let found_none = found.is_none();
        found.map(|solution| state.offer(solution));
        if node.bound >= state.cutoff() {
            return self.close(node.bound);
        }
        let n_arcs: usize =
            (0..state.prepared.n_sites()).filter(|&i| open[i]).map(|i| state.prepared.arcs(i).0.len()).sum();
        // Without a deadline the clock must not decide, so only leaves that are quick anyway are solved.
        let timed = state.prepared.budget.deadline.is_some();
        let most_arcs = match (state.prepared.packing, timed) {
            (true, true) => MOST_PACKED,
            (true, false) => MOST_PACKED_UNTIMED,
            (false, _) => MOST_SPLIT,
        };
        if n_arcs <= most_arcs && !state.prepared.truncated {
            let model = FacilityLocation::new(state.prepared, &node.fixed, true);
            let seconds = if timed { state.seconds_left().min(LEAF_SECONDS) } else { f64::INFINITY };
            let exact = model.solve(state.prepared, seconds);
            state.iteration += 300;
            if let Some(solution) = exact.flows.and_then(|flows| complete(state.prepared, &open, flows)) {
                state.offer(solution);
            }
            match exact.status {
                Status::Optimal => {
                    let safe = exact.objective - 1e-7 * exact.objective.abs() - state.prepared.rounding;
                    let bound = node.bound.max(state.prepared.safe_bound(safe, 0.0));
                    self.unresolved |= exact.objective + 1e-6 * exact.objective.abs() < state.cutoff().get() as f64;
                    return self.close(bound);
                }
                // Believed only when the heuristics found nothing either.
                Status::Infeasible if found_none && !state.prepared.budget.out_of_time() => return,
                Status::Infeasible | Status::Feasible | Status::Failed => {}
            }
        }
        self.unresolved = true;
        self.close(node.bound);
    }
}

/// Sites, and sums, tried before one is branched on where capacities bind, and dual iterations for each part of a trial. Tuned
/// on five generated problems of 300 and 500 sites and on four by Avella & Boccia.
const N_CANDIDATES: usize = 4;
const CANDIDATE_ITERATIONS: u64 = 20;

/// Most dual iterations at a time for a node where open sites are counted by region, tuned likewise.
const COUNTED_ITERATIONS: u64 = 24;

/// Local search starts from one in so many nodes where solutions are the more urgent, and where they are not.
const DESCENT_WIDE: u64 = 4;
const DESCENT_NARROW: u64 = 12;

/// Noise on the shares that it starts from.
const DESCENT_NOISE: f64 = 0.3;

/// Where fewer than one pair is taken out for so many rows, the node is split.
const FEW_BARRED: usize = 4;

/// Most arcs of a leaf that the exact model is stated for, with and without rows to pack.
const MOST_PACKED: usize = 400;
/// The same for rows to pack when no deadline ends the model.
const MOST_PACKED_UNTIMED: usize = 60;
const MOST_SPLIT: usize = 6000;
/// Most seconds for one leaf.
const LEAF_SECONDS: f64 = 0.3;

/// Climbs for at most `n_iterations`. True when the node cannot hold a better solution.
fn improve(state: &mut State<'_>, node: &mut Node, n_iterations: u64) -> bool {
    for k in 0..n_iterations {
        let target = state.target(node.volume.at_best.bound);
        node.volume.iterate(&mut state.lagrangian, &node.fixed, target);
        state.iteration += 1;
        node.bound = node.bound.max(state.safe(&node.volume.at_best));
        if node.bound >= state.cutoff() {
            return true;
        }
        if k % 4 == 3 && state.finished() {
            break;
        }
    }
    false
}

/// Offers the open set that every eighth node suggests; local search starts from it where flows follow each change.
fn offer_rounded(state: &mut State<'_>, node: &Node) {
    if state.network.is_some() {
        let every = if state.wide() { DESCENT_WIDE } else { DESCENT_NARROW };
        if node.order.is_multiple_of(every) {
            state.descend_from_shares(&node.volume.open, &node.fixed, DESCENT_NOISE);
        }
        return;
    }
    if node.order.is_multiple_of(8) {
        let open: Vec<bool> = node.volume.open.iter().map(|&open| open >= 0.5).collect();
        state.offer_open(&open);
    }
}

/// Whether counts or total capacity rule out every completion of `fixed`.
fn impossible(state: &State<'_>, fixed: &Fixing) -> bool {
    let (prepared, problem) = (state.prepared, state.prepared.problem);
    let (fixed, plants) = fixed.split_at(prepared.n_sites());
    let n_open = fixed.iter().filter(|&&fixed| fixed == Some(true)).count();
    let mut sizes: Vec<f64> = Vec::new();
    let (mut spent, mut forced) = (0.0, 0.0);
    for place in problem.places() {
        let mut opened = place.sites.clone().filter(|&i| fixed[i] == Some(true));
        if let Some(i) = opened.next() {
            (spent, forced) = (spent + prepared.spending[i], forced + prepared.least[i]);
            if opened.next().is_some() {
                return true;
            }
            continue;
        }
        let free = || place.sites.clone().filter(|&i| fixed[i].is_none());
        if free().next().is_some() {
            sizes.push(free().map(|i| prepared.useful[i]).fold(0.0, f64::max));
        }
        if place.is_required {
            // Infinite where none may open.
            spent += free().map(|i| prepared.spending[i]).fold(f64::INFINITY, f64::min);
            forced += free().map(|i| prepared.least[i]).fold(f64::INFINITY, f64::min);
        }
    }
    if spent > prepared.funds || spent.is_infinite() || forced > prepared.total_weight {
        return true;
    }
    let n_free = sizes.len();
    sizes.sort_unstable_by(|a, b| b.total_cmp(a));
    let fixed_size: f64 = (0..fixed.len()).filter(|&i| fixed[i] == Some(true)).map(|i| prepared.useful[i]).sum();
    let n_more = problem.max_open().saturating_sub(n_open).min(n_free);
    let given = prepared.plant_useful.iter().zip(plants).filter(|(_, fixed)| **fixed != Some(false));
    n_open > problem.max_open()
        || n_open + n_free < prepared.min_open
        || prepared.capacitated && fixed_size + sizes.iter().take(n_more).sum::<f64>() < prepared.total_weight
        || given.map(|(useful, _)| useful).sum::<f64>() < prepared.plants_needed
}
