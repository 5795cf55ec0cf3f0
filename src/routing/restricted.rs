//! Goods that only some vehicles may carry, that come aboard only after all deliveries, or that shun each other.
//!
//! Which vehicles a stretch of route is barred from is the union over its visits, and whether it delivers after a backhaul
//! shows at the joint, so both join in `O(1)` like loads do, and whatever asks whether goods fit a vehicle asks this, too.
//! Problems without such rules know nothing of it.
//!
//! Source: Goetschalckx & Jacobs-Blecha (1989), European Journal of Operational Research 42(1), for backhauls.

use super::segment::Goods;
use super::{Kinds, Problem};
use crate::units::{Load, Time, VehicleTypeIdx};
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

/// What a stretch of route says about the order of deliveries and backhauls.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Hauls {
    delivers: bool,
    backhauls: bool,
    /// Whether a delivery comes after a backhaul.
    mixed: bool,
}

impl Hauls {
    /// A visit that delivers from the route's start.
    pub const DELIVERY: Self = Self { delivers: true, backhauls: false, mixed: false };
    /// A visit that no delivery may follow.
    pub const BACKHAUL: Self = Self { delivers: false, backhauls: true, mixed: false };

    #[inline]
    fn join(self, next: Self) -> Self {
        Self {
            delivers: self.delivers | next.delivers,
            backhauls: self.backhauls | next.backhauls,
            mixed: self.mixed | next.mixed | (self.backhauls & next.delivers),
        }
    }
}

/// What rules beside the load a visit brings in, or a vehicle has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rules {
    /// Of goods: the classes that must not carry them; of a vehicle: its own.
    pub classes: Classes,
    /// The order in which it comes.
    pub hauls: Hauls,
    /// What its goods are, and what they shun.
    pub kinds: Kinds,
    /// Of a visit: 1 where it is a reload; of a vehicle: the most.
    pub reloads: u32,
    /// When the visit's goods are at the depot.
    pub release: Time,
}

impl Rules {
    const NONE: Self = Self {
        classes: Classes(0),
        hauls: Hauls { delivers: false, backhauls: false, mixed: false },
        kinds: Kinds::NONE,
        reloads: 0,
        release: Time::ZERO,
    };
}

impl Default for Rules {
    fn default() -> Self {
        Self::NONE
    }
}

/// Goods of a kind, and the rules that they bring in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Restricted<G> {
    goods: G,
    classes: Classes,
    hauls: Hauls,
    kinds: Kinds,
    /// Whether kinds that shun each other are together.
    clashes: bool,
}

impl<G: Goods> Restricted<G> {
    fn free(goods: G) -> Self {
        Self { goods, ..Self::NOTHING }
    }

    #[inline]
    fn is_ruled_out(&self, capacity: &Self) -> bool {
        self.hauls.mixed || self.clashes || self.classes.meets(capacity.classes)
    }
}

impl<G: Goods> Goods for Restricted<G> {
    // A sum of loads tells what is left when a visit goes; a union of classes does not.
    const ORDER_FREE: bool = false;
    const NOTHING: Self = Self {
        goods: G::NOTHING,
        classes: Rules::NONE.classes,
        hauls: Rules::NONE.hauls,
        kinds: Kinds::NONE,
        clashes: false,
    };

    #[inline]
    fn brought(&self) -> Load {
        self.goods.brought()
    }

    fn visit(delivery: &[Load], pickup: &[Load], moved: &[Load]) -> Self {
        Self::free(G::visit(delivery, pickup, moved))
    }

    fn capacity(capacity: &[Load]) -> Self {
        Self::free(G::capacity(capacity))
    }

    fn with_rules(self, rules: Rules) -> Self {
        Self { classes: rules.classes, hauls: rules.hauls, kinds: rules.kinds, ..self }
    }

    #[inline]
    fn join(self, next: Self) -> Self {
        Self {
            goods: self.goods.join(next.goods),
            classes: self.classes.union(next.classes),
            hauls: self.hauls.join(next.hauls),
            kinds: self.kinds.union(next.kinds),
            clashes: self.clashes | next.clashes | self.kinds.clash(next.kinds),
        }
    }

    fn worse(self, other: Self) -> Self {
        let mixed = self.hauls.mixed | other.hauls.mixed;
        Self {
            goods: self.goods.worse(other.goods),
            classes: self.classes.union(other.classes),
            hauls: Hauls { mixed, ..self.hauls },
            kinds: self.kinds,
            clashes: self.clashes | other.clashes,
        }
    }

    #[inline]
    fn fits(&self, capacity: &Self) -> bool {
        !self.is_ruled_out(capacity) && self.goods.fits(&capacity.goods)
    }

    /// Where a rule is broken there is no room: everything aboard is too much, and be it nothing.
    #[inline]
    fn excess(&self, capacity: &Self) -> Load {
        if self.is_ruled_out(capacity) {
            self.goods.excess(&G::NOTHING).max(Load::new(1))
        } else {
            self.goods.excess(&capacity.goods)
        }
    }

    fn exchanged(self, lost: Self, gained: Self) -> Self {
        Self { goods: self.goods.exchanged(lost.goods, gained.goods), ..self.join(gained) }
    }

    fn times(self, numerator: i64, denominator: i64) -> Self {
        Self { goods: self.goods.times(numerator, denominator), ..self }
    }

    #[inline]
    fn leaves_room(&self, fetched: &Self, next: &Self, capacity: &Self) -> bool {
        self.goods.leaves_room(&fetched.goods, &next.goods, &capacity.goods)
    }

    #[inline]
    fn may_ride(&self, capacity: &Self) -> bool {
        !self.classes.meets(capacity.classes)
    }

    #[inline]
    fn may_fit(&self, visit: &Self, capacity: &Self) -> bool {
        visit.may_ride(capacity) && !self.kinds.clash(visit.kinds) && self.goods.may_fit(&visit.goods, &capacity.goods)
    }
}
