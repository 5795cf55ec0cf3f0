//! Exact integer measures. Sums are exact, so their order never matters and "delta equals recomputation" is `==`.

use std::iter::Sum;
use std::ops::{Add, AddAssign, Mul, Neg, Sub, SubAssign};

macro_rules! measure {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(i64);
        impl $name {
            /// Nothing of it.
            pub const ZERO: Self = Self(0);
            /// Larger than any value that arises, yet safe to add a few of.
            pub const HUGE: Self = Self(1 << 60);
            /// `units` whole units.
            #[must_use]
            #[inline]
            pub const fn new(units: i64) -> Self {
                Self(units)
            }
            /// The number of whole units.
            #[must_use]
            #[inline]
            pub const fn get(self) -> i64 {
                self.0
            }
        }
        impl Add for $name {
            type Output = Self;
            #[inline]
            fn add(self, other: Self) -> Self {
                Self(self.0 + other.0)
            }
        }
        impl Sub for $name {
            type Output = Self;
            #[inline]
            fn sub(self, other: Self) -> Self {
                Self(self.0 - other.0)
            }
        }
        impl Neg for $name {
            type Output = Self;
            #[inline]
            fn neg(self) -> Self {
                Self(-self.0)
            }
        }
        impl Mul<i64> for $name {
            type Output = Self;
            #[inline]
            fn mul(self, factor: i64) -> Self {
                Self(self.0 * factor)
            }
        }
        impl AddAssign for $name {
            #[inline]
            fn add_assign(&mut self, other: Self) {
                self.0 += other.0;
            }
        }
        impl SubAssign for $name {
            #[inline]
            fn sub_assign(&mut self, other: Self) {
                self.0 -= other.0;
            }
        }
        impl Sum for $name {
            fn sum<I: Iterator<Item = Self>>(values: I) -> Self {
                values.fold(Self::ZERO, Add::add)
            }
        }
    };
}

measure!(/// A length in the smallest unit of its travel source: meters, or the scaled unit of a published set.
         Distance);
measure!(/// A length of time, in seconds.
         Duration);
measure!(/// A moment, in seconds since the scenario's midnight.
         Time);
measure!(/// An amount of goods, in the scenario's smallest unit of its dimension.
         Load);
measure!(/// Money, in millionths of the scenario's currency: fine enough for an exact price per meter or second.
         Cost);

impl Cost {
    /// Millionths in one unit of the currency.
    pub const PER_CURRENCY: i64 = 1_000_000;

    /// The nearest cost to `amount` units of the currency, saturating at [`Cost::HUGE`].
    #[must_use]
    pub fn from_currency(amount: f64) -> Self {
        debug_assert!(!amount.is_nan());
        let limit = Self::HUGE.0 as f64;
        Self((amount * Self::PER_CURRENCY as f64).round().clamp(-limit, limit) as i64)
    }

    /// The value in units of the currency.
    #[must_use]
    pub fn as_currency(self) -> f64 {
        self.0 as f64 / Self::PER_CURRENCY as f64
    }
}

impl Add<Duration> for Time {
    type Output = Self;
    #[inline]
    fn add(self, duration: Duration) -> Self {
        Self(self.0 + duration.0)
    }
}

impl Time {
    /// The seconds from `earlier` until here; negative when `earlier` is later.
    #[must_use]
    #[inline]
    pub fn since(self, earlier: Self) -> Duration {
        Duration(self.0 - earlier.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn currency_rounds_to_the_nearest_millionth() {
        assert_eq!(Cost::from_currency(0.000_001_4), Cost::new(1));
        assert_eq!(Cost::from_currency(-2.5), Cost::new(-2_500_000));
        assert_eq!(Cost::from_currency(1e300), Cost::HUGE);
    }

    #[test]
    fn time_and_duration_combine() {
        assert_eq!((Time::new(10) + Duration::new(5)).since(Time::new(12)), Duration::new(3));
    }
}
