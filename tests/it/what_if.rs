//! Prices of turning a site's decision, alternatives and sweeps, against scenarios that state them.

use hubroute::model::generate::siting;
use hubroute::model::plan::{Plan, Status};
use hubroute::model::scenario::{Coverage, Objective, Scenario, SiteStatus};
use hubroute::model::{check, validate};
use hubroute::planning::{Options, PlanError, plan};
use hubroute::search::Silent;
use serde_json::{Value, json};
use std::sync::atomic::AtomicBool;

fn solved(scenario: &Scenario, asked: (bool, usize, Option<[u32; 2]>)) -> Result<Plan, PlanError> {
    // Each decision turned has a tenth, which must do for local search too where sites have levels.
    let n_iterations = if scenario.sites.iter().any(|site| !site.levels.is_empty()) { 40_000 } else { 4000 };
    let cancel = AtomicBool::new(false);
    let options = Options::of_iterations(n_iterations, &cancel);
    let options = Options { prices: asked.0, alternatives: asked.1, sweep: asked.2, ..options };
    plan(&validate(scenario.clone()).unwrap(), &options, &Silent)
}

/// Eight candidates without capacities, so that every plan is proven.
fn scenario(seed: u64) -> Scenario {
    let mut scenario = siting(8, 25, seed);
    scenario.sites.iter_mut().for_each(|site| site.capacity = None);
    scenario
}

/// Every price of `scenario`'s plan against a scenario that states the other decision.
fn check_prices(scenario: &Scenario) {
    let plan = solved(scenario, (true, 2, None)).unwrap();
    assert_eq!(plan.status, Status::Optimal);
    let (mut n_tight, mut least) = (0, f64::INFINITY);
    for (row, site) in plan.sites.iter().enumerate() {
        let price = site.turning.as_ref().unwrap();
        let mut turned = scenario.clone();
        turned.sites[row].status = if site.open { SiteStatus::Forbidden } else { SiteStatus::Required };
        // Where a demand is out of everybody's reach, validation says so already.
        let alone = validate(turned.clone()).ok().and_then(|_| solved(&turned, (false, 0, None)).ok());
        assert_eq!(alone.is_none(), price.is_impossible, "site {row}");
        let Some(alone) = alone.map(|alone| alone.summary.total) else {
            n_tight += 1;
            continue;
        };
        least = least.min(alone);
        let true_price = alone - plan.summary.total;
        let (at_least, found) = (price.at_least.unwrap(), price.found.unwrap());
        assert!(at_least <= true_price + 1e-3, "site {row}: {at_least} above {true_price}");
        assert!(found >= true_price - 1e-3, "site {row}: {found} below {true_price}");
        // Decisions turned are solved up to this.
        n_tight += usize::from(found <= true_price + 1e-4 * alone);
    }
    assert_eq!(n_tight, plan.sites.len(), "a price found is above the true one");
    let found = plan.alternatives[0].total;
    assert!(found >= least - 1e-3 && found <= least * (1.0 + 1e-4), "{found} is not {least}");
    assert!(plan.alternatives_bound.unwrap() <= least + 1e-6);
}

#[test]
fn prices_hold_for_scenarios_with_the_decision_turned() {
    (1..4).for_each(|seed| check_prices(&scenario(seed)));
}

#[test]
fn prices_hold_where_sites_have_levels() {
    for seed in 1..3 {
        let mut scenario = scenario(seed);
        for site in &mut scenario.sites {
            let opening = site.opening_cost.take().unwrap();
            let level = |id: &str, capacity: f64, share: f64| json!({"id": id, "capacity": capacity, "opening_cost": opening * share, "handling_cost": 0.01 / share});
            site.levels =
                serde_json::from_value(json!([level("small", 150.0, 0.6), level("large", 900.0, 1.2)])).unwrap();
        }
        check_prices(&scenario);
    }
}

#[test]
fn prices_hold_where_reach_counts() {
    let mut scenario = scenario(1);
    scenario.sites.iter_mut().for_each(|site| site.opening_cost = None);
    scenario.objective = Objective::PCenter;
    scenario.sites_max = Some(3);
    check_prices(&scenario);
    let farthest = solved(&scenario, (false, 0, None)).unwrap().summary.total;
    for (objective, share) in [(Objective::SetCover, 1.0), (Objective::MaxCover, 0.6)] {
        scenario.objective = objective;
        scenario.coverage = Some(Coverage { radius: Some((share * farthest).floor()), ..Coverage::default() });
        check_prices(&scenario);
    }
}

#[test]
fn alternatives_are_the_best_plans_with_other_sites() {
    let scenario = scenario(5);
    let plan = solved(&scenario, (false, 3, None)).unwrap();
    assert_eq!(plan.alternatives.len(), 3);
    // The second best of all sets, each stated by statuses alone.
    let best: Vec<bool> = plan.sites.iter().map(|site| site.open).collect();
    let mut totals = Vec::new();
    for set in 1u32..1 << best.len() {
        let open: Vec<bool> = (0..best.len()).map(|row| set >> row & 1 == 1).collect();
        let mut stated = scenario.clone();
        for (site, open) in stated.sites.iter_mut().zip(&open) {
            site.status = if *open { SiteStatus::Required } else { SiteStatus::Forbidden };
        }
        if open != best {
            totals.push(solved(&stated, (false, 0, None)).unwrap().summary.total);
        }
    }
    let least = totals.into_iter().fold(f64::INFINITY, f64::min);
    assert!((plan.alternatives[0].total - least).abs() < 1e-3, "{} is not {least}", plan.alternatives[0].total);
    assert!(plan.alternatives_bound.unwrap() <= least + 1e-6);
}

#[test]
fn a_sweep_agrees_with_counts_in_the_scenario() {
    let scenario = scenario(7);
    let plan = solved(&scenario, (false, 0, Some([1, 4]))).unwrap();
    assert_eq!(plan.sweep.iter().map(|point| point.sites).collect::<Vec<_>>(), [1, 2, 3, 4]);
    for point in &plan.sweep {
        let mut counted = scenario.clone();
        (counted.sites_min, counted.sites_max) = (Some(point.sites), Some(point.sites));
        let expected = solved(&counted, (false, 0, None)).unwrap();
        assert_eq!(expected.status, Status::Optimal);
        let total = point.total.unwrap();
        assert!((total - expected.summary.total).abs() < 1e-3, "{} sites: {total}", point.sites);
        assert!(point.lower_bound.unwrap() <= total + 1e-6 && point.open.len() == point.sites as usize);
    }
}

#[test]
fn tampered_what_ifs_are_seen() {
    let scenario = scenario(2);
    let problem = validate(scenario.clone()).unwrap();
    let plan = solved(&scenario, (true, 2, Some([2, 3]))).unwrap();
    assert_eq!(check(&problem, &plan), []);
    let tampered = |pointer: &str, value: Value| -> Vec<String> {
        let mut document = serde_json::to_value(&plan).unwrap();
        *document.pointer_mut(pointer).unwrap() = value;
        let plan: Plan = serde_json::from_value(document).unwrap();
        check(&problem, &plan).into_iter().map(|violation| violation.code).collect()
    };
    assert_eq!(tampered("/sites/0/turning/at_least", json!(1e9)), ["price_wrong"]);
    assert_eq!(tampered("/alternatives/0/total", json!(1.0)), ["alternative_wrong", "lower_bound_above_total"]);
    assert_eq!(tampered("/alternatives/0/opens", json!(["nowhere"])), ["alternative_wrong"]);
    assert_eq!(tampered("/sweep/1/sites", json!(2)), ["sweep_wrong", "sweep_wrong"]);
}

#[test]
fn what_ifs_without_an_answer_are_refused() {
    let day = hubroute::model::generate::routing(hubroute::model::generate::RoutingParams::default(), 1);
    assert!(matches!(solved(&day, (true, 0, None)), Err(PlanError::Question(_))));
    assert!(matches!(solved(&day, (false, 1, None)), Err(PlanError::Question(_))));
    let mut scenario = scenario(1);
    scenario.sites.iter_mut().for_each(|site| site.opening_cost = None);
    scenario.objective = Objective::PCenter;
    scenario.sites_max = Some(2);
    let swept = solved(&scenario, (false, 0, Some([1, 3]))).unwrap().sweep;
    assert!(swept.windows(2).all(|pair| pair[1].total <= pair[0].total), "more sites cannot be farther: {swept:?}");
}

#[test]
fn the_time_is_looked_at_while_many_demands_are_priced() {
    let cancel = AtomicBool::new(false);
    let timed = |n_demands| {
        let options =
            Options { iterations: None, time: Some(std::time::Duration::ZERO), ..Options::of_iterations(1, &cancel) };
        plan(&validate(siting(3, n_demands, 1)).unwrap(), &options, &Silent)
    };
    assert!(timed(40).is_ok(), "problems of usual size have an answer all the same");
    assert_eq!(timed(5000), Err(PlanError::NothingFound { cancelled: false }));
}
