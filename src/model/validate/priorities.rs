//! Who is left out first where not all can be served.

use crate::model::defect::Defects;
use crate::model::problem::{Purpose, Routing};
use std::collections::BTreeMap;

/// What the numbers of all classes, each with one added, may multiply to: they are counted in one number.
const MOST: f64 = 1e18;

/// A priority, from 1.
pub(super) fn read(given: Option<u32>, pointer: impl FnOnce() -> String, defects: &mut Defects) -> Option<u32> {
    if given == Some(0) {
        let detail = "priorities count from 1, found 0".to_owned();
        defects.add(
            pointer(),
            "zero_priority",
            detail,
            "1 is served first; mandatory orders without one come before it",
        );
    }
    given
}

/// Checks that classes are few enough for one of a class to outweigh all after it.
pub(super) fn check(routing: &Routing, defects: &mut Defects) {
    let mut sizes: BTreeMap<u32, usize> = BTreeMap::new();
    let visits = routing.visits.iter().filter(|visit| !matches!(visit.purpose, Purpose::Delivery(_)));
    for class in visits.filter_map(|visit| visit.priority.or(visit.prize.is_none().then_some(0))) {
        *sizes.entry(class).or_default() += 1;
    }
    let product: f64 = sizes.values().map(|&size| size as f64 + 1.0).product();
    if sizes.len() > 1 && product > MOST {
        let detail = format!("{} classes are too many for so many orders", sizes.len());
        let hint = "use fewer numbers: five classes of a thousand orders each can be told apart";
        defects.add("/orders", "too_many_priorities", detail, hint);
    }
}
