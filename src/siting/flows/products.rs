//! Flows of several commodities that share the sites' capacity.
//!
//! Rows that must be served whole are packed first. The others form commodities (same weight per unit, same product
//! where supplies bind); each is an exact flow in what the others leave, and they take turns until nothing changes.

use super::super::bounds::Prices;
use super::super::prepared::Prepared;
use super::super::solution::{Flow, Inflow, Solution};
use super::transport::{Commodity, Transport};
use super::{inflow, packing};
use crate::units::{CustomerIdx, Load, SiteIdx, SupplyIdx};

/// Rows that move as one commodity, each unit taking `weight / per` of capacity.
pub(super) struct Group {
    rows: Vec<usize>,
    weight: i64,
    per: i64,
    product: Option<usize>,
}

/// Whether all rows form one commodity.
pub(super) fn one_commodity(prepared: &Prepared<'_>) -> bool {
    groups(prepared).len() <= 1
}

/// Capacity units and flow units of the only commodity (so many of the first are taken by so many of the second), if
/// all rows form one.
pub(super) fn only_commodity(prepared: &Prepared<'_>) -> Option<(i64, i64)> {
    match groups(prepared).as_slice() {
        [only] if only.rows.len() == prepared.n_rows() => Some((only.weight, only.per)),
        _ => None,
    }
}

/// The rows that may be split, by commodity, the heaviest first.
fn groups(prepared: &Prepared<'_>) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for (j, customer) in prepared.problem.customers().iter().enumerate() {
        if customer.single_source && prepared.packing {
            continue;
        }
        let divisor = gcd(customer.weight.get(), customer.demand.get());
        let (weight, per) = (customer.weight.get() / divisor, customer.demand.get() / divisor);
        let product = prepared.supplies_bind.then(|| customer.product.get());
        let known = groups.iter_mut().find(|group| (group.weight, group.per, group.product) == (weight, per, product));
        match known {
            Some(group) => group.rows.push(j),
            None => groups.push(Group { rows: vec![j], weight, per, product }),
        }
    }
    let load = |group: &Group| group.rows.iter().map(|&j| prepared.weight[j]).sum::<f64>();
    groups.sort_by(|a, b| load(b).total_cmp(&load(a)));
    groups
}

fn gcd(a: i64, b: i64) -> i64 {
    if b == 0 { a.max(1) } else { gcd(b, a % b) }
}

/// What is left of the capacities while commodities take turns.
#[derive(Clone)]
struct Rest {
    site: Vec<i64>,
    supply: Vec<i64>,
}

const UNLIMITED: i64 = i64::MAX / 4;

/// What one commodity uses.
#[derive(Clone, Default)]
struct Share {
    flows: Vec<Flow>,
    inflows: Vec<Inflow>,
    cost: f64,
    /// Marginal cost of each whole row, by position in the group, and of the supplies' capacities.
    row_prices: Vec<f64>,
    supply_prices: Vec<(usize, f64)>,
}

/// The best solution found with the `open` sites. Overwrites the `prices` that it knows: all but those of packed rows.
pub(super) fn flows(prepared: &Prepared<'_>, open: &[bool], prices: &mut Prices) -> Option<Solution> {
    let sites: Vec<usize> = (0..prepared.n_sites()).filter(|&i| open[i]).collect();
    let capacity = |i: usize| {
        let bound = prepared.capacity[i];
        if bound.is_finite() { bound as i64 } else { UNLIMITED }
    };
    let mut rest = Rest {
        site: (0..prepared.n_sites()).map(capacity).collect(),
        supply: vec![0; prepared.problem.supplies().len()],
    };
    for k in prepared.open_supplies(open) {
        rest.supply[k] = prepared.problem.supplies()[k].capacity.map_or(UNLIMITED, Load::get);
    }
    let mut whole = Share::default();
    if prepared.packing {
        whole.flows = packing::pack(prepared, &sites, &rest.site)?;
        for flow in &whole.flows {
            rest.site[flow.site.get()] -= prepared.problem.customers()[flow.customer.get()].weight.get();
        }
        if prepared.supplies_bind {
            whole.inflows = inflow::inflows(prepared, open, &whole.flows)?;
            whole.inflows.iter().for_each(|inflow| rest.supply[inflow.supply.get()] -= inflow.amount.get());
        }
    }
    let groups = groups(prepared);
    let shares = take_turns(prepared, &sites, &groups, &rest)?;
    for (group, share) in groups.iter().zip(&shares) {
        group.rows.iter().zip(&share.row_prices).for_each(|(&j, &price)| prices.rows[j] = price);
        share.supply_prices.iter().for_each(|&(k, price)| prices.supplies[k] = price);
    }
    let mut flows = whole.flows;
    shares.iter().for_each(|share| flows.extend_from_slice(&share.flows));
    let inflows = match shares {
        mut one if one.len() == 1 && flows.len() == one[0].flows.len() && prepared.supplies_bind => {
            std::mem::take(&mut one[0].inflows)
        }
        _ => inflow::inflows(prepared, open, &flows)?,
    };
    Some(Solution::priced(prepared.problem, open, flows, inflows))
}

/// Every commodity in turn, then again in what the others leave.
fn take_turns(prepared: &Prepared<'_>, sites: &[usize], groups: &[Group], rest: &Rest) -> Option<Vec<Share>> {
    let mut order: Vec<usize> = (0..groups.len()).collect();
    for _ in 0..=groups.len() {
        let mut left = rest.clone();
        let mut shares = vec![Share::default(); groups.len()];
        let mut failed = None;
        for (at, &g) in order.iter().enumerate() {
            match share(prepared, sites, &groups[g], &left) {
                Some(found) => {
                    charge(prepared, &mut left, &groups[g], &found, 1);
                    shares[g] = found;
                }
                None => {
                    failed = Some(at);
                    break;
                }
            }
        }
        match failed {
            None => {
                improve(prepared, sites, groups, &mut left, &mut shares);
                return Some(shares);
            }
            Some(0) => return None,
            // What did not fit goes first next time.
            Some(at) => order[..=at].rotate_right(1),
        }
    }
    None
}

/// Solves each commodity again in what the others leave until nothing gets cheaper.
fn improve(prepared: &Prepared<'_>, sites: &[usize], groups: &[Group], left: &mut Rest, shares: &mut [Share]) {
    if groups.len() < 2 {
        return;
    }
    for _ in 0..4 {
        let mut better = false;
        for (g, group) in groups.iter().enumerate() {
            charge(prepared, left, group, &shares[g], -1);
            if let Some(found) = share(prepared, sites, group, left)
                && found.cost < shares[g].cost - 1e-9 * shares[g].cost.abs() - 1e-6
            {
                shares[g] = found;
                better = true;
            }
            charge(prepared, left, group, &shares[g], 1);
        }
        if !better {
            return;
        }
    }
}

/// Takes what `share` uses off the rest (`sign` 1) or puts it back (-1).
fn charge(prepared: &Prepared<'_>, rest: &mut Rest, group: &Group, share: &Share, sign: i64) {
    let mut units = vec![0; rest.site.len()];
    share.flows.iter().for_each(|flow| units[flow.site.get()] += flow.amount.get());
    for (rest, units) in rest.site.iter_mut().zip(units) {
        if *rest < UNLIMITED / 2 {
            *rest -= sign * (units * group.weight + group.per - 1).div_euclid(group.per);
        }
    }
    if prepared.supplies_bind {
        share.inflows.iter().for_each(|inflow| rest.supply[inflow.supply.get()] -= sign * inflow.amount.get());
    }
}

/// The exact flow of one commodity in what is left.
fn share(prepared: &Prepared<'_>, sites: &[usize], group: &Group, rest: &Rest) -> Option<Share> {
    let (n_rows, problem) = (group.rows.len(), prepared.problem);
    let supplies: Vec<usize> = match group.product {
        Some(product) => (0..rest.supply.len())
            .filter(|&k| rest.supply[k] > 0 && problem.supplies()[k].product.get() == product)
            .collect(),
        None => Vec::new(),
    };
    let all = n_rows == prepared.n_rows();
    let mut position = vec![u32::MAX; if all { 0 } else { prepared.n_rows() }];
    if !all {
        group.rows.iter().enumerate().for_each(|(r, &j)| position[j] = r as u32);
    }
    let mut unit = vec![f64::INFINITY; sites.len() * n_rows];
    for (a, &i) in sites.iter().enumerate() {
        let base = group.product.map_or(0.0, |product| prepared.inbound[i * problem.n_products() + product]);
        let (rows, costs) = prepared.arcs(i);
        for (&j, &cost) in rows.iter().zip(costs) {
            let r = if all { j } else { position[j as usize] };
            if r != u32::MAX {
                unit[a * n_rows + r as usize] = cost / prepared.demand[j as usize] - base;
            }
        }
    }
    let room = |i: usize| {
        if group.weight == 0 || rest.site[i] >= UNLIMITED / 2 {
            UNLIMITED
        } else {
            (i128::from(rest.site[i]) * i128::from(group.per) / i128::from(group.weight)) as i64
        }
    };
    let inbound = supplies.iter().flat_map(|&k| sites.iter().map(move |&i| problem.supplies()[k].unit_cost[i]));
    let commodity = Commodity {
        unit,
        demand: group.rows.iter().map(|&j| problem.customers()[j].demand.get()).collect(),
        capacity: sites.iter().map(|&i| room(i)).collect(),
        inbound: inbound.collect(),
        supply: supplies.iter().map(|&k| rest.supply[k]).collect(),
    };
    let mut transport = Transport::new(commodity)?;
    if !transport.solve(prepared.budget) {
        return None;
    }
    let flow = |(r, a, amount): (usize, usize, i64)| Flow {
        site: SiteIdx::new(sites[a]),
        customer: CustomerIdx::new(group.rows[r]),
        amount: Load::new(amount),
    };
    let inflow = |(k, a, amount): (usize, usize, i64)| Inflow {
        supply: SupplyIdx::new(supplies[k]),
        site: SiteIdx::new(sites[a]),
        amount: Load::new(amount),
    };
    Some(Share {
        flows: transport.flows().map(flow).collect(),
        inflows: transport.inflows().map(inflow).collect(),
        cost: transport.cost(),
        row_prices: transport.row_prices().zip(&group.rows).map(|(price, &j)| price * prepared.demand[j]).collect(),
        supply_prices: supplies.iter().copied().zip(transport.supply_prices()).collect(),
    })
}
