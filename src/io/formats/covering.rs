//! Points with demands, as sets for maximal covering and set covering come: number of sites and radius are up to the user.
//!
//! Three layouts: `n x p S` or `n n 0` and rows `x y demand`, every point being a site too; `m n` and rows `F id x y cost`
//! and `C id x y demand`; and graphs, `n edges p ...` and rows `u v length`, of which the first n bear the demands of the
//! nodes in a fourth column.

use super::orlib_pmed::edges;
use super::text::{Word, Words, lines, numbers};
use super::{ReadError, blank};
use crate::model::scenario::{Coverage, Kind, Metric, Objective, Rounding};
use crate::model::{Quantities, Scenario};
use crate::network::all_pairs;

/// Sites that may be open where a file does not say.
const SITES: u32 = 10;

/// Most nodes of a graph, whose paths are held by pair.
const MOST_NODES: usize = 20_000;

/// Distance units per unit of the plane where coordinates have decimals.
const SCALE: f64 = 1000.0;

/// How a text is laid out.
enum Layout {
    Points,
    Facilities,
    Graph,
}

fn layout(text: &str) -> Option<Layout> {
    let mut lines = lines(text).map(|(_, line)| line);
    let (head, first) = (lines.next()?, lines.next()?);
    let words: Vec<&str> = head.split_whitespace().collect();
    if first.split_whitespace().next() == Some("F") && words.len() == 2 {
        return Some(Layout::Facilities);
    }
    let columns = numbers(first)?.len();
    match (words.as_slice(), columns) {
        ([_, _, "p", "S"], 3) | ([_, _, "0"], 3) => Some(Layout::Points),
        ([nodes, edges, _, _], 4) => numbers(&format!("{nodes} {edges}")).map(|_| Layout::Graph),
        _ => None,
    }
}

/// Whether a text has one of the layouts.
pub(super) fn detect(text: &str) -> bool {
    layout(text).is_some()
}

/// Reads a text as maximal covering.
pub(super) fn read(text: &str) -> Result<Scenario, ReadError> {
    let mut scenario = blank::scenario(Kind::Siting, "", String::new());
    scenario.objective = Objective::MaxCover;
    scenario.sites_max = Some(SITES);
    let mut words = Words::new(lines(text));
    let (how, longest) = match layout(text) {
        Some(Layout::Graph) => ("distances are shortest paths", graph(text, &mut words, &mut scenario)?),
        Some(Layout::Facilities) => (facilities(&mut words, &mut scenario)?, side(&scenario)),
        Some(Layout::Points) | None => (points(&mut words, &mut scenario)?, side(&scenario)),
    };
    words.end()?;
    if scenario.demands.is_empty() {
        return Err(ReadError::Ended { expected: "a point with a demand".to_owned() });
    }
    scenario.sites_max = scenario.sites_max.map(|most| most.min(u32::try_from(scenario.sites.len()).unwrap_or(most)));
    scenario.coverage = Some(Coverage { radius: Some((longest / 10.0).floor()), ..Coverage::default() });
    scenario.convention = format!(
        "Covering format: {how}, rounded up; as maximal covering by {} sites within a tenth of the larger extent, unless \
         asked otherwise (`--objective`, `--sites-max`, `--radius`); what is not covered counts by its demand.",
        scenario.sites_max.unwrap_or(SITES)
    );
    Ok(scenario)
}

/// Rows `x y demand` below a head of which only the number of points counts.
fn points(words: &mut Words<'_>, scenario: &mut Scenario) -> Result<&'static str, ReadError> {
    let n_points = words.count("the number of points", 1)?;
    let head = words.line();
    while words.line().is_some() && words.line() == head {
        words.word("the rest of the first line")?;
    }
    for number in 1..=n_points {
        let at = [words.number("a coordinate")?, words.number("a coordinate")?];
        let demand = demand(words)?;
        let id = number.to_string();
        scenario.locations.push(blank::location(number, Some(at)));
        scenario.sites.push(blank::site(id.clone(), id.clone(), None));
        need(scenario, id.clone(), id, demand);
    }
    let places = || scenario.locations.iter().filter_map(|location| location.at);
    let is_globe = places().all(|[lat, lon]| lat.abs() <= 90.0 && lon.abs() <= 180.0)
        && places().all(|[lat, lon]| lat.fract().abs() > 0.0 || lon.fract().abs() > 0.0);
    if !is_globe {
        return Ok(plane(scenario));
    }
    scenario.travel.metric = Metric::Haversine;
    scenario.travel.rounding = Some(Rounding::Ceil);
    scenario.locations.iter_mut().filter_map(|location| location.at.as_mut()).for_each(|at| at.swap(0, 1));
    Ok("points are latitudes and longitudes, distances are great circles in meters")
}

/// Rows `F id x y cost` of sites, then `C id x y demand`; every site counts one.
fn facilities(words: &mut Words<'_>, scenario: &mut Scenario) -> Result<&'static str, ReadError> {
    let counts = [words.count("the number of facilities", 1)?, words.count("the number of customers", 1)?];
    for (kind, count) in ["F", "C"].into_iter().zip(counts) {
        for _ in 0..count {
            let word = words.word("a facility or customer")?;
            if word.text != kind {
                return Err(word.unexpected(&format!("`{kind}`")));
            }
            let id = format!("{kind}{}", words.word("an id")?.text);
            let at = [words.number("a coordinate")?, words.number("a coordinate")?];
            let line = words.line().unwrap_or(0);
            let amount = demand(words)?;
            if kind == "F" && (amount - 1.0).abs() > 0.0 {
                return Err(ReadError::NotServed { line, what: format!("a facility that costs {amount}, not 1,") });
            }
            scenario.locations.push(blank::location(0, Some(at)));
            if let Some(location) = scenario.locations.last_mut() {
                location.id.clone_from(&id);
            }
            if kind == "F" {
                scenario.sites.push(blank::site(id.clone(), id, None));
            } else {
                need(scenario, id.clone(), id, amount);
            }
        }
    }
    Ok(plane(scenario))
}

/// Straight lines; in thousandths where coordinates have decimals.
fn plane(scenario: &mut Scenario) -> &'static str {
    let has_decimals = scenario.locations.iter().filter_map(|it| it.at).flatten().any(|x| x.fract().abs() > 0.0);
    scenario.travel = blank::euclidean(if has_decimals { SCALE } else { 1.0 }, Rounding::Ceil);
    if has_decimals { "distances are Euclidean in thousandths" } else { "distances are Euclidean" }
}

/// A graph whose nodes are sites, and demands where they have one. The longest of its shortest paths.
fn graph(text: &str, words: &mut Words<'_>, scenario: &mut Scenario) -> Result<f64, ReadError> {
    let n_nodes = words.count("the number of nodes", 1)?;
    if n_nodes > MOST_NODES {
        return Err(ReadError::NotServed { line: 1, what: format!("a graph of more than {MOST_NODES} nodes") });
    }
    let n_edges = words.count("the number of edges", 0)?;
    let most = words.count("the number of sites", 0)?;
    words.word("the rest of the first line")?;
    scenario.sites_max = Some(u32::try_from(most).ok().filter(|most| *most > 0).unwrap_or(SITES));
    // Demands stand at the end of the first rows: they are taken out before the edges are read.
    let mut rows = lines(text).skip(1).map(|(line, content)| (line, content.split_whitespace().collect::<Vec<_>>()));
    let mut demands = vec![0.0; n_nodes];
    let mut lengths = Vec::new();
    for (node, (line, row)) in rows.by_ref().take(n_edges).enumerate() {
        let word = |text| Word { line, text };
        lengths.extend(row.iter().take(3).map(|&text| word(text)));
        match (row.get(3), demands.get_mut(node)) {
            (Some(&text), Some(demand)) => *demand = rounded(word(text).amount("the demand of a node")?),
            (Some(&text), None) => return Err(word(text).unexpected("an edge without a demand: all nodes have theirs")),
            (None, _) => {}
        }
        if let Some(&text) = row.get(4) {
            return Err(word(text).unexpected("the end of the line"));
        }
    }
    let list = edges(&mut Words::of(lengths), n_nodes, n_edges)?;
    while words.line().is_some() {
        words.word("an edge")?;
    }
    if let Some((line, row)) = rows.next() {
        let text = row.first().copied().unwrap_or_default();
        return Err(Word { line, text }.unexpected("nothing more"));
    }
    let list: Vec<(usize, usize, u32)> = list.into_iter().map(|(ends, length)| (ends.0, ends.1, length)).collect();
    // Nodes without a path between them are farther apart than any path is long.
    let apart = list.iter().map(|edge| f64::from(edge.2)).sum::<f64>() + 1.0;
    let mut longest = 0.0f64;
    let row = |row: Vec<Option<u32>>| -> Vec<f64> {
        longest = row.iter().flatten().fold(longest, |longest, &length| longest.max(f64::from(length)));
        row.into_iter().map(|length| length.map_or(apart, f64::from)).collect()
    };
    let distances: Vec<Vec<f64>> = all_pairs(n_nodes, &list).into_iter().map(row).collect();
    scenario.travel = blank::matrix(distances);
    for (number, demand) in (1..=n_nodes).zip(demands) {
        let id = number.to_string();
        scenario.locations.push(blank::location(number, None));
        scenario.sites.push(blank::site(id.clone(), id.clone(), None));
        need(scenario, id.clone(), id, demand);
    }
    Ok(longest)
}

/// A demand, to the six decimals that quantities have.
fn demand(words: &mut Words<'_>) -> Result<f64, ReadError> {
    words.amount("a demand").map(rounded)
}

fn rounded(demand: f64) -> f64 {
    (demand * 1e6).round() / 1e6
}

/// A demand where there is one.
fn need(scenario: &mut Scenario, id: String, location: String, amount: f64) {
    if amount > 0.0 {
        scenario.demands.push(blank::demand(id, location, Quantities::Bare(amount)));
    }
}

/// The larger extent of the places, in distance units.
fn side(scenario: &Scenario) -> f64 {
    let extent = |axis: usize| {
        let values = || scenario.locations.iter().filter_map(|location| location.at).map(|at| at[axis]);
        values().fold(f64::NEG_INFINITY, f64::max) - values().fold(f64::INFINITY, f64::min)
    };
    let unit = match scenario.travel.metric {
        // Meters in a degree.
        Metric::Haversine => 111_195.0,
        Metric::Euclidean | Metric::Manhattan | Metric::Matrix => scenario.travel.scale.unwrap_or(1.0),
    };
    extent(0).max(extent(1)) * unit
}
