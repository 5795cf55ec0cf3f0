//! OR-Library's `cap` files: facility location with and without capacities.

use super::text::{Words, lines, numbers};
use super::{ReadError, blank};
use crate::model::{Quantities, Scenario};

/// Whether a text starts with `m n`, m lines `capacity fixed`, and then a demand alone or with its m costs.
pub(super) fn detect(text: &str) -> bool {
    let mut lines = lines(text).map(|(_, line)| numbers(line).unwrap_or_default());
    let Some(&[n_sites, n_demands]) = lines.next().as_deref() else { return false };
    let (n_sites, n_demands) = (n_sites as usize, n_demands as usize);
    let sites: Vec<Vec<f64>> = lines.by_ref().take(n_sites).collect();
    let customer = lines.next().map_or(0, |words| words.len());
    let in_one_line = || customer == n_sites.saturating_add(1) && lines.count().saturating_add(1) == n_demands;
    sites.len() == n_sites && sites.iter().all(|words| words.len() == 2) && (customer == 1 || in_one_line())
}

/// Whether the costs have three decimals throughout and as many sites as customers: the M* set of Kratica et al. for
/// the uncapacitated problem, whose capacities are to be ignored.
fn is_uncapacitated_set(text: &str) -> bool {
    let mut words = text.split_whitespace();
    let head: Vec<&str> = words.by_ref().take(2).collect();
    let n_sites = head.first().and_then(|word| word.parse().ok()).unwrap_or(0);
    let in_thousandths = |word: &str| word.rsplit_once('.').is_some_and(|(_, decimals)| decimals.len() == 3);
    head.len() == 2 && head[0] == head[1] && words.skip(1).step_by(2).take(n_sites).all(in_thousandths)
}

/// Reads a text. Costs of serving a customer's whole demand become costs of a unit.
///
/// A file whose capacities are all 0 has none, and neither has one of the M* set. Without capacities a demand of 0 is
/// served like one of 1.
pub(super) fn read(text: &str) -> Result<Scenario, ReadError> {
    let convention = "OR-Library cap format: a customer may be served by several facilities; the file's cost of serving \
                      the whole demand is spread evenly over its units. The cost is fixed plus serving cost.";
    let mut scenario = blank::placeless(convention.to_owned());
    let mut words = Words::new(lines(text));
    let n_sites = words.count("the number of facilities", 1)?;
    let n_demands = words.count("the number of customers", 1)?;
    for row in 0..n_sites {
        let capacity = words.amount("a capacity")?;
        let fixed = words.amount("a fixed cost")?;
        scenario.sites.push(blank::placeless_site(row, Some(capacity), fixed));
    }
    if scenario.sites.iter().all(|site| site.capacity == Some(0.0)) || is_uncapacitated_set(text) {
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
        scenario.demands.push(blank::placeless_demand(row, Quantities::Bare(quantity)));
    }
    words.end()?;
    scenario.lanes.outbound.unit_costs = Some(unit_costs);
    Ok(scenario)
}
