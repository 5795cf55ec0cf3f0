//! Sites chosen by what the routes from them really cost.
//!
//! 1. [`estimate`]: what delivery costs from each site, at least, makes a siting problem. Its bound holds for the whole
//!    question: routes cost no less.
//! 2. [`search`] and [`sets`]: the sites that it opens, and others with a site opened, closed or exchanged, are judged by
//!    routes; what these cost beyond the estimate tells which sites to try next. The best go on with more time each, half of
//!    them at a time, and the last with all that is left.
//! 3. [`inbound`]: what comes into the sites. [`bound`]: what sites and routes cost at least, both at once and each by themselves.
//!
//! What it comes to on the sets of Prins et al., as gap to best known in percent (one thread, seed 1, November 2026):
//!
//! | customers | instances | time | mean | worst | proven gap |
//! | --- | --- | --- | --- | --- | --- |
//! | 20 and 50 | 8 | 5 s | 0.00 | 0.00 | 7.3 |
//! | 100 | 8 | 15 s | 0.24 | 0.80 | 3.3 |
//! | 200 | 4 | 5 s | 0.26 | 0.38 | 7.5 |
//!
//! Where routes never draw more on a site than it has, also on their way, the first two come to 0.04 and 0.32.
//!
//! What is left is mostly where the best sites have room for just what is needed (coord100-10-1b, coord100-10-3b): there a
//! route more or less hangs on who is served from where.
//!
//! Sources: Schneider & Löffler (2019), Transportation Science 53(1), for sites tried in the order of an estimate that learns
//! from routes; Karnin, Koren & Somekh (2013), Proceedings of ICML 28, for halving.

mod bound;
mod estimate;
mod inbound;
mod question;
mod search;
mod sets;

use super::{Options, PlanError, ended, prove};
use crate::model::plan::{Plan, Reason, Status};
use crate::model::problem::Network;
use crate::model::{Problem, network_plan};
use crate::routing::{Route, Solution};
use crate::search::Observer;
use crate::units::{Cost, Load, VehicleTypeIdx};
use question::Question;
use std::sync::atomic::Ordering;

/// A plan of sites and routes.
pub(super) fn plan(
    problem: &Problem,
    network: &Network,
    options: &Options<'_>,
    observer: &dyn Observer,
) -> Result<Plan, PlanError> {
    let budget = options.budget();
    let question = Question::new(problem, network);
    let estimate = estimate::solve(&question, options, &budget, observer);
    let searching = bound::searching(&question, &budget);
    let Some(found) = search::search(&question, &estimate, options, &searching, observer) else {
        if options.cancel.load(Ordering::Relaxed) || budget.out_of_time() {
            return Err(PlanError::NothingFound { cancelled: options.cancel.load(Ordering::Relaxed) });
        }
        return Err(PlanError::Infeasible(vec![no_sites()]));
    };
    let mut plan = network_plan(problem, network, &question.choice(&found));
    if plan.status == Status::Infeasible {
        return Ok(plan);
    }
    let out_of_time = searching.out_of_time();
    let direct = estimate.lower_bound.map(|bound| (bound, "direct trips"));
    let together = bound::together(&question, &found, options.threads, &budget, observer);
    let bounds = direct.into_iter().chain(together).chain(bound::apart(&question, &found, &budget, observer));
    let closed = bounds.max_by_key(|it| it.0).is_some_and(|(bound, kind)| prove(&mut plan, bound, kind));
    plan.status = if closed { Status::Optimal } else { ended(options, out_of_time) };
    Ok(plan)
}

fn no_sites() -> Reason {
    Reason {
        code: "no_site_set".to_owned(),
        message: "no choice of sites keeps their number, the budget and their capacities".to_owned(),
        hint: "raise capacities, `sites_max` or `budget`".to_owned(),
    }
}

/// What a set of open sites comes to.
#[derive(Clone, Debug)]
struct Evaluation {
    /// The sites that are open.
    open: Vec<bool>,
    /// A day's routes, with the vehicle types of the whole question.
    routes: Solution,
    /// Mandatory orders left out, each as often as it counts.
    n_missing: usize,
    /// How many they are.
    n_left_out: usize,
    /// Cost over the planning period.
    cost: Cost,
    /// Goods from supply lines into sites, as in [`NetworkChoice`](crate::model::NetworkChoice).
    inflows: Vec<(usize, usize, Load)>,
}

impl Evaluation {
    /// What it is worth, the least being best.
    fn rank(&self) -> (usize, Cost) {
        (self.n_missing, self.cost)
    }
}

/// Routes with other numbers of their vehicle types; customers of those that have none are left out.
fn moved(routes: &Solution, vehicle_type: impl Fn(VehicleTypeIdx) -> Option<VehicleTypeIdx>) -> Solution {
    let (mut moved, mut unserved) = (Vec::with_capacity(routes.routes.len()), routes.unserved.clone());
    for route in &routes.routes {
        match vehicle_type(route.vehicle_type) {
            Some(vehicle_type) => moved.push(Route { vehicle_type, visits: route.visits.clone() }),
            None => unserved.extend(&route.visits),
        }
    }
    Solution::sorted(moved, unserved, routes.cost)
}
