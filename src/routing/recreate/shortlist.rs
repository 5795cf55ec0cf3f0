//! The few places that look cheapest, before any of them is priced exactly.
//!
//! Where only a timetable says what a route costs, pricing a place takes far longer than guessing its price from segments.
//! So the best guesses are kept in order, and priced only as long as they promise more than what was found.

use crate::units::Cost;

/// So many places are kept.
const KEPT: usize = 4;

/// Places with what they seem to add to the cost, cheapest first.
#[derive(Clone, Debug)]
pub struct Shortlist<P> {
    places: Vec<(Cost, P)>,
}

impl<P> Default for Shortlist<P> {
    fn default() -> Self {
        Self { places: Vec::new() }
    }
}

impl<P: Copy> Shortlist<P> {
    /// What a place must seem to cost less than, to be worth a look where everything from `limit` on is not.
    #[inline]
    #[must_use]
    pub fn limit(&self, limit: Cost) -> Cost {
        if self.places.len() < KEPT { limit } else { limit.min(self.places[KEPT - 1].0) }
    }

    /// Whether others may have been turned away.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.places.len() == KEPT
    }

    /// Keeps a place, if it looks cheaper than one of the few that are kept.
    pub fn offer(&mut self, cost: Cost, place: P) {
        let at = self.places.partition_point(|(known, _)| *known <= cost);
        if self.places.len() == KEPT {
            if at == KEPT {
                return;
            }
            self.places.pop();
        }
        self.places.insert(at, (cost, place));
    }

    /// Hands out the places, cheapest first; none are left.
    #[must_use]
    pub fn take(&mut self) -> Vec<(Cost, P)> {
        std::mem::take(&mut self.places)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cheapest_places_are_kept_in_order() {
        let mut shortlist = Shortlist::default();
        for cost in [70, 30, 90, 10] {
            assert!(!shortlist.is_full());
            assert_eq!(shortlist.limit(Cost::new(100)), Cost::new(100));
            shortlist.offer(Cost::new(cost), cost);
        }
        assert_eq!(shortlist.limit(Cost::new(100)), Cost::new(90));
        assert_eq!(shortlist.limit(Cost::new(50)), Cost::new(50));
        shortlist.offer(Cost::new(95), 95);
        shortlist.offer(Cost::new(30), 31);
        let places: Vec<i64> = shortlist.take().into_iter().map(|(_, place)| place).collect();
        assert_eq!(places, [10, 30, 31, 70]);
        assert!(shortlist.take().is_empty());
    }
}
