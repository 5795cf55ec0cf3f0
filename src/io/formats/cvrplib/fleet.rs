//! The vehicles of a `.vrp` file.

use super::convention::Convention;
use super::sections::{Row, Sections};
use super::{Places, floor, limit};
use crate::io::formats::{ReadError, blank};
use crate::model::Quantities;
use crate::model::scenario::{Order, Reload, Vehicle, VehicleCosts};

/// Vehicle types: runs of vehicles that are alike, so that the numbering of the file's vehicles can be told from
/// the types and their counts. Orders are told which of them must not serve them.
pub(super) fn vehicles(
    sections: &Sections<'_>,
    places: &Places,
    convention: &Convention,
    orders: &mut [Order],
) -> Result<Vec<Vehicle>, ReadError> {
    let n_customers = places.n_nodes() - places.n_depots;
    let n_vehicles = match sections.key("VEHICLES") {
        Some(key) => key.count(1)?,
        None => n_customers.max(1),
    };
    let columns = Columns::read(sections, n_vehicles, places.n_nodes())?;
    if places.n_depots > 1 && columns.depot.is_none() {
        let line = sections.line("DEPOT_SECTION");
        return Err(ReadError::NotServed { line, what: "several depots without VEHICLES_DEPOT_SECTION".to_owned() });
    }
    let windows = sections.rows::<2>("TIME_WINDOW_SECTION", places.n_nodes())?;
    let template = template(sections, convention)?;
    let mut types: Vec<Vehicle> = Vec::new();
    let mut clients: Vec<&[usize]> = Vec::new();
    // Without a section of its own a vehicle is like all others.
    let n_distinct = if columns.is_empty() { 1 } else { n_vehicles };
    for row in 0..n_distinct {
        let depot = columns.depot(row, places)?;
        let mut vehicle = Vehicle { start: Some(depot.to_string()), ..template.clone() };
        columns.fill(row, convention, &mut vehicle)?;
        vehicle.reload = columns.reload(row, places, sections)?;
        if let Some(windows) = &windows {
            vehicle.shift = Some(convention.window(&windows[places.order[depot]])?);
        }
        let may_serve = columns.clients.as_ref().map_or(&[][..], |rows| &rows[row]);
        match types.last_mut() {
            Some(last) if same(last, &vehicle) && clients.last() == Some(&may_serve) => last.count += 1,
            Some(_) | None => {
                types.push(vehicle);
                clients.push(may_serve);
            }
        }
    }
    if columns.is_empty() {
        types[0].count = u32::try_from(n_vehicles).unwrap_or(u32::MAX);
    }
    if let [only] = types.as_mut_slice() {
        "vehicle".clone_into(&mut only.id);
    } else {
        types.iter_mut().enumerate().for_each(|(i, vehicle)| vehicle.id = format!("type {}", i + 1));
    }
    if columns.clients.is_some() {
        for (vehicle, clients) in types.iter().zip(clients) {
            let mut may_serve = vec![false; places.n_nodes()];
            clients.iter().for_each(|&node| may_serve[node] = true);
            for (order, &node) in orders.iter_mut().zip(&places.order[places.n_depots..]) {
                if !may_serve[node] {
                    order.forbidden_vehicles.push(vehicle.id.clone());
                }
            }
        }
    }
    Ok(types)
}

/// The vehicle that the file's keys describe.
fn template(sections: &Sections<'_>, convention: &Convention) -> Result<Vehicle, ReadError> {
    let capacity = sections.key("CAPACITY").map(|key| key.amount()).transpose()?;
    let mut vehicle = blank::vehicle(String::new(), 1, capacity, 0);
    let per_meter = 1.0 / (convention.scale * convention.divisor);
    vehicle.costs = Some(VehicleCosts { per_meter: Some(per_meter), ..VehicleCosts::default() });
    let scale = convention.scale;
    vehicle.max_duration = sections.key("VEHICLES_MAX_DURATION").map(|key| limit(key, scale)).transpose()?;
    vehicle.max_distance = sections.key("VEHICLES_MAX_DISTANCE").map(|key| limit(key, scale)).transpose()?;
    if let Some(key) = sections.key("DISTANCE") {
        // The classic sets count services towards the length of a route.
        let services = sections.key("SERVICE_TIME").is_some() || sections.has("SERVICE_TIME_SECTION");
        let of = if services { &mut vehicle.max_duration } else { &mut vehicle.max_distance };
        if of.replace(limit(key, scale)?).is_some() {
            return Err(key.unexpected("one limit of a route's length"));
        }
    }
    Ok(vehicle)
}

/// Values by vehicle, where the file has them.
struct Columns {
    depot: Option<Vec<Row<1>>>,
    capacity: Option<Vec<Row<1>>>,
    fixed: Option<Vec<Row<1>>>,
    unit_distance: Option<Vec<Row<1>>>,
    max_duration: Option<Vec<Row<1>>>,
    max_distance: Option<Vec<Row<1>>>,
    max_reloads: Option<Vec<Row<1>>>,
    /// The nodes, from 0, where each may reload.
    reloads: Option<Vec<Vec<usize>>>,
    /// The nodes, from 0, that each may serve.
    clients: Option<Vec<Vec<usize>>>,
}

impl Columns {
    fn read(sections: &Sections<'_>, n_vehicles: usize, n_nodes: usize) -> Result<Self, ReadError> {
        // Rows are read into a table of this size, which the text must be able to fill.
        let fillable = |name: &str| {
            let is_short = sections.has(name) && n_vehicles > sections.n_words();
            if is_short { Err(ReadError::Ended { expected: format!("{n_vehicles} rows of {name}") }) } else { Ok(()) }
        };
        let column = |name: &str| fillable(name).and_then(|()| sections.rows::<1>(name, n_vehicles));
        let clients = "VEHICLES_ALLOWED_CLIENTS_SECTION";
        let reloads = "VEHICLES_RELOAD_DEPOT_SECTION";
        Ok(Self {
            depot: column("VEHICLES_DEPOT_SECTION")?,
            capacity: column("CAPACITY_SECTION")?,
            fixed: column("VEHICLES_FIXED_COST_SECTION")?,
            unit_distance: column("VEHICLES_UNIT_DISTANCE_COST_SECTION")?,
            max_duration: column("VEHICLES_MAX_DURATION_SECTION")?,
            max_distance: column("VEHICLES_MAX_DISTANCE_SECTION")?,
            max_reloads: column("VEHICLES_MAX_RELOADS_SECTION")?,
            reloads: fillable(reloads).and_then(|()| sections.lists(reloads, n_vehicles, n_nodes))?,
            clients: fillable(clients).and_then(|()| sections.lists(clients, n_vehicles, n_nodes))?,
        })
    }

    fn is_empty(&self) -> bool {
        let columns =
            [&self.depot, &self.capacity, &self.fixed, &self.unit_distance, &self.max_duration, &self.max_distance];
        self.clients.is_none() && self.reloads.is_none() && columns.into_iter().all(Option::is_none)
    }

    /// The location of a vehicle's depot.
    fn depot(&self, row: usize, places: &Places) -> Result<usize, ReadError> {
        let Some(column) = &self.depot else { return Ok(0) };
        let [node] = column[row].values;
        let number = (node >= 1.0).then(|| places.number.get(node as usize - 1)).flatten();
        let number = number.filter(|number| **number < places.n_depots).copied();
        number.ok_or_else(|| column[row].unexpected("the node of a depot"))
    }

    /// How a vehicle reloads.
    fn reload(&self, row: usize, places: &Places, sections: &Sections<'_>) -> Result<Option<Reload>, ReadError> {
        let Some(nodes) = self.reloads.as_ref().map(|rows| &rows[row]).filter(|nodes| !nodes.is_empty()) else {
            return Ok(None);
        };
        let most = match &self.max_reloads {
            Some(rows) => Some(rows[row].amount("a number of reloads")? as u32),
            None => sections.key("VEHICLES_MAX_RELOADS").map(|key| key.count(0)).transpose()?.map(|most| most as u32),
        };
        let locations = nodes.iter().map(|&node| places.number[node].to_string()).collect();
        let reload = Reload { locations, max: most, service: None };
        Ok(Some(reload).filter(|reload| reload.max != Some(0)))
    }

    fn fill(&self, row: usize, convention: &Convention, vehicle: &mut Vehicle) -> Result<(), ReadError> {
        let value =
            |column: &Option<Vec<Row<1>>>| column.as_ref().map(|rows| rows[row].amount("an amount")).transpose();
        if let Some(capacity) = value(&self.capacity)? {
            vehicle.capacity = Some(Quantities::Bare(capacity));
        }
        let scale = convention.scale;
        vehicle.max_duration = value(&self.max_duration)?.map(|max| floor(max, scale)).or(vehicle.max_duration);
        vehicle.max_distance = value(&self.max_distance)?.map(|max| floor(max, scale)).or(vehicle.max_distance);
        let costs = vehicle.costs.get_or_insert_default();
        costs.fixed = value(&self.fixed)?.map(|fixed| fixed / convention.divisor);
        if let Some(price) = value(&self.unit_distance)? {
            costs.per_meter = Some(price / (scale * convention.divisor));
        }
        Ok(())
    }
}

/// Whether two vehicles differ in nothing but their number.
fn same(one: &Vehicle, other: &Vehicle) -> bool {
    Vehicle { count: one.count, ..other.clone() } == *one
}
