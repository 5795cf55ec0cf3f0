//! OR-Library's `cap` files: facility location with and without capacities.

use super::text::{Words, first_two, lines};
use super::{ReadError, blank};
use crate::model::scenario::{Demand, Kind, Location, Site, SiteStatus};
use crate::model::{Quantities, Scenario};

/// These files say what serving costs, not where anything is: all of it stands at one place.
const SOMEWHERE: &str = "somewhere";

/// Whether a text starts with `m n` and then `capacity fixed`.
pub(super) fn detect(text: &str) -> bool {
    first_two(text).is_some_and(|(head, first)| head.len() == 2 && first.len() == 2)
}

/// Reads a text. Costs of serving a customer's whole demand become costs of a unit.
///
/// A file whose capacities are all 0 has none. Without capacities a demand of 0 is served like one of 1.
pub(super) fn read(text: &str) -> Result<Scenario, ReadError> {
    let convention = "OR-Library cap format: a customer may be served by several facilities; the file's cost of serving \
                      the whole demand is spread evenly over its units. The cost is fixed plus serving cost.";
    let mut scenario = blank::scenario(Kind::Siting, "", convention.to_owned());
    let mut words = Words::new(lines(text));
    let n_sites = words.count("the number of facilities", 1)?;
    let n_demands = words.count("the number of customers", 1)?;
    for row in 0..n_sites {
        let capacity = words.amount("a capacity")?;
        let fixed = words.amount("a fixed cost")?;
        scenario.sites.push(site(row, capacity, fixed));
    }
    if scenario.sites.iter().all(|site| site.capacity == Some(0.0)) {
        scenario.sites.iter_mut().for_each(|site| site.capacity = None);
    }
    let capacitated = scenario.sites.iter().any(|site| site.capacity.is_some());
    let mut unit_costs = vec![Vec::new(); n_sites];
    for row in 0..n_demands {
        let line = words.line().unwrap_or(0);
        let amount = words.amount("a demand")?;
        if amount <= 0.0 && capacitated {
            return Err(ReadError::NotServed { line, what: "a demand of 0 among capacities".to_owned() });
        }
        let quantity = if amount > 0.0 { amount } else { 1.0 };
        for costs in &mut unit_costs {
            costs.push(words.amount("the cost of serving the whole demand")? / quantity);
        }
        scenario.demands.push(demand(row, quantity));
    }
    words.end()?;
    scenario.lanes.outbound.unit_costs = Some(unit_costs);
    scenario.travel = blank::matrix(vec![vec![0.0]]);
    scenario.locations.push(Location { id: SOMEWHERE.to_owned(), at: None, name: String::new() });
    Ok(scenario)
}

fn site(row: usize, capacity: f64, fixed: f64) -> Site {
    Site {
        id: row.to_string(),
        location: SOMEWHERE.to_owned(),
        status: SiteStatus::Candidate,
        opening_cost: Some(fixed),
        operating_cost: None,
        closing_cost: None,
        capacity: Some(capacity),
        handling_cost: None,
    }
}

fn demand(row: usize, quantity: f64) -> Demand {
    Demand {
        id: row.to_string(),
        location: SOMEWHERE.to_owned(),
        quantity: Quantities::Bare(quantity),
        single_source: false,
        max_distance: None,
        max_duration: None,
        forbidden_sites: Vec::new(),
    }
}
