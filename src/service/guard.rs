//! What every request passes: a place among the requests at once, a name, the caller's right, a time limit; and what
//! every answer gets: security headers, and a problem document for whatever went wrong, a panic too.

use super::App;
use super::jobs::tokens::{Caller, Scope};
use super::problem::{MEDIA_TYPE, Problem, ProblemKind};
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use futures_util::FutureExt as _;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::{Duration, Instant};
use uuid::Uuid;

/// The page's policy, and that of everything that is no page.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; \
                      connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Handles one request from its head to the head of its answer.
pub(super) async fn guard(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let started = Instant::now();
    let id = Uuid::now_v7().simple().to_string();
    let method = request.method().clone();
    let path = request.uri().path().to_owned();
    let route = request.extensions().get::<MatchedPath>().map_or("none", MatchedPath::as_str).to_owned();
    let mut response = match handle(&app, request, next).await {
        Ok(response) => response,
        Err(problem) => problem.into_response(),
    };
    let status = response.status();
    if status.is_client_error() || status.is_server_error() {
        response = with_id(response, &id);
    }
    let headers = response.headers_mut();
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(HeaderValue::from_static(POLICY));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    if let Ok(id) = HeaderValue::from_str(&id) {
        headers.insert(HeaderName::from_static("x-request-id"), id);
    }
    let took = started.elapsed();
    app.metrics.request(&method, &route, status.as_u16(), took);
    tracing::info!(request = %id, %method, %path, status = status.as_u16(), ms = took.as_secs_f64() * 1e3, "answered");
    response
}

async fn handle(app: &Arc<App>, mut request: Request, next: Next) -> Result<Response, Problem> {
    let place = app.places.take()?;
    let need = needed(request.method(), request.uri().path());
    let caller = caller(app, request.headers().clone(), need).await?;
    if app.settings.limits.requests_per_minute > 0 && !caller.token.is_empty() {
        app.rates.request(&caller.token)?;
    }
    request.extensions_mut().insert(caller);
    let request = request.map(|body| app.places.lend(body, place.clone()));
    // What waits on purpose has limits of its own.
    let patience = app.settings.limits.request_seconds + app.settings.limits.wait_seconds;
    let answer = AssertUnwindSafe(next.run(request)).catch_unwind();
    let answered = tokio::time::timeout(Duration::from_secs_f64(patience), answer).await;
    drop(place);
    match answered {
        Ok(Ok(response)) => Ok(response),
        Ok(Err(_)) => Err(Problem::new(ProblemKind::Internal, "the request met a bug")),
        Err(_) => Err(Problem::retry(ProblemKind::Unavailable, "the request took too long", 5)),
    }
}

/// What a request needs; `None` where anybody may ask.
fn needed(method: &Method, path: &str) -> Option<Scope> {
    let is_open = matches!(path, "/" | "/openapi.json" | "/docs" | "/healthz" | "/readyz" | "/v1/limits")
        || ["/assets/", "/docs/", "/v1/schema/", "/v1/examples"].iter().any(|prefix| path.starts_with(prefix));
    match (method, path) {
        (&Method::GET | &Method::HEAD, _) if is_open => None,
        (_, "/metrics") => Some(Scope::Admin),
        (&Method::GET | &Method::HEAD, _) => Some(Scope::Read),
        _ => Some(Scope::Submit),
    }
}

async fn caller(app: &App, headers: HeaderMap, need: Option<Scope>) -> Result<Caller, Problem> {
    let nobody = || Caller { token: String::new(), tenant: "default".to_owned(), scope: Scope::Admin };
    let Some(need) = need else { return Ok(nobody()) };
    if !app.wants_tokens() {
        return Ok(nobody());
    }
    let token = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let token = token.and_then(|value| value.strip_prefix("Bearer "));
    let token = token.ok_or_else(|| Problem::new(ProblemKind::Unauthorized, "send `Authorization: Bearer TOKEN`"))?;
    let caller = app.store.caller(token.trim()).await?;
    let caller = caller.ok_or_else(|| {
        Problem::new(ProblemKind::Unauthorized, "the token is wrong, taken back, or its time is over")
    })?;
    if caller.scope < need {
        let detail = format!("this needs a token with the scope `{}`", need.name());
        return Err(Problem::new(ProblemKind::Forbidden, &detail));
    }
    Ok(caller)
}

/// The answer with its problem document: the one it has, with the request's id, or one for its bare status.
fn with_id(mut response: Response, id: &str) -> Response {
    let problem = match response.extensions_mut().remove::<Box<Problem>>() {
        Some(problem) => *problem,
        None => Problem::of_status(response.status()),
    };
    let (parts, _) = response.into_parts();
    let status = parts.status;
    let mut answer = Problem { request_id: Some(id.to_owned()), status: status.as_u16(), ..problem }.into_response();
    for (name, value) in &parts.headers {
        if *name == header::ALLOW || *name == header::RETRY_AFTER {
            answer.headers_mut().insert(name, value.clone());
        }
    }
    debug_assert_eq!(answer.headers()[header::CONTENT_TYPE], MEDIA_TYPE);
    answer
}
