//! A problem in the layout that the inner loops scan: arcs by site, costs with the cheapest inbound folded in.

use super::derived::{
    ceilings, cheapest_inbound, common_divisor, fewest_sites, funds, needed, product_capacity, supplies_bind,
};
use super::near::{N_NEAR, Near};
use super::problem::{Customer, Place, Problem};
use crate::search::Budget;
use crate::units::{Cost, Load};
use std::sync::OnceLock;

/// Most pairs of a site and a row that are decided one by one.
const MOST_ASSIGNED: usize = 60_000;

/// Arrays derived from one [`Problem`], immutable.
pub(super) struct Prepared<'a> {
    pub(super) problem: &'a Problem,
    /// When to give up on flows that take long.
    pub(super) budget: &'a Budget<'a>,
    /// Arcs of site `i` are `first[i]..first[i + 1]`.
    pub(super) first: Vec<usize>,
    /// Row of each arc, ascending within a site.
    pub(super) row: Vec<u32>,
    /// Cost of the whole row on each arc, cheapest inbound included, in millionths.
    pub(super) cost: Vec<f64>,
    pub(super) demand: Vec<f64>,
    pub(super) weight: Vec<f64>,
    /// How far the price of each row moves, compared with others.
    pub(super) pace: Vec<f64>,
    pub(super) product: Vec<usize>,
    /// Capacity by site; infinite where it cannot bind.
    pub(super) capacity: Vec<f64>,
    pub(super) capacitated: bool,
    /// Units of each product that each site can pass, by site, then product, infinite where that cannot bind; empty where
    /// no product has a capacity of its own.
    pub(super) product_capacity: Vec<f64>,
    /// Open minus closed cost by site.
    pub(super) opening: Vec<f64>,
    /// Sum of all closed costs.
    pub(super) constant: f64,
    pub(super) total_weight: f64,
    /// Most weight that a site can pass, never more than all of it.
    pub(super) useful: Vec<f64>,
    /// Least throughput of each site when it is open.
    pub(super) least: Vec<f64>,
    /// Whether some site has one.
    pub(super) has_least: bool,
    /// Place of each site.
    pub(super) place: Vec<usize>,
    /// What each site spends of the funds.
    pub(super) spending: Vec<f64>,
    /// Most that the open sites may spend together; infinite where it cannot bind.
    pub(super) funds: f64,
    /// Fewest sites that must be open: by the problem, or because fewer cannot pass everything.
    pub(super) min_open: usize,
    /// Whether some supply's capacity can bind, so that supplies need prices.
    pub(super) supplies_bind: bool,
    /// Most that each supply can be asked for: its capacity, or all that is needed of its product.
    pub(super) supply_useful: Vec<f64>,
    /// Plant of each supply, if any.
    plant_of: Vec<Option<usize>>,
    /// Units that each plant can give.
    pub(super) plant_useful: Vec<f64>,
    /// Each plant as a place of its own.
    pub(super) plant_places: Vec<Place>,
    /// Units that plants must give together.
    pub(super) plants_needed: f64,
    /// Cheapest inbound unit cost by site and product.
    pub(super) inbound: Vec<f64>,
    /// Whether some row must be served whole by a site whose capacity can bind.
    pub(super) packing: bool,
    /// Whether every row must be served whole, so that sites pack.
    pub(super) whole_rows: bool,
    /// The most that rounding the flows' costs can take off a solution's cost, in millionths.
    pub(super) rounding: f64,
    /// Every solution's cost is a multiple of this.
    pub(super) multiple: i64,
    /// Whether some arcs are left out.
    pub(super) truncated: bool,
    /// Highest price of each row at which none of the arcs left out can matter.
    pub(super) ceiling: Vec<f64>,
    /// A cost above that of any arc, for rows without a site.
    pub(super) missing: f64,
    /// See [`Prepared::near_arcs`].
    near: OnceLock<Near>,
}

impl<'a> Prepared<'a> {
    /// Lays out `problem`. O(arcs).
    pub(super) fn new(problem: &'a Problem, budget: &'a Budget<'a>) -> Self {
        let (n_sites, n_products) = (problem.sites().len(), problem.n_products());
        let inbound = cheapest_inbound(problem);
        let mut reach = vec![0.0; n_sites];
        let mut first = vec![0; n_sites + 1];
        for customer in problem.customers() {
            for service in &customer.services {
                let i = service.site.get();
                if inbound[i * n_products + customer.product.get()].is_finite() {
                    first[i + 1] += 1;
                    reach[i] += customer.weight.get() as f64;
                }
            }
        }
        for i in 0..n_sites {
            first[i + 1] += first[i];
        }
        let total_weight: f64 = problem.customers().iter().map(|customer| customer.weight.get() as f64).sum();
        let truncated = problem.is_truncated();
        if truncated {
            reach.fill(total_weight);
        }
        let ceiling = ceilings(problem, &inbound);
        let mut capacity = vec![f64::INFINITY; n_sites];
        let mut useful = reach.clone();
        for (i, site) in problem.sites().iter().enumerate() {
            if let Some(most) = site.capacity
                && (most.get() as f64) < reach[i]
            {
                capacity[i] = most.get() as f64;
                useful[i] = capacity[i];
            }
        }
        let product_capacity = product_capacity(problem, &inbound, &mut useful);
        let supplies_bind = supplies_bind(problem);
        let n_arcs = first[n_sites];
        let (mut row, mut cost) = (vec![0; n_arcs], vec![0.0; n_arcs]);
        let mut next = first.clone();
        let (mut rounding, mut packing, mut splitting, mut missing) = (0.0, false, false, 1.0f64);
        let least: Vec<f64> = problem.sites().iter().map(|site| site.least.get() as f64).collect();
        let binds = |customer: &Customer| {
            let mut sites = customer.services.iter().map(|service| service.site.get());
            let product = customer.product.get();
            let is_limited =
                |i: usize| product_capacity.get(i * n_products + product).is_some_and(|most| most.is_finite());
            sites.any(|i| capacity[i].is_finite() || is_limited(i) || least[i] > 0.0)
        };
        let splittable = |customer: &Customer| !customer.single_source && binds(customer);
        for (j, customer) in problem.customers().iter().enumerate() {
            let splits = splittable(customer) || supplies_bind && !customer.single_source;
            splitting |= splits;
            packing |= customer.single_source && binds(customer);
            let whole_units = customer.services.iter().all(|s| s.cost % customer.demand.get() as f64 == 0.0);
            if splits && !whole_units {
                let n_ways = if truncated { n_sites } else { customer.services.len() };
                rounding += 0.5 * (n_ways as f64).min(customer.demand.get() as f64);
            }
            let demand = customer.demand.get() as f64;
            for service in &customer.services {
                let i = service.site.get();
                let unit = inbound[i * n_products + customer.product.get()];
                if unit.is_finite() {
                    let outbound = if splits { service.cost } else { service.cost.round() };
                    row[next[i]] = j as u32;
                    cost[next[i]] = outbound + demand * unit;
                    missing = missing.max(cost[next[i]]);
                    next[i] += 1;
                }
            }
        }
        if !problem.supplies().is_empty() {
            let inflows = problem.supplies().iter().map(|s| s.unit_cost.iter().filter(|cost| cost.is_finite()).count());
            rounding += 0.5 * inflows.sum::<usize>() as f64;
        }
        let needed = needed(problem);
        let supply_useful: Vec<f64> = problem
            .supplies()
            .iter()
            .map(|supply| {
                let needed = needed[supply.product.get()];
                supply.capacity.map_or(needed, |most| most.min(needed)).get() as f64
            })
            .collect();
        let mut plant_of = vec![None; supply_useful.len()];
        for (g, plant) in problem.plants().iter().enumerate() {
            plant.supplies.iter().for_each(|supply| plant_of[supply.get()] = Some(g));
        }
        let mut plant_useful = vec![0.0; problem.plants().len()];
        let mut plants_needed =
            if problem.plants().is_empty() { 0.0 } else { needed.iter().copied().sum::<Load>().get() as f64 };
        for (k, useful) in supply_useful.iter().enumerate() {
            match plant_of[k] {
                Some(g) => plant_useful[g] += useful,
                None => plants_needed = (plants_needed - useful).max(0.0),
            }
        }
        let useful: Vec<f64> = useful.iter().map(|&most| most.min(total_weight)).collect();
        let min_open = fewest_sites(problem, &useful, total_weight).max(problem.min_open());
        let spending: Vec<f64> = problem.sites().iter().map(|site| site.spending.get() as f64).collect();
        let place_sizes = problem.places().iter().enumerate();
        let place = place_sizes.flat_map(|(p, place)| std::iter::repeat_n(p, place.sites.len())).collect();
        let opening: Vec<f64> = problem.sites().iter().map(|site| (site.open - site.closed).get() as f64).collect();
        let constant: Cost = problem.sites().iter().map(|site| site.closed).sum();
        let multiple = if splitting || truncated || rounding > 0.0 { 1 } else { common_divisor(problem, &cost) };
        let mut prepared = Self {
            problem,
            budget,
            first,
            row,
            cost,
            demand: problem.customers().iter().map(|customer| customer.demand.get() as f64).collect(),
            weight: problem.customers().iter().map(|customer| customer.weight.get() as f64).collect(),
            product: problem.customers().iter().map(|customer| customer.product.get()).collect(),
            capacitated: capacity.iter().chain(&product_capacity).any(|most| most.is_finite()),
            product_capacity,
            capacity,
            opening,
            constant: constant.get() as f64,
            total_weight,
            useful,
            has_least: least.iter().any(|&least| least > 0.0),
            least,
            place,
            funds: funds(problem),
            spending,
            min_open,
            supplies_bind,
            supply_useful,
            plant_of,
            plant_places: (0..plant_useful.len()).map(|g| Place { sites: g..g + 1, is_required: false }).collect(),
            plant_useful,
            plants_needed,
            inbound,
            packing,
            whole_rows: packing && problem.customers().iter().all(|customer| customer.single_source),
            rounding,
            multiple,
            truncated,
            ceiling,
            missing: missing * 1e3,
            pace: Vec::new(),
            near: OnceLock::new(),
        };
        prepared.pace = prepared.paces();
        prepared
    }

    /// The more a row weighs, the more its price has to move for the same change per unit. Where rows cannot be split, what
    /// they weigh says less.
    fn paces(&self) -> Vec<f64> {
        let is_even = !self.is_divisible() || self.weight.iter().any(|&weight| weight <= 0.0);
        let mean = self.total_weight / self.n_rows().max(1) as f64;
        self.weight.iter().map(|weight| if is_even { 1.0 } else { weight / mean }).collect()
    }

    pub(super) fn n_sites(&self) -> usize {
        self.opening.len()
    }

    /// Sites, then plants: what can be open or closed.
    pub(super) fn n_flags(&self) -> usize {
        self.n_sites() + self.plant_useful.len()
    }

    /// Flags of open sites, completed by all plants.
    pub(super) fn with_all_plants(&self, open: &[bool]) -> Vec<bool> {
        let mut flags = open.to_vec();
        flags.resize(self.n_flags(), true);
        flags
    }

    /// The supplies that belong to no plant, or to an open one.
    pub(super) fn open_supplies(&self, open: &[bool]) -> impl Iterator<Item = usize> {
        (0..self.plant_of.len()).filter(|&k| self.plant_of[k].is_none_or(|g| open[self.n_sites() + g]))
    }

    /// What opening a site or plant costs more than leaving it closed.
    pub(super) fn opening_of(&self, flag: usize) -> f64 {
        let plant = |g: usize| self.problem.plants()[g].cost.get() as f64;
        flag.checked_sub(self.n_sites()).map_or_else(|| self.opening[flag], plant)
    }

    /// The plant that a supply belongs to.
    pub(super) fn plant_of(&self, supply: usize) -> Option<usize> {
        self.plant_of[supply]
    }

    /// Whether open plants can give what plants must.
    pub(super) fn plants_suffice(&self, open: &[bool]) -> bool {
        let plants = self.plant_useful.iter().zip(&open[self.n_sites()..]);
        plants.filter(|(_, open)| **open).map(|(useful, _)| useful).sum::<f64>() >= self.plants_needed
    }

    pub(super) fn n_rows(&self) -> usize {
        self.demand.len()
    }

    /// Rows and costs of the arcs of site `i`.
    #[inline]
    pub(super) fn arcs(&self, i: usize) -> (&[u32], &[f64]) {
        let range = self.first[i]..self.first[i + 1];
        (&self.row[range.clone()], &self.cost[range])
    }

    /// The arcs of site `i` that lead to rows for which it is among the cheapest sites, where there are many more; all of
    /// its arcs where there are not.
    pub(super) fn near_arcs(&self, i: usize) -> (&[u32], &[f64]) {
        if self.row.len() <= 2 * N_NEAR * self.n_rows() {
            return self.arcs(i);
        }
        self.near.get_or_init(|| Near::new(self)).arcs(i)
    }

    /// Position of the arc from site `i` to row `j`, if there is one.
    #[inline]
    pub(super) fn arc(&self, i: usize, j: usize) -> Option<usize> {
        let rows = self.arcs(i).0;
        if rows.len() == self.n_rows() {
            return Some(self.first[i] + j);
        }
        rows.binary_search(&(j as u32)).ok().map(|at| self.first[i] + at)
    }

    /// Cost of serving row `j` whole from site `i`, if it may.
    #[inline]
    pub(super) fn arc_cost(&self, i: usize, j: usize) -> Option<f64> {
        self.arc(i, j).map(|at| self.cost[at])
    }

    /// Cheapest cost of bringing all of row `j`'s demand into site `i`.
    pub(super) fn inbound_of(&self, i: usize, j: usize) -> f64 {
        self.demand[j] * self.inbound[i * self.problem.n_products() + self.product[j]]
    }

    /// Whether every row is served whole, by sites that have nothing but a capacity.
    pub(super) fn is_assignment(&self) -> bool {
        self.whole_rows
            && !self.truncated
            && !self.supplies_bind
            && !self.has_least
            && self.funds.is_infinite()
            && self.problem.places().len() == self.n_sites()
    }

    /// The same, with so few pairs of a site and a row that each can be decided by itself.
    pub(super) fn assigns(&self) -> bool {
        self.row.len() <= MOST_ASSIGNED && self.is_assignment()
    }

    /// Whether sites, supplies and rows leave each row free to take its cheapest open site.
    pub(super) fn nearest_is_optimal(&self) -> bool {
        !self.capacitated && !self.supplies_bind && !self.has_least
    }

    /// Whether nothing but one capacity limits a site, and rows may be split: then a site that is full has no use for rows
    /// of less value per weight than its last one.
    pub(super) fn is_divisible(&self) -> bool {
        !(self.whole_rows || self.supplies_bind || self.has_least || self.limits_products())
    }

    /// Whether products have capacities of their own.
    pub(super) fn limits_products(&self) -> bool {
        !self.product_capacity.is_empty()
    }

    /// Units of a product that site `i` can pass; infinite where that cannot bind.
    pub(super) fn capacity_for(&self, i: usize, product: usize) -> f64 {
        self.product_capacity.get(i * self.problem.n_products() + product).copied().unwrap_or(f64::INFINITY)
    }

    /// Whether all that could be served from site `i` is below its least throughput.
    pub(super) fn is_hopeless(&self, i: usize) -> bool {
        self.least[i] > self.useful[i]
    }

    /// Whether every site is a place of its own that need not be open, and there are no funds to keep to.
    pub(super) fn places_are_plain(&self) -> bool {
        let is_plain = |place: &Place| place.sites.len() == 1 && !place.is_required;
        self.funds.is_infinite() && self.problem.places().iter().all(is_plain)
    }

    /// The other sites of the place of site `i`.
    pub(super) fn siblings(&self, i: usize) -> impl Iterator<Item = usize> + '_ {
        self.problem.places()[self.place[i]].sites.clone().filter(move |&k| k != i)
    }

    /// Whether the place of site `i` has an open site.
    pub(super) fn is_required(&self, i: usize) -> bool {
        self.problem.places()[self.place[i]].is_required
    }

    /// Opens site `i` and closes the others of its place.
    pub(super) fn open_site(&self, open: &mut [bool], i: usize) {
        self.siblings(i).for_each(|k| open[k] = false);
        open[i] = true;
    }

    /// What the open sites spend.
    pub(super) fn spent(&self, open: &[bool]) -> f64 {
        self.spending.iter().zip(open).filter(|(_, open)| **open).map(|(spending, _)| spending).sum()
    }

    /// Whether open sites keep places, counts and funds.
    pub(super) fn allows(&self, open: &[bool]) -> bool {
        let problem = self.problem;
        let n_open = open[..self.n_sites()].iter().filter(|&&open| open).count();
        let keeps_place = |place: &Place| {
            let n_open = open[place.sites.clone()].iter().filter(|&&open| open).count();
            n_open <= 1 && (n_open == 1 || !place.is_required)
        };
        (problem.min_open()..=problem.max_open()).contains(&n_open)
            && self.spent(open) <= self.funds
            && problem.places().iter().all(keeps_place)
    }

    /// A bound on the cost that is safe in integers: floats and rounded flows can only make it lower, and it is
    /// raised to the next cost that a solution can have. `magnitude` is the sum of the absolute terms.
    pub(super) fn safe_bound(&self, bound: f64, magnitude: f64) -> Cost {
        let terms = (self.n_rows() + self.n_sites() + 64) as f64;
        let safe = bound - self.rounding - magnitude * terms * f64::EPSILON;
        let whole = safe.clamp(-1e18, 1e18).ceil() as i64;
        let rest = whole.rem_euclid(self.multiple);
        Cost::new(if rest == 0 { whole } else { whole + self.multiple - rest })
    }
}
