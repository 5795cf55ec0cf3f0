//! The service: scenarios in and plans out over HTTP, and the planner's page.
//!
//! [`serve`] listens, keeps jobs in a [`jobs::Store`] and hands them to solver processes; [`work`] only solves, for stores
//! that several processes share. Handlers are thin: extract, call one function, map the outcome; whatever goes wrong is
//! a [`Problem`]. What is accepted is on disk before the answer, and ends as exactly one plan. This floor knows nothing
//! of solvers but [`planning`](crate::planning), and opens no files but its store.

mod body;
mod compress;
mod connection;
mod guard;
pub mod jobs;
mod metrics;
mod openapi;
mod places;
pub mod problem;
pub mod questions;
mod rates;
mod room;
mod routes;
mod scenario;
pub mod settings;
mod streams;
pub mod wire;

pub use problem::Problem;
pub use settings::{Limits, Settings};

use axum::Router;
use jobs::house;
use jobs::hub::Hub;
use jobs::worker::Worker;
use jobs::{Store, StoreError};
use metrics::Metrics;
use places::Places;
use rates::Rates;
use room::Room;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use streams::Streams;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::{Semaphore, watch};

/// Why the service does not run.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The socket, or the runtime.
    #[error("cannot listen on {address}: {error}")]
    Listen {
        /// Where.
        address: String,
        /// Why not.
        error: std::io::Error,
    },
    /// Everybody could reach it, and nobody would be asked who they are.
    #[error("{0} can be reached by others: make a token first (`hubroute token add`), or listen on 127.0.0.1")]
    Open(std::net::SocketAddr),
    /// The runtime.
    #[error("cannot start: {0}")]
    Runtime(#[from] std::io::Error),
}

/// What handlers share.
pub struct App {
    settings: Arc<Settings>,
    store: Arc<Store>,
    hub: Arc<Hub>,
    metrics: Metrics,
    rates: Rates,
    room: Room,
    streams: Streams,
    places: Places,
    /// Places for scenarios that are read at once.
    readers: Semaphore,
    /// Raised when the service stops.
    stop: watch::Receiver<bool>,
    tokens: AtomicBool,
}

impl App {
    /// Everything that handlers need.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn new(settings: Settings, store: Arc<Store>, stop: watch::Receiver<bool>) -> Result<Self, StoreError> {
        let tokens = AtomicBool::new(!store.tokens().await?.is_empty());
        Ok(Self {
            rates: Rates::new(&settings.limits),
            places: Places::new(&settings.limits),
            readers: Semaphore::new(std::thread::available_parallelism().map_or(1, std::num::NonZero::get)),
            settings: Arc::new(settings),
            store,
            hub: Arc::default(),
            metrics: Metrics::new(),
            room: Room::default(),
            streams: Streams::default(),
            stop,
            tokens,
        })
    }

    /// Whether callers have to say who they are: as soon as there is a token.
    fn wants_tokens(&self) -> bool {
        self.tokens.load(Ordering::Relaxed)
    }

    fn is_stopping(&self) -> bool {
        *self.stop.borrow()
    }

    fn worker(&self) -> Worker {
        Worker { store: Arc::clone(&self.store), hub: Arc::clone(&self.hub), settings: Arc::clone(&self.settings) }
    }
}

/// Every endpoint.
pub fn routes(app: &Arc<App>) -> Router {
    routes::router(app)
}

/// Serves until the process is told to stop (SIGTERM, Ctrl-C), then lets requests end and hands jobs back.
///
/// # Errors
/// When it cannot start.
pub fn serve(settings: Settings, started: impl FnOnce(std::net::SocketAddr)) -> Result<(), ServeError> {
    runtime()?.block_on(async {
        let store = Arc::new(Store::open(&settings.store).await?);
        let (raise, stop) = watch::channel(false);
        let address = settings.listen;
        let failed = |error| ServeError::Listen { address: address.to_string(), error };
        let app = Arc::new(App::new(settings, store, stop.clone()).await?);
        if !address.ip().is_loopback() && !app.wants_tokens() {
            return Err(ServeError::Open(address));
        }
        let listener = TcpListener::bind(address).await.map_err(failed)?;
        started(listener.local_addr().map_err(failed)?);
        tracing::info!(%address, store = app.store.shown(), "serving");
        tokio::spawn(stop_on_signal(raise));
        tokio::spawn(look_for_tokens(Arc::clone(&app)));
        let worker = app.worker();
        let house = tokio::spawn(house::keep(worker.clone(), stop.clone()));
        let solving = tokio::spawn(worker.run(stop.clone()));
        connection::serve(listener, Arc::clone(&app), routes(&app), stop).await;
        let _ = solving.await;
        let _ = house.await;
        tracing::info!("stopped");
        Ok(())
    })
}

/// Solves the jobs of a shared store until the process is told to stop.
///
/// # Errors
/// When it cannot start.
pub fn work(settings: Settings) -> Result<(), ServeError> {
    runtime()?.block_on(async {
        let store = Arc::new(Store::open(&settings.store).await?);
        let (raise, stop) = watch::channel(false);
        tracing::info!(store = store.shown(), "working");
        let worker = Worker { store, hub: Arc::default(), settings: Arc::new(settings) };
        tokio::spawn(stop_on_signal(raise));
        let house = tokio::spawn(house::keep(worker.clone(), stop.clone()));
        worker.run(stop).await;
        let _ = house.await;
        tracing::info!("stopped");
        Ok(())
    })
}

/// Runs something about a store that is over at once.
///
/// # Errors
/// What it meets.
pub fn with_store<T>(url: &str, work: impl AsyncFnOnce(&Store) -> Result<T, StoreError>) -> Result<T, ServeError> {
    runtime()?.block_on(async {
        let store = Store::open(url).await?;
        Ok(work(&store).await?)
    })
}

fn runtime() -> Result<tokio::runtime::Runtime, ServeError> {
    Ok(tokio::runtime::Builder::new_multi_thread().enable_all().build()?)
}

async fn stop_on_signal(raise: watch::Sender<bool>) {
    let (Ok(mut terminate), Ok(mut interrupt)) = (signal(SignalKind::terminate()), signal(SignalKind::interrupt()))
    else {
        tracing::error!("cannot listen for signals");
        return;
    };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    tracing::info!("told to stop");
    let _ = raise.send(true);
    // A second word is meant.
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    std::process::exit(130);
}

/// A token that is made while the service runs closes it to everybody else within a second.
async fn look_for_tokens(app: Arc<App>) {
    while !app.is_stopping() {
        tokio::time::sleep(Duration::from_secs(1)).await;
        if let Ok(tokens) = app.store.tokens().await {
            app.tokens.store(!tokens.is_empty(), Ordering::Relaxed);
        }
    }
}
