//! Deliveries by vehicles of one type after Uchoa et al. (2017), with windows after Solomon (1987).

use super::{location, scenario};
use crate::model::moment::Moment;
use crate::model::quantities::Quantities;
use crate::model::scenario::{Kind, Order, Scenario, Vehicle};
use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;
use std::collections::HashSet;

/// Side of the square of [`routing`] up to [`DENSE_CUSTOMERS`] customers; with more it grows to keep their density.
const ROUTING_SIDE: f64 = 1000.0;
/// Customers in the largest published instance of the recipe behind [`routing`].
const DENSE_CUSTOMERS: f64 = 1000.0;
/// A clustered customer at this distance from a seed is e times as rare as one at the seed, in a square of [`ROUTING_SIDE`].
pub(super) const CLUSTER_REACH: f64 = 40.0;

/// What [`routing`] draws.
#[derive(Clone, Debug, PartialEq)]
pub struct RoutingParams {
    /// How many orders.
    pub n_customers: usize,
    /// Where the vehicles start.
    pub depot: DepotPosition,
    /// Where the customers are.
    pub positions: CustomerPositions,
    /// How much they need.
    pub demands: DemandRange,
    /// Customers that fit a vehicle on average, at least 1. Published: 3 to 25.
    pub route_size: f64,
    /// Whether there are time windows; the fields below are read only then.
    pub windows: bool,
    /// Percentage of the customers that have one. Published: 25, 50, 75 or 100.
    pub window_share: u32,
    /// Mean length of a window, in percent of the working day. Published: 4 to 50.
    pub window_width: u32,
    /// Length of the working day, in times that a vehicle takes along the square's side: at least 4, so that every
    /// customer can be reached. Published: about 3.5 (small vehicles) or 14.
    pub horizon: f64,
    /// Length of a service, in the same unit, below 1. Published: about 0.15 (0.9 where customers are clustered).
    pub service: f64,
}

impl Default for RoutingParams {
    fn default() -> Self {
        Self {
            n_customers: 100,
            depot: DepotPosition::Random,
            positions: CustomerPositions::HalfClustered,
            demands: DemandRange::Small,
            route_size: 10.0,
            windows: false,
            window_share: 75,
            window_width: 15,
            horizon: 5.0,
            service: 0.1,
        }
    }
}

/// Where the vehicles of [`routing`] start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DepotPosition {
    /// In the middle of the square.
    Central,
    /// In a corner.
    Eccentric,
    /// Anywhere.
    Random,
}

/// Where the customers of [`routing`] are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CustomerPositions {
    /// Anywhere.
    Random,
    /// Around three to eight of them.
    Clustered,
    /// Half of them around three to eight, the others anywhere.
    HalfClustered,
}

/// How much a customer of [`routing`] needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DemandRange {
    /// 1.
    Unit,
    /// 1 to 10.
    Small,
    /// 5 to 10.
    SmallEven,
    /// 1 to 100.
    Large,
    /// 50 to 100.
    LargeEven,
    /// 1 to 50 in two opposite quarters of the square, 51 to 100 in the others.
    Quadrant,
    /// 1 to 10 for most, 50 to 100 for 5 to 30 percent.
    ManySmall,
}

/// Deliveries by vehicles of one type, from one depot in a square, with or without time windows.
///
/// Customers stand on different points of an integer grid, 1000 units wide. Clustered ones are kept with probability
/// sum of exp(-distance / 40) over the seeds. The capacity is such that `route_size` average customers fill a vehicle.
///
/// Panics when a parameter is outside its range. Source: Uchoa, Pecin, Pessoa, Poggi, Vidal & Subramanian (2017),
/// European Journal of Operational Research 257(3). Above 1000 customers we let the grid grow with them. Windows after
/// Solomon (1987), Operations Research 35(2): the middle is uniform among the times at which a vehicle can come and
/// still return; we draw the width uniform, from half of its mean to one and a half.
#[must_use]
pub fn routing(params: RoutingParams, seed: u64) -> Scenario {
    assert!(params.n_customers > 0, "there must be a customer");
    assert!(params.route_size >= 1.0, "a vehicle must hold an average customer");
    assert!(params.window_share <= 100, "a share is at most 100 percent");
    assert!(params.horizon >= 4.0, "the day must be long enough to reach everybody");
    assert!((0.0..1.0).contains(&params.service), "a service must be shorter than the way along the square");
    let n_customers = params.n_customers;
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
    let growth = growth(n_customers);
    let side = side(n_customers);

    let depot = match params.depot {
        DepotPosition::Central => [side / 2; 2],
        DepotPosition::Eccentric => [0; 2],
        DepotPosition::Random => grid_point(side, &mut rng),
    };
    let points = customer_points(params.positions, n_customers, side, CLUSTER_REACH * growth, depot, &mut rng);
    let quantities = demands(params.demands, &points, side, &mut rng);
    let total: u64 = quantities.iter().copied().map(u64::from).sum();
    let largest = quantities.iter().copied().max().map_or(0.0, f64::from);
    let capacity = (params.route_size * total as f64 / n_customers as f64).ceil().max(largest);

    let day = (params.horizon * f64::from(side)).round() as i64;
    let service = (params.service * f64::from(side)).round();
    let mut locations = vec![location("depot".to_owned(), depot)];
    let mut orders = Vec::with_capacity(n_customers);
    for (row, (point, quantity)) in (1..).zip(points.into_iter().zip(quantities)) {
        let id = format!("customer-{row}");
        locations.push(location(id.clone(), point));
        let window = if params.windows && rng.random_range(0..100) < params.window_share {
            let earliest = distance(depot, point).ceil() as i64;
            Some(window(
                earliest,
                day - earliest - service as i64,
                day * i64::from(params.window_width) / 100,
                &mut rng,
            ))
        } else {
            None
        };
        orders.push(Order {
            location: id.clone(),
            id,
            delivery: Some(Quantities::Bare(f64::from(quantity))),
            release: None,
            pickup: None,
            backhaul: false,
            windows: window.into_iter().collect(),
            setup: None,
            service: params.windows.then_some(service),
            lateness: None,
            split: None,
            alternatives: Vec::new(),
            prize: None,
            priority: None,
            kinds: Vec::new(),
            skills: Vec::new(),
            allowed_vehicles: Vec::new(),
            forbidden_vehicles: Vec::new(),
        });
    }
    Scenario {
        vehicles: vec![Vehicle {
            id: "vehicle".to_owned(),
            // Enough that nobody is left out for want of a vehicle; unused ones cost nothing.
            count: u32::try_from(n_customers).unwrap_or(u32::MAX),
            capacity: Some(Quantities::Bare(capacity)),
            start: Some("depot".to_owned()),
            end: None,
            open_end: false,
            shift: params.windows.then_some([Moment::Seconds(0), Moment::Seconds(day)]),
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
        }],
        orders,
        ..scenario(
            Kind::Routing,
            format!("{n_customers} customers, seed {seed}"),
            "generated after Uchoa et al. (2017)",
            locations,
        )
    }
}

/// How much larger the square is than that of the recipe, along a side.
fn growth(n_customers: usize) -> f64 {
    (n_customers as f64 / DENSE_CUSTOMERS).sqrt().max(1.0)
}

/// Side of the square.
pub(super) fn side(n_customers: usize) -> u32 {
    (ROUTING_SIDE * growth(n_customers)).round() as u32
}

/// Different grid points, none of them the depot.
pub(super) fn customer_points(
    positions: CustomerPositions,
    n_customers: usize,
    side: u32,
    reach: f64,
    depot: [u32; 2],
    rng: &mut Xoshiro256PlusPlus,
) -> Vec<[u32; 2]> {
    let n_clustered = match positions {
        CustomerPositions::Random => 0,
        CustomerPositions::Clustered => n_customers,
        CustomerPositions::HalfClustered => n_customers / 2,
    };
    let n_seeds = (rng.random_range(3..=8_u32) as usize).min(n_clustered);
    let mut taken = HashSet::from([depot]);
    let mut points: Vec<[u32; 2]> = Vec::with_capacity(n_customers);
    while points.len() < n_customers {
        let point = grid_point(side, rng);
        let clustered = (n_seeds..n_clustered).contains(&points.len());
        if clustered {
            let density: f64 = points[..n_seeds].iter().map(|&seed| decay(distance(seed, point) / reach)).sum();
            if rng.random::<f64>() >= density {
                continue;
            }
        }
        if taken.insert(point) {
            points.push(point);
        }
    }
    points
}

fn demands(range: DemandRange, points: &[[u32; 2]], side: u32, rng: &mut Xoshiro256PlusPlus) -> Vec<u32> {
    // Read by the last variant only, drawn for all: the stream does not depend on the variant.
    let share_of_large = rng.random_range(5..=30_u32);
    let draw = |&[x, y]: &[u32; 2]| match range {
        DemandRange::Unit => 1,
        DemandRange::Small => rng.random_range(1..=10),
        DemandRange::SmallEven => rng.random_range(5..=10),
        DemandRange::Large => rng.random_range(1..=100),
        DemandRange::LargeEven => rng.random_range(50..=100),
        DemandRange::Quadrant if (2 * x < side) == (2 * y < side) => rng.random_range(51..=100),
        DemandRange::Quadrant => rng.random_range(1..=50),
        DemandRange::ManySmall if rng.random_range(0..100) < share_of_large => rng.random_range(50..=100),
        DemandRange::ManySmall => rng.random_range(1..=10),
    };
    points.iter().map(draw).collect()
}

/// A window of about `mean` seconds whose middle lies between `earliest` and `latest`, cut to these.
fn window(earliest: i64, latest: i64, mean: i64, rng: &mut Xoshiro256PlusPlus) -> [Moment; 2] {
    let middle = rng.random_range(earliest..=latest);
    let half = rng.random_range(mean / 4..=mean * 3 / 4);
    [Moment::Seconds((middle - half).max(earliest)), Moment::Seconds((middle + half).min(latest))]
}

pub(super) fn grid_point(side: u32, rng: &mut Xoshiro256PlusPlus) -> [u32; 2] {
    [rng.random_range(0..=side), rng.random_range(0..=side)]
}

fn distance([x1, y1]: [u32; 2], [x2, y2]: [u32; 2]) -> f64 {
    let (dx, dy) = (f64::from(x1.abs_diff(x2)), f64::from(y1.abs_diff(y2)));
    (dx * dx + dy * dy).sqrt()
}

/// exp(-x) to six digits for x up to 10, by multiplications and a division: the same on every machine.
fn decay(x: f64) -> f64 {
    let part = x / 1024.0;
    let power = 1.0 + part * (1.0 + part / 2.0 * (1.0 + part / 3.0));
    1.0 / (0..10).fold(power, |power, _| power * power)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decay_is_the_exponential() {
        for x in [0.0, 0.1, 1.0, 3.0, 10.0, 35.0] {
            assert!((decay(x) / (-x).exp() - 1.0).abs() < 1e-4, "decay({x}) is {}", decay(x));
        }
    }
}
