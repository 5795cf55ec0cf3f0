//! Why a problem can have no solution, found before and beside the search.

use super::flows::{Commodity, Transport};
use super::problem::{Place, Problem, Site, SiteStatus};
use crate::search::Budget;
use crate::units::{Cost, CustomerIdx, Load, ProductIdx};

/// A proof that no solution exists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Infeasible {
    /// These customers have no site that may serve them and be supplied.
    NoSite(Vec<CustomerIdx>),
    /// More sites are required than may be open.
    TooManyRequired {
        /// Required sites.
        required: usize,
        /// Most that may be open.
        max_open: usize,
    },
    /// Fewer sites may be open than must be.
    TooFewSites {
        /// Sites that are not forbidden, or the upper limit on open sites.
        available: usize,
        /// Fewest that must be open.
        min_open: usize,
    },
    /// The open sites cannot pass everything, even the largest that may be open together.
    Capacity {
        /// Capacity units that all customers take.
        needed: Load,
        /// Most that the sites can pass.
        available: Load,
    },
    /// A product's supplies have less than its customers need.
    Supply {
        /// Which product.
        product: ProductIdx,
        /// Units needed.
        needed: Load,
        /// Units that there are.
        available: Load,
    },
    /// The sites that must be open spend more than there is, even the cheapest that make up the numbers.
    Funds {
        /// The least that must be spent.
        needed: Cost,
        /// The funds.
        available: Cost,
    },
    /// The sites that must be open have to pass more together than there is.
    LeastThroughput {
        /// What they must pass, in capacity units.
        needed: Load,
        /// Capacity units that all customers take.
        available: Load,
    },
    /// No choice of open sites keeps all limits together: every one was ruled out by the search.
    EverySet,
    /// No choice of as many sites as may be open serves every customer within its limits.
    Cover {
        /// Most that may be open.
        max_open: usize,
        /// At least so many must be.
        at_least: usize,
    },
    /// With every site open, this much of a product cannot reach its customers through sites and supplies.
    Flow {
        /// Which product.
        product: ProductIdx,
        /// Units that cannot be served.
        missing: Load,
    },
}

/// A proof from counts and sums that `problem` has no solution. O(arcs).
pub(super) fn quick_check(problem: &Problem) -> Option<Infeasible> {
    no_site(problem)
        .or_else(|| counts(problem))
        .or_else(|| capacity(problem))
        .or_else(|| supply(problem))
        .or_else(|| funds(problem))
        .or_else(|| least_throughput(problem))
}

fn no_site(problem: &Problem) -> Option<Infeasible> {
    let usable = |site: usize, product: ProductIdx| {
        let supplied = problem.supplies().iter().any(|s| s.product == product && s.unit_cost[site].is_finite());
        problem.sites()[site].status != SiteStatus::Forbidden && (problem.supplies().is_empty() || supplied)
    };
    let mut stranded = Vec::new();
    for (j, customer) in problem.customers().iter().enumerate() {
        let fits = |site: usize| {
            let capacity = problem.sites()[site].capacity;
            !customer.single_source || capacity.is_none_or(|most| most >= customer.weight)
        };
        if customer.rest.is_finite() {
            continue;
        }
        let served = customer
            .services
            .iter()
            .any(|service| usable(service.site.get(), customer.product) && fits(service.site.get()));
        if !served {
            stranded.push(CustomerIdx::new(j));
        }
    }
    (!stranded.is_empty()).then_some(Infeasible::NoSite(stranded))
}

fn counts(problem: &Problem) -> Option<Infeasible> {
    let required = problem.places().iter().filter(|place| place.is_required).count();
    let allowed = problem.places().iter().filter(|place| allowed(problem, place).next().is_some()).count();
    let available = allowed.min(problem.max_open());
    if required > problem.max_open() {
        return Some(Infeasible::TooManyRequired { required, max_open: problem.max_open() });
    }
    (available < problem.min_open()).then_some(Infeasible::TooFewSites { available, min_open: problem.min_open() })
}

fn capacity(problem: &Problem) -> Option<Infeasible> {
    let needed: Load = problem.customers().iter().map(|customer| customer.weight).sum();
    let most = |site: &Site| site.capacity.map_or(needed, |most| most.min(needed));
    let of = |is_required: bool| {
        let places = problem.places().iter().filter(move |place| place.is_required == is_required);
        places.filter_map(|place| allowed(problem, place).map(most).max())
    };
    let required: Vec<Load> = of(true).collect();
    let mut free: Vec<Load> = of(false).collect();
    free.sort_unstable_by(|a, b| b.cmp(a));
    let n_free = problem.max_open().saturating_sub(required.len());
    let available = required.iter().copied().sum::<Load>() + free.into_iter().take(n_free).sum::<Load>();
    (available < needed).then_some(Infeasible::Capacity { needed, available })
}

/// The sites of a place that may open.
fn allowed<'a>(problem: &'a Problem, place: &Place) -> impl Iterator<Item = &'a Site> {
    problem.sites()[place.sites.clone()].iter().filter(|site| site.status != SiteStatus::Forbidden)
}

fn funds(problem: &Problem) -> Option<Infeasible> {
    let available = problem.funds()?;
    let (mut needed, mut n_open, mut others) = (Cost::ZERO, 0, Vec::new());
    for place in problem.places() {
        let Some(cheapest) = allowed(problem, place).map(|site| site.spending).min() else { continue };
        if place.is_required {
            (needed, n_open) = (needed + cheapest, n_open + 1);
        } else {
            others.push(cheapest);
        }
    }
    others.sort_unstable();
    needed += others.into_iter().take(problem.min_open().saturating_sub(n_open)).sum();
    (needed > available).then_some(Infeasible::Funds { needed, available })
}

fn least_throughput(problem: &Problem) -> Option<Infeasible> {
    let available: Load = problem.customers().iter().map(|customer| customer.weight).sum();
    let required = problem.places().iter().filter(|place| place.is_required);
    let needed: Load = required.filter_map(|place| allowed(problem, place).map(|site| site.least).min()).sum();
    (needed > available).then_some(Infeasible::LeastThroughput { needed, available })
}

fn supply(problem: &Problem) -> Option<Infeasible> {
    if problem.supplies().is_empty() {
        return None;
    }
    for product in (0..problem.n_products()).map(ProductIdx::new) {
        let needed: Load = problem.customers().iter().filter(|c| c.product == product).map(|c| c.demand).sum();
        let supplies = problem.supplies().iter().filter(|supply| supply.product == product);
        let available: Load = supplies.map(|supply| supply.capacity.map_or(needed, |most| most.min(needed))).sum();
        if available < needed {
            return Some(Infeasible::Supply { product, needed, available });
        }
    }
    None
}

/// A proof by maximum flow, product by product with all other rows left out and every allowed site open.
pub(super) fn flow_check(problem: &Problem, budget: &Budget<'_>) -> Option<Infeasible> {
    if problem.is_truncated() {
        return None;
    }
    // All sites of a place reach the same customers: the largest stands for them.
    let largest = |place: &Place| {
        let allowed = place.sites.clone().filter(|&i| problem.sites()[i].status != SiteStatus::Forbidden);
        allowed.max_by_key(|&i| problem.sites()[i].capacity.unwrap_or(Load::HUGE))
    };
    let sites: Vec<usize> = problem.places().iter().filter_map(largest).collect();
    (0..problem.n_products()).map(ProductIdx::new).find_map(|product| {
        let missing = missing(problem, &sites, product, budget);
        (missing > Load::ZERO).then_some(Infeasible::Flow { product, missing })
    })
}

/// Units of `product` that cannot reach their customers.
fn missing(problem: &Problem, sites: &[usize], product: ProductIdx, budget: &Budget<'_>) -> Load {
    let rows: Vec<_> = problem.customers().iter().filter(|customer| customer.product == product).collect();
    let supplies: Vec<_> = problem.supplies().iter().filter(|supply| supply.product == product).collect();
    let mut position = vec![usize::MAX; problem.sites().len()];
    sites.iter().enumerate().for_each(|(a, &i)| position[i] = a);
    let mut unit = vec![f64::INFINITY; sites.len() * rows.len()];
    // The least capacity that one unit takes; rows of one product normally agree.
    let lightest = rows.iter().map(|row| (row.weight.get(), row.demand.get()));
    let lightest = lightest.min_by(|a, b| (a.0 * b.1).cmp(&(b.0 * a.1))).unwrap_or((0, 1));
    for (r, row) in rows.iter().enumerate() {
        for service in &row.services {
            let a = position[service.site.get()];
            let supplied = supplies.iter().any(|supply| supply.unit_cost[service.site.get()].is_finite());
            if a != usize::MAX && (supplied || problem.supplies().is_empty()) {
                unit[a * rows.len() + r] = 0.0;
            }
        }
    }
    let room = |i: usize| {
        let own = problem.sites()[i].product_capacity.get(product.get()).map_or(i64::MAX / 4, |most| most.get());
        match problem.sites()[i].capacity {
            Some(most) if lightest.0 > 0 => {
                own.min((i128::from(most.get()) * i128::from(lightest.1) / i128::from(lightest.0)) as i64)
            }
            _ => own,
        }
    };
    let free = |cost: f64| if cost.is_finite() { 0.0 } else { f64::INFINITY };
    let commodity = Commodity {
        unit,
        demand: rows.iter().map(|row| row.demand.get()).collect(),
        capacity: sites.iter().map(|&i| room(i)).collect(),
        least: vec![0; sites.len()],
        inbound: supplies.iter().flat_map(|supply| sites.iter().map(|&i| free(supply.unit_cost[i]))).collect(),
        supply: supplies.iter().map(|supply| supply.capacity.map_or(i64::MAX / 4, Load::get)).collect(),
    };
    let Some(mut transport) = Transport::new(commodity) else { return Load::ZERO };
    if transport.solve(budget) || budget.out_of_time() { Load::ZERO } else { Load::new(transport.unplaced()) }
}
