//! All plans of a small problem of orders, judged by the checker.

use hubroute::model::plan::Plan;
use hubroute::model::problem::{Case, Routing};
use hubroute::model::{Problem, RoutingChoice, check, routing_plan};
use proptest::prelude::ProptestConfig;
use proptest::test_runner::RngSeed;

/// The best of all plans that the checker accepts, orders left out included: fewest `missing` first, then the least total.
/// Orders have one place and window each; vehicles do not reload.
pub(crate) fn best_plan<K: Ord>(problem: &Problem, missing: impl Fn(&Plan) -> K) -> Option<Plan> {
    let Case::Routing(data) = &problem.case else { panic!("no routes are asked for") };
    let mut best: Option<((K, i64), Plan)> = None;
    every_choice(data, &mut |choice| {
        let plan = routing_plan(problem, data, choice);
        let value = (missing(&plan), (plan.summary.total * 1e6).round() as i64);
        if best.as_ref().is_none_or(|(known, _)| value < *known) && check(problem, &plan).is_empty() {
            best = Some((value, plan));
        }
    });
    best.map(|(_, plan)| plan)
}

/// Judges all routes of all vehicles, orders left out included.
pub(crate) fn every_choice(data: &Routing, judge: &mut impl FnMut(&RoutingChoice)) {
    let types = data.vehicle_types.iter().enumerate();
    let lines = types.flat_map(|(row, it)| (0..it.count).map(move |_| (row, Vec::new())));
    assign(data, 0, &mut RoutingChoice { routes: lines.collect(), unserved: Vec::new() }, judge);
}

/// Tries every place of the visit in this row and, for each, of those behind it.
fn assign(data: &Routing, row: usize, choice: &mut RoutingChoice, judge: &mut impl FnMut(&RoutingChoice)) {
    if row == data.visits.len() {
        judge(choice);
        return;
    }
    choice.unserved.push(row);
    assign(data, row + 1, choice, judge);
    choice.unserved.pop();
    for line in 0..choice.routes.len() {
        // Vehicles alike take routes in their order.
        let is_next = line > 0 && choice.routes[line].0 == choice.routes[line - 1].0;
        if is_next && choice.routes[line - 1].1.is_empty() {
            continue;
        }
        for place in 0..=choice.routes[line].1.len() {
            choice.routes[line].1.insert(place, row);
            assign(data, row + 1, choice, judge);
            choice.routes[line].1.remove(place);
        }
    }
}

/// So many random cases, the same in every run: a short search may miss the best plan by more than allowed now and then.
/// `HUBROUTE_TEST_CASES=10` takes ten times as many.
pub(crate) fn cases(cases: u32) -> ProptestConfig {
    let times: u32 = std::env::var("HUBROUTE_TEST_CASES").ok().and_then(|times| times.parse().ok()).unwrap_or(1);
    ProptestConfig { cases: cases * times, rng_seed: RngSeed::Fixed(1), ..ProptestConfig::default() }
}
