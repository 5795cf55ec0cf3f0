//! The value of the relaxation at given prices, with its subgradient.

use super::assigned::Assigned;
use super::by_product::ByProduct;
use super::knapsack::Knapsack;
use super::nearness::Nearness;
use super::plants::{choose_plants, plant_values};
use super::regions::Region;
use super::selection::{Limits, select};
use crate::search::workers;
use crate::siting::SiteStatus;
use crate::siting::prepared::Prepared;

/// Prices of the demand rows and of the supplies' capacities, in millionths (per row; per unit).
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Prices {
    pub(crate) rows: Vec<f64>,
    pub(crate) supplies: Vec<f64>,
}

/// Sites forced open or closed.
pub(crate) type Fixing = Vec<Option<bool>>;

/// The relaxation at one point.
#[derive(Clone, Debug)]
pub(crate) struct Evaluation {
    /// Its value, without any safety margin.
    pub(crate) bound: f64,
    /// The value where sites and plants may open in part, which [`reduced`](Self::reduced) counts from.
    pub(crate) linear: f64,
    /// Sum of the absolute terms of the value: the scale of its float error.
    pub(crate) magnitude: f64,
    /// Demand share of each row that the relaxation leaves unserved (negative: serves twice).
    pub(crate) unserved: Vec<f64>,
    /// Units by which each supply's capacity is exceeded; zero for supplies without limit.
    pub(crate) excess: Vec<f64>,
    /// Share of each site, then plant, that is open.
    pub(crate) open: Vec<f64>,
    /// Value of opening each site or plant: what the bound would rise by, at least, if its flag were turned.
    pub(crate) reduced: Vec<f64>,
    /// Price of one unit of the sites' total capacity.
    pub(crate) capacity_price: f64,
    /// Price of one millionth of the funds.
    pub(crate) funds_price: f64,
    /// Price of one unit from all plants together.
    pub(crate) plants_price: f64,
}

/// The relaxation of one problem, with the arcs that can matter at present prices.
pub(crate) struct Lagrangian<'a> {
    prepared: &'a Prepared<'a>,
    first: Vec<usize>,
    row: Vec<u32>,
    cost: Vec<f64>,
    /// Arcs of at least this cost are left out, by row; prices must stay below.
    threshold: Vec<f64>,
    /// Which of them come first at each site.
    nearness: Nearness,
    /// Value per weight of the last row that each site took at the last prices; zero where it took all.
    last_taken: Vec<f64>,
    /// Pairs of a site and a row that are decided.
    assigned: Assigned,
    /// How often each row was taken by each site since [`Lagrangian::count_anew`], by site, then row; empty before.
    counts: Vec<f32>,
    /// Limits of a part of the search, see [`Limits`].
    regions: Vec<Region>,
    /// Weight of the choice of whole sites and plants, see [`Limits`].
    whole: f64,
}

/// What one worker finds for its range of sites.
struct Part {
    values: Vec<f64>,
    magnitude: f64,
    /// Per site, and product where these have capacities of their own: end in `taken` and share of its last row.
    ends: Vec<(usize, f64)>,
    taken: Vec<u32>,
    /// Value per weight of each site's last row, see [`Lagrangian::last_taken`].
    last_taken: Vec<f64>,
    /// Sites at which arcs had to be looked at that are not near.
    n_far: usize,
}

/// Rows worth less than this share of a site's last one at the last prices are hardly taken at the next.
const HARDLY_TAKEN: f64 = 0.85;

/// Weight of the choice of whole sites where rows may be split. Alone it makes a dual that is harder to climb. Tuned on eight
/// problems of 300 and 500 sites.
const WHOLE: f64 = 0.5;

/// Most sites that are opened whole where rows may be split.
const MOST_WHOLE: usize = 600;

/// From this many arcs on they are sorted by nearness.
const MANY_ARCS: usize = 2_000;

/// Below this many arcs the work is not worth spreading over threads.
const SPREAD_ARCS: usize = 60_000;

impl<'a> Lagrangian<'a> {
    /// The relaxation of `prepared`, its arcs chosen for `prices`.
    pub(crate) fn new(prepared: &'a Prepared<'a>, prices: &Prices) -> Self {
        let mut lagrangian = Self {
            prepared,
            first: Vec::new(),
            row: Vec::new(),
            cost: Vec::new(),
            threshold: Vec::new(),
            nearness: Nearness::default(),
            last_taken: vec![0.0; prepared.n_sites()],
            assigned: Assigned::none(prepared),
            counts: Vec::new(),
            regions: Vec::new(),
            whole: if prepared.whole_rows { 1.0 } else { 0.0 },
        };
        lagrangian.choose_arcs(prices);
        lagrangian
    }

    pub(crate) fn prepared(&self) -> &'a Prepared<'a> {
        self.prepared
    }

    /// Rows and costs of the arcs of site `i` that can matter at present prices.
    pub(crate) fn arcs(&self, i: usize) -> (&[u32], &[f64]) {
        let range = self.first[i]..self.first[i + 1];
        (&self.row[range.clone()], &self.cost[range])
    }

    /// Goes on with these pairs decided. They must agree with the sites that are fixed.
    pub(crate) fn assign(&mut self, assigned: &Assigned, prices: &Prices) {
        self.assigned.clone_from(assigned);
        self.choose_arcs(prices);
    }

    /// Goes on with these regions limited, and no others. They must nest or have no site in common, and be in the order of their
    /// sizes.
    pub(crate) fn confine(&mut self, regions: &[Region]) {
        debug_assert!(regions.is_sorted_by_key(|region| region.sites.len()));
        self.regions.clear();
        self.regions.extend_from_slice(regions);
    }

    /// Opens sites and plants whole from now on, as far as [`select`] can tell: the value rises. Not where one site in part
    /// hardly matters.
    pub(crate) fn open_whole(&mut self) {
        if self.prepared.n_sites() <= MOST_WHOLE {
            self.whole = self.whole.max(WHOLE);
        }
    }

    /// The pairs that are decided.
    pub(super) fn assigned(&self) -> &Assigned {
        &self.assigned
    }

    /// Begins to count which row is taken by which site.
    pub(crate) fn count_anew(&mut self) {
        self.counts.clear();
        self.counts.resize(self.prepared.n_sites() * self.prepared.n_rows(), 0.0);
    }

    /// How often site `i` took row `j`.
    pub(crate) fn count(&self, i: usize, j: usize) -> f32 {
        self.counts[i * self.prepared.n_rows() + j]
    }

    /// Sites that the problem itself requires or forbids.
    pub(crate) fn fixing(&self) -> Fixing {
        let sites = self.prepared.problem.sites().iter().enumerate();
        let fixed = sites.map(|(i, site)| match site.status {
            SiteStatus::Required => Some(true),
            SiteStatus::Forbidden => Some(false),
            SiteStatus::Free => self.prepared.is_hopeless(i).then_some(false),
        });
        fixed.chain(std::iter::repeat_n(None, self.prepared.n_flags() - self.prepared.n_sites())).collect()
    }

    /// Keeps the arcs that prices somewhat above `prices` can make negative.
    fn choose_arcs(&mut self, prices: &Prices) {
        let prepared = self.prepared;
        let mean = prices.rows.iter().map(|price| price.abs()).sum::<f64>() / prices.rows.len().max(1) as f64;
        let all = prepared.row.len() < 20_000 || prepared.assigns();
        let margin = |&price: &f64| if all { f64::INFINITY } else { price.max(0.0) * 1.25 + 0.05 * mean };
        self.threshold = prices.rows.iter().map(margin).collect();
        self.first.clear();
        self.row.clear();
        self.cost.clear();
        self.first.push(0);
        for i in 0..prepared.n_sites() {
            let (rows, costs) = prepared.arcs(i);
            // To reach a least throughput any row may be worth serving.
            let is_kept = prepared.least[i] > 0.0;
            for (at, (&j, &cost)) in rows.iter().zip(costs).enumerate() {
                if (is_kept || cost < self.threshold[j as usize]) && !self.assigned.is_barred(prepared.first[i] + at) {
                    self.row.push(j);
                    self.cost.push(cost);
                }
            }
            self.first.push(self.row.len());
        }
        self.nearness.forget();
    }

    /// The relaxation's value and subgradient at `prices` when `fixed` sites are forced.
    pub(crate) fn evaluate(&mut self, prices: &Prices, fixed: &[Option<bool>]) -> Evaluation {
        debug_assert!(prices.rows.iter().zip(&self.prepared.ceiling).all(|(price, most)| price <= most));
        if prices.rows.iter().zip(&self.threshold).any(|(price, threshold)| price > threshold) {
            self.choose_arcs(prices);
        }
        let prepared = self.prepared;
        if prepared.is_divisible() && self.row.len() >= MANY_ARCS {
            let (first, last_taken) = (&self.first, &self.last_taken);
            self.nearness.follow(prepared, &prices.rows, last_taken, first, (&mut self.row, &mut self.cost));
        }
        let inbound = (prepared.supplies_bind).then(|| self.inbound(&prices.supplies));
        let n_sites = prepared.n_sites();
        let n_parts = if self.row.len() < SPREAD_ARCS { 1 } else { 16.min(n_sites) };
        let bounds: Vec<usize> = (0..=n_parts).map(|part| part * n_sites / n_parts.max(1)).collect();
        let parts = if n_parts == 1 {
            vec![self.part(0..n_sites, prices, fixed, inbound.as_ref())]
        } else {
            workers(n_parts, |part| self.part(bounds[part]..bounds[part + 1], prices, fixed, inbound.as_ref()))
        };
        self.nearness.judge(parts.iter().map(|part| part.n_far).sum(), n_sites);
        self.last_taken.clear();
        parts.iter().for_each(|part| self.last_taken.extend_from_slice(&part.last_taken));
        let evaluation = self.assemble(&parts, prices, fixed, inbound.as_ref());
        if !self.counts.is_empty() {
            self.count_taken(&parts, &evaluation.open);
        }
        evaluation
    }

    fn count_taken(&mut self, parts: &[Part], open: &[f64]) {
        let n_rows = self.prepared.n_rows();
        let mut i = 0;
        for part in parts {
            let mut start = 0;
            for &(end, _) in &part.ends {
                part.taken[start..end].iter().for_each(|&j| self.counts[i * n_rows + j as usize] += open[i] as f32);
                (start, i) = (end, i + 1);
            }
        }
    }

    /// Value of opening each site at `prices`: opening cost and what it would serve.
    pub(crate) fn values(&self, prices: &Prices) -> Vec<f64> {
        let prepared = self.prepared;
        let inbound = (prepared.supplies_bind).then(|| self.inbound(&prices.supplies));
        let fixed = vec![None; prepared.n_sites()];
        let part = self.part(0..prepared.n_sites(), prices, &fixed, inbound.as_ref());
        let sites = part.values.iter().zip(&prepared.opening).map(|(value, opening)| value + opening);
        sites.chain(plant_values(prepared, prices)).collect()
    }

    /// Cheapest inbound unit cost above the one without prices, and from which supply, by site and product.
    fn inbound(&self, prices: &[f64]) -> Vec<(f64, usize)> {
        let prepared = self.prepared;
        let n_products = prepared.problem.n_products();
        let mut inbound = vec![(f64::INFINITY, usize::MAX); prepared.n_sites() * n_products];
        for (k, supply) in prepared.problem.supplies().iter().enumerate() {
            for (i, &cost) in supply.unit_cost.iter().enumerate() {
                let best = &mut inbound[i * n_products + supply.product.get()];
                if cost + prices[k] < best.0 {
                    *best = (cost + prices[k], k);
                }
            }
        }
        for (best, &base) in inbound.iter_mut().zip(&prepared.inbound) {
            if base.is_finite() {
                best.0 -= base;
            }
        }
        inbound
    }

    /// Number of ends that each site has in a [`Part`].
    fn n_ends(&self) -> usize {
        if self.prepared.limits_products() { 1 + self.prepared.problem.n_products() } else { 1 }
    }

    /// Number of arcs that are looked at first.
    #[cfg(test)]
    pub(super) fn n_near(&self) -> usize {
        (0..self.prepared.n_sites()).map(|i| self.nearness.near(i, self.first[i]..self.first[i + 1]).len()).sum()
    }

    /// Solves the subproblems of a range of sites.
    fn part(
        &self,
        sites: std::ops::Range<usize>,
        prices: &Prices,
        fixed: &[Option<bool>],
        inbound: Option<&Vec<(f64, usize)>>,
    ) -> Part {
        let prepared = self.prepared;
        let n_products = prepared.problem.n_products();
        let mut knapsack = Knapsack::new();
        let mut by_product = ByProduct::new(n_products);
        let n_ends = self.n_ends();
        let mut part = Part {
            values: Vec::new(),
            magnitude: 0.0,
            ends: Vec::new(),
            taken: Vec::new(),
            last_taken: Vec::new(),
            n_far: 0,
        };
        for i in sites {
            if fixed[i] == Some(false) {
                part.values.push(0.0);
                part.ends.extend(std::iter::repeat_n((part.taken.len(), 1.0), n_ends));
                part.last_taken.push(self.last_taken[i]);
                continue;
            }
            let all = self.first[i]..self.first[i + 1];
            let range = if prepared.capacity[i].is_finite() { self.nearness.near(i, all.clone()) } else { all.clone() };
            // With arcs left out, what a least throughput makes a site serve is not known.
            let least = if prepared.truncated { 0.0 } else { prepared.least[i] };
            let mut capacity = prepared.capacity[i];
            let packs = capacity.is_finite() || least > 0.0;
            let (mut value, mut assigned) = (0.0, 0.0);
            let (mut share, mut last_taken) = (1.0, 0.0);
            let is_simple = least <= 0.0 && !prepared.whole_rows;
            let is_limited = prepared.limits_products();
            by_product.begin();
            knapsack.begin(if is_simple { HARDLY_TAKEN * self.last_taken[i] } else { 0.0 });
            for (&j, &cost) in self.row[range.clone()].iter().zip(&self.cost[range.clone()]) {
                let j_row = j as usize;
                let mut reduced = cost - prices.rows[j_row];
                if let Some(inbound) = inbound {
                    reduced += prepared.demand[j_row] * inbound[i * n_products + prepared.product[j_row]].0;
                }
                if self.assigned.site_of(j_row) == Some(i) {
                    assigned += reduced;
                    part.magnitude += reduced.abs();
                    capacity -= prepared.weight[j_row];
                    part.taken.push(j);
                } else if reduced < 0.0 {
                    if is_limited && least <= 0.0 {
                        let (demand, weight) = (prepared.demand[j_row], prepared.weight[j_row]);
                        by_product.push(prepared.product[j_row], reduced, demand, weight, j);
                    } else if packs {
                        knapsack.push(reduced, prepared.weight[j_row], j);
                    } else {
                        value += reduced;
                        part.taken.push(j);
                    }
                } else if least > 0.0 && reduced.is_finite() {
                    knapsack.push_spare(reduced, prepared.weight[j_row], j);
                }
            }
            if packs {
                let is_short = knapsack.weight() < least;
                let (mut best, mut n_taken, mut last) =
                    if prepared.whole_rows { knapsack.minimize_whole(capacity) } else { knapsack.minimize(capacity) };
                if range.end < all.end && knapsack.last_taken(n_taken) > self.nearness.limit(i) {
                    part.n_far += 1;
                    knapsack.admit_late();
                    for (&j, &cost) in self.row[range.end..all.end].iter().zip(&self.cost[range.end..all.end]) {
                        let reduced = cost - prices.rows[j as usize];
                        if reduced < 0.0 {
                            knapsack.push(reduced, prepared.weight[j as usize], j);
                        }
                    }
                    (best, n_taken, last) = knapsack.minimize(capacity);
                }
                (value, share) = (best, last);
                if is_short && let Some((more, n_filled, last)) = knapsack.fill(least) {
                    part.magnitude += value.abs() + more;
                    (value, n_taken, share) = (value + more, n_filled, last);
                }
                part.taken.extend(knapsack.taken(n_taken));
                last_taken = knapsack.last_taken(n_taken);
            }
            part.last_taken.push(last_taken);
            part.magnitude += value.abs();
            part.ends.push((part.taken.len(), share));
            if is_limited {
                let (best, taken) = by_product.minimize(capacity, |product| prepared.capacity_for(i, product));
                value += best;
                part.magnitude += best.abs();
                for of_product in taken {
                    part.taken.extend_from_slice(&of_product.rows);
                    part.ends.push((part.taken.len(), of_product.last));
                }
            }
            part.values.push(value + assigned);
        }
        part
    }

    /// Chooses the open sites and adds everything up, in the order of sites.
    fn assemble(
        &self,
        parts: &[Part],
        prices: &Prices,
        fixed: &[Option<bool>],
        inbound: Option<&Vec<(f64, usize)>>,
    ) -> Evaluation {
        let prepared = self.prepared;
        let problem = prepared.problem;
        let mut values = Vec::with_capacity(prepared.n_sites());
        for part in parts {
            values.extend_from_slice(&part.values);
        }
        for (value, opening) in values.iter_mut().zip(&prepared.opening) {
            *value += opening;
        }
        let limits = Limits {
            places: problem.places(),
            useful: &prepared.useful,
            needed: if prepared.capacitated { prepared.total_weight } else { 0.0 },
            spending: &prepared.spending,
            funds: prepared.funds,
            min_open: prepared.min_open,
            max_open: problem.max_open(),
            regions: &self.regions,
            whole: self.whole,
        };
        let selection = select(&values, &fixed[..prepared.n_sites()], &limits);
        let mut unserved = vec![1.0; prepared.n_rows()];
        let mut excess = vec![0.0; problem.supplies().len()];
        let (mut nth, n_ends) = (0, self.n_ends());
        for part in parts {
            let mut start = 0;
            for &(end, last) in &part.ends {
                let i = nth / n_ends;
                let open = selection.open[i];
                if open > 0.0 {
                    for (at, &j) in part.taken[start..end].iter().enumerate() {
                        let j = j as usize;
                        let served = if start + at + 1 == end { open * last } else { open };
                        unserved[j] -= served;
                        if let Some(inbound) = inbound {
                            let from = inbound[i * problem.n_products() + prepared.product[j]].1;
                            excess[from] += served * prepared.demand[j];
                        }
                    }
                }
                start = end;
                nth += 1;
            }
        }
        let mut bound = prepared.constant + selection.value + prices.rows.iter().sum::<f64>();
        let mut magnitude = prepared.constant.abs() + selection.price * limits.needed;
        magnitude += selection.magnitude;
        if selection.rent > 0.0 {
            magnitude += selection.rent * (prepared.funds + prepared.spending.iter().sum::<f64>());
        }
        magnitude += prices.rows.iter().map(|price| price.abs()).sum::<f64>();
        magnitude += parts.iter().map(|part| part.magnitude).sum::<f64>();
        magnitude += prepared.opening.iter().map(|cost| cost.abs()).sum::<f64>();
        for (k, supply) in problem.supplies().iter().enumerate().filter(|(k, _)| prepared.plant_of(*k).is_none()) {
            match supply.capacity {
                Some(most) => {
                    bound -= prices.supplies[k] * most.get() as f64;
                    magnitude += prices.supplies[k] * most.get() as f64;
                    excess[k] -= most.get() as f64;
                }
                None => excess[k] = 0.0,
            }
        }
        let mut evaluation = Evaluation {
            bound,
            linear: bound - selection.value + selection.linear,
            magnitude,
            unserved,
            excess,
            open: selection.open,
            reduced: selection.reduced,
            capacity_price: selection.price,
            funds_price: selection.rent,
            plants_price: 0.0,
        };
        if !problem.plants().is_empty() {
            choose_plants(prepared, prices, &fixed[prepared.n_sites()..], self.whole, &mut evaluation);
        }
        evaluation
    }
}
