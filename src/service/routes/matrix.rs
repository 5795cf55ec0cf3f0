//! Travel between places, by a scenario's metric.

use super::scenarios::read;
use crate::model::Defect;
use crate::service::problem::{Problem, ProblemKind};
use crate::service::{App, body, scenario};
use crate::units::LocationIdx;
use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::HeaderMap;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::collections::HashMap;
use std::sync::Arc;
use tokio::task::spawn_blocking;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn router() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(matrix))
}

/// Most cells of a matrix.
const MOST_CELLS: usize = 1_000_000;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Asked {
    /// The scenario whose `locations` and `travel` are meant.
    #[schema(value_type = crate::service::openapi::ScenarioRef, inline)]
    scenario: Box<RawValue>,
    /// Ids of the locations that the rows begin at; all of them without it.
    #[schema(max_items = 1_000_000)]
    from: Option<Vec<String>>,
    /// Ids of the locations that the columns end at; all of them without it.
    #[schema(max_items = 1_000_000)]
    to: Option<Vec<String>>,
}

/// Distances and durations, exactly as the solvers and the checker count them.
#[derive(Serialize, ToSchema)]
struct Matrix {
    /// Ids of the rows' locations.
    from: Vec<String>,
    /// Ids of the columns' locations.
    to: Vec<String>,
    /// Meters, a row for each of `from`.
    distances: Vec<Vec<i64>>,
    /// Seconds, likewise.
    durations: Vec<Vec<i64>>,
}

/// Tells distances and durations between the locations of a scenario, by its metric.
#[utoipa::path(
    post, path = "/v1/matrix", tag = "documents", request_body = Asked,
    responses((status = 200, description = "The matrix", body = Matrix), crate::service::openapi::Problems)
)]
async fn matrix(State(app): State<Arc<App>>, headers: HeaderMap, body: Body) -> Result<Json<Matrix>, Problem> {
    let Asked { scenario: text, from, to } = read(&body::json(&headers, body, &app.settings.limits).await?)?;
    let (_, problem) = scenario::valid(text.get().to_owned(), &app).await.map_err(|it| it.under("/scenario"))?;
    let work = move || {
        let known = &problem.scenario.locations;
        let n_cells =
            from.as_ref().map_or(known.len(), Vec::len).saturating_mul(to.as_ref().map_or(known.len(), Vec::len));
        if n_cells > MOST_CELLS {
            let detail = format!("a matrix of {n_cells} cells, at most {MOST_CELLS} are told");
            return Err(Problem::above(ProblemKind::TooLarge, &detail, MOST_CELLS as f64));
        }
        let rows: HashMap<&str, usize> = known.iter().enumerate().map(|(row, it)| (it.id.as_str(), row)).collect();
        let [from, to] = [("from", from), ("to", to)].map(|(field, ids)| match ids {
            None => Ok((0..known.len()).collect()),
            Some(ids) => (0..).zip(&ids).map(|(place, id)| row(&rows, field, place, id)).collect(),
        });
        let (from, to): (Vec<usize>, Vec<usize>) = (from?, to?);
        let ids = |rows: &[usize]| rows.iter().map(|&row| known[row].id.clone()).collect();
        let pairs = |value: &dyn Fn(usize, usize) -> i64| {
            from.iter().map(|&from| to.iter().map(|&to| value(from, to)).collect()).collect()
        };
        let (travel, place) = (&problem.travel, LocationIdx::new);
        let distances = pairs(&|from, to| travel.distance(place(from), place(to)).get());
        let durations = pairs(&|from, to| travel.duration(place(from), place(to)).get());
        Ok(Json(Matrix { from: ids(&from), to: ids(&to), distances, durations }))
    };
    spawn_blocking(work).await.map_err(|_| Problem::new(ProblemKind::Internal, "the request met a bug"))?
}

/// The row of a location that a request names.
fn row(rows: &HashMap<&str, usize>, field: &str, place: usize, id: &str) -> Result<usize, Problem> {
    rows.get(id).copied().ok_or_else(|| {
        let detail = format!("no location has the id `{id}`");
        let hint = "name a location of the scenario".to_owned();
        let defect = Defect { pointer: format!("/{field}/{place}"), code: "unknown_location", detail, hint };
        Problem::defects(ProblemKind::InvalidDocument, vec![defect])
    })
}
