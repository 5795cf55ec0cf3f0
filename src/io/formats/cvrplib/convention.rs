//! By which convention a `.vrp` file counts distances, times and costs.

use super::sections::{Row, Sections};
use crate::io::formats::text::whole;
use crate::io::formats::{ReadError, blank};
use crate::model::Moment;
use crate::model::scenario::{Metric, Rounding, Travel};

/// Scales and roundings of a published set.
pub(super) struct Convention {
    /// Distance units, and seconds, per unit of the file.
    pub(super) scale: f64,
    /// What the sum of the file's prices is divided by.
    pub(super) divisor: f64,
    /// How distances arise from coordinates.
    pub(super) travel: Travel,
    /// The convention in words, for the scenario.
    pub(super) words: String,
    rounds_times: bool,
}

impl Convention {
    /// The convention of the file's `TYPE` and `EDGE_WEIGHT_TYPE`.
    pub(super) fn of(sections: &Sections<'_>) -> Result<Self, ReadError> {
        let weights = sections.required("EDGE_WEIGHT_TYPE", "EDGE_WEIGHT_TYPE")?;
        let plain = |travel: Travel, words: &str| Self {
            scale: 1.0,
            divisor: 1.0,
            travel,
            words: format!("CVRPLIB format, {words}"),
            rounds_times: false,
        };
        let convention = match weights.text {
            "EUC_2D" => Self::euclidean(sections),
            "CEIL_2D" => plain(blank::euclidean(1.0, Rounding::Ceil), "Euclidean distances rounded up to integers."),
            "FLOOR_2D" => {
                plain(blank::euclidean(1.0, Rounding::Floor), "Euclidean distances rounded down to integers.")
            }
            "MAN_2D" => {
                let travel = Travel { metric: Metric::Manhattan, ..blank::euclidean(1.0, Rounding::Nearest) };
                plain(travel, "Manhattan distances rounded to the nearest integer.")
            }
            "EXPLICIT" => plain(Travel::default(), "distances as given."),
            _ => return Err(weights.unexpected("EUC_2D, CEIL_2D, FLOOR_2D, MAN_2D or EXPLICIT")),
        };
        match sections.key("TYPE") {
            Some(key) if key.text.eq_ignore_ascii_case("HFVRP") => Ok(Self {
                divisor: 100.0,
                words: format!(
                    "{} The file's prices are 100 times the published ones, so costs are divided by 100.",
                    convention.words
                ),
                ..convention
            }),
            Some(_) | None => Ok(convention),
        }
    }

    fn euclidean(sections: &Sections<'_>) -> Self {
        let kind = sections.key("TYPE").map_or_else(String::new, |key| key.text.to_ascii_uppercase());
        let (scale, rounding, words) = match kind.as_str() {
            "VRPTW" | "PCVRPTW" | "MTVRPTWR" => {
                let words = "dimacs_trunc1: Euclidean distances and travel times truncated to one decimal; the cost is \
                             the total distance plus the prizes of the customers left out. Distances, times and services \
                             are held in tenths.";
                (10.0, Rounding::Floor, words)
            }
            "HFVRP" | "MDVRP" | "MDVRPTW" | "SDVRPTW" => {
                let words = "exact3: Euclidean distances and times rounded to the nearest thousandth; the cost is the \
                             sum of distance times unit distance cost, plus fixed costs. Distances, times and services \
                             are held in thousandths.";
                (1000.0, Rounding::Nearest, words)
            }
            _ => {
                let words = "round_int: Euclidean distances rounded to the nearest integer; the cost is the total \
                             distance, the number of routes is free unless the file limits it.";
                (1.0, Rounding::Nearest, words)
            }
        };
        let words = format!("CVRPLIB format, {words}");
        let rounds_times = scale > 100.0;
        Self { scale, divisor: 1.0, travel: blank::euclidean(scale, rounding), words, rounds_times }
    }

    /// A time or duration of the file, in seconds.
    pub(super) fn time(&self, line: usize, time: f64) -> Result<i64, ReadError> {
        let seconds = if self.rounds_times { whole((time * self.scale).round(), 1.0) } else { whole(time, self.scale) };
        seconds.filter(|seconds| *seconds >= 0).ok_or_else(|| ReadError::Unexpected {
            line,
            found: time.to_string(),
            expected: format!("a time of whole {}", if self.scale > 1.0 { "tenths" } else { "units" }),
        })
    }

    /// A time window of the file.
    pub(super) fn window(&self, row: &Row<2>) -> Result<[Moment; 2], ReadError> {
        let [opens, closes] = row.values;
        Ok(blank::window(self.time(row.line, opens)?, self.time(row.line, closes)?))
    }
}
