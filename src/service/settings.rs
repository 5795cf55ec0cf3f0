//! What an operator can set, and the table of limits.

use serde::{Deserialize, Serialize};
use std::net::SocketAddr;
use std::path::PathBuf;
use utoipa::ToSchema;

/// How the service runs.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where it listens.
    pub listen: SocketAddr,
    /// Where jobs are kept: `sqlite:FILE` or `postgres://…`.
    pub store: String,
    /// Solvers at once in this process; none where workers elsewhere do it.
    pub solvers: usize,
    /// Threads of each solver.
    pub threads: usize,
    /// The program that a solver process runs: this one.
    pub program: PathBuf,
    /// The table of limits.
    pub limits: Limits,
}

/// Every limit of the service. Names end with their unit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// Most bytes of a request's body.
    pub body_bytes: usize,
    /// Most bytes of all bodies that are received or worked on at once.
    pub bodies_bytes: usize,
    /// Deepest nesting of a JSON body.
    pub json_depth: usize,
    /// Most values in a JSON body.
    pub json_values: usize,
    /// Most customers of a scenario: demands, orders and shipments.
    pub customers: usize,
    /// Most vehicles of a scenario.
    pub vehicles: u64,
    /// Most sites of a scenario.
    pub sites: usize,
    /// Longest solve that may be asked for, and the limit of one that only limits its iterations.
    pub solve_seconds: f64,
    /// Longest time for the head of a request, and for silence between requests.
    pub header_seconds: f64,
    /// Longest silence within the body of a request.
    pub body_seconds: f64,
    /// Longest time for a request, `Prefer: wait` apart.
    pub request_seconds: f64,
    /// Longest wait of `Prefer: wait`.
    pub wait_seconds: f64,
    /// Longest life of a stream of events; the client then connects again.
    pub events_seconds: f64,
    /// Most connections.
    pub connections: usize,
    /// Most requests at once.
    pub requests: usize,
    /// Most streams of events at once.
    pub event_streams: usize,
    /// Most streams of events of one token at once.
    pub event_streams_per_token: usize,
    /// Most requests of a token in a minute.
    pub requests_per_minute: u32,
    /// Most new jobs of a token in a minute.
    pub submits_per_minute: u32,
    /// Most jobs of a tenant that wait.
    pub queued_per_tenant: i64,
    /// Most jobs of a tenant that run at once.
    pub running_per_tenant: i64,
    /// Most jobs that wait, of all tenants.
    pub queued: i64,
    /// Most memory of a solver (its address space).
    pub solver_memory_bytes: u64,
    /// How long an attempt may be silent before its job is handed out again.
    pub lease_seconds: f64,
    /// How long a solver may take to hand over its best after it was told to stop.
    pub kill_grace_seconds: f64,
    /// How long a stop of the service may take.
    pub stop_seconds: f64,
    /// How long a finished job is kept.
    pub keep_days: f64,
    /// Least room on the disk of a SQLite store: with less the service is not ready.
    pub store_free_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body_bytes: 32 << 20,
            bodies_bytes: 256 << 20,
            json_depth: 64,
            json_values: 4_000_000,
            customers: 100_000,
            vehicles: 10_000,
            sites: 10_000,
            solve_seconds: 14_400.0,
            header_seconds: 5.0,
            body_seconds: 10.0,
            request_seconds: 30.0,
            wait_seconds: 60.0,
            events_seconds: 3_600.0,
            connections: 4_096,
            requests: 512,
            event_streams: 5_000,
            event_streams_per_token: 50,
            requests_per_minute: 600,
            submits_per_minute: 60,
            queued_per_tenant: 1_000,
            running_per_tenant: 8,
            queued: 100_000,
            solver_memory_bytes: 4 << 30,
            lease_seconds: 30.0,
            kill_grace_seconds: 5.0,
            stop_seconds: 20.0,
            keep_days: 30.0,
            store_free_bytes: 64 << 20,
        }
    }
}

impl Limits {
    /// Sets one limit from `NAME=NUMBER`.
    ///
    /// # Errors
    /// A sentence that names what is known.
    pub fn set(&mut self, setting: &str) -> Result<(), String> {
        let (name, number) = setting.split_once('=').ok_or_else(|| format!("`{setting}`: write NAME=NUMBER"))?;
        let number: serde_json::Number =
            number.parse().map_err(|_| format!("`{number}` is no number for the limit `{name}`"))?;
        let mut table = serde_json::to_value(&*self).expect("limits are numbers with names");
        let known: Vec<&String> = table.as_object().map(|table| table.keys().collect()).unwrap_or_default();
        if !known.iter().any(|known| *known == name) {
            let known = known.into_iter().map(String::as_str).collect::<Vec<_>>().join(", ");
            return Err(format!("no limit is called `{name}`, choose from: {known}"));
        }
        table[name] = number.into();
        let limits: Self = serde_json::from_value(table).map_err(|error| format!("limit `{name}`: {error}"))?;
        if !limits.are_sane() {
            return Err(format!("limit `{name}` must be above zero"));
        }
        *self = limits;
        Ok(())
    }

    fn are_sane(&self) -> bool {
        let table = serde_json::to_value(self).expect("limits are numbers with names");
        let positive = |value: &serde_json::Value| value.as_f64().is_some_and(|number| number > 0.0 && number < 1e15);
        table.as_object().is_some_and(|table| table.values().all(positive))
    }
}
