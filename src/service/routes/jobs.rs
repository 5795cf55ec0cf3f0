//! Jobs: asked for, looked at, stopped.

use crate::service::jobs::store::{NewJob, Submitted};
use crate::service::jobs::tokens::{Caller, sha256};
use crate::service::jobs::{Command, Job, JobState, StoreError};
use crate::service::problem::{Problem, ProblemKind};
use crate::service::questions::Questions;
use crate::service::wire::{JobList, JobView};
use crate::service::{App, body, compress, scenario};
use axum::Json;
use axum::body::Body;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Extension, Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde::Deserialize;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, timeout_at};
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn router() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(submit, list)).routes(routes!(get, stop))
}

/// Longest idempotency key.
const LONGEST_KEY: usize = 128;

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct Asked {
    /// The job that this one is a what-if of.
    base: Option<String>,
    /// Also show the prices that prove the lower bound (siting).
    #[serde(default)]
    certificate: bool,
    /// Also tell what the opposite decision about each site would cost (siting).
    #[serde(default)]
    prices: bool,
    /// Also tell so many of the best plans with other sites (siting).
    #[param(maximum = 100)]
    #[serde(default)]
    alternatives: u32,
    /// Also tell the least total by the number of open sites, such as `3..12` (siting).
    sweep_sites: Option<String>,
}

/// Asks for a plan: takes a scenario, answers with the job that will solve it. The job is on disk before the answer.
#[utoipa::path(
    post, path = "/v1/jobs", tag = "jobs",
    params(
        Asked,
        ("Idempotency-Key" = Option<String>, Header, description = "Makes a repeated request the same request"),
        ("Prefer" = Option<String>, Header, description = "`wait=20` waits up to so many seconds for the plan"),
    ),
    request_body(content_type = "application/json", content = inline(crate::service::openapi::ScenarioRef)),
    responses(
        (status = 202, description = "Accepted", body = JobView, headers(("Location" = String))),
        (status = 200, description = "Accepted before with this key, or over within the wait", body = JobView),
        crate::service::openapi::Problems,
    )
)]
async fn submit(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    asked: Result<Query<Asked>, QueryRejection>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let Query(asked) = asked.map_err(|error| Problem::new(ProblemKind::BadRequest, &error.body_text()))?;
    let Asked { base, certificate, prices, alternatives, sweep_sites } = asked;
    let questions = Questions { certificate, prices, alternatives, sweep: None }.read(sweep_sites.as_deref())?;
    let limits = &app.settings.limits;
    if app.is_stopping() {
        return Err(Problem::retry(ProblemKind::Unavailable, "the service is about to stop", 5));
    }
    let idem_key = key(&headers)?;
    // Refused before the body is read; the transaction looks again.
    app.rates.submit(&caller.token)?;
    if idem_key.is_none() {
        if !app.room.take(&app.store, Some(&caller.tenant), limits.queued_per_tenant).await? {
            return Err(tenant_full(limits.queued_per_tenant));
        }
        if !app.room.take(&app.store, None, limits.queued).await? {
            return Err(full());
        }
    }
    if let Some(base) = &base {
        app.store.get(&caller.tenant, base).await?;
    }
    let text = body::json(&headers, body, limits).await?;
    let beside = serde_json::to_string(&questions).expect("questions have string keys");
    let request_sha256 = sha256(&format!("{}\n{beside}\n{text}", base.as_deref().unwrap_or_default()));
    let (text, problem) = scenario::valid(text, &app).await?;
    questions.fit(&problem)?;
    let new = NewJob {
        tenant: caller.tenant.clone(),
        idem_key,
        request_sha256,
        name: problem.scenario.name.chars().take(256).collect(),
        kind: kind(&problem).to_owned(),
        base,
        scenario: compress::pack(&text),
        questions,
        seconds: crate::service::jobs::child::time_limit(&problem).unwrap_or(limits.solve_seconds.min(60.0)),
    };
    drop((problem, text));
    let (job, known) = match app.store.submit(new, [limits.queued_per_tenant, limits.queued]).await? {
        Submitted::New(job) => (job, false),
        Submitted::Known(job) => (job, true),
        Submitted::KeyReused => {
            return Err(Problem::new(ProblemKind::KeyReused, "this key came with another request before"));
        }
        Submitted::TenantFull(_) => return Err(tenant_full(limits.queued_per_tenant)),
        Submitted::Full(_) => return Err(full()),
    };
    if !known {
        app.metrics.accepted.inc();
        app.hub.queued.notify_one();
    }
    let job = match wait(&headers) {
        Some(seconds) => until_final(&app, job, seconds.min(limits.wait_seconds)).await?,
        None => job,
    };
    let status = if known || job.state.is_final() { StatusCode::OK } else { StatusCode::ACCEPTED };
    let location = format!("/v1/jobs/{}", job.id);
    Ok((status, [(header::LOCATION, location)], Json(JobView::of(&job))).into_response())
}

fn tenant_full(limit: i64) -> Problem {
    let detail = format!("{limit} of your jobs wait already");
    Problem { limit: Some(limit as f64), ..Problem::retry(ProblemKind::TooMany, &detail, 10) }
}

fn full() -> Problem {
    Problem::retry(ProblemKind::Unavailable, "too many jobs wait", 10)
}

fn kind(problem: &crate::model::Problem) -> &'static str {
    use crate::model::scenario::Kind;
    match problem.scenario.kind {
        Kind::Siting => "siting",
        Kind::Routing => "routing",
        Kind::Network => "network",
    }
}

fn key(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let Some(value) = headers.get("idempotency-key") else { return Ok(None) };
    match value.to_str() {
        Ok(key) if !key.is_empty() && key.len() <= LONGEST_KEY => Ok(Some(key.to_owned())),
        Ok(_) | Err(_) => {
            let detail = format!("an idempotency key has 1 to {LONGEST_KEY} visible ASCII characters");
            Err(Problem::new(ProblemKind::BadRequest, &detail))
        }
    }
}

/// The seconds of `Prefer: wait=N`. Preferences that mean nothing here are no errors (RFC 7240).
fn wait(headers: &HeaderMap) -> Option<f64> {
    let preferences = headers.get_all("prefer").into_iter().filter_map(|value| value.to_str().ok());
    let waits = preferences.flat_map(|value| value.split(',')).filter_map(|it| it.trim().strip_prefix("wait="));
    waits.filter_map(|seconds| seconds.trim().parse().ok()).find(|seconds: &f64| *seconds > 0.0)
}

async fn until_final(app: &Arc<App>, job: Job, seconds: f64) -> Result<Job, Problem> {
    let until = Instant::now() + Duration::from_secs_f64(seconds);
    let mut events = app.hub.watch(&app.store, &job.id);
    let mut stop = app.stop.clone();
    loop {
        let job = app.store.get(&job.tenant, &job.id).await?;
        if job.state.is_final() || app.is_stopping() {
            return Ok(job);
        }
        let news = async {
            tokio::select! {
                _ = events.recv() => {}
                _ = stop.changed() => {}
            }
        };
        if timeout_at(until, news).await.is_err() {
            return Ok(job);
        }
    }
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct Page {
    /// Most jobs of the page, 1 to 200.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<i64>,
    /// `next` of the page before.
    before: Option<String>,
}

/// Lists the caller's jobs, youngest first.
#[utoipa::path(
    get, path = "/v1/jobs", tag = "jobs", params(Page),
    responses((status = 200, description = "A page of jobs", body = JobList), crate::service::openapi::Problems)
)]
async fn list(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    page: Result<Query<Page>, QueryRejection>,
) -> Result<Json<JobList>, Problem> {
    let Query(page) = page.map_err(|error| Problem::new(ProblemKind::BadRequest, &error.body_text()))?;
    let most = page.limit.unwrap_or(50);
    if !(1..=200).contains(&most) {
        return Err(Problem::new(ProblemKind::BadRequest, &format!("limit is {most}, allowed are 1 to 200")));
    }
    let before = page.before.as_deref().map(clean).transpose()?;
    let jobs = app.store.list(&caller.tenant, before, most).await?;
    let next = (jobs.len() as i64 == most).then(|| jobs.last().map(|job| job.id.clone())).flatten();
    Ok(Json(JobList { jobs: jobs.iter().map(JobView::of).collect(), next }))
}

/// An id as it can stand in the store: anything else is nobody's id.
pub(super) fn clean(id: &str) -> Result<&str, Problem> {
    let is_clean = id.len() <= 64 && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if is_clean { Ok(id) } else { Err(StoreError::Unknown.into()) }
}

/// Shows a job.
#[utoipa::path(
    get, path = "/v1/jobs/{id}", tag = "jobs", params(("id" = String, Path)),
    responses((status = 200, description = "The job", body = JobView), crate::service::openapi::Problems)
)]
async fn get(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Result<Json<JobView>, Problem> {
    Ok(Json(JobView::of(&app.store.get(&caller.tenant, clean(&id)?).await?)))
}

/// Stops a job and keeps the best plan found until then. A job that is over stays as it is.
#[utoipa::path(
    delete, path = "/v1/jobs/{id}", tag = "jobs", params(("id" = String, Path)),
    responses(
        (status = 200, description = "The job is over", body = JobView),
        (status = 202, description = "The solver was told to stop", body = JobView),
        crate::service::openapi::Problems,
    )
)]
async fn stop(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Result<(StatusCode, Json<JobView>), Problem> {
    let job = app.store.get(&caller.tenant, clean(&id)?).await?;
    let job = match app.store.command(&job.id, &Command::Cancel, None).await {
        // It became final in between, or was: that is what was asked for.
        Err(StoreError::Refused(_)) => app.store.get(&caller.tenant, &job.id).await?,
        outcome => outcome?,
    };
    app.hub.call(&job.id);
    app.hub.interrupt(&job.id);
    let status = if job.state == JobState::Running { StatusCode::ACCEPTED } else { StatusCode::OK };
    Ok((status, Json(JobView::of(&job))))
}
