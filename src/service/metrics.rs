//! Figures for Prometheus.

use axum::http::Method;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::Registry;
use std::time::Duration;

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Route {
    method: String,
    route: String,
    status: u16,
}

/// What is counted.
pub(super) struct Metrics {
    registry: Registry,
    requests: Family<Route, Counter>,
    seconds: Histogram,
    pub(super) accepted: Counter,
    pub(super) queued: Gauge,
    pub(super) running: Gauge,
    pub(super) streams: Gauge,
}

impl Metrics {
    pub(super) fn new() -> Self {
        let metrics = Self {
            registry: Registry::default(),
            requests: Family::default(),
            seconds: Histogram::new(exponential_buckets(0.0005, 2.0, 16)),
            accepted: Counter::default(),
            queued: Gauge::default(),
            running: Gauge::default(),
            streams: Gauge::default(),
        };
        metrics.registered()
    }

    fn registered(mut self) -> Self {
        let registry = &mut self.registry;
        registry.register("hubroute_requests", "Answers by method, route and status", self.requests.clone());
        registry.register("hubroute_request_seconds", "Time to the head of an answer", self.seconds.clone());
        registry.register("hubroute_jobs_accepted", "Jobs accepted by this process", self.accepted.clone());
        registry.register("hubroute_jobs_queued", "Jobs that wait", self.queued.clone());
        registry.register("hubroute_jobs_running", "Jobs that run", self.running.clone());
        registry.register("hubroute_event_streams", "Streams of events that are open", self.streams.clone());
        self
    }

    /// Counts an answer.
    pub(super) fn request(&self, method: &Method, route: &str, status: u16, took: Duration) {
        let route = Route { method: method.to_string(), route: route.to_owned(), status };
        self.requests.get_or_create(&route).inc();
        self.seconds.observe(took.as_secs_f64());
    }

    /// All of it as text.
    pub(super) fn text(&self) -> String {
        let mut text = String::new();
        encode(&mut text, &self.registry).expect("a string takes any text");
        text
    }
}
