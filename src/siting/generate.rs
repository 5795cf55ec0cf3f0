//! Random problems of every feature, for tests and benches.

use super::problem::{Customer, Place, Plant, Problem, Service, Site, SiteStatus, Supply};
use crate::search::rng;
use crate::units::{Cost, Load, ProductIdx, SiteIdx, SupplyIdx};
use rand::RngExt as _;

/// What to draw.
#[derive(Clone, Copy, Debug)]
pub struct Shape {
    /// Number of sites.
    pub n_sites: usize,
    /// Number of places with demand; each asks for every product.
    pub n_places: usize,
    /// Number of products.
    pub n_products: usize,
    /// Total capacity over total weight; zero for sites without limit.
    pub capacity_ratio: f64,
    /// Total capacity of sites for each product over what is needed of it; zero for none. With several products, without
    /// rows to be served whole and least throughputs only.
    pub product_ratio: f64,
    /// Share of customers that one site must serve whole.
    pub single_source: f64,
    /// Supplies per product; zero for none. They have twice what is needed in total.
    pub n_supplies: usize,
    /// Share of services that are missing.
    pub missing: f64,
    /// Share of sites that are required, forbidden or cost to close.
    pub special: f64,
    /// Cost of using a supply at all, in currency, about; zero for none.
    pub plants: f64,
    /// Sizes of each place: the first as drawn, each further one larger and dearer.
    pub n_sizes: usize,
    /// Share of sites that have a least throughput of seven tenths of their size, or of one and a half times what a
    /// site has to pass on average.
    pub least: f64,
    /// Funds over the sum of the spending of all places at their first size; zero for no limit.
    pub funds: f64,
    /// Open exactly this many sites, at no opening cost; zero for no such limit.
    pub median: usize,
}

impl Shape {
    /// Sites without limits and one product.
    #[must_use]
    pub fn plain(n_sites: usize, n_places: usize) -> Self {
        Self {
            n_sites,
            n_places,
            n_products: 1,
            capacity_ratio: 0.0,
            product_ratio: 0.0,
            single_source: 0.0,
            n_supplies: 0,
            missing: 0.0,
            special: 0.0,
            plants: 0.0,
            n_sizes: 1,
            least: 0.0,
            funds: 0.0,
            median: 0,
        }
    }
}

/// A random problem on the unit square.
///
/// Source of the recipe: Cornuejols, Sridharan & Thizy (1991), EJOR 50(3); our additions for the other features.
#[must_use]
pub fn generate(shape: &Shape, seed: u64) -> Problem {
    let mut rng = rng(seed, 1);
    let mut point = || (rng.random::<f64>(), rng.random::<f64>());
    let site_points: Vec<(f64, f64)> = (0..shape.n_sites).map(|_| point()).collect();
    let places: Vec<(f64, f64)> = (0..shape.n_places).map(|_| point()).collect();
    let supply_points: Vec<(f64, f64)> = (0..shape.n_supplies).map(|_| point()).collect();
    let distance = |a: (f64, f64), b: (f64, f64)| (a.0 - b.0).hypot(a.1 - b.1);
    let mut customers = Vec::new();
    for &place in &places {
        for product in 0..shape.n_products {
            let demand = rng.random_range(5..=35);
            let mut services = Vec::new();
            for (i, &site) in site_points.iter().enumerate() {
                if rng.random::<f64>() >= shape.missing {
                    let cost = (1e7 * distance(site, place) * demand as f64).round();
                    services.push(Service { site: SiteIdx::new(i), cost });
                }
            }
            customers.push(Customer {
                product: ProductIdx::new(product),
                demand: Load::new(demand),
                weight: Load::new(demand * (1 + product as i64 % 2)),
                single_source: rng.random::<f64>() < shape.single_source,
                services,
                rest: f64::INFINITY,
            });
        }
    }
    let total: i64 = customers.iter().map(|customer| customer.weight.get()).sum();
    let sizes: Vec<f64> = (0..shape.n_sites).map(|_| rng.random_range(10.0..160.0)).collect();
    let scale = shape.capacity_ratio * total as f64 / sizes.iter().sum::<f64>();
    let mut sites: Vec<Site> = sizes
        .iter()
        .map(|size| {
            let fixed = rng.random_range(0.0..90.0) + rng.random_range(100.0..110.0) * (size * scale.max(1.0)).sqrt();
            let open = if shape.median > 0 { 0.0 } else { fixed };
            Site {
                status: SiteStatus::Free,
                open: Cost::from_currency(open),
                closed: Cost::ZERO,
                capacity: (shape.capacity_ratio > 0.0).then(|| Load::new((size * scale).ceil() as i64)),
                product_capacity: Vec::new(),
                least: Load::ZERO,
                spending: Cost::from_currency(0.6 * open),
            }
        })
        .collect();
    for site in &mut sites {
        if rng.random::<f64>() < shape.special {
            match rng.random_range(0..3) {
                0 => site.status = SiteStatus::Required,
                1 => site.status = SiteStatus::Forbidden,
                _ => site.closed = Cost::from_currency(rng.random_range(0.0..200.0)),
            }
        }
    }
    for site in &mut sites {
        if rng.random::<f64>() < shape.least {
            let most = site.capacity.unwrap_or(Load::new(total)).get();
            site.least = Load::new(((most as f64).min(1.5 * total as f64 / shape.n_sites as f64) * 0.7) as i64);
        }
    }
    if shape.product_ratio > 0.0 {
        limit_products(shape, &customers, &sizes, &mut sites);
    }
    let supplies = supplies(shape, &customers, &site_points, &supply_points);
    let count = if shape.median > 0 { shape.median..=shape.median } else { 0..=shape.n_sites };
    let funds = shape.funds * sites.iter().map(|site| site.spending.as_currency()).sum::<f64>();
    let mut problem = sized(shape, sites, customers, supplies, count).with_plants(plants(shape));
    if shape.funds > 0.0 {
        problem = problem.with_funds(Cost::from_currency(funds));
    }
    problem
}

/// The problem with further sizes of each place: a site with half as much capacity more, dearer to open and cheaper
/// to serve from.
fn sized(
    shape: &Shape,
    sites: Vec<Site>,
    mut customers: Vec<Customer>,
    mut supplies: Vec<Supply>,
    count: std::ops::RangeInclusive<usize>,
) -> Problem {
    let n = shape.n_sizes;
    let growth = |size: usize| 1.0 + 0.5 * size as f64;
    let larger = |site: &Site, size: usize| {
        let closed = if size == 0 { site.closed } else { Cost::ZERO };
        let open = Cost::new((site.open.get() as f64 * growth(size).powf(0.7)) as i64) - (site.closed - closed);
        Site {
            // Which size of a required site opens is free.
            status: if n > 1 && site.status == SiteStatus::Required { SiteStatus::Free } else { site.status },
            open,
            closed,
            capacity: site.capacity.map(|most| Load::new((most.get() as f64 * growth(size)) as i64)),
            product_capacity: site
                .product_capacity
                .iter()
                .map(|most| Load::new((most.get() as f64 * growth(size)) as i64))
                .collect(),
            least: site.least,
            spending: Cost::new((site.spending.get() as f64 * growth(size).powf(0.7)) as i64),
        }
    };
    let all = sites.iter().flat_map(|site| (0..n).map(move |size| larger(site, size))).collect();
    let places = sites
        .iter()
        .enumerate()
        .map(|(p, site)| Place { sites: p * n..(p + 1) * n, is_required: site.status == SiteStatus::Required });
    for customer in &mut customers {
        let service = |service: &Service, size: usize| Service {
            site: SiteIdx::new(service.site.get() * n + size),
            cost: (service.cost * (1.0 - 0.05 * size as f64)).round(),
        };
        customer.services =
            customer.services.iter().flat_map(|old| (0..n).map(move |size| service(old, size))).collect();
    }
    for supply in &mut supplies {
        supply.unit_cost = supply.unit_cost.iter().flat_map(|&cost| std::iter::repeat_n(cost, n)).collect();
    }
    Problem::new(all, customers, supplies, shape.n_products, count).with_places(places.collect())
}

/// Capacities by product in proportion to the sites' sizes, every third of twice as much and the others of less.
fn limit_products(shape: &Shape, customers: &[Customer], sizes: &[f64], sites: &mut [Site]) {
    let mut needed = vec![0; shape.n_products];
    customers.iter().for_each(|customer| needed[customer.product.get()] += customer.demand.get());
    let part: Vec<f64> =
        (0..sites.len() * shape.n_products).map(|at| sizes[at / shape.n_products] * [2.0, 0.8, 0.7][at % 3]).collect();
    let all = |product: usize| part.iter().skip(product).step_by(shape.n_products).sum::<f64>();
    for (i, site) in sites.iter_mut().enumerate() {
        let own = |product: usize| {
            let share = part[i * shape.n_products + product] / all(product);
            Load::new((shape.product_ratio * needed[product] as f64 * share).ceil() as i64)
        };
        site.product_capacity = (0..shape.n_products).map(own).collect();
    }
}

/// One plant for each place of supply, with all products.
fn plants(shape: &Shape) -> Vec<Plant> {
    let n_plants = if shape.plants > 0.0 { shape.n_supplies } else { 0 };
    let plant = |k: usize| Plant {
        cost: Cost::from_currency(shape.plants * (1.0 + 0.1 * k as f64)),
        supplies: (0..shape.n_products).map(|product| SupplyIdx::new(product * shape.n_supplies + k)).collect(),
    };
    (0..n_plants).map(plant).collect()
}

/// Supplies at random places that share twice each product's demand.
fn supplies(shape: &Shape, customers: &[Customer], sites: &[(f64, f64)], points: &[(f64, f64)]) -> Vec<Supply> {
    let mut supplies = Vec::new();
    for product in (0..shape.n_products).map(ProductIdx::new) {
        let needed: i64 = customers.iter().filter(|c| c.product == product).map(|c| c.demand.get()).sum();
        for (k, point) in points.iter().enumerate() {
            let cost = |site: &(f64, f64)| 3e6 * (point.0 - site.0).hypot(point.1 - site.1) + 1e5 * k as f64;
            let capacity = Some(Load::new(2 * needed / shape.n_supplies as i64 + 1));
            supplies.push(Supply { product, capacity, unit_cost: sites.iter().map(cost).collect() });
        }
    }
    supplies
}
