use super::*;
use crate::model::quantities::Quantities;
use std::collections::HashSet;

/// FNV-1a of the JSON text: changes when a single byte does.
fn fingerprint(scenario: &Scenario) -> u64 {
    let text = serde_json::to_string(scenario).unwrap();
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

fn quantity(quantities: &Quantities) -> f64 {
    match quantities {
        Quantities::Bare(amount) => *amount,
        Quantities::Named(_) => panic!("generated quantities are bare"),
    }
}

#[test]
fn the_same_bytes_everywhere() {
    assert_eq!(fingerprint(&siting(10, 30, 1)), 13_179_669_418_342_091_186);
    assert_eq!(
        fingerprint(&routing(RoutingParams { windows: true, ..RoutingParams::default() }, 1)),
        10_747_793_010_768_715_147
    );
    assert_ne!(fingerprint(&siting(10, 30, 1)), fingerprint(&siting(10, 30, 2)));
}

#[test]
fn siting_follows_the_recipe() {
    let scenario = siting(40, 200, 7);
    let demand: f64 = scenario.demands.iter().map(|demand| quantity(&demand.quantity)).sum();
    let capacity: f64 = scenario.sites.iter().filter_map(|site| site.capacity).sum();
    assert!((capacity / demand - 5.0).abs() < 0.05, "capacity ratio is {}", capacity / demand);
    for site in &scenario.sites {
        let root = site.capacity.unwrap().sqrt();
        let fixed = site.opening_cost.unwrap();
        assert!(fixed >= 99.0 * root && fixed <= 91.0 + 111.0 * root, "{} costs {fixed}", site.id);
    }
}

#[test]
fn routing_follows_the_recipe() {
    for positions in [CustomerPositions::Random, CustomerPositions::Clustered, CustomerPositions::HalfClustered] {
        for demands in [
            DemandRange::Unit,
            DemandRange::Small,
            DemandRange::SmallEven,
            DemandRange::Large,
            DemandRange::LargeEven,
            DemandRange::Quadrant,
            DemandRange::ManySmall,
        ] {
            let params = RoutingParams { positions, demands, windows: true, ..RoutingParams::default() };
            let scenario = routing(params, 3);
            assert_eq!(scenario.orders.len(), 100);
            let points: HashSet<_> =
                scenario.locations.iter().map(|place| place.at.unwrap().map(f64::to_bits)).collect();
            assert_eq!(points.len(), 101, "two customers share a point");
            let total: f64 = scenario.orders.iter().map(|order| quantity(order.delivery.as_ref().unwrap())).sum();
            let capacity = quantity(scenario.vehicles[0].capacity.as_ref().unwrap());
            assert!(capacity >= total / 10.0);
            let with_window = scenario.orders.iter().filter(|order| !order.windows.is_empty()).count();
            assert!((55..=95).contains(&with_window), "{with_window} of 100 have a window");
        }
    }
}

#[test]
fn a_hundred_thousand_clustered_customers() {
    let params =
        RoutingParams { n_customers: 100_000, positions: CustomerPositions::Clustered, ..RoutingParams::default() };
    assert_eq!(routing(params, 1).orders.len(), 100_000);
    assert_eq!(siting(1000, 100_000, 1).demands.len(), 100_000);
}
