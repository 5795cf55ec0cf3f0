//! Siting plans: sites, counts, balances and totals.

use super::flows::{Flows, Rows};
use super::summary::{self, Term};
use super::violations::Violations;
use super::{certificate, document, what_if};
use crate::model::plan::{Plan, SiteChange, SitePlan};
use crate::model::problem::{Problem, Siting, Size};
use crate::model::scenario::{Site, SiteStatus};
use crate::units::{Cost, Load};
use std::collections::{HashMap, HashSet};

/// Checks a siting plan.
pub(super) fn check(problem: &Problem, siting: &Siting, plan: &Plan, violations: &mut Violations) {
    let rows = Rows::new(problem, siting);
    let open = open_sites(problem, siting, &rows, plan, violations);
    let flows = Flows::check(problem, siting, &rows, &open, plan, violations);
    counts(problem, siting, &open, plan, violations);
    budget(problem, siting, &open, violations);
    throughput(problem, siting, &rows, &flows, plan, violations);
    balances(problem, siting, &flows, violations);
    let unserved = demands(problem, siting, &rows, &flows, plan, violations);
    document::status(plan, unserved > 0, violations);
    summary::counts(&plan.summary, problem.scenario.demands.len().saturating_sub(unserved), unserved, violations);
    let expected = flows.mean_distance();
    match (plan.summary.mean_distance, expected) {
        (Some(found), Some(expected)) => {
            violations.near(found, expected, 1e-6, || "/summary/mean_distance".to_owned(), "mean_distance_wrong");
        }
        (None, None) => {}
        (found, expected) => {
            let detail = format!("found {found:?}, should be {expected:?}");
            violations.add("/summary/mean_distance", "mean_distance_wrong", detail);
        }
    }
    flows.reached.check(problem, siting, plan, violations);
    let n_open = open.iter().filter(|size| size.is_some()).count();
    let terms = match flows.reached.term(problem, siting, n_open) {
        Some(term) => vec![term],
        None => {
            let mut terms = fixed_terms(siting, &open);
            terms.push(supplying(siting, &flows));
            terms.extend(flows.terms());
            terms
        }
    };
    summary::costs(&plan.summary, &terms, violations);
    certificate::check(problem, siting, plan, violations);
    what_if::check(problem, &rows, plan, violations);
}

/// The size of each open site; reports unknown, repeated and missing sites.
pub(super) fn open_sites<'a>(
    problem: &Problem,
    siting: &'a Siting,
    rows: &Rows<'_>,
    plan: &Plan,
    violations: &mut Violations,
) -> Vec<Option<&'a Size>> {
    let sites = &problem.scenario.sites;
    let mut open: Vec<Option<Option<&Size>>> = vec![None; sites.len()];
    for (place, site_plan) in plan.sites.iter().enumerate() {
        let pointer = |field: &str| format!("/sites/{place}/{field}");
        let Some(&row) = rows.sites.get(site_plan.id.as_str()) else {
            violations.add(pointer("id"), "unknown_site", format!("no site has the id `{}`", site_plan.id));
            continue;
        };
        let level = site_plan.level.as_deref();
        let named = |size: &&Size| size.level.map(|level| sites[row].levels[level].id.as_str()) == level;
        let size = siting.sites[row].sizes.iter().find(named).filter(|_| site_plan.open);
        if size.is_none() && (site_plan.open || level.is_some()) {
            let detail = match level {
                Some(level) if site_plan.open => format!("site `{}` has no level `{level}`", site_plan.id),
                Some(level) => format!("site `{}` is closed but has the level `{level}`", site_plan.id),
                None => format!("site `{}` is open at none of its levels", site_plan.id),
            };
            violations.add(pointer("level"), "site_level_wrong", detail);
        }
        // One whose level is unknown counts as open all the same.
        let size = size.or(siting.sites[row].sizes.first().filter(|_| site_plan.open));
        if open[row].replace(size).is_some() {
            violations.add(pointer("id"), "duplicate_site", format!("site `{}` is listed twice", site_plan.id));
        }
        let change = change(&sites[row], site_plan.open);
        if site_plan.change != change {
            let detail = format!("found {:?}, should be {change:?}", site_plan.change);
            violations.add(pointer("change"), "site_change_wrong", detail);
        }
        match (sites[row].status, site_plan.open) {
            (SiteStatus::Required, false) => {
                violations.add(pointer("open"), "required_site_closed", format!("site `{}` is required", site_plan.id));
            }
            (SiteStatus::Forbidden, true) => {
                violations.add(pointer("open"), "forbidden_site_open", format!("site `{}` is forbidden", site_plan.id));
            }
            _ => {}
        }
    }
    for (row, _) in open.iter().enumerate().filter(|(_, open)| open.is_none()) {
        violations.add("/sites", "missing_site", format!("site `{}` is not listed", sites[row].id));
    }
    open.into_iter().map(Option::flatten).collect()
}

/// Checks what the open sites cost to open against the budget.
pub(super) fn budget(problem: &Problem, siting: &Siting, open: &[Option<&Size>], violations: &mut Violations) {
    let Some(most) = siting.budget else { return };
    let spent: i128 = open.iter().flatten().map(|size| i128::from(size.opening.get())).sum();
    if spent > i128::from(most.get()) {
        let (spent, most) =
            (spent as f64 / Cost::PER_CURRENCY as f64, problem.scenario.budget.unwrap_or(f64::INFINITY));
        violations.add("/sites", "budget_exceeded", format!("opening the sites costs {spent}, the budget is {most}"));
    }
}

fn change(site: &Site, is_open: bool) -> SiteChange {
    let was_open =
        site.status == SiteStatus::Existing || (site.status == SiteStatus::Forbidden && site.closing_cost.is_some());
    if is_open {
        if was_open { SiteChange::Kept } else { SiteChange::Opened }
    } else if was_open {
        SiteChange::Closed
    } else {
        SiteChange::Unused
    }
}

pub(super) fn counts(
    problem: &Problem,
    siting: &Siting,
    open: &[Option<&Size>],
    plan: &Plan,
    violations: &mut Violations,
) {
    let n_open = open.iter().flatten().count();
    if n_open < siting.min_open {
        let detail = format!("{n_open} sites are open, at least {} must be", siting.min_open);
        violations.add("/sites", "too_few_sites", detail);
    }
    let most = problem.scenario.sites_max.map_or(open.len(), |most| most as usize);
    if n_open > most {
        violations.add("/sites", "too_many_sites", format!("{n_open} sites are open, at most {most} may be"));
    }
    summary::required(plan.summary.sites_open, n_open as i128, "sites_open", violations);
}

/// Checks throughput, utilization and capacity of each site.
pub(super) fn throughput(
    problem: &Problem,
    siting: &Siting,
    rows: &Rows<'_>,
    flows: &Flows<'_>,
    plan: &Plan,
    violations: &mut Violations,
) {
    for (place, site_plan) in plan.sites.iter().enumerate() {
        let Some(&row) = rows.sites.get(site_plan.id.as_str()) else { continue };
        let units: i128 =
            flows.out_of_site(row).map(|(product, amount)| amount * i128::from(siting.products[product].weight)).sum();
        let used = units as f64 / siting.capacity_scale;
        let pointer = |field: &str| format!("/sites/{place}/{field}");
        violations.near(site_plan.throughput, used, 1e-9, || pointer("throughput"), "throughput_wrong");
        let size = flows.open[row].or(siting.sites[row].sizes.first());
        if let Some(most) = size.and_then(|size| size.capacity)
            && units > i128::from(most.get())
        {
            let most = most.get() as f64 / siting.capacity_scale;
            let detail = format!("throughput is {used}, at most {most} fits");
            violations.add(pointer("throughput"), "site_over_capacity", detail);
        }
        let mut fullest: f64 = 0.0;
        for (product, passed) in flows.out_of_site(row) {
            let own = size.and_then(|size| size.product_capacity.get(product)).filter(|most| **most < Load::HUGE);
            let Some(most) = own.map(|most| most.get()) else { continue };
            if most > 0 {
                fullest = fullest.max(passed as f64 / most as f64);
            }
            if passed > i128::from(most) {
                let name = siting.products[product].id.as_deref().unwrap_or("goods");
                let (passed, most) = (passed as f64 / siting.flow_scale, most as f64 / siting.flow_scale);
                let detail = format!("{passed} of {name} pass, at most {most} may");
                violations.add(pointer("throughput"), "site_over_product_capacity", detail);
            }
        }
        let least = siting.sites[row].min_throughput;
        if site_plan.open && units < i128::from(least.get()) {
            let least = problem.scenario.sites[row].min_throughput.unwrap_or(0.0);
            let detail = format!("throughput is {used}, at least {least} must pass an open site");
            violations.add(pointer("throughput"), "site_below_min_throughput", detail);
        }
        let site = &problem.scenario.sites[row];
        let level = size.and_then(|size| size.level).map(|level| &site.levels[level]);
        let (capacity, by_product) =
            level.map_or((site.capacity, &site.product_capacity), |level| (level.capacity, &level.product_capacity));
        let shared = capacity.map(|capacity| used / capacity);
        let share = match (shared, by_product) {
            (None, None) => None,
            (shared, _) => Some(shared.unwrap_or(0.0).max(fullest)),
        };
        utilization(share, site_plan, || pointer("utilization"), violations);
    }
}

fn utilization(share: Option<f64>, site_plan: &SitePlan, pointer: impl Fn() -> String, violations: &mut Violations) {
    let expected = share.filter(|_| site_plan.open);
    match (site_plan.utilization, expected) {
        (Some(found), Some(expected)) => violations.near(found, expected, 1e-9, pointer, "utilization_wrong"),
        (None, None) => {}
        (found, expected) => {
            violations.add(pointer(), "utilization_wrong", format!("found {found:?}, should be {expected:?}"));
        }
    }
}

/// Checks that what enters a site leaves it, and that supplies give no more than they have.
pub(super) fn balances(problem: &Problem, siting: &Siting, flows: &Flows<'_>, violations: &mut Violations) {
    let user = |amount: i128| amount as f64 / siting.flow_scale;
    if !siting.supply_lines.is_empty() {
        for (row, site) in problem.scenario.sites.iter().enumerate() {
            for product in 0..siting.products.len() {
                let (inside, outside) = (flows.inflow(row, product), flows.outflow(row, product));
                if inside != outside {
                    let name = siting.products[product].id.as_deref().unwrap_or("goods");
                    let (inside, outside) = (user(inside), user(outside));
                    let detail = format!("{inside} of {name} enter site `{}` but {outside} leave it", site.id);
                    violations.add("/flows", "site_imbalance", detail);
                }
            }
        }
    }
    for (row, line) in siting.supply_lines.iter().enumerate() {
        if let Some(most) = line.capacity
            && flows.taken[row] > i128::from(most.get())
        {
            let id = &problem.scenario.supplies[line.supply].id;
            let (found, most) = (user(flows.taken[row]), user(i128::from(most.get())));
            violations.add(
                "/flows",
                "supply_over_capacity",
                format!("supply `{id}` gives {found}, at most {most} is there"),
            );
        }
    }
}

/// Checks that each demand gets what it needs or is listed as unserved. Number of demands that are not served whole.
fn demands(
    problem: &Problem,
    siting: &Siting,
    rows: &Rows<'_>,
    flows: &Flows<'_>,
    plan: &Plan,
    violations: &mut Violations,
) -> usize {
    let mut listed: HashMap<usize, usize> = HashMap::new();
    for (place, unserved) in plan.unserved.iter().enumerate() {
        let pointer = format!("/unserved/{place}/id");
        match rows.demands.get(unserved.id.as_str()) {
            None => violations.add(pointer, "unknown_demand", format!("no demand has the id `{}`", unserved.id)),
            Some(&row) => {
                if listed.insert(row, place).is_some() {
                    violations.add(pointer, "duplicate_unserved", format!("`{}` is listed twice", unserved.id));
                }
            }
        }
    }
    let mut short: HashSet<usize> = HashSet::new();
    for (row, line) in siting.demand_lines.iter().enumerate() {
        let id = &problem.scenario.demands[line.demand].id;
        let needed = i128::from(line.quantity.get());
        let (found, need) = (flows.received[row] as f64 / siting.flow_scale, needed as f64 / siting.flow_scale);
        if flows.received[row] > needed {
            violations.add("/flows", "demand_overserved", format!("demand `{id}` gets {found}, it needs {need}"));
        }
        if flows.received[row] < needed {
            short.insert(line.demand);
            if !listed.contains_key(&line.demand) {
                violations.add("/flows", "demand_not_served", format!("demand `{id}` gets {found}, it needs {need}"));
            }
        }
        if line.single_source && flows.is_shared[row] {
            let detail = format!("demand `{id}` is served by several sites, one must serve it whole");
            violations.add("/flows", "not_single_source", detail);
        }
    }
    for (row, place) in &listed {
        if !short.contains(row) {
            let id = &problem.scenario.demands[*row].id;
            let detail = format!("demand `{id}` is served whole but listed as unserved");
            violations.add(format!("/unserved/{place}"), "served_and_unserved", detail);
        }
    }
    short.len()
}

/// What the supplies cost from which anything is taken.
pub(super) fn supplying(siting: &Siting, flows: &Flows<'_>) -> Term {
    let mut cost = 0;
    for (supply, opening) in siting.supply_openings.iter().enumerate() {
        let lines = siting.supply_lines.iter().zip(&flows.taken);
        if lines.filter(|(line, _)| line.supply == supply).any(|(_, &taken)| taken > 0) {
            cost += i128::from(opening.get());
        }
    }
    Term::exact("supplying", cost)
}

pub(super) fn fixed_terms(siting: &Siting, open: &[Option<&Size>]) -> Vec<Term> {
    let sum = |value: &dyn Fn(&Size) -> Cost| open.iter().flatten().map(|size| i128::from(value(size).get())).sum();
    let closed = siting.sites.iter().zip(open).filter(|(_, open)| open.is_none());
    vec![
        Term::exact("opening", sum(&|size| size.opening)),
        Term::exact("operating", sum(&|size| size.operating)),
        Term::exact("closing", closed.map(|(site, _)| i128::from(site.closing.get())).sum()),
    ]
}
