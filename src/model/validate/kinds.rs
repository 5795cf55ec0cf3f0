//! Kinds of goods that must not be on the same trip.

use crate::model::defect::Defects;
use crate::model::scenario::Scenario;
use std::collections::HashMap;

/// Most kinds that do not go with every other: each takes a bit.
const MOST_KINDS: usize = 64;

/// The kinds that matter: those of incompatible pairs.
pub(super) struct Kinds<'a> {
    rows: HashMap<&'a str, usize>,
    /// By kind, those that do not go with it, as bits.
    pub(super) incompatible: Vec<u64>,
}

/// The kinds in the scenario's incompatible pairs.
pub(super) fn read<'a>(scenario: &'a Scenario, defects: &mut Defects) -> Kinds<'a> {
    let mut kinds = Kinds { rows: HashMap::new(), incompatible: Vec::new() };
    for [first, second] in &scenario.incompatible {
        let mut row = |kind: &'a str| {
            let number = kinds.rows.len();
            *kinds.rows.entry(kind).or_insert(number)
        };
        let (first, second) = (row(first), row(second));
        kinds.incompatible.resize(kinds.rows.len(), 0);
        if first.max(second) < MOST_KINDS {
            kinds.incompatible[first] |= 1 << second;
            kinds.incompatible[second] |= 1 << first;
        }
    }
    if kinds.rows.len() > MOST_KINDS {
        let detail = format!("at most {MOST_KINDS} kinds can be told apart, found {}", kinds.rows.len());
        defects.add("/incompatible", "too_many_kinds", detail, "give kinds that shun the same others one name");
    }
    let is_used = |kind: &str| {
        let of_orders = scenario.orders.iter().flat_map(|order| &order.kinds);
        of_orders.chain(scenario.shipments.iter().flat_map(|shipment| &shipment.kinds)).any(|known| known == kind)
    };
    for (row, pair) in scenario.incompatible.iter().enumerate() {
        for (place, kind) in pair.iter().enumerate().filter(|(_, kind)| !is_used(kind)) {
            let detail = format!("no order or shipment is of the kind `{kind}`");
            defects.add(
                format!("/incompatible/{row}/{place}"),
                "unknown_kind_of_goods",
                detail,
                "see `kinds` of the orders",
            );
        }
    }
    kinds
}

impl Kinds<'_> {
    /// The kinds of an order's goods, as bits; those that go with everything do not count.
    pub(super) fn of(&self, kinds: &[String], pointer: impl Fn() -> String, defects: &mut Defects) -> u64 {
        let mut bits = 0;
        for (place, kind) in kinds.iter().enumerate() {
            if kinds[..place].contains(kind) {
                let detail = format!("`{kind}` is listed twice");
                defects.add(format!("{}/{place}", pointer()), "duplicate_kind", detail, "keep one");
            }
            bits |= self.rows.get(kind.as_str()).filter(|&&row| row < MOST_KINDS).map_or(0, |row| 1 << row);
        }
        let clash = (0..self.incompatible.len())
            .any(|first| bits >> first & 1 == 1 && self.incompatible[first] & bits & !(1 << first) != 0);
        if clash {
            let detail = "is of kinds that do not go together".to_owned();
            defects.add(pointer(), "kinds_clash", detail, "split it, or remove the pair from `incompatible`");
        }
        bits
    }
}
