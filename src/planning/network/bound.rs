//! What no plan can cost less than: sites and routes each as cheap as they can be by themselves.
//!
//! The cheapest sites with room for everything cost no more than those of any plan, and a day's routes no less than the
//! bound of routes that may start from any site. Where routes are long that is far above what direct trips prove.

use super::Evaluation;
use super::question::Question;
use crate::routing::{lower_bound, seconds_for_bound};
use crate::search::{Budget, Event, Observer, Silent};
use crate::siting::{self, Customer, Params, Service};
use crate::units::{Cost, Load, ProductIdx, SiteIdx};
use std::time::Duration;

/// Dual iterations for the sites.
const ITERATIONS: u64 = 1_000;

/// Passes over all q-routes where iterations are limited.
const PASSES: u64 = 40;

/// The search's part of the budget: the rest is for the bound.
pub(super) fn searching<'b>(question: &Question<'_>, budget: &Budget<'b>) -> Budget<'b> {
    let Some(deadline) = budget.deadline else { return *budget };
    let kept = seconds_for_bound(&question.routes, budget.seconds_left());
    Budget { deadline: deadline.checked_sub(Duration::from_secs_f64(kept)), ..*budget }
}

/// The bound and what proves it, given what was found; `None` where there is no time for it.
pub(super) fn apart(
    question: &Question<'_>,
    found: &Evaluation,
    budget: &Budget<'_>,
    observer: &dyn Observer,
) -> Option<(Cost, &'static str)> {
    observer.on(Event::Phase("lower bound"));
    let sites = cheapest_sites(question, budget)?;
    let limited = Budget { iterations: budget.iterations.min(PASSES), ..*budget };
    let routes = lower_bound(&question.routes, Some(&found.routes), &limited, &Silent)?;
    let days = question.network.days;
    let usable = question.network.bases.iter().map(|site| question.rate[site.get()]);
    let rate = usable.reduce(f64::min).unwrap_or(0.0);
    let loads = Cost::new((rate * question.needed.get() as f64 * days as f64 * (1.0 - 1e-12)).floor() as i64);
    let bound = sites + routes.value * days + loads;
    observer.on(Event::LowerBound(bound));
    Some((bound, routes.kind))
}

/// What the cheapest sites cost that may be open together and have room for all mandatory orders, at least.
fn cheapest_sites(question: &Question<'_>, budget: &Budget<'_>) -> Option<Cost> {
    let services = (0..question.n_sites()).map(|site| Service { site: SiteIdx::new(site), cost: 0.0 });
    let everything = Customer {
        product: ProductIdx::new(0),
        demand: question.needed.max(Load::new(1)),
        weight: question.needed,
        single_source: false,
        services: services.collect(),
        rest: f64::INFINITY,
    };
    let limited = Budget { iterations: budget.iterations.min(ITERATIONS), gap: 0.0, ..*budget };
    let outcome = siting::solve(&question.siting(vec![everything]), None, &Params::default(), &limited, 1, &Silent);
    outcome.infeasible.is_none().then_some(outcome.lower_bound)
}
