//! What belongs to a job: its scenario and its plan, in the form that the client accepts.

use super::jobs::clean;
use crate::io::report::Language;
use crate::io::{csv, geojson, json, report};
use crate::model::{Plan, Scenario, parse_plan, parse_scenario};
use crate::service::jobs::tokens::Caller;
use crate::service::jobs::{Document, Job};
use crate::service::openapi;
use crate::service::problem::{Problem, ProblemKind};
use crate::service::{App, compress};
use axum::extract::rejection::QueryRejection;
use axum::extract::{Extension, Path, Query, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse as _, Response};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use tokio::task::spawn_blocking;
use utoipa::openapi::schema::Schema;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn router() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(plan)).routes(routes!(scenario))
}

/// The forms of a plan, the first one for whoever accepts anything.
const FORMS: [(&str, Form); 5] = [
    ("application/json", Form::Json),
    ("application/geo+json", Form::GeoJson),
    ("text/csv", Form::Csv),
    ("text/html", Form::Html),
    ("application/vnd.hubroute.report+json", Form::Report),
];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Json,
    GeoJson,
    Csv,
    Html,
    Report,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct Wanted {
    /// For `text/csv`: `summary`, or another that this plan has: `sites`, `alternatives`, `sweep`, `flows`, `routes`,
    /// `stops`, `pauses`, `docks`, `splits`, `outsourced`, `unserved`. Default: `summary`.
    table: Option<String>,
    /// For the report: another job, whose plan it is compared with.
    base: Option<String>,
    /// For reports: their language, `en` (the default) or `zh`.
    #[param(schema_with = languages)]
    language: Option<String>,
}

/// A report in parts, for a page that has style and plotly.js already.
#[derive(Serialize, ToSchema)]
struct ReportParts {
    /// Title of the plan.
    title: String,
    /// Markup in which every text of the user is escaped.
    html: String,
    /// What to draw into it.
    figures: Vec<FigurePart>,
}

/// A drawing, and the element that waits for it.
#[derive(Serialize, ToSchema)]
struct FigurePart {
    /// Id of the element.
    id: String,
    /// Data, layout and configuration for plotly.js.
    #[schema(value_type = Object)]
    plot: serde_json::Value,
}

/// Fetches the plan of a job: the answer, or the best so far. As JSON, GeoJSON, a CSV table, or an HTML report, by
/// `Accept`.
#[utoipa::path(
    get, path = "/v1/jobs/{id}/plan", tag = "jobs", params(("id" = String, Path), Wanted),
    responses(
        (status = 200, description = "The plan", content(
            (inline(crate::service::openapi::PlanRef) = "application/json"),
            (serde_json::Value = "application/geo+json"),
            (String = "text/csv"),
            (String = "text/html"),
            (ReportParts = "application/vnd.hubroute.report+json"),
        )),
        crate::service::openapi::Problems,
    )
)]
async fn plan(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    wanted: Result<Query<Wanted>, QueryRejection>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let Query(wanted) = wanted.map_err(|error| Problem::new(ProblemKind::BadRequest, &error.body_text()))?;
    let form = form(&headers)?;
    let language = language(wanted.language.as_deref())?;
    let job = app.store.get(&caller.tenant, clean(&id)?).await?;
    let plan = plan_of(&app, &job).await?;
    if form == Form::Json {
        return Ok(([(header::CONTENT_TYPE, FORMS[0].0)], plan).into_response());
    }
    let scenario = app.store.document(&job.id, Document::Scenario).await?.unwrap_or_default();
    let base = match &wanted.base {
        Some(base) => Some(plan_of(&app, &app.store.get(&caller.tenant, clean(base)?).await?).await?),
        None => None,
    };
    let work = move || {
        let unreadable = |_| Problem::new(ProblemKind::Internal, "a stored document cannot be read");
        let scenario = parse_scenario(&compress::unpack(&scenario)).map_err(unreadable)?;
        let plan = parse_plan(&plan).map_err(unreadable)?;
        let base = base.map(|base| parse_plan(&base)).transpose().map_err(unreadable)?;
        let shown = Shown { scenario: &scenario, plan: &plan, base: base.as_ref(), language };
        shown.in_form(form, wanted.table.as_deref())
    };
    spawn_blocking(work).await.map_err(|_| Problem::new(ProblemKind::Internal, "the request met a bug"))?
}

/// A plan and what it is shown with.
struct Shown<'a> {
    scenario: &'a Scenario,
    plan: &'a Plan,
    base: Option<&'a Plan>,
    language: Language,
}

impl Shown<'_> {
    fn in_form(&self, form: Form, table: Option<&str>) -> Result<Response, Problem> {
        let &Self { scenario, plan, base, language } = self;
        let media_type = FORMS.iter().find(|(_, known)| *known == form).map_or("", |(name, _)| *name);
        let text = match form {
            Form::Json => json::plan_to_json(plan),
            Form::GeoJson => geojson::write(scenario, plan)
                .map_err(|error| Problem::new(ProblemKind::NotAcceptable, &error.to_string()))?,
            Form::Csv => {
                let name = table.unwrap_or("summary");
                let mut tables = csv::plan_tables(scenario, plan);
                let known = tables.keys().map(|name| name.trim_end_matches(".csv")).collect::<Vec<_>>().join(", ");
                tables.remove(&format!("{name}.csv")).ok_or_else(|| {
                    Problem::new(ProblemKind::NotFound, &format!("this plan has no table `{name}`, it has: {known}"))
                })?
            }
            Form::Html => {
                // Its script is its own; in a sandbox it cannot reach this origin.
                let policy = "sandbox allow-scripts; default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval'; style-src \
                              'unsafe-inline'; img-src data: blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
                let headers =
                    [(header::CONTENT_TYPE, "text/html; charset=utf-8"), (header::CONTENT_SECURITY_POLICY, policy)];
                return Ok((headers, report::html(scenario, plan, language)).into_response());
            }
            Form::Report => {
                let report::Fragment { title, html, figures } = report::fragment(scenario, plan, base, language);
                let figure = |figure: report::Figure| FigurePart {
                    id: figure.id,
                    plot: serde_json::from_str(&figure.plot).unwrap_or_default(),
                };
                let parts = ReportParts { title, html, figures: figures.into_iter().map(figure).collect() };
                serde_json::to_string(&parts).expect("reports have string keys")
            }
        };
        Ok(([(header::CONTENT_TYPE, media_type)], text).into_response())
    }
}

/// What a `language` parameter takes.
pub(super) fn languages() -> Schema {
    openapi::one_of(Language::ALL.map(Language::tag))
}

/// The language of a `language` parameter.
pub(super) fn language(tag: Option<&str>) -> Result<Language, Problem> {
    let wrong = |error: String| Problem::new(ProblemKind::BadRequest, &error);
    tag.map_or(Ok(Language::default()), |tag| tag.parse().map_err(wrong))
}

/// The first form that is accepted, by quality; the first of all where nothing is said.
fn form(headers: &HeaderMap) -> Result<Form, Problem> {
    let accept: Vec<&str> = headers.get_all(header::ACCEPT).into_iter().filter_map(|it| it.to_str().ok()).collect();
    if accept.is_empty() {
        return Ok(Form::Json);
    }
    let mut best: Option<(f64, Form)> = None;
    for part in accept.iter().flat_map(|value| value.split(',')) {
        let mut pieces = part.split(';').map(str::trim);
        let name = pieces.next().unwrap_or_default().to_ascii_lowercase();
        let quality = pieces.find_map(|piece| piece.strip_prefix("q=")).and_then(|q| q.parse().ok()).unwrap_or(1.0);
        let fits = |form: &str| match name.strip_suffix('*') {
            Some(prefix) => prefix == "*/" || form.starts_with(prefix),
            None => form == name,
        };
        let found = FORMS.iter().find(|(form, _)| fits(form));
        if let Some((_, form)) = found
            && quality > best.map_or(0.0, |(best, _)| best)
        {
            best = Some((quality, *form));
        }
    }
    best.map(|(_, form)| form).ok_or_else(|| {
        let known = FORMS.map(|(name, _)| name).join(", ");
        Problem::new(ProblemKind::NotAcceptable, &format!("a plan comes as {known}"))
    })
}

/// The answer, or the best so far, as JSON.
pub(super) async fn plan_of(app: &App, job: &Job) -> Result<String, Problem> {
    for kind in [Document::Plan, Document::Incumbent, Document::Plan] {
        // The incumbent goes when the plan comes, so the plan is looked for once more after it.
        if let Some(plan) = app.store.document(&job.id, kind).await? {
            return Ok(compress::unpack(&plan));
        }
    }
    Err(if job.state.is_final() {
        Problem::new(ProblemKind::NoPlan, "the job is over and has no plan; see its `error`")
    } else {
        Problem::retry(ProblemKind::NoPlanYet, "nothing was found yet", 1)
    })
}

/// Shows the scenario of a job.
#[utoipa::path(
    get, path = "/v1/jobs/{id}/scenario", tag = "jobs", params(("id" = String, Path)),
    responses(
        (status = 200, description = "The scenario as it was handed in", body = inline(crate::service::openapi::ScenarioRef)),
        crate::service::openapi::Problems,
    )
)]
async fn scenario(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let job = app.store.get(&caller.tenant, clean(&id)?).await?;
    let scenario = app.store.document(&job.id, Document::Scenario).await?.unwrap_or_default();
    Ok(([(header::CONTENT_TYPE, "application/json")], compress::unpack(&scenario)).into_response())
}
