//! Which sets of sites to judge: what siting thinks of them, corrected by what routes have shown.

use super::Evaluation;
use super::estimate::Estimate;
use super::question::Question;
use crate::routing::{Route, Solution, evaluate};
use crate::search::{Budget, workers};
use crate::units::{Cost, CustomerIdx, Load, VehicleTypeIdx};
use std::collections::{HashMap, HashSet};

/// Sets around which others are looked for.
const CENTERS: usize = 3;

/// Sites nearest to one that closes which may open in its place.
const NEAR: usize = 12;

/// The slope of what routes cost over the estimate is drawn to 1 as strongly as by so many sets whose estimates differ by the
/// next number from the mean.
const PRIOR: f64 = 3.0;
const PRIOR_SPREAD: f64 = 0.02;

/// A set of sites that routes have judged.
pub(super) struct Judged {
    /// The set; what was found may do with fewer.
    pub(super) set: Vec<bool>,
    pub(super) found: Evaluation,
    /// What siting thinks that it costs.
    estimate: f64,
}

/// All sets known.
pub(super) struct Sets<'a, 'q> {
    question: &'a Question<'q>,
    estimate: &'a Estimate,
    budget: Budget<'a>,
    /// What siting thinks of sets; `None` where their capacities do not suffice.
    known: HashMap<Vec<bool>, Option<f64>>,
    judged: Vec<Judged>,
    /// Those that routes have judged or refused.
    tried: HashSet<Vec<bool>>,
    /// Those whose neighbors are known.
    expanded: HashSet<Vec<bool>>,
}

impl<'a, 'q> Sets<'a, 'q> {
    pub(super) fn new(question: &'a Question<'q>, estimate: &'a Estimate, budget: &Budget<'a>) -> Self {
        Self {
            question,
            estimate,
            // Flows of given sites are exact and quick; they stop for the deadline alone.
            budget: Budget { iterations: u64::MAX, ..*budget },
            known: HashMap::new(),
            judged: Vec::new(),
            tried: HashSet::new(),
            expanded: HashSet::new(),
        }
    }

    /// Those that routes have judged.
    pub(super) fn judged(&self) -> &[Judged] {
        &self.judged
    }

    /// The best of them, best first.
    pub(super) fn best(&self, n: usize) -> Vec<&Judged> {
        let mut best: Vec<&Judged> = self.judged.iter().collect();
        best.sort_by(|a, b| a.found.rank().cmp(&b.found.rank()).then_with(|| a.set.cmp(&b.set)));
        best.truncate(n);
        best
    }

    /// What was found with the best.
    pub(super) fn into_best(self) -> Option<Evaluation> {
        self.judged.into_iter().map(|judged| judged.found).min_by_key(Evaluation::rank)
    }

    /// A set that cannot be judged.
    pub(super) fn refuse(&mut self, set: Vec<bool>) {
        self.tried.insert(set);
    }

    /// Keeps what was found with a set if it is the best of it.
    pub(super) fn keep(&mut self, set: Vec<bool>, found: Evaluation) {
        self.tried.insert(set.clone());
        match self.judged.iter_mut().find(|judged| judged.set == set) {
            Some(judged) if found.rank() < judged.found.rank() => judged.found = found,
            Some(_) => {}
            None => {
                let estimate = self.estimated(&set).unwrap_or(found.cost.get() as f64);
                self.judged.push(Judged { set, found, estimate });
            }
        }
    }

    /// What siting thinks of a set.
    fn estimated(&mut self, set: &[bool]) -> Option<f64> {
        let (estimate, budget) = (self.estimate, &self.budget);
        let think = || estimate.cost(set, budget).map(|cost| cost.get() as f64);
        *self.known.entry(set.to_vec()).or_insert_with(think)
    }

    /// The sets that promise most among those not tried yet.
    pub(super) fn promising(&mut self, n: usize) -> Vec<Vec<bool>> {
        self.expand();
        let [slope, offset] = self.fit();
        let promise = |set: &[bool], cost: f64| {
            let fixed = self.fixed(set);
            fixed + slope * (cost - fixed) + offset
        };
        let open = self.known.iter().filter(|(set, _)| !self.tried.contains(*set));
        let mut sets: Vec<(f64, &Vec<bool>)> =
            open.filter_map(|(set, cost)| Some((promise(set, (*cost)?), set))).collect();
        sets.sort_by(|a, b| a.0.total_cmp(&b.0).then_with(|| a.1.cmp(b.1)));
        sets.into_iter().take(n).map(|(_, set)| set.clone()).collect()
    }

    /// What the sites of a set cost themselves.
    fn fixed(&self, set: &[bool]) -> f64 {
        let open = (0..set.len()).filter(|&site| set[site]);
        open.map(|site| self.question.opening[site]).sum::<Cost>().get() as f64
    }

    /// How routes cost more than siting thinks: slope and offset of the cost of delivery, by least squares; the slope is drawn
    /// to 1 where little is known.
    fn fit(&self) -> [f64; 2] {
        let complete = self.judged.iter().filter(|judged| judged.found.n_missing == 0);
        let point = |judged: &Judged| {
            let delivery = judged.found.cost.get() as f64 - self.fixed(&judged.found.open);
            (judged.estimate - self.fixed(&judged.set), delivery)
        };
        let points: Vec<(f64, f64)> = complete.map(point).collect();
        if points.is_empty() {
            return [1.0, 0.0];
        }
        let mean = |value: fn(&(f64, f64)) -> f64| points.iter().map(value).sum::<f64>() / points.len() as f64;
        let (mean_x, mean_y) = (mean(|point| point.0), mean(|point| point.1));
        let prior = PRIOR * (PRIOR_SPREAD * mean_x).powi(2);
        let square: f64 = points.iter().map(|point| (point.0 - mean_x).powi(2)).sum();
        let product: f64 = points.iter().map(|point| (point.0 - mean_x) * (point.1 - mean_y)).sum();
        let slope = if square + prior > 0.0 { ((product + prior) / (square + prior)).clamp(0.3, 2.0) } else { 1.0 };
        [slope, mean_y - slope * mean_x]
    }

    /// Makes siting think about the neighbors of the best sets.
    fn expand(&mut self) {
        let centers: Vec<Vec<bool>> = self.best(CENTERS).iter().map(|judged| judged.found.open.clone()).collect();
        for center in centers {
            if !self.expanded.insert(center.clone()) {
                continue;
            }
            let sets: Vec<Vec<bool>> =
                self.neighbors(&center).into_iter().filter(|set| !self.known.contains_key(set)).collect();
            let (estimate, budget) = (self.estimate, &self.budget);
            let think = |row: usize| if budget.out_of_time() { None } else { estimate.cost(&sets[row], budget) };
            let costs = workers(sets.len(), think);
            let costs = costs.into_iter().map(|cost| cost.map(|cost| cost.get() as f64));
            self.known.extend(sets.into_iter().zip(costs));
        }
    }

    /// Sets with one site opened, closed, or exchanged for one near it.
    fn neighbors(&self, center: &[bool]) -> Vec<Vec<bool>> {
        let question = self.question;
        let mut sets = Vec::new();
        let mut push = |sites: &[usize]| {
            let mut set = center.to_vec();
            sites.iter().for_each(|&site| set[site] = !set[site]);
            if question.allows(&set) {
                sets.push(set);
            }
        };
        (0..center.len()).for_each(|site| push(&[site]));
        let location = |site: usize| question.network.siting.sites[site].location;
        for closes in (0..center.len()).filter(|&site| center[site]) {
            let mut opens: Vec<usize> = (0..center.len()).filter(|&site| !center[site]).collect();
            opens.sort_by_key(|&site| (question.problem.travel.distance(location(closes), location(site)), site));
            opens.into_iter().take(NEAR).for_each(|opens| push(&[closes, opens]));
        }
        sets
    }

    /// Routes to start a set from: those of the judged set most like it, where sites that are closed in it hand theirs to the
    /// open site that drives them most cheaply and has room for them.
    pub(super) fn start_for(&self, set: &[bool]) -> Option<Solution> {
        let question = self.question;
        let differs = |judged: &Judged| judged.found.open.iter().zip(set).filter(|(one, other)| one != other).count();
        let order = |judged: &&Judged| (differs(judged), judged.found.rank());
        let from = self.judged.iter().min_by_key(order)?;
        let bases = &question.network.bases;
        let load = |route: &Route| -> Load {
            route.visits.iter().map(|&visit| question.routes.customer(visit).delivery[0]).sum()
        };
        let mut left = question.capacity.clone();
        let stays = |route: &&Route| set[bases[route.vehicle_type.get()].get()];
        let (staying, mut homeless): (Vec<&Route>, Vec<&Route>) = from.found.routes.routes.iter().partition(stays);
        let mut routes: Vec<Route> = staying.into_iter().cloned().collect();
        routes.iter().for_each(|route| left[bases[route.vehicle_type.get()].get()] -= load(route));
        homeless.sort_by_key(|route| (-load(route), route.visits[0]));
        let mut unserved: Vec<CustomerIdx> = from.found.routes.unserved.clone();
        for route in homeless {
            let moved = |row: usize| Route { vehicle_type: VehicleTypeIdx::new(row), visits: route.visits.clone() };
            let cost = |row: usize| Some((evaluate::route_cost(&question.routes, &moved(row))?, row));
            let has_room = |row: &usize| set[bases[*row].get()] && left[bases[*row].get()] >= load(route);
            match (0..bases.len()).filter(has_room).filter_map(cost).min() {
                Some((_, row)) => {
                    left[bases[row].get()] -= load(route);
                    routes.push(moved(row));
                }
                None => unserved.extend(&route.visits),
            }
        }
        Some(Solution::sorted(routes, unserved, Cost::HUGE))
    }
}
