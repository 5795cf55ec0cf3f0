//! Amounts of money in sentences.

use super::scenario::Scenario;

/// An amount of the scenario's currency in a sentence: to the cent and with its name; without a name, as published sets
/// count, to the thousandth. Rounded up, so that whoever pays as much pays enough.
#[must_use]
pub(crate) fn money(scenario: &Scenario, amount: f64) -> String {
    let digits: u32 = if scenario.currency.is_empty() { 3 } else { 2 };
    let unit = 10_f64.powi(digits as i32);
    // Less than a millionth is noise of the division.
    let rounded = (amount * unit - 1e-6).ceil() / unit + 0.0;
    if scenario.currency.is_empty() { rounded.to_string() } else { format!("{rounded:.2} {}", scenario.currency) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_name_cents() {
        let text = r#"{"kind": "routing", "version": 1, "locations": []}"#;
        let mut scenario: Scenario = serde_json::from_str(text).unwrap();
        assert_eq!(["200", "0.001", "-1.5"], [200.0, 0.000_4, -1.5].map(|amount| money(&scenario, amount)));
        scenario.currency = "EUR".to_owned();
        assert_eq!(["320.49 EUR", "12.00 EUR"], [320.4896, 12.0].map(|amount| money(&scenario, amount)));
    }
}
