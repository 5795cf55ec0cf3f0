//! Amounts by product or dimension, brought to integers.

use super::numbers::{amount, decimals, power_of_ten};
use crate::model::defect::{Defects, escape};
use crate::model::nearest::did_you_mean;
use crate::model::quantities::Quantities;
use crate::units::Load;

/// The names that quantities may use, and the decimals seen under each.
pub(super) struct Catalog<'a> {
    /// `product` or `dimension`.
    what: &'static str,
    /// At least one; a single empty name stands for "only bare numbers".
    names: Vec<&'a str>,
    decimals: Vec<u32>,
}

impl<'a> Catalog<'a> {
    /// A catalog of `names`; without any, one nameless entry.
    pub(super) fn new(what: &'static str, mut names: Vec<&'a str>) -> Self {
        if names.is_empty() {
            names.push("");
        }
        let decimals = vec![0; names.len()];
        Self { what, names, decimals }
    }

    /// The names.
    pub(super) fn names(&self) -> &[&'a str] {
        &self.names
    }

    /// The amount under each name, `None` where a name is not mentioned. Remembers the decimals.
    pub(super) fn read(
        &mut self,
        quantities: &Quantities,
        pointer: impl Fn() -> String,
        defects: &mut Defects,
    ) -> Vec<Option<f64>> {
        let amounts = self.resolve(quantities, &pointer, defects);
        for (row, value) in amounts.iter().enumerate() {
            let Some(value) = *value else { continue };
            match decimals(value) {
                Some(found) => self.decimals[row] = self.decimals[row].max(found),
                None => defects.add(
                    pointer(),
                    "too_many_decimals",
                    format!("a quantity has at most 6 decimals, found {value}"),
                    "round it, or use a smaller unit",
                ),
            }
        }
        amounts
    }

    /// [`Catalog::read`] for prices: a bare number is for all names, and decimals do not matter.
    pub(super) fn prices(
        &self,
        prices: &Quantities,
        pointer: impl Fn() -> String,
        defects: &mut Defects,
    ) -> Vec<Option<f64>> {
        match prices {
            Quantities::Bare(price) => vec![Some(amount(*price, pointer, defects)); self.names.len()],
            Quantities::Named(_) => self.resolve(prices, &pointer, defects),
        }
    }

    fn resolve(
        &self,
        quantities: &Quantities,
        pointer: &impl Fn() -> String,
        defects: &mut Defects,
    ) -> Vec<Option<f64>> {
        let mut amounts = vec![None; self.names.len()];
        match quantities {
            Quantities::Bare(value) => {
                if self.names.len() > 1 {
                    defects.add(
                        pointer(),
                        "bare_number",
                        format!("a bare number {value} does not say which {} it is for", self.what),
                        &format!("write {{\"{}\": {value}}}; known: {}", self.names[0], self.names.join(", ")),
                    );
                } else {
                    amounts[0] = Some(amount(*value, pointer, defects));
                }
            }
            Quantities::Named(named) => {
                for (name, value) in named {
                    match self.names.iter().position(|known| known == name && !name.is_empty()) {
                        Some(row) => {
                            let pointer = || format!("{}/{}", pointer(), escape(name));
                            amounts[row] = Some(amount(*value, pointer, defects));
                        }
                        None => self.unknown(name, pointer, defects),
                    }
                }
            }
        }
        amounts
    }

    fn unknown(&self, name: &str, pointer: &impl Fn() -> String, defects: &mut Defects) {
        let nameless = self.names == [""];
        let code = if self.what == "product" { "unknown_product" } else { "unknown_dimension" };
        let hint = if nameless {
            "write a bare number where nothing is named".to_owned()
        } else {
            match did_you_mean(name, self.names.iter().copied()) {
                hint if hint.is_empty() => format!("known: {}", self.names.join(", ")),
                hint => hint,
            }
        };
        let detail = match (nameless, self.what) {
            (true, "product") => format!("no product `{name}`: the scenario lists no products"),
            (true, _) => format!("no dimension `{name}`: vehicle capacities are bare numbers"),
            (false, what) => format!("no {what} has the name `{name}`"),
        };
        defects.add(format!("{}/{}", pointer(), escape(name)), code, detail, &hint);
    }

    /// The smallest power of ten that makes all amounts under name `row` integers.
    pub(super) fn scale(&self, row: usize) -> f64 {
        power_of_ten(self.decimals[row])
    }

    /// The smallest power of ten that makes all amounts integers.
    pub(super) fn common_scale(&self) -> f64 {
        power_of_ten(self.decimals.iter().copied().max().unwrap_or(0))
    }
}

/// `value` in integer units of `1 / scale`.
pub(super) fn scaled(value: f64, scale: f64) -> Load {
    Load::new((value * scale).round() as i64)
}
