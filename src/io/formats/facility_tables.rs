//! Tables of capacitated facility location that are told apart by their order only: Holmberg et al. (also used by Yang
//! et al.), Diaz & Fernandez, and the test beds of Avella & Boccia.

use super::text::{Words, lines, numbers};
use super::{ReadError, blank};
use crate::model::{Quantities, Scenario};

/// The numbers of one file, whatever their order.
struct Table {
    capacity: Vec<f64>,
    fixed: Vec<f64>,
    demand: Vec<f64>,
    /// By facility, then customer.
    cost: Vec<Vec<f64>>,
}

/// The words of the lines, when all of them are numbers and as many as `m` facilities and `n` customers take.
fn shape(text: &str) -> Option<(usize, usize, Vec<usize>)> {
    let mut lengths = Vec::new();
    let mut head = (0, 0);
    for (at, (_, line)) in lines(text).enumerate() {
        let words = numbers(line)?;
        match (at, words.as_slice()) {
            (0, &[first, second]) => head = (first as usize, second as usize),
            (0, _) => return None,
            _ => lengths.push(words.len()),
        }
    }
    Some((head.0, head.1, lengths))
}

fn is_complete(m: usize, n: usize, lengths: &[usize]) -> bool {
    // Heads may hold any number.
    let expected = m.checked_mul(n).and_then(|pairs| pairs.checked_add(n)?.checked_add(m)?.checked_add(m));
    expected == Some(lengths.iter().sum())
}

/// Whether a text starts with `m n` and m lines `capacity fixed`, which demands of several a line follow.
pub(super) fn is_holmberg(text: &str) -> bool {
    shape(text).is_some_and(|(m, n, lengths)| {
        is_complete(m, n, &lengths) && lengths.iter().take(m).all(|&length| length == 2) && lengths.len() > m
    })
}

/// Whether a text starts with `n m` and is a table of ten numbers a line at most.
pub(super) fn is_diaz(text: &str) -> bool {
    shape(text).is_some_and(|(n, m, lengths)| {
        is_complete(m, n, &lengths)
            && lengths.first().is_some_and(|&first| first == m.min(10))
            && lengths.iter().all(|&length| length <= 10)
    })
}

/// Whether a text starts with `m n` and is a table of longer lines.
pub(super) fn is_test_bed(text: &str) -> bool {
    shape(text).is_some_and(|(m, n, lengths)| is_complete(m, n, &lengths))
}

/// Reads a text of Holmberg, Rönnqvist & Yuan: capacities and fixed costs, demands, costs of the whole demand.
pub(super) fn holmberg(text: &str) -> Result<Scenario, ReadError> {
    let convention = "Holmberg format: one facility serves a customer whole; the file's cost of serving the whole demand \
                      is spread evenly over its units. The cost is fixed plus serving cost.";
    let mut words = Words::new(lines(text));
    let (m, n) = (words.count("the number of facilities", 1)?, words.count("the number of customers", 1)?);
    let mut table = Table { capacity: Vec::new(), fixed: Vec::new(), demand: Vec::new(), cost: Vec::new() };
    for _ in 0..m {
        table.capacity.push(words.amount("a capacity")?);
        table.fixed.push(words.amount("a fixed cost")?);
    }
    table.demand = list(&mut words, n, "a demand")?;
    for _ in 0..m {
        table.cost.push(list(&mut words, n, "the cost of serving the whole demand")?);
    }
    words.end()?;
    scenario(table.spread(), convention, true)
}

/// Reads a text of Diaz & Fernandez: costs by customer, demands, fixed costs, capacities.
pub(super) fn diaz(text: &str) -> Result<Scenario, ReadError> {
    let convention = "Diaz format: one facility serves a customer whole; the file's cost of serving the whole demand is \
                      spread evenly over its units. The cost is fixed plus serving cost.";
    let mut words = Words::new(lines(text));
    let (n, m) = (words.count("the number of customers", 1)?, words.count("the number of facilities", 1)?);
    let rows = (0..n).map(|_| list(&mut words, m, "the cost of serving the whole demand"));
    let rows = rows.collect::<Result<Vec<Vec<f64>>, ReadError>>()?;
    let cost = (0..m).map(|i| rows.iter().map(|row| row[i]).collect()).collect();
    let demand = list(&mut words, n, "a demand")?;
    let fixed = list(&mut words, m, "a fixed cost")?;
    let capacity = list(&mut words, m, "a capacity")?;
    words.end()?;
    scenario(Table { capacity, fixed, demand, cost }.spread(), convention, true)
}

/// Reads a text of Avella & Boccia: demands, capacities, fixed costs, costs of a unit.
pub(super) fn test_bed(text: &str) -> Result<Scenario, ReadError> {
    let convention = "Avella-Boccia test bed: a customer may be served by several facilities; the file has the cost of a \
                      unit. The cost is fixed plus serving cost.";
    let mut words = Words::new(lines(text));
    let (m, n) = (words.count("the number of facilities", 1)?, words.count("the number of customers", 1)?);
    let demand = list(&mut words, n, "a demand")?;
    let capacity = list(&mut words, m, "a capacity")?;
    let fixed = list(&mut words, m, "a fixed cost")?;
    let cost = (0..m).map(|_| list(&mut words, n, "the cost of a unit")).collect::<Result<Vec<_>, _>>()?;
    words.end()?;
    scenario(Table { capacity, fixed, demand, cost }, convention, false)
}

fn list(words: &mut Words<'_>, n: usize, expected: &str) -> Result<Vec<f64>, ReadError> {
    (0..n).map(|_| words.amount(expected)).collect()
}

impl Table {
    /// Costs of the whole demand become costs of a unit.
    fn spread(mut self) -> Self {
        for costs in &mut self.cost {
            costs.iter_mut().zip(&self.demand).for_each(|(cost, demand)| *cost /= demand.max(f64::MIN_POSITIVE));
        }
        self
    }
}

fn scenario(table: Table, convention: &str, single_source: bool) -> Result<Scenario, ReadError> {
    if table.demand.iter().any(|&demand| demand <= 0.0) {
        return Err(ReadError::NotServed { line: 1, what: "a demand of 0 among capacities".to_owned() });
    }
    let mut scenario = blank::placeless(convention.to_owned());
    let sites = table.capacity.iter().zip(&table.fixed).enumerate();
    scenario.sites =
        sites.map(|(row, (&capacity, &fixed))| blank::placeless_site(row, Some(capacity), fixed)).collect();
    for (row, &quantity) in table.demand.iter().enumerate() {
        let demand = blank::placeless_demand(row, Quantities::Bare(quantity));
        scenario.demands.push(crate::model::scenario::Demand { single_source, ..demand });
    }
    scenario.lanes.outbound.unit_costs = Some(table.cost);
    Ok(scenario)
}
