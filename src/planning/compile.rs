//! From the validated problem to the numbers of one solver.

use super::PlanError;
use super::past_sites::PastSites;
use crate::model::Problem;
use crate::model::problem::{DemandLine, Routing, Siting};
use crate::model::scenario::SiteStatus;
use crate::network::Travel;
use crate::routing;
use crate::search::workers;
use crate::siting;
use crate::spatial::{NearestPlaces, Point};
use crate::units::{Cost, CustomerIdx, Distance, SiteIdx, SupplyIdx};

/// Most pairs of a site and a demand line that are priced: 16 bytes each.
const MAX_SERVICES: usize = 150_000_000;

/// The siting solver's problem. Rows keep their order: lines of demand are customers, lines of supply are supplies.
pub(super) fn siting(problem: &Problem, data: &Siting) -> Result<siting::Problem, PlanError> {
    let millionths = Cost::PER_CURRENCY as f64;
    let sites = data.sites.iter().map(|site| siting::Site {
        status: status(site.status),
        open: site.opening + site.operating,
        closed: site.closing,
        capacity: site.capacity,
    });
    let past = PastSites::new(data, problem.scenario.lanes.direct.is_some());
    let sites = sites.chain((0..past.len()).map(|_| PastSites::SITE));
    let reach = Reach::new(problem, data);
    let customers = in_parts(&data.demand_lines, |line| customer(problem, data, &reach, &past, line))?;
    let supplies = data.supply_lines.iter().map(|line| siting::Supply {
        product: line.product,
        capacity: line.capacity,
        unit_cost: (0..data.sites.len())
            .map(|site| line.unit_cost + problem.inbound_rate(data, line, SiteIdx::new(site)))
            .chain(
                (0..past.len())
                    .map(|way| if past.way_of(line.supply) == Some(way) { line.unit_cost } else { f64::INFINITY }),
            )
            .map(|rate| rate / data.flow_scale * millionths)
            .collect(),
    });
    let supplies = supplies.chain(past.outside_supplies(data));
    let problem = siting::Problem::new(
        sites.collect(),
        customers,
        supplies.collect(),
        data.products.len(),
        data.min_open + past.len()..=data.max_open + past.len(),
    );
    Ok(problem.with_plants(plants(data)))
}

/// The supplies that cost something to use at all.
fn plants(data: &Siting) -> Vec<siting::Plant> {
    let costly = data.supply_openings.iter().enumerate().filter(|(_, cost)| **cost > Cost::ZERO);
    let plant = |(supply, &cost): (usize, &Cost)| {
        let lines = data.supply_lines.iter().enumerate().filter(|(_, line)| line.supply == supply);
        siting::Plant { cost, supplies: lines.map(|(row, _)| SupplyIdx::new(row)).collect() }
    };
    costly.map(plant).collect()
}

/// A siting problem of the sites and demand lines alone, without costs of sites or supplies: `cost` is that of serving all
/// of a line from a site that may serve it, if it shall; the rows of the lines come out in their order.
pub(super) fn reaching(
    problem: &Problem,
    data: &Siting,
    cost: impl Fn(SiteIdx, &DemandLine) -> Option<f64> + Sync,
) -> Result<siting::Problem, PlanError> {
    let sites = data.sites.iter().map(|site| siting::Site {
        status: status(site.status),
        open: Cost::ZERO,
        closed: Cost::ZERO,
        capacity: site.capacity,
    });
    let reach = Reach::new(problem, data);
    let customers = in_parts(&data.demand_lines, |line| {
        let near = reach.sites(line).into_iter().filter(|&site| problem.may_serve(data, site, line));
        let services = near.filter_map(|site| Some(siting::Service { site, cost: cost(site, line)? })).collect();
        row(data, line, services)
    })?;
    let counts = data.min_open..=data.max_open;
    Ok(siting::Problem::new(sites.collect(), customers, Vec::new(), data.products.len(), counts))
}

/// The customers of all lines, made side by side; an error when they are too many for their services.
fn in_parts(
    lines: &[DemandLine],
    customer: impl Fn(&DemandLine) -> siting::Customer + Sync + Send,
) -> Result<Vec<siting::Customer>, PlanError> {
    let lines_per_worker = 256;
    let customers = workers(lines.len().div_ceil(lines_per_worker), |worker| {
        let first = worker * lines_per_worker;
        let lines = &lines[first..(first + lines_per_worker).min(lines.len())];
        lines.iter().map(&customer).collect::<Vec<_>>()
    });
    let customers: Vec<siting::Customer> = customers.into_iter().flatten().collect();
    let n_services: usize = customers.iter().map(|customer| customer.services.len()).sum();
    if n_services > MAX_SERVICES {
        return Err(PlanError::TooLarge(format!(
            "{n_services} pairs of a site and a demand within reach, at most {MAX_SERVICES} can be held: give the demands a `max_distance`"
        )));
    }
    Ok(customers)
}

fn status(status: SiteStatus) -> siting::SiteStatus {
    match status {
        SiteStatus::Candidate | SiteStatus::Existing => siting::SiteStatus::Free,
        SiteStatus::Required => siting::SiteStatus::Required,
        SiteStatus::Forbidden => siting::SiteStatus::Forbidden,
    }
}

fn row(data: &Siting, line: &DemandLine, services: Vec<siting::Service>) -> siting::Customer {
    siting::Customer {
        product: line.product,
        demand: line.quantity,
        weight: line.quantity * data.products[line.product.get()].weight,
        single_source: line.single_source,
        services,
    }
}

fn customer(problem: &Problem, data: &Siting, reach: &Reach, past: &PastSites, line: &DemandLine) -> siting::Customer {
    let quantity = line.quantity.get() as f64 / data.flow_scale;
    let at_sites = reach
        .sites(line)
        .into_iter()
        .filter(|&site| problem.may_serve(data, site, line))
        .map(|site| (site, problem.outbound_rate(data, site, line) + data.sites[site.get()].handling))
        .collect::<Vec<_>>();
    let services = at_sites
        .into_iter()
        .chain(past.rates(problem, data, line))
        .map(|(site, rate)| siting::Service { site, cost: rate * quantity * Cost::PER_CURRENCY as f64 })
        .collect();
    row(data, line, services)
}

/// The sites worth asking for a demand line: by an index of places where there is a distance limit and coordinates.
struct Reach<'a> {
    index: Option<(NearestPlaces, Vec<Point>, f64)>,
    points: &'a [Point],
    n_sites: usize,
}

impl<'a> Reach<'a> {
    fn new(problem: &'a Problem, data: &Siting) -> Self {
        let n_sites = data.sites.len();
        let limited = data.demand_lines.iter().any(|line| line.max_distance < Distance::HUGE);
        let Some(direct) = problem.travel.direct().filter(|_| limited) else {
            return Self { index: None, points: &[], n_sites };
        };
        let params = direct.params();
        let places: Vec<Point> = data.sites.iter().map(|site| direct.points()[site.location.get()]).collect();
        let index = NearestPlaces::new(params.metric, &places);
        Self { index: Some((index, places, params.circuity * params.scale)), points: direct.points(), n_sites }
    }

    fn sites(&self, line: &DemandLine) -> Vec<SiteIdx> {
        match &self.index {
            // One more than the limit, since distances are rounded.
            Some((index, places, factor)) if line.max_distance < Distance::HUGE => {
                let radius = (line.max_distance.get() as f64 + 1.0) / factor;
                index.within(self.points[line.location.get()], radius, places).into_iter().map(SiteIdx::new).collect()
            }
            Some(_) | None => (0..self.n_sites).map(SiteIdx::new).collect(),
        }
    }
}

/// The routing solver's problem. Rows keep their order: visits are customers.
pub(super) fn routing(problem: &Problem, data: &Routing) -> routing::Problem {
    let customers = data.visits.iter().map(|visit| routing::Customer {
        location: visit.location,
        delivery: visit.delivery.clone(),
        pickup: visit.pickup.clone(),
        window: visit.window,
        service: visit.service,
        prize: visit.prize,
        barred: visit.barred.clone(),
    });
    let shipments = data.visits.windows(2).enumerate().filter_map(|(row, pair)| {
        use crate::model::problem::Purpose::{Delivery, Pickup};
        match (pair[0].purpose, pair[1].purpose) {
            (Pickup(fetched), Delivery(brought)) if fetched == brought => {
                Some((CustomerIdx::new(row), CustomerIdx::new(row + 1)))
            }
            _ => None,
        }
    });
    let vehicle_types = data.vehicle_types.iter().map(|vehicle_type| routing::VehicleType {
        count: vehicle_type.count,
        capacity: vehicle_type.capacity.clone(),
        start: vehicle_type.start,
        end: vehicle_type.end,
        shift: vehicle_type.shift,
        fixed: vehicle_type.fixed,
        per_distance: vehicle_type.per_distance,
        per_duration: vehicle_type.per_duration,
        max_distance: vehicle_type.max_distance,
        max_duration: vehicle_type.max_duration,
        max_visits: vehicle_type.max_stops,
    });
    let travel: Travel = problem.travel.clone();
    routing::Problem::new(customers.collect(), shipments.collect(), vehicle_types.collect(), travel)
}
