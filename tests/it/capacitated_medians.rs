//! The p-median with capacities, through the whole engine: against all choices of sites and of who serves whom.

use hubroute::model::plan::{Plan, SiteChange, Status};
use hubroute::model::scenario::Objective;
use hubroute::model::{Scenario, check, generate, validate};
use hubroute::planning::{Options, plan};
use hubroute::search::Silent;
use std::sync::atomic::AtomicBool;

const MEDIANS: usize = 3;

/// Six sites of which three shall be open, with little room to spare.
fn scenario(seed: u64, single_source: bool) -> Scenario {
    let mut scenario = generate::siting(6, 9, seed);
    scenario.objective = Objective::PMedian;
    scenario.sites_max = Some(MEDIANS as u32);
    let needed: f64 = scenario.demands.iter().map(quantity).sum();
    for (row, site) in scenario.sites.iter_mut().enumerate() {
        site.opening_cost = None;
        site.capacity = Some((needed * (0.38 + 0.02 * row as f64)).ceil());
    }
    scenario.demands.iter_mut().for_each(|demand| demand.single_source = single_source);
    scenario
}

fn quantity(demand: &hubroute::model::scenario::Demand) -> f64 {
    serde_json::to_value(&demand.quantity).unwrap().as_f64().unwrap()
}

fn solved(scenario: &Scenario) -> Plan {
    let cancel = AtomicBool::new(false);
    let options = Options { certificate: true, ..Options::of_iterations(6000, &cancel) };
    plan(&validate(scenario.clone()).unwrap(), &options, &Silent).unwrap()
}

/// The least cost of serving `demand` and those after it, each whole, by sites with this much `left`.
fn least(costs: &[Vec<f64>], quantities: &[f64], demand: usize, left: &mut [(usize, f64)], most: f64) -> f64 {
    if demand == quantities.len() {
        return 0.0;
    }
    let mut best = most;
    for at in 0..left.len() {
        let (site, room) = left[at];
        let cost = costs[site][demand];
        if room >= quantities[demand] && cost < best {
            left[at].1 -= quantities[demand];
            best = best.min(cost + least(costs, quantities, demand + 1, left, best - cost));
            left[at].1 = room;
        }
    }
    best
}

#[test]
fn plans_agree_with_enumeration() {
    for seed in 0..6 {
        let scenario = scenario(seed, true);
        let whole = solved(&scenario);
        let problem = validate(scenario.clone()).unwrap();
        let hubroute::model::problem::Case::Siting(data) = &problem.case else { panic!("a siting problem") };
        let quantities: Vec<f64> = scenario.demands.iter().map(quantity).collect();
        let rate = |site: usize| {
            let lines = data.demand_lines.iter().zip(&quantities);
            lines.map(|(line, q)| q * problem.outbound_rate(data, hubroute::units::SiteIdx::new(site), line)).collect()
        };
        let costs: Vec<Vec<f64>> = (0..6).map(rate).collect();
        let mut optimum = f64::INFINITY;
        for set in (0u32..64).filter(|set| set.count_ones() as usize == MEDIANS) {
            let open = (0..6).filter(|site| set >> site & 1 == 1);
            let mut left: Vec<(usize, f64)> = open.map(|site| (site, scenario.sites[site].capacity.unwrap())).collect();
            optimum = optimum.min(least(&costs, &quantities, 0, &mut left, f64::INFINITY));
        }
        let total = whole.summary.total;
        assert!((total - optimum).abs() < 1e-3, "seed {seed}: {total}, not {optimum}");
        assert_eq!(whole.status, Status::Optimal, "seed {seed}");
        let split = solved(&self::scenario(seed, false));
        assert!(split.summary.total <= total + 1e-3, "seed {seed}: shares cost more than whole demands");
        for plan in [&whole, &split] {
            let n_open = plan.sites.iter().filter(|site| site.change == SiteChange::Opened).count();
            assert_eq!(n_open, MEDIANS, "seed {seed}");
            let certified = plan.certificate.as_ref().unwrap().bound.unwrap();
            assert!(certified <= plan.lower_bound.unwrap() + 1e-3 && plan.lower_bound.unwrap() <= plan.summary.total);
        }
        assert_eq!(check(&problem, &whole), []);
    }
}
