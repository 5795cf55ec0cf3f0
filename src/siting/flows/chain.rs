//! Flows from supplies over sites to rows, kept optimal while sites and plants open and close: one for each product, where
//! products share nothing but the sites and plants that are open.

use super::super::bounds::Prices;
use super::super::prepared::Prepared;
use super::products::{self, Whole};
use super::transport::Transport;
use crate::search::Budget;
use std::sync::Arc;

/// The network of a problem, by product, over all its sites and supplies.
pub(crate) struct Chain {
    parts: Vec<Whole>,
    n_sites: usize,
    /// Position of each plant's supply in each part, by plant, then part.
    supply_of: Vec<Vec<Option<usize>>>,
    /// What each supply of a part gives when it is open.
    supply: Vec<Vec<i64>>,
}

/// Most pairs of a site and a row that are laid out.
const MOST_PAIRS: usize = 500_000;

impl Chain {
    /// `None` where rows are packed, products share capacities, sites have a least throughput or need no inflow, and where
    /// there are too many pairs.
    pub(crate) fn new(prepared: &Prepared<'_>) -> Option<Self> {
        let is_large = prepared.n_sites() * prepared.n_rows() > MOST_PAIRS;
        if is_large || prepared.truncated || prepared.packing || prepared.has_least || !prepared.supplies_bind {
            return None;
        }
        let parts = products::whole(prepared)?;
        let n_plants = prepared.n_flags() - prepared.n_sites();
        let position = |part: &Whole, g: usize| part.supplies.iter().position(|&k| prepared.plant_of(k) == Some(g));
        let supply_of = (0..n_plants).map(|g| parts.iter().map(|part| position(part, g)).collect()).collect();
        let supply = parts.iter().map(|part| part.commodity.supply.clone()).collect();
        Some(Self { parts, n_sites: prepared.n_sites(), supply_of, supply })
    }
}

/// No site is in a slot.
const FREE: usize = usize::MAX;

/// Slots left for openings.
const SPARE: usize = 4;

/// The optimal flows over what is open.
#[derive(Clone)]
pub(crate) struct ChainFlow<'a> {
    chain: &'a Chain,
    /// Sites by slot; [`FREE`] where there is none.
    sites: Vec<usize>,
    open: Vec<bool>,
    /// Shared until they change.
    parts: Vec<Arc<Transport>>,
}

impl<'a> ChainFlow<'a> {
    /// The optimal flows over what is `open`, sites, then plants; `None` when there are none or the time is up.
    pub(crate) fn new(chain: &'a Chain, open: &[bool], budget: &Budget<'_>) -> Option<Self> {
        let mut sites: Vec<usize> = (0..chain.n_sites).filter(|&i| open[i]).collect();
        let mut parts = Vec::with_capacity(chain.parts.len());
        for (at, part) in chain.parts.iter().enumerate() {
            let mut commodity = part.commodity.among(&sites, SPARE);
            for (g, supplies) in chain.supply_of.iter().enumerate() {
                if let Some(k) = supplies[at].filter(|_| !open[chain.n_sites + g]) {
                    commodity.supply[k] = 0;
                }
            }
            let mut transport = Transport::new(commodity)?;
            if !transport.solve(budget) {
                return None;
            }
            transport.be_ready();
            parts.push(Arc::new(transport));
        }
        sites.resize(sites.len() + SPARE, FREE);
        Some(Self { chain, sites, open: open.to_vec(), parts })
    }

    /// What it flows on.
    pub(crate) fn chain(&self) -> &'a Chain {
        self.chain
    }

    /// Flags of what is open.
    pub(crate) fn flags(&self) -> &[bool] {
        &self.open
    }

    /// Total cost of the flows.
    pub(crate) fn cost(&self) -> f64 {
        self.parts.iter().map(|transport| transport.cost()).sum()
    }

    /// Puts what each row and supply costs at the margin into `prices`.
    pub(crate) fn tell_prices(&self, prices: &mut Prices) {
        for (part, transport) in self.chain.parts.iter().zip(&self.parts) {
            let demand = &part.commodity.demand;
            let rows = part.rows.iter().zip(transport.row_prices()).zip(demand);
            rows.for_each(|((&j, price), &demand)| prices.rows[j] = price * demand as f64);
            part.supplies.iter().zip(transport.supply_prices()).for_each(|(&k, price)| prices.supplies[k] = price);
        }
    }

    /// Slot of a site, none of a plant.
    fn slot(&self, flag: usize) -> Option<usize> {
        let of_site = || self.sites.iter().position(|&site| site == flag).expect("the site is open");
        (flag < self.chain.n_sites).then(of_site)
    }

    /// Whether there is a slot for one more site.
    pub(crate) fn has_slot(&self) -> bool {
        self.sites.contains(&FREE)
    }

    /// Opens a site or plant. A site needs a slot.
    pub(crate) fn open(&mut self, flag: usize) {
        self.open[flag] = true;
        let chain = self.chain;
        if let Some(g) = flag.checked_sub(chain.n_sites) {
            for (at, transport) in self.parts.iter_mut().enumerate() {
                if let Some(k) = chain.supply_of[g][at] {
                    Arc::make_mut(transport).open_supply(k, chain.supply[at][k]);
                }
            }
            return;
        }
        let slot = self.sites.iter().position(|&site| site == FREE).expect("a slot is left");
        self.sites[slot] = flag;
        for (part, transport) in chain.parts.iter().zip(&mut self.parts) {
            let (commodity, n_rows) = (&part.commodity, part.rows.len());
            let unit = &commodity.unit[flag * n_rows..(flag + 1) * n_rows];
            let inbound = (0..part.supplies.len()).map(|k| commodity.inbound[k * chain.n_sites + flag]);
            Arc::make_mut(transport).open_site(slot, commodity.capacity[flag], unit, inbound);
        }
    }

    /// Closes a site or plant. False when there are no flows without it, or when they cost over `most` more; these are void
    /// then.
    pub(crate) fn close(&mut self, flag: usize, most: f64) -> bool {
        let losses: Vec<f64> = (0..self.parts.len()).map(|at| self.loss_of_part(at, flag)).collect();
        let (mut loss, slot) = (losses.iter().sum::<f64>(), self.slot(flag));
        self.open[flag] = false;
        if let Some(slot) = slot {
            self.sites[slot] = FREE;
        }
        for (at, transport) in self.parts.iter_mut().enumerate() {
            let before = transport.cost();
            let is_whole = match slot {
                Some(slot) => Arc::make_mut(transport).close_site(slot),
                None => {
                    let supply = self.chain.supply_of[flag - self.chain.n_sites][at];
                    supply.is_none_or(|k| Arc::make_mut(transport).close_supply(k))
                }
            };
            loss += transport.cost() - before - losses[at];
            if !is_whole || loss > most {
                return false;
            }
        }
        true
    }

    /// What the flows would cost more, at least, without a site or plant that is open.
    pub(crate) fn least_loss(&self, flag: usize) -> f64 {
        (0..self.parts.len()).map(|at| self.loss_of_part(at, flag)).sum()
    }

    fn loss_of_part(&self, at: usize, flag: usize) -> f64 {
        match self.slot(flag) {
            Some(slot) => self.parts[at].least_loss_of_site(slot),
            None => {
                let supply = self.chain.supply_of[flag - self.chain.n_sites][at];
                supply.map_or(0.0, |k| self.parts[at].least_loss_of_supply(k))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Chain, ChainFlow};
    use crate::search::{Budget, Rng, rng};
    use crate::siting::flows::best_flows;
    use crate::siting::prepared::Prepared;
    use crate::siting::{Plant, Problem, Shape, Supply, generate};
    use crate::units::{Cost, Load, ProductIdx, SupplyIdx};
    use rand::RngExt as _;
    use std::sync::atomic::AtomicBool;
    use std::time::Instant;

    static RUNNING: AtomicBool = AtomicBool::new(false);

    /// Sites with a capacity for each of `n_products`, and plants that give all of them.
    fn problem(n_products: usize, rng: &mut Rng) -> Problem {
        let shape = Shape { capacity_ratio: 3.0, ..Shape::plain(6, 20) };
        let plain = generate(&shape, rng.random_range(0..1000));
        let mut customers = plain.customers().to_vec();
        for (j, customer) in customers.iter_mut().enumerate() {
            customer.product = ProductIdx::new(j % n_products);
        }
        let needed: i64 = customers.iter().map(|customer| customer.demand.get()).sum();
        let mut sites = plain.sites().to_vec();
        if n_products > 1 {
            for site in &mut sites {
                let capacity = site.capacity.take().map_or(needed, Load::get);
                site.product_capacity = vec![Load::new(capacity / n_products as i64 + 1); n_products];
            }
        }
        let (mut supplies, mut plants) = (Vec::new(), Vec::new());
        for _ in 0..4 {
            let mut of_plant = Vec::new();
            for product in 0..n_products {
                of_plant.push(SupplyIdx::new(supplies.len()));
                supplies.push(Supply {
                    product: ProductIdx::new(product),
                    capacity: Some(Load::new(needed / (2 * n_products as i64) + rng.random_range(0..20))),
                    unit_cost: (0..sites.len()).map(|_| f64::from(rng.random_range(0..2_000_000))).collect(),
                });
            }
            plants.push(Plant { cost: Cost::from_currency(10.0), supplies: of_plant });
        }
        Problem::new(sites, customers, supplies, n_products, 0..=6).with_plants(plants)
    }

    #[test]
    fn changes_keep_flows_optimal() {
        let (mut n_compared, mut n_void) = (0, 0);
        for seed in 0..30 {
            let mut rng = rng(seed, 3);
            let problem = problem(1 + seed as usize % 3, &mut rng);
            let budget =
                Budget { iterations: u64::MAX, started: Instant::now(), deadline: None, gap: 0.0, cancel: &RUNNING };
            let prepared = Prepared::new(&problem, &budget);
            let chain = Chain::new(&prepared).expect("products share nothing");
            let mut open = vec![true; 10];
            let Some(mut flow) = ChainFlow::new(&chain, &open, &budget) else { continue };
            for _ in 0..40 {
                let flag = rng.random_range(0..10);
                let before = flow.clone();
                let (cost, loss) = (flow.cost(), if open[flag] { flow.least_loss(flag) } else { 0.0 });
                open[flag] = !open[flag];
                let is_whole = if open[flag] {
                    flow.open(flag);
                    true
                } else {
                    flow.close(flag, f64::INFINITY)
                };
                assert_eq!(flow.flags(), open);
                let exact = best_flows(&prepared, &open);
                assert_eq!(is_whole, exact.is_some(), "seed {seed}");
                let Some(exact) = exact else {
                    (open[flag], flow, n_void) = (true, before, n_void + 1);
                    continue;
                };
                // A plant that nothing is drawn from costs nothing there.
                let paid = exact.open.iter().chain(&exact.plants).enumerate().filter(|(_, paid)| **paid);
                let fixed: f64 = paid.map(|(flag, _)| prepared.opening_of(flag)).sum();
                let (found, exact) = (flow.cost() + fixed, exact.cost.get() as f64);
                assert!((found - exact).abs() < 100.0, "seed {seed}: {found}, not {exact}");
                assert!(open[flag] || flow.cost() >= cost + loss - 100.0, "seed {seed}: {flag} loses {loss} at least");
                n_compared += 1;
                if !flow.has_slot() {
                    flow = ChainFlow::new(&chain, &open, &budget).expect("flows are there");
                }
            }
        }
        assert!(n_compared > 300 && n_void > 20, "{n_compared} compared, {n_void} without flows");
    }
}
