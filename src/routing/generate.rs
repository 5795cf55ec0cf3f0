//! Random problems for tests and benches.

use super::{Customer, Kinds, Problem, VehicleType};
use crate::hours::Duty;
use crate::network::{DirectParams, DirectTravel, Rounding, Travel, TravelMatrix};
use crate::search::rng;
use crate::spatial::{Metric, Point};
use crate::units::{Cost, CustomerIdx, Distance, Duration, Load, LocationIdx, Time, TimeWindow, VehicleTypeIdx};
use rand::{Rng as _, RngExt as _};

/// A capacitated problem in the manner of Uchoa et al. (2017): random places on a square of 1000, demands of 1 to 100,
/// about `visits` customers a route, one vehicle type without other limits.
#[must_use]
pub fn capacitated(n_customers: usize, visits: i64, seed: u64) -> Problem {
    let mut rng = rng(seed, 0);
    let points = points(n_customers + 1, &mut rng);
    let params = DirectParams {
        metric: Metric::Euclidean,
        circuity: 1.0,
        scale: 1.0,
        speed: Some(1.0),
        rounding: Rounding::Nearest,
    };
    let customers = (1..=n_customers)
        .map(|row| Customer {
            location: LocationIdx::new(row),
            delivery: vec![Load::new(rng.random_range(1..=100))],
            pickup: vec![Load::ZERO],
            window: TimeWindow::ALWAYS,
            service: Duration::ZERO,
            prize: None,
            barred: Vec::new(),
            backhaul: false,
            lateness: None,
            kinds: Kinds::NONE,
            setup: Duration::ZERO,
            release: Time::ZERO,
            reload: false,
        })
        .collect();
    let mut vehicle_type = unlimited(n_customers as u32);
    vehicle_type.capacity = vec![Load::new(50 * visits)];
    Problem::new(customers, Vec::new(), vec![vehicle_type], Travel::from(DirectTravel::new(params, points)))
}

/// The same with services and time windows: the vehicles are out for 3000 seconds at a speed of one, everybody can be
/// served alone, and windows are 200 to 600 seconds wide.
#[must_use]
pub fn windowed(n_customers: usize, visits: i64, seed: u64) -> Problem {
    let plain = capacitated(n_customers, visits, seed);
    let mut rng = rng(seed, 2);
    let (last, service) = (3_000, 10);
    let mut vehicle_type = plain.vehicle_types()[0].clone();
    vehicle_type.shift = TimeWindow { opens: Time::ZERO, closes: Time::new(last) };
    let mut customers = plain.customers().to_vec();
    for customer in &mut customers {
        let there = plain.travel().duration(vehicle_type.start, customer.location).get();
        let closes = rng.random_range(there..=last - there - service);
        let opens = (closes - rng.random_range(200..=600)).max(0);
        customer.window = TimeWindow { opens: Time::new(opens), closes: Time::new(closes) };
        customer.service = Duration::new(service);
    }
    Problem::new(customers, Vec::new(), vec![vehicle_type], plain.travel().clone())
}

/// A small problem with a random choice of every feature there is.
#[must_use]
pub fn mixed(n_customers: usize, seed: u64) -> Problem {
    let mut rng = rng(seed, 1);
    let n_dimensions = rng.random_range(0..=3);
    let n_depots = rng.random_range(1..=2);
    let travel = mixed_travel(n_customers + n_depots, &mut rng);
    let [timed, picks_up, has_prizes, ships] = [(); 4].map(|()| rng.random_range(0..3) == 0);
    let loads = |used: bool, rng: &mut crate::search::Rng| -> Vec<Load> {
        (0..n_dimensions).map(|_| Load::new(if used { rng.random_range(0..10) } else { 0 })).collect()
    };
    let mut customers: Vec<Customer> = (0..n_customers)
        .map(|row| {
            let opens = if timed { rng.random_range(0..400) } else { 0 };
            let closes = if timed { opens + rng.random_range(50..500) } else { TimeWindow::ALWAYS.closes.get() };
            let delivers = !picks_up || rng.random_range(0..2) == 0;
            Customer {
                location: LocationIdx::new(n_depots + row),
                delivery: loads(delivers, &mut rng),
                pickup: loads(picks_up, &mut rng),
                window: TimeWindow { opens: Time::new(opens), closes: Time::new(closes) },
                service: Duration::new(rng.random_range(0..20)),
                prize: (has_prizes && rng.random_range(0..2) == 0).then(|| Cost::new(rng.random_range(0..600))),
                barred: Vec::new(),
                backhaul: false,
                lateness: None,
                kinds: Kinds::NONE,
                setup: Duration::ZERO,
                release: Time::ZERO,
                reload: false,
            }
        })
        .collect();
    let n_shipments = if ships { rng.random_range(1..=n_customers.max(2) / 2) } else { 0 };
    let shipments: Vec<(CustomerIdx, CustomerIdx)> = (0..n_shipments.min(n_customers / 2))
        .map(|pair| (CustomerIdx::new(2 * pair), CustomerIdx::new(2 * pair + 1)))
        .collect();
    for &(first, second) in &shipments {
        let goods = loads(true, &mut rng);
        let nothing = loads(false, &mut rng);
        (customers[first.get()].pickup, customers[first.get()].delivery) = (goods.clone(), nothing.clone());
        (customers[second.get()].delivery, customers[second.get()].pickup) = (goods, nothing);
    }
    let n_types = rng.random_range(1..=3);
    let mut vehicle_types: Vec<VehicleType> =
        (0..n_types).map(|_| mixed_vehicle_type(n_customers, n_dimensions, n_depots, timed, &mut rng)).collect();
    if rng.random_range(0..3) == 0 {
        for customer in &mut customers {
            let types = (0..vehicle_types.len()).map(VehicleTypeIdx::new);
            customer.barred = types.filter(|_| rng.random_range(0..4) == 0).collect();
        }
    }
    if picks_up && rng.random_range(0..2) == 0 {
        for customer in customers.iter_mut().skip(2 * shipments.len()) {
            customer.backhaul = customer.delivery.iter().all(|&load| load == Load::ZERO);
        }
    }
    let mut groups: Vec<Vec<CustomerIdx>> = Vec::new();
    if rng.random_range(0..3) == 0 {
        for row in 2 * shipments.len()..n_customers {
            match groups.last_mut().filter(|_| rng.random_range(0..3) > 0) {
                Some(group) => group.push(CustomerIdx::new(row)),
                None => groups.push(vec![CustomerIdx::new(row)]),
            }
        }
    }
    // Brute force over reloads is for very few customers only.
    if rng.random_range(0..3) == 0 && !(5..20).contains(&n_customers) {
        for customer in customers.iter_mut().skip(2 * shipments.len()) {
            customer.release = Time::new(rng.random_range(0..150) * i64::from(timed));
        }
        let reload = reload(n_depots, n_dimensions, &mut rng);
        customers.extend(std::iter::repeat_n(reload, 1 + n_customers.min(9) / 4));
        for vehicle_type in &mut vehicle_types {
            vehicle_type.max_reloads = rng.random_range(0..3);
        }
    }
    Problem::new(customers, shipments, vehicle_types, travel).with_groups(groups)
}

fn reload(n_depots: usize, n_dimensions: usize, rng: &mut crate::search::Rng) -> Customer {
    Customer {
        location: LocationIdx::new(rng.random_range(0..n_depots)),
        delivery: vec![Load::ZERO; n_dimensions],
        pickup: vec![Load::ZERO; n_dimensions],
        window: TimeWindow::ALWAYS,
        service: Duration::new(rng.random_range(0..20)),
        prize: None,
        barred: Vec::new(),
        backhaul: false,
        lateness: None,
        kinds: Kinds::NONE,
        setup: Duration::ZERO,
        release: Time::ZERO,
        reload: true,
    }
}

fn mixed_vehicle_type(
    n_customers: usize,
    n_dimensions: usize,
    n_depots: usize,
    timed: bool,
    rng: &mut crate::search::Rng,
) -> VehicleType {
    let mut vehicle_type = unlimited(rng.random_range(1..=n_customers as u32 + 1));
    vehicle_type.capacity = (0..n_dimensions).map(|_| Load::new(rng.random_range(9..40))).collect();
    vehicle_type.start = LocationIdx::new(rng.random_range(0..n_depots));
    vehicle_type.end = match rng.random_range(0..3) {
        0 => None,
        1 => Some(vehicle_type.start),
        _ => Some(LocationIdx::new(rng.random_range(0..n_depots))),
    };
    let sometimes = |rng: &mut crate::search::Rng| rng.next_u64().is_multiple_of(3);
    if timed {
        let opens = rng.random_range(0..200);
        vehicle_type.shift =
            TimeWindow { opens: Time::new(opens), closes: Time::new(opens + rng.random_range(300..900)) };
    }
    if sometimes(rng) {
        vehicle_type.fixed = Cost::new(rng.random_range(0..500));
    }
    vehicle_type.per_distance = Cost::new(rng.random_range(0..4));
    if sometimes(rng) {
        vehicle_type.per_duration = Cost::new(rng.random_range(1..3));
    }
    if sometimes(rng) {
        vehicle_type.max_distance = Distance::new(rng.random_range(100..800));
    }
    if sometimes(rng) {
        vehicle_type.max_duration = Duration::new(rng.random_range(100..800));
    }
    if sometimes(rng) {
        vehicle_type.max_visits = rng.random_range(1..5);
    }
    vehicle_type
}

/// A matrix of distances between random points: symmetric, or longer one way, durations alike or not.
fn mixed_travel(n_locations: usize, rng: &mut crate::search::Rng) -> Travel {
    let points = points(n_locations, rng);
    let (asymmetric, own_durations) = (rng.random_range(0..2) == 0, rng.random_range(0..2) == 0);
    let mut distance = Vec::new();
    for from in &points {
        for to in &points {
            let straight = Metric::Euclidean.distance(*from, *to) / 8.0;
            let uphill = if asymmetric && to.y > from.y { 1.0 + (to.y - from.y) / 500.0 } else { 1.0 };
            distance.push((straight * uphill).ceil() as u32);
        }
    }
    let duration = own_durations.then(|| distance.iter().map(|&it| it + rng.random_range(0..5)).collect());
    Travel::Matrix(TravelMatrix::new(n_locations, distance, duration))
}

fn points(count: usize, rng: &mut crate::search::Rng) -> Vec<Point> {
    let mut coordinate = || f64::from(rng.random_range(0..=1000));
    (0..count).map(|_| Point { x: coordinate(), y: coordinate() }).collect()
}

fn unlimited(count: u32) -> VehicleType {
    VehicleType {
        count,
        capacity: Vec::new(),
        start: LocationIdx::new(0),
        end: Some(LocationIdx::new(0)),
        shift: TimeWindow::ALWAYS,
        fixed: Cost::ZERO,
        per_distance: Cost::new(1),
        per_duration: Cost::ZERO,
        max_distance: Distance::HUGE,
        max_duration: Duration::HUGE,
        max_visits: u32::MAX,
        max_reloads: 0,
        duty: Duty::FREE,
        last_in_first_out: false,
    }
}
