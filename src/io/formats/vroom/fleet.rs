//! VROOM's vehicles: what they cost by which distance, and which of them are alike.

use super::document::{Problem, Tables, Vehicle};
use super::{CIRCUITY, SPEED_KMH};
use crate::model::defect::Defects;
use crate::model::scenario::VehicleCosts;
use crate::spatial::{Metric, Point};
use std::collections::HashMap;

/// Cost units in a whole cost: an hour has 3600 seconds, a kilometer 1000 meters.
const PER_COST: u64 = 18_000;

/// What the priced distance is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Priced {
    /// Seconds of travel.
    Seconds,
    /// Meters.
    Meters,
    /// So many parts of a second, and so many of a meter.
    Both(u64, u64),
    /// Entries of the table of costs.
    Costs,
    /// Meters on a straight line, at the same speed everywhere.
    Straight,
}

/// How the fleet pays for its ways.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Pricing {
    pub(super) priced: Priced,
    pub(super) speed_factor: f64,
}

impl Pricing {
    /// How the fleet of `problem` pays; what cannot be priced by one distance is a defect.
    pub(super) fn new(problem: &Problem, tables: Option<&Tables>, defects: &mut Defects) -> Self {
        let speed_factor = problem.vehicles.first().and_then(|vehicle| vehicle.speed_factor).unwrap_or(1.0);
        let has_costs = tables.is_some_and(|tables| tables.costs.is_some());
        let mut parts = (0, 0);
        for (row, vehicle) in problem.vehicles.iter().enumerate() {
            let pointer = |field: &str| format!("/vehicles/{row}/{field}");
            if vehicle.profile != problem.vehicles[0].profile {
                let detail = format!("several profiles, `{}` and `{}`", problem.vehicles[0].profile, vehicle.profile);
                not_served(pointer("profile"), &detail, "plan each profile apart", defects);
            }
            let factor = vehicle.speed_factor.unwrap_or(1.0);
            if !(factor > 0.0 && factor <= 5.0) {
                let detail = format!("speed_factor must be above 0 and at most 5, found {factor}");
                defects.add(pointer("speed_factor"), "not_positive", detail, "leave it out for 1");
            } else if factor.total_cmp(&speed_factor).is_ne() {
                let detail = "speeds that differ between vehicles";
                not_served(pointer("speed_factor"), detail, "give all vehicles the same", defects);
            }
            let costs = &vehicle.costs;
            if costs.per_task_hour != 0 {
                not_served(pointer("costs/per_task_hour"), "a price of service time", "remove it", defects);
            }
            if has_costs && (costs.per_hour.is_some() || costs.per_km.is_some()) {
                let detail = "`per_hour` and `per_km` have no meaning where the tables have `costs`".to_owned();
                defects.add(pointer("costs"), "conflicting_fields", detail, "keep one of them");
            }
            if costs.per_km.unwrap_or(0) > 0 && tables.is_some_and(|tables| tables.distances.is_none()) {
                let detail = "`per_km` needs a table of `distances`, found none".to_owned();
                defects.add(pointer("costs/per_km"), "missing_matrix", detail, "give distances in meters");
            }
            let own = rates(vehicle);
            if tables.is_some() && parts != (0, 0) && own.0 * parts.1 != own.1 * parts.0 {
                let detail = "prices of time and distance in another proportion than those of the vehicles before";
                not_served(pointer("costs"), detail, "price all vehicles alike, or give a table of `costs`", defects);
            } else if parts == (0, 0) {
                let divisor = num_integer::gcd(own.0, own.1).max(1);
                parts = (own.0 / divisor, own.1 / divisor);
            }
        }
        let priced = match (tables, parts) {
            (None, _) => Priced::Straight,
            (Some(_), _) if has_costs => Priced::Costs,
            (Some(_), (0, 0) | (_, 0)) => Priced::Seconds,
            (Some(_), (0, _)) => Priced::Meters,
            (Some(_), (seconds, meters)) => Priced::Both(seconds, meters),
        };
        Self { priced, speed_factor }
    }

    /// The priced distance between two rows of the tables that are `seconds` apart.
    pub(super) fn distance(&self, tables: Option<&Tables>, (from, to): (usize, usize), seconds: f64) -> f64 {
        let entry = |table: Option<&Vec<Vec<u32>>>| table.map_or(0.0, |rows| f64::from(rows[from][to]));
        let meters = || entry(tables.and_then(|tables| tables.distances.as_ref()));
        match self.priced {
            Priced::Seconds | Priced::Straight => seconds,
            Priced::Meters => meters(),
            Priced::Both(of_seconds, of_meters) => of_seconds as f64 * seconds + of_meters as f64 * meters(),
            Priced::Costs => entry(tables.and_then(|tables| tables.costs.as_ref())),
        }
    }

    /// What a vehicle costs.
    pub(super) fn costs(&self, vehicle: &Vehicle) -> VehicleCosts {
        let (per_hour, per_km) = rates(vehicle);
        let rate = match self.priced {
            Priced::Costs => PER_COST as f64,
            Priced::Straight => per_hour as f64 / (SPEED_KMH * self.speed_factor / 3.6) + per_km as f64,
            Priced::Seconds => per_hour as f64,
            Priced::Meters => per_km as f64,
            Priced::Both(seconds, _) => (per_hour / seconds) as f64,
        };
        let per_meter = rate / PER_COST as f64;
        let fixed = (vehicle.costs.fixed > 0).then(|| f64::from(vehicle.costs.fixed));
        VehicleCosts { fixed, per_meter: Some(per_meter), per_second: None, overtime: None }
    }

    /// Most seconds at the wheel, where it is not seconds that are priced.
    pub(super) fn max_driving(&self, vehicle: &Vehicle) -> Option<f64> {
        vehicle.max_travel_time.filter(|_| self.priced != Priced::Seconds).map(f64::from)
    }

    /// The longest priced distance of a vehicle.
    pub(super) fn max_distance(&self, vehicle: &Vehicle, row: usize, defects: &mut Defects) -> Option<f64> {
        let is_served = matches!(self.priced, Priced::Meters | Priced::Straight);
        if vehicle.max_distance.is_some() && !is_served {
            let detail = "`max_distance` where something else is priced";
            let hint = "it is served where distance alone costs";
            not_served(format!("/vehicles/{row}/max_distance"), detail, hint, defects);
        }
        let longest = if self.priced == Priced::Seconds { vehicle.max_travel_time } else { vehicle.max_distance };
        longest.map(f64::from)
    }

    /// More than serving anything alone can cost in `problem`.
    pub(super) fn stake(&self, problem: &Problem, tables: Option<&Tables>) -> f64 {
        let longest = match tables.and_then(|tables| tables.durations.as_ref()) {
            Some(durations) => {
                let n_rows = durations.len();
                let pairs = (0..n_rows).flat_map(|from| (0..n_rows).map(move |to| (from, to)));
                pairs
                    .map(|(from, to)| {
                        let seconds = f64::from(durations[from][to]) / self.speed_factor;
                        self.distance(tables, (from, to), seconds)
                    })
                    .fold(0.0, f64::max)
            }
            None => spread(problem) * CIRCUITY,
        };
        let dearest = |price: &dyn Fn(&VehicleCosts) -> Option<f64>| {
            problem.vehicles.iter().filter_map(|vehicle| price(&self.costs(vehicle))).fold(0.0, f64::max)
        };
        (dearest(&|costs| costs.fixed) + 4.0 * longest * dearest(&|costs| costs.per_meter)).ceil() + 1.0
    }
}

/// What a second and a meter cost, in 18 000ths.
fn rates(vehicle: &Vehicle) -> (u64, u64) {
    let per_hour = u64::from(vehicle.costs.per_hour.unwrap_or(3600));
    (5 * per_hour, 18 * u64::from(vehicle.costs.per_km.unwrap_or(0)))
}

/// No two places are farther apart, in meters.
fn spread(problem: &Problem) -> f64 {
    let steps = problem.shipments.iter().flat_map(|shipment| [shipment.pickup.location, shipment.delivery.location]);
    let ends = problem.vehicles.iter().flat_map(|vehicle| [vehicle.start, vehicle.end]);
    let places: Vec<Point> = problem
        .jobs
        .iter()
        .map(|job| job.location)
        .chain(steps)
        .chain(ends)
        .flatten()
        .map(|[x, y]| Point { x, y })
        .collect();
    let Some(&first) = places.first() else { return 0.0 };
    let radius = places.iter().map(|&place| Metric::Haversine.distance(first, place)).fold(0.0, f64::max);
    2.0 * radius
}

/// Refuses something that VROOM has and a scenario cannot hold.
pub(super) fn not_served(pointer: String, what: &str, hint: &str, defects: &mut Defects) {
    defects.add(pointer, "not_served_yet", format!("{what}: not served yet"), hint);
}

/// Rows of the vehicles that are alike in all but their names, each group led by its first one, which names the type.
pub(super) fn groups(vehicles: &[Vehicle]) -> Vec<Vec<usize>> {
    let mut groups: Vec<Vec<usize>> = Vec::new();
    let mut known: HashMap<String, usize> = HashMap::new();
    for (row, vehicle) in vehicles.iter().enumerate() {
        let nameless = Vehicle { id: 0, description: None, kind: None, ..vehicle.clone() };
        let group = *known.entry(format!("{nameless:?}")).or_insert(groups.len());
        if group == groups.len() {
            groups.push(Vec::new());
        }
        groups[group].push(row);
    }
    groups
}
