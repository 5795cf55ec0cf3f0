//! TSPLIB coordinates read as a p-median: every city may be a median.

use super::text::{Words, lines, numbers};
use super::{ReadError, blank};
use crate::model::scenario::{Kind, Objective, Rounding};
use crate::model::{Quantities, Scenario};

/// Whether a text says `TYPE : TSP`.
pub(super) fn detect(text: &str) -> bool {
    lines(text)
        .take(20)
        .any(|(_, line)| line.split_once(':').is_some_and(|(key, value)| (key.trim(), value.trim()) == ("TYPE", "TSP")))
}

/// Reads a text with coordinates on the plane.
pub(super) fn read(text: &str) -> Result<Scenario, ReadError> {
    let convention = "TSPLIB coordinates as a p-median with a tenth of the cities as medians; the cost is the sum of the \
                      distances of all cities to their medians, each rounded to thousandths.";
    let mut places = Vec::new();
    let mut lines = lines(text);
    for (line, content) in lines.by_ref() {
        let (key, value) = content.split_once(':').map_or((content, ""), |(key, value)| (key.trim(), value.trim()));
        if key == "EDGE_WEIGHT_TYPE" && value != "EUC_2D" {
            return Err(ReadError::NotServed { line, what: format!("the edge weight type {value}") });
        }
        if key == "NODE_COORD_SECTION" {
            break;
        }
    }
    for (line, content) in lines.take_while(|(_, content)| *content != "EOF") {
        match numbers(content).as_deref() {
            Some(&[_, x, y]) => places.push([x, y]),
            _ => {
                let mut words = Words::new(std::iter::once((line, content)));
                return Err(words.word("a city")?.unexpected("a number, x and y"));
            }
        }
    }
    if places.is_empty() {
        return Err(ReadError::Ended { expected: "cities".to_owned() });
    }
    let mut scenario = blank::scenario(Kind::Siting, "", convention.to_owned());
    for (number, &at) in (1..).zip(&places) {
        let id = number.to_string();
        scenario.locations.push(blank::location(number, Some(at)));
        scenario.sites.push(blank::site(id.clone(), id.clone(), None));
        scenario.demands.push(blank::demand(id.clone(), id, Quantities::Bare(1.0)));
    }
    scenario.travel = blank::euclidean(1000.0, Rounding::Nearest);
    scenario.lanes.outbound.per_unit_km = Some(1.0);
    scenario.objective = Objective::PMedian;
    scenario.sites_max = Some(u32::try_from(places.len() / 10).unwrap_or(u32::MAX).max(1));
    Ok(scenario)
}
