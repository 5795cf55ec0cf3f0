//! The Koerkel-Ghosh files of UflLib: facility location without capacities, a line for each facility.

use super::text::{Words, lines};
use super::{ReadError, blank};
use crate::model::{Quantities, Scenario};

/// Whether a text starts with `FILE:` and its name.
pub(super) fn detect(text: &str) -> bool {
    lines(text).next().is_some_and(|(_, line)| line.starts_with("FILE:"))
}

/// Reads a text: `m n 0`, then for each facility its number, its fixed cost and its costs of serving each customer.
pub(super) fn read(text: &str) -> Result<Scenario, ReadError> {
    let convention = "Koerkel-Ghosh format of UflLib: no capacities, every customer whole; the cost is fixed plus serving \
                      cost.";
    let mut scenario = blank::placeless(convention.to_owned());
    let mut words = Words::new(lines(text).skip(1));
    let n_sites = words.count("the number of facilities", 1)?;
    let n_demands = words.count("the number of customers", 1)?;
    words.count("a 0", 0)?;
    let mut unit_costs = Vec::new();
    for row in 1..=n_sites {
        words.count("the number of a facility", 0)?;
        scenario.sites.push(blank::placeless_site(row, None, words.amount("a fixed cost")?));
        let costs = (0..n_demands).map(|_| words.amount("the cost of serving a customer"));
        unit_costs.push(costs.collect::<Result<Vec<f64>, ReadError>>()?);
    }
    words.end()?;
    scenario.demands.extend((1..=n_demands).map(|row| blank::placeless_demand(row, Quantities::Bare(1.0))));
    scenario.lanes.outbound.unit_costs = Some(unit_costs);
    Ok(scenario)
}
