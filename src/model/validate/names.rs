//! Ids, and references to them.

use crate::model::defect::Defects;
use crate::model::nearest::did_you_mean;
use crate::units::LocationIdx;
use std::collections::HashMap;

/// Longest id, in characters.
const LONGEST_ID: usize = 128;

/// The ids of one list.
pub(super) struct Names<'a> {
    /// What they name, in the singular.
    what: &'static str,
    rows: HashMap<&'a str, usize>,
    order: Vec<&'a str>,
}

impl<'a> Names<'a> {
    /// The ids of `list`, which stands at `pointer`; each must be well formed and unique.
    pub(super) fn collect<T>(
        what: &'static str,
        pointer: &str,
        list: &'a [T],
        id: impl Fn(&'a T) -> &'a str,
        defects: &mut Defects,
    ) -> Self {
        let mut names = Self { what, rows: HashMap::with_capacity(list.len()), order: Vec::with_capacity(list.len()) };
        names.extend(pointer, list, id, defects);
        names
    }

    /// Adds the ids of another list that shares the namespace.
    pub(super) fn extend<T>(
        &mut self,
        pointer: &str,
        list: &'a [T],
        id: impl Fn(&'a T) -> &'a str,
        defects: &mut Defects,
    ) {
        for (row, item) in list.iter().enumerate() {
            let id = id(item);
            well_formed(id, || format!("{pointer}/{row}/id"), defects);
            self.order.push(id);
            if let Some(earlier) = self.rows.insert(id, row) {
                defects.add(
                    format!("{pointer}/{row}/id"),
                    "duplicate_id",
                    format!("id `{id}` is taken by an earlier {} (row {earlier})", self.what),
                    "every id must be unique in its list",
                );
            }
        }
    }

    /// The row of `name`, or a defect with the nearest known name.
    pub(super) fn find(&self, name: &str, pointer: impl FnOnce() -> String, defects: &mut Defects) -> Option<usize> {
        if let Some(&row) = self.rows.get(name) {
            return Some(row);
        }
        let hint = if defects.wants_search() { did_you_mean(name, self.order.iter().copied()) } else { String::new() };
        let code = match self.what {
            "location" => "unknown_location",
            "site" => "unknown_site",
            _ => "unknown_id",
        };
        defects.add(pointer(), code, format!("no {} has the id `{name}`", self.what), &hint);
        None
    }

    /// The location of `name`; the first one stands in where it is unknown.
    pub(super) fn location(&self, name: &str, pointer: impl FnOnce() -> String, defects: &mut Defects) -> LocationIdx {
        LocationIdx::new(self.find(name, pointer, defects).unwrap_or(0))
    }
}

/// Checks the form of an id or name.
pub(super) fn well_formed(id: &str, pointer: impl FnOnce() -> String, defects: &mut Defects) {
    if id.is_empty() {
        defects.add(pointer(), "empty_id", "an id must not be empty".to_owned(), "");
    } else if id.len() > LONGEST_ID && id.chars().count() > LONGEST_ID {
        let length = id.chars().count();
        defects.add(pointer(), "id_too_long", format!("an id has at most {LONGEST_ID} characters, found {length}"), "");
    } else if id.chars().any(char::is_control) {
        defects.add(pointer(), "id_control_character", format!("an id must not hold control characters: {id:?}"), "");
    }
}
