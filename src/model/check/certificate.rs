//! The lower bound that a certificate's prices prove, recomputed in one pass over the pairs of sites and demands.
//!
//! With a price on each demand line, serving it becomes each site's own choice: what a site would gain is a knapsack in
//! its capacity, which sites to open a choice by value. Prices on the total capacity of sites, on supplies, and on what
//! supplies with an opening cost must give together keep those limits. Every price gives a valid bound (weak duality).
//!
//! Objectives that look at reach alone are read as costs: each unit that is not covered costs one, or each open site; that no
//! sites reach everything within a distance is proven when something must stay uncovered there.

use super::violations::{Violations, millionths};
use crate::model::plan::{Plan, Prices};
use crate::model::problem::{DemandLine, Problem, Siting, Size};
use crate::model::scenario::{Objective, SiteStatus};
use crate::units::{Cost, Load, SiteIdx};

/// Checks the certificate of a siting plan.
pub(super) fn check(problem: &Problem, siting: &Siting, plan: &Plan, violations: &mut Violations) {
    let Some(certificate) = &plan.certificate else { return };
    let Some(prices) = &certificate.prices else {
        if certificate.bound.is_some() {
            let detail = "a bound needs the prices that prove it";
            violations.add("/certificate/bound", "certificate_without_prices", detail);
        }
        return;
    };
    if let Some((field, detail)) = malformed(problem.scenario.objective, siting, prices) {
        violations.add(format!("/certificate/prices/{field}"), "certificate_malformed", detail);
        return;
    }
    let digest = prices.digest();
    violations.equal(&certificate.digest, &digest, || "/certificate/digest".to_owned(), "certificate_digest_wrong");
    let proven = certified_bound(problem, siting, prices);
    let stated = certificate.bound.unwrap_or(f64::NEG_INFINITY);
    if millionths(stated) > millionths(proven) {
        let detail = format!("the prices prove {proven}, not {stated}");
        violations.add("/certificate/bound", "certificate_bound_wrong", detail);
    }
    if millionths(proven) > millionths(plan.summary.total * (1.0 + 1e-12)) + plan.flows.len() as i128 * 4 {
        let detail = format!("the total {} is below the bound {proven} that the prices prove", plan.summary.total);
        violations.add("/summary/total", "total_below_certificate", detail);
    }
}

/// The first field that does not have the form of prices for this problem.
fn malformed(objective: Objective, siting: &Siting, prices: &Prices) -> Option<(&'static str, String)> {
    let is_center = objective == Objective::PCenter;
    if prices.reach.is_some() != is_center || prices.reach.is_some_and(|reach| reach < -1) {
        return Some(("reach", "a reach from -1 on stands with the objective `p_center`, and only there".to_owned()));
    }
    let lengths = [
        ("demands", prices.demands.len(), siting.demand_lines.len()),
        ("supplies", prices.supplies.len(), siting.supply_lines.len()),
    ];
    for (field, found, expected) in lengths {
        if found != expected {
            return Some((field, format!("found {found} prices, should be {expected}")));
        }
    }
    let is_price = |price: &f64| price.is_finite() && *price >= 0.0;
    let wrong = [
        ("demands", prices.demands.iter().all(|price| price.is_finite())),
        ("supplies", prices.supplies.iter().all(is_price)),
        ("capacity", is_price(&prices.capacity)),
        ("supplying", is_price(&prices.supplying)),
        ("budget", prices.budget.iter().all(|price| is_price(price) && siting.budget.is_some())),
    ];
    wrong.iter().find(|(_, right)| !right).map(|&(field, _)| (field, "prices are numbers from 0 on".to_owned()))
}

/// A sum with the scale of its rounding errors.
#[derive(Default)]
struct Sum {
    value: f64,
    magnitude: f64,
    n_terms: f64,
}

impl Sum {
    fn add(&mut self, term: f64) {
        self.value += term;
        self.magnitude += term.abs();
        self.n_terms += 1.0;
    }

    /// Below the exact sum, whatever was rounded on the way: each term comes from a few operations of its own.
    fn rounded_down(&self) -> f64 {
        self.value - self.magnitude * (self.n_terms + 64.0) * f64::EPSILON
    }
}

/// No plan can cost less than this, before its flows' costs are rounded to millionths. In the currency; a number of sites, a
/// quantity or a reach where the objective is one.
///
/// O(sites × demand lines × log). Demands that one site must serve whole are taken as if they could be split, and
/// minimum counts as given or as the largest sites need.
#[must_use]
pub fn certified_bound(problem: &Problem, siting: &Siting, prices: &Prices) -> f64 {
    let value = relaxed_value(problem, siting, prices);
    match problem.scenario.objective {
        Objective::MinCost | Objective::PMedian | Objective::MaxCover | Objective::MinVehicles => value,
        Objective::SetCover => value.ceil().max(0.0),
        Objective::PCenter if value > 0.0 => next_reach(problem, siting, prices.reach),
        Objective::PCenter => 0.0,
    }
}

/// The least reach of a site beyond `within`.
fn next_reach(problem: &Problem, siting: &Siting, within: Option<i64>) -> f64 {
    let sites = (0..siting.sites.len()).map(SiteIdx::new);
    let reaches = sites.flat_map(|site| {
        let allowed = siting.demand_lines.iter().filter(move |line| problem.may_serve(siting, site, line));
        allowed.map(move |line| problem.reach(siting, site, line))
    });
    reaches.filter(|&reach| within.is_some_and(|within| reach > within)).min().map_or(0.0, |reach| reach as f64)
}

/// What counts.
#[derive(Clone, Copy)]
enum Counted {
    Money,
    OpenSites,
    /// Quantities served from beyond a reach.
    Beyond(i64),
}

impl Counted {
    fn of(problem: &Problem, siting: &Siting, prices: &Prices) -> Self {
        match problem.scenario.objective {
            Objective::MinCost | Objective::PMedian | Objective::MinVehicles => Self::Money,
            Objective::SetCover => Self::OpenSites,
            Objective::MaxCover => Self::Beyond(siting.radius.unwrap_or(i64::MAX)),
            Objective::PCenter => Self::Beyond(prices.reach.unwrap_or(-1)),
        }
    }

    /// Of a site while it is open and while it is closed.
    fn of_site(self, opened: Cost, closing: Cost) -> [f64; 2] {
        match self {
            Self::Money => [opened.as_currency(), closing.as_currency()],
            Self::OpenSites => [1.0, 0.0],
            Self::Beyond(_) => [0.0, 0.0],
        }
    }

    /// Of a unit that a site serves, inbound apart.
    fn of_unit(self, problem: &Problem, siting: &Siting, size: &Size, (site, line): (SiteIdx, &DemandLine)) -> f64 {
        match self {
            Self::Money => problem.outbound_rate(siting, site, line) + size.handling,
            Self::OpenSites => 0.0,
            Self::Beyond(within) => f64::from(u8::from(problem.reach(siting, site, line) > within)),
        }
    }
}

/// The value of the relaxation at these prices.
fn relaxed_value(problem: &Problem, siting: &Siting, prices: &Prices) -> f64 {
    let counted = Counted::of(problem, siting, prices);
    let needed_of = |product: usize| {
        let lines = siting.demand_lines.iter().filter(move |line| line.product.get() == product);
        lines.map(|line| line.quantity.get() as f64).sum::<f64>() / siting.flow_scale
    };
    let needed: Vec<f64> = (0..siting.products.len()).map(needed_of).collect();
    let weights: Vec<f64> = siting
        .demand_lines
        .iter()
        .map(|line| line.quantity.get() as f64 * siting.products[line.product.get()].weight as f64)
        .collect();
    let total_weight: f64 = weights.iter().sum();
    let mut sum = Sum::default();
    prices.demands.iter().for_each(|&price| sum.add(price));
    let mut sites = Vec::with_capacity(siting.sites.len());
    for (row, site) in siting.sites.iter().enumerate() {
        sum.add(counted.of_site(Cost::ZERO, site.closing)[1]);
        if site.status == SiteStatus::Forbidden {
            continue;
        }
        // The best of its sizes, and the room of the largest.
        let mut choice = Choice {
            value: f64::INFINITY,
            useful: 0.0,
            is_required: site.status == SiteStatus::Required,
            is_site: true,
        };
        for size in &site.sizes {
            let (gain, reach) = gain((problem, siting, prices, counted), row, size, &weights);
            let useful = size.capacity.map_or(reach, |most| reach.min(most.get() as f64)).min(total_weight);
            let [opened, closed] = counted.of_site(size.opening + size.operating, site.closing);
            let fixed = opened - closed;
            let rent = prices.budget.unwrap_or(0.0) * size.opening.as_currency();
            let value = fixed + rent + gain - prices.capacity * useful / siting.capacity_scale;
            choice.value = choice.value.min(value);
            choice.useful = choice.useful.max(useful);
            sum.magnitude += fixed.abs() + rent + gain.abs();
        }
        sites.push(choice);
    }
    if let (Some(price), Some(budget)) = (prices.budget, siting.budget) {
        sum.add(-price * budget.as_currency());
    }
    sum.add(prices.capacity * total_weight / siting.capacity_scale);
    sites.extend(past_sites(problem, siting, prices, &weights, total_weight, &mut sum));
    choose(siting, sites, total_weight, &mut sum);
    supplies(siting, prices, &needed, &mut sum);
    sum.rounded_down()
}

/// A site that may open.
struct Choice {
    value: f64,
    useful: f64,
    is_required: bool,
    /// Whether it counts as a site: what goes past all sites does not.
    is_site: bool,
}

/// Adds the values of required sites and of the best others, as many as are worth it and the counts allow.
fn choose(siting: &Siting, sites: Vec<Choice>, total_weight: f64, sum: &mut Sum) {
    let mut sizes: Vec<f64> = sites.iter().map(|site| site.useful).collect();
    sizes.sort_unstable_by(|a, b| b.total_cmp(a));
    let mut passed = 0.0;
    let by_size = sizes.iter().take_while(|&&size| {
        let is_short = passed < total_weight * (1.0 - 1e-12);
        passed += size;
        is_short
    });
    let n_past = sites.iter().filter(|site| !site.is_site).count();
    let least = by_size.count().max(siting.min_open + n_past);
    let (required, mut free): (Vec<Choice>, Vec<Choice>) = sites.into_iter().partition(|site| site.is_required);
    required.iter().for_each(|site| sum.add(site.value));
    free.sort_by(|a, b| a.value.total_cmp(&b.value));
    let least = least.saturating_sub(required.len());
    let most = (siting.max_open + n_past).saturating_sub(required.len());
    for (rank, site) in free.iter().take(most).enumerate() {
        if rank < least || site.value < 0.0 {
            sum.add(site.value);
        }
    }
}

/// What goes past all sites, each way as a site that is open at no cost and without limit: supplies that serve directly,
/// and others.
fn past_sites(
    problem: &Problem,
    siting: &Siting,
    prices: &Prices,
    weights: &[f64],
    total_weight: f64,
    sum: &mut Sum,
) -> Vec<Choice> {
    let lines = || siting.demand_lines.iter().enumerate();
    let mut ways = Vec::new();
    let mut add = |gains: &mut dyn Iterator<Item = (usize, f64)>| {
        let (mut gain, mut useful) = (0.0, 0.0);
        for (j, cost) in gains {
            let quantity = siting.demand_lines[j].quantity.get() as f64 / siting.flow_scale;
            gain += (cost * quantity - prices.demands[j]).min(0.0);
            useful += weights[j];
        }
        if useful > 0.0 {
            let useful = useful.min(total_weight);
            let value = gain - prices.capacity * useful / siting.capacity_scale;
            sum.magnitude += gain.abs();
            ways.push(Choice { value, useful, is_required: true, is_site: false });
        }
    };
    for supply in 0..siting.supply_openings.len() {
        let supplied = siting.supply_lines.iter().zip(&prices.supplies).filter(|(line, _)| line.supply == supply);
        let mut gains = supplied.flat_map(|(from, price)| {
            lines().filter_map(move |(j, line)| Some((j, problem.direct_rate(from, line)? + from.unit_cost + price)))
        });
        add(&mut gains);
    }
    add(&mut lines().filter_map(|(j, line)| Some((j, line.outsourcing?))));
    ways
}

/// What a site of some size gains at most by serving demands at their prices (above zero only where its least throughput
/// makes it serve what it would not), and the weight within its reach.
fn gain(
    (problem, siting, prices, counted): (&Problem, &Siting, &Prices, Counted),
    row: usize,
    size: &Size,
    weights: &[f64],
) -> (f64, f64) {
    let least = siting.sites[row].min_throughput.get() as f64;
    let inbound: Vec<f64> =
        (0..siting.products.len()).map(|product| inbound(problem, siting, prices, row, product)).collect();
    let site = SiteIdx::new(row);
    let mut reach = vec![0.0; siting.products.len()];
    let mut items: Vec<(f64, f64)> = Vec::new();
    // Of products with a capacity of their own: value and quantity.
    let mut limited: Vec<Vec<(f64, f64)>> = vec![Vec::new(); siting.products.len()];
    for (j, line) in siting.demand_lines.iter().enumerate() {
        let inbound = inbound[line.product.get()];
        if !inbound.is_finite() || !problem.may_serve(siting, site, line) {
            continue;
        }
        let product = line.product.get();
        reach[product] += weights[j];
        let quantity = line.quantity.get() as f64 / siting.flow_scale;
        let rate = counted.of_unit(problem, siting, size, (site, line)) + inbound;
        let value = rate * quantity - prices.demands[j];
        if own_capacity(size, product).is_some() {
            if value < 0.0 {
                limited[product].push((value, line.quantity.get() as f64));
            }
        } else if value < 0.0 || least > 0.0 {
            items.push((value, weights[j]));
        }
    }
    for (product, limited) in limited.into_iter().enumerate() {
        let Some(most) = own_capacity(size, product) else { continue };
        let weight = siting.products[product].weight as f64;
        reach[product] = reach[product].min(most * weight);
        items.extend(best_within(limited, most).map(|(value, quantity)| (value, quantity * weight)));
    }
    let reach = reach.iter().sum();
    let capacity = size.capacity.map_or(f64::INFINITY, |most| most.get() as f64);
    if least > 0.0 || items.iter().map(|item| item.1).sum::<f64>() > capacity {
        items.sort_by(|a, b| (a.0 * b.1).total_cmp(&(b.0 * a.1)));
    }
    let (mut left, mut short, mut gain) = (capacity, least, 0.0);
    for (value, weight) in items {
        if value >= 0.0 {
            // Only what the least throughput still lacks.
            let share = if weight > 0.0 { (short / weight).clamp(0.0, 1.0) } else { 0.0 };
            gain += value * share;
            short -= weight * share;
            continue;
        }
        short -= weight;
        if weight <= left {
            gain += value;
            left -= weight;
        } else {
            gain += value * (left / weight).max(0.0);
            left = 0.0;
        }
    }
    (gain, reach)
}

/// Flow units of a product that may pass a site, where it has a limit of its own.
fn own_capacity(size: &Size, product: usize) -> Option<f64> {
    size.product_capacity.get(product).filter(|most| **most < Load::HUGE).map(|most| most.get() as f64)
}

/// The items of least value per quantity that fit, the last in part.
fn best_within(mut items: Vec<(f64, f64)>, most: f64) -> impl Iterator<Item = (f64, f64)> {
    items.sort_by(|a, b| (a.0 * b.1).total_cmp(&(b.0 * a.1)));
    let mut left = most;
    items.into_iter().map_while(move |(value, quantity)| {
        let share = (left / quantity).min(1.0);
        left -= quantity;
        (share > 0.0).then_some((value * share, quantity * share))
    })
}

/// Least cost of having a unit of a product at a site, its supply's price included; infinite where none can give it.
fn inbound(problem: &Problem, siting: &Siting, prices: &Prices, row: usize, product: usize) -> f64 {
    if siting.supply_lines.is_empty() {
        return 0.0;
    }
    let lines = siting.supply_lines.iter().zip(&prices.supplies).filter(|(line, _)| line.product.get() == product);
    let costs =
        lines.map(|(line, price)| line.unit_cost + problem.inbound_rate(siting, line, SiteIdx::new(row)) + price);
    costs.fold(f64::INFINITY, f64::min)
}

/// Adds what the supplies' prices take off: their capacities where they are there at no cost, else the choice of opening.
fn supplies(siting: &Siting, prices: &Prices, needed: &[f64], sum: &mut Sum) {
    let mut to_give: f64 = needed.iter().sum();
    let mut worth = vec![0.0; siting.supply_openings.len()];
    let is_costly = |supply: usize| siting.supply_openings[supply] > Cost::ZERO;
    for (line, &price) in siting.supply_lines.iter().zip(&prices.supplies) {
        let most = line.capacity.map(|most| most.get() as f64 / siting.flow_scale);
        let useful = most.map_or(needed[line.product.get()], |most| most.min(needed[line.product.get()]));
        if is_costly(line.supply) {
            worth[line.supply] += (price + prices.supplying) * useful;
        } else {
            to_give -= useful;
            sum.add(-price * most.unwrap_or(useful));
        }
    }
    for (supply, opening) in siting.supply_openings.iter().enumerate().filter(|(supply, _)| is_costly(*supply)) {
        sum.add((opening.as_currency() - worth[supply]).min(0.0));
        sum.magnitude += opening.as_currency();
    }
    sum.add(prices.supplying * to_give.max(0.0));
}
