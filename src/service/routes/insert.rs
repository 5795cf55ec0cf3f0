//! Where a new order fits into a plan.

use super::scenarios::read;
use crate::io::json;
use crate::model::{parse_new_order, parse_plan};
use crate::planning::{InsertError, insert};
use crate::service::problem::{Problem, ProblemError, ProblemKind};
use crate::service::{App, body, scenario};
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse as _, Response};
use serde::Deserialize;
use serde_json::value::RawValue;
use std::sync::Arc;
use tokio::task::spawn_blocking;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn router() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(places))
}

/// Most places that can be asked for.
const MOST_PLACES: usize = 1_000;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Wanted {
    /// The scenario that the plan answers.
    #[schema(value_type = crate::service::openapi::ScenarioRef, inline)]
    scenario: Box<RawValue>,
    /// The plan.
    #[schema(value_type = crate::service::openapi::PlanRef, inline)]
    plan: Box<RawValue>,
    /// What is to be inserted: an `order` or a `shipment`, and `locations` that the scenario does not know.
    #[schema(value_type = crate::service::openapi::NewOrderRef, inline)]
    new: Box<RawValue>,
    /// How many places; 5 without it.
    #[schema(minimum = 1, maximum = 1000)]
    top: Option<usize>,
}

/// Tells where a new order or shipment fits into a plan: the cheapest places with their true price, or what is in the way
/// on each vehicle.
#[utoipa::path(
    post, path = "/v1/insert", tag = "documents", request_body = Wanted,
    responses(
        (status = 200, description = "The places", body = inline(crate::service::openapi::AdviceRef)),
        crate::service::openapi::Problems,
    )
)]
async fn places(State(app): State<Arc<App>>, headers: HeaderMap, body: Body) -> Result<Response, Problem> {
    let Wanted { scenario: text, plan, new, top } = read(&body::json(&headers, body, &app.settings.limits).await?)?;
    let (_, problem) = scenario::valid(text.get().to_owned(), &app).await.map_err(|it| it.under("/scenario"))?;
    let work = move || {
        let invalid = |defects| Problem::defects(ProblemKind::InvalidDocument, defects);
        let plan = parse_plan(plan.get()).map_err(|defects| invalid(defects).under("/plan"))?;
        let new = parse_new_order(new.get()).map_err(|defects| invalid(defects).under("/new"))?;
        let most = top.unwrap_or(5);
        if !(1..=MOST_PLACES).contains(&most) {
            let detail = format!("`top` must be from 1 to {MOST_PLACES}, found {most}");
            return Err(Problem::new(ProblemKind::InvalidDocument, &detail));
        }
        let advice = insert(&problem, &plan, &new, most).map_err(|error| {
            let detail = error.to_string();
            match error {
                InsertError::Invalid(defects) => invalid(defects).under("/new"),
                InsertError::NotRouting | InsertError::NotOne => Problem::new(ProblemKind::InvalidDocument, &detail),
                InsertError::Plan(violations) => {
                    let error = |violation: crate::model::plan::Violation| ProblemError {
                        pointer: format!("/plan{}", violation.pointer),
                        code: violation.code,
                        detail: violation.detail,
                        hint: String::new(),
                    };
                    let errors = violations.into_iter().map(error).collect();
                    Problem { errors, ..Problem::new(ProblemKind::InvalidDocument, &detail) }
                }
                InsertError::Refused(_) => Problem::new(ProblemKind::Internal, &detail),
            }
        })?;
        Ok(([(header::CONTENT_TYPE, "application/json")], json::advice_to_json(&advice)).into_response())
    };
    spawn_blocking(work).await.map_err(|_| Problem::new(ProblemKind::Internal, "the request met a bug"))?
}
