//! The two-stage sets of Fernandes et al. (2014) and, with several products, of Mauri et al. (2021): plants, depots and
//! customers, fixed costs on both levels.

use super::text::{Words, first_two, lines};
use super::{ReadError, blank};
use crate::model::scenario::{Lane, Product, Site, Supply};
use crate::model::{Quantities, Scenario};

/// Whether a text starts with `plants depots customers` and then one demand a line, or with a number of products more
/// and as many demands a line.
pub(super) fn detect(text: &str) -> bool {
    first_two(text).is_some_and(|(head, first)| {
        head.len() == 3 && first.len() == 1 || head.len() == 4 && first.len() as f64 == head[3]
    })
}

/// Reads a text: demands; capacities and fixed costs of plants; costs of a unit from plants to depots; capacities and
/// fixed costs of depots; costs of a unit from depots to customers. With several products demands, capacities and costs are
/// given for each of them.
pub(super) fn read(text: &str) -> Result<Scenario, ReadError> {
    let convention = "Two-stage format of Fernandes et al.: plants and depots have capacities and fixed costs, costs are by \
                      unit of flow.";
    let mut scenario = blank::placeless(convention.to_owned());
    let mut words = Words::new(lines(text));
    let n_plants = words.count("the number of plants", 1)?;
    let n_depots = words.count("the number of depots", 1)?;
    let n_customers = words.count("the number of customers", 1)?;
    if first_two(text).is_some_and(|(head, _)| head.len() == 4) {
        for product in 0..words.count("the number of products", 1)? {
            scenario.products.push(Product { id: product.to_string(), weight: None });
        }
    }
    let products: Vec<String> = scenario.products.iter().map(|product| product.id.clone()).collect();
    for row in 0..n_customers {
        scenario.demands.push(blank::placeless_demand(row, amounts(&mut words, &products, "a demand")?));
    }
    for row in 0..n_plants {
        let (capacity, fixed) = (amounts(&mut words, &products, "a capacity")?, words.amount("a fixed cost")?);
        scenario.supplies.push(Supply {
            id: row.to_string(),
            location: scenario.locations[0].id.clone(),
            capacity: Some(capacity),
            unit_cost: None,
            opening_cost: Some(fixed),
        });
    }
    scenario.lanes.inbound = lane(&mut words, &products, n_plants, n_depots)?;
    for row in 0..n_depots {
        let (capacity, fixed) = (amounts(&mut words, &products, "a capacity")?, words.amount("a fixed cost")?);
        scenario.sites.push(match capacity {
            Quantities::Bare(capacity) => blank::placeless_site(row, Some(capacity), fixed),
            by_product => Site { product_capacity: Some(by_product), ..blank::placeless_site(row, None, fixed) },
        });
    }
    scenario.lanes.outbound = lane(&mut words, &products, n_depots, n_customers)?;
    words.end()?;
    Ok(scenario)
}

/// One amount, or one for each of several products.
fn amounts(words: &mut Words<'_>, products: &[String], expected: &str) -> Result<Quantities, ReadError> {
    if products.is_empty() {
        return Ok(Quantities::Bare(words.amount(expected)?));
    }
    let named = products.iter().map(|product| Ok((product.clone(), words.amount(expected)?)));
    Ok(Quantities::Named(named.collect::<Result<_, ReadError>>()?))
}

fn lane(words: &mut Words<'_>, products: &[String], n_rows: usize, n_columns: usize) -> Result<Lane, ReadError> {
    if products.is_empty() {
        return Ok(Lane { unit_costs: Some(costs(words, n_rows, n_columns)?), ..Lane::default() });
    }
    let by_product = products.iter().map(|product| Ok((product.clone(), costs(words, n_rows, n_columns)?)));
    Ok(Lane { product_unit_costs: by_product.collect::<Result<_, ReadError>>()?, ..Lane::default() })
}

fn costs(words: &mut Words<'_>, n_rows: usize, n_columns: usize) -> Result<Vec<Vec<f64>>, ReadError> {
    (0..n_rows).map(|_| (0..n_columns).map(|_| words.amount("the cost of a unit")).collect()).collect()
}
