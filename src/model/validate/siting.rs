//! Supplies, sites, demands and lanes.

use super::names::Names;
use super::numbers::{self, amount, cost, longest_distance, longest_duration, power_of_ten};
use super::quantities::{Catalog, scaled};
use super::sites::Scales;
use super::{coverage, reach, sites, sums};
use crate::model::defect::{Defects, escape};
use crate::model::nearest::did_you_mean;
use crate::model::problem::{DemandLine, Product, Siting, SupplyLine};
use crate::model::quantities::Quantities;
use crate::model::scenario::{self, Lane, Objective, Scenario, SiteStatus, Supply};
use crate::network::Travel;
use crate::units::{Cost, Load, ProductIdx, SiteIdx};

/// The siting question that the scenario asks, or `None` with a defect.
pub(super) fn siting(
    scenario: &Scenario,
    locations: &Names<'_>,
    travel: Option<&Travel>,
    defects: &mut Defects,
) -> Option<Siting> {
    let before = defects.count();
    for (missing, field, what) in
        [(scenario.sites.is_empty(), "sites", "site"), (scenario.demands.is_empty(), "demands", "demand")]
    {
        if missing {
            let code = if field == "sites" { "no_sites" } else { "no_demands" };
            defects.add(format!("/{field}"), code, format!("at least one {what} is needed, found none"), "");
        }
    }
    let site_names = Names::collect("site", "/sites", &scenario.sites, |site| &site.id, defects);
    Names::collect("product", "/products", &scenario.products, |product| &product.id, defects);
    Names::collect("supply", "/supplies", &scenario.supplies, |supply| &supply.id, defects);
    Names::collect("demand", "/demands", &scenario.demands, |demand| &demand.id, defects);

    let names = scenario.products.iter().map(|product| product.id.as_str()).collect();
    let mut catalog = Catalog::new("product", names);
    let (weights, weight_scale) = weights(scenario, defects);
    let supplies = supplies(scenario, locations, &mut catalog, defects);
    let demands = demands(scenario, locations, &site_names, &mut catalog, defects);
    let by_product = sites::product_capacities(scenario, &mut catalog, defects);
    lanes(scenario, defects);
    let (min_open, max_open) = site_counts(scenario, defects);
    let (measure, radius) = coverage::coverage(scenario, defects);

    let flow_scale = catalog.common_scale();
    let capacity_scale = flow_scale * weight_scale;
    let mut siting = Siting {
        flow_scale,
        capacity_scale,
        products: products(scenario, &weights, weight_scale),
        supply_lines: supplies.into_iter().map(|line| line.finish(flow_scale)).collect(),
        supply_openings: supply_openings(scenario, defects),
        sites: sites::read(
            scenario,
            locations,
            &by_product,
            Scales { flow: flow_scale, capacity: capacity_scale },
            defects,
        ),
        demand_lines: demands.into_iter().map(|line| line.finish(flow_scale)).collect(),
        min_open,
        max_open,
        budget: sites::budget(scenario, defects),
        measure,
        radius,
    };
    coverage::tighten(scenario, measure, radius, &mut siting.demand_lines);
    if defects.count() > before {
        return None;
    }
    sums::siting(scenario, &siting, travel, defects);
    if let Some(travel) = travel {
        reach::check(scenario, &siting, travel, defects);
    }
    (defects.count() == before).then_some(siting)
}

/// The sites and supplies of a network, whose demands are the orders: throughput counts in load units of a scale at least.
pub(super) fn of_network(
    scenario: &Scenario,
    locations: &Names<'_>,
    load_scale: f64,
    defects: &mut Defects,
) -> Option<Siting> {
    let before = defects.count();
    if scenario.sites.is_empty() {
        defects.add("/sites", "no_sites", "at least one site is needed, found none".to_owned(), "");
    }
    Names::collect("site", "/sites", &scenario.sites, |site| &site.id, defects);
    Names::collect("supply", "/supplies", &scenario.supplies, |supply| &supply.id, defects);
    let mut catalog = Catalog::new("product", Vec::new());
    let supplies = supplies(scenario, locations, &mut catalog, defects);
    lanes(scenario, defects);
    let (min_open, max_open) = site_counts(scenario, defects);
    let scale = catalog.common_scale().max(load_scale);
    let by_product = vec![vec![Vec::new()]; scenario.sites.len()];
    let siting = Siting {
        flow_scale: scale,
        capacity_scale: scale,
        products: products(scenario, &[], 1.0),
        supply_lines: supplies.into_iter().map(|line| line.finish(scale)).collect(),
        supply_openings: supply_openings(scenario, defects),
        sites: sites::read(scenario, locations, &by_product, Scales { flow: scale, capacity: scale }, defects),
        demand_lines: Vec::new(),
        min_open,
        max_open,
        budget: sites::budget(scenario, defects),
        measure: scenario::Measure::Distance,
        radius: None,
    };
    (defects.count() == before).then_some(siting)
}

/// A supply or demand line whose amount is not yet scaled.
struct Draft<T> {
    line: T,
    amount: Option<f64>,
}

impl Draft<SupplyLine> {
    fn finish(self, scale: f64) -> SupplyLine {
        SupplyLine { capacity: self.amount.map(|amount| scaled(amount, scale)), ..self.line }
    }
}

impl Draft<DemandLine> {
    fn finish(self, scale: f64) -> DemandLine {
        DemandLine { quantity: self.amount.map_or(Load::ZERO, |amount| scaled(amount, scale)), ..self.line }
    }
}

/// The products' weights in the user's units, and the scale that makes them integers.
fn weights(scenario: &Scenario, defects: &mut Defects) -> (Vec<f64>, f64) {
    let mut most = 0;
    let mut weights = Vec::with_capacity(scenario.products.len());
    for (row, product) in scenario.products.iter().enumerate() {
        let pointer = || format!("/products/{row}/weight");
        let weight = product.weight.map_or(1.0, |weight| amount(weight, pointer, defects));
        match numbers::decimals(weight) {
            Some(decimals) => most = most.max(decimals),
            None => defects.add(
                pointer(),
                "too_many_decimals",
                format!("a weight has at most 6 decimals, found {weight}"),
                "round it, or use a smaller unit of capacity",
            ),
        }
        weights.push(weight);
    }
    (weights, power_of_ten(most))
}

fn products(scenario: &Scenario, weights: &[f64], scale: f64) -> Vec<Product> {
    if scenario.products.is_empty() {
        return vec![Product { id: None, weight: 1 }];
    }
    let weight = |weight: f64| (weight * scale).round() as i64;
    scenario
        .products
        .iter()
        .zip(weights)
        .map(|(product, &weighed)| Product { id: Some(product.id.clone()), weight: weight(weighed) })
        .collect()
}

fn supplies(
    scenario: &Scenario,
    locations: &Names<'_>,
    catalog: &mut Catalog<'_>,
    defects: &mut Defects,
) -> Vec<Draft<SupplyLine>> {
    let mut lines = Vec::with_capacity(scenario.supplies.len());
    for (row, supply) in scenario.supplies.iter().enumerate() {
        let location = locations.location(&supply.location, || format!("/supplies/{row}/location"), defects);
        let capacities = supply
            .capacity
            .as_ref()
            .map(|capacity| catalog.read(capacity, || format!("/supplies/{row}/capacity"), defects));
        let prices = supply
            .unit_cost
            .as_ref()
            .map(|prices| catalog.prices(prices, || format!("/supplies/{row}/unit_cost"), defects));
        let is_named = matches!(supply.unit_cost, Some(Quantities::Named(_)));
        for product in 0..catalog.names().len() {
            let capacity = capacities.as_ref().map(|capacities| capacities[product]);
            let price = prices.as_ref().and_then(|prices| prices[product]);
            let is_supplied = capacity != Some(None);
            if is_named && is_supplied != price.is_some() {
                price_mismatch(row, catalog.names()[product], is_supplied, defects);
            }
            if is_supplied {
                let line = SupplyLine {
                    supply: row,
                    product: ProductIdx::new(product),
                    location,
                    capacity: None,
                    unit_cost: price.unwrap_or(0.0),
                };
                lines.push(Draft { line, amount: capacity.flatten() });
            }
        }
    }
    lines
}

fn supply_openings(scenario: &Scenario, defects: &mut Defects) -> Vec<Cost> {
    let opening = |(row, supply): (usize, &Supply)| {
        cost(supply.opening_cost, || format!("/supplies/{row}/opening_cost"), defects)
    };
    scenario.supplies.iter().enumerate().map(opening).collect()
}

fn price_mismatch(row: usize, product: &str, is_supplied: bool, defects: &mut Defects) {
    let (code, detail, hint) = if is_supplied {
        ("missing_price", format!("`{product}` comes from here but has no price"), "add it; 0 if it is free")
    } else {
        ("price_without_supply", format!("`{product}` has a price but does not come from here"), "add it to `capacity`")
    };
    defects.add(format!("/supplies/{row}/unit_cost"), code, detail, hint);
}

fn demands(
    scenario: &Scenario,
    locations: &Names<'_>,
    site_names: &Names<'_>,
    catalog: &mut Catalog<'_>,
    defects: &mut Defects,
) -> Vec<Draft<DemandLine>> {
    let mut lines = Vec::with_capacity(scenario.demands.len());
    for (row, demand) in scenario.demands.iter().enumerate() {
        let location = locations.location(&demand.location, || format!("/demands/{row}/location"), defects);
        let before = defects.count();
        let amounts = catalog.read(&demand.quantity, || format!("/demands/{row}/quantity"), defects);
        let stock = demand.stock.as_ref().map(|stock| catalog.read(stock, || format!("/demands/{row}/stock"), defects));
        let needs_nothing = amounts.iter().all(|amount| amount.is_none_or(|amount| amount == 0.0));
        let amounts = net_of(amounts, stock.as_deref());
        let outsourcing =
            demand.outsourcing_cost.map(|cost| amount(cost, || format!("/demands/{row}/outsourcing_cost"), defects));
        let pointer = |field: &str| format!("/demands/{row}/{field}");
        let max_distance = longest_distance(demand.max_distance, || pointer("max_distance"), defects);
        let max_duration = longest_duration(demand.max_duration, || pointer("max_duration"), defects);
        let mut forbidden_sites: Vec<SiteIdx> = Vec::new();
        for (place, name) in demand.forbidden_sites.iter().enumerate() {
            let site = site_names.find(name, || format!("/demands/{row}/forbidden_sites/{place}"), defects);
            forbidden_sites.extend(site.map(SiteIdx::new));
        }
        forbidden_sites.sort_unstable();
        forbidden_sites.dedup();
        if defects.count() == before && needs_nothing {
            defects.add(
                pointer("quantity"),
                "nothing_needed",
                format!("demand `{}` needs nothing", demand.id),
                "give a quantity above 0, or remove the demand",
            );
        }
        for (product, amount) in amounts.into_iter().enumerate().filter(|(_, amount)| *amount > Some(0.0)) {
            let line = DemandLine {
                demand: row,
                product: ProductIdx::new(product),
                location,
                quantity: Load::ZERO,
                single_source: demand.single_source,
                outsourcing,
                max_distance,
                max_duration,
                forbidden_sites: forbidden_sites.clone(),
            };
            lines.push(Draft { line, amount });
        }
    }
    lines
}

/// What is left to bring, to the six decimals that quantities have.
fn net_of(amounts: Vec<Option<f64>>, stock: Option<&[Option<f64>]>) -> Vec<Option<f64>> {
    let Some(stock) = stock else { return amounts };
    let rest = |(amount, stock): (Option<f64>, &Option<f64>)| {
        amount.map(|amount| ((amount - stock.unwrap_or(0.0)).max(0.0) * 1e6).round() / 1e6)
    };
    amounts.into_iter().zip(stock).map(rest).collect()
}

pub(super) fn refuse_cost(objective: Objective, pointer: String, field: &str, defects: &mut Defects) {
    let counts = if objective == Objective::PMedian { "transport alone" } else { "no costs" };
    let name = coverage::name(objective);
    defects.add(
        pointer,
        "cost_not_for_objective",
        format!("`{field}` has no meaning with the objective `{name}`, which counts {counts}"),
        "remove it, or minimize `min_cost`, with `coverage` where reach matters",
    );
}

fn lanes(scenario: &Scenario, defects: &mut Defects) {
    let (n_supplies, n_sites, n_demands) = (scenario.supplies.len(), scenario.sites.len(), scenario.demands.len());
    let products = &scenario.products;
    lane(&scenario.lanes.inbound, "inbound", products, [n_supplies, n_sites], defects);
    lane(&scenario.lanes.outbound, "outbound", products, [n_sites, n_demands], defects);
    if let Some(direct) = &scenario.lanes.direct {
        lane(direct, "direct", products, [n_supplies, n_demands], defects);
        if scenario.supplies.is_empty() {
            defects.add(
                "/lanes/direct",
                "direct_without_supplies",
                "direct transport has a price but there are no supplies".to_owned(),
                "add supplies, or remove it",
            );
        }
    }
    if scenario.supplies.is_empty() && scenario.lanes.inbound != Lane::default() {
        defects.add(
            "/lanes/inbound",
            "inbound_without_supplies",
            "inbound transport has a price but there are no supplies".to_owned(),
            "add supplies, or remove it: goods are at the sites already",
        );
    }
    if scenario.objective == Objective::PMedian {
        for (row, supply) in scenario.supplies.iter().enumerate() {
            let given = [(supply.unit_cost.is_some(), "unit_cost"), (supply.opening_cost.is_some(), "opening_cost")];
            for (_, field) in given.iter().filter(|(is_given, _)| *is_given) {
                refuse_cost(scenario.objective, format!("/supplies/{row}/{field}"), field, defects);
            }
        }
    }
}

fn lane(lane: &Lane, name: &str, products: &[scenario::Product], shape: [usize; 2], defects: &mut Defects) {
    for (value, field) in [(lane.per_unit, "per_unit"), (lane.per_unit_km, "per_unit_km")] {
        let Some(value) = value else { continue };
        let pointer = || format!("/lanes/{name}/{field}");
        amount(value, pointer, defects);
        if lane.unit_costs.is_some() {
            defects.add(
                pointer(),
                "conflicting_fields",
                format!("`{field}` has no meaning where `unit_costs` are given"),
                "keep one of them",
            );
        }
    }
    if let Some(rows) = &lane.unit_costs {
        unit_costs(rows, format!("/lanes/{name}/unit_costs"), shape, defects);
    }
    for (product, rows) in &lane.product_unit_costs {
        let pointer = format!("/lanes/{name}/product_unit_costs/{}", escape(product));
        if !products.iter().any(|known| known.id == *product) {
            let hint = did_you_mean(product, products.iter().map(|known| known.id.as_str()));
            defects.add(pointer.clone(), "unknown_product", format!("no product has the name `{product}`"), &hint);
        }
        unit_costs(rows, pointer, shape, defects);
    }
}

/// Checks given costs: a row for each origin, a column for each target.
fn unit_costs(rows: &[Vec<f64>], pointer: String, shape: [usize; 2], defects: &mut Defects) {
    let [n_rows, n_columns] = shape;
    if rows.len() != n_rows {
        let detail = format!("needs {n_rows} rows, one for each origin in list order, found {}", rows.len());
        defects.add(pointer.clone(), "matrix_size", detail, "");
    }
    for (from, row) in rows.iter().enumerate() {
        if row.len() != n_columns {
            let detail = format!("needs {n_columns} entries, one for each target in list order, found {}", row.len());
            defects.add(format!("{pointer}/{from}"), "matrix_size", detail, "");
        }
        for (to, &entry) in row.iter().enumerate() {
            amount(entry, || format!("{pointer}/{from}/{to}"), defects);
        }
    }
}

/// Fewest and most open sites.
fn site_counts(scenario: &Scenario, defects: &mut Defects) -> (usize, usize) {
    let count = |status| scenario.sites.iter().filter(|site| site.status == status).count();
    let (n_required, n_allowed) = (count(SiteStatus::Required), scenario.sites.len() - count(SiteStatus::Forbidden));
    let mut min_open = scenario.sites_min.map_or(0, |min| min as usize);
    let max_open = scenario.sites_max.map_or(scenario.sites.len(), |max| max as usize);
    if scenario.sites_max == Some(0) {
        let detail = "sites_max must be at least 1, found 0".to_owned();
        defects.add("/sites_max", "sites_max_zero", detail, "leave it out if the number is free");
    } else if min_open > max_open && scenario.sites_max.is_some() {
        let detail = format!("sites_min is {min_open} but sites_max is {max_open}");
        defects.add("/sites_min", "sites_min_above_max", detail, "");
    }
    if n_required > max_open {
        let detail = format!("{n_required} sites are required but sites_max is {max_open}");
        defects.add("/sites_max", "too_many_required_sites", detail, "raise sites_max, or require fewer");
    }
    if min_open > n_allowed {
        let detail = format!("sites_min is {min_open} but only {n_allowed} sites may be opened");
        defects.add("/sites_min", "sites_min_too_large", detail, "");
    }
    if scenario.objective == Objective::PMedian {
        match scenario.sites_max {
            None => defects.add(
                "/sites_max",
                "p_median_needs_sites_max",
                "the objective `p_median` needs `sites_max`, the number of sites to open; found none".to_owned(),
                "",
            ),
            Some(_) if max_open > n_allowed => {
                let detail = format!("`p_median` opens exactly {max_open} sites but only {n_allowed} may be opened");
                defects.add("/sites_max", "sites_max_too_large", detail, "");
            }
            Some(_) => min_open = max_open,
        }
    }
    (min_open, max_open.min(scenario.sites.len()))
}
