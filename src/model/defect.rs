//! What is wrong with an input, one by one and all together.

use serde::Serialize;

/// One thing wrong with a scenario. The code is stable, the texts are not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("{pointer}: {detail} [{code}]")]
pub struct Defect {
    /// JSON pointer into the scenario; empty for the document itself.
    pub pointer: String,
    /// Stable code, such as `duplicate_id`.
    pub code: &'static str,
    /// The value found and what is allowed.
    pub detail: String,
    /// What to do about it.
    pub hint: String,
}

/// Defects that are listed one by one; the rest is only counted.
const LISTED: usize = 100;

/// Defects for which a hint is searched in long lists.
const SEARCHED: usize = 20;

/// All defects found so far.
#[derive(Default)]
pub(crate) struct Defects {
    listed: Vec<Defect>,
    found: usize,
}

impl Defects {
    /// Adds one; without a hint of its own it gets the usual one of its code.
    pub(crate) fn add(&mut self, pointer: impl Into<String>, code: &'static str, detail: String, hint: &str) {
        self.found += 1;
        if self.found <= LISTED {
            let hint = if hint.is_empty() { usual_hint(code) } else { hint };
            self.listed.push(Defect { pointer: pointer.into(), code, detail: short(detail), hint: hint.to_owned() });
        }
    }

    /// How many were found.
    pub(in crate::model) fn count(&self) -> usize {
        self.found
    }

    /// Whether nothing is wrong.
    pub(crate) fn is_empty(&self) -> bool {
        self.found == 0
    }

    /// Whether a hint that takes a search is still worth it: only the first ones get one.
    pub(in crate::model) fn wants_search(&self) -> bool {
        self.found < SEARCHED
    }

    /// Whether further ones are only counted.
    pub(in crate::model) fn is_full(&self) -> bool {
        self.found >= LISTED
    }

    /// All of them, closed by the count of those left out.
    pub(crate) fn into_list(mut self) -> Vec<Defect> {
        if self.found > LISTED {
            self.listed.push(Defect {
                pointer: String::new(),
                code: "too_many_defects",
                detail: format!("{} defects found, the first {LISTED} are listed", self.found),
                hint: "correct these first; the same mistake may be behind many of them".to_owned(),
            });
        }
        self.listed
    }
}

/// What to do about defects that have no hint of their own.
fn usual_hint(code: &str) -> &'static str {
    match code {
        "missing_field" => "add it",
        "negative" => "write 0 or more",
        "not_finite" | "out_of_range" | "too_large" => {
            "write a number within the range, in the unit that the schema names"
        }
        "not_a_time" => "write seconds, \"HH:MM\" or RFC 3339",
        "empty_id" | "id_too_long" | "id_control_character" => "give it a short name of its own",
        "matrix_size" => "give a row for each place it starts from, and in each a number for every place it goes to",
        "sites_min_above_max" | "sites_min_too_large" | "sites_max_too_large" => {
            "change one of them, or list more sites"
        }
        code if code.starts_with("no_") => "add one",
        _ => "`hubroute schema scenario` describes the field",
    }
}

/// A text without the middle of what is too long to be read.
fn short(text: String) -> String {
    const LONGEST: usize = 400;
    const KEPT: usize = 150;
    if text.len() <= LONGEST {
        return text;
    }
    let head: String = text.chars().take(KEPT).collect();
    let tail: String = text.chars().skip(text.chars().count() - KEPT).collect();
    format!("{head} … {tail}")
}

/// `name` as one step of a JSON pointer (RFC 6901).
pub(in crate::model) fn escape(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}
