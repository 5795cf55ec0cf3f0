//! Questions that are answered at once: is this valid, how do these differ, what does this file say.

use super::jobs::clean;
use super::plan::{language, languages, plan_of};
use crate::io::formats::vroom;
use crate::io::report::comparison;
use crate::io::{csv, formats, json};
use crate::model::{Plan, Strict, check, parse_plan, parse_scenario};
use crate::service::jobs::tokens::Caller;
use crate::service::problem::{Problem, ProblemError, ProblemKind};
use crate::service::{App, body, scenario};
use axum::Json;
use axum::body::Body;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Extension, Query, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse as _, Response};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use std::sync::Arc;
use tokio::task::spawn_blocking;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn router() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(check_plan)).routes(routes!(compare)).routes(routes!(convert))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Checked {
    /// The scenario.
    #[schema(value_type = crate::service::openapi::ScenarioRef, inline)]
    scenario: Box<RawValue>,
    /// A plan for it.
    #[schema(value_type = Option<crate::service::openapi::PlanRef>, inline)]
    plan: Option<Box<RawValue>>,
}

/// What a check found.
#[derive(Serialize, ToSchema)]
struct Verdict {
    /// Whether scenario and plan keep every rule.
    valid: bool,
    /// SHA-256 of the scenario.
    input_hash: String,
    /// What the plan breaks.
    violations: Vec<ProblemError>,
}

/// Checks a scenario, and a plan for it: every time, load and cost is computed again. A scenario that is not valid is
/// a problem document with all its defects.
#[utoipa::path(
    post, path = "/v1/check", tag = "documents", request_body = Checked,
    responses((status = 200, description = "What was found", body = Verdict), crate::service::openapi::Problems)
)]
async fn check_plan(State(app): State<Arc<App>>, headers: HeaderMap, body: Body) -> Result<Json<Verdict>, Problem> {
    let limits = &app.settings.limits;
    let Checked { scenario: text, plan } = read(&body::json(&headers, body, limits).await?)?;
    let (_, problem) = scenario::valid(text.get().to_owned(), &app).await.map_err(|it| it.under("/scenario"))?;
    let work = move || {
        let plan = plan.as_deref().filter(|plan| plan.get() != "null").map(|plan| parse_plan(plan.get()));
        let plan = plan.transpose().map_err(|it| Problem::defects(ProblemKind::InvalidDocument, it).under("/plan"));
        let violations = match plan? {
            Some(plan) => check(&problem, &plan),
            None => Vec::new(),
        };
        let error = |violation: crate::model::plan::Violation| ProblemError {
            pointer: format!("/plan{}", violation.pointer),
            code: violation.code,
            detail: violation.detail,
            hint: String::new(),
        };
        let violations: Vec<ProblemError> = violations.into_iter().map(error).collect();
        Ok(Json(Verdict { valid: violations.is_empty(), input_hash: problem.input_hash, violations }))
    };
    spawn_blocking(work).await.map_err(|_| Problem::new(ProblemKind::Internal, "the request met a bug"))?
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Compared {
    /// Jobs whose plans are compared; the first is the base.
    #[serde(default)]
    #[schema(max_items = 20)]
    jobs: Vec<String>,
    /// Plans that are compared, after those of the jobs.
    #[serde(default)]
    #[schema(value_type = Vec<crate::service::openapi::PlanRef>, inline, max_items = 20)]
    plans: Vec<Box<RawValue>>,
}

/// Plans side by side.
#[derive(Serialize, ToSchema)]
struct SideBySide {
    /// A title for each plan.
    names: Vec<String>,
    /// Costs by term, bound and gap, sites, vehicles, distances, times: with the changes against the first plan.
    #[schema(value_type = Vec<Object>)]
    rows: Vec<crate::io::report::ComparisonRow>,
    /// How the open sites of each further plan differ from those of the first.
    #[schema(value_type = Vec<Object>)]
    sites: Vec<crate::io::report::SiteChanges>,
}

/// Most plans side by side.
const MOST_COMPARED: usize = 20;

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct Told {
    /// Language of the labels, `en` (the default) or `zh`.
    #[param(schema_with = languages)]
    language: Option<String>,
}

/// Puts two or more plans of one kind side by side.
#[utoipa::path(
    post, path = "/v1/compare", tag = "documents", params(Told), request_body = Compared,
    responses((status = 200, description = "The table", body = SideBySide), crate::service::openapi::Problems)
)]
async fn compare(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    told: Result<Query<Told>, QueryRejection>,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<SideBySide>, Problem> {
    let Query(told) = told.map_err(|error| Problem::new(ProblemKind::BadRequest, &error.body_text()))?;
    let language = language(told.language.as_deref())?;
    let Compared { jobs, plans } = read(&body::json(&headers, body, &app.settings.limits).await?)?;
    let wrong = |detail: &str| Problem::new(ProblemKind::InvalidDocument, detail);
    if !(2..=MOST_COMPARED).contains(&(jobs.len() + plans.len())) {
        return Err(wrong(&format!("name 2 to {MOST_COMPARED} jobs or plans")));
    }
    let mut texts = Vec::new();
    for id in &jobs {
        texts.push(plan_of(&app, &app.store.get(&caller.tenant, clean(id)?).await?).await?);
    }
    texts.extend(plans.iter().map(|plan| plan.get().to_owned()));
    let work = move || {
        let mut plans: Vec<Plan> = Vec::with_capacity(texts.len());
        for text in &texts {
            plans.push(parse_plan(text).map_err(|it| Problem::defects(ProblemKind::InvalidDocument, it))?);
        }
        Ok::<_, Problem>(plans)
    };
    let plans =
        spawn_blocking(work).await.map_err(|_| Problem::new(ProblemKind::Internal, "the request met a bug"))??;
    if plans.iter().any(|plan| plan.kind != plans[0].kind) {
        return Err(wrong("these plans answer different kinds of question"));
    }
    let compared = comparison(&plans, language);
    let name =
        |(i, plan): (usize, &Plan)| if plan.name.is_empty() { format!("plan {}", i + 1) } else { plan.name.clone() };
    let names = plans.iter().enumerate().map(name).collect();
    Ok(Json(SideBySide { names, rows: compared.rows, sites: compared.sites }))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Files {
    /// Texts by file name: one published instance, one scenario, one problem of VROOM, or the CSV files of a folder.
    files: BTreeMap<String, String>,
}

/// Turns a published instance, a problem of VROOM or a folder of CSV files into a scenario.
#[utoipa::path(
    post, path = "/v1/convert", tag = "documents", request_body = Files,
    responses(
        (status = 200, description = "The scenario", body = inline(crate::service::openapi::ScenarioRef)),
        crate::service::openapi::Problems,
    )
)]
async fn convert(State(app): State<Arc<App>>, headers: HeaderMap, body: Body) -> Result<Response, Problem> {
    let Files { files } = read(&body::json(&headers, body, &app.settings.limits).await?)?;
    let work = move || {
        let scenario = converted(&files)?;
        Ok(([(header::CONTENT_TYPE, "application/json")], json::scenario_to_json(&scenario)).into_response())
    };
    spawn_blocking(work).await.map_err(|_| Problem::new(ProblemKind::Internal, "the request met a bug"))?
}

fn converted(files: &BTreeMap<String, String>) -> Result<crate::model::Scenario, Problem> {
    let wrong = |errors: Vec<ProblemError>, detail: &str| Problem {
        errors,
        ..Problem::new(ProblemKind::InvalidDocument, detail)
    };
    match files.iter().next() {
        None => Err(wrong(Vec::new(), "there are no files")),
        Some((name, text)) if files.len() == 1 && !name.ends_with(".csv") => {
            if vroom::recognizes(text) {
                let invalid = |defects| Problem::defects(ProblemKind::InvalidDocument, defects);
                vroom::scenario(&vroom::read(text).map_err(invalid)?).map_err(invalid)
            } else if name.ends_with(".json") || text.trim_start().starts_with(['{', '[']) {
                parse_scenario(text).map_err(|it| Problem::defects(ProblemKind::InvalidScenario, it))
            } else {
                formats::read(name, text).map_err(|error| wrong(Vec::new(), &error.to_string()))
            }
        }
        Some(_) => csv::read(files).map_err(|errors| {
            let error = |error: csv::CsvError| ProblemError {
                pointer: format!("/files/{}", error.file.replace('~', "~0").replace('/', "~1")),
                code: error.code.to_owned(),
                detail: format!("line {}, {}: {}", error.line, error.column, error.detail),
                hint: String::new(),
            };
            let count = format!("{} defects", errors.len());
            wrong(errors.into_iter().take(100).map(error).collect(), &count)
        }),
    }
}

/// A document that is no scenario; its first mistake, with its place.
pub(super) fn read<T: DeserializeOwned>(text: &str) -> Result<T, Problem> {
    let wrong = |pointer: String, error: &serde_json::Error| {
        let (code, detail) = ("wrong_form".to_owned(), error.to_string());
        let errors = vec![ProblemError { pointer, code, detail, hint: String::new() }];
        Problem { errors, ..Problem::new(ProblemKind::InvalidDocument, "1 defect") }
    };
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let document = serde_path_to_error::deserialize(Strict(&mut deserializer)).map_err(|error| {
        let path = error.path().to_string();
        let steps = if path == "." { String::new() } else { format!(".{path}") };
        wrong(steps.replace(['.', '['], "/").replace(']', ""), error.inner())
    })?;
    deserializer.end().map_err(|error| wrong(String::new(), &error))?;
    Ok(document)
}
