//! What a client has to know: the schemas, examples that work, and the limits.

use crate::io::json;
use crate::service::App;
use crate::service::openapi;
use crate::service::problem::{Problem, ProblemKind};
use crate::service::settings::Limits;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::openapi::schema::Schema;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn router() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(schema))
        .routes(routes!(examples))
        .routes(routes!(example))
        .routes(routes!(limits))
}

/// A scenario to start from.
struct Example {
    name: &'static str,
    kind: &'static str,
    about: &'static str,
    text: &'static str,
}

const EXAMPLES: [Example; 6] = [
    Example {
        name: "shanxi",
        kind: "siting",
        about: "A distribution network for Shanxi province: 110 sites, 9 of them open today",
        text: include_str!("../../../datasets/shanxi/shanxi.json"),
    },
    Example {
        name: "china",
        kind: "siting",
        about: "Distribution centers for the cities of China",
        text: include_str!("../../../datasets/china/china.json"),
    },
    Example {
        name: "delivery",
        kind: "network",
        about: "Sites in Shanxi chosen by the routes from them: 26 sites, 172 orders a day, 300 days",
        text: include_str!("../../../datasets/delivery/delivery.json"),
    },
    Example {
        name: "metro",
        kind: "routing",
        about: "A day's deliveries in a metropolitan area, with time windows",
        text: include_str!("../../../datasets/metro/metro.json"),
    },
    Example {
        name: "day",
        kind: "routing",
        about: "A dispatcher's day of 300 orders with docks, stocks, priorities, groups, drivers' breaks and carriers",
        text: include_str!("../../../datasets/day/day.json"),
    },
    Example {
        name: "tiny",
        kind: "routing",
        about: "A handful of orders, small enough to check by hand",
        text: include_str!("../../../datasets/tiny/tiny-routing.json"),
    },
];

/// An example in the list.
#[derive(Serialize, ToSchema)]
struct ExampleView {
    /// For `/v1/examples/{name}`.
    name: &'static str,
    /// Kind of scenario.
    kind: &'static str,
    /// What it is.
    about: &'static str,
}

/// Lists the examples.
#[utoipa::path(
    get, path = "/v1/examples", tag = "documents",
    responses((status = 200, description = "The examples", body = Vec<ExampleView>))
)]
async fn examples() -> Json<Vec<ExampleView>> {
    let view = |example: &Example| ExampleView { name: example.name, kind: example.kind, about: example.about };
    Json(EXAMPLES.iter().map(view).collect())
}

fn examples_by_name() -> Schema {
    openapi::one_of(EXAMPLES.iter().map(|example| example.name))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct NamedExample {
    /// Which example.
    #[param(schema_with = examples_by_name)]
    name: String,
}

/// Shows an example: a scenario that can be handed in as it is.
#[utoipa::path(
    get, path = "/v1/examples/{name}", tag = "documents", params(NamedExample),
    responses(
        (status = 200, description = "The scenario", body = inline(crate::service::openapi::ScenarioRef)),
        crate::service::openapi::Problems,
    )
)]
async fn example(Path(NamedExample { name }): Path<NamedExample>) -> Result<Response, Problem> {
    let found = EXAMPLES.iter().find(|example| example.name == name);
    let example = found.ok_or_else(|| {
        let known = EXAMPLES.iter().map(|example| example.name).collect::<Vec<_>>().join(", ");
        Problem::new(ProblemKind::NotFound, &format!("no example has this name, choose from: {known}"))
    })?;
    Ok(([(header::CONTENT_TYPE, "application/json")], example.text).into_response())
}

type MakesSchema = fn() -> serde_json::Value;

/// The documents that have a schema.
const SCHEMAS: [(&str, MakesSchema); 4] = [
    ("scenario", json::scenario_schema),
    ("plan", json::plan_schema),
    ("new-order", json::new_order_schema),
    ("advice", json::advice_schema),
];

fn documents() -> Schema {
    openapi::one_of(SCHEMAS.map(|(name, _)| name))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct NamedDocument {
    /// Which document.
    #[param(schema_with = documents)]
    document: String,
}

/// Shows the JSON Schema of a document: `scenario`, `plan`, `new-order` or `advice`.
#[utoipa::path(
    get, path = "/v1/schema/{document}", tag = "documents", params(NamedDocument),
    responses(
        (status = 200, description = "The schema", body = serde_json::Value, content_type = "application/schema+json"),
        crate::service::openapi::Problems,
    )
)]
async fn schema(Path(NamedDocument { document }): Path<NamedDocument>) -> Result<Response, Problem> {
    let Some((_, schema)) = SCHEMAS.iter().find(|(name, _)| *name == document) else {
        let known = SCHEMAS.map(|(name, _)| name).join(", ");
        return Err(Problem::new(ProblemKind::NotFound, &format!("there are schemas of: {known}")));
    };
    Ok(([(header::CONTENT_TYPE, "application/schema+json")], schema().to_string()).into_response())
}

/// Shows the limits of this service.
#[utoipa::path(
    get, path = "/v1/limits", tag = "documents",
    responses((status = 200, description = "The limits", body = Limits))
)]
async fn limits(State(app): State<Arc<App>>) -> Json<Limits> {
    Json(app.settings.limits.clone())
}
