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
    /// What to do about it; may be empty.
    #[serde(skip_serializing_if = "String::is_empty")]
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
    /// Adds one.
    pub(crate) fn add(&mut self, pointer: impl Into<String>, code: &'static str, detail: String, hint: &str) {
        self.found += 1;
        if self.found <= LISTED {
            self.listed.push(Defect { pointer: pointer.into(), code, detail, hint: hint.to_owned() });
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

/// `name` as one step of a JSON pointer (RFC 6901).
pub(in crate::model) fn escape(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}
