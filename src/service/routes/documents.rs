//! What a client has to know: the schemas, examples that work, and the limits.

use crate::io::json;
use crate::service::App;
use crate::service::problem::{Problem, ProblemKind};
use crate::service::settings::Limits;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use serde::Serialize;
use std::sync::Arc;
use utoipa::ToSchema;
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

const EXAMPLES: [Example; 5] = [
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

/// Shows an example: a scenario that can be handed in as it is.
#[utoipa::path(
    get, path = "/v1/examples/{name}", tag = "documents", params(("name" = String, Path)),
    responses(
        (status = 200, description = "The scenario", body = inline(crate::service::openapi::ScenarioRef)),
        crate::service::openapi::Problems,
    )
)]
async fn example(Path(name): Path<String>) -> Result<Response, Problem> {
    let found = EXAMPLES.iter().find(|example| example.name == name);
    let example = found.ok_or_else(|| {
        let known = EXAMPLES.iter().map(|example| example.name).collect::<Vec<_>>().join(", ");
        Problem::new(ProblemKind::NotFound, &format!("no example has this name, choose from: {known}"))
    })?;
    Ok(([(header::CONTENT_TYPE, "application/json")], example.text).into_response())
}

/// Shows the JSON Schema of a document: `scenario`, `plan`, `new-order` or `advice`.
#[utoipa::path(
    get, path = "/v1/schema/{document}", tag = "documents", params(("document" = String, Path)),
    responses(
        (status = 200, description = "The schema", body = serde_json::Value, content_type = "application/schema+json"),
        crate::service::openapi::Problems,
    )
)]
async fn schema(Path(document): Path<String>) -> Result<Response, Problem> {
    let schema = match document.as_str() {
        "scenario" => json::scenario_schema(),
        "plan" => json::plan_schema(),
        "new-order" => json::new_order_schema(),
        "advice" => json::advice_schema(),
        _ => {
            let known = "there are schemas of `scenario`, `plan`, `new-order` and `advice`";
            return Err(Problem::new(ProblemKind::NotFound, known));
        }
    };
    Ok(([(header::CONTENT_TYPE, "application/schema+json")], schema.to_string()).into_response())
}

/// Shows the limits of this service.
#[utoipa::path(
    get, path = "/v1/limits", tag = "documents",
    responses((status = 200, description = "The limits", body = Limits))
)]
async fn limits(State(app): State<Arc<App>>) -> Json<Limits> {
    Json(app.settings.limits.clone())
}
