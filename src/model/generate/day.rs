//! A dispatcher's day: two depots with docks, a mixed fleet that reloads, orders and shipments with whatever they ask for, carriers.

use super::routing::{CLUSTER_REACH, CustomerPositions, customer_points};
use super::{location, scenario};
use crate::model::carrier::{Carrier, FreightBand};
use crate::model::dock::Dock;
use crate::model::moment::Moment;
use crate::model::quantities::Quantities;
use crate::model::scenario::{
    Break, Kind, Metric, Order, Place, Reload, Rests, Scenario, Shipment, ShipmentStop, SplitRule, Travel, Vehicle,
    VehicleCosts,
};
use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

/// Side of the square, in cells of [`CELL`] meters.
const SIDE: u32 = 1000;
/// Meters between neighboring points of the grid.
const CELL: u32 = 60;
/// Where the depots are, in cells.
const DEPOTS: [[u32; 2]; 2] = [[300, 500], [700, 480]];
const HOUR: i64 = 3600;

/// A day of `n_orders` orders and shipments, one in eight a shipment. For a thousand there are 60 vehicles of six types, whose
/// drivers have a break around noon and rest after four hours and a half at the wheel.
///
/// Half of the places are clustered as in [`routing`](super::routing()); a quarter of the orders share a place. All draws
/// are whole numbers. Shares of what orders ask for are ours: about half have a window, a tenth each needs a cold vehicle or
/// a lift, one in ten is released late, one in twenty is optional, has another place, or two windows, one in a hundred
/// comes in parts.
///
/// Panics without orders.
#[must_use]
pub fn day(n_orders: usize, seed: u64) -> Scenario {
    assert!(n_orders > 0, "there must be an order");
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
    let n_places = (n_orders * 4 / 5).max(1);
    let positions = CustomerPositions::HalfClustered;
    let points = customer_points(positions, n_places, SIDE, CLUSTER_REACH, DEPOTS[0], &mut rng);
    let mut locations: Vec<_> =
        (1..).zip(DEPOTS).map(|(number, at)| location(format!("depot-{number}"), at.map(|it| it * CELL))).collect();
    let places = (1..).zip(points).map(|(number, at)| location(format!("place-{number}"), at.map(|it| it * CELL)));
    locations.extend(places);
    let mut drawing = Drawing { rng, n_places };
    let n_shipments = n_orders / 8;
    let orders = (1..=n_orders - n_shipments).map(|number| drawing.order(number)).collect();
    let shipments = (1..=n_shipments).map(|number| drawing.shipment(number)).collect();
    Scenario {
        currency: "EUR".to_owned(),
        travel: Travel { metric: Metric::Euclidean, circuity: Some(1.3), speed_kmh: Some(45.0), ..Travel::default() },
        vehicles: fleet(n_orders),
        orders,
        shipments,
        carriers: carriers(),
        docks: docks(n_orders),
        ..scenario(Kind::Routing, format!("a day of {n_orders} orders, seed {seed}"), "generated", locations)
    }
}

fn fleet(n_orders: usize) -> Vec<Vehicle> {
    let count = |per_thousand: usize| u32::try_from((n_orders * per_thousand).div_ceil(1000)).unwrap_or(u32::MAX);
    let mut fleet = Vec::new();
    for depot in 1..=DEPOTS.len() {
        let start = format!("depot-{depot}");
        let vehicle = |name: &str, count: u32, [pallets, opens, reloads]: [u32; 3], skills: &[&str]| Vehicle {
            id: format!("{name}-{depot}"),
            count,
            capacity: Some(amounts(f64::from(pallets), 350.0)),
            start: Some(start.clone()),
            end: None,
            open_end: false,
            shift: Some([i64::from(opens), i64::from(opens) + 10].map(|hour| Moment::Seconds(hour * HOUR))),
            costs: Some(VehicleCosts {
                fixed: Some(f64::from(40 + 5 * pallets)),
                per_meter: Some(f64::from(20 + 2 * pallets) / 100_000.0),
                per_second: Some(0.008),
                overtime: None,
            }),
            max_distance: None,
            max_duration: None,
            max_driving: None,
            breaks: vec![Break {
                window: Some([4, 6].map(|hour| Moment::Seconds((i64::from(opens) + hour) * HOUR))),
                windows: Vec::new(),
                duration: 1800.0,
            }],
            rests: Some(Rests { after: 16_200.0, duration: 2700.0 }),
            max_stops: None,
            compartments: Vec::new(),
            last_in_first_out: false,
            reload: Some(Reload { locations: Vec::new(), max: Some(reloads), service: None }),
            skills: skills.iter().map(|&skill| skill.to_owned()).collect(),
        };
        fleet.push(vehicle("truck", count(12), [18, 6, 1], &["lift"]));
        fleet.push(vehicle("cold", count(6), [16, 6, 1], &["cold", "lift"]));
        fleet.push(vehicle("van", count(12), [8, 7, 2], &[]));
    }
    fleet
}

/// Docks at the depots, with six doors each for a thousand orders.
fn docks(n_orders: usize) -> Vec<Dock> {
    let doors = u32::try_from((n_orders * 6).div_ceil(1000)).unwrap_or(u32::MAX);
    let dock = |depot: usize| Dock {
        location: format!("depot-{depot}"),
        doors,
        serves_orders: false,
        hours: Some([5, 19].map(|hour| Moment::Seconds(hour * HOUR))),
        service: Some(300.0),
        per_unit: Some(Quantities::Named(vec![("pallets".to_owned(), 60.0)])),
    };
    (1..=DEPOTS.len()).map(dock).collect()
}

fn carriers() -> Vec<Carrier> {
    let band =
        |from: f64, per_unit: f64| FreightBand { from: Some(from), per_unit: Some(per_unit), ..Default::default() };
    let carrier = |id: &str, bands: Vec<FreightBand>| Carrier {
        id: id.to_owned(),
        from: Some("depot-1".to_owned()),
        dimension: Some("pallets".to_owned()),
        bands,
        min_charge: None,
        charge_as_higher_band: true,
        max_quantity: None,
        skills: Vec::new(),
        allowed_orders: Vec::new(),
        forbidden_orders: Vec::new(),
    };
    vec![
        Carrier {
            min_charge: Some(38.0),
            max_quantity: Some(4.0),
            ..carrier("parcels", vec![band(0.0, 36.0), band(2.0, 31.0), band(4.0, 27.0)])
        },
        Carrier {
            skills: vec!["cold".to_owned(), "lift".to_owned()],
            ..carrier(
                "freight",
                vec![FreightBand { fixed: Some(70.0), per_km: Some(1.0), per_unit: Some(9.0), ..Default::default() }],
            )
        },
    ]
}

/// So many pallets of so many kilograms.
fn amounts(pallets: f64, each: f64) -> Quantities {
    Quantities::Named(vec![("kg".to_owned(), pallets * each), ("pallets".to_owned(), pallets)])
}

/// Draws orders.
struct Drawing {
    rng: Xoshiro256PlusPlus,
    n_places: usize,
}

impl Drawing {
    /// Whether it happens, in percent.
    fn is(&mut self, percent: u32) -> bool {
        self.rng.random_range(0..100) < percent
    }

    fn place(&mut self) -> String {
        format!("place-{}", self.rng.random_range(1..=self.n_places as u64))
    }

    fn pallets(&mut self) -> u32 {
        match self.rng.random_range(0..10_u32) {
            0..=5 => 1,
            6..=8 => 2,
            _ => 3,
        }
    }

    fn skills(&mut self) -> Vec<String> {
        match self.rng.random_range(0..10_u32) {
            0 => vec!["cold".to_owned()],
            1 => vec!["lift".to_owned()],
            _ => Vec::new(),
        }
    }

    fn windows(&mut self) -> Vec<[Moment; 2]> {
        let span = |opens: i64, closes: i64| [opens, closes].map(|hour| Moment::Seconds(hour * HOUR));
        match self.rng.random_range(0..20_u32) {
            0..=8 => Vec::new(),
            9..=12 => vec![span(8, 12)],
            13..=15 => vec![span(12, 16)],
            16..=18 => {
                let opens = self.rng.random_range(8..=13);
                vec![span(opens, opens + 2)]
            }
            _ => vec![span(8, 10), span(13, 15)],
        }
    }

    fn order(&mut self, number: usize) -> Order {
        let is_large = self.is(1);
        let pallets = if is_large { self.rng.random_range(20..=30) } else { self.pallets() };
        let each = f64::from(self.rng.random_range(80..=300_u32));
        let goods = amounts(f64::from(pallets), each);
        let is_pickup = !is_large && self.is(15);
        let is_backhaul = is_pickup && self.is(30);
        let service = f64::from(240 + 60 * pallets);
        let is_late = !is_pickup && self.is(10);
        let skills = self.skills();
        Order {
            id: format!("order-{number}"),
            location: self.place(),
            release: is_late.then(|| Moment::Seconds(9 * HOUR + i64::from(self.rng.random_range(0..=6_u32)) * 900)),
            windows: if is_late || is_large { Vec::new() } else { self.windows() },
            setup: Some(180.0),
            service: Some(service),
            lateness: None,
            split: is_large.then_some(SplitRule::Loads),
            alternatives: if !is_large && self.is(5) { self.other_place(service) } else { Vec::new() },
            kinds: Vec::new(),
            prize: (!is_large && self.is(5)).then(|| f64::from(self.rng.random_range(20..=80_u32))),
            priority: None,
            forbidden_vehicles: if skills.is_empty() && !is_large && self.is(3) {
                vec!["truck-1".to_owned(), "truck-2".to_owned()]
            } else {
                Vec::new()
            },
            skills,
            allowed_vehicles: Vec::new(),
            delivery: (!is_pickup).then(|| goods.clone()),
            pickup: is_pickup.then_some(goods),
            backhaul: is_backhaul,
        }
    }

    /// A place to collect at: it has no windows.
    fn other_place(&mut self, service: f64) -> Vec<Place> {
        let location = format!("depot-{}", self.rng.random_range(1..=2_u32));
        vec![Place { location, windows: Vec::new(), setup: None, service: Some(service) }]
    }

    fn shipment(&mut self, number: usize) -> Shipment {
        let pallets = self.pallets();
        let each = f64::from(self.rng.random_range(80..=300_u32));
        let mut stop = || ShipmentStop {
            location: self.place(),
            windows: Vec::new(),
            setup: Some(180.0),
            service: Some(f64::from(180 + 60 * pallets)),
            lateness: None,
        };
        let (pickup, mut delivery) = (stop(), stop());
        delivery.windows = self.windows().into_iter().take(1).collect();
        Shipment {
            id: format!("shipment-{number}"),
            quantity: Some(amounts(f64::from(pallets), each)),
            pickup,
            delivery,
            prize: None,
            priority: None,
            kinds: Vec::new(),
            skills: self.skills(),
            allowed_vehicles: Vec::new(),
            forbidden_vehicles: Vec::new(),
        }
    }
}
