//! From a problem of VROOM to a scenario.

use super::document::{Break, Job, Problem, Shipment, ShipmentStep, Tables, Vehicle};
use super::fleet::{Pricing, groups, not_served};
use super::places::{Named, Places};
use crate::io::formats::blank;
use crate::model::defect::Defects;
use crate::model::scenario::{Kind, Limits, Order, Scenario, ShipmentStop};
use crate::model::{Defect, Moment, Quantities, scenario};
use serde_json::Value;
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

/// Moments beyond are points in time, since 1970, not seconds of a day.
const LONGEST_DAY: i64 = 1_000_000_000;

/// Most that all prizes may sum up to: totals stay exact to the millionth.
const MOST_PRIZES: f64 = 4e9;

/// What a point of priority weighs, in tasks.
const PER_PRIORITY: f64 = 10.0;

/// The scenario that a problem states; see [the module](super) for what becomes what.
///
/// # Errors
///
/// Everything that VROOM would refuse and everything that a scenario cannot hold, with pointers into the problem.
pub fn scenario(problem: &Problem) -> Result<Scenario, Vec<Defect>> {
    let mut defects = Defects::default();
    let tables = tables(problem);
    let tables = tables.as_deref();
    refuse(problem, &mut defects);
    let mut places = Places::new(problem, tables, &mut defects);
    let pricing = Pricing::new(problem, tables, &mut defects);
    if !defects.is_empty() {
        return Err(defects.into_list());
    }
    let reader = Reader { prizes: Prizes::new(problem, pricing.stake(problem, tables)), ..Reader::new(problem) };
    let mut scenario = blank::scenario(Kind::Routing, "", convention(tables, &pricing));
    let limits = &problem.options;
    scenario.limits = Limits { time: limits.l, threads: limits.t, ..Limits::default() };
    for group in groups(&problem.vehicles) {
        scenario.vehicles.push(reader.vehicle(
            (group[0], &problem.vehicles[group[0]]),
            group.len(),
            &pricing,
            &mut places,
            &mut defects,
        ));
    }
    for (row, job) in problem.jobs.iter().enumerate() {
        scenario.orders.push(reader.job(row, job, &mut places, &mut defects));
    }
    for (row, shipment) in problem.shipments.iter().enumerate() {
        scenario.shipments.push(reader.shipment(row, shipment, &mut places, &mut defects));
    }
    reader.setups(problem, &scenario, &mut defects);
    if !defects.is_empty() {
        return Err(defects.into_list());
    }
    (scenario.locations, scenario.travel) = places.finish(&pricing);
    Ok(scenario)
}

/// The tables of the fleet's profile.
fn tables(problem: &Problem) -> Option<Cow<'_, Tables>> {
    let profile = problem.vehicles.first().map_or("car", |vehicle| vehicle.profile.as_str());
    match (problem.matrices.get(profile), &problem.matrix) {
        (Some(tables), _) => Some(Cow::Borrowed(tables)),
        (None, Some(durations)) => Some(Cow::Owned(Tables { durations: Some(durations.clone()), ..Tables::default() })),
        (None, None) => None,
    }
}

fn convention(tables: Option<&Tables>, pricing: &Pricing) -> String {
    use super::fleet::Priced;
    let distance = match pricing.priced {
        Priced::Seconds => "distances are seconds of travel, which is what costs",
        Priced::Meters => "distances are meters",
        Priced::Both(..) => "distances are seconds and meters in their proportion of costs",
        Priced::Costs => "distances are entries of the table of costs",
        Priced::Straight => "straight lines x 1.3 at 50 km/h stand in for a road engine",
    };
    let old = if tables.is_some() { "" } else { "; prices per meter are rounded to millionths" };
    format!(
        "VROOM problem: {distance}{old}. Travel costs, waiting and service do not. Every task is optional; its prize \
         grows with its priority and is above what serving it alone costs."
    )
}

/// Refuses what VROOM knows and a scenario does not, and numbers that are given twice.
fn refuse(problem: &Problem, defects: &mut Defects) {
    if problem.vehicles.is_empty() {
        defects.add("/vehicles", "no_vehicles", "at least one vehicle is needed, found none".to_owned(), "");
    }
    if problem.jobs.is_empty() && problem.shipments.is_empty() {
        defects.add("/jobs", "no_orders", "at least one job or shipment is needed, found none".to_owned(), "");
    }
    if problem.matrix.is_some() && !problem.matrices.is_empty() {
        let detail = "`matrix` has no meaning together with `matrices`".to_owned();
        defects.add("/matrix", "conflicting_fields", detail, "keep `matrices`");
    }
    let options = &problem.options;
    for (is_given, field, what) in [
        (options.g, "g", "geometry of routes"),
        (options.c, "c", "the evaluation of given routes"),
        (options.x.is_some(), "x", "a depth of exploration"),
    ] {
        if is_given {
            not_served(format!("/options/{field}"), what, "remove it; `l` limits the time", defects);
        }
    }
    for (row, vehicle) in problem.vehicles.iter().enumerate() {
        if !vehicle.steps.is_empty() {
            not_served(format!("/vehicles/{row}/steps"), "steps", "remove them", defects);
        }
        for (number, pause) in vehicle.breaks.iter().enumerate() {
            let pointer = |field: &str| format!("/vehicles/{row}/breaks/{number}/{field}");
            if pause.time_windows.is_empty() {
                not_served(pointer("time_windows"), "a break without a window", "give it one", defects);
            }
            if pause.max_load.is_some() {
                not_served(pointer("max_load"), "a break with a most load", "remove it", defects);
            }
        }
    }
    let mut by_type = |values: [&Value; 2], pointer: &str| {
        for (value, field) in values.into_iter().zip(["setup_per_type", "service_per_type"]) {
            let is_empty = value.is_null() || value.as_object().is_some_and(serde_json::Map::is_empty);
            if !is_empty {
                let what = "times that differ between types of vehicles";
                not_served(format!("{pointer}/{field}"), what, "give `setup` and `service`", defects);
            }
        }
    };
    for (row, job) in problem.jobs.iter().enumerate() {
        by_type([&job.setup_per_type, &job.service_per_type], &format!("/jobs/{row}"));
    }
    for (row, shipment) in problem.shipments.iter().enumerate() {
        for (step, name) in [(&shipment.pickup, "pickup"), (&shipment.delivery, "delivery")] {
            by_type([&step.setup_per_type, &step.service_per_type], &format!("/shipments/{row}/{name}"));
        }
    }
    unique(problem.jobs.iter().map(|job| job.id), |row| format!("/jobs/{row}/id"), defects);
    unique(problem.vehicles.iter().map(|vehicle| vehicle.id), |row| format!("/vehicles/{row}/id"), defects);
    let pickups = problem.shipments.iter().map(|shipment| shipment.pickup.id);
    unique(pickups, |row| format!("/shipments/{row}/pickup/id"), defects);
    let deliveries = problem.shipments.iter().map(|shipment| shipment.delivery.id);
    unique(deliveries, |row| format!("/shipments/{row}/delivery/id"), defects);
}

fn unique(ids: impl Iterator<Item = u64>, pointer: impl Fn(usize) -> String, defects: &mut Defects) {
    let mut seen = HashSet::new();
    for (row, id) in ids.enumerate() {
        if !seen.insert(id) {
            defects.add(pointer(row), "duplicate_id", format!("the id {id} is given twice"), "number them apart");
        }
    }
}

/// What leaving out costs, by priority.
#[derive(Clone, Copy)]
struct Prizes {
    stake: f64,
    per_priority: f64,
}

impl Prizes {
    fn new(problem: &Problem, stake: f64) -> Self {
        let jobs = problem.jobs.iter().map(|job| (1.0, f64::from(job.priority)));
        let shipments = problem.shipments.iter().map(|shipment| (2.0, f64::from(shipment.priority)));
        let (mut n_tasks, mut priorities) = (0.0, 0.0);
        for (tasks, priority) in jobs.chain(shipments) {
            n_tasks += tasks;
            priorities += tasks * priority;
        }
        let left = (MOST_PRIZES / stake - n_tasks).max(0.0);
        let per_priority = if priorities > 0.0 { PER_PRIORITY.min(left / priorities) } else { PER_PRIORITY };
        Self { stake, per_priority }
    }

    fn of(self, n_tasks: f64, priority: u32) -> f64 {
        (n_tasks * self.stake * (1.0 + self.per_priority * f64::from(priority))).round()
    }
}

/// What every list is read with.
struct Reader {
    prizes: Prizes,
    n_dimensions: usize,
    as_stamps: bool,
}

impl Reader {
    fn new(problem: &Problem) -> Self {
        let jobs = problem.jobs.iter().flat_map(|job| [job.delivery.len(), job.pickup.len()]);
        let shipments = problem.shipments.iter().map(|shipment| shipment.amount.len());
        let vehicles = problem.vehicles.iter().map(|vehicle| vehicle.capacity.len());
        let steps = problem.shipments.iter().flat_map(|shipment| [&shipment.pickup, &shipment.delivery]);
        let windows = problem.jobs.iter().map(|job| &job.time_windows).chain(steps.map(|step| &step.time_windows));
        let shifts = problem.vehicles.iter().filter_map(|vehicle| vehicle.time_window);
        Self {
            prizes: Prizes { stake: 0.0, per_priority: 0.0 },
            n_dimensions: vehicles.chain(jobs).chain(shipments).max().unwrap_or(0),
            as_stamps: windows.flatten().copied().chain(shifts).flatten().any(|time| time > LONGEST_DAY),
        }
    }

    fn window(&self, window: [i64; 2]) -> [Moment; 2] {
        window.map(|time| if self.as_stamps { Moment::Stamp(time) } else { Moment::Seconds(time) })
    }

    /// Amounts by dimension; a bare number where there is one.
    fn amounts(&self, amounts: &[u64], pointer: String, defects: &mut Defects) -> Option<Quantities> {
        if amounts.is_empty() {
            return None;
        }
        if amounts.len() != self.n_dimensions {
            let detail = format!("found {} amounts, {} elsewhere", amounts.len(), self.n_dimensions);
            defects.add(pointer, "dimension_mismatch", detail, "list as many everywhere");
            return None;
        }
        match amounts {
            [amount] => Some(Quantities::Bare(*amount as f64)),
            _ => {
                let named = amounts.iter().enumerate();
                Some(Quantities::Named(named.map(|(row, &amount)| (row.to_string(), amount as f64)).collect()))
            }
        }
    }

    fn vehicle(
        &self,
        (row, vehicle): (usize, &Vehicle),
        count: usize,
        pricing: &Pricing,
        places: &mut Places<'_>,
        defects: &mut Defects,
    ) -> scenario::Vehicle {
        let pointer = |field: &str| format!("/vehicles/{row}/{field}");
        if vehicle.capacity.is_empty() && self.n_dimensions > 0 {
            let detail = "a vehicle without capacity carries nothing where others have one".to_owned();
            defects.add(pointer("capacity"), "missing_capacity", detail, "give its capacity");
        }
        let named = |at: Option<[f64; 2]>, index: Option<usize>| {
            (at.is_some() || index.is_some()).then_some(Named { at, index, name: None })
        };
        let start = named(vehicle.start, vehicle.start_index);
        let end = named(vehicle.end, vehicle.end_index);
        if start.is_none() && end.is_none() {
            let detail = "a vehicle needs a start or an end, found neither".to_owned();
            defects.add(format!("/vehicles/{row}"), "missing_location", detail, "give `start` or `end`");
        }
        let start = match start {
            Some(start) => places.id(start, &pointer("start"), defects),
            None if places.tables.is_some() => places.anywhere(),
            None => {
                not_served(pointer("start"), "a start at the first task without tables", "give `start`", defects);
                String::new()
            }
        };
        let end = end.map(|end| places.id(end, &pointer("end"), defects));
        scenario::Vehicle {
            id: vehicle.id.to_string(),
            count: u32::try_from(count).unwrap_or(u32::MAX),
            capacity: self.amounts(&vehicle.capacity, pointer("capacity"), defects),
            start: Some(start),
            open_end: end.is_none(),
            end,
            shift: vehicle.time_window.map(|window| self.window(window)),
            costs: Some(pricing.costs(vehicle)),
            max_distance: pricing.max_distance(vehicle, row, defects),
            max_driving: pricing.max_driving(vehicle),
            breaks: vehicle.breaks_in_order().into_iter().filter_map(|pause| self.pause(pause)).collect(),
            max_stops: vehicle.max_tasks,
            compartments: Vec::new(),
            last_in_first_out: false,
            skills: skills(&vehicle.skills),
            ..blank::vehicle(String::new(), 1, None, 0)
        }
    }

    fn pause(&self, pause: &Break) -> Option<scenario::Break> {
        let mut windows: Vec<[Moment; 2]> = pause.time_windows.iter().map(|&window| self.window(window)).collect();
        let window = (windows.len() == 1).then(|| windows.remove(0));
        Some(scenario::Break { window, windows, duration: f64::from(pause.service) })
    }

    fn priority(&self, priority: u32, n_tasks: f64, pointer: &str, defects: &mut Defects) -> Option<f64> {
        if priority > 100 {
            let detail = format!("a priority is from 0 to 100, found {priority}");
            defects.add(format!("{pointer}/priority"), "priority_out_of_range", detail, "");
        }
        Some(self.prizes.of(n_tasks, priority))
    }

    fn job(&self, row: usize, job: &Job, places: &mut Places<'_>, defects: &mut Defects) -> Order {
        let pointer = format!("/jobs/{row}");
        let named = Named { at: job.location, index: job.location_index, name: job.description.as_deref() };
        Order {
            id: job.id.to_string(),
            location: places.id(named, &pointer, defects),
            delivery: self.amounts(&job.delivery, format!("{pointer}/delivery"), defects),
            pickup: self.amounts(&job.pickup, format!("{pointer}/pickup"), defects),
            windows: job.time_windows.iter().map(|&window| self.window(window)).collect(),
            setup: setup_apart(job.setup, &job.time_windows),
            service: service(job.setup, job.service, &job.time_windows),
            prize: self.priority(job.priority, 1.0, &pointer, defects),
            priority: None,
            skills: skills(&job.skills),
            ..blank::order(0, 0.0)
        }
    }

    fn shipment(
        &self,
        row: usize,
        shipment: &Shipment,
        places: &mut Places<'_>,
        defects: &mut Defects,
    ) -> scenario::Shipment {
        let pointer = format!("/shipments/{row}");
        let mut stop = |step: &ShipmentStep, name: &str| {
            let named = Named { at: step.location, index: step.location_index, name: step.description.as_deref() };
            ShipmentStop {
                location: places.id(named, &format!("{pointer}/{name}"), defects),
                windows: step.time_windows.iter().map(|&window| self.window(window)).collect(),
                lateness: None,
                setup: setup_apart(step.setup, &step.time_windows),
                service: service(step.setup, step.service, &step.time_windows),
            }
        };
        let (pickup, delivery) = (stop(&shipment.pickup, "pickup"), stop(&shipment.delivery, "delivery"));
        let id = format!("{}-{}", shipment.pickup.id, shipment.delivery.id);
        scenario::Shipment {
            quantity: self.amounts(&shipment.amount, format!("{pointer}/amount"), defects),
            prize: self.priority(shipment.priority, 2.0, &pointer, defects),
            priority: None,
            skills: skills(&shipment.skills),
            ..blank::shipment(id, pickup, delivery)
        }
    }

    /// Refuses setup times that are part of the service and do not always apply: VROOM leaves them out between tasks at one
    /// place.
    fn setups(&self, problem: &Problem, scenario: &Scenario, defects: &mut Defects) {
        let mut calls: HashMap<&str, usize> = HashMap::new();
        let ends =
            scenario.shipments.iter().flat_map(|shipment| [&shipment.pickup.location, &shipment.delivery.location]);
        let tasks = scenario.orders.iter().map(|order| &order.location).chain(ends);
        for location in tasks.chain(scenario.vehicles.iter().filter_map(|vehicle| vehicle.start.as_ref())) {
            *calls.entry(location.as_str()).or_default() += 1;
        }
        let mut check = |setup: u32, windows: &[[i64; 2]], location: &str, pointer: String| {
            if setup > 0 && !windows.is_empty() && calls.get(location).is_some_and(|&n_calls| n_calls > 1) {
                let what = "a setup time inside a window, at a place where another task is, or a vehicle starts";
                not_served(format!("{pointer}/setup"), what, "add it to `service`", defects);
            }
        };
        for (row, (job, order)) in problem.jobs.iter().zip(&scenario.orders).enumerate() {
            check(job.setup, &job.time_windows, &order.location, format!("/jobs/{row}"));
        }
        for (row, (given, read)) in problem.shipments.iter().zip(&scenario.shipments).enumerate() {
            check(
                given.pickup.setup,
                &given.pickup.time_windows,
                &read.pickup.location,
                format!("/shipments/{row}/pickup"),
            );
            check(
                given.delivery.setup,
                &given.delivery.time_windows,
                &read.delivery.location,
                format!("/shipments/{row}/delivery"),
            );
        }
    }
}

/// The setup before the service. VROOM's windows are for the start of the setup, ours for that of the service: where there
/// are any, the setup is a part of the service instead.
fn setup_apart(setup: u32, windows: &[[i64; 2]]) -> Option<f64> {
    blank::service(i64::from(setup)).filter(|_| windows.is_empty())
}

fn service(setup: u32, service: u32, windows: &[[i64; 2]]) -> Option<f64> {
    let setup = if windows.is_empty() { 0 } else { setup };
    blank::service(i64::from(setup) + i64::from(service))
}

fn skills(skills: &[u64]) -> Vec<String> {
    let mut skills: Vec<u64> = skills.to_vec();
    skills.sort_unstable();
    skills.dedup();
    skills.iter().map(u64::to_string).collect()
}
