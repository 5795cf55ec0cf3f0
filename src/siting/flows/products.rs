//! Flows of several commodities that share the sites' capacity.
//!
//! Rows that must be served whole are packed first. The others form commodities (same weight per unit, same product
//! where supplies bind); each is an exact flow in what the others leave, and they take turns until nothing changes. Rents
//! for the sites' shared capacity, from the relaxation that drops it, tell them to leave room where others need it more.

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

/// Whether each commodity moves as if it were alone: there is but one, or they share no limit of sites, supplies or plants.
pub(super) fn one_by_one(prepared: &Prepared<'_>) -> bool {
    let shares_nothing = prepared.capacity.iter().all(|most| most.is_infinite()) && !prepared.has_least;
    let groups = groups(prepared);
    let of_product = |product: usize| groups.iter().filter(|group| group.product == Some(product)).count() <= 1;
    groups.len() <= 1
        || shares_nothing
            && groups.iter().all(|group| group.product.is_some())
            && (0..prepared.problem.n_products()).all(of_product)
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
        let divisor = num_integer::gcd(customer.weight.get(), customer.demand.get()).max(1);
        let (weight, per) = (customer.weight.get() / divisor, customer.demand.get() / divisor);
        let by_product = prepared.supplies_bind || prepared.limits_products();
        let product = by_product.then(|| customer.product.get());
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

/// What is left of the capacities while commodities take turns.
#[derive(Clone)]
struct Rest {
    site: Vec<i64>,
    /// By site, then product; empty where products have no capacity of their own.
    product: Vec<i64>,
    /// What the next commodity must pass for the sites' least throughputs.
    least: Vec<i64>,
    supply: Vec<i64>,
}

impl Rest {
    /// All that the sites can pass, and nothing from the supplies yet.
    fn new(prepared: &Prepared<'_>) -> Self {
        let room = |&bound: &f64| if bound.is_finite() { bound as i64 } else { UNLIMITED };
        Self {
            site: prepared.capacity.iter().map(room).collect(),
            product: prepared.product_capacity.iter().map(room).collect(),
            least: vec![0; prepared.n_sites()],
            supply: vec![0; prepared.problem.supplies().len()],
        }
    }
}

/// How often commodities that share capacity try other rents.
const ROUNDS: usize = 6;

/// Relative distance from what no turns can beat below which they end.
const NEAR: f64 = 1e-4;

/// What becomes of the sites' least throughputs.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Least {
    Kept,
    Ignored,
}

const UNLIMITED: i64 = i64::MAX / 4;

/// What one commodity uses.
#[derive(Clone, Default)]
struct Share {
    flows: Vec<Flow>,
    inflows: Vec<Inflow>,
    /// Without rents, and these.
    cost: f64,
    rent: f64,
    /// Units that should have passed some sites besides.
    missing: i64,
    /// Marginal cost of each whole row, by position in the group, and of the supplies' capacities.
    row_prices: Vec<f64>,
    supply_prices: Vec<(usize, f64)>,
}

/// The best solution found with the `open` sites. Overwrites the `prices` that it knows: all but those of packed rows.
pub(super) fn flows(prepared: &Prepared<'_>, open: &[bool], prices: &mut Prices, keep: Least) -> Option<Solution> {
    let keep = if prepared.has_least { keep } else { Least::Ignored };
    let sites: Vec<usize> = (0..prepared.n_sites()).filter(|&i| open[i]).collect();
    let mut rest = Rest::new(prepared);
    for k in prepared.open_supplies(open) {
        rest.supply[k] = prepared.problem.supplies()[k].capacity.map_or(UNLIMITED, Load::get);
    }
    let mut whole = Share::default();
    if prepared.packing {
        let least = |&i: &usize| match keep {
            Least::Kept if prepared.whole_rows => prepared.least[i] as i64,
            Least::Kept | Least::Ignored => 0,
        };
        let least: Vec<i64> = sites.iter().map(least).collect();
        whole.flows = packing::pack(prepared, &sites, &rest.site, &least)?;
        for flow in &whole.flows {
            rest.site[flow.site.get()] -= prepared.problem.customers()[flow.customer.get()].weight.get();
        }
        if prepared.supplies_bind {
            whole.inflows = inflow::inflows(prepared, open, &whole.flows)?;
            whole.inflows.iter().for_each(|inflow| rest.supply[inflow.supply.get()] -= inflow.amount.get());
        }
    }
    let groups = groups(prepared);
    let turns = Turns { prepared, sites: &sites, groups: &groups, packed: &whole.flows, keep };
    let shares = turns.take(&mut rest)?;
    if turns.lacking(&shares, None).into_iter().any(|lacking| lacking > 0) {
        return None;
    }
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

/// What commodities take turns over.
struct Turns<'a> {
    prepared: &'a Prepared<'a>,
    sites: &'a [usize],
    groups: &'a [Group],
    /// Flows of the rows that are packed.
    packed: &'a [Flow],
    keep: Least,
}

impl Turns<'_> {
    /// What commodities take that share capacity: the best of some rounds of turns, each at other rents.
    fn take(&self, rest: &mut Rest) -> Option<Vec<Share>> {
        let (prepared, groups) = (self.prepared, self.groups);
        if groups.len() == 1 {
            rest.least = self.lacking(&[], None);
        }
        let mut rents = vec![0.0; rest.site.len()];
        let mut best = self.take_turns(rest, &rents);
        if groups.len() == 1 || rest.site.iter().all(|&room| room >= UNLIMITED / 2) {
            return best;
        }
        for _ in 0..ROUNDS {
            if prepared.budget.out_of_time() {
                break;
            }
            let alone = groups.iter().map(|group| share(prepared, self.sites, group, rest, &rents));
            // What does not fit alone fits nowhere.
            let alone: Vec<Share> = alone.collect::<Option<_>>()?;
            let mut left = rest.clone();
            alone.iter().zip(groups).for_each(|(share, group)| charge(prepared, &mut left, group, share, 1));
            let charged = self.sites.iter().map(|&i| rents[i] * rest.site[i] as f64).sum::<f64>();
            let bound = alone.iter().map(|share| share.cost + share.rent).sum::<f64>() - charged;
            let incumbent = best.as_ref().map_or(bound + 0.05 * bound.abs(), |best| total(best));
            let is_over = |i: usize| left.site[i] < 0 || rents[i] > 0.0;
            let over: Vec<f64> =
                self.sites.iter().map(|&i| if is_over(i) { -left.site[i] as f64 } else { 0.0 }).collect();
            let norm: f64 = over.iter().map(|over| over * over).sum();
            if norm <= 0.0 || incumbent - bound <= NEAR * incumbent.abs() {
                break;
            }
            for (&i, over) in self.sites.iter().zip(over) {
                rents[i] = (rents[i] + (incumbent - bound) / norm * over).max(0.0);
            }
            if let Some(found) = self.take_turns(rest, &rents)
                && best.as_ref().is_none_or(|best| total(&found) < total(best))
            {
                best = Some(found);
            }
        }
        best
    }

    /// Every commodity in turn at `rents` per unit of the sites' capacity, then again in what the others leave.
    fn take_turns(&self, rest: &Rest, rents: &[f64]) -> Option<Vec<Share>> {
        let (prepared, groups) = (self.prepared, self.groups);
        let mut order: Vec<usize> = (0..groups.len()).collect();
        for _ in 0..=groups.len() {
            let mut left = rest.clone();
            let mut shares = vec![Share::default(); groups.len()];
            let mut failed = None;
            for (at, &g) in order.iter().enumerate() {
                match share(prepared, self.sites, &groups[g], &left, rents) {
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
                    self.improve(&mut left, &mut shares);
                    return Some(shares);
                }
                Some(0) => return None,
                // What did not fit goes first next time.
                Some(at) => order[..=at].rotate_right(1),
            }
        }
        None
    }

    /// Solves each commodity again in what the others leave until nothing gets cheaper, and nothing is missing that
    /// could be there.
    fn improve(&self, left: &mut Rest, shares: &mut [Share]) {
        if self.groups.len() < 2 {
            return;
        }
        for _ in 0..4 {
            let mut better = false;
            for (g, group) in self.groups.iter().enumerate() {
                charge(self.prepared, left, group, &shares[g], -1);
                left.least = self.lacking(shares, Some(g));
                let missing = self.missing(&left.least, &shares[g], group);
                if let Some(found) = share(self.prepared, self.sites, group, left, &[])
                    && (found.missing < missing
                        || found.missing == missing && found.cost < shares[g].cost - 1e-9 * shares[g].cost.abs() - 1e-6)
                {
                    shares[g] = found;
                    better = true;
                }
                charge(self.prepared, left, group, &shares[g], 1);
            }
            if !better {
                return;
            }
        }
    }

    /// Capacity units that open sites need for their least throughput beside the packed rows and all shares but one.
    fn lacking(&self, shares: &[Share], but: Option<usize>) -> Vec<i64> {
        let mut lacking = vec![0; self.prepared.n_sites()];
        if self.keep == Least::Ignored {
            return lacking;
        }
        self.sites.iter().for_each(|&i| lacking[i] = self.prepared.least[i] as i64);
        let others = shares.iter().enumerate().filter(|(g, _)| Some(*g) != but).flat_map(|(_, share)| &share.flows);
        let mut units = vec![0.0; lacking.len()];
        for flow in self.packed.iter().chain(others) {
            let j = flow.customer.get();
            units[flow.site.get()] += flow.amount.get() as f64 * self.prepared.weight[j] / self.prepared.demand[j];
        }
        // Units are whole but for rounding errors.
        lacking.iter_mut().zip(units).for_each(|(lacking, units)| *lacking = (*lacking - (units + 1e-6) as i64).max(0));
        lacking
    }

    /// Units of flow by which a share falls short of what sites lack.
    fn missing(&self, lacking: &[i64], share: &Share, group: &Group) -> i64 {
        let mut short: Vec<i64> = lacking.iter().map(|&lacking| group.units(lacking)).collect();
        share.flows.iter().for_each(|flow| short[flow.site.get()] -= flow.amount.get());
        short.into_iter().map(|short| short.max(0)).sum()
    }
}

impl Group {
    /// What a unit of flow pays at site `i`.
    fn rent(&self, rents: &[f64], i: usize) -> f64 {
        rents.get(i).map_or(0.0, |rent| rent * self.weight as f64 / self.per as f64)
    }

    /// The fewest units of flow that take this much capacity; more than there can be where none take any.
    fn units(&self, capacity: i64) -> i64 {
        if self.weight == 0 {
            return if capacity > 0 { UNLIMITED } else { 0 };
        }
        ((i128::from(capacity) * i128::from(self.per) + i128::from(self.weight) - 1) / i128::from(self.weight)) as i64
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
    if let Some(product) = group.product.filter(|_| prepared.limits_products()) {
        for flow in &share.flows {
            rest.product[flow.site.get() * prepared.problem.n_products() + product] -= sign * flow.amount.get();
        }
    }
    if prepared.supplies_bind {
        share.inflows.iter().for_each(|inflow| rest.supply[inflow.supply.get()] -= sign * inflow.amount.get());
    }
}

/// What shares cost together.
fn total(shares: &[Share]) -> f64 {
    shares.iter().map(|share| share.cost).sum()
}

/// One commodity over all sites, with nothing of it moved yet.
pub(super) struct Whole {
    pub(super) commodity: Commodity,
    /// Supply of each of the commodity's.
    pub(super) supplies: Vec<usize>,
    pub(super) rows: Vec<usize>,
}

/// The commodities of a problem over all its sites, with all plants open; `None` where they share a limit.
pub(super) fn whole(prepared: &Prepared<'_>) -> Option<Vec<Whole>> {
    if !one_by_one(prepared) {
        return None;
    }
    let mut rest = Rest::new(prepared);
    for (rest, supply) in rest.supply.iter_mut().zip(prepared.problem.supplies()) {
        *rest = supply.capacity.map_or(UNLIMITED, Load::get);
    }
    let sites: Vec<usize> = (0..prepared.n_sites()).collect();
    let whole = groups(prepared).into_iter().map(|group| {
        let (commodity, supplies) = commodity(prepared, &sites, &group, &rest, &[]);
        Whole { commodity, supplies, rows: group.rows }
    });
    Some(whole.collect())
}

/// One commodity among `sites` in what is left, at rents per unit of capacity by site, and its supplies.
fn commodity(
    prepared: &Prepared<'_>,
    sites: &[usize],
    group: &Group,
    rest: &Rest,
    rents: &[f64],
) -> (Commodity, Vec<usize>) {
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
    let rent = |i: usize| group.rent(rents, i);
    let mut unit = vec![f64::INFINITY; sites.len() * n_rows];
    for (a, &i) in sites.iter().enumerate() {
        let base = group.product.map_or(0.0, |product| prepared.inbound[i * problem.n_products() + product]);
        let (rows, costs) = prepared.arcs(i);
        for (&j, &cost) in rows.iter().zip(costs) {
            let r = if all { j } else { position[j as usize] };
            if r != u32::MAX {
                unit[a * n_rows + r as usize] = cost / prepared.demand[j as usize] - base + rent(i);
            }
        }
    }
    let room = |i: usize| {
        let own = group.product.and_then(|product| rest.product.get(i * problem.n_products() + product));
        let own = own.map_or(UNLIMITED, |&most| most.max(0));
        if group.weight == 0 || rest.site[i] >= UNLIMITED / 2 {
            own
        } else {
            own.min((i128::from(rest.site[i]) * i128::from(group.per) / i128::from(group.weight)) as i64)
        }
    };
    let inbound = supplies.iter().flat_map(|&k| sites.iter().map(move |&i| problem.supplies()[k].unit_cost[i]));
    let commodity = Commodity {
        unit,
        demand: group.rows.iter().map(|&j| problem.customers()[j].demand.get()).collect(),
        capacity: sites.iter().map(|&i| room(i)).collect(),
        least: sites.iter().map(|&i| group.units(rest.least[i])).collect(),
        inbound: inbound.collect(),
        supply: supplies.iter().map(|&k| rest.supply[k]).collect(),
    };
    (commodity, supplies)
}

/// The exact flow of one commodity in what is left, at rents per unit of capacity by site (none where empty).
fn share(prepared: &Prepared<'_>, sites: &[usize], group: &Group, rest: &Rest, rents: &[f64]) -> Option<Share> {
    let (commodity, supplies) = commodity(prepared, sites, group, rest, rents);
    let rent = |i: usize| group.rent(rents, i);
    let mut transport = Transport::new(commodity)?;
    if !transport.solve(prepared.budget) {
        return None;
    }
    let missing = transport.fill(prepared.budget);
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
    let flows: Vec<Flow> = transport.flows().map(flow).collect();
    let rented = flows.iter().map(|flow| rent(flow.site.get()) * flow.amount.get() as f64).sum::<f64>();
    Some(Share {
        flows,
        inflows: transport.inflows().map(inflow).collect(),
        cost: transport.cost() - rented,
        rent: rented,
        missing,
        row_prices: transport.row_prices().zip(&group.rows).map(|(price, &j)| price * prepared.demand[j]).collect(),
        supply_prices: supplies.iter().copied().zip(transport.supply_prices()).collect(),
    })
}
