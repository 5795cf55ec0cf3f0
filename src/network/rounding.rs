//! How published sets turn a real-valued distance into an integer.

/// What happens to the fraction of a distance or duration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Rounding {
    /// To the nearest integer, halves up: `floor(d + 0.5)`, as TSPLIB's `EUC_2D`.
    #[default]
    Nearest,
    /// Down: `floor(d)`.
    Floor,
    /// Up: `ceil(d)`, as TSPLIB's `CEIL_2D`. A relative 1e-12 is forgiven, so that exact integers stay.
    Ceil,
}

impl Rounding {
    /// `value`, which is not negative, as an integer.
    #[must_use]
    #[inline]
    pub fn apply(self, value: f64) -> i64 {
        debug_assert!(value >= 0.0, "{value} is no distance");
        // The cast cuts the fraction off, and is one instruction where `floor` may be a call.
        match self {
            Self::Nearest => (value + 0.5) as i64,
            Self::Floor => value as i64,
            Self::Ceil => (value * (1.0 - 1e-12)).ceil() as i64,
        }
    }
}
