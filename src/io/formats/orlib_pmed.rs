//! OR-Library's `pmed` files: the p-median on a graph.

use super::text::{Words, first_two, lines};
use super::{ReadError, blank};
use crate::model::scenario::{Kind, Objective};
use crate::model::{Quantities, Scenario};
use crate::network::all_pairs;
use std::collections::BTreeMap;

/// Whether a text starts with `n edges p` and then `u v length`.
pub(super) fn detect(text: &str) -> bool {
    first_two(text).is_some_and(|(head, first)| head.len() == 3 && first.len() == 3)
}

/// Reads a text: every node may be a median and wants one unit; distances are shortest paths.
pub(super) fn read(text: &str) -> Result<Scenario, ReadError> {
    let convention = "OR-Library p-median format: distances are shortest paths, of duplicate edges the last one counts; \
                      the cost is the sum of the distances of all nodes to their medians.";
    let mut scenario = blank::scenario(Kind::Siting, "", convention.to_owned());
    let mut words = Words::new(lines(text));
    let n_nodes = words.count("the number of nodes", 1)?;
    let n_edges = words.count("the number of edges", 0)?;
    let p = words.count("the number of medians", 1)?;
    let distances = paths(n_nodes, &edges(&mut words, n_nodes, n_edges)?)?;
    words.end()?;
    for number in 1..=n_nodes {
        scenario.locations.push(blank::location(number, None));
        scenario.sites.push(blank::site(number.to_string(), number.to_string(), None));
        scenario.demands.push(blank::demand(number.to_string(), number.to_string(), Quantities::Bare(1.0)));
    }
    scenario.travel = blank::matrix(distances);
    // A unit over a thousand distance units costs a thousand: the cost is the distance.
    scenario.lanes.outbound.per_unit_km = Some(1000.0);
    scenario.objective = Objective::PMedian;
    scenario.sites_max = Some(u32::try_from(p).unwrap_or(u32::MAX));
    Ok(scenario)
}

/// The edges by their ends, the last of duplicates.
pub(super) fn edges(
    words: &mut Words<'_>,
    n_nodes: usize,
    n_edges: usize,
) -> Result<BTreeMap<(usize, usize), u32>, ReadError> {
    let mut edges = BTreeMap::new();
    for _ in 0..n_edges {
        let ends = [end(words, n_nodes)?, end(words, n_nodes)?];
        let word = words.word("the length of an edge")?;
        let expected = "a length below a thousand million";
        let length = word.count(expected, 0)?;
        let length = u32::try_from(length).ok().filter(|length| *length < 1_000_000_000);
        let length = length.ok_or_else(|| word.unexpected(expected))?;
        edges.insert((ends[0].min(ends[1]), ends[0].max(ends[1])), length);
    }
    Ok(edges)
}

fn end(words: &mut Words<'_>, n_nodes: usize) -> Result<usize, ReadError> {
    let expected = "the number of a node";
    let word = words.word(expected)?;
    let number = word.count(expected, 1)?;
    if number > n_nodes { Err(word.unexpected(&format!("a node from 1 to {n_nodes}"))) } else { Ok(number - 1) }
}

fn paths(n_nodes: usize, edges: &BTreeMap<(usize, usize), u32>) -> Result<Vec<Vec<f64>>, ReadError> {
    // A connected graph has at least n - 1 edges, so a text with a huge `n` ends here.
    if edges.len() + 1 < n_nodes {
        return Err(ReadError::Ended { expected: format!("the edges that connect {n_nodes} nodes") });
    }
    let list: Vec<(usize, usize, u32)> = edges.iter().map(|(&(from, to), &length)| (from, to, length)).collect();
    let row = |row: Vec<Option<u32>>| row.into_iter().map(|length| length.map(f64::from)).collect();
    let rows = all_pairs(n_nodes, &list).into_iter().map(row).collect::<Option<Vec<Vec<f64>>>>();
    rows.ok_or_else(|| ReadError::Ended { expected: "a path between every two nodes".to_owned() })
}
