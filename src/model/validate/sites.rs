//! What sites can be: sizes, costs, least throughput, and the budget for opening them.

use super::names::Names;
use super::numbers::{self, amount, cost, scaled_down};
use super::quantities::{Catalog, scaled};
use super::siting::refuse_cost;
use crate::model::defect::Defects;
use crate::model::problem::{Site, Size};
use crate::model::scenario::{self, Level, Objective, Scenario, SiteStatus};
use crate::units::{Cost, Load};

/// Capacities of a site by product in the user's units: its own, then those of its levels.
pub(super) type ByProduct = Vec<Vec<Option<f64>>>;

/// What sites and their levels state of single products, by site.
pub(super) fn product_capacities(
    scenario: &Scenario,
    catalog: &mut Catalog<'_>,
    defects: &mut Defects,
) -> Vec<ByProduct> {
    let is_single = scenario.demands.iter().any(|demand| demand.single_source);
    let mut all = Vec::with_capacity(scenario.sites.len());
    for (row, site) in scenario.sites.iter().enumerate() {
        let path = format!("/sites/{row}");
        let own = [(path.clone(), &site.product_capacity)];
        let levels = site.levels.iter().enumerate();
        let levels = levels.map(|(place, level)| (format!("{path}/levels/{place}"), &level.product_capacity));
        let mut of_site = Vec::with_capacity(1 + site.levels.len());
        for (path, stated) in own.into_iter().chain(levels) {
            let pointer = || format!("{path}/product_capacity");
            let Some(stated) = stated else {
                of_site.push(Vec::new());
                continue;
            };
            of_site.push(catalog.read(stated, pointer, defects));
            let beside = match (is_single, site.min_throughput.is_some()) {
                (true, _) => "a demand has `single_source`",
                (false, true) => "the site has `min_throughput`",
                (false, false) => continue,
            };
            defects.add(
                pointer(),
                "product_capacity_not_served",
                format!("capacities by product are not served where {beside}"),
                "use `capacity` for all products together, or remove the other",
            );
        }
        all.push(of_site);
    }
    all
}

/// The scales by which the user's numbers become units.
#[derive(Clone, Copy)]
pub(super) struct Scales {
    /// Flow units in one of the user's of goods.
    pub(super) flow: f64,
    /// Capacity units in one of the user's.
    pub(super) capacity: f64,
}

/// The scenario's sites, with their capacities by product.
pub(super) fn read(
    scenario: &Scenario,
    locations: &Names<'_>,
    by_product: &[ByProduct],
    scales: Scales,
    defects: &mut Defects,
) -> Vec<Site> {
    let site = |(row, site): (usize, &scenario::Site)| {
        let pointer = |field: &str| format!("/sites/{row}/{field}");
        misplaced(scenario, site, row, defects);
        Site {
            location: locations.location(&site.location, || pointer("location"), defects),
            status: site.status,
            closing: cost(site.closing_cost, || pointer("closing_cost"), defects),
            min_throughput: min_throughput(site, row, scales.capacity, defects),
            sizes: sizes(site, row, &by_product[row], scales, defects),
        }
    };
    scenario.sites.iter().enumerate().map(site).collect()
}

/// The most that the open sites may cost to open.
pub(super) fn budget(scenario: &Scenario, defects: &mut Defects) -> Option<Cost> {
    let budget = scenario.budget?;
    if scenario.objective != Objective::MinCost {
        refuse_cost(scenario.objective, "/budget".to_owned(), "budget", defects);
    }
    Some(cost(Some(budget), || "/budget".to_owned(), defects))
}

/// Reports what has no meaning for the objective, the status, or beside levels.
fn misplaced(scenario: &Scenario, site: &scenario::Site, row: usize, defects: &mut Defects) {
    let pointer = |field: &str| format!("/sites/{row}/{field}");
    if scenario.objective == Objective::PMedian || scenario.objective.is_covering() {
        let given = [
            (site.opening_cost, "opening_cost".to_owned()),
            (site.operating_cost, "operating_cost".to_owned()),
            (site.closing_cost, "closing_cost".to_owned()),
            (site.handling_cost, "handling_cost".to_owned()),
        ];
        let of_level = |(place, level): (usize, &Level)| {
            let path = |field: &str| format!("levels/{place}/{field}");
            [
                (level.opening_cost, path("opening_cost")),
                (level.operating_cost, path("operating_cost")),
                (level.handling_cost, path("handling_cost")),
            ]
        };
        let all = given.into_iter().chain(site.levels.iter().enumerate().flat_map(of_level));
        for (_, path) in all.filter(|(value, _)| value.is_some()) {
            let field = path.rsplit('/').next().unwrap_or(&path);
            refuse_cost(scenario.objective, pointer(&path), field, defects);
        }
    }
    let misplaced = match site.status {
        SiteStatus::Existing => site.opening_cost.map(|_| ("opening_cost", "an existing site is open already")),
        SiteStatus::Candidate => site.closing_cost.map(|_| ("closing_cost", "a candidate is not open today")),
        SiteStatus::Required => site.closing_cost.map(|_| ("closing_cost", "a required site is never closed")),
        SiteStatus::Forbidden => None,
    };
    if let Some((field, why)) = misplaced {
        let hint = "remove it, or change `status`";
        defects.add(pointer(field), "cost_not_for_status", format!("`{field}` has no meaning: {why}"), hint);
    }
    if !site.levels.is_empty() && site.status != SiteStatus::Existing {
        let given = [
            (site.capacity.is_some(), "capacity"),
            (site.product_capacity.is_some(), "product_capacity"),
            (site.opening_cost.is_some(), "opening_cost"),
            (site.operating_cost.is_some(), "operating_cost"),
            (site.handling_cost.is_some(), "handling_cost"),
        ];
        for (_, field) in given.into_iter().filter(|(is_given, _)| *is_given) {
            defects.add(
                pointer(field),
                "conflicting_fields",
                format!("`{field}` has no meaning where `levels` are given: each level has its own"),
                "put it into the levels",
            );
        }
    }
}

/// What the site states itself, where that counts, and its levels.
fn sizes(
    site: &scenario::Site,
    row: usize,
    by_product: &[Vec<Option<f64>>],
    scales: Scales,
    defects: &mut Defects,
) -> Vec<Size> {
    let own = Level {
        id: site.id.clone(),
        capacity: site.capacity,
        product_capacity: None,
        opening_cost: site.opening_cost,
        operating_cost: site.operating_cost,
        handling_cost: site.handling_cost,
    };
    let own = size(None, &own, format!("/sites/{row}"), scales.capacity, defects);
    let path = format!("/sites/{row}/levels");
    Names::collect("level", &path, &site.levels, |level| &level.id, defects);
    let levels = site.levels.iter().enumerate();
    let levels: Vec<Size> = levels
        .map(|(place, level)| size(Some(place), level, format!("{path}/{place}"), scales.capacity, defects))
        .collect();
    let keeps_own = levels.is_empty() || site.status == SiteStatus::Existing;
    let of_product = |most: &Option<f64>| most.map_or(Load::HUGE, |most| scaled(most, scales.flow).min(Load::HUGE));
    let limited = [own]
        .into_iter()
        .chain(levels)
        .zip(by_product)
        .map(|(size, stated)| Size { product_capacity: stated.iter().map(of_product).collect(), ..size });
    limited.skip(usize::from(!keeps_own)).collect()
}

fn size(level: Option<usize>, stated: &Level, path: String, scale: f64, defects: &mut Defects) -> Size {
    let pointer = |field: &str| format!("{path}/{field}");
    let capacity = stated.capacity.map(|capacity| {
        let units = throughput(capacity, "capacity", pointer("capacity"), defects);
        if capacity == 0.0 {
            let what = if level.is_some() { "level" } else { "site" };
            let hint = "leave it out if it has no limit; write \"status\": \"forbidden\" to rule the site out";
            defects.add(pointer("capacity"), "zero_capacity", format!("{what} `{}` can hold nothing", stated.id), hint);
        }
        Load::new(scaled_down(units, scale).min(Load::HUGE.get() as f64) as i64)
    });
    Size {
        level,
        opening: cost(stated.opening_cost, || pointer("opening_cost"), defects),
        operating: cost(stated.operating_cost, || pointer("operating_cost"), defects),
        capacity,
        product_capacity: Vec::new(),
        handling: stated.handling_cost.map_or(0.0, |value| amount(value, || pointer("handling_cost"), defects)),
    }
}

/// The least throughput, rounded up to whole capacity units.
fn min_throughput(site: &scenario::Site, row: usize, scale: f64, defects: &mut Defects) -> Load {
    let Some(least) = site.min_throughput else { return Load::ZERO };
    let pointer = || format!("/sites/{row}/min_throughput");
    let least = throughput(least, "min_throughput", pointer(), defects);
    let own = (site.levels.is_empty() || site.status == SiteStatus::Existing).then_some(site.capacity);
    let capacities = own.into_iter().chain(site.levels.iter().map(|level| level.capacity));
    let most = capacities.map(|capacity| capacity.unwrap_or(f64::INFINITY)).fold(0.0, f64::max);
    if least > most {
        defects.add(
            pointer(),
            "min_throughput_above_capacity",
            format!("min_throughput is {least} but site `{}` can pass at most {most}", site.id),
            "lower it, or raise the capacity",
        );
    }
    let units = scaled_down(least, scale);
    let is_whole = (units / scale).total_cmp(&least).is_eq();
    Load::new((units + f64::from(u8::from(!is_whole))).min(Load::HUGE.get() as f64) as i64)
}

/// A throughput in the user's units; zero stands in for one that is refused.
fn throughput(value: f64, field: &str, pointer: String, defects: &mut Defects) -> f64 {
    let value = amount(value, || pointer.clone(), defects);
    if numbers::decimals(value).is_none() {
        let detail = format!("a {field} has at most 6 decimals, found {value}");
        defects.add(pointer, "too_many_decimals", detail, "round it, or use a smaller unit");
    }
    value
}
