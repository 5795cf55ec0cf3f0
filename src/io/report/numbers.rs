//! Numbers, money, lengths and times as people read them.

use crate::model::scenario::Metric;
use crate::model::{Moment, Scenario};

/// A number with thousands apart, and as many decimals as three significant digits want, at most `decimals`.
#[must_use]
pub fn number(value: f64, decimals: usize) -> String {
    let places = match value.abs() {
        size if size >= 1000.0 => 0,
        size if size >= 100.0 => decimals.min(1),
        size if size >= 10.0 => decimals.min(2),
        _ => decimals,
    };
    let text = format!("{value:.places$}");
    let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    if text == "-0" { "0".to_owned() } else { grouped(text) }
}

/// A number, from a million on of at most four digits and a letter for its size, such as `12.3 M`.
#[must_use]
pub fn short(value: f64) -> String {
    let steps = [(1e12, "T"), (1e9, "G"), (1e6, "M")];
    match steps.into_iter().find(|(step, _)| value.abs() >= *step) {
        Some((step, suffix)) => format!("{} {suffix}", number(value / step, 2)),
        None => number(value, 2),
    }
}

/// A number with thousands apart and at most `decimals` decimals, none of them rounded away by its size.
#[must_use]
pub fn exact(value: f64, decimals: usize) -> String {
    let text = format!("{value:.decimals$}");
    let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    if text == "-0" { "0".to_owned() } else { grouped(text) }
}

/// An amount of the scenario's currency; without one, as published sets count, every digit matters.
#[must_use]
pub fn money(scenario: &Scenario, amount: f64) -> String {
    if scenario.currency.is_empty() { exact(amount, 3) } else { format!("{} {}", short(amount), scenario.currency) }
}

/// An amount of the scenario's currency to the last unit, or cent when the largest amount beside it is small.
#[must_use]
pub fn money_exact(scenario: &Scenario, amount: f64, largest: f64) -> String {
    let plain = money_plain(scenario, amount, largest);
    if scenario.currency.is_empty() { plain } else { format!("{plain} {}", scenario.currency) }
}

/// The same without the currency, for columns that name it in their head.
#[must_use]
pub fn money_plain(scenario: &Scenario, amount: f64, largest: f64) -> String {
    match (scenario.currency.is_empty(), largest.abs() < 100_000.0) {
        (true, _) => exact(amount, 3),
        (false, true) => grouped(&format!("{amount:.2}")),
        (false, false) => grouped(&format!("{amount:.0}")),
    }
}

/// A share, such as `0.4 %`. Never rounded to nothing.
#[must_use]
pub fn percent(share: f64) -> String {
    let value = share * 100.0;
    match value {
        value if value > 0.0 && value < 0.01 => "0.01 %".to_owned(),
        value if value.abs() < 1.0 => format!("{} %", number(value, 2)),
        value => format!("{} %", number(value, 1)),
    }
}

/// A gap in percent with at most `decimals` decimals, rounded up: nobody shall read it as better than it is.
#[must_use]
pub fn gap_percent(share: f64, decimals: i32) -> f64 {
    let digits = 10_f64.powi(decimals);
    // A millionth of the last digit is noise of the division. Adding zero turns -0 into 0.
    (share * 100.0 * digits - 1e-6).ceil() / digits + 0.0
}

/// A gap in words, such as `0.04 %`.
#[must_use]
pub fn gap(share: f64) -> String {
    let decimals = if share < 0.01 { 2 } else { 1 };
    format!("{} %", exact(gap_percent(share, decimals), 2))
}

/// A length: kilometers on the sphere, the unit of the coordinates on the plane and in a matrix.
#[must_use]
pub fn length(scenario: &Scenario, distance: f64) -> String {
    match scenario.travel.metric {
        Metric::Haversine if distance < 1e6 => format!("{:.1} km", distance / 1000.0),
        Metric::Haversine => format!("{} km", exact(distance / 1000.0, 0)),
        Metric::Euclidean | Metric::Manhattan | Metric::Matrix => {
            exact(distance / scenario.travel.scale.unwrap_or(1.0), 3)
        }
    }
}

/// A length of time: hours and minutes, or plain seconds where a published set counts in units of its own.
#[must_use]
pub fn duration(scenario: &Scenario, seconds: i64) -> String {
    if let Some(scale) = scenario.travel.scale {
        return exact(seconds as f64 / scale, 3);
    }
    let (sign, seconds) = (if seconds < 0 { "-" } else { "" }, seconds.unsigned_abs());
    let (hours, minutes) = (seconds / 3600, seconds / 60 % 60);
    match (hours, minutes) {
        (0, 0) => format!("{sign}{seconds} s"),
        (0, minutes) => format!("{sign}{minutes} min"),
        (hours, minutes) => format!("{sign}{hours} h {minutes:02} min"),
    }
}

/// A moment, in its own form; plain seconds as the time of a day, or by the unit of a published set.
#[must_use]
pub fn moment(scenario: &Scenario, moment: Moment) -> String {
    match (moment, scenario.travel.scale) {
        (Moment::Seconds(seconds), Some(scale)) => exact(seconds as f64 / scale, 3),
        (Moment::Seconds(seconds), None) => Moment::Clock(seconds).to_string(),
        (Moment::Clock(_) | Moment::Stamp(_), _) => moment.to_string().replace('T', " "),
    }
}

/// How many of something, such as `1 site` or `2 sites`.
#[must_use]
pub fn count(n: usize, what: &str) -> String {
    let plural = if n == 1 { "" } else { "s" };
    format!("{} {what}{plural}", grouped(&n.to_string()))
}

/// Puts thin spaces between thousands.
fn grouped(text: &str) -> String {
    let (sign, digits) = text.strip_prefix('-').map_or(("", text), |digits| ("-", digits));
    let (whole, fraction) = digits.split_once('.').map_or((digits, ""), |(whole, fraction)| (whole, fraction));
    let mut grouped = String::from(sign);
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i).is_multiple_of(3) && whole.len() > 4 {
            grouped.push('\u{202f}');
        }
        grouped.push(digit);
    }
    if !fraction.is_empty() {
        grouped.push('.');
        grouped.push_str(fraction);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_by_hand() {
        for (value, decimals, text) in [
            (0.0, 2, "0"),
            (-0.001, 2, "0"),
            (2.5, 2, "2.5"),
            (12.345, 2, "12.35"),
            (123.45, 2, "123.5"),
            (1234.5, 2, "1234"),
            (12_345.0, 2, "12\u{202f}345"),
            (1_234_567.8, 3, "1\u{202f}234\u{202f}568"),
        ] {
            assert_eq!(number(value, decimals), text);
        }
        assert_eq!(exact(1637.7, 3), "1637.7");
        assert_eq!(short(12_345_678.0), "12.35 M");
        assert_eq!(short(12_345.0), "12\u{202f}345");
        for (share, text) in [(0.0, "0 %"), (0.000_401, "0.05 %"), (0.004, "0.4 %"), (0.0104, "1.1 %"), (0.12, "12 %")]
        {
            assert_eq!(gap(share), text);
        }
        assert_eq!((gap_percent(0.001_230_1, 3), gap_percent(-0.000_001, 3)), (0.124, 0.0));
        assert_eq!(percent(0.000_001), "0.01 %");
        assert_eq!(percent(0.004), "0.4 %");
    }
}
