//! Connections: so many at once, and none that says nothing for long.
//!
//! HTTP/1.1 by hyper itself, because its timer closes connections that are silent before, within or between the heads of
//! requests; the ready-made loop of axum sets none.

use super::App;
use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};
use tokio::time::{sleep, timeout};

/// Serves until `stop` is raised, then lets requests that run come to their end.
pub(super) async fn serve(listener: TcpListener, app: Arc<App>, routes: Router, mut stop: watch::Receiver<bool>) {
    let limits = app.settings.limits.clone();
    let places = Arc::new(Semaphore::new(limits.connections));
    loop {
        // At the limit new connections wait in the operating system's queue.
        let place = tokio::select! {
            place = Arc::clone(&places).acquire_owned() => place.expect("the semaphore is never closed"),
            _ = stop.changed() => break,
        };
        let stream = tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => stream,
                Err(error) => {
                    // Such as no file descriptors left: others will be closed in a moment.
                    tracing::warn!(%error, "cannot accept a connection");
                    sleep(Duration::from_millis(50)).await;
                    continue;
                }
            },
            _ = stop.changed() => break,
        };
        let _ = stream.set_nodelay(true);
        let service = TowerToHyperService::new(routes.clone());
        let (header, mut stop) = (Duration::from_secs_f64(limits.header_seconds), stop.clone());
        tokio::spawn(async move {
            let mut builder = http1::Builder::new();
            builder.timer(TokioTimer::new()).header_read_timeout(header).max_buf_size(64 << 10);
            let mut connection = pin!(builder.serve_connection(TokioIo::new(stream), service));
            let closed = tokio::select! {
                closed = connection.as_mut() => closed,
                _ = stop.changed() => {
                    connection.as_mut().graceful_shutdown();
                    connection.await
                }
            };
            if let Err(error) = closed {
                tracing::debug!(%error, "a connection broke off");
            }
            drop(place);
        });
    }
    drop(listener);
    let all = places.acquire_many(limits.connections as u32);
    if timeout(Duration::from_secs_f64(limits.stop_seconds), all).await.is_err() {
        tracing::warn!("some requests did not come to their end");
    }
}
