//! Goods that only some vehicles may carry.
//!
//! Which vehicles a stretch of route is barred from is the union over its visits, so it joins in `O(1)` like loads do,
//! and whatever asks whether goods fit a vehicle asks this, too. Problems without barred vehicles know nothing of it.

use super::Problem;
use super::segment::Goods;
use crate::units::{Load, VehicleTypeIdx};
use std::collections::BTreeMap;

/// Most classes of vehicles.
pub const MOST_CLASSES: usize = 128;

/// A set of classes of vehicles. Vehicle types that are barred from the same customers are of one class.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Classes(u128);

impl Classes {
    /// The class of each vehicle type: one, or none for types that may call everywhere. `O(n log n)` in the number of
    /// customers' barred types.
    ///
    /// Panics when there are more than [`MOST_CLASSES`].
    #[must_use]
    pub fn of_vehicle_types(problem: &Problem) -> Vec<Self> {
        let mut barred_from: Vec<Vec<usize>> = vec![Vec::new(); problem.vehicle_types().len()];
        for (row, customer) in problem.customers().iter().enumerate() {
            customer.barred.iter().for_each(|vehicle_type| barred_from[vehicle_type.get()].push(row));
        }
        let mut known: BTreeMap<Vec<usize>, usize> = BTreeMap::new();
        barred_from
            .into_iter()
            .map(|mut customers| {
                customers.dedup();
                if customers.is_empty() {
                    return Self::default();
                }
                let number = known.len();
                let number = *known.entry(customers).or_insert(number);
                assert!(number < MOST_CLASSES, "more than {MOST_CLASSES} classes of vehicles");
                Self(1 << number)
            })
            .collect()
    }

    /// The classes of some vehicle types, given those of each.
    #[must_use]
    pub fn of(vehicle_types: &[VehicleTypeIdx], classes: &[Self]) -> Self {
        vehicle_types.iter().fold(Self::default(), |union, vehicle_type| union.union(classes[vehicle_type.get()]))
    }

    #[inline]
    fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    #[inline]
    fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

/// Goods of a kind, and from which vehicles they are barred.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Restricted<G> {
    goods: G,
    /// As goods: the classes that must not carry them; as a capacity: the vehicle's own.
    classes: Classes,
}

impl<G: Goods> Restricted<G> {
    fn free(goods: G) -> Self {
        Self { goods, classes: Classes::default() }
    }
}

impl<G: Goods> Goods for Restricted<G> {
    // A sum of loads tells what is left when a visit goes; a union of classes does not.
    const ORDER_FREE: bool = false;
    const NOTHING: Self = Self { goods: G::NOTHING, classes: Classes(0) };

    fn visit(delivery: &[Load], pickup: &[Load], moved: &[Load]) -> Self {
        Self::free(G::visit(delivery, pickup, moved))
    }

    fn capacity(capacity: &[Load]) -> Self {
        Self::free(G::capacity(capacity))
    }

    fn with_classes(self, classes: Classes) -> Self {
        Self { classes, ..self }
    }

    #[inline]
    fn join(self, next: Self) -> Self {
        Self { goods: self.goods.join(next.goods), classes: self.classes.union(next.classes) }
    }

    #[inline]
    fn fits(&self, capacity: &Self) -> bool {
        !self.classes.meets(capacity.classes) && self.goods.fits(&capacity.goods)
    }

    /// A vehicle that is barred has no room: everything aboard is too much, and be it nothing.
    #[inline]
    fn excess(&self, capacity: &Self) -> Load {
        if self.classes.meets(capacity.classes) {
            self.goods.excess(&G::NOTHING).max(Load::new(1))
        } else {
            self.goods.excess(&capacity.goods)
        }
    }

    fn exchanged(self, lost: Self, gained: Self) -> Self {
        Self { goods: self.goods.exchanged(lost.goods, gained.goods), classes: self.classes.union(gained.classes) }
    }

    fn times(self, numerator: i64, denominator: i64) -> Self {
        Self { goods: self.goods.times(numerator, denominator), ..self }
    }

    #[inline]
    fn may_fit(&self, visit: &Self, capacity: &Self) -> bool {
        !visit.classes.meets(capacity.classes) && self.goods.may_fit(&visit.goods, &capacity.goods)
    }
}
