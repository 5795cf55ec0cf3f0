//! Scenarios with nothing in them yet, for the readers to fill.

use crate::model::scenario::{
    Demand, Kind, Lanes, Limits, Location, Metric, Objective, Order, Rounding, Scenario, Shipment, ShipmentStop, Site,
    SiteStatus, Travel, Vehicle,
};
use crate::model::{Moment, Quantities};

/// A scenario of one kind, without data.
pub(super) fn scenario(kind: Kind, name: &str, convention: String) -> Scenario {
    Scenario {
        kind,
        version: 1,
        name: name.to_owned(),
        convention,
        currency: String::new(),
        travel: Travel::default(),
        locations: Vec::new(),
        products: Vec::new(),
        supplies: Vec::new(),
        sites: Vec::new(),
        demands: Vec::new(),
        lanes: Lanes::default(),
        objective: Objective::default(),
        coverage: None,
        sites_min: None,
        sites_max: None,
        budget: None,
        days: None,
        vehicles: Vec::new(),
        orders: Vec::new(),
        shipments: Vec::new(),
        carriers: Vec::new(),
        docks: Vec::new(),
        incompatible: Vec::new(),
        stocks: Vec::new(),
        groups: Vec::new(),
        balance: None,
        locks: Vec::new(),
        limits: Limits::default(),
        custom: serde_json::Value::Null,
    }
}

/// Straight lines on the plane, `scale` distance units per unit of the coordinates, a second each.
pub(super) fn euclidean(scale: f64, rounding: Rounding) -> Travel {
    let scale = (scale > 1.0).then_some(scale);
    Travel { metric: Metric::Euclidean, scale, rounding: Some(rounding), ..Travel::default() }
}

/// Travel by given distances.
pub(super) fn matrix(distances: Vec<Vec<f64>>) -> Travel {
    Travel { metric: Metric::Matrix, distances: Some(distances), ..Travel::default() }
}

/// The location that bears a number.
pub(super) fn location(number: usize, at: Option<[f64; 2]>) -> Location {
    Location { id: number.to_string(), at, name: String::new(), zone: None }
}

/// Where everything stands in files that say what serving costs, not where anything is.
const SOMEWHERE: &str = "somewhere";

/// A siting question whose costs are given by pair, so that all of it stands at one place.
pub(super) fn placeless(convention: String) -> Scenario {
    let mut scenario = scenario(Kind::Siting, "", convention);
    scenario.travel = matrix(vec![vec![0.0]]);
    scenario.locations.push(Location { id: SOMEWHERE.to_owned(), at: None, name: String::new(), zone: None });
    scenario
}

/// A candidate site at the only place.
pub(super) fn placeless_site(id: usize, capacity: Option<f64>, opening: f64) -> Site {
    Site { opening_cost: Some(opening), ..site(id.to_string(), SOMEWHERE.to_owned(), capacity) }
}

/// A demand at the only place.
pub(super) fn placeless_demand(id: usize, quantity: Quantities) -> Demand {
    demand(id.to_string(), SOMEWHERE.to_owned(), quantity)
}

/// A candidate site without costs.
pub(super) fn site(id: String, location: String, capacity: Option<f64>) -> Site {
    Site {
        id,
        location,
        status: SiteStatus::Candidate,
        levels: Vec::new(),
        min_throughput: None,
        opening_cost: None,
        operating_cost: None,
        closing_cost: None,
        capacity,
        product_capacity: None,
        handling_cost: None,
    }
}

/// A demand that any site may serve.
pub(super) fn demand(id: String, location: String, quantity: Quantities) -> Demand {
    Demand {
        id,
        location,
        quantity,
        stock: None,
        outsourcing_cost: None,
        single_source: false,
        max_distance: None,
        max_duration: None,
        forbidden_sites: Vec::new(),
    }
}

/// The order at the location of the same number.
pub(super) fn order(number: usize, demand: f64) -> Order {
    Order {
        id: number.to_string(),
        location: number.to_string(),
        delivery: (demand > 0.0).then_some(Quantities::Bare(demand)),
        release: None,
        pickup: None,
        backhaul: false,
        windows: Vec::new(),
        setup: None,
        service: None,
        lateness: None,
        split: None,
        alternatives: Vec::new(),
        prize: None,
        priority: None,
        kinds: Vec::new(),
        skills: Vec::new(),
        allowed_vehicles: Vec::new(),
        forbidden_vehicles: Vec::new(),
    }
}

/// A shipment between two stops that any vehicle may serve.
pub(super) fn shipment(id: String, pickup: ShipmentStop, delivery: ShipmentStop) -> Shipment {
    Shipment {
        id,
        quantity: None,
        pickup,
        delivery,
        prize: None,
        priority: None,
        kinds: Vec::new(),
        skills: Vec::new(),
        allowed_vehicles: Vec::new(),
        forbidden_vehicles: Vec::new(),
    }
}

/// Vehicles that start and end at the depot of a number.
pub(super) fn vehicle(id: String, count: u32, capacity: Option<f64>, depot: usize) -> Vehicle {
    Vehicle {
        id,
        count,
        capacity: capacity.map(Quantities::Bare),
        start: Some(depot.to_string()),
        end: None,
        open_end: false,
        shift: None,
        costs: None,
        max_distance: None,
        max_duration: None,
        max_driving: None,
        breaks: Vec::new(),
        rests: None,
        max_stops: None,
        compartments: Vec::new(),
        last_in_first_out: false,
        reload: None,
        skills: Vec::new(),
    }
}

/// A time window in seconds.
pub(super) fn window(opens: i64, closes: i64) -> [Moment; 2] {
    [Moment::Seconds(opens), Moment::Seconds(closes)]
}

/// A service time, left out when it is zero.
pub(super) fn service(seconds: i64) -> Option<f64> {
    (seconds > 0).then_some(seconds as f64)
}
