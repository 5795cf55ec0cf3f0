//! The progress of a job as server-sent events.

use super::jobs::clean;
use crate::service::App;
use crate::service::jobs::store::StoredEvent;
use crate::service::jobs::tokens::Caller;
use crate::service::problem::{Problem, ProblemKind};
use axum::extract::{Extension, Path, State};
use axum::http::{HeaderMap, HeaderName, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse as _, Response};
use futures_util::{Stream, stream};
use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn router() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(events))
}

/// One event of a stream.
#[derive(ToSchema)]
struct StreamEvent {
    /// Numbers from 1 on, in order; `Last-Event-ID` takes it.
    id: String,
    /// `queued`, `running`, `restarted`, `progress`, `stopping`, `done`, `failed` or `cancelled`.
    event: String,
    /// The job as it was then, as JSON.
    data: String,
}

impl From<&StoredEvent> for StreamEvent {
    fn from(stored: &StoredEvent) -> Self {
        Self { id: stored.seq.to_string(), event: stored.name.clone(), data: stored.body.clone() }
    }
}

impl From<StreamEvent> for Event {
    fn from(event: StreamEvent) -> Self {
        Self::default().id(event.id).event(event.event).data(event.data)
    }
}

/// Events read from the store at once.
const BATCH: i64 = 256;

/// Streams the news of a job: `queued`, `running`, `restarted`, `progress`, `stopping`, then `done`, `failed` or
/// `cancelled`, after which the stream ends. Each carries the job as it was then, and an id; a stream that is asked
/// for with `Last-Event-ID` goes on after it.
#[utoipa::path(
    get, path = "/v1/jobs/{id}/events", tag = "jobs",
    params(
        ("id" = String, Path),
        ("Last-Event-ID" = Option<i64>, Header, description = "The last event that was seen"),
    ),
    responses(
        (status = 200, description = "Events", content_type = "text/event-stream", body = StreamEvent),
        crate::service::openapi::Problems,
    )
)]
async fn events(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let job = app.store.get(&caller.tenant, clean(&id)?).await?;
    let last = match headers.get("last-event-id") {
        Some(value) => value.to_str().ok().and_then(|value| value.parse().ok()).filter(|last: &i64| *last >= 0),
        None => Some(0),
    };
    let last = last.ok_or_else(|| Problem::new(ProblemKind::BadRequest, "Last-Event-ID is no id of an event"))?;
    let place = app.streams.take(&caller.token, &app.settings.limits, &app.metrics)?;
    let live = app.hub.watch(&app.store, &job.id);
    let life = Instant::now() + Duration::from_secs_f64(app.settings.limits.events_seconds);
    let stop = app.stop.clone();
    let (tenant, job) = (job.tenant, job.id);
    let waiting = VecDeque::new();
    let watcher = Watcher { app, tenant, job, last, waiting, stored: true, over: false, live, life, stop };
    let stream = watcher.stream(place);
    let keep_alive = KeepAlive::new().interval(Duration::from_secs(15)).text("alive");
    let no_buffering = [(HeaderName::from_static("x-accel-buffering"), "no"), (header::CACHE_CONTROL, "no-store")];
    Ok((no_buffering, Sse::new(stream).keep_alive(keep_alive)).into_response())
}

/// One listener.
struct Watcher {
    app: Arc<App>,
    tenant: String,
    job: String,
    /// The last event that was sent.
    last: i64,
    waiting: VecDeque<Arc<StoredEvent>>,
    /// Whether the store may have events that were not sent, and that will not come by themselves.
    stored: bool,
    over: bool,
    live: Receiver<Arc<StoredEvent>>,
    life: Instant,
    stop: watch::Receiver<bool>,
}

impl Watcher {
    fn stream<P: Send + 'static>(self, place: P) -> impl Stream<Item = Result<Event, Infallible>> {
        stream::unfold((self, place), |(mut watcher, place)| async move {
            watcher.next().await.map(|event| (Ok(event), (watcher, place)))
        })
    }

    async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = self.waiting.pop_front() {
                if event.seq <= self.last {
                    continue;
                }
                self.last = event.seq;
                self.over = matches!(event.name.as_str(), "done" | "failed" | "cancelled");
                return Some(StreamEvent::from(&*event).into());
            }
            if self.over {
                return None;
            }
            if self.stored {
                // First the state, then the events: what comes in between is in neither or in the events. Where the store
                // is down, a client that connects again in a moment misses nothing.
                let over = self.app.store.get(&self.tenant, &self.job).await.ok()?.state.is_final();
                let events = self.app.store.events(&self.job, self.last, BATCH).await.ok()?;
                self.stored = events.len() as i64 == BATCH;
                if events.is_empty() && over {
                    return None;
                }
                self.waiting.extend(events.into_iter().map(Arc::new));
                continue;
            }
            if *self.stop.borrow() {
                return None;
            }
            tokio::select! {
                event = self.live.recv() => match event {
                    Ok(event) => self.waiting.push_back(event),
                    Err(RecvError::Lagged(_)) => self.stored = true,
                    Err(RecvError::Closed) => return None,
                },
                _ = sleep_until(self.life) => return None,
                _ = self.stop.changed() => {}
            }
        }
    }
}
