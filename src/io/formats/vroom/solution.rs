//! From a plan to VROOM's answer.

use super::document::{Problem, Route, Solution, Step, Task, Totals};
use super::fleet::groups;
use crate::model::plan::{self, Activity, Plan};
use std::collections::HashMap;

/// A task by the order's id and what happens.
type Tasks<'a> = HashMap<(String, Activity), TaskView<'a>>;

/// What VROOM's answer says of a task.
#[derive(Clone, Copy)]
struct TaskView<'a> {
    id: u64,
    kind: &'static str,
    location: Option<[f64; 2]>,
    location_index: Option<usize>,
    description: Option<&'a String>,
    setup_inside: u32,
    priority: u32,
    delivery: &'a [u64],
    pickup: &'a [u64],
}

/// The answer to `problem` that `plan` stands for, as JSON. Costs are rounded to whole numbers; distances are meters of
/// the problem's table where it has one, and left out where there is none.
///
/// `None` when the plan is not one for the scenario of this problem.
#[must_use]
pub fn write(problem: &Problem, plan: &Plan) -> Option<String> {
    let tasks = tasks(problem);
    let n_dimensions = problem.vehicles.iter().map(|vehicle| vehicle.capacity.len()).max().unwrap_or(0);
    let vehicles: HashMap<String, Vec<usize>> =
        groups(&problem.vehicles).into_iter().map(|group| (problem.vehicles[group[0]].id.to_string(), group)).collect();
    let mut routes = Vec::with_capacity(plan.routes.len());
    for route in &plan.routes {
        let row = *vehicles.get(&route.vehicle)?.get((route.number as usize).checked_sub(1)?)?;
        routes.push(Writer { problem, tasks: &tasks, n_dimensions, row }.route(route)?);
    }
    let mut unassigned = Vec::new();
    for unserved in &plan.unserved {
        let of = |activity: Activity| tasks.get(&(unserved.id.clone(), activity));
        let before = unassigned.len();
        unassigned.extend(
            [Activity::Order, Activity::Pickup, Activity::Delivery].into_iter().filter_map(of).map(unserved_task),
        );
        if unassigned.len() == before {
            return None;
        }
    }
    let mut summary = Totals { routes: Some(routes.len()), unassigned: Some(unassigned.len()), ..Totals::default() };
    summary.delivery = vec![0; n_dimensions];
    summary.pickup = vec![0; n_dimensions];
    summary.distance = routes.iter().map(|route| route.totals.distance).sum();
    for Route { totals, .. } in &routes {
        summary.cost += totals.cost;
        summary.setup += totals.setup;
        summary.service += totals.service;
        summary.duration += totals.duration;
        summary.waiting_time += totals.waiting_time;
        summary.priority += totals.priority;
        add(&mut summary.delivery, &totals.delivery);
        add(&mut summary.pickup, &totals.pickup);
    }
    let solution = Solution { code: 0, summary, unassigned, routes };
    let text = serde_json::to_string(&solution).expect("answers have string keys");
    Some(text + "\n")
}

fn add(sum: &mut [u64], amounts: &[u64]) {
    for (sum, amount) in sum.iter_mut().zip(amounts) {
        *sum += amount;
    }
}

fn unserved_task(task: &TaskView<'_>) -> Task {
    Task {
        id: task.id,
        kind: task.kind,
        location: task.location,
        location_index: task.location_index,
        description: task.description.cloned(),
    }
}

fn tasks(problem: &Problem) -> Tasks<'_> {
    let mut tasks = HashMap::new();
    for job in &problem.jobs {
        let view = TaskView {
            id: job.id,
            kind: "job",
            location: job.location,
            location_index: job.location_index,
            description: job.description.as_ref(),
            setup_inside: if job.time_windows.is_empty() { 0 } else { job.setup },
            priority: job.priority,
            delivery: &job.delivery,
            pickup: &job.pickup,
        };
        tasks.insert((job.id.to_string(), Activity::Order), view);
    }
    for shipment in &problem.shipments {
        let id = format!("{}-{}", shipment.pickup.id, shipment.delivery.id);
        let ends = [
            (&shipment.pickup, Activity::Pickup, "pickup", [&[][..], &shipment.amount[..]]),
            (&shipment.delivery, Activity::Delivery, "delivery", [&shipment.amount[..], &[][..]]),
        ];
        for (step, activity, kind, [delivery, pickup]) in ends {
            let view = TaskView {
                id: step.id,
                kind,
                location: step.location,
                location_index: step.location_index,
                description: step.description.as_ref(),
                setup_inside: if step.time_windows.is_empty() { 0 } else { step.setup },
                priority: shipment.priority,
                delivery,
                pickup,
            };
            tasks.insert((id.clone(), activity), view);
        }
    }
    tasks
}

/// Writes the route of one vehicle.
struct Writer<'a> {
    problem: &'a Problem,
    tasks: &'a Tasks<'a>,
    n_dimensions: usize,
    /// Row of the vehicle.
    row: usize,
}

impl Writer<'_> {
    fn route(&self, route: &plan::Route) -> Option<Route> {
        let vehicle = &self.problem.vehicles[self.row];
        let distances = self.problem.matrices.get(&vehicle.profile).and_then(|tables| tables.distances.as_ref());
        let has_start = vehicle.start.is_some() || vehicle.start_index.is_some();
        let mut totals = Totals {
            cost: route.cost.round() as u64,
            delivery: vec![0; self.n_dimensions],
            pickup: vec![0; self.n_dimensions],
            ..Totals::default()
        };
        let mut steps: Vec<Step> = Vec::with_capacity(route.stops.len());
        let (mut left, mut meters, mut before) = (None, distances.map(|_| 0), None);
        let breaks = vehicle.breaks_in_order();
        for (row, stop) in route.stops.iter().enumerate() {
            let mut paused = 0;
            for pause in route.pauses.iter().filter(|pause| pause.after_stop as usize + 1 == row) {
                let known = breaks.get((pause.number? as usize).checked_sub(1)?)?;
                let (arrival, service) = (pause.start.seconds(), pause.end.seconds() - pause.start.seconds());
                let on_the_way = arrival < stop.arrive.seconds();
                let driven = arrival.min(stop.arrive.seconds()) - left.unwrap_or(arrival) - paused;
                paused += if on_the_way { service } else { 0 };
                totals.service += service;
                steps.push(Step {
                    kind: "break",
                    location: None,
                    location_index: None,
                    id: Some(known.id),
                    description: known.description.clone(),
                    setup: 0,
                    service,
                    waiting_time: 0,
                    load: self.load(&route.stops[row - 1]),
                    arrival,
                    duration: totals.duration + driven,
                    distance: None,
                    violations: [],
                });
            }
            let (location, location_index, task) = match stop.activity {
                Activity::Start if !has_start => continue,
                Activity::Start => (vehicle.start, vehicle.start_index, None),
                Activity::End => (vehicle.end, vehicle.end_index, None),
                activity => {
                    let task = self.tasks.get(&(stop.order.clone()?, activity))?;
                    (task.location, task.location_index, Some(task))
                }
            };
            totals.duration += left.map_or(0, |left| stop.arrive.seconds() - left - paused);
            left = Some(stop.leave.seconds());
            if let (Some(table), Some(from), Some(to)) = (distances, before, location_index) {
                let leg: u32 = *table.get::<usize>(from)?.get(to)?;
                meters = meters.map(|meters| meters + i64::from(leg));
            }
            before = location_index;
            // Beside windows the setup is a part of the service.
            let inside = task.map_or(0, |task| i64::from(task.setup_inside));
            let setup = inside + stop.setup;
            let service = stop.leave.seconds() - stop.start.seconds() - inside;
            if let Some(task) = task {
                totals.setup += setup;
                totals.service += service;
                totals.waiting_time += stop.wait;
                totals.priority += u64::from(task.priority);
                add(&mut totals.delivery, task.delivery);
                add(&mut totals.pickup, task.pickup);
            }
            steps.push(Step {
                kind: match stop.activity {
                    Activity::Start => "start",
                    Activity::End => "end",
                    // Their form knows none, and so does no scenario that came from it.
                    Activity::Reload => return None,
                    Activity::Order | Activity::Pickup | Activity::Delivery => task?.kind,
                },
                location,
                location_index,
                id: task.map(|task| task.id),
                description: task.and_then(|task| task.description.cloned()),
                setup,
                service,
                waiting_time: stop.wait,
                load: self.load(stop),
                arrival: stop.arrive.seconds(),
                duration: totals.duration,
                distance: meters,
                violations: [],
            });
        }
        totals.distance = meters;
        Some(Route { vehicle: vehicle.id, totals, description: vehicle.description.clone(), steps })
    }

    fn load(&self, stop: &plan::Stop) -> Vec<u64> {
        let name = |row: usize| if self.n_dimensions == 1 { "load".to_owned() } else { row.to_string() };
        (0..self.n_dimensions).map(|row| stop.load.get(&name(row)).map_or(0, |load| load.round() as u64)).collect()
    }
}
