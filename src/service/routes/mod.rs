//! The endpoints, a file for each resource. Handlers extract, call one function, and map the outcome.

mod documents;
mod events;
mod health;
mod insert;
mod jobs;
mod matrix;
mod page;
mod plan;
mod scenarios;

use super::App;
use super::guard::guard;
use super::openapi;
use axum::Router;
use axum::middleware::from_fn_with_state;
use std::sync::Arc;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, NotForContentType, Predicate as _};
use utoipa_axum::router::OpenApiRouter;

/// Every endpoint, with the OpenAPI document that describes them.
pub(super) fn router(app: &Arc<App>) -> Router {
    let described = OpenApiRouter::new()
        .merge(jobs::router())
        .merge(events::router())
        .merge(plan::router())
        .merge(scenarios::router())
        .merge(insert::router())
        .merge(matrix::router())
        .merge(documents::router())
        .merge(health::router());
    let (routes, api) = described.split_for_parts();
    let compressed = DefaultPredicate::new().and(NotForContentType::const_new("text/event-stream"));
    routes
        .merge(page::router())
        .merge(openapi::router(api))
        .layer(CompressionLayer::new().compress_when(compressed))
        .layer(from_fn_with_state(Arc::clone(app), guard))
        .with_state(Arc::clone(app))
}
