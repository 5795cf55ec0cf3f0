//! hubroute: which warehouses to open, what flows through them, and how the trucks run, in one engine with checked
//! plans and proven gaps.
//!
//! The modules form a house: each imports only from floors below it (`tests/it/tidy.rs` holds the table), so there
//! are no cycles and each floor can be understood without looking up.
//!
//! ```text
//!  7                           cli                            main.rs only calls cli::run
//!  6                         service
//!  5                         planning                         the one entrance: scenario in, plan out
//!  4                            │           io                two towers that never see each other:
//!  3    siting      routing     │          model              left solvers (numbers), right documents (names)
//!  2       mip                network
//!  1      search   hours   stowage   spatial
//!  0                  units                                   ground
//! ```
//!
//! - [`units`]: exact measures (meters, seconds, load units, millionths of the currency), indices, time windows.
//! - [`spatial`]: places on the plane and the sphere, distances between them, nearest places.
//! - [`hours`]: a driver's day: breaks, rests, speed by time of day, and the timetable of a route.
//! - [`stowage`]: which compartment of a vehicle holds what.
//! - [`network`]: what travel costs between locations: matrices, distances on the fly, shortest paths on graphs.
//! - [`search`]: what every search shares: budget, events, random numbers, acceptance, parallel starts.
//! - [`mip`]: the only place that knows an LP/MIP engine.
//! - [`siting`]: which sites to open and who serves whom, with a proven lower bound.
//! - [`routing`]: which vehicle calls where and when.
//! - [`model`]: documents (`Scenario`, `Plan`), the validated `Problem`, prices, the independent checker.
//! - [`io`]: texts to scenarios, plans to texts: JSON, CSV, published formats, GeoJSON, the HTML report.
//! - [`planning`]: scenario → problem → solver problems → solutions → checked plan.
//! - [`service`]: jobs over HTTP, their store and workers, the planner's page.
//! - [`cli`]: the commands.
//!
//! Invariants: no solver sees a string id, a file, serde or a clock other than its budget's; `siting` and `routing`
//! do not know each other; `model` knows no solver, and its checker shares no code with one; every plan that leaves
//! [`planning`] has passed the checker.

pub mod cli;
pub mod hours;
pub mod io;
pub mod mip;
pub mod model;
pub mod network;
pub mod planning;
pub mod routing;
pub mod search;
pub mod service;
pub mod siting;
pub mod spatial;
pub mod stowage;
pub mod units;
