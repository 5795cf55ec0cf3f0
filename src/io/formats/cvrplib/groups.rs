//! Customers of which exactly one is visited, as the alternatives of one order.

use super::Places;
use super::sections::Sections;
use crate::io::formats::ReadError;
use crate::model::scenario::{Order, Place};

/// The section with a group on each line.
const SECTION: &str = "MUTUALLY_EXCLUSIVE_GROUP_SECTION";

/// The orders, those of a group as one: what its first customer asks for, at the place of any of them.
pub(super) fn merged(sections: &Sections<'_>, places: &Places, orders: Vec<Order>) -> Result<Vec<Order>, ReadError> {
    let Some(n_groups) = sections.n_lines(SECTION) else { return Ok(orders) };
    let groups = sections.lists(SECTION, n_groups, places.n_nodes())?.unwrap_or_default();
    let line = sections.line(SECTION);
    let not_served = |what: &str| Err(ReadError::NotServed { line, what: what.to_owned() });
    let mut lead: Vec<usize> = (0..orders.len()).collect();
    let mut is_grouped = vec![false; orders.len()];
    for group in &groups {
        let mut first: Option<usize> = None;
        for &node in group {
            let Some(row) = places.number[node].checked_sub(places.n_depots) else {
                return not_served("a group with a depot");
            };
            if std::mem::replace(&mut is_grouped[row], true) {
                return not_served("a customer in two groups");
            }
            let first = *first.get_or_insert(row);
            if !is_alike(&orders[first], &orders[row]) {
                return not_served("a group whose customers differ in more than place and time");
            }
            lead[row] = first;
        }
    }
    let mut merged: Vec<Option<Order>> = vec![None; orders.len()];
    for (row, order) in orders.iter().enumerate().filter(|(row, _)| lead[*row] == *row) {
        merged[row] = Some(order.clone());
    }
    for (row, order) in orders.into_iter().enumerate().filter(|(row, _)| lead[*row] != *row) {
        let place =
            Place { location: order.location, windows: order.windows, setup: order.setup, service: order.service };
        merged[lead[row]].iter_mut().for_each(|lead| lead.alternatives.push(place.clone()));
    }
    Ok(merged.into_iter().flatten().collect())
}

/// Whether two orders differ in nothing but where and when.
fn is_alike(one: &Order, other: &Order) -> bool {
    let Order { id, location, windows, service, .. } = one.clone();
    *one == Order { id, location, windows, service, ..other.clone() }
}
