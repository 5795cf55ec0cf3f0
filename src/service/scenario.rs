//! A scenario as the service takes it: valid, and within the limits.

use super::App;
use super::problem::{Problem, ProblemKind};
use super::settings::Limits;
use crate::model;
use crate::model::{Scenario, parse_scenario, validate};
use tokio::task::spawn_blocking;

/// Reads and validates on a thread that may take its time, no more at once than there are cores.
pub(super) async fn valid(text: String, app: &App) -> Result<(String, model::Problem), Problem> {
    let limits = app.settings.limits.clone();
    let _turn = app.readers.acquire().await.map_err(|_| Problem::new(ProblemKind::Internal, "no reader is left"))?;
    let work = move || {
        let scenario = parse_scenario(&text).map_err(|it| Problem::defects(ProblemKind::InvalidScenario, it))?;
        within(&scenario, &limits)?;
        let problem = validate(scenario).map_err(|it| Problem::defects(ProblemKind::InvalidScenario, it))?;
        Ok((text, problem))
    };
    spawn_blocking(work).await.map_err(|_| Problem::new(ProblemKind::Internal, "the request met a bug"))?
}

fn within(scenario: &Scenario, limits: &Limits) -> Result<(), Problem> {
    let customers = scenario.demands.len() + scenario.orders.len() + scenario.shipments.len();
    let vehicles = scenario.vehicles.iter().map(|vehicle| u64::from(vehicle.count)).sum::<u64>();
    let above = |what: &str, found: u64, limit: u64| {
        let detail = format!("{found} {what}, at most {limit} are taken");
        if found > limit { Err(Problem::above(ProblemKind::TooLarge, &detail, limit as f64)) } else { Ok(()) }
    };
    above("customers", customers as u64, limits.customers as u64)?;
    above("vehicles", vehicles, limits.vehicles)?;
    above("sites", scenario.sites.len() as u64, limits.sites as u64)?;
    above("seconds", scenario.limits.time.unwrap_or(0.0).ceil() as u64, limits.solve_seconds as u64)
}
