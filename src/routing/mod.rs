//! Which vehicle calls where and when.
//!
//! Main types: [`Problem`], [`Solution`], [`Params`]; the front doors are [`solve`] and [`lower_bound`]. First routes by
//! savings, then ruin and recreate under simulated annealing with every limit hard at all times (but stocks, where asked), and
//! 2-opt* around what was ruined. A recreation that cannot be accepted any more ends early, and long routes get longer ruins and more heat.
//! Where windows make many short routes, some are given up first.
//! Where the budget allows several runs of it and there are at most 500 customers, they are the first generation of a
//! population that recombines, with limits as penalties; now and then set partitioning puts the routes that all of them
//! have seen together anew. On large problems each thread has a region of its own, and ruins stay in one neighborhood for a
//! while, which suits the cache of the processor. It knows no string ids, files or sites to open.
//!
//! What the parts are worth, as mean gap to best known in percent at 10 s (one thread, seed 1, November 2026):
//!
//! | set | ruin and recreate | population | all together |
//! | --- | --- | --- | --- |
//! | X, up to 250 customers (12 instances) | 0.40 | | 0.17 |
//! | X, 134 to 331 customers (10 instances) | 0.46 | 0.39 | 0.29 |
//! | X, all 67 | 0.46 | | 0.39 |
//! | Solomon, all 37 | 0.23 | | 0.02 |
//! | SDVRPTW, 7 of 96 to 720 customers | 2.15 | worse | 2.15 |
//!
//! At 120 s the 7 Belgian instances of 4,000 to 30,000 customers come to 0.88, the worst to 1.43; when ruins went everywhere
//! at once, Brussels2 and Flanders2 were above 1.8.
//!
//! On SDVRPTW it was 3.29 with the population, neighbors on any vehicle, and vehicles that never change hands. Tried and
//! found worthless within 30 s: set partitioning over the routes that one trajectory accepts (its pool of 5,000 to 60,000
//! routes holds nothing better, as far as Lagrangian covers show), and prizes for customers left out at first, which was
//! to save routes where windows are narrow. On 1000 customers with windows one route more or less decides about a percent,
//! and luck about the route; three short runs and the best of them continued is no better than one long run, giving up a
//! route of the answer and annealing again brings it back, and less heat at the start costs a point.
//!
//! Where routes are short and many, answers on X have a route or some too many (X-n524 156 of 155, X-n670 136 of 133), each
//! worth about 0.2 %. Set partitioning over what six runs and the population have seen helps: at 20 s X-n469 comes to 0.19
//! (0.84 without it), X-n420 to 0.15 (0.28); at 60 s ten instances of 143 to 469 customers come to 0.15 (0.21). Of no use: a
//! charge for each route in the first half of the annealing, one vehicle fewer in some of the runs before the population,
//! twice its size, whole routes ruined in 8 % of the iterations instead of 2 %, children put together from routes of the
//! pool alone, and above 500 customers a population with all this, also for the last fifth of the time only (60 s, six
//! instances: 0.75, and 0.59 for one long run). Above 500 customers reheats from the best find next to nothing either: eight
//! instances at 30 s come to 0.85 with three of them in the last 30 % of the time, each from the temperature of 60 %, and to
//! 0.72 without. Below 0.02 mean arc costs hardly any new route is accepted.
//! Nor does a population find more in districts of 200 customers in the last 40 % of 60 s: X-n1001 is not cheaper in any of its
//! five, X-n670 by a twentieth of a percent in one of three, so what is left lies between them. And temperatures by the way to
//! the nearest customers, of which a mean arc is 1.6 to 12.6, are as good as by mean arcs (twelve instances at 30 s: 0.62 both).
//!
//! Six instances of 1000 customers with windows and prizes, of whom 150 to 650 are worth a visit, come to 0.75 at 8 s; to 3.50
//! where each optional customer has to pay for itself when it is inserted, since new routes hardly ever come about then.
//!
//! On generated days of 1000 orders with windows, breaks, rests, reloads, skills and docks at once (seeds 1 and 2, 10 s) plans
//! cost 24,155 and 22,086 where the few places that look cheapest get a timetable, 29,354 and 26,390 where every place that
//! looks cheaper than the best so far gets one. Pricing detours by their time as well before segments are joined, and reading
//! tables by rows, is worth another 3.6 % on three such days at 60 s. Of no use there: more or less heat at the start, six or
//! fifteen removed orders instead of ten, fewer places in the list. Routes without time for a visit are passed over at a
//! glance, and the first of the rounds at the doors lasts until everybody has been inserted once: a day of 10,000 orders comes
//! to 221,000 after 60 s, where it was 264,000. Of no clear use there: 40 neighbors instead of 100, which are more iterations
//! with less in each; first routes in other orders than by windows, of which those that begin far away are cheaper at first
//! and no cheaper after some seconds of search.
//!
//! Sources: Christiaens & Vanden Berghe (2020), Transportation Science 54(2), for ruin and recreate; Vidal (2022),
//! Computers & Operations Research 140, for the population; Vidal, Crainic, Gendreau & Prins (2013), Computers &
//! Operations Research 40(1), for segments.

pub mod arcs;
mod bounds;
pub mod choices;
mod compartments;
pub mod construct;
mod docks;
pub mod evaluate;
mod fleet;
pub mod generate;
mod leveling;
pub mod local_search;
pub mod moves;
pub mod near;
mod numbering;
mod overdraft;
pub mod partition;
pub mod places;
pub mod population;
pub mod prepared;
mod problem;
pub mod reconnect;
pub mod recreate;
mod regions;
pub mod reloads;
pub mod restricted;
pub mod ruin;
pub mod seeds;
pub mod segment;
mod solution;
mod solve;
mod spots;
pub mod state;
pub mod stocks;
#[cfg(test)]
mod tests;
pub mod ties;
pub mod trajectory;
pub mod trips;

pub use bounds::{Bound, Wanted, charges, least_vehicles, lower_bound, seconds_for_bound};
pub use compartments::Compartments;
pub use docks::{Dock, Docks};
pub use evaluate::{n_left_out, n_missing};
pub use leveling::{Leveling, Workload};
pub use problem::{Customer, Kinds, Problem, VehicleType};
pub use solution::{Route, Solution};
pub use solve::{METHODS, Params, solve};
pub use stocks::Stocks;
pub use ties::{Rule, Tie};
pub use trajectory::Goal;
