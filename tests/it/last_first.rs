//! Vehicles that are unloaded from one end: what was fetched last is brought first.

use super::planned::{planned, problem};
use hubroute::model::check;
use serde_json::{Value, json};

/// Two shipments along a line, for one vehicle that ends where it likes.
fn along_a_line(last_in_first_out: bool) -> Value {
    let place = |id: &str, x: i64| json!({"id": id, "at": [x, 0]});
    json!({
        "kind": "routing", "version": 1, "travel": {"metric": "euclidean"},
        "locations": [place("depot", 0), place("from-1", 10), place("from-2", 20), place("to-1", 30), place("to-2", 40)],
        "vehicles": [{"id": "van", "start": "depot", "open_end": true, "last_in_first_out": last_in_first_out}],
        "orders": [{"id": "o", "location": "to-2", "delivery": 1}],
        "shipments": [{"id": "s1", "pickup": {"location": "from-1"}, "delivery": {"location": "to-1"}},
            {"id": "s2", "pickup": {"location": "from-2"}, "delivery": {"location": "to-2"}}]
    })
}

#[test]
fn what_was_fetched_last_is_brought_first() {
    let (free, stack) = (problem(&along_a_line(false)), problem(&along_a_line(true)));
    let (straight, back) = (planned(&free, 100), planned(&stack, 100));
    // To the far end and back to the one before; or straight on where any order will do.
    assert_eq!((straight.summary.total, back.summary.total), (40.0, 50.0));
    assert_eq!(check(&stack, &back), []);
    let codes: Vec<String> = check(&stack, &straight).into_iter().map(|violation| violation.code).collect();
    assert!(codes.contains(&"not_last_in_first_out".to_owned()), "{codes:?}");
    assert!(back.lower_bound.is_none_or(|bound| bound <= 50.0));
}
