//! Rules for the document as a whole: version, fields of the other kind, limits.

use crate::model::defect::Defects;
use crate::model::scenario::{Kind, Lanes, Limits, Objective, Scenario};

/// Longest time limit, in seconds: a day.
const LONGEST_TIME: f64 = 86_400.0;

/// Most threads that may be asked for.
const MOST_THREADS: u32 = 1024;

/// Checks version, fields by kind, and limits.
pub(super) fn check(scenario: &Scenario, defects: &mut Defects) {
    if scenario.version != 1 {
        defects.add(
            "/version",
            "unknown_version",
            format!("version must be 1, found {}", scenario.version),
            "write \"version\": 1",
        );
    }
    if scenario.locations.is_empty() {
        defects.add("/locations", "no_locations", "at least one location is needed, found none".to_owned(), "");
    }
    for (present, field) in foreign_fields(scenario) {
        if present {
            let kind = match scenario.kind {
                Kind::Siting => "siting",
                Kind::Routing => "routing",
                Kind::Network => "network",
            };
            defects.add(
                format!("/{field}"),
                "field_not_for_kind",
                format!("`{}` has no meaning in a {kind} scenario", field.replace('/', ".")),
                "remove it, or change `kind`",
            );
        }
    }
    if let (Kind::Siting, Some(row)) = (scenario.kind, scenario.locations.iter().position(|place| place.zone.is_some()))
    {
        let detail = "zones of traffic have no meaning in a siting scenario".to_owned();
        let hint = "remove it, or change `kind`";
        defects.add(format!("/locations/{row}/zone"), "field_not_for_kind", detail, hint);
    }
    limits(&scenario.limits, defects);
}

fn foreign_fields(scenario: &Scenario) -> Vec<(bool, &'static str)> {
    match scenario.kind {
        Kind::Siting => vec![
            (scenario.days.is_some(), "days"),
            (!scenario.vehicles.is_empty(), "vehicles"),
            (!scenario.orders.is_empty(), "orders"),
            (!scenario.shipments.is_empty(), "shipments"),
            (!scenario.carriers.is_empty(), "carriers"),
            (!scenario.locks.is_empty(), "locks"),
            (!scenario.incompatible.is_empty(), "incompatible"),
            (!scenario.docks.is_empty(), "docks"),
            (!scenario.stocks.is_empty(), "stocks"),
            (!scenario.groups.is_empty(), "groups"),
            (scenario.balance.is_some(), "balance"),
            (!scenario.travel.speeds.is_empty(), "travel/speeds"),
            (scenario.objective == Objective::MinVehicles, "objective"),
        ],
        Kind::Routing => vec![
            (!scenario.products.is_empty(), "products"),
            (!scenario.supplies.is_empty(), "supplies"),
            (!scenario.sites.is_empty(), "sites"),
            (!scenario.demands.is_empty(), "demands"),
            (scenario.lanes != Lanes::default(), "lanes"),
            (!matches!(scenario.objective, Objective::MinCost | Objective::MinVehicles), "objective"),
            (scenario.coverage.is_some(), "coverage"),
            (scenario.sites_min.is_some(), "sites_min"),
            (scenario.sites_max.is_some(), "sites_max"),
            (scenario.budget.is_some(), "budget"),
            (scenario.days.is_some(), "days"),
        ],
        Kind::Network => vec![
            (!scenario.products.is_empty(), "products"),
            (!scenario.demands.is_empty(), "demands"),
            (scenario.objective != Objective::MinCost, "objective"),
            (scenario.coverage.is_some(), "coverage"),
            (!scenario.shipments.is_empty(), "shipments"),
            (!scenario.carriers.is_empty(), "carriers"),
            (!scenario.docks.is_empty(), "docks"),
            (!scenario.stocks.is_empty(), "stocks"),
            (scenario.balance.is_some(), "balance"),
            (!scenario.locks.is_empty(), "locks"),
        ],
    }
}

fn limits(limits: &Limits, defects: &mut Defects) {
    if let Some(time) = limits.time
        && !(time > 0.0 && time <= LONGEST_TIME)
    {
        out_of_range("time", &time.to_string(), "above 0 and at most 86400 seconds", defects);
    }
    if let Some(gap) = limits.gap
        && !(0.0..1.0).contains(&gap)
    {
        out_of_range("gap", &gap.to_string(), "at least 0 and below 1 (0.01 is 1 %)", defects);
    }
    if limits.iterations == Some(0) {
        out_of_range("iterations", "0", "at least 1", defects);
    }
    if let Some(threads) = limits.threads
        && !(1..=MOST_THREADS).contains(&threads)
    {
        out_of_range("threads", &threads.to_string(), "from 1 to 1024", defects);
    }
}

fn out_of_range(field: &str, found: &str, allowed: &str, defects: &mut Defects) {
    defects.add(
        format!("/limits/{field}"),
        "limit_out_of_range",
        format!("{field} must be {allowed}, found {found}"),
        "leave it out for the default",
    );
}
