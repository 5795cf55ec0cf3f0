//! CVRPLIB's `.vrp` and its richer dialect with time windows, prizes, several depots and mixed fleets.
//!
//! The `TYPE` of a file tells by which convention its set is published; see [`convention::Convention`].

mod convention;
mod explicit;
mod fleet;
mod groups;
mod sections;

use super::{ReadError, blank};
use crate::model::scenario::{Kind, Location, Order};
use crate::model::{Moment, Quantities, Scenario};
use convention::Convention;
use sections::{Key, Sections};

/// Keys and sections that we understand; anything else is refused.
const KNOWN: &[&str] = &[
    "NAME",
    "COMMENT",
    "TYPE",
    "DIMENSION",
    "EDGE_WEIGHT_TYPE",
    "EDGE_WEIGHT_FORMAT",
    "EDGE_WEIGHT_SECTION",
    "NODE_COORD_TYPE",
    "NODE_COORD_SECTION",
    "DISPLAY_DATA_TYPE",
    "DISPLAY_DATA_SECTION",
    "DEMAND_SECTION",
    "DEPOT_SECTION",
    "CAPACITY",
    "CAPACITY_SECTION",
    "DISTANCE",
    "VEHICLES",
    "SERVICE_TIME",
    "SERVICE_TIME_SECTION",
    "TIME_WINDOW_SECTION",
    "PRIZE_SECTION",
    "BACKHAUL_SECTION",
    "RELEASE_TIME_SECTION",
    "MUTUALLY_EXCLUSIVE_GROUP_SECTION",
    "VEHICLES_ALLOWED_CLIENTS_SECTION",
    "VEHICLES_DEPOT_SECTION",
    "VEHICLES_RELOAD_DEPOT_SECTION",
    "VEHICLES_MAX_RELOADS",
    "VEHICLES_MAX_RELOADS_SECTION",
    "VEHICLES_FIXED_COST_SECTION",
    "VEHICLES_UNIT_DISTANCE_COST_SECTION",
    "VEHICLES_MAX_DURATION",
    "VEHICLES_MAX_DURATION_SECTION",
    "VEHICLES_MAX_DISTANCE",
    "VEHICLES_MAX_DISTANCE_SECTION",
];

/// Whether a text has the keys of these files.
pub(super) fn detect(text: &str) -> bool {
    super::text::lines(text).take(40).any(|(_, line)| {
        let key = line.split([':', ' ', '\t']).next().unwrap_or("");
        key == "DIMENSION" || key == "NODE_COORD_SECTION" || key == "EDGE_WEIGHT_TYPE"
    })
}

/// Reads a text.
pub(super) fn read(text: &str) -> Result<Scenario, ReadError> {
    let sections = Sections::parse(text)?;
    if let Some((line, what)) = sections.first_unknown(KNOWN) {
        return Err(ReadError::NotServed { line, what: what.to_owned() });
    }
    let places = Places::read(&sections)?;
    let convention = Convention::of(&sections)?;
    let name = sections.key("NAME").map_or("", |key| key.text);
    let mut scenario = blank::scenario(Kind::Routing, name, convention.words.clone());
    let explicit = sections.key("EDGE_WEIGHT_TYPE").is_some_and(|key| key.text == "EXPLICIT");
    scenario.travel = if explicit {
        blank::matrix(explicit::distances(&sections, &places.order)?)
    } else {
        convention.travel.clone()
    };
    scenario.locations = places.locations(&sections, explicit)?;
    scenario.orders = orders(&sections, &places, &convention)?;
    scenario.vehicles = fleet::vehicles(&sections, &places, &convention, &mut scenario.orders)?;
    scenario.orders = groups::merged(&sections, &places, scenario.orders)?;
    Ok(scenario)
}

/// The nodes of a file in the order of our locations: depots first.
struct Places {
    /// Node in the file, from 0, by location.
    order: Vec<usize>,
    /// Location by node in the file, from 0.
    number: Vec<usize>,
    n_depots: usize,
}

impl Places {
    fn read(sections: &Sections<'_>) -> Result<Self, ReadError> {
        let dimension = sections.required("DIMENSION", "DIMENSION")?;
        let n_nodes = dimension.count(1)?;
        // Every node stands in some section, so a text with a huge dimension ends here.
        if n_nodes > sections.n_words() {
            return Err(dimension.unexpected("as many rows as nodes"));
        }
        let mut depots = sections.depots(n_nodes)?;
        if depots.is_empty() {
            depots.push(0);
        }
        let mut is_depot = vec![false; n_nodes];
        depots.iter().for_each(|&depot| is_depot[depot] = true);
        let n_depots = depots.len();
        let mut order = depots;
        order.extend((0..n_nodes).filter(|&node| !is_depot[node]));
        let mut number = vec![0; n_nodes];
        order.iter().enumerate().for_each(|(location, &node)| number[node] = location);
        Ok(Self { order, number, n_depots })
    }

    fn n_nodes(&self) -> usize {
        self.order.len()
    }

    fn locations(&self, sections: &Sections<'_>, explicit: bool) -> Result<Vec<Location>, ReadError> {
        let display = if explicit { "DISPLAY_DATA_SECTION" } else { "NODE_COORD_SECTION" };
        let section = if sections.has("NODE_COORD_SECTION") { "NODE_COORD_SECTION" } else { display };
        let Some(rows) = sections.rows::<2>(section, self.n_nodes())? else {
            return if explicit {
                Ok((0..self.n_nodes()).map(|number| blank::location(number, None)).collect())
            } else {
                Err(ReadError::Ended { expected: section.to_owned() })
            };
        };
        let location = |(number, &node): (usize, &usize)| blank::location(number, Some(rows[node].values));
        Ok(self.order.iter().enumerate().map(location).collect())
    }
}

fn orders(sections: &Sections<'_>, places: &Places, convention: &Convention) -> Result<Vec<Order>, ReadError> {
    let n_nodes = places.n_nodes();
    let demands = sections.rows::<1>("DEMAND_SECTION", n_nodes)?;
    let demands = demands.ok_or_else(|| ReadError::Ended { expected: "DEMAND_SECTION".to_owned() })?;
    let windows = sections.rows::<2>("TIME_WINDOW_SECTION", n_nodes)?;
    let services = sections.rows::<1>("SERVICE_TIME_SECTION", n_nodes)?;
    let prizes = sections.rows::<1>("PRIZE_SECTION", n_nodes)?;
    let backhauls = sections.rows::<1>("BACKHAUL_SECTION", n_nodes)?;
    let releases = sections.rows::<1>("RELEASE_TIME_SECTION", n_nodes)?;
    let for_all = sections.key("SERVICE_TIME").map(|key| key.number().and_then(|time| convention.time(key.line, time)));
    let for_all = for_all.transpose()?;
    for &depot in &places.order[..places.n_depots] {
        let services = services.as_ref().map(|rows| &rows[depot]);
        let prizes = prizes.as_ref().map(|rows| &rows[depot]);
        let backhauls = backhauls.as_ref().map(|rows| &rows[depot]);
        for row in [Some(&demands[depot]), services, prizes, backhauls].into_iter().flatten() {
            if row.values[0].abs() > 0.0 {
                let what = "a demand, service, prize or backhaul at a depot".to_owned();
                return Err(ReadError::NotServed { line: row.line, what });
            }
        }
    }
    let mut orders = Vec::with_capacity(n_nodes - places.n_depots);
    for (number, &node) in places.order.iter().enumerate().skip(places.n_depots) {
        let mut order = blank::order(number, demands[node].amount("a demand")?);
        if let Some(rows) = &windows {
            order.windows.push(convention.window(&rows[node])?);
        }
        let service = match &services {
            Some(rows) => Some(convention.time(rows[node].line, rows[node].values[0])?),
            None => for_all,
        };
        order.service = service.and_then(blank::service);
        if let Some(rows) = &prizes {
            let prize = rows[node].amount("a prize")?;
            order.prize = (prize > 0.0).then_some(prize);
        }
        if let Some(rows) = &releases {
            let release = convention.time(rows[node].line, rows[node].values[0])?;
            order.release = (release > 0 && order.delivery.is_some()).then_some(Moment::Seconds(release));
        }
        if let Some(rows) = &backhauls {
            let pickup = rows[node].amount("an amount")?;
            order.pickup = (pickup > 0.0).then_some(Quantities::Bare(pickup));
            // The set's convention: all linehauls of a route come before its backhauls.
            order.backhaul = order.pickup.is_some() && sections.key("TYPE").is_some_and(|key| key.text == "VRPB");
        }
        orders.push(order);
    }
    Ok(orders)
}

/// A key's value as a limit in whole units of distance or time.
fn limit(key: Key<'_>, scale: f64) -> Result<f64, ReadError> {
    Ok(floor(key.amount()?, scale))
}

/// The largest whole number of units within a limit.
fn floor(limit: f64, scale: f64) -> f64 {
    (limit * scale + 1e-6).floor()
}
