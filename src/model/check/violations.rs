//! The list that violations are gathered in, and how numbers are compared.

use crate::model::plan::Violation;
use std::fmt::Display;

/// Violations that are listed one by one; the rest is only counted.
const LISTED: usize = 100;

/// All violations found so far.
#[derive(Default)]
pub(super) struct Violations {
    listed: Vec<Violation>,
    found: usize,
}

impl Violations {
    /// Adds one.
    pub(super) fn add(&mut self, pointer: impl Into<String>, code: &str, detail: impl Into<String>) {
        self.found += 1;
        if self.found <= LISTED {
            let (pointer, code, detail) = (pointer.into(), code.to_owned(), detail.into());
            self.listed.push(Violation { pointer, code, detail });
        }
    }

    /// Adds one unless `found` equals `expected`.
    pub(super) fn equal<T: PartialEq + Display>(
        &mut self,
        found: T,
        expected: T,
        pointer: impl FnOnce() -> String,
        code: &str,
    ) {
        if found != expected {
            self.add(pointer(), code, format!("found {found}, should be {expected}"));
        }
    }

    /// Adds one unless `found` is within `tolerance` of `expected`.
    pub(super) fn near(
        &mut self,
        found: f64,
        expected: f64,
        tolerance: f64,
        pointer: impl FnOnce() -> String,
        code: &str,
    ) {
        if !is_within(found - expected, tolerance + expected.abs() * 1e-12) {
            self.add(pointer(), code, format!("found {found}, should be {expected}"));
        }
    }

    /// All of them, closed by the count of those left out.
    pub(super) fn into_list(mut self) -> Vec<Violation> {
        if self.found > LISTED {
            let detail = format!("{} violations found, the first {LISTED} are listed", self.found);
            self.listed.push(Violation { pointer: String::new(), code: "too_many_violations".to_owned(), detail });
        }
        self.listed
    }
}

/// Whether `difference` is at most `tolerance` in size; NaN is not.
pub(super) fn is_within(difference: f64, tolerance: f64) -> bool {
    difference.abs() <= tolerance
}

/// Millionths of the currency in `amount`, to the nearest one; zero where it is no number.
pub(super) fn millionths(amount: f64) -> i128 {
    (amount * 1e6).round() as i128
}
