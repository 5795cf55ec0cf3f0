//! The climb to the best prices of the customers.
//!
//! Any prices give a valid bound: a customer's price is moved by its weight times the least reduced cost for each
//! unit of weight of all q-routes through it, after which no q-route costs less than the prices of its customers.
//! t-routes have no weight: customers of one that is too cheap pay less in proportion to their prices. Prices of optional
//! customers end at the prize. Limits on vehicles have prices too, paid by every route.
//! The subgradient counts how often the best q-routes call at each customer; steps go from the best point along a mean
//! of the subgradients so far.
//! Sources: Baldacci, Christofides & Mingozzi (2008), Mathematical Programming 115; Barahona & Anbil (2000),
//! Mathematical Programming 87, for the mean.

use super::q_routes::QRoutes;
use super::radial;
use super::t_routes::TRoutes;
use super::walks::Walks;
use super::ways::Tables;
use super::weights::Weights;
use super::{Bound, Relaxation};
use crate::routing::Solution;
use crate::search::{Budget, Event, Observer, Silent};
use crate::units::{Cost, TimeWindow};

/// Seconds that a climb without a deadline is planned for.
const SECONDS: f64 = 1.0;

/// Seconds that a label takes in one pass, with its share of everything else.
const SECONDS_A_LABEL: f64 = 100e-9;

/// Seconds that a pair of weights takes when two halves of a walk are joined at a customer.
const SECONDS_A_PAIR: f64 = 0.5e-9;

/// The climb first takes half of the budget in coarse units, in which about so many passes are possible; then the rest
/// in finer ones, in which fewer are.
const STAGES: [(f64, Option<f64>); 2] = [(0.5, Some(60.0)), (1.0, Some(12.0))];

/// Where walks can keep to windows, loads prepare the climb. If windows then raise the bound, they have the rest of the time,
/// and loads again if not.
const STAGES_IN_TIME: [(f64, Option<f64>); 3] = [(0.3, Some(60.0)), (0.5, None), (1.0, Some(12.0))];

/// So many passes in slots of time should be possible.
const PASSES_IN_TIME: f64 = 60.0;

/// Seconds that a way takes to be put in its order, and the share of the time that all of them may take.
const SECONDS_A_WAY: f64 = 0.4e-6;
const MOST_TO_BEGIN: f64 = 0.25;

/// Most labels held at once, of all fleets in both directions: 32 bytes each.
const MOST_LABELS: f64 = 6e6;

/// Customers between looks at the clock.
const ROWS_BETWEEN_LOOKS: usize = 16;

/// First step, as a share of the way to the incumbent along the slopes.
const STEP: f64 = 0.7;

/// Steps grow so much where they help, up to the longest.
const LONGER: f64 = 1.5;
const LONGEST_STEP: f64 = 100.0;

/// Share of the newest slopes in the mean.
const SHARE_OF_NEWEST: f64 = 0.2;

/// Units of weight for each call of an average route, as long as so many passes are possible.
const UNITS_A_CALL: f64 = 30.0;
const FEWEST_PASSES: f64 = 8.0;

/// Shares of the incumbent's prices to begin with.
const STARTS: [f64; 4] = [0.1, 0.2, 0.35, 0.5];

/// After so many steps without a better bound the step is halved.
const PATIENCE: u32 = 4;

/// The bound of the best prices found within `budget`, or `None` when time did not even allow one pass. `radial` are
/// prices to begin with, beside those of the incumbent.
pub(super) fn bound(
    relaxation: &Relaxation<'_>,
    radial: Option<Vec<f64>>,
    incumbent: Option<&Solution>,
    budget: &Budget<'_>,
    observer: &dyn Observer,
) -> Option<Bound> {
    let n_customers = relaxation.problem.n_customers();
    if n_customers == 0 || relaxation.fleets.is_empty() {
        return None;
    }
    let total = Budget { started: std::time::Instant::now(), ..*budget };
    let ceiling = incumbent.map_or(f64::INFINITY, |incumbent| incumbent.cost.get() as f64);
    let (mut point, mut value, mut iteration, mut kind) = (None, None, 0, "q-routes");
    let timed = Climb::in_time(relaxation, budget);
    let stages = if timed.is_some() { &STAGES_IN_TIME[..] } else { &STAGES };
    let mut timed = timed.into_iter();
    for &(share, passes) in stages {
        let mut climb = match passes {
            Some(passes) => Climb::new(relaxation, budget, passes)?,
            None => timed.next()?,
        };
        let stage = Stage { budget: &total, share, ceiling, observer };
        let begin = match point.clone() {
            Some(point) if climb.is_timed => Point { route: 0.0, ..point },
            Some(point) => point,
            None => climb.best_start((radial.as_deref(), incumbent), &stage, &mut iteration, &mut value),
        };
        let before = value;
        let reached = climb.rise(begin, &stage, &mut iteration, &mut value);
        if climb.is_timed && value > before {
            kind = "t-routes";
            climb.rise(reached, &Stage { share: 1.0, ..stage }, &mut iteration, &mut value);
            break;
        }
        if value.is_some_and(|value| closed(value, ceiling, budget.gap)) {
            break;
        }
        if !climb.is_timed {
            point = Some(reached);
        }
    }
    value.map(|value| Bound { value, kind })
}

/// Charges found within `budget` that weigh much, given `radial` ones and maybe others; `None` where there are no tables of
/// ways. The best of those known and of those found, each lowered by what rounding can be off.
pub(super) fn charges(
    relaxation: &Relaxation<'_>,
    radial: &[f64],
    known: Option<Vec<f64>>,
    incumbent: Option<&Solution>,
    budget: &Budget<'_>,
) -> Option<Vec<f64>> {
    let weighed = |charges: &[f64]| -> f64 {
        let counted = (0..charges.len()).filter(|&row| radial[row].is_finite());
        counted.map(|row| relaxation.worth(row) * charges[row]).sum()
    };
    let total = Budget { started: std::time::Instant::now(), ..*budget };
    let (mut value, mut iteration) = (None, 0);
    let mut best = radial.to_vec();
    if let Some(known) = known.filter(|known| weighed(known) > weighed(&best)) {
        best = known;
    }
    let mut begin: Option<Point> = None;
    let mut slack: f64 = 0.0;
    for (share, passes) in STAGES {
        let mut climb = Climb::new(relaxation, budget, passes.unwrap_or(FEWEST_PASSES))?;
        let stage = Stage { budget: &total, share, ceiling: f64::INFINITY, observer: &Silent };
        let first = begin.take().unwrap_or_else(|| match incumbent {
            Some(_) => climb.best_start((Some(radial), incumbent), &stage, &mut iteration, &mut value),
            None => climb.at(best.iter().map(|charge| if charge.is_finite() { *charge } else { 0.0 }).collect()),
        });
        let before = iteration;
        let reached = climb.rise(first, &stage, &mut iteration, &mut value);
        slack = slack.max(climb.slack(&reached.node));
        if iteration > before && weighed(&reached.node) > weighed(&best) {
            best.clone_from(&reached.node);
        }
        begin = Some(reached);
    }
    let lowered = |(charge, radial): (&f64, &f64)| if radial.is_finite() { charge - slack } else { f64::INFINITY };
    Some(best.iter().zip(radial).map(lowered).collect())
}

/// One stage of the climb.
struct Stage<'s> {
    budget: &'s Budget<'s>,
    /// Share of the budget that is used when it ends.
    share: f64,
    ceiling: f64,
    observer: &'s dyn Observer,
}

impl Climb<'_> {
    /// Climbs from `point` until the stage ends or steps become tiny, and returns the best point found.
    fn rise(&mut self, begin: Point, stage: &Stage<'_>, iteration: &mut u64, value: &mut Option<Cost>) -> Point {
        let Stage { budget, share, ceiling, observer } = *stage;
        let mut next = begin;
        let mut best: Option<(Point, f64)> = None;
        let mut mean: Option<Slopes> = None;
        let (mut step, mut n_failed) = (STEP, 0);
        while !budget.exhausted(*iteration) && budget.progress(*iteration) < share {
            let Some(found) = self.evaluate(&next, budget) else { break };
            *iteration += 1;
            let before = best.as_ref().map_or(f64::NEG_INFINITY, |best| best.1);
            let is_better = found.bound > before;
            n_failed = if found.bound > before + 1e-5 * before.abs() { 0 } else { n_failed + 1 };
            if is_better {
                self.note(&found, observer, value);
                next.node = found.prices;
                best = Some((next.clone(), found.bound));
            }
            let slopes = match mean {
                Some(mean) => {
                    if is_better && mean.product(&found.slopes) > 0.0 {
                        step = (LONGER * step).min(LONGEST_STEP);
                    }
                    mean.towards(&found.slopes)
                }
                None => found.slopes,
            };
            if n_failed >= PATIENCE {
                (n_failed, step) = (0, step / 2.0);
            }
            if step < 1e-4 || value.is_some_and(|value| closed(value, ceiling, budget.gap)) {
                break;
            }
            let Some((place, bound)) = &best else { break };
            let reach = (ceiling.min(1.1 * bound.abs() + 1.0) - bound).max(1e-6 * bound.abs());
            next = self.stepped(place, &slopes, step * reach);
            mean = Some(slopes);
        }
        best.map_or(next, |best| best.0)
    }
}

/// Whether the bound is within the wanted gap of the incumbent.
fn closed(value: Cost, ceiling: f64, gap: f64) -> bool {
    value.get() as f64 >= ceiling * (1.0 - gap)
}

/// Prices of everything.
#[derive(Clone)]
struct Point {
    /// By customer.
    node: Vec<f64>,
    /// What every route gets because some number of them is needed anyway, at least zero.
    route: f64,
    /// What a route of each fleet pays because there are few, at least zero.
    fleet: Vec<f64>,
}

/// The relaxation at a point.
struct Evaluation {
    bound: f64,
    /// The largest number in its sums.
    magnitude: f64,
    /// The prices that gave it: dual feasible.
    prices: Vec<f64>,
    slopes: Slopes,
}

/// Derivatives of the bound by the prices of a point.
struct Slopes {
    node: Vec<f64>,
    route: f64,
    fleet: Vec<f64>,
}

impl Slopes {
    fn product(&self, other: &Self) -> f64 {
        let product = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
        product(&self.node, &other.node) + self.route * other.route + product(&self.fleet, &other.fleet)
    }

    /// The mean, with a share of the newest ones.
    fn towards(mut self, newest: &Self) -> Self {
        let numbers = self.node.iter_mut().chain([&mut self.route]).chain(&mut self.fleet);
        for (mean, newest) in numbers.zip(newest.node.iter().chain([&newest.route]).chain(&newest.fleet)) {
            *mean += SHARE_OF_NEWEST * (newest - *mean);
        }
        self
    }
}

/// The walk that decides on the price of a customer.
#[derive(Clone)]
struct Decisive {
    /// Whose it is.
    fleet: usize,
    /// Derivative of the price by that at the point, calls left aside.
    own: f64,
    /// Whom it calls at, and the derivative by what each call costs.
    calls: Vec<(usize, f64)>,
}

struct Climb<'r> {
    relaxation: &'r Relaxation<'r>,
    fleets: Vec<Walks<'r>>,
    /// Whether walks keep to windows.
    is_timed: bool,
}

impl<'r> Climb<'r> {
    /// `None` where there are too many customers for tables of their ways.
    fn new(relaxation: &'r Relaxation<'r>, budget: &Budget<'_>, passes: f64) -> Option<Self> {
        let n_customers = relaxation.problem.n_customers() as f64;
        let seconds = if budget.deadline.is_some() { budget.seconds_left() } else { SECONDS };
        let symmetric = relaxation.ways.iter().all(|ways| ways.tables.as_ref().is_some_and(Tables::symmetric));
        let n_directions = if symmetric { 1.0 } else { 2.0 };
        let n_columns = n_customers * n_directions * relaxation.fleets.len() as f64;
        let possible = |passes: f64| {
            let each = seconds / passes / n_columns;
            // Labels take time in proportion to the units, joining halves in proportion to their square.
            let root = (SECONDS_A_LABEL * SECONDS_A_LABEL + 4.0 * SECONDS_A_PAIR * each).sqrt();
            (root - SECONDS_A_LABEL) / (2.0 * SECONDS_A_PAIR)
        };
        // Where amounts are rounded a call may lose a unit, and routes have many calls.
        let calls = n_customers / relaxation.least_vehicles.max(1) as f64;
        let fine = (UNITS_A_CALL * calls).min(possible(FEWEST_PASSES));
        let most_units = possible(passes).max(fine).min(MOST_LABELS / n_columns).clamp(20.0, 4000.0) as usize;
        let fleets = relaxation.fleets.iter().map(|fleet| {
            let ways = relaxation.ways(fleet);
            let tables = ways.tables.as_ref()?;
            Some(Walks::Limited(QRoutes::new(fleet, tables, Weights::new(relaxation, fleet, most_units))))
        });
        Some(Self { relaxation, fleets: fleets.collect::<Option<_>>()?, is_timed: false })
    }

    /// Where walks keep to windows; `None` where there are too many customers, or slots of their time.
    fn in_time(relaxation: &'r Relaxation<'r>, budget: &Budget<'_>) -> Option<Self> {
        let seconds = if budget.deadline.is_some() { budget.seconds_left() } else { SECONDS };
        let n_fleets = relaxation.fleets.len() as f64;
        let begin = SECONDS_A_WAY * n_fleets * (relaxation.problem.n_customers() as f64).powi(2);
        if relaxation.fleets.iter().all(|fleet| fleet.shift == TimeWindow::ALWAYS) || begin > MOST_TO_BEGIN * seconds {
            return None;
        }
        let each = seconds / PASSES_IN_TIME / n_fleets;
        let fleets = relaxation.fleets.iter().map(|fleet| {
            let ways = relaxation.ways(fleet);
            let reach = radial::least_routes(relaxation, fleet)?;
            Some(Walks::Timed(TRoutes::new(relaxation.problem, fleet, ways.tables.as_ref()?, each)?, reach))
        });
        Some(Self { relaxation, fleets: fleets.collect::<Option<_>>()?, is_timed: true })
    }

    /// Tells of a bound and keeps it if it is the best.
    fn note(&self, found: &Evaluation, observer: &dyn Observer, value: &mut Option<Cost>) {
        let cost = self.relaxation.safe(found.bound, found.magnitude, self.n_terms());
        observer.on(Event::LowerBound(cost));
        *value = (*value).max(Some(cost));
    }

    /// Float operations behind a bound.
    fn n_terms(&self) -> f64 {
        let longest = self.fleets.iter().map(Walks::most_calls).max().unwrap_or(0);
        4.0 * (longest as f64 + self.relaxation.problem.n_customers() as f64)
    }

    /// A point with these prices of customers alone.
    fn at(&self, node: Vec<f64>) -> Point {
        Point { node, route: 0.0, fleet: vec![0.0; self.fleets.len()] }
    }

    /// By how much rounding can raise what the customers of a route pay together.
    fn slack(&self, prices: &[f64]) -> f64 {
        let most = prices.iter().fold(0.0, |most: f64, price| most.max(price.abs()));
        let magnitude = |walks: &Walks<'_>| (most + walks.fleet().fixed + walks.dearest()) * walks.most_calls() as f64;
        let magnitude = self.fleets.iter().map(magnitude).fold(0.0, f64::max);
        2.0 * magnitude * (self.n_terms() + 64.0) * f64::EPSILON
    }

    /// Prices to begin with: between those of the incumbent, near which the best ones are, and radial ones, which no
    /// route undercuts.
    fn best_start(
        &mut self,
        (radial, incumbent): (Option<&[f64]>, Option<&Solution>),
        stage: &Stage<'_>,
        iteration: &mut u64,
        value: &mut Option<Cost>,
    ) -> Point {
        let whole = self.start(incumbent);
        let between = |share: f64| -> Point {
            let radial = |row: usize| radial.map_or(0.0, |prices| prices[row]).max(0.0);
            let node = whole.node.iter().zip(0..).map(|(price, row)| share * price + (1.0 - share) * radial(row));
            let node = node.map(|price| if price < f64::INFINITY { price } else { 0.0 });
            Point { node: node.collect(), ..whole.clone() }
        };
        let mut best = (f64::NEG_INFINITY, between(0.0));
        for share in STARTS {
            let next = between(share);
            if stage.budget.exhausted(*iteration + 1) {
                return next;
            }
            let Some(found) = self.evaluate(&next, stage.budget) else { break };
            *iteration += 1;
            if found.bound <= best.0 {
                break;
            }
            self.note(&found, stage.observer, value);
            best = (found.bound, next);
        }
        best.1
    }

    /// Prices to begin with: the incumbent's routes, each split among its customers.
    fn start(&self, incumbent: Option<&Solution>) -> Point {
        let problem = self.relaxation.problem;
        let mut node = vec![0.0; problem.n_customers()];
        for route in incumbent.iter().flat_map(|incumbent| &incumbent.routes) {
            let kind = problem.vehicle_type(route.vehicle_type);
            let way = |from, to| {
                let (distance, duration) = (problem.travel().distance(from, to), problem.travel().duration(from, to));
                super::fleets::cost((kind.per_distance, kind.per_duration), distance, duration)
            };
            let place = |row: usize| problem.customer(route.visits[row]).location;
            let last = route.visits.len() - 1;
            let outer = way(kind.start, place(0)) + kind.end.map_or(0.0, |end| way(place(last), end));
            let weight = |row: usize| self.fleets[0].weight(route.visits[row].get());
            let total: f64 = (0..=last).map(weight).sum();
            for row in 0..=last {
                let mut price = (outer + kind.fixed.get() as f64) * weight(row) / total;
                price += kind.per_duration.get() as f64 * problem.customer(route.visits[row]).service.get() as f64;
                if row > 0 {
                    price += way(place(row - 1), place(row)) / 2.0;
                }
                if row < last {
                    price += way(place(row), place(row + 1)) / 2.0;
                }
                node[route.visits[row].get()] = price;
            }
        }
        for (members, prize) in &self.relaxation.stakes.optional {
            if members.iter().all(|&row| node[row].total_cmp(&0.0).is_eq()) {
                members.iter().for_each(|&row| node[row] = prize / members.len() as f64);
            }
        }
        self.at(node)
    }

    /// `point` moved along the derivatives, `rise` being what the bound would gain if it were linear.
    fn stepped(&self, point: &Point, slopes: &Slopes, rise: f64) -> Point {
        let step = rise / slopes.product(slopes).max(1e-9);
        let node = point.node.iter().zip(&slopes.node).map(|(price, slope)| price + step * slope).collect();
        if self.relaxation.worth.is_some() {
            return self.at(node);
        }
        let fleet = point.fleet.iter().zip(&slopes.fleet).map(|(price, slope)| (price + step * slope).max(0.0));
        // Prices are shares of what a route costs only where it gets nothing back.
        let route = if self.is_timed { 0.0 } else { (point.route + step * slopes.route).max(0.0) };
        Point { node, route, fleet: fleet.collect() }
    }

    /// The bound at `point`; `None` when time is up.
    fn evaluate(&mut self, point: &Point, budget: &Budget<'_>) -> Option<Evaluation> {
        let customers = self.relaxation.problem.customers();
        let mut prices = vec![f64::INFINITY; customers.len()];
        let mut decisive = vec![Decisive { fleet: 0, own: 1.0, calls: Vec::new() }; customers.len()];
        let mut magnitude: f64 = 0.0;
        for (index, routes) in self.fleets.iter_mut().enumerate() {
            let per_second = routes.fleet().rate.1.get() as f64;
            let node: Vec<f64> = customers
                .iter()
                .zip(&point.node)
                .map(|(customer, price)| customer.service.get() as f64 * per_second - price)
                .collect();
            routes.pass(&node, budget)?;
            let base = routes.fleet().fixed - point.route + point.fleet[index];
            for row in 0..customers.len() {
                // Joining the halves of walks takes as long as finding them.
                if row % ROWS_BETWEEN_LOOKS == 0 && budget.out_of_time() {
                    return None;
                }
                let found = routes.price(row, point.node[row], &node, base);
                if found.price < prices[row] {
                    prices[row] = found.price;
                    let Decisive { fleet, own, calls } = &mut decisive[row];
                    (*fleet, *own) = (index, found.own);
                    calls.clear();
                    routes.visits(row, &found, &mut |visited| calls.push((visited, found.share)));
                }
            }
            let steepest = node.iter().fold(base.abs(), |most, cost| most.max(cost.abs()));
            // Each call adds a way and itself.
            magnitude = magnitude.max((steepest + routes.dearest()) * routes.most_calls() as f64);
        }
        Some(self.sum_up(point, prices, &decisive, magnitude))
    }

    fn sum_up(&self, point: &Point, mut prices: Vec<f64>, decisive: &[Decisive], magnitude: f64) -> Evaluation {
        let relaxation = self.relaxation;
        let mut paid = vec![true; prices.len()];
        let reachable: Vec<bool> = prices.iter().map(|price| price.is_finite()).collect();
        for row in (0..prices.len()).filter(|&row| !reachable[row]) {
            // Nobody can serve it: an optional one costs its prize, a mandatory one leaves nothing to bound.
            (prices[row], paid[row]) = (0.0, false);
        }
        for (members, prize) in &relaxation.stakes.optional {
            let excess = members.iter().map(|&row| prices[row]).sum::<f64>() - prize;
            if let Some(&row) = members.iter().find(|&&row| !reachable[row]) {
                // No route calls there, so no route limits its price.
                prices[row] -= excess;
                members.iter().for_each(|&row| paid[row] = false);
            } else if excess > 0.0 {
                members.iter().for_each(|&row| {
                    prices[row] -= excess / members.len() as f64;
                    paid[row] = false;
                });
            }
        }
        let mut node: Vec<f64> = decisive.iter().zip(0..).map(|(it, row)| it.own * relaxation.worth(row)).collect();
        let mut n_used = vec![0.0; self.fleets.len()];
        for row in 0..prices.len() {
            if !paid[row] {
                node[row] = 0.0;
                continue;
            }
            let Decisive { fleet, calls, .. } = &decisive[row];
            for &(visited, share) in calls {
                node[visited] -= share * relaxation.worth(row);
            }
            n_used[*fleet] += calls.first().map_or(0.0, |first| first.1) * relaxation.worth(row);
        }
        // A paid customer's own price counts once; an unpaid one's does not count at all.
        let least = relaxation.least_vehicles as f64;
        let counts = self.fleets.iter().map(|walks| walks.fleet().count as f64);
        let fleet: Vec<f64> = n_used.iter().zip(counts.clone()).map(|(used, count)| used - count).collect();
        let fleets: f64 = point.fleet.iter().zip(counts).map(|(price, count)| price * count).sum();
        let sum: f64 = prices.iter().zip(0..).map(|(price, row)| price * relaxation.worth(row)).sum();
        let magnitude = magnitude + prices.iter().map(|price| price.abs()).sum::<f64>() + least * point.route + fleets;
        Evaluation {
            bound: sum + least * point.route - fleets,
            magnitude,
            prices,
            slopes: Slopes { node, route: least - n_used.iter().sum::<f64>(), fleet },
        }
    }
}
