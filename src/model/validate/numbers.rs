//! Ranges of numbers, and the decimals they carry.

use crate::model::defect::Defects;
use crate::units::{Cost, Distance, Duration};

/// Largest number anywhere in a scenario.
pub(super) const LARGEST: f64 = 1e9;

/// Most decimals that a quantity may carry.
pub(super) const MOST_DECIMALS: u32 = 6;

/// `value` if it is finite, not negative and not absurdly large; otherwise a defect, and zero stands in.
pub(super) fn amount(value: f64, pointer: impl FnOnce() -> String, defects: &mut Defects) -> f64 {
    if !value.is_finite() {
        defects.add(pointer(), "not_finite", format!("must be a finite number, found {value}"), "");
    } else if value < 0.0 {
        defects.add(pointer(), "negative", format!("must not be negative, found {value}"), "");
    } else if value > LARGEST {
        defects.add(
            pointer(),
            "too_large",
            format!("must be at most 1e9, found {value}"),
            "use a larger unit (tonnes for kilograms, thousands of the currency), or leave it out if it has no limit",
        );
    } else {
        return value;
    }
    0.0
}

/// [`amount`] of a price or cost, in millionths of the currency; zero where there is none.
pub(super) fn cost(value: Option<f64>, pointer: impl Fn() -> String, defects: &mut Defects) -> Cost {
    let value = value.map_or(0.0, |value| amount(value, &pointer, defects));
    let cost = Cost::from_currency(value);
    if value > 0.0 && cost == Cost::ZERO {
        defects.add(
            pointer(),
            "too_small",
            format!("must be 0 or at least a millionth of the currency, found {value}"),
            "use a smaller unit of currency",
        );
    }
    cost
}

/// A longest distance, in whole units; [`Distance::HUGE`] where there is none.
pub(super) fn longest_distance(
    value: Option<f64>,
    pointer: impl FnOnce() -> String,
    defects: &mut Defects,
) -> Distance {
    value.map_or(Distance::HUGE, |value| Distance::new(amount(value, pointer, defects).floor() as i64))
}

/// A longest duration, in whole seconds; [`Duration::HUGE`] where there is none.
pub(super) fn longest_duration(
    value: Option<f64>,
    pointer: impl FnOnce() -> String,
    defects: &mut Defects,
) -> Duration {
    value.map_or(Duration::HUGE, |value| Duration::new(amount(value, pointer, defects).floor() as i64))
}

/// The number of decimals of `value`, or `None` if there are more than [`MOST_DECIMALS`].
pub(super) fn decimals(value: f64) -> Option<u32> {
    (0..=MOST_DECIMALS).find(|&decimals| {
        let scale = power_of_ten(decimals);
        ((value * scale).round() / scale).total_cmp(&value).is_eq()
    })
}

/// Ten to the power of `exponent`.
pub(super) fn power_of_ten(exponent: u32) -> f64 {
    10f64.powi(exponent as i32)
}

/// `value × scale` as an integer: exact where it is one but for rounding errors, rounded down otherwise.
pub(super) fn scaled_down(value: f64, scale: f64) -> f64 {
    let scaled = value * scale;
    let nearest = scaled.round();
    if (nearest / scale).total_cmp(&value).is_eq() { nearest } else { scaled.floor() }
}
