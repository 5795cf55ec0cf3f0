//! Where everything is, and how far apart: VROOM's tables or coordinates as locations and travel.

use super::document::{Problem, Tables};
use super::fleet::Pricing;
use super::{CIRCUITY, SPEED_KMH};
use crate::io::formats::blank;
use crate::model::defect::Defects;
use crate::model::scenario::{Location, Metric, Travel};
use std::collections::HashMap;

/// Id of the place at no distance from all others.
const ANYWHERE: &str = "anywhere";

/// A place as a task or vehicle names it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Named<'a> {
    pub(super) at: Option<[f64; 2]>,
    pub(super) index: Option<usize>,
    pub(super) name: Option<&'a str>,
}

/// The locations named so far.
pub(super) struct Places<'a> {
    /// The tables that the fleet travels by.
    pub(super) tables: Option<&'a Tables>,
    n_rows: usize,
    rows: HashMap<Key, usize>,
    locations: Vec<Location>,
    /// Row of the tables by location; `None` is anywhere.
    indices: Vec<Option<usize>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Key {
    Anywhere,
    Index(usize),
    At([u64; 2]),
}

impl<'a> Places<'a> {
    pub(super) fn new(problem: &Problem, tables: Option<&'a Tables>, defects: &mut Defects) -> Self {
        let profile = problem.vehicles.first().map_or("car", |vehicle| vehicle.profile.as_str());
        if tables.is_none() && !problem.matrices.is_empty() {
            let known = problem.matrices.keys().cloned().collect::<Vec<_>>().join(", ");
            let detail = format!("no tables for the profile `{profile}`");
            defects.add("/matrices", "missing_matrix", detail, &format!("known: {known}"));
        }
        let mut n_rows = 0;
        if let Some(tables) = tables {
            if tables.durations.is_none() {
                let detail = format!("the profile `{profile}` has no `durations`");
                defects.add("/matrices", "missing_matrix", detail, "give durations in seconds");
            }
            n_rows = tables.durations.as_ref().map_or(0, Vec::len);
            let all = [(&tables.durations, "durations"), (&tables.distances, "distances"), (&tables.costs, "costs")];
            for (table, field) in all {
                let is_square =
                    |rows: &Vec<Vec<u32>>| rows.len() == n_rows && rows.iter().all(|row| row.len() == n_rows);
                if !table.as_ref().is_none_or(is_square) {
                    let detail =
                        format!("`{field}` must have {n_rows} rows and columns, as many as there are durations");
                    defects.add(format!("/matrices/{profile}/{field}"), "matrix_size", detail, "");
                }
            }
        }
        Self { tables, n_rows, rows: HashMap::new(), locations: Vec::new(), indices: Vec::new() }
    }

    /// The id of a place.
    pub(super) fn id(&mut self, named: Named<'_>, pointer: &str, defects: &mut Defects) -> String {
        let key = match (self.tables, named.index, named.at) {
            (Some(_), Some(index), _) if index < self.n_rows => Key::Index(index),
            (Some(_), Some(index), _) => {
                let detail = format!("found {index}, the tables have {} rows from 0 on", self.n_rows);
                defects.add(pointer, "unknown_location", detail, "");
                return String::new();
            }
            (Some(_), None, _) => {
                let detail = "with tables a place is named by its row, found none".to_owned();
                defects.add(pointer, "missing_location", detail, "give `location_index`");
                return String::new();
            }
            (None, _, Some(at)) => Key::At(at.map(f64::to_bits)),
            (None, _, None) => {
                let detail = "without tables a place needs coordinates, found none".to_owned();
                defects.add(pointer, "missing_location", detail, "give [longitude, latitude]");
                return String::new();
            }
        };
        self.row(key, named)
    }

    /// The id of the place at no distance from all others.
    pub(super) fn anywhere(&mut self) -> String {
        self.row(Key::Anywhere, Named { at: None, index: None, name: None })
    }

    fn row(&mut self, key: Key, named: Named<'_>) -> String {
        let number = self.locations.len();
        let row = *self.rows.entry(key).or_insert(number);
        if row == number {
            let (id, index) = match key {
                Key::Anywhere => (ANYWHERE.to_owned(), None),
                Key::Index(index) => (index.to_string(), Some(index)),
                Key::At(_) => (number.to_string(), None),
            };
            let at = named.at;
            let name = named.name.unwrap_or_default().to_owned();
            self.locations.push(Location { id, at, name, zone: None });
            self.indices.push(index);
        }
        self.locations[row].id.clone()
    }

    /// All places, and the travel between them as `pricing` has it.
    pub(super) fn finish(self, pricing: &Pricing) -> (Vec<Location>, Travel) {
        let Some(durations) = self.tables.and_then(|tables| tables.durations.as_ref()) else {
            let travel = Travel {
                metric: Metric::Haversine,
                circuity: Some(CIRCUITY),
                speed_kmh: Some(SPEED_KMH * pricing.speed_factor),
                ..Travel::default()
            };
            return (self.locations, travel);
        };
        let cell =
            |from: usize, to: usize, cell: &dyn Fn(usize, usize) -> f64| match (self.indices[from], self.indices[to]) {
                (Some(from), Some(to)) => cell(from, to),
                _ => 0.0,
            };
        let table = |entry: &dyn Fn(usize, usize) -> f64| -> Vec<Vec<f64>> {
            let rows = 0..self.indices.len();
            rows.clone().map(|from| rows.clone().map(|to| cell(from, to, entry)).collect()).collect()
        };
        let seconds = |from: usize, to: usize| (f64::from(durations[from][to]) / pricing.speed_factor).round();
        let priced = table(&|from, to| pricing.distance(self.tables, (from, to), seconds(from, to)));
        let travel = Travel { durations: Some(table(&seconds)), ..blank::matrix(priced) };
        (self.locations, travel)
    }
}
