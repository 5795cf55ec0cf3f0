//! Whether the service lives, whether it takes work, and its figures.

use crate::service::App;
use crate::service::problem::{Problem, ProblemKind};
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use std::sync::Arc;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn router() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(healthz)).routes(routes!(readyz)).routes(routes!(metrics))
}

/// Says that the process lives. Never asks the store.
#[utoipa::path(get, path = "/healthz", tag = "service", responses((status = 200, description = "It lives", body = String)))]
async fn healthz() -> &'static str {
    "alive\n"
}

/// Says whether the service takes work: the store answers and has room, and no stop is under way.
#[utoipa::path(
    get, path = "/readyz", tag = "service",
    responses((status = 200, description = "It takes work", body = String), crate::service::openapi::Problems)
)]
async fn readyz(State(app): State<Arc<App>>) -> Result<&'static str, Problem> {
    if app.is_stopping() {
        return Err(Problem::retry(ProblemKind::Unavailable, "the service is about to stop", 5));
    }
    app.store.load(None).await?;
    let least = app.settings.limits.store_free_bytes;
    if let Some(free) = app.store.free_bytes().filter(|&free| free < least) {
        let detail = format!("the disk of the store has {free} bytes left, at least {least} are wanted");
        return Err(Problem { limit: Some(least as f64), ..Problem::retry(ProblemKind::Unavailable, &detail, 5) });
    }
    Ok("ready\n")
}

/// Shows figures for Prometheus.
#[utoipa::path(
    get, path = "/metrics", tag = "service",
    responses((status = 200, description = "OpenMetrics text", body = String, content_type = "application/openmetrics-text"), crate::service::openapi::Problems)
)]
async fn metrics(State(app): State<Arc<App>>) -> Result<Response, Problem> {
    let [queued, running] = app.store.load(None).await?;
    app.metrics.queued.set(queued);
    app.metrics.running.set(running);
    let media_type = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    Ok(([(header::CONTENT_TYPE, media_type)], app.metrics.text()).into_response())
}
