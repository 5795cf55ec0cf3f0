//! The two-stage sets of Fernandes et al. (2014): plants, depots and customers, fixed costs on both levels.

use super::text::{Words, first_two, lines};
use super::{ReadError, blank};
use crate::model::scenario::Supply;
use crate::model::{Quantities, Scenario};

/// Whether a text starts with `plants depots customers` and then one demand a line, or with a number of products more
/// and as many demands a line.
pub(super) fn detect(text: &str) -> bool {
    first_two(text).is_some_and(|(head, first)| {
        head.len() == 3 && first.len() == 1 || head.len() == 4 && first.len() as f64 == head[3]
    })
}

/// Reads a text: demands; capacities and fixed costs of plants; costs of a unit from plants to depots; capacities and
/// fixed costs of depots; costs of a unit from depots to customers.
pub(super) fn read(text: &str) -> Result<Scenario, ReadError> {
    let convention = "Two-stage format of Fernandes et al.: plants and depots have capacities and fixed costs, costs are by \
                      unit of flow.";
    if first_two(text).is_some_and(|(head, _)| head.len() == 4) {
        let what = "a capacity of sites and costs of lanes by product".to_owned();
        return Err(ReadError::NotServed { line: 1, what });
    }
    let mut scenario = blank::placeless(convention.to_owned());
    let mut words = Words::new(lines(text));
    let n_plants = words.count("the number of plants", 1)?;
    let n_depots = words.count("the number of depots", 1)?;
    let n_customers = words.count("the number of customers", 1)?;
    for row in 0..n_customers {
        let quantity = Quantities::Bare(words.amount("a demand")?);
        scenario.demands.push(blank::placeless_demand(row, quantity));
    }
    for row in 0..n_plants {
        let (capacity, fixed) = (words.amount("a capacity")?, words.amount("a fixed cost")?);
        scenario.supplies.push(Supply {
            id: row.to_string(),
            location: scenario.locations[0].id.clone(),
            capacity: Some(Quantities::Bare(capacity)),
            unit_cost: None,
            opening_cost: Some(fixed),
        });
    }
    scenario.lanes.inbound.unit_costs = Some(costs(&mut words, n_plants, n_depots)?);
    for row in 0..n_depots {
        let (capacity, fixed) = (words.amount("a capacity")?, words.amount("a fixed cost")?);
        scenario.sites.push(blank::placeless_site(row, Some(capacity), fixed));
    }
    scenario.lanes.outbound.unit_costs = Some(costs(&mut words, n_depots, n_customers)?);
    words.end()?;
    Ok(scenario)
}

fn costs(words: &mut Words<'_>, n_rows: usize, n_columns: usize) -> Result<Vec<Vec<f64>>, ReadError> {
    (0..n_rows).map(|_| (0..n_columns).map(|_| words.amount("the cost of a unit")).collect()).collect()
}
