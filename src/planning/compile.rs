//! From the validated problem to the numbers of one solver.

use super::PlanError;
use super::balance;
use super::docks;
use super::locks;
use super::past_sites::PastSites;
use super::reach::Reach;
use super::rows::{self, Rows};
use super::setups;
use super::sizes;
use super::stocks;
use crate::model::Problem;
use crate::model::problem::{Balance, DemandLine, Purpose, Routing, Siting};
use crate::network::Travel;
use crate::routing;
use crate::search::{Budget, workers};
use crate::siting;
use crate::units::{Cost, Distance, LocationIdx, SiteIdx, SupplyIdx, VehicleTypeIdx};

/// Most pairs of a site and a demand line that are priced: 16 bytes each.
const MAX_SERVICES: usize = 150_000_000;

/// The siting solver's problem. Rows keep their order: lines of demand are customers, lines of supply are supplies.
pub(super) fn siting(problem: &Problem, data: &Siting, budget: &Budget<'_>) -> Result<siting::Problem, PlanError> {
    let millionths = Cost::PER_CURRENCY as f64;
    let past = PastSites::new(data, problem.scenario.lanes.direct.is_some());
    let mut sites = past.sizes.solver_sites(data);
    let mut places = past.sizes.places(data);
    for way in past.solver_sites(data) {
        places.push(siting::Place { sites: sites.len()..sites.len() + 1, is_required: true });
        sites.push(way);
    }
    let reach = Reach::new(problem, data, Distance::HUGE);
    let customers = in_parts(&data.demand_lines, budget, |line| customer(problem, data, &reach, &past, line))?;
    let supplies = data.supply_lines.iter().map(|line| siting::Supply {
        product: line.product,
        capacity: line.capacity,
        unit_cost: past
            .sizes
            .sites()
            .iter()
            .map(|&site| line.unit_cost + problem.inbound_rate(data, line, SiteIdx::new(site)))
            .chain(
                (0..past.len())
                    .map(|way| if past.way_of(line.supply) == Some(way) { line.unit_cost } else { f64::INFINITY }),
            )
            .map(|rate| rate / data.flow_scale * millionths)
            .collect(),
    });
    let supplies = supplies.chain(past.outside_supplies(data));
    let problem = siting::Problem::new(
        sites,
        customers,
        supplies.collect(),
        data.products.len(),
        data.min_open + past.len()..=data.max_open + past.len(),
    );
    let problem = problem.with_places(places).with_plants(plants(data));
    Ok(match data.budget {
        Some(budget) => problem.with_funds(budget),
        None => problem,
    })
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
/// of a line from a site `within` a distance that may serve it, if it shall; the rows of the lines come out in their order.
pub(super) fn reaching(
    problem: &Problem,
    (data, within): (&Siting, Distance),
    budget: &Budget<'_>,
    cost: impl Fn(SiteIdx, &DemandLine) -> Option<f64> + Sync,
) -> Result<siting::Problem, PlanError> {
    // Validation leaves one size for each site with these objectives.
    let sites = data.sites.iter().map(|site| siting::Site {
        status: sizes::status(site.status),
        capacity: sizes::capacity(data, &site.sizes[0]),
        product_capacity: sizes::product_capacity(data, &site.sizes[0]),
        ..siting::Site::FREE
    });
    let reach = Reach::new(problem, data, within).of_all();
    let customers = in_parts(&data.demand_lines, budget, |line| {
        let near = reach.sites(problem, line).0.into_iter().filter(|&site| problem.may_serve(data, site, line));
        let services = near.filter_map(|site| Some(siting::Service { site, cost: cost(site, line)? })).collect();
        row(data, line, services, f64::INFINITY)
    })?;
    let counts = data.min_open..=data.max_open;
    Ok(siting::Problem::new(sites.collect(), customers, Vec::new(), data.products.len(), counts))
}

/// Lines that are priced whatever the time, so that problems of usual size get an answer.
const PRICED_ANYWAY: usize = 4_096;

/// The customers of all lines, made side by side; an error when they are too many for their services, or for the time.
fn in_parts(
    lines: &[DemandLine],
    budget: &Budget<'_>,
    customer: impl Fn(&DemandLine) -> siting::Customer + Sync + Send,
) -> Result<Vec<siting::Customer>, PlanError> {
    let lines_per_worker = 256;
    let customers = workers(lines.len().div_ceil(lines_per_worker), |worker| {
        let first = worker * lines_per_worker;
        if first >= PRICED_ANYWAY && budget.out_of_time() {
            return Vec::new();
        }
        let lines = &lines[first..(first + lines_per_worker).min(lines.len())];
        lines.iter().map(&customer).collect::<Vec<_>>()
    });
    let customers: Vec<siting::Customer> = customers.into_iter().flatten().collect();
    if customers.len() < lines.len() {
        return Err(PlanError::NothingFound { cancelled: budget.cancelled() });
    }
    let n_services: usize = customers.iter().map(|customer| customer.services.len()).sum();
    if n_services > MAX_SERVICES {
        return Err(PlanError::TooLarge(format!(
            "{n_services} pairs of a site and a demand within reach, at most {MAX_SERVICES} can be held: give the demands a `max_distance`"
        )));
    }
    Ok(customers)
}

fn row(data: &Siting, line: &DemandLine, services: Vec<siting::Service>, rest: f64) -> siting::Customer {
    siting::Customer {
        product: line.product,
        demand: line.quantity,
        weight: line.quantity * data.products[line.product.get()].weight,
        single_source: line.single_source,
        services,
        rest,
    }
}

fn customer(problem: &Problem, data: &Siting, reach: &Reach, past: &PastSites, line: &DemandLine) -> siting::Customer {
    let quantity = line.quantity.get() as f64 / data.flow_scale;
    let (near, rest) = reach.sites(problem, line);
    let at_sites = near
        .into_iter()
        .filter(|&site| problem.may_serve(data, site, line))
        .flat_map(|site| {
            let rate = problem.outbound_rate(data, site, line);
            let sizes = past.sizes.of(site.get()).zip(&data.sites[site.get()].sizes);
            sizes.map(move |(at, size)| (SiteIdx::new(at), rate + size.handling))
        })
        .collect::<Vec<_>>();
    let services = at_sites
        .into_iter()
        .chain(past.rates(problem, data, line))
        .map(|(site, rate)| siting::Service { site, cost: rate * quantity * Cost::PER_CURRENCY as f64 })
        .collect();
    row(data, line, services, rest * quantity * Cost::PER_CURRENCY as f64 * (1.0 - 1e-12))
}

/// The routing solver's problem. Rows keep their order: visits are customers, and so are alternatives and
/// reloads after them.
pub(super) fn routing(problem: &Problem, data: &Routing) -> routing::Problem {
    let others = data.alternatives.iter().map(|alternative| &alternative.visit);
    let rows = Rows::new(data);
    let reloads = rows.reloads().iter().map(|&row| data.visit(row));
    let leads = (0..data.visits.len()).chain(data.alternatives.iter().map(|alternative| alternative.of));
    let stakes = leads.map(|row| data.stake(row)).chain(std::iter::repeat(None));
    let all = data.visits.iter().chain(others).chain(reloads);
    let customers = all.zip(stakes).map(|(visit, stake)| routing::Customer {
        location: visit.location,
        delivery: visit.delivery.clone(),
        pickup: visit.pickup.clone(),
        window: visit.window,
        lateness: visit.lateness,
        setup: visit.setup,
        service: visit.service,
        prize: stake,
        barred: visit.barred.clone(),
        backhaul: visit.backhaul,
        // Compartments keep kinds apart themselves.
        kinds: if data.stowage.is_none() {
            routing::Kinds { are: visit.kinds, shun: data.shunned_by(visit.kinds) }
        } else {
            routing::Kinds::NONE
        },
        release: visit.release,
        reload: visit.purpose == Purpose::Reload,
    });
    let mut customers: Vec<routing::Customer> = customers.collect();
    docks::keep_hours(data, &mut customers);
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
        max_reloads: vehicle_type.max_reloads,
        duty: vehicle_type.duty.clone(),
        last_in_first_out: vehicle_type.last_in_first_out,
    });
    let mut vehicle_types: Vec<routing::VehicleType> = vehicle_types.collect();
    let travel = setups::on_the_way(data, &problem.travel, &mut customers);
    let travel = locks::keep_first_stops(data, travel, &mut customers, &mut vehicle_types);
    let paces = data.paces.of_places(&real_places(data, &travel, &customers, &vehicle_types));
    let problem = routing::Problem::new(customers, rows::shipments(data), vehicle_types, travel)
        .with_groups(rows::groups(data))
        .with_ties(rows::ties(data))
        .with_paces(paces);
    let problem = match data.urgencies() {
        urgencies if urgencies.is_empty() => problem,
        mut urgencies => {
            urgencies.resize(problem.n_customers(), 0);
            problem.with_urgencies(urgencies)
        }
    };
    let problem = match surcharges(data, problem.n_customers()) {
        prices if prices.is_empty() => problem,
        prices => problem.with_surcharges(prices),
    };
    let problem = problem.with_stocks(stocks::compiled(data, &rows));
    let problem = match &data.stowage {
        Some(stowage) => {
            let leads = (0..data.visits.len()).chain(data.alternatives.iter().map(|alternative| alternative.of));
            problem.with_stowage(routing::Compartments::new(stowage, leads))
        }
        None => problem,
    };
    let problem = match docks::compiled(data, &rows) {
        Some(docks) => problem.with_docks(docks),
        None => problem,
    };
    match data.balance {
        Some(Balance { workload, per_unit, target: Some(after) }) => {
            problem.with_leveling(routing::Leveling { workload: balance::workload(workload), after, per_unit })
        }
        Some(_) | None => problem,
    }
}

/// Where each of the solver's places really is: some customers and vehicles have places of their own there.
fn real_places(
    data: &Routing,
    travel: &Travel,
    customers: &[routing::Customer],
    vehicle_types: &[routing::VehicleType],
) -> Vec<LocationIdx> {
    let mut places: Vec<LocationIdx> = (0..travel.n_locations()).map(LocationIdx::new).collect();
    for (row, customer) in customers.iter().enumerate().take(data.first_reload()) {
        places[customer.location.get()] = data.visit(row).location;
    }
    for (moved, vehicle_type) in vehicle_types.iter().zip(&data.vehicle_types) {
        places[moved.start.get()] = vehicle_type.start;
    }
    places
}

/// What changes of the vehicle cost, by vehicle type and customer; empty where none costs anything.
fn surcharges(data: &Routing, n_customers: usize) -> Vec<Vec<Cost>> {
    if data.planned.is_empty() {
        return Vec::new();
    }
    let of_type = |row: usize| {
        let vehicle_type = VehicleTypeIdx::new(row);
        let visits = (0..data.first_reload()).map(|visit| data.change_cost(data.visit(visit), vehicle_type));
        visits.chain(std::iter::repeat(Cost::ZERO)).take(n_customers).collect()
    };
    (0..data.vehicle_types.len()).map(of_type).collect()
}
