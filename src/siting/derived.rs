//! Single figures derived from a problem, for [`Prepared`](super::prepared::Prepared).

use super::problem::{Customer, Place, Problem, SiteStatus};
use crate::units::{Cost, Load};

/// Cheapest inbound unit cost by site and product; zero without supplies, infinite where none can go.
pub(super) fn cheapest_inbound(problem: &Problem) -> Vec<f64> {
    let (n_sites, n_products) = (problem.sites().len(), problem.n_products());
    if problem.supplies().is_empty() {
        return vec![0.0; n_sites * n_products];
    }
    let mut inbound = vec![f64::INFINITY; n_sites * n_products];
    for supply in problem.supplies() {
        for (i, &cost) in supply.unit_cost.iter().enumerate() {
            let best = &mut inbound[i * n_products + supply.product.get()];
            *best = best.min(cost);
        }
    }
    inbound
}

/// Units of each product that each site can pass where that can bind, by site, then product, or nothing; the weight that
/// sites can pass becomes no more than what they allow.
pub(super) fn product_capacity(problem: &Problem, inbound: &[f64], useful: &mut [f64]) -> Vec<f64> {
    let n_products = problem.n_products();
    if problem.sites().iter().all(|site| site.product_capacity.is_empty()) {
        return Vec::new();
    }
    let needed = needed(problem);
    // Units within reach by site and product, and the most that one unit of a product weighs.
    let mut units = vec![0.0; problem.sites().len() * n_products];
    let mut heaviest = vec![0.0f64; n_products];
    for customer in problem.customers() {
        let (product, demand) = (customer.product.get(), customer.demand.get() as f64);
        heaviest[product] = heaviest[product].max(customer.weight.get() as f64 / demand);
        let sites = customer.services.iter().map(|service| service.site.get() * n_products + product);
        sites.filter(|&at| inbound[at].is_finite()).for_each(|at| units[at] += demand);
    }
    let mut capacity = vec![f64::INFINITY; units.len()];
    for (i, site) in problem.sites().iter().enumerate() {
        let mut passed = 0.0;
        for (product, most) in site.product_capacity.iter().enumerate() {
            let at = i * n_products + product;
            let reach = if problem.is_truncated() { needed[product].get() as f64 } else { units[at] };
            if (most.get() as f64) < reach {
                capacity[at] = most.get() as f64;
            }
            passed += reach.min(most.get() as f64) * heaviest[product];
        }
        if !site.product_capacity.is_empty() {
            useful[i] = useful[i].min(passed * (1.0 + 1e-12));
        }
    }
    if capacity.iter().all(|most| most.is_infinite()) { Vec::new() } else { capacity }
}

/// What each row's price must not exceed so that all arcs left out are too dear: the cheapest of them costs no less.
pub(super) fn ceilings(problem: &Problem, inbound: &[f64]) -> Vec<f64> {
    let of_product = |product: usize| inbound.iter().skip(product).step_by(problem.n_products()).copied();
    let cheapest: Vec<f64> =
        (0..problem.n_products()).map(|product| of_product(product).fold(f64::INFINITY, f64::min)).collect();
    let ceiling = |customer: &Customer| customer.rest + customer.demand.get() as f64 * cheapest[customer.product.get()];
    problem.customers().iter().map(ceiling).collect()
}

/// The funds, or infinity where even the dearest site of every place can be paid.
pub(super) fn funds(problem: &Problem) -> f64 {
    let dearest = |place: &Place| problem.sites()[place.sites.clone()].iter().map(|site| site.spending).max();
    let most: Cost = problem.places().iter().filter_map(dearest).sum();
    problem.funds().filter(|&funds| funds < most).map_or(f64::INFINITY, |funds| funds.get() as f64)
}

/// The fewest sites that can pass all the weight together, the largest of each place first.
pub(super) fn fewest_sites(problem: &Problem, useful: &[f64], total_weight: f64) -> usize {
    let size = |place: &Place| {
        let allowed = place.sites.clone().filter(|&i| problem.sites()[i].status != SiteStatus::Forbidden);
        allowed.map(|i| useful[i]).fold(0.0, f64::max)
    };
    let mut sizes: Vec<f64> = problem.places().iter().map(size).collect();
    sizes.sort_unstable_by(|a, b| b.total_cmp(a));
    let mut passed = 0.0;
    let short = sizes.iter().take_while(|&&most| {
        let short = passed < total_weight;
        passed += most;
        short
    });
    short.count()
}

/// Units that are needed of each product.
pub(super) fn needed(problem: &Problem) -> Vec<Load> {
    let mut needed = vec![Load::ZERO; problem.n_products()];
    for customer in problem.customers() {
        needed[customer.product.get()] += customer.demand;
    }
    needed
}

/// Whether a supply could be asked for more than it has, or costs something to use at all.
pub(super) fn supplies_bind(problem: &Problem) -> bool {
    let needed = needed(problem);
    !problem.plants().is_empty()
        || problem
            .supplies()
            .iter()
            .any(|supply| supply.capacity.is_some_and(|most| most < needed[supply.product.get()]))
}

/// The greatest common divisor of all costs, which are whole millionths here.
pub(super) fn common_divisor(problem: &Problem, costs: &[f64]) -> i64 {
    let fixed = problem.sites().iter().flat_map(|site| [site.open.get(), site.closed.get()]);
    let mut divisor = fixed.fold(0, num_integer::gcd);
    for &cost in costs {
        if divisor == 1 {
            break;
        }
        let whole = cost as i64;
        if divisor == 0 || whole % divisor != 0 {
            divisor = num_integer::gcd(divisor, whole);
        }
    }
    divisor.max(1)
}
