//! Totals: whether there is enough of everything, and whether sums stay exact.

use super::travel::longest_distance;
use crate::model::balance::Workload;
use crate::model::defect::Defects;
use crate::model::problem::{Dock, Network, Routing, Site, Siting, Size, Visit};
use crate::model::scenario::{Lane, Objective, Scenario, SiteStatus};
use crate::network::Travel;
use crate::units::{Cost, Duration, Load, LocationIdx, Time};

/// Largest total cost that is safe to sum, in the currency: 4e18 millionths.
const LARGEST_COST: f64 = 4e12;

/// Largest total of a quantity in integer units.
const LARGEST_LOAD: f64 = 1e18;

/// Checks the totals of a siting question.
pub(super) fn siting(scenario: &Scenario, siting: &Siting, travel: Option<&Travel>, defects: &mut Defects) {
    let mut needed = vec![0.0; siting.products.len()];
    for line in &siting.demand_lines {
        needed[line.product.get()] += line.quantity.get() as f64;
    }
    let weight: f64 = needed.iter().zip(&siting.products).map(|(need, product)| need * product.weight as f64).sum();
    if needed.iter().sum::<f64>() > LARGEST_LOAD || weight > LARGEST_LOAD {
        defects.add(
            "/demands",
            "quantity_overflow",
            format!("the demands sum up to {weight:.0} of the smallest unit, at most 1e18 can be counted"),
            "use fewer decimals, or a larger unit",
        );
        return;
    }
    // What others bring, or what goes past all sites, needs no room of its own: the solver counts.
    let mut inside = vec![0.0; siting.products.len()];
    for line in siting.demand_lines.iter().filter(|line| line.outsourcing.is_none()) {
        inside[line.product.get()] += line.quantity.get() as f64;
    }
    supply_totals(siting, &inside, defects);
    if scenario.lanes.direct.is_none() {
        let weights = inside.iter().zip(&siting.products).map(|(need, product)| need * product.weight as f64);
        site_totals(siting, weights.sum(), defects);
        product_totals(siting, &inside, defects);
    }
    let bound = siting_cost_bound(scenario, siting, travel, needed.iter().sum::<f64>() / siting.flow_scale);
    cost_bound(bound, defects);
}

fn supply_totals(siting: &Siting, needed: &[f64], defects: &mut Defects) {
    if siting.supply_lines.is_empty() {
        return;
    }
    for (row, product) in siting.products.iter().enumerate().filter(|&(row, _)| needed[row] > 0.0) {
        let name = product.id.as_ref().map_or("goods".to_owned(), |id| format!("`{id}`"));
        let lines = || siting.supply_lines.iter().filter(|line| line.product.get() == row);
        let total: f64 = lines().map(|line| line.capacity.map_or(f64::INFINITY, |most| most.get() as f64)).sum();
        let need = needed[row] / siting.flow_scale;
        if lines().next().is_none() {
            let detail = format!("{need} of {name} are needed but no supply gives any");
            defects.add("/supplies", "product_not_supplied", detail, "add it to a supply's `capacity`");
        } else if total < needed[row] {
            let given = total / siting.flow_scale;
            let detail = format!("{need} of {name} are needed but all supplies together give {given}");
            let hint = format!("raise capacities by {}", (needed[row] - total) / siting.flow_scale);
            defects.add("/supplies", "not_enough_supply", detail, &hint);
        }
    }
}

fn site_totals(siting: &Siting, weight: f64, defects: &mut Defects) {
    let mut capacities: Vec<f64> = siting
        .sites
        .iter()
        .filter(|site| site.status != SiteStatus::Forbidden)
        .map(|site| site.most(|size| size.capacity.map_or(f64::INFINITY, |capacity| capacity.get() as f64)))
        .collect();
    capacities.sort_by(|a, b| b.total_cmp(a));
    let total: f64 = capacities.iter().take(siting.max_open).sum();
    if total < weight {
        let (need, given) = (weight / siting.capacity_scale, total / siting.capacity_scale);
        let which = if siting.max_open < capacities.len() {
            format!("the {} largest sites", siting.max_open)
        } else {
            "all sites that may be opened".to_owned()
        };
        let detail = format!("the demands take {need} of site capacity but {which} together have {given}");
        let hint = format!("add capacity of {}, or more sites", (weight - total) / siting.capacity_scale);
        defects.add("/sites", "not_enough_site_capacity", detail, &hint);
    }
}

/// Checks what the sites that may be open together pass of each product.
fn product_totals(siting: &Siting, needed: &[f64], defects: &mut Defects) {
    if siting.sites.iter().flat_map(|site| &site.sizes).all(|size| size.product_capacity.is_empty()) {
        return;
    }
    for (row, product) in siting.products.iter().enumerate() {
        let own = |size: &Size| size.product_capacity.get(row).map_or(f64::INFINITY, |most| most.get() as f64);
        let of_size = |size: &Size| if own(size) >= Load::HUGE.get() as f64 { f64::INFINITY } else { own(size) };
        let allowed = siting.sites.iter().filter(|site| site.status != SiteStatus::Forbidden);
        let mut capacities: Vec<f64> = allowed.map(|site| site.most(of_size)).collect();
        capacities.sort_by(|a, b| b.total_cmp(a));
        let total: f64 = capacities.iter().take(siting.max_open).sum();
        if total < needed[row] {
            let name = product.id.as_ref().map_or("goods".to_owned(), |id| format!("`{id}`"));
            let (need, given) = (needed[row] / siting.flow_scale, total / siting.flow_scale);
            let detail = format!("{need} of {name} are needed but the sites that may be open together pass {given}");
            let hint = format!("raise `product_capacity` by {}, or allow more sites", need - given);
            defects.add("/sites", "not_enough_product_capacity", detail, &hint);
        }
    }
}

fn siting_cost_bound(scenario: &Scenario, siting: &Siting, travel: Option<&Travel>, quantity: f64) -> f64 {
    let largest = |values: &mut dyn Iterator<Item = f64>| values.fold(0.0, f64::max);
    let dearest = |site: &Site| site.most(|size| (size.opening + size.operating).as_currency());
    let fixed: f64 = siting.sites.iter().map(|site| dearest(site) + site.closing.as_currency()).sum();
    let supplying: f64 = siting.supply_openings.iter().map(|cost| cost.as_currency()).sum();
    let longest = travel.map_or(0.0, longest);
    let rate = |lane: &Lane| {
        let priced = lane.per_unit.unwrap_or(0.0) + lane.per_unit_km.unwrap_or(0.0) * longest / 1000.0;
        let given = lane.unit_costs.iter().chain(lane.product_unit_costs.values()).flatten().flatten();
        largest(&mut given.copied()).max(priced)
    };
    let price = largest(&mut siting.supply_lines.iter().map(|line| line.unit_cost));
    let handling = largest(&mut siting.sites.iter().map(|site| site.most(|size| size.handling)));
    let direct = scenario.lanes.direct.as_ref().map_or(0.0, rate);
    let outsourcing = largest(&mut siting.demand_lines.iter().filter_map(|line| line.outsourcing));
    // What maximal covering leaves over counts like money.
    let uncovered = if scenario.objective == Objective::MaxCover { 1.0 } else { 0.0 };
    let transport = rate(&scenario.lanes.inbound) + rate(&scenario.lanes.outbound) + direct;
    fixed + supplying + quantity * (price + handling + transport + outsourcing + uncovered)
}

/// Checks the totals of sites and routes together, those of the routes alone apart.
pub(super) fn network(scenario: &Scenario, network: &Network, travel: Option<&Travel>, defects: &mut Defects) {
    let siting = &network.siting;
    let total = |is_counted: &dyn Fn(&Visit) -> bool| {
        let visits = network.routing.visits.iter().filter(|visit| is_counted(visit));
        visits.map(|visit| visit.delivery[0].get() as f64).sum::<f64>() * network.throughput_per_load as f64
    };
    let whole = total(&|_| true);
    if whole > LARGEST_LOAD {
        let detail =
            format!("the orders of all days sum up to {whole:.0} of the smallest unit, at most 1e18 can be counted");
        defects.add("/orders", "quantity_overflow", detail, "use fewer decimals, or a larger unit");
        return;
    }
    let mandatory = total(&|visit| visit.prize.is_none());
    supply_totals(siting, &[mandatory], defects);
    site_totals(siting, mandatory, defects);
    let routes = routing_cost_bound(&network.routing, travel) * network.days as f64;
    cost_bound(siting_cost_bound(scenario, siting, travel, whole / siting.flow_scale) + routes, defects);
}

/// Checks the totals of a routing question.
pub(super) fn routing(routing: &Routing, travel: Option<&Travel>, defects: &mut Defects) {
    for (dimension, name) in routing.dimensions.iter().enumerate() {
        let total: f64 = routing
            .visits
            .iter()
            .map(|visit| (visit.delivery[dimension].get() + visit.pickup[dimension].get()) as f64)
            .sum();
        if total > LARGEST_LOAD {
            defects.add(
                "/orders",
                "quantity_overflow",
                format!(
                    "quantities of `{name}` sum up to {total:.0} of the smallest unit, at most 1e18 can be counted"
                ),
                "use fewer decimals, or a larger unit",
            );
        }
    }
    cost_bound(routing_cost_bound(routing, travel), defects);
}

fn routing_cost_bound(routing: &Routing, travel: Option<&Travel>) -> f64 {
    let n_visits = routing.visits.len() as f64;
    let mut vehicles_left = n_visits;
    let (mut fixed, mut per_distance, mut per_duration) = (0.0, 0.0f64, 0.0f64);
    for vehicle_type in &routing.vehicle_types {
        let n_vehicles = f64::from(vehicle_type.count).min(n_visits);
        fixed += n_vehicles * vehicle_type.fixed.as_currency();
        per_distance = per_distance.max(vehicle_type.per_distance.as_currency());
        per_duration = per_duration.max(vehicle_type.per_duration.as_currency());
    }
    let n_vehicles = routing.vehicle_types.iter().map(|kind| f64::from(kind.count)).sum::<f64>();
    vehicles_left = vehicles_left.min(n_vehicles);
    let n_legs = n_visits + 2.0 * vehicles_left;
    let longest = travel.map_or(0.0, longest);
    let slowest = travel.map_or(0.0, slowest);
    let spans = || {
        let others = routing.alternatives.iter().map(|alternative| &alternative.visit);
        let windows = routing.visits.iter().chain(others).map(|visit| visit.window);
        windows.chain(routing.vehicle_types.iter().map(|kind| kind.shift)).filter(|window| window.closes < Time::HUGE)
    };
    let first = spans().map(|window| window.opens.get()).min().unwrap_or(0);
    let last = spans().map(|window| window.closes.get()).max().unwrap_or(0);
    let others = routing.alternatives.iter().map(|alternative| &alternative.visit);
    let service: Duration = routing.visits.iter().chain(others).map(|visit| visit.setup + visit.service).sum();
    let handled = |dock: &Dock| {
        let orders = routing.visits.iter();
        let goods = orders.map(|it| (dock.handling(&it.delivery) + dock.handling(&it.pickup)).get() as f64);
        let served = if dock.serves_orders { service.get() as f64 } else { 0.0 };
        goods.sum::<f64>() + (n_legs + n_visits) * dock.service.get() as f64 + served
    };
    // Whoever queues for a door waits for all others at most.
    let at_docks = routing.docks.iter().map(handled).sum::<f64>() * vehicles_left.max(1.0);
    let busy = at_docks + service.get() as f64 + n_legs * slowest + vehicles_left * (last - first) as f64;
    if let Some(balance) = routing.balance {
        let per_unit = balance.per_unit.as_currency();
        match balance.workload {
            Workload::Duration => per_duration += per_unit,
            Workload::Distance => per_distance += per_unit,
            Workload::Stops => fixed += per_unit * n_visits,
        }
    }
    let prizes: f64 = routing.visits.iter().filter_map(|visit| visit.prize).map(Cost::as_currency).sum();
    let offers: f64 = routing.offers.iter().flatten().map(|offer| offer.price.as_currency()).sum();
    let changes: f64 = routing.planned.values().map(|(_, cost)| cost.as_currency()).sum();
    fixed + per_distance * n_legs * longest + per_duration * busy + prizes + offers + changes
}

fn cost_bound(bound: f64, defects: &mut Defects) {
    if bound > LARGEST_COST {
        defects.add(
            "",
            "cost_overflow",
            format!("costs could reach {bound:.0}, at most 4e12 can be summed exactly"),
            "count money in thousands or millions",
        );
    }
}

/// No distance is longer.
fn longest(travel: &Travel) -> f64 {
    match travel.direct() {
        Some(direct) => longest_distance(direct),
        None => largest_cell(travel, |from, to| travel.distance(from, to).get()),
    }
}

/// No travel takes longer.
fn slowest(travel: &Travel) -> f64 {
    match travel.direct() {
        Some(direct) => direct.params().speed.map_or(0.0, |speed| longest_distance(direct) / speed),
        None => largest_cell(travel, |from, to| travel.duration(from, to).get()),
    }
}

fn largest_cell(travel: &Travel, cell: impl Fn(LocationIdx, LocationIdx) -> i64) -> f64 {
    let places = || (0..travel.n_locations()).map(LocationIdx::new);
    places().flat_map(|from| places().map(move |to| (from, to))).map(|(from, to)| cell(from, to)).max().unwrap_or(0)
        as f64
}
