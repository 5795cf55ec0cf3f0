//! Against all ways to put goods into compartments.

use super::*;
use proptest::prelude::*;

/// What each compartment has at most at once, stop by stop, where order `row` lies in `places[row]`.
fn holds(stowage: &Stowage, trip: &[([i64; 2], usize)], places: &[usize]) -> bool {
    let n_compartments = stowage.compartments[0].len();
    (0..n_compartments).all(|compartment| {
        let here: Vec<usize> = (0..trip.len()).filter(|&row| places[row] == compartment).collect();
        let may = here.iter().all(|&row| stowage.may[0][trip[row].1] >> compartment & 1 == 1);
        let shuns = |one: usize, other: usize| stowage.kinds[trip[one].1][0] & stowage.kinds[trip[other].1][1] != 0;
        let apart = here.iter().all(|&one| here.iter().all(|&other| one == other || !shuns(one, other)));
        let load = |stop: usize| -> i64 {
            here.iter().map(|&row| if row >= stop { trip[row].0[0] } else { trip[row].0[1] }).sum()
        };
        may && apart && (0..=trip.len()).all(|stop| load(stop) <= stowage.compartments[0][compartment][0].get())
    })
}

proptest! {
    /// Goods find compartments exactly where some way to put them does, and what is found is such a way.
    #[test]
    fn goods_fit_exactly_where_some_way_does(
        orders in prop::collection::vec((0i64..5, 0i64..5, 1u64..8, 0usize..3), 1..6),
        sizes in prop::collection::vec(2i64..9, 3),
    ) {
        let kinds = [[1, 2], [2, 1], [0, 0]];
        let stowage = Stowage {
            compartments: vec![sizes.iter().map(|&size| vec![Load::new(size)]).collect()],
            may: vec![orders.iter().map(|order| order.2).collect()],
            kinds: orders.iter().map(|order| kinds[order.3]).collect(),
        };
        let loads: Vec<[[Load; 1]; 2]> =
            orders.iter().map(|order| [[Load::new(order.0)], [Load::new(order.1)]]).collect();
        let call = |visit: usize| {
            Call { visit, handling: Handling::Order { delivery: &loads[visit][0], pickup: &loads[visit][1] } }
        };
        let calls: Vec<Call<'_>> = (0..orders.len()).map(call).collect();
        // Who has nothing lies nowhere: everybody else keeps his place in the trip.
        let trip: Vec<([i64; 2], usize)> =
            orders.iter().enumerate().map(|(row, order)| ([order.0, order.1], row)).collect();
        let nothing: Vec<bool> = orders.iter().map(|order| order.0 + order.1 == 0).collect();
        let nowhere = |places: &[usize]| -> Vec<usize> {
            places.iter().zip(&nothing).map(|(&place, &nothing)| if nothing { usize::MAX } else { place }).collect()
        };
        let n_ways = 3usize.pow(orders.len() as u32);
        let way = |number: usize| -> Vec<usize> {
            (0..orders.len()).map(|row| number / 3usize.pow(row as u32) % 3).collect()
        };
        let any = (0..n_ways).any(|number| holds(&stowage, &trip, &nowhere(&way(number))));
        let found = stowage.stowed(0, &calls);
        prop_assert_eq!(found.is_some(), any);
        if let Some(found) = found {
            let places: Vec<usize> = found.iter().map(|place| place.unwrap_or(usize::MAX)).collect();
            prop_assert!(found.iter().zip(&nothing).all(|(place, &nothing)| place.is_none() == nothing));
            prop_assert!(holds(&stowage, &trip, &places));
        }
    }
}

#[test]
fn a_shipment_makes_room_when_it_is_brought() {
    let load = [Load::new(3)];
    let stowage =
        Stowage { compartments: vec![vec![vec![Load::new(4)]]], may: vec![vec![1, 1]], kinds: vec![[0, 0], [0, 0]] };
    let [fetch, bring] = [Handling::Fetch(&load), Handling::Bring];
    let call = |visit: usize, handling| Call { visit, handling };
    let apart = [call(0, fetch), call(0, bring), call(1, fetch), call(1, bring)];
    assert_eq!(stowage.stowed(0, &apart), Some(vec![Some(0); 4]));
    let at_once = [call(0, fetch), call(1, fetch), call(0, bring), call(1, bring)];
    assert_eq!(stowage.stowed(0, &at_once), None);
}
