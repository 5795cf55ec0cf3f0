//! Index newtypes: a row number that cannot be mistaken for another table's.

/// Declares a `u32` index newtype; `new` and `get` convert from and to `usize`.
macro_rules! index {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(u32);
        impl $name {
            /// The index of row `row`. Panics above `u32::MAX` rows.
            #[must_use]
            #[inline]
            pub fn new(row: usize) -> Self {
                debug_assert!(u32::try_from(row).is_ok(), "more rows than an index can name");
                Self(row as u32)
            }
            /// The row number.
            #[must_use]
            #[inline]
            pub fn get(self) -> usize {
                self.0 as usize
            }
        }
    };
}

index!(/// Row and column of the travel costs.
       LocationIdx);
index!(/// A customer: one visit of a routing problem, or one demand row of a siting problem.
       CustomerIdx);
index!(/// A place that could be opened.
       SiteIdx);
index!(/// A place where goods come from.
       SupplyIdx);
index!(/// A kind of goods.
       ProductIdx);
index!(/// Vehicles alike in cost and limits.
       VehicleTypeIdx);
