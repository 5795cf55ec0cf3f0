//! A population of solutions that recombine: the strongest search on small problems and long budgets.
//!
//! [`Genetic`] crosses two parents, cuts the child into routes, brings it to a local optimum with limits as penalties
//! (`Education`), and keeps what is cheap or unlike the others. Problems with shipments or optional customers are
//! left to ruin and recreate.
//!
//! Source: Vidal, Crainic, Gendreau, Lahrichi & Rei (2012), Operations Research 60(3); Vidal (2022), Computers &
//! Operations Research 140.

mod crossover;
mod education;
mod individual;
mod moves;
mod split;
mod survivors;
mod swap_star;
#[cfg(test)]
mod tests;

use super::arcs::Node;
use super::partition::{self, Pool, Task, recombine};
use super::prepared::{Prepared, Terms};
use super::segment::{Clock, Goods, Segment};
use super::state::solution;
use super::{Goal, Route, Solution};
use crate::search::{Budget, Event, Observer, Rng};
use crate::units::{Cost, Duration};
use education::Education;
use individual::{Excess, Individual, Penalties, Tour};
use rand::RngExt as _;
use rand::seq::SliceRandom as _;
use split::split;
use survivors::{Sizes, Survivors, parent};

/// Smaller than in the papers, whose runs last minutes. Tuned on 10 instances of set X at 10 s, November 2026.
const SIZES: Sizes = Sizes { least: 10, generation: 16, elite: 4, n_close: 5 };

/// Random individuals at the start.
const N_RANDOM: u64 = 20;

/// Children without a better incumbent after which the population starts anew.
const PATIENCE: u64 = 20_000;

/// Share of the budget between two times at which routes of all individuals are put together.
const RECOMBINED_EVERY: f64 = 0.16;

/// Share of the budget for each of these times.
const RECOMBINED_FOR: f64 = 0.04;

/// Children between adaptations of the penalties.
const ADAPT_EVERY: usize = 100;

/// Share of the children that should keep a limit.
const KEPT: f64 = 0.2;

/// Whether the population can search `prepared`.
#[must_use]
pub fn applies_to<G: Goods, C: Clock>(prepared: &Prepared<'_, G, C>) -> bool {
    prepared.n_customers() > 1
        && prepared.problem.shipments().is_empty()
        && !prepared.has_choices()
        && !prepared.needs_timetables
        && !prepared.hangs_together()
        && !prepared.problem.has_urgencies()
        && prepared.prize.iter().all(Option::is_none)
        && prepared.terms.iter().any(|terms| terms.count > 0)
}

/// Cost and excess of a whole route.
#[inline]
fn priced<G: Goods, C: Clock>(
    prepared: &Prepared<'_, G, C>,
    terms: &Terms<G>,
    whole: &Segment<G, C>,
    n_visits: usize,
) -> (Cost, Excess) {
    let overtime = (whole.clock.duration() - terms.max_duration).max(Duration::ZERO);
    let excess = Excess {
        load: whole.goods.excess(&terms.capacity).get(),
        time: (whole.clock.time_warp() + overtime).get(),
        distance: (whole.distance - terms.max_distance).get().max(0),
        visits: n_visits.saturating_sub(terms.max_visits) as i64,
    };
    (prepared.route_cost(terms, whole), excess)
}

/// A genetic search in progress.
pub struct Genetic<'a, 'p, G, C> {
    prepared: &'a Prepared<'p, G, C>,
    education: Education<'a, 'p, G, C>,
    feasible: Survivors,
    infeasible: Survivors,
    penalties: Penalties,
    /// Of the last children, how many kept each limit: load, time, distance, visits.
    kept: [usize; 4],
    incumbent: Option<Individual>,
    rng: Rng,
    /// Children since the start, since the population started anew, and since the incumbent got better.
    n_children: [u64; 3],
    iteration: u64,
    /// Feasible routes, of individuals and whatever came before.
    pool: Pool,
    /// What customers are worth there.
    prices: Vec<f64>,
    /// How much of the budget is used when they are put together again.
    recombined_at: f64,
}

impl<'a, 'p, G: Goods, C: Clock> Genetic<'a, 'p, G, C> {
    /// An empty population, and routes of other searches that may be of use to it.
    #[must_use]
    pub fn new(prepared: &'a Prepared<'p, G, C>, pool: &Pool, rng: Rng) -> Self {
        let mut own = Pool::default();
        own.absorb(pool);
        Self {
            pool: own,
            prices: Vec::new(),
            recombined_at: 0.0,
            prepared,
            education: Education::new(prepared),
            feasible: Survivors::default(),
            infeasible: Survivors::default(),
            penalties: first_penalties(prepared),
            kept: [0; 4],
            incumbent: None,
            rng,
            n_children: [0; 3],
            iteration: 0,
        }
    }

    /// Cost of the incumbent, [`Cost::HUGE`] when there is none.
    #[must_use]
    pub fn value(&self) -> Cost {
        self.incumbent.as_ref().map_or(Cost::HUGE, |best| best.cost)
    }

    /// The incumbent as a solution.
    #[must_use]
    pub fn solution(&self) -> Option<Solution> {
        let best = self.incumbent.as_ref()?;
        Some(solution(self.prepared.problem, best.routes.clone(), &[], &self.prepared.partner, best.cost))
    }

    /// Takes a feasible solution that leaves nobody out into the population.
    pub fn welcome(&mut self, solution: &Solution) {
        if solution.unserved.is_empty() {
            let visits = |route: &Route| route.visits.iter().map(|visit| Node::new(visit.get())).collect();
            let routes = solution.routes.iter().map(|route| (route.vehicle_type, visits(route))).collect();
            self.add(Individual::new(routes, self.prepared.n_customers(), solution.cost, Excess::default()));
        }
    }

    /// Searches until the goal is met, the budget exhausted, or `progress` of it used. A child counts as one iteration for
    /// each customer.
    pub fn run(&mut self, budget: &Budget<'_>, progress: f64, goal: Goal, observer: &dyn Observer) {
        let mut handed_over = self.value();
        while !(self.incumbent.is_some() && goal.is_met((0, self.value())))
            && budget.iterations > self.iteration
            && budget.progress(self.iteration) < progress
            && !budget.out_of_time()
        {
            let before = self.value();
            if self.has_short_routes() && budget.progress(self.iteration) >= self.recombined_at {
                self.recombine(budget, progress);
            } else {
                self.iteration += self.prepared.n_customers() as u64;
                let child = if self.n_children[1] < N_RANDOM { self.random() } else { self.child() };
                self.raise(&child.0, &child.1, budget);
            }
            if self.value() < before {
                observer.on(Event::Incumbent { cost: self.value(), unserved: 0 });
                self.n_children[2] = 0;
            } else if self.n_children[2] > PATIENCE {
                self.feasible.clear();
                self.infeasible.clear();
                (self.n_children[1], self.n_children[2]) = (0, 0);
            }
            if self.value() < handed_over
                && observer.wants()
                && let Some(incumbent) = self.solution()
            {
                handed_over = incumbent.cost;
                observer.take(incumbent.found());
            }
        }
    }

    /// Random routes.
    fn random(&mut self) -> (Vec<Tour>, Vec<Node>) {
        let mut tour: Vec<Node> = (0..self.prepared.n_customers()).map(Node::new).collect();
        tour.shuffle(&mut self.rng);
        (split(self.prepared, &tour, &self.penalties), Vec::new())
    }

    /// Two parents recombined: routes, and the customers on none of them.
    fn child(&mut self) -> (Vec<Tour>, Vec<Node>) {
        let first = parent(&self.feasible, &self.infeasible, &mut self.rng);
        let second = parent(&self.feasible, &self.infeasible, &mut self.rng);
        let center = Node::new(self.rng.random_range(0..self.prepared.n_customers()));
        if C::TIMED && self.rng.random_range(0..2) == 0 {
            let n_routes = self.rng.random_range(1..=(first.routes.len() / 2).max(1));
            let around: Vec<Node> = std::iter::once(center)
                .chain(self.prepared.near(center).iter().map(|&row| Node::new(row as usize)))
                .collect();
            let (routes, left) = crossover::route_exchange(first, second, &around, n_routes);
            return (routes, left);
        }
        let tour = crossover::order(&first.tour(), &second.tour(), &mut self.rng);
        (split(self.prepared, &tour, &self.penalties), Vec::new())
    }

    /// Whether set partitioning may find something.
    fn has_short_routes(&self) -> bool {
        let n_customers = self.prepared.n_customers();
        self.incumbent.as_ref().is_some_and(|best| partition::applies_to(n_customers, best.routes.len()))
    }

    /// Puts the routes of the pool together to something cheaper than the incumbent, and educates what comes out.
    fn recombine(&mut self, budget: &Budget<'_>, progress: f64) {
        self.recombined_at = budget.progress(self.iteration) + RECOMBINED_EVERY;
        let Some(incumbent) = &self.incumbent else { return };
        let until = (budget.progress(self.iteration) + RECOMBINED_FOR).min(progress);
        let task = Task { budget, until, iteration: &mut self.iteration, prices: &mut self.prices };
        let found = recombine(self.prepared, &mut self.pool, &incumbent.routes, task, &mut self.rng);
        if let Some((routes, cost)) = found {
            self.add(Individual::new(routes.clone(), self.prepared.n_customers(), cost, Excess::default()));
            self.raise(&routes, &[], budget);
        }
    }

    /// Takes the routes just educated into the pool.
    fn remember(&mut self) {
        if self.has_short_routes() {
            self.education.remember(&mut self.pool);
        }
    }

    /// Educates a child and adds it; one with excess is repaired now and then.
    fn raise(&mut self, child: &[Tour], left: &[Node], budget: &Budget<'_>) {
        self.education.load(child, left, self.penalties);
        self.education.improve(budget, &mut self.rng);
        let individual = self.education.unload();
        self.remember();
        let excess = individual.excess;
        let kept = [excess.load == 0, excess.time == 0, excess.distance == 0, excess.visits == 0];
        self.kept.iter_mut().zip(kept).for_each(|(count, kept)| *count += usize::from(kept));
        self.add(individual);
        if !excess.is_none() && self.rng.random_range(0..2) == 0 {
            self.education.reprice(self.penalties.times(10));
            self.education.improve(budget, &mut self.rng);
            let repaired = self.education.unload();
            if repaired.excess.is_none() {
                self.remember();
                self.add(repaired);
            }
        }
        self.n_children.iter_mut().for_each(|count| *count += 1);
        if self.n_children[0].is_multiple_of(ADAPT_EVERY as u64) {
            self.adapt();
        }
    }

    fn add(&mut self, individual: Individual) {
        if !individual.excess.is_none() {
            self.infeasible.add(individual, &self.penalties, &SIZES);
            return;
        }
        if individual.cost < self.value() {
            self.incumbent = Some(individual.clone());
        }
        self.feasible.add(individual, &self.penalties, &SIZES);
    }

    /// Raises the penalties of limits that too few children keep, and lowers those that too many keep.
    fn adapt(&mut self) {
        let Penalties { load, time, distance, visits } = &mut self.penalties;
        for (penalty, kept) in [load, time, distance, visits].into_iter().zip(&mut self.kept) {
            let share = std::mem::take(kept) as f64 / ADAPT_EVERY as f64;
            // Rounded away from where it is, so that small penalties change, too.
            let adapted = if share < KEPT {
                (*penalty as f64 * 1.2).ceil()
            } else if share > KEPT + 0.05 {
                (*penalty as f64 * 0.85).floor()
            } else {
                continue;
            };
            *penalty = (adapted as i64).clamp(1, Cost::HUGE.get() >> 20);
        }
        self.infeasible.reprice(&self.penalties, &SIZES);
    }
}

/// Penalties to begin with: a whole load, or a long time, costs about as much as the longest way.
fn first_penalties<G: Goods, C: Clock>(prepared: &Prepared<'_, G, C>) -> Penalties {
    let rate = prepared.terms.iter().map(|terms| terms.per_distance.max(terms.per_duration)).max().unwrap_or(1).max(1);
    let longest = prepared.remoteness.iter().copied().max().unwrap_or(1).max(1);
    let customers = prepared.problem.customers();
    let loads = customers.iter().flat_map(|customer| customer.delivery.iter().chain(&customer.pickup));
    let largest = loads.map(|load| load.get()).max().unwrap_or(1).max(1);
    let worth = longest.saturating_mul(rate).min(Cost::HUGE.get() >> 20);
    Penalties { load: (worth / largest).max(1), time: rate, distance: rate, visits: worth }
}
